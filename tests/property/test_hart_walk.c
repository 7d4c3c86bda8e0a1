/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_hart_walk.c — random page tables in random modes, and accesses through them:
 * the hart and hart_walk_reference.h must agree on the fault with all that it reports, on the
 * value, and on every bit of memory afterwards. */
#include "../unit/hart_fixture.h"

#include "base/random.h"
#include "hart_walk_reference.h"

enum {
    ROUNDS = 1000,
    ACCESSES = 25,
    POOL_PAGES = 64,
    TABLE_ENTRIES = 64,
    LEVELS = 5,
    PER_LEVEL = 3,
    GUEST_ROOT = 32, /* four pages */
    GUEST_TABLES = 36
};

/* The pool begins at a border of 2 MiB, so that large leaves can map it. */
#define POOL       (RAM + 0x200000)
#define POOL_BYTES ((uint64_t)POOL_PAGES * PAGE_SIZE)

struct world {
    struct fixture fix;
    struct reference ref;
    uint8_t *copy;
    uint64_t seed;
};

static uint64_t roll(struct world *world, uint64_t below)
{
    return random_next(&world->seed) % below;
}

static bool chance(struct world *world, unsigned percent)
{
    return roll(world, 100) < percent;
}

/* Tables of level n are pages n * PER_LEVEL and on from the first; the G-stage has its root in
 * front. */
static uint64_t table_page(uint64_t first, unsigned level, uint64_t number)
{
    return first + level * PER_LEVEL + number;
}

/* Flags of a leaf, most of them good. */
static uint64_t random_leaf(struct world *world, unsigned user_percent)
{
    uint64_t flags = 0;

    for (uint64_t flag = PTE_R; flag <= PTE_D; flag <<= 1)
        flags |= chance(world, flag == PTE_U ? user_percent : 94) ? flag : 0;
    return flags | (chance(world, 5) ? roll(world, 4) << 61 : 0);
}

/* An entry of a table of this level; pages are numbered from base on. */
static uint64_t random_entry(struct world *world, uint64_t base, uint64_t first, unsigned level,
                             unsigned user_percent)
{
    uint64_t flags = chance(world, 98) ? PTE_V : 0, page = base + roll(world, POOL_PAGES);

    if (chance(world, level == 0 ? 3 : 65)) { /* a pointer */
        page = base + table_page(first, level ? level - 1 : 0, roll(world, PER_LEVEL));
        flags |= chance(world, 1) ? PTE_A : 0;
    } else {
        flags |= random_leaf(world, user_percent);
        if (level > 0 && chance(world, 85))
            page = base; /* aligned for every level */
        if (level == 0 && chance(world, 10)) {
            flags |= PTE_N;
            page = chance(world, 80) ? (page & ~UINT64_C(0xf)) | 8 : page;
        }
    }
    flags |= roll(world, 300) == 0 ? ONE_BIT(54 + roll(world, 7)) | PTE_N : 0;
    page = roll(world, 300) == 0 ? random_next(&world->seed) & ATP_PPN : page;
    return page << PTE_PPN_SHIFT | flags;
}

static void fill_table(struct world *world, uint64_t page, uint64_t base, uint64_t first,
                       unsigned level, unsigned user_percent)
{
    for (unsigned i = 0; i < TABLE_ENTRIES; i++)
        ram_put(&world->fix, POOL + page * PAGE_SIZE + i * PTE_BYTES,
                random_entry(world, base, first, level, user_percent));
}

static void fill_tables(struct world *world, uint64_t base, uint64_t first, unsigned user_percent)
{
    for (unsigned level = 0; level < LEVELS; level++) {
        for (uint64_t number = 0; number < PER_LEVEL; number++)
            fill_table(world, table_page(first, level, number), base, first, level, user_percent);
    }
}

/* A value of satp or vsatp whose root is the first table of the highest level. */
static uint64_t random_atp(struct world *world, uint64_t base, unsigned bare_percent)
{
    unsigned levels = 3 + (unsigned)roll(world, 3);

    if (chance(world, bare_percent))
        return 0;
    return (uint64_t)(levels + 5) << ATP_MODE_SHIFT | (base + table_page(0, levels - 1, 0));
}

static uint64_t random_hgatp(struct world *world)
{
    unsigned levels = 3 + (unsigned)roll(world, 3);

    for (unsigned page = 0; page < 4; page++)
        fill_table(world, GUEST_ROOT + page, POOL >> PAGE_SHIFT, GUEST_TABLES, levels - 1, 98);
    if (chance(world, 20))
        return 0;
    return (uint64_t)(levels + 5) << ATP_MODE_SHIFT | ((POOL >> PAGE_SHIFT) + GUEST_ROOT);
}

/* New tables, and new bits in every register that counts. */
static void round_begin(struct world *world)
{
    struct fixture *fix = &world->fix;
    uint64_t pool = POOL >> PAGE_SHIFT, second = random_hgatp(world), guest = second ? 0 : pool;

    fill_tables(world, pool, GUEST_TABLES, 98);
    fixture_mode(fix, MODE_M);
    world->ref.is_virtual = chance(world, 70);
    fill_tables(world, world->ref.is_virtual ? guest : pool, 0, 50);
    csr_set(fix, SATP, random_atp(world, pool, 10));
    csr_set(fix, VSATP, random_atp(world, guest, 20));
    csr_set(fix, HGATP, second);
    csr_set(fix, MENVCFG, random_next(&world->seed) & (ENVCFG_ADUE | ENVCFG_PBMTE));
    csr_set(fix, HENVCFG, random_next(&world->seed));
    csr_set(fix, VSSTATUS, random_next(&world->seed) & (STATUS_SUM | STATUS_MXR));
    run_system(fix, 0x12000073); /* sfence.vma: memory was written behind its back */
    memcpy(world->copy, ram_at(fix, RAM), RAM_BYTES);
}

static void reference_begin(struct world *world, uint64_t status, bool is_user, bool is_hlvx)
{
    struct fixture *fix = &world->fix;
    struct reference *ref = &world->ref;

    ref->memory = world->copy;
    ref->first = RAM;
    ref->last = RAM + RAM_BYTES - 1;
    ref->satp = csr_get(fix, SATP);
    ref->vsatp = csr_get(fix, VSATP);
    ref->hgatp = csr_get(fix, HGATP);
    ref->menvcfg = csr_get(fix, MENVCFG);
    ref->henvcfg = csr_get(fix, HENVCFG);
    ref->vsstatus = csr_get(fix, VSSTATUS);
    ref->mstatus = status;
    ref->is_user = is_user;
    ref->is_hlvx = is_hlvx;
    memcpy(world->copy + CODE_OFFSET, ram_at(fix, CODE), PAGE_SIZE);
}

static uint64_t random_address(struct world *world)
{
    uint64_t va = roll(world, 512) * 8;

    for (unsigned level = 0; level < 5; level++)
        va |= (chance(world, 60) ? 0 : roll(world, 4)) << (PAGE_SHIFT + 9 * level);
    if (chance(world, 8)) /* as a guest-physical address, or that of RAM */
        va = (chance(world, 50) ? POOL : 0) + roll(world, POOL_BYTES / 8) * 8;
    return chance(world, 3) ? va | random_next(&world->seed) << 38 : va;
}

/* By MPRV: a load or store as another mode would make it. */
static void try_by_mprv(struct world *world, uint64_t va, bool is_store)
{
    struct fixture *fix = &world->fix;
    bool is_user = chance(world, 50);
    struct engine_page page;
    uint32_t raw = is_store ? insn_store(3, 5, 6, 0) : insn_load(3, 5, 6, 0);
    uint64_t status = STATUS_MPRV | (world->ref.is_virtual ? STATUS_MPV : 0) |
                      (is_user ? 0 : (uint64_t)PRIVILEGE_S << STATUS_MPP_SHIFT) |
                      (random_next(&world->seed) & (STATUS_SUM | STATUS_MXR));

    fixture_mode(fix, MODE_M);
    csr_set(fix, MSTATUS, status);
    ram_put(fix, CODE, raw);
    reference_begin(world, status, is_user, false);
    if (chance(world, 50)) /* as the engine does first */
        hart_fill(fix->hart, (gva_t){va & ~UINT64_C(0xfff)}, is_store ? ACCESS_WRITE : ACCESS_READ,
                  &page);
    run_memory(fix, raw);
}

/* By HLV, HLVX.WU or HSV in HS-mode. */
static void try_by_hyper(struct world *world, bool is_store, bool is_hlvx)
{
    struct fixture *fix = &world->fix;
    bool is_user = chance(world, 50);
    uint64_t status = random_next(&world->seed) & (STATUS_SUM | STATUS_MXR);
    uint32_t raw = is_store  ? insn_r(0x73, 4, 0x37, 0, 6, 5)
                   : is_hlvx ? insn_r(0x73, 4, 0x34, 5, 6, 3)
                             : insn_r(0x73, 4, 0x36, 5, 6, 0);

    csr_set(fix, MSTATUS, status);
    csr_set(fix, HSTATUS, is_user ? 0 : HSTATUS_SPVP);
    fixture_mode(fix, MODE_M); /* M may too, and needs no translation for its code */
    ram_put(fix, CODE, raw);
    reference_begin(world, status, is_user, is_hlvx);
    run_system(fix, raw);
}

static void compare(struct world *world, uint64_t va, bool is_store, unsigned before)
{
    struct fixture *fix = &world->fix;
    struct outcome expected =
        reference_translate(&world->ref, va, is_store ? KIND_STORE : KIND_LOAD);

    assert_int_equal(fix->traps - before, expected.cause != 0);
    if (expected.cause == 0) {
        uint64_t *word = reference_word(&world->ref, expected.spa);

        if (is_store)
            *word = fix->reg[5];
        else
            assert_int_equal(fix->reg[5], world->ref.is_hlvx ? *word & UINT32_MAX : *word);
    } else {
        assert_int_equal(fix->trap.cause, expected.cause);
        assert_int_equal(fix->trap.tval, va);
        assert_int_equal(fix->trap.tval2, expected.gpa >> 2);
        assert_int_equal(fix->trap.is_gva, world->ref.is_virtual);
        if (expected.tinst)
            assert_int_equal(fix->trap.tinst, expected.tinst);
        else
            assert_int_equal(fix->trap.tinst & 3, 3);
    }
    assert_memory_equal(world->copy + (POOL - RAM), ram_at(fix, POOL), POOL_BYTES);
}

static void random_walks_agree_with_the_specification(void **unused)
{
    struct world world = {.seed = 5};
    unsigned faults = 0, done = 0;
    (void)unused;

    fixture_open(&world.fix, &all_features);
    world.copy = test_malloc(RAM_BYTES);
    for (unsigned i = 0; i < POOL_PAGES * 512; i++) /* every word names itself */
        ram_put(&world.fix, POOL + i * 8, UINT64_C(0x5a00000000000000) | i);
    for (unsigned round = 0; round < ROUNDS; round++) {
        round_begin(&world);
        for (unsigned i = 0; i < ACCESSES; i++) {
            uint64_t va = random_address(&world);
            unsigned before = world.fix.traps;
            bool is_store = chance(&world, 40);

            world.fix.reg[5] = random_next(&world.seed) & ~UINT64_C(1); /* no valid entry */
            world.fix.reg[6] = va;
            if (world.ref.is_virtual && chance(&world, 50))
                try_by_hyper(&world, is_store, !is_store && chance(&world, 30));
            else
                try_by_mprv(&world, va, is_store);
            compare(&world, va, is_store, before);
            faults += world.fix.traps - before;
            done++;
        }
    }
    if (faults < done / 20 || faults > done * 19 / 20) /* both ends are to be reached */
        fail_msg("%u faults of %u", faults, done);
    test_free(world.copy);
    fixture_close(&world.fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_walks_agree_with_the_specification),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
