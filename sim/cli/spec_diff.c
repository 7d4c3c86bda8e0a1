/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/spec_diff.c — the verb `cvmlab spec diff`: what profile B lets through more or less than
 * profile A. */
#include "cli/spec_diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "spec/compare.h"
#include "spec/render.h"

enum { KEY_JSON = 0x100, KEY_EXIT_CODE };

struct diff_options {
    const char *name[2];
    unsigned names;
    bool json;
    bool exit_code;
};

/* Both profiles, and what was found so far. */
struct comparison {
    struct spec_profile *profile[2];
    json_t *list; /* NULL: print as text */
    unsigned differences;
    int read_bits[ROW_COUNT], write_bits[ROW_COUNT];       /* what B lets through more, per row */
    unsigned read_more, read_less, write_more, write_less; /* bits, over the rows */
    unsigned call_more, call_less; /* bits of arguments, over the calls whose entry changed */
};

static error_t diff_parse(int key, char *arg, struct argp_state *state)
{
    struct diff_options *options = state->input;

    switch (key) {
    case KEY_JSON:
        options->json = true;
        return 0;
    case KEY_EXIT_CODE:
        options->exit_code = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 1)
            argp_error(state, "two profiles: '%s' is too many", arg);
        options->name[options->names++] = arg;
        return 0;
    case ARGP_KEY_END:
        if (options->names < 2)
            argp_error(state, "two profiles are needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option diff_options_table[] = {
    {"json", KEY_JSON, NULL, 0, "One JSON document on standard output", 0},
    {"exit-code", KEY_EXIT_CODE, NULL, 0, "Exit with 1 if the profiles differ", 0},
    {0},
};

const struct argp spec_diff_argp = {
    .options = diff_options_table,
    .parser = diff_parse,
    .args_doc = "A B",
    .doc = "Examples:\n"
           "  cvmlab spec diff strict cove\n"
           "  cvmlab spec diff --exit-code strict my-profile.json\n"
           "  cvmlab spec diff strict ace --json | jq .read_bits_more",
};

static const char *const kind_names[] = {
    [DIFFERENCE_ROUTE] = "route",      [DIFFERENCE_PC] = "pc",
    [DIFFERENCE_INJECT] = "exception", [DIFFERENCE_READ] = "readable",
    [DIFFERENCE_WRITE] = "writable",   [DIFFERENCE_CALL] = "call",
};

/* One side of a difference, as text. */
static const char *side_text(const struct comparison *cmp, const struct difference *d,
                             unsigned side, char out[RENDER_ITEM_BYTES])
{
    const struct exposure_row *row = &cmp->profile[side]->table.row[d->row];

    switch (d->kind) {
    case DIFFERENCE_ROUTE:
        return route_name(row->route);
    case DIFFERENCE_PC:
        return pc_rule_name(row->pc);
    case DIFFERENCE_INJECT:
        return inject_name(row->inject);
    case DIFFERENCE_READ:
        return d->read[side] ? render_read(d->read[side], out) : "-";
    case DIFFERENCE_WRITE:
        return d->write[side] ? render_write(d->write[side], out) : "-";
    case DIFFERENCE_CALL:
        break;
    }
    return d->call[side] ? row_id_name(d->call[side]->row) : "-";
}

/* "BASE probe_extension" */
static void call_label(const struct comparison *cmp, const struct difference *d, char *out,
                       size_t size)
{
    unsigned side = d->call[1] ? 1 : 0;
    const struct spec_profile *profile = cmp->profile[side];
    size_t index = (size_t)(d->call[side] - profile->table.call);

    (void)snprintf(out, size, "%s %s", profile->call_text[index].extension,
                   profile->call_text[index].name);
}

static void difference_print(const struct comparison *cmp, const struct difference *d)
{
    char a[RENDER_ITEM_BYTES], b[RENDER_ITEM_BYTES], label[64];

    (void)snprintf(label, sizeof label, "%s", row_id_name(d->row));
    if (d->kind == DIFFERENCE_CALL)
        call_label(cmp, d, label, sizeof label);
    render_text(stdout, label);
    printf("%*s %-9s %s -> ", strlen(label) < 24 ? (int)(24 - strlen(label)) : 0, "",
           kind_names[d->kind], side_text(cmp, d, 0, a));
    printf("%s", side_text(cmp, d, 1, b));
    if (d->kind >= DIFFERENCE_READ)
        printf("  (%+d bits)", d->bits);
    putchar('\n');
}

static json_t *side_json(const struct comparison *cmp, const struct difference *d, unsigned side)
{
    char text[RENDER_ITEM_BYTES];

    if (d->kind == DIFFERENCE_READ)
        return render_read_json(d->read[side]);
    if (d->kind == DIFFERENCE_WRITE)
        return render_write_json(d->write[side]);
    if (d->kind == DIFFERENCE_CALL && !d->call[side])
        return json_null();
    return json_string(side_text(cmp, d, side, text));
}

static json_t *difference_json(const struct comparison *cmp, const struct difference *d)
{
    char label[64];
    json_t *object = json_pack("{s:s, s:s, s:o, s:o, s:i}", "row", row_id_name(d->row), "kind",
                               kind_names[d->kind], "a", side_json(cmp, d, 0), "b",
                               side_json(cmp, d, 1), "bits", d->bits);

    if (d->kind == DIFFERENCE_CALL) {
        call_label(cmp, d, label, sizeof label);
        (void)json_object_set_new(object, "call", json_string(label));
    }
    return object;
}

static void difference_add(void *context, const struct difference *d)
{
    struct comparison *cmp = context;

    cmp->differences++;
    if (d->kind == DIFFERENCE_READ)
        cmp->read_bits[d->row] += d->bits;
    else if (d->kind == DIFFERENCE_WRITE)
        cmp->write_bits[d->row] += d->bits;
    else if (d->kind == DIFFERENCE_CALL && d->bits > 0)
        cmp->call_more += (unsigned)d->bits;
    else if (d->kind == DIFFERENCE_CALL)
        cmp->call_less += (unsigned)-d->bits;
    if (cmp->list)
        (void)json_array_append_new(cmp->list, difference_json(cmp, d));
    else
        difference_print(cmp, d);
}

/* Row by row, so that a value that moved to another slot counts as neither more nor less. */
static void comparison_sum(struct comparison *cmp)
{
    for (unsigned row = 0; row < ROW_COUNT; row++) {
        int read = cmp->read_bits[row], write = cmp->write_bits[row];

        cmp->read_more += read > 0 ? (unsigned)read : 0;
        cmp->read_less += read < 0 ? (unsigned)-read : 0;
        cmp->write_more += write > 0 ? (unsigned)write : 0;
        cmp->write_less += write < 0 ? (unsigned)-write : 0;
    }
}

static int comparison_print_json(const struct comparison *cmp)
{
    json_t *document =
        json_pack("{s:s, s:s, s:s, s:s, s:O, s:i, s:i, s:i, s:i, s:i, s:i}", "schema",
                  "cvmlab-spec-diff", "version", "1.0", "a", cmp->profile[0]->table.name, "b",
                  cmp->profile[1]->table.name, "differences", cmp->list, "read_bits_more",
                  (int)cmp->read_more, "read_bits_less", (int)cmp->read_less, "write_bits_more",
                  (int)cmp->write_more, "write_bits_less", (int)cmp->write_less, "call_bits_more",
                  (int)cmp->call_more, "call_bits_less", (int)cmp->call_less);

    return cli_json_print(document);
}

static void comparison_print(const struct comparison *cmp)
{
    const char *a = cmp->profile[0]->table.name, *b = cmp->profile[1]->table.name;

    if (cmp->differences == 0) {
        printf("%s and %s let through the same.\n", a, b);
        return;
    }
    printf("Against %s, over all rows, %s lets the host read %u bits more and %u less, and change "
           "%u bits more and %u less.\n",
           a, b, cmp->read_more, cmp->read_less, cmp->write_more, cmp->write_less);
    if (cmp->call_more || cmp->call_less)
        printf("Calls that the table lists differently show %u bits more and %u less.\n",
               cmp->call_more, cmp->call_less);
}

static int comparison_run(struct comparison *cmp, const struct diff_options *options)
{
    int code = CLI_OK;

    if (options->json)
        cmp->list = json_array();
    spec_compare(&cmp->profile[0]->table, &cmp->profile[1]->table, difference_add, cmp);
    comparison_sum(cmp);
    if (options->json)
        code = comparison_print_json(cmp);
    else
        comparison_print(cmp);
    json_decref(cmp->list);
    return code == CLI_OK && options->exit_code && cmp->differences ? CLI_FINDING : code;
}

int spec_diff_run(int argc, char **argv)
{
    struct diff_options options = {0};
    struct comparison cmp = {0};
    enum status status;
    struct diagnostic diag;
    int code;

    cli_parse(&spec_diff_argp, argc, argv, &options);
    cmp.profile[0] = spec_profile_open(options.name[0], &status, &diag);
    if (cmp.profile[0])
        cmp.profile[1] = spec_profile_open(options.name[1], &status, &diag);
    code =
        cmp.profile[0] && cmp.profile[1] ? comparison_run(&cmp, &options) : cli_fail(status, &diag);
    spec_profile_close(cmp.profile[0]);
    spec_profile_close(cmp.profile[1]);
    return code;
}
