/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_psp_launch_finish.c — LAUNCH_FINISH: every refusal, in order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "psp_fixture.h"
#include "psp_flaws.h"

enum { GCTX = 1 };

static void finish_begin(struct world *world)
{
    fixture_begin(&world->fix);
    guest_begin(&world->fix, page_at(GCTX), 1, POLICY_OPEN);
    memset(world->finish.host_data, 0xda, sizeof world->finish.host_data);
    world->gctx = page_at(GCTX);
}

static enum psp_status finish_give(struct world *world)
{
    world->finish.gctx = world->gctx;
    return psp_launch_finish(world->fix.psp, &world->finish);
}

static void flaw_author_alone(struct world *world)
{
    world->finish.has_author_key = true;
}

static const struct flaw finish_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"unaligned", PSP_INVALID_ADDRESS, flaw_gctx_unaligned, TOUCH_GCTX},
    {"no such guest", PSP_INVALID_GUEST, flaw_no_such_guest, TOUCH_GCTX},
    {"guest in INIT", PSP_INVALID_GUEST_STATE, flaw_guest_in_init, TOUCH_GUEST},
    {"guest runs", PSP_INVALID_GUEST_STATE, flaw_guest_running, TOUCH_GUEST},
    {"author without block", PSP_INVALID_PARAM, flaw_author_alone, TOUCH_KIND},
};

static void launch_finish_checks_in_the_documented_order(void **unused)
{
    const struct flawed_command command = {finish_begin, finish_give, finish_flaws,
                                           sizeof finish_flaws / sizeof finish_flaws[0]};

    (void)unused;
    flaws_run(&command);
}

static void a_guest_without_owner_starts_with_zeros(void **unused)
{
    static const uint8_t zeros[DIGEST_BYTES];
    static struct world world;
    struct psp_guest guest;

    (void)unused;
    memset(&world, 0, sizeof world);
    finish_begin(&world);
    assert_int_equal(finish_give(&world), PSP_SUCCESS);
    assert_int_equal(psp_guest_status(world.fix.psp, page_at(GCTX), &guest), PSP_SUCCESS);
    assert_int_equal(guest.state, PSP_GUEST_RUNNING);
    assert_memory_equal(guest.host_data, world.finish.host_data, sizeof guest.host_data);
    assert_false(guest.has_id_block || guest.has_author_key);
    assert_memory_equal(guest.id_key_digest, zeros, DIGEST_BYTES);
    fixture_end(&world.fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(launch_finish_checks_in_the_documented_order),
        cmocka_unit_test(a_guest_without_owner_starts_with_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
