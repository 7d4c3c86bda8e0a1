/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/sweep.h — Folio against the ideal over frame sizes, modelled: what one core spends per
 * packet with and without the copies. More work of an application adds to both alike, so one sweep
 * serves every workload of an application. */
#ifndef CVMLAB_SIM_NET_SWEEP_H
#define CVMLAB_SIM_NET_SWEEP_H

#include "net/crossover.h"
#include "net/experiment.h"

/* ns of one core per packet, without the workload's own work. */
struct sweep_point {
    uint32_t frame_bytes; /* as sent */
    double ideal_ns, folio_ns;
};

/* Two paths and an application on a machine. */
struct sweep {
    const char *ideal, *folio; /* paths: "snp-tio-dpdk", "folio" */
    const char *app, *keys;
    const struct cost *cost;
    bool is_cold;
};

/* Fills a point for each of count sizes. Errors are experiment_run's. */
enum status sweep_run(const struct sweep *sweep, const uint32_t *frame_bytes, size_t count,
                      struct sweep_point *point, struct diagnostic *diag);

/* The point of a workload with so much work of its own. */
struct crossover sweep_crossover(const struct sweep_point *point, double work_ns);

#endif
