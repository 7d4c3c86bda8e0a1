/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attest_measure.c — `cvmlab attest measure`. The work is done in sim/psp/launch*.c. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/attest.h"
#include "psp/hex.h"
#include "psp/launch.h"

enum { KEY_JSON = 0x100, KEY_STEPS, KEY_MODE };

struct measure_arguments {
    const char *spec;
    int mode; /* an enum launch_mode; -1: as the spec says */
    bool wants_steps, wants_json;
};

static void mode_take(const struct argp_state *state, struct measure_arguments *arguments,
                      const char *name)
{
    for (int mode = 0; launch_mode_names[mode]; mode++)
        if (strcmp(launch_mode_names[mode], name) == 0) {
            arguments->mode = mode;
            return;
        }
    argp_error(state, "--mode: '%s' is not sev, sev-es or snp", name);
}

static error_t arguments_parse(int key, char *arg, struct argp_state *state)
{
    struct measure_arguments *arguments = state->input;

    switch (key) {
    case KEY_MODE:
        mode_take(state, arguments, arg);
        return 0;
    case KEY_STEPS:
        arguments->wants_steps = true;
        return 0;
    case KEY_JSON:
        arguments->wants_json = true;
        return 0;
    case ARGP_KEY_ARG:
        attest_take_file(state, &arguments->spec, arg);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no SPEC given");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"mode", KEY_MODE, "MODE", 0, "sev, sev-es or snp. Default: as the spec says, else snp", 0},
    {"steps", KEY_STEPS, NULL, 0, "Show each record and the digest after it", 0},
    {"json", KEY_JSON, NULL, 0, "One JSON document on standard output", 0},
    {0},
};

const struct argp attest_measure_argp = {
    .options = options,
    .parser = arguments_parse,
    .args_doc = "SPEC",
    .doc = "Examples:\n"
           "  cvmlab attest measure specs/launch/qemu-amdsev-kernel.json\n"
           "  cvmlab attest measure specs/launch/undeserved-swapped.json --mode sev --steps\n"
           "  cvmlab attest measure my-guest.json --json | jq -r .digest"
           "\v"
           "SPEC is a launch spec: a machine (firmware, kernel, vcpus), measured as QEMU and KVM "
           "start it, or a list of pages. docs/ATTEST.md explains it.",
};

/* Collects the steps, or prints them. */
struct step_list {
    json_t *steps; /* NULL: print */
    size_t count;
};

/* The begin of a digest; "-" for none. */
static void digest_shorten(const uint8_t *digest, size_t size, char text[20])
{
    if (bytes_are_zero(digest, size)) {
        strcpy(text, "-");
        return;
    }
    hex_encode(digest, 8, text);
    strcat(text, "..");
}

static void step_print(void *context, const struct launch_step *step)
{
    struct step_list *list = context;
    char contents[20], digest[20];

    digest_shorten(step->page.contents, DIGEST_BYTES, contents);
    digest_shorten(step->digest, step->digest_bytes, digest);
    printf("%6zu  %-10s  0x%012" PRIx64 "  %-18s  %-18s  %s\n", list->count++,
           launch_page_type_name(step->page.type), step->page.gpa.v, contents, digest,
           step->event->what);
}

static void step_collect(void *context, const struct launch_step *step)
{
    struct step_list *list = context;
    json_t *object = json_pack(
        "{s:I, s:s, s:o, s:s, s:o}", "n", (json_int_t)list->count++, "type",
        launch_page_type_name(step->page.type), "gpa", json_sprintf("0x%" PRIx64, step->page.gpa.v),
        "what", step->event->what, "digest", attest_hex_json(step->digest, step->digest_bytes));

    if (launch_page_has_contents(step->page.type) && step->digest_bytes == DIGEST_BYTES)
        json_object_set_new(object, "contents", attest_hex_json(step->page.contents, DIGEST_BYTES));
    if (step->digest_bytes != DIGEST_BYTES)
        json_object_set_new(object, "bytes", json_integer((json_int_t)step->event->size_bytes));
    json_array_append_new(list->steps, object);
}

static int json_print(const struct launch *launch, const uint8_t *digest, size_t size,
                      json_t *steps)
{
    json_t *document =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:o}", "schema", "cvmlab-attest-measure",
                  "version", "1.0", "name", launch->name, "mode", launch_mode_names[launch->mode],
                  "commands", (json_int_t)launch->count, "pages", (json_int_t)launch->page_count,
                  "digest", attest_hex_json(digest, size));

    if (steps)
        json_object_set_new(document, "steps", steps);
    return cli_json_print(document);
}

static int launch_print(const struct launch *launch, const struct measure_arguments *arguments)
{
    struct step_list list = {.steps = arguments->wants_json ? json_array() : NULL};
    uint8_t digest[DIGEST_BYTES];
    char text[2 * DIGEST_BYTES + 1];
    struct diagnostic diag = {{0}};
    size_t size;
    enum status status;

    if (arguments->wants_steps && !arguments->wants_json)
        printf("%6s  %-10s  %-14s  %-18s  %-18s  %s\n", "record", "type", "gpa", "contents",
               "digest after it", "what");
    status = launch_measure(launch, launch->mode,
                            !arguments->wants_steps ? NULL
                            : arguments->wants_json ? step_collect
                                                    : step_print,
                            &list, digest, &size, &diag);
    if (status != STATUS_OK || (arguments->wants_json && !arguments->wants_steps)) {
        json_decref(list.steps);
        list.steps = NULL;
    }
    if (status != STATUS_OK)
        return cli_fail(status, &diag);
    if (arguments->wants_json)
        return json_print(launch, digest, size, list.steps);
    hex_encode(digest, size, text);
    printf("%s%-8s %s: %" PRIu64 " pages in %zu commands, mode %s\n%-8s %s\n",
           arguments->wants_steps ? "\n" : "", "launch", launch->name, launch->page_count,
           launch->count, launch_mode_names[launch->mode], "digest", text);
    return CLI_OK;
}

int attest_measure_run(int argc, char **argv)
{
    struct measure_arguments arguments = {.mode = -1};
    struct launch launch;
    struct diagnostic diag = {{0}};
    enum status status;
    int code;

    cli_parse(&attest_measure_argp, argc, argv, &arguments);
    status = launch_read(&launch, arguments.spec, arguments.mode, &diag);
    if (status != STATUS_OK)
        return cli_fail(status, &diag);
    code = launch_print(&launch, &arguments);
    launch_free(&launch);
    return code;
}
