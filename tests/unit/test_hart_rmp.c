/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hart_rmp.c — a hart over encrypted memory with an RMP: whose view of a page each
 * mode has, how refusals look, and that the engine hears when a page is taken away. Both stages are
 * Bare, so that gpa and spa are the same. */
#include "hart_fixture.h"

#include "memory/riscv_fault.h"

enum { NONE = -1, ALICE = 1, C_BIT = 51, CSR_HRMPSYN = RISCV_CSR_HRMPSYN };

#define SECRET   (RAM + 0x100000) /* of the guest */
#define SHARED   (RAM + 0x101000) /* of the host */
#define ASSIGNED (RAM + 0x102000) /* given to the guest, who has not accepted it */
#define WORD     UINT64_C(0x6f6d2073692065)

/* With V = 1 it is the guest of VMID 1. */
static struct actor actor_of(void *context, struct hart_mode mode, uint16_t vmid)
{
    (void)context;
    if (!mode.is_virtual)
        return (struct actor){.kind = ACTOR_HYPERVISOR};
    return (struct actor){.kind = ACTOR_GUEST, .asid = vmid, .is_snp = true};
}

static struct access guest(enum access_kind kind, uint64_t spa)
{
    return (struct access){.actor = {.kind = ACTOR_GUEST, .asid = ALICE, .is_snp = true},
                           .kind = kind,
                           .spa = {spa},
                           .gpa = {spa},
                           .is_private = true};
}

static void page_assign(struct fixture *fix, uint64_t spa)
{
    struct actor by = {.kind = ACTOR_HYPERVISOR};
    struct rmp_operand operand = {.gpa = {spa}, .asid = ALICE, .assigned = true};

    assert_int_equal(rmp_update(memory_rmp(fix->memory), &by, (spa_t){spa}, &operand), RMP_OK);
}

static void page_give(struct fixture *fix, uint64_t spa)
{
    struct actor by = {.kind = ACTOR_GUEST, .asid = ALICE, .is_snp = true};
    struct rmp_target target = {.gpa = {spa}, .spa = {spa}};

    page_assign(fix, spa);
    assert_int_equal(rmp_pvalidate(memory_rmp(fix->memory), &by, &target, true).code, RMP_OK);
}

static void guest_write(struct fixture *fix, uint64_t spa, uint64_t value)
{
    struct access access = guest(ACCESS_WRITE, spa);
    struct fault fault;

    assert_true(memory_write(fix->memory, &access, &value, sizeof value, &fault));
}

static void begin(struct fixture *fix)
{
    struct memory_config memory = {.mode = MEMORY_SNP,
                                   .cipher = CIPHER_XTS128,
                                   .c_bit_rule = C_BIT_VTOM,
                                   .c_bit = C_BIT,
                                   .page_count = (RAM + RAM_BYTES) >> PAGE_SHIFT,
                                   .rmp_pages = (RAM + RAM_BYTES) >> PAGE_SHIFT,
                                   .asid_max = 3,
                                   .seed = 5};

    fixture_open_memory(fix, &all_features, &memory, actor_of);
    assert_int_equal(memory_key_install(fix->memory, ALICE), STATUS_OK);
    page_give(fix, SECRET);
    page_give(fix, CODE);
    page_assign(fix, ASSIGNED);
    guest_write(fix, SECRET, WORD);
    csr_set(fix, HGATP, (uint64_t)ALICE << ATP_ASID_SHIFT);
    csr_set(fix, MEDELEG, UINT64_MAX);
}

/* ld x5, (x6) or sd x5, (x6) in the guest, whose code is its own too: the cause, -1 for none. */
static int guest_access(struct fixture *fix, uint64_t gpa, bool is_store)
{
    struct engine_event event = {.kind = ENGINE_FAULT, .pc = CODE};
    unsigned before = fix->traps;

    fixture_mode(fix, MODE_VS);
    guest_write(fix, CODE, is_store ? insn_store(3, 5, 6, 0) : insn_load(3, 5, 6, 0));
    fix->reg[6] = gpa;
    hart_event(fix->hart, &event);
    return cause_after(fix, before);
}

/* The same in HS-mode, with code of the host at SHARED + 0x800. */
static int host_access(struct fixture *fix, uint64_t spa, uint32_t raw)
{
    struct engine_event event = {.kind = ENGINE_FAULT, .pc = SHARED + 0x800};
    unsigned before = fix->traps;

    fixture_mode(fix, MODE_HS);
    fix->reg[6] = spa;
    event.kind = (raw & 0x7f) == 0x73 ? ENGINE_SYSTEM : ENGINE_FAULT;
    ram_put(fix, event.pc, raw);
    hart_event(fix->hart, &event);
    return cause_after(fix, before);
}

static void the_owner_reads_plaintext_and_the_host_ciphertext(void **unused)
{
    struct fixture fix;
    uint64_t ciphertext;
    (void)unused;

    begin(&fix);
    assert_int_equal(guest_access(&fix, SECRET, false), NONE);
    assert_int_equal(fix.reg[5], WORD);
    assert_int_equal(host_access(&fix, SECRET, insn_load(3, 5, 6, 0)), NONE);
    ciphertext = fix.reg[5];
    assert_int_not_equal(ciphertext, WORD);
    assert_int_equal(host_access(&fix, SECRET, insn_r(0x73, 4, 0x36, 5, 6, 0)), NONE); /* hlv.d */
    assert_int_equal(fix.reg[5], ciphertext); /* the host's own view */
    fixture_close(&fix);
}

static void the_pages_that_the_engine_gets_are_those_of_the_mode(void **unused)
{
    struct fixture fix;
    struct engine_page page;
    (void)unused;

    begin(&fix);
    fixture_mode(&fix, MODE_VS);
    assert_true(hart_fill(fix.hart, (gva_t){SECRET}, ACCESS_READ, &page));
    assert_memory_equal(page.bytes, &(uint64_t){WORD}, 8);
    fixture_mode(&fix, MODE_HS);
    assert_true(hart_fill(fix.hart, (gva_t){SECRET}, ACCESS_READ, &page));
    assert_false(page.may_write);
    assert_memory_not_equal(page.bytes, &(uint64_t){WORD}, 8);
    assert_false(hart_fill(fix.hart, (gva_t){SECRET}, ACCESS_WRITE, &page));
    fixture_close(&fix);
}

static void a_write_of_the_host_to_a_guests_page_is_an_access_fault(void **unused)
{
    struct fixture fix;
    (void)unused;

    begin(&fix);
    assert_int_equal(host_access(&fix, SECRET + 8, insn_store(3, 5, 6, 0)), CAUSE_STORE_ACCESS);
    assert_int_equal(csr_get(&fix, STVAL), SECRET + 8);
    assert_int_equal(csr_get(&fix, CSR_HRMPSYN) & 0xf, RMP_CHECK_HYPERVISOR_OWNED);
    assert_true(csr_get(&fix, CSR_HRMPSYN) & FAULT_ERROR_RMP);
    assert_int_equal(guest_access(&fix, SECRET, false), NONE);
    assert_int_equal(fix.reg[5], WORD);
    fixture_close(&fix);
}

static void a_guest_that_reaches_a_page_of_the_host_exits_by_a_guest_page_fault(void **unused)
{
    struct fixture fix;
    (void)unused;

    begin(&fix);
    assert_int_equal(guest_access(&fix, SHARED + 16, true), CAUSE_STORE_GUEST_PAGE);
    assert_string_equal(hart_mode_name(fix.hart->mode), "HS");
    assert_int_equal(csr_get(&fix, STVAL), SHARED + 16);
    assert_int_equal(csr_get(&fix, HTVAL), (SHARED + 16) >> 2);
    assert_int_equal(csr_get(&fix, HTINST), insn_store(3, 5, 0, 0));
    assert_int_equal(csr_get(&fix, CSR_HRMPSYN) & 0xf, RMP_CHECK_GUEST_OWNED);
    fixture_close(&fix);
}

static void a_page_that_the_guest_did_not_accept_is_an_exception_in_the_guest(void **unused)
{
    struct fixture fix;
    (void)unused;

    begin(&fix);
    assert_int_equal(guest_access(&fix, ASSIGNED + 8, false), RISCV_PAGE_NOT_VALIDATED);
    assert_string_equal(hart_mode_name(fix.hart->mode), "VS"); /* hedeleg is 0 */
    assert_int_equal(csr_get(&fix, VSCAUSE), RISCV_PAGE_NOT_VALIDATED);
    assert_int_equal(csr_get(&fix, VSTVAL), ASSIGNED + 8);
    fixture_close(&fix);
}

static void the_shared_alias_reaches_what_the_host_sees(void **unused)
{
    struct fixture fix;
    (void)unused;

    begin(&fix);
    ram_put(&fix, SHARED, 4711);
    assert_int_equal(guest_access(&fix, SHARED | ONE_BIT(C_BIT), false), NONE);
    assert_int_equal(fix.reg[5], 4711);
    fix.reg[5] = 4712;
    assert_int_equal(guest_access(&fix, SHARED | ONE_BIT(C_BIT), true), NONE);
    assert_int_equal(ram_get(&fix, SHARED), 4712);
    fixture_close(&fix);
}

static void a_page_that_is_taken_away_is_forgotten(void **unused)
{
    struct fixture fix;
    struct engine_page page;
    struct actor by = {.kind = ACTOR_HYPERVISOR};
    struct rmp_operand none = {0};
    unsigned before;
    (void)unused;

    begin(&fix);
    fixture_mode(&fix, MODE_VS);
    assert_true(hart_fill(fix.hart, (gva_t){SECRET}, ACCESS_READ, &page));
    before = fix.lost;
    assert_int_equal(rmp_update(memory_rmp(fix.memory), &by, (spa_t){SECRET}, &none), RMP_OK);
    assert_int_equal(fix.lost, before + 1);
    assert_false(hart_fill(fix.hart, (gva_t){SECRET}, ACCESS_READ, &page));
    fixture_close(&fix);
}

static void the_syndrome_is_there_only_with_an_rmp(void **unused)
{
    struct fixture fix;
    uint64_t value;
    (void)unused;

    begin(&fix);
    fixture_mode(&fix, MODE_VS);
    assert_true(hart_csr_peek(fix.hart, CSR_HRMPSYN, &value));
    fixture_close(&fix);
    fixture_open(&fix, &all_features);
    assert_false(hart_csr_peek(fix.hart, CSR_HRMPSYN, &value));
    csr_set(&fix, MEDELEG, UINT64_MAX);
    assert_false(bit(csr_get(&fix, MEDELEG), RISCV_PAGE_NOT_VALIDATED));
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_owner_reads_plaintext_and_the_host_ciphertext),
        cmocka_unit_test(the_pages_that_the_engine_gets_are_those_of_the_mode),
        cmocka_unit_test(a_write_of_the_host_to_a_guests_page_is_an_access_fault),
        cmocka_unit_test(a_guest_that_reaches_a_page_of_the_host_exits_by_a_guest_page_fault),
        cmocka_unit_test(a_page_that_the_guest_did_not_accept_is_an_exception_in_the_guest),
        cmocka_unit_test(the_shared_alias_reaches_what_the_host_sees),
        cmocka_unit_test(a_page_that_is_taken_away_is_forgotten),
        cmocka_unit_test(the_syndrome_is_there_only_with_an_rmp),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
