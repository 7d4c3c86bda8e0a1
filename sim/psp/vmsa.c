/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vmsa.c — see vmsa.h. Tested by tests/unit/test_vmsa.c with the digests of the vectors. */
#include "psp/vmsa.h"

#include <string.h>

#include "psp/hex.h"

/* What the three makers do differently. */
struct maker {
    struct vmsa_segment data, code; /* es, ss, ds; cs without its base */
    uint64_t cr0, g_pat;
    uint32_t mxcsr;
    uint16_t fcw;
    uint32_t cpu_signature; /* 0: that of vmsa_start */
};

static const struct maker makers[] = {
    [VMSA_QEMU] = {.data = {0, 0x93, 0xffff, 0},
                   .code = {0xf000, 0x9b, 0xffff, 0},
                   .cr0 = 0x10,
                   .g_pat = 0x7040600070406,
                   .mxcsr = 0x1f80,
                   .fcw = 0x37f},
    [VMSA_GCE] = {.data = {0, 0x93, 0xffff, 0},
                  .code = {0xf000, 0x9b, 0xffff, 0},
                  .cr0 = 0x10,
                  .g_pat = 0x70106,
                  .cpu_signature = 0x600},
    /* Protected mode with flat segments. */
    [VMSA_SVSM] = {.data = {0x10, 0xc93, 0xffffffff, 0},
                   .code = {0x08, 0xc9b, 0xffffffff, 0},
                   .cr0 = 0x11,
                   .g_pat = 0x7040600070406,
                   .mxcsr = 0x1f80},
};

void vmsa_put_segment(uint8_t page[PAGE_SIZE], size_t offset, const struct vmsa_segment *segment)
{
    le_write(page + offset, 2, segment->selector);
    le_write(page + offset + 2, 2, segment->attrib);
    le_write(page + offset + 4, 4, segment->limit);
    le_write(page + offset + 8, 8, segment->base);
}

static void segments_put(uint8_t page[PAGE_SIZE], const struct maker *maker, bool is_flat,
                         uint32_t eip)
{
    static const struct vmsa_segment real = {0, 0x93, 0xffff, 0}, table = {0, 0, 0xffff, 0};
    static const struct vmsa_segment ldtr = {0, 0x82, 0xffff, 0}, tr = {0, 0x8b, 0xffff, 0};
    struct vmsa_segment code = maker->code;

    code.base = is_flat ? 0 : eip & 0xffff0000;
    vmsa_put_segment(page, VMSA_ES, &maker->data);
    vmsa_put_segment(page, VMSA_CS, &code);
    vmsa_put_segment(page, VMSA_SS, &maker->data);
    vmsa_put_segment(page, VMSA_DS, &maker->data);
    vmsa_put_segment(page, VMSA_FS, &maker->data);
    vmsa_put_segment(page, VMSA_GS, &real);
    vmsa_put_segment(page, VMSA_GDTR, &table);
    vmsa_put_segment(page, VMSA_LDTR, &ldtr);
    vmsa_put_segment(page, VMSA_IDTR, &table);
    vmsa_put_segment(page, VMSA_TR, &tr);
    le_write(page + VMSA_RIP, 8, is_flat ? eip : eip & 0xffff);
}

void vmsa_build(const struct vmsa_start *start, uint8_t page[PAGE_SIZE])
{
    const struct maker *maker = &makers[start->maker];

    memset(page, 0, PAGE_SIZE);
    segments_put(page, maker, start->maker == VMSA_SVSM, start->eip);
    le_write(page + VMSA_EFER, 8, 0x1000); /* SVME */
    le_write(page + VMSA_CR4, 8, 0x40);    /* MCE */
    le_write(page + VMSA_CR0, 8, maker->cr0);
    le_write(page + VMSA_DR7, 8, 0x400);
    le_write(page + VMSA_DR6, 8, 0xffff0ff0);
    le_write(page + VMSA_RFLAGS, 8, 0x2);
    le_write(page + VMSA_G_PAT, 8, maker->g_pat);
    le_write(page + VMSA_RDX, 8,
             maker->cpu_signature ? maker->cpu_signature : start->cpu_signature);
    le_write(page + VMSA_SEV_FEATURES, 8, start->sev_features);
    le_write(page + VMSA_XCR0, 8, 0x1);
    le_write(page + VMSA_MXCSR, 4, maker->mxcsr);
    le_write(page + VMSA_X87_FCW, 2, maker->fcw);
}

/* QEMU's models (target/i386/cpu.c, builtin_x86_defs): family, model, stepping, as CPUID has it. */
static const struct {
    const char *name;
    uint32_t signature;
} cpu_models[] = {
    {"EPYC", 0x800f12},          {"EPYC-v1", 0x800f12},      {"EPYC-v2", 0x800f12},
    {"EPYC-IBPB", 0x800f12},     {"EPYC-v3", 0x800f12},      {"EPYC-v4", 0x800f12},
    {"EPYC-Rome", 0x830f10},     {"EPYC-Rome-v1", 0x830f10}, {"EPYC-Rome-v2", 0x830f10},
    {"EPYC-Rome-v3", 0x830f10},  {"EPYC-Milan", 0xa00f11},   {"EPYC-Milan-v1", 0xa00f11},
    {"EPYC-Milan-v2", 0xa00f11}, {"EPYC-Genoa", 0xa10f10},   {"EPYC-Genoa-v1", 0xa10f10},
    {"EPYC-Turin", 0xb00f00},
};

uint32_t vmsa_cpu_signature(const char *model)
{
    for (size_t i = 0; i < sizeof cpu_models / sizeof cpu_models[0]; i++)
        if (strcmp(cpu_models[i].name, model) == 0)
            return cpu_models[i].signature;
    return 0;
}
