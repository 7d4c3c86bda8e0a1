/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/claim_words.h — private to claim.c and claim_read.c: the words of the file, NULL at the
 * end. */
#ifndef CVMLAB_SIM_NET_CLAIM_WORDS_H
#define CVMLAB_SIM_NET_CLAIM_WORDS_H

#include "net/claim.h"

extern const char *const claim_metrics[CLAIM_METRIC_COUNT + 1];
extern const char *const claim_relations[CLAIM_RELATION_COUNT + 1];

#define CLAIMS_FORMAT  "cvm-claims"
#define CLAIMS_VERSION "1.0"

#endif
