/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/folio_hostile.h — a host that does whatever a row of bytes says, around a guest that
 * forwards packets: the property test draws the bytes, the fuzz target gets them. After every step
 * the rules are checked; the shared region lies between two pages that nobody may touch. */
#ifndef CVMLAB_TEST_FOLIO_HOSTILE_H
#define CVMLAB_TEST_FOLIO_HOSTILE_H

#define _GNU_SOURCE /* memmem, MAP_ANONYMOUS */
#include <string.h>
#include <sys/mman.h>

#include "../fuzz/script.h"
#include "folio_reads.h"

enum { HOSTILE_QUEUES = 2, HOSTILE_MBUFS = 3, HOSTILE_BURST = 4, HOSTILE_REGION_MAX = 1 << 16 };

struct hostile {
    struct folio_device device;
    struct folio_reads reads;
    struct folio_port port;
    struct folio_port_config config;
    struct folio_pool shadow;
    struct folio_decrypt decrypt;
    struct folio_mbuf *held[HOSTILE_MBUFS + HOSTILE_BURST];
    unsigned held_count;
    uint64_t bursts;
    void (*expect)(bool holds, const char *rule);
    uint8_t *mapping;
    uint8_t counts[HOSTILE_REGION_MAX];
    struct folio_mbuf headers[HOSTILE_MBUFS];
    uint8_t rooms[HOSTILE_MBUFS * FOLIO_ROOM_BYTES] __attribute__((aligned(64)));
    uint8_t private_memory[4096] __attribute__((aligned(64)));
    uint8_t frame[DEVICE_FRAME_MAX];
};

static const uint8_t hostile_secret[16] = {0xd1, 0x5e, 0xa5, 0xed, 0x0d, 0xdb, 0xa1, 0x15,
                                           0x1c, 0xeb, 0x00, 0xda, 0xba, 0xdc, 0x0d, 0xe5};

/* A "cipher" without key: the last byte must be even, and is cut off. */
static enum status hostile_begin_packet(struct folio_decrypt *self, uint32_t packet_bytes)
{
    (void)self;
    return packet_bytes % 7 == 0 ? STATUS_DENIED : STATUS_OK;
}

static enum status hostile_chunk(struct folio_decrypt *self, const uint8_t *fetched,
                                 uint32_t size_bytes, uint8_t *to, uint32_t room_bytes,
                                 uint32_t *written)
{
    (void)self;
    if (size_bytes > room_bytes)
        return STATUS_FULL;
    memcpy(to, fetched, size_bytes);
    *written = size_bytes;
    return fetched[0] == 0xee ? STATUS_DENIED : STATUS_OK;
}

static enum status hostile_finish(struct folio_decrypt *self, uint8_t *data, uint32_t *total_bytes)
{
    (void)self;
    *total_bytes -= 1;
    return data[*total_bytes] % 2 ? STATUS_DENIED : STATUS_OK;
}

static const struct folio_decrypt_ops hostile_cipher = {hostile_begin_packet, hostile_chunk,
                                                        hostile_finish};

static inline void hostile_open(struct hostile *self, struct script *script)
{
    size_t region;

    device_begin(&self->device);
    self->decrypt.ops = &hostile_cipher;
    self->config = (struct folio_port_config){.backend = &self->device.driver.base,
                                              .driver = &self->device.driver,
                                              .fetch = &self->reads.base,
                                              .shadow = &self->shadow,
                                              .queue_count = HOSTILE_QUEUES,
                                              .ring_size = FOLIO_RING_SIZE_MIN,
                                              .temporary_count = HOSTILE_MBUFS,
                                              .room_bytes = FOLIO_ROOM_BYTES,
                                              .private_memory = self->private_memory};
    self->config.keep_crc = script_below(script, 2);
    switch (script_below(script, 3)) {
    case 1:
        self->config.header_bytes = FOLIO_ETHERNET_BYTES + script_byte(script);
        break;
    case 2:
        self->config.decrypt = &self->decrypt;
        break;
    }
    region = folio_port_shared_bytes(&self->config);
    self->mapping =
        mmap(NULL, region + 2 * PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    self->config.shared = self->mapping + PAGE_SIZE;
    self->expect(self->mapping != MAP_FAILED &&
                     mprotect(self->config.shared, region, PROT_READ | PROT_WRITE) == 0 &&
                     region <= sizeof self->counts &&
                     folio_port_private_bytes(&self->config) <= sizeof self->private_memory,
                 "there is memory for a port");
    for (size_t i = 0; i < sizeof self->rooms; i++)
        self->rooms[i] = hostile_secret[i % sizeof hostile_secret];
    memset(self->counts, 0, sizeof self->counts);
    reads_begin(&self->reads, &self->device, self->counts);
    (void)folio_pool_init(&self->shadow, FOLIO_POOL_SHADOW, self->headers, self->rooms,
                          HOSTILE_MBUFS, FOLIO_ROOM_BYTES);
    self->held_count = 0;
    self->expect(folio_port_open(&self->port, &self->config) == STATUS_OK, "a port opens");
}

/* Between two calls, a room that holds no unread payload begins a new life, and so does every
 * descriptor. */
static inline void hostile_lives_begin(struct hostile *self)
{
    const struct folio_pool *pool = &self->port.temporary;

    memset(self->counts, 0, (size_t)(pool->rooms - self->port.region.base));
    for (uint32_t i = 0; i < pool->count; i++)
        if (pool->mbufs[i].place != FOLIO_MBUF_REST)
            memset(self->counts + (folio_mbuf_room(&pool->mbufs[i]) - self->port.region.base), 0,
                   pool->room_bytes);
}

/* The next receive descriptor is written back with whatever the host likes. */
static inline void hostile_write_back(struct hostile *self, struct script *script)
{
    uint16_t queue = (uint16_t)script_below(script, HOSTILE_QUEUES);
    struct folio_descriptor done = {script_value(script), script_value(script)};

    switch (script_below(script, 4)) { /* nearly honest: one thing is a lie */
    case 0:
        done.low = 0;
        done.high = (done.high & UINT16_MAX) << RXD_LENGTH_SHIFT | RXD_STATUS_DD | RXD_STATUS_EOP;
        break;
    case 1:
        done.high = device_done(100).high;
        break;
    case 2:
        done.low &= RXD_TYPE_IPV4 | RXD_TYPE_UDP | RXD_RSS_TYPE_IPV4;
        done.high = device_done(100).high | (done.high & UINT32_MAX);
        break;
    }
    (void)device_write_back(&self->device, queue, self->frame, script_byte(script), done);
}

static inline void hostile_frame(struct hostile *self, struct script *script)
{
    uint16_t queue = (uint16_t)script_below(script, HOSTILE_QUEUES);
    uint16_t size_bytes = (uint16_t)(script_bytes(script, 2) % 2049);

    self->frame[script_byte(script)] = script_byte(script);
    (void)device_receive(&self->device, queue, self->frame, size_bytes);
}

/* Any bytes of the shared region, the rings above all. */
static inline void hostile_scribble(struct hostile *self, struct script *script)
{
    size_t offset = script_bytes(script, 2);
    uint64_t value = script_value(script);

    offset = script_below(script, 4) ? offset % (4 * 128) : offset;
    offset %= self->port.region.size_bytes - sizeof value;
    memcpy(self->port.region.base + offset, &value, sizeof value);
}

static inline void guest_receive(struct hostile *self, struct script *script)
{
    uint16_t queue = (uint16_t)script_below(script, HOSTILE_QUEUES);
    uint16_t got = folio_rx_burst(&self->port, queue, self->held + self->held_count, HOSTILE_BURST);

    self->bursts++;
    for (unsigned i = self->held_count; i < self->held_count + got; i++) {
        const struct folio_mbuf *mbuf = self->held[i];

        self->expect(mbuf->pool == &self->shadow && mbuf->data_len >= FOLIO_ETHERNET_BYTES &&
                         mbuf->data_len <= folio_pool_capacity(&self->shadow),
                     "what is received is a shadow mbuf, bounded");
        self->expect((mbuf->flags & ~(uint32_t)FOLIO_HOST_FLAGS_ALL) == 0,
                     "what the host says is narrowed");
    }
    self->held_count += got;
    self->expect(self->held_count <= HOSTILE_MBUFS, "no mbuf comes from nowhere");
}

static inline void guest_send(struct hostile *self, struct script *script)
{
    uint16_t queue = (uint16_t)script_below(script, HOSTILE_QUEUES);
    uint16_t sent = folio_tx_burst(&self->port, queue, self->held, (uint16_t)self->held_count);

    self->bursts++;
    self->held_count -= sent;
    memmove(self->held, self->held + sent, self->held_count * sizeof self->held[0]);
}

static inline void guest_payload(struct hostile *self)
{
    if (self->held_count > 0)
        (void)folio_port_payload(&self->port, self->held[self->held_count - 1]);
}

static inline void hostile_step(struct hostile *self, struct script *script)
{
    uint16_t size_bytes;

    switch (script_below(script, 12)) {
    case 0:
    case 1:
        hostile_frame(self, script);
        break;
    case 2:
    case 3:
        hostile_write_back(self, script);
        break;
    case 4:
        hostile_scribble(self, script);
        break;
    case 5:
        (void)device_send(&self->device, (uint16_t)script_below(script, HOSTILE_QUEUES), NULL,
                          &size_bytes);
        break;
    case 6:
        self->reads.change_after = script_below(script, 4);
        self->device.fail_at = self->device.calls + script_below(script, 8); /* a doorbell */
        break;
    case 7:
    case 8:
        guest_receive(self, script);
        break;
    case 9:
    case 10:
        guest_send(self, script);
        break;
    default:
        if (self->held_count > 0 && script_below(script, 2))
            folio_mbuf_free(self->held[--self->held_count]);
        else
            guest_payload(self);
    }
}

/* What was counted adds up: one copy for what came in, one for what went out. What decryption
 * refuses may be refused before its copy. */
static inline void hostile_counts_check(struct hostile *self)
{
    for (uint16_t queue = 0; queue < HOSTILE_QUEUES; queue++) {
        struct folio_stats stats;

        folio_port_stats(&self->port, queue, &stats);
        self->expect(stats.rx_copies >= stats.rx_packets &&
                         stats.rx_copies <= stats.rx_packets + stats.refused[FOLIO_REFUSED_DECRYPT],
                     "one copy for each packet in");
        self->expect(stats.tx_copies == stats.tx_packets, "one copy for each packet out");
    }
}

/* Runs the whole row of bytes; adds the guest's bursts to self->bursts. self->expect is set; the
 * rest may hold anything. */
static inline void hostile_run(struct hostile *self, const uint8_t *bytes, size_t size_bytes)
{
    struct script script = {bytes, bytes + size_bytes};
    const struct folio_pool *pool = &self->port.temporary;

    hostile_open(self, &script);
    while (!script_ended(&script)) {
        hostile_step(self, &script);
        self->expect(folio_check_all(&self->port) == STATUS_OK, "every invariant holds");
        self->expect(self->reads.outside == 0, "no read outside the shared region");
        self->expect(self->reads.doubles == 0, "no byte is read twice");
        hostile_lives_begin(self);
    }
    self->expect(!memmem(self->port.region.base, self->port.region.size_bytes, hostile_secret,
                         sizeof hostile_secret),
                 "no private byte leaves");
    hostile_counts_check(self);
    self->device.fail_at = DEVICE_NEVER;
    while (self->held_count > 0)
        folio_mbuf_free(self->held[--self->held_count]);
    self->expect(self->shadow.free_count == HOSTILE_MBUFS && self->shadow.misused == 0 &&
                     pool->misused == 0,
                 "no mbuf is lost or freed twice");
    self->expect(folio_port_close(&self->port) == STATUS_OK, "a port closes");
    self->expect(pool->free_count == HOSTILE_MBUFS, "every temporary mbuf comes back");
    for (size_t i = 0; i < folio_port_shared_bytes(&self->config); i++)
        self->expect(self->mapping[PAGE_SIZE + i] == 0, "the region is zero after close");
    (void)munmap(self->mapping, folio_port_shared_bytes(&self->config) + 2 * PAGE_SIZE);
}

#endif
