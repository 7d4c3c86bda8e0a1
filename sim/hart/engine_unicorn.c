/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_unicorn.c — runs and counts. Read engine_unicorn.h first.
 *
 * instret is advanced by a whole block when the block begins. Whoever looks in the middle of one
 * gets it set right for his pc first (engine_count_at). Where blocks end is Unicorn's affair and
 * differs between its versions; so nothing but the count may depend on it, and a deadline is looked
 * at only where the program itself makes a block begin. */
#include <unicorn/unicorn.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "hart/engine_unicorn.h"

enum {
    CODE_BUFFER_BYTES = 64 << 20,
    VERSION_LEAST = 0x020101,
    EXCEPTION_ILLEGAL = 2,
    EXCEPTION_LOAD_MISALIGNED = 4,
    EXCEPTION_STORE_MISALIGNED = 6,
    EXCEPTION_ECALL = 8
};

void engine_version(char text[ENGINE_VERSION_BYTES])
{
    unsigned version = uc_version(NULL, NULL);

    snprintf(text, ENGINE_VERSION_BYTES, "%u.%u.%u", version >> 24 & 255, version >> 16 & 255,
             version >> 8 & 255);
}

/* --- counting --- */

bool engine_code_find(struct engine *engine, uint64_t pc)
{
    uint64_t key = engine_line_key(pc, engine->world);
    const struct engine_code *fetched = &engine->fetched[engine_code_slot(key)];
    const struct engine_line *line;

    if (key == engine->code_key)
        return true;
    if (fetched->key == key) {
        engine->code = fetched->page;
        engine->code_stamp = fetched->stamp;
    } else {
        line = engine_map_find(&engine->map, key);
        if (!line) {
            engine->failure = "code runs in a page that was never mapped";
            return false;
        }
        engine->code = line->page.bytes;
        engine->code_stamp = line->frame->stamp;
    }
    engine->code_key = key;
    return true;
}

/* Most events are those of the last instruction of a block: it ends there for that very reason. */
void engine_count_at(struct engine *engine, uint64_t pc)
{
    const struct engine_block *block = engine->block;
    uint64_t count;
    unsigned done;

    if (!block || !engine_code_find(engine, block->pc))
        return;
    done = (unsigned)(pc - block->pc);
    if (done + 4 == block->size_bytes && engine_insn_bytes(engine->code[pc % PAGE_SIZE]) == 4)
        count = block->count - 1U;
    else
        count = engine_block_count(engine->code, block->pc % PAGE_SIZE, done);
    engine->clock->instret = engine->block_instret + count;
}

/* Whether a block at pc is only the rest of one that the library has cut in two. */
static bool is_rest(const struct engine *engine, uint64_t pc)
{
    const struct engine_block *block = engine->block;

    return block ? block->is_cut && block->pc + block->size_bytes == pc : engine->falls_to == pc;
}

/* Adds the hooks of a block before it runs. True: it must not run yet. */
static bool block_hook(struct engine *engine, uint64_t pc, uint32_t size_bytes,
                       bool with_conditional)
{
    if (!engine_code_hook(engine, pc, size_bytes, with_conditional))
        return false;
    engine->is_hooking = true;
    engine->pc = pc;
    return true;
}

/* The first time that a block is entered, or after others have taken its place. False: it must not
 * run yet. */
static bool block_find(struct engine *engine, struct engine_block *block, uint64_t pc,
                       uint32_t size_bytes)
{
    if (!engine_code_find(engine, pc))
        return false;
    if (block->pc == pc && block->stamp == engine->code_stamp && block->size_bytes == size_bytes)
        return true;
    if (block_hook(engine, pc, size_bytes, false))
        return false;
    *block = engine_block_of(pc, size_bytes, engine->code_stamp, engine->code);
    return true;
}

/* A block with LR or SC is about to run. False: it must not run yet. */
static bool reservation_follow(struct engine *engine, const struct engine_block *block)
{
    engine->has_orphan = block->first_reserve == RESERVE_USE && !engine->is_reserved;
    if (engine->has_orphan && block_hook(engine, block->pc, block->size_bytes, true))
        return false;
    engine->is_reserved = block->last_reserve == RESERVE_TAKE;
    return true;
}

static void on_block(uc_engine *uc, uint64_t pc, uint32_t size_bytes, void *context)
{
    struct engine *engine = context;
    struct engine_clock *clock = engine->clock;
    struct engine_block *block = &engine->blocks[engine_block_index(pc)];

    if (engine->repair.is_open)
        engine_settle(engine, pc);
    if (clock->instret >= clock->deadline && !is_rest(engine, pc)) {
        engine->is_due = true;
        engine->pc = pc;
        uc_emu_stop(uc);
        return;
    }
    if (((block->pc != pc || block->size_bytes != size_bytes ||
          engine->code_key != engine_line_key(pc, engine->world) ||
          block->stamp != engine->code_stamp) &&
         !block_find(engine, block, pc, size_bytes)) ||
        (block->last_reserve != RESERVE_NONE && !reservation_follow(engine, block))) {
        uc_emu_stop(uc);
        return;
    }
    engine->block = block;
    engine->block_instret = clock->instret;
    clock->instret += block->count;
}

/* --- events --- */

/* Stops in front of an instruction no more. */
static void exit_clear(struct engine *engine)
{
    if (engine->has_exit && uc_ctl_set_exits(engine->uc, NULL, 0) != UC_ERR_OK)
        engine->failure = "cannot clear an exit";
    engine->has_exit = false;
}

uint64_t engine_event_tell(struct engine *engine, const struct engine_event *event)
{
    exit_clear(engine);
    if (engine->repair.is_open)
        engine_settle(engine, event->pc);
    engine_block_leave(engine, ENGINE_PC_NONE);
    engine->is_reserved = false; /* the event may be that of the LR */
    return engine->client->event(engine->client->context, event);
}

/* An exception of the CPU; its pc is 4 too high, whatever the length of the instruction. */
static void on_interrupt(uc_engine *uc, uint32_t number, void *context)
{
    struct engine *engine = context;
    struct engine_event event = {.pc = engine_pc(engine) - 4};
    uint64_t next;

    switch (number) {
    case EXCEPTION_ILLEGAL:
        event.kind = ENGINE_SYSTEM;
        break;
    case EXCEPTION_ECALL:
        event.kind = ENGINE_ECALL;
        break;
    case EXCEPTION_LOAD_MISALIGNED:
    case EXCEPTION_STORE_MISALIGNED:
        event.kind = ENGINE_MISALIGNED;
        break;
    default:
        engine->failure = "an exception that it cannot raise";
        uc_emu_stop(uc);
        return;
    }
    engine_count_at(engine, event.pc);
    engine_site_note(engine, event.pc);
    next = engine_event_tell(engine, &event);
    if (next != event.pc + 4)
        engine_pc_set(engine, next);
    engine->pc = next;
    if (engine->is_stopped || engine->failure)
        uc_emu_stop(uc);
}

void engine_stop(struct engine *engine)
{
    engine->is_stopped = true;
}

/* --- running --- */

/* A fetch fault while a block is translated that begins at pc. If the fault is that of its last
 * instruction, which reaches into the next page, those before it must run first: Unicorn is told to
 * stop there, and what it has of this code must go, or it would find the block again. Unicorn takes
 * an illegal instruction for one of no bytes, and asks for the page before it if it is the first of
 * its page. */
static uint64_t fetch_refused(struct engine *engine, uint64_t pc)
{
    uint64_t last = engine->fault.page.v - 2;
    struct engine_event illegal = {.kind = ENGINE_SYSTEM, .pc = pc};
    struct engine_frame *frame;

    if (engine->fault.page.v + PAGE_SIZE == pc)
        return engine_event_tell(engine, &illegal);
    if (pc >> PAGE_SHIFT == engine->fault.page.v >> PAGE_SHIFT || pc == last) {
        engine->fault.pc = pc;
        return engine_event_tell(engine, &engine->fault);
    }
    if (!engine_code_find(engine, pc))
        return pc;
    frame = engine_map_frame(&engine->map, engine->code);
    engine_code_forget(engine, frame, engine->code);
    if (uc_ctl_set_exits(engine->uc, &last, 1) != UC_ERR_OK)
        engine->failure = "cannot set an exit";
    engine->has_exit = true;
    engine_block_leave(engine, pc);
    return pc;
}

static uint64_t fill_refused(struct engine *engine, uint64_t pc)
{
    if (!engine->is_refused) {
        engine->failure = "a page was refused that the client mapped";
        return pc;
    }
    engine->is_refused = false;
    if (engine->fault.access == ACCESS_EXECUTE)
        return fetch_refused(engine, pc);
    engine_count_at(engine, pc);
    engine_site_note(engine, pc);
    engine->fault.pc = pc;
    return engine_event_tell(engine, &engine->fault);
}

/* Unicorn has stopped because it was told to. */
static uint64_t stopped(struct engine *engine)
{
    uint64_t pc = engine->pc;

    if (engine->is_due) {
        engine->is_due = false;
        pc = engine->client->deadline(engine->client->context, pc);
        engine_block_leave(engine, pc);
    } else if (engine->is_hooking) {
        engine->is_hooking = false;
        if (engine_code_find(engine, pc))
            engine_code_forget(engine, engine_map_frame(&engine->map, engine->code), engine->code);
        engine_block_leave(engine, pc);
    } else if (!engine->is_stopped) { /* the exit is reached; its block must not be found again */
        pc = engine_pc(engine);
        if (engine->has_exit && engine_code_find(engine, pc))
            engine_code_forget(engine, engine_map_frame(&engine->map, engine->code), engine->code);
        exit_clear(engine);
        engine_block_leave(engine, pc);
    }
    return pc;
}

/* Runs until something happens outside of a hook, and sees to it. Returns where to go on. */
static uint64_t run_once(struct engine *engine, uint64_t pc)
{
    uc_err error = uc_emu_start(engine->uc, pc, 0, 0, 0);

    if (engine->failure)
        return pc;
    switch (error) {
    case UC_ERR_OK:
        return stopped(engine);
    case UC_ERR_EXCEPTION:
        return fill_refused(engine, engine_pc(engine));
    case UC_ERR_INSN_INVALID: {
        struct engine_event event = {.kind = ENGINE_BREAK, .pc = engine_pc(engine)};

        engine_count_at(engine, event.pc);
        return engine_event_tell(engine, &event);
    }
    default:
        engine->failure = uc_strerror(error);
        return pc;
    }
}

enum status engine_run(struct engine *engine, uint64_t *pc, struct diagnostic *diag)
{
    engine->is_stopped = false;
    while (!engine->is_stopped && !engine->failure)
        *pc = run_once(engine, *pc);
    if (!engine->failure)
        return STATUS_OK;
    return diagnostic_set(diag, STATUS_IO, "Unicorn", 0, 0, "%s, at pc %#" PRIx64, engine->failure,
                          *pc);
}

/* --- opening --- */

static bool hooks_add(struct engine *engine)
{
    uc_hook hook;

    return engine_fill_hook(engine) &&
           uc_hook_add(engine->uc, &hook, UC_HOOK_INTR, (void *)on_interrupt, engine, 1, 0) ==
               UC_ERR_OK &&
           uc_hook_add(engine->uc, &hook, UC_HOOK_BLOCK, (void *)on_block, engine, 1, 0) ==
               UC_ERR_OK &&
           engine_step_hook(engine);
}

static bool unicorn_open(struct engine *engine)
{
    bool is_good = uc_open(UC_ARCH_RISCV, UC_MODE_RISCV64, &engine->uc) == UC_ERR_OK &&
                   uc_ctl_set_cpu_model(engine->uc, UC_CPU_RISCV64_ANY) == UC_ERR_OK &&
                   uc_ctl_set_tcg_buffer_size(engine->uc, CODE_BUFFER_BYTES) == UC_ERR_OK &&
                   uc_ctl_tlb_mode(engine->uc, UC_TLB_VIRTUAL) == UC_ERR_OK &&
                   uc_ctl_exits_enable(engine->uc) == UC_ERR_OK;

    for (unsigned i = 0; i < engine->map.span_count && is_good; i++)
        is_good = uc_mem_map_ptr(engine->uc, engine_map_span_address(&engine->map, i),
                                 engine->map.span[i].size_bytes, UC_PROT_ALL,
                                 engine->map.span[i].bytes) == UC_ERR_OK;
    return is_good;
}

static enum status engine_create(struct engine *engine, const struct engine_config *config,
                                 struct diagnostic *diag)
{
    enum status st = engine_map_create(&engine->map, config);

    engine->client = config->client;
    engine->clock = config->clock;
    engine_block_leave(engine, ENGINE_PC_NONE);
    engine->code_key = UINT64_MAX;
    for (unsigned i = 0; i < ENGINE_CODE_SLOTS; i++)
        engine->fetched[i].key = UINT64_MAX;
    engine->blocks = calloc(ENGINE_BLOCKS, sizeof *engine->blocks);
    engine->tlb_epoch = 1;
    if (st == STATUS_BAD_INPUT)
        return diagnostic_set(diag, STATUS_IO, "engine", 0, 0, "memory is not made of whole pages");
    if (st != STATUS_OK || !engine->blocks)
        return diagnostic_set(diag, STATUS_IO, "engine", 0, 0, "no memory");
    if (uc_version(NULL, NULL) >> 8 < VERSION_LEAST || !unicorn_open(engine))
        return diagnostic_set(diag, STATUS_IO, "Unicorn", 0, 0, "cannot be started");
    st = engine_cpu_create(engine, diag);
    if (st == STATUS_OK && !hooks_add(engine))
        return diagnostic_set(diag, STATUS_IO, "Unicorn", 0, 0, "takes no hooks");
    return st;
}

enum status engine_open(const struct engine_config *config, struct engine **out,
                        struct diagnostic *diag)
{
    struct engine *engine = calloc(1, sizeof *engine);
    enum status st = engine ? engine_create(engine, config, diag)
                            : diagnostic_set(diag, STATUS_IO, "engine", 0, 0, "no memory");

    if (st != STATUS_OK) {
        engine_close(engine);
        engine = NULL;
    }
    *out = engine;
    return st;
}

void engine_close(struct engine *engine)
{
    if (!engine)
        return;
    if (engine->saved)
        uc_context_free(engine->saved);
    if (engine->uc)
        uc_close(engine->uc);
    engine_map_destroy(&engine->map);
    free(engine->blocks);
    free(engine);
}
