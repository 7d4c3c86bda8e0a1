/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/psp_flaws.h — commands that are wrong in one way, and in two. A table lists the flaws
 * of a command in the documented order of its checks. Each alone must give its status; of two, the
 * one that is checked first wins; without any, the command succeeds. A refusal changes nothing.
 * Include psp_fixture.h first. */
#ifndef CVMLAB_TESTS_UNIT_PSP_FLAWS_H
#define CVMLAB_TESTS_UNIT_PSP_FLAWS_H

/* A machine, and the arguments of whichever command is tested. */
struct world {
    struct psp_fixture fix;
    spa_t gctx, page, from, to;
    bool is_large;
    uint16_t asid;
    uint64_t page_count;
    struct psp_init_options options;
    struct psp_launch_start start;
    struct psp_launch_update update;
    struct psp_launch_finish finish;
    struct psp_page_move move;
    struct psp_swap swap;
};

/* What a flaw touches; two that touch the same thing cannot be had at once. */
enum {
    TOUCH_PLATFORM = 1,
    TOUCH_GCTX = 2,
    TOUCH_GUEST = 4,
    TOUCH_FROM = 8,
    TOUCH_TO = 16,
    TOUCH_SIZE = 32,
    TOUCH_KIND = 64,
    TOUCH_ENTRY = 128,
    TOUCH_ASID = 256,
    TOUCH_ALL = 511
};

struct flaw {
    const char *what;
    enum psp_status status;
    void (*make)(struct world *world);
    unsigned touches;
};

/* One command: how the world is in which it succeeds, and how it is given. */
struct flawed_command {
    void (*begin)(struct world *world);
    enum psp_status (*give)(struct world *world);
    const struct flaw *flaws;
    size_t flaw_count;
};

static inline void flaws_try(const struct flawed_command *command, struct world *world,
                             const struct flaw *first, const struct flaw *second)
{
    static struct psp_snapshot snapshot;
    enum psp_status status;

    memset(world, 0, sizeof *world);
    command->begin(world);
    if (second)
        second->make(world);
    if (first)
        first->make(world);
    snapshot_take(&world->fix, &snapshot);
    status = command->give(world);
    if (status != (first ? first->status : PSP_SUCCESS))
        fail_msg("%s, %s: %s", first ? first->what : "no flaw", second ? second->what : "alone",
                 psp_status_name(status));
    if (first)
        snapshot_compare(&world->fix, &snapshot);
    fixture_end(&world->fix);
}

static inline void flaws_run(const struct flawed_command *command)
{
    static struct world world;

    flaws_try(command, &world, NULL, NULL);
    for (size_t i = 0; i < command->flaw_count; i++) {
        flaws_try(command, &world, &command->flaws[i], NULL);
        for (size_t j = i + 1; j < command->flaw_count; j++)
            if ((command->flaws[i].touches & command->flaws[j].touches) == 0)
                flaws_try(command, &world, &command->flaws[i], &command->flaws[j]);
    }
}

/* --- flaws that many commands have --- */

static inline void flaw_not_initialised(struct world *world)
{
    world->fix.psp->is_initialised = false;
}

static inline void flaw_no_such_guest(struct world *world)
{
    world->gctx = page_at(400);
}

static inline void flaw_gctx_unaligned(struct world *world)
{
    world->gctx.v += 8;
}

static inline void flaw_gctx_without_ram(struct world *world)
{
    world->gctx = page_at(FIXTURE_PAGES);
}

/* The guest with the Context page 1, from the beginning. */
static inline void guest_remake(struct world *world, bool is_launched)
{
    const struct psp_launch_start start = {.gctx = page_at(1), .policy = POLICY_OPEN};

    assert_int_equal(psp_decommission(world->fix.psp, page_at(1)), PSP_SUCCESS);
    assert_int_equal(psp_gctx_create(world->fix.psp, page_at(1)), PSP_SUCCESS);
    if (is_launched)
        assert_int_equal(psp_launch_start(world->fix.psp, &start), PSP_SUCCESS);
}

static inline void flaw_guest_in_init(struct world *world)
{
    guest_remake(world, false);
}

static inline void flaw_guest_inactive(struct world *world)
{
    guest_remake(world, true);
}

static inline void flaw_guest_running(struct world *world)
{
    gctx_find(world->fix.psp, page_at(1))->guest.state = PSP_GUEST_RUNNING;
}

static inline void flaw_policy_no_swap(struct world *world)
{
    gctx_find(world->fix.psp, page_at(1))->guest.policy |= PSP_POLICY_NO_SWAP;
}

static inline void flaw_policy_no_debug(struct world *world)
{
    gctx_find(world->fix.psp, page_at(1))->guest.policy &= ~PSP_POLICY_DEBUG;
}

static inline void flaw_page_unaligned(struct world *world)
{
    world->page.v += 512;
}

static inline void flaw_page_without_ram(struct world *world)
{
    world->page = page_at(FIXTURE_PAGES);
}

static inline void flaw_from_unaligned(struct world *world)
{
    world->from.v += 8;
}

static inline void flaw_from_without_ram(struct world *world)
{
    world->from = page_at(FIXTURE_PAGES);
}

static inline void flaw_from_default(struct world *world)
{
    world->from = page_at(FIXTURE_RMP_PAGES + 1);
}

static inline void flaw_from_hypervisor(struct world *world)
{
    world->from = page_at(99);
}

static inline void flaw_to_unaligned(struct world *world)
{
    world->to.v += 2048;
}

static inline void flaw_to_without_ram(struct world *world)
{
    world->to = page_at(FIXTURE_PAGES);
}

static inline void flaw_to_hypervisor(struct world *world)
{
    world->to = page_at(98);
}

static inline void flaw_large(struct world *world)
{
    world->is_large = true;
}

static inline void flaw_page_default(struct world *world)
{
    world->page = page_at(FIXTURE_RMP_PAGES);
}

static inline void flaw_page_hypervisor(struct world *world)
{
    world->page = page_at(99);
}

#endif
