/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/masked.c — code in a page of which PMP lets only parts run. The engine knows whole
 * pages, so it gets a copy in which everything else is zero: an illegal instruction, which it hands
 * over, and the exact check then finds what must not run. Source: riscv-isa-manual,
 * src/priv/machine.adoc, "Physical Memory Protection"; src/unpriv/zca.adoc, "Defined Illegal
 * Instruction". */
#include "hart/internal.h"

#include <string.h>

enum { GRAIN_BYTES = 4, HALF_BYTES = 2, OPCODE_LONG = 3 };

static uint16_t half_at(const uint8_t *bytes, unsigned offset)
{
    uint16_t half;

    memcpy(&half, bytes + offset, sizeof half);
    return half;
}

static bool may_run(const struct hart *hart, uint64_t spa, enum privilege privilege)
{
    return pmp_allows(hart, spa, GRAIN_BYTES, ACCESS_EXECUTE, privilege);
}

/* Copies [first, end) of the page. An instruction that begins there and ends behind must not run
 * either: it is left out. Where instructions begin is known if the first one begins at first. */
static void copy_run(uint8_t *to, const uint8_t *from, unsigned first, unsigned end)
{
    unsigned at = first, next = first;

    while (next < end) {
        at = next;
        next += (half_at(from, at) & OPCODE_LONG) == OPCODE_LONG ? 2 * HALF_BYTES : HALF_BYTES;
    }
    if (next > end && end < PAGE_SIZE)
        end = at;
    memcpy(to + first, from + first, end - first);
}

/* false: nothing of the page may run. */
static bool copy_allowed(const struct hart *hart, uint8_t *to, const uint8_t *from, uint64_t page,
                         enum privilege privilege)
{
    bool is_any = false;
    unsigned end;

    memset(to, 0, PAGE_SIZE);
    for (unsigned first = 0; first < PAGE_SIZE; first = end) {
        end = first + GRAIN_BYTES;
        if (!may_run(hart, page + first, privilege))
            continue;
        while (end < PAGE_SIZE && may_run(hart, page + end, privilege))
            end += GRAIN_BYTES;
        copy_run(to, from, first, end);
        is_any = true;
    }
    return is_any;
}

bool fill_masked(struct hart *hart, const struct view_rules *rules, const struct translation *at,
                 struct engine_page *out)
{
    const struct hart_engine *engine = &hart->config.engine;
    uint8_t *to = hart->config.masked + (size_t)hart->masked_next * PAGE_SIZE;
    struct exception fault;
    const uint8_t *from = ram_ask(hart, hart->mode, at, ACCESS_EXECUTE, ACCESS_EXECUTE, &fault);

    if (!from)
        return false;
    engine->code_changed(engine->context, to);
    if (!copy_allowed(hart, to, from, at->spa, rules->mode.privilege))
        return false;
    hart->masked_next = (hart->masked_next + 1) % HART_MASKED_PAGES;
    out->bytes = to;
    out->may_execute = true;
    return true;
}
