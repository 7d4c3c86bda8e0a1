/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/extensions.c — Zba, Zbb and Zbs against the same in C; Zicboz and Zicbom
 * with their switches; Smstateen's (bitmanip; cmo; "Smstateen"). */
#include "modes.h"

#define MENVCFG_CBIE  (BIT(4) | BIT(5))
#define MENVCFG_CBCFE BIT(6)
#define MENVCFG_CBZE  BIT(7)

static uint64_t block[16] __attribute__((aligned(64)));

PROBE(cbo_zero, ".insn i 0x0f, 2, x0, a0, 4");
PROBE(cbo_clean, ".insn i 0x0f, 2, x0, a0, 1");
PROBE(cbo_flush, ".insn i 0x0f, 2, x0, a0, 2");
PROBE(cbo_inval, ".insn i 0x0f, 2, x0, a0, 0");
PROBE(read_senvcfg, "csrr a0, 0x10a");
PROBE(read_sstateen, "csrr a0, 0x10c");

PAIR(do_sh1add, ".option arch, +zba, +zbb, +zbs\nsh1add a0, a0, a1");
PAIR(do_sh3add, ".option arch, +zba, +zbb, +zbs\nsh3add a0, a0, a1");
PAIR(do_add_uw, ".option arch, +zba, +zbb, +zbs\nadd.uw a0, a0, a1");
PAIR(do_sh2add_uw, ".option arch, +zba, +zbb, +zbs\nsh2add.uw a0, a0, a1");
PAIR(do_andn, ".option arch, +zba, +zbb, +zbs\nandn a0, a0, a1");
PAIR(do_orn, ".option arch, +zba, +zbb, +zbs\norn a0, a0, a1");
PAIR(do_xnor, ".option arch, +zba, +zbb, +zbs\nxnor a0, a0, a1");
PAIR(do_max, ".option arch, +zba, +zbb, +zbs\nmax a0, a0, a1");
PAIR(do_minu, ".option arch, +zba, +zbb, +zbs\nminu a0, a0, a1");
PAIR(do_rol, ".option arch, +zba, +zbb, +zbs\nrol a0, a0, a1");
PAIR(do_ror, ".option arch, +zba, +zbb, +zbs\nror a0, a0, a1");
PROBE(do_cpop, ".option arch, +zba, +zbb, +zbs\ncpop a0, a0");
PROBE(do_ctz, ".option arch, +zba, +zbb, +zbs\nctz a0, a0");
PROBE(do_sext_b, ".option arch, +zba, +zbb, +zbs\nsext.b a0, a0");
PROBE(do_zext_h, ".option arch, +zba, +zbb, +zbs\nzext.h a0, a0");
PAIR(do_bset, ".option arch, +zba, +zbb, +zbs\nbset a0, a0, a1");
PAIR(do_bclr, ".option arch, +zba, +zbb, +zbs\nbclr a0, a0, a1");
PAIR(do_binv, ".option arch, +zba, +zbb, +zbs\nbinv a0, a0, a1");
PAIR(do_bext, ".option arch, +zba, +zbb, +zbs\nbext a0, a0, a1");

static uint64_t bits_count(uint64_t x)
{
    uint64_t count = 0;

    for (; x; x &= x - 1)
        count++;
    return count;
}

static void bit_manipulation(uint64_t a, uint64_t b)
{
    unsigned n = b & 63;

    check(1, do_sh1add(a, b) == b + (a << 1));
    check(2, do_sh3add(a, b) == b + (a << 3));
    check(3, do_add_uw(a, b) == b + (uint32_t)a);
    check(4, do_sh2add_uw(a, b) == b + ((uint64_t)(uint32_t)a << 2));
    check(5, do_andn(a, b) == (a & ~b));
    check(6, do_orn(a, b) == (a | ~b));
    check(7, do_xnor(a, b) == ~(a ^ b));
    check(8, do_max(a, b) == ((long)a > (long)b ? a : b));
    check(9, do_minu(a, b) == (a < b ? a : b));
    check(10, do_rol(a, b) == (n ? a << n | a >> (64 - n) : a));
    check(11, do_ror(a, b) == (n ? a >> n | a << (64 - n) : a));
    check(12, do_cpop(a) == bits_count(a));
    check(13, do_ctz(a) == (a ? bits_count((a & -a) - 1) : 64));
    check(14, do_sext_b(a) == (uint64_t)(long)(signed char)a);
    check(15, do_zext_h(a) == (uint16_t)a);
    check(16, do_bset(a, b) == (a | BIT(n)));
    check(17, do_bclr(a, b) == (a & ~BIT(n)));
    check(18, do_binv(a, b) == (a ^ BIT(n)));
    check(19, do_bext(a, b) == (a >> n & 1));
}

static void blocks_of_zeros(void)
{
    for (unsigned i = 0; i < 16; i++)
        block[i] = ~(uint64_t)0;
    (void)cbo_zero((uint64_t)block + 24);
    for (unsigned i = 0; i < 16; i++)
        check(21, block[i] == (i < 8 ? 0 : ~(uint64_t)0));
    check(22, is_trap(run_in(HS, cbo_zero, (uint64_t)block), ILLEGAL, HS));
    csr_set(CSR_menvcfg, MENVCFG_CBZE);
    check(23, is_done(run_in(HS, cbo_zero, (uint64_t)block), HS));
    check(24, is_trap(run_in(VS, cbo_zero, (uint64_t)block), VIRTUAL, VS));
    csr_set(CSR_henvcfg, MENVCFG_CBZE);
    check(25, is_done(run_in(VS, cbo_zero, (uint64_t)block), VS));
    check(26, is_trap(run_in(U, cbo_zero, (uint64_t)block), ILLEGAL, U));
    csr_set(CSR_senvcfg, MENVCFG_CBZE);
    check(27, is_done(run_in(U, cbo_zero, (uint64_t)block), U));
}

static void blocks_of_a_cache(void)
{
    check(31, is_trap(run_in(HS, cbo_clean, (uint64_t)block), ILLEGAL, HS));
    check(32, is_trap(run_in(HS, cbo_inval, (uint64_t)block), ILLEGAL, HS));
    csr_set(CSR_menvcfg, MENVCFG_CBCFE | MENVCFG_CBIE);
    check(33, is_done(run_in(HS, cbo_clean, (uint64_t)block), HS));
    check(34, is_done(run_in(HS, cbo_flush, (uint64_t)block), HS));
    check(35, is_done(run_in(HS, cbo_inval, (uint64_t)block), HS));
    check(36, is_trap(run_in(VS, cbo_flush, (uint64_t)block), VIRTUAL, VS));
    block[0] = 5;
    (void)cbo_clean((uint64_t)block);
    check(37, block[0] == 5);
}

static void state_enables(void)
{
    csr_write(CSR_mstateen0, 0);
    check(41, is_trap(run_in(HS, read_senvcfg, 0), ILLEGAL, HS));
    csr_write(CSR_mstateen0, BIT(62));
    check(42, is_done(run_in(HS, read_senvcfg, 0), HS));
    check(43, is_trap(run_in(HS, read_sstateen, 0), ILLEGAL, HS));
    csr_write(CSR_hstateen0, 0);
    check(44, is_trap(run_in(VS, read_senvcfg, 0), VIRTUAL, VS));
    csr_write(CSR_mstateen0, BIT(62) | BIT(63));
    csr_write(CSR_hstateen0, BIT(62));
    check(45, is_done(run_in(VS, read_senvcfg, 0), VS));
    check(46, is_done(run_in(HS, read_sstateen, 0), HS));
    check(47, is_trap(run_in(VS, read_sstateen, 0), VIRTUAL, VS));
}

int main(void)
{
    uint64_t a = 0x0123456789abcdef, b = 0xfedcba9876543210;

    memory_open();
    for (unsigned i = 0; i < 200; i++) {
        bit_manipulation(a, b);
        a = a * 6364136223846793005 + 1442695040888963407;
        b = (b ^ a >> 7) * 0x9e3779b97f4a7c15;
    }
    bit_manipulation(0, 0);
    bit_manipulation(~(uint64_t)0, 63);
    blocks_of_zeros();
    blocks_of_a_cache();
    state_enables();
    return 0;
}
