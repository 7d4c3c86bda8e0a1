/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/hart_fixture.h — a hart without an engine: registers are an array, time is a number,
 * and one device register lies at DEVICE. What the hart asked of the engine is counted. */
#ifndef CVMLAB_TEST_HART_FIXTURE_H
#define CVMLAB_TEST_HART_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "hart/state.h"
#include "hart_csr_numbers.h"

enum { RAM_BYTES = 4 << 20, CODE_OFFSET = 0x1000, HANDLER_OFFSET = 0x200000 };

#define RAM     UINT64_C(0x80000000)
#define CODE    (RAM + CODE_OFFSET)
#define M_TVEC  (RAM + HANDLER_OFFSET)
#define S_TVEC  (M_TVEC + 0x1000)
#define VS_TVEC (M_TVEC + 0x2000)
#define DEVICE  UINT64_C(0x10000000)

static const struct hart_mode MODE_M = {PRIVILEGE_M, false}, MODE_HS = {PRIVILEGE_S, false},
                              MODE_U = {PRIVILEGE_U, false}, MODE_VS = {PRIVILEGE_S, true},
                              MODE_VU = {PRIVILEGE_U, true};

struct fixture {
    struct hart *hart;
    struct memory *memory;
    uint8_t *ram; /* the bytes at RAM */
    struct engine_clock clock;
    uint64_t reg[ENGINE_REGISTER_COUNT];
    uint64_t mtime;
    uint64_t device; /* the register; 1, 2, 4 and 8 bytes, aligned */
    unsigned device_reads, device_writes, flushes, enters, waits, loops, lost;
    bool is_virtual, has_float; /* as the engine was told */
    uint64_t deadline;
    struct hart_trap trap; /* the last one */
    unsigned traps, returns, csrs, code_changes;
    uint8_t masked[HART_MASKED_PAGES * PAGE_SIZE];
};

/* Everything that a hart can have. */
static const struct hart_features all_features = {
    .h = true,
    .sstc = true,
    .svadu = true,
    .svpbmt = true,
    .svnapot = true,
    .svinval = true,
    .smstateen = true,
    .zicbom = true,
    .zicboz = true,
    .zba = true,
    .zbb = true,
    .zbs = true,
    .levels_max = 5,
    .pmp_count = 16,
    .asid_bits = 16,
    .vmid_bits = 14,
    .guest_interrupts = 5,
};

static inline uint64_t fixture_get(void *context, unsigned number)
{
    return ((struct fixture *)context)->reg[number];
}

static inline void fixture_set(void *context, unsigned number, uint64_t value)
{
    assert_int_not_equal(number, 0);
    ((struct fixture *)context)->reg[number] = value;
}

static inline void fixture_enter(void *context, bool is_virtual, bool has_float)
{
    struct fixture *fix = context;

    fix->enters++;
    fix->is_virtual = is_virtual;
    fix->has_float = has_float;
}

static inline void fixture_flush(void *context)
{
    ((struct fixture *)context)->flushes++;
}

static inline void fixture_lost(void *context, spa_t first, uint64_t page_count,
                                enum memory_lost lost)
{
    (void)first;
    (void)page_count;
    (void)lost;
    ((struct fixture *)context)->lost++;
}

static inline void fixture_code_changed(void *context, const uint8_t *page)
{
    struct fixture *fix = context;

    assert_in_range(page - fix->masked, 0, sizeof fix->masked - PAGE_SIZE);
    fix->code_changes++;
}

static inline void fixture_deadline_set(void *context, uint64_t instret)
{
    ((struct fixture *)context)->deadline = instret;
}

static inline void fixture_stop(void *context, enum hart_stop why)
{
    struct fixture *fix = context;

    fix->waits += why == HART_STOP_WAIT;
    fix->loops += why == HART_STOP_TRAP_LOOP;
}

static inline uint64_t fixture_now(void *context)
{
    return ((struct fixture *)context)->mtime;
}

static inline uint64_t fixture_instret_at(void *context, uint64_t mtime)
{
    (void)context;
    return mtime > UINT64_MAX / 10 ? UINT64_MAX : mtime * 10;
}

static inline bool fixture_bus_read(void *context, spa_t where, unsigned size_bytes,
                                    uint64_t *value)
{
    struct fixture *fix = context;

    if (where.v < DEVICE || where.v + size_bytes > DEVICE + 8 || where.v % size_bytes)
        return false;
    fix->device_reads++;
    *value = fix->device >> 8 * (where.v - DEVICE) & width_mask(size_bytes);
    return true;
}

static inline bool fixture_bus_write(void *context, spa_t where, unsigned size_bytes,
                                     uint64_t value)
{
    struct fixture *fix = context;

    if (where.v != DEVICE)
        return false;
    assert_int_equal(value & ~width_mask(size_bytes), 0);
    fix->device_writes++;
    fix->device = value;
    return true;
}

static inline void fixture_trap(void *context, const struct hart_trap *trap)
{
    struct fixture *fix = context;

    fix->trap = *trap;
    fix->traps++;
}

static inline void fixture_returned(void *context, struct hart_mode from, struct hart_mode to,
                                    uint64_t pc)
{
    (void)from;
    (void)to;
    (void)pc;
    ((struct fixture *)context)->returns++;
}

static inline void fixture_csr(void *context, uint16_t number, bool is_write, uint64_t value)
{
    (void)number;
    (void)is_write;
    (void)value;
    ((struct fixture *)context)->csrs++;
}

/* The bytes of RAM at spa, for tests that set memory up. */
static inline uint8_t *ram_at(struct fixture *fix, uint64_t spa)
{
    struct access access = {.kind = ACCESS_WRITE, .spa = {spa}, .gpa = {spa}};
    struct memory_answer answer;

    assert_true(memory_ask(fix->memory, &access, &answer));
    return answer.bytes;
}

static inline void ram_put(struct fixture *fix, uint64_t spa, uint64_t value)
{
    memcpy(ram_at(fix, spa), &value, sizeof value);
}

static inline uint64_t ram_get(struct fixture *fix, uint64_t spa)
{
    uint64_t value;

    memcpy(&value, ram_at(fix, spa), sizeof value);
    return value;
}

static inline void csr_set(struct fixture *fix, uint16_t number, uint64_t value)
{
    assert_true(hart_csr_poke(fix->hart, number, value));
}

static inline uint64_t csr_get(struct fixture *fix, uint16_t number)
{
    uint64_t value = 0;

    assert_true(hart_csr_peek(fix->hart, number, &value));
    return value;
}

typedef struct actor actor_fn(void *context, struct hart_mode mode, uint16_t vmid);

/* In M, handlers set, PMP open, all traps to M. */
static inline void fixture_open_memory(struct fixture *fix, const struct hart_features *features,
                                       const struct memory_config *memory, actor_fn *actor)
{
    struct hart_config config = {
        .features = *features, .ram_first = {RAM}, .hartid = 3, .actor = actor};

    memset(fix, 0, sizeof *fix);
    assert_int_equal(memory_create(memory, &fix->memory), STATUS_OK);
    config.memory = fix->memory;
    config.bus = (struct hart_bus){fix, fixture_bus_read, fixture_bus_write};
    config.masked = fix->masked;
    config.engine = (struct hart_engine){.context = fix,
                                         .clock = &fix->clock,
                                         .get = fixture_get,
                                         .set = fixture_set,
                                         .enter = fixture_enter,
                                         .flush = fixture_flush,
                                         .lost = fixture_lost,
                                         .code_changed = fixture_code_changed,
                                         .deadline_set = fixture_deadline_set,
                                         .stop = fixture_stop};
    config.time = (struct hart_time){fix, fixture_now, fixture_instret_at};
    config.observer = (struct hart_observer){fix, fixture_trap, fixture_returned, fixture_csr};
    assert_int_equal(hart_create(&config, &fix->hart), STATUS_OK);
    csr_set(fix, MTVEC, M_TVEC);
    csr_set(fix, STVEC, S_TVEC);
    if (features->h)
        csr_set(fix, VSTVEC, VS_TVEC);
    if (features->pmp_count) {
        csr_set(fix, PMPADDR0, UINT64_MAX);
        csr_set(fix, PMPCFG0, 0x1f); /* NAPOT, everything: read, write, execute */
    }
}

static inline void fixture_open(struct fixture *fix, const struct hart_features *features)
{
    struct memory_config memory = {.mode = MEMORY_NONE,
                                   .cipher = CIPHER_NONE,
                                   .c_bit = 51,
                                   .page_count = (RAM + RAM_BYTES) >> PAGE_SHIFT,
                                   .asid_max = 1};

    fixture_open_memory(fix, features, &memory, NULL);
}

static inline void fixture_close(struct fixture *fix)
{
    hart_destroy(fix->hart);
    memory_destroy(fix->memory);
}

/* Puts the hart into a mode, as an xRET would. */
static inline void fixture_mode(struct fixture *fix, struct hart_mode mode)
{
    fix->hart->mode = mode;
    csr_set(fix, MSCRATCH, 0);
    csr_set(fix, SSTATUS, csr_get(fix, SSTATUS)); /* tells the engine */
}

/* Has the instruction at pc handled as an event of this kind; pc is physical, in RAM. */
static inline uint64_t run_event(struct fixture *fix, uint64_t pc, uint32_t raw,
                                 const struct engine_event *event)
{
    memcpy(ram_at(fix, pc), &raw, (raw & 3) == 3 ? 4 : 2);
    return hart_event(fix->hart, event);
}

/* ENGINE_SYSTEM of this instruction at CODE. */
static inline uint64_t run_system(struct fixture *fix, uint32_t raw)
{
    struct engine_event event = {.kind = ENGINE_SYSTEM, .pc = CODE};

    return run_event(fix, CODE, raw, &event);
}

/* The same after the fill that the engine asks for first. */
static inline uint64_t run_memory_filled(struct fixture *fix, uint32_t raw, uint64_t va,
                                         enum access_kind kind)
{
    struct engine_event event = {.kind = ENGINE_FAULT, .pc = CODE, .access = kind};
    struct engine_page page;

    event.page.v = va & ~UINT64_C(0xfff);
    assert_false(hart_fill(fix->hart, event.page, kind, &page));
    return run_event(fix, CODE, raw, &event);
}

/* ENGINE_FAULT of this load, store or atomic at CODE. */
static inline uint64_t run_memory(struct fixture *fix, uint32_t raw)
{
    struct engine_event event = {.kind = ENGINE_FAULT, .pc = CODE, .access = ACCESS_READ};

    return run_event(fix, CODE, raw, &event);
}

/* The cause of the trap that an event led to; -1: none, it went on behind the instruction. */
static inline int cause_after(const struct fixture *fix, unsigned traps_before)
{
    return fix->traps == traps_before ? -1 : (int)fix->trap.cause;
}

/* --- instructions --- */

enum { CSRRW = 1, CSRRS = 2, CSRRC = 3, CSRRWI = 5, CSRRSI = 6, CSRRCI = 7 };

/* rs1: a register, or the immediate. */
static inline uint32_t insn_csr(unsigned operation, unsigned number, unsigned rd, unsigned rs1)
{
    return 0x73 | rd << 7 | operation << 12 | rs1 << 15 | number << 20;
}

static inline uint32_t insn_r(unsigned opcode, unsigned funct3, unsigned funct7, unsigned rd,
                              unsigned rs1, unsigned rs2)
{
    return opcode | rd << 7 | funct3 << 12 | rs1 << 15 | rs2 << 20 | funct7 << 25;
}

static inline uint32_t insn_load(unsigned funct3, unsigned rd, unsigned rs1, int offset)
{
    return 0x03 | rd << 7 | funct3 << 12 | rs1 << 15 | (uint32_t)offset << 20;
}

static inline uint32_t insn_store(unsigned funct3, unsigned rs2, unsigned rs1, int offset)
{
    uint32_t imm = (uint32_t)offset & 0xfff;

    return 0x23 | (imm & 0x1f) << 7 | funct3 << 12 | rs1 << 15 | rs2 << 20 | imm >> 5 << 25;
}

/* Runs a CSR instruction in the present mode: its cause, -1 for none; the value read goes to x5. */
static inline int try_csr(struct fixture *fix, unsigned operation, unsigned number,
                          uint64_t operand)
{
    unsigned before = fix->traps;
    struct hart_mode mode = fix->hart->mode;
    int cause;

    fix->reg[6] = operand;
    run_system(fix, insn_csr(operation, number, 5, 6));
    cause = cause_after(fix, before);
    if (cause >= 0)
        fixture_mode(fix, mode);
    return cause;
}

/* csrrs rd, number, x0: a read that writes nothing. */
static inline int try_read(struct fixture *fix, unsigned number)
{
    unsigned before = fix->traps;
    struct hart_mode mode = fix->hart->mode;
    int cause;

    run_system(fix, insn_csr(CSRRS, number, 5, 0));
    cause = cause_after(fix, before);
    if (cause >= 0)
        fixture_mode(fix, mode);
    return cause;
}

#endif
