/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_unicorn.h — what the files of the engine share. Read engine.h and engine_map.h
 * first. engine_unicorn.c runs, engine_unicorn_fill.c maps pages, engine_unicorn_cpu.c has the
 * registers; no other file knows Unicorn.
 *
 * How Unicorn is used. Its CPU never has a privilege: what needs one raises its interrupt hook, and
 * it takes no trap by itself. RV64GC without S makes its modes S and U equally powerless, but each
 * has a TLB: these are the two worlds. Its own MMU is off (virtual TLB): the fill hook answers. */
#ifndef CVMLAB_SIM_HART_ENGINE_UNICORN_H
#define CVMLAB_SIM_HART_ENGINE_UNICORN_H

#include "hart/engine_block.h"
#include "hart/engine_map.h"
#include "hart/engine_site.h"
#include "hart/engine_special.h"

struct uc_struct;
struct uc_context;

/* No pc: odd. */
#define ENGINE_PC_NONE UINT64_C(1)

/* Where the state that has no number in Unicorn's interface lies in a saved CPU, in bytes. */
struct engine_layout {
    size_t privilege, status, reserved_address, reserved_value;
    uint64_t status_float, status_plain; /* mstatus with FS Dirty, and Off */
};

/* A page of code, as it was fetched last. */
struct engine_code {
    uint64_t key; /* of its line */
    uint32_t stamp;
    const uint8_t *page;
};

enum { ENGINE_CODE_SLOTS = 4 };

/* Where it is kept: two pages in a row are not in the same place. */
static inline unsigned engine_code_slot(uint64_t key)
{
    return (unsigned)(key >> 1) % ENGINE_CODE_SLOTS;
}

/* Of a single-precision operation: what its second half has to do. */
struct engine_repair {
    bool is_open, has_result;
    uint8_t rd, count, source[3];
    uint64_t value[3]; /* of the sources that were exchanged */
    uint64_t pc;
};

/* With more hooks, a whole page is hooked; the last one is for everything. */
enum { ENGINE_PAGE_HOOKS_MAX = 4, ENGINE_HOOKS_MAX = 128 };

/* Foreseen events are hooked only while there are fewer hooks than these, SC while there are fewer
 * than those: all are looked through in front of a hooked instruction. An SC without a reservation
 * that has none fails, as it must, but raises no fault. */
enum { ENGINE_SITE_HOOKS_MAX = 16, ENGINE_CONDITIONAL_HOOKS_MAX = 64 };

struct engine {
    /* What each block needs, in as few lines of the cache as possible: */
    struct engine_clock *clock;
    struct engine_block *blocks;      /* ENGINE_BLOCKS of them, by engine_block_index */
    const struct engine_block *block; /* the one that runs; NULL: none */
    uint64_t block_instret;           /* instret when it began */
    uint64_t code_key;                /* of the line that it lies in */
    const uint8_t *code;              /* its page */
    uint32_t code_stamp;              /* of its frame */
    bool has_orphan;                  /* an SC of the block has no reservation */
    bool is_reserved;                 /* there was an LR since the last SC, as far as blocks tell */
    enum engine_world world;
    struct engine_repair repair;
    uint64_t falls_to; /* without a block: a block at this pc is only the rest of one */

    struct uc_struct *uc;
    const struct engine_client *client;
    struct engine_map map;
    struct engine_code fetched[ENGINE_CODE_SLOTS];
    bool has_float;
    struct uc_context *saved; /* room for the CPU */
    struct engine_layout layout;

    uint64_t pc;     /* where to go on, once stopped or due */
    bool is_stopped; /* engine_stop was called */
    bool is_due;     /* the deadline is reached */
    bool is_hooking; /* the block got hooks, and must be translated again */
    bool has_exit;   /* Unicorn is told to stop in front of an instruction */
    bool is_refused; /* the last fill was, with: */
    struct engine_event fault;

    uint64_t forgets;   /* the address that fill answers with, while code is forgotten; or 0 */
    uint32_t tlb_epoch; /* of the flushes of Unicorn's TLB */
    uint32_t stamp_last;
    struct engine_site site[ENGINE_SITES]; /* by engine_site_index */
    struct engine_hooked hooked[ENGINE_HOOKS_MAX];
    unsigned hook_count;
    const char *failure; /* what went wrong inside a hook */
};

/* No block runs any more. falls_to: where a block would be only the rest of one, so that no
 * deadline is looked at; or ENGINE_PC_NONE. */
static inline void engine_block_leave(struct engine *engine, uint64_t falls_to)
{
    engine->block = NULL;
    engine->falls_to = falls_to;
}

/* --- engine_unicorn.c --- */

/* Finds the page of the code that is about to run, if it is not the last one. False: failure. */
bool engine_code_find(struct engine *engine, uint64_t pc);

/* Makes instret what it is in front of the instruction at pc, in the block that runs. */
void engine_count_at(struct engine *engine, uint64_t pc);

/* Tells the client; nothing is left of the block then. Returns where to go on. */
uint64_t engine_event_tell(struct engine *engine, const struct engine_event *event);

/* --- engine_unicorn_code.c --- */

/* The second half of the repair that is open. pc: where the engine is. */
void engine_settle(struct engine *engine, uint64_t pc);

/* Adds the hooks that a block needs, whose page engine_code_find has found. SC needs one only
 * with_conditional. False: it has them. True: its translation must be forgotten. */
bool engine_code_hook(struct engine *engine, uint64_t pc, unsigned size_bytes,
                      bool with_conditional);

/* The instruction at pc is an event: if it is foreseen from now on, hooks it and forgets its
 * translation. While no block runs. */
void engine_site_note(struct engine *engine, uint64_t pc);

/* Hooks every instruction if the client wants to know. */
bool engine_step_hook(struct engine *engine);

/* --- engine_unicorn_fill.c --- */

/* Adds the hook that answers for the TLB. */
bool engine_fill_hook(struct engine *engine);

/* The line of the present world's page that allows the access: one that is there, or what the
 * client answers. NULL: it refuses, or failure. */
struct engine_line *engine_line_get(struct engine *engine, uint64_t page, enum access_kind access);

/* Forgets what was translated from the code of this frame, which begins at page; if there was
 * something, Unicorn's TLB as well. */
void engine_code_forget(struct engine *engine, struct engine_frame *frame, const uint8_t *page);

/* --- engine_unicorn_cpu.c --- */

/* Takes the CPU's privilege away. STATUS_IO: it is not built as this file expects. */
enum status engine_cpu_create(struct engine *engine, struct diagnostic *diag);

/* The CPU's pc: 4 too high in the interrupt hook, and out of date in most other hooks. */
uint64_t engine_pc(struct engine *engine);
void engine_pc_set(struct engine *engine, uint64_t pc);

#endif
