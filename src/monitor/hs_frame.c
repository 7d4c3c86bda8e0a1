/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/hs_frame.c — the transparent encoding of the view: the registers that an unmodified
 * hypervisor sees and sets. */
#include "monitor/hs_frame.h"

#include "monitor/internal.h"

/* sstatus and hstatus as every exit shows them, whatever the guest was: from VS, interrupts were
 * on, FP and vector clean (so that the hypervisor neither saves them nor learns whether they were
 * used). */
#define FRAME_SSTATUS                                                                              \
    (VSSTATUS_UXL64 | VSSTATUS_SPP | VSSTATUS_SPIE | (uint64_t)2 << 13 | (uint64_t)2 << 9)
#define FRAME_HSTATUS ((uint64_t)2 << 32 | (uint64_t)1 << 8 | (uint64_t)1 << 7)

/* Legacy send_ipi passes a pointer that the hypervisor would try to read from the guest. The
 * monitor has read it: the call is shown as the IPI extension's, with the mask in a register. Both
 * only wake harts, and of the answer only a0 is taken. */
static void legacy_ipi_present(struct hs_frame *frame)
{
    if (frame->scause != EXC_SUPERVISOR_SYSCALL || frame->x[REG_A7] != SBI_LEGACY_SEND_IPI)
        return;
    frame->x[REG_A7] = SBI_IPI;
    frame->x[REG_A6] = 0;
    frame->x[REG_A1] = frame->x[REG_A0] == UINT64_MAX
                           ? UINT64_MAX
                           : 0; /* hart_mask_base: all harts, or from hart 0 */
}

void hs_frame_write(const struct host_view *view, struct hs_frame *frame)
{
    for (unsigned i = 0; i < GPR_COUNT; i++)
        frame->x[i] = view->slot[i];
    if (view->start_token)
        frame->x[REG_A1] = view->start_token;
    frame->sepc = view->handle;
    frame->sstatus = FRAME_SSTATUS;
    frame->hstatus = FRAME_HSTATUS;
    frame->scause = view->slot[ITEM_SCAUSE];
    frame->stval = view->slot[ITEM_STVAL];
    frame->htval = view->slot[ITEM_HTVAL];
    frame->htinst = view->slot[ITEM_HTINST];
    for (unsigned i = 0; i < GCSR_COUNT; i++)
        frame->csr[i] = view->slot[ITEM_VSSTATUS + i];
    frame->csr[GCSR_VSSTATUS] |= VSSTATUS_UXL64;
    frame->csr[GCSR_VSTVEC] = view->handle + HANDLE_INJECT;
    frame->fp = view->fp;
    frame->vec = view->vec;
    legacy_ipi_present(frame);
}

enum status hs_frame_read(const struct hs_frame *frame, struct host_answer *answer)
{
    uint64_t offset = frame->sepc & 0xF, handle = frame->sepc - offset;

    if (!handle_is_legal(handle))
        return STATUS_DENIED;
    switch (offset) {
    case 0:
        answer->action = HOST_RETRY;
        break;
    case HANDLE_DONE:
        answer->action = HOST_DONE;
        break;
    case HANDLE_INJECT:
        answer->action = HOST_INJECT;
        break;
    default:
        return STATUS_DENIED;
    }
    answer->handle = handle;
    for (unsigned i = 0; i < ITEM_SLOT_COUNT; i++)
        answer->slot[i] = 0;
    for (unsigned i = 1; i < GPR_COUNT; i++)
        answer->slot[i] = frame->x[i];
    for (unsigned i = 0; i < GCSR_COUNT; i++)
        answer->slot[ITEM_VSSTATUS + i] = frame->csr[i];
    return STATUS_OK;
}

enum status hs_frame_fetch(const struct host_view *view, uint64_t where, uint16_t *half)
{
    if (view->served_insn == 0 || (where != view->handle && where != view->handle + 2))
        return STATUS_FAULT;
    *half = (uint16_t)(where == view->handle ? view->served_insn : view->served_insn >> 16);
    return STATUS_OK;
}
