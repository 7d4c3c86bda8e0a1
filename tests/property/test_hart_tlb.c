/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_hart_tlb.c — no page outlives its rules. Random changes of mode and of every
 * register that translation looks at; the pages that the hart answered are remembered as an engine
 * does, per world and until it flushes, and each of them must be answered likewise whenever its
 * world is in use. */
#include "../unit/hart_tables.h"

#include "base/random.h"

enum { STEPS = 200000, PAGES = 8, KEPT_MAX = 64 };

#define VA   UINT64_C(0x40000000)
#define DATA (RAM + 0x100000)

/* A page as an engine keeps it. */
struct kept {
    uint64_t va;
    enum access_kind kind;
    struct engine_page page;
    unsigned flushes; /* when it was answered */
    bool is_virtual;
};

struct world {
    struct fixture fix;
    struct tables host[2], first[2], second[2];
    struct kept kept[KEPT_MAX];
    unsigned kept_count, checked;
    uint64_t seed;
};

static uint64_t roll(struct world *world, uint64_t below)
{
    return random_next(&world->seed) % below;
}

/* A table that maps VA and on to random pages with random permissions, gpa and spa being the same.
 */
static struct tables random_tables(struct world *world, uint64_t at, bool is_second)
{
    struct tables tables = tables_begin(&world->fix, at, 3, is_second);

    for (uint64_t i = 0; i < PAGES; i++) {
        uint64_t flags = PTE_V | PTE_R | PTE_A | PTE_D;

        flags |= (roll(world, 2) ? PTE_W : 0) | (roll(world, 2) ? PTE_X : 0);
        flags |= is_second || roll(world, 2) ? PTE_U : 0;
        if (!is_second)
            tables_map(&tables, VA + i * PAGE_SIZE, DATA + roll(world, PAGES) * PAGE_SIZE, flags,
                       0);
        else
            tables_map(&tables, DATA + i * PAGE_SIZE, DATA + roll(world, PAGES) * PAGE_SIZE, flags,
                       0);
    }
    return tables;
}

static void begin(struct world *world)
{
    fixture_open(&world->fix, &all_features);
    for (unsigned i = 0; i < 2; i++) {
        world->host[i] = random_tables(world, TABLES + i * 0x8000, false);
        world->first[i] = random_tables(world, TABLES + 0x10000 + i * 0x8000, false);
        world->second[i] = random_tables(world, TABLES + 0x20000 + i * 0x8000, true);
        for (uint64_t page = 0; page < 8; page++) /* the guest's tables are where they are */
            tables_map(&world->second[i], TABLES + 0x10000 + page * PAGE_SIZE,
                       TABLES + 0x10000 + page * PAGE_SIZE, PTE_ALL, 0);
        for (uint64_t page = 8; page < 16; page++)
            tables_map(&world->second[i], TABLES + 0x10000 + page * PAGE_SIZE,
                       TABLES + 0x10000 + page * PAGE_SIZE, PTE_ALL, 0);
    }
    csr_set(&world->fix, MEDELEG, UINT64_MAX);
}

static uint64_t random_atp(struct world *world, const struct tables tables[2])
{
    return roll(world, 5) ? tables_atp(&tables[roll(world, 2)]) : 0;
}

static void change_something(struct world *world)
{
    static const struct hart_mode modes[] = {{PRIVILEGE_M, false},
                                             {PRIVILEGE_S, false},
                                             {PRIVILEGE_U, false},
                                             {PRIVILEGE_S, true},
                                             {PRIVILEGE_U, true}};
    struct fixture *fix = &world->fix;
    uint64_t bits_of = random_next(&world->seed);

    switch (roll(world, 8)) {
    case 0:
        csr_set(fix, SATP, random_atp(world, world->host));
        break;
    case 1:
        csr_set(fix, VSATP, random_atp(world, world->first));
        break;
    case 2:
        csr_set(fix, HGATP, random_atp(world, world->second));
        break;
    case 3:
        csr_set(fix, VSSTATUS, bits_of & (STATUS_SUM | STATUS_MXR));
        break;
    case 4:
        csr_set(fix, MSTATUS,
                bits_of & (STATUS_SUM | STATUS_MXR | STATUS_MPRV | STATUS_MPP | STATUS_MPV));
        break;
    case 5:
        csr_set(fix, SSTATUS, bits_of & (STATUS_SUM | STATUS_MXR));
        break;
    default: /* as a trap or a return does */
        fix->hart->mode = modes[roll(world, 5)];
        csr_set(fix, SSTATUS, csr_get(fix, SSTATUS));
        break;
    }
}

static void fill_something(struct world *world)
{
    static const enum access_kind kinds[] = {ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE};
    struct fixture *fix = &world->fix;
    struct kept kept = {.va = (roll(world, 4) ? VA : DATA) + roll(world, PAGES) * PAGE_SIZE,
                        .kind = kinds[roll(world, 3)],
                        .is_virtual = fix->hart->mode.is_virtual};

    if (!hart_fill(fix->hart, (gva_t){kept.va}, kept.kind, &kept.page))
        return;
    kept.flushes = fix->flushes;
    world->kept[world->kept_count++ % KEPT_MAX] = kept;
}

static bool allows(const struct engine_page *page, enum access_kind kind)
{
    return kind == ACCESS_READ    ? page->may_read
           : kind == ACCESS_WRITE ? page->may_write
                                  : page->may_execute;
}

/* What the engine would still use must be what the hart would answer now. */
static void check_kept(struct world *world)
{
    static const enum access_kind kinds[] = {ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE};
    struct fixture *fix = &world->fix;

    for (unsigned i = 0; i < world->kept_count && i < KEPT_MAX; i++) {
        const struct kept *kept = &world->kept[i];
        struct engine_page now;

        if (kept->flushes != fix->flushes || kept->is_virtual != fix->hart->mode.is_virtual)
            continue;
        for (unsigned k = 0; k < 3; k++) {
            if (!allows(&kept->page, kinds[k]))
                continue;
            if (!hart_fill(fix->hart, (gva_t){kept->va}, kinds[k], &now) ||
                now.bytes != kept->page.bytes)
                fail_msg("0x%llx for %s in %s", (unsigned long long)kept->va,
                         access_kind_name(kinds[k]), hart_mode_name(fix->hart->mode));
            world->checked++;
        }
    }
}

static void no_page_outlives_the_rules_under_which_it_was_answered(void **unused)
{
    struct world world = {.seed = 3};
    (void)unused;

    begin(&world);
    for (unsigned i = 0; i < STEPS; i++) {
        if (roll(&world, 3) == 0)
            change_something(&world);
        fill_something(&world);
        check_kept(&world);
    }
    assert_true(world.checked > STEPS); /* pages do live for a while */
    fixture_close(&world.fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_page_outlives_the_rules_under_which_it_was_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
