/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_path.c — files of data paths: the ten that are built in are the columns of
 * Table 1, and what is wrong is refused with its place. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/bounce.h"
#include "net/path.h"

enum { TEXT_BYTES = 4096 };

/* Lines are counted on: one member each. */
static const char folio_text[] =
    "{\"format\": \"cvm-path\", \"version\": \"1.0\",\n"
    "\"name\": \"n\", \"title\": \"t\", \"column\": \"J\",\n"
    "\"driver\": \"folio\",\n\"guest\": \"snp\",\n\"trusted_device\": false,\n"
    "\"factors\": {\"routing_guest\": \"no\", \"routing_host\": \"no\",\n"
    "\"emulated_interrupt\": \"no\", \"encrypted_memory\": \"yes\",\n"
    "\"register_encryption\": \"few\", \"bounce_allocation\": \"no\",\n"
    "\"bounce_copy\": \"yes\", \"exit_state_check\": \"no\", \"vc_handler\": \"few\",\n"
    "\"rmp_check\": \"writes\", \"tlb_check\": \"few\", \"ide\": \"no\"},\n"
    "\"exits\": {\"per_interrupt\": 1, \"per_notification\": 2},\n"
    "\"pool\": {\"order\": \"fifo\", \"mbufs\": 64, \"room_bytes\": 2176},\n"
    "\"queues\": 2,\n\"burst\": 32,\n\"ring_size\": 128\n}\n";

/* folio_text with the first from, and then the first also, replaced. */
static const char *text_with(const char *from, const char *to, const char *also,
                             const char *to_also)
{
    static char once[TEXT_BYTES], twice[TEXT_BYTES];
    const char *at = strstr(folio_text, from);

    assert_non_null(at);
    (void)snprintf(once, sizeof once, "%.*s%s%s", (int)(at - folio_text), folio_text, to,
                   at + strlen(from));
    if (!also)
        return once;
    at = strstr(once, also);
    assert_non_null(at);
    (void)snprintf(twice, sizeof twice, "%.*s%s%s", (int)(at - once), once, to_also,
                   at + strlen(also));
    return twice;
}

static void expect_refused_twice(const char *from, const char *to, const char *also,
                                 const char *to_also, const char *message)
{
    const char *text = text_with(from, to, also, to_also);
    struct path path = {.name = "as it was"};
    struct diagnostic diag = {""};

    assert_int_equal(path_parse(&path, text, strlen(text), "t", &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, message);
    assert_string_equal(path.name, "as it was");
}

static void expect_refused(const char *from, const char *to, const char *message)
{
    expect_refused_twice(from, to, NULL, NULL, message);
}

static void what_a_path_says_is_kept(void **unused)
{
    struct path path;

    (void)unused;
    assert_int_equal(path_parse(&path, folio_text, strlen(folio_text), "t", NULL), STATUS_OK);
    assert_string_equal(path.name, "n");
    assert_string_equal(path.title, "t");
    assert_string_equal(path.column, "J");
    assert_int_equal(path.driver, PATH_FOLIO);
    assert_int_equal(path.guest, PATH_SNP);
    assert_false(path.is_trusted);
    assert_int_equal(path.factor[FACTOR_ENCRYPTED_MEMORY], EXTENT_YES);
    assert_int_equal(path.factor[FACTOR_RMP_CHECK], EXTENT_WRITES);
    assert_int_equal(path.factor[FACTOR_VC_HANDLER], EXTENT_FEW);
    assert_int_equal(path.exits_per_interrupt, 1);
    assert_int_equal(path.exits_per_notification, 2);
    assert_int_equal(path.order, PATH_FIFO);
    assert_int_equal(path.pool_mbufs, 64);
    assert_int_equal(path.room_bytes, 2176);
    assert_int_equal(path.queues, 2);
    assert_int_equal(path.burst, 32);
    assert_int_equal(path.ring_size, 128);
    assert_false(path_has_interrupts(&path));
}

/* Rows and columns as section 2.2 of the paper prints them: Y, N, few, writes only. */
static void the_built_in_paths_are_the_columns_of_table_1(void **unused)
{
    static const char *const rows[PATH_FACTOR_COUNT] = {
        "YYNYYYYNNN", "YNNYNNNNNN", "YYNYYYYYNN", "YYYYYYYYYY", "YYfYYYYYff", "NNNYYYYNNN",
        "NNNYYYYNNY", "NNNNNYNNNN", "NNNNNYYYff", "wwwwwwYYYY", "NNNNNNYYff", "NNNNNNNYYN"};
    static const char letters[PATH_EXTENT_COUNT] = {'N', 'f', 'w', 'Y'};

    (void)unused;
    for (unsigned column = 0; column < 10; column++) {
        struct path path, same;
        const char letter[] = {(char)('A' + column), '\0'};

        assert_int_equal(path_open(&path, path_builtin(column), NULL), STATUS_OK);
        assert_int_equal(path_open(&same, letter, NULL), STATUS_OK);
        assert_string_equal(path.name, path_builtin(column));
        assert_string_equal(same.name, path.name);
        assert_string_equal(path.column, letter);
        for (unsigned row = 0; row < PATH_FACTOR_COUNT; row++)
            if (letters[path.factor[row]] != rows[row][column])
                fail_msg("column %s, %s: %c is not %c", letter, path_factor_name(row),
                         letters[path.factor[row]], rows[row][column]);
        assert_int_equal(path_has_interrupts(&path), rows[2][column] == 'Y');
        assert_int_equal(path.is_trusted, column == 7 || column == 8);
    }
    assert_null(path_builtin(10));
}

static void an_unknown_missing_or_doubled_key_is_refused(void **unused)
{
    (void)unused;
    expect_refused("\"burst\": 32", "\"bursts\": 32",
                   "t:14:11: unknown key \"bursts\"; expected one like \"$schema\"");
    expect_refused("\"ide\": \"no\"", "\"idle\": \"no\"",
                   "t:10:52: unknown key \"idle\"; expected one like \"routing_guest\"");
    expect_refused(", \"ide\": \"no\"", "", "t:6:12: \"ide\" is missing; expected a string");
    expect_refused("\"burst\": 32,\n", "", "t:1:1: \"burst\" is missing; expected a whole number");
    expect_refused(", \"per_notification\": 2", "",
                   "t:11:10: \"per_notification\" is missing; expected a whole number");
    expect_refused("\"burst\": 32", "\"queues\": 32",
                   "t:14:8: duplicate object key near '\"queues\"'; expected a JSON object");
    expect_refused("\"order\"", "\"ordre\"",
                   "t:12:19: unknown key \"ordre\"; expected one like \"order\"");
}

static void a_value_of_another_type_is_refused(void **unused)
{
    (void)unused;
    expect_refused("\"burst\": 32", "\"burst\": \"32\"",
                   "t:14:10: \"burst\" is a string; expected a whole number");
    expect_refused("\"burst\": 32", "\"burst\": 32.5",
                   "t:14:10: \"burst\" is a fraction; expected a whole number");
    expect_refused("\"trusted_device\": false", "\"trusted_device\": 0",
                   "t:5:19: \"trusted_device\" is a whole number; expected true or false");
    expect_refused("\"ide\": \"no\"", "\"ide\": false",
                   "t:10:51: \"ide\" is true or false; expected a string");
    expect_refused("\"name\": \"n\"", "\"name\": \"\"", "t:2:9: \"name\" is empty; expected text");
    expect_refused("{\"per_interrupt\": 1, \"per_notification\": 2}", "[]",
                   "t:11:10: \"exits\" is an array; expected an object");
}

static void a_value_out_of_range_is_refused(void **unused)
{
    (void)unused;
    expect_refused("\"queues\": 2", "\"queues\": 0", "t:13:11: queues is 0; expected 1 to 16");
    expect_refused("\"queues\": 2", "\"queues\": 17", "t:13:11: queues is 17; expected 1 to 16");
    expect_refused("\"burst\": 32", "\"burst\": 65", "t:14:10: burst is 65; expected 1 to 64");
    expect_refused("\"ring_size\": 128", "\"ring_size\": 4",
                   "t:15:14: ring_size is 4; expected 8 to 4096");
    expect_refused("\"ring_size\": 128", "\"ring_size\": 100",
                   "t:15:14: ring_size is 100; expected a multiple of 8");
    expect_refused("\"mbufs\": 64", "\"mbufs\": 2", "t:12:36: mbufs is 2; expected 3 to 1048576");
    expect_refused("\"room_bytes\": 2176", "\"room_bytes\": 2177",
                   "t:12:54: room_bytes is 2177; expected a multiple of 64");
    expect_refused("\"room_bytes\": 2176", "\"room_bytes\": 1024",
                   "t:12:54: room_bytes is 1024; expected 1152 to 10368");
    expect_refused("\"per_interrupt\": 1", "\"per_interrupt\": -1",
                   "t:11:28: per_interrupt is -1; expected 0 to 1000");
    expect_refused("\"order\": \"fifo\"", "\"order\": \"random\"",
                   "t:12:19: unknown order \"random\"; expected lifo or fifo");
    expect_refused("\"guest\": \"snp\"", "\"guest\": \"tdx\"",
                   "t:4:10: unknown guest \"tdx\"; expected plain, sev, sev-es or snp");
    expect_refused("\"column\": \"J\"", "\"column\": \"K\"",
                   "t:2:38: unknown column \"K\"; expected A, B, C, D, E, F, G, H, I or J");
    expect_refused("\"ide\": \"no\"", "\"ide\": \"few\"",
                   "t:10:51: ide cannot be \"few\"; expected yes or no");
    expect_refused("\"vc_handler\": \"few\"", "\"vc_handler\": \"writes\"",
                   "t:9:63: vc_handler cannot be \"writes\"; expected yes or no, or few");
    expect_refused("\"rmp_check\": \"writes\"", "\"rmp_check\": \"few\"",
                   "t:10:14: rmp_check cannot be \"few\"; expected yes or no, or writes");
}

#define SWIOTLB_DRIVER "\"driver\": \"swiotlb\""
#define DRIVER         "\"driver\": \"folio\""
#define DIRECT_DRIVER  "\"driver\": \"direct\""
#define RING           "\"ring_size\": 128"

static void switches_that_contradict_the_driver_are_refused(void **unused)
{
    (void)unused;
    expect_refused(
        DRIVER, DIRECT_DRIVER,
        "t:3:11: driver direct with bounce_allocation no and bounce_copy yes; expected no and no");
    expect_refused(
        "\"bounce_copy\": \"yes\"", "\"bounce_copy\": \"no\"",
        "t:3:11: driver folio with bounce_allocation no and bounce_copy no; expected no and yes");
    expect_refused(
        "\"bounce_allocation\": \"no\"", "\"bounce_allocation\": \"yes\"",
        "t:3:11: driver folio with bounce_allocation yes and bounce_copy yes; expected no and yes");
    expect_refused_twice(DRIVER, SWIOTLB_DRIVER, RING,
                         RING
                         ", \"bounce\": {\"bytes\": 262144, \"areas\": 1, \"map_copy\": false}",
                         "t:3:11: driver swiotlb with bounce_allocation no and bounce_copy yes; "
                         "expected yes and yes");
    expect_refused("\"trusted_device\": false", "\"trusted_device\": true",
                   "t:3:11: a trusted device with driver folio; expected direct");
    expect_refused_twice("\"trusted_device\": false", "\"trusted_device\": true",
                         "\"guest\": \"snp\"", "\"guest\": \"sev\"",
                         "t:4:10: a trusted device in a guest that is sev; expected snp");
}

static void a_bounce_pool_is_there_with_swiotlb_alone_and_fits(void **unused)
{
    (void)unused;
    expect_refused(DRIVER, SWIOTLB_DRIVER, "t:1:1: \"bounce\" is missing; expected an object");
    expect_refused(RING, RING ", \"bounce\": {}",
                   "t:15:29: a bounce pool; expected none with driver folio");
    expect_refused_twice(DRIVER, SWIOTLB_DRIVER, RING,
                         RING
                         ", \"bounce\": {\"bytes\": 262144, \"areas\": 3, \"map_copy\": false}",
                         "t:15:56: areas is 3; expected a power of two");
    expect_refused_twice(
        DRIVER, SWIOTLB_DRIVER, RING,
        RING ", \"bounce\": {\"bytes\": 262144, \"areas\": 2, \"map_copy\": false}",
        "t:15:39: bytes do not divide into 2 areas; expected a multiple of 524288");
    expect_refused_twice(DRIVER, SWIOTLB_DRIVER, RING,
                         RING ", \"bounce\": {\"bytes\": 4096, \"areas\": 1, \"map_copy\": false}",
                         "t:15:39: bytes is 4096; expected 262144 to 1073741824");
    expect_refused_twice(DRIVER, SWIOTLB_DRIVER, RING,
                         RING ", \"bounce\": {\"bytes\": 262144, \"areas\": 1}",
                         "t:15:29: \"map_copy\" is missing; expected true or false");
}

static void a_path_that_nobody_knows_is_named(void **unused)
{
    struct path path;
    struct diagnostic diag;

    (void)unused;
    assert_int_equal(path_open(&path, "K", &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "unknown path \"K\"; expected "));
    assert_int_equal(path_open(&path, "./no-such.json", &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "./no-such.json: cannot be opened"));
}

static void words_beyond_the_last_are_none(void **unused)
{
    (void)unused;
    assert_null(path_driver_name(PATH_DRIVER_COUNT));
    assert_null(path_guest_name(PATH_GUEST_COUNT));
    assert_null(path_factor_name(PATH_FACTOR_COUNT));
    assert_null(path_extent_name(PATH_EXTENT_COUNT));
    assert_null(path_order_name(PATH_ORDER_COUNT));
    assert_string_equal(path_extent_name(EXTENT_WRITES), "writes");
    assert_string_equal(path_order_name(PATH_LIFO), "lifo");
    assert_string_equal(path_driver_name(PATH_SWIOTLB), "swiotlb");
    assert_string_equal(path_guest_name(PATH_SEV_ES), "sev-es");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_path_says_is_kept),
        cmocka_unit_test(the_built_in_paths_are_the_columns_of_table_1),
        cmocka_unit_test(an_unknown_missing_or_doubled_key_is_refused),
        cmocka_unit_test(a_value_of_another_type_is_refused),
        cmocka_unit_test(a_value_out_of_range_is_refused),
        cmocka_unit_test(switches_that_contradict_the_driver_are_refused),
        cmocka_unit_test(a_bounce_pool_is_there_with_swiotlb_alone_and_fits),
        cmocka_unit_test(a_path_that_nobody_knows_is_named),
        cmocka_unit_test(words_beyond_the_last_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
