/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/policy.h — what whoever asks for a report wants it to say. A file of its own format
 * (specs/schema/attest-policy.json). */
#ifndef CVMLAB_SIM_PSP_POLICY_H
#define CVMLAB_SIM_PSP_POLICY_H

#include "base/document.h"
#include "psp/report.h"

enum { POLICY_LIST_MAX = 64 };

/* A list of allowed values, size_bytes each; count 0: any value. */
struct allow_list {
    size_t size_bytes;
    unsigned count;
    uint8_t value[POLICY_LIST_MAX][CHIP_ID_BYTES];
};

/* A value that must be equal; shorter ones are followed by zeros. */
struct wanted_bytes {
    bool is_set;
    uint8_t value[REPORT_DATA_BYTES];
};

struct attest_policy {
    char name[64];
    bool allow_debug, allow_demo_root, require_author_key;
    uint64_t policy_required, policy_forbidden;     /* bits of the guest policy */
    uint64_t platform_required, platform_forbidden; /* bits of the platform information */
    uint64_t minimum_abi;                           /* major << 8 | minor of the guest policy */
    uint64_t minimum_firmware;                      /* major << 16 | minor << 8 | build */
    uint64_t minimum_version, minimum_guest_svn, maximum_vmpl, required_mitigations;
    unsigned products; /* bit per enum product; 0: any */
    unsigned signers;  /* bit per enum report_signer; 0: any */
    struct tcb minimum_tcb;
    struct allow_list measurements, id_keys, author_keys, chip_ids;
    struct wanted_bytes report_data, host_data, family_id, image_id;
};

/* What an empty policy says: no debugging, and nothing else. The demo root counts as a root. */
void policy_default(struct attest_policy *policy);

/* Reads a policy file. STATUS_BAD_INPUT with diag: policy is undefined then. */
enum status policy_read(struct attest_policy *policy, const char *path, struct diagnostic *diag);

/* The same from a document that is open already. */
enum status policy_decode(struct attest_policy *policy, struct document *doc);

#endif
