/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hart_pmp.c — matching, priority, locks, and accesses to parts of a page. */
#include "hart_tables.h"

enum { NONE = -1, CONFIG_TOR = 1 << 3, CONFIG_NA4 = 2 << 3, CONFIG_NAPOT = 3 << 3, CONFIG_RWX = 7 };

#define DATA (RAM + 0x100000)

static void begin(struct fixture *fix)
{
    fixture_open(fix, &all_features);
    csr_set(fix, PMPCFG0, 0);
}

/* Entry n with this configuration and address. */
static void entry(struct fixture *fix, unsigned n, unsigned config, uint64_t address)
{
    unsigned shift = 8 * (n % 8);
    uint16_t number = (uint16_t)(PMPCFG0 + n / 8 * 2);
    uint64_t value = csr_get(fix, number);

    csr_set(fix, (uint16_t)(PMPADDR0 + n), address);
    csr_set(fix, number, (value & ~(UINT64_C(0xff) << shift)) | (uint64_t)config << shift);
}

/* The whole of RAM for everything, as the last entry, so that the code can be fetched. */
static void rest_open(struct fixture *fix)
{
    entry(fix, 15, CONFIG_NAPOT | CONFIG_RWX, UINT64_MAX);
}

/* pmpaddr of a NAPOT region. */
static uint64_t napot(uint64_t base, uint64_t size_bytes)
{
    return base >> 2 | (size_bytes / 8 - 1);
}

/* ld x5, 0(x6) or sw and so on at va in U-mode: the cause. */
static int try_access(struct fixture *fix, struct hart_mode mode, uint32_t raw, uint64_t va)
{
    unsigned before = fix->traps;
    int cause;

    fixture_mode(fix, mode);
    fix->reg[6] = va;
    run_memory(fix, raw);
    cause = cause_after(fix, before);
    if (cause >= 0)
        fixture_mode(fix, mode);
    return cause;
}

static void without_a_match_m_passes_and_others_do_not(void **unused)
{
    struct fixture fix;
    struct engine_page page;
    (void)unused;

    begin(&fix);
    assert_true(hart_fill(fix.hart, (gva_t){DATA}, ACCESS_READ, &page));
    fixture_mode(&fix, MODE_HS);
    assert_false(hart_fill(fix.hart, (gva_t){DATA}, ACCESS_READ, &page));
    fixture_close(&fix);
}

static void each_permission_is_checked_for_its_kind(void **unused)
{
    static const enum access_kind kinds[] = {ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE};
    static const unsigned configs[] = {0, 1, 3, 4, 5, 7}; /* W without R is reserved */
    struct fixture fix;
    struct engine_page page;
    (void)unused;

    begin(&fix);
    for (size_t i = 0; i < 6; i++) {
        entry(&fix, 0, CONFIG_NAPOT | configs[i], napot(DATA, PAGE_SIZE));
        fixture_mode(&fix, MODE_U);
        for (size_t k = 0; k < 3; k++)
            assert_int_equal(hart_fill(fix.hart, (gva_t){DATA}, kinds[k], &page),
                             bit(configs[i], (unsigned)k));
    }
    csr_set(&fix, PMPCFG0, CONFIG_NAPOT | 2);
    assert_int_equal(csr_get(&fix, PMPCFG0), CONFIG_NAPOT);
    fixture_close(&fix);
}

static void m_mode_obeys_only_locked_entries(void **unused)
{
    struct fixture fix;
    struct engine_page page;
    (void)unused;

    begin(&fix);
    entry(&fix, 0, CONFIG_NAPOT | 1, napot(DATA, PAGE_SIZE));
    assert_true(hart_fill(fix.hart, (gva_t){DATA}, ACCESS_WRITE, &page));
    entry(&fix, 0, PMP_L | CONFIG_NAPOT | 1, napot(DATA, PAGE_SIZE));
    assert_false(hart_fill(fix.hart, (gva_t){DATA}, ACCESS_WRITE, &page));
    assert_true(hart_fill(fix.hart, (gva_t){DATA}, ACCESS_READ, &page));
    fixture_close(&fix);
}

static void a_locked_entry_stays_until_reset(void **unused)
{
    struct fixture fix;
    (void)unused;

    begin(&fix);
    entry(&fix, 1, PMP_L | CONFIG_TOR | 1, 0x5000);
    csr_set(&fix, PMPADDR0 + 1, 0x6000);
    csr_set(&fix, PMPADDR0, 0x1000); /* the bottom of its range */
    csr_set(&fix, PMPCFG0, 0);
    assert_int_equal(csr_get(&fix, PMPADDR0 + 1), 0x5000);
    assert_int_equal(csr_get(&fix, PMPADDR0), UINT64_MAX >> 10);
    assert_int_equal(csr_get(&fix, PMPCFG0), (PMP_L | CONFIG_TOR | 1) << 8);
    csr_set(&fix, PMPADDR0 + 2, 7);
    assert_int_equal(csr_get(&fix, PMPADDR0 + 2), 7);
    hart_reset(fix.hart);
    assert_int_equal(csr_get(&fix, PMPCFG0), 0);
    fixture_close(&fix);
}

static void the_lowest_matching_entry_decides(void **unused)
{
    struct fixture fix;
    struct engine_page page;
    (void)unused;

    begin(&fix);
    entry(&fix, 3, CONFIG_NAPOT | CONFIG_RWX, napot(RAM, RAM_BYTES));
    entry(&fix, 2, CONFIG_NAPOT, napot(DATA, PAGE_SIZE));
    fixture_mode(&fix, MODE_U);
    assert_false(hart_fill(fix.hart, (gva_t){DATA}, ACCESS_READ, &page));
    assert_true(hart_fill(fix.hart, (gva_t){DATA + PAGE_SIZE}, ACCESS_READ, &page));
    entry(&fix, 1, CONFIG_NAPOT | 1, napot(DATA, PAGE_SIZE));
    assert_true(hart_fill(fix.hart, (gva_t){DATA}, ACCESS_READ, &page));
    fixture_close(&fix);
}

static void a_range_ends_below_its_address_and_begins_at_the_one_before(void **unused)
{
    struct fixture fix;
    struct engine_page page;
    (void)unused;

    begin(&fix);
    entry(&fix, 0, 0, DATA >> 2);
    entry(&fix, 1, CONFIG_TOR | 1, (DATA + 2 * PAGE_SIZE) >> 2);
    fixture_mode(&fix, MODE_U);
    assert_false(hart_fill(fix.hart, (gva_t){DATA - PAGE_SIZE}, ACCESS_READ, &page));
    assert_true(hart_fill(fix.hart, (gva_t){DATA}, ACCESS_READ, &page));
    assert_true(hart_fill(fix.hart, (gva_t){DATA + PAGE_SIZE}, ACCESS_READ, &page));
    assert_false(hart_fill(fix.hart, (gva_t){DATA + 2 * PAGE_SIZE}, ACCESS_READ, &page));
    entry(&fix, 1, CONFIG_TOR | 1, DATA >> 2); /* empty */
    assert_false(hart_fill(fix.hart, (gva_t){DATA}, ACCESS_READ, &page));
    rest_open(&fix);
    entry(&fix, 1, CONFIG_TOR, (DATA + 8) >> 2);
    assert_int_equal(try_access(&fix, MODE_U, insn_load(0, 5, 6, 0), DATA + 7), CAUSE_LOAD_ACCESS);
    assert_int_equal(try_access(&fix, MODE_U, insn_load(0, 5, 6, 0), DATA + 8), NONE);
    fixture_close(&fix);
}

static void a_page_that_is_allowed_in_parts_is_checked_access_by_access(void **unused)
{
    struct fixture fix;
    struct engine_page page;
    uint32_t ld = insn_load(3, 5, 6, 0), lw = insn_load(2, 5, 6, 0), sw = insn_store(2, 5, 6, 0);
    (void)unused;

    begin(&fix);
    rest_open(&fix);
    entry(&fix, 0, CONFIG_NA4 | 1, (DATA + 0x10) >> 2); /* read only */
    entry(&fix, 1, CONFIG_NA4, (DATA + 0x14) >> 2);     /* nothing */
    fixture_mode(&fix, MODE_U);
    assert_false(hart_fill(fix.hart, (gva_t){DATA}, ACCESS_READ, &page));
    ram_put(&fix, DATA + 0x10, 0x12345678);
    assert_int_equal(try_access(&fix, MODE_U, lw, DATA + 0x10), NONE);
    assert_int_equal(fix.reg[5], 0x12345678);
    assert_int_equal(try_access(&fix, MODE_U, sw, DATA + 0x10), CAUSE_STORE_ACCESS);
    assert_int_equal(csr_get(&fix, MTVAL), DATA + 0x10);
    assert_int_equal(try_access(&fix, MODE_U, lw, DATA + 0x14), CAUSE_LOAD_ACCESS);
    assert_int_equal(try_access(&fix, MODE_U, ld, DATA + 0x18), NONE);
    assert_int_equal(try_access(&fix, MODE_U, sw, DATA + 0x20), NONE);
    /* One access must lie in one entry altogether, even in M-mode. */
    assert_int_equal(try_access(&fix, MODE_U, ld, DATA + 0x10), CAUSE_LOAD_ACCESS);
    assert_int_equal(try_access(&fix, MODE_M, ld, DATA + 0x10), CAUSE_LOAD_ACCESS);
    assert_int_equal(try_access(&fix, MODE_M, lw, DATA + 0x14), NONE);
    fixture_close(&fix);
}

/* The halfwords at offset of what a fetch of the page at DATA gives. */
static unsigned code_at(struct fixture *fix, unsigned offset)
{
    struct engine_page page;
    uint16_t half;

    assert_true(hart_fill(fix->hart, (gva_t){DATA}, ACCESS_EXECUTE, &page));
    assert_true(page.may_execute && !page.may_read && !page.may_write);
    assert_in_range(page.bytes - fix->masked, 0, sizeof fix->masked - 1);
    memcpy(&half, page.bytes + offset, sizeof half);
    return half;
}

static void code_runs_in_the_parts_of_a_page_that_are_allowed(void **unused)
{
    struct fixture fix;
    struct engine_event event = {.kind = ENGINE_SYSTEM, .pc = DATA + 0x20};
    (void)unused;

    begin(&fix);
    rest_open(&fix);
    entry(&fix, 0, CONFIG_NAPOT | 3, napot(DATA + 0x20, 0x10)); /* not to be run */
    for (unsigned i = 0; i < PAGE_SIZE; i += 4)
        ram_put(&fix, DATA + i, UINT64_C(0x0000001300000013)); /* nop */
    fixture_mode(&fix, MODE_U);
    assert_int_equal(code_at(&fix, 0x1c), 0x13);
    assert_int_equal(code_at(&fix, 0x20), 0); /* an illegal instruction, which comes as an event */
    assert_int_equal(code_at(&fix, 0x2c), 0);
    assert_int_equal(code_at(&fix, 0x30), 0x13);
    assert_int_equal(fix.code_changes, 4);
    assert_int_equal(hart_event(fix.hart, &event), M_TVEC);
    assert_int_equal(fix.trap.cause, CAUSE_FETCH_ACCESS);
    assert_int_equal(fix.trap.tval, DATA + 0x20);
    fixture_mode(&fix, MODE_M); /* the entry is not locked */
    assert_int_equal(code_at(&fix, 0x20), 0x13);
    fixture_close(&fix);
}

static void an_instruction_that_reaches_into_a_forbidden_part_does_not_run(void **unused)
{
    struct fixture fix;
    struct engine_event event = {.kind = ENGINE_SYSTEM, .pc = DATA + 0x1e};
    (void)unused;

    begin(&fix);
    rest_open(&fix);
    entry(&fix, 0, CONFIG_NAPOT | 3, napot(DATA + 0x20, 8));
    for (unsigned i = 0; i < PAGE_SIZE; i += 8)
        ram_put(&fix, DATA + i, UINT64_C(0x0001000100010001)); /* c.nop */
    ram_put(&fix, DATA + 0x18, UINT64_C(0x0013000100010001));  /* and half a nop */
    fixture_mode(&fix, MODE_U);
    assert_int_equal(code_at(&fix, 0x1c), 1);
    assert_int_equal(code_at(&fix, 0x1e), 0);
    assert_int_equal(code_at(&fix, 0x28), 1);
    assert_int_equal(hart_event(fix.hart, &event), M_TVEC);
    assert_int_equal(fix.trap.cause, CAUSE_FETCH_ACCESS);
    assert_int_equal(fix.trap.tval, DATA + 0x20);
    assert_int_equal(fix.trap.epc, DATA + 0x1e);
    fixture_close(&fix);
}

static void a_page_without_a_part_to_run_is_refused(void **unused)
{
    struct fixture fix;
    struct engine_page page;
    (void)unused;

    begin(&fix);
    entry(&fix, 0, CONFIG_NAPOT | 3, napot(DATA, PAGE_SIZE / 2));
    entry(&fix, 1, CONFIG_NAPOT | 1, napot(DATA + PAGE_SIZE / 2, PAGE_SIZE / 2));
    fixture_mode(&fix, MODE_U);
    assert_false(hart_fill(fix.hart, (gva_t){DATA}, ACCESS_EXECUTE, &page));
    fixture_close(&fix);
}

static void a_page_table_is_read_as_by_s_mode(void **unused)
{
    struct fixture fix;
    struct tables tables;
    (void)unused;

    begin(&fix);
    rest_open(&fix);
    tables = tables_begin(&fix, TABLES, 3, false);
    tables_map(&tables, CODE, CODE, PTE_ALL, 0);
    tables_map(&tables, 0x40000000, DATA, PTE_ALL, 0);
    entry(&fix, 0, CONFIG_NAPOT, napot(tables.root, PAGE_SIZE));
    csr_set(&fix, SATP, tables_atp(&tables));
    fixture_mode(&fix, MODE_M);
    csr_set(&fix, MSTATUS, STATUS_MPRV); /* as U */
    assert_int_equal(access_cause(&fix, 0x40000000, ACCESS_WRITE), CAUSE_STORE_ACCESS);
    csr_set(&fix, MSTATUS, STATUS_MPRV);
    csr_set(&fix, MENVCFG, ENVCFG_ADUE);
    entry(&fix, 0, CONFIG_NAPOT | 1, napot(tables.root, RAM_BYTES / 4)); /* all tables, read only */
    assert_int_equal(access_cause(&fix, 0x40000000, ACCESS_WRITE), NONE);
    tables_map(&tables, 0x40000000, DATA, PTE_ALL & ~PTE_D, 0);
    csr_set(&fix, MSTATUS, STATUS_MPRV);
    assert_int_equal(access_cause(&fix, 0x40000000, ACCESS_WRITE), CAUSE_STORE_ACCESS);
    fixture_close(&fix);
}

static void entries_that_are_not_there_read_zero(void **unused)
{
    struct fixture fix;
    (void)unused;

    begin(&fix);
    csr_set(&fix, 0x3a4, UINT64_MAX);         /* pmpcfg4: entries 32 to 39 */
    csr_set(&fix, PMPADDR0 + 16, UINT64_MAX); /* of 16 */
    assert_int_equal(csr_get(&fix, 0x3a4), 0);
    assert_int_equal(csr_get(&fix, PMPADDR0 + 16), 0);
    fixture_close(&fix);
}

static void a_change_flushes(void **unused)
{
    struct fixture fix;
    unsigned before;
    (void)unused;

    begin(&fix);
    before = fix.flushes;
    csr_set(&fix, PMPADDR0, 5);
    assert_int_equal(fix.flushes, before + 1);
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_match_m_passes_and_others_do_not),
        cmocka_unit_test(each_permission_is_checked_for_its_kind),
        cmocka_unit_test(m_mode_obeys_only_locked_entries),
        cmocka_unit_test(a_locked_entry_stays_until_reset),
        cmocka_unit_test(the_lowest_matching_entry_decides),
        cmocka_unit_test(a_range_ends_below_its_address_and_begins_at_the_one_before),
        cmocka_unit_test(a_page_that_is_allowed_in_parts_is_checked_access_by_access),
        cmocka_unit_test(code_runs_in_the_parts_of_a_page_that_are_allowed),
        cmocka_unit_test(an_instruction_that_reaches_into_a_forbidden_part_does_not_run),
        cmocka_unit_test(a_page_without_a_part_to_run_is_refused),
        cmocka_unit_test(a_page_table_is_read_as_by_s_mode),
        cmocka_unit_test(entries_that_are_not_there_read_zero),
        cmocka_unit_test(a_change_flushes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
