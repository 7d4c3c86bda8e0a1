/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/fields.h — bits of the privileged CSRs, by the names of the specification.
 * Source: riscv-isa-manual, src/priv/machine.adoc, supervisor.adoc, hypervisor.adoc. */
#ifndef CVMLAB_SIM_HART_FIELDS_H
#define CVMLAB_SIM_HART_FIELDS_H

#include "base/bytes.h"

#define ONE_BIT(index) (UINT64_C(1) << (index))

/* mstatus, sstatus, vsstatus */
#define STATUS_SIE   ONE_BIT(1)
#define STATUS_MIE   ONE_BIT(3)
#define STATUS_SPIE  ONE_BIT(5)
#define STATUS_MPIE  ONE_BIT(7)
#define STATUS_SPP   ONE_BIT(8)
#define STATUS_MPP   (UINT64_C(3) << 11)
#define STATUS_FS    (UINT64_C(3) << 13)
#define STATUS_MPRV  ONE_BIT(17)
#define STATUS_SUM   ONE_BIT(18)
#define STATUS_MXR   ONE_BIT(19)
#define STATUS_TVM   ONE_BIT(20)
#define STATUS_TW    ONE_BIT(21)
#define STATUS_TSR   ONE_BIT(22)
#define STATUS_UXL64 (UINT64_C(2) << 32)
#define STATUS_SXL64 (UINT64_C(2) << 34)
#define STATUS_GVA   ONE_BIT(38)
#define STATUS_MPV   ONE_BIT(39)
#define STATUS_SD    ONE_BIT(63)
enum { STATUS_MPP_SHIFT = 11, STATUS_FS_SHIFT = 13, FS_INITIAL = 1, FS_DIRTY = 3 };

/* hstatus */
#define HSTATUS_GVA    ONE_BIT(6)
#define HSTATUS_SPV    ONE_BIT(7)
#define HSTATUS_SPVP   ONE_BIT(8)
#define HSTATUS_HU     ONE_BIT(9)
#define HSTATUS_VGEIN  (UINT64_C(0x3f) << 12)
#define HSTATUS_VTVM   ONE_BIT(20)
#define HSTATUS_VTW    ONE_BIT(21)
#define HSTATUS_VTSR   ONE_BIT(22)
#define HSTATUS_VSXL64 (UINT64_C(2) << 32)
enum { HSTATUS_VGEIN_SHIFT = 12 };

/* mip, mie and their kin: by level */
#define IRQ_BITS_M  (ONE_BIT(IRQ_MSI) | ONE_BIT(IRQ_MTI) | ONE_BIT(IRQ_MEI))
#define IRQ_BITS_S  (ONE_BIT(IRQ_SSI) | ONE_BIT(IRQ_STI) | ONE_BIT(IRQ_SEI))
#define IRQ_BITS_VS (ONE_BIT(IRQ_VSSI) | ONE_BIT(IRQ_VSTI) | ONE_BIT(IRQ_VSEI))
#define IRQ_BITS_H  (IRQ_BITS_VS | ONE_BIT(IRQ_SGEI))

/* menvcfg, henvcfg, senvcfg */
#define ENVCFG_FIOM  ONE_BIT(0)
#define ENVCFG_CBIE  (UINT64_C(3) << 4)
#define ENVCFG_CBCFE ONE_BIT(6)
#define ENVCFG_CBZE  ONE_BIT(7)
#define ENVCFG_ADUE  ONE_BIT(61)
#define ENVCFG_PBMTE ONE_BIT(62)
#define ENVCFG_STCE  ONE_BIT(63)
enum { ENVCFG_CBIE_SHIFT = 4 };

/* mstateen0 and hstateen0; bit 63 is the same in all four of each */
#define STATEEN_SE     ONE_BIT(63)
#define STATEEN_ENVCFG ONE_BIT(62)

/* mcounteren and its kin, mcountinhibit */
enum { COUNTER_CYCLE, COUNTER_TIME, COUNTER_INSTRET };

/* satp, vsatp, hgatp */
#define ATP_PPN ((UINT64_C(1) << 44) - 1)
enum { ATP_ASID_SHIFT = 44, ATP_MODE_SHIFT = 60, ATP_BARE = 0, ATP_SV39 = 8, ATP_LEVELS_SV39 = 3 };

/* A page-table entry. */
#define PTE_V    ONE_BIT(0)
#define PTE_R    ONE_BIT(1)
#define PTE_W    ONE_BIT(2)
#define PTE_X    ONE_BIT(3)
#define PTE_U    ONE_BIT(4)
#define PTE_G    ONE_BIT(5)
#define PTE_A    ONE_BIT(6)
#define PTE_D    ONE_BIT(7)
#define PTE_RSVD (UINT64_C(0x7f) << 54)
#define PTE_PBMT (UINT64_C(3) << 61)
#define PTE_N    ONE_BIT(63)
enum { PTE_PPN_SHIFT = 10, PTE_PPN_BITS = 44, PTE_BYTES = 8 };

/* A byte of pmpcfg. */
enum { PMP_R = 1, PMP_W = 2, PMP_X = 4, PMP_A = 3 << 3, PMP_A_SHIFT = 3, PMP_L = 0x80 };
enum { PMP_OFF, PMP_TOR, PMP_NA4, PMP_NAPOT };

#endif
