/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/load.c — finds a scenario and what it begins with, and reads them from the root
 * down. See scenario.h and reader.h. */
#include "scenario/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario/builtin.h"
#include "scenario/reader.h"

static const char *const scenario_keys[] = {
    "name",       "$schema", "format",      "version",    "title", "paper",   "models",
    "leaves_out", "machine", "begins_with", "modes",      "ends",  "devices", "guests",
    "pages",      "steps",   "booted",      "show_after", NULL};

/* A text that may be missing: NULL then. */
static enum status text_optional(const struct place *at, const char *key, const char **out)
{
    struct place member;
    enum status status = place_optional(at, key, JSON_STRING, &member);

    *out = status == STATUS_OK ? json_string_value(member.value) : NULL;
    return status;
}

static enum status paper_read(const struct place *root, struct scenario_paper *paper)
{
    static const char *const keys[] = {"title", "authors", "venue", "year", "link", NULL};
    struct place at, member;
    enum status status = place_member(root, "paper", JSON_OBJECT, &at);

    if (status == STATUS_OK)
        status = place_keys(&at, keys);
    if (status == STATUS_OK)
        status = place_text(&at, "title", &paper->title);
    if (status == STATUS_OK)
        status = place_text(&at, "venue", &paper->venue);
    if (status == STATUS_OK)
        status = place_member(&at, "year", JSON_INTEGER, &member);
    if (status == STATUS_OK)
        status = place_number(&at, "year", 1970, 2100, &paper->year);
    if (status == STATUS_OK)
        status = text_optional(&at, "authors", &paper->authors);
    return status == STATUS_OK ? text_optional(&at, "link", &paper->link) : status;
}

/* What the scenario asked for says of itself. */
static enum status heading_read(struct scenario *scenario)
{
    struct place root = document_root(&scenario->doc[0]);
    enum status status = place_text(&root, "title", &scenario->title);

    scenario->name = json_string_value(json_object_get(root.value, "name"));
    if (status == STATUS_OK)
        status = place_text(&root, "models", &scenario->models);
    if (status == STATUS_OK)
        status = place_text(&root, "leaves_out", &scenario->leaves_out);
    return status == STATUS_OK ? paper_read(&root, &scenario->paper) : status;
}

/* What every document must say before anything else is believed. */
static enum status header_check(const struct place *root)
{
    char name[SCENARIO_NAME_BYTES];
    struct place schema;
    enum status status = place_constant(root, "format", "cvm-scenario");

    if (status == STATUS_OK)
        status = place_constant(root, "version", "1.0");
    if (status == STATUS_OK)
        status = place_keys(root, scenario_keys);
    if (status == STATUS_OK)
        status = place_optional(root, "$schema", JSON_STRING, &schema);
    return status == STATUS_OK ? machine_name_read(root, "name", name) : status;
}

/* The document that `name` means, seen from the one before it in the chain: beside that file if it
 * is a file, else built in. */
static enum status next_open(struct scenario *scenario, const struct place *at, const char *name,
                             struct diagnostic *diag)
{
    const char *before = scenario->doc[scenario->doc_count - 1].name;
    const char *slash = strrchr(before, '/');
    const struct builtin_file *file = builtin_find(builtin_scenarios, name);
    struct document *doc = &scenario->doc[scenario->doc_count];
    char path[DOCUMENT_NAME_BYTES];
    int length = snprintf(path, sizeof path, "%.*s%s.json", slash ? (int)(slash - before) + 1 : 0,
                          before, name);

    if (scenario->doc_is_file[scenario->doc_count - 1] && length < (int)sizeof path &&
        access(path, F_OK) == 0) {
        scenario->doc_is_file[scenario->doc_count] = true;
        return document_read(doc, path, diag);
    }
    if (file)
        return builtin_parse(doc, file, "scenarios", diag);
    return place_fail(at, "no scenario \"%.40s\" beside this file or built in; expected one", name);
}

/* Two documents of one name are one scenario. */
static bool chain_repeats(const struct scenario *scenario)
{
    const char *last = scenario->doc[scenario->doc_count - 1].name;

    for (unsigned i = 0; i + 1 < scenario->doc_count; i++)
        if (strcmp(scenario->doc[i].name, last) == 0)
            return true;
    return false;
}

/* Reads what the last document begins with, and so on. */
static enum status chain_climb(struct scenario *scenario, struct diagnostic *diag)
{
    for (;;) {
        struct place root = document_root(&scenario->doc[scenario->doc_count - 1]), member;
        enum status status = header_check(&root);
        char name[SCENARIO_NAME_BYTES];

        if (status == STATUS_OK)
            status = place_optional(&root, "begins_with", JSON_STRING, &member);
        if (status != STATUS_OK || !member.value)
            return status;
        status = machine_name_read(&root, "begins_with", name);
        if (status == STATUS_OK && scenario->doc_count == SCENARIO_CHAIN_MAX)
            status = place_fail(&member,
                                "too many scenarios, one inside the other; expected at "
                                "most %d",
                                (int)SCENARIO_CHAIN_MAX);
        if (status == STATUS_OK)
            status = next_open(scenario, &member, name, diag);
        if (status != STATUS_OK)
            return status;
        scenario->doc_count++;
        if (chain_repeats(scenario))
            return place_fail(&member,
                              "scenario cycle: beginning with \"%s\" leads back to itself; "
                              "expected a chain that ends",
                              name);
    }
}

static enum status document_apply(struct scenario *scenario, unsigned file)
{
    struct place root = document_root(&scenario->doc[file]);
    enum status status = guests_read(&root, scenario);

    if (status == STATUS_OK)
        status = pages_read(&root, scenario);
    if (status == STATUS_OK)
        status = place_flag(&root, "booted", &scenario->is_booted);
    return status == STATUS_OK ? steps_read(&root, scenario, file) : status;
}

/* What can be said only when all steps and pages are known. */
static enum status whole_check(struct scenario *scenario)
{
    struct place root = document_root(&scenario->doc[0]);
    uint64_t show_after = 0;
    enum status status = place_number(&root, "show_after", 1, scenario->step_count, &show_after);

    scenario->show_after = (unsigned)show_after;
    for (unsigned i = 0; i < scenario->page_count && status == STATUS_OK; i++)
        if (!scenario->is_booted && scenario->page[i].start == PAGE_START_PRIVATE)
            status = place_fail(&root,
                                "page \"%s\" is private, and the machine is not booted; expected "
                                "pages that are free or shared",
                                scenario->page[i].name);
    return status;
}

/* doc[0] is there; everything else follows from it. */
static enum status scenario_resolve(struct scenario *scenario, const char *machine,
                                    struct diagnostic *diag)
{
    enum status status = chain_climb(scenario, diag);

    if (status == STATUS_OK)
        status = heading_read(scenario);
    if (status == STATUS_OK)
        status = modes_read(scenario, machine, diag);
    for (unsigned i = scenario->doc_count; i-- > 0 && status == STATUS_OK;)
        status = document_apply(scenario, i);
    return status == STATUS_OK ? whole_check(scenario) : status;
}

static struct scenario *scenario_new(enum status *status, struct diagnostic *diag)
{
    struct scenario *scenario = calloc(1, sizeof *scenario);

    if (scenario)
        scenario->is_booted = true;
    else
        *status = diagnostic_set(diag, STATUS_IO, "scenario", 0, 0, "not enough memory");
    return scenario;
}

/* opened: how it went to open doc[0]. */
static struct scenario *scenario_finish(struct scenario *scenario, enum status opened,
                                        const char *machine, enum status *status,
                                        struct diagnostic *diag)
{
    *status = opened;
    if (opened == STATUS_OK) {
        scenario->doc_count = 1;
        *status = scenario_resolve(scenario, machine, diag);
    }
    for (unsigned i = 0; i < scenario->doc_count; i++)
        scenario->doc[i].diag = NULL; /* diag is the caller's and may end before the scenario */
    if (*status == STATUS_OK)
        return scenario;
    scenario_free(scenario);
    return NULL;
}

struct scenario *scenario_load(const char *name, const char *machine, enum status *status,
                               struct diagnostic *diag)
{
    struct scenario *scenario = scenario_new(status, diag);

    if (!scenario)
        return NULL;
    scenario->doc_is_file[0] = builtin_name_is_path(name);
    return scenario_finish(
        scenario,
        builtin_open(&scenario->doc[0], builtin_scenarios, "scenarios", "scenario", name, diag),
        machine, status, diag);
}

struct scenario *scenario_parse(const char *text, size_t size, const char *name,
                                const char *machine, enum status *status, struct diagnostic *diag)
{
    struct scenario *scenario = scenario_new(status, diag);

    if (!scenario)
        return NULL;
    return scenario_finish(scenario, document_parse(&scenario->doc[0], text, size, name, diag),
                           machine, status, diag);
}

void scenario_free(struct scenario *scenario)
{
    if (!scenario)
        return;
    for (unsigned i = 0; i < scenario->doc_count; i++)
        document_free(&scenario->doc[i]);
    free(scenario);
}

const char *scenario_builtin_name(unsigned index)
{
    unsigned count = 0;

    while (builtin_scenarios[count].name)
        count++;
    return index < count ? builtin_scenarios[index].name : NULL;
}
