/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/platform.c — INIT, SHUTDOWN, PLATFORM_STATUS and DF_FLUSH, and who has which ASID. Read
 * firmware.h first. */
#include <stdlib.h>
#include <string.h>

#include "memory/adversary.h"
#include "psp/firmware_internal.h"

/* A large page goes back as RMPUPDATE would give it back; a small one is just overwritten. */
static void page_clear(struct rmp *rmp, spa_t page)
{
    const struct rmp_entry *entry = rmp_find(rmp, page);
    const struct actor hypervisor = {.kind = ACTOR_HYPERVISOR};
    const struct rmp_operand operand = {.is_large = entry->is_large};
    const struct rmp_entry reclaim = {.assigned = true, .is_large = entry->is_large};

    if (rmp_entry_state(entry) == RMP_HYPERVISOR)
        return;
    (void)rmp_firmware_set(rmp, page, &reclaim);
    (void)rmp_update(rmp, &hypervisor, page, &operand);
}

/* Whether the 2 MiB from this page on are the hypervisor's, without looking at each page: INIT of a
 * large machine would take tens of milliseconds. HV-Fixed pages are not counted as assigned. */
static bool region_is_clear(const struct psp *psp, uint64_t first)
{
    const struct rmp *rmp = memory_rmp(psp->memory);

    return !psp->has_fixed_pages && rmp->assigned[first / LARGE_PAGE_PAGES] == 0 &&
           !rmp->entry[first].is_large;
}

static void table_clear(struct psp *psp)
{
    struct rmp *rmp = memory_rmp(psp->memory);

    for (uint64_t first = 0; first < rmp->page_count; first += LARGE_PAGE_PAGES) {
        uint64_t end =
            first + LARGE_PAGE_PAGES < rmp->page_count ? first + LARGE_PAGE_PAGES : rmp->page_count;

        if (region_is_clear(psp, first))
            continue;
        for (uint64_t i = first; i < end; i++)
            page_clear(rmp, (spa_t){i << PAGE_SHIFT});
    }
    psp->has_fixed_pages = false;
}

static bool iommu_pages_are_covered(const struct rmp *rmp, const struct psp_init_options *options)
{
    uint64_t first = options->iommu_first.v >> PAGE_SHIFT;

    if (options->iommu_page_count == 0)
        return true;
    return options->iommu_first.v % PAGE_SIZE == 0 && first < rmp->page_count &&
           options->iommu_page_count <= rmp->page_count - first;
}

static void iommu_pages_set(struct psp *psp)
{
    struct rmp_entry entry = firmware_entry(false);
    uint64_t first = psp->options.iommu_first.v;

    entry.gpa = RMP_IOMMU_TAG;
    for (uint64_t i = 0; i < psp->options.iommu_page_count; i++)
        page_set(psp, (spa_t){first + (i << PAGE_SHIFT)}, entry);
}

enum psp_status psp_init(struct psp *psp, const struct psp_init_options *options)
{
    const struct memory_config *config = memory_config(psp->memory);
    struct rmp *rmp = memory_rmp(psp->memory);

    if (psp->is_initialised)
        return PSP_INVALID_PLATFORM_STATE;
    if (config->mode != MEMORY_SNP || (options->ciphertext_hiding && !config->ciphertext_hiding))
        return PSP_UNSUPPORTED;
    if (!iommu_pages_are_covered(rmp, options))
        return PSP_INVALID_ADDRESS;
    if (rmp->page_count == 0 || (options->alias_check && dram_alias_is_found(psp->memory)))
        return PSP_INVALID_CONFIG;

    psp->options = *options;
    psp->alias_check_done = options->alias_check;
    psp->is_initialised = true;
    table_clear(psp);
    iommu_pages_set(psp);
    return PSP_SUCCESS;
}

static bool asid_is_waiting(const struct psp *psp, enum asid_state state)
{
    for (unsigned asid = 1; asid <= memory_config(psp->memory)->asid_max; asid++)
        if (psp->asid_state[asid] == state)
            return true;
    return false;
}

enum psp_status psp_shutdown(struct psp *psp)
{
    if (!psp->is_initialised)
        return PSP_INVALID_PLATFORM_STATE;
    if (asid_is_waiting(psp, ASID_WAITS_FOR_WBINVD) ||
        asid_is_waiting(psp, ASID_WAITS_FOR_DF_FLUSH))
        return PSP_DFFLUSH_REQUIRED;

    for (size_t i = 0; i < psp->gctx_count; i++)
        asid_release(psp, psp->gctx[i].guest.asid);
    free(psp->gctx);
    psp->gctx = NULL;
    psp->gctx_count = 0;
    psp->is_initialised = false;
    psp->alias_check_done = false;
    psp->options = (struct psp_init_options){0};
    table_clear(psp);
    return PSP_SUCCESS;
}

enum psp_status psp_platform_status(const struct psp *psp, struct psp_platform *out)
{
    *out = (struct psp_platform){
        .is_initialised = psp->is_initialised,
        .abi_major = PSP_ABI_MAJOR,
        .abi_minor = PSP_ABI_MINOR,
        .alias_check_done = psp->alias_check_done,
        .ciphertext_hiding = memory_config(psp->memory)->ciphertext_hiding,
        .smt_on = psp->options.smt_on,
        .rapl_off = psp->options.rapl_off,
        .guest_count = (unsigned)psp->gctx_count,
    };
    return PSP_SUCCESS;
}

static void asid_advance(struct psp *psp, enum asid_state from, enum asid_state to)
{
    for (unsigned asid = 1; asid <= memory_config(psp->memory)->asid_max; asid++)
        if (psp->asid_state[asid] == from)
            psp->asid_state[asid] = (uint8_t)to;
}

void psp_note_wbinvd(struct psp *psp)
{
    asid_advance(psp, ASID_WAITS_FOR_WBINVD, ASID_WAITS_FOR_DF_FLUSH);
}

enum psp_status asid_flush(struct psp *psp)
{
    if (asid_is_waiting(psp, ASID_WAITS_FOR_WBINVD))
        return PSP_WBINVD_REQUIRED;
    asid_advance(psp, ASID_WAITS_FOR_DF_FLUSH, ASID_FREE);
    return PSP_SUCCESS;
}

enum psp_status psp_df_flush(struct psp *psp)
{
    return psp->is_initialised ? asid_flush(psp) : PSP_INVALID_PLATFORM_STATE;
}

enum psp_status asid_check(const struct psp *psp, uint16_t asid)
{
    if (asid == 0 || asid > memory_config(psp->memory)->asid_max)
        return PSP_INVALID_ASID;
    if (psp->asid_state[asid] == ASID_OWNED_BY_GUEST)
        return PSP_ASID_OWNED;
    return psp->asid_state[asid] == ASID_FREE ? PSP_SUCCESS : PSP_DFFLUSH_REQUIRED;
}

enum psp_status asid_bind(struct psp *psp, uint16_t asid)
{
    if (memory_key_install(psp->memory, asid) != STATUS_OK)
        return PSP_RESOURCE_LIMIT;
    psp->asid_state[asid] = ASID_OWNED_BY_GUEST;
    return PSP_SUCCESS;
}

void asid_release(struct psp *psp, uint16_t asid)
{
    if (asid == 0)
        return;
    memory_key_retire(psp->memory, asid);
    psp->asid_state[asid] = ASID_WAITS_FOR_WBINVD;
}
