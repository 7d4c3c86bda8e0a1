/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/swap.c — MD_INIT, SWAP_OUT and SWAP_IN: pages leave the machine sealed, and come back
 * once. Read firmware.h and metadata.h first. */
#include <stdlib.h>
#include <string.h>

#include "psp/metadata.h"

enum psp_status psp_md_init(struct psp *psp, spa_t gctx_page, spa_t page)
{
    static const uint8_t zeros[PAGE_SIZE];
    const spa_t pages[] = {gctx_page, page};
    enum psp_status status = command_check(psp, pages, 2);
    struct rmp_entry entry = firmware_entry(false);

    if (status != PSP_SUCCESS)
        return status;
    if (!gctx_find(psp, gctx_page))
        return PSP_INVALID_GUEST;
    if (page_state(psp, page) != RMP_FIRMWARE)
        return PSP_INVALID_PAGE_STATE;
    if (page_entry(psp, page)->is_large)
        return PSP_INVALID_PAGE_SIZE;
    if (!page_store(psp, KEY_OF_FIRMWARE, page, zeros, PAGE_SIZE))
        return PSP_RESOURCE_LIMIT;
    entry.gpa = gctx_page.v;
    page_set(psp, page, entry);
    return PSP_SUCCESS;
}

/* --- what both directions check --- */

static spa_t entry_page(const struct psp_swap *swap)
{
    return (spa_t){swap->entry.v & ~(uint64_t)(PAGE_SIZE - 1)};
}

/* Addresses, guest, policy and kind. */
static enum psp_status swap_begin(const struct psp *psp, const struct psp_swap *swap,
                                  struct gctx **gctx)
{
    const spa_t pages[] = {swap->gctx, swap->from, swap->to, entry_page(swap)};
    enum psp_status status = command_check(psp, pages, swap->use_root_entry ? 3 : 4);

    if (status != PSP_SUCCESS)
        return status;
    if (!swap->use_root_entry && swap->entry.v % METADATA_ENTRY_BYTES != 0)
        return PSP_INVALID_ADDRESS;
    status = gctx_check_active(psp, swap->gctx, PSP_POLICY_NO_SWAP, 0, gctx);
    if (status != PSP_SUCCESS)
        return status;
    return swap->kind > PSP_PAGE_VMSA ? PSP_INVALID_PARAM : PSP_SUCCESS;
}

static enum psp_status entry_page_check_state(const struct psp *psp, const struct psp_swap *swap)
{
    if (swap->use_root_entry || page_state(psp, entry_page(swap)) == RMP_METADATA)
        return PSP_SUCCESS;
    return PSP_INVALID_PAGE_STATE;
}

/* Sizes before addresses: of the guest's page, and of the other one, of which the table need not
 * know (Default, or the source of SWAP_IN). */
static enum psp_status sizes_check(const struct psp *psp, const struct psp_swap *swap,
                                   spa_t guest_page, spa_t other)
{
    if (swap->is_large && swap->kind != PSP_PAGE_DATA)
        return PSP_INVALID_PAGE_SIZE;
    if (!page_has_size(psp, guest_page, swap->is_large))
        return PSP_INVALID_PAGE_SIZE;
    if (!page_is_aligned(guest_page, swap->is_large) || !page_is_aligned(other, swap->is_large))
        return PSP_INVALID_ADDRESS;
    return page_exists(psp, other, swap->is_large) ? PSP_SUCCESS : PSP_INVALID_ADDRESS;
}

/* Whether a Metadata page, or the page of the entry, is this guest's. */
static bool metadata_is_owned(const struct psp *psp, const struct gctx *gctx, spa_t page)
{
    return page_entry(psp, page)->gpa == gctx->page.v;
}

static bool entry_is_owned(const struct psp *psp, const struct psp_swap *swap,
                           const struct gctx *gctx)
{
    return swap->use_root_entry || metadata_is_owned(psp, gctx, entry_page(swap));
}

/* The key under which the page lies in the machine. */
static int page_key(const struct psp_swap *swap, const struct gctx *gctx)
{
    return swap->kind == PSP_PAGE_METADATA ? KEY_OF_FIRMWARE : gctx->guest.asid;
}

/* --- entries --- */

/* RESOURCE_LIMIT; INVALID_MDATA_ENTRY: neither used nor free. */
static enum psp_status entry_load(struct psp *psp, const struct psp_swap *swap,
                                  const struct gctx *gctx, struct metadata_entry *entry)
{
    uint8_t bytes[METADATA_ENTRY_BYTES];

    *entry = gctx->root;
    if (swap->use_root_entry)
        return PSP_SUCCESS;
    if (!page_load(psp, KEY_OF_FIRMWARE, swap->entry, bytes, sizeof bytes))
        return PSP_RESOURCE_LIMIT;
    return metadata_entry_decode(bytes, entry) ? PSP_SUCCESS : PSP_INVALID_MDATA_ENTRY;
}

static bool entry_store(struct psp *psp, const struct psp_swap *swap, struct gctx *gctx,
                        const struct metadata_entry *entry)
{
    uint8_t bytes[METADATA_ENTRY_BYTES];

    if (swap->use_root_entry) {
        gctx->root = *entry;
        return true;
    }
    metadata_entry_encode(entry, bytes);
    return page_store(psp, KEY_OF_FIRMWARE, swap->entry, bytes, sizeof bytes);
}

/* --- out --- */

static bool source_state_fits(const struct psp *psp, const struct psp_swap *swap)
{
    enum rmp_state state = page_state(psp, swap->from);

    if (swap->kind == PSP_PAGE_METADATA)
        return state == RMP_METADATA;
    return (state == RMP_PRE_GUEST || state == RMP_PRE_SWAP) &&
           page_entry(psp, swap->from)->vmsa == (swap->kind == PSP_PAGE_VMSA);
}

static enum psp_status out_check(const struct psp *psp, const struct psp_swap *swap,
                                 struct gctx **gctx)
{
    enum psp_status status = swap_begin(psp, swap, gctx);
    bool is_owned;

    if (status != PSP_SUCCESS)
        return status;
    if (!swap->use_root_entry && entry_page(swap).v == swap->from.v)
        return PSP_INVALID_PARAM;
    if (!source_state_fits(psp, swap) || !page_is_writable(psp, swap->to))
        return PSP_INVALID_PAGE_STATE;
    status = entry_page_check_state(psp, swap);
    if (status == PSP_SUCCESS && page_state(psp, swap->to) == RMP_FIRMWARE &&
        !page_has_size(psp, swap->to, swap->is_large))
        status = PSP_INVALID_PAGE_SIZE;
    if (status == PSP_SUCCESS)
        status = sizes_check(psp, swap, swap->from, swap->to);
    if (status != PSP_SUCCESS)
        return status;
    is_owned = swap->kind == PSP_PAGE_METADATA
                   ? metadata_is_owned(psp, *gctx, swap->from)
                   : page_entry(psp, swap->from)->asid == (*gctx)->guest.asid;
    return is_owned && entry_is_owned(psp, swap, *gctx) ? PSP_SUCCESS : PSP_INVALID_PAGE_OWNER;
}

/* What must be known to bring the page back. */
static struct metadata_entry entry_make(const struct psp *psp, const struct psp_swap *swap,
                                        uint64_t iv)
{
    const struct rmp_entry *from = page_entry(psp, swap->from);
    struct metadata_entry entry = {
        .is_used = true, .is_large = swap->is_large, .kind = swap->kind, .iv = iv};

    if (swap->kind == PSP_PAGE_METADATA)
        return entry;
    entry.validated = from->validated;
    entry.gpa = (gpa_t){from->gpa};
    memcpy(entry.permission, from->permission, sizeof entry.permission);
    return entry;
}

static bool page_swap_out(struct psp *psp, const struct psp_swap *swap, struct gctx *gctx,
                          uint8_t *bytes)
{
    size_t size_bytes = page_size_bytes(swap->is_large);
    struct metadata_entry entry = entry_make(psp, swap, gctx->next_iv);

    if (!page_load(psp, page_key(swap, gctx), swap->from, bytes, size_bytes) ||
        !page_seal(gctx, &entry, bytes, size_bytes) ||
        !page_store(psp, KEY_OF_NOBODY, swap->to, bytes, size_bytes) ||
        !entry_store(psp, swap, gctx, &entry))
        return false;
    gctx->next_iv++;
    page_set(psp, swap->from,
             swap->kind == PSP_PAGE_METADATA ? firmware_entry(false)
                                             : guest_entry_reset(page_entry(psp, swap->from)));
    return true;
}

enum psp_status psp_swap_out(struct psp *psp, const struct psp_swap *swap)
{
    struct gctx *gctx;
    struct metadata_entry entry;
    enum psp_status status = out_check(psp, swap, &gctx);
    uint8_t *bytes;

    if (status == PSP_SUCCESS)
        status = entry_load(psp, swap, gctx, &entry);
    if (status != PSP_SUCCESS)
        return status;
    if (entry.is_used)
        return PSP_INVALID_MDATA_ENTRY;
    if (gctx->next_iv == UINT64_MAX)
        return PSP_AEAD_OFLOW;
    bytes = malloc(page_size_bytes(swap->is_large));
    if (!bytes || !page_swap_out(psp, swap, gctx, bytes))
        status = PSP_RESOURCE_LIMIT;
    free(bytes);
    return status;
}

/* --- in --- */

static enum psp_status in_check(const struct psp *psp, const struct psp_swap *swap,
                                struct gctx **gctx)
{
    enum psp_status status = swap_begin(psp, swap, gctx);
    bool is_metadata = swap->kind == PSP_PAGE_METADATA;

    if (status != PSP_SUCCESS)
        return status;
    if (page_state(psp, swap->to) != (is_metadata ? RMP_FIRMWARE : RMP_PRE_GUEST))
        return PSP_INVALID_PAGE_STATE;
    status = entry_page_check_state(psp, swap);
    if (status == PSP_SUCCESS)
        status = sizes_check(psp, swap, swap->to, swap->from);
    if (status != PSP_SUCCESS)
        return status;
    if (!is_metadata && page_entry(psp, swap->to)->asid != (*gctx)->guest.asid)
        return PSP_INVALID_PAGE_OWNER;
    return entry_is_owned(psp, swap, *gctx) ? PSP_SUCCESS : PSP_INVALID_PAGE_OWNER;
}

/* Whether this entry is for what shall come in. */
static bool entry_fits(const struct psp *psp, const struct psp_swap *swap,
                       const struct metadata_entry *entry)
{
    return entry->is_used && entry->kind == swap->kind && entry->is_large == swap->is_large &&
           (swap->kind == PSP_PAGE_METADATA || entry->gpa.v == page_entry(psp, swap->to)->gpa);
}

static void target_set(struct psp *psp, const struct psp_swap *swap,
                       const struct metadata_entry *entry)
{
    struct rmp_entry target = *page_entry(psp, swap->to);

    if (swap->kind == PSP_PAGE_METADATA) {
        target.gpa = swap->gctx.v;
    } else {
        target.validated = entry->validated;
        target.vmsa = swap->kind == PSP_PAGE_VMSA;
        memcpy(target.permission, entry->permission, sizeof target.permission);
    }
    page_set(psp, swap->to, target);
}

static enum psp_status page_swap_in(struct psp *psp, const struct psp_swap *swap, struct gctx *gctx,
                                    const struct metadata_entry *entry, uint8_t *bytes)
{
    static const struct metadata_entry free_entry;
    size_t size_bytes = page_size_bytes(swap->is_large);

    if (!page_load(psp, KEY_OF_NOBODY, swap->from, bytes, size_bytes))
        return PSP_RESOURCE_LIMIT;
    if (!page_unseal(gctx, entry, bytes, size_bytes))
        return PSP_BAD_MEASUREMENT;
    if (!page_store(psp, page_key(swap, gctx), swap->to, bytes, size_bytes) ||
        !entry_store(psp, swap, gctx, &free_entry))
        return PSP_RESOURCE_LIMIT;
    target_set(psp, swap, entry);
    return PSP_SUCCESS;
}

enum psp_status psp_swap_in(struct psp *psp, const struct psp_swap *swap)
{
    struct gctx *gctx;
    struct metadata_entry entry;
    enum psp_status status = in_check(psp, swap, &gctx);
    uint8_t *bytes;

    if (status == PSP_SUCCESS)
        status = entry_load(psp, swap, gctx, &entry);
    if (status != PSP_SUCCESS)
        return status;
    if (!entry_fits(psp, swap, &entry))
        return PSP_INVALID_MDATA_ENTRY;
    bytes = malloc(page_size_bytes(swap->is_large));
    if (!bytes)
        return PSP_RESOURCE_LIMIT;
    status = page_swap_in(psp, swap, gctx, &entry, bytes);
    free(bytes);
    return status;
}
