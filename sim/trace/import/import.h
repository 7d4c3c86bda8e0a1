/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/import.h — recordings of other tools as traces. What a recording does not say,
 * the header infers (infer.h) or the caller states (struct import_request). */
#ifndef CVMLAB_SIM_TRACE_IMPORT_IMPORT_H
#define CVMLAB_SIM_TRACE_IMPORT_IMPORT_H

#include "trace/trace.h"

enum import_format {
    IMPORT_KVMREC,    /* binary records, plain or xz */
    IMPORT_TRACE_CMD, /* text of `trace-cmd report`, or of ftrace's own trace file, plain or xz; a
                         trace.dat, plain, in a build with libtracecmd */
    IMPORT_PERF,      /* text of `perf script`, plain or xz */
    IMPORT_FORMATS
};

/* What the caller states; it wins over what is inferred. */
struct import_request {
    enum import_format format;
    const char *producer;             /* tool and version; not NULL */
    const char *guest;                /* NULL: from the file's name */
    const char *provenance;           /* NULL: none */
    struct region region[REGION_MAX]; /* in any order; disjoint */
    uint32_t region_count;            /* 0: inferred; else this is the whole map */
};

/* The format's name on the command line ("kvmrec"). */
const char *import_format_name(enum import_format format);

/* The format of this name. False if there is none. */
bool import_format_by_name(const char *name, enum import_format *format);

/* Reads "KIND:BASE+SIZE" (kind ram, shared, rom or mmio; numbers decimal or 0x-hexadecimal) into
 * the request. On false *fault is what was expected, static text, and the request is as before: bad
 * kind, bad number, not aligned to pages, empty, beyond the address space, overlapping another,
 * more than REGION_MAX. */
bool import_add_region(struct import_request *request, const char *text, const char **fault);

/* Opens a recording; *header is what the trace's header shall be. NULL and diag if the recording is
 * bad or the request is (a text that is too long or no UTF-8). Read it with trace_next, close it
 * with trace_close. */
struct trace_reader *import_open(const char *path, const struct import_request *request,
                                 struct trace_header *header, struct diagnostic *diag);

/* Version of libtracecmd that this build reads a trace.dat with, or "none: no trace.dat". */
const char *import_dat_library(void);

/* For the formats: a zeroed header with version, producer, names from path, format and
 * completeness. */
void import_start_header(struct trace_header *header, const char *path, const char *format,
                         enum trace_completeness completeness);

#endif
