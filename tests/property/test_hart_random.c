/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_hart_random.c — random instructions, faults and interrupts in random modes
 * with random CSRs: whatever happens, the state stays one that a hart can be in. */
#include "../unit/hart_fixture.h"

#include "base/random.h"

enum { STEPS = 2000000, CSR_NUMBERS_COUNT = 4096 };

struct world {
    struct fixture fix;
    uint64_t seed, pc;
};

static uint64_t next(struct world *world)
{
    return random_next(&world->seed);
}

/* Mostly small, aligned, or an address that is something. */
static uint64_t random_value(struct world *world)
{
    switch (next(world) % 6) {
    case 0:
        return RAM + next(world) % RAM_BYTES;
    case 1:
        return DEVICE + next(world) % 16;
    case 2:
        return ONE_BIT(next(world) % 64);
    case 3:
        return next(world) % 4096;
    case 4:
        return (next(world) % 16) << 60 | ((RAM >> PAGE_SHIFT) + next(world) % 1024);
    default:
        return next(world);
    }
}

/* An instruction of a kind that the engine hands over, or any bits at all. */
static uint32_t random_insn(struct world *world)
{
    static const uint32_t kinds[] = {0x73,       0x73,       0x10200073, 0x30200073,
                                     0x10500073, 0x12000073, 0x22000073, 0x62000073,
                                     0x60004073, 0x62004073, 0x0000200f, 0x0040200f};
    uint32_t raw = (uint32_t)next(world);

    switch (next(world) % 4) {
    case 0: /* a CSR instruction */
        return (raw & ~UINT32_C(0x7f)) | 0x73;
    case 1:
        return kinds[next(world) % (sizeof kinds / sizeof kinds[0])] | (raw & 0x01ff8000);
    case 2:
        return (raw & ~UINT32_C(0x7f)) | (next(world) & 1 ? 0x2f : 0x13);
    default:
        return raw;
    }
}

static struct engine_event random_event(struct world *world)
{
    static const enum access_kind kinds[] = {ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE};
    static const enum engine_event_kind events[] = {ENGINE_SYSTEM, ENGINE_SYSTEM, ENGINE_SYSTEM,
                                                    ENGINE_FAULT,  ENGINE_FAULT,  ENGINE_MISALIGNED,
                                                    ENGINE_ECALL,  ENGINE_BREAK};

    return (struct engine_event){.kind = events[next(world) % 8],
                                 .pc = world->pc,
                                 .access = kinds[next(world) % 3],
                                 .page = {world->pc & ~UINT64_C(0xfff)}};
}

static void poke_something(struct world *world)
{
    hart_csr_poke(world->fix.hart, (uint16_t)(next(world) % CSR_NUMBERS_COUNT),
                  random_value(world));
}

/* From power-on, with PMP open and handlers in RAM, into some mode. */
static void restart(struct world *world)
{
    const struct hart_mode modes[] = {MODE_M, MODE_HS, MODE_U, MODE_VS, MODE_VU};
    struct fixture *fix = &world->fix;

    hart_reset(fix->hart);
    csr_set(fix, PMPADDR0, UINT64_MAX);
    csr_set(fix, PMPCFG0, 0x1f);
    csr_set(fix, MTVEC, M_TVEC);
    csr_set(fix, STVEC, S_TVEC);
    csr_set(fix, VSTVEC, VS_TVEC);
    csr_set(fix, MEDELEG, next(world));
    csr_set(fix, MIDELEG, next(world));
    csr_set(fix, HEDELEG, next(world));
    csr_set(fix, HIDELEG, next(world));
    fixture_mode(fix, modes[next(world) % 5]);
    world->pc = CODE;
}

static void step(struct world *world)
{
    struct fixture *fix = &world->fix;
    struct engine_event event;
    struct engine_page page;

    fix->reg[1 + next(world) % 31] = random_value(world);
    fix->mtime += next(world) % 3;
    if (next(world) % 8 == 0)
        poke_something(world);
    if (next(world) % 16 == 0)
        hart_interrupt_set(fix->hart, (unsigned)(next(world) % 16), next(world) & 1);
    if (next(world) % 4 == 0)
        world->pc = RAM + next(world) % RAM_BYTES / 2 * 2;
    world->pc &= ~UINT64_C(1);
    if (world->pc >= RAM && world->pc <= RAM + RAM_BYTES - 8)
        ram_put(fix, world->pc & ~UINT64_C(7), (uint64_t)random_insn(world) << 8 * (world->pc & 4));
    event = random_event(world);
    if (next(world) % 4 == 0) /* what is answered may be used */
        if (hart_fill(fix->hart, event.page, event.access, &page))
            assert_non_null(page.bytes);
    world->pc =
        next(world) % 8 ? hart_event(fix->hart, &event) : hart_deadline(fix->hart, world->pc);
}

static void check_modes(struct world *world)
{
    const struct hart *hart = world->fix.hart;

    assert_true(hart->mode.privilege == PRIVILEGE_U || hart->mode.privilege == PRIVILEGE_S ||
                (hart->mode.privilege == PRIVILEGE_M && !hart->mode.is_virtual));
    assert_int_not_equal((hart->mstatus & STATUS_MPP) >> STATUS_MPP_SHIFT, 2);
    assert_int_equal(world->fix.is_virtual, hart->mode.is_virtual);
    assert_int_equal(world->fix.has_float,
                     (hart->mstatus & STATUS_FS) == STATUS_FS &&
                         (!hart->mode.is_virtual || (hart->vsstatus & STATUS_FS) == STATUS_FS));
    assert_int_equal(world->fix.reg[0], 0);
}

/* sie and hie, sip and hip never share a bit; the guest's bits are those of the host, shifted. */
static void check_interrupts(struct world *world)
{
    struct fixture *fix = &world->fix;

    assert_int_equal(csr_get(fix, SIE) & csr_get(fix, HIE), 0);
    assert_int_equal(csr_get(fix, SIP) & csr_get(fix, HIP), 0);
    assert_int_equal(csr_get(fix, VSIE), (csr_get(fix, HIE) & csr_get(fix, HIDELEG)) >> 1);
    assert_int_equal(csr_get(fix, VSIP), (csr_get(fix, HIP) & csr_get(fix, HIDELEG)) >> 1);
    assert_int_equal(csr_get(fix, SIE) & ~csr_get(fix, MIE), 0);
    assert_int_equal(csr_get(fix, MIDELEG) & 0x1444, 0x1444);
}

/* What a CSR reads can be written, and reads the same again. */
static void check_stable(struct world *world)
{
    struct hart *hart = world->fix.hart;
    uint64_t before, after;
    unsigned stable = 0;

    for (unsigned number = 0; number < CSR_NUMBERS_COUNT; number++) {
        bool is_counter = number == MCYCLE || number == MINSTRET; /* sets what the next one reads */

        if (!hart_csr_peek(hart, (uint16_t)number, &before) || is_counter ||
            !hart_csr_poke(hart, (uint16_t)number, before))
            continue;
        assert_true(hart_csr_peek(hart, (uint16_t)number, &after));
        if (before != after)
            fail_msg("csr 0x%x: 0x%llx, then 0x%llx", number, (unsigned long long)before,
                     (unsigned long long)after);
        stable++;
    }
    assert_true(stable > 150);
}

static void random_streams_leave_a_state_that_a_hart_can_be_in(void **unused)
{
    struct world world = {.seed = 11, .pc = CODE};
    bool is_seen[2][4] = {{false}}; /* by V and privilege */
    (void)unused;

    fixture_open(&world.fix, &all_features);
    for (unsigned i = 0; i < STEPS; i++) {
        const struct hart *hart = world.fix.hart;

        if (i % 64 == 0)
            restart(&world);
        step(&world);
        check_modes(&world);
        is_seen[hart->mode.is_virtual][hart->mode.privilege] = true;
        if (i % 16 == 0)
            check_interrupts(&world);
        if (i % 4096 == 0)
            check_stable(&world);
    }
    assert_true(is_seen[0][PRIVILEGE_M] && is_seen[0][PRIVILEGE_S] && is_seen[0][PRIVILEGE_U]);
    assert_true(is_seen[1][PRIVILEGE_S] && is_seen[1][PRIVILEGE_U]);
    fixture_close(&world.fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_streams_leave_a_state_that_a_hart_can_be_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
