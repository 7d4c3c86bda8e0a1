/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/dpdk.c — the command `cvmlab dpdk`: Folio on an ethdev of DPDK. The loop is in
 * dpdk_loop.c, the report in dpdk_print.c. */
#include "dpdk/dpdk.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/dpdk_print.h"

enum {
    DESCRIPTORS = 512,
    POOL_DEFAULT = 4096,
    POOL_MAX = 1 << 20,
    APP_NAMES_BYTES = 256,
    KEY_VDEV = 0x100,
    KEY_APP,
    KEY_KEYS,
    KEY_QUEUES,
    KEY_PACKETS,
    KEY_SECONDS,
    KEY_IDLE,
    KEY_POOL,
    KEY_ROOM,
    KEY_JSON
};

struct dpdk_arguments {
    const char *vdev;
    const struct app_kind *app;
    const char *keys;
    uint64_t queue_count, pool, room_bytes;
    struct dpdk_limits limits;
    bool wants_json;
    char **eal;
    unsigned eal_count;
};

static uint64_t number_parse(struct argp_state *state, const char *option, const char *text,
                             uint64_t most)
{
    char *end;
    uint64_t value;

    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || value < 1 || value > most)
        argp_error(state, "%s: '%s' is not a number from 1 to %llu", option, text,
                   (unsigned long long)most);
    return value;
}

static double seconds_parse(struct argp_state *state, const char *option, const char *text)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end || !isfinite(value) || value < 0)
        argp_error(state, "%s: '%s' is not a number of seconds", option, text);
    return value;
}

/* What follows -- is EAL's; anything else without a dash is a mistake. */
static void words_take(struct argp_state *state, struct dpdk_arguments *arguments)
{
    if (state->quoted == 0 || state->next > state->quoted)
        argp_error(state, "'%s' is not expected here; arguments of EAL follow --",
                   state->argv[state->next]);
    arguments->eal = state->argv + state->next;
    arguments->eal_count = (unsigned)(state->argc - state->next);
    state->next = state->argc;
}

static void app_take(struct argp_state *state, struct dpdk_arguments *arguments, const char *name)
{
    char names[APP_NAMES_BYTES] = "";
    size_t used = 0;

    arguments->app = app_find(name);
    if (arguments->app)
        return;
    for (unsigned i = 0; app_kinds[i] && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                                 app_kinds[i]->name);
    argp_error(state, "--app: there is no application '%s'; expected one of %s", name, names);
}

static void end_check(struct argp_state *state, const struct dpdk_arguments *arguments)
{
    if (!arguments->vdev && arguments->eal_count == 0)
        argp_error(state, "no device: --vdev, or arguments of EAL after --");
    if (arguments->app->needs_keys && !arguments->keys)
        argp_error(state, "--app %s needs --keys", arguments->app->name);
}

static error_t limit_parse(int key, char *arg, struct argp_state *state)
{
    struct dpdk_limits *limits = &((struct dpdk_arguments *)state->input)->limits;

    switch (key) {
    case KEY_PACKETS:
        limits->packets = number_parse(state, "--packets", arg, UINT64_MAX);
        return 0;
    case KEY_SECONDS:
        limits->seconds = seconds_parse(state, "--seconds", arg);
        return 0;
    case KEY_IDLE:
        limits->idle_seconds = seconds_parse(state, "--idle", arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct dpdk_arguments *arguments = state->input;

    switch (key) {
    case KEY_VDEV:
        arguments->vdev = arg;
        return 0;
    case KEY_APP:
        app_take(state, arguments, arg);
        return 0;
    case KEY_KEYS:
        arguments->keys = arg;
        return 0;
    case KEY_QUEUES:
        arguments->queue_count = number_parse(state, "--queues", arg, FOLIO_QUEUE_MAX);
        return 0;
    case KEY_POOL:
        arguments->pool = number_parse(state, "--pool", arg, POOL_MAX);
        return 0;
    case KEY_ROOM:
        arguments->room_bytes = number_parse(state, "--room", arg, FOLIO_ROOM_BYTES_JUMBO);
        return 0;
    case KEY_JSON:
        arguments->wants_json = true;
        return 0;
    case ARGP_KEY_ARGS:
        words_take(state, arguments);
        return 0;
    case ARGP_KEY_END:
        end_check(state, arguments);
        return 0;
    default:
        return limit_parse(key, arg, state);
    }
}

static const struct argp_option options[] = {
    {"vdev", KEY_VDEV, "DEVICE", 0, "A virtual device of DPDK, with its own arguments", 0},
    {"app", KEY_APP, "APP", 0, "l2fwd, macswap (default), udp-echo, ipsec, kv or sink", 0},
    {"keys", KEY_KEYS, "FILE", 0, "Keys of the application ipsec", 0},
    {"queues", KEY_QUEUES, "N", 0, "Queues, each to receive and to send (default: 1)", 0},
    {"packets", KEY_PACKETS, "N", 0, "Stop after so many packets", 0},
    {"seconds", KEY_SECONDS, "S", 0, "Stop after so many seconds", 0},
    {"idle", KEY_IDLE, "S", 0,
     "Stop when nothing has come for so many seconds (default: 1; 0: never)", 0},
    {"pool", KEY_POOL, "N", 0, "Receive buffers, and private mbufs, each (default: 4096)", 0},
    {"room", KEY_ROOM, "BYTES", 0, "Data room of each; 128 are headroom (default: 2176)", 0},
    {"json", KEY_JSON, NULL, 0, "One JSON document on standard output", 0},
    {0},
};

static const struct argp argp = {
    .options = options,
    .parser = option_parse,
    .args_doc = "[-- EAL-ARGUMENT...]",
    .doc = "Examples:\n"
           "  cvmlab dpdk --vdev net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap --app macswap\n"
           "  cvmlab dpdk --vdev net_null0,size=64 --seconds 2 --json\n"
           "  cvmlab dpdk --app l2fwd --idle 0 -- -a 0000:03:00.0\n"
           "\vThe same src/folio as everywhere, on a device of DPDK. EAL is started with --no-huge "
           "--no-pci --no-shconf -m 64 --iova-mode=va; arguments after -- replace these. Device 0 "
           "is used. docs/FOLIO.md, \"On DPDK\".",
};

static int report(struct dpdk_port *port, const struct dpdk_arguments *arguments,
                  const struct dpdk_result *result)
{
    struct dpdk_run run = {.driver = dpdk_port_driver(port),
                           .application = arguments->app->name,
                           .queue_count = (unsigned)arguments->queue_count,
                           .result = *result};

    if (arguments->wants_json)
        return dpdk_print_json(&run);
    dpdk_print(&run);
    return CLI_OK;
}

static int port_run(struct dpdk_port *port, struct app *app, const struct dpdk_arguments *arguments)
{
    struct diagnostic diag = {{0}};
    struct dpdk_result result;
    enum status st = dpdk_loop(port, app, &arguments->limits, &result), closed;
    int code = CLI_OK;

    if (st == STATUS_OK)
        code = report(port, arguments, &result);
    closed = dpdk_port_close(port);
    if (st == STATUS_OK && closed == STATUS_OK)
        return code;
    (void)diagnostic_set(&diag, STATUS_IO, "dpdk", 0, 0, "device 0 did not stop as it should");
    return cli_fail(STATUS_IO, &diag);
}

/* With EAL up and the application open. */
static int device_run(struct app *app, const struct dpdk_arguments *arguments)
{
    struct dpdk_port_setup setup = {.ethdev = 0,
                                    .queue_count = (uint16_t)arguments->queue_count,
                                    .descriptors = DESCRIPTORS,
                                    .buffers = (uint32_t)arguments->pool,
                                    .room_bytes = (uint32_t)arguments->room_bytes};
    struct diagnostic diag = {{0}};
    enum status st;
    struct dpdk_port *port = dpdk_port_open(&setup, &st, &diag);

    return port ? port_run(port, app, arguments) : cli_fail(st, &diag);
}

static int app_run(const struct dpdk_arguments *arguments)
{
    struct app_config config = {.keys = arguments->keys,
                                .queue_count = (uint16_t)arguments->queue_count,
                                .room_bytes = (uint32_t)arguments->room_bytes};
    struct diagnostic diag = {{0}};
    enum status st;
    struct app *app = arguments->app->open(&config, &st, &diag);
    int code;

    if (!app)
        return cli_fail(st, &diag);
    code = device_run(app, arguments);
    app->ops->close(app);
    return code;
}

static int dpdk_run(int argc, char **argv)
{
    struct dpdk_arguments arguments = {.app = app_find("macswap"),
                                       .queue_count = 1,
                                       .pool = POOL_DEFAULT,
                                       .room_bytes = FOLIO_ROOM_BYTES,
                                       .limits = {.idle_seconds = 1}};
    struct dpdk_eal_setup eal = {0};
    struct diagnostic diag = {{0}};
    enum status st;
    int code;

    cli_parse(&argp, argc, argv, &arguments);
    eal.vdevs = &arguments.vdev;
    eal.vdev_count = arguments.vdev ? 1 : 0;
    eal.arguments = arguments.eal;
    eal.argument_count = arguments.eal_count;
    st = dpdk_eal_begin(&eal, &diag);
    if (st != STATUS_OK)
        return cli_fail(st, &diag);
    code = app_run(&arguments);
    dpdk_eal_end();
    return code;
}

static const struct cli_verb verbs[] = {
    {NULL, "Folio on a device of DPDK", &argp, dpdk_run},
    {0},
};

const struct cli_command command_dpdk = {
    .name = "dpdk",
    .summary = "Folio on a device of DPDK: net_pcap, net_null, a real one",
    .verbs = verbs,
};
