/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_vmsa.c — save areas, kernel-hash pages and GUIDs against known answers (virtee/
 * sev-snp-measure 8f2b337e; the same digests stand in specs/vectors). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "psp/guid.h"
#include "psp/hex.h"
#include "psp/kernel_hashes.h"
#include "psp/measure.h"
#include "psp/vmsa.h"

static void expect_page(const uint8_t page[PAGE_SIZE], const char *digest_hex)
{
    uint8_t digest[DIGEST_BYTES];
    char text[2 * DIGEST_BYTES + 1];

    assert_int_equal(digest_sha384(page, PAGE_SIZE, digest), STATUS_OK);
    hex_encode(digest, sizeof digest, text);
    assert_string_equal(text, digest_hex);
}

static void save_areas_are_those_of_the_hypervisors(void **unused)
{
    static const struct {
        struct vmsa_start start;
        const char *digest;
    } known[] = {
        {{VMSA_QEMU, VMSA_RESET_EIP, 0x800f12, 0x21},
         "ae79efa6efbe1594a2717dfd42af495a0e4ed37b00e529a5fdf349bea04c3513"
         "962ffb0c74cf65b0d9a1857271833d6e"},
        {{VMSA_QEMU, 0x80b004, 0x800f12, 0x21},
         "180ef2675dc01615d31b3e84ef27a0a69d08bfbbb58ea4f6a0188f08884ab640"
         "7591ada42f99749ce9a406fb4e5d8355"},
        {{VMSA_GCE, VMSA_RESET_EIP, 0, 0x1},
         "f9e03177dad7f4819ee193af7cfb70507d8a923ab513412e908bc73460a9dfda"
         "a54215d58952816118ffb2ec281e7fd2"},
    };
    uint8_t page[PAGE_SIZE];

    (void)unused;
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++) {
        vmsa_build(&known[i].start, page);
        expect_page(page, known[i].digest);
    }
}

static void under_svsm_a_vcpu_starts_in_protected_mode(void **unused)
{
    const struct vmsa_start start = {VMSA_SVSM, 0xffcf1000, 0x800f12, 1};
    uint8_t page[PAGE_SIZE];

    (void)unused;
    vmsa_build(&start, page);
    assert_int_equal(le_read(page + VMSA_CR0, 8), 0x11);
    assert_int_equal(le_read(page + VMSA_RIP, 8), 0xffcf1000);
    assert_int_equal(le_read(page + VMSA_CS + 8, 8), 0);
}

static void cpu_models_have_the_signatures_of_qemu(void **unused)
{
    (void)unused;
    assert_int_equal(vmsa_cpu_signature("EPYC-v4"), 0x800f12);
    assert_int_equal(vmsa_cpu_signature("EPYC-Genoa"), 0xa10f10);
    assert_int_equal(vmsa_cpu_signature("EPYC-v99"), 0);
    assert_int_equal(vmsa_cpu_signature(""), 0);
}

static void the_kernel_hash_page_is_that_of_qemu(void **unused)
{
    const struct kernel_inputs inputs = {.cmdline = "console=ttyS0 loglevel=7"};
    uint8_t page[PAGE_SIZE] = {0};

    (void)unused;
    assert_int_equal(kernel_hashes_build(&inputs, page + 0xc00), STATUS_OK);
    expect_page(page, "adbef9bc7385f7a6dcb8774523cf024b403f193a47962309b277c4109aa70b4b"
                      "a0355d1657b50e9625d5bd1129e7fd27");
}

static void a_guid_is_stored_as_uefi_stores_it(void **unused)
{
    static const char guid[] = "9438d606-4f22-4cc9-b479-a793d411fd21";
    uint8_t bytes[GUID_BYTES];
    char text[2 * GUID_BYTES + 1];

    (void)unused;
    guid_encode(guid, bytes);
    hex_encode(bytes, sizeof bytes, text);
    assert_string_equal(text, "06d63894224fc94cb479a793d411fd21");
    assert_true(guid_equal(bytes, guid));
    bytes[15] ^= 1;
    assert_false(guid_equal(bytes, guid));
}

static void hex_is_read_strictly(void **unused)
{
    uint8_t bytes[2];

    (void)unused;
    assert_true(hex_decode("0aFf", bytes, 2));
    assert_int_equal(bytes[1], 0xff);
    assert_false(hex_decode("0af", bytes, 2));
    assert_false(hex_decode("0aff0", bytes, 2));
    assert_false(hex_decode("0ag0", bytes, 2));
    assert_false(hex_decode(" aff", bytes, 2));
    le_write(bytes, 2, 0x1234);
    assert_int_equal(bytes[0], 0x34);
    assert_int_equal(le_read(bytes, 2), 0x1234);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(save_areas_are_those_of_the_hypervisors),
        cmocka_unit_test(under_svsm_a_vcpu_starts_in_protected_mode),
        cmocka_unit_test(cpu_models_have_the_signatures_of_qemu),
        cmocka_unit_test(the_kernel_hash_page_is_that_of_qemu),
        cmocka_unit_test(a_guid_is_stored_as_uefi_stores_it),
        cmocka_unit_test(hex_is_read_strictly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
