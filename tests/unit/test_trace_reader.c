/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_trace_reader.c — trace_open finds out what a file is by what is in it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/trace.h"

#define FIXTURES CVMLAB_SOURCE_DIR "/tests/fixtures/trace/"

enum { PATH_BYTES = 128, RECORD_BYTES = 592 };

struct fixture {
    char folder[PATH_BYTES];
    char path[2 * PATH_BYTES];
};

/* A file of this name with these bytes. */
static struct fixture fixture_make(const char *file, const void *bytes, size_t size)
{
    struct fixture fix = {.folder = P_tmpdir "/cvmlab-test-XXXXXX"};
    FILE *stream;

    assert_non_null(mkdtemp(fix.folder));
    (void)snprintf(fix.path, sizeof fix.path, "%s/%s", fix.folder, file);
    stream = fopen(fix.path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, size, stream), size);
    assert_int_equal(fclose(stream), 0);
    return fix;
}

static void fixture_end(const struct fixture *fix)
{
    assert_int_equal(unlink(fix->path), 0);
    assert_int_equal(rmdir(fix->folder), 0);
}

static void refusal_check(const char *path, const char *expected)
{
    struct diagnostic diag = {{0}};

    assert_null(trace_open(path, &diag));
    assert_int_equal(strncmp(diag.text, path, strlen(path)), 0);
    assert_string_equal(diag.text + strlen(path), expected);
}

static void file_refusal_check(const char *file, const void *bytes, size_t size,
                               const char *expected)
{
    struct fixture fix = fixture_make(file, bytes, size);

    refusal_check(fix.path, expected);
    fixture_end(&fix);
}

static unsigned events_count(const char *path)
{
    struct diagnostic diag = {{0}};
    struct trace_reader *reader = trace_open(path, &diag);
    const struct trace_event *event;
    unsigned count = 0;
    enum status st;

    if (!reader)
        fail_msg("%s", diag.text);
    assert_string_equal(trace_header(reader)->guest_name, "hello.elf");
    while ((st = trace_next(reader, &event, &diag)) == STATUS_OK)
        count++;
    assert_int_equal(st, STATUS_END);
    trace_close(reader);
    return count;
}

static void a_trace_is_known_by_its_content(void **unused)
{
    (void)unused;
    assert_int_equal(events_count(FIXTURES "good/every-type.cvmt.jsonl"), 6);
    assert_int_equal(events_count(FIXTURES "good/compressed.cvmt.jsonl.zst"), 6);
}

static void what_is_no_file_is_refused(void **unused)
{
    (void)unused;
    refusal_check("/nonexistent.cvmt.jsonl", ": cannot open: No such file or directory");
    refusal_check(CVMLAB_SOURCE_DIR, ": is a directory; expected a file");
    refusal_check("/dev/null", ": file is empty; expected a trace");
}

static void a_file_that_must_not_be_read_is_refused(void **unused)
{
    struct fixture fix = fixture_make("a.cvmt.jsonl", "{", 1);

    (void)unused;
    if (geteuid() == 0) { /* root reads everything */
        fixture_end(&fix);
        skip();
    }
    assert_int_equal(chmod(fix.path, 0), 0);
    refusal_check(fix.path, ": cannot open: Permission denied");
    fixture_end(&fix);
}

static void what_is_no_trace_is_refused(void **unused)
{
    static const unsigned char record[RECORD_BYTES + 1] = {7};

    (void)unused;
    file_refusal_check("a.cvmt.jsonl", "", 0, ": file is empty; expected a trace");
    file_refusal_check("a.rec", "", 0, ": file is empty; expected a trace");
    file_refusal_check(
        "a.txt", "hello\n", 6,
        ": not a trace; expected JSON Lines, plain or zstd, or a kvmrec recording, plain or xz");
    file_refusal_check("a.rec", record, RECORD_BYTES + 1,
                       ": size 593 is no multiple of 592: truncated; expected whole records");
    file_refusal_check("a.rec", record, RECORD_BYTES,
                       ": first record is of no known type; expected 0, 1 or 2, little-endian");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trace_is_known_by_its_content),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(a_file_that_must_not_be_read_is_refused),
        cmocka_unit_test(what_is_no_trace_is_refused),
    };

    return cmocka_run_group_tests_name("trace_reader", tests, NULL, NULL);
}
