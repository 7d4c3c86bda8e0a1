/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/gctx.c — the life of a guest context: GCTX_CREATE, ACTIVATE, GUEST_STATUS, DECOMMISSION,
 * and the walker over all of them. Read firmware.h first. */
#include <stdlib.h>
#include <string.h>

#include "psp/firmware_internal.h"

const char *psp_guest_state_name(enum psp_guest_state state)
{
    static const char *const names[] = {
        [PSP_GUEST_INIT] = "INIT", [PSP_GUEST_LAUNCH] = "LAUNCH", [PSP_GUEST_RUNNING] = "RUNNING"};

    return names[state];
}

struct gctx *gctx_find(const struct psp *psp, spa_t page)
{
    for (size_t i = 0; i < psp->gctx_count; i++)
        if (psp->gctx[i].page.v == page.v)
            return &psp->gctx[i];
    return NULL;
}

enum psp_status gctx_check_active(const struct psp *psp, spa_t page, uint64_t forbidden,
                                  uint64_t demanded, struct gctx **gctx)
{
    *gctx = gctx_find(psp, page);
    if (!*gctx)
        return PSP_INVALID_GUEST;
    if ((*gctx)->guest.state == PSP_GUEST_INIT)
        return PSP_INVALID_GUEST_STATE;
    if (((*gctx)->guest.policy & (forbidden | demanded)) != demanded)
        return PSP_POLICY_FAILURE;
    return (*gctx)->guest.asid == 0 ? PSP_INACTIVE : PSP_SUCCESS;
}

/* All secrets of a new guest. */
static enum psp_status gctx_derive(const struct psp *psp, struct gctx *gctx)
{
    static const char *const vmpck[VMPL_COUNT] = {"VMPCK0", "VMPCK1", "VMPCK2", "VMPCK3"};
    uint64_t number = psp->guests_made;
    enum psp_status status = secret_derive(psp, number, "report id", gctx->guest.report_id);

    if (status == PSP_SUCCESS)
        status = secret_derive(psp, number, "offline key", gctx->offline_key);
    for (unsigned i = 0; i < VMPL_COUNT && status == PSP_SUCCESS; i++)
        status = secret_derive(psp, number, vmpck[i], gctx->vmpck[i]);
    return status;
}

enum psp_status psp_gctx_create(struct psp *psp, spa_t page)
{
    enum psp_status status = command_check(psp, &page, 1);
    struct gctx gctx = {.page = page}, *list;
    struct rmp_entry entry = firmware_entry(false);

    if (status != PSP_SUCCESS)
        return status;
    if (page.v == 0)
        return PSP_INVALID_ADDRESS;
    if (page_state(psp, page) != RMP_FIRMWARE)
        return PSP_INVALID_PAGE_STATE;
    if (page_entry(psp, page)->is_large)
        return PSP_INVALID_PAGE_SIZE;
    status = gctx_derive(psp, &gctx);
    if (status != PSP_SUCCESS)
        return status;
    list = realloc(psp->gctx, (psp->gctx_count + 1) * sizeof *list);
    if (!list)
        return PSP_RESOURCE_LIMIT;

    psp->gctx = list;
    list[psp->gctx_count++] = gctx;
    psp->guests_made++;
    entry.vmsa = true;
    page_set(psp, page, entry);
    return PSP_SUCCESS;
}

enum psp_status psp_decommission(struct psp *psp, spa_t page)
{
    enum psp_status status = command_check(psp, &page, 1);
    struct gctx *gctx;

    if (status != PSP_SUCCESS)
        return status;
    gctx = gctx_find(psp, page);
    if (!gctx)
        return PSP_INVALID_GUEST;

    asid_release(psp, gctx->guest.asid);
    *gctx = psp->gctx[--psp->gctx_count];
    page_set(psp, page, firmware_entry(false));
    return PSP_SUCCESS;
}

enum psp_status psp_activate(struct psp *psp, spa_t page, uint16_t asid)
{
    enum psp_status status = command_check(psp, &page, 1);
    struct gctx *gctx;

    if (status != PSP_SUCCESS)
        return status;
    gctx = gctx_find(psp, page);
    if (!gctx)
        return PSP_INVALID_GUEST;
    if (gctx->guest.state == PSP_GUEST_INIT)
        return PSP_INVALID_GUEST_STATE;
    if (gctx->guest.asid != 0)
        return PSP_ACTIVE;
    status = asid_check(psp, asid);
    if (status == PSP_SUCCESS)
        status = asid_bind(psp, asid);
    if (status == PSP_SUCCESS)
        gctx->guest.asid = asid;
    return status;
}

enum psp_status psp_guest_status(const struct psp *psp, spa_t page, struct psp_guest *out)
{
    enum psp_status status = command_check(psp, &page, 1);
    const struct gctx *gctx;

    if (status != PSP_SUCCESS)
        return status;
    gctx = gctx_find(psp, page);
    if (!gctx)
        return PSP_INVALID_GUEST;
    *out = gctx->guest;
    return PSP_SUCCESS;
}

/* --- the walker --- */

static bool gctx_is_sound(const struct psp *psp, const struct gctx *gctx)
{
    uint16_t asid = gctx->guest.asid;

    if (page_state(psp, gctx->page) != RMP_CONTEXT || gctx_find(psp, gctx->page) != gctx)
        return false;
    if (asid == 0)
        return true;
    if (gctx->guest.state == PSP_GUEST_INIT || psp->asid_state[asid] != ASID_OWNED_BY_GUEST)
        return false;
    for (size_t i = 0; i < psp->gctx_count; i++)
        if (&psp->gctx[i] != gctx && psp->gctx[i].guest.asid == asid)
            return false;
    return true;
}

/* Every owned ASID has an owner. */
static bool asids_are_sound(const struct psp *psp)
{
    unsigned owned = 0, active = 0;

    for (unsigned asid = 1; asid <= memory_config(psp->memory)->asid_max; asid++)
        owned += psp->asid_state[asid] == ASID_OWNED_BY_GUEST;
    for (size_t i = 0; i < psp->gctx_count; i++)
        active += psp->gctx[i].guest.asid != 0;
    for (size_t i = 0; i < psp->sev_guest_count; i++)
        active += psp->sev_guest[i].asid != 0;
    return owned == active;
}

enum status psp_check_all(const struct psp *psp, spa_t *page)
{
    const struct rmp *rmp = memory_rmp(psp->memory);
    size_t pages = 0;

    *page = (spa_t){0};
    if (!asids_are_sound(psp))
        return STATUS_BAD_STATE;
    for (size_t i = 0; i < psp->gctx_count; i++) {
        *page = psp->gctx[i].page;
        if (!gctx_is_sound(psp, &psp->gctx[i]))
            return STATUS_BAD_STATE;
    }
    for (uint64_t i = 0; i < rmp->page_count; i++) {
        *page = (spa_t){i << PAGE_SHIFT};
        if (rmp_page_state(rmp, *page) != RMP_CONTEXT)
            continue;
        if (!gctx_find(psp, *page))
            return STATUS_BAD_STATE;
        pages++;
    }
    return pages == psp->gctx_count ? STATUS_OK : STATUS_BAD_STATE;
}
