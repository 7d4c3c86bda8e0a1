/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/export/encoder.h — private to this folder: the formats that are a plain sequence of
 * encoded events. */
#ifndef CVMLAB_SIM_TRACE_EXPORT_ENCODER_H
#define CVMLAB_SIM_TRACE_EXPORT_ENCODER_H

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

/* Bytes of one encoded event at most. */
enum { EXPORT_RECORD_BYTES = 4096 };

/* Bytes on their way out. */
struct export_record {
    char bytes[EXPORT_RECORD_BYTES];
    size_t used;
};

struct export_encoder {
    /* Fills an empty record with what precedes the first event. */
    void (*start)(struct export_record *record);
    /* Fills an empty record with the event; leaves it empty if the format has none of this kind.
     * STATUS_BAD_INPUT with diag: the format cannot hold the event. */
    enum status (*encode)(struct export_state *state, const struct trace_event *event,
                          struct export_record *record, struct diagnostic *diag);
};

extern const struct export_encoder EXPORT_ENCODER_CSV, EXPORT_ENCODER_KVMREC;

#endif
