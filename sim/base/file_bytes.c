/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/file_bytes.c — see file_bytes.h. */
#include "base/file_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STREAM_BYTES_LEAST = 1 << 16 };

void file_bytes_free(struct file_bytes *file)
{
    free(file->bytes);
    *file = (struct file_bytes){0};
}

/* Until the end, or until there is no more room: a file that grows is read as far as it was. */
static bool bytes_fill(int fd, struct file_bytes *file, size_t room)
{
    while (file->size < room) {
        ssize_t got = read(fd, file->bytes + file->size, room - file->size);

        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            return false;
        file->size += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static enum status descriptor_read(int fd, struct file_bytes *file, const char *path, size_t limit,
                                   const char *what, struct diagnostic *diag)
{
    struct stat info;

    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0, "not a regular file; expected %s",
                              what);
    if ((uint64_t)info.st_size > limit)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "%llu bytes are too many; expected %s of at most %zu",
                              (unsigned long long)info.st_size, what, limit);
    file->bytes = malloc((size_t)info.st_size + 1);
    if (!file->bytes)
        return diagnostic_set(diag, STATUS_IO, path, 0, 0, "not enough memory");
    if (!bytes_fill(fd, file, (size_t)info.st_size)) {
        file_bytes_free(file);
        return diagnostic_set(diag, STATUS_IO, path, 0, 0, "cannot be read: %s", strerror(errno));
    }
    return STATUS_OK;
}

enum status file_bytes_read(struct file_bytes *file, const char *path, size_t limit,
                            const char *what, struct diagnostic *diag)
{
    /* Not to wait for the writer of a pipe. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    enum status status;

    *file = (struct file_bytes){0};
    if (fd < 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "cannot be opened: %s; expected %s", strerror(errno), what);
    status = descriptor_read(fd, file, path, limit, what, diag);
    (void)close(fd);
    return status;
}

enum status file_bytes_read_stream(struct file_bytes *file, int fd, const char *name,
                                   struct diagnostic *diag)
{
    size_t room = STREAM_BYTES_LEAST;

    *file = (struct file_bytes){0};
    for (;;) {
        uint8_t *larger = realloc(file->bytes, room);

        if (larger)
            file->bytes = larger;
        if (!larger || !bytes_fill(fd, file, room)) {
            file_bytes_free(file);
            return diagnostic_set(diag, STATUS_IO, name, 0, 0, "%s",
                                  larger ? "cannot be read" : "not enough memory");
        }
        if (file->size < room)
            return STATUS_OK;
        room *= 2;
    }
}
