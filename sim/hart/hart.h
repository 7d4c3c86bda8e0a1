/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/hart.h — the privileged half of a hart: modes, CSRs, traps, interrupts, translation, and
 * the instructions that an engine hands over. Everything but x, f and pc, which live in the engine
 * and are reached through struct hart_engine; so the model runs without one in unit tests.
 *
 * How the two play together. The engine runs unprivileged instructions. Before the first access to
 * a page it asks hart_fill; for everything it does not run itself it calls hart_event, which
 * answers where to go on; at a block start after the deadline it calls hart_deadline. All three
 * have the signatures of struct engine_client (hart/engine.h) with a struct hart as context.
 *
 * Source of the rules: riscv-isa-manual, src/priv/machine.adoc, supervisor.adoc, hypervisor.adoc
 * and the files of the extensions named below. */
#ifndef CVMLAB_SIM_HART_HART_H
#define CVMLAB_SIM_HART_HART_H

#include "hart/bus.h"
#include "hart/engine.h"
#include "memory/memory.h"

/* As mstatus.MPP encodes them. */
enum privilege { PRIVILEGE_U = 0, PRIVILEGE_S = 1, PRIVILEGE_M = 3 };

/* The privilege and V: M, HS, U, VS, VU. M is never virtual. */
struct hart_mode {
    enum privilege privilege;
    bool is_virtual;
};

/* Bits of mip, mie and their kin. */
enum {
    IRQ_SSI = 1,
    IRQ_VSSI = 2,
    IRQ_MSI = 3,
    IRQ_STI = 5,
    IRQ_VSTI = 6,
    IRQ_MTI = 7,
    IRQ_SEI = 9,
    IRQ_VSEI = 10,
    IRQ_MEI = 11,
    IRQ_SGEI = 12
};

/* Exception codes (machine.adoc, mcause). */
enum cause {
    CAUSE_FETCH_MISALIGNED = 0,
    CAUSE_FETCH_ACCESS = 1,
    CAUSE_ILLEGAL = 2,
    CAUSE_BREAKPOINT = 3,
    CAUSE_LOAD_MISALIGNED = 4,
    CAUSE_LOAD_ACCESS = 5,
    CAUSE_STORE_MISALIGNED = 6,
    CAUSE_STORE_ACCESS = 7,
    CAUSE_ECALL_U = 8, /* from U or VU */
    CAUSE_ECALL_HS = 9,
    CAUSE_ECALL_VS = 10,
    CAUSE_ECALL_M = 11,
    CAUSE_FETCH_PAGE = 12,
    CAUSE_LOAD_PAGE = 13,
    CAUSE_STORE_PAGE = 15,
    CAUSE_FETCH_GUEST_PAGE = 20,
    CAUSE_LOAD_GUEST_PAGE = 21,
    CAUSE_VIRTUAL = 22,
    CAUSE_STORE_GUEST_PAGE = 23
};

/* What a hart of this machine has. Everything else of RV64GC is always there; misa, the xenvcfg
 * CSRs and the device tree tell the truth about it. */
struct hart_features {
    bool h;
    bool sstc, svadu, svpbmt, svnapot, svinval, smstateen;
    bool zicbom, zicboz, zba, zbb, zbs;
    uint8_t levels_max; /* of page tables: 3 (Sv39), 4 (Sv48) or 5 (Sv57), the same for G-stage;
                           0: satp and hgatp stay Bare */
    uint8_t pmp_count;  /* 0, 16 or 64 entries */
    uint8_t asid_bits;  /* 0 to 16 */
    uint8_t vmid_bits;  /* 0 to 14 */
    uint8_t guest_interrupts; /* GEILEN, 0 to 63 */
};

/* Pages for copies of code that PMP lets run only in parts (struct hart_config). */
enum { HART_MASKED_PAGES = 4 };

/* Bytes of a cache block for Zicbom and Zicboz. */
enum { HART_BLOCK_BYTES = 64 };

/* Why a hart leaves the engine by itself. */
enum hart_stop {
    HART_STOP_WAIT, /* WFI with nothing pending: may go on once hart_is_awake; pc is behind it */
    HART_STOP_TRAP_LOOP /* the same trap at the same pc again and again, and no instruction retired
                           between: without an interrupt this never ends */
};

/* What the model asks of the engine; hart_run gives hart/engine.h, unit tests bring arrays. */
struct hart_engine {
    void *context;
    /* Retired instructions, as in hart/engine.h. The model counts those that it carries out itself.
     */
    struct engine_clock *clock;
    /* Registers by enum engine_register; x0 is never set. */
    uint64_t (*get)(void *context, unsigned number);
    void (*set)(void *context, unsigned number, uint64_t value);
    /* V, which selects the TLB world, and whether float instructions may run: FS is Dirty, of
     * vsstatus too if V = 1. All others are ENGINE_SYSTEM. */
    void (*enter)(void *context, bool is_virtual, bool has_float);
    /* Forget every page that hart_fill has answered, in both worlds. May be called inside
     * hart_fill. */
    void (*flush)(void *context);
    /* The memory called these pages back: of MEMORY_LOST_WRITE forget that they may be written, of
     * MEMORY_LOST_ALL also what was made of code in them. May be called inside hart_fill, and while
     * another hart runs. */
    void (*lost)(void *context, spa_t first, uint64_t page_count, enum memory_lost lost);
    /* The bytes of this page of config.masked are about to change: forget it, and what was made of
     * code in it. May be called inside hart_fill. */
    void (*code_changed)(void *context, const uint8_t *page);
    /* Call hart_deadline at the first block start with at least this instret; 0: at the next one.
     */
    void (*deadline_set)(void *context, uint64_t instret);
    /* Leave run after this event; the pc that the event returns is where to go on. May be called
     * more than once in one event. */
    void (*stop)(void *context, enum hart_stop why);
};

/* The platform's clock. */
struct hart_time {
    void *context;
    /* mtime now. */
    uint64_t (*now)(void *context);
    /* The instret of this hart at which mtime will be mtime or more; UINT64_MAX: never. */
    uint64_t (*instret_at)(void *context, uint64_t mtime);
};

/* A trap that was taken, as seen after it. */
struct hart_trap {
    bool is_interrupt;
    uint8_t cause; /* enum cause, or IRQ_...: as written to xcause */
    struct hart_mode from, to;
    uint64_t epc, tval;
    uint64_t tval2; /* written to mtval2 or htval */
    uint64_t tinst;
    bool is_gva;
};

/* Who looks on (--trace, --record); every function may be NULL. None may change the hart. */
struct hart_observer {
    void *context;
    void (*trap)(void *context, const struct hart_trap *trap);
    /* After mret or sret, with the pc it goes to. */
    void (*returned)(void *context, struct hart_mode from, struct hart_mode to, uint64_t pc);
    /* A CSR instruction that did not trap. */
    void (*csr)(void *context, uint16_t number, bool is_write, uint64_t value);
};

struct hart_config {
    uint64_t hartid;
    struct hart_features features;
    struct memory *memory; /* outlives the hart */
    spa_t ram_first;       /* RAM is from here to the end of memory; below is the bus */
    struct hart_bus bus;
    uint8_t *masked; /* HART_MASKED_PAGES pages of the caller's, of which hart_fill answers beside
                        those of memory: a span of the engine */
    struct hart_engine engine;
    struct hart_time time;
    struct hart_observer observer;
    /* Who goes through the door of memory when software in this mode, under this VMID, accesses it.
     * NULL: the hypervisor, always. */
    struct actor (*actor)(void *context, struct hart_mode mode, uint16_t vmid);
    void *actor_context;
};

/* The whole state, defined in hart/state.h for the model, snapshots and tests. */
struct hart;

/* A hart after reset: M, interrupts off, translation Bare. Registers a watch with the memory.
 * STATUS_BAD_INPUT: a feature out of its range; STATUS_FULL: no memory. *out is NULL then. The
 * caller frees with hart_destroy. */
enum status hart_create(const struct hart_config *config, struct hart **out);

/* Frees, and takes the watch away; NULL is allowed. */
void hart_destroy(struct hart *hart);

/* As after power-on; levels of interrupt lines stay. Flushes the engine. */
void hart_reset(struct hart *hart);

/* The mode it is in. */
struct hart_mode hart_mode(const struct hart *hart);

/* "M", "HS", "U", "VS", "VU" */
const char *hart_mode_name(struct hart_mode mode);

/* Translates one page for the engine: VS-stage, G-stage, PMP, then the door of memory. true: *out
 * has the host pointer and what may be done with it until flush. false: event FAULT decides; no
 * state was changed but A and D bits (where hardware sets them). context is a struct hart. */
bool hart_fill(void *context, gva_t page, enum access_kind access, struct engine_page *out);

/* Handles what the engine does not run itself; returns the pc to go on at: behind the instruction,
 * or that of a trap handler. Pending interrupts are taken in the same call. */
uint64_t hart_event(void *context, const struct engine_event *event);

/* At the start of the block at pc: looks at timers, takes an interrupt if one is due, and sets the
 * next deadline. Returns where to go on: pc, or a handler. */
uint64_t hart_deadline(void *context, uint64_t pc);

/* Level of an interrupt line: IRQ_MSI, IRQ_MEI or IRQ_SEI (others are ignored: timers are the
 * model's own). If that makes an interrupt due, the deadline is set to now. */
void hart_interrupt_set(struct hart *hart, unsigned irq, bool level);

/* Levels of the guest external interrupts (hgeip); bits that are not implemented are ignored. */
void hart_guest_interrupts_set(struct hart *hart, uint64_t levels);

/* The platform's mtimecmp: MTIP is up while mtime >= mtimecmp. UINT64_MAX after reset. */
void hart_timer_set(struct hart *hart, uint64_t mtimecmp);

/* Whether an interrupt is pending that ends a WFI (mip & mie, whatever is enabled globally). */
bool hart_is_awake(const struct hart *hart);

/* The instret at which a timer will make hart_is_awake true (UINT64_MAX: none will): how far a
 * waiting machine may skip. */
uint64_t hart_wake_at(const struct hart *hart);

/* --- for debuggers, snapshots and recordings: no checks of privilege, no effect but the write ---
 */

/* A CSR by number as M-mode reads it. false: there is none. */
bool hart_csr_peek(struct hart *hart, uint16_t number, uint64_t *value);

/* Writes what M-mode could write, with the same masks. false: there is none, or it is read-only. */
bool hart_csr_poke(struct hart *hart, uint16_t number, uint64_t value);

/* Writes "mstatus" or "pmpaddr13" to out, cut at size. false: no hart has such a CSR; out is empty.
 */
bool hart_csr_name(uint16_t number, char *out, size_t size);

/* Translates for a debugger, in the mode the hart is in: no A and D bits are set, no PMP. false:
 * there is nothing there. */
bool hart_translate(struct hart *hart, gva_t where, enum access_kind access, spa_t *out);

/* The instruction at pc, 16 or 32 bits, as software in this mode fetches it under the present
 * translation; the mode may be another one than the hart is in. Changes nothing. false: there is
 * none. */
bool hart_insn_look(struct hart *hart, struct hart_mode mode, uint64_t pc, uint32_t *insn);

#endif
