/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/minimize_calls.h — a world that passes every question on to another one and remembers
 * what was asked. Private to minimize.c and its test. */
#ifndef CVMLAB_SIM_REPLAY_MINIMIZE_CALLS_H
#define CVMLAB_SIM_REPLAY_MINIMIZE_CALLS_H

#include "hosts/host.h"

struct call_log {
    const struct host_world *inner; /* answers; outlives the log */
    uint64_t digest;                /* of the calls since it was set to 0, in their order */
};

/* The world that logs. It has the optional calls that inner has. */
struct host_world call_log_world(struct call_log *log);

#endif
