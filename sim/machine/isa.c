/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/isa.c — see isa.h. */
#include "machine/isa.h"

#include <string.h>

/* Every word in canonical order; those of machine_extensions only if they are on. */
static const char *const order[] = {
    "i",      "m",      "a",       "f",        "d",      "c",   "h",   "zicbom",
    "zicboz", "zicntr", "zicsr",   "zifencei", "zba",    "zbb", "zbs", "smstateen",
    "sstc",   "svadu",  "svinval", "svnapot",  "svpbmt", NULL};

static bool is_on(const struct hart_features *features, const char *name)
{
    for (const struct machine_extension *one = machine_extensions; one->name; one++)
        if (strcmp(one->name, name) == 0)
            return machine_extension_is_on(features, one);
    return true; /* of RV64GC: always there */
}

void isa_each(const struct hart_features *features,
              void (*visit)(void *context, const char *extension), void *context)
{
    for (unsigned i = 0; order[i]; i++)
        if (is_on(features, order[i]))
            visit(context, order[i]);
}

static void append(void *context, const char *extension)
{
    char *out = context;
    size_t used = strlen(out), length = strlen(extension);

    if (used + length + 2 > ISA_STRING_BYTES)
        return;
    if (length > 1)
        out[used++] = '_';
    memcpy(out + used, extension, length + 1);
}

const char *isa_string(const struct hart_features *features, char out[ISA_STRING_BYTES])
{
    strcpy(out, "rv64");
    isa_each(features, append, out);
    return out;
}
