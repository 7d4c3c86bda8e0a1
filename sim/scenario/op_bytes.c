/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/op_bytes.c — what actors do with bytes that they have seen. See op.h. */
#include <string.h>

#include "scenario/op.h"

void run_remember(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    uint8_t bytes[VALUE_BYTES];
    size_t size;

    if (!value_compute(world, step->data, bytes, &size) ||
        world_remember(world, step->remember, bytes, size) != STATUS_OK) {
        result->outcome.kind = OUTCOME_NOTHING;
        return;
    }
    bytes_tell(bytes, size, result->after);
}

/* Up to the end of the shorter. */
void run_compare(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    uint8_t a[VALUE_BYTES], b[VALUE_BYTES];
    size_t size_a, size_b;

    if (!value_compute(world, step->a, a, &size_a) || !value_compute(world, step->b, b, &size_b)) {
        result->outcome.kind = OUTCOME_NOTHING;
        return;
    }
    result->outcome.kind =
        memcmp(a, b, size_a < size_b ? size_a : size_b) == 0 ? OUTCOME_EQUAL : OUTCOME_DIFFERS;
    bytes_tell(a, size_a, result->before);
    bytes_tell(b, size_b, result->after);
}
