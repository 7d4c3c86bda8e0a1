/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_vectors.c — files of known answers: the shipped one passes; entries that are
 * wrong fail, entries that are malformed or hold nothing to check are refused. Changes of every
 * expected member of the shipped file are in tests/cli/test_attest_vectors.py. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "psp/vectors.h"

static enum status vectors_parse(struct vectors_result *result, const char *rest,
                                 struct diagnostic *diag)
{
    char text[4096];
    struct document doc;
    enum status status;

    (void)snprintf(text, sizeof text, "{\"format\": \"snp-vectors/1\"%s%s}", *rest ? ",\n" : "",
                   rest);
    memset(result, 0, sizeof *result);
    status = document_parse(&doc, text, strlen(text), "v.json", diag);
    if (status == STATUS_OK)
        status = vectors_check_document(result, &doc);
    document_free(&doc);
    return status;
}

static void the_shipped_file_passes(void **unused)
{
    static const unsigned passed[VECTORS_CATEGORY_COUNT] = {7, 3, 2, 2, 7, 0, 2, 2, 4};
    struct vectors_result result;
    struct diagnostic diag = {{0}};

    (void)unused;
    assert_int_equal(
        vectors_check(&result, CVMLAB_SOURCE_DIR "/specs/vectors/snp-vectors.json", &diag),
        STATUS_OK);
    for (unsigned i = 0; i < VECTORS_CATEGORY_COUNT; i++) {
        assert_int_equal(result.tally[i][VECTORS_PASSED], passed[i]);
        assert_int_equal(result.tally[i][VECTORS_FAILED], 0);
    }
    assert_int_equal(result.tally[VECTORS_NEEDS_FIXTURE][VECTORS_SKIPPED], 4);
    assert_int_equal(result.tally[VECTORS_REPORT][VECTORS_SKIPPED], 2);
    assert_int_equal(result.count, 35);
    vectors_free(&result);
}

#define ZERO_LD                                                                                    \
    "70c0ecaab9608f14ebf8ac6f0f07bcd8728f4e2ab30382b539b4de4de904ca9f8ebdf4b2cd3cd84dd996bd55dd"   \
    "794676"
#define KEY16 "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f022222222222222222222222222222222"
#define IV    "33333333330000000000000000000000"
#define P32   "4444444444444444444444444444444444444444444444444444444444444444"

/* Entries with other members than those of the shipped file. */
static const struct {
    const char *rest;
    unsigned passed, failed, skipped;
} other_files[] = {
    {"", 0, 0, 0},
    {"\"launch_micro\": {}, \"vmsa_pages\": {\"pages\": {}}, \"aes_xts\": {\"vectors\": []}", 0, 0,
     0},
    {"\"launch_micro\": {\"vectors\": [{\"id\": \"a\", \"x\": 1, \"steps\": [{\"type\": \"ZERO\", "
     "\"gpa\": 0, \"ld_after\": \"" ZERO_LD "\"}]}]}",
     1, 0, 0},
    {"\"launch_micro\": {\"vectors\": [{\"id\": \"a\", \"steps\": [{\"type\": \"ZERO\", "
     "\"gpa\": 4096}], \"expect\": \"" ZERO_LD "\"}]}",
     0, 1, 0},
    {"\"launch_full\": {\"vectors\": [{\"id\": \"a\", \"events\": [{\"type\": \"ZERO\", "
     "\"gpa\": \"0x0\", \"count\": 1}], \"expect\": \"" ZERO_LD "\"}]}",
     1, 0, 0},
    {"\"vmsa_pages\": {\"pages\": {\"a\": {\"fields\": [[0, 2, \"x\", \"0x1234\"], [8, 32, \"y\", "
     "\"0x0102030405060708090a0b0c0d0e0f10111213\"]], \"nonzero_bytes\": [[0, \"3412\"], [8, "
     "\"131211100f0e0d0c0b0a090807060504030201\"]]}}}",
     1, 0, 0},
    {"\"vmsa_pages\": {\"pages\": {\"a\": {\"fields\": [[376, 8, \"rip\", 1]], "
     "\"nonzero_bytes\": [[376, \"02\"]]}, \"b\": {\"fields\": [[368, 8, \"rip\", 1]], "
     "\"nonzero_bytes\": [[368, \"01\"]]}}}",
     0, 2, 0},
    {"\"aes_xts\": {\"vectors\": [{\"id\": \"a\", \"key_hex\": \"" KEY16 "\", \"iv_hex\": \"" IV
     "\", \"plaintext_hex\": \"" P32 "\", \"single_block_ciphertext_hex\": "
     "\"af85336b597afc1a900b2eb21ec949d2\"}]}",
     1, 0, 0},
    {"\"aes_xts\": {\"vectors\": [{\"id\": \"a\", \"key_hex\": \"" KEY16 "\", \"iv_hex\": \"" IV
     "\", \"plaintext_hex\": \"" P32 "\", \"single_block_ciphertext_hex\": "
     "\"bf85336b597afc1a900b2eb21ec949d2\"}]}",
     0, 1, 0},
    {"\"needs_fixture\": {\"vectors\": [{\"id\": \"a\"}]}, \"report\": {\"samples\": [{\"id\": "
     "\"b\"}]}",
     0, 0, 2},
    {"\"firmware_fixtures\": {\"files\": {\"f\": {\"sections\": [[\"0x800000\", 4096, 1]]}, "
     "\"g\": {\"sections\": [[\"0x800000\", 4096, 1], [\"0x800000\", 4096, 2]]}}}",
     0, 1, 1},
    {"\"firmware_fixtures\": {\"files\": {\"f\": {\"sections\": [], \"gpa\": \"0xffffe000\"}}}", 0,
     1, 0},
};

static void files_with_other_entries_are_counted(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < sizeof other_files / sizeof other_files[0]; i++) {
        struct vectors_result result;
        struct diagnostic diag = {{0}};
        unsigned count[VECTORS_OUTCOME_COUNT] = {0};

        if (vectors_parse(&result, other_files[i].rest, &diag) != STATUS_OK)
            fail_msg("%s: %s", other_files[i].rest, diag.text);
        for (unsigned j = 0; j < VECTORS_CATEGORY_COUNT; j++)
            for (unsigned k = 0; k < VECTORS_OUTCOME_COUNT; k++)
                count[k] += result.tally[j][k];
        if (count[VECTORS_PASSED] != other_files[i].passed ||
            count[VECTORS_FAILED] != other_files[i].failed ||
            count[VECTORS_SKIPPED] != other_files[i].skipped)
            fail_msg("%s: %s", other_files[i].rest, result.count ? result.entry[0].text : "");
        vectors_free(&result);
    }
}

#define MICRO(steps) "\"launch_micro\": {\"vectors\": [{\"id\": \"a\", \"steps\": " steps "}]}"
#define VMSA(rest)   "\"vmsa_pages\": {\"pages\": {\"a\": {" rest "}}}"
#define HASHES(rest) "\"kernel_hash_pages\": {\"vectors\": [{\"id\": \"a\"" rest "}]}"
#define XTS(rest)    "\"aes_xts\": {\"vectors\": [{\"id\": \"a\", \"iv_hex\": \"" IV "\"" rest "}]}"
#define REPORT(rest) "\"report\": {\"samples\": [{\"id\": \"a\", " rest "}]}"

static const struct {
    const char *rest, *message;
} malformed[] = {
    {"\"launch_mini\": {}", "unknown key \"launch_mini\""},
    {"\"launch_micro\": []", "\"launch_micro\" is an array"},
    {"\"launch_micro\": {\"vectors\": {}}", "\"vectors\" is an object"},
    {"\"launch_micro\": {\"vectors\": [1]}", "v.json:2:30: no entry"},
    {"\"launch_micro\": {\"vectors\": [{}]}", "\"id\" is missing"},
    {"\"launch_micro\": {\"vectors\": [{\"id\": \"\"}]}", "\"id\" is empty"},
    {"\"launch_micro\": {\"vectors\": [{\"id\": \"a\"}]}", "\"steps\" is missing"},
    {MICRO("[]"), "nothing to check in \"a\""},
    {MICRO("[1]"), "no step"},
    {MICRO("[{\"type\": \"X\", \"gpa\": 0}]"), "unknown page type"},
    {MICRO("[{\"type\": \"ZERO\"}]"), "\"gpa\" is missing"},
    {MICRO("[{\"type\": \"ZERO\", \"gpa\": \"0\"}]"), "not a number in range"},
    {MICRO("[{\"type\": \"ZERO\", \"gpa\": 0, \"count\": 1048577}]"), "not a number in range"},
    {MICRO("[{\"type\": \"NORMAL\", \"gpa\": 0}]"), "\"page\" is missing"},
    {MICRO("[{\"type\": \"NORMAL\", \"gpa\": 0, \"page\": {}}]"), "0 contents"},
    {MICRO("[{\"type\": \"NORMAL\", \"gpa\": 0, \"page\": {\"fill\": 256}}]"), "not a number"},
    {MICRO("[{\"type\": \"ZERO\", \"gpa\": 0, \"ld_after\": \"00\"}]"), "not 48 bytes"},
    {MICRO("[{\"type\": \"ZERO\", \"gpa\": 0, \"count\": 1048576}, {\"type\": \"ZERO\", \"gpa\": "
           "0, \"count\": 1048576}, {\"type\": \"ZERO\", \"gpa\": 0}]"),
     "too many pages"},
    {VMSA(""), "nothing to check"},
    {VMSA("\"fields\": []"), "nothing to check"},
    {VMSA("\"sha384\": \"00\""), "nothing to check"},
    {VMSA("\"fields\": [[0, 16, \"es\"]]"), "not a field"},
    {VMSA("\"fields\": [[4096, 1, \"x\", 0]]"), "not a number in range"},
    {VMSA("\"fields\": [[4095, 2, \"x\", 0]]"), "beyond the page"},
    {VMSA("\"fields\": [[0, 0, \"x\", 0]]"), "beyond the page"},
    {VMSA("\"fields\": [[0, 1, \"x\", 256]]"), "not a number in range"},
    {VMSA("\"fields\": [[0, 8, \"es\", {\"base\": 0}]]"), "a segment of 8 bytes"},
    {VMSA("\"fields\": [[0, 16, \"es\", {\"size\": 0}]]"), "unknown key \"size\""},
    {VMSA("\"fields\": [[0, 8, \"x\", \"0x00112233445566778899\"]]"), "not a number of 8 bytes"},
    {VMSA("\"nonzero_bytes\": [[0]]"), "not a run of bytes"},
    {VMSA("\"nonzero_bytes\": [[4095, \"0011\"]]"), "beyond the page"},
    {VMSA("\"nonzero_bytes\": [[0, \"0\"]]"), "not bytes in hex"},
    {HASHES(""), "\"kernel_hex\" is missing"},
    {HASHES(", \"kernel_hex\": \"\""), "nothing to check"},
    {HASHES(", \"kernel_hex\": \"0\""), "not bytes in hex"},
    {HASHES(", \"kernel_hex\": \"\", \"cmdline\": 1"), "not a command line"},
    {HASHES(", \"kernel_hex\": \"\", \"table_hex\": \"00\""), "not 176 bytes"},
    {HASHES(", \"kernel_hex\": \"\", \"page_sha384\": \"00\""), "\"page_offset\" is missing"},
    {HASHES(", \"kernel_hex\": \"\", \"page_offset\": 3921"), "not a number in range"},
    {XTS(""), "key_hex has 0 bytes"},
    {XTS(", \"key_hex\": \"00\""), "key_hex has 1 bytes"},
    {XTS(", \"key_hex\": \"" KEY16 "\""), "plaintext_hex has 0 bytes"},
    {XTS(", \"key_hex\": \"" KEY16 "\", \"plaintext_hex\": \"" P32 "\""), "nothing to check"},
    {XTS(", \"key_hex\": \"" KEY16 "\", \"plaintext_hex\": \"" P32
         "\", \"ciphertext_hex\": \"00\""),
     "ciphertext_hex has 1 bytes"},
    {"\"id_block\": {\"id_block_hex\": \"00\"}", "not 96 bytes"},
    {"\"id_block\": {\"keys\": {\"k\": {}}}", "\"x_be\" is missing"},
    {"\"id_block\": {\"keys\": {\"k\": 1}}", "no entry"},
    {"\"firmware_fixtures\": {\"files\": {\"f\": {}}}", "\"sections\" is missing"},
    {"\"firmware_fixtures\": {\"files\": {\"f\": {\"sections\": [[1]]}}}", "not a section"},
    {REPORT("\"report_hex\": \"00\""), "not 1184 bytes"},
};

static void what_is_malformed_is_refused_with_its_place(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        struct vectors_result result;
        struct diagnostic diag = {{0}};

        if (vectors_parse(&result, malformed[i].rest, &diag) != STATUS_BAD_INPUT ||
            strncmp(diag.text, "v.json:", 7) != 0 || !strstr(diag.text, malformed[i].message) ||
            !strstr(diag.text, "expected"))
            fail_msg("%s: %s", malformed[i].rest, diag.text);
        vectors_free(&result);
    }
}

static void another_format_is_refused(void **unused)
{
    struct vectors_result result;
    struct document doc;
    struct diagnostic diag = {{0}};

    (void)unused;
    assert_int_equal(document_parse(&doc, "{\"format\": \"snp-vectors/2\"}", 27, "v", &diag),
                     STATUS_OK);
    assert_int_equal(vectors_check_document(&result, &doc), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, "v:1:12: format \"snp-vectors/2\"; expected \"snp-vectors/1\"");
    document_free(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_file_passes),
        cmocka_unit_test(files_with_other_entries_are_counted),
        cmocka_unit_test(what_is_malformed_is_refused_with_its_place),
        cmocka_unit_test(another_format_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
