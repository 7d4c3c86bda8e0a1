/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/run.c — opens a run, takes packets, gives the result. See run.h. */
#include "net/run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "net/run_internal.h"
#include "trace/packet_player.h"

static const uint32_t size_bounds[RUN_SIZE_CLASSES] = {64,   128,  256,  512,       1024,
                                                       1280, 1518, 9728, UINT32_MAX};

uint32_t run_size_bound(size_t size_class)
{
    return size_bounds[size_class];
}

const char *run_hop_name(enum run_hop hop)
{
    static const char *const names[RUN_HOP_COUNT] = {
        [HOP_WIRE] = "nic0.wire",
        [HOP_SHARED] = "ring.shared",
        [HOP_GUEST] = "guest0.rx",
        [HOP_WIRE_OUT] = "nic0.wire-out",
    };

    return (unsigned)hop < RUN_HOP_COUNT ? names[hop] : NULL;
}

const char *run_limit_name(enum run_limit limit)
{
    static const char *const names[] = {"cpu", "link", "slot"};

    return names[limit];
}

/* Queues that got no buffer at all when the path was opened. */
static void shortages_note(struct run *run)
{
    const char *refusal = run_bounce_refusal(run);

    for (uint16_t queue = 0; queue < run->config.path->queues; queue++)
        if (nic_rx_free(run->path->lab.nic, queue) == 0)
            run->shortage[queue] = refusal ? (struct shortage){"bounce", refusal}
                                           : (struct shortage){"pool", "no_mbuf"};
    run_stats(run, &run->stats);
}

/* What the path did before the first packet. */
static void setup_note(struct run *run)
{
    run_delta(run, &run->result.setup);
    run->result.shared_bytes = run->path->region.size_bytes;
    run->result.private_bytes = run->path->lab.private_bytes;
    shortages_note(run);
}

static enum status run_build(struct run *run, const struct run_config *config,
                             struct diagnostic *diag)
{
    struct app_config app = {.keys = config->keys,
                             .crypto = config->crypto,
                             .queue_count = config->path->queues,
                             .room_bytes = config->path->room_bytes - FOLIO_HEADROOM_BYTES,
                             .accepts_replays = config->is_fast, /* rounds are replays */
                             .opens_in_copy = config->path->single_fetch};
    struct folio_fetch *fetch = config->fetch;
    enum status status = STATUS_OK;

    if (!config->is_fast) {
        count_fetch_begin(&run->fetch, config->fetch);
        fetch = &run->fetch.base;
    }
    if (config->path->header_copy_bytes != 0 && config->app->reads_payloads)
        return diagnostic_set(diag, STATUS_BAD_INPUT, config->path->name, 0, 0,
                              "copies headers only, and %s reads payloads; expected l2fwd, macswap "
                              "or sink",
                              config->app->name);
    run->app = config->app->open(&app, &status, diag);
    if (!run->app)
        return status;
    run->frames = calloc(PATH_BURST_MAX, PACKET_FRAME_MAX_BYTES);
    run->latency = latency_create(config->path->queues);
    if (!run->frames || !run->latency)
        return diagnostic_set(diag, STATUS_IO, config->path->name, 0, 0, "no memory");
    run->path = datapath_open(config->path, fetch, run->app->decrypt, config->seed, &status, diag);
    if (!run->path)
        return status;
    status = run_reveal_begin(run, diag);
    if (status != STATUS_OK)
        return status;
    run->app->pool = run->path->pool;
    setup_note(run);
    return STATUS_OK;
}

enum status run_open(struct run **out, const struct run_config *config, struct diagnostic *diag)
{
    struct run *run = calloc(1, sizeof *run);
    enum status status;

    *out = NULL;
    if (!run)
        return diagnostic_set(diag, STATUS_IO, config->path->name, 0, 0, "no memory");
    run->config = *config;
    status = run_build(run, config, diag);
    if (status != STATUS_OK) {
        run_close(run);
        return status;
    }
    *out = run;
    return STATUS_OK;
}

void run_close(struct run *run)
{
    if (!run)
        return;
    if (run->app)
        run->app->ops->close(run->app);
    datapath_close(run->path);
    esp_table_free(&run->reference);
    latency_free(run->latency);
    free(run->frames);
    free(run);
}

static enum status broken(const struct run *run, struct diagnostic *diag)
{
    return diagnostic_set(diag, STATUS_BAD_STATE, run->config.app->name, 0, 0,
                          "packet %" PRIu64 " was neither sent nor ended by the application",
                          run->broken_id);
}

static void size_note(struct run_result *result, uint32_t frame_bytes)
{
    size_t i = 0;

    while (frame_bytes > size_bounds[i])
        i++;
    result->sizes[i]++;
    result->packets_in++;
    result->bytes_in += frame_bytes;
}

enum status run_packet(struct run *run, const struct packet *packet, struct diagnostic *diag)
{
    struct record *record = &run->record[run->record_count];
    uint8_t *frame = run_frame(run, run->record_count);

    memset(record, 0, sizeof *record);
    memcpy(frame, packet->frame, packet->frame_bytes);
    record->packet = *packet;
    record->packet.frame = frame;
    record->app.id = packet->number;
    record->app.time_ns = packet->time_ns;
    size_note(&run->result, packet->frame_bytes);
    nic_wire_out(run->path->lab.nic, run_out, run);
    if (++run->record_count == run->config.path->burst)
        run_round(run);
    return run->broken_id ? broken(run, diag) : STATUS_OK;
}

enum status run_finish(struct run *run, struct run_result *result, struct diagnostic *diag)
{
    struct run_result *sum = &run->result;
    struct ledger_entry delta;

    if (run->record_count > 0)
        run_round(run);
    if (run->broken_id)
        return broken(run, diag);
    run_delta(run, &delta); /* polls that nobody got anything from */
    ledger_add(&sum->setup, &delta);
    latency_summarize(run->latency, &sum->latency);
    if (run->path->bounce)
        bounce_count(run->path->bounce, &sum->bounce);
    sum->app = run->app->stats;
    sum->rate = run_rate_of(&sum->sum, sum->received, sum->received_bytes, run->config.path,
                            run->config.cost);
    run_reasons_sort(sum);
    if (sum->packets_in != sum->delivered + sum->dropped + sum->refused)
        return diagnostic_set(diag, STATUS_BAD_STATE, run->config.path->name, 0, 0,
                              "%" PRIu64 " packets in, %" PRIu64 " delivered, %" PRIu64
                              " dropped, %" PRIu64 " refused: the account does not add up",
                              sum->packets_in, sum->delivered, sum->dropped, sum->refused);
    if (run->path->ops->check(run->path) != STATUS_OK || nic_check(run->path->lab.nic) != STATUS_OK)
        return diagnostic_set(diag, STATUS_BAD_STATE, run->config.path->name, 0, 0,
                              "an invariant of the path does not hold");
    *result = *sum;
    return STATUS_OK;
}

/* Millions of packets per second that so many Gb/s carry. */
static double mpps(double gbps, double packet_bytes)
{
    return gbps * 1e3 / (packet_bytes * 8);
}

struct run_rate run_rate_of(const struct ledger_entry *sum, uint64_t packets, uint64_t frame_bytes,
                            const struct path *path, const struct cost *cost)
{
    static const enum ledger_cause idle_only[] = {CAUSE_INTERRUPT,           CAUSE_EXIT,
                                                  CAUSE_REGISTER_ENCRYPTION, CAUSE_EXIT_STATE_CHECK,
                                                  CAUSE_VC_HANDLER,          CAUSE_TLB_CHECK};
    const struct cost_constant *constant = cost->constant;
    struct run_rate rate = {0};
    double cycles = ledger_cycles(sum), mean, slot = constant[COST_SLOT].value;

    if (packets == 0)
        return rate;
    mean = (double)frame_bytes / (double)packets;
    for (size_t i = 0; i < sizeof idle_only / sizeof *idle_only; i++)
        cycles -= sum->cycles[idle_only[i]];
    if (path->factor[FACTOR_IDE] == EXTENT_YES)
        slot *= 1 - constant[COST_IDE_BANDWIDTH].value / 100;
    if (cycles > 0)
        rate.cpu_mpps = constant[COST_CPU_HZ].value * path->queues * (double)packets / cycles / 1e6;
    rate.link_mpps = mpps(constant[COST_LINK].value, mean + PACKET_WIRE_EXTRA_BYTES);
    rate.slot_mpps = mpps(slot, mean + constant[COST_SLOT_PACKET].value);
    rate.mpps = rate.link_mpps;
    rate.limit = LIMIT_LINK;
    if (rate.slot_mpps < rate.mpps) {
        rate.mpps = rate.slot_mpps;
        rate.limit = LIMIT_SLOT;
    }
    if (cycles > 0 && rate.cpu_mpps < rate.mpps) {
        rate.mpps = rate.cpu_mpps;
        rate.limit = LIMIT_CPU;
    }
    rate.gbps = rate.mpps * mean * 8 / 1e3;
    return rate;
}
