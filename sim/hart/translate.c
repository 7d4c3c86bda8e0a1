/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/translate.c — from virtual to physical addresses: whose rules hold for an access, and
 * the two stages one after the other. The walk of one stage is in walk.c. Source: riscv-isa-manual,
 * src/priv/supervisor.adoc, "Virtual Address Translation Process"; hypervisor.adoc, "Two-Stage
 * Address Translation", "mstatus" (MPRV). */
#include "hart/walk.h"

/* SUM and MXR as they hold in a mode: the guest's own in the first stage while V = 1. */
static struct view_rules rules_of(const struct hart *hart, struct hart_mode mode)
{
    uint64_t first =
        mode.is_virtual ? hart->vsstatus | (hart->mstatus & STATUS_MXR) : hart->mstatus;

    return (struct view_rules){
        .mode = mode,
        .sum = first & STATUS_SUM,
        .mxr = first & STATUS_MXR,
        .mxr_second = mode.is_virtual && (hart->mstatus & STATUS_MXR),
    };
}

struct view_rules rules_fetch(const struct hart *hart)
{
    return rules_of(hart, hart->mode);
}

struct hart_mode mode_data(const struct hart *hart)
{
    struct hart_mode mode = hart->mode;

    if (mode.privilege == PRIVILEGE_M && (hart->mstatus & STATUS_MPRV)) {
        mode.privilege = (enum privilege)((hart->mstatus & STATUS_MPP) >> STATUS_MPP_SHIFT);
        mode.is_virtual = mode.privilege != PRIVILEGE_M && (hart->mstatus & STATUS_MPV);
    }
    return mode;
}

struct view_rules rules_data(const struct hart *hart)
{
    return rules_of(hart, mode_data(hart));
}

struct view_rules rules_hyper(const struct hart *hart, bool is_hlvx)
{
    struct hart_mode mode = {hart->hstatus & HSTATUS_SPVP ? PRIVILEGE_S : PRIVILEGE_U, true};
    struct view_rules rules = rules_of(hart, mode);

    rules.is_hlvx = is_hlvx;
    return rules;
}

static uint8_t by_kind(enum access_kind kind, uint8_t fetch, uint8_t read, uint8_t write)
{
    if (kind == ACCESS_EXECUTE)
        return fetch;
    return kind == ACCESS_WRITE || kind == ACCESS_WALK_UPDATE ? write : read;
}

void fault_page(struct exception *fault, enum access_kind kind)
{
    *fault = (struct exception){
        .cause = by_kind(kind, CAUSE_FETCH_PAGE, CAUSE_LOAD_PAGE, CAUSE_STORE_PAGE)};
}

void fault_guest_page(struct exception *fault, enum access_kind kind, uint64_t gpa)
{
    *fault = (struct exception){.cause = by_kind(kind, CAUSE_FETCH_GUEST_PAGE,
                                                 CAUSE_LOAD_GUEST_PAGE, CAUSE_STORE_GUEST_PAGE),
                                .gpa = gpa};
}

void fault_access(struct exception *fault, enum access_kind kind)
{
    *fault = (struct exception){
        .cause = by_kind(kind, CAUSE_FETCH_ACCESS, CAUSE_LOAD_ACCESS, CAUSE_STORE_ACCESS)};
}

/* Addresses above the range of the mode have all bits like the highest one in it. */
static bool is_canonical(uint64_t va, unsigned levels)
{
    return sign_extend(va, PAGE_SHIFT + 9 * levels) == va;
}

/* VS-stage, or the only stage if V = 0. */
static bool translate_first(struct hart *hart, const struct view_rules *rules, uint64_t va,
                            enum access_kind kind, struct leaf *leaf, struct exception *fault)
{
    uint64_t atp = rules->mode.is_virtual ? hart->vsatp : hart->satp;
    unsigned levels = atp_levels(atp);
    struct walk walk = {.rules = rules,
                        .address = va,
                        .kind = kind,
                        .original = kind,
                        .root = atp,
                        .levels = levels};

    if (levels == 0) {
        *leaf = (struct leaf){.address = va, .allowed = ALLOW_READ | ALLOW_WRITE | ALLOW_EXECUTE};
        return true;
    }
    if (!is_canonical(va, levels)) {
        fault_page(fault, kind);
        return false;
    }
    return walk_table(hart, &walk, leaf, fault);
}

bool translate_second(struct hart *hart, const struct view_rules *rules, uint64_t gpa,
                      enum access_kind kind, enum access_kind original, struct translation *out,
                      struct exception *fault)
{
    unsigned levels = atp_levels(hart->hgatp);
    struct walk walk = {.rules = rules,
                        .address = 0,
                        .kind = kind,
                        .original = original,
                        .root = hart->hgatp,
                        .levels = levels,
                        .is_second = true};
    struct leaf leaf;
    gpa_t stripped = {gpa};

    out->is_private = true;
    if (memory_config(hart->config.memory)->mode != MEMORY_NONE)
        out->is_private = memory_gpa_is_private(hart->config.memory, (gpa_t){gpa}, &stripped);
    out->gpa = stripped.v;
    walk.address = stripped.v;
    if (levels == 0) {
        *out = (struct translation){.spa = stripped.v,
                                    .gpa = stripped.v,
                                    .is_private = out->is_private,
                                    .allowed = ALLOW_READ | ALLOW_WRITE | ALLOW_EXECUTE};
        return true;
    }
    if (stripped.v >> (PAGE_SHIFT + 9 * levels + 2)) {
        fault_guest_page(fault, original, stripped.v);
        return false;
    }
    if (!walk_table(hart, &walk, &leaf, fault))
        return false;
    out->spa = leaf.address;
    out->is_large = leaf.is_large;
    out->allowed = leaf.allowed;
    return true;
}

static bool translate_stages(struct hart *hart, const struct view_rules *rules, uint64_t va,
                             enum access_kind kind, struct translation *out,
                             struct exception *fault)
{
    struct leaf leaf = {.address = va, .allowed = ALLOW_READ | ALLOW_WRITE | ALLOW_EXECUTE};

    if (rules->mode.privilege != PRIVILEGE_M &&
        !translate_first(hart, rules, va, kind, &leaf, fault))
        return false;
    if (rules->mode.is_virtual) {
        if (!translate_second(hart, rules, leaf.address, kind, kind, out, fault))
            return false;
        out->allowed &= leaf.allowed;
    } else {
        *out =
            (struct translation){.spa = leaf.address, .gpa = leaf.address, .allowed = leaf.allowed};
    }
    return true;
}

bool translate(struct hart *hart, const struct view_rules *rules, uint64_t va,
               enum access_kind kind, struct translation *out, struct exception *fault)
{
    if (translate_stages(hart, rules, va, kind, out, fault))
        return true;
    fault->tval = va;
    fault->is_gva = rules->mode.is_virtual;
    return false;
}

bool hart_translate(struct hart *hart, gva_t where, enum access_kind kind, spa_t *out)
{
    struct view_rules rules = kind == ACCESS_EXECUTE ? rules_fetch(hart) : rules_data(hart);
    struct translation at;
    struct exception fault;

    rules.is_quiet = true;
    if (!translate(hart, &rules, where.v, kind, &at, &fault))
        return false;
    out->v = at.spa;
    return true;
}
