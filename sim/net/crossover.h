/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/crossover.h — where one more copy stops being small. A core that needs w ns per packet
 * without Folio and w + c with it keeps up with every rate below 1 / (w + c): there nothing is
 * lost. Above, it loses, and at most c / (w + c): all that the ideal core still carries. From which
 * rate on the loss exceeds a threshold follows from these two numbers; so does how much work per
 * packet hides the copy. Pure arithmetic, whatever w and c come from. */
#ifndef CVMLAB_SIM_NET_CROSSOVER_H
#define CVMLAB_SIM_NET_CROSSOVER_H

#include <stdint.h>

/* The paper's threshold: "less than 6 %". */
#define CROSSOVER_THRESHOLD_PERCENT 6.0

struct crossover {
    double ideal_ns, folio_ns; /* of one core per packet: w, and w + c */
    double loss_percent;       /* of throughput when the core is the limit: 100 c / (w + c) */
    double ideal_mpps, folio_mpps;
    double rate_mpps;      /* from which offered rate on the loss exceeds the threshold; INFINITY:
                              from none, because it never does */
    double work_needed_ns; /* w at which the loss is the threshold: c (100 / threshold - 1) */
};

/* ideal_ns > 0, folio_ns > 0, 0 < threshold_percent < 100. A Folio that is not slower loses
 * nothing. */
struct crossover crossover_of(double ideal_ns, double folio_ns, double threshold_percent);

/* What is lost of an offered rate, in percent: of what the ideal core carries. */
double crossover_loss(const struct crossover *crossover, double offered_mpps);

#endif
