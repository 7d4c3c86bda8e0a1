/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/sev_guest.h — starting a guest in the modes sev and sev-es (and none, where the same
 * commands leave plaintext): SEV API, 55766, as far as a launch needs it. There is no RMP: pages
 * are the hypervisor's, and the firmware encrypts them in place. A guest has a handle instead of a
 * Context page, and one digest over contents, without addresses. Works beside firmware.h on the
 * same processor; needs no INIT. In the mode snp every command here is UNSUPPORTED. */
#ifndef CVMLAB_SIM_PSP_SEV_GUEST_H
#define CVMLAB_SIM_PSP_SEV_GUEST_H

#include "psp/firmware.h"

/* Bits of the older policy (55766, "Guest Policy"). */
enum { SEV_POLICY_NO_DEBUG = 1, SEV_POLICY_ES = 4 };

/* LAUNCH_START: a new guest in the state LAUNCH; *handle is 1 or more.
 * POLICY_FAILURE  SEV_POLICY_ES, and the memory's mode is not sev-es */
enum psp_status sev_launch_start(struct psp *psp, uint32_t policy, uint32_t *handle);

/* ACTIVATE, with the codes of psp_activate, each in its place. */
enum psp_status sev_activate(struct psp *psp, uint32_t handle, uint16_t asid);

/* LAUNCH_UPDATE_DATA: measures size_bytes at spa as they are, then encrypts them in place.
 * INVALID_GUEST        no such handle
 * INVALID_GUEST_STATE  not LAUNCH
 * INACTIVE             no ASID
 * INVALID_LENGTH       0, or not a multiple of 16
 * INVALID_ADDRESS      not aligned to 16, or without RAM */
enum psp_status sev_launch_update_data(struct psp *psp, uint32_t handle, spa_t spa,
                                       uint64_t size_bytes);

/* LAUNCH_UPDATE_VMSA: the same for one page with a save area.
 * UNSUPPORTED          the memory's mode is not sev-es
 * INVALID_ADDRESS      not aligned to 4 KiB */
enum psp_status sev_launch_update_vmsa(struct psp *psp, uint32_t handle, spa_t vmsa);

/* LAUNCH_MEASURE: the digest so far; no more pages after it.
 * INVALID_GUEST, INVALID_GUEST_STATE (RUNNING) */
enum psp_status sev_launch_measure(struct psp *psp, uint32_t handle,
                                   uint8_t digest[LEGACY_DIGEST_BYTES]);

/* LAUNCH_FINISH: RUNNING. INVALID_GUEST; INVALID_GUEST_STATE: not measured, or RUNNING. */
enum psp_status sev_launch_finish(struct psp *psp, uint32_t handle);

/* DECOMMISSION: ends the guest; key and ASID as psp_decommission. INVALID_GUEST. */
enum psp_status sev_decommission(struct psp *psp, uint32_t handle);

/* DF_FLUSH, with psp_note_wbinvd before it, as psp_df_flush. */
enum psp_status sev_df_flush(struct psp *psp);

#endif
