/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_kvmrec.c — what the importer concludes from the records around an exit, and that
 * nothing is lost. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "import_fixture.h"
#include "trace/export/export.h"
#include "trace/import/kvmrec_window.h"

static const char SLICE[] = CVMLAB_SOURCE_DIR "/tests/fixtures/import/smp2.rec.xz";

enum {
    SLICE_RECORDS = 240,
    MMIO_GPA = 0x10000000,
    LB_A5 = 0x00078783,
    STALE = 0x111,
    LIVE = 0x222
};

static void unpacking_and_packing_gives_the_same_bytes(void **unused)
{
    uint8_t bytes[KVMREC_BYTES], again[KVMREC_BYTES];
    struct kvmrec_record record;

    (void)unused;
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 256 + 1);
    kvmrec_unpack(&record, bytes);
    kvmrec_pack(again, &record);
    assert_memory_equal(bytes, again, sizeof bytes);
}

static void a_record_is_little_endian(void **unused)
{
    uint8_t bytes[KVMREC_BYTES] = {[0] = 2, [8] = 0x34, [9] = 0x12, [28] = 1, [328] = 0x78};
    struct kvmrec_record record;

    (void)unused;
    kvmrec_unpack(&record, bytes);
    assert_int_equal(record.type, KVMREC_USER);
    assert_int_equal(record.ns, 0x1234);
    assert_int_equal(record.vcpu_id, 1);
    assert_int_equal(record.pc, 0x78);
}

static void each_record_becomes_one_event_of_its_type(void **unused)
{
    static const enum trace_event_type type[] = {TRACE_RESUME, TRACE_EXIT, TRACE_VMM};
    struct fixture fix = {.count = 0};
    struct trace_event event;

    (void)unused;
    (void)fixture_add_entry(&fix, 0);
    (void)fixture_add_exit(&fix, EXC_LOAD_GUEST_PAGE_FAULT, MMIO_GPA, 0);
    (void)fixture_add_user(&fix, FIXTURE_REASON_MMIO, 0);
    fixture_write(&fix);
    for (unsigned n = 0; n < 3; n++) {
        fixture_read_event(&fix, n, &event);
        assert_int_equal(event.type, type[n]);
        assert_int_equal(event.n, n);
        assert_int_equal(event.line, n + 1);
        assert_int_equal(event.t, (n + 1) * FIXTURE_TIME_STEP_NS);
    }
    fixture_end(&fix);
}

static void records_come_in_the_order_of_time_and_equal_times_in_that_of_the_file(void **unused)
{
    static const uint64_t ns[] = {300, 100, 200, 200}, line[] = {2, 3, 4, 1};
    struct fixture fix = {.count = 0};
    struct trace_event event;

    (void)unused;
    for (unsigned i = 0; i < 4; i++) {
        struct kvmrec_record *record = fixture_add_entry(&fix, 0);

        record->ns = ns[i];
        record->vcpu_id = i;
    }
    fixture_write(&fix);
    for (unsigned n = 0; n < 4; n++) {
        fixture_read_event(&fix, n, &event);
        assert_int_equal(event.line, line[n]);
    }
    fixture_end(&fix);
}

/* Entry, exit, return to user space, entry; the vs* CSRs are saved in between. */
static void add_mmio_exit(struct fixture *fix)
{
    fixture_add_entry(fix, 0)->csr[TCSR_VSEPC] = STALE;
    (void)fixture_add_exit(fix, EXC_LOAD_GUEST_PAGE_FAULT, MMIO_GPA, 0);
    fixture_add_user(fix, FIXTURE_REASON_MMIO, 0)->csr[TCSR_VSEPC] = LIVE;
    (void)fixture_add_entry(fix, 4);
}

static void an_exit_to_user_space_has_the_csrs_that_were_saved_then(void **unused)
{
    struct fixture fix = {.count = 0};
    struct trace_event event;

    (void)unused;
    add_mmio_exit(&fix);
    fixture_write(&fix);
    fixture_read_event(&fix, 0, &event);
    assert_false(event.known & TRACE_VS_LIVE);
    for (unsigned n = 1; n < 4; n++) {
        fixture_read_event(&fix, n, &event);
        assert_true(event.known & TRACE_VS_LIVE);
        assert_int_equal(event.csr[TCSR_VSEPC], LIVE);
    }
    fixture_end(&fix);
}

static void an_exit_handled_in_the_kernel_keeps_what_was_recorded(void **unused)
{
    struct fixture fix = {.count = 0};
    struct trace_event event;

    (void)unused;
    fixture_add_entry(&fix, 0)->csr[TCSR_VSEPC] = STALE;
    (void)fixture_add_exit(&fix, EXC_LOAD_GUEST_PAGE_FAULT, MMIO_GPA, 0);
    (void)fixture_add_entry(&fix, 0);
    fixture_write(&fix);
    for (unsigned n = 1; n < 3; n++) {
        fixture_read_event(&fix, n, &event);
        assert_false(event.known & TRACE_VS_LIVE);
        assert_int_equal(event.csr[TCSR_VSEPC], STALE);
    }
    fixture_end(&fix);
}

static void a_trap_that_kvm_redirected_does_not_count_as_saved_at_the_exit(void **unused)
{
    struct fixture fix = {.count = 0};
    struct kvmrec_record *user;
    struct trace_event event;

    (void)unused;
    fixture_add_entry(&fix, 0)->csr[TCSR_VSTVEC] = FIXTURE_PC + 2;
    (void)fixture_add_exit(&fix, EXC_INST_ILLEGAL, 0, 0);
    user = fixture_add_user(&fix, FIXTURE_REASON_INTR, -4);
    user->pc = FIXTURE_PC;
    fixture_write(&fix);
    fixture_read_event(&fix, 1, &event);
    assert_false(event.known & TRACE_VS_LIVE);
    fixture_end(&fix);
}

static void an_exit_without_an_entry_before_keeps_what_was_recorded(void **unused)
{
    struct fixture fix = {.count = 0};
    struct trace_event event;

    (void)unused;
    fixture_add_exit(&fix, EXC_LOAD_GUEST_PAGE_FAULT, MMIO_GPA, 0)->csr[TCSR_VSEPC] = STALE;
    fixture_add_user(&fix, FIXTURE_REASON_MMIO, 0)->csr[TCSR_VSEPC] = LIVE;
    fixture_write(&fix);
    fixture_read_event(&fix, 0, &event);
    assert_false(event.known & TRACE_VS_LIVE);
    assert_int_equal(event.csr[TCSR_VSEPC], STALE);
    fixture_end(&fix);
}

/* Lets KVM have decoded this instruction by the last record. */
static void decode_as(struct fixture *fix, uint64_t insn, int32_t insn_len, int32_t len)
{
    struct kvmrec_record *record = &fix->record[fix->count - 1];

    record->mmio_insn = insn;
    record->mmio_insn_len = insn_len;
    record->mmio_len = len;
}

static void an_instruction_that_kvm_read_from_memory_is_known(void **unused)
{
    struct fixture fix = {.count = 0};
    struct trace_event event;

    (void)unused;
    (void)fixture_add_exit(&fix, EXC_LOAD_GUEST_PAGE_FAULT, MMIO_GPA, 0);
    (void)fixture_add_user(&fix, FIXTURE_REASON_MMIO, 0);
    decode_as(&fix, LB_A5, 4, 1);
    fixture_write(&fix);
    fixture_read_event(&fix, 0, &event);
    assert_true(event.known & TRACE_KNOWS_INSN);
    assert_int_equal(event.insn, LB_A5);
    fixture_end(&fix);
}

static void an_instruction_is_not_known_if_the_hart_gave_a_transformed_one(void **unused)
{
    struct fixture fix = {.count = 0};
    struct trace_event event;

    (void)unused;
    (void)fixture_add_exit(&fix, EXC_LOAD_GUEST_PAGE_FAULT, MMIO_GPA, 0x783);
    (void)fixture_add_user(&fix, FIXTURE_REASON_MMIO, 0);
    decode_as(&fix, 0x783, 4, 1);
    fixture_write(&fix);
    fixture_read_event(&fix, 0, &event);
    assert_false(event.known & TRACE_KNOWS_INSN);
    fixture_end(&fix);
}

static void an_instruction_decoded_for_an_earlier_exit_is_not_taken(void **unused)
{
    struct fixture fix = {.count = 0};
    struct trace_event event;

    (void)unused;
    (void)fixture_add_exit(&fix, EXC_STORE_GUEST_PAGE_FAULT, 0x80000000, 0);
    decode_as(&fix, LB_A5, 4, 1);
    (void)fixture_add_entry(&fix, 0);
    fixture_write(&fix);
    fixture_read_event(&fix, 0, &event);
    assert_false(event.known & TRACE_KNOWS_INSN);
    fixture_end(&fix);
}

/* KVM keeps of c.lw s1,64(a5) only the destination x9; x14 and x15 are the two base registers in
 * question. */
static uint32_t read_compressed_load(uint64_t x14, uint64_t x15, bool *known)
{
    enum { RD_X9 = 9 << 7 };
    struct fixture fix = {.count = 0};
    struct kvmrec_record *exit = fixture_add_exit(&fix, EXC_LOAD_GUEST_PAGE_FAULT, MMIO_GPA, 0);
    struct trace_event event;

    exit->x[14] = x14;
    exit->x[15] = x15;
    (void)fixture_add_user(&fix, FIXTURE_REASON_MMIO, 0);
    decode_as(&fix, RD_X9, 2, 4);
    fixture_write(&fix);
    fixture_read_event(&fix, 0, &event);
    fixture_end(&fix);
    *known = (event.known & TRACE_KNOWS_INSN) != 0;
    return event.insn;
}

static void a_compressed_load_is_rebuilt_from_the_faulting_address(void **unused)
{
    enum { C_LW_S1_64_A5 = 0x43a4, C_LW_S1_64_A4 = 0x4324, REACH = 64 };
    bool known;

    (void)unused;
    assert_int_equal(read_compressed_load(0, MMIO_GPA - REACH, &known), C_LW_S1_64_A5);
    assert_true(known);
    assert_int_equal(read_compressed_load(MMIO_GPA - REACH, MMIO_GPA - REACH, &known),
                     C_LW_S1_64_A4);
    assert_true(known);
    (void)read_compressed_load(MMIO_GPA, MMIO_GPA - REACH, &known);
    assert_false(known);
    (void)read_compressed_load(0, MMIO_GPA - 2, &known);
    assert_false(known);
}

static void stval_of_a_virtual_instruction_is_the_instruction(void **unused)
{
    enum { WFI = 0x10500073 };
    struct fixture fix = {.count = 0};
    struct trace_event event;

    (void)unused;
    (void)fixture_add_exit(&fix, EXC_VIRTUAL_INST_FAULT, WFI, 0);
    (void)fixture_add_exit(&fix, EXC_VIRTUAL_INST_FAULT, 0, 0);
    fixture_write(&fix);
    fixture_read_event(&fix, 0, &event);
    assert_true(event.known & TRACE_KNOWS_INSN);
    assert_int_equal(event.insn, WFI);
    fixture_read_event(&fix, 1, &event);
    assert_false(event.known & TRACE_KNOWS_INSN);
    fixture_end(&fix);
}

/* Reads a whole recording into an array, sorted by time. */
static size_t slice_read(struct kvmrec_record *record)
{
    struct diagnostic diag = {{0}};
    struct xz_input *in = xz_open(SLICE, &diag);
    struct kvmrec_window *window;
    const struct kvmrec_record *next;
    size_t count = 0;

    assert_non_null(in);
    window = window_create(in);
    assert_non_null(window);
    while (window_advance(window, &next, &diag) == STATUS_OK) {
        assert_true(count < SLICE_RECORDS);
        record[count++] = *next;
    }
    window_free(window);
    xz_close(in);
    return count;
}

static void copy_all(const char *from, const char *to, enum export_format format)
{
    struct diagnostic diag = {{0}};
    struct trace_reader *reader = trace_open(from, &diag);
    struct trace_export *export;
    const struct trace_event *event;

    assert_non_null(reader);
    export = export_create(to, format, trace_header(reader), &diag);
    assert_non_null(export);
    while (trace_next(reader, &event, &diag) == STATUS_OK)
        assert_int_equal(export_write(export, event, &diag), STATUS_OK);
    assert_int_equal(export_commit(export, &diag), STATUS_OK);
    assert_string_equal(diag.text, "");
    trace_close(reader);
}

static void a_recording_survives_import_writing_reading_and_export(void **unused)
{
    static struct kvmrec_record record[SLICE_RECORDS];
    static uint8_t expected[SLICE_RECORDS][KVMREC_BYTES], got[SLICE_RECORDS][KVMREC_BYTES];
    struct fixture trace = {.count = 0}, back = {.count = 0};
    FILE *file;

    (void)unused;
    assert_int_equal(slice_read(record), SLICE_RECORDS);
    for (size_t i = 0; i < SLICE_RECORDS; i++)
        kvmrec_pack(expected[i], &record[i]);
    fixture_write_bytes(&trace, "", 0);
    fixture_write_bytes(&back, "", 0);
    copy_all(SLICE, trace.path, EXPORT_JSONL);
    copy_all(trace.path, back.path, EXPORT_KVMREC);
    file = fopen(back.path, "r");
    assert_non_null(file);
    assert_int_equal(fread(got, sizeof got[0], SLICE_RECORDS, file), SLICE_RECORDS);
    assert_int_equal(fgetc(file), EOF);
    assert_int_equal(fclose(file), 0);
    assert_memory_equal(got, expected, sizeof got);
    fixture_end(&trace);
    fixture_end(&back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unpacking_and_packing_gives_the_same_bytes),
        cmocka_unit_test(a_record_is_little_endian),
        cmocka_unit_test(each_record_becomes_one_event_of_its_type),
        cmocka_unit_test(records_come_in_the_order_of_time_and_equal_times_in_that_of_the_file),
        cmocka_unit_test(an_exit_to_user_space_has_the_csrs_that_were_saved_then),
        cmocka_unit_test(an_exit_handled_in_the_kernel_keeps_what_was_recorded),
        cmocka_unit_test(a_trap_that_kvm_redirected_does_not_count_as_saved_at_the_exit),
        cmocka_unit_test(an_exit_without_an_entry_before_keeps_what_was_recorded),
        cmocka_unit_test(an_instruction_that_kvm_read_from_memory_is_known),
        cmocka_unit_test(an_instruction_is_not_known_if_the_hart_gave_a_transformed_one),
        cmocka_unit_test(an_instruction_decoded_for_an_earlier_exit_is_not_taken),
        cmocka_unit_test(a_compressed_load_is_rebuilt_from_the_faulting_address),
        cmocka_unit_test(stval_of_a_virtual_instruction_is_the_instruction),
        cmocka_unit_test(a_recording_survives_import_writing_reading_and_export),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
