/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_spec_errors.c — bad profiles: each gives one line that says where and what. All
 * kinds of errors are also in tests/fixtures/spec/, where tests/schema/check_schema.py holds them
 * against the schema. */
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

#include "base/document.h"
#include "spec/spec.h"

#define FIXTURES CVMLAB_SOURCE_DIR "/tests/fixtures/spec/"

static struct exposure table; /* too large for the stack */

/* The message of a rejected file, without its folder. */
static void expect_rejected(const char *path, const char *message)
{
    struct diagnostic diag = {""};
    const char *slash;

    assert_int_equal(spec_load(path, &table, &diag), STATUS_BAD_INPUT);
    slash = strchr(diag.text, ' ');
    assert_non_null(slash);
    while (slash > diag.text && *slash != '/')
        slash--;
    assert_string_equal(*slash == '/' ? slash + 1 : diag.text, message);
}

static void expect_text_rejected(const char *text, const char *message)
{
    struct diagnostic diag = {""};

    assert_int_equal(spec_parse(text, strlen(text), "t", &table, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, message);
}

static void an_unknown_register_is_named_with_line_and_column(void **unused)
{
    (void)unused;
    expect_rejected(
        FIXTURES "schema/item-unknown.json",
        "item-unknown.json:17:19: unknown item \"hvatl\"; expected a register, a CSR or "
        "a derived item");
}

static void a_missing_row_is_named(void **unused)
{
    (void)unused;
    expect_rejected(FIXTURES "semantic/row-missing.json",
                    "row-missing.json:1:1: row INT.SSI is missing; expected every row, here or in "
                    "a parent");
}

static void a_row_given_twice_is_named_where_it_comes_again(void **unused)
{
    (void)unused;
    expect_rejected(FIXTURES "semantic/row-twice.json",
                    "row-twice.json:26:5: row MMIO.S is given twice; expected each row once");
}

static void overlapping_masks_of_a_slot_are_refused(void **unused)
{
    (void)unused;
    expect_rejected(FIXTURES "semantic/masks-overlap.json",
                    "masks-overlap.json:20:9: MMIO.S: slot htval is given twice, with overlapping "
                    "masks; expected each slot once");
}

static void a_profile_that_inherits_from_itself_is_refused(void **unused)
{
    (void)unused;
    expect_rejected(FIXTURES "semantic/cycle-a.json",
                    "cycle-b.json:5:15: profile cycle: inheriting \"cycle-a\" leads back to "
                    "itself; expected a chain that ends");
    expect_rejected(FIXTURES "semantic/cycle-self.json",
                    "cycle-self.json:5:15: profile cycle: inheriting \"cycle-self\" leads back to "
                    "itself; expected a chain that ends");
}

static void a_key_given_twice_is_refused(void **unused)
{
    (void)unused;
    expect_rejected(FIXTURES "schema/duplicate-key.json",
                    "duplicate-key.json:5:8: duplicate object key near '\"name\"'; expected a JSON "
                    "object");
}

static void an_empty_file_a_folder_and_a_missing_file_are_refused(void **unused)
{
    (void)unused;
    expect_rejected(FIXTURES "schema/empty-file.json",
                    "empty-file.json:1:1: the file is empty; expected a JSON object");
    expect_rejected(FIXTURES "valid", "valid: not a regular file; expected a JSON file");
    expect_rejected(
        FIXTURES "no-such.json",
        "no-such.json: cannot be opened: No such file or directory; expected a readable "
        "JSON file");
    expect_rejected("/dev/null", "null: not a regular file; expected a JSON file");
}

static void a_file_without_read_permission_is_refused(void **unused)
{
    char path[] = "/tmp/cvmlab-spec-XXXXXX";
    char json[64];
    int fd = mkstemp(path);
    struct diagnostic diag = {""};

    (void)unused;
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    (void)snprintf(json, sizeof json, "%s.json", path);
    assert_int_equal(rename(path, json), 0);
    assert_int_equal(chmod(json, 0), 0);
    /* The superuser reads it all the same, and finds it empty: refused either way. */
    assert_int_equal(spec_load(json, &table, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, geteuid() == 0 ? "is empty" : "cannot be opened"));
    assert_int_equal(unlink(json), 0);
}

static void a_pipe_without_a_writer_does_not_hang(void **unused)
{
    char folder[] = "/tmp/cvmlab-spec-XXXXXX";
    char path[64];
    struct diagnostic diag = {""};

    (void)unused;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/pipe.json", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(spec_load(path, &table, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "not a regular file"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void a_name_that_is_no_profile_lists_those_there_are(void **unused)
{
    struct diagnostic diag = {""};

    (void)unused;
    assert_int_equal(spec_load("strct", &table, &diag), STATUS_BAD_INPUT);
    assert_string_equal(
        diag.text, "profile: unknown profile \"strct\"; expected ace, cove, kvm-min, legacy-open, "
                   "salus or strict, or a path with '/' or .json");
    assert_int_equal(spec_load("", &table, &diag), STATUS_BAD_INPUT);
}

static void a_name_longer_than_any_path_is_refused(void **unused)
{
    char name[5000];
    struct diagnostic diag = {""};

    (void)unused;
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(spec_load(name, &table, &diag), STATUS_BAD_INPUT);
    memcpy(name + sizeof name - 6, ".json", 5);
    assert_int_equal(spec_load(name, &table, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, "profile: path is too long; expected less than 1024 bytes");
}

static void a_text_that_is_too_large_is_refused_before_it_is_parsed(void **unused)
{
    size_t size = DOCUMENT_MAX_BYTES + 1;
    char *text = malloc(size);
    struct diagnostic diag = {""};

    (void)unused;
    assert_non_null(text);
    memset(text, '[', size);
    assert_int_equal(spec_parse(text, size, "t", &table, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, "t: the file is too large; expected at most 1048576 bytes");
    /* Nesting as deep as the size allows. */
    assert_int_equal(spec_parse(text, size - 1, "t", &table, &diag), STATUS_BAD_INPUT);
    free(text);
}

static void control_characters_of_the_input_do_not_reach_the_message(void **unused)
{
    (void)unused;
    expect_text_rejected("{\"format\": \"a\\u001b[31m\\nb\"}",
                         "t:1:12: format \"a?[31m?b\" is not known; expected \"cvm-exposure\"");
}

/* Writes level.json, which inherits from the next. */
static void level_write(const char *folder, unsigned level, unsigned last)
{
    char path[128];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/level-%u.json", folder, level);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fprintf(file,
                  "{\"format\": \"cvm-exposure\", \"version\": \"1.0\", \"name\": \"level-%u\",\n"
                  "\"inherits\": \"",
                  level);
    (void)fprintf(file, level == last ? "strict" : "level-%u", level + 1);
    (void)fprintf(file, "\", \"summary\": \"s\", \"rows\": []}\n");
    assert_int_equal(fclose(file), 0);
}

static void parents_beside_the_file_are_found_up_to_a_limit(void **unused)
{
    char folder[] = "/tmp/cvmlab-spec-XXXXXX", path[128];
    struct diagnostic diag = {""};

    (void)unused;
    assert_non_null(mkdtemp(folder));
    for (unsigned level = 1; level <= 8; level++)
        level_write(folder, level, 8);
    (void)snprintf(path, sizeof path, "%s/level-2.json", folder);
    assert_int_equal(spec_load(path, &table, &diag), STATUS_OK);
    assert_string_equal(table.name, "level-2");
    (void)snprintf(path, sizeof path, "%s/level-1.json", folder);
    assert_int_equal(spec_load(path, &table, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "level-8.json:2:13: too many parents; expected at most 7"));
    for (unsigned level = 1; level <= 8; level++) {
        (void)snprintf(path, sizeof path, "%s/level-%u.json", folder, level);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(folder), 0);
}

static char *fixture_text(const char *path, size_t *size)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 4096);

    assert_non_null(file);
    assert_non_null(text);
    *size = fread(text, 1, 4096, file);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void no_beginning_of_a_profile_is_taken_for_a_whole_one(void **unused)
{
    size_t size;
    char *text = fixture_text(FIXTURES "valid/one-row.json", &size);

    (void)unused;
    for (size_t cut = 0; cut + 1 < size; cut++) { /* the last byte is the newline */
        struct diagnostic diag = {""};

        assert_int_equal(spec_parse(text, cut, "t", &table, &diag), STATUS_BAD_INPUT);
        assert_memory_equal(diag.text, "t:", 2);
        assert_null(strchr(diag.text, '\n'));
    }
    free(text);
}

static void a_changed_byte_gives_a_table_or_a_clear_line(void **unused)
{
    size_t size;
    char *text = fixture_text(FIXTURES "valid/one-row.json", &size);

    (void)unused;
    for (size_t i = 0; i < size; i++) {
        struct diagnostic diag = {""};
        char kept = text[i];
        enum status status;

        text[i] = (char)(kept ^ (1 << i % 8));
        status = spec_parse(text, size, "t", &table, &diag);
        assert_true(status == STATUS_OK || status == STATUS_BAD_INPUT);
        assert_int_equal(status == STATUS_OK, diag.text[0] == '\0');
        text[i] = kept;
    }
    free(text);
}

static void a_message_is_optional(void **unused)
{
    (void)unused;
    assert_int_equal(spec_parse("{}", 2, "t", &table, NULL), STATUS_BAD_INPUT);
    assert_int_equal(spec_load("nothing", &table, NULL), STATUS_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_register_is_named_with_line_and_column),
        cmocka_unit_test(a_missing_row_is_named),
        cmocka_unit_test(a_row_given_twice_is_named_where_it_comes_again),
        cmocka_unit_test(overlapping_masks_of_a_slot_are_refused),
        cmocka_unit_test(a_profile_that_inherits_from_itself_is_refused),
        cmocka_unit_test(a_key_given_twice_is_refused),
        cmocka_unit_test(an_empty_file_a_folder_and_a_missing_file_are_refused),
        cmocka_unit_test(a_file_without_read_permission_is_refused),
        cmocka_unit_test(a_pipe_without_a_writer_does_not_hang),
        cmocka_unit_test(a_name_that_is_no_profile_lists_those_there_are),
        cmocka_unit_test(a_name_longer_than_any_path_is_refused),
        cmocka_unit_test(a_text_that_is_too_large_is_refused_before_it_is_parsed),
        cmocka_unit_test(control_characters_of_the_input_do_not_reach_the_message),
        cmocka_unit_test(parents_beside_the_file_are_found_up_to_a_limit),
        cmocka_unit_test(no_beginning_of_a_profile_is_taken_for_a_whole_one),
        cmocka_unit_test(a_changed_byte_gives_a_table_or_a_clear_line),
        cmocka_unit_test(a_message_is_optional),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
