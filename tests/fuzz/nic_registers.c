/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/nic_registers.c — the device under a driver that does anything: registers,
 * descriptors, doorbells and frames in any order, while pages are mapped, taken away and given to a
 * guest. The input is a script (script.h). Nothing crashes or hangs; what is not mapped stays as it
 * was; the walker is content after each step. */
#include <string.h>

#include "devices/nic.h"
#include "devices/nic_hostility.h"
#include "script.h"
#include "target.h"

enum {
    STEPS_MAX = 512,
    PAGES = 64,
    WINDOW_FIRST = 16, /* pages that are mapped, where they are */
    WINDOW_PAGES = 16,
    DEVICE = 1,
    GUEST = 1,
    QUEUES = 3,
};

struct world {
    struct memory *memory;
    struct iommu *iommu;
    struct nic *nic;
    struct script script;
    uint64_t out_bytes;
};

static uint64_t window_address(struct script *script)
{
    return ((uint64_t)WINDOW_FIRST << PAGE_SHIFT) + script_bytes(script, 2) % (WINDOW_PAGES << 12);
}

/* An address that is mostly mapped, aligned or not. */
static uint64_t any_address(struct script *script)
{
    switch (script_below(script, 4)) {
    case 0:
        return script_value(script);
    case 1:
        return window_address(script);
    default:
        return window_address(script) & ~UINT64_C(127);
    }
}

/* A register that exists, or anything. */
static uint32_t any_register(struct script *script)
{
    static const uint32_t single[] = {NIC_CTRL,    NIC_RXCTRL, NIC_DMATXCTL, NIC_HLREG0, NIC_MAXFRS,
                                      NIC_RDRXCTL, NIC_LINKS,  NIC_MRQC,     NIC_RETA,   NIC_RSSRK,
                                      NIC_GPRC,    NIC_GORCH,  NIC_RXMPC,    NIC_QPRDC};
    static const uint32_t of_queue[] = {NIC_RDBAL, NIC_RDBAH,  NIC_RDLEN, NIC_RDH,
                                        NIC_RDT,   NIC_SRRCTL, NIC_RXDCTL};
    uint32_t reg = single[script_below(script, 14)];

    switch (script_below(script, 4)) {
    case 0:
        return (uint32_t)script_bytes(script, 3);
    case 1:
        return reg;
    case 2:
        return of_queue[script_below(script, 7)] + NIC_QUEUE_STRIDE * script_below(script, QUEUES);
    default:
        return of_queue[script_below(script, 7)] + NIC_TDBAL - NIC_RDBAL +
               NIC_QUEUE_STRIDE * script_below(script, QUEUES);
    }
}

static void step_register(struct world *world)
{
    uint32_t reg = any_register(&world->script), value;

    if (script_below(&world->script, 4) == 0) {
        (void)nic_reg_read(world->nic, reg, &value);
        return;
    }
    value = script_below(&world->script, 2) ? (uint32_t)any_address(&world->script)
                                            : (uint32_t)script_value(&world->script);
    (void)nic_reg_write(world->nic, reg, value);
}

/* Both queues 0 as a driver sets them up, so that short scripts get far. */
static void step_start(struct world *world)
{
    uint32_t ring = (uint32_t)any_address(&world->script) & ~127U;
    uint32_t slots = 8 * (1 + script_below(&world->script, 8));
    const uint32_t writes[][2] = {
        {NIC_RDBAL, ring},
        {NIC_RDLEN, slots * FOLIO_DESCRIPTOR_BYTES},
        {NIC_SRRCTL, script_below(&world->script, 32) | SRRCTL_DROP},
        {NIC_RXDCTL, NIC_QUEUE_ENABLE | (uint32_t)script_byte(&world->script) << 24},
        {NIC_RDT, slots - 1},
        {NIC_TDBAL, ring},
        {NIC_TDLEN, slots * FOLIO_DESCRIPTOR_BYTES},
        {NIC_TXDCTL, NIC_QUEUE_ENABLE},
        {NIC_TDT, slots - 1},
        {NIC_DMATXCTL, NIC_ENABLE},
        {NIC_RXCTRL, NIC_ENABLE},
        {NIC_MAXFRS, 9732U << 16},
        {NIC_HLREG0, HLREG0_JUMBOEN | script_byte(&world->script)},
    };

    for (unsigned i = 0; i < sizeof writes / sizeof writes[0]; i++)
        (void)nic_reg_write(world->nic, writes[i][0], writes[i][1]);
}

/* The driver's own memory: it may write what it likes. */
static void step_descriptor(struct world *world)
{
    struct script *script = &world->script;
    uint64_t at = window_address(script) & ~UINT64_C(15);
    struct access access = {.actor.kind = ACTOR_HYPERVISOR, .kind = ACCESS_WRITE, .spa = {at}};
    struct folio_descriptor descriptor = {any_address(script), script_value(script)};
    struct fault fault;

    if (script_below(script, 2))
        descriptor.high = script_bytes(script, 2) | TXD_TYPE_DATA | TXD_COMMAND_EXT |
                          (uint64_t)script_byte(script) << 24;
    (void)memory_write(world->memory, &access, &descriptor, sizeof descriptor, &fault);
}

static void step_frame(struct world *world)
{
    static const uint32_t sizes[] = {0, 13, 14, 60, 1500, 1518, 2048, 2049, 9728, 9729, 9732, 9736};
    static uint8_t frame[9800];
    struct script *script = &world->script;
    uint32_t size = sizes[script_below(script, 12)];

    for (unsigned i = 0; i < 64; i++)
        frame[i] = (uint8_t)(i < 12 ? 0xee : script_byte(script));
    (void)nic_wire_in(world->nic, frame, size, 0);
}

static void step_page(struct world *world)
{
    struct script *script = &world->script;
    spa_t page = {(uint64_t)(WINDOW_FIRST + script_below(script, WINDOW_PAGES)) << PAGE_SHIFT};
    struct actor host = {.kind = ACTOR_HYPERVISOR};
    struct rmp_operand operand = {.gpa = {page.v}, .asid = GUEST, .assigned = true};

    switch (script_below(script, 4)) {
    case 0:
        (void)iommu_unmap(world->iommu, DEVICE, (iova_t){page.v});
        break;
    case 1:
        (void)iommu_map(world->iommu, DEVICE, (iova_t){page.v}, page, script_below(script, 2));
        break;
    case 2:
        (void)rmp_update(memory_rmp(world->memory), &host, page, &operand);
        break;
    default:
        operand = (struct rmp_operand){0};
        (void)rmp_update(memory_rmp(world->memory), &host, page, &operand);
        break;
    }
}

static void step(struct world *world)
{
    switch (script_below(&world->script, 8)) {
    case 0:
        step_start(world);
        break;
    case 1:
    case 2:
        step_register(world);
        break;
    case 3:
    case 4:
        step_descriptor(world);
        break;
    case 5:
        step_frame(world);
        break;
    case 6:
        fuzz_expect(nic_tx_run(world->nic, 64) <= 64, "the budget is kept");
        break;
    default:
        step_page(world);
        break;
    }
}

static void out(void *context, const struct nic_frame *frame, uint16_t queue)
{
    struct world *world = context;

    fuzz_expect(frame->size_bytes <= FOLIO_FRAME_BYTES_MAX && queue < QUEUES, "a frame is one");
    for (uint32_t i = 0; i < frame->size_bytes; i++)
        world->out_bytes += frame->data[i] & 1; /* touches every byte */
}

static void world_begin(struct world *world, const uint8_t *data, size_t size)
{
    struct memory_config config = {.mode = MEMORY_SNP,
                                   .cipher = CIPHER_XTS128,
                                   .c_bit = 51,
                                   .page_count = PAGES,
                                   .rmp_pages = PAGES,
                                   .asid_max = 3,
                                   .seed = 1};
    struct nic_config nic = {.device = DEVICE, .queue_count = QUEUES};

    *world = (struct world){.script = {data, data + size}};
    fuzz_expect(memory_create(&config, &world->memory) == STATUS_OK, "there is memory");
    fuzz_expect(memory_key_install(world->memory, GUEST) == STATUS_OK, "a guest has a key");
    world->iommu = iommu_create(world->memory, NULL, NULL);
    fuzz_expect(world->iommu && iommu_device_add(world->iommu, DEVICE) == STATUS_OK,
                "there is an IOMMU");
    for (uint64_t page = WINDOW_FIRST; page < WINDOW_FIRST + WINDOW_PAGES; page++)
        (void)iommu_map(world->iommu, DEVICE, (iova_t){page << PAGE_SHIFT},
                        (spa_t){page << PAGE_SHIFT}, true);
    nic.memory = world->memory;
    nic.iommu = world->iommu;
    fuzz_expect(nic_create(&nic, &world->nic) == STATUS_OK, "there is a device");
    nic_wire_out(world->nic, out, world);
}

/* What was never mapped is as it was: zero. */
static void world_end(struct world *world)
{
    static const uint8_t zeros[PAGE_SIZE];
    uint8_t bytes[PAGE_SIZE];
    struct fault fault;

    for (uint64_t page = 0; page < PAGES; page++) {
        struct access access = {.actor.kind = ACTOR_FIRMWARE, .spa = {page << PAGE_SHIFT}};

        if (page >= WINDOW_FIRST && page < WINDOW_FIRST + WINDOW_PAGES)
            continue;
        fuzz_expect(memory_read(world->memory, &access, bytes, sizeof bytes, &fault) &&
                        memcmp(bytes, zeros, sizeof bytes) == 0,
                    "memory that is not mapped stays as it was");
    }
    nic_destroy(world->nic);
    iommu_destroy(world->iommu);
    memory_destroy(world->memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world;

    world_begin(&world, data, size);
    for (unsigned i = 0; i < STEPS_MAX && !script_ended(&world.script); i++) {
        step(&world);
        if (i % 16 == 15)
            fuzz_expect(nic_check(world.nic) == STATUS_OK, "the device is sound");
    }
    fuzz_expect(nic_check(world.nic) == STATUS_OK, "the device is sound");
    world_end(&world);
    return 0;
}
