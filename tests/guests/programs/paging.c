/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/paging.c — the first stage: permissions, A and D bits, large pages,
 * addresses that are none, in Sv39, Sv48 and Sv57 (supervisor.adoc, "Sv39", "Svade", "Svadu";
 * machine.adoc, "MPRV, MXR, SUM"). */
#include "paging.h"

/* Where the pages of the tests lie. */
#define PLACE 0x40000000UL
#define USERS 0xc0000000UL

static struct space space;
static uint64_t *data; /* one page, and code that returns its argument */

static void map(uint64_t flags)
{
    space_map(&space, PLACE, (uint64_t)data, 0, flags);
    fences();
}

static void expect(uint64_t number, enum mode mode, uint64_t (*what)(uint64_t), uint64_t at,
                   uint64_t cause)
{
    const struct seen *seen = run_in(mode, what, at);

    if (cause == 0)
        check(number, is_done(seen, mode));
    else
        check(number, is_trap(seen, cause, mode) && seen->tval == at);
}

/* The same code where U-mode may run it. */
static uint64_t (*for_users(uint64_t (*function)(uint64_t)))(uint64_t)
{
    return (uint64_t(*)(uint64_t))((uint64_t)function + USERS - 0x80000000UL);
}

static void permissions(void)
{
    map(PTE_V | PTE_R | PTE_A | PTE_D);
    expect(1, HS, load_at, PLACE, 0);
    expect(2, HS, store_at, PLACE, STORE_PAGE);
    expect(3, HS, jump_to, PLACE, FETCH_PAGE);
    check(4, is_trap(run_in(U, for_users(load_at), PLACE), LOAD_PAGE, U));
    map(PTE_V | PTE_X | PTE_A | PTE_D);
    expect(5, HS, load_at, PLACE, LOAD_PAGE);
    expect(6, HS, jump_to, PLACE, 0);
    csr_set(CSR_mstatus, MSTATUS_MXR);
    expect(7, HS, load_at, PLACE, 0);
    csr_clear(CSR_mstatus, MSTATUS_MXR);
    map(PTE_RWX | PTE_U);
    expect(8, HS, load_at, PLACE, LOAD_PAGE);
    expect(9, HS, jump_to, PLACE, FETCH_PAGE);
    csr_set(CSR_mstatus, MSTATUS_SUM);
    expect(10, HS, load_at, PLACE, 0);
    expect(11, HS, store_at, PLACE + 8, 0);
    expect(12, HS, jump_to, PLACE, FETCH_PAGE); /* never, whatever SUM says */
    csr_clear(CSR_mstatus, MSTATUS_SUM);
    map(0);
    expect(13, HS, load_at, PLACE, LOAD_PAGE);
    map(PTE_V | PTE_W | PTE_A | PTE_D); /* W without R is reserved */
    expect(14, HS, load_at, PLACE, LOAD_PAGE);
    map(PTE_RWX | BIT(54)); /* reserved */
    expect(15, HS, load_at, PLACE, LOAD_PAGE);
    map(PTE_RWX | BIT(61)); /* PBMT, while menvcfg.PBMTE is clear */
    expect(16, HS, load_at, PLACE, LOAD_PAGE);
    csr_set(CSR_menvcfg, BIT(62));
    fences();
    expect(17, HS, load_at, PLACE, 0);
    csr_clear(CSR_menvcfg, BIT(62));
}

static void accessed_and_dirty(void)
{
    uint64_t *entry = space_entry(&space, PLACE, 0);

    csr_clear(CSR_menvcfg, BIT(61)); /* ADUE */
    map(PTE_RWX & ~PTE_A);
    expect(21, HS, load_at, PLACE, LOAD_PAGE);
    map(PTE_RWX & ~PTE_D);
    expect(22, HS, load_at, PLACE, 0);
    expect(23, HS, store_at, PLACE + 8, STORE_PAGE);
    check(24, (*entry & (PTE_A | PTE_D)) == PTE_A);
    csr_set(CSR_menvcfg, BIT(61));
    map(PTE_RWX & ~(PTE_A | PTE_D));
    expect(25, HS, load_at, PLACE, 0);
    check(26, (*entry & (PTE_A | PTE_D)) == PTE_A);
    expect(27, HS, store_at, PLACE + 8, 0);
    check(28, (*entry & (PTE_A | PTE_D)) == (PTE_A | PTE_D));
    csr_clear(CSR_menvcfg, BIT(61));
}

static void large_pages(void)
{
    uint64_t here = (uint64_t)data & ~(BIT(21) - 1), offset = (uint64_t)data & (BIT(21) - 1);

    *space_entry(&space, PLACE + BIT(21), 1) = here >> 12 << 10 | PTE_RWX;
    fences();
    expect(31, HS, load_at, PLACE + BIT(21) + offset, 0);
    *space_entry(&space, PLACE + BIT(21), 1) = (here + PAGE_BYTES) >> 12 << 10 | PTE_RWX;
    fences();
    expect(32, HS, load_at, PLACE + BIT(21) + offset, LOAD_PAGE); /* misaligned */
}

static void svnapot(void)
{
    uint64_t pages = (uint64_t)pages_take(BIT(16)), at = PLACE + BIT(22);

    for (unsigned i = 0; i < 16; i++)
        space_map(&space, at + i * PAGE_BYTES, pages + 0x8000, 0, PTE_RWX | BIT(63));
    *(volatile uint64_t *)(pages + 0x5008) = 0x1234;
    fences();
    check(41, run_in(HS, load_at, at + 0x5008)->a0 == 0x1234);
    space_map(&space, at, pages + 0x4000, 0, PTE_RWX | BIT(63)); /* no such size */
    fences();
    expect(42, HS, load_at, at, LOAD_PAGE);
}

/* The upper bits of an address are copies of the highest one that counts. */
static void addresses_that_are_none(void)
{
    unsigned bits = 12 + 9 * space.levels;

    expect(51, HS, load_at, BIT(bits), LOAD_PAGE);
    expect(52, HS, load_at, PLACE | BIT(63), LOAD_PAGE);
    expect(53, HS, jump_to, PLACE | BIT(63), FETCH_PAGE);
}

static void as_another_mode(void)
{
    uint64_t value;

    map(PTE_RWX);
    data[1] = 0xabcd;
    csr_clear(CSR_mstatus, MSTATUS_MPP);
    csr_set(CSR_mstatus, MSTATUS_MPRV | BIT(11)); /* as S */
    value = *(volatile uint64_t *)(PLACE + 8);
    csr_clear(CSR_mstatus, MSTATUS_MPRV);
    check(61, value == 0xabcd);
}

int main(void)
{
    memory_open();
    data = pages_take(PAGE_BYTES);
    for (unsigned mode = SV39; mode <= SV57; mode++) {
        ((uint32_t *)data)[0] = 0x8067; /* ret */
        space = space_make(mode, 0);
        *space_entry(&space, 0x80000000, 2) = 0x80000000UL >> 12 << 10 | PTE_RWX;
        *space_entry(&space, USERS, 2) = 0x80000000UL >> 12 << 10 | PTE_RWX | PTE_U;
        csr_write(CSR_satp, space_atp(&space));
        check(70, csr_read(CSR_satp) == space_atp(&space));
        fences();
        permissions();
        accessed_and_dirty();
        large_pages();
        svnapot();
        addresses_that_are_none();
        as_another_mode();
    }
    return 0;
}
