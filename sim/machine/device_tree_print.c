/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/device_tree_print.c — a flattened tree as source (.dts). See device_tree.h. */
#include <libfdt.h>
#include <string.h>

#include "machine/device_tree.h"

enum { INDENT = 4 };

/* Whether a value is one or more strings, each with a NUL at its end and printable. */
static bool is_text(const char *value, int size)
{
    if (size == 0 || value[0] == '\0' || value[size - 1] != '\0')
        return false;
    for (int i = 0; i < size; i++)
        if (value[i] == '\0' ? i > 0 && value[i - 1] == '\0' : value[i] < ' ' || value[i] > '~')
            return false;
    return true;
}

static void texts_print(const char *value, int size, FILE *to)
{
    for (int at = 0; at < size; at += (int)strlen(value + at) + 1)
        (void)fprintf(to, "%s\"%s\"", at > 0 ? ", " : "", value + at);
}

static void cells_print(const fdt32_t *value, int size, FILE *to)
{
    (void)fputc('<', to);
    for (int i = 0; i < size / (int)sizeof *value; i++)
        (void)fprintf(to, "%s0x%x", i > 0 ? " " : "", fdt32_ld(value + i));
    (void)fputc('>', to);
}

static void property_print(const void *blob, int offset, int depth, FILE *to)
{
    const char *name;
    int size;
    const void *value = fdt_getprop_by_offset(blob, offset, &name, &size);

    if (!value)
        return;
    (void)fprintf(to, "%*s%s", depth * INDENT, "", name);
    if (size > 0) {
        (void)fputs(" = ", to);
        if (is_text(value, size))
            texts_print(value, size, to);
        else
            cells_print(value, size, to);
    }
    (void)fputs(";\n", to);
}

static void node_print(const void *blob, int node, int depth, FILE *to)
{
    const char *name = fdt_get_name(blob, node, NULL);
    int child, property;

    (void)fprintf(to, "%*s%s {\n", depth * INDENT, "", name && *name ? name : "/");
    fdt_for_each_property_offset(property, blob, node)
    {
        property_print(blob, property, depth + 1, to);
    }
    fdt_for_each_subnode(child, blob, node)
    {
        (void)fputc('\n', to);
        node_print(blob, child, depth + 1, to);
    }
    (void)fprintf(to, "%*s};\n", depth * INDENT, "");
}

bool device_tree_print(const struct device_tree *tree, FILE *to)
{
    (void)fputs("/dts-v1/;\n\n", to);
    node_print(tree->blob, 0, 0, to);
    return !ferror(to);
}
