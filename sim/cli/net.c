/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net.c — `cvmlab net`: recorded packets through a data path of a confidential guest. Read
 * net.h first. Everything that can be wrong with the input is found before the first file is
 * created. */
#include "cli/net.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "net/native.h"

#define SHIPPED_KEYS    "traces/packets/esp-keys.json"
#define DEFAULT_PATH    "folio"
#define DEFAULT_APP     "macswap"
#define DEFAULT_MACHINE "generic-100g"

static enum status keys_find(struct net *net, struct diagnostic *diag)
{
    if (!net->options.app->needs_keys)
        return STATUS_OK;
    if (!net->options.keys)
        return shipped_find(SHIPPED_KEYS, net->keys, diag);
    if (strlen(net->options.keys) >= sizeof net->keys)
        return diagnostic_set(diag, STATUS_BAD_INPUT, "--keys", 0, 0,
                              "the path is too long; expected less than %zu bytes",
                              sizeof net->keys);
    strcpy(net->keys, net->options.keys);
    return STATUS_OK;
}

/* The path as the options want it. Rooms grow to hold the longest frame. */
static void path_adapt(struct path *path, const struct net *net)
{
    const struct net_options *options = &net->options;

    if (net->capture.longest_bytes + FOLIO_HEADROOM_BYTES > path->room_bytes)
        path->room_bytes = FOLIO_ROOM_BYTES_JUMBO;
    if (options->queues)
        path->queues = (uint16_t)options->queues;
    if (options->is_cold) {
        path->order = PATH_FIFO;
        path->pool_mbufs = NATIVE_COLD_POOL_BYTES / path->room_bytes;
    }
    if (options->pool)
        path->pool_mbufs = (uint32_t)options->pool;
}

/* Whether a word of the command line names the built-in path (and no file that calls itself so). */
static bool word_is(const char *word, const char *builtin)
{
    struct diagnostic ignored;
    struct path path;

    return !strchr(word, '/') && !strchr(word, '.') &&
           path_open(&path, word, &ignored) == STATUS_OK && strcmp(path.name, builtin) == 0;
}

/* The columns: what is shown, and behind it the ideals that are not among them. */
static enum status columns_open(struct net *net, struct diagnostic *diag)
{
    enum status status = STATUS_OK;

    for (; status == STATUS_OK && net->count < net->options.path_count; net->count++) {
        struct path *path = &net->column[net->count].path;

        status = path_open(path, net->options.path[net->count], diag);
    }
    net->shown = net->count;
    for (unsigned i = 0; status == STATUS_OK && i < IDEAL_COUNT; i++) {
        size_t at = 0;

        while (at < net->shown && !word_is(net->options.path[at], net_ideal_name(i)))
            at++;
        if (at == net->shown) {
            at = net->count++;
            status = path_open(&net->column[at].path, net_ideal_name(i), diag);
        }
        net->ideal[i] = at;
    }
    return status;
}

/* An output that would replace the capture. */
static enum status output_check(const struct net *net, const char *output, struct diagnostic *diag)
{
    struct stat in, out;

    if (!output || stat(net->capture.path, &in) != 0 || stat(output, &out) != 0 ||
        in.st_dev != out.st_dev || in.st_ino != out.st_ino)
        return STATUS_OK;
    return diagnostic_set(diag, STATUS_BAD_INPUT, output, 0, 0,
                          "it is the capture itself; expected another file");
}

static enum status inputs_open(struct net *net, struct diagnostic *diag)
{
    enum status status = cost_open(&net->cost, net->options.machine, diag);

    if (status == STATUS_OK)
        status = columns_open(net, diag);
    if (status == STATUS_OK)
        status = keys_find(net, diag);
    if (status == STATUS_OK)
        status = net_capture_open(&net->capture, &net->options, diag);
    if (status == STATUS_OK)
        status = output_check(net, net->options.output, diag);
    if (status == STATUS_OK)
        status = output_check(net, net->options.ledger, diag);
    for (size_t i = 0; status == STATUS_OK && i < net->count; i++)
        path_adapt(&net->column[i].path, net);
    return status;
}

/* The two files appear together, once all went well. */
static enum status columns_run(struct net *net, struct file_out *ledger, struct net_hops *hops,
                               struct diagnostic *diag)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < net->count; i++) {
        bool is_shown = i < net->shown;

        status = net_run_column(net, &net->column[i], is_shown ? ledger : NULL,
                                is_shown ? hops : NULL, diag);
    }
    if (status == STATUS_OK && net->options.loops > 0)
        status = net_measure(net, diag);
    return status;
}

static enum status net_run(struct net *net, struct diagnostic *diag)
{
    const struct net_options *options = &net->options;
    struct file_out *ledger = NULL;
    struct net_hops *hops = NULL;
    enum status status = STATUS_OK;

    if (options->ledger) {
        ledger = net_ledger_create(net, diag);
        status = ledger ? STATUS_OK : STATUS_IO;
    }
    if (status == STATUS_OK && options->output) {
        hops = net_hops_create(net, diag);
        status = hops ? STATUS_OK : STATUS_IO;
    }
    if (!options->is_json)
        cli_progress_start(&net->progress, "net",
                           net->capture.found.packets * net->count * (1 + options->loops));
    if (status == STATUS_OK)
        status = columns_run(net, ledger, hops, diag);
    cli_progress_end(&net->progress);
    if (status == STATUS_OK && hops) {
        status = net_hops_commit(hops, diag);
        hops = NULL;
    }
    if (status == STATUS_OK && ledger) {
        status = file_out_commit(ledger, diag);
        ledger = NULL;
    }
    net_hops_abandon(hops);
    if (ledger)
        file_out_abandon(ledger);
    return status;
}

static int net_show(const struct net *net)
{
    const struct net_options *options = &net->options;
    bool has_stdout = !(options->output && strcmp(options->output, "-") == 0) &&
                      !(options->ledger && strcmp(options->ledger, "-") == 0);
    int code = CLI_OK;

    if (options->is_json) {
        if (net_json(net) != STATUS_OK)
            return CLI_ENVIRONMENT;
    } else if (has_stdout) {
        net_print(net);
    }
    for (size_t i = 0; i < net->shown; i++)
        if (net_column_has_finding(&net->column[i]))
            code = CLI_FINDING;
    if (code == CLI_FINDING)
        net_print_findings(net, stderr);
    return code;
}

static int net_command(int argc, char **argv)
{
    struct net *net = calloc(1, sizeof *net);
    struct diagnostic diag = {""};
    enum status status;
    int code;

    if (!net || !(net->column = calloc(NET_COLUMNS_MAX, sizeof *net->column))) {
        free(net);
        return CLI_ENVIRONMENT;
    }
    net->options = (struct net_options){.path = {DEFAULT_PATH},
                                        .path_count = 1,
                                        .app = app_find(DEFAULT_APP),
                                        .machine = DEFAULT_MACHINE,
                                        .seed = 1};
    cli_parse(&net_argp, argc, argv, &net->options);
    if (net->options.is_list) {
        net_options_list();
        code = CLI_OK;
    } else {
        status = inputs_open(net, &diag);
        if (status == STATUS_OK)
            status = net_run(net, &diag);
        code = status == STATUS_OK ? net_show(net) : cli_fail(status, &diag);
    }
    net_capture_close(&net->capture);
    free(net->column);
    free(net);
    return code;
}

static const struct cli_verb verbs[] = {
    {NULL, "recorded packets through a data path, every one accounted for", &net_argp, net_command},
    {NULL, NULL, NULL, NULL},
};

const struct cli_command command_net = {
    .name = "net",
    .summary = "recorded packets through a data path, every one accounted for",
    .verbs = verbs,
};
