/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/app_sink.c — takes every packet and sends none: what receiving alone costs. */
#include <stdlib.h>

#include "net/app_kinds.h"

static uint16_t sink_burst(struct app *app, uint16_t queue, struct folio_mbuf **mbufs,
                           uint16_t count, struct folio_mbuf **out)
{
    (void)queue;
    (void)out;
    app->stats.packets += count;
    for (uint16_t i = 0; i < count; i++)
        app_end(app, mbufs[i], APP_CONSUMED);
    return 0;
}

static void sink_close(struct app *app)
{
    free(app);
}

static const struct app_ops sink_ops = {sink_burst, sink_close};

static struct app *sink_open(const struct app_config *config, enum status *status,
                             struct diagnostic *diag)
{
    struct app *app = calloc(1, sizeof *app);

    (void)config;
    *status = STATUS_OK;
    if (app)
        app->ops = &sink_ops;
    else
        *status = diagnostic_set(diag, STATUS_IO, "application", 0, 0, "no memory");
    return app;
}

const struct app_kind app_sink = {
    .name = "sink",
    .summary = "take every packet, send none",
    .open = sink_open,
};
