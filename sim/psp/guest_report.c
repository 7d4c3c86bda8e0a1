/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/guest_report.c — see guest_report.h. Tested by tests/unit/test_psp_launch_finish.c. */
#include "psp/guest_report.h"

#include <string.h>

#include "psp/firmware_internal.h"

/* Bits of the platform information (56860, PLATFORM_INFO). */
enum { PLATFORM_SMT = 1, PLATFORM_RAPL_OFF = 8, PLATFORM_HIDING = 16, PLATFORM_ALIAS_CHECK = 32 };

static uint64_t platform_info(const struct psp *psp)
{
    struct psp_platform platform;

    (void)psp_platform_status(psp, &platform);
    return (platform.smt_on ? PLATFORM_SMT : 0U) | (platform.rapl_off ? PLATFORM_RAPL_OFF : 0U) |
           (platform.ciphertext_hiding ? PLATFORM_HIDING : 0U) |
           (platform.alias_check_done ? PLATFORM_ALIAS_CHECK : 0U);
}

static void guest_fill(const struct psp_guest *guest, struct report *report)
{
    report->policy = guest->policy;
    report->guest_svn = guest->guest_svn;
    report->key_info &= ~(UINT64_C(1) << KEY_INFO_AUTHOR_KEY);
    report->key_info |= (uint64_t)guest->has_author_key << KEY_INFO_AUTHOR_KEY;
    memcpy(report->family_id, guest->family_id, sizeof report->family_id);
    memcpy(report->image_id, guest->image_id, sizeof report->image_id);
    memcpy(report->measurement, guest->digest.ld, sizeof report->measurement);
    memcpy(report->host_data, guest->host_data, sizeof report->host_data);
    memcpy(report->id_key_digest, guest->id_key_digest, sizeof report->id_key_digest);
    memcpy(report->author_key_digest, guest->author_key_digest, sizeof report->author_key_digest);
    memcpy(report->report_id, guest->report_id, sizeof report->report_id);
    memset(report->report_id_ma, 0xff, sizeof report->report_id_ma); /* no migration agent */
}

enum psp_status guest_report_fill(const struct psp *psp, spa_t gctx, unsigned vmpl,
                                  const uint8_t report_data[REPORT_DATA_BYTES],
                                  struct report *report)
{
    struct psp_guest guest;
    enum psp_status status = psp_guest_status(psp, gctx, &guest);

    if (status != PSP_SUCCESS)
        return status;
    if (guest.state != PSP_GUEST_RUNNING)
        return PSP_INVALID_GUEST_STATE;
    if (vmpl >= VMPL_COUNT)
        return PSP_INVALID_PARAM;
    guest_fill(&guest, report);
    report->vmpl = vmpl;
    report->platform_info = platform_info(psp);
    memcpy(report->report_data, report_data, sizeof report->report_data);
    return PSP_SUCCESS;
}
