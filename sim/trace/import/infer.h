/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/infer.h — what a recording's header must say and no record says: the
 * guest-physical map, the number of vCPUs, the interrupts the guest takes. Derived from what the
 * hypervisor did with each exit; the rules are in infer.c and docs/TRACE.md. */
#ifndef CVMLAB_SIM_TRACE_IMPORT_INFER_H
#define CVMLAB_SIM_TRACE_IMPORT_INFER_H

#include "trace/trace.h"

struct infer;

/* NULL if out of memory. */
struct infer *infer_create(void);

/* Takes one event into account; events come in time order, from the first to the last. STATUS_FULL
 * with diag: more different guest pages than a guest of 64 GiB has, or out of memory. path names
 * the recording in the message. */
enum status infer_event(struct infer *infer, const struct trace_event *event, const char *path,
                        struct diagnostic *diag);

/* Fills vcpus, region, region_count, region_inferred and hvip_allow of the header. STATUS_FULL with
 * diag: the map does not fit REGION_MAX ranges however it is merged; the header is then unusable.
 */
enum status infer_finish(struct infer *infer, struct trace_header *header, const char *path,
                         struct diagnostic *diag);

/* NULL is allowed. */
void infer_free(struct infer *infer);

/* Sets insn of an exit by an illegal or virtual instruction to what stval holds, if the hart put it
 * there (the ISA lets it write 0 instead: machine.adoc, mtval). Other events are left alone. */
void infer_insn(struct trace_event *exit);

#endif
