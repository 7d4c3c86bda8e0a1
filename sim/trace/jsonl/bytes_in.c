/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/bytes_in.c — see bytes_in.h: bytes from a file descriptor or from memory. */
#include "trace/jsonl/bytes_in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_in {
    struct bytes_in in;
    const char *name;
    int fd;
};

static enum status file_read(struct bytes_in *in, void *to, size_t room, size_t *got,
                             struct diagnostic *diag)
{
    struct file_in *file = (struct file_in *)in; /* handle to adapter */
    ssize_t size;

    do
        size = read(file->fd, to, room);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        return diagnostic_set(diag, STATUS_IO, file->name, 0, 0, "cannot read: %s",
                              strerror(errno));
    *got = (size_t)size;
    return STATUS_OK;
}

static void file_close(struct bytes_in *in)
{
    struct file_in *file = (struct file_in *)in; /* handle to adapter */

    if (file->fd != STDIN_FILENO)
        (void)close(file->fd);
    free(file);
}

static const struct bytes_in_ops file_ops = {file_read, file_close};

/* -1 and diag on failure. */
static int file_open(const char *name, struct diagnostic *diag)
{
    struct stat info;
    int fd = strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        (void)diagnostic_set(diag, STATUS_IO, name, 0, 0, "cannot open: %s", strerror(errno));
        return -1;
    }
    if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        (void)diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0, "is a directory; expected a file");
        if (fd != STDIN_FILENO)
            (void)close(fd);
        return -1;
    }
    return fd;
}

struct bytes_in *bytes_in_file(const char *name, struct diagnostic *diag)
{
    struct file_in *file;
    int fd = file_open(name, diag);

    if (fd < 0)
        return NULL;
    file = calloc(1, sizeof *file);
    if (!file) {
        (void)diagnostic_set(diag, STATUS_IO, name, 0, 0, "out of memory");
        if (fd != STDIN_FILENO)
            (void)close(fd);
        return NULL;
    }
    file->in.ops = &file_ops;
    file->name = name;
    file->fd = fd;
    return &file->in;
}

struct memory_in {
    struct bytes_in in;
    const char *at;
    size_t left;
};

static enum status memory_read(struct bytes_in *in, void *to, size_t room, size_t *got,
                               struct diagnostic *diag)
{
    struct memory_in *memory = (struct memory_in *)in; /* handle to adapter */
    size_t size = room < memory->left ? room : memory->left;

    (void)diag;
    if (size > 0)
        memcpy(to, memory->at, size);
    memory->at += size;
    memory->left -= size;
    *got = size;
    return STATUS_OK;
}

static void memory_close(struct bytes_in *in)
{
    free(in);
}

static const struct bytes_in_ops memory_ops = {memory_read, memory_close};

struct bytes_in *bytes_in_memory(const void *bytes, size_t size_bytes, const char *name,
                                 struct diagnostic *diag)
{
    struct memory_in *memory = calloc(1, sizeof *memory);

    if (!memory) {
        (void)diagnostic_set(diag, STATUS_IO, name, 0, 0, "out of memory");
        return NULL;
    }
    memory->in.ops = &memory_ops;
    memory->at = bytes;
    memory->left = size_bytes;
    return &memory->in;
}

enum status bytes_in_fill(struct bytes_in *in, void *to, size_t room, size_t *got,
                          struct diagnostic *diag)
{
    size_t more;

    *got = 0;
    do {
        enum status st = in->ops->read(in, (char *)to + *got, room - *got, &more, diag);

        if (st != STATUS_OK)
            return st;
        *got += more;
    } while (more > 0 && *got < room);
    return STATUS_OK;
}
