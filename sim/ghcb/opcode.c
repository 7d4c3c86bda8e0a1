/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/opcode.c — see opcode.h. */
#include "ghcb/opcode.h"

#include "ghcb/exposure.h"

struct instruction {
    const uint8_t *byte; /* behind the prefixes */
    unsigned left;
    bool has_size_prefix, has_rep, has_rex_w;
};

/* Legacy prefixes in any order, then REX (64-bit mode). */
static struct instruction prefixes_skip(const uint8_t *opcode, unsigned size_bytes)
{
    struct instruction insn = {opcode, size_bytes, false, false, false};

    for (; insn.left; insn.byte++, insn.left--) {
        switch (*insn.byte) {
        case 0x66:
            insn.has_size_prefix = true;
            continue;
        case 0xF2:
        case 0xF3:
            insn.has_rep = true;
            continue;
        case 0x26:
        case 0x2E:
        case 0x36:
        case 0x3E:
        case 0x64:
        case 0x65:
        case 0x67:
            continue;
        default:
            break;
        }
        break;
    }
    if (insn.left && (*insn.byte & 0xF0) == 0x40) {
        insn.has_rex_w = *insn.byte & 8;
        insn.byte++;
        insn.left--;
    }
    return insn;
}

/* 6C..6F INS, OUTS; E4..E7, EC..EF IN, OUT: bit 1 is the direction, bit 0 a size other than 8. */
static bool ioio_fits(const struct instruction *insn, uint64_t info1)
{
    uint8_t op = *insn->byte;
    bool is_string = op >= 0x6C && op <= 0x6F;
    bool is_port = (op & 0xF4) == 0xE4;
    unsigned size_bytes = !(op & 1) ? 1 : insn->has_size_prefix ? 2 : 4;

    return (is_string || is_port) && is_string == (bool)(info1 & IOIO_STRING) &&
           !(op & 2) == (bool)(info1 & IOIO_IN) &&
           (is_string && insn->has_rep) == (bool)(info1 & IOIO_REP) &&
           size_bytes == ioio_bytes(info1);
}

/* Exit codes with one instruction: 0F, then these; third 0: no third byte. */
static const struct {
    uint8_t code, second, third, third_too;
} forms[] = {
    {0x27, 0x21, 0, 0},       {0x37, 0x23, 0, 0},       {0x6E, 0x31, 0, 0},
    {0x6F, 0x33, 0, 0},       {0x72, 0xA2, 0, 0},       {0x76, 0x08, 0, 0},
    {0x81, 0x01, 0xD9, 0xD9}, {0x87, 0x01, 0xF9, 0xF9}, {0x89, 0x09, 0, 0},
    {0x8A, 0x01, 0xC8, 0xFA}, {0x8B, 0x01, 0xC9, 0xFB},
};

bool opcode_fits(const uint8_t *opcode, unsigned size_bytes, uint64_t code, uint64_t info1)
{
    struct instruction insn = prefixes_skip(opcode, size_bytes);

    if (code >= GHCB_EXIT_MMIO_READ)
        return true;
    if (code == GHCB_EXIT_IOIO)
        return insn.left >= 1 && ioio_fits(&insn, info1);
    if (insn.left < 2 || insn.byte[0] != 0x0F)
        return false;
    if (code == GHCB_EXIT_MSR)
        return insn.byte[1] == (info1 ? 0x30 : 0x32);
    for (unsigned i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (forms[i].code != code || forms[i].second != insn.byte[1])
            continue;
        return !forms[i].third || (insn.left >= 3 && (insn.byte[2] == forms[i].third ||
                                                      insn.byte[2] == forms[i].third_too));
    }
    return false;
}
