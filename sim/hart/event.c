/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/event.c — what the engine calls: pages and events.
 * Source: riscv-isa-manual, src/priv/machine.adoc, "Environment Call and Breakpoint", "mtval". */
#include "hart/internal.h"

static bool is_allowed(const struct hart *hart, const struct view_rules *rules,
                       const struct translation *at, uint8_t allow, enum access_kind kind)
{
    return (at->allowed & allow) &&
           pmp_allows(hart, at->spa, PAGE_SIZE, kind, rules->mode.privilege);
}

/* Code may be read by data accesses too, if they have the same rules and see the same bytes. */
static bool sees_code_as_data(const struct hart *hart, const struct translation *at)
{
    return !(hart->mstatus & STATUS_MPRV) && (!hart->mode.is_virtual || at->is_private);
}

static bool fill_execute(struct hart *hart, const struct view_rules *rules, gva_t page,
                         const struct translation *at, struct engine_page *out)
{
    struct exception fault;

    out->bytes = ram_ask(hart, hart->mode, at, ACCESS_EXECUTE, ACCESS_EXECUTE, &fault);
    if (!out->bytes)
        return false;
    fetch_page_keep(hart, page.v, out->bytes);
    out->may_execute = true;
    out->may_read = sees_code_as_data(hart, at) &&
                    is_allowed(hart, rules, at, ALLOW_READ, ACCESS_READ) &&
                    ram_ask(hart, hart->mode, at, ACCESS_READ, ACCESS_READ, &fault) == out->bytes;
    return true;
}

/* A page with code that runs stays so for loads; one that is being written is given with write
 * permission at once. */
static bool fill_read(struct hart *hart, const struct view_rules *rules, gva_t page,
                      const struct translation *at, struct engine_page *out)
{
    struct memory_page look;
    struct exception fault;
    uint8_t *written;

    out->bytes = ram_ask(hart, hart->mode, at, ACCESS_READ, ACCESS_READ, &fault);
    if (!out->bytes)
        return false;
    out->may_read = true;
    if (sees_code_as_data(hart, at) && fetch_page_kept(hart, page.v) == out->bytes) {
        out->may_execute = true;
        return true;
    }
    if (!is_allowed(hart, rules, at, ALLOW_WRITE, ACCESS_WRITE) ||
        memory_page_look(hart->config.memory, (spa_t){at->spa}, &look) != STATUS_OK ||
        !look.is_writable)
        return true;
    written = ram_ask(hart, hart->mode, at, ACCESS_WRITE, ACCESS_WRITE, &fault);
    out->may_write = written && written == out->bytes;
    return true;
}

static bool fill_write(struct hart *hart, const struct view_rules *rules,
                       const struct translation *at, struct engine_page *out)
{
    struct exception fault;

    out->bytes = ram_ask(hart, hart->mode, at, ACCESS_WRITE, ACCESS_WRITE, &fault);
    if (!out->bytes)
        return false;
    out->may_write = true;
    out->may_read = is_allowed(hart, rules, at, ALLOW_READ, ACCESS_READ) &&
                    ram_ask(hart, hart->mode, at, ACCESS_READ, ACCESS_READ, &fault) == out->bytes;
    return true;
}

bool hart_fill(void *context, gva_t page, enum access_kind access, struct engine_page *out)
{
    struct hart *hart = context;
    struct view_rules rules = access == ACCESS_EXECUTE ? rules_fetch(hart) : rules_data(hart);
    struct translation at;
    struct exception fault;

    *out = (struct engine_page){0};
    if (!translate(hart, &rules, page.v, access, &at, &fault)) {
        hart->refusal = (struct hart_refusal){true, access, page.v, fault, 0};
        return false;
    }
    if (!spa_is_ram(hart, at.spa)) {
        hart->refusal = (struct hart_refusal){true, access, page.v, {.cause = CAUSE_NONE}, at.spa};
        return false;
    }
    if (!pmp_allows(hart, at.spa, PAGE_SIZE, access, rules.mode.privilege))
        return access == ACCESS_EXECUTE && fill_masked(hart, &rules, &at, out);
    if (access == ACCESS_EXECUTE)
        return fill_execute(hart, &rules, page, &at, out);
    if (access == ACCESS_WRITE)
        return fill_write(hart, &rules, &at, out);
    return fill_read(hart, &rules, page, &at, out);
}

static uint64_t ecall(struct hart *hart, uint64_t pc)
{
    struct exception exception = {.cause = CAUSE_ECALL_U};

    if (hart->mode.privilege == PRIVILEGE_M)
        exception.cause = CAUSE_ECALL_M;
    else if (hart->mode.privilege == PRIVILEGE_S)
        exception.cause = hart->mode.is_virtual ? CAUSE_ECALL_VS : CAUSE_ECALL_HS;
    return trap_exception(hart, pc, &exception);
}

static uint64_t breakpoint(struct hart *hart, uint64_t pc)
{
    struct exception exception = {
        .cause = CAUSE_BREAKPOINT, .tval = pc, .is_gva = hart->mode.is_virtual};

    return trap_exception(hart, pc, &exception);
}

/* A fetch that the engine was refused: of the instruction at pc, or of its second half. */
static uint64_t fetch_event(struct hart *hart, uint64_t pc)
{
    struct exception fault;
    uint32_t raw;

    if (fetch(hart, pc, &raw, &fault))
        return pc; /* allowed meanwhile: the engine asks again */
    return trap_exception(hart, pc, &fault);
}

static uint64_t event_handle(struct hart *hart, const struct engine_event *event)
{
    switch (event->kind) {
    case ENGINE_ECALL:
        return ecall(hart, event->pc);
    case ENGINE_BREAK:
        return breakpoint(hart, event->pc);
    case ENGINE_MISALIGNED:
        return memory_event(hart, event->pc);
    case ENGINE_FAULT:
        return event->access == ACCESS_EXECUTE ? fetch_event(hart, event->pc)
                                               : memory_event(hart, event->pc);
    case ENGINE_SYSTEM:
        break;
    }
    return system_event(hart, event->pc);
}

uint64_t hart_event(void *context, const struct engine_event *event)
{
    struct hart *hart = context;
    uint64_t pc = event_handle(hart, event);

    hart->refusal.is_there = false; /* it was for this event, if for any */
    return pc;
}
