/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/launch_update.c — LAUNCH_UPDATE: gives a page to a guest that is not started yet. The
 * order of the checks is the documented one (56860, SNP_LAUNCH_UPDATE); all of them come before the
 * first change. Read firmware.h first. */
#include <stdlib.h>
#include <string.h>

#include "psp/cpuid_page.h"
#include "psp/firmware_internal.h"

/* Offsets in a secrets page (56860, PAGE_TYPE_SECRETS). */
enum { SECRETS_VERSION = 0, SECRETS_GOSVW = 0x10, SECRETS_VMPCK = 0x20 };

enum { SECRETS_PAGE_VERSION = 3 };

void secrets_page_fill(const struct gctx *gctx, uint8_t page[PAGE_SIZE])
{
    memset(page, 0, PAGE_SIZE);
    page[SECRETS_VERSION] = SECRETS_PAGE_VERSION;
    memcpy(page + SECRETS_GOSVW, gctx->gosvw, GOSVW_BYTES);
    memcpy(page + SECRETS_VMPCK, gctx->vmpck, sizeof gctx->vmpck);
}

static bool type_is_small(enum launch_page_type type)
{
    return type == LAUNCH_PAGE_VMSA || type == LAUNCH_PAGE_SECRETS || type == LAUNCH_PAGE_CPUID;
}

static bool permissions_exist(const struct psp_launch_update *update)
{
    uint8_t any = 0;

    for (unsigned i = 0; i < LAUNCH_VMPL_COUNT; i++)
        any |= update->permissions[i];
    return (any & ~(unsigned)RMP_MAY_ALL) == 0;
}

/* Everything that can be said before the page is read. */
static enum psp_status update_check(struct psp *psp, const struct psp_launch_update *update,
                                    struct gctx **gctx)
{
    const spa_t pages[] = {update->gctx, update->page};
    enum psp_status status = command_check(psp, pages, 2);

    if (status != PSP_SUCCESS)
        return status;
    *gctx = gctx_find(psp, update->gctx);
    if (!*gctx)
        return PSP_INVALID_GUEST;
    if (page_state(psp, update->page) != RMP_PRE_GUEST)
        return PSP_INVALID_PAGE_STATE;
    status = page_check_size(psp, update->page, update->is_large);
    if (status != PSP_SUCCESS)
        return status;
    if (update->is_large && type_is_small(update->page_type))
        return PSP_INVALID_PAGE_SIZE;
    if (!launch_page_type_name(update->page_type) || !permissions_exist(update))
        return PSP_INVALID_PARAM;
    if ((*gctx)->guest.state != PSP_GUEST_LAUNCH)
        return PSP_INVALID_GUEST_STATE;
    if ((*gctx)->guest.asid == 0)
        return PSP_INACTIVE;
    return page_entry(psp, update->page)->asid == (*gctx)->guest.asid ? PSP_SUCCESS
                                                                      : PSP_INVALID_PAGE_OWNER;
}

/* What the guest will find in the page, from what the hypervisor left there. */
static enum psp_status contents_make(struct psp *psp, const struct psp_launch_update *update,
                                     const struct gctx *gctx, uint8_t *bytes)
{
    size_t size_bytes = page_size_bytes(update->is_large);

    if (!page_load(psp, KEY_OF_NOBODY, update->page, bytes, size_bytes))
        return PSP_RESOURCE_LIMIT;
    if (update->page_type == LAUNCH_PAGE_ZERO)
        memset(bytes, 0, size_bytes);
    if (update->page_type == LAUNCH_PAGE_SECRETS)
        secrets_page_fill(gctx, bytes);
    if (update->page_type == LAUNCH_PAGE_CPUID && !cpuid_page_correct(bytes)) {
        (void)page_store(psp, KEY_OF_NOBODY, update->page, bytes, size_bytes);
        return PSP_INVALID_PARAM;
    }
    return PSP_SUCCESS;
}

static struct rmp_entry launched_entry(const struct rmp_entry *entry,
                                       const struct psp_launch_update *update)
{
    struct rmp_entry launched = *entry;

    launched.validated = true;
    launched.immutable = false;
    launched.vmsa = update->page_type == LAUNCH_PAGE_VMSA;
    launched.permission[0] = RMP_MAY_ALL;
    memcpy(launched.permission + 1, update->permissions, LAUNCH_VMPL_COUNT);
    return launched;
}

/* Measures, encrypts, and gives the page to the guest. */
static enum psp_status page_launch(struct psp *psp, const struct psp_launch_update *update,
                                   struct gctx *gctx, const uint8_t *bytes)
{
    const struct rmp_entry *entry = page_entry(psp, update->page);
    struct launch_digest digest = gctx->guest.digest;
    struct launch_page page = {.type = update->page_type, .gpa = {entry->gpa}};

    memcpy(page.permissions, update->permissions, LAUNCH_VMPL_COUNT);
    if (launch_digest_extend_pages(&digest, &page, bytes,
                                   update->is_large ? LARGE_PAGE_PAGES : 1) != STATUS_OK)
        return PSP_RESOURCE_LIMIT;
    if (!page_store(psp, gctx->guest.asid, update->page, bytes, page_size_bytes(update->is_large)))
        return PSP_RESOURCE_LIMIT;
    gctx->guest.digest = digest;
    page_set(psp, update->page, launched_entry(entry, update));
    return PSP_SUCCESS;
}

enum psp_status psp_launch_update(struct psp *psp, const struct psp_launch_update *update)
{
    struct gctx *gctx;
    enum psp_status status = update_check(psp, update, &gctx);
    uint8_t *bytes;

    if (status != PSP_SUCCESS)
        return status;
    bytes = malloc(page_size_bytes(update->is_large));
    if (!bytes)
        return PSP_RESOURCE_LIMIT;
    status = contents_make(psp, update, gctx, bytes);
    if (status == PSP_SUCCESS)
        status = page_launch(psp, update, gctx, bytes);
    free(bytes);
    return status;
}
