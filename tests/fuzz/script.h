/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/script.h — the bytes of an input as a row of choices. Behind the end every choice is
 * 0. */
#ifndef CVMLAB_TEST_FUZZ_SCRIPT_H
#define CVMLAB_TEST_FUZZ_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct script {
    const uint8_t *at, *end;
};

static inline bool script_ended(const struct script *script)
{
    return script->at == script->end;
}

static inline uint8_t script_byte(struct script *script)
{
    return script_ended(script) ? 0 : *script->at++;
}

/* 0 to below - 1. */
static inline unsigned script_below(struct script *script, unsigned below)
{
    return script_byte(script) % below;
}

static inline uint64_t script_bytes(struct script *script, unsigned count)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < count; i++)
        value |= (uint64_t)script_byte(script) << 8 * i;
    return value;
}

/* A 64-bit value: one byte says of which kind, so that the values that rules speak of are near. */
static inline uint64_t script_value(struct script *script)
{
    switch (script_below(script, 6)) {
    case 0:
        return script_byte(script);
    case 1:
        return UINT64_MAX - script_byte(script);
    case 2:
        return script_bytes(script, 2) << 12; /* the address of a page */
    case 3:
        return script_bytes(script, 4);
    case 4:
        return (uint64_t)1 << script_below(script, 64);
    default:
        return script_bytes(script, 8);
    }
}

#endif
