/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_folio_print.c — `cvmlab bench folio` for a person. Read bench_folio.h first. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/bench_folio.h"
#include "net/workload.h"

/* What the issue asks of the guest's side on one core. */
static const struct {
    const char *app;
    uint32_t frame_bytes; /* 0: every size */
    double least_mpps;    /* of Folio; 0: the loss counts */
    double most_loss;     /* percent, against the reference */
} targets[] = {
    {"macswap", 64, 20, 0},
    {"macswap", 1500, 6, 0},
    {"ipsec", 0, 0, CROSSOVER_THRESHOLD_PERCENT},
};

static size_t folio_index(const struct folio_measured_table *table)
{
    size_t i = 0;

    while (i < table->path_count && strcmp(table->path[i], "folio") != 0)
        i++;
    return i;
}

static bool target_one(const struct folio_measured_table *table, size_t target, size_t size,
                       bool print)
{
    const struct folio_measured *folio = &table->at[size][folio_index(table)];
    double mpps = 1e3 / folio->guest_ns.median, loss = folio->loss_percent.median;
    bool by_rate = targets[target].least_mpps > 0;
    bool is_met = by_rate ? mpps >= targets[target].least_mpps : loss <= targets[target].most_loss;

    if (!print)
        return is_met;
    printf("  %-8s %5u bytes  ", table->app, table->frame_bytes[size]);
    if (by_rate)
        printf("%6.1f Mpps, target at least %.0f: %s\n", mpps, targets[target].least_mpps,
               is_met ? "met" : "MISSED");
    else
        printf("%6.1f %% lost, target at most %.0f %%: %s\n", loss, targets[target].most_loss,
               is_met ? "met" : "MISSED");
    return is_met;
}

bool folio_bench_targets(const struct folio_bench *bench, bool print)
{
    const struct folio_bench_options *options = &bench->options;
    bool all_met = true;

    for (size_t t = 0; t < sizeof targets / sizeof *targets; t++)
        for (size_t m = 0; m < bench->measured_count; m++) {
            const struct folio_measured_table *table = &bench->measured[m];

            if (table->pools != POOLS_WARM || strcmp(table->app, targets[t].app) != 0 ||
                folio_index(table) == table->path_count)
                continue;
            for (size_t i = 0; i < options->size_count; i++)
                if (targets[t].frame_bytes == 0 || targets[t].frame_bytes == options->size[i])
                    all_met &= target_one(table, t, i, print);
        }
    return all_met;
}

/* A rate as Gb/s of the wire, or why there is none. */
static void crossing_print(const struct crossover *crossover, uint32_t frame_bytes)
{
    if (isfinite(crossover->rate_mpps))
        printf(" %11.1f", workload_wire_gbps(crossover->rate_mpps, frame_bytes));
    else
        printf(" %11s", "never");
}

/* Of a table's column: wide enough for its head. */
static int name_columns(const char *path)
{
    size_t length = strlen(path);

    return length > 12 ? (int)length : 12;
}

static void measured_print(const struct folio_bench *bench,
                           const struct folio_measured_table *table)
{
    const struct folio_bench_options *options = &bench->options;
    size_t folio = folio_index(table);

    printf("\n%s, ", table->app);
    if (app_find(table->app)->needs_keys)
        printf("AES-GCM by %s, ", options->crypto);
    printf("%s pools, ns per packet\n%6s", folio_bench_pools_name(table->pools), "bytes");
    for (size_t p = 0; p < table->path_count; p++)
        printf(" %*s", name_columns(table->path[p]), table->path[p]);
    printf(" %10s %22s %11s\n", "device", "Folio loses, %", "6 % at Gb/s");
    for (size_t i = 0; i < options->size_count; i++) {
        const struct folio_measured *at = table->at[i];

        printf("%6u", table->frame_bytes[i]);
        for (size_t p = 0; p < table->path_count; p++)
            printf(" %*.1f", name_columns(table->path[p]), at[p].guest_ns.median);
        printf(" %10.1f", at[FOLIO_BENCH_REFERENCE].device_ns.median);
        if (folio < table->path_count) {
            struct crossover crossover =
                crossover_of(at[FOLIO_BENCH_REFERENCE].guest_ns.median, at[folio].guest_ns.median,
                             CROSSOVER_THRESHOLD_PERCENT);

            printf("   %5.1f (%5.1f to %5.1f)", at[folio].loss_percent.median,
                   at[folio].loss_percent.min, at[folio].loss_percent.max);
            crossing_print(&crossover, table->frame_bytes[i]);
        }
        putchar('\n');
    }
}

static void all_measured_print(const struct folio_bench *bench)
{
    const struct folio_bench_options *options = &bench->options;

    if (bench->measured_count == 0)
        return;
    printf(
        "MEASURED on this computer: one core, %u paired repetitions, medians; the guest's part\n"
        "of a packet (receive, application, transmit). device: its emulation, not in the others.\n"
        "Folio loses: rate against %s, median (smallest to largest). 6 %%: from that rate on the\n"
        "wire on it loses more than 6 %%. Warm pools are LIFO; cold ones go through 64 MiB in "
        "turn.\n",
        options->bench.repetitions, bench->measured[0].path[FOLIO_BENCH_REFERENCE]);
    for (size_t i = 0; i < bench->measured_count; i++)
        measured_print(bench, &bench->measured[i]);
    printf("\ntargets, warm pools (measured)\n");
    (void)folio_bench_targets(bench, true);
    putchar('\n');
}

static void paths_print(const struct folio_bench *bench)
{
    const struct folio_bench_options *options = &bench->options;

    printf("MODELLED for %s (%s)\n\nten paths, l2fwd, warm pools: Mpps that one core keeps up "
           "with\n%-14s",
           bench->cost.name, bench->cost.title, "frame bytes");
    for (size_t i = 0; i < options->size_count; i++)
        printf(" %8u", options->size[i]);
    putchar('\n');
    for (size_t p = 0; path_builtin(p); p++) {
        printf("%-14s", path_builtin(p));
        for (size_t i = 0; i < options->size_count; i++)
            printf(" %8.2f", bench->mpps[p][i]);
        putchar('\n');
    }
}

static void crossings_print(const struct folio_bench *bench)
{
    const struct folio_bench_options *options = &bench->options;

    printf("\nwhere the copies exceed 6 %%: Folio against trusted I/O, one core\n"
           "%-8s %-5s %6s %9s %9s %10s %12s %13s\n",
           "workload", "pools", "bytes", "ideal ns", "copies ns", "at most %", "6 % at Gb/s",
           "hidden by ns");
    for (size_t c = 0; c < bench->crossing_count; c++)
        for (size_t i = 0; i < options->size_count; i++) {
            const struct folio_crossing *crossing = &bench->crossing[c];
            const struct crossover *at = &crossing->at[i];

            printf("%-8s %-5s %6u %9.1f %9.1f %10.2f", crossing->workload->name,
                   folio_bench_pools_name(crossing->pools), crossing->frame_bytes[i], at->ideal_ns,
                   at->folio_ns - at->ideal_ns, at->loss_percent);
            printf(" ");
            crossing_print(at, crossing->frame_bytes[i]);
            printf(" %13.0f\n", at->work_needed_ns);
        }
    printf("at most: of the rate, when the core is the limit. 6 %% at: from that rate on the wire "
           "on.\nhidden by: the work per packet at which the copies are 6 %%\n");
}

void folio_bench_print(const struct folio_bench *bench)
{
    all_measured_print(bench);
    paths_print(bench);
    crossings_print(bench);
    putchar('\n');
    folio_bench_print_claims(bench);
}
