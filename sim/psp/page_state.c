/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/page_state.c — commands that change a page's state and nothing else: RECLAIM, SET_STATE,
 * UNSMASH. Read firmware.h first. */
#include "psp/firmware_internal.h"

enum psp_status psp_page_reclaim(struct psp *psp, spa_t page, bool is_large)
{
    enum psp_status status = command_check(psp, &page, 1);
    enum rmp_state state = page_state(psp, page);
    struct rmp_entry entry;

    if (status != PSP_SUCCESS)
        return status;
    if (state == RMP_DEFAULT)
        return PSP_INVALID_PAGE_STATE;
    status = page_check_size(psp, page, is_large);
    if (status != PSP_SUCCESS)
        return status;
    if (state == RMP_HV_FIXED || state == RMP_FIRMWARE_IOMMU || state == RMP_CONTEXT)
        return PSP_INVALID_PAGE_STATE;

    entry = *page_entry(psp, page);
    if (!entry.immutable)
        return PSP_SUCCESS;
    entry.immutable = false;
    page_set(psp, page, entry);
    return PSP_SUCCESS;
}

enum psp_status psp_page_set_state(struct psp *psp, spa_t first, uint64_t page_count)
{
    enum psp_status status = command_check(psp, &first, 1);
    const struct rmp_entry fixed = {.immutable = true};
    uint64_t table_pages = memory_rmp(psp->memory)->page_count, index = first.v >> PAGE_SHIFT;

    if (status != PSP_SUCCESS)
        return status;
    if (page_count == 0)
        return PSP_INVALID_PARAM;
    if (index >= table_pages || page_count > table_pages - index)
        return PSP_INVALID_PAGE_STATE;
    for (uint64_t i = index; i < index + page_count; i++)
        if (page_state(psp, (spa_t){i << PAGE_SHIFT}) != RMP_FIRMWARE)
            return PSP_INVALID_PAGE_STATE;
    for (uint64_t i = index; i < index + page_count; i++)
        if (page_entry(psp, (spa_t){i << PAGE_SHIFT})->is_large)
            return PSP_INVALID_PAGE_SIZE;

    psp->has_fixed_pages = true;
    for (uint64_t i = index; i < index + page_count; i++)
        page_set(psp, (spa_t){i << PAGE_SHIFT}, fixed);
    return PSP_SUCCESS;
}

enum psp_status psp_page_unsmash(struct psp *psp, spa_t page)
{
    enum psp_status status = command_check(psp, &page, 1);
    enum rmp_state state = page_state(psp, page);

    if (status != PSP_SUCCESS)
        return status;
    if (page.v % LARGE_PAGE_SIZE != 0)
        return PSP_INVALID_ADDRESS;
    if (state != RMP_DEFAULT && page_entry(psp, page)->is_large)
        return PSP_INVALID_PAGE_SIZE;
    if (state != RMP_FIRMWARE && state != RMP_PRE_GUEST && state != RMP_PRE_SWAP)
        return PSP_INVALID_PAGE_STATE;
    return rmp_unsmash(memory_rmp(psp->memory), page) == STATUS_OK ? PSP_SUCCESS
                                                                   : PSP_INVALID_PAGE_STATE;
}
