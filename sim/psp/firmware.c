/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/firmware.c — the processor itself, and what all its commands share: checks of pages, the
 * way to memory, secrets. Read firmware_internal.h first. */
#include "psp/firmware.h"

#include <stdlib.h>
#include <string.h>

#include "psp/firmware_internal.h"

struct psp *psp_create(struct memory *memory, uint64_t seed)
{
    struct psp *psp = calloc(1, sizeof *psp);

    if (!psp)
        return NULL;
    psp->memory = memory;
    psp->seed = seed;
    psp->asid_state = calloc((size_t)memory_config(memory)->asid_max + 1, 1);
    if (!psp->asid_state) {
        free(psp);
        return NULL;
    }
    return psp;
}

void psp_destroy(struct psp *psp)
{
    if (!psp)
        return;
    for (size_t i = 0; i < psp->sev_guest_count; i++)
        legacy_digest_free(psp->sev_guest[i].digest);
    free(psp->sev_guest);
    free(psp->gctx);
    free(psp->asid_state);
    free(psp);
}

enum psp_status command_check(const struct psp *psp, const spa_t *page, size_t count)
{
    if (!psp->is_initialised)
        return PSP_INVALID_PLATFORM_STATE;
    for (size_t i = 0; i < count; i++)
        if (page[i].v % PAGE_SIZE != 0 || !page_exists(psp, page[i], false))
            return PSP_INVALID_ADDRESS;
    return PSP_SUCCESS;
}

bool page_exists(const struct psp *psp, spa_t page, bool is_large)
{
    uint64_t index = page.v >> PAGE_SHIFT, pages = is_large ? LARGE_PAGE_PAGES : 1;
    uint64_t page_count = memory_config(psp->memory)->page_count;

    return index < page_count && pages <= page_count - index;
}

const struct rmp_entry *page_entry(const struct psp *psp, spa_t page)
{
    return rmp_find(memory_rmp(psp->memory), page);
}

enum rmp_state page_state(const struct psp *psp, spa_t page)
{
    return rmp_page_state(memory_rmp(psp->memory), page);
}

bool page_is_writable(const struct psp *psp, spa_t page)
{
    enum rmp_state state = page_state(psp, page);

    return state == RMP_FIRMWARE || state == RMP_DEFAULT;
}

bool page_has_size(const struct psp *psp, spa_t page, bool is_large)
{
    return page_entry(psp, page)->is_large == is_large;
}

enum psp_status page_check_size(const struct psp *psp, spa_t page, bool is_large)
{
    if (!page_has_size(psp, page, is_large))
        return PSP_INVALID_PAGE_SIZE;
    return page_is_aligned(page, is_large) ? PSP_SUCCESS : PSP_INVALID_ADDRESS;
}

static struct access firmware_access(int key, spa_t spa, enum access_kind kind)
{
    uint16_t asid = key == KEY_OF_NOBODY ? 0 : (uint16_t)key;

    return (struct access){.actor = {.kind = ACTOR_FIRMWARE, .asid = asid},
                           .kind = kind,
                           .spa = spa,
                           .is_private = key != KEY_OF_NOBODY};
}

bool page_load(struct psp *psp, int key, spa_t spa, void *to, size_t size_bytes)
{
    struct access access = firmware_access(key, spa, ACCESS_READ);
    struct fault fault;

    return memory_read(psp->memory, &access, to, size_bytes, &fault);
}

bool page_store(struct psp *psp, int key, spa_t spa, const void *from, size_t size_bytes)
{
    struct access access = firmware_access(key, spa, ACCESS_WRITE);
    struct fault fault;

    return memory_write(psp->memory, &access, from, size_bytes, &fault);
}

void page_set(struct psp *psp, spa_t page, struct rmp_entry entry)
{
    (void)rmp_firmware_set(memory_rmp(psp->memory), page, &entry);
}

enum psp_status secret_derive(const struct psp *psp, uint64_t number, const char *label,
                              uint8_t secret[32])
{
    uint8_t input[48] = "cvmlab";
    size_t length = strlen(label);

    for (unsigned i = 0; i < 8; i++) {
        input[8 + i] = (uint8_t)(psp->seed >> 8 * i);
        input[16 + i] = (uint8_t)(number >> 8 * i);
    }
    memcpy(input + 24, label, length < 24 ? length : 24);
    return digest_sha256(input, sizeof input, secret) == STATUS_OK ? PSP_SUCCESS
                                                                   : PSP_RESOURCE_LIMIT;
}
