/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/page_port.c — the page encoding: the same model, fed from the NACL page as if the
 * hypervisor had been ported to it. Read host_cpu.h first. The page has no slot for sepc, sstatus,
 * hstatus: they read as a constant trap from VS at pc 0, and writes are dropped. */
#include "hosts/host_cpu.h"

#include "base/bytes.h"

enum {
    CSR_VSSTATUS = 0x200,
    CSR_VSTVEC = 0x205,
    CSR_VSEPC = 0x241,
    CSR_VSCAUSE = 0x242,
    CSR_VSTVAL = 0x243,
    CSR_HTVAL = 0x643,
    CSR_HVIP = 0x645,
    CSR_HTINST = 0x64A,
};

/* Where the page keeps a CSR (riscv-sbi-doc ext-nested-acceleration.adoc, CSR space index). Not the
 * monitor's function: the host side must agree with it by the text alone. */
static uint64_t *page_csr(struct nacl_page *page, unsigned csr)
{
    return &page->csr[(csr & 0xC00) >> 2 | (csr & 0xFF)];
}

static void page_load(struct host_cpu *cpu, struct nacl_page *page, const struct nacl_trap *trap)
{
    memcpy(cpu->x, page->scratch, sizeof(cpu->x));
    cpu->sstatus = SSTATUS_SPP;
    cpu->hstatus = HSTATUS_SPV | HSTATUS_SPVP;
    cpu->scause = trap->scause;
    cpu->stval = trap->stval;
    cpu->htval = *page_csr(page, CSR_HTVAL);
    cpu->htinst = *page_csr(page, CSR_HTINST);
    cpu->csr[GCSR_VSSTATUS] = *page_csr(page, CSR_VSSTATUS);
    cpu->csr[GCSR_VSTVEC] = *page_csr(page, CSR_VSTVEC);
}

static void page_store_injection(struct nacl_page *page, const struct host_cpu *cpu)
{
    *page_csr(page, CSR_VSSTATUS) = cpu->csr[GCSR_VSSTATUS];
    *page_csr(page, CSR_VSEPC) = cpu->csr[GCSR_VSEPC];
    *page_csr(page, CSR_VSCAUSE) = cpu->csr[GCSR_VSCAUSE];
    *page_csr(page, CSR_VSTVAL) = cpu->csr[GCSR_VSTVAL];
}

struct host_result page_port_run(host_run *run, const struct host_world *world,
                                 struct nacl_page *page, const struct nacl_trap *trap)
{
    struct host_cpu cpu = {.view = NULL};

    page_load(&cpu, page, trap);
    run(world, &cpu);
    if (cpu.dead)
        return cpu_result(&cpu);
    if (cpu.injected) {
        page_store_injection(page, &cpu);
        cpu_note_bug(&cpu, "page-no-injection");
    }
    memcpy(page->scratch, cpu.x, sizeof(cpu.x));
    *page_csr(page, CSR_HVIP) = world->hvip(world->context);
    return cpu_result(&cpu);
}
