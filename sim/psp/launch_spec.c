/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/launch_spec.c — reads a launch spec, specs/schema/launch.json: a list of pages here, a
 * machine in launch_spec_machine.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "psp/json_values.h"
#include "psp/launch_parts.h"

enum { PATH_BYTES = 4096 };

enum status page_type_read(const struct place *at, enum launch_page_type *type)
{
    struct place member;
    enum status status = place_member(at, "type", JSON_STRING, &member);

    if (status != STATUS_OK)
        return status;
    *type = (enum launch_page_type)launch_page_type_by_name(json_string_value(member.value));
    if (*type == 0)
        return place_fail(&member,
                          "unknown page type \"%.20s\"; expected NORMAL, VMSA, ZERO, UNMEASURED, "
                          "SECRETS or CPUID",
                          json_string_value(member.value));
    return STATUS_OK;
}

enum status page_gpa_read(const struct place *at, const char *key, gpa_t *gpa)
{
    struct place member;
    enum status status = value_need(at, key, "an address", &member);

    if (status == STATUS_OK)
        status = value_number(&member, UINT64_MAX, &gpa->v);
    if (status == STATUS_OK && gpa->v % PAGE_SIZE != 0)
        status = place_fail(&member, "not on a page; expected a multiple of 0x1000");
    return status;
}

static enum status fill_read(const struct place *at, bool is_product, uint8_t page[PAGE_SIZE])
{
    uint64_t number;
    enum status status = value_number(at, UINT8_MAX, &number);

    for (unsigned i = 0; status == STATUS_OK && i < PAGE_SIZE; i++)
        page[i] = (uint8_t)(is_product ? i * number : number);
    return status;
}

static enum status text_fill(const struct place *at, uint8_t page[PAGE_SIZE])
{
    const char *text = json_string_value(at->value);

    if (!text || strlen(text) > PAGE_SIZE)
        return place_fail(at, "not a text that fits; expected at most 4096 bytes");
    memset(page, 0, PAGE_SIZE);
    memcpy(page, text, strlen(text));
    return STATUS_OK;
}

static enum status hex_fill(const struct place *at, uint8_t page[PAGE_SIZE])
{
    uint8_t *bytes = NULL;
    size_t size;
    enum status status = value_bytes_all(at, &bytes, &size);

    if (status == STATUS_OK && size > PAGE_SIZE)
        status = place_fail(at, "%zu bytes; expected at most 4096", size);
    if (status == STATUS_OK) {
        memset(page, 0, PAGE_SIZE);
        memcpy(page, bytes, size);
    }
    free(bytes);
    return status;
}

enum status page_pattern_read(const struct place *at, uint8_t page[PAGE_SIZE])
{
    static const char *const kinds[] = {"fill", "mul", "text", "hex"};
    struct place member, found = {0};
    unsigned kind = 0, count = 0;

    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        value_find(at, kinds[i], &member);
        if (!member.value)
            continue;
        found = member;
        kind = i;
        count++;
    }
    if (count != 1)
        return place_fail(at, "%u contents; expected one of fill, mul, text, hex", count);
    if (kind < 2)
        return fill_read(&found, kind == 1, page);
    return kind == 2 ? text_fill(&found, page) : hex_fill(&found, page);
}

enum status place_file(const struct place *at, size_t limit, const char *what,
                       struct file_bytes *file)
{
    const char *name = json_string_value(at->value), *slash = strrchr(at->doc->name, '/');
    char path[PATH_BYTES];
    int folder = slash && name && name[0] != '/' ? (int)(slash - at->doc->name) + 1 : 0;

    if (!name || name[0] == '\0')
        return place_fail(at, "not the name of a file; expected a path");
    if (snprintf(path, sizeof path, "%.*s%s", folder, at->doc->name, name) >= (int)sizeof path)
        return place_fail(at, "a path of %zu bytes; expected less than %d", strlen(name),
                          (int)PATH_BYTES);
    return file_bytes_read(file, path, limit, what, at->doc->diag);
}

static enum status permissions_read(const struct place *at, struct launch_event *event)
{
    struct place list;
    enum status status = place_optional(at, "permissions", JSON_ARRAY, &list);

    if (status != STATUS_OK || !list.value)
        return status;
    if (json_array_size(list.value) != LAUNCH_VMPL_COUNT)
        return place_fail(&list, "%zu masks; expected those of VMPL1, VMPL2 and VMPL3",
                          json_array_size(list.value));
    for (unsigned i = 0; status == STATUS_OK && i < LAUNCH_VMPL_COUNT; i++) {
        struct place element = place_element(&list, i);
        uint64_t mask = 0;

        status = value_number(&element, UINT8_MAX, &mask);
        event->permissions[i] = (uint8_t)mask;
    }
    return status;
}

/* Repeats one page, or one digest, for every page of the event, and adds it. */
static enum status repeated_add(const struct place *at, struct launch *launch,
                                struct launch_event *event, const uint8_t *page,
                                const uint8_t digest[DIGEST_BYTES])
{
    size_t each = page ? PAGE_SIZE : DIGEST_BYTES;
    uint8_t *all = malloc((size_t)event->page_count * each);
    enum status status;

    if (!all)
        return diagnostic_set(at->doc->diag, STATUS_IO, at->doc->name, 0, 0, "not enough memory");
    for (uint64_t i = 0; i < event->page_count; i++)
        memcpy(all + i * each, page ? page : digest, each);
    if (page) {
        event->bytes = all;
        event->size_bytes = (size_t)event->page_count * PAGE_SIZE;
    } else {
        event->digests = (const uint8_t(*)[DIGEST_BYTES])all;
    }
    status = launch_add(launch, event, at->doc->name, at->doc->diag);
    free(all);
    return status;
}

static enum status file_add(const struct place *member, struct launch *launch,
                            struct launch_event *event)
{
    struct file_bytes file;
    enum status status = place_file(member, FIRMWARE_MAX_BYTES, "pages", &file);

    if (status != STATUS_OK)
        return status;
    event->bytes = file.bytes;
    event->size_bytes = file.size;
    event->page_count = file.size / PAGE_SIZE;
    if (file.size == 0 || file.size % PAGE_SIZE != 0)
        status = place_fail(member, "a file of %zu bytes; expected whole pages", file.size);
    else
        status = launch_add(launch, event, member->doc->name, member->doc->diag);
    file_bytes_free(&file);
    return status;
}

/* The contents of a page that is measured with them, and the page into the launch. */
static enum status contents_add(const struct place *at, struct launch *launch,
                                struct launch_event *event)
{
    struct place contents, file;
    uint8_t page[PAGE_SIZE], digest[DIGEST_BYTES];
    enum status status;

    value_find(at, "contents", &contents);
    value_find(at, "file", &file);
    if (file.value)
        return file_add(&file, launch, event);
    if (contents.value) {
        status = value_bytes(&contents, digest, sizeof digest);
        return status == STATUS_OK ? repeated_add(at, launch, event, NULL, digest) : status;
    }
    status = page_pattern_read(at, page);
    return status == STATUS_OK ? repeated_add(at, launch, event, page, NULL) : status;
}

static enum status page_read(const struct place *at, size_t index, struct launch *launch)
{
    static const char *const keys[] = {"type", "gpa",      "count", "permissions", "imi",
                                       "what", "contents", "file",  "fill",        "mul",
                                       "text", "hex",      NULL};
    struct launch_event event = {.page_count = 1};
    struct place member;
    enum status status = place_keys(at, keys);

    (void)snprintf(event.what, sizeof event.what, "page %zu", index);
    if (status == STATUS_OK)
        status = page_type_read(at, &event.type);
    if (status == STATUS_OK)
        status = page_gpa_read(at, "gpa", &event.gpa);
    if (status == STATUS_OK)
        status = member_number(at, "count", LAUNCH_PAGES_MAX, &event.page_count);
    if (status == STATUS_OK)
        status = permissions_read(at, &event);
    if (status == STATUS_OK)
        status = place_optional(at, "imi", JSON_TRUE, &member);
    if (status != STATUS_OK)
        return status;
    event.is_imi = json_is_true(member.value);
    status = place_optional(at, "what", JSON_STRING, &member);
    if (status == STATUS_OK && member.value)
        (void)snprintf(event.what, sizeof event.what, "%s", json_string_value(member.value));
    if (status == STATUS_OK && event.page_count == 0)
        status = place_fail(at, "no pages; expected a count of at least 1");
    if (status == STATUS_OK && launch_page_has_contents(event.type))
        return contents_add(at, launch, &event);
    return status == STATUS_OK ? launch_add(launch, &event, at->doc->name, at->doc->diag) : status;
}

static enum status pages_read(const struct place *list, struct launch *launch)
{
    enum status status = STATUS_OK;

    if (json_array_size(list->value) == 0)
        return place_fail(list, "no pages; expected at least one");
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(list->value); i++) {
        struct place at = place_element(list, i);

        status = page_read(&at, i, launch);
    }
    return status;
}

static enum status head_read(const struct place *root, struct launch *launch)
{
    static const char *const keys[] = {"$schema", "format", "version", "name", "summary",
                                       "mode",    "pages",  "machine", NULL};
    struct place mode;
    const char *format, *version, *name;
    uint8_t word = LAUNCH_SNP;
    enum status status = place_keys(root, keys);

    if (status == STATUS_OK)
        status = place_text(root, "format", &format);
    if (status == STATUS_OK && strcmp(format, "cvm-launch") != 0)
        status = place_fail(root, "format \"%.40s\"; expected \"cvm-launch\"", format);
    if (status == STATUS_OK)
        status = place_text(root, "version", &version);
    if (status == STATUS_OK && strcmp(version, "1.0") != 0)
        status = place_fail(root, "version \"%.40s\"; expected \"1.0\"", version);
    if (status == STATUS_OK)
        status = place_text(root, "name", &name);
    if (status == STATUS_OK)
        status = place_optional(root, "mode", JSON_STRING, &mode);
    if (status == STATUS_OK && mode.value)
        status = place_word(&mode, launch_mode_names, "mode", &word);
    if (status != STATUS_OK)
        return status;
    launch->mode = (enum launch_mode)word;
    (void)snprintf(launch->name, sizeof launch->name, "%s", name);
    return STATUS_OK;
}

static enum status spec_decode(struct document *doc, int mode_override, struct launch *launch)
{
    struct place root = document_root(doc), pages, machine;
    enum status status = head_read(&root, launch);

    if (status == STATUS_OK && mode_override >= 0)
        launch->mode = (enum launch_mode)mode_override;
    if (status == STATUS_OK)
        status = place_optional(&root, "pages", JSON_ARRAY, &pages);
    if (status == STATUS_OK)
        status = place_optional(&root, "machine", JSON_OBJECT, &machine);
    if (status != STATUS_OK)
        return status;
    if (!pages.value == !machine.value)
        return place_fail(&root, "%s; expected one of \"machine\" and \"pages\"",
                          pages.value ? "both a machine and pages" : "neither machine nor pages");
    return pages.value ? pages_read(&pages, launch) : machine_read(&machine, launch->mode, launch);
}

enum status launch_read(struct launch *launch, const char *path, int mode_override,
                        struct diagnostic *diag)
{
    struct document doc;
    enum status status = document_read(&doc, path, diag);

    launch_init(launch);
    if (status == STATUS_OK)
        status = spec_decode(&doc, mode_override, launch);
    document_free(&doc);
    if (status != STATUS_OK)
        launch_free(launch);
    return status;
}
