/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/page_move.c — PAGE_MOVE: a page goes to another place in the machine, its contents and
 * rights with it. Read firmware.h first. */
#include <stdlib.h>

#include "psp/firmware_internal.h"

static enum psp_status states_check(const struct psp *psp, const struct psp_page_move *move)
{
    enum rmp_state from = page_state(psp, move->from), to = page_state(psp, move->to);

    if (move->is_metadata)
        return from == RMP_METADATA && to == RMP_FIRMWARE ? PSP_SUCCESS : PSP_INVALID_PAGE_STATE;
    return (from == RMP_PRE_GUEST || from == RMP_PRE_SWAP) && to == RMP_PRE_GUEST
               ? PSP_SUCCESS
               : PSP_INVALID_PAGE_STATE;
}

static enum psp_status sizes_check(const struct psp *psp, const struct psp_page_move *move)
{
    if (move->is_metadata && move->is_large)
        return PSP_INVALID_PAGE_SIZE;
    if (!page_has_size(psp, move->from, move->is_large) ||
        !page_has_size(psp, move->to, move->is_large))
        return PSP_INVALID_PAGE_SIZE;
    return page_is_aligned(move->from, move->is_large) && page_is_aligned(move->to, move->is_large)
               ? PSP_SUCCESS
               : PSP_INVALID_ADDRESS;
}

static enum psp_status owners_check(const struct psp *psp, const struct psp_page_move *move,
                                    const struct gctx *gctx)
{
    const struct rmp_entry *from = page_entry(psp, move->from), *to = page_entry(psp, move->to);

    if (move->is_metadata)
        return from->gpa == gctx->page.v ? PSP_SUCCESS : PSP_INVALID_PAGE_OWNER;
    if (from->asid != gctx->guest.asid || to->asid != gctx->guest.asid)
        return PSP_INVALID_PAGE_OWNER;
    return from->gpa == to->gpa && from != to ? PSP_SUCCESS : PSP_INVALID_PARAM;
}

static enum psp_status move_check(const struct psp *psp, const struct psp_page_move *move,
                                  struct gctx **gctx)
{
    const spa_t pages[] = {move->gctx, move->from, move->to};
    enum psp_status status = command_check(psp, pages, 3);

    if (status == PSP_SUCCESS)
        status = gctx_check_active(psp, move->gctx, PSP_POLICY_NO_SWAP, 0, gctx);
    if (status == PSP_SUCCESS)
        status = states_check(psp, move);
    if (status == PSP_SUCCESS)
        status = sizes_check(psp, move);
    return status == PSP_SUCCESS ? owners_check(psp, move, *gctx) : status;
}

static void entries_move(struct psp *psp, const struct psp_page_move *move)
{
    struct rmp_entry from = *page_entry(psp, move->from), to = from;

    if (move->is_metadata) {
        from = firmware_entry(false);
    } else {
        to.immutable = false;
        from.immutable = false;
        from = guest_entry_reset(&from);
    }
    page_set(psp, move->to, to);
    page_set(psp, move->from, from);
}

enum psp_status psp_page_move(struct psp *psp, const struct psp_page_move *move)
{
    struct gctx *gctx;
    enum psp_status status = move_check(psp, move, &gctx);
    size_t size_bytes = page_size_bytes(move->is_large);
    uint8_t *bytes;
    bool moved;
    int key;

    if (status != PSP_SUCCESS)
        return status;
    bytes = malloc(size_bytes);
    if (!bytes)
        return PSP_RESOURCE_LIMIT;
    key = move->is_metadata ? KEY_OF_FIRMWARE : gctx->guest.asid;
    moved = page_load(psp, key, move->from, bytes, size_bytes) &&
            page_store(psp, key, move->to, bytes, size_bytes);
    free(bytes);
    if (!moved)
        return PSP_RESOURCE_LIMIT;
    entries_move(psp, move);
    return PSP_SUCCESS;
}
