/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vectors.c — walks a file of known answers. See vectors.h; the categories are in
 * vectors_*.c, the comparisons in vectors_case.c. */
#include "psp/vectors.h"

#include <stdlib.h>
#include <string.h>

#include "psp/vectors_parts.h"

/* In the order of enum vectors_category, which is that of the report. */
static const struct {
    const char *name;
    enum status (*check)(struct vectors_run *run, const struct place *category);
} categories[VECTORS_CATEGORY_COUNT] = {
    [VECTORS_LAUNCH_MICRO] = {"launch_micro", vectors_launch_micro},
    [VECTORS_VMSA_PAGES] = {"vmsa_pages", vectors_vmsa_pages},
    [VECTORS_KERNEL_HASH_PAGES] = {"kernel_hash_pages", vectors_kernel_hash_pages},
    [VECTORS_FIRMWARE_FIXTURES] = {"firmware_fixtures", vectors_firmware_fixtures},
    [VECTORS_LAUNCH_FULL] = {"launch_full", vectors_launch_full},
    [VECTORS_NEEDS_FIXTURE] = {"needs_fixture", vectors_needs_fixture},
    [VECTORS_ID_BLOCK] = {"id_block", vectors_id_block},
    [VECTORS_REPORT] = {"report", vectors_report},
    [VECTORS_AES_XTS] = {"aes_xts", vectors_aes_xts},
};

const char *vectors_category_name(enum vectors_category category)
{
    return categories[category].name;
}

const char *vectors_outcome_name(enum vectors_outcome outcome)
{
    static const char *const names[] = {"passed", "failed", "skipped"};

    return names[outcome];
}

void vectors_free(struct vectors_result *result)
{
    free(result->entry);
    memset(result, 0, sizeof *result);
}

enum status entries_each(struct vectors_run *run, const struct place *category, const char *key,
                         json_type type,
                         enum status (*check)(struct vectors_run *run, const struct place *at))
{
    struct place list;
    enum status status = place_optional(category, key, type, &list);
    const char *name;
    json_t *value;

    if (status != STATUS_OK || !list.value)
        return status;
    if (type == JSON_OBJECT) {
        json_object_foreach(list.value, name, value)
        {
            struct place at = {.doc = list.doc, .parent = &list, .key = name, .value = value};

            if (status == STATUS_OK)
                status = json_is_object(value) ? check(run, &at)
                                               : place_fail(&at, "no entry; expected an object");
        }
        return status;
    }
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(list.value); i++) {
        struct place at = place_element(&list, i);

        status = json_is_object(at.value) ? check(run, &at)
                                          : place_fail(&at, "no entry; expected an object");
    }
    return status;
}

/* Every key is one of the format's, and the format is this one. */
static enum status head_check(const struct place *root)
{
    static const char *const keys[] = {"launch_micro",
                                       "vmsa_pages",
                                       "kernel_hash_pages",
                                       "firmware_fixtures",
                                       "launch_full",
                                       "id_block",
                                       "needs_fixture",
                                       "report",
                                       "aes_xts",
                                       "format",
                                       "about",
                                       "constants",
                                       "$schema",
                                       NULL};
    const char *format;
    struct place member;
    enum status status = place_keys(root, keys);

    if (status == STATUS_OK)
        status = place_text(root, "format", &format);
    if (status == STATUS_OK && strcmp(format, "snp-vectors/1") != 0) {
        value_find(root, "format", &member);
        status = place_fail(&member, "format \"%.40s\"; expected \"snp-vectors/1\"", format);
    }
    return status;
}

enum status vectors_check_document(struct vectors_result *result, struct document *doc)
{
    struct place root = document_root(doc);
    struct vectors_run run = {.result = result, .root = &root};
    enum status status = head_check(&root);

    memset(result, 0, sizeof *result);
    for (unsigned i = 0; status == STATUS_OK && i < VECTORS_CATEGORY_COUNT; i++) {
        struct place category;

        run.category = (enum vectors_category)i;
        status = place_optional(&root, categories[i].name, JSON_OBJECT, &category);
        if (status == STATUS_OK && category.value)
            status = categories[i].check(&run, &category);
    }
    return status;
}

enum status vectors_check(struct vectors_result *result, const char *path, struct diagnostic *diag)
{
    struct document doc;
    enum status status = document_read_large(&doc, path, DOCUMENT_LARGE_BYTES, diag);

    memset(result, 0, sizeof *result);
    if (status == STATUS_OK)
        status = vectors_check_document(result, &doc);
    document_free(&doc);
    return status;
}
