/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/export.c — see export.h. JSON Lines go through the trace writer; the others are
 * encoders over a file. */
#include "trace/export.h"

#include <stdlib.h>
#include <string.h>

#include "trace/export_encoder.h"
#include "trace/export_file.h"

struct trace_export {
    struct trace_writer *writer; /* JSON Lines; NULL: file and encoder */
    struct export_file file;
    const struct export_encoder *encoder;
    struct export_state state;
    char *name;
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

static enum status export_start(struct trace_export *export, const char *path,
                                enum export_format format, const struct trace_header *header,
                                struct diagnostic *diag)
{
    enum status st;

    if (format == EXPORT_JSONL) {
        export->writer = trace_create(path, header, diag);
        return export->writer ? STATUS_OK : STATUS_IO;
    }
    st = export_file_create(&export->file, path, diag);
    if (st != STATUS_OK)
        return st;
    export->encoder = format == EXPORT_CSV ? &EXPORT_ENCODER_CSV : &EXPORT_ENCODER_KVMREC;
    export->state.name = export->name;
    export->state.restores_saved_csrs = strcmp(header->source_format, "kvmrec") == 0;
    export->encoder->start(export->file.to);
    return STATUS_OK;
}

static void export_free(struct trace_export *export)
{
    free(export->name);
    free(export);
}

struct trace_export *export_create(const char *path, enum export_format format,
                                   const struct trace_header *header, struct diagnostic *diag)
{
    struct trace_export *export = calloc(1, sizeof *export);

    if (export)
        export->name = strdup(path);
    if (!export || !export->name) {
        (void)diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
        free(export);
        return NULL;
    }
    if (export_start(export, path, format, header, diag) == STATUS_OK)
        return export;
    export_free(export);
    return NULL;
}

enum status export_write(struct trace_export *export, const struct trace_event *event,
                         struct diagnostic *diag)
{
    if (export->writer)
        return trace_write(export->writer, event, diag);
    return export->encoder->write(&export->state, event, export->file.to, diag);
}

enum status export_commit(struct trace_export *export, struct diagnostic *diag)
{
    enum status st;

    if (export->writer)
        st = trace_commit(export->writer, diag);
    else
        st = export_file_commit(&export->file, diag);
    export_free(export);
    return st;
}

void export_abandon(struct trace_export *export)
{
    if (export->writer)
        trace_abandon(export->writer);
    else
        export_file_abandon(&export->file);
    export_free(export);
}
