/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/live.c — a live machine is built, watched and freed; its time. See live.h. */
#include "machine/live_internal.h"

#include <stdlib.h>

#include "machine/semihosting.h"

#define NS_PER_SECOND UINT64_C(1000000000)

static const char *const end_names[LIVE_END_COUNT] = {"pass", "fail",    "reset",    "instructions",
                                                      "time", "waiting", "trap-loop"};

const char *live_end_name(enum live_end end)
{
    return end < LIVE_END_COUNT ? end_names[end] : "?";
}

unsigned live_mode_index(struct hart_mode mode)
{
    if (mode.privilege == PRIVILEGE_M)
        return 0;
    if (mode.privilege == PRIVILEGE_S)
        return mode.is_virtual ? 3 : 1;
    return mode.is_virtual ? 4 : 2;
}

/* --- time --- */

uint64_t live_retired(const struct live_hart *hart)
{
    return hart_run_clock(hart->run)->instret;
}

/* Instructions run and waited through by all harts. */
static uint64_t work_done(const struct live *live)
{
    uint64_t done = 0;

    for (unsigned i = 0; i < live->spec.harts.count; i++)
        done += live_retired(&live->hart[i]) + live->hart[i].idle;
    return done;
}

static uint64_t work_per_tick(const struct live *live)
{
    return live->spec.harts.instructions_per_tick * live->spec.harts.count;
}

uint64_t live_ticks(const struct live *live)
{
    return work_done(live) / work_per_tick(live);
}

uint64_t live_time_ns(const struct live *live)
{
    uint64_t done = work_done(live), per_tick = work_per_tick(live);
    uint64_t hz = live->spec.harts.timebase_hz, ticks = done / per_tick;
    uint64_t ns = ticks / hz * NS_PER_SECOND + ticks % hz * NS_PER_SECOND / hz;

    return ns + done % per_tick * (NS_PER_SECOND / hz) / per_tick;
}

uint64_t live_instret_at(const struct live *live, const struct live_hart *hart, uint64_t tick)
{
    uint64_t done = work_done(live), per_tick = work_per_tick(live);

    if (tick > UINT64_MAX / per_tick)
        return UINT64_MAX;
    if (tick * per_tick <= done)
        return live_retired(hart);
    return live_retired(hart) + (tick * per_tick - done);
}

uint64_t live_instructions(const struct live *live)
{
    uint64_t count = 0;

    for (unsigned i = 0; i < live->spec.harts.count; i++)
        count += live_retired(&live->hart[i]);
    return count;
}

/* --- what a hart asks --- */

static uint64_t time_now(void *context)
{
    const struct live_hart *hart = context;

    return clint_time(&hart->live->clint);
}

static uint64_t time_instret_at(void *context, uint64_t mtime)
{
    const struct live_hart *hart = context;
    uint64_t tick = clint_tick_at(&hart->live->clint, mtime);

    return tick == UINT64_MAX ? UINT64_MAX : live_instret_at(hart->live, hart, tick);
}

static void trap_seen(void *context, const struct hart_trap *trap)
{
    struct live_hart *hart = context;
    struct live *live = hart->live;
    unsigned from = live_mode_index(trap->from), cause = trap->cause % LIVE_CAUSES;

    hart->trap = *trap;
    (trap->is_interrupt ? live->counts.interrupts : live->counts.exceptions)[from][cause]++;
    if (trap->from.is_virtual && !trap->to.is_virtual)
        live->counts.exits++;
    if (live->observer.trap)
        live->observer.trap(live->observer.context, hart->index, trap);
}

static void return_seen(void *context, struct hart_mode from, struct hart_mode to, uint64_t pc)
{
    const struct live_hart *hart = context;
    const struct live_observer *observer = &hart->live->observer;

    if (observer->returned)
        observer->returned(observer->context, hart->index, from, to, pc);
}

static void csr_seen(void *context, uint16_t number, bool is_write, uint64_t value)
{
    const struct live_hart *hart = context;
    const struct live_observer *observer = &hart->live->observer;

    observer->csr(observer->context, hart->index, number, is_write, value);
}

static void step_seen(void *context, uint64_t pc)
{
    const struct live_hart *hart = context;
    const struct live_observer *observer = &hart->live->observer;

    observer->step(observer->context, hart->index, pc);
}

/* A store to the words of HTIF has been done. */
static void words_stored(void *context)
{
    struct live_hart *hart = context;

    htif_poll(&hart->live->htif);
}

static bool breakpoint_hit(void *context, uint64_t pc)
{
    struct live_hart *hart = context;

    return semihosting_call(hart->run, &hart->live->dma, &hart->live->power, pc);
}

/* Whose software runs: a guest whose VMID has a key is confidential, all others are the host's. */
static struct actor actor_of(void *context, struct hart_mode mode, uint16_t vmid)
{
    const struct live *live = ((const struct live_hart *)context)->live;

    if (!mode.is_virtual || vmid > RMP_ASID_MAX || !live->rmp.has_key[vmid])
        return (struct actor){.kind = ACTOR_HYPERVISOR};
    return (struct actor){.kind = ACTOR_GUEST,
                          .asid = vmid,
                          .cpl = mode.privilege == PRIVILEGE_U ? 3 : 0,
                          .is_snp = live->spec.memory.mode == MEMORY_SNP};
}

/* --- life --- */

static enum status hart_start(struct live *live, unsigned index, const struct image *image,
                              struct diagnostic *diag)
{
    struct live_hart *hart = &live->hart[index];
    struct hart_run_config config = {
        .hart = {.hartid = index,
                 .features = live->spec.harts.features,
                 .memory = live->memory,
                 .ram_first = {MACHINE_RAM_FIRST},
                 .bus = {&live->bus, bus_read, bus_write},
                 .time = {hart, time_now, time_instret_at},
                 .actor = live->spec.memory.mode == MEMORY_NONE ? NULL : actor_of,
                 .actor_context = hart,
                 .observer = {hart, trap_seen, return_seen, live->observer.csr ? csr_seen : NULL}},
        .step = live->observer.step ? step_seen : NULL,
        .step_context = hart,
        .platform = {
            hart, words_stored, breakpoint_hit, {image->symbols.tohost, image->symbols.fromhost}}};

    *hart = (struct live_hart){.live = live, .index = index};
    return hart_run_create(&config, &hart->run, diag);
}

/* The spec's memory begins at 0; RAM of a machine with harts begins behind the devices. */
static struct memory_config memory_config_of(const struct machine_spec *spec)
{
    struct memory_config config = spec->memory;

    config.page_count += MACHINE_RAM_FIRST >> PAGE_SHIFT;
    if (config.rmp_pages > 0)
        config.rmp_pages += MACHINE_RAM_FIRST >> PAGE_SHIFT;
    return config;
}

static enum status live_build(struct live *live, const struct live_config *config,
                              struct diagnostic *diag)
{
    struct memory_config memory = memory_config_of(&live->spec);
    enum status status = memory_create(&memory, &live->memory);

    if (status != STATUS_OK)
        return diagnostic_set(diag, STATUS_IO, live->spec.name, 0, 0, "not enough memory");
    live->dma = (struct dma){live->memory, {MACHINE_RAM_FIRST}};
    for (unsigned i = 0; i < live->spec.harts.count && status == STATUS_OK; i++)
        status = hart_start(live, i, config->image, diag);
    if (status != STATUS_OK)
        return status;
    live_devices_init(live, config);
    return live_load(live, config, diag);
}

enum status live_create(const struct live_config *config, struct live **out,
                        struct diagnostic *diag)
{
    struct live *live = calloc(1, sizeof *live);
    enum status status;

    *out = NULL;
    if (!live)
        return diagnostic_set(diag, STATUS_IO, config->spec->name, 0, 0, "not enough memory");
    live->spec = *config->spec;
    live->observer = config->observer;
    live->symbols = config->image->symbols;
    status = live_build(live, config, diag);
    if (status == STATUS_OK)
        *out = live;
    else
        live_destroy(live);
    return status;
}

void live_destroy(struct live *live)
{
    if (!live)
        return;
    for (unsigned i = 0; i < live->spec.harts.count; i++)
        hart_run_destroy(live->hart[i].run);
    memory_destroy(live->memory);
    free(live);
}

struct live_console_counts live_console_counts(const struct live *live)
{
    return live->passed;
}

const struct live_counts *live_counts(const struct live *live)
{
    return &live->counts;
}

struct memory *live_memory(struct live *live)
{
    return live->memory;
}

struct hart_run *live_hart(struct live *live, unsigned index)
{
    return index < live->spec.harts.count ? live->hart[index].run : NULL;
}
