/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/insn_decode.c — the decoder is total: every 32-bit value gives a class and operands in
 * range; a load or store can be transformed and means the same. The input is a row of words. */
#include <string.h>

#include "base/bytes.h"
#include "monitor/decode.h"
#include "target.h"

static bool width_is_power(unsigned width)
{
    return width == 1 || width == 2 || width == 4 || width == 8;
}

/* The transformed instruction is the same access with another register and no address. */
static void transform_check(const struct insn *insn, unsigned reg)
{
    struct insn again = insn_decode(insn_transform(insn, reg));

    fuzz_expect(again.class == insn->class && again.width_bytes == insn->width_bytes &&
                    again.is_signed == insn->is_signed && again.len_bytes == 4,
                "a transformed instruction is the same access");
    fuzz_expect((insn->class == INSN_LOAD ? again.rd : again.rs2) == reg,
                "a transformed instruction names the register");
    fuzz_expect(insn_transform(&again, reg) == again.raw, "a transformed instruction stays");
}

static void word_check(uint32_t raw, unsigned reg)
{
    struct insn insn = insn_decode(raw);

    fuzz_expect(insn.class <= INSN_PRIV, "a class exists");
    fuzz_expect(insn.len_bytes == insn_length((uint16_t)raw), "the length is told by 2 bits");
    fuzz_expect(insn.rd < 32 && insn.rs1 < 32 && insn.rs2 < 32, "registers exist");
    fuzz_expect(insn.csr <= 0xFFF && insn.csr_op < 8, "a CSR exists");
    if (insn.len_bytes == 2)
        fuzz_expect(insn_decode(raw ^ 0xA5A50000).class == insn.class && insn.raw == (raw & 0xFFFF),
                    "of a compressed instruction 16 bits count");
    else
        fuzz_expect(insn.raw == raw, "the instruction is kept");
    if (insn.class != INSN_LOAD && insn.class != INSN_STORE)
        return;
    fuzz_expect(width_is_power(insn.width_bytes), "an access has a width");
    fuzz_expect(!insn.is_signed || insn.class == INSN_LOAD, "a store extends nothing");
    transform_check(&insn, reg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t raw;

    for (size_t at = 0; at + sizeof raw <= size; at += sizeof raw) {
        memcpy(&raw, data + at, sizeof raw);
        word_check(raw, data[at] % 32);
    }
    return 0;
}
