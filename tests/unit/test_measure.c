/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_measure.c — launch digests against known answers: virtee/sev-snp-measure 8f2b337e
 * (the rows of specs/vectors named launch_micro), FIPS 180-4 for the hash itself. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "psp/measure.h"

static void expect_hex(const uint8_t *bytes, size_t size, const char *hex)
{
    char text[2 * DIGEST_BYTES + 1];

    for (size_t i = 0; i < size; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    assert_string_equal(text, hex);
}

static struct launch_digest measured(const struct launch_page *page)
{
    struct launch_digest digest;

    launch_digest_init(&digest);
    assert_int_equal(launch_digest_extend(&digest, page), STATUS_OK);
    return digest;
}

static struct launch_page zero_page(void)
{
    return (struct launch_page){.type = LAUNCH_PAGE_ZERO};
}

static void one_zero_page_gives_the_known_digest(void **unused)
{
    struct launch_page page = zero_page();
    struct launch_digest digest = measured(&page);

    (void)unused;
    expect_hex(digest.ld, DIGEST_BYTES,
               "70c0ecaab9608f14ebf8ac6f0f07bcd8728f4e2ab30382b539b4de4de904ca9f"
               "8ebdf4b2cd3cd84dd996bd55dd794676");
}

static void a_normal_page_of_zeros_is_not_a_zero_page(void **unused)
{
    static const uint8_t zeros[PAGE_SIZE];
    struct launch_page page = {.type = LAUNCH_PAGE_NORMAL};
    struct launch_digest digest;

    (void)unused;
    launch_digest_init(&digest);
    assert_int_equal(launch_digest_extend_pages(&digest, &page, zeros, 1), STATUS_OK);
    expect_hex(digest.ld, DIGEST_BYTES,
               "9d13634b6014bb21cf059b2dc694e7bff01a8a7137041100cd2b695f3d10fb68"
               "7267b97808b27f8f471d943bc6f53a20");
}

static void every_field_of_a_page_changes_the_digest(void **unused)
{
    struct launch_page plain = zero_page();
    struct launch_digest first = measured(&plain);
    struct launch_page changed[6];

    (void)unused;
    for (unsigned i = 0; i < 6; i++)
        changed[i] = zero_page();
    changed[0].type = LAUNCH_PAGE_UNMEASURED;
    changed[1].gpa.v = (uint64_t)1 << 63;
    changed[2].is_imi = true;
    for (unsigned i = 0; i < LAUNCH_VMPL_COUNT; i++)
        changed[3 + i].permissions[i] = 1;
    for (unsigned i = 0; i < 6; i++) {
        struct launch_digest other = measured(&changed[i]);

        assert_memory_not_equal(other.ld, first.ld, DIGEST_BYTES);
        for (unsigned j = 0; j < i; j++) {
            struct launch_digest before = measured(&changed[j]);

            assert_memory_not_equal(other.ld, before.ld, DIGEST_BYTES);
        }
    }
}

static void contents_count_for_normal_and_save_area_pages_only(void **unused)
{
    (void)unused;
    for (unsigned type = LAUNCH_PAGE_NORMAL; type <= LAUNCH_PAGE_CPUID; type++) {
        struct launch_page page = {.type = (enum launch_page_type)type};
        struct launch_digest zero = measured(&page), other;

        page.contents[47] = 1;
        other = measured(&page);
        assert_int_equal(memcmp(zero.ld, other.ld, DIGEST_BYTES) != 0,
                         type == LAUNCH_PAGE_NORMAL || type == LAUNCH_PAGE_VMSA);
    }
}

static void the_record_has_amds_layout(void **unused)
{
    struct launch_page page = {.type = LAUNCH_PAGE_VMSA,
                               .gpa = {0xFFFFFFFFF000},
                               .permissions = {1, 2, 3},
                               .is_imi = true};
    uint8_t current[DIGEST_BYTES], info[PAGE_INFO_BYTES];

    (void)unused;
    memset(current, 0xcc, sizeof current);
    memset(page.contents, 0xdd, sizeof page.contents);
    launch_page_info(current, &page, info);
    assert_memory_equal(info, current, DIGEST_BYTES);
    assert_memory_equal(info + 48, page.contents, DIGEST_BYTES);
    expect_hex(info + 96, 16,
               "70000201030201"
               "00"
               "00f0ffffffff0000");
}

static void a_large_page_is_512_records(void **unused)
{
    struct launch_page large = {.type = LAUNCH_PAGE_ZERO, .gpa = {0x200000}};
    struct launch_page small = large;
    struct launch_digest once, one_by_one;

    (void)unused;
    launch_digest_init(&once);
    launch_digest_init(&one_by_one);
    assert_int_equal(launch_digest_extend_pages(&once, &large, NULL, 512), STATUS_OK);
    for (unsigned i = 0; i < 512; i++, small.gpa.v += PAGE_SIZE)
        assert_int_equal(launch_digest_extend(&one_by_one, &small), STATUS_OK);
    assert_memory_equal(&once, &one_by_one, sizeof once);
}

static void only_migration_image_pages_extend_the_second_digest(void **unused)
{
    static const uint8_t zeros[DIGEST_BYTES];
    struct launch_page page = zero_page();
    struct launch_digest digest = measured(&page);

    (void)unused;
    assert_memory_equal(digest.imd, zeros, DIGEST_BYTES);
    page.is_imi = true;
    digest = measured(&page);
    assert_memory_equal(digest.imd, digest.ld, DIGEST_BYTES);
}

/* undeSErVed: the blocks arrive in the same order, and land at exchanged addresses. */
static void only_the_older_digest_is_blind_to_where_a_block_went(void **unused)
{
    uint8_t block[2][PAGE_SIZE], legacy[2][LEGACY_DIGEST_BYTES];
    struct launch_digest snp[2];

    (void)unused;
    memset(block[0], 0xaa, PAGE_SIZE);
    memset(block[1], 0xbb, PAGE_SIZE);
    for (unsigned swapped = 0; swapped < 2; swapped++) {
        struct legacy_digest *older = legacy_digest_create();

        assert_non_null(older);
        launch_digest_init(&snp[swapped]);
        for (unsigned i = 0; i < 2; i++) {
            struct launch_page page = {.type = LAUNCH_PAGE_NORMAL,
                                       .gpa = {(i ^ swapped) * (uint64_t)PAGE_SIZE}};

            assert_int_equal(legacy_digest_update(older, block[i], PAGE_SIZE), STATUS_OK);
            assert_int_equal(launch_digest_extend_pages(&snp[swapped], &page, block[i], 1),
                             STATUS_OK);
        }
        assert_int_equal(legacy_digest_value(older, legacy[swapped]), STATUS_OK);
        legacy_digest_free(older);
    }
    assert_memory_equal(legacy[0], legacy[1], LEGACY_DIGEST_BYTES);
    assert_memory_not_equal(snp[0].ld, snp[1].ld, DIGEST_BYTES);
}

static void the_older_digest_is_one_hash_and_can_go_on(void **unused)
{
    struct legacy_digest *older = legacy_digest_create();
    uint8_t value[LEGACY_DIGEST_BYTES], whole[LEGACY_DIGEST_BYTES];

    (void)unused;
    assert_non_null(older);
    assert_int_equal(legacy_digest_update(older, "ab", 2), STATUS_OK);
    assert_int_equal(legacy_digest_value(older, value), STATUS_OK);
    assert_int_equal(legacy_digest_update(older, "c", 1), STATUS_OK);
    assert_int_equal(legacy_digest_value(older, value), STATUS_OK);
    legacy_digest_free(older);
    expect_hex(value, sizeof value,
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(digest_sha256("abc", 3, whole), STATUS_OK);
    assert_memory_equal(value, whole, sizeof value);
}

static void types_have_names_both_ways(void **unused)
{
    (void)unused;
    for (unsigned type = LAUNCH_PAGE_NORMAL; type <= LAUNCH_PAGE_CPUID; type++)
        assert_int_equal(launch_page_type_by_name(launch_page_type_name(type)), type);
    assert_null(launch_page_type_name(0));
    assert_null(launch_page_type_name(7));
    assert_int_equal(launch_page_type_by_name("normal"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_zero_page_gives_the_known_digest),
        cmocka_unit_test(a_normal_page_of_zeros_is_not_a_zero_page),
        cmocka_unit_test(every_field_of_a_page_changes_the_digest),
        cmocka_unit_test(contents_count_for_normal_and_save_area_pages_only),
        cmocka_unit_test(the_record_has_amds_layout),
        cmocka_unit_test(a_large_page_is_512_records),
        cmocka_unit_test(only_migration_image_pages_extend_the_second_digest),
        cmocka_unit_test(only_the_older_digest_is_blind_to_where_a_block_went),
        cmocka_unit_test(the_older_digest_is_one_hash_and_can_go_on),
        cmocka_unit_test(types_have_names_both_ways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
