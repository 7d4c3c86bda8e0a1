/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/apply.h — private: what the lines so far amount to. Turns a decoded line into a
 * complete event. */
#ifndef CVMLAB_SIM_TRACE_JSONL_APPLY_H
#define CVMLAB_SIM_TRACE_JSONL_APPLY_H

#include "trace/jsonl/header.h"
#include "trace/jsonl/line.h"

/* The last event of one vCPU: what the next line's deltas are against. */
struct jsonl_vcpu {
    struct trace_event event;
    uint64_t t;         /* of its last event of any type */
    uint32_t since_key; /* events since its last key event, that one included; 0: none yet */
};

struct jsonl_state {
    uint64_t next_n;
    uint32_t keyframe_every;
    uint32_t vcpu_count;                     /* ids at and above are errors */
    struct jsonl_vcpu *vcpu[TRACE_VCPU_MAX]; /* NULL: no event yet */
    struct trace_event note;
    char note_text[TRACE_LINE_BYTES];
};

/* Before the first line: nothing is known of any vCPU. header and layout are not kept. */
void jsonl_state_init(struct jsonl_state *state, const struct trace_header *header,
                      const struct header_layout *layout);

/* The event that line describes, valid until the next call; NULL after scan's diagnostic, and state
 * is then of no use. */
const struct trace_event *jsonl_apply(struct jsonl_state *state, struct scan *scan,
                                      const struct jsonl_line *line);

/* Frees what is known of each vCPU; state itself is the caller's. */
void jsonl_state_free(struct jsonl_state *state);

#endif
