/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_ovmf.c — the table at the end of a firmware image: what it says, and that nothing
 * in it is believed that lies outside. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "firmware_fixture.h"

static void the_table_is_read_backwards(void **unused)
{
    struct firmware firmware;
    struct ovmf ovmf;

    (void)unused;
    firmware_usual(&firmware);
    assert_int_equal(ovmf_parse(firmware.bytes, PAGE_SIZE, "f", &ovmf, NULL), STATUS_OK);
    assert_int_equal(ovmf.section_count, 2);
    assert_int_equal(ovmf.section[0].gpa.v, 0x800000);
    assert_int_equal(ovmf.section[0].size_bytes, 0x2000);
    assert_int_equal(ovmf.section[1].type, OVMF_KERNEL_HASHES);
    assert_int_equal(ovmf.hash_table.v, 0x810c00);
    assert_int_equal(ovmf.hash_table_size, 0x400);
    assert_true(ovmf.has_reset_eip);
    assert_int_equal(ovmf.reset_eip, 0x80b004);
    assert_false(ovmf.has_svsm_start);
}

static void an_image_without_a_table_has_no_sections(void **unused)
{
    static const uint8_t image[2 * PAGE_SIZE];
    struct ovmf ovmf;

    (void)unused;
    assert_int_equal(ovmf_parse(image, sizeof image, "f", &ovmf, NULL), STATUS_OK);
    assert_int_equal(ovmf.section_count, 0);
    assert_false(ovmf.has_reset_eip);
}

static void expect_refused(const struct firmware *firmware, const char *message)
{
    struct ovmf ovmf;
    struct diagnostic diag = {{0}};

    assert_int_equal(ovmf_parse(firmware->bytes, PAGE_SIZE, "f", &ovmf, &diag), STATUS_BAD_INPUT);
    if (!strstr(diag.text, message) || !strstr(diag.text, "expected"))
        fail_msg("%s", diag.text);
}

static void images_that_are_no_whole_pages_are_refused(void **unused)
{
    static const uint8_t image[2 * PAGE_SIZE];
    static const size_t sizes[] = {0, 1, 31, 50, PAGE_SIZE - 1, PAGE_SIZE + 1};
    struct ovmf ovmf;

    (void)unused;
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        assert_int_equal(ovmf_parse(image, sizes[i], "f", &ovmf, NULL), STATUS_BAD_INPUT);
}

static void sizes_that_lead_outside_are_refused(void **unused)
{
    struct firmware firmware;

    (void)unused;
    firmware_usual(&firmware);
    le_write(firmware.bytes + FOOTER_AT, 2, 0xffff);
    expect_refused(&firmware, "table lies outside");
    le_write(firmware.bytes + FOOTER_AT, 2, TAIL_BYTES - 1);
    expect_refused(&firmware, "table lies outside");
    firmware_usual(&firmware);
    le_write(firmware.bytes + FOOTER_AT - TAIL_BYTES, 2, 0xfff);
    expect_refused(&firmware, "too large or too small");
    le_write(firmware.bytes + FOOTER_AT - TAIL_BYTES, 2, FOOTER_AT - firmware.top + 1);
    expect_refused(&firmware, "too large or too small"); /* in the image, but not in the table */
    le_write(firmware.bytes + FOOTER_AT - TAIL_BYTES, 2, 0);
    expect_refused(&firmware, "too large or too small");
}

static void metadata_that_lie_outside_are_refused(void **unused)
{
    static const uint64_t distances[] = {0, 15, PAGE_SIZE + 1, UINT32_MAX};

    (void)unused;
    for (unsigned i = 0; i < 4; i++) {
        struct firmware firmware;

        firmware_usual(&firmware);
        le_write(firmware.bytes + FOOTER_AT - TAIL_BYTES - 4, 4, distances[i]);
        expect_refused(&firmware, "metadata lie outside");
    }
}

static void metadata_that_are_wrong_are_refused(void **unused)
{
    struct firmware firmware;

    (void)unused;
    firmware_usual(&firmware);
    firmware.bytes[METADATA_AT] = 'B';
    expect_refused(&firmware, "not version 1");
    firmware_usual(&firmware);
    le_write(firmware.bytes + METADATA_AT + 8, 4, 2);
    expect_refused(&firmware, "not version 1");
    firmware_usual(&firmware);
    le_write(firmware.bytes + METADATA_AT + 12, 4, 3); /* more than their size holds */
    expect_refused(&firmware, "too many sections");
    le_write(firmware.bytes + METADATA_AT + 12, 4, UINT32_MAX);
    expect_refused(&firmware, "too many sections");
}

static void sections_that_are_wrong_are_refused(void **unused)
{
    static const uint32_t bad[][3] = {{0x800001, 0x1000, 1},     {0x800000, 0x800, 1},
                                      {0x800000, 0, 1},          {0xfffff000, 0x2000, 1},
                                      {0x800000, 0x1000, 0},     {0x800000, 0x1000, 5},
                                      {0x800000, 0x1000, 0x110}, {0x800000, 0xfffff000, 1}};

    (void)unused;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct firmware firmware;

        firmware_usual(&firmware);
        firmware_section(&firmware, 0, bad[i][0], bad[i][1], bad[i][2]);
        expect_refused(&firmware, "firmware section");
    }
}

static void every_changed_byte_gives_a_table_or_a_clear_line(void **unused)
{
    struct firmware firmware;

    (void)unused;
    firmware_usual(&firmware);
    for (unsigned i = 0; i < 8 * PAGE_SIZE; i++) {
        struct ovmf ovmf;
        struct diagnostic diag = {{0}};
        enum status status;

        firmware.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        status = ovmf_parse(firmware.bytes, PAGE_SIZE, "f", &ovmf, &diag);
        assert_int_equal(status == STATUS_OK, diag.text[0] == '\0');
        firmware.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_read_backwards),
        cmocka_unit_test(an_image_without_a_table_has_no_sections),
        cmocka_unit_test(images_that_are_no_whole_pages_are_refused),
        cmocka_unit_test(sizes_that_lead_outside_are_refused),
        cmocka_unit_test(metadata_that_lie_outside_are_refused),
        cmocka_unit_test(metadata_that_are_wrong_are_refused),
        cmocka_unit_test(sections_that_are_wrong_are_refused),
        cmocka_unit_test(every_changed_byte_gives_a_table_or_a_clear_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
