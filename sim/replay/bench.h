/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/bench.h — how fast the monitor's two functions are, and the replay around them.
 * Times are CPU seconds of this process, which runs on one core: what else the machine does counts
 * as little as possible. */
#ifndef CVMLAB_SIM_REPLAY_BENCH_H
#define CVMLAB_SIM_REPLAY_BENCH_H

#include "replay/replay.h"

/* What lies between monitor_exit and monitor_resume. */
enum bench_encoding {
    BENCH_BARE,  /* nothing: the prepared answer goes straight back */
    BENCH_FRAME, /* the registers of the transparent profile, written, answered and read */
    BENCH_PAGE,  /* the shared page, written, answered and read */
    BENCH_ENCODING_COUNT
};

/* Recorded exits held in memory, each with the answer that the recorded hypervisor gave. */
struct bench_exits;

/* Replays the traces once and holds the first limit exits that leave the vCPU running: those that
 * the host answered and those that the monitor answers itself. Starts of other vCPUs and requests
 * about the memory map are left out, because they cannot be repeated. NULL and *status with diag on
 * error. The caller frees with bench_release. */
struct bench_exits *bench_hold(char *const *traces, unsigned trace_count,
                               const struct exposure *spec, uint64_t limit, enum status *status,
                               struct diagnostic *diag);

/* How many are held. */
uint64_t bench_held(const struct bench_exits *exits);

/* Frees; NULL is allowed. */
void bench_release(struct bench_exits *exits);

/* Sends count exits through monitor_exit and monitor_resume, beginning again when those held are
 * used up. STATUS_BAD_STATE: the monitor did not take one of them. */
enum status bench_core(struct bench_exits *exits, enum bench_encoding encoding, uint64_t count,
                       double *seconds);

/* One pass over a trace. */
struct bench_pass {
    uint64_t exits;
    double seconds;
};

/* Adds a replay of the trace with three verdicts. Errors as replay_trace. */
enum status bench_replay(const char *path, const struct exposure *spec, struct bench_pass *pass,
                         struct diagnostic *diag);

/* Adds the reading of a trace alone. Errors as trace_next. */
enum status bench_decode(const char *path, struct bench_pass *pass, struct diagnostic *diag);

/* Replays the trace in a child process and tells its peak resident memory in KiB (getrusage). To be
 * called while the caller itself is still small: a child begins with the pages of its parent.
 * STATUS_BAD_INPUT: the child failed; STATUS_IO: there was no child. */
enum status bench_memory(const char *path, const struct exposure *spec, uint64_t *peak_kib,
                         struct diagnostic *diag);

/* CPU seconds of this process since some fixed moment. */
double bench_cpu_seconds(void);

struct bench_spread {
    double min, median, max;
};

/* Of count values, at least 1; sorts them. */
struct bench_spread bench_spread_of(double *values, unsigned count);

#endif
