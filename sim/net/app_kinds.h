/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/app_kinds.h — private to app.c and the applications: the kinds, and what those share that
 * answer each packet by itself. */
#ifndef CVMLAB_SIM_NET_APP_KINDS_H
#define CVMLAB_SIM_NET_APP_KINDS_H

#include "net/app.h"

extern const struct app_kind app_ipsec, app_kv, app_l2fwd, app_macswap, app_sink, app_udp_echo;

/* app_ops.burst of an application that has one verdict for each packet: take gives it, and with
 * APP_ANSWERED the mbuf is the answer. Inline, so that take is. */
static inline uint16_t
app_burst_each(struct app *app, struct folio_mbuf **mbufs, uint16_t count, struct folio_mbuf **out,
               enum app_verdict (*take)(struct app *app, struct folio_mbuf *mbuf))
{
    uint16_t sent = 0;

    app->stats.packets += count;
    for (uint16_t i = 0; i < count; i++) {
        enum app_verdict verdict = take(app, mbufs[i]);

        if (verdict == APP_ANSWERED)
            out[sent++] = mbufs[i];
        else
            app_end(app, mbufs[i], verdict);
    }
    app->stats.verdict[APP_ANSWERED] += sent;
    return sent;
}

#endif
