/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/chain_read.c — finds the certificates of a chain in a file or a folder. Read chain.h
 * first. */
#include "psp/chain.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_bytes.h"

enum { PATH_BYTES = 4096 };

static const char *const endings[] = {".pem", ".der", ".crt", ".cer", "", NULL};

static enum status file_add(struct certificate_chain *chain, const char *path,
                            struct diagnostic *diag)
{
    struct file_bytes file;
    enum status status = file_bytes_read(&file, path, CHAIN_MAX_BYTES, "certificates", diag);

    if (status == STATUS_OK)
        status = chain_add(chain, file.bytes, file.size, path, diag);
    file_bytes_free(&file);
    return status;
}

/* The first of folder/name.pem, .der ... that exists; path is empty if none does. */
static void file_find(const char *folder, const char *name, char path[PATH_BYTES])
{
    for (const char *const *ending = endings; *ending; ending++) {
        int length = snprintf(path, PATH_BYTES, "%s/%s%s", folder, name, *ending);

        if (length > 0 && length < PATH_BYTES && access(path, F_OK) == 0)
            return;
    }
    path[0] = '\0';
}

/* Adds the first file there is of these names; none is no error. */
static enum status any_add(struct certificate_chain *chain, const char *folder,
                           const char *const names[], struct diagnostic *diag)
{
    char path[PATH_BYTES];

    for (; *names; names++) {
        file_find(folder, *names, path);
        if (path[0])
            return file_add(chain, path, diag);
    }
    return STATUS_OK;
}

static enum status folder_add(struct certificate_chain *chain, const char *folder,
                              struct diagnostic *diag)
{
    static const char *const leaf[] = {"vcek", "vlek", NULL};
    static const char *const intermediate[] = {"ask", "asvk", NULL};
    static const char *const root[] = {"ark", NULL}, *const both[] = {"cert_chain", NULL};
    enum status status = any_add(chain, folder, leaf, diag);

    if (status == STATUS_OK)
        status = any_add(chain, folder, intermediate, diag);
    if (status == STATUS_OK)
        status = any_add(chain, folder, root, diag);
    if (status == STATUS_OK && !chain->by_role[ROLE_INTERMEDIATE] && !chain->by_role[ROLE_ROOT])
        status = any_add(chain, folder, both, diag);
    if (status == STATUS_OK && chain->count == 0)
        status = diagnostic_set(diag, STATUS_BAD_INPUT, folder, 0, 0,
                                "no certificates in this folder; expected vcek.pem or vlek.pem, "
                                "ask.pem or asvk.pem, and ark.pem");
    return status;
}

enum status chain_read(struct certificate_chain *chain, const char *path, struct diagnostic *diag)
{
    struct stat info;
    enum status status;

    chain_init(chain);
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        status = folder_add(chain, path, diag);
    else
        status = file_add(chain, path, diag);
    if (status != STATUS_OK)
        chain_free(chain);
    return status;
}

X509 *certificate_read(const char *path, struct diagnostic *diag)
{
    struct certificate_chain chain;
    X509 *first = NULL;

    chain_init(&chain);
    if (file_add(&chain, path, diag) == STATUS_OK && X509_up_ref(chain.given[0]) == 1)
        first = chain.given[0];
    chain_free(&chain);
    return first;
}
