/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/target.c — see target.h. */
#define _GNU_SOURCE /* memfd_create */
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_expect(bool holds, const char *rule)
{
    if (holds)
        return;
    fprintf(stderr, "broken: %s\n", rule);
    abort();
}

void fuzz_expect_message(const struct diagnostic *diag, const char *name)
{
    size_t size = strnlen(diag->text, sizeof diag->text);

    fuzz_expect(size > 0 && size < sizeof diag->text, "a failure has a message");
    for (size_t i = 0; i < size; i++)
        fuzz_expect((unsigned char)diag->text[i] >= ' ' && diag->text[i] != '\x7f',
                    "a message is one line without control characters");
    fuzz_expect(strncmp(diag->text, name, strlen(name)) == 0, "a message names the file");
    fuzz_expect(strstr(diag->text, "expected") != NULL, "a message says what was expected");
}

void fuzz_file_open(struct fuzz_file *file, const uint8_t *data, size_t size)
{
    file->fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (file->fd < 0 || write(file->fd, data, size) != (ssize_t)size) {
        perror("memfd_create");
        abort();
    }
    (void)snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->fd);
}

void fuzz_file_close(struct fuzz_file *file)
{
    (void)close(file->fd);
}
