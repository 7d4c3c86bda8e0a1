/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/import.c — see import.h. The formats are kvmrec.c and report.c; here is what
 * they share and what the caller states. */
#include "trace/import/import.h"

#include <string.h>

#include "trace/source.h"
#include "trace/utf8.h"

static const char *const FORMAT_NAMES[IMPORT_FORMATS] = {"kvmrec", "trace-cmd", "perf"};

const char *import_format_name(enum import_format format)
{
    return FORMAT_NAMES[format];
}

bool import_format_by_name(const char *name, enum import_format *format)
{
    for (unsigned i = 0; i < IMPORT_FORMATS; i++)
        if (strcmp(FORMAT_NAMES[i], name) == 0) {
            *format = (enum import_format)i;
            return true;
        }
    return false;
}

/* A text of the command line goes in whole or not at all. */
static enum status text_state(char *to, size_t room, const char *from, const char *what,
                              struct diagnostic *diag)
{
    if (!from)
        return STATUS_OK;
    if (strlen(from) >= room)
        return diagnostic_set(diag, STATUS_BAD_INPUT, what, 0, 0,
                              "text has %zu bytes; expected less than %zu", strlen(from), room);
    if (!utf8_is_valid(from))
        return diagnostic_set(diag, STATUS_BAD_INPUT, what, 0, 0, "text is not UTF-8");
    memcpy(to, from, strlen(from) + 1);
    return STATUS_OK;
}

static void regions_state(struct trace_header *header, const struct import_request *request)
{
    if (request->region_count == 0)
        return;
    memset(header->region, 0, sizeof header->region);
    for (uint32_t i = 0; i < request->region_count; i++) {
        uint32_t place = i;

        for (; place > 0 && header->region[place - 1].base.v > request->region[i].base.v; place--)
            header->region[place] = header->region[place - 1];
        header->region[place] = request->region[i];
    }
    header->region_count = request->region_count;
    header->region_inferred = false;
}

static enum status header_state(struct trace_header *header, const struct import_request *request,
                                struct diagnostic *diag)
{
    enum status st =
        text_state(header->producer, sizeof header->producer, request->producer, "producer", diag);

    if (st == STATUS_OK)
        st = text_state(header->guest_name, sizeof header->guest_name, request->guest, "--guest",
                        diag);
    if (st == STATUS_OK)
        st = text_state(header->provenance, sizeof header->provenance, request->provenance,
                        "--provenance", diag);
    if (st == STATUS_OK)
        regions_state(header, request);
    return st;
}

struct trace_reader *import_open(const char *path, const struct import_request *request,
                                 struct trace_header *header, struct diagnostic *diag)
{
    struct trace_source *source = request->format == IMPORT_KVMREC
                                      ? kvmrec_open(path, diag)
                                      : report_open(path, FORMAT_NAMES[request->format], diag);

    if (!source)
        return NULL;
    *header = *source->ops->header(source);
    if (header_state(header, request, diag) == STATUS_OK)
        return (struct trace_reader *)source;
    source->ops->close(source);
    return NULL;
}
