/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/sev_guest.c — see sev_guest.h. Tested by tests/unit/test_sev_guest.c. */
#include "psp/sev_guest.h"

#include <stdlib.h>

#include "psp/firmware_internal.h"

enum { CHUNK_BYTES = PAGE_SIZE }; /* what is encrypted at a time */

static enum memory_mode mode_of(const struct psp *psp)
{
    return memory_config(psp->memory)->mode;
}

/* UNSUPPORTED or INVALID_GUEST. */
static enum psp_status guest_find(const struct psp *psp, uint32_t handle, struct sev_guest **guest)
{
    if (mode_of(psp) == MEMORY_SNP)
        return PSP_UNSUPPORTED;
    for (size_t i = 0; i < psp->sev_guest_count; i++) {
        *guest = &psp->sev_guest[i];
        if ((*guest)->handle == handle)
            return PSP_SUCCESS;
    }
    return PSP_INVALID_GUEST;
}

enum psp_status sev_launch_start(struct psp *psp, uint32_t policy, uint32_t *handle)
{
    struct sev_guest guest = {.state = PSP_GUEST_LAUNCH}, *list;

    if (mode_of(psp) == MEMORY_SNP)
        return PSP_UNSUPPORTED;
    if ((policy & SEV_POLICY_ES) && mode_of(psp) != MEMORY_SEV_ES)
        return PSP_POLICY_FAILURE;
    list = realloc(psp->sev_guest, (psp->sev_guest_count + 1) * sizeof *list);
    if (!list)
        return PSP_RESOURCE_LIMIT;
    psp->sev_guest = list;
    guest.digest = legacy_digest_create();
    if (!guest.digest)
        return PSP_RESOURCE_LIMIT;

    guest.handle = *handle = (uint32_t)++psp->guests_made;
    list[psp->sev_guest_count++] = guest;
    return PSP_SUCCESS;
}

enum psp_status sev_activate(struct psp *psp, uint32_t handle, uint16_t asid)
{
    struct sev_guest *guest;
    enum psp_status status = guest_find(psp, handle, &guest);

    if (status != PSP_SUCCESS)
        return status;
    if (guest->asid != 0)
        return PSP_ACTIVE;
    status = asid_check(psp, asid);
    if (status == PSP_SUCCESS)
        status = asid_bind(psp, asid);
    if (status == PSP_SUCCESS)
        guest->asid = asid;
    return status;
}

/* Whether there is RAM from spa on. */
static bool range_exists(const struct psp *psp, spa_t spa, uint64_t size_bytes)
{
    uint64_t ram_bytes = memory_config(psp->memory)->page_count << PAGE_SHIFT;

    return spa.v < ram_bytes && size_bytes <= ram_bytes - spa.v;
}

static enum psp_status update_check(const struct sev_guest *guest)
{
    if (guest->state != PSP_GUEST_LAUNCH || guest->is_measured)
        return PSP_INVALID_GUEST_STATE;
    return guest->asid == 0 ? PSP_INACTIVE : PSP_SUCCESS;
}

/* Measures and encrypts; the range has been checked. */
static enum psp_status range_launch(struct psp *psp, struct sev_guest *guest, spa_t spa,
                                    uint64_t size_bytes)
{
    uint8_t bytes[CHUNK_BYTES];

    for (uint64_t done = 0; done < size_bytes; done += CHUNK_BYTES) {
        spa_t at = {spa.v + done};
        size_t chunk = size_bytes - done < CHUNK_BYTES ? (size_t)(size_bytes - done) : CHUNK_BYTES;

        if (!page_load(psp, KEY_OF_NOBODY, at, bytes, chunk) ||
            !page_store(psp, guest->asid, at, bytes, chunk))
            return PSP_RESOURCE_LIMIT;
        if (legacy_digest_update(guest->digest, bytes, chunk) != STATUS_OK)
            return PSP_RESOURCE_LIMIT;
    }
    return PSP_SUCCESS;
}

enum psp_status sev_launch_update_data(struct psp *psp, uint32_t handle, spa_t spa,
                                       uint64_t size_bytes)
{
    struct sev_guest *guest;
    enum psp_status status = guest_find(psp, handle, &guest);

    if (status == PSP_SUCCESS)
        status = update_check(guest);
    if (status != PSP_SUCCESS)
        return status;
    if (size_bytes == 0 || size_bytes % CIPHER_BLOCK_BYTES != 0)
        return PSP_INVALID_LENGTH;
    if (spa.v % CIPHER_BLOCK_BYTES != 0 || !range_exists(psp, spa, size_bytes))
        return PSP_INVALID_ADDRESS;
    return range_launch(psp, guest, spa, size_bytes);
}

enum psp_status sev_launch_update_vmsa(struct psp *psp, uint32_t handle, spa_t vmsa)
{
    struct sev_guest *guest;
    enum psp_status status = guest_find(psp, handle, &guest);

    if (status == PSP_SUCCESS && mode_of(psp) != MEMORY_SEV_ES)
        status = PSP_UNSUPPORTED;
    if (status == PSP_SUCCESS)
        status = update_check(guest);
    if (status != PSP_SUCCESS)
        return status;
    if (vmsa.v % PAGE_SIZE != 0 || !range_exists(psp, vmsa, PAGE_SIZE))
        return PSP_INVALID_ADDRESS;
    return range_launch(psp, guest, vmsa, PAGE_SIZE);
}

enum psp_status sev_launch_measure(struct psp *psp, uint32_t handle,
                                   uint8_t digest[LEGACY_DIGEST_BYTES])
{
    struct sev_guest *guest;
    enum psp_status status = guest_find(psp, handle, &guest);

    if (status != PSP_SUCCESS)
        return status;
    if (guest->state != PSP_GUEST_LAUNCH)
        return PSP_INVALID_GUEST_STATE;
    if (legacy_digest_value(guest->digest, digest) != STATUS_OK)
        return PSP_RESOURCE_LIMIT;
    guest->is_measured = true;
    return PSP_SUCCESS;
}

enum psp_status sev_launch_finish(struct psp *psp, uint32_t handle)
{
    struct sev_guest *guest;
    enum psp_status status = guest_find(psp, handle, &guest);

    if (status != PSP_SUCCESS)
        return status;
    if (guest->state != PSP_GUEST_LAUNCH || !guest->is_measured)
        return PSP_INVALID_GUEST_STATE;
    guest->state = PSP_GUEST_RUNNING;
    return PSP_SUCCESS;
}

enum psp_status sev_decommission(struct psp *psp, uint32_t handle)
{
    struct sev_guest *guest;
    enum psp_status status = guest_find(psp, handle, &guest);

    if (status != PSP_SUCCESS)
        return status;
    asid_release(psp, guest->asid);
    legacy_digest_free(guest->digest);
    *guest = psp->sev_guest[--psp->sev_guest_count];
    return PSP_SUCCESS;
}

enum psp_status sev_df_flush(struct psp *psp)
{
    return mode_of(psp) == MEMORY_SNP ? PSP_UNSUPPORTED : asid_flush(psp);
}
