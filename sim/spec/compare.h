/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/compare.h — how much a profile lets through, and what one lets through that another does
 * not. */
#ifndef CVMLAB_SIM_SPEC_COMPARE_H
#define CVMLAB_SIM_SPEC_COMPARE_H

#include "spec/spec.h"

/* Bits of guest state that this item of the row can show at most. For sbi-args: of the call that
 * shows most. */
unsigned spec_read_bits(const struct exposure *spec, unsigned row, const struct expose_item *item);

/* Bits of guest state that the host can choose by this item. */
unsigned spec_write_bits(const struct accept_item *item);

/* Bits of arguments that the host sees of this call in this profile; 0 if its row does not show
 * arguments. */
unsigned spec_call_bits(const struct exposure *spec, const struct sbi_call *call);

enum difference_kind {
    DIFFERENCE_ROUTE,
    DIFFERENCE_PC,
    DIFFERENCE_INJECT,
    DIFFERENCE_READ,
    DIFFERENCE_WRITE,
    DIFFERENCE_CALL,
};

/* One thing that two profiles do not have in common. [0] is profile A, [1] is B; NULL: not there.
 */
struct difference {
    enum difference_kind kind;
    unsigned row; /* calls: of the one that is there, B's if both are */
    const struct expose_item *read[2];
    const struct accept_item *write[2];
    const struct sbi_call *call[2];
    int bits; /* READ, WRITE, CALL: what B lets through more than A */
};

/* Calls visit for every difference, in the order of the rows, calls last. Only rows that the host
 * sees have readable and writable items. */
void spec_compare(const struct exposure *a, const struct exposure *b,
                  void (*visit)(void *context, const struct difference *difference), void *context);

#endif
