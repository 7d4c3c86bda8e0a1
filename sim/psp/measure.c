/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/measure.c — see measure.h. Tested by tests/unit/test_measure.c. */
#include "psp/measure.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* Offsets in PAGE_INFO (56860, "Layout of the PAGE_INFO structure"). */
enum {
    INFO_CONTENTS = 0x30,
    INFO_LENGTH = 0x60,
    INFO_TYPE = 0x62,
    INFO_FLAGS = 0x63,
    INFO_PERMISSIONS = 0x64,
    INFO_GPA = 0x68,
};

static const char *const type_names[] = {
    NULL, "NORMAL", "VMSA", "ZERO", "UNMEASURED", "SECRETS", "CPUID",
};

enum { TYPE_COUNT = sizeof type_names / sizeof type_names[0] };

enum status digest_sha384(const void *bytes, size_t size_bytes, uint8_t digest[DIGEST_BYTES])
{
    return EVP_Digest(bytes, size_bytes, digest, NULL, EVP_sha384(), NULL) == 1 ? STATUS_OK
                                                                                : STATUS_IO;
}

enum status digest_sha256(const void *bytes, size_t size_bytes, uint8_t digest[LEGACY_DIGEST_BYTES])
{
    return EVP_Digest(bytes, size_bytes, digest, NULL, EVP_sha256(), NULL) == 1 ? STATUS_OK
                                                                                : STATUS_IO;
}

bool launch_page_has_contents(enum launch_page_type type)
{
    return type == LAUNCH_PAGE_NORMAL || type == LAUNCH_PAGE_VMSA;
}

const char *launch_page_type_name(unsigned type)
{
    return type < TYPE_COUNT ? type_names[type] : NULL;
}

unsigned launch_page_type_by_name(const char *name)
{
    for (unsigned type = LAUNCH_PAGE_NORMAL; type < TYPE_COUNT; type++)
        if (strcmp(type_names[type], name) == 0)
            return type;
    return 0;
}

void launch_digest_init(struct launch_digest *digest)
{
    memset(digest, 0, sizeof *digest);
}

void launch_page_info(const uint8_t current[DIGEST_BYTES], const struct launch_page *page,
                      uint8_t info[PAGE_INFO_BYTES])
{
    memset(info, 0, PAGE_INFO_BYTES);
    memcpy(info, current, DIGEST_BYTES);
    if (launch_page_has_contents(page->type))
        memcpy(info + INFO_CONTENTS, page->contents, DIGEST_BYTES);
    info[INFO_LENGTH] = PAGE_INFO_BYTES;
    info[INFO_TYPE] = (uint8_t)page->type;
    info[INFO_FLAGS] = page->is_imi;
    for (unsigned i = 0; i < LAUNCH_VMPL_COUNT; i++) /* VMPL3 comes first */
        info[INFO_PERMISSIONS + i] = page->permissions[LAUNCH_VMPL_COUNT - 1 - i];
    for (unsigned i = 0; i < sizeof page->gpa.v; i++)
        info[INFO_GPA + i] = (uint8_t)(page->gpa.v >> 8 * i);
}

static enum status chain_extend(const uint8_t current[DIGEST_BYTES], const struct launch_page *page,
                                uint8_t next[DIGEST_BYTES])
{
    uint8_t info[PAGE_INFO_BYTES];

    launch_page_info(current, page, info);
    return digest_sha384(info, sizeof info, next);
}

enum status launch_digest_extend(struct launch_digest *digest, const struct launch_page *page)
{
    struct launch_digest next = *digest;
    enum status status = chain_extend(digest->ld, page, next.ld);

    if (status == STATUS_OK && page->is_imi)
        status = chain_extend(digest->imd, page, next.imd);
    if (status == STATUS_OK)
        *digest = next;
    return status;
}

enum status launch_digest_extend_pages(struct launch_digest *digest, const struct launch_page *page,
                                       const uint8_t *bytes, size_t page_count)
{
    struct launch_page each = *page;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < page_count; i++) {
        if (launch_page_has_contents(page->type))
            status = digest_sha384(bytes + i * PAGE_SIZE, PAGE_SIZE, each.contents);
        if (status == STATUS_OK)
            status = launch_digest_extend(digest, &each);
        each.gpa.v += PAGE_SIZE;
    }
    return status;
}

struct legacy_digest {
    EVP_MD_CTX *hash;
};

struct legacy_digest *legacy_digest_create(void)
{
    struct legacy_digest *legacy = calloc(1, sizeof *legacy);

    if (!legacy)
        return NULL;
    legacy->hash = EVP_MD_CTX_new();
    if (legacy->hash && EVP_DigestInit_ex(legacy->hash, EVP_sha256(), NULL) == 1)
        return legacy;
    legacy_digest_free(legacy);
    return NULL;
}

enum status legacy_digest_update(struct legacy_digest *legacy, const void *bytes, size_t size_bytes)
{
    return EVP_DigestUpdate(legacy->hash, bytes, size_bytes) == 1 ? STATUS_OK : STATUS_IO;
}

enum status legacy_digest_value(const struct legacy_digest *legacy,
                                uint8_t digest[LEGACY_DIGEST_BYTES])
{
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    bool done = copy && EVP_MD_CTX_copy_ex(copy, legacy->hash) == 1 &&
                EVP_DigestFinal_ex(copy, digest, NULL) == 1;

    EVP_MD_CTX_free(copy);
    return done ? STATUS_OK : STATUS_IO;
}

void legacy_digest_free(struct legacy_digest *legacy)
{
    if (legacy)
        EVP_MD_CTX_free(legacy->hash);
    free(legacy);
}
