/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/sweep.c — see sweep.h. */
#include "net/sweep.h"

static enum status busy_of(const struct sweep *sweep, const char *path, uint32_t frame_bytes,
                           struct sweep_point *point, double *busy_ns, struct diagnostic *diag)
{
    struct experiment experiment = {.path = path,
                                    .app = sweep->app,
                                    .keys = sweep->keys,
                                    .cost = sweep->cost,
                                    .frame_bytes = frame_bytes,
                                    .is_cold = sweep->is_cold};
    struct experiment_result result;
    enum status status = experiment_run(&experiment, &result, diag);

    if (status != STATUS_OK)
        return status;
    *busy_ns = result.busy_ns;
    point->frame_bytes = result.frame_bytes;
    return STATUS_OK;
}

enum status sweep_run(const struct sweep *sweep, const uint32_t *frame_bytes, size_t count,
                      struct sweep_point *point, struct diagnostic *diag)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = busy_of(sweep, sweep->ideal, frame_bytes[i], &point[i], &point[i].ideal_ns, diag);
        if (status == STATUS_OK)
            status =
                busy_of(sweep, sweep->folio, frame_bytes[i], &point[i], &point[i].folio_ns, diag);
    }
    return status;
}

struct crossover sweep_crossover(const struct sweep_point *point, double work_ns)
{
    return crossover_of(point->ideal_ns + work_ns, point->folio_ns + work_ns,
                        CROSSOVER_THRESHOLD_PERCENT);
}
