/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random programs on an engine that runs blocks and on one that steps: the same events with the
 * same counts, the same registers, the same memory. The programs jump about in four pages of code,
 * of which two change at times, read, write and add to four pages of data, of which some are
 * absent, read-only or an alias at times, compute with floats, use both worlds, and do what they
 * may not. */
#include "../unit/engine_fixture.h"
#include "base/random.h"

enum {
    CODE_PAGES = 4,
    DATA_FIRST = 16,
    DATA_PAGES = 4,
    PROGRAMS = 100,
    EVENTS_PER_PROGRAM = 400,

    CODE_HALVES = CODE_PAGES * PAGE_SIZE / 2
};

/* Of all programs, with every version of the library. */
#define DIGEST UINT64_C(0x25bc1a3afe6e35c0)

#define CODE_FIRST RAM_FIRST
#define DATA_BASE  (RAM_FIRST + DATA_FIRST * PAGE_SIZE)

/* One engine with its program, and a digest of what it was told. */
struct player {
    struct engine_fixture fix;
    uint64_t random; /* of the client's acts: the same for both players */
    uint64_t digest;
    unsigned events;
};

static void digest_add(struct player *player, uint64_t value)
{
    player->digest = (player->digest ^ value) * UINT64_C(0x100000001b3);
    player->digest ^= player->digest >> 29;
}

static uint64_t below(uint64_t *random, uint64_t limit)
{
    return random_next(random) % limit;
}

/* x8 to x15 compute, x5 to x7 point to data, x28 to code. */
static unsigned any_x(uint64_t *random)
{
    return 8 + (unsigned)below(random, 8);
}

static uint32_t insn_memory(uint64_t *random)
{
    static const uint8_t opcodes[] = {0x03, 0x03, 0x03, 0x23, 0x23, 0x07, 0x27};
    unsigned opcode = opcodes[below(random, sizeof opcodes)];
    bool is_float = opcode == 0x07 || opcode == 0x27;
    unsigned size = is_float ? 2 + (unsigned)below(random, 2) : (unsigned)below(random, 4);
    unsigned base = 5 + (unsigned)below(random, 3), reg = any_x(random);
    int offset = (int)below(random, 4096) - 2048;

    if (opcode == 0x03 || opcode == 0x07)
        return insn_i(opcode, size, reg, base, offset);
    return insn_s(opcode, size, base, reg, offset);
}

static uint32_t insn_float(uint64_t *random)
{
    static const uint8_t f7[] = {0x00, 0x01, 0x04, 0x05, 0x08, 0x09, 0x10, 0x11,
                                 0x14, 0x15, 0x14, 0x15, 0x50, 0x51, 0x78, 0x79};
    unsigned kind = f7[below(random, sizeof f7)];
    unsigned f3 = kind >= 0x78 ? 0 : (unsigned)below(random, 2);
    unsigned rs2 = kind >= 0x78 ? 0 : any_x(random);
    unsigned rs1 = any_x(random), rd = any_x(random);

    return insn_fp(kind, f3, rd, rs1, rs2);
}

static uint32_t insn_odd(uint64_t *random)
{
    static const uint32_t odd[] = {INSN_ECALL,
                                   INSN_EBREAK,
                                   INSN_WFI,
                                   INSN_SRET,
                                   INSN_FENCE_I,
                                   0xc0002573 /* rdcycle a0 */,
                                   0xc0202573,
                                   0x34011073,
                                   0,
                                   0x00302573 /* frcsr a0 */,
                                   0xffffffff,
                                   0x0000100f};

    return odd[below(random, COUNT_OF(odd))];
}

static uint32_t insn_any(uint64_t *random, unsigned *size_bytes)
{
    unsigned kind = (unsigned)below(random, 100), rd = any_x(random), rs1 = any_x(random);

    *size_bytes = 4;
    if (kind < 30) {
        static const uint8_t f3[] = {0, 4, 6, 7, 2, 3};
        unsigned rs2 = any_x(random), f7 = (unsigned)below(random, 2);

        return insn_r(0x33, f3[below(random, 6)], f7, rd, rs1, rs2);
    }
    if (kind < 55) {
        *size_bytes = 2;
        return insn_c_addi(rd, 1 + (unsigned)below(random, 31));
    }
    if (kind < 72)
        return insn_memory(random);
    if (kind < 82) {
        int offset = ((int)below(random, 200) - 100) * 2;

        return insn_bne(rs1, any_x(random), offset);
    }
    if (kind < 84)
        return insn_jal(RA, ((int)below(random, 1000) - 500) * 2);
    if (kind < 87) {
        unsigned base = 5 + (unsigned)below(random, 3);

        return insn_r(0x2f, 3, below(random, 2) ? 0 : 1 << 2, rd, base, rs1);
    }
    if (kind < 97)
        return insn_float(random);
    return insn_odd(random);
}

/* Fills a piece of code with whole instructions; a jump to its begin ends it. */
static void code_make(struct player *player, uint64_t *random, unsigned first, unsigned halves)
{
    uint16_t *code = (uint16_t *)(void *)player->fix.ram;
    unsigned at = first, size;

    while (at + 2 <= first + halves) {
        uint32_t insn = insn_any(random, &size);

        memcpy(code + at, &insn, size);
        at += size / 2;
    }
    if (at < first + halves)
        code[at] = INSN_C_NOP;
}

static void registers_point(struct player *player)
{
    for (unsigned i = 5; i < 8; i++) {
        uint64_t offset = below(&player->random, (DATA_PAGES - 1) * PAGE_SIZE / 8) * 8;

        if (below(&player->random, 8) == 0)
            offset += below(&player->random, 8);
        engine_set(player->fix.engine, i, DATA_BASE + 2048 + offset);
    }
}

/* Changes how one page is mapped. */
static void pages_change(struct player *player)
{
    uint64_t page = DATA_BASE + below(&player->random, DATA_PAGES) * PAGE_SIZE;
    unsigned how = (unsigned)below(&player->random, 5);

    if (how == 4)
        page = CODE_FIRST + (1 + below(&player->random, CODE_PAGES - 1)) * PAGE_SIZE;
    player->fix.map_count = 0;
    if (how > 0)
        fixture_map(&player->fix, (struct fixture_map){page, how == 3 ? DATA_BASE : page,
                                                       how == 1 || how == 4, how == 2});
    engine_flush(player->fix.engine);
}

/* Whatever a client may do while it is asked. */
static void client_act(struct player *player)
{
    struct engine *engine = player->fix.engine;

    registers_point(player);
    switch (below(&player->random, 6)) {
    case 0:
        pages_change(player);
        break;
    case 1: {
        bool has_float = below(&player->random, 4) != 0;

        engine_enter(engine, (enum engine_world)below(&player->random, 2), has_float);
        break;
    }
    case 2: {
        unsigned page = (unsigned)below(&player->random, 2);

        code_make(player, &player->random, page * PAGE_SIZE / 2, 200);
        engine_invalidate(engine, player->fix.ram + page * PAGE_SIZE, 1);
        break;
    }
    case 3: {
        uint64_t value = random_next(&player->random);

        engine_set(engine, ENGINE_F + any_x(&player->random), value);
        break;
    }
    default:
        break;
    }
}

static uint64_t somewhere(struct player *player)
{
    return CODE_FIRST + below(&player->random, CODE_HALVES - 8) * 2;
}

static uint64_t player_answer(struct engine_fixture *fix, const struct engine_event *event)
{
    struct player *player = (struct player *)(void *)fix;

    digest_add(player, event->kind);
    digest_add(player, event->pc);
    digest_add(player, fix->clock.instret);
    if (event->kind == ENGINE_FAULT)
        digest_add(player, event->page.v | event->access);
    client_act(player);
    if (++player->events == EVENTS_PER_PROGRAM)
        engine_stop(fix->engine);
    return somewhere(player);
}

/* As memory does when it calls pages back: in the middle of a fill all translations are lost. */
static bool player_fill(void *context, gva_t page, enum access_kind access, struct engine_page *out)
{
    struct player *player = context;

    if (access == ACCESS_WRITE || page.v % (3 * PAGE_SIZE) == 0)
        engine_flush(player->fix.engine);
    return fixture_fill(context, page, access, out);
}

static void player_step(struct engine_fixture *fix, uint64_t pc)
{
    if (pc % 64 == 0)
        engine_flush(fix->engine);
}

/* A program that runs in circles is told apart from one that takes long by its deadline. */
static void player_open(struct player *player, uint64_t seed, bool steps)
{
    fixture_open(&player->fix, steps);
    player->fix.answer = player_answer;
    player->random = seed;
    player->digest = 1;
    player->events = 0;
    code_make(player, &player->random, 0, CODE_HALVES);
    engine_enter(player->fix.engine, ENGINE_WORLD_HOST, true);
    registers_point(player);
}

static uint64_t player_deadline(void *context, uint64_t pc)
{
    struct player *player = context;

    digest_add(player, pc);
    digest_add(player, player->fix.clock.instret);
    player->fix.clock.deadline = player->fix.clock.instret + 50;
    client_act(player);
    if (++player->events == EVENTS_PER_PROGRAM)
        engine_stop(player->fix.engine);
    return below(&player->random, 2) ? pc : somewhere(player);
}

static uint64_t player_run(struct player *player, uint64_t seed, bool steps)
{
    player_open(player, seed, steps);
    player->fix.client.deadline = player_deadline;
    player->fix.client.fill = player_fill;
    player->fix.step = player_step;
    player->fix.clock.deadline = 50;
    fixture_run(&player->fix, CODE_FIRST);
    for (unsigned i = 0; i < ENGINE_REGISTER_COUNT; i++)
        digest_add(player, engine_get(player->fix.engine, i));
    for (unsigned i = 0; i < RAM_BYTES; i += 8) {
        uint64_t word;

        memcpy(&word, player->fix.ram + i, 8);
        digest_add(player, word);
    }
    digest_add(player, player->fix.clock.instret);
    fixture_close(&player->fix);
    return player->digest;
}

static void a_program_is_the_same_in_blocks_and_in_steps(void **unused)
{
    uint64_t all = 0;

    (void)unused;
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
        struct player player;
        uint64_t blocks = player_run(&player, seed, false);

        if (blocks != player_run(&player, seed, true))
            fail_msg("program %u differs", (unsigned)seed);
        all = all * 31 + blocks;
    }
    assert_true(all == DIGEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_is_the_same_in_blocks_and_in_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
