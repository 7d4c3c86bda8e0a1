/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attest_chain_out.c — see attest_chain_out.h. */
#include "cli/attest_chain_out.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file_out.h"
#include "psp/builtin.h"
#include "psp/demo_keys.h"

enum { PATH_BYTES = 4096 };

static enum status file_write(const char *folder, const char *name, const struct builtin_file *from,
                              struct diagnostic *diag)
{
    char path[PATH_BYTES];
    struct file_out *file;
    enum status status;

    if (snprintf(path, sizeof path, "%s/%s.pem", folder, name) >= (int)sizeof path)
        return diagnostic_set(diag, STATUS_IO, folder, 0, 0, "the path is too long");
    file = file_out_create(path, diag);
    if (!file)
        return STATUS_IO;
    status = file_out_write(file, from->data, from->size, diag);
    if (status == STATUS_OK)
        return file_out_commit(file, diag);
    file_out_abandon(file);
    return status;
}

enum status chain_out_write(const char *folder, enum product product, enum report_signer signer,
                            struct diagnostic *diag)
{
    enum status status = STATUS_OK;

    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return diagnostic_set(diag, STATUS_IO, folder, 0, 0, "cannot create: %s", strerror(errno));
    for (unsigned role = 0; status == STATUS_OK && role < ROLE_COUNT; role++) {
        char name[DEMO_NAME_BYTES], full[2 * DEMO_NAME_BYTES];

        demo_name(product, signer, (enum certificate_role)role, name);
        (void)snprintf(full, sizeof full, "%s.pem", name);
        name[strcspn(name, "-")] = '\0'; /* vcek-milan: vcek */
        status = file_write(folder, name, builtin_find(builtin_demo_keys, full), diag);
    }
    return status;
}
