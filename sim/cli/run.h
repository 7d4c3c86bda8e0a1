/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/run.h — what the files of `cvmlab run` share: what is asked for, and what came of it. */
#ifndef CVMLAB_SIM_CLI_RUN_H
#define CVMLAB_SIM_CLI_RUN_H

#include <argp.h>
#include <stdio.h>

#include "base/file_out.h"
#include "machine/live.h"

/* What is asked for; NULL: nothing. */
struct run_options {
    const char *machine, *image, *payload, *disk, *input, *trace_file, *signature;
    const char *record, *snapshot, *restore;
    uint64_t max_instructions; /* UINT64_MAX: none */
    uint64_t snapshot_at;      /* 0: none */
    double timeout_seconds;    /* 0: none */
    unsigned trace;
    bool is_dts, is_isa, is_json;
};

/* Fills in a struct run_options. */
extern const struct argp run_argp;

/* Kinds of trace lines, as bits. */
enum run_trace {
    RUN_TRACE_EXITS = 1,
    RUN_TRACE_TRAPS = 2,
    RUN_TRACE_INSTRUCTIONS = 4,
    RUN_TRACE_CSR = 8
};

/* Writes lines of JSON about a live machine. */
struct run_tracer {
    unsigned kinds; /* enum run_trace */
    FILE *to;
    struct live *live; /* set when it is there */
};

/* The observer of these kinds; tracer outlives the machine. */
struct live_observer run_tracer_observer(struct run_tracer *tracer);

enum { RUN_CAUSE_BYTES = 40 };

/* "EXC_LOAD_GUEST_PAGE_FAULT", as traces call it; "EXC_11" for one that they have no name for.
 * Returns out. */
const char *run_cause(bool is_interrupt, unsigned code, char out[RUN_CAUSE_BYTES]);

/* What a run came to. */
struct run_summary {
    const struct machine_spec *spec;
    const struct live *live;
    struct live_result result;
    double seconds; /* measured; all of the run, without loading */
};

/* One line for people, on standard error. */
void run_summary_print(const struct run_summary *summary);

/* The document of --json. Returns CLI_OK or CLI_ENVIRONMENT. */
int run_summary_print_json(const struct run_summary *summary);

/* Writes the signature of riscv-arch-test: the words between begin_signature and end_signature, 4
 * bytes a line. STATUS_BAD_INPUT: the image has none; STATUS_IO: not written. */
enum status run_signature_write(const char *path, const struct image *image, struct live *live,
                                struct diagnostic *diag);

/* The same check before anything runs. */
enum status run_signature_check(const struct image *image, struct diagnostic *diag);

#endif
