/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/insn_pattern.h — a decoder that knows nothing of src/monitor/decode.c: encodings drawn
 * as in the instruction listings of the RISC-V manual, searched from the first row to the last. The
 * rows are in rvc_table.h and word_table.h.
 *
 * A pattern has one symbol per bit, bit 15 or 31 first; blanks separate fields.
 *   0 1    the bit has this value        .  any value
 *   d s t  a bit of rd, rs1, rs2. Three of a letter: a register of x8 to x15; four: an even one
 *   A..I   bit 0 to 8 of the address offset
 *   c o    a bit of the CSR number, of the CSR operation
 *   k      a bit of log2 of the width
 *   v      a bit of a vector element width: 000, 101, 110 or 111 */
#ifndef CVMLAB_TESTS_INSN_PATTERN_H
#define CVMLAB_TESTS_INSN_PATTERN_H

#include <stdlib.h>

#include "monitor/decode.h"

struct insn_pattern {
    const char *symbols;
    const char *expansion; /* the 32-bit instruction that a 16-bit one stands for, or NULL */
    enum insn_class class;
    int width_bytes; /* negative: sign-extends. 0: no access, or k in the pattern */
    const char *name;
};

/* The fixed bits of a pattern, so that a search does not walk the symbols of every row. */
struct fixed_bits {
    uint32_t mask, match;
};

enum { PATTERN_MAX = 112 };

struct pattern_set {
    const struct insn_pattern *row;
    size_t row_count;
    struct fixed_bits fixed[PATTERN_MAX];
    bool found[PATTERN_MAX]; /* by pattern_find */
};

/* Number of bits drawn: 16 or 32. */
static unsigned symbols_count(const char *symbols)
{
    unsigned count = 0;

    for (; *symbols; symbols++)
        count += *symbols != ' ';
    return count;
}

/* How many bits of raw are drawn as this letter, and what they read as, the first one highest. */
static unsigned symbols_gather(const char *symbols, char letter, uint32_t raw, unsigned *value)
{
    unsigned position = symbols_count(symbols);
    unsigned count = 0;

    *value = 0;
    for (; *symbols; symbols++) {
        if (*symbols == ' ')
            continue;
        position--;
        if (*symbols != letter)
            continue;
        *value = *value << 1 | (raw >> position & 1);
        count++;
    }
    return count;
}

static unsigned symbols_value(const char *symbols, char letter, uint32_t raw)
{
    unsigned value;

    symbols_gather(symbols, letter, raw, &value);
    return value;
}

static unsigned symbols_register(const char *symbols, char letter, uint32_t raw)
{
    unsigned value;

    switch (symbols_gather(symbols, letter, raw, &value)) {
    case 3:
        return 8 + value;
    case 4:
        return 2 * value;
    default:
        return value;
    }
}

static struct fixed_bits symbols_fixed(const char *symbols)
{
    struct fixed_bits fixed = {0, 0};

    for (; *symbols; symbols++) {
        if (*symbols == ' ')
            continue;
        fixed.mask = fixed.mask << 1 | (*symbols == '0' || *symbols == '1');
        fixed.match = fixed.match << 1 | (*symbols == '1');
    }
    return fixed;
}

/* row_count is at most PATTERN_MAX. The rows stay the caller's. */
static struct pattern_set pattern_set_make(const struct insn_pattern *row, size_t row_count)
{
    struct pattern_set set = {.row = row, .row_count = row_count};

    for (size_t i = 0; i < row_count; i++)
        set.fixed[i] = symbols_fixed(row[i].symbols);
    return set;
}

static bool vector_width_matches(const char *symbols, uint32_t raw)
{
    unsigned width;

    return symbols_gather(symbols, 'v', raw, &width) == 0 || width == 0 || width >= 5;
}

/* The first row that raw matches, or NULL. */
static const struct insn_pattern *pattern_find(struct pattern_set *set, uint32_t raw)
{
    for (size_t i = 0; i < set->row_count; i++) {
        if ((raw & set->fixed[i].mask) != set->fixed[i].match)
            continue;
        if (!vector_width_matches(set->row[i].symbols, raw))
            continue;
        set->found[i] = true;
        return &set->row[i];
    }
    return NULL;
}

/* A row that was never found, or NULL. Such a row is hidden by those above it: the table is wrong.
 */
static const struct insn_pattern *pattern_find_idle(const struct pattern_set *set)
{
    for (size_t i = 0; i < set->row_count; i++)
        if (!set->found[i])
            return &set->row[i];
    return NULL;
}

/* What the decoder must say of raw. row may be NULL: nothing but raw and its length. */
static struct insn pattern_expect(const struct insn_pattern *row, uint32_t raw, unsigned len_bytes)
{
    struct insn want = {.raw = raw, .class = INSN_OTHER, .len_bytes = (uint8_t)len_bytes};
    unsigned width_log2;

    if (!row)
        return want;
    want.class = row->class;
    want.rd = (uint8_t)symbols_register(row->symbols, 'd', raw);
    want.rs1 = (uint8_t)symbols_register(row->symbols, 's', raw);
    want.rs2 = (uint8_t)symbols_register(row->symbols, 't', raw);
    want.csr = (uint16_t)symbols_value(row->symbols, 'c', raw);
    want.csr_op = (uint8_t)symbols_value(row->symbols, 'o', raw);
    want.is_signed = row->width_bytes < 0;
    want.width_bytes = (uint8_t)abs(row->width_bytes);
    if (symbols_gather(row->symbols, 'k', raw, &width_log2))
        want.width_bytes = (uint8_t)(1 << width_log2);
    return want;
}

#endif
