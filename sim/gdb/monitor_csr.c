/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/monitor_csr.c — CSRs in words. See monitor.h. Source: riscv-isa-manual,
 * src/priv/machine.adoc, supervisor.adoc, hypervisor.adoc. */
#include <inttypes.h>

#include "base/bytes.h"
#include "gdb/monitor.h"

enum {
    CSR_SATP = 0x180,
    CSR_VSATP = 0x280,
    CSR_HGATP = 0x680,
    CSR_SCAUSE = 0x142,
    CSR_VSCAUSE = 0x242,
    CSR_MCAUSE = 0x342,
    CSR_HSTATUS = 0x600,
    CSR_SSTATUS = 0x100,
    CSR_VSSTATUS = 0x200,
    CSR_MSTATUS = 0x300
};

const char *monitor_cause(bool is_interrupt, unsigned code)
{
    static const char *const exceptions[] = {"fetch address misaligned",
                                             "fetch access fault",
                                             "illegal instruction",
                                             "breakpoint",
                                             "load address misaligned",
                                             "load access fault",
                                             "store address misaligned",
                                             "store access fault",
                                             "ecall from U or VU",
                                             "ecall from HS",
                                             "ecall from VS",
                                             "ecall from M",
                                             "fetch page fault",
                                             "load page fault",
                                             NULL,
                                             "store page fault",
                                             NULL,
                                             NULL,
                                             NULL,
                                             NULL,
                                             "fetch guest-page fault",
                                             "load guest-page fault",
                                             "virtual instruction",
                                             "store guest-page fault"};
    static const char *const interrupts[] = {NULL,
                                             "supervisor software",
                                             "virtual supervisor software",
                                             "machine software",
                                             NULL,
                                             "supervisor timer",
                                             "virtual supervisor timer",
                                             "machine timer",
                                             NULL,
                                             "supervisor external",
                                             "virtual supervisor external",
                                             "machine external",
                                             "guest external"};
    const char *const *names = is_interrupt ? interrupts : exceptions;
    unsigned count = is_interrupt ? sizeof interrupts / sizeof *interrupts
                                  : sizeof exceptions / sizeof *exceptions;

    return code < count && names[code] ? names[code] : "?";
}

static void atp_explain(uint64_t value, bool is_second, FILE *to)
{
    static const char *const modes[] = {"Sv39", "Sv48", "Sv57"};
    uint64_t mode = bits(value, 63, 60);

    if (mode == 0) {
        (void)fputs("  Bare", to);
        return;
    }
    (void)fprintf(to, "  %s%s, %s %" PRIu64 ", table at 0x%" PRIx64,
                  mode >= 8 && mode <= 10 ? modes[mode - 8] : "?", is_second ? "x4" : "",
                  is_second ? "VMID" : "ASID", bits(value, is_second ? 57 : 59, 44),
                  bits(value, 43, 0) << PAGE_SHIFT);
}

struct flag {
    unsigned bit;
    const char *name;
};

static void flags_explain(uint64_t value, const struct flag *flags, FILE *to)
{
    const char *before = "  ";

    for (; flags->name; flags++)
        if (bits(value, flags->bit, flags->bit)) {
            (void)fprintf(to, "%s%s", before, flags->name);
            before = " ";
        }
}

static void status_explain(uint64_t value, FILE *to)
{
    static const struct flag flags[] = {
        {1, "SIE"},  {3, "MIE"},  {5, "SPIE"}, {7, "MPIE"}, {8, "SPP"},  {17, "MPRV"}, {18, "SUM"},
        {19, "MXR"}, {20, "TVM"}, {21, "TW"},  {22, "TSR"}, {38, "GVA"}, {39, "MPV"},  {0, NULL}};
    static const char *const states[] = {"Off", "Initial", "Clean", "Dirty"};

    flags_explain(value, flags, to);
    (void)fprintf(to, "  MPP=%" PRIu64 " FS=%s", bits(value, 12, 11), states[bits(value, 14, 13)]);
}

static void hstatus_explain(uint64_t value, FILE *to)
{
    static const struct flag flags[] = {{6, "GVA"},   {7, "SPV"},  {8, "SPVP"},  {9, "HU"},
                                        {20, "VTVM"}, {21, "VTW"}, {22, "VTSR"}, {0, NULL}};

    flags_explain(value, flags, to);
}

void monitor_csr_explain(uint16_t number, uint64_t value, FILE *to)
{
    switch (number) {
    case CSR_SATP:
    case CSR_VSATP:
    case CSR_HGATP:
        atp_explain(value, number == CSR_HGATP, to);
        break;
    case CSR_SCAUSE:
    case CSR_VSCAUSE:
    case CSR_MCAUSE:
        (void)fprintf(to, "  %s", monitor_cause(value >> 63, (unsigned)bits(value, 31, 0)));
        break;
    case CSR_MSTATUS:
    case CSR_SSTATUS:
    case CSR_VSSTATUS:
        status_explain(value, to);
        break;
    case CSR_HSTATUS:
        hstatus_explain(value, to);
        break;
    default:
        break;
    }
}
