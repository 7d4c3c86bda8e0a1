/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_unicorn_cpu.c — the CPU's registers, and the little state that it needs to be
 * powerless. Read engine_unicorn.h first.
 *
 * Unicorn before 2.1.2 has no number for the privilege mode, and mstatus can only be written in
 * M-mode. Both are inside a saved CPU, a plain piece of memory of uc_context_size bytes; where, is
 * found out when the engine is opened: two saved CPUs that differ in nothing else are compared. */
#include <string.h>

#include <unicorn/unicorn.h>

#include "hart/engine_unicorn.h"

/* mstatus, as Unicorn's QEMU 5.0 has it. */
#define STATUS_FLOAT      (UINT64_C(3) << 13)
#define STATUS_SUMMARY    (UINT64_C(1) << 63) /* SD */
#define STATUS_MODE_SHIFT 11
#define STATUS_TRAPS      (UINT64_C(1) << 20 | UINT64_C(1) << 22 | UINT64_C(1) << 29) /* TVM TSR TW */

enum { MODE_GUEST = 0, MODE_HOST = 1 }; /* U and S */

static const uint32_t insn_mret = 0x30200073, insn_lr = 0x1000b02f; /* lr.d x0, (x1) */

/* Two doublewords that LR reads, to see where it puts them: offsets in the page of code. */
enum { LR_CODE = 0x10, LR_FIRST = 0x100, LR_SECOND = 0x200 };
static const uint64_t lr_value[] = {0x1234567890abcdef, 0x3c5a9621f00dba11};

uint64_t engine_pc(struct engine *engine)
{
    uint64_t pc = 0;

    uc_reg_read(engine->uc, UC_RISCV_REG_PC, &pc);
    return pc;
}

void engine_pc_set(struct engine *engine, uint64_t pc)
{
    uc_reg_write(engine->uc, UC_RISCV_REG_PC, &pc);
}

static uint64_t word_get(const struct uc_context *saved, size_t offset)
{
    uint64_t word;

    memcpy(&word, (const uint8_t *)saved + offset, sizeof word);
    return word;
}

static void word_set(struct uc_context *saved, size_t offset, uint64_t word)
{
    memcpy((uint8_t *)saved + offset, &word, sizeof word);
}

/* Gives the CPU mode and float of the engine. */
static void state_put(struct engine *engine, enum engine_world world, bool has_float)
{
    uc_context_save(engine->uc, engine->saved);
    word_set(engine->saved, engine->layout.privilege,
             world == ENGINE_WORLD_HOST ? MODE_HOST : MODE_GUEST);
    word_set(engine->saved, engine->layout.status,
             has_float ? engine->layout.status_float : engine->layout.status_plain);
    uc_context_restore(engine->uc, engine->saved);
}

void engine_enter(struct engine *engine, enum engine_world world, bool has_float)
{
    if (engine->world == world && engine->has_float == has_float)
        return;
    engine->world = world;
    engine->has_float = has_float;
    state_put(engine, world, has_float);
}

/* State that has no number in Unicorn's interface. */
static uint64_t hidden_get(struct engine *engine, size_t offset)
{
    uc_context_save(engine->uc, engine->saved);
    return word_get(engine->saved, offset);
}

static void hidden_set(struct engine *engine, size_t offset, uint64_t value)
{
    uc_context_save(engine->uc, engine->saved);
    word_set(engine->saved, offset, value);
    uc_context_restore(engine->uc, engine->saved);
}

static uint64_t state_get(struct engine *engine, unsigned number)
{
    if (number == ENGINE_RESERVED_ADDRESS)
        return hidden_get(engine, engine->layout.reserved_address);
    if (number == ENGINE_RESERVED_VALUE)
        return hidden_get(engine, engine->layout.reserved_value);
    return engine->falls_to;
}

static void state_set(struct engine *engine, unsigned number, uint64_t value)
{
    if (number == ENGINE_RESERVED_ADDRESS)
        hidden_set(engine, engine->layout.reserved_address, value);
    else if (number == ENGINE_RESERVED_VALUE)
        hidden_set(engine, engine->layout.reserved_value, value);
    else
        engine->falls_to = value;
}

static int register_id(unsigned number)
{
    return number < ENGINE_F ? UC_RISCV_REG_X0 + (int)number
                             : UC_RISCV_REG_F0 + (int)(number - ENGINE_F);
}

uint64_t engine_get(struct engine *engine, unsigned number)
{
    uint64_t value = 0;

    if (number > ENGINE_FCSR)
        return state_get(engine, number);
    if (number != ENGINE_FCSR) {
        uc_reg_read(engine->uc, register_id(number), &value);
        return value;
    }
    if (!engine->has_float)
        state_put(engine, engine->world, true);
    uc_reg_read(engine->uc, UC_RISCV_REG_FCSR, &value);
    if (!engine->has_float)
        state_put(engine, engine->world, false);
    return value;
}

void engine_set(struct engine *engine, unsigned number, uint64_t value)
{
    if (number == ENGINE_X)
        return;
    if (number > ENGINE_FCSR) {
        state_set(engine, number, value);
        return;
    }
    if (number != ENGINE_FCSR) {
        uc_reg_write(engine->uc, register_id(number), &value);
        return;
    }
    if (!engine->has_float)
        state_put(engine, engine->world, true);
    uc_reg_write(engine->uc, UC_RISCV_REG_FCSR, &value);
    if (!engine->has_float)
        state_put(engine, engine->world, false);
}

void engine_copy(struct engine *to, struct engine *from)
{
    uc_context_save(from->uc, to->saved);
    uc_context_restore(to->uc, to->saved);
    to->world = from->world;
    to->has_float = from->has_float;
    engine_set(to, ENGINE_FCSR, engine_get(from, ENGINE_FCSR)); /* its flags are not in there */
    to->is_reserved = from->is_reserved;
    engine_block_leave(to, from->falls_to);
    to->code_key = UINT64_MAX;
}

/* Runs MRET, with the CPU in M-mode as it was in the context fresh, into a mode with a status, and
 * saves the CPU. The code lies in a page that is mapped at its own address. */
static bool mode_enter(struct engine *engine, struct uc_context *fresh, uint64_t code,
                       uint64_t mode, uint64_t status, struct uc_context *out)
{
    uint64_t word = status | STATUS_TRAPS | mode << STATUS_MODE_SHIFT, next = code + 4;

    return uc_context_restore(engine->uc, fresh) == UC_ERR_OK &&
           uc_reg_write(engine->uc, UC_RISCV_REG_MSTATUS, &word) == UC_ERR_OK &&
           uc_reg_write(engine->uc, UC_RISCV_REG_MEPC, &next) == UC_ERR_OK &&
           uc_ctl_set_exits(engine->uc, &next, 1) == UC_ERR_OK &&
           uc_emu_start(engine->uc, code, 0, 0, 0) == UC_ERR_OK &&
           uc_context_save(engine->uc, out) == UC_ERR_OK;
}

/* The one place where the two differ in these bits and no others. SIZE_MAX: there is none, or there
 * are several. A context has a head of its own, so its words need not be aligned. */
static size_t difference_find(const struct uc_context *a, const struct uc_context *b,
                              size_t size_bytes, uint64_t bits)
{
    size_t found = SIZE_MAX;

    for (size_t i = 0; i + sizeof(uint64_t) <= size_bytes; i += sizeof(uint32_t)) {
        if ((word_get(a, i) ^ word_get(b, i)) != bits)
            continue;
        if (found != SIZE_MAX)
            return SIZE_MAX;
        found = i;
    }
    return found;
}

/* Runs LR of the doubleword at offset of the page of code, and saves the CPU. */
static bool lr_run(struct engine *engine, struct uc_context *fresh, uint64_t code, unsigned offset,
                   struct uc_context *out)
{
    uint64_t address = code + offset, next = code + LR_CODE + 4, zero = 0;

    return uc_context_restore(engine->uc, fresh) == UC_ERR_OK &&
           uc_reg_write(engine->uc, UC_RISCV_REG_X1, &address) == UC_ERR_OK &&
           uc_ctl_set_exits(engine->uc, &next, 1) == UC_ERR_OK &&
           uc_emu_start(engine->uc, code + LR_CODE, 0, 0, 0) == UC_ERR_OK &&
           uc_reg_write(engine->uc, UC_RISCV_REG_X1, &zero) == UC_ERR_OK &&
           uc_context_save(engine->uc, out) == UC_ERR_OK;
}

/* The one place where these two words stand. SIZE_MAX as above. */
static size_t words_find(const struct uc_context *a, const struct uc_context *b, size_t size_bytes,
                         uint64_t word_a, uint64_t word_b)
{
    size_t found = SIZE_MAX;

    for (size_t i = 0; i + sizeof(uint64_t) <= size_bytes; i += sizeof(uint32_t)) {
        if (word_get(a, i) != word_a || word_get(b, i) != word_b)
            continue;
        if (found != SIZE_MAX)
            return SIZE_MAX;
        found = i;
    }
    return found;
}

/* Where the reservation is. */
static bool reservation_find(struct engine *engine, struct uc_context *saved[4], uint64_t code)
{
    size_t size_bytes = uc_context_size(engine->uc);
    struct engine_layout *layout = &engine->layout;

    if (!lr_run(engine, saved[0], code, LR_FIRST, saved[1]) ||
        !lr_run(engine, saved[0], code, LR_SECOND, saved[2]))
        return false;
    layout->reserved_address =
        words_find(saved[1], saved[2], size_bytes, code + LR_FIRST, code + LR_SECOND);
    layout->reserved_value = words_find(saved[1], saved[2], size_bytes, lr_value[0], lr_value[1]);
    return layout->reserved_address != SIZE_MAX && layout->reserved_value != SIZE_MAX;
}

static bool code_write(struct engine *engine, uint64_t code)
{
    return uc_mem_map(engine->uc, code, PAGE_SIZE, UC_PROT_ALL) == UC_ERR_OK &&
           uc_mem_write(engine->uc, code, &insn_mret, sizeof insn_mret) == UC_ERR_OK &&
           uc_mem_write(engine->uc, code + LR_CODE, &insn_lr, sizeof insn_lr) == UC_ERR_OK &&
           uc_mem_write(engine->uc, code + LR_FIRST, &lr_value[0], sizeof lr_value[0]) ==
               UC_ERR_OK &&
           uc_mem_write(engine->uc, code + LR_SECOND, &lr_value[1], sizeof lr_value[1]) ==
               UC_ERR_OK;
}

/* Fills in the layout. */
static bool layout_find(struct engine *engine, struct uc_context *saved[4], uint64_t code)
{
    size_t size_bytes = uc_context_size(engine->uc);
    struct engine_layout *layout = &engine->layout;

    if (uc_context_save(engine->uc, saved[0]) != UC_ERR_OK ||
        !mode_enter(engine, saved[0], code, MODE_GUEST, STATUS_FLOAT, saved[1]) ||
        !mode_enter(engine, saved[0], code, MODE_HOST, STATUS_FLOAT, saved[2]) ||
        !mode_enter(engine, saved[0], code, MODE_HOST, 0, saved[3]))
        return false;
    layout->privilege = difference_find(saved[1], saved[2], size_bytes, MODE_GUEST ^ MODE_HOST);
    layout->status = difference_find(saved[2], saved[3], size_bytes, STATUS_FLOAT | STATUS_SUMMARY);
    if (layout->privilege == SIZE_MAX || layout->status == SIZE_MAX)
        return false;
    layout->status_float = word_get(saved[2], layout->status);
    layout->status_plain = word_get(saved[3], layout->status);
    return word_get(saved[1], layout->privilege) == MODE_GUEST &&
           (layout->status_float & STATUS_FLOAT) == STATUS_FLOAT;
}

enum status engine_cpu_create(struct engine *engine, struct diagnostic *diag)
{
    const uint64_t code = PAGE_SIZE;
    struct uc_context *saved[4] = {0};
    bool is_good =
        uc_context_alloc(engine->uc, &engine->saved) == UC_ERR_OK && code_write(engine, code);

    for (unsigned i = 0; i < 4; i++)
        is_good = is_good && uc_context_alloc(engine->uc, &saved[i]) == UC_ERR_OK;
    is_good = is_good && layout_find(engine, saved, code) &&
              reservation_find(engine, saved, code) &&
              uc_context_restore(engine->uc, saved[0]) == UC_ERR_OK &&
              uc_ctl_set_exits(engine->uc, NULL, 0) == UC_ERR_OK &&
              uc_ctl_remove_cache(engine->uc, code, code + PAGE_SIZE) == UC_ERR_OK &&
              uc_mem_unmap(engine->uc, code, PAGE_SIZE) == UC_ERR_OK &&
              uc_ctl_flush_tlb(engine->uc) == UC_ERR_OK;
    for (unsigned i = 0; i < 4; i++)
        if (saved[i])
            uc_context_free(saved[i]);
    if (!is_good)
        return diagnostic_set(diag, STATUS_IO, "Unicorn", 0, 0,
                              "its CPU is not built as expected; expected a release from 2.1.1 on");
    state_put(engine, ENGINE_WORLD_HOST, false);
    return STATUS_OK;
}
