/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/shipped.c — see shipped.h. CVMLAB_DATA_DIR is the source tree, told by the build. */
#include "cli/shipped.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool file_there(char path[SHIPPED_PATH_BYTES], const char *folder, const char *between,
                       const char *name)
{
    int length = snprintf(path, SHIPPED_PATH_BYTES, "%s%s/%s", folder, between, name);

    return length > 0 && length < SHIPPED_PATH_BYTES && access(path, R_OK) == 0;
}

/* The folder of the running program, without a '/' at the end. */
static bool program_folder(char folder[SHIPPED_PATH_BYTES])
{
    ssize_t length = readlink("/proc/self/exe", folder, SHIPPED_PATH_BYTES - 1);
    char *slash;

    if (length <= 0)
        return false;
    folder[length] = '\0';
    slash = strrchr(folder, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return true;
}

enum status shipped_find(const char *name, char path[SHIPPED_PATH_BYTES], struct diagnostic *diag)
{
    const char *data = getenv("CVMLAB_DATA");
    char folder[SHIPPED_PATH_BYTES];

    if (data && data[0] != '\0')
        return file_there(path, data, "", name)
                   ? STATUS_OK
                   : diagnostic_set(diag, STATUS_IO, path, 0, 0,
                                    "not found; expected it in the folder that CVMLAB_DATA names");
    if (file_there(path, CVMLAB_DATA_DIR, "", name))
        return STATUS_OK;
    if (program_folder(folder) && file_there(path, folder, "/../share/cvmlab", name))
        return STATUS_OK;
    return diagnostic_set(diag, STATUS_IO, name, 0, 0,
                          "not found; expected it in the source tree or in ../share/cvmlab beside "
                          "the program, or CVMLAB_DATA to name the folder that holds it");
}
