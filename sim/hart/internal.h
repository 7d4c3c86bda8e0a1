/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/internal.h — what the files of the model share; nobody else includes it. From below:
 * pmp.c and walk.c translate, access.c reads and writes for an instruction, csr*.c hold the table
 * of CSRs, trap.c and interrupt.c enter and leave handlers, system.c and its kin carry instructions
 * out, event.c is what the engine calls. */
#ifndef CVMLAB_SIM_HART_INTERNAL_H
#define CVMLAB_SIM_HART_INTERNAL_H

#include "hart/state.h"

/* --- mode.c --- */

/* Enters a mode: tells the engine the world, and flushes if its pages were answered under other
 * rules. */
void hart_mode_set(struct hart *hart, struct hart_mode mode);

/* After a change of what translations or FS depend on: the same for the present mode. */
void hart_rules_changed(struct hart *hart);

/* Forgets all translations, the model's and the engine's. */
void hart_flush(struct hart *hart);

/* A float instruction is about to change f registers or fcsr: FS becomes Dirty. */
void hart_float_dirty(struct hart *hart);

/* Whether float instructions are allowed (FS is not Off, at both levels if V = 1). */
bool hart_float_is_on(const struct hart *hart);

/* --- pmp.c --- */

/* Rebuilds hart->pmp from pmpcfg and pmpaddr. */
void pmp_rebuild(struct hart *hart);

/* Whether PMP lets one access of this kind to [where, where + size_bytes) pass. Of a whole page:
 * false also if a part of it is allowed. */
bool pmp_allows(const struct hart *hart, uint64_t where, uint64_t size_bytes, enum access_kind kind,
                enum privilege privilege);

/* --- walk.c, translate.c --- */

/* For whom to translate: the effective mode of an access and the bits that go with it. */
struct view_rules {
    struct hart_mode mode;
    bool sum, mxr;   /* of the first stage */
    bool mxr_second; /* of the G-stage: mstatus.MXR */
    bool is_hlvx;    /* execute permission in place of read */
    bool is_quiet;   /* for a debugger: sets no A and D bits, asks no PMP */
};

/* What may be done with a page without translating again; bits of struct translation.allowed. */
enum { ALLOW_READ = 1, ALLOW_WRITE = 2, ALLOW_EXECUTE = 4 };

struct translation {
    uint64_t spa;
    uint64_t gpa;    /* as the guest used it, C-bit stripped; equal to spa if V = 0 */
    bool is_private; /* of a guest: by the C-bit */
    bool is_large;   /* the G-stage maps it by 2 MiB or more */
    uint8_t allowed;
};

/* The mode of explicit accesses: the present one, or that of MPRV. */
struct hart_mode mode_data(const struct hart *hart);

/* The rules of the present mode for a fetch, or for an explicit access (MPRV). */
struct view_rules rules_fetch(const struct hart *hart);
struct view_rules rules_data(const struct hart *hart);

/* For HLV, HLVX and HSV: a guest's, with the privilege of hstatus.SPVP, whatever MPRV says. */
struct view_rules rules_hyper(const struct hart *hart, bool is_hlvx);

/* Both stages. kind is READ, WRITE or EXECUTE. On failure *fault has cause, gpa, tinst and
 * syndrome; tval and is_gva too. */
bool translate(struct hart *hart, const struct view_rules *rules, uint64_t va,
               enum access_kind kind, struct translation *out, struct exception *fault);

static inline bool cause_is_guest_page(uint8_t cause)
{
    return cause == CAUSE_FETCH_GUEST_PAGE || cause == CAUSE_LOAD_GUEST_PAGE ||
           cause == CAUSE_STORE_GUEST_PAGE;
}

/* Fills fault with the page fault, guest-page fault or access fault of this kind. */
void fault_page(struct exception *fault, enum access_kind kind);
void fault_guest_page(struct exception *fault, enum access_kind kind, uint64_t gpa);
void fault_access(struct exception *fault, enum access_kind kind);

/* An address of RAM (the door of memory decides the rest). */
bool spa_is_ram(const struct hart *hart, uint64_t spa);

/* Asks the door of memory for access at one place of RAM, as software in this mode (whose view of
 * the page it is). original is what a fault is reported for. NULL: refused, and *fault says how. */
uint8_t *ram_ask(struct hart *hart, struct hart_mode mode, const struct translation *at,
                 enum access_kind kind, enum access_kind original, struct exception *fault);

/* --- access.c --- */

enum { ACCESS_BYTES_MAX = 8 };

/* Loads size_bytes (1 to 8) at va, RAM or devices, over a page border too; little-endian, upper
 * bits 0. */
bool load(struct hart *hart, const struct view_rules *rules, uint64_t va, unsigned size_bytes,
          uint64_t *value, struct exception *fault);

/* Stores the low size_bytes; all or nothing. */
bool store(struct hart *hart, const struct view_rules *rules, uint64_t va, unsigned size_bytes,
           uint64_t value, struct exception *fault);

/* One place in RAM for a read and a write of size_bytes inside one page: AMO, SC, CBO.ZERO. NULL:
 * *fault. */
uint8_t *ram_update(struct hart *hart, const struct view_rules *rules, uint64_t va,
                    unsigned size_bytes, struct exception *fault);

/* The page of code at this place in the present mode, if it was fetched from lately; else NULL. */
const uint8_t *fetch_page_kept(const struct hart *hart, uint64_t va);

/* Keeps it. bytes: of the whole page. */
void fetch_page_keep(struct hart *hart, uint64_t va, const uint8_t *bytes);

/* A page of code that PMP allows only in parts, for hart_fill: a copy without the rest. at->spa is
 * that of the page. false: refused. masked.c */
bool fill_masked(struct hart *hart, const struct view_rules *rules, const struct translation *at,
                 struct engine_page *out);

/* The instruction at pc, 16 or 32 bits. */
bool fetch(struct hart *hart, uint64_t pc, uint32_t *raw, struct exception *fault);

/* --- csr.c --- */

struct csr;
typedef uint64_t csr_read_fn(struct hart *hart, const struct csr *csr, unsigned index);
typedef void csr_write_fn(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value);

/* Who but the mode in the CSR's number decides over an access. */
enum csr_gate {
    GATE_NONE,
    GATE_COUNTER,  /* mcounteren, hcounteren, scounteren */
    GATE_STIMECMP, /* the TM bits and STCE */
    GATE_SATP,     /* TVM, VTVM */
    GATE_HGATP,    /* TVM */
    GATE_ENVCFG,   /* mstateen0 and hstateen0 */
    GATE_STATEEN,  /* bit 63 of those above */
    GATE_FLOAT     /* FS */
};

/* Without which feature there is no such CSR. */
enum csr_need {
    NEED_NOTHING,
    NEED_H,
    NEED_SSTC,
    NEED_SSTC_H,
    NEED_STATEEN,
    NEED_STATEEN_H,
    NEED_PMP,
    NEED_SNP
};

/* A row of the table; count of them in a row, step apart. */
struct csr {
    uint16_t number;
    uint8_t count, step;
    const char *name; /* "pmpaddr" if count > 1: the index is appended, from first_index on */
    uint8_t first_index;
    uint16_t vs;    /* number of the CSR that takes its place while V = 1; 0: itself */
    uint16_t field; /* of struct hart, if read or write is NULL */
    uint64_t mask, reset;
    enum csr_gate gate;
    enum csr_need need;
    csr_read_fn *read;
    csr_write_fn *write;
};

extern const struct csr csr_table[];
extern const unsigned csr_count;

/* Carries out one of the six CSR instructions. Returns CAUSE_NONE, CAUSE_ILLEGAL or CAUSE_VIRTUAL;
 * rd and the CSR are written only in the first case. */
uint8_t csr_instruction(struct hart *hart, uint32_t raw);

/* Reset values of all CSRs, and the index of numbers. */
void csr_reset(struct hart *hart);

/* What stands behind the table: csr_status.c, csr_interrupt.c, csr_counter.c, csr_translate.c. */
csr_read_fn read_mstatus, read_sstatus, read_vsstatus, read_hstatus, read_misa, read_hartid;
csr_write_fn write_mstatus, write_sstatus, write_vsstatus, write_hstatus;
csr_read_fn read_mip, read_sip, read_hip, read_vsip, read_sie, read_hie, read_vsie, read_mideleg;
csr_write_fn write_mie, write_mip, write_sip, write_hip, write_vsip, write_sie, write_hie,
    write_vsie;
csr_write_fn write_mideleg, write_hgeie;
csr_read_fn read_float;
csr_write_fn write_float;
csr_read_fn read_mcycle, read_minstret, read_cycle, read_instret, read_time;
csr_write_fn write_mcycle, write_minstret, write_mcountinhibit, write_timer;
csr_write_fn write_satp, write_vsatp, write_hgatp;
csr_read_fn read_henvcfg, read_hstateen, read_sstateen;
csr_write_fn write_menvcfg, write_henvcfg, write_senvcfg, write_mstateen, write_hstateen;
csr_read_fn read_pmpcfg;
csr_write_fn write_pmpcfg, write_pmpaddr;

/* Bits of henvcfg that have an effect: PBMTE, ADUE and STCE only if menvcfg has them. */
uint64_t henvcfg_effective(const struct hart *hart);

/* --- trap.c --- */

/* Takes the exception of the instruction at pc; returns the pc of the handler. */
uint64_t trap_exception(struct hart *hart, uint64_t pc, const struct exception *exception);

/* Takes an interrupt (IRQ_...) before the instruction at pc, to M, HS or VS. */
uint64_t trap_interrupt(struct hart *hart, uint64_t pc, unsigned irq, struct hart_mode to);

/* mret and sret, allowed already; returns the pc to go on at. */
uint64_t trap_mret(struct hart *hart);
uint64_t trap_sret(struct hart *hart);

/* --- interrupt.c --- */

/* All pending bits, timers and lines included: mip as M-mode reads it. */
uint64_t interrupts_pending(const struct hart *hart);

/* Takes the interrupt that is due, if there is one; returns where to go on: pc or a handler. */
uint64_t interrupt_take(struct hart *hart, uint64_t pc);

/* Sets the engine's deadline for the timers; to now if an interrupt is due. */
void deadline_renew(struct hart *hart);

/* --- instructions --- */

/* The 32-bit instruction that a compressed load or store stands for; 0 for all others.
 * insn_compressed.c */
uint32_t insn_expand(uint16_t half);

/* Carries out ENGINE_SYSTEM at pc. system.c */
uint64_t system_event(struct hart *hart, uint64_t pc);

/* Carries out the load, store, LR, SC or AMO at pc that the engine could not, or traps.
 * memory_insn.c */
uint64_t memory_event(struct hart *hart, uint64_t pc);

/* What mtinst or htinst gets for this instruction, offset bytes behind its address. memory_insn.c
 */
uint64_t insn_transformed(uint32_t raw, uint64_t offset);

/* HLV, HLVX and HSV. hyper_access.c */
uint64_t hyper_access(struct hart *hart, uint64_t pc, uint32_t raw);

/* CBO.*. cache_block.c */
uint64_t cache_block(struct hart *hart, uint64_t pc, uint32_t raw);

/* Zba, Zbb and Zbs: computes rd. false: not one of them, or the hart has it not. bit_manipulation.c
 */
bool bit_manipulation(const struct hart_features *features, uint32_t raw, uint64_t a, uint64_t b,
                      uint64_t *result);

/* The instruction at pc was carried out: counts it, takes an interrupt if one is due, and returns
 * where to go on. */
uint64_t retire(struct hart *hart, uint64_t pc, uint32_t raw);

/* Illegal or virtual instruction. */
uint64_t refuse(struct hart *hart, uint64_t pc, uint32_t raw, uint8_t cause);

#endif
