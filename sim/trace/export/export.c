/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/export/export.c — see export.h. JSON Lines go through the trace writer; the others are
 * encoders over a file. */
#include "trace/export/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/file_out.h"
#include "trace/export/encoder.h"

struct trace_export {
    struct trace_writer *writer; /* JSON Lines; NULL: file and encoder */
    struct file_out *file;
    const struct export_encoder *encoder;
    struct export_state state;
    struct export_record record;
};

static const char *const FORMAT_NAMES[EXPORT_FORMATS] = {"jsonl", "csv", "kvmrec"};

bool export_format_by_name(const char *name, enum export_format *format)
{
    for (unsigned i = 0; i < EXPORT_FORMATS; i++)
        if (strcmp(FORMAT_NAMES[i], name) == 0) {
            *format = (enum export_format)i;
            return true;
        }
    return false;
}

/* Puts out what the encoder left in the record. */
static enum status record_put(struct trace_export *export, struct diagnostic *diag)
{
    return file_out_write(export->file, export->record.bytes, export->record.used, diag);
}

static enum status encoder_start(struct trace_export *export, const struct trace_header *header,
                                 struct diagnostic *diag)
{
    export->state.name = file_out_name(export->file);
    export->state.restores_saved_csrs = strcmp(header->source_format, "kvmrec") == 0;
    export->record.used = 0;
    export->encoder->start(&export->record);
    return record_put(export, diag);
}

/* Opens what lies below; on failure nothing is open. */
static enum status export_start(struct trace_export *export, const char *path,
                                enum export_format format, const struct trace_header *header,
                                struct diagnostic *diag)
{
    enum status st;

    if (format == EXPORT_JSONL) {
        export->writer = trace_create(path, header, diag);
        return export->writer ? STATUS_OK : STATUS_IO;
    }
    export->encoder = format == EXPORT_CSV ? &EXPORT_ENCODER_CSV : &EXPORT_ENCODER_KVMREC;
    export->file = file_out_create(path, diag);
    if (!export->file)
        return STATUS_IO;
    st = encoder_start(export, header, diag);
    if (st != STATUS_OK)
        file_out_abandon(export->file);
    return st;
}

struct trace_export *export_create(const char *path, enum export_format format,
                                   const struct trace_header *header, struct diagnostic *diag)
{
    struct trace_export *export = calloc(1, sizeof *export);

    if (!export) {
        (void)diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
        return NULL;
    }
    if (export_start(export, path, format, header, diag) == STATUS_OK)
        return export;
    free(export);
    return NULL;
}

enum status export_write(struct trace_export *export, const struct trace_event *event,
                         struct diagnostic *diag)
{
    enum status st;

    if (export->writer)
        return trace_write(export->writer, event, diag);
    export->record.used = 0;
    st = export->encoder->encode(&export->state, event, &export->record, diag);
    return st == STATUS_OK ? record_put(export, diag) : st;
}

enum status export_commit(struct trace_export *export, struct diagnostic *diag)
{
    enum status st =
        export->writer ? trace_commit(export->writer, diag) : file_out_commit(export->file, diag);

    free(export);
    return st;
}

void export_abandon(struct trace_export *export)
{
    if (export->writer)
        trace_abandon(export->writer);
    else
        file_out_abandon(export->file);
    free(export);
}
