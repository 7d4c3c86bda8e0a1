/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_attest_policy.c — what a policy can ask for, each with its own reason; and
 * policies that cannot be read. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "psp/hex.h"
#include "report_fixture.h"

#define HEAD "{\"format\": \"cvm-attest-policy\", \"version\": \"1.0\", \"name\": \"test\""

static enum status policy_parse(struct attest_policy *policy, const char *rest,
                                struct diagnostic *diag)
{
    char text[2048];
    struct document doc;
    enum status status;

    (void)snprintf(text, sizeof text, HEAD "%s}", rest);
    status = document_parse(&doc, text, strlen(text), "p.json", diag);
    if (status == STATUS_OK)
        status = policy_decode(policy, &doc);
    document_free(&doc);
    return status;
}

/* The reason that decides for a Turin report, version 5, with an author key, at VMPL 2. */
static enum attest_reason reason_of(const char *rest)
{
    struct fixture fix;
    struct demo_request demo;
    struct attest_policy policy;
    struct diagnostic diag = {{0}};
    enum attest_reason reason;

    demo_request_init(&demo);
    demo.product = PRODUCT_TURIN;
    demo.has_id_block = true;
    demo.vmpl = 2;
    demo.guest_svn = 7;
    demo.policy = 0x3001f;
    memset(demo.measurement, 0xaa, sizeof demo.measurement);
    demo.report_data[0] = 0x42;
    demo.host_data[31] = 0x43;
    demo.family_id[0] = 0x44;
    demo.image_id[0] = 0x45;
    assert_int_equal(demo_report_make(&demo, fix.bytes, NULL), STATUS_OK);
    assert_int_equal(demo_chain(PRODUCT_TURIN, SIGNER_VCEK, &fix.chain), STATUS_OK);
    fixture_link(&fix);
    if (policy_parse(&policy, rest, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
    fix.request.policy = &policy;
    reason = fixture_reason(&fix);
    fixture_free(&fix);
    return reason;
}

#define AA8  "aaaaaaaaaaaaaaaa"
#define AA48 AA8 AA8 AA8 AA8 AA8 AA8
#define BB8  "bbbbbbbbbbbbbbbb"
#define BB48 BB8 BB8 BB8 BB8 BB8 BB8
#define BB64 BB48 BB8 BB8

static const struct {
    const char *rest;
    enum attest_reason reason;
} cases[] = {
    {"", ATTEST_NONE},
    {", \"policy\": {\"required\": [\"SMT\"]}", ATTEST_NONE},
    {", \"policy\": {\"required\": [\"SINGLE_SOCKET\"]}", ATTEST_POLICY_BIT_REQUIRED},
    {", \"policy\": {\"forbidden\": [\"MIGRATE_MA\"]}", ATTEST_NONE},
    {", \"policy\": {\"forbidden\": [\"SMT\"]}", ATTEST_POLICY_BIT_FORBIDDEN},
    {", \"platform\": {\"required\": [\"SMT_EN\"]}", ATTEST_NONE},
    {", \"platform\": {\"required\": [\"ALIAS_CHECK_COMPLETE\"]}", ATTEST_PLATFORM_BIT_REQUIRED},
    {", \"platform\": {\"forbidden\": [\"SMT_EN\"]}", ATTEST_PLATFORM_BIT_FORBIDDEN},
    {", \"minimum_abi\": \"0.31\"", ATTEST_NONE},
    {", \"minimum_abi\": \"0.32\"", ATTEST_POLICY_ABI},
    {", \"minimum_report_version\": 5", ATTEST_NONE},
    {", \"products\": [\"Turin\", \"Genoa\"]", ATTEST_NONE},
    {", \"products\": [\"Milan\"]", ATTEST_PRODUCT_NOT_ALLOWED},
    {", \"signers\": [\"VCEK\"]", ATTEST_NONE},
    {", \"signers\": [\"VLEK\"]", ATTEST_SIGNER_NOT_ALLOWED},
    {", \"allow_demo_root\": false", ATTEST_DEMO_ROOT},
    {", \"minimum_tcb\": {\"fmc\": 1, \"boot_loader\": 1, \"tee\": 1, \"snp\": 4, "
     "\"microcode\": 71}",
     ATTEST_NONE},
    {", \"minimum_tcb\": {\"fmc\": 2}", ATTEST_TCB_BELOW_MINIMUM},
    {", \"minimum_tcb\": {\"microcode\": 72}", ATTEST_TCB_BELOW_MINIMUM},
    {", \"minimum_firmware\": \"1.58\"", ATTEST_NONE},
    {", \"minimum_firmware\": \"1.58.2\"", ATTEST_FIRMWARE_BELOW_MINIMUM},
    {", \"required_mitigations\": \"0x1\"", ATTEST_MITIGATION_MISSING},
    {", \"measurements\": [\"" BB48 "\", \"" AA48 "\"]", ATTEST_NONE},
    {", \"measurements\": [\"" BB48 "\"]", ATTEST_MEASUREMENT},
    {", \"report_data\": \"42\"", ATTEST_NONE},
    {", \"report_data\": \"4200000001\"", ATTEST_REPORT_DATA},
    {", \"host_data\": \"43\"", ATTEST_HOST_DATA},
    {", \"family_id\": \"44\", \"image_id\": \"45\"", ATTEST_NONE},
    {", \"family_id\": \"45\"", ATTEST_FAMILY_ID},
    {", \"image_id\": \"44\"", ATTEST_IMAGE_ID},
    {", \"minimum_guest_svn\": 7", ATTEST_NONE},
    {", \"minimum_guest_svn\": 8", ATTEST_GUEST_SVN},
    {", \"maximum_vmpl\": 2", ATTEST_NONE},
    {", \"maximum_vmpl\": 1", ATTEST_VMPL},
    {", \"id_key_digests\": [\"" BB48 "\"]", ATTEST_ID_KEY},
    {", \"require_author_key\": true", ATTEST_NONE},
    {", \"author_key_digests\": [\"" BB48 "\"]", ATTEST_AUTHOR_KEY},
    {", \"chip_ids\": [\"" BB64 "\"]", ATTEST_CHIP_ID},
};

static void everything_a_policy_asks_for_has_its_own_reason(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum attest_reason reason = reason_of(cases[i].rest);

        if (reason != cases[i].reason)
            fail_msg("%s gives %s, not %s", cases[i].rest, attest_reason_name(reason),
                     attest_reason_name(cases[i].reason));
    }
}

static void debugging_is_forbidden_unless_it_is_allowed(void **unused)
{
    struct fixture fix;
    struct attest_policy policy;

    (void)unused;
    fixture_real(&fix, "milan-v2-gosevguest"); /* its host may debug it */
    fix.request.policy = &policy;
    assert_int_equal(policy_parse(&policy, "", NULL), STATUS_OK);
    assert_int_equal(fixture_reason(&fix), ATTEST_POLICY_DEBUG);
    assert_int_equal(policy_parse(&policy, ", \"allow_debug\": true", NULL), STATUS_OK);
    assert_int_equal(fixture_reason(&fix), ATTEST_NONE);
    assert_int_equal(
        policy_parse(&policy, ", \"allow_debug\": true, \"minimum_report_version\": 3", NULL),
        STATUS_OK);
    assert_int_equal(fixture_reason(&fix), ATTEST_VERSION_BELOW_MINIMUM);
    fixture_free(&fix);
}

static void an_author_key_that_is_asked_for_must_be_there(void **unused)
{
    struct fixture fix;
    struct attest_policy policy;

    (void)unused;
    fixture_demo(&fix, PRODUCT_MILAN, SIGNER_VCEK);
    fix.request.policy = &policy;
    assert_int_equal(policy_parse(&policy, ", \"require_author_key\": true", NULL), STATUS_OK);
    assert_int_equal(fixture_reason(&fix), ATTEST_AUTHOR_KEY_MISSING);
    assert_int_equal(policy_parse(&policy, ", \"author_key_digests\": [\"" BB48 "\"]", NULL),
                     STATUS_OK);
    assert_int_equal(fixture_reason(&fix), ATTEST_AUTHOR_KEY_MISSING);
    fixture_free(&fix);
}

static void policies_that_cannot_be_read_say_where_and_what(void **unused)
{
    static const char *const bad[] = {
        ", \"polcy\": {}",
        ", \"policy\": []",
        ", \"policy\": {\"required\": [\"SMTT\"]}",
        ", \"policy\": {\"required\": [17]}",
        ", \"policy\": {\"required\": [\"SMT\"], \"forbidden\": [\"SMT\"]}",
        ", \"minimum_abi\": \"1\"",
        ", \"minimum_abi\": \"1.2.3\"",
        ", \"minimum_abi\": \"1.256\"",
        ", \"minimum_firmware\": \"1.2.3.4\"",
        ", \"minimum_firmware\": \"x\"",
        ", \"minimum_tcb\": {\"snap\": 1}",
        ", \"minimum_tcb\": {\"snp\": 256}",
        ", \"minimum_tcb\": {\"snp\": -1}",
        ", \"maximum_vmpl\": 4",
        ", \"minimum_guest_svn\": \"7\"",
        ", \"products\": [\"Rome\"]",
        ", \"signers\": [\"vcek\"]",
        ", \"measurements\": []",
        ", \"measurements\": [\"aa\"]",
        ", \"measurements\": [\"" AA48 AA8 "\"]",
        ", \"report_data\": \"\"",
        ", \"report_data\": \"4\"",
        ", \"report_data\": \"4g\"",
        ", \"host_data\": \"" BB48 "\"",
        ", \"allow_debug\": 1",
        ", \"required_mitigations\": \"0x\"",
        ", \"version\": \"1.0\"",
    };

    (void)unused;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct attest_policy policy;
        struct diagnostic diag = {{0}};

        if (policy_parse(&policy, bad[i], &diag) != STATUS_BAD_INPUT)
            fail_msg("accepted: %s", bad[i]);
        assert_memory_equal(diag.text, "p.json:1:", 9);
        assert_non_null(strstr(diag.text, "expected "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_a_policy_asks_for_has_its_own_reason),
        cmocka_unit_test(debugging_is_forbidden_unless_it_is_allowed),
        cmocka_unit_test(an_author_key_that_is_asked_for_must_be_there),
        cmocka_unit_test(policies_that_cannot_be_read_say_where_and_what),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
