/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/exposure.h — the exposure table: per exit, what the hypervisor may read and what it
 * may write back. Produced from specs/exposure/ and specs/sbi/: at build time as constants
 * (tools/specgen), at run time by sim/spec. The monitor interprets it in expose.c and admit.c, and
 * nowhere else. */
#ifndef CVMLAB_MONITOR_EXPOSURE_H
#define CVMLAB_MONITOR_EXPOSURE_H

#include "monitor/item.h"
#include "base/types.h"

#define ROW(enumerator, id) ROW_##enumerator,
enum row_id {
#include "monitor/rows.def"
    ROW_COUNT
};
#undef ROW

/* Who handles the exit. */
enum route {
    ROUTE_NEVER,   /* delegated to the guest, or impossible: if it is seen, the vCPU stops */
    ROUTE_MONITOR, /* handled inside; the hypervisor does not learn of it */
    ROUTE_HOST,    /* the hypervisor is entered with the view of the row */
};

/* What the monitor does to the guest pc when the exit is completed. */
enum pc_rule {
    PC_SAME,   /* the instruction runs again, or was not reached */
    PC_LEN,    /* past the instruction that the monitor read (2 or 4 bytes) */
    PC_PLUS4,  /* past an instruction that has no compressed form */
    PC_VECTOR, /* to vstvec: an exception is delivered */
    PC_STATE,  /* to an address that the monitor holds (HSM start, resume) */
};

/* The exception that the row delivers (pc VECTOR), or that a host may ask for (other pc rules). */
enum inject {
    INJECT_NONE,
    INJECT_ILLEGAL,    /* 2, stval = instruction or 0 */
    INJECT_ACCESS,     /* 1, 5 or 7 by the kind of the access */
    INJECT_MISALIGNED, /* 4 or 6 by the kind of the access */
    INJECT_SAME,       /* the cause and stval of the trap itself */
};

/* How a value is cut before the mask is applied. */
enum narrow {
    NARROW_NONE,
    NARROW_CANON32, /* sign-extended low 32 bits */
    NARROW_WIDTH,   /* read: zero-extended to the width of the access; write: cut to it and extended
                       as the instruction says */
    NARROW_STATUS,  /* write: 0 stays 0 (SBI_SUCCESS), anything else becomes SBI_ERR_FAILED */
    NARROW_SBI_VALUE, /* write: taken if the call carries a value and a0 says success, else the
                         register becomes 0 */
};

struct expose_item {
    uint8_t source; /* enum item */
    uint8_t slot;   /* enum item below ITEM_SLOT_COUNT, or ITEM_RS2/ITEM_RD for the register of the
                       instruction */
    uint8_t narrow; /* enum narrow */
    uint64_t mask;  /* applied last; what it clears reads as 0 */
};

struct accept_item {
    uint8_t slot;   /* where the host's value is taken from: as expose_item.slot */
    uint8_t target; /* enum item: where it goes; ITEM_RD for the register of the trapped load */
    uint8_t narrow; /* enum narrow */
    uint64_t mask;  /* bits of the target that the host may set; the others keep their value (a
                       register: become 0) */
};

struct exposure_row {
    uint8_t route;  /* enum route */
    uint8_t pc;     /* enum pc_rule */
    uint8_t inject; /* enum inject */
    uint8_t
        is_final; /* the guest does not go on after this exit (LIFE.STOP: only by a new start) */
    uint8_t read_count, write_count;
    uint16_t first_read, first_write; /* into exposure.reads, exposure.writes */
};

enum { SBI_ARG_MAX = 6, SBI_FID_ANY = -1 };

/* Type of an SBI argument (riscv-sbi-doc, C prototypes). */
enum sbi_type {
    SBI_XLEN,
    SBI_U32,
    SBI_U8,
    SBI_GPA_HALF, /* one half of a shared-memory address pair (low, then high) */
    SBI_GVA,      /* a guest-virtual pointer (legacy calls) */
};

/* One SBI call. A call that is not listed is row SBI.UNK. */
struct sbi_call {
    int32_t eid, fid; /* fid SBI_FID_ANY: a legacy call, a6 is not an argument */
    uint8_t row;      /* enum row_id */
    uint8_t arg_count;
    uint8_t expose;            /* bit i: argument i is readable */
    uint8_t has_value;         /* a1 carries a value on success */
    uint8_t type[SBI_ARG_MAX]; /* enum sbi_type */
};

enum {
    EXPOSURE_READ_MAX = 3072,
    EXPOSURE_WRITE_MAX = 1024,
    EXPOSURE_CALL_MAX = 192,
    EXPOSURE_NAME_BYTES = 32
};

struct exposure {
    char name[EXPOSURE_NAME_BYTES];
    struct exposure_row row[ROW_COUNT];
    struct expose_item reads[EXPOSURE_READ_MAX];
    struct accept_item writes[EXPOSURE_WRITE_MAX];
    struct sbi_call call[EXPOSURE_CALL_MAX]; /* sorted by (eid, fid), as signed numbers */
    uint16_t read_count, write_count, call_count;
};

/* The default profile, generated at build time from specs/exposure/strict.json. */
extern const struct exposure exposure_strict;

/* The call with this extension and function, or NULL. Legacy extensions (0 to 8) match any
 * function. */
const struct sbi_call *exposure_find_call(const struct exposure *spec, int32_t eid, int32_t fid);

#endif
