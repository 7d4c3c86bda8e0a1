/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/nacl_page.c — the shared-page encoding of the view. Written whole, read slot by slot,
 * never read back. */
#include "monitor/nacl_page.h"

#include "monitor/internal.h"

_Static_assert(sizeof(struct nacl_page) == 0x3000,
               "SBI NACL: 4096 + 1024 * XLEN / 8 bytes on RV64");
_Static_assert(offsetof(struct nacl_page, csr) == 0x1000,
               "SBI NACL: CSR space begins at the second page");

/* The slot items that have a place in the page, with their CSR numbers (riscv-isa-manual, CSR
 * listing). */
static const struct {
    uint8_t item;
    uint16_t csr;
} page_csrs[] = {
    {ITEM_VSSTATUS, 0x200},  {ITEM_VSIE, 0x204},       {ITEM_VSTVEC, 0x205},
    {ITEM_VSSCRATCH, 0x240}, {ITEM_VSEPC, 0x241},      {ITEM_VSCAUSE, 0x242},
    {ITEM_VSTVAL, 0x243},    {ITEM_VSTIMECMP, 0x24D},  {ITEM_VSISELECT, 0x250},
    {ITEM_VSATP, 0x280},     {ITEM_HTIMEDELTA, 0x605}, {ITEM_HTVAL, 0x643},
    {ITEM_HVIP, 0x645},      {ITEM_HTINST, 0x64A},
};

enum { PAGE_CSR_COUNT = sizeof page_csrs / sizeof page_csrs[0] };

int nacl_csr_slot(uint16_t csr)
{
    if (csr > 0xFFF || bits(csr, 9, 8) != 2)
        return -1;
    return (csr & 0xC00) >> 2 | (csr & 0xFF);
}

void nacl_page_write(const struct host_view *view, struct nacl_page *page, struct nacl_trap *trap)
{
    memset(page, 0, sizeof *page);
    for (unsigned i = 1; i < GPR_COUNT; i++)
        page->scratch[i] = view->slot[i];
    for (unsigned i = 0; i < PAGE_CSR_COUNT; i++)
        page->csr[nacl_csr_slot(page_csrs[i].csr)] = view->slot[page_csrs[i].item];
    *trap = (struct nacl_trap){view->slot[ITEM_SCAUSE], view->slot[ITEM_STVAL]};
}

void nacl_page_read(const struct monitor *mon, uint32_t vcpu, const struct nacl_page *page,
                    struct host_answer *answer)
{
    *answer = (struct host_answer){.action = HOST_RETRY};
    for (unsigned i = 1; i < GPR_COUNT; i++)
        answer->slot[i] = page->scratch[i];
    for (unsigned i = 0; i < PAGE_CSR_COUNT; i++)
        answer->slot[page_csrs[i].item] = page->csr[nacl_csr_slot(page_csrs[i].csr)];
    if (vcpu >= mon->vcpu_count)
        return;
    if (mon->vcpu[vcpu].life == VCPU_STARTING) {
        answer->handle = mon->vcpu[vcpu].start_token;
        return;
    }
    answer->handle = mon->vcpu[vcpu].handle;
    if (mon->spec->row[mon->vcpu[vcpu].pending.row].pc != PC_SAME)
        answer->action = HOST_DONE;
}
