/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/verify_policy.c — a report against the policy of whoever asks. Read policy.h first. */
#include "psp/verify_parts.h"

#include <inttypes.h>
#include <string.h>

#include "psp/hex.h"

/* One finding for each bit of wrong. */
static void bits_check(struct attest_result *result, uint64_t wrong, const struct bit_name *bits,
                       enum attest_reason reason, const char *what)
{
    for (; bits->name; bits++)
        if (wrong >> bits->bit & 1)
            finding_add(result, CHECK_POLICY, reason, "%s bit %s", bits->name, what);
}

static void guest_policy_check(const struct attest_policy *policy, struct attest_result *result)
{
    uint64_t bits = result->report.policy;

    if ((bits >> POLICY_DEBUG & 1) && !policy->allow_debug)
        finding_add(result, CHECK_POLICY, ATTEST_POLICY_DEBUG,
                    "the host may debug the guest; expected policy bit 19 to be zero");
    bits_check(result, policy->policy_required & ~bits, policy_bits, ATTEST_POLICY_BIT_REQUIRED,
               "of the guest policy is zero; expected one");
    bits_check(result, policy->policy_forbidden & bits, policy_bits, ATTEST_POLICY_BIT_FORBIDDEN,
               "of the guest policy is one; expected zero");
    if ((bits & UINT16_MAX) < policy->minimum_abi)
        finding_add(result, CHECK_POLICY, ATTEST_POLICY_ABI,
                    "the guest runs on firmware ABI %u.%u; expected at least %u.%u",
                    (unsigned)(bits >> 8 & UINT8_MAX), (unsigned)(bits & UINT8_MAX),
                    (unsigned)(policy->minimum_abi >> 8),
                    (unsigned)(policy->minimum_abi & UINT8_MAX));
    bits_check(result, policy->platform_required & ~result->report.platform_info, platform_bits,
               ATTEST_PLATFORM_BIT_REQUIRED, "of the platform is zero; expected one");
    bits_check(result, policy->platform_forbidden & result->report.platform_info, platform_bits,
               ATTEST_PLATFORM_BIT_FORBIDDEN, "of the platform is one; expected zero");
}

static void origin_check(const struct attest_policy *policy, struct attest_result *result)
{
    const char *signer = report_signer_name(report_signer(&result->report));

    if (result->report.version < policy->minimum_version)
        finding_add(result, CHECK_POLICY, ATTEST_VERSION_BELOW_MINIMUM,
                    "report version %" PRIu64 "; expected at least %" PRIu64,
                    result->report.version, policy->minimum_version);
    if (policy->products && !(policy->products >> result->product & 1))
        finding_add(result, CHECK_POLICY, ATTEST_PRODUCT_NOT_ALLOWED,
                    "product %s; expected one of the policy", product_name(result->product));
    if (policy->signers && !(policy->signers >> report_signer(&result->report) & 1))
        finding_add(result, CHECK_POLICY, ATTEST_SIGNER_NOT_ALLOWED,
                    "signed by %s; expected one of the policy", signer ? signer : "an unknown key");
    if (result->root.owner == ROOT_DEMO && !policy->allow_demo_root)
        finding_add(result, CHECK_POLICY, ATTEST_DEMO_ROOT,
                    "the root is the demo's, whose keys everybody has; expected another");
}

static void tcb_minimum_check(const struct attest_policy *policy, struct attest_result *result)
{
    struct tcb reported;

    tcb_decode(result->product, result->report.reported_tcb, &reported);
    for (unsigned part = 0; part < TCB_PART_COUNT; part++)
        if (reported.part[part] < policy->minimum_tcb.part[part])
            finding_add(result, CHECK_POLICY, ATTEST_TCB_BELOW_MINIMUM,
                        "reported_tcb: %s is %u; expected at least %u",
                        tcb_part_name((enum tcb_part)part), reported.part[part],
                        policy->minimum_tcb.part[part]);
}

static void versions_check(const struct attest_policy *policy, struct attest_result *result)
{
    const struct report *report = &result->report;
    uint64_t firmware =
        report->current_major << 16 | report->current_minor << 8 | report->current_build;
    uint64_t missing = policy->required_mitigations & ~report->current_mit_vector;

    tcb_minimum_check(policy, result);
    if (firmware < policy->minimum_firmware)
        finding_add(result, CHECK_POLICY, ATTEST_FIRMWARE_BELOW_MINIMUM,
                    "firmware %" PRIu64 ".%" PRIu64 ".%" PRIu64 "; expected at least %u.%u.%u",
                    report->current_major, report->current_minor, report->current_build,
                    (unsigned)(policy->minimum_firmware >> 16),
                    (unsigned)(policy->minimum_firmware >> 8 & UINT8_MAX),
                    (unsigned)(policy->minimum_firmware & UINT8_MAX));
    if (missing)
        finding_add(result, CHECK_POLICY, ATTEST_MITIGATION_MISSING,
                    "current_mit_vector 0x%" PRIx64 " lacks 0x%" PRIx64 "; expected them",
                    report->current_mit_vector, missing);
    if (report->guest_svn < policy->minimum_guest_svn)
        finding_add(result, CHECK_POLICY, ATTEST_GUEST_SVN,
                    "guest_svn %" PRIu64 "; expected at least %" PRIu64, report->guest_svn,
                    policy->minimum_guest_svn);
    if (report->vmpl > policy->maximum_vmpl)
        finding_add(result, CHECK_POLICY, ATTEST_VMPL,
                    "asked for at VMPL %" PRIu64 "; expected at most %" PRIu64, report->vmpl,
                    policy->maximum_vmpl);
}

/* The begin of a value, long enough to tell two apart. */
struct beginning {
    char text[2 * 8 + 1];
};

static struct beginning beginning_of(const uint8_t *bytes)
{
    struct beginning begin;

    hex_encode(bytes, 8, begin.text);
    return begin;
}

static void list_check(struct attest_result *result, const struct allow_list *list,
                       const uint8_t *value, enum attest_reason reason, const char *what)
{
    for (unsigned i = 0; i < list->count; i++)
        if (memcmp(list->value[i], value, list->size_bytes) == 0)
            return;
    if (list->count > 0)
        finding_add(result, CHECK_POLICY, reason, "%s %s...; expected %s%s%s", what,
                    beginning_of(value).text, list->count == 1 ? "" : "one of the policy, e.g. ",
                    beginning_of(list->value[0]).text, "...");
}

static void wanted_check(struct attest_result *result, const struct wanted_bytes *wanted,
                         const uint8_t *value, size_t size, enum attest_reason reason,
                         const char *what)
{
    if (wanted->is_set && memcmp(wanted->value, value, size) != 0)
        finding_add(result, CHECK_POLICY, reason, "%s %s...; expected %s...", what,
                    beginning_of(value).text, beginning_of(wanted->value).text);
}

static void values_check(const struct attest_policy *policy, struct attest_result *result)
{
    const struct report *report = &result->report;

    list_check(result, &policy->measurements, report->measurement, ATTEST_MEASUREMENT,
               "measurement");
    wanted_check(result, &policy->report_data, report->report_data, REPORT_DATA_BYTES,
                 ATTEST_REPORT_DATA, "report_data");
    wanted_check(result, &policy->host_data, report->host_data, HOST_DATA_BYTES, ATTEST_HOST_DATA,
                 "host_data");
    wanted_check(result, &policy->family_id, report->family_id, GUEST_ID_BYTES, ATTEST_FAMILY_ID,
                 "family_id");
    wanted_check(result, &policy->image_id, report->image_id, GUEST_ID_BYTES, ATTEST_IMAGE_ID,
                 "image_id");
    list_check(result, &policy->id_keys, report->id_key_digest, ATTEST_ID_KEY, "id_key_digest");
    list_check(result, &policy->chip_ids, report->chip_id, ATTEST_CHIP_ID, "chip_id");
}

/* An author key counts only if KEY_INFO says that there was one. */
static void author_check(const struct attest_policy *policy, struct attest_result *result)
{
    const struct report *report = &result->report;
    bool has_author = report->key_info >> KEY_INFO_AUTHOR_KEY & 1;

    if (has_author)
        list_check(result, &policy->author_keys, report->author_key_digest, ATTEST_AUTHOR_KEY,
                   "author_key_digest");
    else if (policy->require_author_key || policy->author_keys.count > 0)
        finding_add(result, CHECK_POLICY, ATTEST_AUTHOR_KEY_MISSING,
                    "no author key signed the id key; expected one");
}

void policy_check(const struct attest_policy *policy, struct attest_result *result)
{
    guest_policy_check(policy, result);
    origin_check(policy, result);
    versions_check(policy, result);
    values_check(policy, result);
    author_check(policy, result);
    note_set(result, CHECK_POLICY, "as the %.60s policy wants it", policy->name);
}
