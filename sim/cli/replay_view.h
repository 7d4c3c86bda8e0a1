/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/replay_view.h — the ways to show a replay: table, JSON, one exit in full, event stream.
 */
#ifndef CVMLAB_SIM_CLI_REPLAY_VIEW_H
#define CVMLAB_SIM_CLI_REPLAY_VIEW_H

#include <stdio.h>

#include "base/file_out.h"
#include "replay/replay.h"

/* What was asked for, for the head of a report. */
struct replay_request {
    char *const *traces;
    unsigned trace_count;
    const struct exposure *spec, *reference;
    uint64_t seed;
    double seconds; /* measured wall time of the replay */
};

/* The table that a person reads: rows, explanations, findings, verdicts. */
void replay_print(FILE *to, const struct replay_request *request,
                  const struct replay_report *report);

/* One JSON document; its keys are stable (docs/REPLAY.md). */
enum status replay_print_json(FILE *to, const struct replay_request *request,
                              const struct replay_report *report);

/* One exit in full: guest, what the host saw, what it wrote, the guest after. */
void replay_print_step(FILE *to, const struct replay_step *step);

/* The exit as lines of an event stream: exit, expose, resume. Numbers continue from *n. STATUS_IO
 * with diag if the file cannot take them. */
enum status replay_print_events(struct file_out *to, const struct replay_step *step, uint64_t *n,
                                struct diagnostic *diag);

/* Names of the items of a leak or breach mask, each after a space, runs of registers as "t0-t2",
 * and a newline. column is where the line stands; longer lists go on in further lines. */
void replay_print_items(FILE *to, uint64_t items, unsigned column);

#endif
