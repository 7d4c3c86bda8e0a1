/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_unicorn_code.c — what is done in front of single instructions: the client's step,
 * events that can be foreseen (engine_site.h), and the repair of what Unicorn gets wrong
 * (engine_special.h). Read engine_unicorn.h first.
 *
 * Single-precision operations are repaired in two halves: before one, operands that are in no NaN
 * box are exchanged for the canonical NaN; before the next instruction, or whatever happens
 * instead, they are put back and the result is put into a box (engine_settle).
 *
 * When a block is first seen that needs hooks, they are added and the block is translated again.
 * Hooks are by virtual address and are never taken away: what is there is looked up each time. */
#include <string.h>

#include <unicorn/unicorn.h>

#include "hart/engine_unicorn.h"

enum { FLAG_INVALID = 1 << 4 };

void engine_settle(struct engine *engine, uint64_t pc)
{
    struct engine_repair *repair = &engine->repair;
    bool was_done = repair->pc != pc; /* else it trapped instead */

    repair->is_open = false;
    for (unsigned i = 0; i < repair->count; i++)
        if (!was_done || !repair->has_result || repair->source[i] != repair->rd)
            engine_set(engine, ENGINE_F + repair->source[i], repair->value[i]);
    if (was_done && repair->has_result)
        engine_set(engine, ENGINE_F + repair->rd,
                   engine_get(engine, ENGINE_F + repair->rd) | NAN_BOX);
}

/* The first half of a repair. */
static void single_prepare(struct engine *engine, const struct engine_special *special, uint64_t pc)
{
    struct engine_repair *repair = &engine->repair;

    *repair =
        (struct engine_repair){.pc = pc, .has_result = special->has_result, .rd = special->rd};
    for (unsigned i = 0; i < special->source_count; i++) {
        uint64_t value = engine_get(engine, ENGINE_F + special->source[i]);

        if ((value & NAN_BOX) == NAN_BOX)
            continue;
        repair->source[repair->count] = special->source[i];
        repair->value[repair->count++] = value;
        engine_set(engine, ENGINE_F + special->source[i], NAN_SINGLE);
    }
    repair->is_open = repair->has_result || repair->count > 0;
}

/* FMIN and FMAX of a NaN, instead of Unicorn. False: Unicorn can do it. */
static bool minmax_do(struct engine *engine, const struct engine_special *special, uint64_t pc)
{
    uint64_t value[2], result;
    bool is_invalid;

    for (unsigned i = 0; i < 2; i++) {
        value[i] = engine_get(engine, ENGINE_F + special->source[i]);
        if (!special->is_double && (value[i] & NAN_BOX) != NAN_BOX)
            value[i] = NAN_SINGLE;
    }
    if (!engine_is_nan(special, value[0]) && !engine_is_nan(special, value[1]))
        return false;
    result = engine_minmax_nan(special, value[0], value[1], &is_invalid);
    engine_set(engine, ENGINE_F + special->rd, result);
    if (is_invalid)
        engine_set(engine, ENGINE_FCSR, engine_get(engine, ENGINE_FCSR) | FLAG_INVALID);
    engine_count_at(engine, pc);
    engine->clock->instret++;
    engine_block_leave(engine, pc + 4);
    engine_pc_set(engine, pc + 4);
    return true;
}

/* The page of code that follows the one that runs, into which an instruction reaches: fetched not
 * long ago. NULL: the client refuses it now. */
static const uint8_t *next_page(struct engine *engine, uint64_t address)
{
    uint64_t key = engine_line_key(address, engine->world);
    const struct engine_code *fetched = &engine->fetched[engine_code_slot(key)];
    const struct engine_line *line;

    if (fetched->key == key)
        return fetched->page;
    line = engine_line_get(engine, address - address % PAGE_SIZE, ACCESS_EXECUTE);
    return line ? line->page.bytes : NULL;
}

/* The instruction at pc, whose page runs, in its lowest bytes. False: its end cannot be read. */
static bool insn_read(struct engine *engine, uint64_t pc, uint32_t *insn)
{
    unsigned offset = pc % PAGE_SIZE;
    const uint8_t *next;

    if (!engine_code_find(engine, pc))
        return false;
    *insn = 0;
    if (offset <= PAGE_SIZE - 4) {
        memcpy(insn, engine->code + offset, 4);
        return true;
    }
    memcpy(insn, engine->code + offset, 2);
    if (engine_insn_bytes(engine->code[offset]) == 2)
        return true;
    next = next_page(engine, pc + 2);
    if (next)
        memcpy((uint8_t *)insn + 2, next, 2);
    return next;
}

/* Tells an event from a hook, which sends the CPU where the client says. */
static void event_from_hook(struct engine *engine, const struct engine_event *event)
{
    engine_count_at(engine, event->pc);
    engine->pc = engine_event_tell(engine, event);
    engine_pc_set(engine, engine->pc);
    if (engine->is_stopped || engine->failure)
        uc_emu_stop(engine->uc);
}

/* What Unicorn does not ask about an SC that it lets fail. */
static void conditional_check(struct engine *engine, const struct engine_special *special,
                              uint64_t pc)
{
    uint64_t address = engine_get(engine, ENGINE_X + special->address_x);
    struct engine_event event = {.kind = ENGINE_MISALIGNED, .pc = pc};

    if (address % special->size_bytes == 0) {
        event.kind = ENGINE_FAULT;
        event.access = ACCESS_WRITE;
        event.page.v = address - address % PAGE_SIZE;
        if (engine_line_get(engine, event.page.v, ACCESS_WRITE) || engine->failure)
            return;
    }
    event_from_hook(engine, &event);
}

static void special_do(struct engine *engine, uint64_t pc, uint32_t insn)
{
    struct engine_special special = engine_special_of(insn);
    struct engine_event event = {.kind = ENGINE_SYSTEM, .pc = pc};

    if (special.kind == SPECIAL_COUNTER)
        event_from_hook(engine, &event);
    else if (special.kind == SPECIAL_CONDITIONAL && engine->has_orphan)
        conditional_check(engine, &special, pc);
    else if (special.kind != SPECIAL_NONE && engine->has_float &&
             !(special.is_minmax && minmax_do(engine, &special, pc)) &&
             special.kind == SPECIAL_SINGLE)
        single_prepare(engine, &special, pc);
}

static bool is_foreseen(const struct engine *engine, uint64_t pc)
{
    const struct engine_site *site = &engine->site[engine_site_index(pc)];

    return site->pc == pc && site->count >= ENGINE_SITE_FORESEEN;
}

/* Asks the client for the page before Unicorn does, and if it is refused, tells the event. False:
 * Unicorn may do it. */
static bool access_do(struct engine *engine, uint64_t pc, const struct engine_access *access)
{
    struct engine_event event = {.kind = ENGINE_FAULT, .pc = pc, .access = access->kind};
    uint64_t address = engine_get(engine, ENGINE_X + access->base) + (uint64_t)access->offset;

    if ((access->is_float && !engine->has_float) ||
        address % PAGE_SIZE + access->size_bytes > PAGE_SIZE)
        return false;
    event.page.v = address - address % PAGE_SIZE;
    if (engine_line_get(engine, event.page.v, access->kind) || engine->failure)
        return false;
    event_from_hook(engine, &event);
    return true;
}

/* An instruction that was often an event. False: this time it may not be one. */
static bool foreseen_do(struct engine *engine, uint64_t pc, uint32_t insn)
{
    struct engine_event event = {.pc = pc};
    struct engine_access access;

    if (engine_system_of(insn, &event.kind)) {
        event_from_hook(engine, &event);
        return true;
    }
    return engine_access_of(insn, &access) && access_do(engine, pc, &access);
}

/* Whether the client has stopped here. */
static bool step_tell(struct engine *engine, uint64_t pc)
{
    engine_count_at(engine, pc);
    engine->client->step(engine->client->context, pc);
    if (!engine->is_stopped) {
        engine->clock->instret = engine->block_instret + engine->block->count;
        return false;
    }
    engine_block_leave(engine, pc);
    engine->pc = pc;
    engine_pc_set(engine, pc);
    uc_emu_stop(engine->uc);
    return true;
}

static void on_code(uc_engine *uc, uint64_t pc, uint32_t size_bytes, void *context)
{
    struct engine *engine = context;
    uint32_t insn;

    (void)uc;
    (void)size_bytes;
    /* Without a block, another hook of this instruction has sent the CPU elsewhere. */
    if (engine->is_due || engine->is_hooking || !engine->block || engine->failure)
        return;
    if (engine->repair.is_open)
        engine_settle(engine, pc);
    if ((engine->client->step && step_tell(engine, pc)) || !insn_read(engine, pc, &insn))
        return;
    if (!is_foreseen(engine, pc) || !foreseen_do(engine, pc, insn))
        special_do(engine, pc, insn);
}

/* The hook that covers the addresses; hook_count: none does. */
static unsigned hook_find(const struct engine *engine, const struct engine_hooked *range)
{
    unsigned i = 0;

    while (i < engine->hook_count &&
           (range->first < engine->hooked[i].first || range->last > engine->hooked[i].last))
        i++;
    return i;
}

/* Of those that lie in the page of an address. */
static unsigned hooks_in_page(const struct engine *engine, uint64_t address)
{
    unsigned count = 0;

    for (unsigned i = 0; i < engine->hook_count; i++)
        count += engine->hooked[i].first >> PAGE_SHIFT == address >> PAGE_SHIFT;
    return count;
}

static void hook_add(struct engine *engine, struct engine_hooked range)
{
    bool is_all = range.last == UINT64_MAX;
    uc_hook hook;

    engine->hooked[engine->hook_count++] = range;
    if (uc_hook_add(engine->uc, &hook, UC_HOOK_CODE, (void *)on_code, engine,
                    is_all ? 1 : range.first, is_all ? 0 : range.last) != UC_ERR_OK)
        engine->failure = "takes no more hooks";
}

static const struct engine_hooked everything = {0, UINT64_MAX};

bool engine_code_hook(struct engine *engine, uint64_t pc, unsigned size_bytes,
                      bool with_conditional)
{
    struct engine_hooked range;
    unsigned hook;

    if (!engine_special_find(engine->code, pc, size_bytes, with_conditional, &range))
        return false;
    hook = hook_find(engine, &range);
    if (hook < engine->hook_count) /* what was translated before it was added does not know it */
        return engine_map_frame(&engine->map, engine->code)->hook_count <= hook;
    if (with_conditional && engine->hook_count >= ENGINE_CONDITIONAL_HOOKS_MAX)
        return false;
    if (engine->hook_count == ENGINE_HOOKS_MAX - 1) {
        range = everything;
    } else if (hooks_in_page(engine, range.first) >= ENGINE_PAGE_HOOKS_MAX) {
        range.first -= range.first % PAGE_SIZE;
        range.last = range.first + PAGE_SIZE + 2;
    }
    hook_add(engine, range);
    return true;
}

void engine_site_note(struct engine *engine, uint64_t pc)
{
    struct engine_site *site = &engine->site[engine_site_index(pc)];
    struct engine_hooked range = {pc, pc};

    if (site->pc != pc)
        *site = (struct engine_site){.pc = pc};
    if (++site->count != ENGINE_SITE_FORESEEN || !engine_code_find(engine, pc) ||
        hook_find(engine, &range) < engine->hook_count ||
        engine->hook_count >= ENGINE_SITE_HOOKS_MAX)
        return;
    hook_add(engine, range);
    engine_code_forget(engine, engine_map_frame(&engine->map, engine->code), engine->code);
}

bool engine_step_hook(struct engine *engine)
{
    if (engine->client->step)
        hook_add(engine, everything);
    return !engine->failure;
}
