/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/gdb_packets.c — whatever a debugger sends: bytes taken apart into packets, and every
 * packet answered for a small machine, which runs a little where it is asked to. */
#include <stdlib.h>
#include <string.h>

#include "gdb/internal.h"
#include "machine/device_tree.h"
#include "target.h"

enum { RUN_INSTRUCTIONS = 100, PACKETS_MAX = 64 };

/* addi t0, t0, 1; sd t0, 256(t1); j . - 8 */
static const uint8_t program[] = {0x93, 0x82, 0x12, 0x00, 0x23, 0x30,
                                  0x53, 0x10, 0x6f, 0xf0, 0x9f, 0xff};

/* What a machine is made of. */
struct parts {
    struct machine_spec spec;
    struct device_tree tree;
    struct image image;
};

static void out(void *context, const uint8_t *bytes, size_t size_bytes)
{
    (void)context;
    (void)bytes;
    (void)size_bytes;
}

static size_t in(void *context, uint8_t *bytes, size_t most_bytes)
{
    (void)context;
    (void)bytes;
    (void)most_bytes;
    return 0;
}

static void parts_make(struct parts *parts)
{
    struct diagnostic diag;

    fuzz_expect(machine_load("tiny", &parts->spec, &diag) == STATUS_OK, "there is such a machine");
    fuzz_expect(device_tree_build(&parts->spec, &parts->tree) == STATUS_OK, "it can be described");
    parts->image.file.bytes = (uint8_t *)malloc(sizeof program);
    fuzz_expect(parts->image.file.bytes != NULL, "there is memory");
    memcpy(parts->image.file.bytes, program, sizeof program);
    parts->image.file.size = sizeof program;
    parts->image.entry.v = MACHINE_RAM_FIRST;
    parts->image.segment_count = 1;
    parts->image.segment[0] = (struct image_segment){
        .first = {MACHINE_RAM_FIRST}, .size_bytes = PAGE_SIZE, .file_bytes = sizeof program};
}

static bool never(void *context)
{
    (void)context;
    return false;
}

/* What the session does with a request to run. */
static void run(struct gdb *gdb)
{
    struct live_limits limits = {live_instructions(gdb->live) + RUN_INSTRUCTIONS, NULL, NULL};
    struct live_result result;
    struct diagnostic diag;

    if (gdb->is_changed)
        fuzz_expect(gdb_history_begin(gdb, &diag) == STATUS_OK, "a history begins");
    if (gdb->next == GDB_GO)
        fuzz_expect(live_run(gdb->live, &limits, &result, &diag) == STATUS_OK, "the engine runs");
    else
        fuzz_expect(gdb_go_back(gdb, never, &diag) == STATUS_OK, "and goes back");
}

static void packets_answer(struct gdb *gdb, const uint8_t *data, size_t size)
{
    unsigned count = 0;

    for (size_t i = 0; i < size && count < PACKETS_MAX; i++) {
        if (packet_take(&gdb->in, data[i]) != PACKET_WHOLE)
            continue;
        count++;
        gdb_request(gdb, gdb->in.text, gdb->in.size_bytes);
        fuzz_expect(strlen(gdb->reply.text) == gdb->reply.size_bytes, "an answer is text");
        fuzz_expect(packet_frame(gdb->reply.text, gdb->reply.size_bytes, gdb->frame) <=
                        PACKET_FRAME_BYTES,
                    "and fits into a packet");
        if (gdb->next == GDB_GO || gdb->next == GDB_GO_BACK)
            run(gdb);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct live_observer nobody = {0};
    struct parts *parts = (struct parts *)calloc(1, sizeof *parts);
    struct gdb *gdb = (struct gdb *)calloc(1, sizeof *gdb);
    struct live_config config = {.console = {out, in, NULL}};
    struct diagnostic diag;

    fuzz_expect(parts && gdb, "there is memory");
    parts_make(parts);
    config.spec = &parts->spec;
    config.image = &parts->image;
    config.tree = &parts->tree;
    config.observer = gdb_observer(gdb, &nobody);
    config.console = gdb_console(gdb, &config.console);
    fuzz_expect(live_create(&config, &gdb->live, &diag) == STATUS_OK, "the machine is made");
    gdb->link.listener = gdb->link.peer = -1;
    gdb->hart_count = 1;
    gdb->age = GDB_NEVER;
    fuzz_expect(gdb_history_begin(gdb, &diag) == STATUS_OK, "the history begins");
    packets_answer(gdb, data, size);
    live_destroy(gdb->live);
    gdb_destroy(gdb);
    device_tree_free(&parts->tree);
    image_free(&parts->image);
    free(parts);
    return 0;
}
