/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_dpdk.c — `cvmlab bench dpdk`: macswap on DPDK with Folio and without, on two equal
 * devices in one process, in turn. A third way, DPDK and two bare copies of each packet, tells what
 * of the difference is the copies and what is Folio's bookkeeping. */
#include "cli/bench_dpdk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/bench_row.h"
#include "dpdk/dpdk.h"
#include "net/app.h"

enum {
    KEY_VDEV = 0x200,
    DEVICES_MAX = 8,
    NAME_BYTES = 512,
    BURST = 32,
    ROUNDS = 1000,  /* of one stretch */
    STRETCHES = 64, /* per way and repetition; their median counts */
    DESCRIPTORS = 512,
    BUFFERS = 4096
};

enum way { WAY_PLAIN, WAY_COPIES, WAY_FOLIO, WAY_COUNT };

enum series {
    SERIES_PLAIN,
    SERIES_COPIES,
    SERIES_FOLIO,
    SERIES_RATIO,
    SERIES_COPIES_NS,
    SERIES_FOLIO_NS,
    SERIES_COUNT
};

static const struct bench_row rows[SERIES_COUNT] = {
    [SERIES_PLAIN] = {"dpdk_mpps", "DPDK", "Mpps", 0, false, 2},
    [SERIES_COPIES] = {"dpdk_two_copies_mpps", "DPDK and two copies", "Mpps", 0, false, 2},
    [SERIES_FOLIO] = {"folio_mpps", "Folio on DPDK", "Mpps", 0, false, 2},
    [SERIES_RATIO] = {"folio_to_dpdk", "Folio / DPDK", NULL, 0, false, 2},
    [SERIES_COPIES_NS] = {"two_copies_ns", "two copies alone, ns", "ns", 0, false, 1},
    [SERIES_FOLIO_NS] = {"bookkeeping_ns", "Folio's bookkeeping, ns", "ns", 25, true, 1},
};

static const char *const default_devices[] = {"net_null0,size=64", "net_null1,size=64,copy=1",
                                              "net_null2,size=1500", "net_null3,size=1500,copy=1"};

enum { DEFAULT_COUNT = sizeof default_devices / sizeof default_devices[0] };

struct dpdk_bench {
    struct bench_options options;
    const char *vdevs[DEVICES_MAX];
    unsigned count;
    struct bench_spread spread[DEVICES_MAX][SERIES_COUNT];
};

/* One device, twice. */
struct pair {
    struct dpdk_port *port;
    struct dpdk_plain *plain;
    struct app *app;
};

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct dpdk_bench *bench = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &bench->options;
        return 0;
    case KEY_VDEV:
        if (bench->count == DEVICES_MAX)
            argp_error(state, "--vdev: at most %d devices", DEVICES_MAX);
        bench->vdevs[bench->count++] = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"vdev", KEY_VDEV, "DEVICE", 0,
     "A virtual device that never runs dry, up to 8 times (default: net_null, 64 and 1500 bytes)",
     0},
    {0},
};

static const struct argp_child children[] = {{.argp = &bench_options_argp}, {0}};

const struct argp bench_dpdk_argp = {
    .options = options,
    .parser = option_parse,
    .children = children,
    .doc = "Examples:\n"
           "  cvmlab bench dpdk\n"
           "  cvmlab bench dpdk --vdev net_pcap0,rx_pcap=in.pcap,infinite_rx=1 --json\n"
           "\vEach device is opened twice, for Folio and for DPDK alone, under its name and the "
           "same with _plain behind it. docs/FOLIO.md, \"On DPDK\".",
};

static bool targets_met(const struct dpdk_bench *bench)
{
    for (unsigned d = 0; d < bench->count; d++)
        for (unsigned i = 0; i < SERIES_COUNT; i++)
            if (!bench_row_met(&rows[i], &bench->spread[d][i]))
                return false;
    return true;
}

static uint64_t folio_run(struct pair *pair)
{
    struct folio_port *port = dpdk_port_folio(pair->port);
    struct folio_mbuf *mbufs[BURST], *out[APP_OUT_MAX];
    uint64_t packets = 0;

    for (unsigned round = 0; round < ROUNDS; round++) {
        uint16_t count = folio_rx_burst(port, 0, mbufs, BURST), sent;

        packets += count;
        if (count == 0)
            continue;
        count = pair->app->ops->burst(pair->app, 0, mbufs, count, out);
        sent = folio_tx_burst(port, 0, out, count);
        for (uint16_t i = sent; i < count; i++)
            folio_mbuf_free(out[i]);
    }
    return packets;
}

/* ns per packet of one stretch; 0: no packet came. */
static double stretch_run(struct pair *pair, enum way way)
{
    double start = bench_cpu_seconds();
    uint64_t packets =
        way == WAY_FOLIO ? folio_run(pair) : dpdk_plain_run(pair->plain, ROUNDS, way == WAY_COPIES);

    return packets > 0 ? (bench_cpu_seconds() - start) * 1e9 / (double)packets : 0;
}

/* One repetition: the three ways in turn, many times. False: a device ran dry. */
static bool repetition_run(struct pair *pair, double value[SERIES_COUNT])
{
    double ns[WAY_COUNT][STRETCHES], median[WAY_COUNT];

    for (unsigned i = 0; i < STRETCHES; i++)
        for (unsigned way = 0; way < WAY_COUNT; way++) {
            ns[way][i] = stretch_run(pair, (enum way)way);
            if (ns[way][i] == 0)
                return false;
        }
    for (unsigned way = 0; way < WAY_COUNT; way++) {
        median[way] = bench_spread_of(ns[way], STRETCHES).median;
        value[way] = 1e3 / median[way];
    }
    value[SERIES_RATIO] = median[WAY_PLAIN] / median[WAY_FOLIO];
    value[SERIES_COPIES_NS] = median[WAY_COPIES] - median[WAY_PLAIN];
    value[SERIES_FOLIO_NS] = median[WAY_FOLIO] - median[WAY_COPIES];
    return true;
}

static enum status pair_measure(struct pair *pair, const struct dpdk_bench *bench, const char *vdev,
                                struct bench_spread spread[SERIES_COUNT], struct diagnostic *diag)
{
    double(*value)[BENCH_REPEAT_MAX] = calloc(SERIES_COUNT, sizeof *value), once[SERIES_COUNT];
    unsigned repetitions = bench->options.repetitions;
    enum status st = value ? STATUS_OK : diagnostic_set(diag, STATUS_IO, vdev, 0, 0, "no memory");

    for (unsigned n = 0; n < repetitions && st == STATUS_OK; n++) {
        if (!repetition_run(pair, once))
            st = diagnostic_set(diag, STATUS_BAD_INPUT, vdev, 0, 0,
                                "no packet comes any more; expected a device that never runs dry");
        for (unsigned i = 0; i < SERIES_COUNT && st == STATUS_OK; i++)
            value[i][n] = once[i];
    }
    for (unsigned i = 0; i < SERIES_COUNT && st == STATUS_OK; i++)
        spread[i] = bench_spread_of(value[i], repetitions);
    free(value);
    return st;
}

/* The devices were given to EAL as pairs: 0 and 1, 2 and 3, ... */
static enum status device_measure(struct dpdk_bench *bench, unsigned index, struct app *app,
                                  struct diagnostic *diag)
{
    struct dpdk_port_setup setup = {.ethdev = (uint16_t)(2 * index),
                                    .queue_count = 1,
                                    .descriptors = DESCRIPTORS,
                                    .buffers = BUFFERS,
                                    .room_bytes = FOLIO_ROOM_BYTES};
    struct pair pair = {.app = app};
    enum status st, closed = STATUS_OK;

    pair.port = dpdk_port_open(&setup, &st, diag);
    if (!pair.port)
        return st;
    setup.ethdev++;
    pair.plain = dpdk_plain_open(&setup, &st, diag);
    if (pair.plain) {
        app->pool = dpdk_port_folio(pair.port)->config.shadow;
        st = pair_measure(&pair, bench, bench->vdevs[index], bench->spread[index], diag);
        closed = dpdk_plain_close(pair.plain);
    }
    if (dpdk_port_close(pair.port) != STATUS_OK)
        closed = STATUS_IO;
    if (st == STATUS_OK && closed != STATUS_OK)
        return diagnostic_set(diag, closed, bench->vdevs[index], 0, 0,
                              "the device did not stop as it should");
    return st;
}

static enum status devices_measure(struct dpdk_bench *bench, struct diagnostic *diag)
{
    struct app_config config = {.queue_count = 1, .room_bytes = FOLIO_ROOM_BYTES};
    enum status st;
    struct app *app = app_find("macswap")->open(&config, &st, diag);
    struct cli_progress progress = {0};

    if (!app)
        return st;
    if (!bench->options.json)
        cli_progress_start(&progress, "bench", bench->count);
    for (unsigned i = 0; i < bench->count && st == STATUS_OK; i++) {
        st = device_measure(bench, i, app, diag);
        cli_progress_update(&progress, i + 1);
    }
    cli_progress_end(&progress);
    app->ops->close(app);
    return st;
}

/* "net_null0_plain,size=64" of "net_null0,size=64". */
static void twin_name(const char *vdev, char name[NAME_BYTES])
{
    int device = (int)strcspn(vdev, ",");

    snprintf(name, NAME_BYTES, "%.*s_plain%s", device, vdev, vdev + device);
}

static enum status eal_begin(const struct dpdk_bench *bench, struct diagnostic *diag)
{
    static const char plain[] = "_plain";
    char names[DEVICES_MAX][NAME_BYTES];
    const char *vdevs[2 * DEVICES_MAX];
    struct dpdk_eal_setup setup = {.vdevs = vdevs, .vdev_count = 2 * bench->count};

    for (unsigned i = 0; i < bench->count; i++) {
        if (strlen(bench->vdevs[i]) + sizeof plain > NAME_BYTES)
            return diagnostic_set(diag, STATUS_BAD_INPUT, "dpdk", 0, 0,
                                  "the name of device %u is too long; expected at most %zu bytes",
                                  i, NAME_BYTES - sizeof plain);
        twin_name(bench->vdevs[i], names[i]);
        vdevs[2 * i] = bench->vdevs[i];
        vdevs[2 * i + 1] = names[i];
    }
    return dpdk_eal_begin(&setup, diag);
}

static void bench_print_table(const struct dpdk_bench *bench)
{
    printf(
        "measured: %u repetition%s, macswap, bursts of %d, CPU time, one core, DPDK %s; the "
        "device's own work included.\nDPDK copies nothing, Folio each packet twice: in and out.\n",
        bench->options.repetitions, bench->options.repetitions == 1 ? "" : "s", BURST,
        dpdk_version());
    for (unsigned d = 0; d < bench->count; d++) {
        putchar('\n');
        bench_row_head(bench->vdevs[d]);
        for (unsigned i = 0; i < SERIES_COUNT; i++)
            bench_row_print(&rows[i], &bench->spread[d][i]);
    }
}

static int bench_print_json(const struct dpdk_bench *bench)
{
    json_t *devices = json_array();

    for (unsigned d = 0; d < bench->count; d++) {
        json_t *series = json_array();

        for (unsigned i = 0; i < SERIES_COUNT; i++)
            json_array_append_new(series, bench_row_json(&rows[i], &bench->spread[d][i]));
        json_array_append_new(
            devices, json_pack("{s:s, s:o}", "device", bench->vdevs[d], "measured", series));
    }
    return cli_json_print(json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:o}", "schema", "cvm-bench-dpdk", "version", "1.0",
        "evidence", "measured", "clock", "cpu", "dpdk", dpdk_version(), "repetitions",
        (json_int_t)bench->options.repetitions, "application", "macswap", "devices", devices));
}

int bench_dpdk_run(int argc, char **argv)
{
    struct dpdk_bench bench = {.options.repetitions = BENCH_REPEAT_DEFAULT};
    struct diagnostic diag = {{0}};
    enum status st;

    cli_parse(&bench_dpdk_argp, argc, argv, &bench);
    if (bench.count == 0) {
        memcpy(bench.vdevs, default_devices, sizeof default_devices);
        bench.count = DEFAULT_COUNT;
    }
    st = eal_begin(&bench, &diag);
    if (st != STATUS_OK)
        return cli_fail(st, &diag);
    st = devices_measure(&bench, &diag);
    dpdk_eal_end();
    if (st != STATUS_OK)
        return cli_fail(st, &diag);
    if (!bench.options.json)
        bench_print_table(&bench);
    else if (bench_print_json(&bench) != CLI_OK)
        return CLI_ENVIRONMENT;
    return bench.options.check && !targets_met(&bench) ? CLI_FINDING : CLI_OK;
}
