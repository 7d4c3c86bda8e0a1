/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/calibrate.h — what things cost on this computer, as a cost file: the clock, copies of
 * every size warm and cold, AES-GCM of every size, a descriptor read, a polling driver. What one
 * program without a real NIC and without SEV-SNP cannot measure is taken from CALIBRATE_BASE, with
 * its own source. A measurement differs from run to run, so it is made once, written to a file, and
 * the file is a machine like any other (cost.h). */
#ifndef CVMLAB_SIM_NET_CALIBRATE_H
#define CVMLAB_SIM_NET_CALIBRATE_H

#include "net/cost.h"

/* The machine that the rest comes from. */
#define CALIBRATE_BASE "generic-100g"

/* Samples per point, odd, so that the median is one of them. */
enum { CALIBRATE_SAMPLES = 31 };

/* Measures for about a second and fills *cost, named "calibrated". What was measured has the basis
 * COST_MEASURED, with the median as value and the smallest and largest sample as low and high.
 * STATUS_IO with diag: no memory, no AES-GCM, a clock that does not move. *cost is set on success
 * only. */
enum status calibrate(struct cost *cost, struct diagnostic *diag);

#endif
