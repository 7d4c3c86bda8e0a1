/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/machine_spec.c — reads machine specs. See machine_spec.h. */
#include "machine/machine_spec.h"

#include <stdio.h>
#include <string.h>

#include "machine/builtin.h"

const char *const machine_mode_words[] = {"none", "sev", "sev-es", "snp", NULL};

static const char *const cipher_words[] = {"none", "xe", "xex-weak", "xts128", "xts256", NULL};
static const char *const c_bit_words[] = {"vtom", "classic", NULL};

enum { C_BIT_LOWEST = 32, C_BIT_HIGHEST = 62 };

enum status machine_name_read(const struct place *at, const char *key, char out[MACHINE_NAME_BYTES])
{
    struct place member;
    enum status status = place_member(at, key, JSON_STRING, &member);
    const char *name = json_string_value(member.value);
    size_t length;

    if (status != STATUS_OK)
        return status;
    length = strlen(name);
    if (length == 0 || length >= MACHINE_NAME_BYTES ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
        return place_fail(&member, "%s \"%.40s\"; expected 1 to %d letters a-z, digits and '-'",
                          key, name, (int)MACHINE_NAME_BYTES - 1);
    memcpy(out, name, length + 1);
    return STATUS_OK;
}

/* An optional member that must be one of words. */
static enum status word_read(const struct place *at, const char *key, const char *const *words,
                             uint8_t *out)
{
    struct place member;
    enum status status = place_optional(at, key, JSON_STRING, &member);

    if (status != STATUS_OK || !member.value)
        return status;
    return place_word(&member, words, key, out);
}

static enum status c_bit_read(const struct place *at, struct memory_config *config)
{
    static const char *const keys[] = {"position", "rule", NULL};
    struct place member;
    uint64_t position = config->c_bit;
    uint8_t rule = (uint8_t)config->c_bit_rule;
    enum status status = place_optional(at, "c_bit", JSON_OBJECT, &member);

    if (status != STATUS_OK || !member.value)
        return status;
    status = place_keys(&member, keys);
    if (status == STATUS_OK)
        status = place_number(&member, "position", C_BIT_LOWEST, C_BIT_HIGHEST, &position);
    if (status == STATUS_OK)
        status = word_read(&member, "rule", c_bit_words, &rule);
    config->c_bit = (uint8_t)position;
    config->c_bit_rule = (enum c_bit_rule)rule;
    return status;
}

/* RAM, and how much of it the table covers: all, unless it says otherwise. */
static enum status sizes_read(const struct place *at, struct memory_config *config)
{
    struct place covers;
    uint64_t ram = config->page_count << PAGE_SHIFT, rmp = 0;
    enum status status = place_memory_size(at, "ram", &ram);

    if (status != STATUS_OK)
        return status;
    status = place_optional(at, "rmp_covers", JSON_STRING, &covers);
    if (status == STATUS_OK)
        status = place_memory_size(at, "rmp_covers", &rmp);
    if (status != STATUS_OK)
        return status;
    if (ram < PAGE_SIZE || ram > (uint64_t)PAGE_SIZE << 32)
        return place_fail(at, "the RAM is too small or too large; expected 4K to 16T");
    if (rmp > ram)
        return place_fail(&covers, "rmp_covers is more than there is; expected at most the RAM");
    if (covers.value)
        config->rmp_pages = rmp >> PAGE_SHIFT;
    else if (ram >> PAGE_SHIFT != config->page_count)
        config->rmp_pages = ram >> PAGE_SHIFT;
    config->page_count = ram >> PAGE_SHIFT;
    return STATUS_OK;
}

static const char *const memory_keys[] = {"mode",
                                          "ram",
                                          "rmp_covers",
                                          "asids",
                                          "c_bit",
                                          "cipher",
                                          "ciphertext_hiding",
                                          "alias_check",
                                          "patched_invd",
                                          "checks_shared_reads",
                                          "seed",
                                          NULL};

enum status machine_memory_change(const struct place *memory, struct machine_spec *spec)
{
    struct memory_config *config = &spec->memory;
    uint8_t mode = (uint8_t)config->mode, cipher = (uint8_t)config->cipher;
    uint64_t asids = config->asid_max;
    enum status status = place_keys(memory, memory_keys);

    if (status == STATUS_OK)
        status = word_read(memory, "mode", machine_mode_words, &mode);
    if (status == STATUS_OK)
        status = word_read(memory, "cipher", cipher_words, &cipher);
    if (status == STATUS_OK)
        status = place_number(memory, "asids", 1, RMP_ASID_MAX, &asids);
    if (status == STATUS_OK)
        status = sizes_read(memory, config);
    if (status == STATUS_OK)
        status = c_bit_read(memory, config);
    if (status == STATUS_OK)
        status = place_flag(memory, "ciphertext_hiding", &config->ciphertext_hiding);
    if (status == STATUS_OK)
        status = place_flag(memory, "checks_shared_reads", &config->checks_shared_reads);
    if (status == STATUS_OK)
        status = place_flag(memory, "alias_check", &spec->alias_check);
    if (status == STATUS_OK)
        status = place_flag(memory, "patched_invd", &spec->patched_invd);
    if (status == STATUS_OK)
        status = place_hex(memory, "seed", &config->seed);
    config->mode = (enum memory_mode)mode;
    config->cipher = (enum cipher_mode)cipher;
    config->asid_max = (uint16_t)asids;
    return status;
}

static enum status device_read(const struct place *at, struct machine_spec *spec)
{
    static const char *const keys[] = {"name", "id", NULL};
    struct machine_device *device = &spec->device[spec->device_count];
    struct place member;
    uint64_t id = 0;
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK && spec->device_count == MACHINE_DEVICE_MAX)
        return place_fail(at, "too many devices; expected at most %d", (int)MACHINE_DEVICE_MAX);
    if (status == STATUS_OK)
        status = machine_name_read(at, "name", device->name);
    if (status == STATUS_OK)
        status = place_member(at, "id", JSON_INTEGER, &member);
    if (status == STATUS_OK)
        status = place_number(at, "id", 0, UINT16_MAX, &id);
    if (status != STATUS_OK)
        return status;
    device->id = (uint16_t)id;
    for (unsigned i = 0; i < spec->device_count; i++)
        if (spec->device[i].id == device->id || strcmp(spec->device[i].name, device->name) == 0)
            return place_fail(at, "device \"%s\" or its id %u is there already; expected each once",
                              device->name, device->id);
    spec->device_count++;
    return STATUS_OK;
}

enum status machine_devices_add(const struct place *list, struct machine_spec *spec)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < json_array_size(list->value) && status == STATUS_OK; i++) {
        struct place at = place_element(list, i);

        status = device_read(&at, spec);
    }
    return status;
}

/* What stands where a spec says nothing: the usual part of today. */
static void spec_defaults(struct machine_spec *spec)
{
    *spec = (struct machine_spec){
        .memory = {.cipher = CIPHER_XTS128, .c_bit = 51, .asid_max = 16, .seed = 0x1d}};
}

static enum status memory_read_first(const struct place *root, struct machine_spec *spec)
{
    struct place memory, member;
    enum status status = place_member(root, "memory", JSON_OBJECT, &memory);

    if (status == STATUS_OK)
        status = place_member(&memory, "mode", JSON_STRING, &member);
    if (status == STATUS_OK)
        status = place_member(&memory, "ram", JSON_STRING, &member);
    return status == STATUS_OK ? machine_memory_change(&memory, spec) : status;
}

/* Harts and what is on their bus: a bus needs harts. */
static enum status harts_read(const struct place *root, struct machine_spec *spec)
{
    struct place harts, bus;
    enum status status = place_optional(root, "harts", JSON_OBJECT, &harts);
    bool is_too_large = spec->memory.page_count > MACHINE_HART_RAM_MAX >> PAGE_SHIFT;

    if (status == STATUS_OK)
        status = place_optional(root, "bus", JSON_ARRAY, &bus);
    if (status != STATUS_OK || (!harts.value && !bus.value))
        return status;
    if (!harts.value)
        return place_fail(&bus, "there is a bus and no harts; expected \"harts\"");
    if (is_too_large)
        return place_fail(&harts, "the RAM is too large for harts; expected at most 64G");
    status = machine_harts_read(&harts, &spec->harts);
    return status == STATUS_OK && bus.value ? machine_bus_read(&bus, &spec->bus) : status;
}

static enum status spec_read(struct document *doc, struct machine_spec *spec)
{
    static const char *const keys[] = {"name",   "$schema", "format", "version", "summary",
                                       "memory", "devices", "harts",  "bus",     NULL};
    struct place root = document_root(doc), list;
    const char *summary;
    enum status status = place_constant(&root, "format", "cvm-machine");

    spec_defaults(spec);
    if (status == STATUS_OK)
        status = place_constant(&root, "version", "1.0");
    if (status == STATUS_OK)
        status = place_keys(&root, keys);
    if (status == STATUS_OK)
        status = place_optional(&root, "$schema", JSON_STRING, &list);
    if (status == STATUS_OK)
        status = machine_name_read(&root, "name", spec->name);
    if (status == STATUS_OK)
        status = place_text(&root, "summary", &summary);
    if (status != STATUS_OK)
        return status;
    (void)snprintf(spec->summary, sizeof spec->summary, "%s", summary);
    status = memory_read_first(&root, spec);
    if (status == STATUS_OK)
        status = place_optional(&root, "devices", JSON_ARRAY, &list);
    if (status == STATUS_OK && list.value)
        status = machine_devices_add(&list, spec);
    return status == STATUS_OK ? harts_read(&root, spec) : status;
}

enum status machine_load(const char *name, struct machine_spec *out, struct diagnostic *diag)
{
    struct document doc;
    enum status status = builtin_open(&doc, builtin_machines, "machines", "machine", name, diag);

    if (status != STATUS_OK)
        return status;
    status = spec_read(&doc, out);
    document_free(&doc);
    return status;
}

enum status machine_parse(const char *text, size_t size, const char *name, struct machine_spec *out,
                          struct diagnostic *diag)
{
    struct document doc;
    enum status status = document_parse(&doc, text, size, name, diag);

    if (status != STATUS_OK)
        return status;
    status = spec_read(&doc, out);
    document_free(&doc);
    return status;
}

const char *machine_builtin_name(unsigned index)
{
    unsigned count = 0;

    while (builtin_machines[count].name)
        count++;
    return index < count ? builtin_machines[index].name : NULL;
}
