/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/names.c — finds modes, pages and actors by name. See scenario.h. */
#include "scenario/scenario.h"

#include <string.h>

static const char *const reserved[] = {
    [WHO_HYPERVISOR] = "hypervisor", [WHO_FIRMWARE] = "firmware", [WHO_DRAM] = "dram"};

bool scenario_name_is_reserved(const char *name)
{
    for (unsigned i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (strcmp(name, reserved[i]) == 0)
            return true;
    return false;
}

int scenario_find_mode(const struct scenario *scenario, const char *name)
{
    for (unsigned i = 0; i < scenario->mode_count; i++)
        if (strcmp(scenario->mode[i].name, name) == 0)
            return (int)i;
    return SCENARIO_NONE;
}

int scenario_find_page(const struct scenario *scenario, const char *name)
{
    for (unsigned i = 0; i < scenario->page_count; i++)
        if (strcmp(scenario->page[i].name, name) == 0)
            return (int)i;
    return SCENARIO_NONE;
}

const struct machine_device *scenario_device(const struct scenario *scenario, unsigned index)
{
    return &scenario->mode[0].machine.device[index];
}

bool scenario_find_who(const struct scenario *scenario, const char *name, struct scenario_who *who)
{
    *who = (struct scenario_who){0};
    for (unsigned i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        who->kind = (enum who_kind)i;
        if (strcmp(name, reserved[i]) == 0)
            return true;
    }
    who->kind = WHO_GUEST;
    for (who->index = 0; who->index < scenario->guest_count; who->index++)
        if (strcmp(scenario->guest[who->index].name, name) == 0)
            return true;
    who->kind = WHO_DEVICE;
    for (who->index = 0; who->index < scenario->mode[0].machine.device_count; who->index++)
        if (strcmp(scenario_device(scenario, who->index)->name, name) == 0)
            return true;
    return false;
}

const char *scenario_who_name(const struct scenario *scenario, const struct scenario_who *who)
{
    switch (who->kind) {
    case WHO_GUEST:
        return scenario->guest[who->index].name;
    case WHO_DEVICE:
        return scenario_device(scenario, who->index)->name;
    default:
        return reserved[who->kind];
    }
}
