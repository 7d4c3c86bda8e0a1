/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/kvmrec_window.h — the records of a recording in the order of their times, with a
 * bounded look ahead. The recorder writes each thread's records in order; neighbours of different
 * vCPUs may be swapped by a few hundred places. */
#ifndef CVMLAB_SIM_TRACE_IMPORT_KVMREC_WINDOW_H
#define CVMLAB_SIM_TRACE_IMPORT_KVMREC_WINDOW_H

#include "trace/import/kvmrec_record.h"
#include "trace/import/xz_input.h"

/* Records held at once: how far one may be displaced, and how far the look ahead reaches. A power
 * of two. */
enum { KVMREC_WINDOW_RECORDS = 8192 };

struct kvmrec_window;

/* A window at the start of in, which it borrows. NULL if out of memory. */
struct kvmrec_window *window_create(struct xz_input *in);

/* The next record by time (equal times: in file order), valid until the next call. STATUS_END at
 * the end; STATUS_BAD_INPUT: size no multiple of 592, an unsound record, one displaced by more than
 * the window; STATUS_IO. */
enum status window_advance(struct kvmrec_window *window, const struct kvmrec_record **record,
                           struct diagnostic *diag);

/* The next record of the same vCPU after the one at *ahead (0: the record that window_advance
 * returned); *ahead becomes its position. NULL if the window has none. */
const struct kvmrec_record *window_following(const struct kvmrec_window *window, uint32_t vcpu_id,
                                             unsigned *ahead);

/* Bytes of the recording read so far. */
uint64_t window_bytes(const struct kvmrec_window *window);

/* Forgets everything, for a second pass over a rewound input. */
void window_restart(struct kvmrec_window *window);

/* The input stays the caller's. NULL is allowed. */
void window_free(struct kvmrec_window *window);

#endif
