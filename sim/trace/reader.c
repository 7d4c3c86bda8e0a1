/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/reader.c — opens a trace of any kind and reads it through the seam of source.h. Read
 * trace.h and source.h first; the formats are in jsonl/jsonl.c and import/kvmrec.c. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/jsonl/zstd_in.h"
#include "trace/source.h"

enum { RECORD_BYTES = 592, HEAD_BYTES = 8, RECORD_TYPES = 3 };

/* The first bytes of a regular file, and its size. */
struct file_head {
    unsigned char bytes[HEAD_BYTES]; /* 0 behind the end */
    uint64_t size_bytes;
    bool is_regular;
};

static enum status head_read(const char *path, struct file_head *head, struct diagnostic *diag)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* opening a FIFO must not wait */
    enum status st = STATUS_OK;

    memset(head, 0, sizeof *head);
    if (fd < 0)
        return diagnostic_set(diag, STATUS_IO, path, 0, 0, "cannot open: %s", strerror(errno));
    if (fstat(fd, &info) != 0)
        st = diagnostic_set(diag, STATUS_IO, path, 0, 0, "cannot read: %s", strerror(errno));
    else if (S_ISREG(info.st_mode)) {
        head->is_regular = true;
        head->size_bytes = (uint64_t)info.st_size;
        if (pread(fd, head->bytes, sizeof head->bytes, 0) < 0)
            st = diagnostic_set(diag, STATUS_IO, path, 0, 0, "cannot read: %s", strerror(errno));
    }
    (void)close(fd);
    return st;
}

static bool head_is_xz(const struct file_head *head)
{
    static const unsigned char magic[] = {0xfd, '7', 'z', 'X',
                                          'Z',  0x00}; /* .xz file format 1.1, section 2.1.1.1 */

    return memcmp(head->bytes, magic, sizeof magic) == 0;
}

/* A recording has no magic: whole records, and the first of a type that exists. */
static bool head_is_recording(const struct file_head *head)
{
    uint32_t type = (uint32_t)head->bytes[0] | (uint32_t)head->bytes[1] << 8 |
                    (uint32_t)head->bytes[2] << 16 | (uint32_t)head->bytes[3] << 24;

    return head->size_bytes > 0 && head->size_bytes % RECORD_BYTES == 0 && type < RECORD_TYPES;
}

static bool path_ends_in(const char *path, const char *suffix)
{
    size_t path_bytes = strlen(path), suffix_bytes = strlen(suffix);

    return path_bytes >= suffix_bytes && strcmp(path + path_bytes - suffix_bytes, suffix) == 0;
}

/* What is wrong with a file that is of no kind. */
static void unknown_report(const char *path, const struct file_head *head, struct diagnostic *diag)
{
    if (head->size_bytes == 0)
        (void)diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0, "file is empty; expected a trace");
    else if (path_ends_in(path, ".rec") && head->size_bytes % RECORD_BYTES != 0)
        (void)diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                             "size %llu is no multiple of %d: truncated; expected whole records",
                             (unsigned long long)head->size_bytes, RECORD_BYTES);
    else if (path_ends_in(path, ".rec"))
        (void)diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                             "first record is of no known type; expected 0, 1 or 2, little-endian");
    else
        (void)diagnostic_set(
            diag, STATUS_BAD_INPUT, path, 0, 0,
            "not a trace; expected JSON Lines, plain or zstd, or a kvmrec recording, plain or xz");
}

static struct trace_source *source_open(const char *path, struct diagnostic *diag)
{
    struct file_head head;

    if (strcmp(path, "-") == 0)
        return jsonl_open(path, diag);
    if (head_read(path, &head, diag) != STATUS_OK)
        return NULL;
    if (!head.is_regular || head.bytes[0] == '{' || zstd_head_matches(head.bytes))
        return jsonl_open(path, diag); /* which refuses directories */
    if (head_is_xz(&head) || head_is_recording(&head))
        return kvmrec_open(path, diag);
    unknown_report(path, &head, diag);
    return NULL;
}

/* struct trace_reader is the public name of struct trace_source: a cast between the two is a change
 * of name. */
static struct trace_source *source_of(struct trace_reader *reader)
{
    return (struct trace_source *)reader;
}

struct trace_reader *trace_open(const char *path, struct diagnostic *diag)
{
    return (struct trace_reader *)source_open(path, diag);
}

const struct trace_header *trace_header(const struct trace_reader *reader)
{
    const struct trace_source *source = (const struct trace_source *)reader;

    return source->ops->header(source);
}

enum status trace_next(struct trace_reader *reader, const struct trace_event **event,
                       struct diagnostic *diag)
{
    return source_of(reader)->ops->next(source_of(reader), event, diag);
}

void trace_close(struct trace_reader *reader)
{
    if (reader)
        source_of(reader)->ops->close(source_of(reader));
}
