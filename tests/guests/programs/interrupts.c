/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/interrupts.c — pending, enabled, delegated, in order: the views that each
 * mode has of the same bits, and the timers of Sstc (machine.adoc, "mip and mie"; hypervisor.adoc,
 * "hvip, hip, and hie"; "Sstc"). */
#include "modes.h"

enum { SSI = 1, VSSI = 2, STI = 5, VSTI = 6, SEI = 9, VSEI = 10 };

#define STCE      BIT(63)
#define INTERRUPT BIT(63)

static uint64_t spin(uint64_t rounds)
{
    for (volatile uint64_t i = 0; i < rounds; i++)
        ;
    return 0;
}

/* Waits with interrupts of its own mode on (sstatus is vsstatus in VS). */
static uint64_t open_and_spin(uint64_t rounds)
{
    csr_set(CSR_sstatus, MSTATUS_SIE);
    return spin(rounds);
}

static void aliases(void)
{
    csr_write(CSR_hvip, BIT(VSSI));
    check(1, csr_read(CSR_hip) == BIT(VSSI) && (csr_read(CSR_mip) & BIT(VSSI)));
    csr_write(CSR_hideleg, 0);
    check(2, csr_read(CSR_vsip) == 0); /* not delegated: not there */
    csr_write(CSR_hideleg, BIT(VSSI));
    check(3, csr_read(CSR_vsip) == BIT(SSI)); /* at the place of S */
    csr_write(CSR_vsip, 0);
    check(4, csr_read(CSR_hvip) == 0);
    csr_write(CSR_vsie, BIT(SSI));
    check(5, csr_read(CSR_hie) == BIT(VSSI) && (csr_read(CSR_mie) & BIT(VSSI)));
    csr_write(CSR_hie, 0);
    check(6, csr_read(CSR_vsie) == 0);
    csr_write(CSR_hvip, BIT(VSSI) | BIT(VSTI) | BIT(VSEI) | BIT(SSI));
    check(7, csr_read(CSR_hvip) == (BIT(VSSI) | BIT(VSTI) | BIT(VSEI)));
    csr_write(CSR_hvip, 0);
    csr_write(CSR_mideleg, BIT(SSI));
    csr_write(CSR_mip, BIT(SSI) | BIT(STI) | BIT(SEI));
    check(8, csr_read(CSR_sip) == BIT(SSI));
    csr_write(CSR_mip, 0);
    check(9, csr_read(CSR_mip) == 0);
}

static void where_they_go(void)
{
    const struct seen *seen;

    csr_write(CSR_stvec, (uint64_t)modes_handler);
    csr_write(CSR_vstvec, (uint64_t)modes_handler);

    /* Not delegated: M-mode, from any lower mode, whatever SIE says. */
    csr_write(CSR_mideleg, 0);
    csr_write(CSR_mie, BIT(SSI));
    csr_write(CSR_mip, BIT(SSI));
    seen = run_in(HS, spin, 1000);
    check(11, is_trap(seen, INTERRUPT | SSI, HS));

    /* Delegated: HS by its own SIE, U and VS always. */
    csr_write(CSR_mideleg, BIT(SSI));
    check(12, is_done(run_in(HS, spin, 1000), HS));
    seen = run_in(HS, open_and_spin, 1000);
    check(13, is_handled_by(seen, HS) && csr_read(CSR_scause) == (INTERRUPT | SSI));
    csr_clear(CSR_mstatus, MSTATUS_SIE);
    check(14, is_handled_by(run_in(U, spin, 1000), HS));
    check(15, is_handled_by(run_in(VS, spin, 1000), HS) && (csr_read(CSR_hstatus) & HSTATUS_SPV));
    csr_write(CSR_mip, 0);

    /* Those of VS: HS unless hideleg says VS, and then as S sees them. */
    csr_write(CSR_hideleg, 0);
    csr_write(CSR_mie, BIT(VSSI));
    csr_write(CSR_hvip, BIT(VSSI));
    seen = run_in(VS, spin, 1000);
    check(16, is_handled_by(seen, HS) && csr_read(CSR_scause) == (INTERRUPT | VSSI));
    csr_write(CSR_hideleg, BIT(VSSI));
    check(17, is_done(run_in(VS, spin, 1000), VS));
    csr_set(CSR_vsstatus, MSTATUS_SIE);
    seen = run_in(VS, spin, 1000);
    check(18, is_handled_by(seen, VS) && csr_read(CSR_vscause) == (INTERRUPT | SSI));
    check(19, is_done(run_in(HS, open_and_spin, 1000), HS)); /* not while V = 0 */
    csr_clear(CSR_mstatus, MSTATUS_SIE);
    csr_clear(CSR_vsstatus, MSTATUS_SIE);
    csr_write(CSR_hvip, 0);
}

static void the_order(void)
{
    csr_write(CSR_mideleg, BIT(SSI) | BIT(STI) | BIT(SEI));
    csr_write(CSR_mie, BIT(SSI) | BIT(STI) | BIT(SEI));
    csr_write(CSR_mip, BIT(SSI) | BIT(STI) | BIT(SEI));
    check(21,
          is_handled_by(run_in(U, spin, 1000), HS) && csr_read(CSR_scause) == (INTERRUPT | SEI));
    csr_write(CSR_mip, BIT(SSI) | BIT(STI));
    check(22,
          is_handled_by(run_in(U, spin, 1000), HS) && csr_read(CSR_scause) == (INTERRUPT | SSI));
    csr_write(CSR_mideleg, BIT(SSI));
    check(23, is_trap(run_in(U, spin, 1000), INTERRUPT | STI, U)); /* M-mode goes first */
    csr_write(CSR_mip, 0);
}

static void vectors(void)
{
    const struct seen *seen;

    csr_write(CSR_stvec, (uint64_t)modes_handler | 1);
    csr_write(CSR_mideleg, BIT(STI));
    csr_write(CSR_mie, BIT(STI));
    csr_write(CSR_mip, BIT(STI));
    seen = run_in(U, spin, 1000);
    check(31, seen->epc == (uint64_t)modes_handler + 4 * STI);
    csr_write(CSR_mip, 0);
    csr_write(CSR_stvec, (uint64_t)modes_handler);
}

static void timers(void)
{
    const struct seen *seen;
    uint64_t now;

    csr_set(CSR_menvcfg, STCE);
    csr_write(CSR_mideleg, BIT(STI));
    csr_write(CSR_mie, BIT(STI));
    now = csr_read(CSR_time);
    csr_write(CSR_stimecmp, now + 50);
    check(41, !(csr_read(CSR_mip) & BIT(STI)));
    csr_set(CSR_mip, BIT(STI)); /* read-only while STCE is set */
    check(42, !(csr_read(CSR_mip) & BIT(STI)));
    seen = run_in(U, spin, 100000);
    check(43, is_handled_by(seen, HS) && csr_read(CSR_scause) == (INTERRUPT | STI));
    check(44, csr_read(CSR_time) >= now + 50 && csr_read(CSR_time) < now + 150);
    csr_write(CSR_stimecmp, ~(uint64_t)0);
    check(45, !(csr_read(CSR_mip) & BIT(STI)));

    /* The guest's: by its own time. */
    csr_set(CSR_henvcfg, STCE);
    csr_write(CSR_hideleg, BIT(VSTI));
    csr_write(CSR_htimedelta, (uint64_t)1 << 40);
    csr_write(CSR_mie, BIT(VSTI));
    csr_write(CSR_vstimecmp, csr_read(CSR_time) + 50);
    check(46, csr_read(CSR_mip) & BIT(VSTI)); /* long past, for the guest */
    csr_write(CSR_vstimecmp, csr_read(CSR_time) + ((uint64_t)1 << 40) + 50);
    check(47, !(csr_read(CSR_mip) & BIT(VSTI)));
    csr_set(CSR_vsstatus, MSTATUS_SIE);
    seen = run_in(VS, spin, 100000);
    check(48, is_handled_by(seen, VS) && csr_read(CSR_vscause) == (INTERRUPT | STI));
}

int main(void)
{
    memory_open();
    aliases();
    where_they_go();
    the_order();
    vectors();
    timers();
    return 0;
}
