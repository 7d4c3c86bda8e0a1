/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/members.h — private: the members of an object whose keys are known. */
#ifndef CVMLAB_SIM_TRACE_JSONL_MEMBERS_H
#define CVMLAB_SIM_TRACE_JSONL_MEMBERS_H

#include "trace/jsonl/fields.h"
#include "trace/jsonl/scan.h"

/* A walk through one object. names is a table of fields.h. */
struct members {
    const struct jsonl_name *names;
    unsigned count;
    unsigned
        next; /* the table is searched from here: the writer sorts, so the first try mostly hits */
    uint32_t seen;    /* bit: index into names */
    bool takes_extra; /* x-... keys that are not in the table are no error */
};

/* The next member: index into names; count for an extra key. A key that is unknown or there twice
 * is an error. */
enum scan_step members_next(struct members *members, struct scan *scan, unsigned *index);

/* Index of the name with these bytes; count if there is none. */
unsigned name_find(const struct jsonl_name *names, unsigned count, unsigned from,
                   const struct scan_text *text);

#endif
