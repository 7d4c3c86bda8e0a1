/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/report.c — see report.h. Tested by tests/unit/test_report.c. */
#include "psp/report.h"

#include <stddef.h>
#include <string.h>

#include "psp/hex.h"

#define AT(name) offsetof(struct report, name)

/* 56860, "ATTESTATION_REPORT Structure". Versions 3 and 5 gave meaning to bytes reserved before. */
const struct report_field report_fields[] = {
    {"version", 0x000, 4, FIELD_NUMBER, AT(version), 0},
    {"guest_svn", 0x004, 4, FIELD_NUMBER, AT(guest_svn), 0},
    {"policy", 0x008, 8, FIELD_NUMBER, AT(policy), 0},
    {"family_id", 0x010, 16, FIELD_BYTES, AT(family_id), 0},
    {"image_id", 0x020, 16, FIELD_BYTES, AT(image_id), 0},
    {"vmpl", 0x030, 4, FIELD_NUMBER, AT(vmpl), 0},
    {"signature_algo", 0x034, 4, FIELD_NUMBER, AT(signature_algo), 0},
    {"current_tcb", 0x038, 8, FIELD_BYTES, AT(current_tcb), 0},
    {"platform_info", 0x040, 8, FIELD_NUMBER, AT(platform_info), 0},
    {"key_info", 0x048, 4, FIELD_NUMBER, AT(key_info), 0},
    {"reserved", 0x04c, 4, FIELD_RESERVED, 0, 0},
    {"report_data", 0x050, 64, FIELD_BYTES, AT(report_data), 0},
    {"measurement", 0x090, 48, FIELD_BYTES, AT(measurement), 0},
    {"host_data", 0x0c0, 32, FIELD_BYTES, AT(host_data), 0},
    {"id_key_digest", 0x0e0, 48, FIELD_BYTES, AT(id_key_digest), 0},
    {"author_key_digest", 0x110, 48, FIELD_BYTES, AT(author_key_digest), 0},
    {"report_id", 0x140, 32, FIELD_BYTES, AT(report_id), 0},
    {"report_id_ma", 0x160, 32, FIELD_BYTES, AT(report_id_ma), 0},
    {"reported_tcb", 0x180, 8, FIELD_BYTES, AT(reported_tcb), 0},
    {"cpuid_fam_id", 0x188, 1, FIELD_NUMBER, AT(cpuid_fam_id), 3},
    {"cpuid_mod_id", 0x189, 1, FIELD_NUMBER, AT(cpuid_mod_id), 3},
    {"cpuid_step", 0x18a, 1, FIELD_NUMBER, AT(cpuid_step), 3},
    {"reserved", 0x18b, 21, FIELD_RESERVED, 0, 0},
    {"chip_id", 0x1a0, 64, FIELD_BYTES, AT(chip_id), 0},
    {"committed_tcb", 0x1e0, 8, FIELD_BYTES, AT(committed_tcb), 0},
    {"current_build", 0x1e8, 1, FIELD_NUMBER, AT(current_build), 0},
    {"current_minor", 0x1e9, 1, FIELD_NUMBER, AT(current_minor), 0},
    {"current_major", 0x1ea, 1, FIELD_NUMBER, AT(current_major), 0},
    {"reserved", 0x1eb, 1, FIELD_RESERVED, 0, 0},
    {"committed_build", 0x1ec, 1, FIELD_NUMBER, AT(committed_build), 0},
    {"committed_minor", 0x1ed, 1, FIELD_NUMBER, AT(committed_minor), 0},
    {"committed_major", 0x1ee, 1, FIELD_NUMBER, AT(committed_major), 0},
    {"reserved", 0x1ef, 1, FIELD_RESERVED, 0, 0},
    {"launch_tcb", 0x1f0, 8, FIELD_BYTES, AT(launch_tcb), 0},
    {"launch_mit_vector", 0x1f8, 8, FIELD_NUMBER, AT(launch_mit_vector), 5},
    {"current_mit_vector", 0x200, 8, FIELD_NUMBER, AT(current_mit_vector), 5},
    {"reserved", 0x208, 152, FIELD_RESERVED, 0, 0},
    {"signature_r", 0x2a0, 72, FIELD_BYTES, AT(signature.r), 0},
    {"signature_s", 0x2e8, 72, FIELD_BYTES, AT(signature.s), 0},
    {"reserved", 0x330, 368, FIELD_RESERVED, 0, 0},
    {NULL, 0, 0, FIELD_RESERVED, 0, 0},
};

/* 56860, "Guest Policy". */
const struct bit_name policy_bits[] = {
    {"SMT", POLICY_SMT},       {"MIGRATE_MA", POLICY_MIGRATE_MA},
    {"DEBUG", POLICY_DEBUG},   {"SINGLE_SOCKET", POLICY_SINGLE_SOCKET},
    {"CXL_ALLOW", 21},         {"MEM_AES_256_XTS", 22},
    {"RAPL_DIS", 23},          {"CIPHERTEXT_HIDING", 24},
    {"PAGE_SWAP_DISABLE", 25}, {NULL, 0},
};

/* 56860, PLATFORM_INFO. Bit 6 has been seen set on Turin; its name is not known here. */
const struct bit_name platform_bits[] = {
    {"SMT_EN", 0},
    {"TSME_EN", 1},
    {"ECC_EN", 2},
    {"RAPL_DIS", 3},
    {"CIPHERTEXT_HIDING_EN", 4},
    {"ALIAS_CHECK_COMPLETE", 5},
    {"TIO_EN", 7},
    {NULL, 0},
};

bool report_version_is_known(uint64_t version)
{
    return version == 2 || version == 3 || version == 5;
}

const struct report_field *report_field_find(const char *name, uint64_t version)
{
    for (const struct report_field *field = report_fields; field->name; field++)
        if (field->kind != FIELD_RESERVED && field->first_version <= version &&
            strcmp(field->name, name) == 0)
            return field;
    return NULL;
}

uint64_t report_number(const struct report *report, const struct report_field *field)
{
    uint64_t value;

    memcpy(&value, (const uint8_t *)report + field->member, sizeof value);
    return value;
}

const uint8_t *report_bytes(const struct report *report, const struct report_field *field)
{
    return (const uint8_t *)report + field->member;
}

void report_decode(const uint8_t bytes[REPORT_BYTES], struct report *report)
{
    for (const struct report_field *field = report_fields; field->name; field++) {
        uint8_t *member = (uint8_t *)report + field->member;
        uint64_t value = 0;

        switch (field->kind) {
        case FIELD_NUMBER:
            value = le_read(bytes + field->offset, field->size);
            memcpy(member, &value, sizeof value);
            break;
        case FIELD_BYTES:
            memcpy(member, bytes + field->offset, field->size);
            break;
        case FIELD_RESERVED:
            break;
        }
    }
}

void report_encode(const struct report *report, uint8_t bytes[REPORT_BYTES])
{
    memset(bytes, 0, REPORT_BYTES);
    for (const struct report_field *field = report_fields; field->name; field++) {
        if (field->first_version > report->version || field->kind == FIELD_RESERVED)
            continue;
        if (field->kind == FIELD_NUMBER)
            le_write(bytes + field->offset, field->size, report_number(report, field));
        else
            memcpy(bytes + field->offset, report_bytes(report, field), field->size);
    }
}

int report_find_reserved(const uint8_t bytes[REPORT_BYTES], uint64_t version)
{
    for (const struct report_field *field = report_fields; field->name; field++) {
        if (field->kind != FIELD_RESERVED && field->first_version <= version)
            continue;
        for (int i = field->offset; i < field->offset + field->size; i++)
            if (bytes[i] != 0)
                return i;
    }
    return -1;
}

unsigned report_signer(const struct report *report)
{
    return (unsigned)(report->key_info >> KEY_INFO_SIGNER & 7);
}

const char *report_signer_name(unsigned signer)
{
    switch (signer) {
    case SIGNER_VCEK:
        return "VCEK";
    case SIGNER_VLEK:
        return "VLEK";
    case SIGNER_NONE:
        return "none";
    default:
        return NULL;
    }
}

enum product report_product(const struct report *report)
{
    if (report->version < 3)
        return PRODUCT_UNKNOWN;
    return product_by_cpu(report->cpuid_fam_id, report->cpuid_mod_id);
}

enum status report_sign(const struct report *report, const EVP_PKEY *key,
                        uint8_t bytes[REPORT_BYTES])
{
    struct report copy = *report;
    enum status status;

    report_encode(report, bytes);
    status = ecdsa_sign(key, bytes, REPORT_SIGNED_BYTES, &copy.signature);
    if (status == STATUS_OK)
        report_encode(&copy, bytes);
    return status;
}
