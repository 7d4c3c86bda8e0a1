/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/launch_finish.c — LAUNCH_FINISH: the guest starts, and its digest is frozen.
 * Read firmware.h first. */
#include <string.h>

#include "psp/firmware_internal.h"

enum psp_status psp_launch_finish(struct psp *psp, const struct psp_launch_finish *finish)
{
    enum psp_status status = command_check(psp, &finish->gctx, 1);
    struct gctx *gctx;

    if (status != PSP_SUCCESS)
        return status;
    gctx = gctx_find(psp, finish->gctx);
    if (!gctx)
        return PSP_INVALID_GUEST;
    if (gctx->guest.state != PSP_GUEST_LAUNCH)
        return PSP_INVALID_GUEST_STATE;
    if (!finish->id_block != !finish->id_auth || (finish->has_author_key && !finish->id_block))
        return PSP_INVALID_PARAM;
    if (finish->id_block)
        return PSP_UNSUPPORTED;

    gctx->guest.state = PSP_GUEST_RUNNING;
    memcpy(gctx->guest.host_data, finish->host_data, sizeof gctx->guest.host_data);
    return PSP_SUCCESS;
}
