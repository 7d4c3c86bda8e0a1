/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_spec_show.c — what people and programs get to see of a profile: tables,
 * differences, warnings, docs/EXITS.md. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spec/compare.h"
#include "spec/lint.h"
#include "spec/render.h"

static struct spec_profile *profile_open(const char *name)
{
    struct diagnostic diag = {""};
    struct spec_profile *profile = spec_profile_open(name, NULL, &diag);

    if (!profile)
        fail_msg("%s", diag.text);
    return profile;
}

/* Writes a profile that inherits from strict and has this one row; returns its path in path. */
static void profile_write(char *path, size_t size, const char *row)
{
    char name[] = "/tmp/cvmlab-show-XXXXXX";
    int fd = mkstemp(name);
    FILE *file;

    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    (void)snprintf(path, size, "%s.json", name);
    assert_int_equal(rename(name, path), 0);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fprintf(file,
                  "{\"format\": \"cvm-exposure\", \"version\": \"1.0\", \"name\": \"test\",\n"
                  "\"inherits\": \"strict\", \"summary\": \"s\", \"rows\": [\n%s]}\n",
                  row);
    assert_int_equal(fclose(file), 0);
}

#define ROW_TEXT "\"causes\": [], \"when\": \"w\\u001b[2J\", \"why\": \"y|y\", \"source\": \"z\""

static char *table_text(const struct spec_profile *profile)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);

    assert_non_null(to);
    render_table(to, profile, RENDER_PLAIN);
    assert_int_equal(fclose(to), 0);
    return text;
}

static void the_table_of_every_profile_fits_100_columns_and_has_every_row(void **unused)
{
    (void)unused;
    for (unsigned p = 0; spec_builtin_name(p); p++) {
        struct spec_profile *profile = profile_open(spec_builtin_name(p));
        char *text = table_text(profile);

        for (unsigned row = 0; row < ROW_COUNT; row++)
            assert_non_null(strstr(text, row_id_name(row)));
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
            assert_true(strlen(line) <= RENDER_COLUMNS);
            assert_int_not_equal(line[strlen(line) - 1], ' ');
        }
        free(text);
        spec_profile_close(profile);
    }
}

static void an_item_is_written_as_slot_source_narrow_and_mask(void **unused)
{
    const struct expose_item data = {ITEM_RS2, ITEM_A0, NARROW_WIDTH, UINT64_MAX};
    const struct expose_item offset = {ITEM_STVAL, ITEM_STVAL, NARROW_NONE, 3};
    const struct accept_item answer = {ITEM_A0, ITEM_RD, NARROW_WIDTH, UINT64_MAX};
    char text[RENDER_ITEM_BYTES];

    (void)unused;
    assert_string_equal(render_read(&data, text), "a0=rs2:width");
    assert_string_equal(render_read(&offset, text), "stval&0x3");
    assert_string_equal(render_write(&answer, text), "rd=a0:width");
}

static void the_tables_of_the_document_are_those_of_the_profile_strict(void **unused)
{
    static const char begin[] = "<!-- begin: cvmlab spec show strict --format markdown -->\n";
    static const char end[] = "<!-- end -->\n";
    struct spec_profile *profile = profile_open("strict");
    char *document = calloc(1, 1 << 17), *table = NULL, *from, *to;
    size_t size = 0;
    FILE *file = fopen(CVMLAB_SOURCE_DIR "/docs/EXITS.md", "r");
    FILE *memory = open_memstream(&table, &size);

    (void)unused;
    assert_non_null(file);
    assert_non_null(memory);
    assert_non_null(document);
    assert_true(fread(document, 1, (1 << 17) - 1, file) < (1 << 17) - 1);
    assert_int_equal(fclose(file), 0);
    render_markdown(memory, profile);
    assert_int_equal(fclose(memory), 0);
    from = strstr(document, begin);
    assert_non_null(from);
    to = strstr(from, end);
    assert_non_null(to);
    *to = '\0';
    /* Not equal: run the command of the marker again and paste its output. */
    assert_string_equal(from + strlen(begin), table);
    free(document);
    free(table);
    spec_profile_close(profile);
}

static void control_characters_of_a_profile_are_not_printed(void **unused)
{
    char path[64], *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    struct spec_profile *profile;

    (void)unused;
    profile_write(path, sizeof path,
                  "{\"id\": \"INT.SSI\", " ROW_TEXT ", \"route\": \"host\", \"read\": [], "
                  "\"write\": [], \"pc\": \"same\", \"inject\": \"none\"}");
    profile = profile_open(path);
    render_row(to, profile, ROW_INT_SSI);
    render_markdown(to, profile);
    assert_int_equal(fclose(to), 0);
    assert_null(strchr(text, '\033'));
    assert_non_null(strstr(text, "w?[2J"));
    assert_non_null(strstr(text, "| y\\|y |"));
    free(text);
    spec_profile_close(profile);
    assert_int_equal(unlink(path), 0);
}

static void the_json_of_a_profile_has_every_row_and_call(void **unused)
{
    struct spec_profile *profile = profile_open("strict");
    json_t *document = render_json(profile);

    (void)unused;
    assert_non_null(document);
    assert_int_equal(json_array_size(json_object_get(document, "rows")), ROW_COUNT);
    assert_int_equal(json_array_size(json_object_get(document, "calls")),
                     profile->table.call_count);
    json_decref(document);
    spec_profile_close(profile);
}

/* The last warning, and its row. */
struct warnings {
    enum row_id row;
    char text[160];
};

static void warning_keep(void *context, enum row_id row, const char *text)
{
    struct warnings *warnings = context;

    warnings->row = row;
    (void)snprintf(warnings->text, sizeof warnings->text, "%s", text);
}

static void no_shipped_profile_has_a_warning(void **unused)
{
    struct warnings warnings;

    (void)unused;
    for (unsigned p = 0; spec_builtin_name(p); p++) {
        struct spec_profile *profile = profile_open(spec_builtin_name(p));

        assert_int_equal(spec_lint(profile, warning_keep, &warnings), 0);
        spec_profile_close(profile);
    }
}

static void expect_warning(const char *row, enum row_id id, const char *text)
{
    char path[64];
    struct warnings warnings = {ROW_COUNT, ""};
    struct spec_profile *profile;
    const char *file;
    uint64_t line;

    profile_write(path, sizeof path, row);
    profile = profile_open(path);
    assert_int_equal(spec_lint(profile, warning_keep, &warnings), 1);
    assert_int_equal(warnings.row, id);
    assert_non_null(strstr(warnings.text, text));
    spec_row_origin(profile, id, &file, &line);
    assert_string_equal(file, path);
    assert_int_equal(line, 3);
    spec_profile_close(profile);
    assert_int_equal(unlink(path), 0);
}

static void a_monitor_row_that_exposes_something_is_warned_of(void **unused)
{
    (void)unused;
    expect_warning("{\"id\": \"VI.CNT\", " ROW_TEXT ", \"route\": \"monitor\", "
                   "\"read\": [{\"item\": \"a0\"}], \"write\": [], \"pc\": \"plus4\", "
                   "\"inject\": \"none\"}",
                   ROW_VI_CNT, "route monitor, yet 1 items are readable");
}

static void a_write_on_a_vector_row_is_warned_of(void **unused)
{
    (void)unused;
    expect_warning("{\"id\": \"EXC.FWD\", " ROW_TEXT ", \"route\": \"host\", \"read\": [], "
                   "\"write\": [{\"slot\": \"a0\", \"target\": \"a0\"}], \"pc\": \"vector\", "
                   "\"inject\": \"same\"}",
                   ROW_EXC_FWD, "pc vector ends the instruction");
}

/* Bits of state that b lets the host read more than a in a row, with all differences of kind READ.
 */
struct tally {
    int read_bits[ROW_COUNT];
    unsigned differences;
};

static void difference_tally(void *context, const struct difference *difference)
{
    struct tally *tally = context;

    tally->differences++;
    if (difference->kind == DIFFERENCE_READ)
        tally->read_bits[difference->row] += difference->bits;
}

static void a_profile_does_not_differ_from_itself(void **unused)
{
    struct spec_profile *profile = profile_open("cove");
    struct tally tally = {.differences = 0};

    (void)unused;
    spec_compare(&profile->table, &profile->table, difference_tally, &tally);
    assert_int_equal(tally.differences, 0);
    spec_profile_close(profile);
}

static void the_negative_control_shows_more_than_strict_in_every_row_of_the_host(void **unused)
{
    struct spec_profile *strict = profile_open("strict"), *open = profile_open("legacy-open");
    struct tally tally = {.differences = 0}, back = {.differences = 0};

    (void)unused;
    spec_compare(&strict->table, &open->table, difference_tally, &tally);
    spec_compare(&open->table, &strict->table, difference_tally, &back);
    for (unsigned row = 0; row < ROW_COUNT; row++) {
        if (strict->table.row[row].route == ROUTE_HOST)
            assert_true(tally.read_bits[row] > 2000);
        else
            assert_int_equal(tally.read_bits[row], 0);
        assert_int_equal(back.read_bits[row], -tally.read_bits[row]);
    }
    assert_int_equal(back.differences, tally.differences);
    spec_profile_close(strict);
    spec_profile_close(open);
}

static void one_bit_more_is_one_difference_of_one_bit(void **unused)
{
    struct spec_profile *a = profile_open("strict"), *b = profile_open("strict");
    const struct exposure_row *row = &b->table.row[ROW_MMIO_S];
    struct tally tally = {.differences = 0};

    (void)unused;
    for (unsigned i = 0; i < row->read_count; i++)
        if (b->table.reads[row->first_read + i].source == ITEM_STVAL)
            b->table.reads[row->first_read + i].mask = 7;
    spec_compare(&a->table, &b->table, difference_tally, &tally);
    assert_int_equal(tally.differences, 1);
    assert_int_equal(tally.read_bits[ROW_MMIO_S], 1);
    spec_profile_close(a);
    spec_profile_close(b);
}

static void bits_are_counted_by_what_can_vary(void **unused)
{
    struct spec_profile *profile = profile_open("strict");
    const struct expose_item sign = {ITEM_A7, ITEM_A7, NARROW_CANON32, UINT64_MAX};
    const struct expose_item args = {ITEM_SBI_ARGS, ITEM_SBI_ARGS, NARROW_NONE, UINT64_MAX};
    const struct accept_item status = {ITEM_A0, ITEM_A0, NARROW_STATUS, UINT64_MAX};

    (void)unused;
    assert_int_equal(spec_read_bits(&profile->table, ROW_SBI_STD, &sign), 32);
    assert_int_equal(spec_read_bits(&profile->table, ROW_SBI_DBCN_2, &args), 8);
    assert_int_equal(spec_read_bits(&profile->table, ROW_SBI_SRST, &args), 64);
    assert_int_equal(spec_read_bits(&profile->table, ROW_SBI_DBCN, &args), 192);
    assert_int_equal(spec_write_bits(&status), 1);
    spec_profile_close(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_every_profile_fits_100_columns_and_has_every_row),
        cmocka_unit_test(an_item_is_written_as_slot_source_narrow_and_mask),
        cmocka_unit_test(the_tables_of_the_document_are_those_of_the_profile_strict),
        cmocka_unit_test(control_characters_of_a_profile_are_not_printed),
        cmocka_unit_test(the_json_of_a_profile_has_every_row_and_call),
        cmocka_unit_test(no_shipped_profile_has_a_warning),
        cmocka_unit_test(a_monitor_row_that_exposes_something_is_warned_of),
        cmocka_unit_test(a_write_on_a_vector_row_is_warned_of),
        cmocka_unit_test(a_profile_does_not_differ_from_itself),
        cmocka_unit_test(the_negative_control_shows_more_than_strict_in_every_row_of_the_host),
        cmocka_unit_test(one_bit_more_is_one_difference_of_one_bit),
        cmocka_unit_test(bits_are_counted_by_what_can_vary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
