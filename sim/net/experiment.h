/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/experiment.h — one operating point: a path, a workload, a frame size, a rate, a machine.
 * Modelled: some packets really go through the path and are counted; the machine's constants make
 * times of the counts. Measured (native.h): the path is run as fast as this computer can. The two
 * are never mixed. Claims (claim.h) are experiments with a number to compare with. */
#ifndef CVMLAB_SIM_NET_EXPERIMENT_H
#define CVMLAB_SIM_NET_EXPERIMENT_H

#include "net/claim.h"
#include "net/run.h"

struct experiment {
    const char *path; /* name of a built-in path, or a file */
    const char *app;
    double work_ns;            /* of the workload, modelled only */
    const char *keys;          /* file, for applications that need it */
    const char *crypto;        /* who encrypts, measured only; NULL: the faster library */
    const struct cost *cost;   /* the machine */
    uint32_t frame_bytes;      /* of what the wire carries, without check sequence */
    uint32_t queues;           /* 0: the path's own */
    double packets_per_second; /* 0: all at once, for rates */
    bool is_cold;              /* FIFO pools: no buffer is in the cache */
};

/* What the model says of it. */
struct experiment_result {
    uint32_t frame_bytes; /* as sent: with ESP a little less than asked for */
    double packets;       /* accounted for; all of them delivered */
    double busy_ns;       /* of one core per packet under load: interrupts and exits, which only an
                             idle guest has, are not in it */
    double latency_mean, latency_p50; /* ns in the server; the machine's round trip is not in it */
    struct run_rate rate;
    struct ledger_entry sum;
};

/* The path of an experiment, with its queues, order and rooms large enough for the frames.
 * STATUS_BAD_INPUT as path_open, or too many queues. */
enum status experiment_path(const struct experiment *experiment, struct path *path,
                            struct diagnostic *diag);

/* The kind of application of an experiment. STATUS_BAD_INPUT: there is none of this name. */
enum status experiment_app(const struct experiment *experiment, const struct app_kind **app,
                           struct diagnostic *diag);

/* Runs it. STATUS_BAD_INPUT: an unknown path or application, a bad size or keys; STATUS_BAD_STATE:
 * not every packet arrived, or one was not what the wire carried. */
enum status experiment_run(const struct experiment *experiment, struct experiment_result *result,
                           struct diagnostic *diag);

/* Our number for a claim, in the unit of its metric, on a machine. keys: as above. Errors are
 * experiment_run's. */
enum status claim_number(const struct claim *claim, const struct cost *cost, const char *keys,
                         double *ours, struct diagnostic *diag);

#endif
