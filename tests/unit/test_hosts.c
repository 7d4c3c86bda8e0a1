/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hosts.c — what holds for every hypervisor model: the same world and the same exit
 * leave the guest the same. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "test_hosts_fixture.h"

enum { WFI = 0x10500073 };

#define PATTERN UINT64_C(0x8899AABBCCDDEEFF)

static const struct {
    const char *name;
    unsigned funct3, width_bytes;
    bool is_signed;
} loads[] = {
    {"lb", 0, 1, true},   {"lh", 1, 2, true},   {"lw", 2, 4, true},   {"ld", 3, 8, true},
    {"lbu", 4, 1, false}, {"lhu", 5, 2, false}, {"lwu", 6, 4, false},
};

enum { LOAD_COUNT = sizeof(loads) / sizeof(loads[0]), STORE_COUNT = 4 };

static bool model_is(const struct host_model *model, const char *name)
{
    return strcmp(model->name, name) == 0;
}

static void models_are_found_by_name_and_by_number(void **unused)
{
    const char *names[] = {"kvm", "kvm-zext", "xvisor", "bao", "bhyve", "cove"};
    unsigned count = sizeof(names) / sizeof(names[0]);

    (void)unused;
    for (unsigned i = 0; i < count; i++) {
        assert_string_equal(host_at(i)->name, names[i]);
        assert_ptr_equal(host_find(names[i]), host_at(i));
        assert_true(strlen(host_at(i)->summary) > 10);
    }
    assert_null(host_at(count));
    assert_null(host_find("salus"));
    assert_null(host_find(""));
}

static void only_the_cove_host_lacks_the_transparent_profile(void **unused)
{
    (void)unused;
    for (unsigned i = 0; host_at(i); i++) {
        assert_int_equal(host_at(i)->run_frame == NULL, model_is(host_at(i), "cove"));
        assert_non_null(host_at(i)->run_page);
    }
}

/* Cut to the width of the load, because the monitor extends; Xvisor's 64-bit accesses are the one
 * documented exception. */
static void every_load_leaves_the_same_low_bytes_in_slot_a0(void **unused)
{
    (void)unused;
    for (unsigned i = 0; host_at(i); i++)
        for (unsigned l = 0; host_at(i)->run_frame && l < LOAD_COUNT; l++) {
            const struct host_model *model = host_at(i);
            struct fixture fix = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE + 8,
                                               insn_load(loads[l].funct3, REG_A0));

            fix.log.device_value = PATTERN & width_mask(loads[l].width_bytes);
            if (model_is(model, "xvisor") && loads[l].width_bytes == 8) {
                assert_frame_dies(&fix, "xvisor", "xvisor-ld-fallthrough");
                continue;
            }
            assert_answered(fixture_run_frame(&fix, model->name));
            assert_int_equal(fix.frame.x[REG_A0] & width_mask(loads[l].width_bytes),
                             fix.log.device_value);
            assert_int_equal(fix.log.where, MMIO_BASE + 8);
            assert_int_equal(fix.log.width_bytes, loads[l].width_bytes);
            assert_int_equal(fix.log.calls, 1);
            assert_int_equal(fixture_step(&fix), HANDLE_DONE);
        }
}

static void every_load_is_the_same_without_htinst(void **unused)
{
    (void)unused;
    for (unsigned i = 0; host_at(i); i++)
        for (unsigned l = 0; host_at(i)->run_frame && l < LOAD_COUNT; l++) {
            struct fixture with = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE,
                                                insn_load(loads[l].funct3, REG_A0));
            struct fixture without = with;
            struct host_result first, second;

            fixture_clear_htinst(&without);
            with.log.device_value = without.log.device_value = PATTERN;
            first = fixture_run_frame(&with, host_at(i)->name);
            second = fixture_run_frame(&without, host_at(i)->name);
            assert_ptr_equal(first.bug, second.bug);
            assert_int_equal(with.frame.x[REG_A0], without.frame.x[REG_A0]);
            assert_int_equal(fixture_step(&with), fixture_step(&without));
        }
}

/* Only kvm extends; nobody else does, which is why the monitor must. */
static void only_the_fixed_kvm_extends_the_sign(void **unused)
{
    (void)unused;
    for (unsigned i = 0; host_at(i); i++)
        for (unsigned l = 0; host_at(i)->run_frame && l < LOAD_COUNT; l++) {
            struct fixture fix = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE,
                                               insn_load(loads[l].funct3, REG_A0));
            uint64_t cut = PATTERN & width_mask(loads[l].width_bytes);
            bool extends = model_is(host_at(i), "kvm") && loads[l].is_signed;

            fix.log.device_value = PATTERN;
            if (fixture_run_frame(&fix, host_at(i)->name).died)
                continue;
            assert_int_equal(fix.frame.x[REG_A0],
                             extends ? sign_extend(cut, 8 * loads[l].width_bytes) : cut);
        }
}

static void every_store_hands_the_device_the_same_bytes(void **unused)
{
    (void)unused;
    for (unsigned i = 0; host_at(i); i++)
        for (unsigned funct3 = 0; host_at(i)->run_frame && funct3 < STORE_COUNT; funct3++) {
            struct fixture fix =
                fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE, insn_store(funct3, REG_A0));
            struct host_result result;

            fixture_set_reg(&fix, REG_A0, PATTERN);
            result = fixture_run_frame(&fix, host_at(i)->name);
            assert_int_equal(fix.log.kind, ACCESS_WRITE);
            assert_int_equal(fix.log.data, PATTERN & width_mask(1u << funct3));
            assert_int_equal(fix.log.width_bytes, 1u << funct3);
            assert_int_equal(fix.frame.x[REG_A0], PATTERN);
            if (model_is(host_at(i), "xvisor") && funct3 == 3)
                assert_string_equal(result.bug, "xvisor-sd-fallthrough");
            else
                assert_int_equal(fixture_step(&fix), HANDLE_DONE);
        }
}

static void interrupts_change_nothing_but_hvip(void **unused)
{
    (void)unused;
    for (unsigned i = 0; host_at(i); i++)
        for (uint64_t code = 1; host_at(i)->run_frame && code <= 13; code += 4) {
            struct fixture fix = fixture_exit(SCAUSE_INTERRUPT | code, 0);
            struct hs_frame expected = fix.frame;

            expected.csr[GCSR_HVIP] = FIXTURE_HVIP;
            assert_answered(fixture_run_frame(&fix, host_at(i)->name));
            assert_memory_equal(&fix.frame, &expected, sizeof(expected));
            assert_int_equal(fix.log.calls, 0);
        }
}

static void interrupts_change_nothing_but_hvip_on_the_page(void **unused)
{
    (void)unused;
    for (unsigned i = 0; host_at(i); i++) {
        struct fixture fix = fixture_exit(SCAUSE_INTERRUPT | 5, 0);
        struct nacl_page expected = fix.page;

        expected.csr[SLOT_HVIP] = FIXTURE_HVIP;
        assert_answered(fixture_run_page(&fix, host_at(i)->name));
        assert_memory_equal(&fix.page, &expected, sizeof(expected));
    }
}

static void a_fault_in_memory_leaves_the_guest_where_it_was(void **unused)
{
    const uint64_t causes[] = {EXC_INST_GUEST_PAGE_FAULT, EXC_LOAD_GUEST_PAGE_FAULT,
                               EXC_STORE_GUEST_PAGE_FAULT};

    (void)unused;
    for (unsigned i = 0; host_at(i); i++)
        for (unsigned c = 0; c < 3; c++) {
            struct fixture fix = fixture_fault(causes[c], RAM_BASE + 0x5000, 0);

            if (model_is(host_at(i), "bao")) {
                assert_frame_dies(&fix, "bao", c == 0 ? "bao-panic-cause" : "bao-no-demand-map");
                continue;
            }
            if (host_at(i)->run_frame) {
                assert_answered(fixture_run_frame(&fix, host_at(i)->name));
                assert_int_equal(fixture_step(&fix), 0);
            }
            assert_answered(fixture_run_page(&fix, host_at(i)->name));
            assert_int_equal(fix.log.calls, 0);
        }
}

static void a_wait_is_stepped_over_by_every_model_that_lets_it_exit(void **unused)
{
    (void)unused;
    for (unsigned i = 0; host_at(i); i++) {
        struct fixture fix = fixture_exit(EXC_VIRTUAL_INST_FAULT, WFI);

        if (model_is(host_at(i), "bao")) {
            assert_frame_dies(&fix, "bao", "bao-panic-cause");
            continue;
        }
        if (host_at(i)->run_frame) {
            assert_answered(fixture_run_frame(&fix, host_at(i)->name));
            assert_int_equal(fixture_step(&fix), HANDLE_DONE);
        }
        assert_answered(fixture_run_page(&fix, host_at(i)->name));
    }
}

/* TIME, IPI and RFNC fence.i are the calls that every hypervisor with a frame has in full. */
static void common_sbi_calls_get_the_same_error_everywhere(void **unused)
{
    const uint64_t eids[] = {0x54494D45, 0x735049, 0x52464E43};

    (void)unused;
    for (unsigned i = 0; host_at(i); i++)
        for (unsigned e = 0; host_at(i)->run_frame && e < 3; e++) {
            struct fixture fix = fixture_ecall(eids[e], 0);

            fix.log.sbi_error = (uint64_t)-3;
            fix.log.sbi_value = 0x1234;
            assert_answered(fixture_run_frame(&fix, host_at(i)->name));
            assert_int_equal(fix.frame.x[REG_A0], (uint64_t)-3);
            assert_int_equal(fix.frame.x[REG_A1], model_is(host_at(i), "bhyve") ? 0xA1 : 0x1234);
            assert_int_equal(fix.log.eid, eids[e]);
            assert_int_equal(fix.log.arg[0], 0xA0);
            assert_int_equal(fix.log.arg[5], 0xA5);
            assert_int_equal(fixture_step(&fix), HANDLE_DONE);
        }
}

/* One body, two doors: what the frame gets, the page gets, pc aside. bhyve has to have a pc. */
static void page_and_frame_agree(void **unused)
{
    (void)unused;
    for (unsigned i = 0; host_at(i); i++)
        for (unsigned l = 0; host_at(i)->run_frame && l < LOAD_COUNT; l++) {
            struct fixture fix = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE,
                                               insn_load(loads[l].funct3, REG_A0));
            struct host_result on_frame, on_page;

            fix.log.device_value = PATTERN;
            if (model_is(host_at(i), "bhyve")) {
                assert_page_dies(&fix, "bhyve", "bhyve-needs-pc");
                continue;
            }
            on_frame = fixture_run_frame(&fix, host_at(i)->name);
            on_page = fixture_run_page(&fix, host_at(i)->name);
            assert_ptr_equal(on_frame.bug, on_page.bug);
            assert_memory_equal(fix.frame.x, fix.page.scratch, sizeof(fix.frame.x));
            assert_int_equal(fix.page.csr[SLOT_HVIP], on_page.died ? 0 : FIXTURE_HVIP);
        }
}

/* No fixture frame: the view goes out and the answer comes back by the monitor's own two encodings.
 */
static void the_monitors_encodings_carry_a_load_through_every_model(void **unused)
{
    (void)unused;
    for (unsigned i = 0; host_at(i); i++) {
        struct fixture_world log = {.device_value = 0x8001};
        struct host_world world = fixture_world_table(&log);
        struct host_view view = {.handle = FIXTURE_HANDLE, .served_insn = insn_load(1, REG_A0)};
        struct host_answer answer;
        struct hs_frame frame;
        struct nacl_page page;
        struct nacl_trap trap;

        view.slot[ITEM_SCAUSE] = EXC_LOAD_GUEST_PAGE_FAULT;
        view.slot[ITEM_STVAL] = 2;
        view.slot[ITEM_HTVAL] = MMIO_BASE >> 2;
        view.slot[ITEM_HTINST] = view.served_insn;
        hs_frame_write(&view, &frame);
        nacl_page_write(&view, &page, &trap);
        if (host_at(i)->run_frame) {
            assert_answered(host_at(i)->run_frame(&world, &view, &frame));
            assert_int_equal(log.where, MMIO_BASE + 2);
            assert_int_equal(hs_frame_read(&frame, &answer), STATUS_OK);
            assert_int_equal(answer.action, HOST_DONE);
            assert_int_equal(answer.slot[ITEM_A0] & width_mask(2), 0x8001);
            assert_int_equal(answer.slot[ITEM_HVIP], FIXTURE_HVIP);
        }
        if (host_at(i)->run_page(&world, &page, &trap).died)
            assert_true(model_is(host_at(i), "bhyve"));
        else
            assert_int_equal(page.scratch[REG_A0] & width_mask(2), 0x8001);
        assert_int_equal(nacl_csr_slot(0x645), SLOT_HVIP);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_are_found_by_name_and_by_number),
        cmocka_unit_test(only_the_cove_host_lacks_the_transparent_profile),
        cmocka_unit_test(every_load_leaves_the_same_low_bytes_in_slot_a0),
        cmocka_unit_test(every_load_is_the_same_without_htinst),
        cmocka_unit_test(only_the_fixed_kvm_extends_the_sign),
        cmocka_unit_test(every_store_hands_the_device_the_same_bytes),
        cmocka_unit_test(interrupts_change_nothing_but_hvip),
        cmocka_unit_test(interrupts_change_nothing_but_hvip_on_the_page),
        cmocka_unit_test(a_fault_in_memory_leaves_the_guest_where_it_was),
        cmocka_unit_test(a_wait_is_stepped_over_by_every_model_that_lets_it_exit),
        cmocka_unit_test(common_sbi_calls_get_the_same_error_everywhere),
        cmocka_unit_test(page_and_frame_agree),
        cmocka_unit_test(the_monitors_encodings_carry_a_load_through_every_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
