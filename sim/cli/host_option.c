/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/host_option.c — see host_option.h. */
#include "cli/host_option.h"

#include <stdio.h>
#include <string.h>

enum { NAMES_BYTES = 128 };

/* ", kvm, xvisor, ...": every model, for a message. */
static void names_list(char text[NAMES_BYTES])
{
    size_t used = 0;

    for (unsigned i = 0; host_at(i) && used < NAMES_BYTES; i++)
        used += (size_t)snprintf(text + used, NAMES_BYTES - used, ", %s", host_at(i)->name);
}

void host_option_add(const struct argp_state *state, const char *name,
                     const struct host_model *list[REPLAY_HOST_MAX], uint32_t *count)
{
    const bool all = strcmp(name, "all") == 0;
    char names[NAMES_BYTES] = "";

    names_list(names);
    if (!all && !host_find(name))
        argp_error(state, "--host: no model '%s'; expected all%s", name, names);
    for (unsigned i = 0; host_at(i); i++) {
        if (!all && host_at(i) != host_find(name))
            continue;
        if (*count == REPLAY_HOST_MAX)
            argp_error(state, "--host: at most %d models", REPLAY_HOST_MAX);
        list[(*count)++] = host_at(i);
    }
}
