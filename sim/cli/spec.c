/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/spec.c — the command `cvmlab spec`: checks, shows and compares exposure profiles.
 * The work is done in sim/spec; here are options and streams. spec diff and minimize have files of
 * their own. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/spec_diff.h"
#include "cli/spec_ghcb.h"
#include "cli/spec_minimize.h"
#include "spec/ghcb.h"
#include "spec/lint.h"
#include "spec/render.h"

enum { KEY_JSON = 0x100, KEY_FORMAT, KEY_ROW };

/* spec lint */

struct lint_options {
    char **files; /* into argv */
    unsigned count;
};

static error_t lint_parse(int key, char *arg, struct argp_state *state)
{
    struct lint_options *options = state->input;

    (void)arg;
    switch (key) {
    case ARGP_KEY_ARGS:
        options->files = state->argv + state->next;
        options->count = (unsigned)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "a profile is missing: FILE, or the name of a built-in one");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp lint_argp = {
    .parser = lint_parse,
    .args_doc = "PROFILE...",
    .doc = "Examples:\n"
           "  cvmlab spec lint my-profile.json\n"
           "  cvmlab spec lint strict specs/exposure/*.json\n"
           "  cvmlab spec lint snp-ghcb\n"
           "\vA profile is a file (its name has a '/' or ends in .json) or the name of a built-in "
           "one. A warning is a rule that is legal and surely not meant; it makes the exit code 1.",
};

static void warning_print(void *context, enum row_id row, const char *text)
{
    const struct spec_profile *profile = context;
    const char *file;
    uint64_t line;

    spec_row_origin(profile, row, &file, &line);
    printf("%s:%" PRIu64 ": %s: %s\n", file, line, row_id_name(row), text);
}

static int lint_one(const char *name)
{
    enum status status;
    struct diagnostic diag;
    struct spec_profile *profile = spec_profile_open(name, &status, &diag);
    unsigned warnings;

    if (!profile)
        return cli_fail(status, &diag);
    warnings = spec_lint(profile, warning_print, profile);
    printf("%s: %u reads, %u writes, %u calls, %u warning%s\n", name, profile->table.read_count,
           profile->table.write_count, profile->table.call_count, warnings,
           warnings == 1 ? "" : "s");
    spec_profile_close(profile);
    return warnings ? CLI_FINDING : CLI_OK;
}

static int lint_run(int argc, char **argv)
{
    struct lint_options options = {0};
    int worst = CLI_OK;

    cli_parse(&lint_argp, argc, argv, &options);
    for (unsigned i = 0; i < options.count; i++) {
        int code = ghcb_spec_is(options.files[i]) ? spec_ghcb_lint(options.files[i])
                                                  : lint_one(options.files[i]);

        if (code > worst)
            worst = code;
    }
    return worst;
}

/* spec show */

struct show_options {
    const char *profile;
    enum show_format format;
    const char *row; /* NULL: all */
};

static void format_set(struct argp_state *state, struct show_options *options, const char *format)
{
    if (strcmp(format, "table") == 0)
        options->format = SHOW_TABLE;
    else if (strcmp(format, "markdown") == 0)
        options->format = SHOW_MARKDOWN;
    else if (strcmp(format, "json") == 0)
        options->format = SHOW_JSON;
    else
        argp_error(state, "--format: '%s' is not table, markdown or json", format);
}

static error_t show_parse(int key, char *arg, struct argp_state *state)
{
    struct show_options *options = state->input;

    switch (key) {
    case KEY_JSON:
        options->format = SHOW_JSON;
        return 0;
    case KEY_FORMAT:
        format_set(state, options, arg);
        return 0;
    case KEY_ROW:
        options->row = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0)
            argp_error(state, "one profile at a time: '%s' is too many", arg);
        options->profile = arg;
        return 0;
    case ARGP_KEY_END:
        if (options->row && options->format != SHOW_TABLE)
            argp_error(state, "--row is for people: not with --json or --format");
        if (options->row && !ghcb_spec_is(options->profile) && row_by_name(options->row) < 0)
            argp_error(state, "--row: '%s' is no row; one is MMIO.L", options->row);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option show_options_table[] = {
    {"row", KEY_ROW, "ID", 0, "One row in full, with why and source", 0},
    {"format", KEY_FORMAT, "FORMAT", 0, "table (the default), markdown or json", 0},
    {"json", KEY_JSON, NULL, 0, "One JSON document on standard output", 0},
    {0},
};

static const struct argp show_argp = {
    .options = show_options_table,
    .parser = show_parse,
    .args_doc = "[PROFILE]",
    .doc = "Examples:\n"
           "  cvmlab spec show\n"
           "  cvmlab spec show cove --row MMIO.S\n"
           "  cvmlab spec show strict --json | jq '.rows[].route'\n"
           "  cvmlab spec show snp-ghcb --row IOIO.OUT\n"
           "\vWithout PROFILE: strict. snp-ghcb and snp-ghcb-open are no profiles but tables of "
           "SEV-SNP exits through the GHCB: the same command, other rows. a0=rs2:width reads: slot "
           "a0 holds register rs2 of the "
           "instruction, cut to the width of the access; stval&0x3: two bits of it.",
};

static int profile_show(const struct show_options *options)
{
    struct spec_profile *profile;
    struct diagnostic diag;
    enum status status;
    int code = CLI_OK;

    profile = spec_profile_open(options->profile, &status, &diag);
    if (!profile)
        return cli_fail(status, &diag);
    if (options->row)
        render_row(stdout, profile, (enum row_id)row_by_name(options->row));
    else if (options->format == SHOW_MARKDOWN)
        render_markdown(stdout, profile);
    else if (options->format == SHOW_JSON)
        code = cli_json_print(render_json(profile));
    else
        render_table(stdout, profile, cli_color() ? RENDER_COLOR : RENDER_PLAIN);
    spec_profile_close(profile);
    return code;
}

static int show_run(int argc, char **argv)
{
    struct show_options options = {.profile = "strict"};

    cli_parse(&show_argp, argc, argv, &options);
    return ghcb_spec_is(options.profile)
               ? spec_ghcb_show(options.profile, options.format, options.row)
               : profile_show(&options);
}

static const struct cli_verb spec_verbs[] = {
    {"lint", "check profiles: readable, complete, nothing that is surely not meant", &lint_argp,
     lint_run},
    {"show", "print a profile: per exit, what the host can read and change", &show_argp, show_run},
    {"diff", "what profile B lets through more or less than profile A", &spec_diff_argp,
     spec_diff_run},
    {"minimize", "what a profile lets through although no recorded exit needed it",
     &spec_minimize_argp, spec_minimize_run},
    {0},
};

const struct cli_command command_spec = {
    .name = "spec",
    .summary = "check, show and compare exposure profiles",
    .verbs = spec_verbs,
};
