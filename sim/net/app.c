/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/app.c — the table of applications, and how a packet ends in one. */
#include "net/app.h"

#include <string.h>

#include "net/app_kinds.h"

const struct app_kind *const app_kinds[] = {
    &app_l2fwd, &app_macswap, &app_udp_echo, &app_ipsec, &app_kv, &app_sink, NULL,
};

const struct app_kind *app_find(const char *name)
{
    for (const struct app_kind *const *kind = app_kinds; *kind; kind++)
        if (strcmp((*kind)->name, name) == 0)
            return *kind;
    return NULL;
}

const char *app_verdict_name(enum app_verdict verdict)
{
    static const char *const names[APP_VERDICT_COUNT] = {
        [APP_ANSWERED] = "answered",       [APP_CONSUMED] = "consumed",
        [APP_NOT_MINE] = "not_mine",       [APP_MALFORMED] = "malformed",
        [APP_UNAUTHENTIC] = "unauthentic", [APP_REPLAYED] = "replayed",
        [APP_NO_KEY] = "no_key",           [APP_NO_MBUF] = "no_mbuf",
    };

    return (unsigned)verdict < APP_VERDICT_COUNT ? names[verdict] : NULL;
}

void app_end(struct app *app, struct folio_mbuf *mbuf, enum app_verdict verdict)
{
    struct app_packet *packet = mbuf->attachment;

    app->stats.verdict[verdict]++;
    if (packet)
        packet->verdict = verdict;
    folio_mbuf_free(mbuf);
}
