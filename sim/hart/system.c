/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/system.c — what the engine does not run: CSR instructions, returns, WFI, fences of
 * translation, and by other files HLV and HSV, CBO, and bit manipulation. Source: riscv-isa-manual,
 * src/priv/machine.adoc, "Machine-Mode Privileged Instructions"; supervisor.adoc, "Supervisor
 * Instructions"; hypervisor.adoc, "Hypervisor Instructions", "Trap Cause Codes"; svinval.adoc. */
#include "hart/internal.h"

enum {
    OPCODE_LOAD_FP = 0x07,
    OPCODE_MISC_MEM = 0x0f,
    OPCODE_OP_IMM = 0x13,
    OPCODE_OP_IMM_32 = 0x1b,
    OPCODE_STORE_FP = 0x27,
    OPCODE_OP = 0x33,
    OPCODE_OP_32 = 0x3b,
    OPCODE_MADD = 0x43,
    OPCODE_MSUB = 0x47,
    OPCODE_NMSUB = 0x4b,
    OPCODE_NMADD = 0x4f,
    OPCODE_OP_FP = 0x53,
    OPCODE_SYSTEM = 0x73,
    FUNCT3_PRIV = 0,
    FUNCT3_CBO = 2,
    FUNCT3_HYPER = 4,
    INSN_LONG = 3
};

enum {
    INSN_SRET = 0x10200073,
    INSN_WFI = 0x10500073,
    INSN_SFENCE_W_INVAL = 0x18000073,
    INSN_SFENCE_INVAL_IR = 0x18100073,
    INSN_MRET = 0x30200073
};

/* funct7 of fences; rd is 0 */
enum {
    FENCE_SFENCE_VMA = 0x09,
    FENCE_SINVAL_VMA = 0x0b,
    FENCE_HFENCE_VVMA = 0x11,
    FENCE_HINVAL_VVMA = 0x13,
    FENCE_HFENCE_GVMA = 0x31,
    FENCE_HINVAL_GVMA = 0x33
};

uint64_t retire(struct hart *hart, uint64_t pc, uint32_t raw)
{
    hart->config.engine.clock->instret++;
    return interrupt_take(hart, pc + ((raw & INSN_LONG) == INSN_LONG ? 4 : 2));
}

uint64_t refuse(struct hart *hart, uint64_t pc, uint32_t raw, uint8_t cause)
{
    struct exception exception = {.cause = cause, .tval = raw};

    return trap_exception(hart, pc, &exception);
}

/* What an instruction causes that S-mode may run unless trap says no: U-mode may not. */
static uint8_t supervisor_only(const struct hart *hart, bool s_traps, bool vs_traps)
{
    bool is_u = hart->mode.privilege == PRIVILEGE_U;

    if (hart->mode.is_virtual)
        return is_u || vs_traps ? CAUSE_VIRTUAL : CAUSE_NONE;
    return is_u || (hart->mode.privilege == PRIVILEGE_S && s_traps) ? CAUSE_ILLEGAL : CAUSE_NONE;
}

static uint64_t sret(struct hart *hart, uint64_t pc)
{
    uint8_t cause = supervisor_only(hart, hart->mstatus & STATUS_TSR, hart->hstatus & HSTATUS_VTSR);

    if (cause != CAUSE_NONE)
        return refuse(hart, pc, INSN_SRET, cause);
    hart->config.engine.clock->instret++;
    return interrupt_take(hart, trap_sret(hart));
}

static uint64_t mret(struct hart *hart, uint64_t pc)
{
    if (hart->mode.privilege != PRIVILEGE_M)
        return refuse(hart, pc, INSN_MRET, CAUSE_ILLEGAL);
    hart->config.engine.clock->instret++;
    return interrupt_take(hart, trap_mret(hart));
}

static uint64_t wfi(struct hart *hart, uint64_t pc)
{
    const struct hart_engine *engine = &hart->config.engine;
    uint8_t cause = supervisor_only(hart, false, hart->hstatus & HSTATUS_VTW);

    if (hart->mode.privilege != PRIVILEGE_M && (hart->mstatus & STATUS_TW))
        cause = CAUSE_ILLEGAL;
    if (cause != CAUSE_NONE)
        return refuse(hart, pc, INSN_WFI, cause);
    if (!hart_is_awake(hart))
        engine->stop(engine->context, HART_STOP_WAIT);
    return retire(hart, pc, INSN_WFI);
}

/* What the fence with this funct7 causes; *is_there false: there is no such fence in this hart. */
static uint8_t fence_check(const struct hart *hart, unsigned funct7, bool *is_there)
{
    const struct hart_features *has = &hart->config.features;
    bool tvm = hart->mstatus & STATUS_TVM;

    *is_there = true;
    switch (funct7) {
    case FENCE_SINVAL_VMA:
        *is_there = has->svinval;
        return supervisor_only(hart, tvm, hart->hstatus & HSTATUS_VTVM);
    case FENCE_SFENCE_VMA:
        return supervisor_only(hart, tvm, hart->hstatus & HSTATUS_VTVM);
    case FENCE_HINVAL_VVMA:
        *is_there = has->svinval && has->h;
        return supervisor_only(hart, false, true);
    case FENCE_HFENCE_VVMA:
        *is_there = has->h;
        return supervisor_only(hart, false, true);
    case FENCE_HINVAL_GVMA:
        *is_there = has->svinval && has->h;
        return supervisor_only(hart, tvm, true);
    case FENCE_HFENCE_GVMA:
        *is_there = has->h;
        return supervisor_only(hart, tvm, true);
    default:
        *is_there = false;
        return CAUSE_ILLEGAL;
    }
}

/* All fences flush everything. */
static uint64_t fence(struct hart *hart, uint64_t pc, uint32_t raw)
{
    bool is_there;
    uint8_t cause = fence_check(hart, (unsigned)bits(raw, 31, 25), &is_there);

    if (!is_there || bits(raw, 11, 7) != 0)
        return refuse(hart, pc, raw, CAUSE_ILLEGAL);
    if (cause != CAUSE_NONE)
        return refuse(hart, pc, raw, cause);
    hart_flush(hart);
    return retire(hart, pc, raw);
}

/* SFENCE.W.INVAL and SFENCE.INVAL.IR: SINVAL flushes at once, so that there is nothing left to
 * order. */
static uint64_t fence_order(struct hart *hart, uint64_t pc, uint32_t raw)
{
    uint8_t cause = supervisor_only(hart, false, false);

    if (!hart->config.features.svinval)
        cause = CAUSE_ILLEGAL;
    return cause == CAUSE_NONE ? retire(hart, pc, raw) : refuse(hart, pc, raw, cause);
}

static uint64_t system_instruction(struct hart *hart, uint64_t pc, uint32_t raw)
{
    unsigned funct3 = (unsigned)bits(raw, 14, 12);
    uint8_t cause;

    if (funct3 == FUNCT3_HYPER)
        return hyper_access(hart, pc, raw);
    if (funct3 != FUNCT3_PRIV) {
        cause = csr_instruction(hart, raw);
        return cause == CAUSE_NONE ? retire(hart, pc, raw) : refuse(hart, pc, raw, cause);
    }
    switch (raw) {
    case INSN_SRET:
        return sret(hart, pc);
    case INSN_MRET:
        return mret(hart, pc);
    case INSN_WFI:
        return wfi(hart, pc);
    case INSN_SFENCE_W_INVAL:
    case INSN_SFENCE_INVAL_IR:
        return fence_order(hart, pc, raw);
    default:
        return fence(hart, pc, raw);
    }
}

/* Instructions that need FS: those of F and D. */
static bool is_float(uint32_t raw)
{
    uint32_t word = (raw & INSN_LONG) == INSN_LONG ? raw : insn_expand((uint16_t)raw);
    unsigned funct3 = (unsigned)bits(word, 14, 12);

    switch (word & 0x7f) {
    case OPCODE_LOAD_FP:
    case OPCODE_STORE_FP:
        return funct3 == 2 || funct3 == 3;
    case OPCODE_MADD:
    case OPCODE_MSUB:
    case OPCODE_NMSUB:
    case OPCODE_NMADD:
    case OPCODE_OP_FP:
        return true;
    default:
        return false;
    }
}

static uint64_t integer_instruction(struct hart *hart, uint64_t pc, uint32_t raw)
{
    const struct hart_engine *engine = &hart->config.engine;
    unsigned rd = (unsigned)bits(raw, 11, 7);
    uint64_t a = engine->get(engine->context, (unsigned)bits(raw, 19, 15));
    uint64_t b = engine->get(engine->context, (unsigned)bits(raw, 24, 20)), result;

    if (!bit_manipulation(&hart->config.features, raw, a, b, &result))
        return refuse(hart, pc, raw, CAUSE_ILLEGAL);
    if (rd != 0)
        engine->set(engine->context, rd, result);
    return retire(hart, pc, raw);
}

uint64_t system_event(struct hart *hart, uint64_t pc)
{
    struct exception fault;
    uint32_t raw;

    if (!fetch(hart, pc, &raw, &fault))
        return trap_exception(hart, pc, &fault);
    /* The first float instruction that finds FS not Dirty makes it so, and runs in the engine. */
    if (is_float(raw) && hart_float_is_on(hart) && !hart->has_float) {
        hart_float_dirty(hart);
        return pc;
    }
    if ((raw & INSN_LONG) != INSN_LONG)
        return refuse(hart, pc, raw, CAUSE_ILLEGAL);
    switch (raw & 0x7f) {
    case OPCODE_SYSTEM:
        return system_instruction(hart, pc, raw);
    case OPCODE_MISC_MEM:
        return cache_block(hart, pc, raw);
    case OPCODE_OP_IMM:
    case OPCODE_OP_IMM_32:
    case OPCODE_OP:
    case OPCODE_OP_32:
        return integer_instruction(hart, pc, raw);
    default:
        return refuse(hart, pc, raw, CAUSE_ILLEGAL);
    }
}
