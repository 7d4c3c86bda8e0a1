/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/app_forward.c — the two smallest applications: l2fwd sends every frame back as it is,
 * and never looks at it; macswap exchanges the two addresses first (IEEE 802.3 section 3.2). */
#include <stdlib.h>
#include <string.h>

#include "net/app_kinds.h"

enum { MAC_BYTES = 6 };

static void app_destroy(struct app *app)
{
    free(app);
}

static uint16_t forward_burst(struct app *app, uint16_t queue, struct folio_mbuf **mbufs,
                              uint16_t count, struct folio_mbuf **out)
{
    (void)queue;
    memcpy(out, mbufs, count * sizeof *out);
    app->stats.packets += count;
    app->stats.verdict[APP_ANSWERED] += count;
    return count;
}

static uint16_t swap_burst(struct app *app, uint16_t queue, struct folio_mbuf **mbufs,
                           uint16_t count, struct folio_mbuf **out)
{
    for (uint16_t i = 0; i < count; i++) {
        uint8_t *frame = mbufs[i]->data;
        uint8_t destination[MAC_BYTES];

        memcpy(destination, frame, MAC_BYTES);
        memcpy(frame, frame + MAC_BYTES, MAC_BYTES);
        memcpy(frame + MAC_BYTES, destination, MAC_BYTES);
    }
    return forward_burst(app, queue, mbufs, count, out);
}

static const struct app_ops forward_ops = {forward_burst, app_destroy};
static const struct app_ops swap_ops = {swap_burst, app_destroy};

static struct app *app_make(const struct app_ops *ops, enum status *status, struct diagnostic *diag)
{
    struct app *app = calloc(1, sizeof *app);

    *status = STATUS_OK;
    if (app)
        app->ops = ops;
    else
        *status = diagnostic_set(diag, STATUS_IO, "application", 0, 0, "no memory");
    return app;
}

static struct app *forward_open(const struct app_config *config, enum status *status,
                                struct diagnostic *diag)
{
    (void)config;
    return app_make(&forward_ops, status, diag);
}

static struct app *swap_open(const struct app_config *config, enum status *status,
                             struct diagnostic *diag)
{
    (void)config;
    return app_make(&swap_ops, status, diag);
}

const struct app_kind app_l2fwd = {
    .name = "l2fwd",
    .summary = "send every frame back unchanged, without a look at it",
    .open = forward_open,
};

const struct app_kind app_macswap = {
    .name = "macswap",
    .summary = "exchange source and destination address, send it back",
    .open = swap_open,
};
