/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hart_two_stages.c — VS-stage over G-stage: which fault goes where, htval, htinst
 * and GVA, also for accesses to the guest's own page tables, and HLV, HLVX and HSV. */
#include "hart_tables.h"

#define VS_TABLES UINT64_C(0x200000) /* guest-physical */
#define VA        UINT64_C(0x40000000)
#define GPA       UINT64_C(0x11000)
#define DATA      (RAM + 0x100000)

enum { NONE = -1, PSEUDO_READ = 0x3000, PSEUDO_WRITE = 0x3020, LD_X5_X6 = 0x3283 };

/* A guest whose memory from gpa 0 on is RAM from RAM on; its tables lie at VS_TABLES. */
struct guest {
    struct fixture fix;
    struct tables first, second;
    uint64_t leaf, table_leaf; /* of VA in the VS-stage; of VS_TABLES + n pages in the G-stage */
};

/* Gives the guest's table its gpas: the fixture's tables hold addresses of RAM. */
static void entries_to_gpa(struct guest *guest, uint64_t va)
{
    for (unsigned level = 1; level < guest->first.levels; level++) {
        uint64_t at = tables_entry(&guest->first, va, level), entry = ram_get(&guest->fix, at);

        ram_put(&guest->fix, at, pte_of((entry >> PTE_PPN_SHIFT << PAGE_SHIFT) - RAM, PTE_V));
    }
}

static void guest_open(struct guest *guest)
{
    struct fixture *fix = &guest->fix;

    fixture_open(fix, &all_features);
    guest->first = tables_begin(fix, RAM + VS_TABLES, 3, false);
    guest->second = tables_begin(fix, TABLES, 3, true);
    guest->leaf = tables_map(&guest->first, VA, GPA, PTE_ALL & ~PTE_U, 0);
    entries_to_gpa(guest, VA);
    for (uint64_t page = 0; page < 4; page++)
        guest->table_leaf = tables_map(&guest->second, VS_TABLES + page * PAGE_SIZE,
                                       RAM + VS_TABLES + page * PAGE_SIZE, PTE_ALL, 0);
    guest->table_leaf = tables_entry(&guest->second, VS_TABLES + 2 * PAGE_SIZE, 0);
    tables_map(&guest->second, GPA, DATA, PTE_ALL, 0);
    csr_set(fix, VSATP, UINT64_C(8) << 60 | VS_TABLES >> PAGE_SHIFT);
    csr_set(fix, HGATP, tables_atp(&guest->second));
    csr_set(fix, MEDELEG, 0xf0b1ff);
    csr_set(fix, HSTATUS, HSTATUS_SPVP);
}

/* hlv.d x5, (x6) in HS-mode: the cause, -1 for none. */
static int hlv(struct guest *guest, uint64_t va)
{
    unsigned before = guest->fix.traps;

    fixture_mode(&guest->fix, MODE_HS);
    guest->fix.reg[6] = va;
    run_system(&guest->fix, insn_r(0x73, 4, 0x36, 5, 6, 0));
    return cause_after(&guest->fix, before);
}

/* hsv.d x5, (x6) */
static int hsv(struct guest *guest, uint64_t va)
{
    unsigned before = guest->fix.traps;

    fixture_mode(&guest->fix, MODE_HS);
    guest->fix.reg[6] = va;
    run_system(&guest->fix, insn_r(0x73, 4, 0x37, 0, 6, 5));
    return cause_after(&guest->fix, before);
}

static void both_stages_lead_to_the_bytes(void **unused)
{
    struct guest guest;
    struct engine_page page;
    (void)unused;

    guest_open(&guest);
    fixture_mode(&guest.fix, MODE_VS);
    assert_int_equal(fill_offset(&guest.fix, VA, ACCESS_READ, &page), DATA - RAM);
    csr_set(&guest.fix, VSATP, 0); /* G-stage alone */
    assert_int_equal(fill_offset(&guest.fix, GPA, ACCESS_WRITE, &page), DATA - RAM);
    csr_set(&guest.fix, HGATP, 0); /* nothing at all */
    assert_int_equal(fill_offset(&guest.fix, DATA, ACCESS_WRITE, &page), DATA - RAM);
    fixture_close(&guest.fix);
}

static void the_g_stage_takes_two_bits_more_and_no_others(void **unused)
{
    static const struct {
        unsigned levels, top;
    } rows[] = {{3, 40}, {4, 49}, {5, 58}};
    struct guest guest;
    struct engine_page page;
    (void)unused;

    for (size_t i = 0; i < 3; i++) {
        uint64_t high = ONE_BIT(rows[i].top) | 0x3000;

        guest_open(&guest);
        guest.second = tables_begin(&guest.fix, TABLES + 0x40000, rows[i].levels, true);
        tables_map(&guest.second, high, DATA, PTE_ALL, 0);
        csr_set(&guest.fix, HGATP, tables_atp(&guest.second));
        csr_set(&guest.fix, VSATP, 0);
        fixture_mode(&guest.fix, MODE_VS);
        assert_int_equal(fill_offset(&guest.fix, high, ACCESS_READ, &page), DATA - RAM);
        assert_int_equal(hlv(&guest, high | ONE_BIT(rows[i].top + 1)), CAUSE_LOAD_GUEST_PAGE);
        assert_int_equal(csr_get(&guest.fix, HTVAL), (high | ONE_BIT(rows[i].top + 1)) >> 2);
        fixture_close(&guest.fix);
    }
}

static void the_g_stage_sees_every_access_as_one_of_a_user(void **unused)
{
    struct guest guest;
    (void)unused;

    guest_open(&guest);
    tables_map(&guest.second, GPA, DATA, PTE_ALL & ~PTE_U, 0);
    assert_int_equal(hlv(&guest, VA), CAUSE_LOAD_GUEST_PAGE);
    fixture_close(&guest.fix);
}

static void
a_fault_of_the_first_stage_is_the_guests_and_of_the_second_the_hypervisors(void **unused)
{
    struct guest guest;
    (void)unused;

    guest_open(&guest);
    ram_put(&guest.fix, guest.leaf, pte_of(GPA, PTE_V | PTE_X | PTE_A));
    assert_int_equal(hlv(&guest, VA + 8), CAUSE_LOAD_PAGE);
    assert_int_equal(csr_get(&guest.fix, STVAL), VA + 8);
    assert_int_equal(csr_get(&guest.fix, HTVAL), 0);
    assert_int_equal(csr_get(&guest.fix, HTINST), insn_r(0x73, 4, 0x36, 5, 0, 0));
    assert_true(csr_get(&guest.fix, HSTATUS) & HSTATUS_GVA);
    assert_false(csr_get(&guest.fix, HSTATUS) & HSTATUS_SPV);
    ram_put(&guest.fix, guest.leaf, pte_of(GPA, PTE_ALL & ~PTE_U));
    tables_map(&guest.second, GPA, DATA, PTE_V | PTE_R | PTE_U | PTE_A, 0);
    assert_int_equal(hsv(&guest, VA + 8), CAUSE_STORE_GUEST_PAGE);
    assert_int_equal(csr_get(&guest.fix, STVAL), VA + 8);
    assert_int_equal(csr_get(&guest.fix, HTVAL), (GPA + 8) >> 2);
    assert_int_equal(csr_get(&guest.fix, HTINST), insn_r(0x73, 4, 0x37, 0, 0, 5));
    fixture_close(&guest.fix);
}

static void a_guests_own_access_tells_its_instruction(void **unused)
{
    struct guest guest;
    struct fixture *fix = &guest.fix;
    (void)unused;

    guest_open(&guest);
    csr_set(fix, VSATP, 0);
    tables_map(&guest.second, CODE, CODE, PTE_ALL, 0);
    fixture_mode(fix, MODE_VS);
    assert_int_equal(access_cause(fix, 0x77008, ACCESS_READ), CAUSE_LOAD_GUEST_PAGE);
    assert_int_equal(csr_get(fix, HTINST), LD_X5_X6);
    assert_int_equal(csr_get(fix, HTVAL), 0x77008 >> 2);
    assert_int_equal(csr_get(fix, HSTATUS) & (HSTATUS_GVA | HSTATUS_SPV | HSTATUS_SPVP),
                     HSTATUS_GVA | HSTATUS_SPV | HSTATUS_SPVP);
    assert_int_equal(access_cause(fix, 0x77008, ACCESS_EXECUTE), CAUSE_FETCH_GUEST_PAGE);
    assert_int_equal(csr_get(fix, HTINST), 0);
    assert_int_equal(csr_get(fix, HTVAL), 0x77008 >> 2);
    csr_set(fix, MEDELEG, 0);
    access_cause(fix, 0x77010, ACCESS_READ);
    assert_int_equal(csr_get(fix, MTVAL2), 0x77010 >> 2);
    assert_int_equal(csr_get(fix, MTINST), LD_X5_X6);
    assert_true(csr_get(fix, MSTATUS) & STATUS_GVA);
    fixture_close(fix);
}

static void a_fault_at_the_guests_page_table_is_told_by_a_pseudoinstruction(void **unused)
{
    struct guest guest;
    uint64_t entry;
    (void)unused;

    guest_open(&guest);
    entry = guest.leaf - RAM; /* gpa of the last entry */
    ram_put(&guest.fix, guest.table_leaf, 0);
    assert_int_equal(hsv(&guest, VA + 8), CAUSE_STORE_GUEST_PAGE); /* kind of the access */
    assert_int_equal(csr_get(&guest.fix, STVAL), VA + 8);
    assert_int_equal(csr_get(&guest.fix, HTVAL), entry >> 2);
    assert_int_equal(csr_get(&guest.fix, HTINST), PSEUDO_READ);
    fixture_close(&guest.fix);
}

static void setting_a_of_the_guests_entry_writes_through_the_g_stage(void **unused)
{
    struct guest guest;
    (void)unused;

    guest_open(&guest);
    csr_set(&guest.fix, MENVCFG, ENVCFG_ADUE);
    ram_put(&guest.fix, guest.leaf, pte_of(GPA, PTE_V | PTE_R | PTE_W));
    assert_int_equal(hlv(&guest, VA), CAUSE_LOAD_PAGE); /* henvcfg does not let it */
    csr_set(&guest.fix, HENVCFG, ENVCFG_ADUE);
    ram_put(&guest.fix, guest.table_leaf, ram_get(&guest.fix, guest.table_leaf) & ~PTE_W);
    assert_int_equal(hlv(&guest, VA), CAUSE_LOAD_GUEST_PAGE);
    assert_int_equal(csr_get(&guest.fix, HTVAL), (guest.leaf - RAM) >> 2);
    assert_int_equal(csr_get(&guest.fix, HTINST), PSEUDO_WRITE);
    ram_put(&guest.fix, guest.table_leaf, (ram_get(&guest.fix, guest.table_leaf) | PTE_W) & ~PTE_D);
    assert_int_equal(hlv(&guest, VA), NONE);
    assert_true(ram_get(&guest.fix, guest.leaf) & PTE_A);
    assert_true(ram_get(&guest.fix, guest.table_leaf) & PTE_D); /* the table was written */
    fixture_close(&guest.fix);
}

static void adue_of_menvcfg_is_for_the_g_stage_and_of_henvcfg_for_the_vs_stage(void **unused)
{
    struct guest guest;
    uint64_t second;
    (void)unused;

    guest_open(&guest);
    second = tables_map(&guest.second, GPA, DATA, PTE_ALL & ~(PTE_A | PTE_D), 0);
    assert_int_equal(hlv(&guest, VA), CAUSE_LOAD_GUEST_PAGE);
    csr_set(&guest.fix, MENVCFG, ENVCFG_ADUE);
    assert_int_equal(hlv(&guest, VA), NONE);
    assert_int_equal(ram_get(&guest.fix, second) & (PTE_A | PTE_D), PTE_A);
    assert_int_equal(hsv(&guest, VA), NONE);
    assert_int_equal(ram_get(&guest.fix, second) & (PTE_A | PTE_D), PTE_A | PTE_D);
    fixture_close(&guest.fix);
}

static void mxr_of_the_guest_opens_the_first_stage_and_of_the_host_both(void **unused)
{
    static const struct {
        uint64_t first, second, vsstatus, mstatus;
        int cause;
    } rows[] = {
        {PTE_X, PTE_R, 0, 0, CAUSE_LOAD_PAGE},
        {PTE_X, PTE_R, STATUS_MXR, 0, NONE},
        {PTE_X, PTE_R, 0, STATUS_MXR, NONE},
        {PTE_R, PTE_X, 0, 0, CAUSE_LOAD_GUEST_PAGE},
        {PTE_R, PTE_X, STATUS_MXR, 0, CAUSE_LOAD_GUEST_PAGE},
        {PTE_R, PTE_X, 0, STATUS_MXR, NONE},
        {PTE_X, PTE_X, 0, STATUS_MXR, NONE},
    };
    struct guest guest;
    (void)unused;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        guest_open(&guest);
        ram_put(&guest.fix, guest.leaf, pte_of(GPA, PTE_V | PTE_A | rows[i].first));
        tables_map(&guest.second, GPA, DATA, PTE_V | PTE_A | PTE_U | rows[i].second, 0);
        csr_set(&guest.fix, VSSTATUS, rows[i].vsstatus);
        csr_set(&guest.fix, MSTATUS, rows[i].mstatus);
        assert_int_equal(hlv(&guest, VA), rows[i].cause);
        fixture_close(&guest.fix);
    }
}

static void mxr_does_not_make_a_page_table_readable(void **unused)
{
    struct guest guest;
    (void)unused;

    guest_open(&guest);
    csr_set(&guest.fix, MSTATUS, STATUS_MXR);
    ram_put(&guest.fix, guest.table_leaf, ram_get(&guest.fix, guest.table_leaf) & ~(PTE_R | PTE_W));
    assert_int_equal(hlv(&guest, VA), CAUSE_LOAD_GUEST_PAGE);
    assert_int_equal(csr_get(&guest.fix, HTINST), PSEUDO_READ);
    fixture_close(&guest.fix);
}

static void hlvx_wants_execute_permission_in_both_stages_and_faults_as_a_load(void **unused)
{
    struct guest guest;
    uint32_t hlvx_wu = insn_r(0x73, 4, 0x34, 5, 6, 3);
    (void)unused;

    guest_open(&guest);
    ram_put(&guest.fix, DATA, 0xfedcba98);
    ram_put(&guest.fix, guest.leaf, pte_of(GPA, PTE_V | PTE_A | PTE_X));
    tables_map(&guest.second, GPA, DATA, PTE_V | PTE_A | PTE_U | PTE_X, 0);
    fixture_mode(&guest.fix, MODE_HS);
    guest.fix.reg[6] = VA;
    assert_int_equal(run_system(&guest.fix, hlvx_wu), CODE + 4);
    assert_int_equal(guest.fix.reg[5], 0xfedcba98);
    tables_map(&guest.second, GPA, DATA, PTE_V | PTE_A | PTE_U | PTE_R, 0);
    run_system(&guest.fix, hlvx_wu);
    assert_int_equal(guest.fix.trap.cause, CAUSE_LOAD_GUEST_PAGE);
    tables_map(&guest.second, GPA, DATA, PTE_ALL, 0);
    ram_put(&guest.fix, guest.leaf, pte_of(GPA, PTE_V | PTE_A | PTE_R));
    fixture_mode(&guest.fix, MODE_HS);
    run_system(&guest.fix, hlvx_wu);
    assert_int_equal(guest.fix.trap.cause, CAUSE_LOAD_PAGE);
    fixture_close(&guest.fix);
}

static void hlv_acts_with_the_privilege_of_spvp_and_the_sum_of_the_guest(void **unused)
{
    struct guest guest;
    (void)unused;

    guest_open(&guest);
    ram_put(&guest.fix, guest.leaf, pte_of(GPA, PTE_ALL)); /* a user page */
    csr_set(&guest.fix, MSTATUS, STATUS_SUM);              /* of the host: does not count */
    assert_int_equal(hlv(&guest, VA), CAUSE_LOAD_PAGE);
    csr_set(&guest.fix, VSSTATUS, STATUS_SUM);
    assert_int_equal(hlv(&guest, VA), NONE);
    csr_set(&guest.fix, VSSTATUS, 0);
    csr_set(&guest.fix, HSTATUS, 0);
    assert_int_equal(hlv(&guest, VA), NONE);
    fixture_close(&guest.fix);
}

static void mprv_with_mpv_is_a_guests_access(void **unused)
{
    struct guest guest;
    (void)unused;

    guest_open(&guest);
    fixture_mode(&guest.fix, MODE_M);
    csr_set(&guest.fix, MSTATUS,
            STATUS_MPRV | STATUS_MPV | (uint64_t)PRIVILEGE_S << STATUS_MPP_SHIFT);
    ram_put(&guest.fix, DATA, 4711);
    assert_int_equal(access_cause(&guest.fix, VA, ACCESS_READ), NONE);
    assert_int_equal(guest.fix.reg[5], 4711);
    tables_map(&guest.second, GPA, DATA, 0, 0);
    assert_int_equal(access_cause(&guest.fix, VA + 16, ACCESS_READ), CAUSE_LOAD_GUEST_PAGE);
    assert_int_equal(csr_get(&guest.fix, MTVAL), VA + 16);
    assert_int_equal(csr_get(&guest.fix, MTVAL2), (GPA + 16) >> 2);
    assert_true(csr_get(&guest.fix, MSTATUS) & STATUS_GVA);
    csr_set(&guest.fix, MSTATUS, STATUS_MPRV | STATUS_MPV | STATUS_MPP); /* M is never virtual */
    assert_int_equal(access_cause(&guest.fix, DATA, ACCESS_READ), NONE);
    assert_int_equal(guest.fix.reg[5], 4711);
    fixture_close(&guest.fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_stages_lead_to_the_bytes),
        cmocka_unit_test(the_g_stage_takes_two_bits_more_and_no_others),
        cmocka_unit_test(the_g_stage_sees_every_access_as_one_of_a_user),
        cmocka_unit_test(
            a_fault_of_the_first_stage_is_the_guests_and_of_the_second_the_hypervisors),
        cmocka_unit_test(a_guests_own_access_tells_its_instruction),
        cmocka_unit_test(a_fault_at_the_guests_page_table_is_told_by_a_pseudoinstruction),
        cmocka_unit_test(setting_a_of_the_guests_entry_writes_through_the_g_stage),
        cmocka_unit_test(adue_of_menvcfg_is_for_the_g_stage_and_of_henvcfg_for_the_vs_stage),
        cmocka_unit_test(mxr_of_the_guest_opens_the_first_stage_and_of_the_host_both),
        cmocka_unit_test(mxr_does_not_make_a_page_table_readable),
        cmocka_unit_test(hlvx_wants_execute_permission_in_both_stages_and_faults_as_a_load),
        cmocka_unit_test(hlv_acts_with_the_privilege_of_spvp_and_the_sum_of_the_guest),
        cmocka_unit_test(mprv_with_mpv_is_a_guests_access),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
