/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/folio_fixture.h — an open port over folio_device.h. Small on purpose: two queues and a
 * temporary pool of three mbufs, unless the test says otherwise. The shared region lies between two
 * pages that nobody may touch. Every test ends with fixture_end: the walker, equal mbuf counts, a
 * zeroed region. */
#ifndef CVMLAB_TEST_FOLIO_FIXTURE_H
#define CVMLAB_TEST_FOLIO_FIXTURE_H

#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#include "folio_device.h"

enum { FIXTURE_SHADOW_COUNT = 3, FIXTURE_FRAME_BYTES = 60 };

struct fixture {
    struct folio_device device;
    struct folio_port port;
    struct folio_pool shadow;
    struct folio_port_config config;
    uint8_t *mapping; /* the guard page before the shared region */
    struct folio_mbuf *shadow_headers;
    uint8_t *shadow_rooms;
    uint8_t frame[DEVICE_FRAME_MAX];
    struct folio_mbuf *mbufs[2 * FOLIO_BURST_MAX];
};

/* The config of the smallest port; a test changes it before fixture_open. */
static inline void fixture_begin(struct fixture *fix)
{
    memset(fix, 0, sizeof *fix);
    device_begin(&fix->device);
    fix->config = (struct folio_port_config){.backend = &fix->device.driver.base,
                                             .driver = &fix->device.driver,
                                             .shadow = &fix->shadow,
                                             .port = 7,
                                             .queue_count = 2,
                                             .ring_size = 8,
                                             .temporary_count = 3,
                                             .room_bytes = FOLIO_ROOM_BYTES};
}

/* The memory that the config asks for, and the shadow pool. */
static inline void fixture_allocate(struct fixture *fix, uint32_t shadow_count)
{
    size_t shared = folio_port_shared_bytes(&fix->config);
    size_t private_bytes = (folio_port_private_bytes(&fix->config) + 63) / 64 * 64;
    size_t rooms = (size_t)shadow_count * fix->config.room_bytes;

    assert_int_not_equal(shared, 0);
    fix->mapping =
        mmap(NULL, shared + 2 * PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(fix->mapping != MAP_FAILED);
    fix->config.shared = fix->mapping + PAGE_SIZE;
    assert_int_equal(mprotect(fix->config.shared, shared, PROT_READ | PROT_WRITE), 0);
    memset(fix->config.shared, 0x5a, shared); /* what was there before */
    fix->config.private_memory = aligned_alloc(64, private_bytes);
    fix->shadow_headers = aligned_alloc(64, shadow_count * sizeof *fix->shadow_headers);
    fix->shadow_rooms = aligned_alloc(64, rooms);
    assert_non_null(fix->config.private_memory);
    assert_non_null(fix->shadow_headers);
    assert_non_null(fix->shadow_rooms);
    memset(fix->shadow_rooms, 0xa5, rooms);
    assert_int_equal(folio_pool_init(&fix->shadow, FOLIO_POOL_SHADOW, fix->shadow_headers,
                                     fix->shadow_rooms, shadow_count, fix->config.room_bytes),
                     STATUS_OK);
}

static inline void fixture_free(struct fixture *fix)
{
    munmap(fix->mapping, folio_port_shared_bytes(&fix->config) + 2 * PAGE_SIZE);
    free(fix->config.private_memory);
    free(fix->shadow_headers);
    free(fix->shadow_rooms);
}

static inline void fixture_open(struct fixture *fix, uint32_t shadow_count)
{
    fixture_allocate(fix, shadow_count);
    assert_int_equal(folio_port_open(&fix->port, &fix->config), STATUS_OK);
}

/* The smallest port, open. */
static inline void fixture_small(struct fixture *fix)
{
    fixture_begin(fix);
    fixture_open(fix, FIXTURE_SHADOW_COUNT);
}

static inline bool fixture_region_is_zero(const struct fixture *fix)
{
    const uint8_t *byte = fix->config.shared;

    for (size_t i = 0; i < folio_port_shared_bytes(&fix->config); i++)
        if (byte[i] != 0)
            return false;
    return true;
}

/* Every invariant; the device was never sent outside the region; every shadow mbuf is home. */
static inline void fixture_check(struct fixture *fix)
{
    assert_int_equal(folio_check_all(&fix->port), STATUS_OK);
    assert_int_equal(fix->device.outside, 0);
    assert_int_equal(fix->shadow.free_count, fix->shadow.count);
    assert_int_equal(fix->shadow.misused, 0);
    assert_int_equal(fix->port.temporary.misused, 0);
}

static inline void fixture_end(struct fixture *fix)
{
    fixture_check(fix);
    assert_int_equal(folio_port_close(&fix->port), STATUS_OK);
    assert_int_equal(fix->port.temporary.free_count, fix->port.temporary.count);
    assert_int_equal(folio_pool_check(&fix->port.temporary), STATUS_OK);
    assert_true(fixture_region_is_zero(fix));
    assert_false(fix->device.is_shared);
    assert_int_equal(fix->device.closed, 1);
    fixture_free(fix);
}

/* What byte i of frame number is. */
static inline uint8_t frame_byte(unsigned number, size_t i)
{
    return (uint8_t)(number * 31 + i * 7 + i / 256);
}

static inline const uint8_t *fixture_frame(struct fixture *fix, unsigned number, size_t size_bytes)
{
    for (size_t i = 0; i < size_bytes; i++)
        fix->frame[i] = frame_byte(number, i);
    return fix->frame;
}

static inline void assert_frame(const uint8_t *data, unsigned number, size_t size_bytes)
{
    for (size_t i = 0; i < size_bytes; i++)
        assert_int_equal(data[i], frame_byte(number, i));
}

/* One frame in, through the port, as the one mbuf of a burst; NULL if none came. */
static inline struct folio_mbuf *fixture_receive(struct fixture *fix, uint16_t queue,
                                                 unsigned number, uint16_t size_bytes)
{
    assert_true(
        device_receive(&fix->device, queue, fixture_frame(fix, number, size_bytes), size_bytes));
    return folio_rx_burst(&fix->port, queue, fix->mbufs, 1) == 1 ? fix->mbufs[0] : NULL;
}

/* The device reports whatever is in done for a frame of FIXTURE_FRAME_BYTES; a burst of 8. */
static inline uint16_t fixture_report(struct fixture *fix, struct folio_descriptor done)
{
    assert_true(device_write_back(&fix->device, 0, fixture_frame(fix, 1, FIXTURE_FRAME_BYTES),
                                  FIXTURE_FRAME_BYTES, done));
    return folio_rx_burst(&fix->port, 0, fix->mbufs, 8);
}

static inline struct folio_stats fixture_stats(const struct fixture *fix, uint16_t queue)
{
    struct folio_stats stats;

    folio_port_stats(&fix->port, queue, &stats);
    return stats;
}

/* What was refused on a queue, for all reasons together. */
static inline uint64_t fixture_refused(const struct fixture *fix, uint16_t queue)
{
    struct folio_stats stats = fixture_stats(fix, queue);
    uint64_t sum = 0;

    for (unsigned i = 0; i < FOLIO_REFUSAL_COUNT; i++)
        sum += stats.refused[i];
    return sum;
}

/* A frame that the application makes itself. */
static inline struct folio_mbuf *fixture_packet(struct fixture *fix, unsigned number,
                                                uint16_t size_bytes)
{
    struct folio_mbuf *mbuf = folio_mbuf_alloc(&fix->shadow);

    assert_non_null(mbuf);
    memcpy(mbuf->data, fixture_frame(fix, number, size_bytes), size_bytes);
    mbuf->data_len = size_bytes;
    return mbuf;
}

#endif
