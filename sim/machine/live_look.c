/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/live_look.c — what may be asked of a live machine. See live.h. */
#include "machine/live_internal.h"

static const char *const end_names[LIVE_END_COUNT] = {
    "pass", "fail", "reset", "instructions", "time", "waiting", "trap-loop", "stopped"};

const char *live_end_name(enum live_end end)
{
    return end < LIVE_END_COUNT ? end_names[end] : "?";
}

unsigned live_mode_index(struct hart_mode mode)
{
    if (mode.privilege == PRIVILEGE_M)
        return 0;
    if (mode.privilege == PRIVILEGE_S)
        return mode.is_virtual ? 3 : 1;
    return mode.is_virtual ? 4 : 2;
}

struct live_console_counts live_console_counts(const struct live *live)
{
    return live->passed;
}

const struct live_counts *live_counts(const struct live *live)
{
    return &live->counts;
}

struct memory *live_memory(struct live *live)
{
    return live->memory;
}

struct hart_run *live_hart(struct live *live, unsigned index)
{
    return index < live->spec.harts.count ? live->hart[index].run : NULL;
}
