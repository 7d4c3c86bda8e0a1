/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_folio_plot.c — the headline plot: how much the copies cost at most, and from which
 * rate on they cost more than 6 %. Modelled, so the same bytes on every computer; the circles are
 * the paper's. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/bench_folio.h"
#include "cli/plot.h"
#include "net/workload.h"

enum {
    SIZES = 11,
    WORKLOADS = 4,
    LINES = WORKLOADS * POOLS_COUNT,
    THEIRS_MAX = 16,
    THEIRS_COLOR = PLOT_COLORS
};

static const uint32_t sizes[SIZES] = {64, 128, 256, 512, 1024, 1514, 2048, 3072, 4096, 6144, 9000};

/* Everything that the plot points to. */
struct drawing {
    double x[SIZES], loss[LINES][SIZES], rate[LINES][SIZES];
    double their_x[THEIRS_MAX], their_rate[THEIRS_MAX];
    size_t their_count;
    struct plot_line loss_line[LINES], rate_line[LINES + 1];
    struct plot_legend legend[WORKLOADS + POOLS_COUNT + 1];
    size_t line_count, legend_count;
    char source[CLAIM_TEXT_BYTES];
};

static enum status line_fill(const struct folio_bench *bench, const struct workload *workload,
                             enum folio_bench_pools pools, unsigned color, struct drawing *drawing,
                             struct diagnostic *diag)
{
    size_t index = drawing->line_count++;
    struct sweep sweep = {.ideal = "snp-tio-dpdk",
                          .folio = "folio",
                          .app = workload->app,
                          .keys = bench->options.keys,
                          .cost = &bench->cost,
                          .is_cold = pools == POOLS_COLD};
    struct sweep_point point[SIZES];
    enum status status = sweep_run(&sweep, sizes, SIZES, point, diag);

    for (size_t i = 0; status == STATUS_OK && i < SIZES; i++) {
        struct crossover crossover = sweep_crossover(&point[i], workload->work_ns);

        drawing->loss[index][i] = crossover.loss_percent;
        drawing->rate[index][i] = workload_wire_gbps(crossover.rate_mpps, sizes[i]);
    }
    drawing->loss_line[index] = (struct plot_line){.x = drawing->x,
                                                   .y = drawing->loss[index],
                                                   .count = SIZES,
                                                   .color = color,
                                                   .mark = PLOT_MARK_DISC + color,
                                                   .is_dashed = pools == POOLS_COLD};
    drawing->rate_line[index] = drawing->loss_line[index];
    drawing->rate_line[index].y = drawing->rate[index];
    return status;
}

/* Where the paper measured throughput: its payload rates, on the wire. */
static void theirs_fill(const struct folio_bench *bench, struct drawing *drawing)
{
    for (size_t i = 0; i < bench->claims.claim_count; i++) {
        const struct claim *claim = &bench->claims.claim[i];
        double mpps;

        if (claim->metric != CLAIM_PAYLOAD_RATE || drawing->their_count == THEIRS_MAX ||
            claim->frame_bytes <= WORKLOAD_UDP_HEADERS)
            continue;
        mpps = claim->theirs * 1e3 / (8.0 * (claim->frame_bytes - WORKLOAD_UDP_HEADERS));
        drawing->their_x[drawing->their_count] = claim->frame_bytes;
        drawing->their_rate[drawing->their_count++] = workload_wire_gbps(mpps, claim->frame_bytes);
    }
}

static enum status drawing_fill(const struct folio_bench *bench, struct drawing *drawing,
                                struct diagnostic *diag)
{
    enum status status = STATUS_OK;
    unsigned color = 0;

    for (size_t i = 0; i < SIZES; i++)
        drawing->x[i] = sizes[i];
    for (size_t i = 0; i < bench->claims.workload_count && color < WORKLOADS; i++) {
        const struct workload *workload = &bench->claims.workload[i];

        if (!workload->is_crossed)
            continue;
        for (unsigned pools = 0; status == STATUS_OK && pools < POOLS_COUNT; pools++)
            status =
                line_fill(bench, workload, (enum folio_bench_pools)pools, color, drawing, diag);
        if (status != STATUS_OK)
            return status;
        drawing->legend[drawing->legend_count++] = (struct plot_legend){
            .label = workload->title, .color = color, .mark = PLOT_MARK_DISC + color};
        color++;
    }
    theirs_fill(bench, drawing);
    drawing->rate_line[drawing->line_count] = (struct plot_line){.x = drawing->their_x,
                                                                 .y = drawing->their_rate,
                                                                 .count = drawing->their_count,
                                                                 .color = THEIRS_COLOR,
                                                                 .mark = PLOT_MARK_RING,
                                                                 .is_points = true};
    return STATUS_OK;
}

static void legend_end(struct drawing *drawing)
{
    static const struct plot_legend rest[] = {
        {.label = "buffers in the cache (warm pools)", .color = PLOT_COLORS},
        {.label = "buffers from DRAM (cold pools)", .color = PLOT_COLORS, .is_dashed = true},
        {.label = "where the paper measured throughput",
         .color = PLOT_COLORS,
         .mark = PLOT_MARK_RING,
         .is_points = true},
    };

    memcpy(&drawing->legend[drawing->legend_count], rest, sizeof rest);
    drawing->legend_count += sizeof rest / sizeof *rest;
}

static enum status drawing_write(const struct drawing *drawing, struct file_out *file,
                                 struct diagnostic *diag)
{
    static const struct plot_tick size_ticks[] = {{64, "64"},     {128, "128"},   {256, "256"},
                                                  {512, "512"},   {1024, "1024"}, {2048, "2048"},
                                                  {4096, "4096"}, {9000, "9000"}};
    static const struct plot_tick loss_ticks[] = {{0.1, "0.1"}, {0.3, "0.3"}, {1, "1"},    {3, "3"},
                                                  {10, "10"},   {30, "30"},   {100, "100"}};
    static const struct plot_tick rate_ticks[] = {{1, "1"},   {3, "3"},     {10, "10"},
                                                  {30, "30"}, {100, "100"}, {300, "300"}};
    static const struct plot_rule loss_rules[] = {
        {.y = CROSSOVER_THRESHOLD_PERCENT, .label = "6 %", .is_strong = true}};
    static const struct plot_rule rate_rules[] = {
        {.y = 10, .label = "10 GbE"}, {.y = 25, .label = "25 GbE"}, {.y = 100, .label = "100 GbE"}};
    const struct plot_axis x = {"frame, bytes", 60, 10000, size_ticks,
                                sizeof size_ticks / sizeof *size_ticks};
    const struct plot_panel panels[] = {
        {.title = "The most that one core loses",
         .x = x,
         .y = {"throughput lost to the copies, %", 0.1, 100, loss_ticks,
               sizeof loss_ticks / sizeof *loss_ticks},
         .line = drawing->loss_line,
         .line_count = drawing->line_count,
         .rule = loss_rules,
         .rule_count = 1},
        {.title = "From which rate on it loses more than 6 %",
         .x = x,
         .y = {"rate on the wire, Gb/s", 1, 400, rate_ticks,
               sizeof rate_ticks / sizeof *rate_ticks},
         .line = drawing->rate_line,
         .line_count = drawing->line_count + 1,
         .rule = rate_rules,
         .rule_count = sizeof rate_rules / sizeof *rate_rules},
    };
    const struct plot plot = {
        .title = "Where Folio's copies cost more than 6 % against trusted I/O (modelled)",
        .subtitle = "One core, one copy per packet and direction. Right: above its line a workload "
                    "loses more than 6 %; where it has no line, never.",
        .panel = panels,
        .panel_count = sizeof panels / sizeof *panels,
        .legend = drawing->legend,
        .legend_count = drawing->legend_count,
        .source = drawing->source};

    return plot_write(file, &plot, diag);
}

enum status folio_bench_plot(const struct folio_bench *bench, struct diagnostic *diag)
{
    struct drawing drawing = {.line_count = 0};
    struct file_out *file = file_out_create(bench->options.plot, diag);
    enum status status;

    if (!file)
        return STATUS_IO;
    status = drawing_fill(bench, &drawing, diag);
    legend_end(&drawing);
    (void)snprintf(drawing.source, sizeof drawing.source,
                   "cvmlab bench folio --modelled --plot FILE.svg, machine %.30s (specs/costs), "
                   "workloads of specs/claims.json",
                   bench->cost.name);
    if (status == STATUS_OK)
        status = drawing_write(&drawing, file, diag);
    if (status == STATUS_OK)
        return file_out_commit(file, diag);
    file_out_abandon(file);
    return status;
}
