/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/csr.c — access to CSRs: who may, what traps otherwise, and the six instructions.
 * Source: riscv-isa-manual, src/priv/csrs.adoc, "CSR Address Mapping Conventions"; hypervisor.adoc,
 * "Trap Cause Codes" (virtual-instruction exceptions); src/unpriv/zicsr.adoc. */
#include "hart/internal.h"

#include <stdio.h>

enum { FUNCT3_WRITE = 1, FUNCT3_SET = 2, FUNCT3_CLEAR = 3, FUNCT3_IMMEDIATE = 4, CSR_MIP = 0x344 };

static const struct hart_mode mode_hs = {PRIVILEGE_S, false};

static const struct csr *csr_find(const struct hart *hart, uint16_t number)
{
    unsigned index = number < CSR_NUMBERS ? hart->csr_index[number] : 0;

    return index ? &csr_table[index - 1] : NULL;
}

static unsigned csr_place(const struct csr *csr, uint16_t number)
{
    return csr->count > 1 ? (unsigned)(number - csr->number) / csr->step : 0;
}

static uint64_t *csr_field(struct hart *hart, const struct csr *csr, unsigned index)
{
    return (uint64_t *)(void *)((char *)hart + csr->field) + index;
}

static uint64_t csr_read(struct hart *hart, const struct csr *csr, unsigned index)
{
    return csr->read ? csr->read(hart, csr, index) : *csr_field(hart, csr, index);
}

static void csr_write(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    uint64_t *field = csr_field(hart, csr, index);

    if (csr->write)
        csr->write(hart, csr, index, value);
    else
        *field = (*field & ~csr->mask) | (value & csr->mask);
}

static bool is_read_only(uint16_t number)
{
    return bits(number, 11, 10) == 3;
}

/* Whether the counter may be read in this mode. */
static bool counter_is_enabled(const struct hart *hart, struct hart_mode mode, unsigned counter)
{
    return bit(hart->mcounteren, counter) && (!mode.is_virtual || bit(hart->hcounteren, counter)) &&
           (mode.privilege != PRIVILEGE_U || bit(hart->scounteren, counter));
}

static bool stimecmp_is_enabled(const struct hart *hart, struct hart_mode mode)
{
    uint64_t config = mode.is_virtual ? henvcfg_effective(hart) : hart->menvcfg;

    mode.privilege = PRIVILEGE_S; /* scounteren is for counters */
    return counter_is_enabled(hart, mode, COUNTER_TIME) && (config & ENVCFG_STCE);
}

/* What mstateen, and hstateen for a guest, say of a bit. Without Smstateen everything is open. */
static bool stateen_allows(const struct hart *hart, struct hart_mode mode, unsigned index,
                           uint64_t mask)
{
    return !hart->config.features.smstateen ||
           ((hart->mstateen[index] & mask) && (!mode.is_virtual || (hart->hstateen[index] & mask)));
}

/* Whether the gate of a CSR lets this mode, less than M, pass. TVM is looked at by the caller. */
static bool gate_is_open(const struct hart *hart, const struct csr *csr, unsigned index,
                         struct hart_mode mode)
{
    switch (csr->gate) {
    case GATE_COUNTER:
        return counter_is_enabled(hart, mode, (csr->number & 0x1f) + index);
    case GATE_STIMECMP:
        return stimecmp_is_enabled(hart, mode);
    case GATE_SATP:
        return !mode.is_virtual || !(hart->hstatus & HSTATUS_VTVM);
    case GATE_ENVCFG:
        return stateen_allows(hart, mode, 0, STATEEN_ENVCFG);
    case GATE_STATEEN:
        return stateen_allows(hart, mode, index, STATEEN_SE);
    case GATE_NONE:
    case GATE_HGATP:
    case GATE_FLOAT:
        break;
    }
    return true;
}

/* An access with V = 1: virtual-instruction instead of illegal-instruction if HS-mode could do it.
 */
static uint8_t check_virtual(const struct hart *hart, const struct csr *csr, unsigned index)
{
    unsigned level = (unsigned)bits(csr->number, 9, 8);

    if (!gate_is_open(hart, csr, index, mode_hs))
        return CAUSE_ILLEGAL;
    if (level > hart->mode.privilege || !gate_is_open(hart, csr, index, hart->mode))
        return CAUSE_VIRTUAL;
    return CAUSE_NONE;
}

/* The exception that an access by the present mode causes. */
static uint8_t csr_check(const struct hart *hart, const struct csr *csr, unsigned index,
                         bool is_write)
{
    unsigned level = (unsigned)bits(csr->number, 9, 8);
    bool is_tvm = csr->gate == GATE_SATP || csr->gate == GATE_HGATP;

    if (is_write && is_read_only(csr->number))
        return CAUSE_ILLEGAL;
    if (csr->gate == GATE_FLOAT && !hart_float_is_on(hart))
        return CAUSE_ILLEGAL; /* never virtual: hypervisor.adoc, "Fields FS and VS" */
    if (hart->mode.privilege == PRIVILEGE_M)
        return CAUSE_NONE;
    if (level == PRIVILEGE_M)
        return CAUSE_ILLEGAL;
    if (hart->mode.is_virtual)
        return check_virtual(hart, csr, index);
    if ((level != PRIVILEGE_U && hart->mode.privilege == PRIVILEGE_U) ||
        !gate_is_open(hart, csr, index, hart->mode) || (is_tvm && (hart->mstatus & STATUS_TVM)))
        return CAUSE_ILLEGAL;
    return CAUSE_NONE;
}

/* The value that csrrs and csrrc start from. Of SEIP in mip it is the bit that software wrote,
 * without the line (machine.adoc, "mip.SEIP"). */
static uint64_t modify_base(const struct hart *hart, const struct csr *csr, uint64_t read)
{
    uint64_t seip = ONE_BIT(IRQ_SEI);

    return csr->number == CSR_MIP ? (read & ~seip) | (hart->mip_software & seip) : read;
}

uint8_t csr_instruction(struct hart *hart, uint32_t raw)
{
    unsigned funct3 = (unsigned)bits(raw, 14, 12), operation = funct3 & 3;
    unsigned rd = (unsigned)bits(raw, 11, 7), source = (unsigned)bits(raw, 19, 15);
    bool is_write = operation == FUNCT3_WRITE || source != 0;
    const struct csr *csr = csr_find(hart, (uint16_t)(raw >> 20));
    unsigned index;
    uint64_t operand, old, value;
    uint8_t cause;

    if (!csr)
        return CAUSE_ILLEGAL;
    index = csr_place(csr, (uint16_t)(raw >> 20));
    cause = csr_check(hart, csr, index, is_write);
    if (cause != CAUSE_NONE)
        return cause;
    if (hart->mode.is_virtual && csr->vs)
        csr = csr_find(hart, csr->vs);
    operand = funct3 & FUNCT3_IMMEDIATE
                  ? source
                  : hart->config.engine.get(hart->config.engine.context, source);
    old = csr_read(hart, csr, index);
    value = operand;
    if (operation == FUNCT3_SET)
        value = modify_base(hart, csr, old) | operand;
    if (operation == FUNCT3_CLEAR)
        value = modify_base(hart, csr, old) & ~operand;
    if (is_write)
        csr_write(hart, csr, index, value);
    if (rd != 0)
        hart->config.engine.set(hart->config.engine.context, rd, old);
    if (hart->config.observer.csr)
        hart->config.observer.csr(hart->config.observer.context, csr->number, is_write,
                                  is_write ? value : old);
    return CAUSE_NONE;
}

static bool need_is_met(const struct hart_config *config, enum csr_need need)
{
    const struct hart_features *has = &config->features;

    switch (need) {
    case NEED_NOTHING:
        break;
    case NEED_H:
        return has->h;
    case NEED_SSTC:
        return has->sstc;
    case NEED_SSTC_H:
        return has->sstc && has->h;
    case NEED_STATEEN:
        return has->smstateen;
    case NEED_STATEEN_H:
        return has->smstateen && has->h;
    case NEED_PMP:
        return has->pmp_count > 0;
    case NEED_SNP:
        return has->h && memory_config(config->memory)->mode == MEMORY_SNP;
    }
    return true;
}

void csr_reset(struct hart *hart)
{
    for (unsigned row = 0; row < csr_count; row++) {
        const struct csr *csr = &csr_table[row];

        if (!need_is_met(&hart->config, csr->need))
            continue;
        for (unsigned i = 0; i < csr->count; i++) {
            hart->csr_index[csr->number + i * csr->step] = (uint8_t)(row + 1);
            if (csr->field && !csr->read)
                *csr_field(hart, csr, i) = csr->reset;
        }
    }
}

bool hart_csr_peek(struct hart *hart, uint16_t number, uint64_t *value)
{
    const struct csr *csr = csr_find(hart, number);

    if (!csr)
        return false;
    *value = csr_read(hart, csr, csr_place(csr, number));
    return true;
}

bool hart_csr_poke(struct hart *hart, uint16_t number, uint64_t value)
{
    const struct csr *csr = csr_find(hart, number);

    if (!csr || is_read_only(number))
        return false;
    csr_write(hart, csr, csr_place(csr, number), value);
    return true;
}

bool hart_csr_name(uint16_t number, char *out, size_t size)
{
    out[0] = 0;
    for (const struct csr *csr = csr_table; csr < csr_table + csr_count; csr++) {
        unsigned last = csr->number + (csr->count - 1U) * csr->step;

        if (number < csr->number || number > last ||
            (csr->count > 1 && (number - csr->number) % csr->step))
            continue;
        if (csr->count == 1)
            snprintf(out, size, "%s", csr->name);
        else
            snprintf(out, size, "%s%u", csr->name, number - csr->number + csr->first_index);
        return true;
    }
    return false;
}
