/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_spec.c — what the shipped profiles say, after inheritance. Errors are in
 * test_spec_errors.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spec/compare.h"
#include "spec/spec.h"

static struct exposure *profile_load(const char *name)
{
    struct exposure *spec = malloc(sizeof *spec);
    struct diagnostic diag = {""};

    assert_non_null(spec);
    if (spec_load(name, spec, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
    return spec;
}

/* The readable item of this slot, or NULL. */
static const struct expose_item *read_at(const struct exposure *spec, unsigned row, unsigned slot)
{
    for (unsigned i = 0; i < spec->row[row].read_count; i++)
        if (spec->reads[spec->row[row].first_read + i].slot == slot)
            return &spec->reads[spec->row[row].first_read + i];
    return NULL;
}

static const struct accept_item *write_at(const struct exposure *spec, unsigned row,
                                          unsigned target)
{
    for (unsigned i = 0; i < spec->row[row].write_count; i++)
        if (spec->writes[spec->row[row].first_write + i].target == target)
            return &spec->writes[spec->row[row].first_write + i];
    return NULL;
}

static const struct sbi_call *call_at(const struct exposure *spec, int32_t eid, int32_t fid)
{
    for (unsigned i = 0; i < spec->call_count; i++)
        if (spec->call[i].eid == eid && spec->call[i].fid == fid)
            return &spec->call[i];
    return NULL;
}

static void difference_count(void *context, const struct difference *difference)
{
    (void)difference;
    ++*(unsigned *)context;
}

static void assert_same_table(const struct exposure *a, const struct exposure *b)
{
    unsigned differences = 0;

    spec_compare(a, b, difference_count, &differences);
    assert_int_equal(differences, 0);
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->read_count, b->read_count);
    assert_int_equal(a->write_count, b->write_count);
    assert_int_equal(a->call_count, b->call_count);
}

static void every_built_in_profile_loads_under_its_own_name(void **unused)
{
    unsigned count = 0;

    (void)unused;
    for (const char *name; (name = spec_builtin_name(count)); count++) {
        struct exposure *spec = profile_load(name);

        assert_string_equal(spec->name, name);
        free(spec);
    }
    assert_int_equal(count, 6);
}

static void profiles_load_from_any_folder(void **unused)
{
    char here[1024];

    (void)unused;
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir("/"), 0);
    free(profile_load("legacy-open"));
    assert_int_equal(chdir(here), 0);
}

static void the_file_of_a_profile_gives_the_same_table_as_the_built_in_copy(void **unused)
{
    static const char folder[] = CVMLAB_SOURCE_DIR "/specs/exposure/";

    (void)unused;
    for (unsigned i = 0; spec_builtin_name(i); i++) {
        char path[1024] = "";
        struct exposure *inside, *file;

        strcat(strcat(strcat(path, folder), spec_builtin_name(i)), ".json");
        inside = profile_load(spec_builtin_name(i));
        file = profile_load(path);
        assert_same_table(inside, file);
        free(inside);
        free(file);
    }
}

static void the_constants_of_the_monitor_are_the_profile_strict(void **unused)
{
    struct exposure *spec = profile_load("strict");

    (void)unused;
    assert_same_table(spec, &exposure_strict);
    free(spec);
}

static void calls_are_sorted_and_unique_in_every_profile(void **unused)
{
    (void)unused;
    for (unsigned p = 0; spec_builtin_name(p); p++) {
        struct exposure *spec = profile_load(spec_builtin_name(p));

        for (unsigned i = 1; i < spec->call_count; i++) {
            const struct sbi_call *a = &spec->call[i - 1], *b = &spec->call[i];

            assert_true(a->eid < b->eid || (a->eid == b->eid && a->fid < b->fid));
        }
        free(spec);
    }
}

/* Secrets that no hypervisor needs: pc, mode, page table, handler addresses, floating point. */
static bool item_is_secret(unsigned source)
{
    switch (source) {
    case ITEM_VSIE:
    case ITEM_VSTIMECMP:
    case ITEM_HTIMEDELTA:
        return false;
    case ITEM_PC:
    case ITEM_MODE:
    case ITEM_FP:
    case ITEM_VECTOR:
        return true;
    default:
        return source >= ITEM_VSSTATUS && source < ITEM_SLOT_COUNT;
    }
}

static unsigned secrets_shown(const struct exposure *spec)
{
    unsigned count = 0;

    for (unsigned row = 0; row < ROW_COUNT; row++)
        for (unsigned i = 0; i < spec->row[row].read_count; i++)
            count += item_is_secret(spec->reads[spec->row[row].first_read + i].source);
    return count;
}

static void only_the_negative_control_shows_pc_mode_guest_csrs_or_floating_point(void **unused)
{
    (void)unused;
    for (unsigned p = 0; spec_builtin_name(p); p++) {
        struct exposure *spec = profile_load(spec_builtin_name(p));

        if (strcmp(spec->name, "legacy-open") == 0)
            assert_true(secrets_shown(spec) > 100);
        else
            assert_int_equal(secrets_shown(spec), 0);
        free(spec);
    }
}

static void rows_inside_the_monitor_show_nothing_and_take_nothing(void **unused)
{
    (void)unused;
    for (unsigned p = 0; spec_builtin_name(p); p++) {
        struct exposure *spec = profile_load(spec_builtin_name(p));

        for (unsigned row = 0; row < ROW_COUNT; row++)
            if (spec->row[row].route != ROUTE_HOST)
                assert_int_equal(spec->row[row].read_count + spec->row[row].write_count, 0);
        free(spec);
    }
}

static void every_row_that_the_host_sees_has_the_cause_and_hvip_if_it_resumes(void **unused)
{
    struct exposure *spec = profile_load("strict");

    (void)unused;
    for (unsigned row = 0; row < ROW_COUNT; row++) {
        bool final = row == ROW_EXC_DBL || row == ROW_EXC_UNK || row == ROW_LIFE_STOP;

        if (spec->row[row].route != ROUTE_HOST)
            continue;
        assert_non_null(read_at(spec, row, ITEM_SCAUSE));
        assert_non_null(read_at(spec, row, ITEM_VSTIMECMP));
        assert_non_null(read_at(spec, row, ITEM_VSIE));
        assert_non_null(read_at(spec, row, ITEM_HTIMEDELTA));
        assert_int_equal(write_at(spec, row, ITEM_HVIP) != NULL, !final);
        if (!final)
            assert_int_equal(write_at(spec, row, ITEM_HVIP)->mask, 0x444);
    }
    free(spec);
}

static void a_device_store_shows_the_data_in_a0_cut_to_its_width(void **unused)
{
    struct exposure *spec = profile_load("strict");
    const struct expose_item *data = read_at(spec, ROW_MMIO_S, ITEM_A0);
    const struct expose_item *insn = read_at(spec, ROW_MMIO_S, ITEM_HTINST);

    (void)unused;
    assert_non_null(data);
    assert_int_equal(data->source, ITEM_RS2);
    assert_int_equal(data->narrow, NARROW_WIDTH);
    assert_int_equal(insn->source, ITEM_HTINST_A0);
    assert_int_equal(read_at(spec, ROW_MMIO_S, ITEM_STVAL)->mask, 3);
    assert_int_equal(spec->row[ROW_MMIO_S].read_count, 8);
    assert_int_equal(spec->row[ROW_MMIO_S].write_count, 1);
    assert_int_equal(spec->row[ROW_MMIO_S].pc, PC_LEN);
    free(spec);
}

static void a_device_load_answers_in_a0_and_ends_in_rd(void **unused)
{
    struct exposure *spec = profile_load("strict");
    const struct accept_item *answer = write_at(spec, ROW_MMIO_L, ITEM_RD);

    (void)unused;
    assert_non_null(answer);
    assert_int_equal(answer->slot, ITEM_A0);
    assert_int_equal(answer->narrow, NARROW_WIDTH);
    assert_null(read_at(spec, ROW_MMIO_L, ITEM_A0));
    free(spec);
}

static void a_memory_fault_shows_the_page_and_no_offset(void **unused)
{
    static const unsigned rows[] = {ROW_GPF_X_RAM, ROW_GPF_L_RAM, ROW_GPF_S_RAM, ROW_GPF_PT};
    struct exposure *spec = profile_load("strict");

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(read_at(spec, rows[i], ITEM_HTVAL)->mask == ~(uint64_t)0x3ff);
        assert_null(read_at(spec, rows[i], ITEM_STVAL));
        assert_null(read_at(spec, rows[i], ITEM_HTINST));
        assert_int_equal(spec->row[rows[i]].pc, PC_SAME);
    }
    free(spec);
}

static void call_numbers_keep_their_sign(void **unused)
{
    struct exposure *spec = profile_load("strict");
    const struct expose_item *eid = read_at(spec, ROW_SBI_STD, ITEM_A7);

    (void)unused;
    assert_int_equal(eid->narrow, NARROW_CANON32);
    assert_true(eid->mask == UINT64_MAX);
    assert_null(read_at(spec, ROW_SBI_LEG, ITEM_A6));
    free(spec);
}

static void a_hart_start_shows_the_hart_and_hides_entry_and_argument(void **unused)
{
    struct exposure *spec = profile_load("strict");
    const struct sbi_call *start = call_at(spec, 0x48534D, 0);

    (void)unused;
    assert_int_equal(start->row, ROW_SBI_HSM_START);
    assert_int_equal(start->arg_count, 3);
    assert_int_equal(start->expose, 1);
    free(spec);
}

static void strict_shows_one_byte_of_a_legacy_putchar(void **unused)
{
    struct exposure *spec = profile_load("strict");
    const struct sbi_call *putchar_call = call_at(spec, 1, SBI_FID_ANY);

    (void)unused;
    assert_int_equal(putchar_call->type[0], SBI_U8);
    assert_int_equal(call_at(spec, 4, SBI_FID_ANY)->type[0], SBI_GVA);
    assert_int_equal(call_at(spec, 4, SBI_FID_ANY)->expose, 0);
    assert_null(call_at(spec, 0x12345, 0));
    free(spec);
}

static void a_rows_own_item_takes_the_place_of_the_always_set(void **unused)
{
    struct exposure *spec = profile_load("ace");
    const struct expose_item *cause = read_at(spec, ROW_INT_STI, ITEM_SCAUSE);

    (void)unused;
    assert_true(cause->mask == (uint64_t)1 << 63);
    assert_true(read_at(spec, ROW_MMIO_L, ITEM_SCAUSE)->mask == UINT64_MAX);
    assert_null(read_at(spec, ROW_MMIO_L, ITEM_HTIMEDELTA));
    free(spec);
}

static void a_child_keeps_the_rows_that_it_does_not_name(void **unused)
{
    struct exposure *strict = profile_load("strict"), *cove = profile_load("cove");

    (void)unused;
    assert_int_equal(read_at(cove, ROW_VI_WFI, ITEM_HTINST)->source, ITEM_INSN);
    assert_null(read_at(strict, ROW_VI_WFI, ITEM_HTINST));
    assert_int_equal(cove->row[ROW_GPF_L_RAM].read_count, strict->row[ROW_GPF_L_RAM].read_count);
    free(strict);
    free(cove);
}

static void names_and_numbers_of_items_agree(void **unused)
{
    (void)unused;
    for (unsigned item = 0; item < ITEM_COUNT; item++)
        assert_int_equal(item_by_name(item_name(item)), item);
    for (unsigned row = 0; row < ROW_COUNT; row++)
        assert_int_equal(row_by_name(row_id_name(row)), row);
    assert_int_equal(item_by_name("x10"), ITEM_A0);
    assert_int_equal(item_by_name("x31"), ITEM_X31);
    assert_int_equal(item_by_name("x32"), -1);
    assert_int_equal(item_by_name("x100"), -1);
    assert_int_equal(item_by_name("x"), -1);
    assert_int_equal(item_by_name(""), -1);
    assert_null(item_name(ITEM_COUNT));
    assert_null(row_id_name(ROW_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_built_in_profile_loads_under_its_own_name),
        cmocka_unit_test(profiles_load_from_any_folder),
        cmocka_unit_test(the_file_of_a_profile_gives_the_same_table_as_the_built_in_copy),
        cmocka_unit_test(the_constants_of_the_monitor_are_the_profile_strict),
        cmocka_unit_test(calls_are_sorted_and_unique_in_every_profile),
        cmocka_unit_test(only_the_negative_control_shows_pc_mode_guest_csrs_or_floating_point),
        cmocka_unit_test(rows_inside_the_monitor_show_nothing_and_take_nothing),
        cmocka_unit_test(every_row_that_the_host_sees_has_the_cause_and_hvip_if_it_resumes),
        cmocka_unit_test(a_device_store_shows_the_data_in_a0_cut_to_its_width),
        cmocka_unit_test(a_device_load_answers_in_a0_and_ends_in_rd),
        cmocka_unit_test(a_memory_fault_shows_the_page_and_no_offset),
        cmocka_unit_test(call_numbers_keep_their_sign),
        cmocka_unit_test(a_hart_start_shows_the_hart_and_hides_entry_and_argument),
        cmocka_unit_test(strict_shows_one_byte_of_a_legacy_putchar),
        cmocka_unit_test(a_rows_own_item_takes_the_place_of_the_always_set),
        cmocka_unit_test(a_child_keeps_the_rows_that_it_does_not_name),
        cmocka_unit_test(names_and_numbers_of_items_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
