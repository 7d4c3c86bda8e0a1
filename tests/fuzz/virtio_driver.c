/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/virtio_driver.c — a hostile driver of the console and the block device: any writes to
 * their registers and to the memory of their rings, in any order. Nothing outside of RAM and disk
 * is touched (the sanitizer watches), and a device that gave up moves no more. */
#include <string.h>

#include "devices/virtio_block.h"
#include "devices/virtio_console.h"
#include "target.h"

/* RAM is small, so that short addresses of the input hit it. */
enum { PAGES = 32, RAM_FIRST = 4 * PAGE_SIZE, DISK_BYTES = 8 * VIRTIO_BLOCK_SECTOR_BYTES };

/* One step of the input. */
struct step {
    uint8_t what; /* bit 0: block, else console; bits 1 and 2: what to do */
    uint8_t reg;  /* in words of 4 bytes */
    uint16_t at;  /* in memory, in words of 2 bytes */
    uint32_t value;
};

enum { DO_WRITE = 0, DO_READ = 1, DO_STORE = 2, DO_START = 3 };

struct world {
    struct memory *memory;
    struct dma dma;
    struct virtio_console console;
    struct virtio_block block;
    uint8_t disk[DISK_BYTES];
    bool line;
};

static void line_set(void *context, unsigned number, bool level)
{
    (void)number;
    *(bool *)context = level;
}

static size_t input_get(void *context, uint8_t *bytes, size_t most_bytes)
{
    (void)context;
    memset(bytes, 'i', most_bytes);
    return most_bytes;
}

static void store(struct world *world, uint64_t where, const void *from, size_t size_bytes)
{
    struct access access = {.kind = ACCESS_WRITE, .spa = {where}};
    struct fault fault;

    (void)memory_write(world->memory, &access, from, size_bytes, &fault);
}

/* Features, rings of 16 entries, DRIVER_OK: so that an input need not find these by itself. */
static void device_start(struct virtio *virtio, uint16_t at)
{
    static const uint16_t regs[][2] = {
        {0x70, 0},  {0x70, 3},      {0x24, 1},      {0x20, 1},      {0x70, 11}, {0x30, 0},
        {0x38, 16}, {0x80, 0x4000}, {0x90, 0x6000}, {0xa0, 0x8000}, {0x44, 1},  {0x30, 1},
        {0x38, 16}, {0x80, 0x5000}, {0x90, 0x7000}, {0xa0, 0x9000}, {0x44, 1},  {0x70, 15}};

    for (unsigned i = 0; i < sizeof regs / sizeof *regs; i++)
        fuzz_expect(virtio_write(virtio, regs[i][0], 4, regs[i][1] + (i == 9 ? at & ~3u : 0)),
                    "a register can be written");
}

static void step_do(struct world *world, const struct step *step)
{
    struct virtio *virtio = step->what & 1 ? &world->block.virtio : &world->console.virtio;
    uint16_t used = virtio->queue[0].next_used;
    bool is_broken = virtio->status & 64;
    uint64_t value;

    switch (step->what >> 1 & 3) {
    case DO_WRITE:
        (void)virtio_write(virtio, step->reg * UINT64_C(4), 4, step->value);
        fuzz_expect(!is_broken || virtio->queue[0].next_used == used || virtio->status == 0,
                    "a broken device moves no more");
        break;
    case DO_READ:
        (void)virtio_read(virtio, step->reg * UINT64_C(4), 1u << (step->value & 3), &value);
        break;
    case DO_STORE:
        store(world, 2 * (uint64_t)step->at, &step->value, 1 + (step->reg & 3));
        break;
    default:
        device_start(virtio, step->at);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_config config = {.page_count = PAGES, .c_bit = 51, .asid_max = 1};
    struct world world = {.line = false};
    struct interrupt_line line = {line_set, &world.line, 0};
    struct console console = {NULL, input_get, NULL};

    if (memory_create(&config, &world.memory) != STATUS_OK)
        return 0;
    world.dma = (struct dma){world.memory, {RAM_FIRST}};
    virtio_console_init(&world.console, &world.dma, &console, &line);
    virtio_block_init(&world.block, &world.dma, world.disk, DISK_BYTES, &line);
    for (; size >= sizeof(struct step); data += sizeof(struct step), size -= sizeof(struct step)) {
        struct step step;

        memcpy(&step, data, sizeof step);
        step_do(&world, &step);
    }
    memory_destroy(world.memory);
    return 0;
}
