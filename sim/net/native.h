/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/native.h — a path as fast as this computer runs it: measured, never modelled. The guest's
 * part (receive, application, transmit) is timed apart from the emulation of the device.
 * A sample is the median over many short stretches, so that one during which the system did
 * something else does not count. To compare paths, take a sample of each in turn, and then again.
 */
#ifndef CVMLAB_SIM_NET_NATIVE_H
#define CVMLAB_SIM_NET_NATIVE_H

#include "net/experiment.h"

/* Rooms of a cold pool, used in turn: more than a core has of the last-level cache, and what a
 * packet leaves behind in it is gone before it is used again. */
enum { NATIVE_COLD_POOL_BYTES = 64 * 1024 * 1024 };

/* ns per packet that the guest received. */
struct native_sample {
    double guest_ns, device_ns;
};

struct native;

/* Opens the path of an experiment (its cost, work and rate are not asked for) and runs until every
 * room was used. STATUS_BAD_INPUT as experiment_run; STATUS_IO: no memory; STATUS_BAD_STATE: no
 * packet reaches the guest. *out is NULL then. */
enum status native_open(struct native **out, const struct experiment *experiment,
                        struct diagnostic *diag);

/* One sample. Allocates nothing. STATUS_BAD_STATE: not every packet came, or was answered. */
enum status native_run(struct native *native, struct native_sample *sample,
                       struct diagnostic *diag);

/* Bytes of the frames, as sent. */
uint32_t native_frame_bytes(const struct native *native);

/* Closes; NULL is allowed. */
void native_close(struct native *native);

#endif
