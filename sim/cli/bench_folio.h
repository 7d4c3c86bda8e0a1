/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_folio.h — what `cvmlab bench folio` measured and modelled, and the ways to show it.
 * Measured and modelled numbers are never in one table. */
#ifndef CVMLAB_SIM_CLI_BENCH_FOLIO_H
#define CVMLAB_SIM_CLI_BENCH_FOLIO_H

#include "cli/bench_row.h"
#include "cli/cli.h"
#include "cli/shipped.h"
#include "net/sweep.h"

enum {
    FOLIO_BENCH_SIZES = 16,
    FOLIO_BENCH_PATHS = 10,
    FOLIO_BENCH_APPS = 8,
    FOLIO_BENCH_WORKLOADS = 8, /* of the crossover */
    FOLIO_BENCH_REFERENCE = 0, /* the path that losses are held against: the first */
};

/* Warm pools are LIFO, cold ones FIFO over more than the cache holds. */
enum folio_bench_pools { POOLS_WARM, POOLS_COLD, POOLS_COUNT };
const char *folio_bench_pools_name(enum folio_bench_pools pools);

/* What to do: the command line. Lists are cut into words in place. */
struct folio_bench_options {
    struct bench_options bench;
    bool is_modelled_only;
    const char *claims, *claim, *plot, *machine, *crypto;
    uint32_t size[FOLIO_BENCH_SIZES];
    size_t size_count;
    const char *path[FOLIO_BENCH_PATHS], *app[FOLIO_BENCH_APPS];
    size_t path_count, app_count;  /* path_count 0: those that an application is measured on */
    char keys[SHIPPED_PATH_BYTES]; /* where the shipped keys are */
};

/* One size, one path. */
struct folio_measured {
    struct bench_spread guest_ns, device_ns;
    struct bench_spread loss_percent; /* of packets per second against the reference path, paired */
};

/* One application with one kind of pools: all paths, sizes in turn. */
struct folio_measured_table {
    const char *app;
    enum folio_bench_pools pools;
    const char *path[FOLIO_BENCH_PATHS];
    size_t path_count;
    uint32_t frame_bytes[FOLIO_BENCH_SIZES]; /* as sent */
    struct folio_measured at[FOLIO_BENCH_SIZES][FOLIO_BENCH_PATHS];
};

struct folio_claimed {
    const struct claim *claim;
    double ours;
    enum claim_verdict verdict;
};

/* One workload with one kind of pools. */
struct folio_crossing {
    const struct workload *workload;
    enum folio_bench_pools pools;
    uint32_t frame_bytes[FOLIO_BENCH_SIZES];
    struct crossover at[FOLIO_BENCH_SIZES];
};

struct folio_bench {
    struct folio_bench_options options;
    /* measured */
    struct folio_measured_table measured[FOLIO_BENCH_APPS * POOLS_COUNT];
    size_t measured_count;
    /* modelled */
    struct cost cost, paper; /* the machine asked for; the paper's, for the claims */
    struct claims claims;
    struct folio_claimed *claimed;
    size_t claimed_count, verdicts[CLAIM_VERDICT_COUNT];
    double mpps[FOLIO_BENCH_PATHS][FOLIO_BENCH_SIZES]; /* of the ten paths, l2fwd, one core */
    struct folio_crossing crossing[FOLIO_BENCH_WORKLOADS * POOLS_COUNT];
    size_t crossing_count;
};

/* Built-in paths whose bytes really move, so that they can be measured; NULL at the end. */
extern const char *const folio_bench_moving[];

/* Measures every application and kind of pools. Progress goes to progress. */
enum status folio_bench_measure(struct folio_bench *bench, struct cli_progress *progress,
                                struct diagnostic *diag);

/* Steps that folio_bench_measure reports to progress. */
uint64_t folio_bench_steps(const struct folio_bench *bench);

/* The modelled tables: claims, the ten paths, the crossover. */
enum status folio_bench_model(struct folio_bench *bench, struct diagnostic *diag);

/* Only the claims: all, or the one that was asked for. */
enum status folio_bench_claims(struct folio_bench *bench, struct diagnostic *diag);

/* The targets of the project, each met or missed by what was measured; none without its series.
 * Returns whether none is missed. print: one line each on standard output. */
bool folio_bench_targets(const struct folio_bench *bench, bool print);

/* For a person, for a program, and the plot. STATUS_IO with diag. print_claims: the one that was
 * asked for in full, or a table of all. */
void folio_bench_print(const struct folio_bench *bench);
void folio_bench_print_claims(const struct folio_bench *bench);
enum status folio_bench_json(const struct folio_bench *bench);
enum status folio_bench_plot(const struct folio_bench *bench, struct diagnostic *diag);

extern const struct argp bench_folio_argp;

/* Runs it: as cli_verb.run. */
int bench_folio_run(int argc, char **argv);

#endif
