/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/file_out.c — see file_out.h. Tested by tests/unit/test_trace_writer.c. */
#define _GNU_SOURCE /* asprintf, mkostemp */
#include "base/file_out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 * 1024 };

struct file_out {
    char *path;
    char *temporary; /* NULL: written to directly */
    int fd;
    size_t used;
    char buffer[BUFFER_BYTES];
};

const char *file_out_name(const struct file_out *file)
{
    return file->path;
}

static enum status file_fail(const struct file_out *file, const char *what, struct diagnostic *diag)
{
    return diagnostic_set(diag, STATUS_IO, file->path, 0, 0, "cannot %s: %s", what,
                          strerror(errno));
}

static void file_free(struct file_out *file)
{
    free(file->temporary);
    free(file->path);
    free(file);
}

/* The file gets the permissions that open() would have given it. */
static int temporary_create(struct file_out *file)
{
    mode_t mask = umask(0);
    int fd;

    (void)umask(mask);
    if (asprintf(&file->temporary, "%s.XXXXXX", file->path) < 0) {
        file->temporary = NULL;
        return -1;
    }
    fd = mkostemp(file->temporary, O_CLOEXEC);
    if (fd >= 0)
        (void)fchmod(fd, 0666 & ~mask);
    return fd;
}

static int target_open(struct file_out *file)
{
    struct stat info;

    if (strcmp(file->path, "-") == 0)
        return STDOUT_FILENO;
    if (stat(file->path, &info) == 0 && !S_ISREG(info.st_mode))
        return open(file->path, O_WRONLY | O_CLOEXEC); /* a directory: EISDIR */
    return temporary_create(file);
}

struct file_out *file_out_create(const char *path, struct diagnostic *diag)
{
    struct file_out *file = calloc(1, sizeof *file);

    if (file)
        file->path = strdup(path);
    if (!file || !file->path) {
        (void)diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
        free(file);
        return NULL;
    }
    file->fd = target_open(file);
    if (file->fd < 0) {
        (void)file_fail(file, "create", diag);
        file_free(file);
        return NULL;
    }
    return file;
}

static enum status buffer_flush(struct file_out *file, struct diagnostic *diag)
{
    size_t done = 0;

    while (done < file->used) {
        ssize_t size = write(file->fd, file->buffer + done, file->used - done);

        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return file_fail(file, "write", diag);
        done += (size_t)size;
    }
    file->used = 0;
    return STATUS_OK;
}

enum status file_out_write(struct file_out *file, const void *bytes, size_t size_bytes,
                           struct diagnostic *diag)
{
    const char *from = bytes;

    while (size_bytes > 0) {
        size_t room = sizeof file->buffer - file->used;
        size_t part = size_bytes < room ? size_bytes : room;
        enum status st;

        memcpy(file->buffer + file->used, from, part);
        file->used += part;
        from += part;
        size_bytes -= part;
        if (file->used < sizeof file->buffer)
            break;
        st = buffer_flush(file, diag);
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}

static int file_close(struct file_out *file)
{
    int fd = file->fd;

    file->fd = -1;
    return fd < 0 || fd == STDOUT_FILENO ? 0 : close(fd);
}

enum status file_out_commit(struct file_out *file, struct diagnostic *diag)
{
    enum status st = buffer_flush(file, diag);

    if (st == STATUS_OK && file_close(file) != 0)
        st = file_fail(file, "write", diag);
    if (st == STATUS_OK && file->temporary && rename(file->temporary, file->path) != 0)
        st = file_fail(file, "rename", diag);
    if (st != STATUS_OK) {
        file_out_abandon(file);
        return st;
    }
    file_free(file);
    return STATUS_OK;
}

void file_out_abandon(struct file_out *file)
{
    (void)file_close(file);
    if (file->temporary)
        (void)unlink(file->temporary);
    file_free(file);
}
