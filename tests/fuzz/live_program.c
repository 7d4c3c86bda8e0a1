/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/live_program.c — any bytes as a program, in M-mode with every device in reach: the
 * simulator does not crash, ends the run for one of its reasons, and the same way twice. The first
 * byte chooses how many harts there are. */
#include <string.h>

#include "machine/device_tree.h"
#include "machine/live.h"
#include "target.h"

enum { INSTRUCTIONS_MAX = 5000, PROGRAM_BYTES_MAX = 1 << 16 };

struct run {
    struct live_result result;
    uint64_t instructions, exits;
};

static uint8_t disk[8 * 512];

static struct run run_once(const struct machine_spec *spec, const struct image *image,
                           const struct device_tree *tree)
{
    struct live_config config = {
        .spec = spec, .image = image, .tree = tree, .disk = disk, .disk_bytes = sizeof disk};
    struct live_limits limits = {.instructions = INSTRUCTIONS_MAX};
    struct diagnostic diag = {""};
    struct run run = {.instructions = 0};
    struct live *live;

    memset(disk, 0, sizeof disk);
    fuzz_expect(live_create(&config, &live, &diag) == STATUS_OK, "a machine can be built");
    fuzz_expect(live_run(live, &limits, &run.result, &diag) == STATUS_OK, diag.text);
    run.instructions = live_instructions(live);
    run.exits = live_counts(live)->exits;
    live_destroy(live);
    return run;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct image image = {.segment_count = 1, .entry = {MACHINE_RAM_FIRST}};
    struct device_tree tree;
    struct machine_spec spec;
    struct run first, second;

    if (size < 3 || size > PROGRAM_BYTES_MAX ||
        machine_load(MACHINE_RUN_DEFAULT, &spec, NULL) != STATUS_OK)
        return 0;
    spec.memory.page_count = 1 << 8;
    spec.memory.rmp_pages = 1 << 8;
    spec.harts.count = 1 + data[0] % 3;
    spec.harts.quantum = 100;
    image.file = (struct file_bytes){(uint8_t *)data + 1, size - 1};
    image.segment[0] = (struct image_segment){
        .first = {MACHINE_RAM_FIRST}, .size_bytes = size - 1, .file_bytes = size - 1};
    if (device_tree_build(&spec, &tree) != STATUS_OK)
        return 0;
    first = run_once(&spec, &image, &tree);
    second = run_once(&spec, &image, &tree);
    fuzz_expect(first.result.end == second.result.end && first.result.pc == second.result.pc &&
                    first.instructions == second.instructions && first.exits == second.exits,
                "a run is the same twice");
    fuzz_expect(first.result.end < LIVE_END_COUNT && first.result.end != LIVE_TIME,
                "it ends for a reason");
    device_tree_free(&tree);
    return 0;
}
