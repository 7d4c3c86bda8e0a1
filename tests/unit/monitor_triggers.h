/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/monitor_triggers.h — a natural trap for every row that a trap can reach. Read
 * monitor_fixture.h first. */
#ifndef CVMLAB_TESTS_UNIT_MONITOR_TRIGGERS_H
#define CVMLAB_TESTS_UNIT_MONITOR_TRIGGERS_H

#include "monitor_fixture.h"

/* SBI extension ids (riscv-sbi-doc, one chapter each; COVG: riscv-ap-tee src/sbi_cove.adoc). */
enum {
    EID_BASE = 0x10,
    EID_TIME = 0x54494D45,
    EID_RFNC = 0x52464E43,
    EID_HSM = 0x48534D,
    EID_SRST = 0x53525354,
    EID_SUSP = 0x53555350,
    EID_PMU = 0x504D55,
    EID_DBCN = 0x4442434E,
    EID_STA = 0x535441,
    EID_MPXY = 0x4D505859,
    EID_DBTR = 0x44425452,
    EID_COVG = 0x434F5647,
    EID_FWFT = 0x46574654,
};

/* Instructions of the tests (riscv-isa-manual, instruction set listings). */
enum {
    INSN_LW_T0_A1 = 0x0005a283,      /* lw t0, 0(a1) */
    INSN_SW_T0_A1 = 0x0055a023,      /* sw t0, 0(a1) */
    INSN_FLD_FA0_A1 = 0x0005b507,    /* fld fa0, 0(a1) */
    INSN_LR_W_T0_A1 = 0x1005a2af,    /* lr.w t0, (a1) */
    INSN_SC_W_T0_T1_A1 = 0x1865a2af, /* sc.w t0, t1, (a1) */
    INSN_AMOADD_T0_A1 = 0x0055a2af,  /* amoadd.w t0, t0, (a1) */
    INSN_VLE8_V1_A1 = 0x02058087,    /* vle8.v v1, (a1) */
    INSN_VSE8_V1_A1 = 0x020580a7,    /* vse8.v v1, (a1) */
    INSN_CBO_ZERO_A1 = 0x0045a00f,   /* cbo.zero (a1) */
    INSN_CBO_FLUSH_A1 = 0x0025a00f,  /* cbo.flush (a1) */
    INSN_ADDI = 0x00000013,          /* nop */
    INSN_WFI_WORD = 0x10500073,
    INSN_WRS_NTO = 0x00d00073,
    INSN_WRS_STO = 0x01d00073,
    INSN_READ_HSTATUS = 0x600022f3, /* csrrs t0, hstatus, x0 */
    INSN_SEED_T0 = 0x015012f3,      /* csrrw t0, seed, x0 */
    INSN_SRET = 0x10200073,
};

struct trigger {
    enum row_id row;
    uint64_t scause;
    uint64_t gpa; /* causes 20, 21, 23 */
    uint64_t htinst;
    uint64_t stval; /* the other causes */
    uint32_t insn;  /* at the guest pc; 0: nothing can be read there */
    bool from_user;
    uint64_t a7, a6, a0, a1, a2; /* cause 10 */
};

#define FETCH_FAULT EXC_INST_GUEST_PAGE_FAULT
#define LOAD_FAULT  EXC_LOAD_GUEST_PAGE_FAULT
#define STORE_FAULT EXC_STORE_GUEST_PAGE_FAULT
#define VIRTUAL     EXC_VIRTUAL_INST_FAULT
#define ECALL       EXC_SUPERVISOR_SYSCALL

static const struct trigger triggers[] = {
    {ROW_INT_SSI, SCAUSE_INTERRUPT | 1, .stval = 0},
    {ROW_INT_STI, SCAUSE_INTERRUPT | 5, .stval = 0},
    {ROW_INT_SEI, SCAUSE_INTERRUPT | 9, .stval = 0},
    {ROW_INT_SGEI, SCAUSE_INTERRUPT | 12, .stval = 0},
    {ROW_INT_LCOFI, SCAUSE_INTERRUPT | 13, .stval = 0},
    {ROW_INT_M, SCAUSE_INTERRUPT | 7, .stval = 0},
    {ROW_INT_VS, SCAUSE_INTERRUPT | 10, .stval = 0},
    {ROW_SBI_STD, ECALL, .a7 = EID_TIME, .a0 = 0x123456789abcdef0},
    {ROW_SBI_STD, ECALL, .a7 = EID_PMU, .a6 = 2, .a0 = 1, .a1 = 2, .a2 = 3},
    {ROW_SBI_LEG, ECALL, .a7 = 0, .a0 = 0x123456789abcdef0},
    {ROW_SBI_LEG, ECALL, .a7 = 1, .a0 = 0x5ec0de0000000041},
    {ROW_SBI_LEG, ECALL, .a7 = 4, .a0 = 0xffffffc000001000},
    {ROW_SBI_RES, ECALL, .a7 = EID_BASE, .a6 = 3, .a0 = EID_TIME},
    {ROW_SBI_RES, ECALL, .a7 = EID_RFNC, .a6 = 1, .a0 = 3, .a1 = 0},
    {ROW_SBI_RES, ECALL, .a7 = 6, .a0 = 0xffffffc000001000},
    {ROW_SBI_COVG, ECALL, .a7 = EID_COVG, .a6 = 2, .a0 = RAM_BASE, .a1 = PAGE_SIZE},
    {ROW_SBI_COVG, ECALL, .a7 = EID_COVG, .a6 = 0, .a0 = HOLE_BASE, .a1 = PAGE_SIZE},
    {ROW_SBI_HSM_START, ECALL, .a7 = EID_HSM, .a0 = 1, .a1 = RAM_BASE, .a2 = 0x0bac},
    {ROW_SBI_HSM_SUSP, ECALL, .a7 = EID_HSM, .a6 = 3, .a0 = 0x80000000, .a1 = RAM_BASE, .a2 = 7},
    {ROW_SBI_HSM_SUSP, ECALL, .a7 = EID_SUSP, .a6 = 0, .a0 = 0, .a1 = RAM_BASE, .a2 = 7},
    {ROW_SBI_DBCN, ECALL, .a7 = EID_DBCN, .a6 = 0, .a0 = 16, .a1 = SHARED_BASE, .a2 = 0},
    {ROW_SBI_DBCN_2, ECALL, .a7 = EID_DBCN, .a6 = 2, .a0 = 0x5ec0de41},
    {ROW_SBI_SHM, ECALL, .a7 = EID_STA, .a6 = 0, .a0 = SHARED_BASE, .a1 = 0, .a2 = 0},
    {ROW_SBI_SHM, ECALL, .a7 = EID_MPXY, .a6 = 1, .a0 = SHARED_BASE, .a1 = 0, .a2 = 0},
    {ROW_SBI_SRST, ECALL, .a7 = EID_SRST, .a6 = 0, .a0 = 0xdead00000001, .a1 = 0xdead00000002},
    {ROW_SBI_UNK, ECALL, .a7 = 0x08001234, .a6 = 5, .a0 = 0x1234},
    {ROW_LIFE_STOP, ECALL, .a7 = EID_HSM, .a6 = 1},
    {ROW_GPF_X_RAM, FETCH_FAULT, .gpa = RAM_BASE + 0x1abc},
    {ROW_GPF_X_BAD, FETCH_FAULT, .gpa = HOLE_BASE},
    {ROW_GPF_L_RAM, LOAD_FAULT, .gpa = RAM_BASE + 0x1abd},
    {ROW_GPF_S_RAM, STORE_FAULT, .gpa = SHARED_BASE + 0xabe},
    {ROW_GPF_PT, LOAD_FAULT, .gpa = RAM_BASE + 0xff8, .htinst = HTINST_PSEUDO_READ},
    {ROW_GPF_PT, STORE_FAULT, .gpa = RAM_BASE, .htinst = HTINST_PSEUDO_WRITE},
    {ROW_GPF_PT_MMIO, FETCH_FAULT, .gpa = MMIO_BASE, .htinst = HTINST_PSEUDO_READ},
    {ROW_MMIO_L, LOAD_FAULT, .gpa = MMIO_BASE + 4, .insn = INSN_LW_T0_A1},
    {ROW_MMIO_L, LOAD_FAULT, .gpa = MMIO_BASE + 4, .htinst = 0x2283, .insn = INSN_LW_T0_A1},
    {ROW_MMIO_S, STORE_FAULT, .gpa = MMIO_BASE + 8, .insn = INSN_SW_T0_A1},
    {ROW_MMIO_FP, LOAD_FAULT, .gpa = MMIO_BASE, .insn = INSN_FLD_FA0_A1},
    {ROW_MMIO_AMO, STORE_FAULT, .gpa = MMIO_BASE, .insn = INSN_AMOADD_T0_A1},
    {ROW_MMIO_V, LOAD_FAULT, .gpa = MMIO_BASE, .insn = INSN_VLE8_V1_A1},
    {ROW_MMIO_CBO, STORE_FAULT, .gpa = MMIO_BASE, .insn = INSN_CBO_ZERO_A1},
    {ROW_MMIO_MIS, LOAD_FAULT, .gpa = MMIO_BASE + 2, .insn = INSN_LW_T0_A1},
    {ROW_MMIO_FETCHFAIL, LOAD_FAULT, .gpa = MMIO_BASE},
    {ROW_MMIO_MISMATCH, LOAD_FAULT, .gpa = MMIO_BASE, .insn = INSN_SW_T0_A1},
    {ROW_GPF_UNREG, STORE_FAULT, .gpa = HOLE_BASE + 0x10, .insn = INSN_SW_T0_A1},
    {ROW_VI_WFI, VIRTUAL, .stval = INSN_WFI_WORD},
    {ROW_VI_WFI_VU, VIRTUAL, .stval = INSN_WFI_WORD, .from_user = true},
    {ROW_VI_WRS, VIRTUAL, .stval = 0, .insn = INSN_WRS_NTO},
    {ROW_VI_WRS, VIRTUAL, .stval = INSN_WRS_STO},
    {ROW_VI_CNT, VIRTUAL, .stval = 0xc01022f3},
    {ROW_VI_CSR, VIRTUAL, .stval = INSN_READ_HSTATUS},
    {ROW_VI_CSR, VIRTUAL, .stval = 0, .insn = INSN_SEED_T0},
    {ROW_VI_PRIV, VIRTUAL, .stval = INSN_SRET, .from_user = true},
    {ROW_VI_CBO, VIRTUAL, .stval = INSN_CBO_FLUSH_A1},
    {ROW_EXC_FWD, EXC_INST_ILLEGAL, .stval = 0xffff},
    {ROW_EXC_DBG, EXC_BREAKPOINT, .stval = CODE_PC},
    {ROW_EXC_DBL, EXC_DOUBLE_TRAP, .stval = 0x5ec},
    {ROW_EXC_HW, EXC_HARDWARE_ERROR, .stval = 0xffffffc000001234},
    {ROW_EXC_UNK, 24, .stval = 0x5ec},
};

enum { TRIGGER_COUNT = sizeof triggers / sizeof triggers[0] };

static inline void trigger_arrange(struct fixture *fix, const struct trigger *trigger)
{
    bool guest_fault = trigger->scause == FETCH_FAULT || trigger->scause == LOAD_FAULT ||
                       trigger->scause == STORE_FAULT;

    fix->live.mode = trigger->from_user ? GUEST_VU : GUEST_VS;
    fix->platform.code_halves = 0;
    if (trigger->insn)
        code_place(fix, trigger->insn);
    if (guest_fault) {
        trap_at(fix, trigger->scause, trigger->gpa);
        fix->trap.htinst = trigger->htinst;
    } else {
        trap_set(fix, trigger->scause, trigger->stval);
    }
    if (trigger->scause == ECALL) {
        ecall_set(fix, trigger->a7, trigger->a6);
        args_set(fix, trigger->a0, trigger->a1, trigger->a2);
    }
}

#endif
