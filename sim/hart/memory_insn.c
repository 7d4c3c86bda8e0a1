/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/memory_insn.c — loads, stores, LR, SC and AMO that the engine could not carry out:
 * because they fault, go to a device, or to a page that PMP allows in parts. They are done here
 * from the beginning, so that a fault has its exact address, and an AMO is a store from its first
 * access on. Source: riscv-isa-manual, src/unpriv/rv32.adoc, a-st-ext.adoc, f-st-ext.adoc;
 * src/priv/hypervisor.adoc, "Transformed Instruction or Pseudoinstruction for mtinst or htinst". */
#include "hart/internal.h"

#include <string.h>

enum {
    OPCODE_LOAD = 0x03,
    OPCODE_LOAD_FP = 0x07,
    OPCODE_STORE = 0x23,
    OPCODE_STORE_FP = 0x27,
    OPCODE_AMO = 0x2f,
    FUNCT3_UNSIGNED = 4,
    FUNCT5_LR = 2,
    FUNCT5_SC = 3,
    INSN_LONG = 3
};

/* The instruction in its 32-bit form. */
struct operation {
    uint32_t word;
    unsigned opcode, rd, rs2, size_bytes;
    uint64_t address;
    bool is_unsigned;
};

static uint64_t register_get(const struct hart *hart, unsigned number)
{
    return hart->config.engine.get(hart->config.engine.context, number);
}

static void x_set(struct hart *hart, unsigned rd, uint64_t value)
{
    if (rd != 0)
        hart->config.engine.set(hart->config.engine.context, ENGINE_X + rd, value);
}

static bool is_atomic(uint32_t word)
{
    return (word & 0x7f) == OPCODE_AMO;
}

static unsigned funct5(uint32_t word)
{
    return (unsigned)bits(word, 31, 27);
}

static uint64_t offset_of(uint32_t word)
{
    switch (word & 0x7f) {
    case OPCODE_LOAD:
    case OPCODE_LOAD_FP:
        return sign_extend(bits(word, 31, 20), 12);
    case OPCODE_STORE:
    case OPCODE_STORE_FP:
        return sign_extend(bits(word, 31, 25) << 5 | bits(word, 11, 7), 12);
    default:
        return 0;
    }
}

static uint32_t long_form(uint32_t raw)
{
    return (raw & INSN_LONG) == INSN_LONG ? raw : insn_expand((uint16_t)raw);
}

/* false: no load, store or atomic of RV64GC. */
static bool decode(const struct hart *hart, uint32_t raw, struct operation *out)
{
    uint32_t word = long_form(raw);
    unsigned funct3 = (unsigned)bits(word, 14, 12);

    *out = (struct operation){.word = word,
                              .opcode = word & 0x7f,
                              .rd = (unsigned)bits(word, 11, 7),
                              .rs2 = (unsigned)bits(word, 24, 20),
                              .size_bytes = 1U << (funct3 & 3),
                              .is_unsigned = funct3 & FUNCT3_UNSIGNED};
    out->address = register_get(hart, (unsigned)bits(word, 19, 15)) + offset_of(word);
    switch (out->opcode) {
    case OPCODE_LOAD:
        return funct3 != 7;
    case OPCODE_STORE:
        return funct3 <= 3;
    case OPCODE_LOAD_FP:
    case OPCODE_STORE_FP:
    case OPCODE_AMO:
        return funct3 == 2 || funct3 == 3;
    default:
        return false;
    }
}

uint64_t insn_transformed(uint32_t raw, uint64_t offset)
{
    uint32_t word = long_form(raw), keep = ~(UINT32_C(0x1f) << 15);

    switch (word & 0x7f) {
    case OPCODE_LOAD:
    case OPCODE_LOAD_FP:
        keep = 0x00007fff; /* funct3, rd, opcode */
        break;
    case OPCODE_STORE:
    case OPCODE_STORE_FP:
        keep = 0x01f0707f; /* rs2, funct3, opcode */
        break;
    default:
        break;
    }
    word = (word & keep) | (uint32_t)offset << 15;
    return (raw & INSN_LONG) == INSN_LONG ? word : word & ~UINT32_C(2);
}

static uint64_t extend(uint64_t value, unsigned size_bytes, bool is_unsigned)
{
    return is_unsigned ? value & width_mask(size_bytes) : sign_extend(value, 8 * size_bytes);
}

/* A float narrower than its register is boxed in ones (f-st-ext.adoc, "NaN Boxing"). */
static void f_load(struct hart *hart, const struct operation *op, uint64_t value)
{
    if (op->size_bytes < 8)
        value |= ~width_mask(op->size_bytes);
    hart->config.engine.set(hart->config.engine.context, ENGINE_F + op->rd, value);
    hart_float_dirty(hart);
}

/* Whether the fill that led to this event was refused for just this access: nothing has changed
 * since. */
static bool is_refused(const struct hart *hart, const struct operation *op, enum access_kind kind)
{
    const struct hart_refusal *refusal = &hart->refusal;

    return refusal->is_there && refusal->kind == kind &&
           op->address - refusal->page <= PAGE_SIZE - op->size_bytes;
}

/* The fault that it was refused with, at the exact address. false: it was not refused, or not for a
 * fault. */
static bool refused_fault(const struct hart *hart, const struct view_rules *rules,
                          const struct operation *op, enum access_kind kind,
                          struct exception *fault)
{
    const struct hart_refusal *refusal = &hart->refusal;

    if (!is_refused(hart, op, kind) || refusal->fault.cause == CAUSE_NONE)
        return false;
    *fault = refusal->fault;
    fault->tval = op->address;
    fault->is_gva = rules->mode.is_virtual;
    if (cause_is_guest_page(fault->cause) && fault->tinst == 0)
        fault->gpa += op->address - refusal->page;
    return true;
}

/* A load or store of x registers that goes to a device, translated already. false: it does not, or
 * the device or PMP says no; nothing was done then. */
static bool device_access(struct hart *hart, const struct operation *op)
{
    enum access_kind kind = op->opcode == OPCODE_STORE ? ACCESS_WRITE : ACCESS_READ;
    uint64_t spa = hart->refusal.spa + (op->address - hart->refusal.page), value;
    const struct hart_bus *bus = &hart->config.bus;

    if ((op->opcode != OPCODE_LOAD && op->opcode != OPCODE_STORE) || !is_refused(hart, op, kind) ||
        hart->refusal.fault.cause != CAUSE_NONE ||
        !pmp_allows(hart, spa, op->size_bytes, kind, mode_data(hart).privilege))
        return false;
    if (kind == ACCESS_WRITE)
        return bus->write(bus->context, (spa_t){spa}, op->size_bytes,
                          register_get(hart, op->rs2) & width_mask(op->size_bytes));
    if (!bus->read(bus->context, (spa_t){spa}, op->size_bytes, &value))
        return false;
    x_set(hart, op->rd, extend(value, op->size_bytes, op->is_unsigned));
    return true;
}

static bool do_load(struct hart *hart, const struct view_rules *rules, const struct operation *op,
                    struct exception *fault)
{
    uint64_t value;

    if (refused_fault(hart, rules, op, ACCESS_READ, fault) ||
        !load(hart, rules, op->address, op->size_bytes, &value, fault))
        return false;
    if (op->opcode == OPCODE_LOAD_FP)
        f_load(hart, op, value);
    else
        x_set(hart, op->rd, extend(value, op->size_bytes, op->is_unsigned));
    return true;
}

static bool do_store(struct hart *hart, const struct view_rules *rules, const struct operation *op,
                     struct exception *fault)
{
    unsigned bank = op->opcode == OPCODE_STORE_FP ? ENGINE_F : ENGINE_X;

    return !refused_fault(hart, rules, op, ACCESS_WRITE, fault) &&
           store(hart, rules, op->address, op->size_bytes, register_get(hart, bank + op->rs2),
                 fault);
}

/* The model's reservation is the value that was read, as the engine's is. */
static bool do_lr(struct hart *hart, const struct view_rules *rules, const struct operation *op,
                  struct exception *fault)
{
    struct translation at;
    uint64_t value;

    if (!translate(hart, rules, op->address, ACCESS_READ, &at, fault))
        return false;
    if (!spa_is_ram(hart, at.spa)) { /* devices cannot be reserved */
        fault_access(fault, ACCESS_READ);
        fault->tval = op->address;
        fault->is_gva = rules->mode.is_virtual;
        return false;
    }
    if (!load(hart, rules, op->address, op->size_bytes, &value, fault))
        return false;
    hart->is_reserved = true;
    hart->reserved_spa = at.spa;
    hart->reserved_value = value;
    x_set(hart, op->rd, sign_extend(value, 8 * op->size_bytes));
    return true;
}

static bool do_sc(struct hart *hart, const struct view_rules *rules, const struct operation *op,
                  struct exception *fault)
{
    uint8_t *place = ram_update(hart, rules, op->address, op->size_bytes, fault);
    uint64_t present = 0, value = register_get(hart, op->rs2);
    struct translation at;
    bool is_done;

    if (!place || !translate(hart, rules, op->address, ACCESS_WRITE, &at, fault))
        return false;
    memcpy(&present, place, op->size_bytes);
    is_done = hart->is_reserved && hart->reserved_spa == at.spa && hart->reserved_value == present;
    hart->is_reserved = false;
    if (is_done)
        memcpy(place, &value, op->size_bytes);
    x_set(hart, op->rd, !is_done);
    return true;
}

/* What an AMO leaves in memory; both operands are sign-extended. */
static uint64_t amo_result(unsigned operation, uint64_t present, uint64_t operand, uint64_t mask)
{
    bool is_less = (int64_t)present < (int64_t)operand;
    bool is_less_unsigned = (present & mask) < (operand & mask);

    switch (operation) {
    case 0x00:
        return present + operand;
    case 0x04:
        return present ^ operand;
    case 0x08:
        return present | operand;
    case 0x0c:
        return present & operand;
    case 0x10:
        return is_less ? present : operand;
    case 0x14:
        return is_less ? operand : present;
    case 0x18:
        return is_less_unsigned ? present : operand;
    case 0x1c:
        return is_less_unsigned ? operand : present;
    default: /* 0x01: swap */
        return operand;
    }
}

static bool do_amo(struct hart *hart, const struct view_rules *rules, const struct operation *op,
                   struct exception *fault)
{
    uint8_t *place = ram_update(hart, rules, op->address, op->size_bytes, fault);
    uint64_t present = 0, operand = sign_extend(register_get(hart, op->rs2), 8 * op->size_bytes);
    uint64_t result;

    if (!place)
        return false;
    memcpy(&present, place, op->size_bytes);
    present = sign_extend(present, 8 * op->size_bytes);
    result = amo_result(funct5(op->word), present, operand, width_mask(op->size_bytes));
    memcpy(place, &result, op->size_bytes);
    x_set(hart, op->rd, present);
    return true;
}

static bool carry_out(struct hart *hart, const struct view_rules *rules, const struct operation *op,
                      struct exception *fault)
{
    switch (op->opcode) {
    case OPCODE_LOAD:
    case OPCODE_LOAD_FP:
        return do_load(hart, rules, op, fault);
    case OPCODE_STORE:
    case OPCODE_STORE_FP:
        return do_store(hart, rules, op, fault);
    default:
        break;
    }
    switch (funct5(op->word)) {
    case FUNCT5_LR:
        return do_lr(hart, rules, op, fault);
    case FUNCT5_SC:
        return do_sc(hart, rules, op, fault);
    default:
        return do_amo(hart, rules, op, fault);
    }
}

static uint64_t trap_misaligned(struct hart *hart, uint64_t pc, uint32_t raw,
                                const struct view_rules *rules, const struct operation *op)
{
    struct exception fault = {
        .cause = funct5(op->word) == FUNCT5_LR ? CAUSE_LOAD_MISALIGNED : CAUSE_STORE_MISALIGNED,
        .is_gva = rules->mode.is_virtual,
        .tval = op->address,
        .tinst = insn_transformed(raw, 0),
    };

    return trap_exception(hart, pc, &fault);
}

uint64_t memory_event(struct hart *hart, uint64_t pc)
{
    struct view_rules rules;
    struct exception fault;
    struct operation op;
    uint32_t raw;

    if (!fetch(hart, pc, &raw, &fault))
        return trap_exception(hart, pc, &fault);
    if (!decode(hart, raw, &op))
        return refuse(hart, pc, raw, CAUSE_ILLEGAL);
    if (device_access(hart, &op))
        return retire(hart, pc, raw);
    rules = rules_data(hart);
    if (is_atomic(op.word) && op.address % op.size_bytes)
        return trap_misaligned(hart, pc, raw, &rules, &op);
    if (carry_out(hart, &rules, &op, &fault))
        return retire(hart, pc, raw);
    if (fault.tinst == 0)
        fault.tinst = insn_transformed(raw, fault.tval - op.address);
    return trap_exception(hart, pc, &fault);
}
