/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/protection.c — PMP: permissions, order, ranges finer than a page, locks
 * (machine.adoc, "Physical Memory Protection"). */
#include "modes.h"

enum { R = 1, W = 2, X = 4, TOR = 1 << 3, NA4 = 2 << 3, NAPOT = 3 << 3, LOCK = 1 << 7 };

static uint64_t words[512] __attribute__((aligned(4096)));

PROBE(load_double, "ld a0, (a0)");
PROBE(store_double, "sd zero, (a0)");
PROBE(load_across, "ld a0, 4(a0)");
PROBE(jump, "jr a0");

static void entry_set(unsigned entry, uint64_t address, uint8_t config)
{
    uint64_t all = csr_read(CSR_pmpcfg0) & ~((uint64_t)0xff << 8 * entry);

    if (entry == 0)
        csr_write(CSR_pmpaddr0, address);
    else if (entry == 1)
        csr_write(CSR_pmpaddr1, address);
    else if (entry == 2)
        csr_write(CSR_pmpaddr2, address);
    else
        csr_write(CSR_pmpaddr3, address);
    csr_write(CSR_pmpcfg0, all | (uint64_t)config << 8 * entry);
}

static uint64_t napot(const void *first, uint64_t size_bytes)
{
    return (uint64_t)first >> 2 | (size_bytes / 8 - 1);
}

static int allows(uint64_t (*probe)(uint64_t), const void *where)
{
    return is_done(run_in(HS, probe, (uint64_t)where), HS);
}

static int refuses(uint64_t (*probe)(uint64_t), const void *where, uint64_t cause)
{
    const struct seen *seen = run_in(HS, probe, (uint64_t)where);

    return is_trap(seen, cause, HS);
}

static void without_an_entry_nothing_is_allowed(void)
{
    csr_write(CSR_pmpcfg0, 0);
    check(1, is_trap(run_in(HS, load_double, 0), FETCH_ACCESS, HS));
    check(2, is_trap(run_in(U, load_double, 0), FETCH_ACCESS, U));
}

static void a_page(void)
{
    entry_set(3, ~(uint64_t)0, NAPOT | R | W | X); /* everything, last */
    entry_set(0, napot(words, 4096), NAPOT | R);
    check(11, allows(load_double, words));
    check(12, refuses(store_double, words, STORE_ACCESS));
    check(13, refuses(jump, words, FETCH_ACCESS));
    entry_set(0, napot(words, 4096), NAPOT | X);
    check(14, refuses(load_double, words, LOAD_ACCESS));
    entry_set(0, napot(words, 4096), NAPOT);
    check(15, refuses(load_double, &words[511], LOAD_ACCESS));
    check(16, allows(load_double, words + 512));
    words[0] = 1; /* M-mode is not asked */
    check(17, words[0] == 1);
}

static void parts_of_a_page(void)
{
    entry_set(0, (uint64_t)&words[8] >> 2, NA4 | R); /* 4 bytes */
    check(21, allows(load_double, &words[7]));
    check(22, refuses(load_double, &words[8], LOAD_ACCESS)); /* matches in part: fails */
    check(23, refuses(load_across, &words[7], LOAD_ACCESS));
    entry_set(0, napot(&words[8], 8), NAPOT | R);
    check(24, allows(load_double, &words[8]));
    check(25, refuses(store_double, &words[8], STORE_ACCESS));
    check(26, allows(store_double, &words[9]));
    entry_set(0, (uint64_t)&words[16] >> 2, 0);
    entry_set(1, (uint64_t)&words[24] >> 2, TOR | R);
    check(27, allows(store_double, &words[15]) && allows(store_double, &words[24]));
    check(28, refuses(store_double, &words[16], STORE_ACCESS));
    check(29, refuses(store_double, &words[23], STORE_ACCESS));
    check(30, allows(load_double, &words[23]));
    entry_set(1, 0, 0);
}

static void the_first_that_matches_decides(void)
{
    entry_set(0, napot(&words[0], 64), NAPOT | R | W);
    entry_set(1, napot(words, 4096), NAPOT);
    check(31, allows(store_double, &words[7]));
    check(32, refuses(load_double, &words[8], LOAD_ACCESS));
    entry_set(0, 0, 0);
    entry_set(1, 0, 0);
}

static uint64_t fault_cause;

static uint64_t skip(uint64_t cause, uint64_t epc, uint64_t tval)
{
    (void)tval;
    fault_cause = cause;
    return epc + 4;
}

/* Binds M-mode too, and cannot be taken back. */
static void locked(void)
{
    uint64_t before;

    entry_set(0, napot(words, 4096), NAPOT | R | LOCK);
    before = csr_read(CSR_pmpaddr0);
    csr_write(CSR_pmpaddr0, 0);
    csr_clear(CSR_pmpcfg0, 0xff);
    check(41,
          csr_read(CSR_pmpaddr0) == before && (csr_read(CSR_pmpcfg0) & 0xff) == (NAPOT | R | LOCK));
    trap_handler = skip;
    __asm__ volatile(".option push\n.option norvc\nsd zero, (%0)\n.option pop"
                     :
                     : "r"(words)
                     : "memory");
    check(42, fault_cause == STORE_ACCESS);
    check(43, words[0] == 1 || words[0] == 0); /* reading is allowed */
}

int main(void)
{
    words[0] = 0x8067;
    without_an_entry_nothing_is_allowed();
    a_page();
    parts_of_a_page();
    the_first_that_matches_decides();
    locked();
    return 0;
}
