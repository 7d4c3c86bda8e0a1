/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/exposure.h — per exit through the GHCB: which fields the guest hands out and which it
 * takes back. The table is data (specs/exposure/snp-ghcb.json, read by sim/spec); guest.h and
 * host.h interpret it. */
#ifndef CVMLAB_SIM_GHCB_EXPOSURE_H
#define CVMLAB_SIM_GHCB_EXPOSURE_H

#include "ghcb/page.h"

enum {
    GHCB_ID_BYTES = 24,
    GHCB_NAME_BYTES = 32,
    GHCB_ROW_MAX = 96,
    GHCB_CONDITION_MAX = 4,
};

/* Exit codes that code must know; the others stand in the table only. Linux
 * arch/x86/include/uapi/asm/svm.h. They do not fit an enum of C11. */
#define GHCB_EXIT_RDTSC      UINT64_C(0x6E)
#define GHCB_EXIT_CPUID      UINT64_C(0x72)
#define GHCB_EXIT_IOIO       UINT64_C(0x7B)
#define GHCB_EXIT_MSR        UINT64_C(0x7C)
#define GHCB_EXIT_RDTSCP     UINT64_C(0x87)
#define GHCB_EXIT_MMIO_READ  UINT64_C(0x80000001)
#define GHCB_EXIT_MMIO_WRITE UINT64_C(0x80000002)
#define GHCB_EXIT_PSC        UINT64_C(0x80000010)

/* How a value is cut besides its mask. */
enum ghcb_narrow {
    GHCB_NARROW_NONE,
    GHCB_NARROW_IOIO, /* to the size that the IOIO word gives */
};

struct ghcb_item {
    uint8_t field, narrow;
    uint64_t mask;
};

/* A row is for exits of its code for which every condition holds: (field & mask) == value, or !=
 * where differs. */
struct ghcb_condition {
    uint8_t field;
    bool differs;
    uint64_t mask, value;
};

/* Who writes the scratch area, and what says how long it is. */
enum ghcb_data { GHCB_DATA_NONE, GHCB_DATA_TO_HOST, GHCB_DATA_TO_GUEST, GHCB_DATA_BOTH };
enum ghcb_length {
    GHCB_LENGTH_INFO2, /* INFO2 bytes */
    GHCB_LENGTH_IOIO,  /* INFO2 elements of the size in the IOIO word */
    GHCB_LENGTH_LIST,  /* a page-state list: what the guest filled; the host reads a whole buffer */
};

/* How the answer is read. */
enum ghcb_rule {
    GHCB_RULE_VALUES,    /* INFO1 = 0: the out fields */
    GHCB_RULE_EXCEPTION, /* that, or INFO1 = 1: #GP or #UD as INFO2 says */
    GHCB_RULE_NEVER,     /* the guest does not go on */
};

/* M measured, C read in source code, S published specification, U unverified. */
enum ghcb_certainty { GHCB_CERTAIN_M, GHCB_CERTAIN_C, GHCB_CERTAIN_S, GHCB_CERTAIN_U };

struct ghcb_row {
    char id[GHCB_ID_BYTES];
    uint64_t code;
    uint64_t info1_mask, info2_mask; /* bits that the guest may set */
    struct ghcb_condition when[GHCB_CONDITION_MAX];
    struct ghcb_item in[GHCB_FIELD_COUNT], out[GHCB_FIELD_COUNT];
    uint8_t when_count, in_count, out_count;
    uint8_t data, length, rule, certainty;
};

struct ghcb_exposure {
    char name[GHCB_NAME_BYTES];
    struct ghcb_row row[GHCB_ROW_MAX];
    uint16_t row_count;
    uint32_t crosses_in, crosses_out; /* bit field: the rows mean to hand it out, to take it back */
};

/* The exit codes of the protocol: code index (0, 1, ...) and the name Linux has for it. NULL past
 * the end. */
const char *ghcb_code_at(unsigned index, uint64_t *code);

/* Whether the protocol has this exit code. */
bool ghcb_code_is_known(uint64_t code);

/* The row whose conditions these values fulfil, or NULL. Of a table that sim/spec accepted there is
 * at most one. */
const struct ghcb_row *ghcb_row_find(const struct ghcb_exposure *spec,
                                     const struct ghcb_values *values);

/* The row of this id, or NULL. */
const struct ghcb_row *ghcb_row_by_id(const struct ghcb_exposure *spec, const char *id);

/* There is an exit that both rows would take. */
bool ghcb_rows_overlap(const struct ghcb_row *a, const struct ghcb_row *b);

/* The item of this field in the list, or NULL. */
const struct ghcb_item *ghcb_item_find(const struct ghcb_item *list, unsigned count,
                                       unsigned field);

/* What the item lets through of a value; info1 is the IOIO word for rows that narrow by it. */
uint64_t ghcb_item_cut(const struct ghcb_item *item, uint64_t info1, uint64_t value);

/* Bytes of the scratch area that an exit of this row uses; list_bytes is what a list counts. 0 if
 * none, or the values give no length, or more than the shared buffer holds: see is_bad. */
size_t ghcb_row_data_bytes(const struct ghcb_row *row, const struct ghcb_values *values,
                           size_t list_bytes, bool *is_bad);

#endif
