/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/verify_parts.h — private to verify*.c: one function per check. */
#ifndef CVMLAB_SIM_PSP_VERIFY_PARTS_H
#define CVMLAB_SIM_PSP_VERIFY_PARTS_H

#include "psp/verify.h"

/* Records a finding, and that its check failed. What is more than FINDINGS_MAX is dropped. */
void finding_add(struct attest_result *result, enum attest_check check, enum attest_reason reason,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What a check has seen, for people. */
void note_set(struct attest_result *result, enum attest_check check, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Says that a check could not be made, and why. */
void check_skip(struct attest_result *result, enum attest_check check, const char *why);

/* CHECK_CHAIN, CHECK_CERTIFICATES, CHECK_VALIDITY and CHECK_ROOT. result->time is set. */
void chain_check(const struct attest_request *request, struct attest_result *result);

/* CHECK_IDENTITY. result->leaf and product are set. */
void identity_check(const struct certificate_chain *chain, struct attest_result *result);

/* CHECK_CONSISTENCY. */
void consistency_check(struct attest_result *result);

/* CHECK_POLICY. */
void policy_check(const struct attest_policy *policy, struct attest_result *result);

#endif
