/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/path_json.c — the reader of data paths. The input is the file; what is accepted agrees
 * with itself, and packets pass through it, or it says why not. */
#include <string.h>

#include "net/run.h"
#include "target.h"

enum { FRAME_BYTES = 60, PACKETS = 5, MEMORY_MOST = 1 << 20 };

static void path_check(const struct path *path)
{
    bool allocates = path->factor[FACTOR_BOUNCE_ALLOCATION] == EXTENT_YES;
    bool copies = path->factor[FACTOR_BOUNCE_COPY] == EXTENT_YES;

    fuzz_expect(path_driver_name(path->driver) && path_guest_name(path->guest) &&
                    path_order_name(path->order),
                "words are words");
    for (unsigned i = 0; i < PATH_FACTOR_COUNT; i++)
        fuzz_expect(path_extent_name(path->factor[i]) != NULL, "an extent has a word");
    fuzz_expect(path->name[0] && path->title[0], "no text is empty");
    fuzz_expect(copies == (path->driver != PATH_DIRECT) &&
                    allocates == (path->driver == PATH_SWIOTLB),
                "switches say what the driver does");
    fuzz_expect(!path->is_trusted || (path->driver == PATH_DIRECT && path->guest == PATH_SNP),
                "a trusted device has its guest");
    fuzz_expect(path->queues >= 1 && path->queues <= PATH_QUEUES_MAX && path->burst >= 1 &&
                    path->burst <= PATH_BURST_MAX && path->pool_mbufs >= 3,
                "numbers are in range");
    fuzz_expect((path->bounce_bytes > 0) == (path->driver == PATH_SWIOTLB),
                "a bounce pool is there with swiotlb alone");
}

static void path_play(const struct path *path)
{
    static const uint8_t frame[FRAME_BYTES] = {2, [6] = 2, [12] = 0x88, 0xb5};
    struct cost cost;
    struct run_config config = {.path = path, .cost = &cost, .app = app_find("macswap")};
    struct diagnostic diag = {{0}};
    struct run_result result;
    struct run *run;

    fuzz_expect(cost_open(&cost, cost_builtin(0), NULL) == STATUS_OK, "a built-in machine");
    if (run_open(&run, &config, &diag) != STATUS_OK) {
        fuzz_expect(path->pool_mbufs <= path->queues, "what fits itself opens");
        fuzz_expect(strstr(diag.text, "; expected ") != NULL, "and what does not says so");
        return;
    }
    for (uint64_t i = 1; i <= PACKETS; i++) {
        struct packet packet = {i, i, frame, FRAME_BYTES, FRAME_BYTES};

        fuzz_expect(run_packet(run, &packet, NULL) == STATUS_OK, "a packet is taken");
    }
    fuzz_expect(run_finish(run, &result, NULL) == STATUS_OK, "the account adds up");
    fuzz_expect(result.payload_mismatches + result.wire_mismatches + result.refused == 0,
                "nothing changes on its way");
    run_close(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diagnostic diag = {{0}};
    struct path path;

    if (path_parse(&path, (const char *)data, size, "input.json", &diag) != STATUS_OK) {
        fuzz_expect_message(&diag, "input.json");
        return 0;
    }
    path_check(&path);
    if ((uint64_t)path.pool_mbufs * path.room_bytes + path.bounce_bytes +
            (uint64_t)path.queues * path.ring_size * 64 <
        MEMORY_MOST)
        path_play(&path);
    return 0;
}
