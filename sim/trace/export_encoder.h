/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/export_encoder.h — private to export*.c: the formats that are a plain sequence of
 * encoded events. */
#ifndef CVMLAB_SIM_TRACE_EXPORT_ENCODER_H
#define CVMLAB_SIM_TRACE_EXPORT_ENCODER_H

#include <stdio.h>

#include "trace/trace.h"

/* What an encoder remembers from one event to the next. */
struct export_state {
    const char *name;         /* of the file, for messages */
    bool restores_saved_csrs; /* kvmrec: the trace came from a recording whose exits had older vs*
                                 CSRs */
    struct {
        bool seen;
        uint64_t csr[TCSR_COUNT]; /* of the vCPU's last record */
    } vcpu[VCPU_MAX];
};

struct export_encoder {
    /* What precedes the first event; errors are found at commit (ferror). */
    void (*start)(FILE *to);
    enum status (*write)(struct export_state *state, const struct trace_event *event, FILE *to,
                         struct diagnostic *diag);
};

extern const struct export_encoder EXPORT_ENCODER_CSV, EXPORT_ENCODER_KVMREC;

#endif
