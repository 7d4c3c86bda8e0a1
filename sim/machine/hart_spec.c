/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/hart_spec.c — reads the object "harts". See hart_spec.h. */
#include "machine/hart_spec.h"

#include <string.h>

const struct machine_extension machine_extensions[] = {
    {"h", offsetof(struct hart_features, h)},
    {"zicbom", offsetof(struct hart_features, zicbom)},
    {"zicboz", offsetof(struct hart_features, zicboz)},
    {"zba", offsetof(struct hart_features, zba)},
    {"zbb", offsetof(struct hart_features, zbb)},
    {"zbs", offsetof(struct hart_features, zbs)},
    {"smstateen", offsetof(struct hart_features, smstateen)},
    {"sstc", offsetof(struct hart_features, sstc)},
    {"svadu", offsetof(struct hart_features, svadu)},
    {"svinval", offsetof(struct hart_features, svinval)},
    {"svnapot", offsetof(struct hart_features, svnapot)},
    {"svpbmt", offsetof(struct hart_features, svpbmt)},
    {NULL, 0}};

static const char *const paging_words[] = {"bare", "sv39", "sv48", "sv57", NULL};
static const uint8_t paging_levels[] = {0, 3, 4, 5};

static bool *extension_flag(struct hart_features *features,
                            const struct machine_extension *extension)
{
    return (bool *)((char *)features + extension->offset);
}

bool machine_extension_is_on(const struct hart_features *features,
                             const struct machine_extension *extension)
{
    return *(const bool *)((const char *)features + extension->offset);
}

const char *machine_paging_name(unsigned levels_max)
{
    for (unsigned i = 0; paging_words[i]; i++)
        if (paging_levels[i] == levels_max)
            return paging_words[i];
    return "bare";
}

static enum status extension_read(const struct place *at, struct hart_features *features)
{
    const char *name = json_string_value(at->value);

    for (const struct machine_extension *one = machine_extensions; name && one->name; one++) {
        if (strcmp(name, one->name) != 0)
            continue;
        if (*extension_flag(features, one))
            return place_fail(at, "extension \"%s\" is there already; expected each once", name);
        *extension_flag(features, one) = true;
        return STATUS_OK;
    }
    return place_fail(at, "unknown extension \"%.40s\"; expected one like h, sstc or zba",
                      name ? name : "");
}

/* The list, if there is one, is all that the harts have. */
static enum status extensions_read(const struct place *at, struct hart_features *features)
{
    struct place list;
    enum status status = place_optional(at, "extensions", JSON_ARRAY, &list);

    if (status != STATUS_OK || !list.value)
        return status;
    for (const struct machine_extension *one = machine_extensions; one->name; one++)
        *extension_flag(features, one) = false;
    for (size_t i = 0; i < json_array_size(list.value) && status == STATUS_OK; i++) {
        struct place element = place_element(&list, i);

        status = extension_read(&element, features);
    }
    return status;
}

static enum status paging_read(const struct place *at, struct hart_features *features)
{
    struct place member;
    uint8_t word = 0;
    enum status status = place_optional(at, "paging", JSON_STRING, &member);

    if (status != STATUS_OK || !member.value)
        return status;
    status = place_word(&member, paging_words, "paging", &word);
    if (status == STATUS_OK)
        features->levels_max = paging_levels[word];
    return status;
}

/* An optional whole number that fits into a byte. */
static enum status byte_read(const struct place *at, const char *key, uint8_t most, uint8_t *out)
{
    uint64_t value = *out;
    enum status status = place_number(at, key, 0, most, &value);

    *out = (uint8_t)value;
    return status;
}

/* 0, 16 or 64 entries are all that the specification knows. */
static enum status pmp_read(const struct place *at, struct hart_features *features)
{
    struct place member;
    uint64_t count = features->pmp_count;
    enum status status = place_optional(at, "pmp", JSON_INTEGER, &member);

    if (status == STATUS_OK)
        status = place_number(at, "pmp", 0, 64, &count);
    if (status == STATUS_OK && count != 0 && count != 16 && count != 64)
        return place_fail(&member, "%d entries of PMP; expected 0, 16 or 64", (int)count);
    features->pmp_count = (uint8_t)count;
    return status;
}

static enum status features_read(const struct place *at, struct hart_features *features)
{
    enum status status = extensions_read(at, features);

    if (status == STATUS_OK)
        status = paging_read(at, features);
    if (status == STATUS_OK)
        status = pmp_read(at, features);
    if (status == STATUS_OK)
        status = byte_read(at, "asid_bits", 16, &features->asid_bits);
    if (status == STATUS_OK)
        status = byte_read(at, "vmid_bits", 14, &features->vmid_bits);
    if (status == STATUS_OK)
        status = byte_read(at, "guest_interrupts", 63, &features->guest_interrupts);
    return status;
}

enum status machine_harts_read(const struct place *at, struct machine_harts *out)
{
    static const char *const keys[] = {"count",
                                       "extensions",
                                       "paging",
                                       "pmp",
                                       "asid_bits",
                                       "vmid_bits",
                                       "guest_interrupts",
                                       "quantum",
                                       "instructions_per_tick",
                                       "timebase_hz",
                                       NULL};
    uint64_t count = 1;
    enum status status = place_keys(at, keys);

    *out = (struct machine_harts){
        .features = {.levels_max = 5, .pmp_count = 16, .asid_bits = 16, .vmid_bits = 14},
        .quantum = 10000,
        .instructions_per_tick = 10,
        .timebase_hz = 10000000};
    for (const struct machine_extension *one = machine_extensions; one->name; one++)
        *extension_flag(&out->features, one) = true;
    if (status == STATUS_OK)
        status = place_number(at, "count", 1, MACHINE_HART_MAX, &count);
    if (status == STATUS_OK)
        status = features_read(at, &out->features);
    if (status == STATUS_OK)
        status = place_number(at, "quantum", 1, UINT32_MAX, &out->quantum);
    if (status == STATUS_OK)
        status =
            place_number(at, "instructions_per_tick", 1, UINT32_MAX, &out->instructions_per_tick);
    if (status == STATUS_OK)
        status = place_number(at, "timebase_hz", 1, UINT32_MAX, &out->timebase_hz);
    out->count = (unsigned)count;
    if (status == STATUS_OK && out->features.h && out->features.levels_max == 0)
        status = place_fail(at, "the extension h needs paging; expected sv39, sv48 or sv57");
    return status;
}
