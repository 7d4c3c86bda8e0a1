/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_json.c — `cvmlab net --json`. Keys are stable and explained in docs/NET.md: what lies
 * in "modelled" or "measured" is that, mpps, gbps and exits_per_packet repeat numbers of
 * "modelled", all else is counted. Read net.h first. */
#include <string.h>

#include "cli/net.h"

static json_t *count_json(uint64_t count)
{
    return json_integer((json_int_t)count);
}

static void count_set(json_t *object, const char *key, uint64_t count)
{
    json_object_set_new(object, key, count_json(count));
}

/* {"nic no_descriptor": n}: where and why. */
static json_t *reasons_json(const struct run_result *result, bool is_refused)
{
    size_t first = is_refused ? result->dropped_reasons : 0;
    size_t end = first + (is_refused ? result->refused_reasons : result->dropped_reasons);
    json_t *object = json_object();
    char key[80];

    for (size_t i = first; i < end; i++) {
        snprintf(key, sizeof key, "%s.%s", result->reason[i].where, result->reason[i].reason);
        count_set(object, key, result->reason[i].packets);
    }
    return object;
}

/* Counts per packet that the guest received, of one origin. */
static json_t *events_json(const struct net_column *column, const char *origin)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < LEDGER_COUNT_COUNT; i++)
        if (strcmp(ledger_count_origin(i), origin) == 0)
            json_object_set_new(
                object, ledger_count_name(i),
                json_real(net_per_received(column, (double)column->result.sum.count[i])));
    return object;
}

static json_t *places_json(const struct net_column *column)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < LEDGER_PLACE_COUNT; i++)
        json_object_set_new(object, ledger_place_name(i),
                            json_pack("{s:o, s:o}", "copies",
                                      count_json(column->result.sum.copies[i]), "bytes",
                                      count_json(column->result.sum.bytes[i])));
    return object;
}

static json_t *cycles_json(const struct net_column *column)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < LEDGER_CAUSE_COUNT; i++)
        json_object_set_new(object, ledger_cause_name(i),
                            json_real(net_per_received(column, column->result.sum.cycles[i])));
    return object;
}

static json_t *modelled_gaps_json(const struct net *net, const struct net_column *column)
{
    json_t *object = json_object();

    for (unsigned ideal = 0; ideal < IDEAL_COUNT; ideal++) {
        struct net_gap gap = net_gap_of(net, column, ideal);

        json_object_set_new(object, net_ideal_name(ideal),
                            json_pack("{s:f, s:f, s:f}", "rate_lost_percent", gap.rate,
                                      "core_rate_lost_percent", gap.core,
                                      "mean_latency_more_percent", gap.latency));
    }
    return object;
}

static json_t *modelled_json(const struct net *net, const struct net_column *column)
{
    const struct run_result *result = &column->result;
    const struct run_rate *rate = &result->rate;
    const struct latency_summary *latency = &result->latency;

    return json_pack(
        "{s:s, s:f, s:f, s:s, s:f, s:f, s:f, s:f, s:o, s:o, s:{s:f, s:f, s:f, s:f, s:f, s:f, s:f, "
        "s:f}, s:f, s:f, s:o}",
        "machine", net->cost.name, "mpps", rate->mpps, "gbps", rate->gbps, "limit",
        run_limit_name(rate->limit), "core_mpps", rate->cpu_mpps, "link_mpps", rate->link_mpps,
        "slot_mpps", rate->slot_mpps, "cycles_per_packet",
        net_per_received(column, ledger_cycles(&result->sum)), "cycles", cycles_json(column),
        "per_packet", events_json(column, "modelled"), "latency_ns", "mean", latency->mean, "least",
        latency->least, "p50", latency->p50, "p95", latency->p95, "p99", latency->p99, "p999",
        latency->p999, "most", latency->most, "round_trip_not_included",
        net->cost.constant[COST_ROUND_TRIP].value, "busy_share", latency->busy_share, "setup_ns",
        net_setup_ns(net, column), "against", modelled_gaps_json(net, column));
}

static json_t *spread_json(const struct net_spread *spread)
{
    return json_pack("{s:f, s:f, s:f}", "low", spread->low, "median", spread->median, "high",
                     spread->high);
}

static json_t *measured_json(const struct net *net, const struct net_column *column)
{
    const struct net_measured *measured = &column->measured;
    json_t *against = json_object();
    double mpps = 1e3 / measured->guest_ns.median;
    double frame_bytes = net_per_received(column, (double)column->result.received_bytes);

    for (unsigned ideal = 0; ideal < IDEAL_COUNT; ideal++)
        json_object_set_new(
            against, net_ideal_name(ideal),
            json_pack("{s:o}", "rate_lost_percent", spread_json(&measured->loss_percent[ideal])));
    return json_pack("{s:I, s:o, s:o, s:f, s:f, s:o}", "rounds", (json_int_t)net->options.loops,
                     "guest_ns", spread_json(&measured->guest_ns), "device_ns",
                     spread_json(&measured->device_ns), "mpps", mpps, "gbps",
                     mpps * frame_bytes * 8 / 1e3, "against", against);
}

static json_t *sizes_json(const struct run_result *result)
{
    json_t *list = json_array();

    for (size_t i = 0; i < RUN_SIZE_CLASSES; i++)
        json_array_append_new(
            list,
            json_pack("{s:I, s:o, s:o}", "from",
                      (json_int_t)(i ? run_size_bound(i - 1) + 1 : PACKET_FRAME_MIN_BYTES), "to",
                      run_size_bound(i) == UINT32_MAX ? json_null() : count_json(run_size_bound(i)),
                      "packets", count_json(result->sizes[i])));
    return list;
}

static json_t *findings_json(const struct net_column *column)
{
    json_t *list = json_array();

    for (size_t i = 0; i < column->log.finding_count; i++) {
        const struct fetch_finding *finding = &column->log.finding[i];

        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "first",
                                              fetch_place_name(finding->first), "first_code",
                                              fetch_place_code(finding->first), "again",
                                              fetch_place_name(finding->again), "again_code",
                                              fetch_place_code(finding->again), "reads",
                                              count_json(finding->reads), "bytes",
                                              count_json(finding->bytes)));
    }
    return list;
}

static void path_set(json_t *object, const struct path *path)
{
    json_object_set_new(object, "path", json_string(path->name));
    json_object_set_new(object, "queues", json_integer(path->queues));
    json_object_set_new(object, "pool_mbufs", json_integer(path->pool_mbufs));
    json_object_set_new(object, "room_bytes", json_integer(path->room_bytes));
    json_object_set_new(object, "pools", json_string(path->order == PATH_FIFO ? "cold" : "warm"));
}

static void account_set(json_t *object, const struct net_column *column)
{
    const struct run_result *result = &column->result;

    count_set(object, "packets_in", result->packets_in);
    count_set(object, "bytes_in", result->bytes_in);
    count_set(object, "received", result->received);
    count_set(object, "delivered", result->delivered);
    count_set(object, "answered", result->answered);
    count_set(object, "consumed", result->consumed);
    json_object_set_new(object, "dropped", reasons_json(result, false));
    json_object_set_new(object, "refused", reasons_json(result, true));
    count_set(object, "sent", result->sent);
    count_set(object, "sent_bytes", result->sent_bytes);
    count_set(object, "created", result->created);
    count_set(object, "payload_mismatches", result->payload_mismatches);
    count_set(object, "wire_mismatches", result->wire_mismatches);
    count_set(object, "bytes_copied", ledger_bytes_copied(&result->sum));
    count_set(object, "shared_bytes", result->shared_bytes);
    count_set(object, "private_bytes", result->private_bytes);
    count_set(object, "page_state_changes", result->setup.count[LEDGER_PAGE_STATE_CHANGES]);
}

static void column_set(json_t *object, const struct net *net, const struct net_column *column)
{
    const struct run_result *result = &column->result;

    path_set(object, &column->path);
    account_set(object, column);
    json_object_set_new(
        object, "copies_per_packet",
        json_pack("{s:f, s:f}", "rx", net_copies_rx(column), "tx", net_copies_tx(column)));
    json_object_set_new(object, "copies", places_json(column));
    json_object_set_new(object, "per_packet", events_json(column, "measured"));
    json_object_set_new(object, "double_fetches",
                        column->has_door ? count_json(column->log.double_fetches) : json_null());
    json_object_set_new(object, "fetches",
                        column->has_door ? count_json(column->log.reads) : json_null());
    json_object_set_new(object, "findings", findings_json(column));
    json_object_set_new(
        object, "exits_per_packet",
        json_real(net_per_received(column, (double)result->sum.count[LEDGER_EXITS])));
    json_object_set_new(object, "mpps", json_real(result->rate.mpps));
    json_object_set_new(object, "gbps", json_real(result->rate.gbps));
    if (column->path.driver == PATH_SWIOTLB)
        json_object_set_new(object, "bounce",
                            json_pack("{s:o, s:o}", "slots",
                                      count_json(column->path.bounce_bytes / BOUNCE_SLOT_BYTES),
                                      "slots_used_most", count_json(result->bounce.worst)));
    json_object_set_new(object, "modelled", modelled_json(net, column));
    if (net->options.loops > 0)
        json_object_set_new(object, "measured", measured_json(net, column));
}

enum status net_json(const struct net *net)
{
    const struct net_options *options = &net->options;
    const struct net_capture *capture = &net->capture;
    json_t *document = json_pack(
        "{s:s, s:s, s:s, s:s, s:I, s:f, s:o, s:o, s:o, s:o, s:o}", "schema",
        options->is_compared ? "cvm-net-compare" : "cvm-net", "version", "1.0", "capture",
        options->capture, "app", options->app->name, "seed", (json_int_t)options->seed, "seconds",
        (double)(capture->last_ns - capture->first_ns) / 1e9, "cut", count_json(capture->found.cut),
        "times_backwards", count_json(capture->found.backwards), "rate_pps",
        options->rate ? count_json(options->rate) : json_null(), "work_ns",
        count_json(options->work_ns), "sizes", sizes_json(&net->column[0].result));

    if (document && options->is_compared) {
        json_t *list = json_array();

        for (size_t i = 0; i < net->shown; i++) {
            json_t *object = json_object();

            column_set(object, net, &net->column[i]);
            json_array_append_new(list, object);
        }
        json_object_set_new(document, "paths", list);
    } else if (document) {
        column_set(document, net, &net->column[0]);
    }
    return bench_document_write(document);
}
