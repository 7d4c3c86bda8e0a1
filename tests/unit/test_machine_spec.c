/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_machine_spec.c — machine specs: what is taken, what is refused, and how. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "machine/machine_spec.h"

static struct machine_spec parsed(const char *memory, const char *devices)
{
    struct machine_spec spec;
    struct diagnostic diag = {""};
    char text[1024];

    (void)snprintf(text, sizeof text,
                   "{\"format\": \"cvm-machine\", \"version\": \"1.0\", \"name\": \"m\", "
                   "\"summary\": \"s\",\n\"memory\": {\"mode\": \"snp\", \"ram\": \"8M\"%s},\n"
                   "\"devices\": [%s]}",
                   memory, devices);
    if (machine_parse(text, strlen(text), "t", &spec, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
    return spec;
}

static void expect_refused(const char *text, const char *message)
{
    struct machine_spec spec;
    struct diagnostic diag = {""};

    assert_int_equal(machine_parse(text, strlen(text), "t", &spec, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, message);
}

static void expect_memory_refused(const char *memory, const char *message)
{
    char text[1024];

    (void)snprintf(text, sizeof text,
                   "{\"format\": \"cvm-machine\", \"version\": \"1.0\", \"name\": \"m\", "
                   "\"summary\": \"s\",\n\"memory\": %s}",
                   memory);
    expect_refused(text, message);
}

static void what_is_left_out_has_a_usual_value(void **unused)
{
    struct machine_spec spec = parsed("", "");

    (void)unused;
    assert_int_equal(spec.memory.mode, MEMORY_SNP);
    assert_int_equal(spec.memory.cipher, CIPHER_XTS128);
    assert_int_equal(spec.memory.page_count, 2048);
    assert_int_equal(spec.memory.rmp_pages, 2048);
    assert_int_equal(spec.memory.asid_max, 16);
    assert_int_equal(spec.memory.c_bit, 51);
    assert_int_equal(spec.memory.c_bit_rule, C_BIT_VTOM);
    assert_int_equal(spec.memory.seed, 0x1d);
    assert_false(spec.memory.ciphertext_hiding || spec.memory.checks_shared_reads);
    assert_false(spec.alias_check || spec.patched_invd);
    assert_int_equal(spec.device_count, 0);
}

static void every_member_is_taken(void **unused)
{
    struct machine_spec spec = parsed(
        ", \"rmp_covers\": \"4M\", \"asids\": 3, \"c_bit\": {\"position\": 40, \"rule\": "
        "\"classic\"}, \"cipher\": \"xex-weak\", \"ciphertext_hiding\": true, \"alias_check\": "
        "true, \"patched_invd\": true, \"checks_shared_reads\": true, \"seed\": \"0xffff\"",
        "{\"name\": \"nic\", \"id\": 8}, {\"name\": \"disk\", \"id\": 0}");

    (void)unused;
    assert_int_equal(spec.memory.rmp_pages, 1024);
    assert_int_equal(spec.memory.asid_max, 3);
    assert_int_equal(spec.memory.c_bit, 40);
    assert_int_equal(spec.memory.c_bit_rule, C_BIT_CLASSIC);
    assert_int_equal(spec.memory.cipher, CIPHER_XEX_WEAK);
    assert_int_equal(spec.memory.seed, 0xffff);
    assert_true(spec.memory.ciphertext_hiding && spec.memory.checks_shared_reads);
    assert_true(spec.alias_check && spec.patched_invd);
    assert_int_equal(spec.device_count, 2);
    assert_string_equal(spec.device[0].name, "nic");
    assert_int_equal(spec.device[0].id, 8);
}

static void the_words_are_those_of_the_memory(void **unused)
{
    (void)unused;
    for (unsigned mode = MEMORY_NONE; mode <= MEMORY_SNP; mode++)
        assert_non_null(machine_mode_words[mode]);
    assert_null(machine_mode_words[MEMORY_SNP + 1]);
}

static void every_built_in_machine_loads_under_its_own_name(void **unused)
{
    struct machine_spec spec;
    unsigned count = 0;

    (void)unused;
    for (; machine_builtin_name(count); count++) {
        assert_int_equal(machine_load(machine_builtin_name(count), &spec, NULL), STATUS_OK);
        assert_string_equal(spec.name, machine_builtin_name(count));
    }
    assert_in_range(count, 2, 100);
    assert_int_equal(machine_load(MACHINE_DEFAULT, &spec, NULL), STATUS_OK);
}

static void bad_memory_is_named_with_line_and_column(void **unused)
{
    (void)unused;
    expect_memory_refused("{\"mode\": \"snp\"}", "t:2:11: \"ram\" is missing; expected a string");
    expect_memory_refused("{\"ram\": \"8M\"}", "t:2:11: \"mode\" is missing; expected a string");
    expect_memory_refused("{\"mode\": \"tdx\", \"ram\": \"8M\"}",
                          "t:2:20: unknown mode \"tdx\"; expected none, sev, sev-es or snp");
    expect_memory_refused("{\"mode\": \"snp\", \"ram\": \"8\"}",
                          "t:2:34: ram \"8\"; expected a size like 8M or 4G");
    expect_memory_refused("{\"mode\": \"snp\", \"ram\": \"99T\"}",
                          "t:2:11: the RAM is too small or too large; expected 4K to 16T");
    expect_memory_refused("{\"mode\": \"snp\", \"ram\": \"8M\", \"rmp_covers\": \"9M\"}",
                          "t:2:54: rmp_covers is more than there is; expected at most the RAM");
    expect_memory_refused("{\"mode\": \"snp\", \"ram\": \"8M\", \"asids\": 1024}",
                          "t:2:49: asids 1024; expected 1 to 1023");
    expect_memory_refused("{\"mode\": \"snp\", \"ram\": \"8M\", \"c_bit\": {\"position\": 31}}",
                          "t:2:62: position 31; expected 32 to 62");
    expect_memory_refused("{\"mode\": \"snp\", \"ram\": \"8M\", \"seed\": \"1d\"}",
                          "t:2:48: seed \"1d\"; expected 0x and 1 to 16 hex digits");
    expect_memory_refused(
        "{\"mode\": \"snp\", \"ram\": \"8M\", \"ciphertext_hiding\": 1}",
        "t:2:61: \"ciphertext_hiding\" is a whole number; expected true or false");
    expect_memory_refused("{\"mode\": \"snp\", \"ram\": \"8M\", \"size\": 1}",
                          "t:2:48: unknown key \"size\"; expected one like \"mode\"");
}

static void a_device_twice_is_refused(void **unused)
{
    static const char text[] =
        "{\"format\": \"cvm-machine\", \"version\": \"1.0\", \"name\": \"m\", \"summary\": \"s\",\n"
        "\"memory\": {\"mode\": \"snp\", \"ram\": \"8M\"},\n"
        "\"devices\": [{\"name\": \"nic\", \"id\": 1}, {\"name\": \"nic\", \"id\": 2}]}";

    (void)unused;
    expect_refused(text, "t:3:39: device \"nic\" or its id 2 is there already; expected each once");
}

static void another_kind_of_file_is_refused(void **unused)
{
    (void)unused;
    expect_refused("{\"format\": \"cvm-exposure\"}",
                   "t:1:12: format \"cvm-exposure\" is not known; expected \"cvm-machine\"");
    expect_refused("[]", "t:1:1: the file holds an array; expected a JSON object");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_out_has_a_usual_value),
        cmocka_unit_test(every_member_is_taken),
        cmocka_unit_test(the_words_are_those_of_the_memory),
        cmocka_unit_test(every_built_in_machine_loads_under_its_own_name),
        cmocka_unit_test(bad_memory_is_named_with_line_and_column),
        cmocka_unit_test(a_device_twice_is_refused),
        cmocka_unit_test(another_kind_of_file_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
