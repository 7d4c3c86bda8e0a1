/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/cost_words.h — private to the reader and the writer of cost files: what they begin with.
 */
#ifndef CVMLAB_SIM_NET_COST_WORDS_H
#define CVMLAB_SIM_NET_COST_WORDS_H

#define COST_FORMAT  "cvm-cost"
#define COST_VERSION "1.0"

#endif
