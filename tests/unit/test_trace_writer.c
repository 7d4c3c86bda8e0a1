/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_trace_writer.c — the writer writes whole traces or none. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "trace_fixture.h"

static void an_abandoned_trace_leaves_nothing(void **unused)
{
    struct fixture fix = fixture_make("a.cvmt.jsonl.zst");
    struct trace_header header = header_make();
    struct trace_writer *writer = trace_create(fix.path, &header, NULL);

    (void)unused;
    assert_non_null(writer);
    trace_abandon(writer);
    assert_int_equal(files_count(&fix), 0);
    fixture_check(&fix);
}

/* A trace of one event at this time. */
static void trace_make(const char *path, uint64_t t)
{
    struct trace_header header = header_make();
    struct trace_event event = {.type = TRACE_EXIT, .t = t};
    struct trace_writer *writer = trace_create(path, &header, NULL);

    assert_non_null(writer);
    assert_int_equal(trace_write(writer, &event, NULL), STATUS_OK);
    assert_int_equal(trace_commit(writer, NULL), STATUS_OK);
}

/* Of the first event. */
static uint64_t trace_time(const char *path)
{
    struct trace_source *source = jsonl_open(path, NULL);
    const struct trace_event *event;
    uint64_t t;

    assert_non_null(source);
    assert_int_equal(source->ops->next(source, &event, NULL), STATUS_OK);
    t = event->t;
    source->ops->close(source);
    return t;
}

static void the_old_file_stays_until_the_new_one_is_complete(void **unused)
{
    struct fixture fix = fixture_make("a.cvmt.jsonl");
    struct trace_event event = {.type = TRACE_EXIT, .t = 2};
    struct trace_header header = header_make();
    struct trace_writer *writer;

    (void)unused;
    trace_make(fix.path, 1);
    writer = trace_create(fix.path, &header, NULL);
    assert_non_null(writer);
    assert_int_equal(trace_write(writer, &event, NULL), STATUS_OK);
    assert_int_equal(trace_time(fix.path), 1);
    assert_int_equal(trace_commit(writer, NULL), STATUS_OK);
    assert_int_equal(trace_time(fix.path), 2);
    assert_int_equal(files_count(&fix), 1);
    fixture_check(&fix);
}

static void a_full_disk_is_reported(void **unused)
{
    struct trace_header header = header_make();
    struct diagnostic diag = {{0}};
    struct trace_writer *writer = trace_create("/dev/full", &header, &diag);

    (void)unused;
    assert_non_null(writer);
    assert_int_equal(trace_commit(writer, &diag), STATUS_IO);
    assert_string_equal(diag.text, "/dev/full: cannot write: No space left on device");
}

static void a_folder_that_does_not_exist_is_reported(void **unused)
{
    struct trace_header header = header_make();
    struct diagnostic diag = {{0}};

    (void)unused;
    assert_null(trace_create("/nonexistent/a.cvmt.jsonl", &header, &diag));
    assert_string_equal(diag.text,
                        "/nonexistent/a.cvmt.jsonl: cannot create: No such file or directory");
}

/* An event that no reader would take is refused, the writer is then of no use, and nothing is left.
 */
static void event_refused_check(struct trace_event bad, const char *why)
{
    struct fixture fix = fixture_make("a.cvmt.jsonl");
    struct trace_header header = header_make();
    struct trace_event first = {.type = TRACE_EXIT, .t = 10};
    struct diagnostic diag = {{0}};
    struct trace_writer *writer = trace_create(fix.path, &header, &diag);

    assert_non_null(writer);
    assert_int_equal(trace_write(writer, &first, &diag), STATUS_OK);
    assert_int_equal(trace_write(writer, &bad, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, why));
    assert_int_equal(trace_write(writer, &bad, &diag), STATUS_BAD_STATE);
    assert_int_equal(trace_commit(writer, &diag), STATUS_BAD_STATE);
    assert_int_equal(files_count(&fix), 0);
    fixture_check(&fix);
}

static void an_event_that_no_reader_takes_is_refused(void **unused)
{
    static char long_text[2 * TRACE_LINE_BYTES];

    (void)unused;
    memset(long_text, '\x01', sizeof long_text - 1);
    event_refused_check((struct trace_event){.n = 2, .t = 10}, "n does not follow");
    event_refused_check((struct trace_event){.n = 1, .t = 9}, "t goes back");
    event_refused_check((struct trace_event){.n = 1, .t = 10, .cpu = VCPUS}, "vcpus");
    event_refused_check((struct trace_event){.n = 1, .t = UINT64_MAX}, "2^53");
    event_refused_check((struct trace_event){.n = 1, .t = 10, .x[1] = 1},
                        "registers are not known");
    event_refused_check((struct trace_event){.n = 1, .t = 10, .known = TRACE_KNOWS_GPR, .x[0] = 1},
                        "x0");
    event_refused_check((struct trace_event){.n = 1, .t = 10, .known = TRACE_VS_LIVE}, "live");
    event_refused_check((struct trace_event){.n = 1, .t = 10, .pc = 4}, "pc is not known");
    event_refused_check((struct trace_event){.n = 1, .t = 10, .trap.stval = 4},
                        "trap values are not known");
    event_refused_check((struct trace_event){.n = 1, .t = 10, .insn = 4},
                        "instruction is not known");
    event_refused_check((struct trace_event){.n = 1, .t = 10, .vmm_reason = 4}, "has a reason");
    event_refused_check(
        (struct trace_event){.type = TRACE_RESUME, .n = 1, .t = 10, .known = TRACE_KNOWS_TRAP},
        "no exit");
    event_refused_check(
        (struct trace_event){.type = TRACE_RESUME, .n = 1, .t = 10, .trap.scause = 8}, "no exit");
    event_refused_check((struct trace_event){.type = TRACE_VMM, .n = 1, .t = 10, .vmm_errno = 1},
                        "errno");
    event_refused_check((struct trace_event){.type = TRACE_NOTE, .n = 1, .t = 10}, "no text");
    event_refused_check((struct trace_event){.type = TRACE_NOTE, .n = 1, .t = 10, .text = "\xff"},
                        "no text in UTF-8");
    event_refused_check(
        (struct trace_event){.type = TRACE_NOTE, .n = 1, .t = 10, .text = long_text},
        "does not fit");
    event_refused_check((struct trace_event){.type = TRACE_EXIT, .n = 1, .t = 10, .text = "x"},
                        "no note");
    event_refused_check((struct trace_event){.type = (enum trace_event_type)9, .n = 1, .t = 10},
                        "unknown event type");
}

static void a_header_that_no_reader_takes_is_refused(void **unused)
{
    struct trace_header header = header_make();
    struct diagnostic diag = {{0}};

    (void)unused;
    header.hvip_allow = 1;
    assert_null(trace_create("/nonexistent/never.cvmt.jsonl", &header, &diag));
    assert_non_null(strstr(diag.text, "interrupts other than"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_abandoned_trace_leaves_nothing),
        cmocka_unit_test(the_old_file_stays_until_the_new_one_is_complete),
        cmocka_unit_test(a_full_disk_is_reported),
        cmocka_unit_test(a_folder_that_does_not_exist_is_reported),
        cmocka_unit_test(an_event_that_no_reader_takes_is_refused),
        cmocka_unit_test(a_header_that_no_reader_takes_is_refused),
    };

    return cmocka_run_group_tests_name("trace_writer", tests, NULL, NULL);
}
