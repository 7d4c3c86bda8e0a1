/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/hart_snapshot.c — the model's state. See hart_snapshot.h; read state.h first.
 *
 * A snapshot may come from anywhere. So what is loaded is written through the CSRs, beginning with
 * a hart after reset, as M-mode would: if a field is not then what the snapshot says, no hart can
 * hold it. */
#include "hart/hart_snapshot.h"

#include <stddef.h>
#include <string.h>

#include "hart/internal.h"
#include "memory/riscv_fault.h"

enum {
    CSR_MENVCFG = 0x30a,
    CSR_MSTATEEN = 0x30c,
    CSR_PMPCFG = 0x3a0,
    CSR_PMPADDR = 0x3b0,
    PMPCFG_PER_CSR = 8
};

#define FIELD(name) offsetof(struct hart, name)

/* A field and the CSR that writes it, in an order in which each write may be done. */
struct saved_field {
    uint16_t field;
    uint16_t csr;
};

static const struct saved_field saved[] = {
    {FIELD(henvcfg), 0x60a},
    {FIELD(hstateen[0]), 0x60c},
    {FIELD(hstateen[1]), 0x60d},
    {FIELD(hstateen[2]), 0x60e},
    {FIELD(hstateen[3]), 0x60f},
    {FIELD(menvcfg), 0x30a},
    {FIELD(mstateen[0]), 0x30c},
    {FIELD(mstateen[1]), 0x30d},
    {FIELD(mstateen[2]), 0x30e},
    {FIELD(mstateen[3]), 0x30f},
    {FIELD(mstatus), 0x300},
    {FIELD(mtvec), 0x305},
    {FIELD(medeleg), 0x302},
    {FIELD(mideleg), 0x303},
    {FIELD(mie), 0x304},
    {FIELD(mscratch), 0x340},
    {FIELD(mepc), 0x341},
    {FIELD(mcause), 0x342},
    {FIELD(mtval), 0x343},
    {FIELD(mtval2), 0x34b},
    {FIELD(mtinst), 0x34a},
    {FIELD(mcounteren), 0x306},
    {FIELD(mcountinhibit), 0x320},
    {FIELD(stvec), 0x105},
    {FIELD(sscratch), 0x140},
    {FIELD(sepc), 0x141},
    {FIELD(scause), 0x142},
    {FIELD(stval), 0x143},
    {FIELD(satp), 0x180},
    {FIELD(scounteren), 0x106},
    {FIELD(senvcfg), 0x10a},
    {FIELD(stimecmp), 0x14d},
    {FIELD(hstatus), 0x600},
    {FIELD(hedeleg), 0x602},
    {FIELD(hideleg), 0x603},
    {FIELD(hvip), 0x645},
    {FIELD(hgeie), 0x607},
    {FIELD(htval), 0x643},
    {FIELD(htinst), 0x64a},
    {FIELD(hgatp), 0x680},
    {FIELD(hcounteren), 0x606},
    {FIELD(htimedelta), 0x605},
    {FIELD(hrmpsyn), RISCV_CSR_HRMPSYN},
    {FIELD(vsstatus), 0x200},
    {FIELD(vstvec), 0x205},
    {FIELD(vsscratch), 0x240},
    {FIELD(vsepc), 0x241},
    {FIELD(vscause), 0x242},
    {FIELD(vstval), 0x243},
    {FIELD(vsatp), 0x280},
    {FIELD(vstimecmp), 0x24d},
};

enum { SAVED_COUNT = sizeof saved / sizeof *saved };

static uint64_t *field_of(struct hart *hart, unsigned index)
{
    return (uint64_t *)(void *)((char *)hart + saved[index].field);
}

/* menvcfg and mstateen say which bits of henvcfg and hstateen can be written, which then stay. */
static void csrs_open(struct hart *hart)
{
    (void)hart_csr_poke(hart, CSR_MENVCFG, UINT64_MAX);
    for (uint16_t i = 0; i < STATEEN_COUNT; i++)
        (void)hart_csr_poke(hart, (uint16_t)(CSR_MSTATEEN + i), UINT64_MAX);
}

static void csrs_snapshot(struct hart *hart, struct snapshot_stream *stream)
{
    if (stream->is_loading)
        csrs_open(hart);
    for (unsigned i = 0; i < SAVED_COUNT; i++) {
        uint64_t value = *field_of(hart, i);

        snapshot_u64(stream, &value);
        if (!snapshot_is_loaded(stream))
            continue;
        (void)hart_csr_poke(hart, saved[i].csr, value);
        snapshot_require(stream, *field_of(hart, i) == value);
    }
}

/* Addresses before configurations, which may lock them. */
static void pmp_snapshot(struct hart *hart, struct snapshot_stream *stream)
{
    unsigned count = hart->config.features.pmp_count;
    uint8_t config[PMP_MAX];

    for (uint16_t i = 0; i < count; i++) {
        uint64_t address = hart->pmpaddr[i];

        snapshot_u64(stream, &address);
        if (!snapshot_is_loaded(stream))
            continue;
        (void)hart_csr_poke(hart, (uint16_t)(CSR_PMPADDR + i), address);
        snapshot_require(stream, hart->pmpaddr[i] == address);
    }
    memcpy(config, hart->pmpcfg, count);
    snapshot_bytes(stream, config, count);
    for (uint16_t i = 0; i < count && snapshot_is_loaded(stream); i += PMPCFG_PER_CSR) {
        uint64_t word;

        memcpy(&word, config + i, sizeof word);
        (void)hart_csr_poke(hart, (uint16_t)(CSR_PMPCFG + i / PMPCFG_PER_CSR * 2), word);
    }
    snapshot_require(stream, memcmp(config, hart->pmpcfg, count) == 0);
}

static void mode_snapshot(struct hart *hart, struct snapshot_stream *stream)
{
    uint8_t privilege = hart->mode.privilege;
    bool is_virtual = hart->mode.is_virtual;

    snapshot_u8(stream, &privilege);
    snapshot_bool(stream, &is_virtual);
    snapshot_require(stream, privilege == PRIVILEGE_U || privilege == PRIVILEGE_S ||
                                 privilege == PRIVILEGE_M);
    snapshot_require(stream, !is_virtual || (hart->config.features.h && privilege != PRIVILEGE_M));
    if (snapshot_is_loaded(stream))
        hart->mode = (struct hart_mode){(enum privilege)privilege, is_virtual};
}

static void mask_snapshot(struct snapshot_stream *stream, uint64_t *field, uint64_t allowed)
{
    uint64_t value = *field;

    snapshot_u64(stream, &value);
    snapshot_require(stream, (value & ~allowed) == 0);
    if (snapshot_is_loaded(stream))
        *field = value;
}

static void interrupts_snapshot(struct hart *hart, struct snapshot_stream *stream)
{
    uint64_t lines = ONE_BIT(IRQ_MSI) | ONE_BIT(IRQ_MEI) | ONE_BIT(IRQ_SEI);
    unsigned guests = hart->config.features.guest_interrupts;

    mask_snapshot(stream, &hart->mip_software,
                  ONE_BIT(IRQ_SSI) | ONE_BIT(IRQ_STI) | ONE_BIT(IRQ_SEI));
    mask_snapshot(stream, &hart->mip_lines, lines);
    mask_snapshot(stream, &hart->hgeip, guests ? bits(UINT64_MAX, guests - 1, 0) << 1 : 0);
    snapshot_u64(stream, &hart->mtimecmp);
}

/* Counters, after mcountinhibit, which sets them. */
static void counters_snapshot(struct hart *hart, struct snapshot_stream *stream)
{
    snapshot_u64(stream, &hart->mcycle.value);
    snapshot_u64(stream, &hart->mcycle.since);
    snapshot_u64(stream, &hart->minstret.value);
    snapshot_u64(stream, &hart->minstret.since);
    snapshot_bool(stream, &hart->is_reserved);
    snapshot_u64(stream, &hart->reserved_spa);
    snapshot_u64(stream, &hart->reserved_value);
    snapshot_u64(stream, &hart->trap_instret);
    snapshot_u64(stream, &hart->trap_epc);
    snapshot_u64(stream, &hart->trap_cause);
    snapshot_u32(stream, &hart->trap_repeats);
}

void hart_snapshot(struct hart *hart, struct snapshot_stream *stream)
{
    if (stream->is_loading) {
        hart->mip_lines = 0;
        hart->hgeip = 0;
        hart_reset(hart);
    }
    csrs_snapshot(hart, stream);
    pmp_snapshot(hart, stream);
    interrupts_snapshot(hart, stream);
    counters_snapshot(hart, stream);
    mode_snapshot(hart, stream);
    if (!stream->is_loading)
        return;
    pmp_rebuild(hart);
    hart_flush(hart);
    hart_rules_changed(hart);
    deadline_renew(hart);
}
