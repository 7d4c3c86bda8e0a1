/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attest_print.c — reports and digests for people and as JSON. Read attest.h first. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/attest.h"
#include "psp/hex.h"

enum { HEX_MAX_BYTES = 72 };

json_t *attest_hex_json(const uint8_t *bytes, size_t size)
{
    char text[2 * HEX_MAX_BYTES + 1];

    hex_encode(bytes, size, text);
    return json_string(text);
}

json_t *attest_report_json(const struct report *report)
{
    json_t *object = json_object();

    for (const struct report_field *field = report_fields; field->name; field++) {
        json_t *value = NULL;

        if (field->first_version > report->version || field->kind == FIELD_RESERVED)
            continue;
        if (field->kind == FIELD_BYTES)
            value = attest_hex_json(report_bytes(report, field), field->size);
        else if (field->size == 8)
            value = json_sprintf("0x%" PRIx64, report_number(report, field));
        else
            value = json_integer((json_int_t)report_number(report, field));
        json_object_set_new(object, field->name, value);
    }
    return object;
}

json_t *attest_tcb_json(enum product product, const uint8_t bytes[TCB_BYTES])
{
    json_t *object = json_object();
    struct tcb tcb;

    tcb_decode(product, bytes, &tcb);
    for (unsigned part = 0; part < TCB_PART_COUNT; part++)
        if (tcb_part_exists(product, (enum tcb_part)part))
            json_object_set_new(object, tcb_part_name((enum tcb_part)part),
                                json_integer(tcb.part[part]));
    return object;
}

static void bits_print(const char *label, uint64_t value, const struct bit_name *bits)
{
    printf("%-12s 0x%" PRIx64, label, value);
    for (; bits->name; bits++)
        if (value >> bits->bit & 1)
            printf(" %s", bits->name);
    putchar('\n');
}

static void bytes_print(const char *label, const uint8_t *bytes, size_t size)
{
    char text[2 * HEX_MAX_BYTES + 1];

    hex_encode(bytes, size, text);
    printf("%-12s %s\n", label, bytes_are_zero(bytes, size) ? "zeros" : text);
}

static void tcb_print(const char *label, enum product product, const uint8_t bytes[TCB_BYTES])
{
    struct tcb tcb;
    const char *between = "";

    tcb_decode(product, bytes, &tcb);
    printf("%-12s ", label);
    for (unsigned part = 0; part < TCB_PART_COUNT; part++)
        if (tcb_part_exists(product, (enum tcb_part)part)) {
            printf("%s%s %u", between, tcb_part_name((enum tcb_part)part), tcb.part[part]);
            between = ", ";
        }
    putchar('\n');
}

void attest_report_print(const struct report *report, enum product product)
{
    const char *signer = report_signer_name(report_signer(report));

    printf("%-12s version %" PRIu64 ", %s, firmware %" PRIu64 ".%" PRIu64 ".%" PRIu64
           ", signed by a %s, asked for at VMPL %" PRIu64 "\n",
           "report", report->version, product_name(product), report->current_major,
           report->current_minor, report->current_build, signer ? signer : "reserved key",
           report->vmpl);
    bits_print("policy", report->policy, policy_bits);
    bits_print("platform", report->platform_info, platform_bits);
    tcb_print("tcb", product, report->reported_tcb);
    printf("%-12s %" PRIu64 "\n", "guest_svn", report->guest_svn);
    bytes_print("measurement", report->measurement, DIGEST_BYTES);
    bytes_print("report_data", report->report_data, REPORT_DATA_BYTES);
    bytes_print("host_data", report->host_data, HOST_DATA_BYTES);
    bytes_print("id_key", report->id_key_digest, DIGEST_BYTES);
    bytes_print("chip_id", report->chip_id, CHIP_ID_BYTES);
}
