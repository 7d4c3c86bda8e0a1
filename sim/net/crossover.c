/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/crossover.c — see crossover.h. */
#include "net/crossover.h"

#include <math.h>

struct crossover crossover_of(double ideal_ns, double folio_ns, double threshold_percent)
{
    double copy_ns = folio_ns > ideal_ns ? folio_ns - ideal_ns : 0;
    struct crossover crossover = {
        .ideal_ns = ideal_ns,
        .folio_ns = folio_ns,
        .loss_percent = 100 * copy_ns / (ideal_ns + copy_ns),
        .ideal_mpps = 1000 / ideal_ns,
        .folio_mpps = 1000 / folio_ns,
        .rate_mpps = INFINITY,
        .work_needed_ns = copy_ns * (100 / threshold_percent - 1),
    };

    /* Between the two rates the loss is 1 - folio / offered, and grows to loss_percent. */
    if (crossover.loss_percent > threshold_percent)
        crossover.rate_mpps = crossover.folio_mpps / (1 - threshold_percent / 100);
    return crossover;
}

double crossover_loss(const struct crossover *crossover, double offered_mpps)
{
    double ideal = fmin(offered_mpps, crossover->ideal_mpps);
    double folio = fmin(offered_mpps, crossover->folio_mpps);

    return folio < ideal ? 100 * (1 - folio / ideal) : 0;
}
