/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/monitor_world.c — see monitor_world.h. Every choice is drawn from the script. */
#include "monitor_world.h"

#include <string.h>

#include "target.h"

#define RAM_BASE    UINT64_C(0x80000000)
#define SHARED_BASE UINT64_C(0x90000000)
#define ROM_BASE    UINT64_C(0x20000000)
#define MMIO_BASE   UINT64_C(0x10000000)

static const uint64_t places[] = {MMIO_BASE, RAM_BASE, SHARED_BASE, ROM_BASE};

enum { PLACES = sizeof places / sizeof places[0], MAP_BYTES = 16 * PAGE_SIZE };

/* Whether this call is the one that fails. */
static bool call_fails(struct world_platform *self)
{
    return ++self->calls == self->fail_at;
}

static struct world_platform *self_of(struct platform *platform)
{
    return (struct world_platform *)platform; /* handle to adapter: base is the first member */
}

static enum status world_fetch(struct platform *platform, const struct guest_state *guest,
                               gva_t where, uint16_t *half)
{
    struct world_platform *self = self_of(platform);
    uint64_t offset = where.v - self->pc;

    fuzz_expect(offset == 0 || offset == 2, "only the trapped instruction is fetched");
    fuzz_expect(guest->pc == self->pc, "the fetch is for the guest that trapped");
    if (call_fails(self))
        return self->failure;
    *half = (uint16_t)(self->code[offset] | self->code[offset + 1] << 8);
    return STATUS_OK;
}

static enum status world_read(struct platform *platform, const struct guest_state *guest,
                              gva_t where, uint64_t *value)
{
    struct world_platform *self = self_of(platform);

    fuzz_expect(where.v == guest->x[REG_A0], "only the mask of a legacy call is read");
    if (call_fails(self))
        return self->failure;
    *value = self->data;
    return STATUS_OK;
}

static enum status world_counter(struct platform *platform, uint16_t csr, uint64_t *value)
{
    struct world_platform *self = self_of(platform);

    fuzz_expect(csr_is_counter(csr), "only counters are read");
    if (call_fails(self))
        return self->failure;
    *value = self->data;
    return STATUS_OK;
}

static enum status world_random(struct platform *platform, uint16_t *value)
{
    struct world_platform *self = self_of(platform);

    if (call_fails(self))
        return self->failure;
    *value = (uint16_t)self->data;
    return STATUS_OK;
}

static enum status world_fence(struct platform *platform, uint32_t fid, uint64_t hart_mask,
                               uint64_t hart_base)
{
    struct world_platform *self = self_of(platform);

    (void)fid;
    (void)hart_mask;
    (void)hart_base;
    return call_fails(self) ? self->failure : STATUS_OK;
}

static const struct platform_ops world_ops = {world_fetch, world_read, world_counter, world_random,
                                              world_fence};

void world_init(struct world *world, const struct exposure *spec, struct script script)
{
    static const enum region_kind kinds[PLACES] = {REGION_MMIO, REGION_RAM, REGION_SHARED,
                                                   REGION_ROM};

    memset(world, 0, sizeof *world);
    world->script = script;
    world->platform.base.ops = &world_ops;
    fuzz_expect(monitor_init(&world->mon, spec, &world->platform.base,
                             1 + script_below(&world->script, WORLD_VCPUS)) == STATUS_OK,
                "a monitor can be set up");
    for (unsigned i = 0; i < PLACES; i++)
        (void)monitor_set_region(&world->mon, (struct region){{places[i]}, MAP_BYTES, kinds[i]});
    world->mon.hvip_allow = script_bytes(&world->script, 2) & 0x444;
    (void)monitor_finalize(&world->mon, 0, RAM_BASE, 0);
}

/* An address in or near the map, or anywhere. */
static uint64_t place_draw(struct script *script)
{
    unsigned place = script_below(script, PLACES + 1);

    return place == PLACES ? script_value(script) : places[place] + script_bytes(script, 2);
}

static void platform_draw(struct world *world, uint64_t pc)
{
    static const enum status failures[] = {STATUS_FAULT, STATUS_DENIED, STATUS_IO};
    struct world_platform *platform = &world->platform;

    platform->pc = pc;
    for (size_t i = 0; i < sizeof platform->code; i++)
        platform->code[i] = script_byte(&world->script);
    platform->data = script_value(&world->script);
    platform->calls = 0;
    platform->fail_at = script_below(&world->script, 8);
    platform->failure = failures[script_below(&world->script, 3)];
    if (platform->fail_at > 3)
        platform->fail_at = 0;
}

/* The registers of a listed call, so that its row is reached. */
static void call_draw(struct world *world, struct guest_state *live)
{
    const struct exposure *spec = world->mon.spec;
    unsigned index = script_byte(&world->script);

    if (index >= spec->call_count)
        return;
    live->x[REG_A7] = (uint64_t)(int64_t)spec->call[index].eid;
    live->x[REG_A6] = (uint64_t)(int64_t)spec->call[index].fid;
}

static void trap_draw(struct world *world, struct trap *trap)
{
    struct script *script = &world->script;
    uint64_t gpa = place_draw(script);

    trap->scause = script_below(script, 26);
    if (script_below(script, 4) == 3)
        trap->scause |= SCAUSE_INTERRUPT;
    trap->htval = gpa >> 2;
    trap->stval = script_value(script);
    switch (script_below(script, 4)) {
    case 0:
        trap->htinst = 0;
        break;
    case 1:
        trap->htinst = script_below(script, 2) ? HTINST_PSEUDO_WRITE : HTINST_PSEUDO_READ;
        break;
    case 2:
        memcpy(&trap->htinst, world->platform.code, sizeof world->platform.code);
        break;
    default:
        trap->htinst = script_value(script);
        break;
    }
}

void world_draw_trap(struct world *world, uint32_t vcpu, struct guest_state *live,
                     struct trap *trap)
{
    struct script *script = &world->script;
    unsigned writes = script_below(script, 8);

    *live = world->mon.vcpu[vcpu % world->mon.vcpu_count].guest;
    *trap = (struct trap){0};
    for (unsigned i = 0; i < writes; i++) {
        unsigned item = 1 + script_below(script, ITEM_SLOT_COUNT - 1);
        uint64_t value = script_value(script);

        if (item <= ITEM_X31)
            live->x[item] = value;
        else if (item == ITEM_PC)
            live->pc = value;
        else if (item >= ITEM_VSSTATUS)
            live->csr[item - ITEM_VSSTATUS] = value;
    }
    live->mode = script_below(script, 2) ? GUEST_VU : GUEST_VS;
    memset(&live->fp, script_byte(script) | 1, sizeof live->fp); /* never 0: a leak is seen */
    memset(&live->vec, script_byte(script) | 1, sizeof live->vec);
    platform_draw(world, live->pc);
    trap_draw(world, trap);
    if (trap->scause == EXC_SUPERVISOR_SYSCALL)
        call_draw(world, live);
}

void world_keep_handle(struct world *world, uint64_t handle)
{
    if (handle != 0)
        world->handle[world->handle_count++ % WORLD_HANDLES] = handle;
}

static uint64_t handle_draw(struct world *world, uint32_t vcpu)
{
    struct script *script = &world->script;
    const struct vcpu *self = &world->mon.vcpu[vcpu % VCPU_MAX];

    switch (script_below(script, 6)) {
    case 0:
    case 1:
        return self->life == VCPU_STARTING ? self->start_token : self->handle;
    case 2:
        return self->handle ^ (uint64_t)1 << script_below(script, 64);
    case 3:
        return world->mon.vcpu[script_below(script, WORLD_VCPUS)].handle;
    case 4:
        return world->handle[script_below(script, WORLD_HANDLES)];
    default:
        return script_value(script);
    }
}

/* Values in every slot, some of them chosen. */
static void slots_draw(struct script *script, uint64_t *slot, unsigned count)
{
    unsigned writes = script_below(script, 6);

    memset(slot, script_byte(script), count * sizeof *slot);
    for (unsigned i = 0; i < writes; i++) {
        unsigned index = script_below(script, count);

        slot[index] = script_value(script);
    }
}

static bool frame_draw(struct world *world, uint32_t *vcpu, struct host_answer *answer)
{
    struct hs_frame frame = {0};
    uint64_t handle;
    uint16_t half;

    hs_frame_write(&world->view[*vcpu % WORLD_VCPUS], &frame);
    (void)hs_frame_fetch(&world->view[*vcpu % WORLD_VCPUS],
                         frame.sepc + script_below(&world->script, 4), &half);
    slots_draw(&world->script, frame.x, GPR_COUNT);
    slots_draw(&world->script, frame.csr, GCSR_COUNT);
    handle = handle_draw(world, *vcpu);
    frame.sepc = handle + script_below(&world->script, 9);
    if (hs_frame_read(&frame, answer) != STATUS_OK)
        return false;
    *vcpu = monitor_find_handle(&world->mon, answer->handle);
    return true;
}

static void page_draw(struct world *world, uint32_t vcpu, struct host_answer *answer)
{
    static struct nacl_page page; /* 12 KB: not for the stack */
    struct nacl_trap trap;
    unsigned writes = script_below(&world->script, 6);

    nacl_page_write(&world->view[vcpu % WORLD_VCPUS], &page, &trap);
    slots_draw(&world->script, page.scratch, GPR_COUNT);
    for (unsigned i = 0; i < writes; i++) {
        unsigned index = (unsigned)script_bytes(&world->script, 2) % NACL_CSR_COUNT;

        page.csr[index] = script_value(&world->script);
    }
    nacl_page_read(&world->mon, vcpu, &page, answer);
}

bool world_draw_answer(struct world *world, uint32_t *vcpu, struct host_answer *answer)
{
    switch (script_below(&world->script, 3)) {
    case 0:
        return frame_draw(world, vcpu, answer);
    case 1:
        page_draw(world, *vcpu, answer);
        return true;
    default:
        answer->handle = handle_draw(world, *vcpu);
        answer->action = (enum host_action)script_below(&world->script, 3);
        slots_draw(&world->script, answer->slot, ITEM_SLOT_COUNT);
        return true;
    }
}
