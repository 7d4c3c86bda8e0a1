/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_figure.c — numbers of `cvmlab net` that both of its outputs show. */
#include "cli/net.h"

static double ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

double net_per_received(const struct net_column *column, double sum)
{
    return ratio(sum, (double)column->result.received);
}

double net_copies_rx(const struct net_column *column)
{
    return net_per_received(column, (double)ledger_copies_rx(&column->result.sum));
}

double net_copies_tx(const struct net_column *column)
{
    return ratio((double)ledger_copies_tx(&column->result.sum), (double)column->result.sent);
}

double net_setup_ns(const struct net *net, const struct net_column *column)
{
    return cost_ns(&net->cost, (double)column->result.setup.count[LEDGER_PAGE_STATE_CHANGES] *
                                   net->cost.constant[COST_PAGE_STATE_CHANGE].value);
}

const char *net_ideal_name(enum net_ideal ideal)
{
    static const char *const names[IDEAL_COUNT] = {"plain-dpdk", "snp-tio-dpdk"};

    return names[ideal];
}

/* Percent that a rate lies below another. */
static double loss(double rate, double ideal)
{
    return ideal > 0 ? 100 * (1 - rate / ideal) : 0;
}

struct net_gap net_gap_of(const struct net *net, const struct net_column *column,
                          enum net_ideal ideal)
{
    const struct run_result *ours = &column->result;
    const struct run_result *best = &net->column[net->ideal[ideal]].result;
    double round_trip = net->cost.constant[COST_ROUND_TRIP].value;

    return (struct net_gap){
        .rate = loss(ours->rate.mpps, best->rate.mpps),
        .core = loss(ours->rate.cpu_mpps, best->rate.cpu_mpps),
        .latency =
            100 * (ratio(round_trip + ours->latency.mean, round_trip + best->latency.mean) - 1),
    };
}

bool net_column_has_finding(const struct net_column *column)
{
    const struct run_result *result = &column->result;

    return result->payload_mismatches > 0 || result->wire_mismatches > 0 ||
           column->log.double_fetches > 0 || column->log.outside > 0;
}
