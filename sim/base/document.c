/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/document.c — reads JSON strictly: every key known, every type right. See document.h. */
#include "base/document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *type_name(json_type type)
{
    switch (type) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
        return "a whole number";
    case JSON_REAL:
        return "a fraction";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        break;
    }
    return "null";
}

/* Parses doc->text, which doc owns. */
static enum status document_decode(struct document *doc)
{
    json_error_t error;

    doc->root = json_loadb(doc->text, doc->size, JSON_REJECT_DUPLICATES, &error);
    if (!doc->root && json_error_code(&error) == json_error_out_of_memory)
        return diagnostic_set(doc->diag, STATUS_IO, doc->name, 0, 0, "not enough memory");
    if (!doc->root)
        return diagnostic_set(doc->diag, STATUS_BAD_INPUT, doc->name, (uint64_t)error.line,
                              (uint64_t)error.column, "%s; expected a JSON object", error.text);
    if (!json_is_object(doc->root))
        return diagnostic_set(doc->diag, STATUS_BAD_INPUT, doc->name, 1, 1,
                              "the file holds %s; expected a JSON object",
                              type_name(json_typeof(doc->root)));
    return STATUS_OK;
}

static void document_init(struct document *doc, const char *name, struct diagnostic *diag)
{
    *doc = (struct document){.diag = diag};
    (void)snprintf(doc->name, sizeof doc->name, "%s", name);
}

/* Takes over text. */
static enum status document_adopt(struct document *doc, char *text, size_t size, size_t most)
{
    enum status status;

    doc->text = text;
    doc->size = size;
    if (size == 0)
        status = diagnostic_set(doc->diag, STATUS_BAD_INPUT, doc->name, 1, 1,
                                "the file is empty; expected a JSON object");
    else if (size > most)
        status = diagnostic_set(doc->diag, STATUS_BAD_INPUT, doc->name, 0, 0,
                                "the file is too large; expected at most %zu bytes", most);
    else
        status = document_decode(doc);
    if (status != STATUS_OK)
        document_free(doc);
    return status;
}

enum status document_parse(struct document *doc, const char *text, size_t size, const char *name,
                           struct diagnostic *diag)
{
    char *copy;

    document_init(doc, name, diag);
    if (size > DOCUMENT_MAX_BYTES)
        return document_adopt(doc, NULL, size, DOCUMENT_MAX_BYTES);
    copy = malloc(size + 1);
    if (!copy)
        return diagnostic_set(diag, STATUS_IO, name, 0, 0, "not enough memory");
    memcpy(copy, text, size);
    return document_adopt(doc, copy, size, DOCUMENT_MAX_BYTES);
}

/* Reads at most one byte more than is allowed, so that "too large" can be told. */
static enum status text_read(int fd, size_t most, char **text, size_t *size)
{
    char *buffer = malloc(most + 1);
    size_t used = 0;
    ssize_t got = 1;

    while (buffer && got > 0 && used <= most) {
        got = read(fd, buffer + used, most + 1 - used);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            used += (size_t)got;
    }
    if (!buffer || got < 0) {
        free(buffer);
        return STATUS_IO;
    }
    *text = buffer;
    *size = used;
    return STATUS_OK;
}

enum status document_read(struct document *doc, const char *path, struct diagnostic *diag)
{
    return document_read_large(doc, path, DOCUMENT_MAX_BYTES, diag);
}

enum status document_read_large(struct document *doc, const char *path, size_t most_bytes,
                                struct diagnostic *diag)
{
    /* Not to wait for the writer of a pipe. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    enum status status = STATUS_OK;
    struct stat info;
    char *text = NULL;
    size_t size = 0;

    document_init(doc, path, diag);
    if (fd < 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "cannot be opened: %s; expected a readable JSON file",
                              strerror(errno));
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        status = diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                                "not a regular file; expected a JSON file");
    else if (text_read(fd, most_bytes, &text, &size) != STATUS_OK)
        status = diagnostic_set(diag, STATUS_IO, path, 0, 0, "cannot be read: %s", strerror(errno));
    (void)close(fd);
    return status == STATUS_OK ? document_adopt(doc, text, size, most_bytes) : status;
}

void document_free(struct document *doc)
{
    free(doc->text);
    json_decref(doc->root);
    doc->text = NULL;
    doc->root = NULL;
}

struct place document_root(struct document *doc)
{
    return (struct place){.doc = doc, .value = doc->root};
}

struct place place_element(const struct place *parent, size_t index)
{
    return (struct place){.doc = parent->doc,
                          .parent = parent,
                          .index = index,
                          .value = json_array_get(parent->value, index)};
}

enum status place_fail(const struct place *at, const char *format, ...)
{
    char text[DIAGNOSTIC_BYTES];
    uint64_t line, col;
    va_list args;

    if (!at->doc->diag)
        return STATUS_BAD_INPUT;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    place_position(at, &line, &col);
    return diagnostic_set(at->doc->diag, STATUS_BAD_INPUT, at->doc->name, line, col, "%s", text);
}

enum status place_keys(const struct place *at, const char *const *allowed)
{
    const char *key;
    json_t *value;

    if (!json_is_object(at->value))
        return place_fail(at, "%s; expected an object", type_name(json_typeof(at->value)));
    json_object_foreach(at->value, key, value)
    {
        struct place here = {.doc = at->doc, .parent = at, .key = key, .value = value};
        size_t i = 0;

        while (allowed[i] && strcmp(allowed[i], key) != 0)
            i++;
        if (!allowed[i])
            return place_fail(&here, "unknown key \"%.40s\"; expected one like \"%s\"", key,
                              allowed[0]);
    }
    return STATUS_OK;
}

/* jansson has two types for a truth value; either stands for both here. */
static bool type_fits(const json_t *value, json_type type)
{
    if (type == JSON_TRUE)
        return json_is_boolean(value);
    if (type == JSON_REAL)
        return json_is_number(value);
    return json_typeof(value) == type;
}

/* What a member of this type may be. */
static const char *fitting_name(json_type type)
{
    return type == JSON_REAL ? "a number" : type_name(type);
}

enum status place_optional(const struct place *at, const char *key, json_type type,
                           struct place *out)
{
    *out = (struct place){
        .doc = at->doc, .parent = at, .key = key, .value = json_object_get(at->value, key)};
    if (out->value && !type_fits(out->value, type))
        return place_fail(out, "\"%s\" is %s; expected %s", key, type_name(json_typeof(out->value)),
                          fitting_name(type));
    return STATUS_OK;
}

enum status place_member(const struct place *at, const char *key, json_type type, struct place *out)
{
    enum status status = place_optional(at, key, type, out);

    if (status == STATUS_OK && !out->value)
        return place_fail(at, "\"%s\" is missing; expected %s", key, fitting_name(type));
    return status;
}

enum status place_text(const struct place *at, const char *key, const char **out)
{
    struct place member;
    enum status status = place_member(at, key, JSON_STRING, &member);

    if (status != STATUS_OK)
        return status;
    *out = json_string_value(member.value);
    if (**out == '\0')
        return place_fail(&member, "\"%s\" is empty; expected text", key);
    return STATUS_OK;
}

/* "a, b or c" */
static void words_join(const char *const *words, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; words[i] && used < size; i++) {
        const char *between = i == 0 ? "" : words[i + 1] ? ", " : " or ";

        used += (size_t)snprintf(out + used, size - used, "%s%s", between, words[i]);
    }
}

enum status place_word(const struct place *at, const char *const *words, const char *what,
                       uint8_t *out)
{
    const char *word = json_string_value(at->value);
    char choice[160];

    if (!word)
        return place_fail(at, "%s; expected %s", type_name(json_typeof(at->value)), what);
    for (size_t i = 0; words[i]; i++) {
        if (strcmp(words[i], word) == 0) {
            *out = (uint8_t)i;
            return STATUS_OK;
        }
    }
    words_join(words, choice, sizeof choice);
    return place_fail(at, "unknown %s \"%.40s\"; expected %s", what, word, choice);
}
