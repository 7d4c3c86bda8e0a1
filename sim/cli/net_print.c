/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_print.c — `cvmlab net` for a person. Counted, modelled and measured numbers stand
 * under headings of their own. Read net.h first. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/net_rows.h"

enum { BAR_CELLS = 40 };

static void sizes_print(const struct run_result *result)
{
    uint64_t most = 1;

    for (size_t i = 0; i < RUN_SIZE_CLASSES; i++)
        if (result->sizes[i] > most)
            most = result->sizes[i];
    printf("frame bytes\n");
    for (size_t i = 0; i < RUN_SIZE_CLASSES; i++) {
        unsigned bar = (unsigned)((result->sizes[i] * BAR_CELLS + most - 1) / most);

        if (result->sizes[i] == 0)
            continue;
        if (run_size_bound(i) == UINT32_MAX)
            printf("  %13s", "more");
        else
            printf("  %4u to %5u", i ? run_size_bound(i - 1) + 1 : PACKET_FRAME_MIN_BYTES,
                   run_size_bound(i));
        printf("  %9" PRIu64 "  ", result->sizes[i]);
        for (unsigned k = 0; k < bar; k++)
            putchar('#');
        putchar('\n');
    }
}

static void head_print(const struct net *net)
{
    const struct net_options *options = &net->options;
    const struct net_capture *capture = &net->capture;
    double seconds = (double)(capture->last_ns - capture->first_ns) / 1e9;

    printf("capture      %s: %" PRIu64 " packets, %" PRIu64 " bytes, %.3f s\n", options->capture,
           capture->found.packets, capture->found.frame_bytes, seconds);
    if (capture->found.cut > 0)
        printf("             %" PRIu64 " packets were cut when they were recorded\n",
               capture->found.cut);
    if (capture->found.backwards > 0)
        printf("             %" PRIu64
               " times lay before an earlier one, by at most %g us; they were "
               "set to it\n",
               capture->found.backwards, (double)capture->found.back_worst_ns / 1e3);
    if (options->rate > 0)
        printf("played       %" PRIu64 " packets per second, %" PRIu64 " at once\n", options->rate,
               options->burst ? options->burst : 1);
    printf("application  %s\n", options->app->name);
    if (options->work_ns > 0)
        printf("work         %" PRIu64 " ns more per packet (modelled)\n", options->work_ns);
    printf("machine      %s: %s\n", net->cost.name, net->cost.title);
    printf("pools        %s\n", options->is_cold ? "cold: in turn, larger than the cache" : "warm");
    printf("seed         %" PRIu64 "\n", options->seed);
    sizes_print(&net->column[0].result);
    putchar('\n');
}

static void foot_print(const struct net *net)
{
    printf(
        "\nper packet: that the guest received; - is none. double fetches, in place: the guest "
        "works on the\ndevice's buffers, each read is a new one. latency: in the server; mean "
        "latency more: with %.0f ns\nof the network. plain-dpdk: the paper's stand-in for trusted "
        "I/O; snp-tio-dpdk: trusted I/O with\nlink encryption, as a model.\n",
        net->cost.constant[COST_ROUND_TRIP].value);
    if (net->options.loops > 0)
        printf("measured: receive, application and transmit, %" PRIu64
               " rounds of the whole capture, paths in turn;\nmedians over the rounds of short "
               "stretches.\n",
               net->options.loops);
}

void net_print(const struct net *net)
{
    struct table *table = calloc(1, sizeof *table);

    if (!table)
        return;
    table->columns = net->shown;
    for (size_t i = 0; i < net->shown; i++)
        snprintf(table->title[i], TABLE_CELL_BYTES, "%.*s", TABLE_CELL_BYTES - 1,
                 net->column[i].path.name);
    head_print(net);
    net_rows_counted(table, net);
    net_rows_modelled(table, net);
    net_rows_measured(table, net);
    table_print(table, table_width());
    foot_print(net);
    free(table);
}

void net_print_findings(const struct net *net, FILE *out)
{
    for (size_t i = 0; i < net->shown; i++) {
        const struct net_column *column = &net->column[i];
        const struct run_result *result = &column->result;

        if (result->payload_mismatches > 0)
            fprintf(out, "%s: %" PRIu64 " packets in the guest are not what the wire carried\n",
                    column->path.name, result->payload_mismatches);
        if (result->wire_mismatches > 0)
            fprintf(out, "%s: %" PRIu64 " packets on the wire are not what the guest sent\n",
                    column->path.name, result->wire_mismatches);
        if (column->log.outside > 0)
            fprintf(out, "%s: %" PRIu64 " reads outside the shared region\n", column->path.name,
                    column->log.outside);
        if (column->log.double_fetches > 0)
            fprintf(out, "%s: %" PRIu64 " reads of shared bytes that were read before\n",
                    column->path.name, column->log.double_fetches);
        fetch_log_print(&column->log, out);
    }
}
