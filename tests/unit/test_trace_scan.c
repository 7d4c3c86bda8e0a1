/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_trace_scan.c — the JSON scanner against RFC 8259, and the names of causes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "trace/jsonl/scan.h"
#include "trace/trace.h"

enum { LINE_BYTES = 512 };

/* A scan over a copy of text in a block of its own, so that a sanitizer sees a read behind the
 * newline. */
struct fixture {
    struct scan scan;
    struct diagnostic diag;
    char *line;
    char scratch[LINE_BYTES];
};

static void fixture_start(struct fixture *fix, const char *text)
{
    size_t size = strlen(text);

    memset(fix, 0, sizeof *fix);
    fix->line = malloc(size + 1);
    assert_non_null(fix->line);
    memcpy(fix->line, text, size);
    fix->line[size] = '\n';
    fix->scan.scratch = fix->scratch;
    fix->scan.name = "f";
    fix->scan.line_number = 7;
    fix->scan.diag = &fix->diag;
    scan_begin(&fix->scan, fix->line, fix->line + size);
}

static void fixture_end(struct fixture *fix)
{
    free(fix->line);
}

/* Whether text is one JSON value. */
static bool value_is_taken(const char *text)
{
    struct fixture fix;
    bool ok;

    fixture_start(&fix, text);
    ok = scan_skip(&fix.scan) && scan_finish(&fix.scan);
    assert_true(ok == (fix.diag.text[0] == '\0')); /* a refusal says why */
    fixture_end(&fix);
    return ok;
}

static void every_kind_of_value_is_taken(void **unused)
{
    static const char *const good[] = {"null",
                                       "true",
                                       "false",
                                       "0",
                                       "-0",
                                       "12",
                                       "-1.5",
                                       "1e9",
                                       "1E+9",
                                       "0.5e-3",
                                       "\"\"",
                                       "\"a\\n\\\"\\\\\\/\\b\\f\\r\\t\"",
                                       "\"\\u00e9\\ud83d\\ude00\"",
                                       "[]",
                                       "{}",
                                       "[[],{}]",
                                       "[1,2,[3]]",
                                       "{\"a\":{\"b\":[{}]},\"c\":1}",
                                       " [ 1 , 2 ] ",
                                       "\t{ \"a\" : 1 }\r",
                                       "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
                                       "[{\"a\":[]},[]]"};

    (void)unused;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(value_is_taken(good[i]));
}

/* Each breaks a rule of the grammar, of strings or of UTF-8. */
static const char *const no_values[] = {"",
                                        " ",
                                        "nul",
                                        "nulll",
                                        "True",
                                        "truefalse",
                                        "01",
                                        "-",
                                        "+1",
                                        ".5",
                                        "1.",
                                        "1e",
                                        "1e+",
                                        "0x1",
                                        "NaN",
                                        "Infinity",
                                        "-Infinity",
                                        "\"",
                                        "\"a",
                                        "\"\\\"",
                                        "\"\\x\"",
                                        "\"\\u12\"",
                                        "\"\\u12g4\"",
                                        "\"\\ud800\"",
                                        "\"\\ud800\\u0041\"",
                                        "\"\\ud800x\"",
                                        "\"\\udc00\"",
                                        "\"\\u0000\"",
                                        "\"\x01\"",
                                        "\"\t\"",
                                        "'a'",
                                        "[",
                                        "]",
                                        "[1",
                                        "[1,",
                                        "[,1]",
                                        "[1,]",
                                        "[1 2]",
                                        "[1}",
                                        "{",
                                        "}",
                                        "{]",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1",
                                        "{\"a\":1,}",
                                        "{,}",
                                        "{a:1}",
                                        "{1:1}",
                                        "{\"a\" 1}",
                                        "{\"a\":1 \"b\":2}",
                                        "1 2",
                                        "[] []",
                                        "[]]",
                                        "// x",
                                        "[1,/**/2]",
                                        "\"\x80\"",
                                        "\"\xc0\xaf\"",
                                        "\"\xc3\"",
                                        "\"\xed\xa0\x80\"",
                                        "\"\xf4\x90\x80\x80\"",
                                        "\"\xf8\x88\x80\x80\x80\"",
                                        "\"\xe2\x82\"",
                                        "\xef\xbb\xbf[]"};

static void what_the_standard_refuses_is_refused(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof no_values / sizeof no_values[0]; i++) {
        if (value_is_taken(no_values[i]))
            fail_msg("taken: %s", no_values[i]);
    }
}

static void nesting_ends_at_its_limit(void **unused)
{
    char text[2 * (SCAN_DEPTH_MAX + 1) + 1] = {0};

    (void)unused;
    for (int depth = SCAN_DEPTH_MAX; depth <= SCAN_DEPTH_MAX + 1; depth++) {
        memset(text, 0, sizeof text);
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        assert_int_equal(value_is_taken(text), depth == SCAN_DEPTH_MAX);
    }
}

static bool hex_is_taken(const char *text, uint64_t *value)
{
    struct fixture fix;
    bool ok;

    fixture_start(&fix, text);
    ok = scan_hex(&fix.scan, value) && scan_finish(&fix.scan);
    fixture_end(&fix);
    return ok;
}

static void hex_values_are_exact_and_have_one_spelling(void **unused)
{
    static const char *const bad[] = {
        "\"0x\"", "\"0x00\"", "\"0x01\"", "\"0xA\"",  "\"0Xa\"",
        "\"x1\"", "\"1\"",    "1",        "\"0x1 \"", "\"0x10000000000000000\"",
        "\"0x1",  "\"0xg\"",  "\"\"",     "null",     ""};
    uint64_t value = 1;

    (void)unused;
    assert_true(hex_is_taken("\"0x0\"", &value));
    assert_int_equal(value, 0);
    assert_true(hex_is_taken("\"0xffffffffffffffff\"", &value));
    assert_int_equal(value, UINT64_MAX);
    assert_true(hex_is_taken(" \"0x123456789abcdef\"", &value));
    assert_int_equal(value, 0x123456789abcdef);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(hex_is_taken(bad[i], &value));
}

static bool integer_is_taken(const char *text, int64_t low, int64_t high, int64_t *value)
{
    struct fixture fix;
    bool ok;

    fixture_start(&fix, text);
    ok = scan_integer(&fix.scan, low, high, value) && scan_finish(&fix.scan);
    fixture_end(&fix);
    return ok;
}

static void integers_are_exact_and_within_their_range(void **unused)
{
    static const char *const bad[] = {"-1",
                                      "9007199254740992",
                                      "99999999999999999",
                                      "100000000000000000",
                                      "01",
                                      "1.0",
                                      "1e2",
                                      "-0",
                                      "",
                                      "x",
                                      "\"1\"",
                                      "18446744073709551617",
                                      "--1"};
    int64_t value = 1;

    (void)unused;
    assert_true(integer_is_taken("0", 0, 9007199254740991, &value));
    assert_int_equal(value, 0);
    assert_true(integer_is_taken("9007199254740991", 0, 9007199254740991, &value));
    assert_int_equal(value, 9007199254740991);
    assert_true(integer_is_taken("-2147483648", INT32_MIN, INT32_MAX, &value));
    assert_int_equal(value, INT32_MIN);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(integer_is_taken(bad[i], 0, 9007199254740991, &value));
}

static void escapes_are_decoded(void **unused)
{
    struct fixture fix;
    struct scan_text text;

    (void)unused;
    fixture_start(&fix, "\"a\\u00e9\\ud83d\\ude00\\n\"");
    assert_true(scan_string(&fix.scan, &text));
    assert_int_equal(text.size_bytes, 8);
    assert_memory_equal(text.bytes, "a\xc3\xa9\xf0\x9f\x98\x80\n", 8);
    fixture_end(&fix);
}

static void a_message_tells_file_line_and_column(void **unused)
{
    struct fixture fix;
    uint64_t value;

    (void)unused;
    fixture_start(&fix, "  \"0x12G\"");
    assert_false(scan_hex(&fix.scan, &value));
    assert_string_equal(fix.diag.text, "f:7:8: bad hex digit; expected lower-case 0-9, a-f");
    fixture_end(&fix);
}

static void causes_have_the_names_that_perf_gives_them(void **unused)
{
    (void)unused;
    assert_string_equal(cause_name(23), "EXC_STORE_GUEST_PAGE_FAULT");
    assert_string_equal(cause_name(22), "EXC_VIRTUAL_INST_FAULT");
    assert_string_equal(cause_name(SCAUSE_INTERRUPT | 5), "IRQ_S_TIMER");
    assert_string_equal(cause_name(SCAUSE_INTERRUPT | 12), "IRQ_S_GEXT");
    assert_null(cause_name(11));
    assert_null(cause_name(24));
    assert_null(cause_name(SCAUSE_INTERRUPT | 4));
    assert_null(cause_name(SCAUSE_INTERRUPT - 1));
}

static void every_name_leads_back_to_its_cause(void **unused)
{
    unsigned named = 0;

    (void)unused;
    for (uint64_t code = 0; code < 64; code++) {
        for (int kind = 0; kind < 2; kind++) {
            uint64_t scause = kind ? SCAUSE_INTERRUPT | code : code, found = ~scause;
            const char *name = cause_name(scause);

            if (!name)
                continue;
            assert_true(cause_by_name(name, &found));
            assert_int_equal(found, scause);
            named++;
        }
    }
    assert_int_equal(named, 32); /* 21 exceptions, 11 interrupts */
}

static void what_is_no_name_has_no_cause(void **unused)
{
    static const char *const bad[] = {"",
                                      "EXC_",
                                      "IRQ_",
                                      "EXC",
                                      "EXC_INST",
                                      "exc_breakpoint",
                                      "IRQ_BREAKPOINT",
                                      "EXC_S_TIMER",
                                      "EXC_BREAKPOINT2",
                                      "CAUSE_0x1f"};
    uint64_t scause;

    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(cause_by_name(bad[i], &scause));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value_is_taken),
        cmocka_unit_test(what_the_standard_refuses_is_refused),
        cmocka_unit_test(nesting_ends_at_its_limit),
        cmocka_unit_test(hex_values_are_exact_and_have_one_spelling),
        cmocka_unit_test(integers_are_exact_and_within_their_range),
        cmocka_unit_test(escapes_are_decoded),
        cmocka_unit_test(a_message_tells_file_line_and_column),
        cmocka_unit_test(causes_have_the_names_that_perf_gives_them),
        cmocka_unit_test(every_name_leads_back_to_its_cause),
        cmocka_unit_test(what_is_no_name_has_no_cause),
    };

    return cmocka_run_group_tests_name("trace_scan", tests, NULL, NULL);
}
