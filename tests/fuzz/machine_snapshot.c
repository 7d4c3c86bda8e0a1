/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/machine_snapshot.c — snapshots from anywhere. The first byte says what the rest is: a
 * file, or, unpacked, a snapshot of the machine below, without or with encrypted memory. What is
 * refused has one line that says why. What is taken runs, and is what a snapshot of it says. */
#include <stdio.h>
#include <string.h>

#include "machine/device_tree.h"
#include "machine/machine_snapshot.h"
#include "target.h"

enum { KIND_FILE, KIND_PLAIN, KIND_ENCRYPTED, KINDS, RUN_INSTRUCTIONS = 2000 };

/* As the corpus was made; %s: none or snp. */
static const char spec_text[] =
    "{\"format\": \"cvm-machine\", \"version\": \"1.0\", \"name\": \"fuzzed\", \"summary\": "
    "\"fuzzed\", "
    "\"memory\": {\"mode\": \"%s\", \"ram\": \"1M\"}, \"harts\": {\"count\": 2, \"quantum\": 100}, "
    "\"bus\": [{\"device\": \"test\", \"at\": \"0x100000\"}, {\"device\": \"clint\", \"at\": "
    "\"0x2000000\"}, "
    "{\"device\": \"plic\", \"at\": \"0xc000000\"}, {\"device\": \"uart\", \"at\": \"0x10000000\", "
    "\"irq\": 10}, "
    "{\"device\": \"virtio-console\", \"at\": \"0x10001000\", \"irq\": 1}]}";

/* Machines are kept: an input is restored into what those before it left behind. */
static struct live *machine_make(const char *mode)
{
    static const uint8_t loop[] = {0x6f, 0, 0, 0};
    struct image image = {.name = "loop",
                          .file = {(uint8_t *)(uintptr_t)loop, sizeof loop},
                          .segment[0] = {{MACHINE_RAM_FIRST}, sizeof loop, 0, sizeof loop, 0},
                          .segment_count = 1,
                          .entry = {MACHINE_RAM_FIRST}};
    struct machine_spec spec;
    struct device_tree tree;
    struct live_config config = {.spec = &spec, .image = &image, .tree = &tree};
    struct diagnostic diag = {""};
    struct live *live;
    char text[sizeof spec_text + 8];

    (void)snprintf(text, sizeof text, spec_text, mode);
    fuzz_expect(machine_parse(text, strlen(text), "fuzzed", &spec, &diag) == STATUS_OK, diag.text);
    fuzz_expect(device_tree_build(&spec, &tree) == STATUS_OK, "there is memory");
    fuzz_expect(live_create(&config, &live, &diag) == STATUS_OK, diag.text);
    device_tree_free(&tree);
    return live;
}

static void snapshot_check(struct live *live)
{
    struct machine_snapshot first, second;
    struct diagnostic diag;

    fuzz_expect(machine_snapshot_take(live, &first, &diag) == STATUS_OK, "one can be taken");
    fuzz_expect(machine_snapshot_restore(live, &first, "input", &diag) == STATUS_OK,
                "what was taken can be restored");
    fuzz_expect(machine_snapshot_take(live, &second, &diag) == STATUS_OK &&
                    first.size_bytes == second.size_bytes &&
                    memcmp(first.bytes, second.bytes, first.size_bytes) == 0,
                "and is the same then");
    machine_snapshot_free(&first);
    machine_snapshot_free(&second);
}

static void body_check(struct live *live, const uint8_t *data, size_t size)
{
    struct machine_snapshot snapshot = {(uint8_t *)(uintptr_t)data, size};
    struct diagnostic diag = {""};
    struct live_limits limits;
    struct live_result result;

    if (machine_snapshot_restore(live, &snapshot, "input", &diag) != STATUS_OK) {
        fuzz_expect_message(&diag, "input");
        return;
    }
    snapshot_check(live);
    limits = (struct live_limits){.instructions = live_instructions(live) + RUN_INSTRUCTIONS};
    fuzz_expect(live_run(live, &limits, &result, &diag) == STATUS_OK, diag.text);
    snapshot_check(live);
}

static void file_check(const uint8_t *data, size_t size)
{
    struct machine_snapshot snapshot;
    struct diagnostic diag = {""};

    if (machine_snapshot_parse(data, size, "input", &snapshot, &diag) == STATUS_OK)
        machine_snapshot_free(&snapshot);
    else
        fuzz_expect_message(&diag, "input");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct live *plain, *encrypted;

    if (size == 0)
        return 0;
    if (!plain) {
        plain = machine_make("none");
        encrypted = machine_make("snp");
    }
    if (data[0] % KINDS == KIND_FILE)
        file_check(data + 1, size - 1);
    else
        body_check(data[0] % KINDS == KIND_PLAIN ? plain : encrypted, data + 1, size - 1);
    return 0;
}
