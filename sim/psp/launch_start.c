/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/launch_start.c — LAUNCH_START: what a policy demands of the platform. Read firmware.h
 * first. */
#include <string.h>

#include "psp/firmware_internal.h"

/* Whether this platform is what the policy demands. */
static bool policy_is_met(const struct psp *psp, uint64_t policy)
{
    const struct memory_config *config = memory_config(psp->memory);
    unsigned minor = policy & 0xff, major = policy >> 8 & 0xff;

    if (!(policy & PSP_POLICY_MUST_BE_ONE) || policy >> POLICY_RESERVED != 0)
        return false;
    if (major > PSP_ABI_MAJOR || (major == PSP_ABI_MAJOR && minor > PSP_ABI_MINOR))
        return false;
    if (psp->options.smt_on && !(policy & PSP_POLICY_SMT))
        return false;
    if ((policy & PSP_POLICY_AES_256_XTS) && config->cipher != CIPHER_XTS256)
        return false;
    if ((policy & PSP_POLICY_RAPL_OFF) && !psp->options.rapl_off)
        return false;
    return !(policy & PSP_POLICY_HIDING) || config->ciphertext_hiding;
}

enum psp_status psp_launch_start(struct psp *psp, const struct psp_launch_start *start)
{
    enum psp_status status = command_check(psp, &start->gctx, 1);
    struct gctx *gctx;

    if (status != PSP_SUCCESS)
        return status;
    gctx = gctx_find(psp, start->gctx);
    if (!gctx)
        return PSP_INVALID_GUEST;
    if (gctx->guest.state != PSP_GUEST_INIT)
        return PSP_INVALID_GUEST_STATE;
    if (!policy_is_met(psp, start->policy))
        return PSP_POLICY_FAILURE;

    gctx->guest.state = PSP_GUEST_LAUNCH;
    gctx->guest.policy = start->policy;
    memcpy(gctx->gosvw, start->gosvw, GOSVW_BYTES);
    launch_digest_init(&gctx->guest.digest);
    return PSP_SUCCESS;
}
