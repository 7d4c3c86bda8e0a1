/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/monitor_exits.c — the monitor between a guest that traps in any way and a host that
 * answers in any way. The input is a script (script.h): which profile, how many vCPUs, then steps.
 * After each step the invariants hold, and the rules of monitor_rules.h. */
#include <string.h>

#include "monitor_rules.h"
#include "monitor_world.h"
#include "spec/spec.h"
#include "target.h"

enum { PROFILE_MAX = 16, STEP_MAX = 256 };

/* The built-in profile of this number; numbers begin anew behind the last one. */
static const struct exposure *profile_pick(unsigned number)
{
    static struct exposure profiles[PROFILE_MAX];
    static unsigned count;

    while (count < PROFILE_MAX && spec_builtin_name(count)) {
        fuzz_expect(spec_load(spec_builtin_name(count), &profiles[count], NULL) == STATUS_OK,
                    "a built-in profile loads");
        count++;
    }
    return &profiles[number % count];
}

static void exit_step(struct world *world)
{
    static struct monitor before; /* with its map and vCPUs too large for the stack */
    uint32_t vcpu = script_below(&world->script, WORLD_VCPUS + 1);
    struct guest_state live;
    struct exit_outcome out;
    struct trap trap;
    enum status st;

    world_draw_trap(world, vcpu, &live, &trap);
    before = world->mon;
    st = monitor_exit(&world->mon, vcpu, &live, &trap, &out);
    if (st != STATUS_OK) {
        fuzz_expect(memcmp(&before, &world->mon, sizeof before) == 0,
                    "an exit that fails changes nothing");
        fuzz_expect(st == STATUS_BAD_STATE || st == world->platform.failure,
                    "an exit fails for its vCPU or for the platform");
        return;
    }
    rules_check_exit(&before, &world->mon, vcpu, &live, &out);
    if (out.route != ROUTE_HOST)
        return;
    world->view[vcpu] = out.view;
    world_keep_handle(world, out.view.handle);
    world_keep_handle(world, out.view.start_token);
}

static void resume_step(struct world *world)
{
    static struct monitor before;
    uint32_t vcpu = script_below(&world->script, WORLD_VCPUS + 1);
    struct host_answer answer = {0};
    struct resume_outcome out;
    enum status st;

    if (!world_draw_answer(world, &vcpu, &answer))
        return;
    before = world->mon;
    st = monitor_resume(&world->mon, vcpu, &answer, &out);
    if (st == STATUS_OK) {
        rules_check_resume(&before, &world->mon, vcpu, &answer, &out);
        return;
    }
    fuzz_expect(st == STATUS_DENIED && out.refusal != REFUSED_NOTHING, "a refusal has a reason");
    fuzz_expect(memcmp(&before, &world->mon, sizeof before) == 0, "a refusal changes nothing");
}

/* The rarer calls: the map changes, a vCPU ends, one is made runnable. */
static void life_step(struct world *world)
{
    struct script *script = &world->script;
    uint32_t vcpu = script_below(script, WORLD_VCPUS + 1);
    unsigned kind = script_below(script, 8);
    uint64_t first = script_value(script), second = script_value(script);
    enum region_kind region = (enum region_kind)script_below(script, REGION_MMIO + 1);

    if (kind == 0)
        monitor_destroy(&world->mon, vcpu);
    else if (kind == 1)
        (void)monitor_finalize(&world->mon, vcpu, first, second);
    else
        (void)monitor_set_region(&world->mon, (struct region){{first}, second, region});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world;
    struct script script = {data, data + size};
    const struct exposure *spec = profile_pick(script_byte(&script));

    world_init(&world, spec, script);
    for (unsigned i = 0; i < STEP_MAX && !script_ended(&world.script); i++) {
        unsigned kind = script_below(&world.script, 8);

        if (kind < 4)
            exit_step(&world);
        else if (kind < 7)
            resume_step(&world);
        else
            life_step(&world);
        fuzz_expect(check_all(&world.mon) == STATUS_OK, "the invariants hold");
    }
    return 0;
}
