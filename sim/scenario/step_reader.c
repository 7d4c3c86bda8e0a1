/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/step_reader.c — the steps: who does what, with which arguments, in which modes, and
 * how it must end. See reader.h. */
#include <inttypes.h>
#include <string.h>

#include "psp/measure.h"
#include "scenario/op.h"
#include "scenario/reader.h"

enum { BYTES_DEFAULT = CIPHER_BLOCK_BYTES };

static enum status who_read(const struct place *at, const struct scenario *scenario,
                            struct scenario_step *step)
{
    struct place member;
    uint64_t vmpl = 0, cpl = 0;
    enum status status = place_member(at, "who", JSON_STRING, &member);
    bool has_levels = json_object_get(at->value, "vmpl") || json_object_get(at->value, "cpl");

    if (status != STATUS_OK)
        return status;
    if (!scenario_find_who(scenario, json_string_value(member.value), &step->who))
        return place_fail(&member,
                          "unknown actor \"%.40s\"; expected hypervisor, firmware, dram, or the "
                          "name of a guest or device",
                          json_string_value(member.value));
    if (has_levels && step->who.kind != WHO_GUEST)
        return place_fail(at, "vmpl and cpl of no guest; expected neither");
    status = place_number(at, "vmpl", 0, VMPL_COUNT - 1, &vmpl);
    if (status == STATUS_OK)
        status = place_number(at, "cpl", 0, 3, &cpl);
    step->who.vmpl = (uint8_t)vmpl;
    step->who.cpl = (uint8_t)cpl;
    return status;
}

static enum status op_read(const struct place *at, struct scenario_step *step)
{
    struct place member;
    enum status status = place_member(at, "op", JSON_STRING, &member);

    if (status != STATUS_OK)
        return status;
    step->op = op_find(json_string_value(member.value));
    if (!step->op)
        return place_fail(&member,
                          "unknown op \"%.40s\"; expected one like \"read\" or "
                          "\"rmpupdate\" (docs/SCENARIOS.md)",
                          json_string_value(member.value));
    if (!(step->op->who & 1U << step->who.kind))
        return place_fail(&member, "this actor cannot \"%s\"; expected an op of its own",
                          step->op->name);
    return STATUS_OK;
}

/* Every key must be one of a step, or an argument. */
static enum status keys_check(const struct place *at)
{
    static const char *const own[] = {"who",     "op",   "part", "expect", "modes",
                                      "ends_in", "goal", "vmpl", "cpl"};
    const char *keys[ARG_COUNT + sizeof own / sizeof own[0] + 1] = {0};
    unsigned count = 0;

    for (unsigned i = 0; i < sizeof own / sizeof own[0]; i++)
        keys[count++] = own[i];
    for (unsigned arg = 0; arg < ARG_COUNT; arg++)
        if (arg_key((enum step_arg)arg))
            keys[count++] = arg_key((enum step_arg)arg);
    return place_keys(at, keys);
}

static bool given(const struct scenario_step *step, enum step_arg arg)
{
    return step->given & 1U << arg;
}

/* The page by name gives what is not there: spa, gpa, guest, size. */
static void page_fill(const struct scenario *scenario, struct scenario_step *step)
{
    const struct scenario_page *page = &scenario->page[step->page];

    step->spa = page->spa;
    if (!given(step, ARG_LARGE))
        step->is_large = page->is_large;
    if (page->guest < 0)
        return;
    if (!given(step, ARG_GPA))
        step->gpa = page->gpa;
    if (!given(step, ARG_GUEST) && !given(step, ARG_OWNER))
        step->guest = page->guest;
}

/* A step that names memory names it once, and in a way that the actor can. */
static enum status target_check(const struct place *at, const struct scenario *scenario,
                                const struct scenario_step *step)
{
    bool by_guest = step->op->target == TARGET_GUEST ||
                    (step->op->target == TARGET_EITHER && step->who.kind == WHO_GUEST);
    enum step_arg address = by_guest ? ARG_GPA : ARG_SPA;

    if (step->op->target == TARGET_NONE)
        return STATUS_OK;
    if (given(step, ARG_PAGE) == given(step, address))
        return place_fail(at, "\"%s\" needs one address; expected either \"page\" or \"%s\"",
                          step->op->name, arg_key(address));
    if (by_guest && given(step, ARG_PAGE) && scenario->page[step->page].guest != step->who.index)
        return place_fail(at, "page \"%s\" is not one of this guest; expected \"gpa\"",
                          scenario->page[step->page].name);
    return STATUS_OK;
}

/* Operations on a guest's address space need to know whose and where. */
static enum status guest_check(const struct place *at, const struct scenario_step *step)
{
    bool wants_gpa = strcmp(step->op->name, "map") == 0 || strcmp(step->op->name, "unmap") == 0 ||
                     strcmp(step->op->name, "vmrun") == 0 ||
                     (given(step, ARG_OWNER) && step->owner == OWNER_GUEST);

    if (wants_gpa && (step->guest < 0 || step->gpa.v == UINT64_MAX))
        return place_fail(at,
                          "\"%s\" needs a guest and its address; expected \"guest\" and "
                          "\"gpa\", or a page that has them",
                          step->op->name);
    return STATUS_OK;
}

/* An access stays inside one page of 4 KiB, and inside the page that it names. */
static enum status range_check(const struct place *at, const struct scenario *scenario,
                               struct scenario_step *step)
{
    uint64_t room = PAGE_SIZE;

    if (given(step, ARG_PAGE) && scenario->page[step->page].is_large)
        room = LARGE_PAGE_SIZE;
    if (given(step, ARG_DATA))
        step->size = value_size_least(scenario, step->data);
    else if (!given(step, ARG_SIZE))
        step->size = BYTES_DEFAULT;
    if (step->offset >= room || step->offset % PAGE_SIZE + step->size > PAGE_SIZE)
        return place_fail(at,
                          "offset %" PRIu32 " and size %" PRIu32 " leave the page; expected an "
                          "access inside one page of 4 KiB",
                          step->offset, step->size);
    return STATUS_OK;
}

static enum status goal_read(const struct place *at, struct scenario_step *step)
{
    struct place member;
    enum status status = place_optional(at, "goal", JSON_STRING, &member);

    step->goal = SCENARIO_NONE;
    if (status != STATUS_OK || !member.value)
        return status;
    step->goal = outcome_word_find(json_string_value(member.value));
    if (step->goal < 0)
        return place_fail(&member,
                          "unknown outcome \"%.40s\"; expected the one that the attacker "
                          "wants, like \"ok\" or \"equal\"",
                          json_string_value(member.value));
    return STATUS_OK;
}

static enum status modes_of_step(const struct place *at, const struct scenario *scenario,
                                 struct scenario_step *step)
{
    struct place part = {0};
    enum status status;

    step->runs_in = (uint8_t)((1U << scenario->mode_count) - 1);
    status = mode_list_read(at, "modes", scenario, &step->runs_in);
    if (status == STATUS_OK)
        status = mode_list_read(at, "ends_in", scenario, &step->ends_in);
    if (status == STATUS_OK)
        status = place_optional(at, "part", JSON_STRING, &part);
    step->part = json_string_value(part.value);
    return status;
}

static enum status step_read(const struct place *at, struct scenario *scenario, unsigned file)
{
    struct scenario_step *step = &scenario->step[scenario->step_count];
    enum status status = keys_check(at);

    if (status == STATUS_OK && scenario->step_count == SCENARIO_STEP_MAX)
        return place_fail(at, "too many steps; expected at most %d", (int)SCENARIO_STEP_MAX);
    if (status != STATUS_OK)
        return status;
    *step = (struct scenario_step){.file = file,
                                   .page = SCENARIO_NONE,
                                   .to = SCENARIO_NONE,
                                   .guest = SCENARIO_NONE,
                                   .device = SCENARIO_NONE,
                                   .data = SCENARIO_NONE,
                                   .a = SCENARIO_NONE,
                                   .b = SCENARIO_NONE,
                                   .remember = SCENARIO_NONE,
                                   .goal = SCENARIO_NONE,
                                   .validate = true,
                                   .on = true,
                                   .writable = true,
                                   .type = LAUNCH_PAGE_NORMAL,
                                   .gpa = {UINT64_MAX}};
    status = who_read(at, scenario, step);
    if (status == STATUS_OK)
        status = op_read(at, step);
    if (status == STATUS_OK)
        status = args_read(at, scenario, step);
    if (status == STATUS_OK)
        status = target_check(at, scenario, step);
    if (status == STATUS_OK && given(step, ARG_PAGE))
        page_fill(scenario, step);
    if (status == STATUS_OK)
        status = guest_check(at, step);
    if (status == STATUS_OK)
        status = range_check(at, scenario, step);
    if (status == STATUS_OK)
        status = modes_of_step(at, scenario, step);
    if (status == STATUS_OK)
        status = expect_read(at, scenario, step);
    if (status == STATUS_OK)
        status = goal_read(at, step);
    if (status == STATUS_OK)
        scenario->step_count++;
    return status;
}

enum status steps_read(const struct place *root, struct scenario *scenario, unsigned file)
{
    struct place list;
    enum status status = place_member(root, "steps", JSON_ARRAY, &list);

    for (size_t i = 0; i < json_array_size(list.value) && status == STATUS_OK; i++) {
        struct place at = place_element(&list, i);

        status = step_read(&at, scenario, file);
    }
    return status;
}
