/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/policy.c — reads the policy of whoever asks for a report. See policy.h; what it means is
 * in verify_policy.c. */
#include "psp/policy.h"

#include <stdio.h>
#include <string.h>

#include "psp/json_values.h"

static const char *const keys[] = {
    "$schema",
    "format",
    "version",
    "name",
    "allow_debug",
    "allow_demo_root",
    "policy",
    "platform",
    "minimum_abi",
    "minimum_firmware",
    "minimum_tcb",
    "minimum_report_version",
    "products",
    "signers",
    "minimum_guest_svn",
    "maximum_vmpl",
    "measurements",
    "report_data",
    "host_data",
    "family_id",
    "image_id",
    "id_key_digests",
    "chip_ids",
    "author_key_digests",
    "summary",
    "require_author_key",
    "required_mitigations",
    NULL,
};

void policy_default(struct attest_policy *policy)
{
    memset(policy, 0, sizeof *policy);
    (void)snprintf(policy->name, sizeof policy->name, "default");
    policy->allow_demo_root = true;
    policy->maximum_vmpl = UINT32_MAX;
    policy->measurements.size_bytes = DIGEST_BYTES;
    policy->id_keys.size_bytes = DIGEST_BYTES;
    policy->author_keys.size_bytes = DIGEST_BYTES;
    policy->chip_ids.size_bytes = CHIP_ID_BYTES;
}

static enum status flag_read(const struct place *at, const char *key, bool *flag)
{
    struct place member;
    enum status status = place_optional(at, key, JSON_TRUE, &member);

    if (status == STATUS_OK && member.value)
        *flag = json_is_true(member.value);
    return status;
}

/* A list of the names of bits. */
static enum status bits_read(const struct place *at, const char *key, const struct bit_name *bits,
                             uint64_t *mask)
{
    struct place list;
    enum status status = place_optional(at, key, JSON_ARRAY, &list);

    for (size_t i = 0; status == STATUS_OK && i < json_array_size(list.value); i++) {
        struct place element = place_element(&list, i);
        const char *name = json_string_value(element.value);
        const struct bit_name *bit = bits;

        while (bit->name && (!name || strcmp(bit->name, name) != 0))
            bit++;
        if (!bit->name)
            return place_fail(&element, "unknown bit; expected a name such as %s", bits->name);
        *mask |= (uint64_t)1 << bit->bit;
    }
    return status;
}

static enum status masks_read(const struct place *at, const char *key, const struct bit_name *bits,
                              uint64_t *required, uint64_t *forbidden)
{
    static const char *const mask_keys[] = {"required", "forbidden", NULL};
    struct place masks;
    enum status status = place_optional(at, key, JSON_OBJECT, &masks);

    if (status != STATUS_OK || !masks.value)
        return status;
    status = place_keys(&masks, mask_keys);
    if (status == STATUS_OK)
        status = bits_read(&masks, "required", bits, required);
    if (status == STATUS_OK)
        status = bits_read(&masks, "forbidden", bits, forbidden);
    if (status == STATUS_OK && (*required & *forbidden))
        status = place_fail(&masks, "a bit is both required and forbidden; expected one of them");
    return status;
}

/* "1.55" or "1.55.40" as a number with a byte for each of the count parts. */
static enum status version_read(const struct place *at, const char *key, unsigned count,
                                uint64_t *out)
{
    unsigned part[3] = {0};
    struct place member;
    enum status status = place_optional(at, key, JSON_STRING, &member);
    const char *text = json_string_value(member.value);
    int end = 0, found;

    if (status != STATUS_OK || !text)
        return status;
    found = sscanf(text, "%3u.%3u%n.%3u%n", &part[0], &part[1], &end, &part[2], &end);
    if (strspn(text, "0123456789.") != strlen(text) || found < 2 || found > (int)count ||
        text[end] != '\0' || part[0] > UINT8_MAX || part[1] > UINT8_MAX || part[2] > UINT8_MAX)
        return place_fail(&member, "\"%.20s\" is no version; expected %s", text,
                          count == 3 ? "MAJOR.MINOR or MAJOR.MINOR.BUILD" : "MAJOR.MINOR");
    *out = 0;
    for (unsigned i = 0; i < count; i++)
        *out = *out << 8 | part[i];
    return STATUS_OK;
}

static enum status tcb_read(const struct place *at, struct tcb *tcb)
{
    struct place object;
    enum status status = place_optional(at, "minimum_tcb", JSON_OBJECT, &object);
    const char *key;
    json_t *value;

    if (status != STATUS_OK || !object.value)
        return status;
    json_object_foreach(object.value, key, value)
    {
        struct place part = {.doc = at->doc, .parent = &object, .key = key, .value = value};
        enum tcb_part index = tcb_part_by_name(key);
        uint64_t number = 0;

        if (index == TCB_PART_COUNT)
            return place_fail(&part,
                              "unknown part \"%.20s\"; expected fmc, boot_loader, tee, snp "
                              "or microcode",
                              key);
        status = value_number(&part, UINT8_MAX, &number);
        if (status != STATUS_OK)
            return status;
        tcb->part[index] = (uint8_t)number;
    }
    return STATUS_OK;
}

static enum status list_read(const struct place *at, const char *key, struct allow_list *list)
{
    struct place array;
    enum status status = place_optional(at, key, JSON_ARRAY, &array);

    if (status != STATUS_OK || !array.value)
        return status;
    if (json_array_size(array.value) == 0 || json_array_size(array.value) > POLICY_LIST_MAX)
        return place_fail(&array, "%zu values; expected 1 to %d", json_array_size(array.value),
                          (int)POLICY_LIST_MAX);
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(array.value); i++) {
        struct place element = place_element(&array, i);

        status = value_bytes(&element, list->value[list->count++], list->size_bytes);
    }
    return status;
}

static enum status wanted_read(const struct place *at, const char *key, size_t most,
                               struct wanted_bytes *wanted)
{
    struct place member;
    enum status status = place_optional(at, key, JSON_STRING, &member);
    size_t size = json_string_length(member.value) / 2;

    if (status != STATUS_OK || !member.value)
        return status;
    if (size == 0 || size > most)
        return place_fail(&member, "%zu bytes; expected 1 to %zu bytes in hex", size, most);
    wanted->is_set = true;
    return value_bytes(&member, wanted->value, size);
}

static enum status products_read(const struct place *at, unsigned *products)
{
    struct place array;
    enum status status = place_optional(at, "products", JSON_ARRAY, &array);

    for (size_t i = 0; status == STATUS_OK && i < json_array_size(array.value); i++) {
        struct place element = place_element(&array, i);
        const char *name = json_string_value(element.value);
        enum product product = name ? product_by_name(name) : PRODUCT_UNKNOWN;

        if (product == PRODUCT_UNKNOWN)
            return place_fail(&element, "unknown product; expected Milan, Genoa or Turin");
        *products |= 1u << product;
    }
    return status;
}

static enum status signers_read(const struct place *at, unsigned *signers)
{
    static const char *const names[] = {"VCEK", "VLEK", NULL};
    struct place array;
    enum status status = place_optional(at, "signers", JSON_ARRAY, &array);

    for (size_t i = 0; status == STATUS_OK && i < json_array_size(array.value); i++) {
        struct place element = place_element(&array, i);
        uint8_t signer = 0;

        status = place_word(&element, names, "signer", &signer);
        *signers |= 1u << signer;
    }
    return status;
}

static enum status head_read(const struct place *root, struct attest_policy *policy)
{
    const char *format, *version, *name;
    enum status status = place_keys(root, keys);

    if (status == STATUS_OK)
        status = place_text(root, "format", &format);
    if (status == STATUS_OK && strcmp(format, "cvm-attest-policy") != 0)
        status = place_fail(root, "format \"%.40s\"; expected \"cvm-attest-policy\"", format);
    if (status == STATUS_OK)
        status = place_text(root, "version", &version);
    if (status == STATUS_OK && strcmp(version, "1.0") != 0)
        status = place_fail(root, "version \"%.40s\"; expected \"1.0\"", version);
    if (status == STATUS_OK)
        status = place_text(root, "name", &name);
    if (status == STATUS_OK)
        (void)snprintf(policy->name, sizeof policy->name, "%s", name);
    return status;
}

static enum status numbers_read(const struct place *root, struct attest_policy *policy)
{
    enum status status = version_read(root, "minimum_abi", 2, &policy->minimum_abi);

    if (status == STATUS_OK)
        status = version_read(root, "minimum_firmware", 3, &policy->minimum_firmware);
    if (status == STATUS_OK)
        status = member_number(root, "minimum_report_version", 5, &policy->minimum_version);
    if (status == STATUS_OK)
        status = member_number(root, "minimum_guest_svn", UINT32_MAX, &policy->minimum_guest_svn);
    if (status == STATUS_OK)
        status = member_number(root, "maximum_vmpl", 3, &policy->maximum_vmpl);
    if (status == STATUS_OK)
        status =
            member_number(root, "required_mitigations", UINT64_MAX, &policy->required_mitigations);
    return status == STATUS_OK ? tcb_read(root, &policy->minimum_tcb) : status;
}

static enum status values_read(const struct place *root, struct attest_policy *policy)
{
    enum status status = list_read(root, "measurements", &policy->measurements);

    if (status == STATUS_OK)
        status = list_read(root, "id_key_digests", &policy->id_keys);
    if (status == STATUS_OK)
        status = list_read(root, "author_key_digests", &policy->author_keys);
    if (status == STATUS_OK)
        status = list_read(root, "chip_ids", &policy->chip_ids);
    if (status == STATUS_OK)
        status = wanted_read(root, "report_data", REPORT_DATA_BYTES, &policy->report_data);
    if (status == STATUS_OK)
        status = wanted_read(root, "host_data", HOST_DATA_BYTES, &policy->host_data);
    if (status == STATUS_OK)
        status = wanted_read(root, "family_id", GUEST_ID_BYTES, &policy->family_id);
    if (status == STATUS_OK)
        status = wanted_read(root, "image_id", GUEST_ID_BYTES, &policy->image_id);
    return status;
}

static enum status choices_read(const struct place *root, struct attest_policy *policy)
{
    enum status status = flag_read(root, "allow_debug", &policy->allow_debug);

    if (status == STATUS_OK)
        status = flag_read(root, "allow_demo_root", &policy->allow_demo_root);
    if (status == STATUS_OK)
        status = flag_read(root, "require_author_key", &policy->require_author_key);
    if (status == STATUS_OK)
        status = masks_read(root, "policy", policy_bits, &policy->policy_required,
                            &policy->policy_forbidden);
    if (status == STATUS_OK)
        status = masks_read(root, "platform", platform_bits, &policy->platform_required,
                            &policy->platform_forbidden);
    if (status == STATUS_OK)
        status = products_read(root, &policy->products);
    return status == STATUS_OK ? signers_read(root, &policy->signers) : status;
}

enum status policy_decode(struct attest_policy *policy, struct document *doc)
{
    struct place root = document_root(doc);
    enum status status;

    policy_default(policy);
    status = head_read(&root, policy);
    if (status == STATUS_OK)
        status = choices_read(&root, policy);
    if (status == STATUS_OK)
        status = numbers_read(&root, policy);
    return status == STATUS_OK ? values_read(&root, policy) : status;
}

enum status policy_read(struct attest_policy *policy, const char *path, struct diagnostic *diag)
{
    struct document doc;
    enum status status = document_read(&doc, path, diag);

    if (status == STATUS_OK)
        status = policy_decode(policy, &doc);
    if (status == STATUS_OK || status == STATUS_BAD_INPUT)
        document_free(&doc);
    return status;
}
