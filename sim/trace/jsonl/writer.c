/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/writer.c — writes exit traces (trace.h): JSON Lines, plain or in seekable zstd
 * frames. Key events come in groups: every TRACE_KEYFRAME_EVERY events a group begins, and the
 * first event of each vCPU in a group is a key event. A frame begins only where a group begins, so
 * every frame can be read without those before it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trace/jsonl/header.h"
#include "trace/jsonl/jsonl.h"
#include "trace/jsonl/zstd_out.h"

enum { FRAME_BYTES = 1024 * 1024 };

/* What the reader will know of a vCPU. */
struct written_vcpu {
    struct trace_event event; /* the last one that was no note */
    uint64_t t;
    uint64_t group; /* of its last key event; 0: none yet */
};

struct trace_writer {
    struct file_out *file;
    struct zstd_out *zstd; /* NULL: plain */
    uint64_t count;        /* events written */
    uint64_t in_group;     /* events since the group began */
    uint64_t group;        /* 1 is the first */
    uint32_t vcpu_count;
    enum status failed;
    struct written_vcpu *vcpu[TRACE_VCPU_MAX]; /* NULL: no event yet */
    char line[TRACE_LINE_BYTES];
};

static enum status bytes_put(struct trace_writer *writer, const char *bytes, size_t size_bytes,
                             struct diagnostic *diag)
{
    return writer->zstd ? zstd_out_write(writer->zstd, bytes, size_bytes, diag)
                        : file_out_write(writer->file, bytes, size_bytes, diag);
}

/* The header's own frame is the first group's. */
static enum status header_put(struct trace_writer *writer, const struct trace_header *header,
                              struct diagnostic *diag)
{
    char *line = header_encode(header);
    enum status st;

    if (!line)
        return diagnostic_set(diag, STATUS_IO, file_out_name(writer->file), 0, 0, "out of memory");
    if (strlen(line) >= TRACE_LINE_BYTES)
        st = diagnostic_set(diag, STATUS_BAD_INPUT, file_out_name(writer->file), 0, 0,
                            "header line too long; expected at most %d bytes", TRACE_LINE_BYTES);
    else
        st = bytes_put(writer, line, strlen(line), diag);
    free(line);
    return st == STATUS_OK ? bytes_put(writer, "\n", 1, diag) : st;
}

static struct trace_writer *writer_open(const char *path, struct diagnostic *diag)
{
    struct trace_writer *writer = calloc(1, sizeof *writer);

    if (!writer) {
        (void)diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
        return NULL;
    }
    writer->group = 1;
    writer->file = file_out_create(path, diag);
    if (!writer->file) {
        free(writer);
        return NULL;
    }
    if (!zstd_out_is_wanted(path))
        return writer;
    writer->zstd = zstd_out_open(writer->file);
    if (!writer->zstd) {
        (void)diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
        trace_abandon(writer);
        return NULL;
    }
    return writer;
}

struct trace_writer *trace_create(const char *path, const struct trace_header *header,
                                  struct diagnostic *diag)
{
    const char *fault = trace_header_fault(header);
    struct trace_writer *writer;

    if (fault) {
        (void)diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0, "cannot write this header: %s",
                             fault);
        return NULL;
    }
    writer = writer_open(path, diag);
    if (!writer)
        return NULL;
    writer->vcpu_count = header->vcpus ? header->vcpus : TRACE_VCPU_MAX;
    if (header_put(writer, header, diag) != STATUS_OK) {
        trace_abandon(writer);
        return NULL;
    }
    return writer;
}

/* The vCPU's record, made at its first event; NULL if out of memory. */
static struct written_vcpu *vcpu_find(struct trace_writer *writer, uint32_t cpu)
{
    if (!writer->vcpu[cpu])
        writer->vcpu[cpu] = calloc(1, sizeof *writer->vcpu[cpu]);
    return writer->vcpu[cpu];
}

/* Refuses an event that would make a trace that no reader takes; else finds its vCPU. */
static enum status event_check(struct trace_writer *writer, const struct trace_event *event,
                               struct written_vcpu **vcpu, struct diagnostic *diag)
{
    const char *fault = trace_event_fault(event);

    if (!fault && event->cpu >= writer->vcpu_count)
        fault = "cpu is not below the header's vcpus";
    if (!fault && event->n != writer->count)
        fault = "n does not follow the event before";
    if (!fault) {
        *vcpu = vcpu_find(writer, event->cpu);
        if (!*vcpu)
            return diagnostic_set(diag, STATUS_IO, file_out_name(writer->file), 0, 0,
                                  "out of memory");
        if (event->t < (*vcpu)->t)
            fault = "t goes back on its cpu";
    }
    if (!fault)
        return STATUS_OK;
    return diagnostic_set(diag, STATUS_BAD_INPUT, file_out_name(writer->file), 0, 0,
                          "cannot write event %" PRIu64 ": %s", event->n, fault);
}

static enum status group_begin(struct trace_writer *writer, struct diagnostic *diag)
{
    if (writer->in_group < TRACE_KEYFRAME_EVERY)
        return STATUS_OK;
    writer->in_group = 0;
    writer->group++;
    if (writer->zstd && zstd_out_frame_bytes(writer->zstd) >= FRAME_BYTES)
        return zstd_out_frame_end(writer->zstd, diag);
    return STATUS_OK;
}

/* The event that the reader will apply a delta to; NULL for a key event. */
static const struct trace_event *base_of(const struct trace_writer *writer,
                                         const struct written_vcpu *vcpu,
                                         const struct trace_event *event)
{
    bool was_known = (vcpu->event.known & TRACE_KNOWS_GPR) != 0;

    if (vcpu->group != writer->group || ((event->known & TRACE_KNOWS_GPR) && !was_known))
        return NULL;
    return &vcpu->event;
}

static enum status event_put(struct trace_writer *writer, const struct trace_event *event,
                             struct diagnostic *diag)
{
    struct written_vcpu *vcpu = NULL;
    enum status st = event_check(writer, event, &vcpu, diag);
    size_t size;

    if (st == STATUS_OK)
        st = group_begin(writer, diag);
    if (st != STATUS_OK)
        return st;
    size = jsonl_encode(event, base_of(writer, vcpu, event), writer->line);
    if (size == 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, file_out_name(writer->file), 0, 0,
                              "cannot write event %" PRIu64
                              ": its text does not fit into a line of %d bytes",
                              event->n, TRACE_LINE_BYTES);
    st = bytes_put(writer, writer->line, size, diag);
    if (st != STATUS_OK)
        return st;
    vcpu->t = event->t;
    if (event->type != TRACE_NOTE) {
        vcpu->event = *event;
        vcpu->group = writer->group;
    }
    writer->count++;
    writer->in_group++;
    return STATUS_OK;
}

enum status trace_write(struct trace_writer *writer, const struct trace_event *event,
                        struct diagnostic *diag)
{
    if (writer->failed != STATUS_OK)
        return diagnostic_set(diag, STATUS_BAD_STATE, file_out_name(writer->file), 0, 0,
                              "an earlier write failed");
    writer->failed = event_put(writer, event, diag);
    return writer->failed;
}

/* All but the file. */
static void writer_free(struct trace_writer *writer)
{
    for (uint32_t i = 0; i < TRACE_VCPU_MAX; i++)
        free(writer->vcpu[i]);
    zstd_out_free(writer->zstd);
    free(writer);
}

enum status trace_commit(struct trace_writer *writer, struct diagnostic *diag)
{
    struct file_out *file = writer->file;
    enum status st = STATUS_OK;

    if (writer->failed != STATUS_OK)
        st = diagnostic_set(diag, STATUS_BAD_STATE, file_out_name(file), 0, 0,
                            "an earlier write failed");
    else if (writer->zstd)
        st = zstd_out_finish(writer->zstd, diag);
    writer_free(writer);
    if (st == STATUS_OK)
        return file_out_commit(file, diag);
    file_out_abandon(file);
    return st;
}

void trace_abandon(struct trace_writer *writer)
{
    struct file_out *file = writer->file;

    writer_free(writer);
    file_out_abandon(file);
}
