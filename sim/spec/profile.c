/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/profile.c — finds a profile and its parents, and reads them from the root down. See
 * spec.h and draft.h. The SBI calls are the ground; each profile of the chain may replace rows,
 * calls and the always set. */
#include "spec/spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec/builtin.h"
#include "spec/draft.h"
#include "spec/ghcb.h"
#include "spec/header.h"

enum { CHAIN_MAX = 8, PATH_BYTES = DOCUMENT_NAME_BYTES };

struct spec_chain {
    struct document calls;
    struct document doc[CHAIN_MAX]; /* doc[0] is the profile asked for, its parent is doc[1] */
    const char *name[CHAIN_MAX];
    const struct builtin_file *builtin[CHAIN_MAX]; /* NULL: read from a file, or given as text */
    bool from_file[CHAIN_MAX];
    unsigned length;
    struct draft draft;
};

const char *spec_builtin_name(unsigned index)
{
    unsigned count = 0;

    while (builtin_profiles[count].name)
        count++;
    return index < count ? builtin_profiles[index].name : NULL;
}

/* The first document: a file, or a built-in profile. */
static enum status chain_start(struct spec_chain *chain, const char *name, struct diagnostic *diag)
{
    enum status status;
    char choice[160];

    if (!builtin_name_is_path(name) && ghcb_spec_is(name))
        return diagnostic_set(diag, STATUS_BAD_INPUT, "profile", 0, 0,
                              "\"%s\" is a table of GHCB exits; expected a profile: %s", name,
                              builtin_choice(builtin_profiles, choice, sizeof choice));
    status = builtin_open(&chain->doc[0], builtin_profiles, "exposure", "profile", name, diag);
    chain->from_file[0] = builtin_name_is_path(name);
    if (!chain->from_file[0])
        chain->builtin[0] = builtin_find(builtin_profiles, name);
    if (status == STATUS_OK)
        chain->length = 1;
    return status;
}

/* Path of the parent beside the file of its child. */
static bool sibling_path(const char *child, const char *parent, char *out)
{
    const char *slash = strrchr(child, '/');
    int folder = slash ? (int)(slash - child) + 1 : 0;

    return snprintf(out, PATH_BYTES, "%.*s%s.json", folder, child, parent) < PATH_BYTES;
}

static bool file_exists(const char *path)
{
    FILE *file = fopen(path, "re");

    if (file)
        (void)fclose(file);
    return file != NULL;
}

/* Two documents of the chain are one. */
static bool chain_repeats(const struct spec_chain *chain, unsigned i, unsigned j)
{
    if (chain->from_file[i] && chain->from_file[j])
        return strcmp(chain->doc[i].name, chain->doc[j].name) == 0;
    return chain->builtin[i] && chain->builtin[i] == chain->builtin[j];
}

static enum status chain_append(struct spec_chain *chain, const struct place *at,
                                const char *parent, struct diagnostic *diag)
{
    unsigned next = chain->length;
    const struct builtin_file *file = builtin_find(builtin_profiles, parent);
    char path[PATH_BYTES], choice[160];
    enum status status;

    chain->from_file[next] = chain->from_file[next - 1] &&
                             sibling_path(chain->doc[next - 1].name, parent, path) &&
                             file_exists(path);
    if (chain->from_file[next]) {
        status = document_read(&chain->doc[next], path, diag);
    } else if (file) {
        status = builtin_parse(&chain->doc[next], file, "exposure", diag);
        chain->builtin[next] = file;
    } else {
        return place_fail(at, "no profile \"%s\" beside this file or built in; expected %s", parent,
                          builtin_choice(builtin_profiles, choice, sizeof choice));
    }
    if (status != STATUS_OK)
        return status;
    chain->length++;
    for (unsigned i = 0; i < next; i++)
        if (chain_repeats(chain, i, next))
            return place_fail(at,
                              "profile cycle: inheriting \"%s\" leads back to itself; "
                              "expected a chain that ends",
                              parent);
    return STATUS_OK;
}

static const char *const profile_keys[] = {"name",   "$schema",      "format", "version",
                                           "always", "always_write", "calls",  "summary",
                                           "rows",   "inherits",     NULL};
static const char *const calls_keys[] = {"calls", "$schema", "format", "version", "source", NULL};

/* Reads the parents of the last document, one by one. */
static enum status chain_climb(struct spec_chain *chain, struct diagnostic *diag)
{
    for (;;) {
        unsigned last = chain->length - 1;
        struct place root = document_root(&chain->doc[last]), member;
        enum status status = header_check(&root, "cvm-exposure", profile_keys);

        if (status == STATUS_OK)
            status = header_name_read(&root, "name", &chain->name[last]);
        if (status == STATUS_OK)
            status = header_name_optional(&root, "inherits", &member);
        if (status != STATUS_OK || !member.value)
            return status;
        if (chain->length == CHAIN_MAX)
            status = place_fail(&member, "too many parents; expected at most %d", CHAIN_MAX - 1);
        if (status == STATUS_OK)
            status = chain_append(chain, &member, json_string_value(member.value), diag);
        if (status != STATUS_OK)
            return status;
    }
}

static enum status calls_ground(struct spec_chain *chain, struct diagnostic *diag)
{
    enum status status = builtin_parse(&chain->calls, builtin_calls, "sbi", diag);
    struct place root, list;

    if (status != STATUS_OK)
        return status;
    root = document_root(&chain->calls);
    status = header_check(&root, "cvm-sbi-calls", calls_keys);
    if (status == STATUS_OK)
        status = place_member(&root, "calls", JSON_ARRAY, &list);
    return status == STATUS_OK ? calls_read(&list, &chain->draft) : status;
}

/* What document i of the chain adds to its parents. */
static enum status document_apply(struct spec_chain *chain, unsigned i)
{
    struct place root = document_root(&chain->doc[i]), list;
    struct draft *draft = &chain->draft;
    enum status status = place_text(&root, "summary", &draft->summary);

    draft->name = chain->name[i];
    if (status == STATUS_OK)
        status = place_optional(&root, "always", JSON_ARRAY, &list);
    if (status == STATUS_OK && list.value)
        status = items_read(&list, ROW_COUNT, &draft->always);
    if (status == STATUS_OK)
        status = place_optional(&root, "always_write", JSON_ARRAY, &list);
    if (status == STATUS_OK && list.value)
        status = items_write(&list, ROW_COUNT, &draft->always);
    if (status == STATUS_OK)
        status = place_optional(&root, "calls", JSON_ARRAY, &list);
    if (status == STATUS_OK && list.value)
        status = calls_read(&list, draft);
    if (status == STATUS_OK)
        status = place_member(&root, "rows", JSON_ARRAY, &list);
    return status == STATUS_OK ? rows_read(&list, chain->name[i], (uint8_t)i, draft) : status;
}

/* The chain holds the first document; out gets everything that follows from it. */
static enum status chain_resolve(struct spec_chain *chain, struct spec_profile *out,
                                 struct diagnostic *diag)
{
    enum status status = chain_climb(chain, diag);
    struct draft *draft = &chain->draft;
    struct place root;

    if (status == STATUS_OK)
        status = calls_ground(chain, diag);
    for (unsigned i = chain->length; i-- > 0 && status == STATUS_OK;)
        status = document_apply(chain, i);
    if (status != STATUS_OK)
        return status;
    draft_sort_calls(draft);
    root = document_root(&chain->doc[0]);
    status = draft_assemble(draft, &root, &out->table);
    out->summary = draft->summary;
    for (unsigned row = 0; row < ROW_COUNT; row++)
        out->text[row] = draft->row[row].text;
    memcpy(out->call_text, draft->call_text, sizeof out->call_text);
    memcpy(out->always, draft->always.read, sizeof out->always);
    memcpy(out->always_write, draft->always.write, sizeof out->always_write);
    out->always_count = draft->always.read_count;
    out->always_write_count = draft->always.write_count;
    return status;
}

static struct spec_profile *profile_new(struct diagnostic *diag)
{
    struct spec_profile *profile = calloc(1, sizeof *profile);
    struct spec_chain *chain = calloc(1, sizeof *chain);

    if (profile && chain) {
        profile->chain = chain;
        return profile;
    }
    free(profile);
    free(chain);
    (void)diagnostic_set(diag, STATUS_IO, "spec", 0, 0, "not enough memory");
    return NULL;
}

void spec_profile_close(struct spec_profile *profile)
{
    if (!profile)
        return;
    for (unsigned i = 0; i < profile->chain->length; i++)
        document_free(&profile->chain->doc[i]);
    document_free(&profile->chain->calls);
    free(profile->chain);
    free(profile);
}

struct spec_profile *spec_profile_open(const char *name, enum status *status,
                                       struct diagnostic *diag)
{
    struct spec_profile *profile = profile_new(diag);
    enum status result = profile ? chain_start(profile->chain, name, diag) : STATUS_IO;

    if (result == STATUS_OK)
        result = chain_resolve(profile->chain, profile, diag);
    if (status)
        *status = result;
    if (result == STATUS_OK)
        return profile;
    spec_profile_close(profile);
    return NULL;
}

enum status spec_load(const char *name, struct exposure *out, struct diagnostic *diag)
{
    enum status status;
    struct spec_profile *profile = spec_profile_open(name, &status, diag);

    if (profile)
        *out = profile->table;
    spec_profile_close(profile);
    return status;
}

enum status spec_parse(const char *text, size_t size, const char *name, struct exposure *out,
                       struct diagnostic *diag)
{
    struct spec_profile *profile = profile_new(diag);
    enum status status = STATUS_IO;

    if (profile)
        status = document_parse(&profile->chain->doc[0], text, size, name, diag);
    if (status == STATUS_OK) {
        profile->chain->length = 1;
        status = chain_resolve(profile->chain, profile, diag);
    }
    if (status == STATUS_OK)
        *out = profile->table;
    spec_profile_close(profile);
    return status;
}

void spec_row_origin(const struct spec_profile *profile, enum row_id row, const char **file,
                     uint64_t *line)
{
    const struct draft_row *draft = &profile->chain->draft.row[row];
    struct place root = document_root(&profile->chain->doc[draft->document]), list, element;
    uint64_t col;

    (void)place_member(&root, "rows", JSON_ARRAY, &list);
    element = place_element(&list, draft->element);
    place_position(&element, line, &col);
    *file = profile->chain->doc[draft->document].name;
}
