/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/builtin.c — see builtin.h. */
#include "base/builtin.h"

#include <stdio.h>
#include <string.h>

const struct builtin_file *builtin_find(const struct builtin_file *table, const char *name)
{
    for (const struct builtin_file *file = table; file->name; file++)
        if (strcmp(file->name, name) == 0)
            return file;
    return NULL;
}

const char *builtin_choice(const struct builtin_file *table, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (const struct builtin_file *file = table; file->name && used < size; file++) {
        const char *between = file == table ? "" : file[1].name ? ", " : " or ";

        used += (size_t)snprintf(out + used, size - used, "%s%s", between, file->name);
    }
    return out;
}

bool builtin_name_is_path(const char *name)
{
    size_t length = strlen(name);

    return strchr(name, '/') || (length >= 5 && strcmp(name + length - 5, ".json") == 0);
}

enum status builtin_parse(struct document *doc, const struct builtin_file *file, const char *folder,
                          struct diagnostic *diag)
{
    char label[96];

    (void)snprintf(label, sizeof label, "specs/%s/%s.json", folder, file->name);
    return document_parse(doc, (const char *)file->data, file->size, label, diag);
}

enum status builtin_open(struct document *doc, const struct builtin_file *table, const char *folder,
                         const char *what, const char *name, struct diagnostic *diag)
{
    const struct builtin_file *file;
    char choice[320];

    if (builtin_name_is_path(name)) {
        if (strlen(name) >= DOCUMENT_NAME_BYTES)
            return diagnostic_set(diag, STATUS_BAD_INPUT, what, 0, 0,
                                  "path is too long; expected less than %d bytes",
                                  (int)DOCUMENT_NAME_BYTES);
        return document_read(doc, name, diag);
    }
    file = builtin_find(table, name);
    if (!file)
        return diagnostic_set(diag, STATUS_BAD_INPUT, what, 0, 0,
                              "unknown %s \"%.60s\"; expected %s, or a path with '/' or .json",
                              what, name, builtin_choice(table, choice, sizeof choice));
    return builtin_parse(doc, file, folder, diag);
}
