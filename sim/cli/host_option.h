/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/host_option.h — the option --host MODEL of every command that has it. */
#ifndef CVMLAB_SIM_CLI_HOST_OPTION_H
#define CVMLAB_SIM_CLI_HOST_OPTION_H

#include <argp.h>

#include "replay/replay.h"

/* Appends the model of this name, or every model for "all". An unknown name, or more than
 * REPLAY_HOST_MAX in list, is a usage error and does not return. */
void host_option_add(const struct argp_state *state, const char *name,
                     const struct host_model *list[REPLAY_HOST_MAX], uint32_t *count);

#endif
