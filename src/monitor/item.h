/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/item.h — every piece of state that a row of the exposure table can name.
 * An item below ITEM_SLOT_COUNT is both something a guest has and a slot of the host's view.
 * The items after that exist only as sources (or destinations): the monitor derives them from the
 * trapped instruction. */
#ifndef CVMLAB_MONITOR_ITEM_H
#define CVMLAB_MONITOR_ITEM_H

enum item {
    ITEM_X0 = 0, /* ITEM_X0 + i is register xi */
    ITEM_A0 = 10,
    ITEM_A1 = 11,
    ITEM_A6 = 16,
    ITEM_A7 = 17,
    ITEM_X31 = 31,
    ITEM_PC = 32,
    ITEM_MODE, /* 0 VU, 1 VS */
    ITEM_SCAUSE,
    ITEM_STVAL,
    ITEM_HTVAL,
    ITEM_HTINST,
    ITEM_VSSTATUS, /* from here: guest_csr in the same order */
    ITEM_VSIE,
    ITEM_VSTVEC,
    ITEM_VSSCRATCH,
    ITEM_VSEPC,
    ITEM_VSCAUSE,
    ITEM_VSTVAL,
    ITEM_VSATP,
    ITEM_HVIP,
    ITEM_VSTIMECMP,
    ITEM_HTIMEDELTA,
    ITEM_SCOUNTEREN,
    ITEM_SENVCFG,
    ITEM_SSTATEEN0,
    ITEM_VSISELECT,
    ITEM_SLOT_COUNT,

    ITEM_RD = ITEM_SLOT_COUNT, /* destination register of the trapped instruction (accept only); as
                                  a slot: the slot of that register */
    ITEM_RS2,      /* source register of the trapped store; as a slot: the slot of that register */
    ITEM_SBI_ARGS, /* the arguments that the SBI table exposes, each in its own slot, narrowed to
                      its type */
    ITEM_LEGACY_MASK, /* the hart mask behind the pointer in a0 of a legacy call */
    ITEM_HTINST_A0,   /* the trapped load or store as a transformed instruction with register a0,
                         always 32-bit, offset 0 */
    ITEM_HTINST_REAL, /* the same with the real register and compressed bit */
    ITEM_INSN, /* the trapped instruction as the monitor read it (for WFI and WRS: the constant) */
    ITEM_FP,   /* f0-f31 and fcsr as they are (negative control only) */
    ITEM_VECTOR, /* v0-v31 and the vector CSRs as they are (negative control only) */
    ITEM_COUNT
};

#endif
