/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_datapath.c — what the drivers of the paths do with pools, mappings and frames
 * that cannot leave, as the loop sees it. */
#include "run_fixture.h"

#include "net/workload.h"

enum { PACKETS = 400 };

static struct cost cost;
static struct packet_set *packets;

static int world_make(void **unused)
{
    struct workload_shape shape = {200, PACKETS, 1e6, NULL};
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

static void path_play(struct watch *watch, struct path *path, const struct app_kind *app)
{
    struct run_config config = {.path = path, .cost = &cost, .app = app, .seed = 1};

    memset(watch, 0, sizeof *watch);
    watch->packets = packet_set_packets(packets, &watch->count);
    (void)strcpy(watch->label, path->name);
    watch_run(watch, &config);
}

static struct path small_path(const char *name, uint16_t queues, uint32_t mbufs, uint16_t burst)
{
    struct path path;

    assert_int_equal(path_open(&path, name, NULL), STATUS_OK);
    path.queues = queues;
    path.pool_mbufs = mbufs;
    path.burst = burst;
    path.ring_size = 8;
    path.bounce_bytes = path.bounce_bytes ? 1 << 22 : 0;
    return path;
}

/* Rooms that the last packets of a run were in. */
struct rooms {
    const uint8_t *frame[PACKETS];
    size_t count;
};

static void room_note(void *context, enum run_hop hop, const struct packet *packet,
                      const char *comment)
{
    struct rooms *rooms = context;

    (void)comment;
    if (hop == HOP_GUEST)
        rooms->frame[rooms->count++] = packet->frame;
}

static size_t rooms_different(const struct path *path, size_t last)
{
    struct rooms rooms = {.count = 0};
    struct run_config config = {.path = path,
                                .cost = &cost,
                                .app = app_find("l2fwd"),
                                .hooks = {.context = &rooms, .hop = room_note}};
    struct run_result result;
    struct run *run;
    size_t count, different = 0;
    const struct packet *packet = packet_set_packets(packets, &count);

    assert_int_equal(run_open(&run, &config, NULL), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(run_packet(run, &packet[i], NULL), STATUS_OK);
    assert_int_equal(run_finish(run, &result, NULL), STATUS_OK);
    run_close(run);
    assert_int_equal(rooms.count, PACKETS);
    for (size_t i = rooms.count - last; i < rooms.count; i++) {
        size_t j = rooms.count - last;

        while (rooms.frame[j] != rooms.frame[i])
            j++;
        different += j == i;
    }
    return different;
}

/* In a FIFO pool no room is used again before all others were, however small it is; in a LIFO pool
 * the same few are used all the time. */
static void the_order_of_a_pool_is_what_the_path_says(void **unused)
{
    static const char *const names[] = {"snp-tio-dpdk", "sev-sriov", "folio"};

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        struct path path = small_path(names[i], 1, 64, 4);

        path.order = PATH_FIFO;
        assert_int_equal(rooms_different(&path, 48), 48);
        path.order = PATH_LIFO;
        assert_in_range(rooms_different(&path, 48), 1, 16);
    }
}

/* Each packet is mapped for receive and for transmit; what is still mapped is posted. */
static void every_buffer_is_mapped_and_given_back(void **unused)
{
    static const char *const names[] = {"sev-virtio", "sev-sriov", "sev-es-sriov", "snp-sriov"};

    (void)unused;
    for (size_t i = 0; i < 4; i++) {
        struct path path = small_path(names[i], 2, 64, 4);
        struct watch watch;
        const struct bounce_stats *bounce = &watch.result.bounce;

        path_play(&watch, &path, app_find("l2fwd"));
        assert_int_equal(watch.result.delivered, PACKETS);
        assert_true(bounce->mappings >= 2 * PACKETS);
        assert_in_range(bounce->mappings, 2 * PACKETS, 2 * PACKETS + 2 * 7);
        assert_int_equal(bounce->mappings - bounce->unmappings, bounce->used);
        assert_in_range(bounce->used, 1, 4 * 7); /* at most what four rings hold */
        assert_int_equal(bounce->misused, 0);
    }
}

/* Linux since 5.18: the device must not find a neighbour's bytes in what it does not write. */
static void a_copy_at_mapping_is_one_of_the_whole_buffer(void **unused)
{
    struct path path = small_path("snp-sriov", 1, 64, 4);
    struct watch watch;
    uint64_t copies, bytes;

    (void)unused;
    path.bounce_map_copy = true;
    path_play(&watch, &path, app_find("sink"));
    copies =
        watch.result.sum.copies[LEDGER_BOUNCE_MAP] + watch.result.setup.copies[LEDGER_BOUNCE_MAP];
    bytes = watch.result.sum.bytes[LEDGER_BOUNCE_MAP] + watch.result.setup.bytes[LEDGER_BOUNCE_MAP];
    assert_int_equal(copies, watch.result.bounce.mappings);
    assert_int_equal(bytes, copies * BOUNCE_SLOT_BYTES);
    assert_int_equal(watch.result.sum.copies[LEDGER_BOUNCE_IN], PACKETS);
    path.bounce_map_copy = false;
    path_play(&watch, &path, app_find("sink"));
    assert_int_equal(watch.result.sum.copies[LEDGER_BOUNCE_MAP], 0);
}

/* An application that cuts every other frame to less than a header. */
static uint16_t cutting_burst(struct app *app, uint16_t queue, struct folio_mbuf **mbufs,
                              uint16_t count, struct folio_mbuf **out)
{
    (void)app;
    (void)queue;
    memcpy(out, mbufs, count * sizeof *out);
    for (uint16_t i = 0; i < count; i += 2)
        out[i]->data_len = 10;
    return count;
}

static void cutting_close(struct app *app)
{
    free(app);
}

static const struct app_ops cutting_ops = {cutting_burst, cutting_close};

static struct app *cutting_open(const struct app_config *config, enum status *status,
                                struct diagnostic *diag)
{
    struct app *app = calloc(1, sizeof *app);

    (void)config;
    (void)diag;
    assert_non_null(app);
    app->ops = &cutting_ops;
    *status = STATUS_OK;
    return app;
}

static void a_frame_below_a_header_does_not_leave_and_is_not_paid_for(void **unused)
{
    static const struct app_kind kind = {.name = "cutting", .open = cutting_open};
    static const struct {
        const char *path, *where, *reason;
    } ends[] = {{"snp-tio-dpdk", "nic", "not_sent"},
                {"snp-sriov", "driver", "tx_length"},
                {"folio", "folio", "tx_length"}};

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        struct path path = small_path(ends[i].path, 1, 64, 4);
        struct watch watch;
        uint64_t copied;

        path_play(&watch, &path, &kind);
        copied = watch.result.sum.bytes[LEDGER_PRIVATE_TO_SHARED] +
                 watch.result.sum.bytes[LEDGER_BOUNCE_OUT];
        assert_int_equal(watch.result.answered, PACKETS / 2);
        assert_int_equal(watch_reason(&watch, ends[i].where, ends[i].reason), PACKETS / 2);
        assert_int_equal(watch.result.wire_mismatches, 0);
        assert_int_equal(copied, i == 0 ? 0 : PACKETS / 2 * 200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_a_pool_is_what_the_path_says),
        cmocka_unit_test(every_buffer_is_mapped_and_given_back),
        cmocka_unit_test(a_copy_at_mapping_is_one_of_the_whole_buffer),
        cmocka_unit_test(a_frame_below_a_header_does_not_leave_and_is_not_paid_for),
    };

    return cmocka_run_group_tests(tests, world_make, world_free);
}
