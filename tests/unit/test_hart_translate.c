/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hart_translate.c — one stage: permissions, A and D, large pages, Svnapot, Svpbmt,
 * and what a fill gives to the engine. test_hart_two_stages.c has both stages,
 * tests/property/test_hart_walk.c compares with a second implementation. */
#include "hart_tables.h"

#define DATA (RAM + 0x100000)
#define VA   UINT64_C(0x40000000)
#define FAR  UINT64_C(0x140000000)

enum { NONE = -1 };

/* HS-mode under Sv39 with CODE mapped as it is. */
static struct tables begin(struct fixture *fix, unsigned levels)
{
    struct tables tables;

    fixture_open(fix, &all_features);
    tables = tables_begin(fix, TABLES, levels, false);
    tables_map(&tables, CODE, CODE, PTE_V | PTE_R | PTE_X | PTE_A, 0);
    csr_set(fix, MEDELEG, 0xb1ff);
    csr_set(fix, SATP, tables_atp(&tables));
    fixture_mode(fix, MODE_HS);
    return tables;
}

static void m_mode_and_bare_translate_nothing(void **unused)
{
    struct fixture fix;
    struct engine_page page;
    (void)unused;

    begin(&fix, 3);
    fixture_mode(&fix, MODE_M);
    assert_int_equal(fill_offset(&fix, DATA, ACCESS_READ, &page), DATA - RAM);
    csr_set(&fix, SATP, 0);
    fixture_mode(&fix, MODE_U);
    assert_int_equal(fill_offset(&fix, DATA, ACCESS_WRITE, &page), DATA - RAM);
    assert_false(hart_fill(fix.hart, (gva_t){RAM + RAM_BYTES}, ACCESS_READ, &page)); /* no RAM */
    assert_false(hart_fill(fix.hart, (gva_t){RAM - PAGE_SIZE}, ACCESS_READ, &page));
    fixture_close(&fix);
}

static void every_depth_of_table_is_walked(void **unused)
{
    struct fixture fix;
    struct engine_page page;
    (void)unused;

    for (unsigned levels = 3; levels <= 5; levels++) {
        struct tables tables = begin(&fix, levels);
        uint64_t va = -(UINT64_C(1) << (11 + 9 * levels)) | 0x5000; /* the lowest high address */

        tables_map(&tables, va, DATA, PTE_ALL & ~PTE_U, 0);
        assert_int_equal(fill_offset(&fix, va, ACCESS_READ, &page), DATA - RAM);
        assert_int_equal(access_cause(&fix, va ^ UINT64_C(1) << 63, ACCESS_READ),
                         CAUSE_LOAD_PAGE); /* bits above are not like the highest one */
        fixture_close(&fix);
    }
}

/* What of a leaf is tested, in which mode, and what is expected of a load, a store and a fetch. */
static void permissions_are_those_of_the_leaf_and_the_mode(void **unused)
{
    static const struct {
        uint64_t flags, status;
        bool is_user;
        int load, store, fetch;
    } rows[] = {
        {PTE_R | PTE_W | PTE_X, 0, false, NONE, NONE, NONE},
        {PTE_R, 0, false, NONE, CAUSE_STORE_PAGE, CAUSE_FETCH_PAGE},
        {PTE_X, 0, false, CAUSE_LOAD_PAGE, CAUSE_STORE_PAGE, NONE},
        {PTE_X, STATUS_MXR, false, NONE, CAUSE_STORE_PAGE, NONE},
        {PTE_R | PTE_W | PTE_X | PTE_U, 0, false, CAUSE_LOAD_PAGE, CAUSE_STORE_PAGE,
         CAUSE_FETCH_PAGE},
        {PTE_R | PTE_W | PTE_X | PTE_U, STATUS_SUM, false, NONE, NONE, CAUSE_FETCH_PAGE},
        {PTE_R | PTE_W | PTE_X | PTE_U, 0, true, NONE, NONE, NONE},
        {PTE_R | PTE_W | PTE_X, STATUS_SUM, true, CAUSE_LOAD_PAGE, CAUSE_STORE_PAGE,
         CAUSE_FETCH_PAGE},
        {PTE_W, 0, false, CAUSE_LOAD_PAGE, CAUSE_STORE_PAGE, CAUSE_FETCH_PAGE},
        {PTE_W | PTE_X, 0, false, CAUSE_LOAD_PAGE, CAUSE_STORE_PAGE, CAUSE_FETCH_PAGE},
    };
    struct fixture fix;
    (void)unused;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tables tables = begin(&fix, 3);

        tables_map(&tables, CODE, CODE,
                   PTE_V | PTE_R | PTE_X | PTE_A | (rows[i].is_user ? PTE_U : 0), 0);
        tables_map(&tables, VA, DATA, PTE_V | PTE_A | PTE_D | rows[i].flags, 0);
        csr_set(&fix, SSTATUS, rows[i].status);
        fixture_mode(&fix, rows[i].is_user ? MODE_U : MODE_HS);
        assert_int_equal(access_cause(&fix, VA, ACCESS_READ), rows[i].load);
        assert_int_equal(access_cause(&fix, VA, ACCESS_WRITE), rows[i].store);
        assert_int_equal(access_cause(&fix, VA, ACCESS_EXECUTE), rows[i].fetch);
        fixture_close(&fix);
    }
}

static void a_and_d_fault_or_are_set_as_menvcfg_says(void **unused)
{
    struct fixture fix;
    struct tables tables = begin(&fix, 3);
    uint64_t at = tables_map(&tables, VA, DATA, PTE_V | PTE_R | PTE_W | PTE_X, 0);
    struct engine_page page;
    (void)unused;

    assert_int_equal(access_cause(&fix, VA, ACCESS_READ), CAUSE_LOAD_PAGE);
    assert_int_equal(access_cause(&fix, VA, ACCESS_EXECUTE), CAUSE_FETCH_PAGE);
    csr_set(&fix, MENVCFG, ENVCFG_ADUE);
    ram_put(&fix, DATA, 1); /* a page that is being written */
    assert_int_equal(fill_offset(&fix, VA, ACCESS_READ, &page), DATA - RAM);
    assert_false(page.may_write);
    assert_int_equal(ram_get(&fix, at) & (PTE_A | PTE_D), PTE_A);
    assert_int_equal(fill_offset(&fix, VA, ACCESS_WRITE, &page), DATA - RAM);
    assert_true(page.may_write && page.may_read);
    assert_int_equal(ram_get(&fix, at) & (PTE_A | PTE_D), PTE_A | PTE_D);
    csr_set(&fix, MENVCFG, 0);
    ram_put(&fix, at, ram_get(&fix, at) & ~PTE_D);
    assert_int_equal(access_cause(&fix, VA, ACCESS_READ), NONE);
    assert_int_equal(access_cause(&fix, VA, ACCESS_WRITE), CAUSE_STORE_PAGE);
    fixture_close(&fix);
}

static void nothing_is_written_for_an_access_that_faults(void **unused)
{
    struct fixture fix;
    struct tables tables = begin(&fix, 3);
    uint64_t at = tables_map(&tables, VA, DATA, PTE_V | PTE_R, 0);
    (void)unused;

    csr_set(&fix, MENVCFG, ENVCFG_ADUE);
    assert_int_equal(access_cause(&fix, VA, ACCESS_WRITE), CAUSE_STORE_PAGE);
    assert_int_equal(ram_get(&fix, at) & (PTE_A | PTE_D), 0);
    fixture_close(&fix);
}

static void large_pages_must_be_aligned(void **unused)
{
    struct fixture fix;
    struct tables tables = begin(&fix, 4);
    struct engine_page page;
    (void)unused;

    tables_map(&tables, VA, RAM, PTE_ALL & ~PTE_U, 1);
    assert_int_equal(fill_offset(&fix, VA + 0x100000, ACCESS_READ, &page), 0x100000);
    tables_map(&tables, VA, RAM + 0x1000, PTE_ALL & ~PTE_U, 1);
    assert_int_equal(access_cause(&fix, VA, ACCESS_READ), CAUSE_LOAD_PAGE);
    tables_map(&tables, FAR, RAM, PTE_ALL & ~PTE_U, 2);
    assert_int_equal(fill_offset(&fix, FAR + 0x123000, ACCESS_READ, &page), 0x123000);
    tables_map(&tables, FAR, RAM + 0x200000, PTE_ALL & ~PTE_U, 2);
    assert_int_equal(access_cause(&fix, FAR, ACCESS_WRITE), CAUSE_STORE_PAGE);
    fixture_close(&fix);
}

static void reserved_bits_fault_unless_their_extension_is_there(void **unused)
{
    static const struct {
        uint64_t flags;
        bool has_napot, has_pbmt;
        int load;
    } rows[] = {
        {ONE_BIT(54), true, true, CAUSE_LOAD_PAGE},
        {ONE_BIT(60), true, true, CAUSE_LOAD_PAGE},
        {UINT64_C(1) << 61, true, false, CAUSE_LOAD_PAGE},
        {UINT64_C(1) << 61, true, true, NONE},
        {UINT64_C(2) << 61, true, true, NONE},
        {UINT64_C(3) << 61, true, true, CAUSE_LOAD_PAGE},
        {PTE_N, false, true, CAUSE_LOAD_PAGE},
        {PTE_N, true, true, CAUSE_LOAD_PAGE}, /* ppn does not end in 1000 */
    };
    struct hart_features features;
    struct fixture fix;
    struct tables tables;
    (void)unused;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        features = all_features;
        features.svnapot = rows[i].has_napot;
        fixture_open(&fix, &features);
        tables = tables_begin(&fix, TABLES, 3, false);
        tables_map(&tables, CODE, CODE, PTE_V | PTE_R | PTE_X | PTE_A, 0);
        tables_map(&tables, VA, DATA, (PTE_ALL & ~PTE_U) | rows[i].flags, 0);
        csr_set(&fix, SATP, tables_atp(&tables));
        csr_set(&fix, MENVCFG, rows[i].has_pbmt ? ENVCFG_PBMTE : 0);
        csr_set(&fix, MEDELEG, 0xb1ff);
        fixture_mode(&fix, MODE_HS);
        assert_int_equal(access_cause(&fix, VA, ACCESS_READ), rows[i].load);
        fixture_close(&fix);
    }
}

static void a_pointer_has_no_bits_of_a_leaf(void **unused)
{
    static const uint64_t flags[] = {PTE_A, PTE_D, PTE_U, PTE_N, UINT64_C(1) << 61};
    struct fixture fix;
    struct tables tables = begin(&fix, 3);
    uint64_t at;
    (void)unused;

    csr_set(&fix, MENVCFG, ENVCFG_PBMTE);
    tables_map(&tables, VA, DATA, PTE_ALL & ~PTE_U, 0);
    at = tables_entry(&tables, VA, 1);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        ram_put(&fix, at, ram_get(&fix, at) | flags[i]);
        assert_int_equal(access_cause(&fix, VA, ACCESS_READ), CAUSE_LOAD_PAGE);
        ram_put(&fix, at, ram_get(&fix, at) & ~flags[i]);
        assert_int_equal(access_cause(&fix, VA, ACCESS_READ), NONE);
    }
    ram_put(&fix, at, ram_get(&fix, at) | PTE_G);
    assert_int_equal(access_cause(&fix, VA, ACCESS_READ), NONE);
    tables_map(&tables, VA, DATA, PTE_V, 0); /* a pointer at the last level */
    assert_int_equal(access_cause(&fix, VA, ACCESS_READ), CAUSE_LOAD_PAGE);
    fixture_close(&fix);
}

static void a_napot_leaf_maps_sixteen_pages(void **unused)
{
    struct fixture fix;
    struct tables tables = begin(&fix, 3);
    struct engine_page page;
    (void)unused;

    for (unsigned i = 0; i < 16; i++)
        tables_map(&tables, VA + i * PAGE_SIZE, DATA + 0x8000, (PTE_ALL & ~PTE_U) | PTE_N, 0);
    for (unsigned i = 0; i < 16; i++)
        assert_int_equal(fill_offset(&fix, VA + i * PAGE_SIZE, ACCESS_READ, &page),
                         DATA - RAM + i * PAGE_SIZE);
    tables_map(&tables, VA, RAM + 0x8000, (PTE_ALL & ~PTE_U) | PTE_N, 1); /* not of a large page */
    assert_int_equal(access_cause(&fix, VA, ACCESS_READ), CAUSE_LOAD_PAGE);
    fixture_close(&fix);
}

static void a_table_outside_ram_is_an_access_fault_of_the_original_kind(void **unused)
{
    struct fixture fix;
    struct tables tables = begin(&fix, 3);
    (void)unused;

    ram_put(&fix, tables_entry(&tables, VA, 2), pte_of(DEVICE, PTE_V));
    assert_int_equal(access_cause(&fix, VA, ACCESS_READ), CAUSE_LOAD_ACCESS);
    assert_int_equal(access_cause(&fix, VA, ACCESS_WRITE), CAUSE_STORE_ACCESS);
    assert_int_equal(access_cause(&fix, VA, ACCESS_EXECUTE), CAUSE_FETCH_ACCESS);
    fixture_close(&fix);
}

static void mprv_lends_m_mode_the_rules_of_another_mode_but_not_for_fetches(void **unused)
{
    struct fixture fix;
    struct tables tables = begin(&fix, 3);
    struct engine_page page;
    (void)unused;

    tables_map(&tables, VA, DATA, PTE_ALL & ~PTE_U, 0);
    fixture_mode(&fix, MODE_M);
    csr_set(&fix, MSTATUS, STATUS_MPRV | (uint64_t)PRIVILEGE_S << STATUS_MPP_SHIFT);
    assert_int_equal(fill_offset(&fix, VA, ACCESS_READ, &page), DATA - RAM);
    assert_false(page.may_execute);
    assert_int_equal(fill_offset(&fix, DATA, ACCESS_EXECUTE, &page), DATA - RAM);
    assert_false(page.may_read);
    csr_set(&fix, MSTATUS, STATUS_MPRV);
    assert_int_equal(access_cause(&fix, VA, ACCESS_READ), CAUSE_LOAD_PAGE); /* U */
    csr_set(&fix, MSTATUS, STATUS_MPRV | STATUS_MPP);
    assert_int_equal(fill_offset(&fix, DATA, ACCESS_READ, &page), DATA - RAM); /* M */
    fixture_close(&fix);
}

static void a_page_is_given_for_writing_or_for_running(void **unused)
{
    struct fixture fix;
    struct engine_page page;
    (void)unused;

    fixture_open(&fix, &all_features);
    assert_int_equal(fill_offset(&fix, DATA, ACCESS_READ, &page), DATA - RAM);
    assert_true(page.may_read && !page.may_execute);
    assert_true(hart_fill(fix.hart, (gva_t){DATA + 0x1000}, ACCESS_EXECUTE, &page));
    assert_true(page.may_read && page.may_execute && !page.may_write);
    assert_true(hart_fill(fix.hart, (gva_t){DATA + 0x1000}, ACCESS_READ, &page)); /* stays code */
    assert_true(page.may_read && page.may_execute && !page.may_write);
    fix.lost = 0;
    assert_true(hart_fill(fix.hart, (gva_t){DATA + 0x1000}, ACCESS_WRITE, &page));
    assert_int_equal(fix.lost, 1); /* the engine hears that its code changes */
    assert_true(page.may_read && !page.may_execute && page.may_write);
    assert_true(hart_fill(fix.hart, (gva_t){DATA + 0x1000}, ACCESS_READ, &page)); /* stays data */
    assert_true(page.may_read && !page.may_execute && page.may_write);
    fixture_close(&fix);
}

static void a_fence_or_another_satp_flushes_and_the_same_satp_does_not(void **unused)
{
    struct fixture fix;
    struct tables tables = begin(&fix, 3);
    unsigned before;
    (void)unused;

    before = fix.flushes;
    csr_set(&fix, SATP, tables_atp(&tables));
    assert_int_equal(fix.flushes, before);
    csr_set(&fix, SATP, 0);
    assert_int_equal(fix.flushes, before + 1);
    assert_int_equal(run_system(&fix, 0x12000073), CODE + 4); /* sfence.vma */
    assert_int_equal(fix.flushes, before + 2);
    fixture_close(&fix);
}

static void sum_is_set_without_a_flush_and_cleared_without_one_unless_it_was_needed(void **unused)
{
    struct fixture fix;
    struct tables tables = begin(&fix, 3);
    struct engine_page page;
    unsigned before;
    (void)unused;

    tables_map(&tables, VA, DATA, PTE_ALL, 0);
    before = fix.flushes;
    csr_set(&fix, SSTATUS, STATUS_SUM);
    csr_set(&fix, SSTATUS, 0);
    assert_int_equal(fix.flushes, before);
    csr_set(&fix, SSTATUS, STATUS_SUM);
    assert_int_equal(fill_offset(&fix, VA, ACCESS_READ, &page), DATA - RAM);
    csr_set(&fix, SSTATUS, STATUS_SUM | STATUS_SIE);
    assert_int_equal(fix.flushes, before);
    csr_set(&fix, SSTATUS, 0);
    assert_int_equal(fix.flushes, before + 1);
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(m_mode_and_bare_translate_nothing),
        cmocka_unit_test(every_depth_of_table_is_walked),
        cmocka_unit_test(permissions_are_those_of_the_leaf_and_the_mode),
        cmocka_unit_test(a_and_d_fault_or_are_set_as_menvcfg_says),
        cmocka_unit_test(nothing_is_written_for_an_access_that_faults),
        cmocka_unit_test(large_pages_must_be_aligned),
        cmocka_unit_test(reserved_bits_fault_unless_their_extension_is_there),
        cmocka_unit_test(a_pointer_has_no_bits_of_a_leaf),
        cmocka_unit_test(a_napot_leaf_maps_sixteen_pages),
        cmocka_unit_test(a_table_outside_ram_is_an_access_fault_of_the_original_kind),
        cmocka_unit_test(mprv_lends_m_mode_the_rules_of_another_mode_but_not_for_fetches),
        cmocka_unit_test(a_page_is_given_for_writing_or_for_running),
        cmocka_unit_test(a_fence_or_another_satp_flushes_and_the_same_satp_does_not),
        cmocka_unit_test(sum_is_set_without_a_flush_and_cleared_without_one_unless_it_was_needed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
