/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/app_kinds.h — private to app.c and the applications: one line per kind. */
#ifndef CVMLAB_SIM_NET_APP_KINDS_H
#define CVMLAB_SIM_NET_APP_KINDS_H

#include "net/app.h"

extern const struct app_kind app_ipsec, app_kv, app_l2fwd, app_macswap, app_sink, app_udp_echo;

#endif
