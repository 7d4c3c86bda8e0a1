/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vectors_pages.c — known pages: save areas from their fields, kernel-hash pages from what
 * is started. Read vectors_parts.h first. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "psp/hex.h"
#include "psp/kernel_hashes.h"
#include "psp/vectors_parts.h"
#include "psp/vmsa.h"

/* "0x..." of any length as size little-endian bytes; or a whole number. */
static enum status scalar_put(const struct place *at, uint8_t *bytes, size_t size)
{
    const char *text = json_string_value(at->value);
    size_t digits = text && strncmp(text, "0x", 2) == 0 ? strlen(text + 2) : 0;
    uint64_t number;
    enum status status;

    memset(bytes, 0, size);
    if (digits <= 16) {
        status = value_number(at, size < 8 ? UINT64_MAX >> (64 - 8 * size) : UINT64_MAX, &number);
        if (status == STATUS_OK)
            le_write(bytes, size < 8 ? size : 8, number);
        return status;
    }
    if (digits % 2 != 0 || digits / 2 > size || !hex_decode(text + 2, bytes, digits / 2))
        return place_fail(at, "not a number of %zu bytes; expected \"0x\" and hex digits", size);
    for (size_t i = 0; i < digits / 4; i++) { /* the highest byte came first */
        uint8_t low = bytes[i];

        bytes[i] = bytes[digits / 2 - 1 - i];
        bytes[digits / 2 - 1 - i] = low;
    }
    return STATUS_OK;
}

static enum status segment_put(const struct place *at, uint8_t page[PAGE_SIZE], size_t offset)
{
    static const char *const keys[] = {"selector", "attrib", "limit", "base", NULL};
    static const uint64_t most[] = {UINT16_MAX, UINT16_MAX, UINT32_MAX, UINT64_MAX};
    uint64_t value[4] = {0};
    struct vmsa_segment segment;
    enum status status = place_keys(at, keys);

    for (unsigned i = 0; status == STATUS_OK && i < 4; i++)
        status = member_number(at, keys[i], most[i], &value[i]);
    segment =
        (struct vmsa_segment){(uint16_t)value[0], (uint16_t)value[1], (uint32_t)value[2], value[3]};
    if (status == STATUS_OK)
        vmsa_put_segment(page, offset, &segment);
    return status;
}

/* Where fields of these names lie (APM volume 2, table B-4). */
static const struct {
    const char *name;
    uint16_t offset, size;
} known_fields[] = {
    {"es", VMSA_ES, 16},          {"cs", VMSA_CS, 16},
    {"ss", VMSA_SS, 16},          {"ds", VMSA_DS, 16},
    {"fs", VMSA_FS, 16},          {"gs", VMSA_GS, 16},
    {"gdtr", VMSA_GDTR, 16},      {"ldtr", VMSA_LDTR, 16},
    {"idtr", VMSA_IDTR, 16},      {"tr", VMSA_TR, 16},
    {"efer", VMSA_EFER, 8},       {"cr4", VMSA_CR4, 8},
    {"cr0", VMSA_CR0, 8},         {"dr7", VMSA_DR7, 8},
    {"dr6", VMSA_DR6, 8},         {"rflags", VMSA_RFLAGS, 8},
    {"rip", VMSA_RIP, 8},         {"g_pat", VMSA_G_PAT, 8},
    {"rdx", VMSA_RDX, 8},         {"sev_features", VMSA_SEV_FEATURES, 8},
    {"xcr0", VMSA_XCR0, 8},       {"mxcsr", VMSA_MXCSR, 4},
    {"x87_fcw", VMSA_X87_FCW, 2},
};

/* A field of a known name lies where the processor has it. */
static void name_check(struct vectors_case *entry, const struct place *field)
{
    struct place offset_at = place_element(field, 0), size_at = place_element(field, 1);
    const char *name = json_string_value(json_array_get(field->value, 2));
    uint64_t offset, size;

    if (!name || value_number(&offset_at, PAGE_SIZE, &offset) != STATUS_OK ||
        value_number(&size_at, PAGE_SIZE, &size) != STATUS_OK)
        return;
    for (size_t i = 0; i < sizeof known_fields / sizeof known_fields[0]; i++)
        if (strcmp(known_fields[i].name, name) == 0 &&
            (known_fields[i].offset != offset || known_fields[i].size != size))
            case_differ(entry, "%s has %u bytes at %u; expected %u at %u", name, (unsigned)size,
                        (unsigned)offset, known_fields[i].size, known_fields[i].offset);
}

/* Of fields that field_put has taken. */
static void names_check(struct vectors_case *entry, const struct place *at)
{
    struct place list;

    value_find(at, "fields", &list);
    for (size_t i = 0; i < json_array_size(list.value); i++) {
        struct place field = place_element(&list, i);

        name_check(entry, &field);
    }
}

/* [offset, size, name, value] */
static enum status field_put(const struct place *at, uint8_t page[PAGE_SIZE])
{
    struct place offset_at = place_element(at, 0), size_at = place_element(at, 1);
    struct place value = place_element(at, 3);
    uint64_t offset, size;
    enum status status;

    if (json_array_size(at->value) != 4)
        return place_fail(at, "not a field; expected [offset, size, name, value]");
    status = value_number(&offset_at, PAGE_SIZE - 1, &offset);
    if (status == STATUS_OK)
        status = value_number(&size_at, PAGE_SIZE, &size);
    if (status == STATUS_OK && (size == 0 || size > PAGE_SIZE - offset))
        status = place_fail(at, "a field beyond the page; expected offset and size inside it");
    if (status != STATUS_OK)
        return status;
    if (!json_is_object(value.value))
        return scalar_put(&value, page + offset, (size_t)size);
    if (size != VMSA_SEGMENT_BYTES)
        return place_fail(at, "a segment of %" PRIu64 " bytes; expected 16", size);
    return segment_put(&value, page, (size_t)offset);
}

/* [offset, hex] */
static enum status run_put(const struct place *at, uint8_t page[PAGE_SIZE])
{
    struct place offset_at = place_element(at, 0), hex = place_element(at, 1);
    uint64_t offset;
    uint8_t *bytes = NULL;
    size_t size;
    enum status status;

    if (json_array_size(at->value) != 2)
        return place_fail(at, "not a run of bytes; expected [offset, hex]");
    status = value_number(&offset_at, PAGE_SIZE - 1, &offset);
    if (status == STATUS_OK)
        status = value_bytes_all(&hex, &bytes, &size);
    if (status == STATUS_OK && size > PAGE_SIZE - offset)
        status = place_fail(at, "bytes beyond the page; expected them inside it");
    if (status == STATUS_OK)
        memcpy(page + offset, bytes, size);
    free(bytes);
    return status;
}

/* The page that a list of fields or runs gives; *found says whether there is such a list. */
static enum status list_put(const struct place *at, const char *key,
                            enum status (*put)(const struct place *at, uint8_t page[PAGE_SIZE]),
                            uint8_t page[PAGE_SIZE], bool *found)
{
    struct place list;
    enum status status = place_optional(at, key, JSON_ARRAY, &list);

    memset(page, 0, PAGE_SIZE);
    *found = list.value != NULL;
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(list.value); i++) {
        struct place element = place_element(&list, i);

        status = put(&element, page);
    }
    return status;
}

static enum status vmsa_check(struct vectors_run *run, const struct place *at)
{
    uint8_t fields[PAGE_SIZE], runs[PAGE_SIZE], digest[DIGEST_BYTES];
    bool has_fields, has_runs;
    struct vectors_case entry;
    enum status status = list_put(at, "fields", field_put, fields, &has_fields);

    case_open(&entry, at, at->key);
    if (status == STATUS_OK)
        status = list_put(at, "nonzero_bytes", run_put, runs, &has_runs);
    if (status != STATUS_OK)
        return status;
    names_check(&entry, at);
    if (has_fields && has_runs)
        case_compare(&entry, "nonzero_bytes", fields, runs, PAGE_SIZE);
    if (has_fields || has_runs) {
        status = digest_sha384(has_fields ? fields : runs, PAGE_SIZE, digest);
        if (status == STATUS_OK)
            status = case_expect(&entry, at, "sha384", digest, sizeof digest);
    }
    return status == STATUS_OK ? case_close(run, &entry) : status;
}

enum status vectors_vmsa_pages(struct vectors_run *run, const struct place *category)
{
    return entries_each(run, category, "pages", JSON_OBJECT, vmsa_check);
}

/* A member in hex; a missing one has no bytes. */
static enum status blob_read(const struct place *at, const char *key, uint8_t **bytes, size_t *size)
{
    struct place member;

    *size = 0;
    value_find(at, key, &member);
    return member.value ? value_bytes_all(&member, bytes, size) : STATUS_OK;
}

static enum status hash_table_build(const struct place *at, uint8_t table[KERNEL_HASHES_BYTES])
{
    struct kernel_inputs inputs = {.cmdline = ""};
    uint8_t *kernel = NULL, *initrd = NULL;
    struct place cmdline, needed;
    enum status status = value_need(at, "kernel_hex", "the bytes of a kernel", &needed);

    if (status == STATUS_OK)
        status = blob_read(at, "kernel_hex", &kernel, &inputs.kernel_bytes);
    if (status == STATUS_OK)
        status = blob_read(at, "initrd_hex", &initrd, &inputs.initrd_bytes);
    value_find(at, "cmdline", &cmdline);
    if (status == STATUS_OK && cmdline.value && !json_is_string(cmdline.value))
        status = place_fail(&cmdline, "not a command line; expected a string");
    if (cmdline.value && json_is_string(cmdline.value))
        inputs.cmdline = json_string_value(cmdline.value);
    inputs.kernel = kernel;
    inputs.initrd = initrd;
    if (status == STATUS_OK)
        status = kernel_hashes_build(&inputs, table);
    free(kernel);
    free(initrd);
    return status;
}

static enum status hashes_check(struct vectors_run *run, const struct place *at)
{
    uint8_t table[KERNEL_HASHES_BYTES], page[PAGE_SIZE] = {0}, digest[DIGEST_BYTES];
    uint64_t offset = 0;
    struct vectors_case entry;
    struct place page_digest, needed;
    enum status status = case_open_by_id(&entry, at);

    if (status == STATUS_OK)
        status = hash_table_build(at, table);
    if (status == STATUS_OK)
        status = case_expect(&entry, at, "table_hex", table, sizeof table);
    value_find(at, "page_sha384", &page_digest);
    if (status == STATUS_OK && page_digest.value)
        status = value_need(at, "page_offset", "where the table lies in its page", &needed);
    if (status == STATUS_OK)
        status = member_number(at, "page_offset", PAGE_SIZE - KERNEL_HASHES_BYTES, &offset);
    if (status != STATUS_OK)
        return status;
    memcpy(page + offset, table, sizeof table);
    status = digest_sha384(page, sizeof page, digest);
    if (status == STATUS_OK)
        status = case_expect(&entry, at, "page_sha384", digest, sizeof digest);
    return status == STATUS_OK ? case_close(run, &entry) : status;
}

enum status vectors_kernel_hash_pages(struct vectors_run *run, const struct place *category)
{
    return entries_each(run, category, "vectors", JSON_ARRAY, hashes_check);
}
