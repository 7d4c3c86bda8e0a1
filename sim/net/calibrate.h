/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/calibrate.h — what things cost on this computer: copies of every size, warm and cold,
 * AES-GCM, a descriptor. The rest is taken from the machine generic-100g, with its source. */
#ifndef CVMLAB_SIM_NET_CALIBRATE_H
#define CVMLAB_SIM_NET_CALIBRATE_H

#include "net/cost.h"

/* How long to take: samples per point (odd, so that the median is one of them). */
enum { CALIBRATE_QUICK = 5, CALIBRATE_THOROUGH = 31 };

/* Measures and fills *cost, named "here". STATUS_IO with diag: no memory, or no AES-GCM. */
enum status calibrate(struct cost *cost, uint32_t samples, struct diagnostic *diag);

#endif
