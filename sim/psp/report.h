/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/report.h — the attestation report of the secure processor, versions 2, 3 and 5: its
 * layout as a table, and the way from bytes to fields and back (56860, "ATTESTATION_REPORT
 * Structure"). */
#ifndef CVMLAB_SIM_PSP_REPORT_H
#define CVMLAB_SIM_PSP_REPORT_H

#include "base/diagnostic.h"
#include "psp/ecdsa.h"
#include "psp/measure.h"
#include "psp/tcb.h"

enum {
    REPORT_BYTES = 1184,
    REPORT_SIGNED_BYTES = 0x2a0, /* from the start; the signature follows */
    REPORT_DATA_BYTES = 64,
    HOST_DATA_BYTES = 32,
    CHIP_ID_BYTES = 64,
    GUEST_ID_BYTES = 16, /* family and image id */
    REPORT_ID_BYTES = 32,
};

/* SIGNATURE_ALGO: ECDSA P-384 with SHA-384. */
enum { SIGNATURE_ALGO_ECDSA = 1 };

/* Bits of the guest policy that are named elsewhere than in the table of policy_bits. */
enum {
    POLICY_SMT = 16,
    POLICY_ONE = 17, /* must be one */
    POLICY_MIGRATE_MA = 18,
    POLICY_DEBUG = 19,
    POLICY_SINGLE_SOCKET = 20,
    POLICY_RESERVED = 26, /* from here on zero */
};

/* KEY_INFO: bit 0, bit 1, bits 4:2; zero above. */
enum { KEY_INFO_AUTHOR_KEY = 0, KEY_INFO_MASK_CHIP_KEY = 1, KEY_INFO_SIGNER = 2 };

enum report_signer { SIGNER_VCEK = 0, SIGNER_VLEK = 1, SIGNER_NONE = 7 };

/* Every field; what is reserved has none. Numbers are wide here whatever their size in the report.
 * cpuid_* are of version 3 and later, *_mit_vector of version 5; zero before. */
struct report {
    uint64_t version, guest_svn, policy, vmpl, signature_algo, platform_info, key_info;
    uint64_t cpuid_fam_id, cpuid_mod_id, cpuid_step;
    uint64_t current_build, current_minor, current_major;
    uint64_t committed_build, committed_minor, committed_major;
    uint64_t launch_mit_vector, current_mit_vector;
    uint8_t family_id[GUEST_ID_BYTES], image_id[GUEST_ID_BYTES];
    uint8_t current_tcb[TCB_BYTES], reported_tcb[TCB_BYTES];
    uint8_t committed_tcb[TCB_BYTES], launch_tcb[TCB_BYTES];
    uint8_t report_data[REPORT_DATA_BYTES];
    uint8_t measurement[DIGEST_BYTES];
    uint8_t host_data[HOST_DATA_BYTES];
    uint8_t id_key_digest[DIGEST_BYTES], author_key_digest[DIGEST_BYTES];
    uint8_t report_id[REPORT_ID_BYTES], report_id_ma[REPORT_ID_BYTES];
    uint8_t chip_id[CHIP_ID_BYTES];
    struct ecdsa_signature signature;
};

enum report_field_kind { FIELD_NUMBER, FIELD_BYTES, FIELD_RESERVED };

/* One row of the layout. Rows follow each other without gaps. */
struct report_field {
    const char *name;      /* "reserved" for what must be zero */
    uint16_t offset, size; /* in the report, bytes */
    enum report_field_kind kind;
    uint16_t member;       /* offset in struct report */
    uint8_t first_version; /* reserved in reports before it; 0: in all */
};

/* The layout; ends with name == NULL. */
extern const struct report_field report_fields[];

/* Whether reports of this version are known: 2, 3 and 5. */
bool report_version_is_known(uint64_t version);

/* The field of this name that exists in reports of this version, or NULL. */
const struct report_field *report_field_find(const char *name, uint64_t version);

/* The value of a FIELD_NUMBER. */
uint64_t report_number(const struct report *report, const struct report_field *field);

/* Where the bytes of a FIELD_BYTES are; field->size of them. */
const uint8_t *report_bytes(const struct report *report, const struct report_field *field);

/* Reads every field as it stands, whatever the version says; what is reserved is not looked at. */
void report_decode(const uint8_t bytes[REPORT_BYTES], struct report *report);

/* Writes every field that the version has, and zeros where it is reserved. Of a report whose
 * reserved bytes are zero this gives the same bytes again. */
void report_encode(const struct report *report, uint8_t bytes[REPORT_BYTES]);

/* The first reserved byte that is not zero in a report of this version; -1: none. */
int report_find_reserved(const uint8_t bytes[REPORT_BYTES], uint64_t version);

/* Who signed, as KEY_INFO says; may be a value that is not in the enum. */
unsigned report_signer(const struct report *report);

/* "VCEK", "VLEK", "none"; NULL: reserved value. */
const char *report_signer_name(unsigned signer);

/* The processor that made it, by the CPUID fields; PRODUCT_UNKNOWN in version 2, which has none. */
enum product report_product(const struct report *report);

/* A named bit of the policy or of the platform information. */
struct bit_name {
    const char *name;
    uint8_t bit;
};

/* Both end with name == NULL. */
extern const struct bit_name policy_bits[], platform_bits[];

/* Encodes and signs. key is a private P-384 key. Errors as ecdsa_sign; bytes is undefined then. */
enum status report_sign(const struct report *report, const EVP_PKEY *key,
                        uint8_t bytes[REPORT_BYTES]);

#endif
