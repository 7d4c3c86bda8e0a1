/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/twin/folio_twin.c — the ring driver and a port, compiled natively and for rv64, echo
 * pseudo-random frames of an honest and of a lying device; prints a digest of all that left and of
 * every count. The two must print the same. No libc: start.h is all there is. Read
 * ../unit/folio_device.h first. */
#include "../unit/folio_device.h"
#include "../unit/monitor_digest.h"
#include "start.h"

enum {
    STEPS = 20000,
    STEPS_PER_LINE = 2000,
    QUEUES = 2,
    TEMPORARY = 3,
    SHADOW = 3,
    SHARED_BYTES = 4 * PAGE_SIZE,
    PRIVATE_BYTES = 1024,
};

static struct twin {
    struct folio_device device;
    struct folio_port port;
    struct folio_pool shadow;
    struct folio_mbuf *mbufs[SHADOW];
    uint64_t random, digest, packets;
    uint8_t frame[DEVICE_FRAME_MAX];
    uint8_t shared[SHARED_BYTES] __attribute__((aligned(PAGE_SIZE)));
    uint8_t private_memory[PRIVATE_BYTES] __attribute__((aligned(64)));
    struct folio_mbuf headers[SHADOW];
    uint8_t rooms[SHADOW * FOLIO_ROOM_BYTES] __attribute__((aligned(64)));
} twin; /* too large for a stack */

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t random_next(void)
{
    uint64_t z = twin.random += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static bool twin_begin(void)
{
    struct folio_port_config config = {.backend = &twin.device.driver.base,
                                       .driver = &twin.device.driver,
                                       .shadow = &twin.shadow,
                                       .queue_count = QUEUES,
                                       .ring_size = FOLIO_RING_SIZE_MIN,
                                       .temporary_count = TEMPORARY,
                                       .room_bytes = FOLIO_ROOM_BYTES,
                                       .shared = twin.shared,
                                       .private_memory = twin.private_memory};

    device_begin(&twin.device);
    return folio_port_shared_bytes(&config) <= SHARED_BYTES &&
           folio_port_private_bytes(&config) <= PRIVATE_BYTES &&
           folio_pool_init(&twin.shadow, FOLIO_POOL_SHADOW, twin.headers, twin.rooms, SHADOW,
                           FOLIO_ROOM_BYTES) == STATUS_OK &&
           folio_port_open(&twin.port, &config) == STATUS_OK;
}

/* A frame, or a lie about one. */
static void device_step(uint16_t queue)
{
    uint16_t size_bytes = (uint16_t)(random_next() % 1515);
    struct folio_descriptor done = device_done(size_bytes);
    uint64_t kind = random_next() % 8;

    for (unsigned i = 0; i < 64; i++)
        twin.frame[i] = (uint8_t)random_next();
    if (kind == 0)
        done.high = (random_next() & ~(uint64_t)UINT32_MAX) | done.high;
    if (kind == 1)
        done.low = random_next();
    if (kind == 2)
        done.high ^= random_next() & 0xfffffffe;
    (void)device_write_back(&twin.device, queue, twin.frame, size_bytes, done);
}

static void guest_step(uint16_t queue)
{
    uint16_t got = folio_rx_burst(&twin.port, queue, twin.mbufs, SHADOW), sent;

    for (uint16_t i = 0; i < got; i++) {
        const struct folio_mbuf *mbuf = twin.mbufs[i];

        digest_word(&twin.digest, (uint64_t)mbuf->rss_hash << 32 | mbuf->flags);
        digest_word(&twin.digest, (uint64_t)mbuf->vlan << 32 | mbuf->data_len);
    }
    sent = folio_tx_burst(&twin.port, queue, twin.mbufs, got);
    for (uint16_t i = sent; i < got; i++)
        folio_mbuf_free(twin.mbufs[i]);
    twin.packets += sent;
}

static void wire_step(uint16_t queue)
{
    uint16_t size_bytes;

    while (device_send(&twin.device, queue, twin.frame, &size_bytes)) {
        digest_word(&twin.digest, size_bytes);
        for (unsigned i = 0; i < size_bytes; i++)
            digest_word(&twin.digest, twin.frame[i]);
    }
}

static void counts_digest(void)
{
    for (uint16_t queue = 0; queue < QUEUES; queue++) {
        struct folio_stats stats;

        folio_port_stats(&twin.port, queue, &stats);
        digest_word(&twin.digest, stats.rx_copied_bytes + stats.tx_copied_bytes);
        digest_words(&twin.digest, stats.refused, FOLIO_REFUSAL_COUNT);
    }
}

static bool line_write(void)
{
    char line[] = "................ after .....\n";
    uint64_t digest = twin.digest, packets = twin.packets;

    for (unsigned i = 16; i-- > 0; digest >>= 4)
        line[i] = "0123456789abcdef"[digest & 15];
    for (unsigned i = 28; i-- > 23; packets /= 10)
        line[i] = (char)('0' + packets % 10);
    return rv64_write(1, line, sizeof line - 1) == sizeof line - 1;
}

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (!twin_begin())
        return 1;
    for (unsigned i = 1; i <= STEPS; i++) {
        uint16_t queue = (uint16_t)(random_next() % QUEUES);

        device_step(queue);
        guest_step(queue);
        wire_step(queue);
        if (folio_check_all(&twin.port) != STATUS_OK)
            return 2;
        if (i % STEPS_PER_LINE == 0) {
            counts_digest();
            if (!line_write())
                return 3;
        }
    }
    if (folio_port_close(&twin.port) != STATUS_OK || twin.shadow.free_count != SHADOW)
        return 4;
    for (unsigned i = 0; i < SHARED_BYTES; i++)
        if (twin.shared[i] != 0)
            return 5;
    return twin.packets > STEPS / 2 ? 0 : 6;
}
