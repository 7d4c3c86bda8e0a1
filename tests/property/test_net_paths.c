/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_net_paths.c — packets through every data path and every application: each is
 * accounted for, is what the wire carried, and pays exactly what its path pays.
 * CVMLAB_NET_LONG=1: whole captures and more random paths. CVMLAB_NET_CAPTURES=FOLDER: the
 * captures of that folder instead, whole, with a line for each run. */
#include "../unit/run_fixture.h"

#include <dirent.h>
#include <stdio.h>

#include "base/random.h"
#include "net/kv_traffic.h"
#include "net/workload.h"

enum {
    CAPTURE_PACKETS = 700,
    MADE_PACKETS = 240,
    MADE_RUNS = 260,
    LONG_RUNS = 6000,
    FRAME_MAX = 9000
};

static struct cost cost;

static int machine_read(void **unused)
{
    (void)unused;
    return cost_open(&cost, "generic-100g", NULL) == STATUS_OK ? 0 : -1;
}

static bool is_long(void)
{
    return getenv("CVMLAB_NET_LONG") != NULL;
}

static void result_print(const struct watch *watch)
{
    const struct run_result *result = &watch->result;

    printf("%-40s in %6llu delivered %6llu dropped %6llu refused %llu mismatches %llu/%llu "
           "copies %.0f/%.0f bytes %llu\n",
           watch->label, (unsigned long long)result->packets_in,
           (unsigned long long)result->delivered, (unsigned long long)result->dropped,
           (unsigned long long)result->refused, (unsigned long long)result->payload_mismatches,
           (unsigned long long)result->wire_mismatches, (double)ledger_copies_rx(&result->sum),
           (double)ledger_copies_tx(&result->sum),
           (unsigned long long)ledger_bytes_copied(&result->sum));
    for (size_t i = 0; i < result->dropped_reasons; i++)
        printf("    %s %s %llu\n", result->reason[i].where, result->reason[i].reason,
               (unsigned long long)result->reason[i].packets);
}

static void capture_play(const struct packet_set *set, const char *name, size_t most, bool is_shown)
{
    static struct watch watch;
    size_t count;
    const struct packet *packets = packet_set_packets(set, &count);

    for (size_t i = 0; path_builtin(i); i++) {
        for (const struct app_kind *const *kind = app_kinds; *kind; kind++) {
            struct path path;
            struct run_config config = {.path = &path, .cost = &cost, .app = *kind, .seed = 1};

            if (path_open(&path, path_builtin(i), NULL) != STATUS_OK)
                fail();
            if (path.bounce_bytes > 1 << 22 && !is_shown)
                path.bounce_bytes = 1 << 22; /* the same, but made faster */
            memset(&watch, 0, sizeof watch);
            (void)snprintf(watch.label, sizeof watch.label, "%.30s %s %s", name, path.name,
                           (*kind)->name);
            watch.packets = packets;
            watch.count = count < most ? count : most;
            watch_honest(&watch, &config);
            if (is_shown)
                result_print(&watch);
        }
    }
}

static void folder_play(const char *folder, size_t most, bool is_shown)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    unsigned captures = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        char file[512];
        struct packet_set *set;

        if (!strstr(entry->d_name, ".pcap"))
            continue;
        (void)snprintf(file, sizeof file, "%s/%s", folder, entry->d_name);
        set = packet_set_load(file, NULL);
        assert_non_null(set);
        capture_play(set, entry->d_name, most, is_shown);
        packet_set_free(set);
        captures++;
    }
    (void)closedir(dir);
    assert_true(captures >= 5);
}

static void every_packet_of_every_capture_is_accounted_for(void **unused)
{
    const char *folder = getenv("CVMLAB_NET_CAPTURES");

    (void)unused;
    if (folder)
        folder_play(folder, SIZE_MAX, true);
    else
        folder_play(CVMLAB_SOURCE_DIR "/traces/packets", is_long() ? SIZE_MAX : CAPTURE_PACKETS,
                    false);
}

static uint32_t below(uint64_t *state, uint32_t bound)
{
    return (uint32_t)(random_next(state) % bound);
}

/* A datagram whose addresses and ports say which queue it goes to; lengths agree, sums do not. */
static void datagram_make(uint64_t *state, uint8_t *frame, uint32_t frame_bytes)
{
    for (uint32_t i = 0; i < frame_bytes; i++)
        frame[i] = (uint8_t)random_next(state);
    frame[0] &= 0xfe; /* no group */
    frame[12] = 8;
    frame[13] = 0;
    frame[14] = 0x45;
    frame[16] = (uint8_t)((frame_bytes - 14) >> 8);
    frame[17] = (uint8_t)(frame_bytes - 14);
    frame[20] = frame[21] = 0;
    frame[23] = 17;
}

static struct packet_set *made_packets(uint64_t *state)
{
    static uint8_t frame[FRAME_MAX + 1];
    struct kv_traffic traffic = {.seed = *state, .keys = 50, .get_percent = 70, .value_bytes = 600};
    struct packet_set *set = packet_set_create();
    uint32_t least = 60 + below(state, 200), spread = 1 + below(state, FRAME_MAX - least);
    uint64_t time_ns = 0, gap_ns = 1 + below(state, 5000);

    assert_non_null(set);
    for (uint32_t i = 0; i < MADE_PACKETS; i++) {
        struct packet packet = {.frame = frame};

        if (below(state, 3) == 0)
            packet.frame_bytes = kv_traffic_request(&traffic, frame);
        else
            datagram_make(state, frame, packet.frame_bytes = least + below(state, spread));
        packet.wire_bytes = packet.frame_bytes;
        packet.time_ns = time_ns;
        time_ns += below(state, 4) ? 0 : gap_ns; /* bursts */
        assert_int_equal(packet_set_append(set, &packet), STATUS_OK);
    }
    return set;
}

static void path_vary(uint64_t *state, struct path *path)
{
    static const uint32_t rooms[] = {1152, 2176, 10368}, mbufs[] = {3, 4, 7, 64, 600, 1500};
    static const uint16_t queues[] = {1, 1, 2, 3, 16};

    path->queues = queues[below(state, 5)];
    path->burst = (uint16_t)(1 + below(state, PATH_BURST_MAX));
    path->ring_size = below(state, 2) ? 8 : 64;
    path->order = below(state, 2) ? PATH_FIFO : PATH_LIFO;
    path->room_bytes = rooms[below(state, 3)];
    path->pool_mbufs = mbufs[below(state, 6)];
    if (path->pool_mbufs <= path->queues)
        path->pool_mbufs = path->queues + 1u;
    if (path->driver == PATH_SWIOTLB) {
        path->bounce_areas = 1u << below(state, 3);
        path->bounce_bytes = (uint64_t)path->bounce_areas * BOUNCE_SEGMENT_BYTES;
        path->bounce_map_copy = below(state, 2);
    }
}

static uint64_t made_play(uint64_t seed, uint64_t state, const struct packet_set *set)
{
    static struct watch watch;
    struct path path;
    struct run_config config = {.path = &path, .cost = &cost, .seed = seed};

    memset(&watch, 0, sizeof watch);
    assert_int_equal(path_open(&path, path_builtin(below(&state, 10)), NULL), STATUS_OK);
    path_vary(&state, &path);
    config.app = app_kinds[below(&state, 6)];
    watch.packets = packet_set_packets(set, &watch.count);
    (void)snprintf(watch.label, sizeof watch.label, "seed %llu %s %s q%u b%u r%u m%u room %u",
                   (unsigned long long)seed, path.name, config.app->name, path.queues, path.burst,
                   path.ring_size, path.pool_mbufs, path.room_bytes);
    watch_honest(&watch, &config);
    return watch.digest;
}

static void made_packets_are_accounted_for_on_paths_of_every_shape(void **unused)
{
    uint64_t runs = is_long() ? LONG_RUNS : MADE_RUNS;

    (void)unused;
    for (uint64_t seed = 1; seed <= runs; seed++) {
        uint64_t state = seed, digest;
        struct packet_set *set = made_packets(&state);

        digest = made_play(seed, state, set);
        if (seed % 8 == 0 && made_play(seed, state, set) != digest)
            fail_msg("seed %llu: the same packets on the same path end otherwise",
                     (unsigned long long)seed);
        packet_set_free(set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_packets_are_accounted_for_on_paths_of_every_shape),
        cmocka_unit_test(every_packet_of_every_capture_is_accounted_for),
    };

    return cmocka_run_group_tests(tests, machine_read, NULL);
}
