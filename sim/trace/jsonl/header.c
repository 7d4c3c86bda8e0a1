/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/header.c — decodes the header line of a JSON Lines trace. Read header.h and
 * docs/TRACE.md first. One line in a file: jansson does the JSON. header_encode.c is the other
 * direction. */
#include "trace/jsonl/header.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* What is decoded, and where complaints go. Functions return false after they have complained. */
struct decoder {
    const char *name;
    struct diagnostic *diag;
};

static bool complain(const struct decoder *dec, const char *object, const char *key,
                     const char *what)
{
    (void)diagnostic_set(dec->diag, STATUS_BAD_INPUT, dec->name, 1, 0, "header key %s%s%s: %s",
                         object, *object ? "." : "", key, what);
    return false;
}

/* The value must be there; NULL after complaining. */
static json_t *value_of(const struct decoder *dec, json_t *object, const char *path,
                        const char *key)
{
    json_t *value = json_object_get(object, key);

    if (!value)
        (void)complain(dec, path, key, "missing; expected a value");
    return value;
}

/* Every key of object is in the NULL-terminated list, or, at the top, begins with "x-". */
static bool keys_check(const struct decoder *dec, json_t *object, const char *path,
                       const char *const *known)
{
    const char *key;
    json_t *value;

    json_object_foreach(object, key, value)
    {
        size_t i = 0;

        while (known[i] && strcmp(known[i], key) != 0)
            i++;
        if (!known[i] && (*path || strncmp(key, "x-", 2) != 0))
            return complain(dec, path, key, "unknown; expected a key of docs/TRACE.md");
    }
    return true;
}

static json_t *object_of(const struct decoder *dec, json_t *parent, const char *key,
                         const char *const *known)
{
    json_t *object = value_of(dec, parent, "", key);

    if (object && !json_is_object(object)) {
        (void)complain(dec, "", key, "not an object; expected '{'");
        return NULL;
    }
    return object && keys_check(dec, object, key, known) ? object : NULL;
}

/* A string, or null for the empty one. */
static bool text_decode(const struct decoder *dec, json_t *object, const char *path,
                        const char *key, char *to, size_t room)
{
    json_t *value = value_of(dec, object, path, key);

    if (!value)
        return false;
    if (json_is_null(value)) {
        to[0] = '\0';
        return true;
    }
    if (!json_is_string(value))
        return complain(dec, path, key, "wrong type; expected a string or null");
    if (json_string_length(value) >= room)
        return complain(dec, path, key, "text too long; expected a shorter one");
    memcpy(to, json_string_value(value), json_string_length(value) + 1);
    return true;
}

/* A string that has exactly this value in version 1. */
static bool word_check(const struct decoder *dec, json_t *root, const char *key,
                       const char *expected)
{
    json_t *value = value_of(dec, root, "", key);

    if (!value)
        return false;
    if (!json_is_string(value) || strcmp(json_string_value(value), expected) != 0) {
        (void)diagnostic_set(dec->diag, STATUS_BAD_INPUT, dec->name, 1, 0,
                             "header key %s: unknown value; expected \"%s\"", key, expected);
        return false;
    }
    return true;
}

static bool hex_decode(const struct decoder *dec, json_t *object, const char *path, const char *key,
                       uint64_t *value)
{
    enum { DIGITS_MAX = 16 };
    json_t *json = value_of(dec, object, path, key);
    const char *text = json_string_value(json);
    size_t digits;

    if (!json)
        return false;
    if (!text || strncmp(text, "0x", 2) != 0)
        return complain(dec, path, key, "not a hex value; expected a string such as \"0x1f\"");
    text += 2;
    digits = strspn(text, "0123456789abcdef");
    if (digits == 0 || digits > DIGITS_MAX || text[digits] != '\0' ||
        (text[0] == '0' && digits > 1))
        return complain(
            dec, path, key,
            "bad hex value; expected lower-case digits, no leading zeros, at most 64 bits");
    *value = strtoull(text, NULL, 16);
    return true;
}

/* The number at *text, without sign, space or leading zeros; *text moves behind it. */
static bool number_read(const char **text, uint32_t *number)
{
    enum { DIGITS_MAX = 6 };
    size_t digits = strspn(*text, "0123456789");

    if (digits == 0 || digits > DIGITS_MAX || (**text == '0' && digits > 1))
        return false;
    *number = (uint32_t)strtoul(*text, NULL, 10);
    *text += digits;
    return true;
}

static bool version_decode(const struct decoder *dec, json_t *root, struct trace_header *header)
{
    json_t *value = value_of(dec, root, "", "version");
    const char *text = json_string_value(value);

    if (!value)
        return false;
    if (!text || !number_read(&text, &header->major) || *text++ != '.' ||
        !number_read(&text, &header->minor) || *text)
        return complain(dec, "", "version", "not a version; expected \"major.minor\"");
    if (header->major != TRACE_VERSION_MAJOR) {
        (void)diagnostic_set(dec->diag, STATUS_BAD_INPUT, dec->name, 1, 0,
                             "trace version %" PRIu32 ".%" PRIu32 " is %s; expected %d.x",
                             header->major, header->minor,
                             header->major > TRACE_VERSION_MAJOR ? "too new" : "too old",
                             TRACE_VERSION_MAJOR);
        return false;
    }
    return true;
}

static bool completeness_decode(const struct decoder *dec, json_t *root,
                                struct trace_header *header)
{
    const char *text = json_string_value(json_object_get(root, "completeness"));

    for (unsigned i = 0; text && i < COMPLETENESS_COUNT; i++) {
        if (strcmp(text, completeness_word[i]) == 0) {
            header->completeness = (enum trace_completeness)i;
            return true;
        }
    }
    return complain(dec, "", "completeness", "unknown value; expected full, mixed or causes-only");
}

static bool region_decode(const struct decoder *dec, json_t *json, struct region *region)
{
    static const char *const known[] = {"base", "kind", "size", NULL};
    const char *kind;

    if (!json_is_object(json))
        return complain(dec, "guest", "memory", "entry is not an object; expected '{'");
    if (!keys_check(dec, json, "guest.memory", known) ||
        !hex_decode(dec, json, "guest.memory", "base", &region->base.v) ||
        !hex_decode(dec, json, "guest.memory", "size", &region->size_bytes))
        return false;
    kind = json_string_value(json_object_get(json, "kind"));
    for (unsigned i = REGION_RAM; kind && i < REGION_KIND_COUNT; i++) {
        if (strcmp(kind, region_kind_word[i]) == 0) {
            region->kind = (enum region_kind)i;
            return true;
        }
    }
    return complain(dec, "guest.memory", "kind",
                    "unknown value; expected ram, shared, rom or mmio");
}

static bool memory_decode(const struct decoder *dec, json_t *guest, struct trace_header *header)
{
    json_t *inferred = value_of(dec, guest, "guest", "memory_inferred");
    json_t *memory = value_of(dec, guest, "guest", "memory");

    if (!inferred || !memory)
        return false;
    if (!json_is_boolean(inferred))
        return complain(dec, "guest", "memory_inferred", "wrong type; expected true or false");
    header->region_inferred = json_is_true(inferred);
    if (!json_is_array(memory) || json_array_size(memory) > REGION_MAX)
        return complain(dec, "guest", "memory", "wrong; expected an array of at most 256 entries");
    header->region_count = (uint32_t)json_array_size(memory);
    for (uint32_t i = 0; i < header->region_count; i++)
        if (!region_decode(dec, json_array_get(memory, i), &header->region[i]))
            return false;
    return true;
}

static bool interrupts_decode(const struct decoder *dec, json_t *guest, struct trace_header *header)
{
    json_t *list = value_of(dec, guest, "guest", "interrupts");
    json_t *entry;
    size_t index;

    if (!list)
        return false;
    if (!json_is_array(list))
        return complain(dec, "guest", "interrupts", "wrong type; expected an array");
    json_array_foreach(list, index, entry)
    {
        const char *text = json_string_value(entry);
        uint64_t mask = 0;

        for (unsigned i = 0; text && i < INTERRUPT_COUNT; i++)
            if (strcmp(text, interrupt_word[i].text) == 0)
                mask = interrupt_word[i].hvip;
        if (mask == 0 || (header->hvip_allow & mask))
            return complain(dec, "guest", "interrupts",
                            "wrong entry; expected each of VSSI, VSTI, VSEI at most once");
        header->hvip_allow |= mask;
    }
    return true;
}

/* An integer from low to high. */
static bool count_decode(const struct decoder *dec, json_t *object, const char *path,
                         const char *key, uint32_t high, uint32_t *count)
{
    json_t *value = value_of(dec, object, path, key);

    if (!value)
        return false;
    if (!json_is_integer(value) || json_integer_value(value) < 1 ||
        json_integer_value(value) > (json_int_t)high)
        return complain(dec, path, key, "wrong number; expected an integer from 1 to 1024");
    *count = (uint32_t)json_integer_value(value);
    return true;
}

static bool guest_decode(const struct decoder *dec, json_t *root, struct trace_header *header)
{
    static const char *const known[] = {"interrupts", "memory", "memory_inferred",
                                        "name",       "vcpus",  NULL};
    json_t *guest = object_of(dec, root, "guest", known);

    if (!guest ||
        !text_decode(dec, guest, "guest", "name", header->guest_name, sizeof header->guest_name) ||
        !memory_decode(dec, guest, header) || !interrupts_decode(dec, guest, header))
        return false;
    if (json_is_null(json_object_get(guest, "vcpus"))) /* not known */
        return true;
    return count_decode(dec, guest, "guest", "vcpus", TRACE_VCPU_MAX, &header->vcpus);
}

static bool source_decode(const struct decoder *dec, json_t *root, struct trace_header *header)
{
    static const char *const known[] = {"format", "name", "provenance", "sha384", NULL};
    json_t *source = object_of(dec, root, "source", known);

    return source &&
           text_decode(dec, source, "source", "name", header->source_name,
                       sizeof header->source_name) &&
           text_decode(dec, source, "source", "format", header->source_format,
                       sizeof header->source_format) &&
           text_decode(dec, source, "source", "sha384", header->source_sha384,
                       sizeof header->source_sha384) &&
           text_decode(dec, source, "source", "provenance", header->provenance,
                       sizeof header->provenance);
}

static bool root_decode(const struct decoder *dec, json_t *root, struct trace_header *header,
                        struct header_layout *layout)
{
    static const char *const known[] = {"clock",  "completeness",   "format",   "guest",
                                        "isa",    "keyframe_every", "producer", "regs",
                                        "source", "version",        NULL};
    const char *fault;

    if (!json_is_object(root))
        return complain(dec, "", "format", "no header object; expected '{'");
    if (!word_check(dec, root, "format", TRACE_FORMAT_WORD) || !version_decode(dec, root, header) ||
        !keys_check(dec, root, "", known) || !word_check(dec, root, "isa", TRACE_ISA_WORD) ||
        !word_check(dec, root, "clock", TRACE_CLOCK_WORD) ||
        !word_check(dec, root, "regs", TRACE_REGS_WORD) ||
        !count_decode(dec, root, "", "keyframe_every", TRACE_KEYFRAME_EVERY,
                      &layout->keyframe_every) ||
        !text_decode(dec, root, "", "producer", header->producer, sizeof header->producer) ||
        !completeness_decode(dec, root, header) || !guest_decode(dec, root, header) ||
        !source_decode(dec, root, header))
        return false;
    fault = trace_header_fault(header);
    if (fault)
        (void)diagnostic_set(dec->diag, STATUS_BAD_INPUT, dec->name, 1, 0,
                             "%s; expected a header as in docs/TRACE.md", fault);
    return fault == NULL;
}

enum status header_decode(const char *line, size_t size_bytes, const char *name,
                          struct trace_header *header, struct header_layout *layout,
                          struct diagnostic *diag)
{
    struct decoder dec = {name, diag};
    json_error_t error;
    json_t *root = json_loadb(line, size_bytes, JSON_REJECT_DUPLICATES, &error);
    bool ok;

    memset(header, 0, sizeof *header);
    if (!root)
        return diagnostic_set(diag, STATUS_BAD_INPUT, name, 1,
                              error.column > 0 ? (uint64_t)error.column : 1,
                              "bad JSON: %s; expected a header object", error.text);
    ok = root_decode(&dec, root, header, layout);
    json_decref(root);
    return ok ? STATUS_OK : STATUS_BAD_INPUT;
}
