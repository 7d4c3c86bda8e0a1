/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/mode_reader.c — the machine of a scenario, and the modes in which it runs on it. See
 * reader.h. */
#include "scenario/reader.h"

#include <stdio.h>
#include <string.h>

/* The document nearest to the scenario that has a member; NULL value: none has. */
static struct place nearest_member(struct scenario *scenario, const char *key, unsigned *file)
{
    for (*file = 0; *file < scenario->doc_count; (*file)++) {
        json_t *root = scenario->doc[*file].root;

        if (json_object_get(root, key))
            return document_root(&scenario->doc[*file]);
    }
    return (struct place){0};
}

/* "machine": a name, or {"name": ..., "memory": {...}}. */
static enum status machine_read(struct scenario *scenario, const char *override,
                                struct machine_spec *spec, struct diagnostic *diag)
{
    static const char *const keys[] = {"name", "memory", NULL};
    unsigned file;
    struct place root = nearest_member(scenario, "machine", &file), member = {0}, memory = {0};
    json_t *value = json_object_get(root.value, "machine");
    struct place where = {.doc = root.doc, .parent = &root, .key = "machine", .value = value};
    char name[MACHINE_NAME_BYTES] = MACHINE_DEFAULT;
    bool is_known = false;
    enum status status = STATUS_OK;

    if (json_is_object(value)) {
        status = place_member(&root, "machine", JSON_OBJECT, &member);
        if (status == STATUS_OK)
            status = place_keys(&member, keys);
        if (status == STATUS_OK)
            status = place_optional(&member, "memory", JSON_OBJECT, &memory);
        if (status == STATUS_OK && json_object_get(value, "name"))
            status = machine_name_read(&member, "name", name);
    } else if (value) {
        status = machine_name_read(&root, "machine", name);
    }
    for (unsigned i = 0; machine_builtin_name(i) && !is_known; i++)
        is_known = strcmp(machine_builtin_name(i), name) == 0;
    if (status == STATUS_OK && !is_known)
        status = place_fail(
            &where, "unknown machine \"%s\"; expected a built-in one, like " MACHINE_DEFAULT, name);
    if (status == STATUS_OK)
        status = machine_load(override ? override : name, spec, diag);
    return status == STATUS_OK && memory.value ? machine_memory_change(&memory, spec) : status;
}

/* Devices of every document, behind those of the machine. */
static enum status devices_read(struct scenario *scenario, struct machine_spec *spec)
{
    for (unsigned i = scenario->doc_count; i-- > 0;) {
        struct place root = document_root(&scenario->doc[i]), list;
        enum status status = place_optional(&root, "devices", JSON_ARRAY, &list);

        if (status == STATUS_OK && list.value)
            status = machine_devices_add(&list, spec);
        if (status != STATUS_OK)
            return status;
    }
    for (unsigned i = 0; i < spec->device_count; i++)
        if (scenario_name_is_reserved(spec->device[i].name)) {
            struct place root = document_root(&scenario->doc[0]);

            return place_fail(&root,
                              "a device is called \"%s\" as an actor is; expected another name",
                              spec->device[i].name);
        }
    return STATUS_OK;
}

/* An element of "modes": "snp", or {"name": ..., "mode": ..., "memory": {...}}. */
static enum status mode_read(const struct place *at, const struct machine_spec *spec,
                             struct scenario_mode *mode)
{
    static const char *const keys[] = {"name", "mode", "memory", NULL};
    struct place member = *at, memory = {0};
    uint8_t word = 0;
    enum status status = STATUS_OK;

    mode->machine = *spec;
    if (json_is_string(at->value)) {
        status = place_word(at, machine_mode_words, "mode", &word);
        (void)snprintf(mode->name, sizeof mode->name, "%s", machine_mode_words[word]);
    } else {
        status = place_keys(at, keys);
        if (status == STATUS_OK)
            status = machine_name_read(at, "name", mode->name);
        if (status == STATUS_OK)
            status = place_member(at, "mode", JSON_STRING, &member);
        if (status == STATUS_OK)
            status = place_word(&member, machine_mode_words, "mode", &word);
        if (status == STATUS_OK)
            status = place_optional(at, "memory", JSON_OBJECT, &memory);
        if (status == STATUS_OK && memory.value)
            status = machine_memory_change(&memory, &mode->machine);
    }
    mode->mode = (enum memory_mode)word;
    mode->machine.memory.mode = mode->mode;
    return status;
}

static enum status modes_list_read(const struct place *root, const struct machine_spec *spec,
                                   struct scenario *scenario)
{
    struct place list;
    enum status status = place_member(root, "modes", JSON_ARRAY, &list);
    size_t count = json_array_size(list.value);

    if (status == STATUS_OK && (count == 0 || count > SCENARIO_MODE_MAX))
        return place_fail(&list, "%zu modes; expected 1 to %d", count, (int)SCENARIO_MODE_MAX);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct place at = place_element(&list, i);
        struct scenario_mode *mode = &scenario->mode[i];

        status = mode_read(&at, spec, mode);
        if (status == STATUS_OK && scenario_find_mode(scenario, mode->name) >= 0)
            status = place_fail(&at, "mode \"%s\" is given twice; expected each once", mode->name);
        scenario->mode_count++;
    }
    return status;
}

/* What "ends" says of one mode: its own word, that of the mode it is based on, or "otherwise". */
static enum status end_read(const struct place *root, struct scenario_mode *mode)
{
    const char *names[] = {mode->name, machine_mode_words[mode->mode], "otherwise"};
    struct place ends = {.doc = root->doc,
                         .parent = root,
                         .key = "ends",
                         .value = json_object_get(root->value, "ends")};
    struct place word = ends;
    uint8_t verdict = 0;
    enum status status;

    if (!ends.value)
        return place_fail(root, "\"ends\" is missing; expected a verdict, or one per mode");
    for (unsigned i = 0; i < 3 && json_is_object(ends.value); i++) {
        status = place_optional(&ends, names[i], JSON_STRING, &word);
        if (status != STATUS_OK)
            return status;
        if (word.value)
            break;
    }
    if (!word.value)
        return place_fail(&ends, "no verdict for mode %s; expected one, or \"otherwise\"",
                          mode->name);
    status = place_word(&word, verdict_words, "verdict", &verdict);
    mode->ends = (enum scenario_verdict)verdict;
    return status;
}

/* Whether the document itself lists a mode of this name: what a scenario begins with may know modes
 * that it has not. */
static bool document_has_mode(const struct document *doc, const char *name)
{
    json_t *list = json_object_get(doc->root, "modes"), *element;
    size_t i;

    json_array_foreach(list, i, element)
    {
        const char *own = json_string_value(json_object_get(element, "name"));

        if (own && strcmp(own, name) == 0)
            return true;
    }
    return false;
}

static enum status mode_name_check(const struct place *at, const struct scenario *scenario,
                                   const char *name)
{
    for (unsigned i = 0; machine_mode_words[i]; i++)
        if (strcmp(name, machine_mode_words[i]) == 0)
            return STATUS_OK;
    if (scenario_find_mode(scenario, name) >= 0 || document_has_mode(at->doc, name))
        return STATUS_OK;
    return place_fail(at, "unknown mode \"%.40s\"; expected one of \"modes\"", name);
}

enum status mode_keys_check(const struct place *at, const struct scenario *scenario)
{
    const char *key;
    json_t *value;

    json_object_foreach(at->value, key, value)
    {
        struct place here = {.doc = at->doc, .parent = at, .key = key, .value = value};
        enum status status =
            strcmp(key, "otherwise") == 0 ? STATUS_OK : mode_name_check(&here, scenario, key);

        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

enum status modes_read(struct scenario *scenario, const char *override, struct diagnostic *diag)
{
    struct place root = document_root(&scenario->doc[0]), ends;
    struct machine_spec spec;
    enum status status = machine_read(scenario, override, &spec, diag);

    if (status == STATUS_OK)
        status = devices_read(scenario, &spec);
    if (status == STATUS_OK)
        status = modes_list_read(&root, &spec, scenario);
    ends = (struct place){.doc = root.doc,
                          .parent = &root,
                          .key = "ends",
                          .value = json_object_get(root.value, "ends")};
    if (status == STATUS_OK)
        status = mode_keys_check(&ends, scenario);
    for (unsigned i = 0; i < scenario->mode_count && status == STATUS_OK; i++)
        status = end_read(&root, &scenario->mode[i]);
    return status;
}

enum status mode_list_read(const struct place *at, const char *key, const struct scenario *scenario,
                           uint8_t *modes)
{
    struct place list;
    enum status status = place_optional(at, key, JSON_ARRAY, &list);

    if (status != STATUS_OK || !list.value)
        return status;
    *modes = 0;
    for (size_t i = 0; i < json_array_size(list.value); i++) {
        struct place element = place_element(&list, i);
        const char *name = json_string_value(element.value);

        if (!name)
            return place_fail(&element, "not a string; expected the name of a mode");
        status = mode_name_check(&element, scenario, name);
        if (status != STATUS_OK)
            return status;
        for (unsigned m = 0; m < scenario->mode_count; m++)
            if (strcmp(name, scenario->mode[m].name) == 0 ||
                strcmp(name, machine_mode_words[scenario->mode[m].mode]) == 0)
                *modes |= (uint8_t)(1 << m);
    }
    return STATUS_OK;
}
