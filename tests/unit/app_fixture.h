/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/app_fixture.h — an application over a pool of mbufs, without a data path. Every test
 * ends with bench_end: all mbufs are home, and the verdicts add up. */
#ifndef CVMLAB_TEST_APP_FIXTURE_H
#define CVMLAB_TEST_APP_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "net/app.h"

enum { BENCH_MBUFS = 3, BENCH_OUT = APP_OUT_MAX };

struct bench {
    struct folio_pool pool;
    struct folio_mbuf *headers;
    uint8_t *rooms;
    struct app *app;
    struct folio_mbuf *out[BENCH_OUT];
    struct app_packet packet; /* of the packet that was given last */
};

static inline void bench_begin(struct bench *bench, const char *name, const char *keys,
                               bool accepts_replays)
{
    const struct app_kind *kind = app_find(name);
    struct app_config config = {.keys = keys,
                                .queue_count = 2,
                                .room_bytes = FOLIO_ROOM_BYTES - FOLIO_HEADROOM_BYTES,
                                .accepts_replays = accepts_replays};
    struct diagnostic diag = {""};
    enum status status = STATUS_IO;

    memset(bench, 0, sizeof *bench);
    bench->headers = aligned_alloc(64, BENCH_MBUFS * sizeof *bench->headers);
    bench->rooms = aligned_alloc(64, (size_t)BENCH_MBUFS * FOLIO_ROOM_BYTES);
    assert_non_null(bench->headers);
    assert_non_null(bench->rooms);
    assert_int_equal(folio_pool_init(&bench->pool, FOLIO_POOL_SHADOW, bench->headers, bench->rooms,
                                     BENCH_MBUFS, FOLIO_ROOM_BYTES),
                     STATUS_OK);
    assert_non_null(kind);
    bench->app = kind->open(&config, &status, &diag);
    assert_string_equal(diag.text, "");
    assert_non_null(bench->app);
    assert_int_equal(status, STATUS_OK);
    bench->app->pool = &bench->pool;
}

/* Gives one frame; the answer, which the caller frees, or NULL. */
static inline struct folio_mbuf *bench_give(struct bench *bench, uint16_t queue,
                                            const uint8_t *frame, uint32_t size_bytes)
{
    struct folio_mbuf *mbuf = folio_mbuf_alloc(&bench->pool);

    assert_non_null(mbuf);
    bench->packet = (struct app_packet){.id = bench->app->stats.packets + 1};
    memcpy(mbuf->data, frame, size_bytes);
    mbuf->data_len = (uint16_t)size_bytes;
    mbuf->attachment = &bench->packet;
    return bench->app->ops->burst(bench->app, queue, &mbuf, 1, bench->out) == 1 ? bench->out[0]
                                                                                : NULL;
}

/* Gives one frame that must end so. */
static inline void bench_ends(struct bench *bench, const uint8_t *frame, uint32_t size_bytes,
                              enum app_verdict verdict)
{
    uint64_t before = bench->app->stats.verdict[verdict];
    struct folio_mbuf *mbuf = bench_give(bench, 0, frame, size_bytes);

    assert_int_equal(bench->packet.verdict, verdict);
    assert_int_equal(bench->app->stats.verdict[verdict], before + 1);
    if (mbuf)
        folio_mbuf_free(mbuf);
    assert_true((mbuf != NULL) == (verdict == APP_ANSWERED));
}

static inline void bench_end(struct bench *bench)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < APP_VERDICT_COUNT; i++)
        sum += bench->app->stats.verdict[i];
    assert_int_equal(sum, bench->app->stats.packets);
    assert_int_equal(bench->pool.free_count, bench->pool.count);
    assert_int_equal(bench->pool.misused, 0);
    assert_int_equal(folio_pool_check(&bench->pool), STATUS_OK);
    bench->app->ops->close(bench->app);
    free(bench->headers);
    free(bench->rooms);
}

#endif
