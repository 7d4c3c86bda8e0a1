/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_decode.c — the decoder against tables drawn from the instruction listings.
 * Read insn_pattern.h first. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "insn_pattern.h"
#include "monitor/decode.h"
#include "rvc_table.h"
#include "word_table.h"

enum { HALF_COUNT = 1 << 16, REG_COUNT = 32, A0 = 10 };

static bool insn_is_equal(const struct insn *a, const struct insn *b)
{
    return a->raw == b->raw && a->class == b->class && a->len_bytes == b->len_bytes &&
           a->rd == b->rd && a->rs1 == b->rs1 && a->rs2 == b->rs2 &&
           a->width_bytes == b->width_bytes && a->is_signed == b->is_signed && a->csr == b->csr &&
           a->csr_op == b->csr_op;
}

static void insn_print(const char *who, const struct insn *insn)
{
    print_error("%s: %08x class %d len %u rd %u rs1 %u rs2 %u width %u signed %d csr %x op %u\n",
                who, insn->raw, insn->class, insn->len_bytes, insn->rd, insn->rs1, insn->rs2,
                insn->width_bytes, insn->is_signed, insn->csr, insn->csr_op);
}

static void assert_insn_equal(const struct insn *got, const struct insn *want, const char *name)
{
    if (insn_is_equal(got, want))
        return;
    insn_print("decoder", got);
    insn_print("listing", want);
    fail_msg("%08x is %s", want->raw, name);
}

static void assert_decodes_as_drawn(struct pattern_set *set, uint32_t word)
{
    const struct insn_pattern *row = pattern_find(set, word);
    struct insn want = pattern_expect(row, word, 4);
    struct insn got = insn_decode(word);

    assert_insn_equal(&got, &want, row ? row->name : "in no listing");
}

static void assert_half_decodes_as_drawn(struct pattern_set *set, uint16_t half)
{
    const struct insn_pattern *row = pattern_find(set, half);
    struct insn want = pattern_expect(row, half, 2);
    struct insn got = insn_decode(half);

    if (row)
        want.rs1 = (uint8_t)rvc_base(row, half);
    assert_insn_equal(&got, &want, row ? row->name : "in no listing");
}

/* With bits 1:0 both set it is a word whose upper half is 0. */
static void every_halfword_decodes_as_the_listing_says(void **unused)
{
    struct pattern_set halves = pattern_set_make(rvc_table, RVC_COUNT);
    struct pattern_set words = pattern_set_make(word_table, WORD_COUNT);

    (void)unused;
    for (uint32_t half = 0; half < HALF_COUNT; half++) {
        if (half % 4 == 3)
            assert_decodes_as_drawn(&words, half);
        else
            assert_half_decodes_as_drawn(&halves, (uint16_t)half);
    }
    assert_null(pattern_find_idle(&halves));
}

static void compressed_instruction_decodes_as_its_expansion(void **unused)
{
    /* Six forms with 11 free bits in quadrant 0 and four in quadrant 2, Zcb with 8, 7, 7, 8, 7, two
     * forms of 6 offset bits and 31 registers, and c.ebreak. */
    enum { EXPANDED_COUNT = 6 * 2048 + 4 * 2048 + 256 + 128 + 128 + 256 + 128 + 2 * 31 * 64 + 1 };
    struct pattern_set set = pattern_set_make(rvc_table, RVC_COUNT);
    unsigned expanded = 0;

    (void)unused;
    for (uint32_t half = 0; half < HALF_COUNT; half++) {
        const struct insn_pattern *row = pattern_find(&set, half);
        struct insn compressed, word;

        if (!row || !row->expansion)
            continue;
        expanded++;
        compressed = insn_decode(half);
        word = insn_decode(rvc_expand(row, (uint16_t)half));
        assert_int_equal(word.len_bytes, 4);
        word.raw = half;
        word.len_bytes = 2;
        assert_insn_equal(&compressed, &word, row->name);
    }
    assert_int_equal(expanded, EXPANDED_COUNT);
}

static void halfword_after_a_compressed_instruction_is_not_looked_at(void **unused)
{
    (void)unused;
    for (uint32_t half = 0; half < HALF_COUNT; half++) {
        struct insn alone = insn_decode(half);
        struct insn followed = insn_decode(half | 0xffff0000);

        if (alone.len_bytes == 2)
            assert_insn_equal(&followed, &alone, "followed by ones");
    }
}

/* All of funct7, rs2 and funct3, so that every funct12 is seen, with a few rd and rs1. */
static void assert_opcode_decodes_as_drawn(struct pattern_set *set, uint32_t opcode)
{
    static const struct {
        uint32_t rd, rs1;
    } sample[] = {{0, 0}, {0, 31}, {31, 0}};

    for (uint32_t top = 0; top < 1 << 12; top++)
        for (uint32_t funct3 = 0; funct3 < 8; funct3++)
            for (size_t i = 0; i < sizeof(sample) / sizeof(sample[0]); i++)
                assert_decodes_as_drawn(set, top << 20 | sample[i].rs1 << 15 | funct3 << 12 |
                                                 sample[i].rd << 7 | opcode);
}

static void every_word_of_an_access_or_system_opcode_decodes_as_the_listing_says(void **unused)
{
    static const uint32_t opcode[] = {0x03, 0x07, 0x0f, 0x23, 0x27, 0x2f, 0x73};
    struct pattern_set set = pattern_set_make(word_table, WORD_COUNT);

    (void)unused;
    for (size_t i = 0; i < sizeof(opcode) / sizeof(opcode[0]); i++)
        assert_opcode_decodes_as_drawn(&set, opcode[i]);
    assert_null(pattern_find_idle(&set));
}

/* A linear congruential generator; the opcodes of encodings longer than 32 bits are among the
 * draws. */
static void words_from_the_whole_space_decode_as_the_listing_says(void **unused)
{
    enum { DRAWS = 200000 };
    struct pattern_set set = pattern_set_make(word_table, WORD_COUNT);
    uint64_t state = 1;

    (void)unused;
    for (unsigned i = 0; i < DRAWS; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        assert_decodes_as_drawn(&set, (uint32_t)(state >> 32) | 3);
    }
}

static void every_pattern_has_one_symbol_per_bit(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < WORD_COUNT; i++)
        assert_int_equal(symbols_count(word_table[i].symbols), 32);
    for (size_t i = 0; i < RVC_COUNT; i++) {
        assert_int_equal(symbols_count(rvc_table[i].symbols), 16);
        if (rvc_table[i].expansion)
            assert_int_equal(symbols_count(rvc_table[i].expansion), 32);
    }
}

static void well_known_words_decode_by_name(void **unused)
{
    static const struct {
        uint32_t raw;
        enum insn_class class;
    } known[] = {
        {0x00000000, INSN_OTHER}, /* the permanently illegal halfword */
        {0xffffffff, INSN_OTHER}, /* the permanently illegal word */
        {0x10500073, INSN_WFI},   {0x00d00073, INSN_WRS},    {0x01d00073, INSN_WRS},
        {0x00000073, INSN_ECALL}, {0x00100073, INSN_EBREAK}, {0x9002, INSN_EBREAK},
        {0x10200073, INSN_PRIV},  /* sret */
        {0xc0102573, INSN_CSR},   /* rdtime a0 */
        {0x0000100f, INSN_OTHER}, /* fence.i */
        {0x0ff0000f, INSN_OTHER}, /* fence */
        {0x00106013, INSN_OTHER}, /* prefetch.r 0(zero) */
        {0x4002, INSN_OTHER},     /* c.lwsp zero: reserved */
        {0x6002, INSN_OTHER},     /* c.ldsp zero: reserved */
        {0x00007003, INSN_OTHER}, /* load with funct3 7 */
        {0x00004023, INSN_OTHER}, /* store with funct3 4 */
        {0x48a5a5af, INSN_OTHER}, /* ssamoswap.w: funct5 01001 is no AMO of Zacas or A */
    };

    (void)unused;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        assert_int_equal(insn_decode(known[i].raw).class, known[i].class);
}

static void register_x0_stays_x0(void **unused)
{
    struct insn load = insn_decode(0x0005a003); /* lw zero, 0(a1) */
    struct insn store = insn_decode(0xc002);    /* c.swsp zero, 0(sp) */

    (void)unused;
    assert_int_equal(load.class, INSN_LOAD);
    assert_int_equal(load.rd, 0);
    assert_int_equal(store.class, INSN_STORE);
    assert_int_equal(store.rs2, 0);
    assert_int_equal(store.width_bytes, 4);
}

/* The transformation keeps what an emulator needs, has the register asked for, and nothing else. */
static void assert_transforms(uint32_t raw, unsigned reg)
{
    struct insn original = insn_decode(raw);
    struct insn got = insn_decode(insn_transform(&original, reg));
    struct insn want = original;

    want.raw = got.raw;
    want.len_bytes = 4;
    want.rs1 = 0;
    want.rd = (uint8_t)(original.class == INSN_LOAD ? reg : 0);
    want.rs2 = (uint8_t)(original.class == INSN_STORE ? reg : 0);
    assert_insn_equal(&got, &want, "the transformed instruction");
}

static void transformed_instruction_decodes_to_the_same_access_of_another_register(void **unused)
{
    static const uint32_t opcode[] = {0x03, 0x23};
    enum { ALL_OPERANDS_SET = 0xffff8f80 };
    unsigned transformed = 0;

    (void)unused;
    for (uint32_t form = 0; form < 16; form++) {
        uint32_t raw = ALL_OPERANDS_SET | (form & 7) << 12 | opcode[form >> 3];

        if (insn_decode(raw).class == INSN_OTHER)
            continue;
        transformed++;
        for (unsigned reg = 0; reg < REG_COUNT; reg++)
            assert_transforms(raw, reg);
    }
    assert_int_equal(transformed, 7 + 4);
}

static void every_compressed_access_transforms_as_its_expansion(void **unused)
{
    struct pattern_set set = pattern_set_make(rvc_table, RVC_COUNT);

    (void)unused;
    for (uint32_t half = 0; half < HALF_COUNT; half++) {
        const struct insn_pattern *row = pattern_find(&set, half);
        struct insn compressed, word;

        if (!row || (row->class != INSN_LOAD && row->class != INSN_STORE))
            continue;
        compressed = insn_decode(half);
        word = insn_decode(rvc_expand(row, (uint16_t)half));
        assert_int_equal(insn_transform(&compressed, A0), insn_transform(&word, A0));
    }
}

static void transformed_instruction_has_only_opcode_width_and_register(void **unused)
{
    static const struct {
        uint32_t raw, transformed;
    } known[] = {
        {0xfff58f83, 0x00000503}, /* lb t6, -1(a1) -> lb a0 */
        {0x0045c583, 0x00004503}, /* lbu a1, 4(a1) -> lbu a0 */
        {0x00459583, 0x00001503}, /* lh */
        {0x0045d583, 0x00005503}, /* lhu */
        {0x0045a583, 0x00002503}, /* lw */
        {0x0045e583, 0x00006503}, /* lwu */
        {0x0085b583, 0x00003503}, /* ld */
        {0x4188, 0x00002503},     /* c.lw a0, 0(a1): bit 1 is set all the same */
        {0x8188, 0x00004503},     /* c.lbu a0, 0(a1) */
        {0xfeb58fa3, 0x00a00023}, /* sb a1, -1(a1) -> sb a0 */
        {0x00b59223, 0x00a01023}, /* sh */
        {0x00b5a223, 0x00a02023}, /* sw */
        {0x00b5b423, 0x00a03023}, /* sd */
        {0xe188, 0x00a03023},     /* c.sd a0, 0(a1) */
    };

    (void)unused;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct insn insn = insn_decode(known[i].raw);

        assert_int_equal(insn_transform(&insn, A0), known[i].transformed);
    }
}

static void length_is_four_exactly_when_the_two_low_bits_are_set(void **unused)
{
    (void)unused;
    for (uint32_t half = 0; half < HALF_COUNT; half++)
        assert_int_equal(insn_length((uint16_t)half), half % 4 == 3 ? 4 : 2);
}

static void counters_are_the_thirty_two_user_csrs_from_cycle_on(void **unused)
{
    enum { CSR_COUNT = 4096, CYCLE = 0xc00 };

    (void)unused;
    for (uint16_t csr = 0; csr < CSR_COUNT; csr++)
        assert_int_equal(csr_is_counter(csr), csr / 32 == CYCLE / 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_halfword_decodes_as_the_listing_says),
        cmocka_unit_test(compressed_instruction_decodes_as_its_expansion),
        cmocka_unit_test(halfword_after_a_compressed_instruction_is_not_looked_at),
        cmocka_unit_test(every_word_of_an_access_or_system_opcode_decodes_as_the_listing_says),
        cmocka_unit_test(words_from_the_whole_space_decode_as_the_listing_says),
        cmocka_unit_test(every_pattern_has_one_symbol_per_bit),
        cmocka_unit_test(well_known_words_decode_by_name),
        cmocka_unit_test(register_x0_stays_x0),
        cmocka_unit_test(transformed_instruction_decodes_to_the_same_access_of_another_register),
        cmocka_unit_test(every_compressed_access_transforms_as_its_expansion),
        cmocka_unit_test(transformed_instruction_has_only_opcode_width_and_register),
        cmocka_unit_test(length_is_four_exactly_when_the_two_low_bits_are_set),
        cmocka_unit_test(counters_are_the_thirty_two_user_csrs_from_cycle_on),
    };

    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
