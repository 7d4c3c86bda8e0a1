/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_trace_fixtures.c — the reader against tests/fixtures/trace/: takes what is good,
 * refuses what is bad with one clear line. tests/schema/check_trace_schema.py holds the schema
 * against the same files. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "trace/jsonl/jsonl.h"

#define FIXTURES CVMLAB_SOURCE_DIR "/tests/fixtures/trace/"

enum { PATH_BYTES = 1024 };

/* STATUS_OK if the file is a whole trace. */
static enum status file_parse(const char *path, struct diagnostic *diag)
{
    struct trace_source *source = jsonl_open(path, diag);
    const struct trace_event *event;
    enum status st;

    if (!source)
        return STATUS_BAD_INPUT;
    do
        st = source->ops->next(source, &event, diag);
    while (st == STATUS_OK);
    if (st != STATUS_END) {
        struct diagnostic again = {{0}};

        assert_int_equal(source->ops->next(source, &event, &again), st);
        assert_string_equal(again.text, diag->text);
    }
    source->ops->close(source);
    return st == STATUS_END ? STATUS_OK : st;
}

static void diagnostic_check(const char *path, const struct diagnostic *diag)
{
    assert_int_equal(strncmp(diag->text, path, strlen(path)), 0);
    assert_non_null(strstr(diag->text, "; expected ")); /* what was expected is told */
    assert_null(strchr(diag->text, '\n'));
}

/* How many files of the folder were held against expected. */
static unsigned folder_check(const char *folder, enum status expected)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    unsigned count = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        char path[PATH_BYTES];
        struct diagnostic diag = {{0}};
        enum status st;

        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, "%s%s", folder, entry->d_name);
        st = file_parse(path, &diag);
        if (st != expected)
            print_error("%s: status %d, %s\n", path, (int)st, diag.text);
        assert_int_equal(st, expected);
        if (st != STATUS_OK)
            diagnostic_check(path, &diag);
        count++;
    }
    (void)closedir(dir);
    return count;
}

static void every_good_trace_is_read_to_its_end(void **unused)
{
    (void)unused;
    assert_true(folder_check(FIXTURES "good/", STATUS_OK) > 0);
}

static void every_trace_with_a_bad_line_is_refused(void **unused)
{
    (void)unused;
    assert_true(folder_check(FIXTURES "bad-line/", STATUS_BAD_INPUT) > 0);
}

static void every_trace_with_bad_bytes_or_order_is_refused(void **unused)
{
    (void)unused;
    assert_true(folder_check(FIXTURES "bad-file/", STATUS_BAD_INPUT) > 0);
}

static char *file_load(const char *path, size_t *size)
{
    enum { ROOM = 16 * 1024 };
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(ROOM);

    assert_non_null(file);
    assert_non_null(bytes);
    *size = fread(bytes, 1, ROOM, file);
    (void)fclose(file);
    return bytes;
}

/* Whatever is missing at the end, the rest is either a shorter trace or refused with a line. */
static void prefixes_check(const char *path)
{
    size_t size;
    char *bytes = file_load(path, &size);

    for (size_t cut = 0; cut < size; cut++) {
        struct diagnostic diag = {{0}};
        char *part = malloc(cut + 1); /* its own block: a sanitizer sees a read behind it */
        enum status st;

        assert_non_null(part);
        memcpy(part, bytes, cut);
        st = trace_parse_buffer(part, cut, "cut", &diag);
        if (st == STATUS_OK)
            assert_true(cut > 0 && (part[cut - 1] == '\n' || part[0] != '{'));
        else
            diagnostic_check("cut", &diag);
        free(part);
    }
    assert_int_equal(trace_parse_buffer(bytes, size, "whole", NULL), STATUS_OK);
    free(bytes);
}

static void a_plain_trace_cut_anywhere_is_refused_or_ends_with_a_line(void **unused)
{
    (void)unused;
    prefixes_check(FIXTURES "good/every-type.cvmt.jsonl");
}

static void a_compressed_trace_cut_anywhere_inside_its_frame_is_refused(void **unused)
{
    (void)unused;
    prefixes_check(FIXTURES "good/compressed.cvmt.jsonl.zst");
}

/* Some bits of a frame change nothing (a wider window, unused bits of a table): then the text is
 * the same. */
static void plain_text_check(const char *bytes, size_t size, const char *expected,
                             size_t expected_size)
{
    enum { ROOM = 64 * 1024 };
    char *plain = malloc(ROOM);

    assert_non_null(plain);
    assert_int_equal(ZSTD_decompress(plain, ROOM, bytes, size), expected_size);
    assert_memory_equal(plain, expected, expected_size);
    free(plain);
}

static void a_changed_byte_of_a_compressed_trace_is_noticed(void **unused)
{
    size_t size, plain_size;
    char *bytes = file_load(FIXTURES "good/compressed.cvmt.jsonl.zst", &size);
    char *plain = file_load(FIXTURES "good/every-type.cvmt.jsonl", &plain_size);
    unsigned noticed = 0;

    (void)unused;
    for (size_t i = 0; i < size; i++) {
        struct diagnostic diag = {{0}};

        bytes[i] ^= 1;
        if (trace_parse_buffer(bytes, size, "changed", &diag) == STATUS_OK) {
            plain_text_check(bytes, size, plain, plain_size);
        } else {
            diagnostic_check("changed", &diag);
            noticed++;
        }
        bytes[i] ^= 1;
    }
    assert_true(noticed + 8 > size);
    free(plain);
    free(bytes);
}

static void a_newer_minor_version_is_read_and_told(void **unused)
{
    struct trace_source *source = jsonl_open(FIXTURES "good/newer-minor.cvmt.jsonl", NULL);

    (void)unused;
    assert_non_null(source);
    assert_int_equal(source->ops->header(source)->minor, 7);
    source->ops->close(source);
}

static void a_column_points_at_the_wrong_digit(void **unused)
{
    struct diagnostic diag = {{0}};

    (void)unused;
    assert_int_equal(file_parse(FIXTURES "bad-line/unknown-cause.cvmt.jsonl", &diag),
                     STATUS_BAD_INPUT);
    assert_non_null(
        strstr(diag.text, ".jsonl:2:10: unknown cause; expected ")); /* {"cause": is 9 bytes */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_good_trace_is_read_to_its_end),
        cmocka_unit_test(every_trace_with_a_bad_line_is_refused),
        cmocka_unit_test(every_trace_with_bad_bytes_or_order_is_refused),
        cmocka_unit_test(a_plain_trace_cut_anywhere_is_refused_or_ends_with_a_line),
        cmocka_unit_test(a_compressed_trace_cut_anywhere_inside_its_frame_is_refused),
        cmocka_unit_test(a_changed_byte_of_a_compressed_trace_is_noticed),
        cmocka_unit_test(a_newer_minor_version_is_read_and_told),
        cmocka_unit_test(a_column_points_at_the_wrong_digit),
    };

    return cmocka_run_group_tests_name("trace_fixtures", tests, NULL, NULL);
}
