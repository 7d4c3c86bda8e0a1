/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_run_hostile.c — the loop under a host that lies at the moments of run_hooks: each
 * packet has one end, with the right reason, and nobody pays for another. */
#include "run_fixture.h"

#include "net/workload.h"

enum { ROUNDS = 6, BURST = 8, PACKETS = ROUNDS * BURST, RING = 32, FRAME_BYTES = 100 };

static const char *const drivers[] = {"plain-dpdk", "snp-sriov", "folio"};
static struct cost cost;
static struct packet_set *packets;

struct host;

/* What the host does to the descriptor of the index-th packet of a round. */
typedef void lie_fn(struct host *host, volatile struct folio_descriptor *descriptor,
                    uint32_t index);

struct host {
    struct watch watch; /* first: the hooks' context */
    struct folio_fetch door;
    struct path path;
    lie_fn *lie, *lie_tx;
    void (*moment)(void *context, enum run_moment moment, uint16_t queue, struct nic *nic,
                   const struct folio_region *shared); /* NULL: the lies above */
    uint16_t queues;                                   /* 0: one */
    uint64_t value;
};

static int world_make(void **unused)
{
    struct workload_shape shape = {FRAME_BYTES, PACKETS, 0, NULL};
    enum status status;

    (void)unused;
    packets = workload_make(&shape, &status, NULL);
    return packets && cost_open(&cost, "generic-100g", NULL) == STATUS_OK ? 0 : -1;
}

static int world_free(void **unused)
{
    (void)unused;
    packet_set_free(packets);
    return 0;
}

static volatile struct folio_descriptor *descriptor_at(uint8_t *ring, uint64_t slot)
{
    return (void *)(ring + slot % RING * FOLIO_DESCRIPTOR_BYTES);
}

static void host_moment(void *context, enum run_moment moment, uint16_t queue, struct nic *nic,
                        const struct folio_region *shared)
{
    struct host *host = context;
    struct folio_ring_driver *driver = &host->watch.run->path->lab.backend.driver;

    (void)nic;
    (void)shared;
    assert_int_equal(queue, 0);
    for (uint32_t i = 0; i < BURST; i++) {
        if (moment == RUN_AFTER_DMA && host->lie)
            host->lie(host, descriptor_at(driver->rx[0].ring, host->watch.ends + i), i);
        if (moment == RUN_AFTER_TX && host->lie_tx)
            host->lie_tx(host, descriptor_at(driver->tx[0].ring, host->watch.ends + i), i);
    }
}

static void host_play(struct host *host, const char *path)
{
    struct run_config config = {
        .path = &host->path, .cost = &cost, .app = app_find("l2fwd"), .seed = 1};

    assert_int_equal(path_open(&host->path, path, NULL), STATUS_OK);
    host->path.burst = BURST;
    host->path.queues = host->queues ? host->queues : 1;
    host->path.ring_size = RING;
    host->path.bounce_bytes = host->path.bounce_bytes ? 1 << 22 : 0;
    host->watch.is_hostile = true;
    host->watch.packets = packet_set_packets(packets, &host->watch.count);
    (void)strcpy(host->watch.label, path);
    config.hooks.moment = host->moment ? host->moment : host_moment;
    if (host->door.ops)
        config.fetch = &host->door;
    watch_run(&host->watch, &config);
}

static const char *guest_word(const char *path)
{
    return strcmp(path, "folio") == 0 ? "folio" : "driver";
}

/* Every other packet gets a length that is none. */
static void length_write(struct host *host, volatile struct folio_descriptor *descriptor,
                         uint32_t index)
{
    if (index % 2 == 0)
        descriptor->high = (descriptor->high & ~((uint64_t)UINT16_MAX << RXD_LENGTH_SHIFT)) |
                           host->value << RXD_LENGTH_SHIFT;
}

/* The lie was told of those with an odd number: those are refused, and no other. */
static void odd_is_refused(struct watch *watch, const struct run_end *end)
{
    watch_expect(watch, (end->fate == FATE_REFUSED) == (end->id % 2), end->id, "the wrong packet");
}

static void a_length_that_is_none_is_refused_for_its_reason(void **unused)
{
    static const struct {
        uint64_t length;
        const char *reason;
    } lies[] = {{0, "length_zero"},
                {3, "length_below_crc"},
                {13, "length_runt"},
                {2049, "length_above_room"},
                {65535, "length_above_room"}};

    (void)unused;
    for (size_t d = 0; d < 3; d++) {
        for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
            struct host host = {.lie = length_write, .value = lies[i].length};

            host.watch.ended = odd_is_refused;
            host_play(&host, drivers[d]);
            assert_int_equal(host.watch.result.refused, PACKETS / 2);
            assert_int_equal(host.watch.result.delivered, PACKETS / 2);
            assert_int_equal(host.watch.result.payload_mismatches, 0);
            assert_int_equal(watch_reason(&host.watch, guest_word(drivers[d]), lies[i].reason),
                             PACKETS / 2);
        }
    }
}

static void a_length_that_is_another_is_a_payload_mismatch(void **unused)
{
    (void)unused;
    for (size_t d = 0; d < 3; d++) {
        struct host host = {.lie = length_write, .value = FRAME_BYTES - 1};

        host_play(&host, drivers[d]);
        assert_int_equal(host.watch.result.delivered, PACKETS);
        assert_int_equal(host.watch.result.payload_mismatches, PACKETS / 2);
        assert_int_equal(host.watch.result.wire_mismatches, 0);
    }
}

/* Bits of the status: value is taken out, its upper half put in. */
static void status_write(struct host *host, volatile struct folio_descriptor *descriptor,
                         uint32_t index)
{
    if (index % 2 == 0)
        descriptor->high = (descriptor->high & ~(host->value & UINT32_MAX)) | host->value >> 32;
}

static void a_status_that_cannot_be_is_refused_for_its_reason(void **unused)
{
    (void)unused;
    for (size_t d = 0; d < 3; d++) {
        struct host error = {.lie = status_write, .value = (uint64_t)RXD_ERROR_RXE << 32};

        host_play(&error, drivers[d]);
        assert_int_equal(error.watch.result.refused, PACKETS / 2);
        assert_int_equal(watch_reason(&error.watch, guest_word(drivers[d]), "rx_error"),
                         PACKETS / 2);
    }
}

/* What has no end takes along what comes after it, since that may be the rest of it. */
static void a_packet_without_an_end_is_refused(void **unused)
{
    (void)unused;
    for (size_t d = 0; d < 3; d++) {
        struct host host = {.lie = status_write, .value = RXD_STATUS_EOP};

        host_play(&host, drivers[d]);
        assert_int_equal(host.watch.result.refused, PACKETS);
        assert_int_equal(watch_reason(&host.watch, guest_word(drivers[d]), "fragment"), PACKETS);
    }
}

/* The first packet of each round is not done, so nothing behind it is looked at. */
static void done_withdraw(struct host *host, volatile struct folio_descriptor *descriptor,
                          uint32_t index)
{
    if (index == BURST / 2 && host->watch.ends == 0)
        descriptor->high &= ~(uint64_t)RXD_STATUS_DD;
}

static void a_packet_that_is_never_done_was_never_reported(void **unused)
{
    (void)unused;
    for (size_t d = 0; d < 3; d++) {
        struct host host = {.lie = done_withdraw};

        host_play(&host, drivers[d]);
        assert_int_equal(host.watch.result.delivered, BURST / 2);
        assert_int_equal(watch_reason(&host.watch, "nic", "never_reported") +
                             watch_reason(&host.watch, "nic", "no_descriptor"),
                         PACKETS - BURST / 2);
        assert_int_equal(host.watch.result.refused, 0);
    }
}

static uint32_t door_poll(struct folio_fetch *self, const void *shared, enum folio_place place)
{
    (void)self;
    return folio_poll(NULL, shared, place);
}

/* The host takes "done" back after the poll. */
static struct folio_descriptor door_snapshot(struct folio_fetch *self, const void *shared,
                                             enum folio_place place)
{
    struct folio_descriptor *live = (void *)(uintptr_t)shared;

    (void)self;
    live->high &= ~(uint64_t)RXD_STATUS_DD;
    return folio_snapshot(NULL, shared, place);
}

static void door_copy(struct folio_fetch *self, void *to, const void *shared, size_t size_bytes,
                      enum folio_place place)
{
    (void)self;
    folio_copy(NULL, to, shared, size_bytes, place);
}

static void done_that_is_taken_back_after_the_poll_is_refused(void **unused)
{
    static const struct folio_fetch_ops ops = {door_poll, door_snapshot, door_copy};

    (void)unused;
    for (size_t d = 0; d < 3; d++) {
        struct host host = {.door = {&ops}};

        host_play(&host, drivers[d]);
        assert_int_equal(host.watch.result.refused, PACKETS);
        assert_int_equal(watch_reason(&host.watch, guest_word(drivers[d]), "dd_withdrawn"),
                         PACKETS);
    }
}

/* One byte of the data of every packet but the first, after the device wrote it. */
static void data_write(struct host *host, volatile struct folio_descriptor *descriptor,
                       uint32_t index)
{
    const struct folio_region *region = &host->watch.run->path->region;
    const uint8_t *frame = host->watch.packets[host->watch.ends + index].frame;

    (void)descriptor;
    for (size_t i = 0; index > 0 && i + FRAME_BYTES <= region->size_bytes; i += 64)
        if (memcmp(region->base + i, frame, FRAME_BYTES) == 0)
            region->base[i + 60] ^= 1;
}

static void data_that_the_host_rewrote_is_a_payload_mismatch(void **unused)
{
    (void)unused;
    for (size_t d = 0; d < 3; d++) {
        struct host host = {.lie = data_write};

        host_play(&host, drivers[d]);
        assert_int_equal(host.watch.result.delivered, PACKETS);
        assert_int_equal(host.watch.result.payload_mismatches, PACKETS - ROUNDS);
        assert_int_equal(host.watch.result.refused, 0);
    }
}

/* In the first round the host takes a packet of queue 1 its length, and reports one descriptor too
 * many, of no bytes; in the second it rewrites all packets of queue 0. */
static void forge_then_rewrite(void *context, enum run_moment moment, uint16_t queue,
                               struct nic *nic, const struct folio_region *shared)
{
    struct host *host = context;
    uint8_t *ring = host->watch.run->path->lab.backend.driver.rx[queue].ring;
    uint64_t slot = 0;

    (void)nic;
    (void)shared;
    if (moment != RUN_AFTER_DMA)
        return;
    if (host->watch.ends == 0 && queue == 1) {
        while (descriptor_at(ring, slot)->high & RXD_STATUS_DD)
            slot++;
        assert_in_range(slot, 1, BURST - 1);
        descriptor_at(ring, 0)->high &= UINT32_MAX;
        descriptor_at(ring, slot)->high = RXD_STATUS_DD | RXD_STATUS_EOP;
    }
    for (uint32_t i = 1; host->watch.ends == BURST && queue == 0 && i <= BURST; i++)
        data_write(host, NULL, i);
}

static void a_refusal_of_no_packet_is_not_laid_on_a_later_one(void **unused)
{
    struct host host = {.moment = forge_then_rewrite, .queues = 2};

    (void)unused;
    host_play(&host, "folio");
    assert_int_equal(host.watch.result.refused, 1);
    assert_true(host.watch.result.payload_mismatches > 0);
}

/* What the guest posted for transmit: the length, or where it lies. */
static void tx_length_write(struct host *host, volatile struct folio_descriptor *descriptor,
                            uint32_t index)
{
    if (index == 2)
        descriptor->high = (descriptor->high & ~(uint64_t)UINT16_MAX) | host->value;
}

static void tx_address_write(struct host *host, volatile struct folio_descriptor *descriptor,
                             uint32_t index)
{
    if (index == 2)
        descriptor->low = host->watch.run->path->region.device.v;
}

static void what_the_device_does_not_send_is_its_drop(void **unused)
{
    (void)unused;
    for (size_t d = 0; d < 3; d++) {
        struct host host = {.lie_tx = tx_length_write, .value = 0};

        host_play(&host, drivers[d]);
        assert_int_equal(watch_reason(&host.watch, "nic", "not_sent"), ROUNDS);
        assert_int_equal(host.watch.result.delivered, PACKETS - ROUNDS);
        assert_int_equal(host.watch.result.sum.copies[LEDGER_PRIVATE_TO_SHARED] +
                             host.watch.result.sum.copies[LEDGER_BOUNCE_OUT],
                         d == 0 ? 0 : PACKETS);
    }
}

static void what_leaves_from_elsewhere_is_a_wire_mismatch(void **unused)
{
    (void)unused;
    for (size_t d = 0; d < 3; d++) {
        struct host host = {.lie_tx = tx_address_write};

        host_play(&host, drivers[d]);
        assert_int_equal(host.watch.result.wire_mismatches, ROUNDS);
        assert_int_equal(host.watch.result.sent, PACKETS);
        assert_int_equal(host.watch.result.delivered, PACKETS);
    }
}

static void memory_look(void *context, enum run_moment moment, uint16_t queue, struct nic *nic,
                        const struct folio_region *shared)
{
    struct host *host = context;

    (void)moment;
    (void)queue;
    (void)nic;
    host->value += shared->size_bytes;
}

static void a_host_sees_nothing_of_a_trusted_devices_memory(void **unused)
{
    struct host trusted = {.moment = memory_look}, shared = {.moment = memory_look};

    (void)unused;
    host_play(&trusted, "snp-tio-dpdk");
    host_play(&shared, "folio");
    assert_int_equal(trusted.value, 0);
    assert_true(shared.value > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_length_that_is_none_is_refused_for_its_reason),
        cmocka_unit_test(a_length_that_is_another_is_a_payload_mismatch),
        cmocka_unit_test(a_status_that_cannot_be_is_refused_for_its_reason),
        cmocka_unit_test(a_packet_without_an_end_is_refused),
        cmocka_unit_test(a_packet_that_is_never_done_was_never_reported),
        cmocka_unit_test(done_that_is_taken_back_after_the_poll_is_refused),
        cmocka_unit_test(data_that_the_host_rewrote_is_a_payload_mismatch),
        cmocka_unit_test(a_refusal_of_no_packet_is_not_laid_on_a_later_one),
        cmocka_unit_test(what_the_device_does_not_send_is_its_drop),
        cmocka_unit_test(a_host_sees_nothing_of_a_trusted_devices_memory),
        cmocka_unit_test(what_leaves_from_elsewhere_is_a_wire_mismatch),
    };

    return cmocka_run_group_tests(tests, world_make, world_free);
}
