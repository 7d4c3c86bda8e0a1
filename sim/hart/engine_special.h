/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_special.h — instructions that Unicorn carries out, and wrongly: it was made
 * before they were settled, or shows its computer. Found when a page of code is first run. */
#ifndef CVMLAB_SIM_HART_ENGINE_SPECIAL_H
#define CVMLAB_SIM_HART_ENGINE_SPECIAL_H

#include "base/types.h"

enum engine_special_kind {
    SPECIAL_NONE,
    SPECIAL_COUNTER, /* cycle, instret, hpmcounter3 to 31 read the computer's clock and never trap
                      */
    SPECIAL_MINMAX, /* FMIN.D, FMAX.D: a signalling NaN wins (unprivileged specification 2.2 on: the
                       number does) */
    SPECIAL_CONDITIONAL, /* SC without a reservation fails without asking whether it may write
                            (privileged specification, "Supervisor-Level ISA": SC on a page without
                            permission to write raises a store page fault) */
    SPECIAL_SINGLE /* operands are not checked for NaN boxes, results not put into one (chapter "D",
                      "NaN Boxing of Narrower Values"); FMIN.S and FMAX.S as above as well */
};

struct engine_special {
    enum engine_special_kind kind;
    bool is_minmax, is_max, is_double;
    bool has_result;       /* in f[rd], single */
    uint8_t rd, source[3]; /* f registers; of SPECIAL_SINGLE those read as single */
    uint8_t source_count;
    uint8_t address_x, size_bytes; /* of SPECIAL_CONDITIONAL */
};

/* Of one instruction of 4 bytes. */
struct engine_special engine_special_of(uint32_t insn);

/* The same, of one that lies at the end of a page, if only its lower half is known: whether it
 * might be special. */
bool engine_special_may_be(uint16_t half);

/* Addresses in front of which a hook must be called, from the first to the last. */
struct engine_hooked {
    uint64_t first, last;
};

/* What a block of code needs, that begins at pc, of which page is the page and size_bytes the size:
 * from its first special instruction to the one behind its last. SC counts only with_conditional.
 * False: nothing. */
bool engine_special_find(const uint8_t *page, uint64_t pc, unsigned size_bytes,
                         bool with_conditional, struct engine_hooked *out);

/* FMIN or FMAX of two numbers of which at least one is a NaN, as 64 raw bits (a single in its box).
 * *is_invalid: the flag NV is raised. */
uint64_t engine_minmax_nan(const struct engine_special *special, uint64_t a, uint64_t b,
                           bool *is_invalid);

/* Whether 64 raw bits are a NaN of the special's width, and whether it signals. */
bool engine_is_nan(const struct engine_special *special, uint64_t bits);

#define NAN_BOX    UINT64_C(0xffffffff00000000)
#define NAN_SINGLE (NAN_BOX | UINT64_C(0x7fc00000)) /* canonical, in its box */
#define NAN_DOUBLE UINT64_C(0x7ff8000000000000)

#endif
