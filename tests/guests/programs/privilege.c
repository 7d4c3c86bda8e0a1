/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/privilege.c — what an instruction may not do in a mode, and by which of the
 * two exceptions it hears of it (machine.adoc, "TVM, TW, TSR"; hypervisor.adoc, "hstatus",
 * "Virtual-Instruction Exceptions"). */
#include "modes.h"

PROBE(read_sstatus, "csrr a0, sstatus");
PROBE(read_mstatus, "csrr a0, mstatus");
PROBE(read_hstatus, "csrr a0, hstatus");
PROBE(read_vsstatus, "csrr a0, vsstatus");
PROBE(read_satp, "csrr a0, satp");
PROBE(read_hgatp, "csrr a0, hgatp");
PROBE(read_stimecmp, "csrr a0, 0x14d");
PROBE(read_nothing, "csrr a0, 0x8c0");
PROBE(write_cycle, "csrw cycle, a0");
PROBE(set_nothing_in_cycle, "csrrs a0, cycle, zero");
PROBE(fence_translation, "sfence.vma");
PROBE(fence_guest, ".insn r 0x73, 0, 0x31, x0, x0, x0");         /* hfence.gvma */
PROBE(fence_guest_virtual, ".insn r 0x73, 0, 0x11, x0, x0, x0"); /* hfence.vvma */
PROBE(invalidate, ".insn r 0x73, 0, 0x0b, x0, x0, x0");          /* sinval.vma */
PROBE(wait, "wfi");
PROBE(return_s, "sret");
PROBE(return_m, "mret");
PROBE(load_guest, ".insn r 0x73, 4, 0x34, a0, a0, x0"); /* hlv.w */

enum { TO_THE_END = 0 };

/* cause TO_THE_END: it is allowed. */
static void expect(uint64_t number, enum mode mode, uint64_t (*probe)(uint64_t), uint64_t cause)
{
    static uint64_t word;
    const struct seen *seen = run_in(mode, probe, (uint64_t)&word);

    check(number, cause == TO_THE_END ? is_done(seen, mode) : is_trap(seen, cause, mode));
}

static void registers_of_others(void)
{
    expect(1, U, read_sstatus, ILLEGAL);
    expect(2, HS, read_sstatus, TO_THE_END);
    expect(3, HS, read_mstatus, ILLEGAL);
    expect(4, HS, read_hstatus, TO_THE_END);
    expect(5, HS, read_vsstatus, TO_THE_END);
    expect(6, VS, read_sstatus, TO_THE_END);
    expect(7, VS, read_hstatus, VIRTUAL);
    expect(8, VS, read_vsstatus, VIRTUAL);
    expect(9, VS, read_mstatus, ILLEGAL);
    expect(10, VU, read_sstatus, VIRTUAL);
    expect(11, VU, read_hstatus, VIRTUAL);
    expect(12, VU, read_mstatus, ILLEGAL);
    expect(13, U, read_hstatus, ILLEGAL);
    expect(14, HS, read_nothing, ILLEGAL);
    expect(15, VS, read_nothing, ILLEGAL);
}

static void what_is_read_only(void)
{
    csr_write(CSR_mcounteren, 7);
    csr_write(CSR_scounteren, 7);
    csr_write(CSR_hcounteren, 7);
    expect(21, HS, write_cycle, ILLEGAL);
    expect(22, VS, write_cycle, ILLEGAL);
    expect(23, VU, set_nothing_in_cycle, TO_THE_END);
}

/* mstatus.TVM, TW and TSR trap HS; VS is not theirs, but for TW. */
static void traps_of_the_machine(void)
{
    expect(31, HS, read_satp, TO_THE_END);
    expect(32, HS, fence_translation, TO_THE_END);
    expect(33, HS, fence_guest, TO_THE_END);
    expect(34, HS, invalidate, TO_THE_END);
    csr_set(CSR_mstatus, MSTATUS_TVM);
    expect(35, HS, read_satp, ILLEGAL);
    expect(36, HS, read_hgatp, ILLEGAL);
    expect(37, HS, fence_translation, ILLEGAL);
    expect(38, HS, fence_guest, ILLEGAL);
    expect(39, HS, fence_guest_virtual, TO_THE_END);
    expect(40, HS, invalidate, ILLEGAL);
    expect(41, VS, read_satp, TO_THE_END);
    csr_clear(CSR_mstatus, MSTATUS_TVM);
    csr_set(CSR_mstatus, MSTATUS_TSR);
    expect(42, HS, return_s, ILLEGAL);
    csr_clear(CSR_mstatus, MSTATUS_TSR);
    csr_set(CSR_mstatus, MSTATUS_TW);
    expect(43, HS, wait, ILLEGAL);
    expect(44, VS, wait, ILLEGAL);
    csr_clear(CSR_mstatus, MSTATUS_TW);
    expect(45, U, wait, ILLEGAL);
}

static void traps_of_the_hypervisor(void)
{
    csr_set(CSR_hstatus, HSTATUS_VTVM);
    expect(51, VS, read_satp, VIRTUAL);
    expect(52, VS, fence_translation, VIRTUAL);
    expect(53, VS, invalidate, VIRTUAL);
    expect(54, HS, read_satp, TO_THE_END);
    csr_clear(CSR_hstatus, HSTATUS_VTVM);
    csr_set(CSR_hstatus, HSTATUS_VTSR);
    expect(55, VS, return_s, VIRTUAL);
    csr_clear(CSR_hstatus, HSTATUS_VTSR);
    csr_set(CSR_hstatus, HSTATUS_VTW);
    expect(56, VS, wait, VIRTUAL);
    csr_clear(CSR_hstatus, HSTATUS_VTW);
    expect(57, VU, wait, VIRTUAL);
    expect(58, VS, read_hgatp, VIRTUAL);
}

static void instructions_of_others(void)
{
    expect(61, HS, return_m, ILLEGAL);
    expect(62, VS, return_m, ILLEGAL);
    expect(63, U, return_s, ILLEGAL);
    expect(64, VU, return_s, VIRTUAL);
    expect(65, VS, fence_guest, VIRTUAL);
    expect(66, VS, fence_guest_virtual, VIRTUAL);
    expect(67, U, fence_guest, ILLEGAL);
    expect(68, U, fence_translation, ILLEGAL);
    expect(69, VU, fence_translation, VIRTUAL);
    expect(70, HS, load_guest, TO_THE_END);
    expect(71, VS, load_guest, VIRTUAL);
    expect(72, U, load_guest, ILLEGAL);
    csr_set(CSR_hstatus, HSTATUS_HU);
    expect(73, U, load_guest, TO_THE_END);
    expect(74, VU, load_guest, VIRTUAL);
    csr_clear(CSR_hstatus, HSTATUS_HU);
}

/* stimecmp is there for S only if menvcfg.STCE is set, for VS only if henvcfg.STCE is too. */
static void the_timer_of_sstc(void)
{
    expect(81, HS, read_stimecmp, ILLEGAL);
    expect(82, VS, read_stimecmp, ILLEGAL);
    csr_set(CSR_menvcfg, BIT(63));
    expect(83, HS, read_stimecmp, TO_THE_END);
    expect(84, VS, read_stimecmp, VIRTUAL);
    csr_set(CSR_henvcfg, BIT(63));
    expect(85, VS, read_stimecmp, TO_THE_END);
    csr_write(CSR_mcounteren, 5); /* without TM */
    expect(86, HS, read_stimecmp, ILLEGAL);
    expect(87, VS, read_stimecmp, ILLEGAL);
}

int main(void)
{
    memory_open();
    registers_of_others();
    what_is_read_only();
    traps_of_the_machine();
    traps_of_the_hypervisor();
    instructions_of_others();
    the_timer_of_sstc();
    return 0;
}
