/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_live.c — a machine that runs: how it starts, why it ends, how harts take turns.
 * Programs are words of machine code; longer ones are in tests/guests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libfdt.h>
#include <string.h>

#include "hart/hart_run.h"
#include "machine/device_tree.h"
#include "machine/live.h"

enum { WORDS_MAX = 32, RAM_PAGES = 256, A0 = 10, A1 = 11, A2 = 12 };

/* Instructions of the programs. */
enum {
    LOOP = 0x0000006f,         /* j . */
    WAIT = 0x10500073,         /* wfi */
    LUI_T0_TEST = 0x001002b7,  /* lui t0, 0x100 */
    LUI_T1_5 = 0x00005337,     /* lui t1, 5 */
    ADDI_T1_555 = 0x55530313,  /* addi t1, t1, 0x555 */
    STORE_T1 = 0x0062a023,     /* sw t1, (t0) */
    READ_TIME_A3 = 0xc01026f3, /* csrr a3, time */
    HARTID_A4 = 0xf1402773,    /* csrr a4, mhartid */
    BNEZ_A4_12 = 0x00071663,   /* bnez a4, .+12 */
    JUMP_BACK = 0xffdff06f,    /* j .-4 */
    ILLEGAL = 0
};

struct fixture {
    struct machine_spec spec;
    struct image image;
    struct device_tree tree;
    struct live *live;
    uint32_t word[WORDS_MAX];
};

static void image_make(struct image *image, const uint32_t *word, size_t size_bytes, uint64_t at)
{
    *image = (struct image){
        .name = "program",
        .file = {(uint8_t *)(uintptr_t)word, size_bytes},
        .segment = {{.first = {at}, .size_bytes = size_bytes, .file_bytes = size_bytes}},
        .segment_count = 1,
        .entry = {at}};
}

static struct live_config config_of(struct fixture *fix)
{
    return (struct live_config){.spec = &fix->spec, .image = &fix->image, .tree = &fix->tree};
}

static void fixture_setup(struct fixture *fix, unsigned harts, const uint32_t *word,
                          size_t size_bytes)
{
    struct diagnostic diag = {""};
    struct live_config config;

    *fix = (struct fixture){.live = NULL};
    assert_int_equal(machine_load("virt-h", &fix->spec, NULL), STATUS_OK);
    fix->spec.memory.page_count = fix->spec.memory.rmp_pages = RAM_PAGES;
    fix->spec.harts.count = harts;
    fix->spec.harts.quantum = 100;
    memcpy(fix->word, word, size_bytes);
    image_make(&fix->image, fix->word, size_bytes, MACHINE_RAM_FIRST);
    assert_int_equal(device_tree_build(&fix->spec, &fix->tree), STATUS_OK);
    config = config_of(fix);
    if (live_create(&config, &fix->live, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
}

static void fixture_teardown(struct fixture *fix)
{
    live_destroy(fix->live);
    device_tree_free(&fix->tree);
}

static struct live_result run_for(struct fixture *fix, uint64_t instructions)
{
    struct live_limits limits = {.instructions = instructions};
    struct diagnostic diag = {""};
    struct live_result result;

    if (live_run(fix->live, &limits, &result, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
    return result;
}

static uint64_t x_of(struct fixture *fix, unsigned hart, unsigned number)
{
    return hart_run_get(live_hart(fix->live, hart), ENGINE_X + number);
}

static void a_hart_starts_at_the_entry_with_its_number_and_the_device_tree(void **unused)
{
    static const uint32_t program[] = {LOOP};
    struct access access = {.kind = ACCESS_READ};
    char head[64];
    struct fault fault;
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, 2, program, sizeof program);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(hart_run_pc(live_hart(fix.live, i)), MACHINE_RAM_FIRST);
        assert_int_equal(x_of(&fix, i, A0), i);
        access.spa.v = x_of(&fix, i, A1);
        assert_true(memory_read(live_memory(fix.live), &access, head, sizeof head, &fault));
        assert_memory_equal(head, fix.tree.blob, sizeof head);
    }
    assert_null(live_hart(fix.live, 2));
    fixture_teardown(&fix);
}

static void a_program_ends_the_run(void **unused)
{
    static const uint32_t program[] = {LUI_T0_TEST, LUI_T1_5, ADDI_T1_555, STORE_T1, LOOP};
    struct live_result result;
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, 1, program, sizeof program);
    result = run_for(&fix, 1000);
    assert_int_equal(result.end, LIVE_PASS);
    assert_int_equal(live_instructions(fix.live), 4);
    assert_int_equal(result.pc, MACHINE_RAM_FIRST + 16);
    result = run_for(&fix, 1000); /* it stays so */
    assert_int_equal(result.end, LIVE_PASS);
    assert_int_equal(live_instructions(fix.live), 4);
    fixture_teardown(&fix);
}

static bool expired(void *context)
{
    unsigned *left = context;

    return (*left)-- == 0;
}

static void a_limit_ends_it_and_it_can_go_on(void **unused)
{
    static const uint32_t program[] = {LOOP};
    unsigned left = 2;
    struct live_limits limits = {UINT64_MAX, expired, &left};
    struct live_result result;
    struct diagnostic diag;
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, 1, program, sizeof program);
    assert_int_equal(run_for(&fix, 500).end, LIVE_INSTRUCTIONS);
    assert_int_equal(live_instructions(fix.live), 500);
    assert_int_equal(run_for(&fix, 700).end, LIVE_INSTRUCTIONS);
    assert_int_equal(live_instructions(fix.live), 700);
    assert_int_equal(live_run(fix.live, &limits, &result, &diag), STATUS_OK);
    assert_int_equal(result.end, LIVE_TIME);
    assert_int_equal(result.pc, MACHINE_RAM_FIRST);
    fixture_teardown(&fix);
}

static void waiting_for_nothing_is_an_end(void **unused)
{
    static const uint32_t program[] = {WAIT, LOOP};
    struct live_result result;
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, 3, program, sizeof program);
    result = run_for(&fix, 1000);
    assert_int_equal(result.end, LIVE_WAITING);
    assert_int_equal(result.pc, MACHINE_RAM_FIRST + 4);
    fixture_teardown(&fix);
}

static void an_endless_loop_of_traps_is_named(void **unused)
{
    static const uint32_t program[] = {ILLEGAL};
    struct live_result result;
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, 1, program, sizeof program);
    result = run_for(&fix, 1000);
    assert_int_equal(result.end, LIVE_TRAP_LOOP);
    assert_int_equal(result.trap.cause, CAUSE_FETCH_ACCESS); /* mtvec is 0 */
    assert_int_equal(result.trap.epc, 0);
    assert_int_equal(live_counts(fix.live)->exceptions[0][CAUSE_ILLEGAL], 1);
    assert_true(live_counts(fix.live)->exceptions[0][CAUSE_FETCH_ACCESS] > 2);
    fixture_teardown(&fix);
}

static void harts_take_turns_of_a_quantum(void **unused)
{
    static const uint32_t program[] = {LOOP};
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, 4, program, sizeof program);
    assert_int_equal(run_for(&fix, 250).end, LIVE_INSTRUCTIONS);
    assert_int_equal(hart_run_clock(live_hart(fix.live, 0))->instret, 100);
    assert_int_equal(hart_run_clock(live_hart(fix.live, 1))->instret, 100);
    assert_int_equal(hart_run_clock(live_hart(fix.live, 2))->instret, 50);
    assert_int_equal(hart_run_clock(live_hart(fix.live, 3))->instret, 0);
    fixture_teardown(&fix);
}

/* Hart 0 reads the time again and again; the others wait, which counts as if they ran. */
static void time_is_what_all_harts_have_done(void **unused)
{
    static const uint32_t program[] = {HARTID_A4, BNEZ_A4_12, READ_TIME_A3, JUMP_BACK, WAIT, LOOP};
    struct fixture fix;
    uint64_t per_tick;

    (void)unused;
    fixture_setup(&fix, 2, program, sizeof program);
    per_tick = fix.spec.harts.instructions_per_tick;
    assert_int_equal(run_for(&fix, 5000).end, LIVE_INSTRUCTIONS);
    assert_in_range(x_of(&fix, 0, 13), 4900 / per_tick, 5100 / per_tick);
    assert_int_equal(hart_run_clock(live_hart(fix.live, 1))->instret, 3);
    fixture_teardown(&fix);
}

static void images_that_overlap_are_refused(void **unused)
{
    static const uint32_t program[] = {LOOP, LOOP};
    struct diagnostic diag = {""};
    struct image payload, large;
    struct live_config config;
    struct live *live;
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, 1, program, sizeof program);
    config = config_of(&fix);
    image_make(&payload, program, sizeof program, MACHINE_RAM_FIRST + 4);
    config.payload = &payload;
    assert_int_equal(live_create(&config, &live, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, "program: the segment at 0x80000004 overlaps program; expected "
                                   "another address");
    assert_null(live);
    image_make(&payload, program, sizeof program, MACHINE_RAM_FIRST + 8);
    assert_int_equal(live_create(&config, &live, &diag), STATUS_OK);
    live_destroy(live);
    image_make(&large, program, sizeof program, MACHINE_RAM_FIRST + (RAM_PAGES << PAGE_SHIFT) - 8);
    config.payload = NULL;
    config.image = &large;
    assert_int_equal(live_create(&config, &live, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "there is no room for the device tree; expected 0x"));
    fixture_teardown(&fix);
}

/* What fw_dynamic of OpenSBI is told. */
static void a_payload_is_named_to_the_firmware(void **unused)
{
    static const uint32_t program[] = {LOOP};
    struct access access = {.kind = ACCESS_READ};
    struct diagnostic diag = {""};
    struct live_config config;
    struct image payload;
    struct fault fault;
    struct live *live;
    struct fixture fix;
    uint64_t info[6];

    (void)unused;
    fixture_setup(&fix, 1, program, sizeof program);
    config = config_of(&fix);
    image_make(&payload, program, sizeof program, MACHINE_RAM_FIRST + 0x4000);
    config.payload = &payload;
    assert_int_equal(live_create(&config, &live, &diag), STATUS_OK);
    access.spa.v = hart_run_get(live_hart(live, 0), ENGINE_X + A2);
    assert_true(memory_read(live_memory(live), &access, info, sizeof info, &fault));
    assert_int_equal(info[0], 0x4942534f);
    assert_int_equal(info[1], 2);
    assert_int_equal(info[2], MACHINE_RAM_FIRST + 0x4000);
    assert_int_equal(info[3], 1);
    live_destroy(live);
    fixture_teardown(&fix);
}

static void every_end_has_a_name(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < LIVE_END_COUNT; i++)
        assert_true(strlen(live_end_name((enum live_end)i)) > 1);
    assert_string_equal(live_end_name(LIVE_TRAP_LOOP), "trap-loop");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hart_starts_at_the_entry_with_its_number_and_the_device_tree),
        cmocka_unit_test(a_program_ends_the_run),
        cmocka_unit_test(a_limit_ends_it_and_it_can_go_on),
        cmocka_unit_test(waiting_for_nothing_is_an_end),
        cmocka_unit_test(an_endless_loop_of_traps_is_named),
        cmocka_unit_test(harts_take_turns_of_a_quantum),
        cmocka_unit_test(time_is_what_all_harts_have_done),
        cmocka_unit_test(images_that_overlap_are_refused),
        cmocka_unit_test(a_payload_is_named_to_the_firmware),
        cmocka_unit_test(every_end_has_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
