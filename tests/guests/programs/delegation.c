/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/delegation.c — which mode takes a trap, and what it finds in its CSRs
 * (machine.adoc, "medeleg and mideleg"; hypervisor.adoc, "hedeleg and hideleg", "Trap Entry"). */
#include "modes.h"

PROBE(illegal, ".option push\n.option norvc\n.word 0xffffffff\n.option pop");
PROBE(nothing, "nop");
PROBE(breakpoint, ".option push\n.option norvc\nebreak\n.option pop");

static uint64_t supervisor_call(uint64_t x)
{
    __asm__ volatile("ecall" : "+r"(x) : : "memory");
    return x;
}

static void undelegated(void)
{
    static const enum mode modes[] = {U, HS, VU, VS};
    const struct seen *seen;

    for (unsigned i = 0; i < 4; i++) {
        seen = run_in(modes[i], illegal, 0);
        check(1, is_trap(seen, ILLEGAL, modes[i]) && seen->epc == (uint64_t)illegal);
        check(2, seen->tval == 0xffffffff);
        seen = run_in(modes[i], nothing, 77);
        check(3, is_done(seen, modes[i]) && seen->a0 == 77);
        seen = run_in(modes[i], supervisor_call, 0);
        check(4, seen->epc == (uint64_t)supervisor_call && seen->tval == 0);
    }
}

static void to_hs(void)
{
    const struct seen *seen;

    csr_write(CSR_medeleg, BIT(ILLEGAL) | BIT(BREAKPOINT));
    csr_write(CSR_stvec, (uint64_t)modes_handler);
    seen = run_in(U, illegal, 0);
    check(11, is_handled_by(seen, HS) && csr_read(CSR_scause) == ILLEGAL);
    check(12, csr_read(CSR_sepc) == (uint64_t)illegal && csr_read(CSR_stval) == 0xffffffff);
    check(13, !(csr_read(CSR_mstatus) & MSTATUS_SPP) && !(csr_read(CSR_hstatus) & HSTATUS_SPV));
    seen = run_in(HS, breakpoint, 0);
    check(14, is_handled_by(seen, HS) && csr_read(CSR_scause) == BREAKPOINT);
    check(15, (csr_read(CSR_mstatus) & MSTATUS_SPP) && csr_read(CSR_stval) == (uint64_t)breakpoint);
    seen = run_in(VS, illegal, 0);
    check(16, is_handled_by(seen, HS) && csr_read(CSR_scause) == ILLEGAL);
    check(17,
          (csr_read(CSR_hstatus) & (HSTATUS_SPV | HSTATUS_SPVP)) == (HSTATUS_SPV | HSTATUS_SPVP));
    seen = run_in(VU, illegal, 0);
    check(18, is_handled_by(seen, HS));
    check(19, (csr_read(CSR_hstatus) & (HSTATUS_SPV | HSTATUS_SPVP)) == HSTATUS_SPV);
}

static void to_vs(void)
{
    const struct seen *seen;

    csr_write(CSR_hedeleg, BIT(ILLEGAL));
    csr_write(CSR_vstvec, (uint64_t)modes_handler);
    seen = run_in(VU, illegal, 0);
    check(21, is_handled_by(seen, VS) && csr_read(CSR_vscause) == ILLEGAL);
    check(22, csr_read(CSR_vsepc) == (uint64_t)illegal && csr_read(CSR_vstval) == 0xffffffff);
    check(23, !(csr_read(CSR_vsstatus) & MSTATUS_SPP));
    seen = run_in(VS, illegal, 0);
    check(24, is_handled_by(seen, VS) && (csr_read(CSR_vsstatus) & MSTATUS_SPP));
    seen = run_in(VS, breakpoint, 0); /* not in hedeleg */
    check(25, is_handled_by(seen, HS) && csr_read(CSR_scause) == BREAKPOINT);
    seen = run_in(U, illegal, 0); /* V = 0: hedeleg does not count */
    check(26, is_handled_by(seen, HS) && !(csr_read(CSR_hstatus) & HSTATUS_SPV));
    csr_write(CSR_medeleg, 0);
    seen = run_in(VS, illegal, 0); /* without medeleg, hedeleg is of no use */
    check(27, is_trap(seen, ILLEGAL, VS));
}

static void bits_that_stay_zero(void)
{
    csr_write(CSR_medeleg, ~(uint64_t)0);
    check(31, !(csr_read(CSR_medeleg) & BIT(11))); /* ecall from M */
    csr_write(CSR_hedeleg, ~(uint64_t)0);
    check(32, !(csr_read(CSR_hedeleg) &
                (BIT(ECALL_HS) | BIT(ECALL_VS) | BIT(LOAD_GUEST_PAGE) | BIT(FETCH_GUEST_PAGE) |
                 BIT(STORE_GUEST_PAGE) | BIT(VIRTUAL))));
    csr_write(CSR_hideleg, ~(uint64_t)0);
    check(33, csr_read(CSR_hideleg) == (BIT(2) | BIT(6) | BIT(10)));
    check(34, (csr_read(CSR_mideleg) & 0x444) == 0x444); /* VS-level ones are always delegated */
}

int main(void)
{
    memory_open();
    undelegated();
    to_hs();
    to_vs();
    bits_that_stay_zero();
    return 0;
}
