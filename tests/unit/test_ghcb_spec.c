/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_ghcb_spec.c — tables of GHCB exits: what is read, what is refused and how, what
 * gets a warning, what is printed. All kinds of errors are in tests/fixtures/ghcb-spec/, where
 * tests/schema/check_schema.py holds them against the schema. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec/ghcb_render.h"
#include "spec/spec.h"

#define FIXTURES CVMLAB_SOURCE_DIR "/tests/fixtures/ghcb-spec/"

/* The message of a refused file, without its folder. */
static void expect_refused(const char *path, const char *message)
{
    struct diagnostic diag = {""};
    enum status status = STATUS_OK;
    const char *name = strrchr(path, '/');

    assert_null(ghcb_spec_open(path, &status, &diag));
    assert_int_equal(status, STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, name));
    assert_string_equal(strstr(diag.text, name) + 1, message);
}

static struct ghcb_spec *table_open(const char *name)
{
    struct diagnostic diag = {""};
    struct ghcb_spec *spec = ghcb_spec_open(name, NULL, &diag);

    if (!spec)
        fail_msg("%s", diag.text);
    return spec;
}

static void the_built_in_tables_have_every_exit_and_no_warning(void **unused)
{
    unsigned count = 0;

    (void)unused;
    for (const char *name; (name = ghcb_spec_builtin_name(count)); count++) {
        struct ghcb_spec *spec = table_open(name);

        assert_string_equal(spec->table.name, name);
        assert_int_equal(spec->table.row_count, 46);
        assert_int_equal(ghcb_spec_lint(spec, NULL, NULL), 0);
        ghcb_spec_close(spec);
    }
    assert_int_equal(count, 2);
}

static void the_unverified_rows_are_marked(void **unused)
{
    static const char *const unverified[] = {"HV.TIMER", "AVIC", "INJECT.OFF"};
    struct ghcb_spec *spec = table_open("snp-ghcb");
    unsigned count = 0;

    (void)unused;
    for (unsigned i = 0; i < spec->table.row_count; i++)
        count += spec->table.row[i].certainty == GHCB_CERTAIN_U;
    assert_int_equal(count, 3);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(ghcb_row_by_id(&spec->table, unverified[i])->certainty, GHCB_CERTAIN_U);
    ghcb_spec_close(spec);
}

static void a_table_is_no_profile(void **unused)
{
    static struct exposure profile;
    struct diagnostic diag = {""};

    (void)unused;
    for (unsigned i = 0; spec_builtin_name(i); i++) {
        assert_null(strstr(spec_builtin_name(i), "ghcb"));
        assert_false(ghcb_spec_is(spec_builtin_name(i)));
    }
    assert_true(ghcb_spec_is("snp-ghcb"));
    assert_true(ghcb_spec_is(FIXTURES "valid/one-row.json"));
    assert_false(ghcb_spec_is(FIXTURES "schema/truncated.json"));
    assert_false(ghcb_spec_is(CVMLAB_SOURCE_DIR "/specs/exposure/strict.json"));
    assert_int_equal(spec_load("snp-ghcb", &profile, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text,
                        "profile: \"snp-ghcb\" is a table of GHCB exits; expected a profile: ace, "
                        "cove, kvm-min, legacy-open, salus or strict");
}

static void errors_are_named_where_they_stand(void **unused)
{
    (void)unused;
    expect_refused(FIXTURES "schema/in-unknown-register.json",
                   "in-unknown-register.json:24:9: unknown register \"rxa\"; expected rax to r15, "
                   "cpl, dr7, xcr0, xss");
    expect_refused(FIXTURES "schema/in-scratch.json",
                   "in-scratch.json:24:9: scratch is no register of the guest; expected one");
    expect_refused(FIXTURES "schema/out-info1.json",
                   "out-info1.json:31:9: info1 is no register of the guest; expected one, or "
                   "info2");
    expect_refused(FIXTURES "semantic/row-twice.json",
                   "row-twice.json:36:5: row IOIO.OUT is given twice; expected each row once");
    expect_refused(FIXTURES "semantic/rows-overlap.json",
                   "rows-overlap.json:36:5: rows IOIO.OUT and IOIO.OUT.TOO would take the same "
                   "exit; expected selectors that exclude each other");
    expect_refused(FIXTURES "semantic/missing-exit.json",
                   "missing-exit.json:1:1: exit 0x27 (read_dr7) is missing; expected a row for "
                   "every exit, here or in a parent");
    expect_refused(FIXTURES "semantic/select-hidden-register.json",
                   "select-hidden-register.json:18:9: IOIO.OUT: the host does not see these bits "
                   "of rcx; expected them in \"in\" or in the mask of info1 or info2");
    expect_refused(FIXTURES "semantic/narrow-without-port.json",
                   "narrow-without-port.json:46:9: RDTSC is no port access; expected narrow ioio "
                   "in rows of 0x7b only");
    expect_refused(FIXTURES "semantic/unknown-parent.json",
                   "unknown-parent.json:5:15: no built-in table \"strict\"; expected "
                   "snp-ghcb-open or snp-ghcb");
}

static void a_name_that_is_no_table_lists_those_there_are(void **unused)
{
    struct diagnostic diag = {""};
    enum status status = STATUS_OK;

    (void)unused;
    assert_null(ghcb_spec_open("snp", &status, &diag));
    assert_int_equal(status, STATUS_BAD_INPUT);
    assert_string_equal(diag.text,
                        "table: unknown table \"snp\"; expected snp-ghcb-open or snp-ghcb, "
                        "or a path with '/' or .json");
}

/* The last warning, and how many. */
struct warnings {
    unsigned count, index;
    char text[200];
};

static void warning_keep(void *context, unsigned index, const char *text)
{
    struct warnings *warnings = context;

    warnings->count++;
    warnings->index = index;
    (void)snprintf(warnings->text, sizeof warnings->text, "%s", text);
}

/* A table that inherits from snp-ghcb and has this in addition; the one warning it gets. */
static void expect_warning(const char *members, const char *rows, const char *expected)
{
    static const char head[] = "{\"format\": \"cvm-ghcb-exposure\", \"version\": \"1.0\", "
                               "\"name\": \"t\", \"inherits\": \"snp-ghcb\", \"summary\": \"s\"";
    char text[2048];
    struct diagnostic diag = {""};
    struct ghcb_spec *spec;
    struct warnings warnings = {0};

    (void)snprintf(text, sizeof text, "%s%s, \"rows\": [%s]}", head, members, rows);
    spec = ghcb_spec_parse(text, strlen(text), "t.json", NULL, &diag);
    if (!spec)
        fail_msg("%s", diag.text);
    assert_int_equal(ghcb_spec_lint(spec, warning_keep, &warnings), expected ? 1 : 0);
    assert_int_equal(warnings.count, expected ? 1 : 0);
    assert_string_equal(warnings.text, expected ? expected : "");
    ghcb_spec_close(spec);
}

#define WORDS "\"when\": \"w\", \"certainty\": \"C\", \"why\": \"y\", \"source\": \"z\""

static void what_is_surely_not_meant_gets_a_warning(void **unused)
{
    (void)unused;
    expect_warning("", "", NULL);
    expect_warning(
        "",
        "{\"id\": \"RDTSC\", \"code\": \"0x6e\", \"in\": [], \"out\": [\"rax\", \"rdx\", "
        "\"rsi\"], \"answer\": \"exception\", " WORDS "}",
        "rsi is taken back, yet not in crosses_out; expected it there, or ignored");
    expect_warning("",
                   "{\"id\": \"WBINVD\", \"code\": \"0x89\", \"in\": [\"r8\"], \"out\": [], "
                   "\"answer\": \"exception\", " WORDS "}",
                   "r8 is handed out, yet not in crosses_in; expected it there, or hidden");
    expect_warning("",
                   "{\"id\": \"NEW\", \"code\": \"0x80000099\", \"in\": [], \"out\": [], "
                   "\"answer\": \"values\", " WORDS "}",
                   "the protocol has no exit 0x80000099; expected one of its codes");
    expect_warning("",
                   "{\"id\": \"NMI.DONE\", \"code\": \"0x80000003\", \"in\": [], \"out\": [], "
                   "\"answer\": \"exception\", " WORDS "}",
                   "the guest exits by itself, yet an exception may be its answer; expected answer "
                   "values");
    expect_warning("",
                   "{\"id\": \"IOIO.OUT\", \"code\": \"0x7b\", \"select\": [{\"field\": \"info1\", "
                   "\"mask\": \"0x5\", \"value\": \"0x0\"}], \"info1\": {\"is\": \"w\"}, \"in\": "
                   "[\"rax\"], \"out\": [], \"answer\": \"exception\", " WORDS "}",
                   "all of rax is handed out for a port access; expected narrow ioio");
    expect_warning(", \"crosses_out\": [\"rax\", \"rbx\", \"rcx\", \"rdx\", \"info2\", \"r9\"]", "",
                   "crosses_out has r9, which no row takes back; expected only what is used");
}

static void a_row_of_the_child_takes_the_place_of_the_parents(void **unused)
{
    struct ghcb_spec *spec = table_open(FIXTURES "valid/own-row.json");
    const struct ghcb_row *row = ghcb_row_by_id(&spec->table, "IOIO.OUT");
    const char *file;
    uint64_t line;

    (void)unused;
    assert_int_equal(spec->table.row_count, 47);
    assert_int_equal(row->in[0].mask, 0xFF);
    assert_int_equal(row->in[0].narrow, GHCB_NARROW_IOIO);
    ghcb_spec_origin(spec, (unsigned)(row - spec->table.row), &file, &line);
    assert_non_null(strstr(file, "own-row.json"));
    assert_int_equal(line, 8);
    ghcb_spec_origin(spec, 0, &file, &line);
    assert_string_equal(file, "specs/exposure/snp-ghcb.json");
    ghcb_spec_close(spec);
}

/* What of a file the reader makes, whatever it holds. */
static enum status parse(const char *text, size_t size)
{
    struct diagnostic diag = {""};
    enum status status = STATUS_OK;
    struct ghcb_spec *spec = ghcb_spec_parse(text, size, "t", &status, &diag);

    assert_int_equal(spec != NULL, status == STATUS_OK);
    assert_int_equal(status == STATUS_OK, diag.text[0] == '\0');
    assert_null(strchr(diag.text, '\n'));
    ghcb_spec_close(spec);
    return status;
}

static void a_cut_or_changed_table_gives_a_clear_line(void **unused)
{
    FILE *file = fopen(FIXTURES "valid/one-row.json", "r");
    char text[4096];
    size_t size;

    (void)unused;
    assert_non_null(file);
    size = fread(text, 1, sizeof text, file);
    assert_int_equal(fclose(file), 0);
    for (size_t cut = 0; cut + 1 < size; cut++)
        assert_int_equal(parse(text, cut), STATUS_BAD_INPUT);
    for (size_t i = 0; i < size; i++) {
        char kept = text[i];

        text[i] = (char)(kept ^ (1 << i % 8));
        (void)parse(text, size);
        text[i] = kept;
    }
    assert_int_equal(parse(text, size), STATUS_OK);
}

static char *printed(const struct ghcb_spec *spec,
                     void (*print)(FILE *to, const struct ghcb_spec *spec))
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);

    assert_non_null(to);
    print(to, spec);
    assert_int_equal(fclose(to), 0);
    return text;
}

static void the_table_fits_100_columns_and_has_every_row(void **unused)
{
    (void)unused;
    for (unsigned t = 0; ghcb_spec_builtin_name(t); t++) {
        struct ghcb_spec *spec = table_open(ghcb_spec_builtin_name(t));
        char *text = printed(spec, ghcb_render_table);

        for (unsigned i = 0; i < spec->table.row_count; i++)
            assert_non_null(strstr(text, spec->table.row[i].id));
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
            assert_true(strlen(line) <= RENDER_COLUMNS);
            assert_int_not_equal(line[strlen(line) - 1], ' ');
        }
        free(text);
        ghcb_spec_close(spec);
    }
}

static void control_characters_do_not_reach_the_output(void **unused)
{
    static const char text[] =
        "{\"format\": \"cvm-ghcb-exposure\", \"version\": \"1.0\", \"name\": \"t\", \"inherits\": "
        "\"snp-ghcb\", \"summary\": \"s\\u001b\", \"rows\": [{\"id\": \"WBINVD\", \"code\": "
        "\"0x89\", \"when\": \"w\\u001b[2J\", \"info1\": {\"is\": \"i\\u0007\"}, \"in\": [], "
        "\"out\": [], \"answer\": \"values\", \"certainty\": \"U\", \"why\": \"y\\u001b|\", "
        "\"source\": \"z\\u007f\"}]}";
    struct ghcb_spec *spec = ghcb_spec_parse(text, sizeof text - 1, "t", NULL, NULL);
    char *out[3], *row = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&row, &size);
    unsigned index;

    (void)unused;
    assert_non_null(spec);
    assert_non_null(to);
    index = (unsigned)(ghcb_row_by_id(&spec->table, "WBINVD") - spec->table.row);
    ghcb_render_row(to, spec, index);
    assert_int_equal(fclose(to), 0);
    out[0] = printed(spec, ghcb_render_table);
    out[1] = printed(spec, ghcb_render_markdown);
    out[2] = row;
    for (unsigned i = 0; i < 3; i++) {
        for (char *at = out[i]; *at; at++)
            assert_true(*at == '\n' || ((unsigned char)*at >= ' ' && *at != 0x7f));
        free(out[i]);
    }
    ghcb_spec_close(spec);
}

static void the_tables_of_the_document_are_those_of_snp_ghcb(void **unused)
{
    static const char begin[] = "<!-- begin: cvmlab spec show snp-ghcb --format markdown -->\n";
    struct ghcb_spec *spec = table_open("snp-ghcb");
    char *table = printed(spec, ghcb_render_markdown), *document = calloc(1, 1 << 16), *from, *to;
    FILE *file = fopen(CVMLAB_SOURCE_DIR "/docs/GHCB.md", "r");

    (void)unused;
    assert_non_null(file);
    assert_non_null(document);
    assert_true(fread(document, 1, (1 << 16) - 1, file) < (1 << 16) - 1);
    assert_int_equal(fclose(file), 0);
    from = strstr(document, begin);
    assert_non_null(from);
    from += strlen(begin);
    to = strstr(from, "<!-- end -->\n");
    assert_non_null(to);
    *to = '\0';
    assert_string_equal(from, table);
    free(document);
    free(table);
    ghcb_spec_close(spec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_in_tables_have_every_exit_and_no_warning),
        cmocka_unit_test(the_unverified_rows_are_marked),
        cmocka_unit_test(a_table_is_no_profile),
        cmocka_unit_test(errors_are_named_where_they_stand),
        cmocka_unit_test(a_name_that_is_no_table_lists_those_there_are),
        cmocka_unit_test(what_is_surely_not_meant_gets_a_warning),
        cmocka_unit_test(a_row_of_the_child_takes_the_place_of_the_parents),
        cmocka_unit_test(a_cut_or_changed_table_gives_a_clear_line),
        cmocka_unit_test(the_table_fits_100_columns_and_has_every_row),
        cmocka_unit_test(control_characters_do_not_reach_the_output),
        cmocka_unit_test(the_tables_of_the_document_are_those_of_snp_ghcb),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
