/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/compare.c — see compare.h. Items are matched by slot, as the host sees them. */
#include "spec/compare.h"

#include <string.h>

#include "monitor/guest.h"

static unsigned bits_count(uint64_t mask)
{
    return (unsigned)__builtin_popcountll(mask);
}

static unsigned argument_bits(const struct sbi_call *call)
{
    unsigned bits = 0;

    for (unsigned i = 0; i < call->arg_count; i++)
        if (call->expose >> i & 1)
            bits += sbi_type_bits(call->type[i]);
    return bits;
}

static unsigned argument_bits_most(const struct exposure *spec, unsigned row)
{
    unsigned most = 0;

    for (unsigned i = 0; i < spec->call_count; i++) {
        unsigned bits = spec->call[i].row == row ? argument_bits(&spec->call[i]) : 0;

        if (bits > most)
            most = bits;
    }
    return most;
}

unsigned spec_read_bits(const struct exposure *spec, unsigned row, const struct expose_item *item)
{
    uint64_t mask = item->mask;

    switch (item->source) {
    case ITEM_MODE:
        return bits_count(mask & 1);
    case ITEM_SBI_ARGS:
        return argument_bits_most(spec, row);
    case ITEM_HTINST_A0:
    case ITEM_HTINST_REAL:
    case ITEM_INSN:
        return bits_count(mask & UINT32_MAX);
    case ITEM_FP:
        return 64 * FPR_COUNT + 8; /* fcsr: 3 bits of rounding mode, 5 flags */
    case ITEM_VECTOR:
        return 8 * VECTOR_COUNT * VLEN_BYTES + 4 * 64;
    default:
        break;
    }
    if (item->narrow == NARROW_CANON32) /* the upper half repeats bit 31 */
        return bits_count(mask & UINT32_MAX) + (mask >> 32 && !(mask >> 31 & 1));
    return bits_count(mask);
}

unsigned spec_write_bits(const struct accept_item *item)
{
    return item->narrow == NARROW_STATUS ? 1 : bits_count(item->mask);
}

unsigned spec_call_bits(const struct exposure *spec, const struct sbi_call *call)
{
    const struct exposure_row *row = &spec->row[call->row];

    if (row->route != ROUTE_HOST)
        return 0;
    for (unsigned i = 0; i < row->read_count; i++)
        if (spec->reads[row->first_read + i].source == ITEM_SBI_ARGS)
            return argument_bits(call);
    return 0;
}

/* A profile and one of its rows; a row that the host does not see has no items. */
struct side {
    const struct exposure *spec;
    const struct exposure_row *row;
    unsigned read_count, write_count;
};

static struct side side_of(const struct exposure *spec, unsigned row)
{
    bool seen = spec->row[row].route == ROUTE_HOST;

    return (struct side){spec, &spec->row[row], seen ? spec->row[row].read_count : 0,
                         seen ? spec->row[row].write_count : 0};
}

static const struct expose_item *read_find(const struct side *side, unsigned slot)
{
    for (unsigned i = 0; i < side->read_count; i++)
        if (side->spec->reads[side->row->first_read + i].slot == slot)
            return &side->spec->reads[side->row->first_read + i];
    return NULL;
}

static const struct accept_item *write_find(const struct side *side, unsigned target)
{
    for (unsigned i = 0; i < side->write_count; i++)
        if (side->spec->writes[side->row->first_write + i].target == target)
            return &side->spec->writes[side->row->first_write + i];
    return NULL;
}

static bool read_equal(const struct expose_item *a, const struct expose_item *b)
{
    return a && b && a->source == b->source && a->narrow == b->narrow && a->mask == b->mask;
}

static bool write_equal(const struct accept_item *a, const struct accept_item *b)
{
    return a && b && a->slot == b->slot && a->narrow == b->narrow && a->mask == b->mask;
}

struct visitor {
    void (*visit)(void *context, const struct difference *difference);
    void *context;
};

static void items_compare(const struct side *a, const struct side *b, unsigned row,
                          const struct visitor *to)
{
    for (unsigned slot = 0; slot < ITEM_COUNT; slot++) {
        struct difference d = {
            .kind = DIFFERENCE_READ, .row = row, .read = {read_find(a, slot), read_find(b, slot)}};

        if ((!d.read[0] && !d.read[1]) || read_equal(d.read[0], d.read[1]))
            continue;
        d.bits = (d.read[1] ? (int)spec_read_bits(b->spec, row, d.read[1]) : 0) -
                 (d.read[0] ? (int)spec_read_bits(a->spec, row, d.read[0]) : 0);
        to->visit(to->context, &d);
    }
    for (unsigned target = 0; target < ITEM_COUNT; target++) {
        struct difference d = {.kind = DIFFERENCE_WRITE,
                               .row = row,
                               .write = {write_find(a, target), write_find(b, target)}};

        if ((!d.write[0] && !d.write[1]) || write_equal(d.write[0], d.write[1]))
            continue;
        d.bits = (d.write[1] ? (int)spec_write_bits(d.write[1]) : 0) -
                 (d.write[0] ? (int)spec_write_bits(d.write[0]) : 0);
        to->visit(to->context, &d);
    }
}

static void row_compare(const struct exposure *a, const struct exposure *b, unsigned row,
                        const struct visitor *to)
{
    struct side left = side_of(a, row), right = side_of(b, row);
    struct difference d = {.row = row};

    if (left.row->route != right.row->route) {
        d.kind = DIFFERENCE_ROUTE;
        to->visit(to->context, &d);
    }
    if (left.row->pc != right.row->pc) {
        d.kind = DIFFERENCE_PC;
        to->visit(to->context, &d);
    }
    if (left.row->inject != right.row->inject) {
        d.kind = DIFFERENCE_INJECT;
        to->visit(to->context, &d);
    }
    items_compare(&left, &right, row, to);
}

static bool call_equal(const struct sbi_call *a, const struct sbi_call *b)
{
    return a->row == b->row && a->arg_count == b->arg_count && a->expose == b->expose &&
           a->has_value == b->has_value && memcmp(a->type, b->type, sizeof a->type) == 0;
}

/* Both lists are sorted by (eid, fid). */
static void calls_compare(const struct exposure *a, const struct exposure *b,
                          const struct visitor *to)
{
    unsigned i = 0, j = 0;

    while (i < a->call_count || j < b->call_count) {
        const struct sbi_call *left = i < a->call_count ? &a->call[i] : NULL;
        const struct sbi_call *right = j < b->call_count ? &b->call[j] : NULL;
        struct difference d = {.kind = DIFFERENCE_CALL, .call = {left, right}};

        if (left && right && left->eid == right->eid && left->fid == right->fid) {
            i++;
            j++;
            if (call_equal(left, right))
                continue;
        } else if (!right || (left && (left->eid < right->eid ||
                                       (left->eid == right->eid && left->fid < right->fid)))) {
            d.call[1] = NULL;
            i++;
        } else {
            d.call[0] = NULL;
            j++;
        }
        d.row = d.call[1] ? d.call[1]->row : d.call[0]->row;
        d.bits = (d.call[1] ? (int)spec_call_bits(b, d.call[1]) : 0) -
                 (d.call[0] ? (int)spec_call_bits(a, d.call[0]) : 0);
        to->visit(to->context, &d);
    }
}

void spec_compare(const struct exposure *a, const struct exposure *b,
                  void (*visit)(void *context, const struct difference *difference), void *context)
{
    const struct visitor to = {visit, context};

    for (unsigned row = 0; row < ROW_COUNT; row++)
        row_compare(a, b, row, &to);
    calls_compare(a, b, &to);
}
