/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/export_file.c — see export_file.h. The temporary file lies in the same folder, so that
 * rename replaces at once. */
#include "trace/export_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status file_fail(const char *path, const char *what, struct diagnostic *diag)
{
    return diagnostic_set(diag, STATUS_IO, path, 0, 0, "cannot %s: %s", what, strerror(errno));
}

static void file_free(struct export_file *file)
{
    free(file->path);
    free(file->temporary);
    *file = (struct export_file){0};
}

/* A template for mkstemp beside path; NULL if out of memory. */
static char *temporary_name(const char *path)
{
    static const char suffix[] = ".XXXXXX";
    size_t size_bytes = strlen(path) + sizeof suffix;
    char *name = malloc(size_bytes);

    if (name)
        (void)snprintf(name, size_bytes, "%s%s", path, suffix);
    return name;
}

/* mkstemp makes files private to the user; a result has the rights of any new file. */
static void descriptor_open_rights(int descriptor)
{
    mode_t mask = umask(0);

    (void)umask(mask);
    (void)fchmod(descriptor, 0666 & ~mask);
}

enum status export_file_create(struct export_file *file, const char *path, struct diagnostic *diag)
{
    int descriptor;

    *file = (struct export_file){0};
    if (strcmp(path, "-") == 0) {
        file->to = stdout;
        return STATUS_OK;
    }
    file->path = strdup(path);
    file->temporary = temporary_name(path);
    if (!file->path || !file->temporary) {
        file_free(file);
        return diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
    }
    descriptor = mkstemp(file->temporary);
    file->to = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!file->to) {
        enum status st = file_fail(path, "create", diag);

        if (descriptor >= 0) {
            (void)close(descriptor);
            (void)unlink(file->temporary);
        }
        file_free(file);
        return st;
    }
    descriptor_open_rights(descriptor);
    return STATUS_OK;
}

void export_file_abandon(struct export_file *file)
{
    if (file->path) {
        (void)fclose(file->to);
        (void)unlink(file->temporary);
    }
    file_free(file);
}

enum status export_file_commit(struct export_file *file, struct diagnostic *diag)
{
    enum status st = STATUS_OK;
    int failed = ferror(file->to);

    if (!file->path) {
        if (fflush(file->to) != 0 || failed)
            st = file_fail("standard output", "write", diag);
        file_free(file);
        return st;
    }
    failed |= fclose(file->to);
    if (failed)
        st = file_fail(file->path, "write", diag);
    else if (rename(file->temporary, file->path) != 0)
        st = file_fail(file->path, "create", diag);
    if (st != STATUS_OK)
        (void)unlink(file->temporary);
    file_free(file);
    return st;
}
