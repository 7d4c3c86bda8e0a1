/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/live_load.c — what lies in RAM before the first instruction. See live_internal.h. */
#include <inttypes.h>

#include "machine/device_tree.h"
#include "machine/live_internal.h"

enum { REGISTER_A0 = 10, REGISTER_A1 = 11, REGISTER_A2 = 12 };

/* How OpenSBI's fw_dynamic is told what to start (opensbi, include/sbi/fw_dynamic.h). */
struct dynamic_info {
    uint64_t magic, version, next_address, next_mode, options, boot_hart;
};

enum { DYNAMIC_MAGIC = 0x4942534f, DYNAMIC_VERSION = 2, DYNAMIC_MODE_S = 1 };

/* Where device tree and dynamic_info go: pages at the end of RAM. */
struct hand_over {
    spa_t tree, info;
    uint64_t first, size_bytes;
};

static struct hand_over hand_over_place(const struct live *live, const struct device_tree *tree)
{
    uint64_t end = MACHINE_RAM_FIRST + (live->spec.memory.page_count << PAGE_SHIFT);
    uint64_t tree_bytes = (tree->size_bytes + 7) & ~UINT64_C(7);
    uint64_t size = tree_bytes + sizeof(struct dynamic_info);
    uint64_t first = (end - size) & ~(uint64_t)(PAGE_SIZE - 1);

    return (struct hand_over){{first}, {first + tree_bytes}, first, end - first};
}

/* Images and what is handed over lie beside each other. */
static enum status places_check(const struct live_config *config, const struct hand_over *place,
                                struct diagnostic *diag)
{
    const struct image *payload = config->payload;

    for (unsigned i = 0; payload && i < payload->segment_count; i++)
        if (image_overlaps(config->image, payload->segment[i].first,
                           payload->segment[i].size_bytes))
            return diagnostic_set(diag, STATUS_BAD_INPUT, payload->name, 0, 0,
                                  "the segment at 0x%" PRIx64
                                  " overlaps %.200s; expected another address",
                                  payload->segment[i].first.v, config->image->name);
    for (unsigned i = 0; i < 2; i++) {
        const struct image *image = i == 0 ? config->image : payload;

        if (image && image_overlaps(image, (spa_t){place->first}, place->size_bytes))
            return diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0,
                                  "there is no room for the device tree; expected 0x%" PRIx64
                                  " bytes free at the end of RAM",
                                  place->size_bytes);
    }
    return STATUS_OK;
}

/* As the hypervisor, into RAM that nobody owns yet. */
static bool put(struct live *live, spa_t where, const void *from, size_t size_bytes)
{
    struct access access = {
        .actor = {.kind = ACTOR_HYPERVISOR}, .kind = ACCESS_WRITE, .spa = where};
    struct fault fault;

    return memory_write(live->memory, &access, from, size_bytes, &fault);
}

static bool all_put(struct live *live, const struct live_config *config,
                    const struct hand_over *place)
{
    struct dynamic_info info = {.magic = DYNAMIC_MAGIC,
                                .version = DYNAMIC_VERSION,
                                .next_address = config->payload ? config->payload->entry.v : 0,
                                .next_mode = DYNAMIC_MODE_S};

    return image_load(config->image, live->memory) &&
           (!config->payload || image_load(config->payload, live->memory)) &&
           put(live, place->tree, config->tree->blob, config->tree->size_bytes) &&
           put(live, place->info, &info, sizeof info);
}

enum status live_load(struct live *live, const struct live_config *config, struct diagnostic *diag)
{
    struct hand_over place = hand_over_place(live, config->tree);
    enum status status = places_check(config, &place, diag);

    if (status != STATUS_OK)
        return status;
    if (!all_put(live, config, &place))
        return diagnostic_set(diag, STATUS_BAD_INPUT, config->image->name, 0, 0,
                              "cannot be loaded; expected RAM that no guest owns");
    for (unsigned i = 0; i < live->spec.harts.count; i++) {
        struct hart_run *run = live->hart[i].run;

        hart_run_set(run, ENGINE_X + REGISTER_A0, i);
        hart_run_set(run, ENGINE_X + REGISTER_A1, place.tree.v);
        hart_run_set(run, ENGINE_X + REGISTER_A2, place.info.v);
        hart_run_pc_set(run, config->image->entry.v);
    }
    return STATUS_OK;
}
