/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/stated_map.c — the option --map of an import: KIND:BASE+SIZE. Declared in
 * import.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace/import/import.h"

/* Takes "KIND:" off the text. */
static bool take_kind(const char **at, enum region_kind *kind)
{
    static const struct {
        const char *name;
        enum region_kind kind;
    } kinds[] = {
        {"ram:", REGION_RAM},
        {"shared:", REGION_SHARED},
        {"rom:", REGION_ROM},
        {"mmio:", REGION_MMIO},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t size = strlen(kinds[i].name);

        if (strncmp(*at, kinds[i].name, size) == 0) {
            *at += size;
            *kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

/* Takes a decimal or 0x-hexadecimal number off the text. */
static bool take_number(const char **at, uint64_t *value)
{
    bool is_hex = (*at)[0] == '0' && ((*at)[1] == 'x' || (*at)[1] == 'X');
    char *end;

    if (!isdigit((unsigned char)**at))
        return false;
    errno = 0;
    *value = strtoull(*at, &end, is_hex ? 16 : 10);
    if (errno != 0 || (is_hex && end <= *at + 2))
        return false;
    *at = end;
    return true;
}

static bool region_parse(const char *text, struct region *region, const char **fault)
{
    *fault = "expected ram:, shared:, rom: or mmio: in front";
    if (!take_kind(&text, &region->kind))
        return false;
    *fault = "expected KIND:BASE+SIZE with decimal or 0x-hexadecimal numbers";
    if (!take_number(&text, &region->base.v) || *text++ != '+' ||
        !take_number(&text, &region->size_bytes) || *text)
        return false;
    *fault = "expected base and size to be multiples of 4096, and the size not to be 0";
    if (region->base.v % PAGE_SIZE != 0 || region->size_bytes % PAGE_SIZE != 0 ||
        region->size_bytes == 0)
        return false;
    *fault = "expected a range inside the address space";
    return region->base.v + region->size_bytes > region->base.v;
}

bool import_add_region(struct import_request *request, const char *text, const char **fault)
{
    struct region region;

    if (!region_parse(text, &region, fault))
        return false;
    for (uint32_t i = 0; i < request->region_count; i++) {
        const struct region *other = &request->region[i];

        *fault = "expected ranges that do not overlap";
        if (region.base.v < other->base.v + other->size_bytes &&
            other->base.v < region.base.v + region.size_bytes)
            return false;
    }
    *fault = "expected at most 256 ranges";
    if (request->region_count == REGION_MAX)
        return false;
    request->region[request->region_count++] = region;
    return true;
}
