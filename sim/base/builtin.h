/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/builtin.h — copies of files below specs/, put into the program at build time by
 * embed.cmake, and the rule that tells their names from those of files. */
#ifndef CVMLAB_SIM_BASE_BUILTIN_H
#define CVMLAB_SIM_BASE_BUILTIN_H

#include "base/document.h"

struct builtin_file {
    const char *name; /* without folder, and without ".json"; NULL ends a table */
    const unsigned char *data;
    size_t size;
};

/* The file of this name, or NULL. */
const struct builtin_file *builtin_find(const struct builtin_file *table, const char *name);

/* Writes "a, b or c" for messages, cut at size. Returns out. */
const char *builtin_choice(const struct builtin_file *table, char *out, size_t size);

/* A name with a '/' or ".json" at its end is a path, and no name of a built-in file. */
bool builtin_name_is_path(const char *name);

/* Parses the copy; messages call it specs/FOLDER/NAME.json. Fails as document_parse. */
enum status builtin_parse(struct document *doc, const struct builtin_file *file, const char *folder,
                          struct diagnostic *diag);

/* The document that a user means by name: a path, or a built-in file of the table. what is the
 * word for it in messages: "machine". Fails as document_read; STATUS_BAD_INPUT for an unknown
 * name. */
enum status builtin_open(struct document *doc, const struct builtin_file *table, const char *folder,
                         const char *what, const char *name, struct diagnostic *diag);

#endif
