/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/dpdk_print.c — the report of `cvmlab dpdk`. Every packet that came in was refused by
 * Folio, dropped (by the application, or on its way out), or delivered. */
#include "cli/dpdk_print.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "cli/cli.h"

/* Packets refused for a reason, on the way in and out. */
static uint64_t refused(const struct dpdk_result *result, unsigned reason)
{
    uint64_t count = result->stats.refused[reason];

    return reason == FOLIO_REFUSED_FRAGMENT ? count + result->counts.rx_fragments : count;
}

static bool reason_is_outgoing(unsigned reason)
{
    return reason == FOLIO_REFUSED_GUARD || reason == FOLIO_REFUSED_TX_LENGTH ||
           reason == FOLIO_REFUSED_TX_MBUF || reason == FOLIO_REFUSED_BACKEND;
}

static uint64_t packets_in(const struct dpdk_result *result)
{
    uint64_t count = result->stats.rx_packets;

    for (unsigned reason = 0; reason < FOLIO_REFUSAL_COUNT; reason++)
        if (!reason_is_outgoing(reason))
            count += refused(result, reason);
    return count;
}

static uint64_t packets_sent(const struct dpdk_result *result)
{
    return result->stats.tx_packets - result->counts.tx_unsent;
}

static uint64_t bytes_sent(const struct dpdk_result *result)
{
    return result->stats.tx_bytes - result->counts.tx_unsent_bytes;
}

/* Packets lost for the n-th reason, with its name as in `cvmlab net`; NULL: there are no more. */
static const char *drop(const struct dpdk_result *result, unsigned n, uint64_t *packets)
{
    static const char *const names[] = {"tx_full",       "tx_unsent",       "app_not_mine",
                                        "app_malformed", "app_unauthentic", "app_replayed",
                                        "app_no_key",    "app_no_mbuf"};
    enum { OUTGOING = 2 };

    _Static_assert(sizeof names / sizeof names[0] - OUTGOING == APP_VERDICT_COUNT - APP_NOT_MINE,
                   "one name per verdict of a drop");
    if (n >= sizeof names / sizeof names[0])
        return NULL;
    if (n < OUTGOING)
        *packets = n == 0 ? result->tx_full : result->counts.tx_unsent;
    else
        *packets = result->app.verdict[APP_NOT_MINE + n - OUTGOING];
    return names[n];
}

static uint64_t delivered(const struct dpdk_result *result)
{
    uint64_t count = result->app.verdict[APP_ANSWERED] + result->app.verdict[APP_CONSUMED];

    for (unsigned reason = 0; reason < FOLIO_REFUSAL_COUNT; reason++)
        if (reason_is_outgoing(reason))
            count -= refused(result, reason);
    return count - result->tx_full - result->counts.tx_unsent;
}

static double share(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

/* One line per reason; total 0: one line that says so. */
static void reasons_print(const char *label, bool *any, uint64_t packets, const char *name)
{
    if (packets == 0)
        return;
    printf("%-12s%" PRIu64 " %s\n", *any ? "" : label, packets, name);
    *any = true;
}

static void losses_print(const struct dpdk_result *result)
{
    const char *name;
    uint64_t packets;
    bool dropped = false, is_refused = false;

    for (unsigned n = 0; (name = drop(result, n, &packets)); n++)
        reasons_print("dropped", &dropped, packets, name);
    if (!dropped)
        printf("dropped     0\n");
    for (unsigned reason = 0; reason < FOLIO_REFUSAL_COUNT; reason++)
        reasons_print("refused", &is_refused, refused(result, reason),
                      folio_refusal_name((enum folio_refusal)reason));
    if (!is_refused)
        printf("refused     0\n");
}

void dpdk_print(const struct dpdk_run *run)
{
    const struct dpdk_result *result = &run->result;
    const struct folio_stats *stats = &result->stats;
    const struct dpdk_counts *counts = &result->counts;

    printf("device      %s (DPDK %s), %u queue%s\n", run->driver, dpdk_version(), run->queue_count,
           run->queue_count == 1 ? "" : "s");
    printf("application %s\n", run->application);
    printf("packets in  %" PRIu64 " (%" PRIu64 " bytes received)\n", packets_in(result),
           stats->rx_bytes);
    printf("delivered   %" PRIu64 "\n", delivered(result));
    losses_print(result);
    printf("sent        %" PRIu64 " (%" PRIu64 " bytes)\n", packets_sent(result),
           bytes_sent(result));
    printf("copies      %.2f per packet in, %.2f per packet out, by Folio\n",
           share((double)stats->rx_copies, (double)stats->rx_packets),
           share((double)stats->tx_copies, (double)stats->tx_packets));
    printf("device says missed %" PRIu64 ", no buffer %" PRIu64 ", errors in %" PRIu64
           ", errors out %" PRIu64 "\n",
           counts->rx_missed, counts->rx_no_buffer, counts->rx_errors, counts->tx_errors);
    printf("measured    %.2f Mpps, %.2f Gb/s in %.3f s (the device's own work included)\n",
           share((double)stats->rx_packets / 1e6, result->seconds),
           share((double)stats->rx_bytes * 8 / 1e9, result->seconds), result->seconds);
}

static json_t *drops_json(const struct dpdk_result *result)
{
    json_t *object = json_object();
    const char *name;
    uint64_t packets;

    for (unsigned n = 0; (name = drop(result, n, &packets)); n++)
        if (packets > 0)
            json_object_set_new(object, name, json_integer((json_int_t)packets));
    return object;
}

static json_t *refusals_json(const struct dpdk_result *result)
{
    json_t *object = json_object();

    for (unsigned reason = 0; reason < FOLIO_REFUSAL_COUNT; reason++)
        if (refused(result, reason) > 0)
            json_object_set_new(object, folio_refusal_name((enum folio_refusal)reason),
                                json_integer((json_int_t)refused(result, reason)));
    return object;
}

static json_t *device_json(const struct dpdk_run *run)
{
    const struct dpdk_counts *counts = &run->result.counts;

    return json_pack("{s:s, s:s, s:i, s:I, s:I, s:I, s:I}", "driver", run->driver, "dpdk",
                     dpdk_version(), "queues", (int)run->queue_count, "rx_missed",
                     (json_int_t)counts->rx_missed, "rx_no_buffer",
                     (json_int_t)counts->rx_no_buffer, "rx_errors", (json_int_t)counts->rx_errors,
                     "tx_errors", (json_int_t)counts->tx_errors);
}

int dpdk_print_json(const struct dpdk_run *run)
{
    const struct dpdk_result *result = &run->result;
    const struct folio_stats *stats = &result->stats;

    return cli_json_print(json_pack(
        "{s:s, s:s, s:o, s:s, s:I, s:I, s:I, s:o, s:o, s:I, s:I, s:{s:f, s:f}, s:I, "
        "s:{s:f, s:f, s:f}}",
        "schema", "cvm-dpdk", "version", "1.0", "device", device_json(run), "application",
        run->application, "packets_in", (json_int_t)packets_in(result), "bytes_in",
        (json_int_t)stats->rx_bytes, "delivered", (json_int_t)delivered(result), "dropped",
        drops_json(result), "refused", refusals_json(result), "sent",
        (json_int_t)packets_sent(result), "sent_bytes", (json_int_t)bytes_sent(result),
        "copies_per_packet", "rx", share((double)stats->rx_copies, (double)stats->rx_packets), "tx",
        share((double)stats->tx_copies, (double)stats->tx_packets), "bytes_copied",
        (json_int_t)(stats->rx_copied_bytes + stats->tx_copied_bytes), "measured", "seconds",
        result->seconds, "mpps", share((double)stats->rx_packets / 1e6, result->seconds), "gbps",
        share((double)stats->rx_bytes * 8 / 1e9, result->seconds)));
}
