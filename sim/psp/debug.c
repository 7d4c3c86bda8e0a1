/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/debug.c — DBG_DECRYPT and DBG_ENCRYPT, for guests whose policy allows it. Read firmware.h
 * first. */
#include "psp/firmware_internal.h"

static bool state_is_of_guest(enum rmp_state state)
{
    return state == RMP_PRE_GUEST || state == RMP_PRE_SWAP || state == RMP_GUEST_INVALID ||
           state == RMP_GUEST_VALID;
}

static enum psp_status debug_check(const struct psp *psp, spa_t page, spa_t from, spa_t to,
                                   struct gctx **gctx)
{
    const spa_t pages[] = {page, from, to};
    enum psp_status status = command_check(psp, pages, 3);

    return status == PSP_SUCCESS ? gctx_check_active(psp, page, 0, PSP_POLICY_DEBUG, gctx) : status;
}

static enum psp_status copy(struct psp *psp, int from_key, spa_t from, int to_key, spa_t to)
{
    uint8_t bytes[PAGE_SIZE];

    return page_load(psp, from_key, from, bytes, PAGE_SIZE) &&
                   page_store(psp, to_key, to, bytes, PAGE_SIZE)
               ? PSP_SUCCESS
               : PSP_RESOURCE_LIMIT;
}

enum psp_status psp_dbg_decrypt(struct psp *psp, spa_t page, spa_t from, spa_t to)
{
    struct gctx *gctx;
    enum psp_status status = debug_check(psp, page, from, to, &gctx);

    if (status != PSP_SUCCESS)
        return status;
    if (!state_is_of_guest(page_state(psp, from)) || !page_is_writable(psp, to))
        return PSP_INVALID_PAGE_STATE;
    if (page_entry(psp, from)->asid != gctx->guest.asid)
        return PSP_INVALID_PAGE_OWNER;
    return copy(psp, gctx->guest.asid, from, KEY_OF_NOBODY, to);
}

enum psp_status psp_dbg_encrypt(struct psp *psp, spa_t page, spa_t from, spa_t to)
{
    struct gctx *gctx;
    enum psp_status status = debug_check(psp, page, from, to, &gctx);

    if (status != PSP_SUCCESS)
        return status;
    if (!state_is_of_guest(page_state(psp, to)))
        return PSP_INVALID_PAGE_STATE;
    if (page_entry(psp, to)->asid != gctx->guest.asid)
        return PSP_INVALID_PAGE_OWNER;
    return copy(psp, KEY_OF_NOBODY, from, gctx->guest.asid, to);
}
