/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_run.c — the loop with an honest host: where packets are lost for want of
 * something, applications that create or lose packets, the modelled rate. */
#include "run_fixture.h"

#include <math.h>

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

/* A built-in path that the caller has made small. */
static void small_play(struct watch *watch, struct path *path, const char *app)
{
    struct run_config config = {.path = path, .cost = &cost, .app = app_find(app), .seed = 1};

    memset(watch, 0, sizeof *watch);
    watch->packets = packet_set_packets(packets, &watch->count);
    (void)strcpy(watch->label, path->name);
    watch_honest(watch, &config);
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

static void a_pool_of_three_serves_two_queues_packet_by_packet(void **unused)
{
    static const char *const names[] = {"snp-tio-dpdk", "plain-dpdk", "sev-sriov", "folio"};

    (void)unused;
    for (size_t i = 0; i < 4; i++) {
        struct path path = small_path(names[i], 2, 3, 1);
        struct watch watch;

        small_play(&watch, &path, "macswap");
        assert_int_equal(watch.result.delivered, PACKETS);
    }
}

/* More queues than buffers: some ring is always empty, and none for ever. */
static void a_queue_that_ran_dry_receives_again(void **unused)
{
    static const char *const names[] = {"snp-tio-dpdk", "sev-sriov"};

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        struct path path = small_path(names[i], 16, 17, 16);
        struct watch watch;

        small_play(&watch, &path, "l2fwd");
        assert_true(watch.result.delivered > PACKETS / 2);
    }
}

static void a_ring_that_is_too_short_drops_at_the_device(void **unused)
{
    static const char *const names[] = {"snp-tio-dpdk", "sev-sriov", "folio"};

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        struct path path = small_path(names[i], 1, 64, 16);
        struct watch watch;

        small_play(&watch, &path, "l2fwd");
        assert_int_equal(watch.result.delivered, PACKETS / 16 * 7); /* one slot stays empty */
        assert_int_equal(watch_reason(&watch, "nic", "no_descriptor"), PACKETS / 16 * 9);
        assert_int_equal(watch.result.dropped_reasons, 1);
    }
}

static bool is_served[PATH_QUEUES_MAX];

static void unserved_lack_an_mbuf(struct watch *watch, const struct run_end *end)
{
    if (!end->where)
        is_served[end->queue] = true;
    watch_expect(watch, is_served[end->queue] || strcmp(end->where, "pool") == 0, end->id,
                 "a queue that never had a buffer does not say so");
}

/* Sixteen queues, and buffers for some. */
static void a_queue_for_which_there_was_no_mbuf_says_so(void **unused)
{
    struct path path = small_path("snp-tio-dpdk", 16, 4, 64);
    struct run_config config = {.path = &path, .cost = &cost, .app = app_find("sink")};
    struct watch watch = {.ended = unserved_lack_an_mbuf};

    (void)unused;
    watch.packets = packet_set_packets(packets, &watch.count);
    watch_honest(&watch, &config);
    assert_true(watch_reason(&watch, "pool", "no_mbuf") > 0);
}

/* 128 slots; a room of 10 KiB takes five of them, at even places. */
static void a_bounce_pool_that_is_full_says_so(void **unused)
{
    struct path path = small_path("snp-sriov", 4, 1024, 64);
    struct watch watch;

    (void)unused;
    path.ring_size = 64;
    path.room_bytes = FOLIO_ROOM_BYTES_JUMBO;
    path.bounce_areas = 1;
    path.bounce_bytes = BOUNCE_SEGMENT_BYTES;
    small_play(&watch, &path, "l2fwd");
    assert_true(watch_reason(&watch, "bounce", "bounce_full") +
                    watch_reason(&watch, "bounce", "bounce_fragmented") >
                0);
    assert_true(watch.result.bounce.refused[BOUNCE_FULL] +
                    watch.result.bounce.refused[BOUNCE_FRAGMENTED] >
                0);
    assert_true(watch.result.bounce.worst <= 128);
}

/* Told once, when it is news. */
static void a_refusal_of_the_bounce_pool_is_told_once(void **unused)
{
    struct path path = small_path("snp-sriov", 1, 64, 4);
    struct run_config config = {.path = &path, .cost = &cost, .app = app_find("sink")};
    enum bounce_refusal refusal;
    struct run *run;

    (void)unused;
    assert_int_equal(run_open(&run, &config, NULL), STATUS_OK);
    assert_null(run_bounce_refusal(run));
    assert_null(bounce_map(run->path->bounce, 0, BOUNCE_SEGMENT_BYTES + 1, 1, &refusal));
    assert_string_equal(run_bounce_refusal(run), "bounce_too_large");
    assert_null(run_bounce_refusal(run));
    run_close(run);
}

/* An application that sends each packet twice, and one of its own with every burst. */
static uint16_t double_burst(struct app *app, uint16_t queue, struct folio_mbuf **mbufs,
                             uint16_t count, struct folio_mbuf **out)
{
    uint16_t sent = 0;

    (void)queue;
    for (uint16_t i = 0; i < count; i++) {
        struct folio_mbuf *copy = folio_mbuf_alloc(app->pool);

        out[sent++] = mbufs[i];
        if (!copy)
            continue;
        memcpy(copy->data, mbufs[i]->data, mbufs[i]->data_len);
        copy->data_len = mbufs[i]->data_len;
        copy->attachment = i % 2 ? mbufs[i]->attachment : NULL;
        out[sent++] = copy;
    }
    return sent;
}

/* One that forgets its packets. */
static uint16_t careless_burst(struct app *app, uint16_t queue, struct folio_mbuf **mbufs,
                               uint16_t count, struct folio_mbuf **out)
{
    (void)app;
    (void)queue;
    (void)out;
    for (uint16_t i = 0; i < count; i++)
        folio_mbuf_free(mbufs[i]);
    return 0;
}

static void test_close(struct app *app)
{
    free(app);
}

static const struct app_ops double_ops = {double_burst, test_close};
static const struct app_ops careless_ops = {careless_burst, test_close};

static struct app *test_open(const struct app_ops *ops)
{
    struct app *app = calloc(1, sizeof *app);

    assert_non_null(app);
    app->ops = ops;
    return app;
}

static struct app *double_open(const struct app_config *config, enum status *status,
                               struct diagnostic *diag)
{
    (void)config;
    (void)diag;
    *status = STATUS_OK;
    return test_open(&double_ops);
}

static struct app *careless_open(const struct app_config *config, enum status *status,
                                 struct diagnostic *diag)
{
    (void)config;
    (void)diag;
    *status = STATUS_OK;
    return test_open(&careless_ops);
}

static void what_an_application_sends_more_is_copied_and_counted(void **unused)
{
    static const struct app_kind kind = {.name = "double", .open = double_open};
    struct path path = small_path("folio", 1, 256, 16);
    struct run_config config = {.path = &path, .cost = &cost, .app = &kind};
    struct watch watch;

    (void)unused;
    memset(&watch, 0, sizeof watch);
    path.ring_size = 64;
    watch.is_hostile = true; /* the watch expects one answer */
    watch.packets = packet_set_packets(packets, &watch.count);
    watch_run(&watch, &config);
    assert_int_equal(watch.result.created, PACKETS / 2);
    assert_int_equal(watch.result.sent, 2 * PACKETS);
    assert_int_equal(watch.result.delivered, PACKETS);
    assert_int_equal(watch.result.wire_mismatches, 0);
    assert_int_equal(watch.result.sum.copies[LEDGER_PRIVATE_TO_SHARED], 2 * PACKETS);
    assert_int_equal(watch.result.sum.bytes[LEDGER_PRIVATE_TO_SHARED], 2 * PACKETS * 200);
}

static void an_application_that_loses_a_packet_is_named(void **unused)
{
    static const struct app_kind kind = {.name = "careless", .open = careless_open};
    struct path path = small_path("folio", 1, 16, 4);
    struct run_config config = {.path = &path, .cost = &cost, .app = &kind};
    struct diagnostic diag;
    struct run *run;
    size_t count;
    const struct packet *packet = packet_set_packets(packets, &count);

    (void)unused;
    assert_int_equal(run_open(&run, &config, &diag), STATUS_OK);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(run_packet(run, &packet[i], &diag), STATUS_OK);
    assert_int_equal(run_packet(run, &packet[3], &diag), STATUS_BAD_STATE);
    assert_non_null(strstr(diag.text, "careless: packet "));
    run_close(run);
}

static void a_path_that_does_not_fit_itself_is_refused(void **unused)
{
    struct path path = small_path("folio", 16, 3, 4);
    struct run_config config = {.path = &path, .cost = &cost, .app = app_find("sink")};
    struct diagnostic diag;
    struct run *run;

    (void)unused;
    assert_int_equal(run_open(&run, &config, &diag), STATUS_BAD_INPUT);
    assert_null(run);
    assert_non_null(strstr(diag.text, "expected more mbufs than queues"));
    run_close(NULL);
}

static void no_packet_gives_a_result_of_zeros(void **unused)
{
    struct path path = small_path("folio", 2, 16, 4);
    struct run_config config = {.path = &path, .cost = &cost, .app = app_find("sink")};
    struct run_result result;
    struct run *run;

    (void)unused;
    assert_int_equal(run_open(&run, &config, NULL), STATUS_OK);
    assert_int_equal(run_finish(run, &result, NULL), STATUS_OK);
    assert_int_equal(result.packets_in + result.delivered + result.latency.packets, 0);
    assert_true(result.rate.mpps == 0);
    assert_true(result.shared_bytes >= 16 * 2176 && result.private_bytes >= 16 * 2176);
    assert_int_equal(result.setup.count[LEDGER_PAGE_STATE_CHANGES],
                     result.shared_bytes / PAGE_SIZE);
    run_close(run);
}

static void classes_of_sizes_are_inclusive(void **unused)
{
    static const uint32_t sizes[] = {60, 64, 65, 1518, 1519};
    static uint8_t frame[1519];
    struct path path = small_path("folio", 1, 16, 4);
    struct run_config config = {.path = &path, .cost = &cost, .app = app_find("sink")};
    struct run_result result;
    struct run *run;

    (void)unused;
    assert_int_equal(run_open(&run, &config, NULL), STATUS_OK);
    for (unsigned i = 0; i < 5; i++) {
        struct packet packet = {i + 1, 0, frame, sizes[i], sizes[i]};

        assert_int_equal(run_packet(run, &packet, NULL), STATUS_OK);
    }
    assert_int_equal(run_finish(run, &result, NULL), STATUS_OK);
    assert_int_equal(result.sizes[0], 2);
    assert_int_equal(result.sizes[1], 1);
    assert_int_equal(result.sizes[6], 1);
    assert_int_equal(result.sizes[7], 1);
    assert_int_equal(run_size_bound(6), 1518);
    run_close(run);
}

static void the_rate_is_that_of_the_tightest_limit(void **unused)
{
    struct path path = small_path("snp-tio-dpdk", 2, 16, 4);
    struct ledger_entry sum = {.cycles = {[CAUSE_DRIVER] = 3000, [CAUSE_EXIT] = 1e9}};
    struct run_rate rate;

    (void)unused;
    cost.constant[COST_CPU_HZ].value = 3e9;
    cost.constant[COST_LINK].value = 10;
    cost.constant[COST_SLOT].value = 8;
    cost.constant[COST_SLOT_PACKET].value = 24;
    cost.constant[COST_IDE_BANDWIDTH].value = 50;
    rate = run_rate_of(&sum, 10, 1010, &path, &cost); /* 300 cycles and 101 bytes each */
    assert_true(fabs(rate.cpu_mpps - 20) < 1e-9);
    assert_true(fabs(rate.link_mpps - 10) < 1e-9);
    assert_true(fabs(rate.slot_mpps - 4) < 1e-9); /* IDE takes half */
    assert_int_equal(rate.limit, LIMIT_SLOT);
    assert_true(fabs(rate.gbps - 4 * 101 * 8 / 1e3) < 1e-9);
    path.factor[FACTOR_IDE] = EXTENT_NO;
    cost.constant[COST_SLOT].value = 100;
    assert_int_equal(run_rate_of(&sum, 10, 1010, &path, &cost).limit, LIMIT_LINK);
    cost.constant[COST_LINK].value = 100;
    assert_int_equal(run_rate_of(&sum, 10, 1010, &path, &cost).limit, LIMIT_CPU);
    assert_string_equal(run_limit_name(LIMIT_CPU), "cpu");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pool_of_three_serves_two_queues_packet_by_packet),
        cmocka_unit_test(a_queue_that_ran_dry_receives_again),
        cmocka_unit_test(a_ring_that_is_too_short_drops_at_the_device),
        cmocka_unit_test(a_queue_for_which_there_was_no_mbuf_says_so),
        cmocka_unit_test(a_bounce_pool_that_is_full_says_so),
        cmocka_unit_test(a_refusal_of_the_bounce_pool_is_told_once),
        cmocka_unit_test(what_an_application_sends_more_is_copied_and_counted),
        cmocka_unit_test(an_application_that_loses_a_packet_is_named),
        cmocka_unit_test(a_path_that_does_not_fit_itself_is_refused),
        cmocka_unit_test(no_packet_gives_a_result_of_zeros),
        cmocka_unit_test(classes_of_sizes_are_inclusive),
        cmocka_unit_test(the_rate_is_that_of_the_tightest_limit),
    };

    return cmocka_run_group_tests(tests, world_make, world_free);
}
