/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/hs_frame.h — the frame encoding: the registers that an unmodified hypervisor
 * finds after a trap, and those it sets before sret. The handle stands in sepc, the sentinel handle
 * + 8 in vstvec, the start token in a1 of an HSM start. */
#ifndef CVMLAB_MONITOR_HS_FRAME_H
#define CVMLAB_MONITOR_HS_FRAME_H

#include "monitor/monitor.h"

/* Registers as the hypervisor's trap entry sees them. x, sepc and the CSRs are what its save area
 * will hold. */
struct hs_frame {
    uint64_t x[GPR_COUNT];
    uint64_t sepc, sstatus, hstatus;
    uint64_t scause, stval, htval, htinst;
    uint64_t csr[GCSR_COUNT]; /* enum guest_csr; 0 but for vsie, vstimecmp, htimedelta, the sentinel
                                 and vsstatus.UXL */
    struct fp_state fp;
    struct vector_state vec;
};

/* A handle is legal in Sv39, 16-byte aligned, and in no guest map: bits 37:36 = 10, bits 35:4 a
 * sequence number. */
#define HANDLE_BASE ((uint64_t)2 << 36)

enum { HANDLE_DONE = 4, HANDLE_INJECT = 8 };

/* Writes every register of the frame: 0, or a constant, wherever the view has nothing.
 * Legacy send_ipi is shown as the IPI extension's call.
 * sstatus.SPP and hstatus.SPVP say S, FS and VS say Clean, whatever the guest was. */
void hs_frame_write(const struct host_view *view, struct hs_frame *frame);

/* The answer in a frame that is about to be entered. sepc gives handle and action; the caller finds
 * the vCPU by it (monitor_find_handle). STATUS_DENIED: sepc is no handle (an unprotected entry, or
 * a forged one). */
enum status hs_frame_read(const struct hs_frame *frame, struct host_answer *answer);

/* An instruction read (HLVX.HU) by the hypervisor at a live handle: the transformed instruction,
 * two halfwords. STATUS_FAULT: nothing is readable there. */
enum status hs_frame_fetch(const struct host_view *view, uint64_t where, uint16_t *half);

#endif
