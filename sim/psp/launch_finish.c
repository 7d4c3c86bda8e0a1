/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/launch_finish.c — LAUNCH_FINISH: the guest is what its owner signed, or does not start.
 * Read firmware.h first. */
#include <string.h>

#include "psp/firmware_internal.h"
#include "psp/id_block.h"

/* Where the keys lie (56860, "ID Authentication Information"). */
enum { AUTH_ID_KEY = 0x240, AUTH_AUTHOR_KEY = 0x880 };

static enum psp_status block_check(const struct psp_launch_finish *finish,
                                   const struct id_block *block, const struct psp_guest *guest)
{
    if (id_auth_verify(block, finish->id_auth, finish->has_author_key) != ID_AUTH_GOOD)
        return PSP_BAD_SIGNATURE;
    if (block->version != ID_BLOCK_VERSION)
        return PSP_BAD_VERSION;
    if (memcmp(block->ld, guest->digest.ld, DIGEST_BYTES) != 0)
        return PSP_BAD_MEASUREMENT;
    return block->policy == guest->policy ? PSP_SUCCESS : PSP_POLICY_FAILURE;
}

/* What the report will say of the owner. */
static enum psp_status owner_note(const struct psp_launch_finish *finish,
                                  const struct id_block *block, struct psp_guest *guest)
{
    memcpy(guest->family_id, block->family_id, sizeof guest->family_id);
    memcpy(guest->image_id, block->image_id, sizeof guest->image_id);
    guest->guest_svn = block->guest_svn;
    guest->has_id_block = true;
    guest->has_author_key = finish->has_author_key;
    if (digest_sha384(finish->id_auth + AUTH_ID_KEY, ID_KEY_BYTES, guest->id_key_digest) !=
        STATUS_OK)
        return PSP_RESOURCE_LIMIT;
    if (finish->has_author_key && digest_sha384(finish->id_auth + AUTH_AUTHOR_KEY, ID_KEY_BYTES,
                                                guest->author_key_digest) != STATUS_OK)
        return PSP_RESOURCE_LIMIT;
    return PSP_SUCCESS;
}

static enum psp_status owner_check(const struct psp_launch_finish *finish, struct psp_guest *guest)
{
    struct id_block block;
    enum psp_status status;

    if (!finish->id_block != !finish->id_auth || (finish->has_author_key && !finish->id_block))
        return PSP_INVALID_PARAM;
    if (!finish->id_block)
        return PSP_SUCCESS;
    id_block_decode(finish->id_block, &block);
    status = block_check(finish, &block, guest);
    return status == PSP_SUCCESS ? owner_note(finish, &block, guest) : status;
}

enum psp_status psp_launch_finish(struct psp *psp, const struct psp_launch_finish *finish)
{
    enum psp_status status = command_check(psp, &finish->gctx, 1);
    struct psp_guest guest;
    struct gctx *gctx;

    if (status != PSP_SUCCESS)
        return status;
    gctx = gctx_find(psp, finish->gctx);
    if (!gctx)
        return PSP_INVALID_GUEST;
    if (gctx->guest.state != PSP_GUEST_LAUNCH)
        return PSP_INVALID_GUEST_STATE;
    guest = gctx->guest;
    status = owner_check(finish, &guest);
    if (status != PSP_SUCCESS)
        return status;

    guest.state = PSP_GUEST_RUNNING;
    memcpy(guest.host_data, finish->host_data, sizeof guest.host_data);
    gctx->guest = guest;
    return PSP_SUCCESS;
}
