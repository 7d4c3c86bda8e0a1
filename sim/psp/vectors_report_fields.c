/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vectors_report_fields.c — the fields of a known report, by the names of the layout and
 * three short forms: cpuid_fms, current_fw, committed_fw. */
#include "psp/vectors_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static enum status number_compare(struct vectors_case *entry, const struct place *member,
                                  uint64_t computed)
{
    uint64_t expected;
    enum status status = value_number(member, UINT64_MAX, &expected);

    if (status != STATUS_OK)
        return status;
    entry->compared++;
    if (computed != expected)
        case_differ(entry, "%s is 0x%" PRIx64 "; expected 0x%" PRIx64, member->key, computed,
                    expected);
    return STATUS_OK;
}

static enum status bytes_compare(struct vectors_case *entry, const struct place *member,
                                 const uint8_t *computed, size_t size)
{
    uint8_t expected[ECDSA_NUMBER_BYTES];
    enum status status = value_bytes(member, expected, size);

    if (status == STATUS_OK)
        case_compare(entry, member->key, computed, expected, size);
    return status;
}

/* "1.55.40": major, minor, build. */
static enum status firmware_compare(struct vectors_case *entry, const struct place *member,
                                    uint64_t major, uint64_t minor, uint64_t build)
{
    char computed[16];
    const char *expected = json_string_value(member->value);

    if (!expected)
        return place_fail(member, "not a version; expected \"MAJOR.MINOR.BUILD\"");
    (void)snprintf(computed, sizeof computed, "%u.%u.%u", (unsigned)(uint8_t)major,
                   (unsigned)(uint8_t)minor, (unsigned)(uint8_t)build);
    entry->compared++;
    if (strcmp(computed, expected) != 0)
        case_differ(entry, "%s is %s; expected %.20s", member->key, computed, expected);
    return STATUS_OK;
}

static enum status field_compare(struct vectors_case *entry, const struct place *member,
                                 const struct report *report)
{
    const struct report_field *field = report_field_find(member->key, UINT64_MAX);
    uint8_t fms[3] = {(uint8_t)report->cpuid_fam_id, (uint8_t)report->cpuid_mod_id,
                      (uint8_t)report->cpuid_step};

    if (field && field->kind == FIELD_NUMBER)
        return number_compare(entry, member, report_number(report, field));
    if (field)
        return bytes_compare(entry, member, report_bytes(report, field), field->size);
    if (strcmp(member->key, "cpuid_fms") == 0)
        return bytes_compare(entry, member, fms, sizeof fms);
    if (strcmp(member->key, "current_fw") == 0)
        return firmware_compare(entry, member, report->current_major, report->current_minor,
                                report->current_build);
    if (strcmp(member->key, "committed_fw") == 0)
        return firmware_compare(entry, member, report->committed_major, report->committed_minor,
                                report->committed_build);
    return place_fail(member, "unknown field \"%.40s\"; expected one of the layout", member->key);
}

enum status report_fields_compare(struct vectors_case *entry, const struct place *at,
                                  const struct report *report)
{
    struct place fields;
    const char *key;
    json_t *value;
    enum status status = place_optional(at, "fields", JSON_OBJECT, &fields);

    if (status != STATUS_OK || !fields.value)
        return status;
    json_object_foreach(fields.value, key, value)
    {
        struct place member = {.doc = at->doc, .parent = &fields, .key = key, .value = value};

        if (status == STATUS_OK)
            status = field_compare(entry, &member, report);
    }
    return status;
}
