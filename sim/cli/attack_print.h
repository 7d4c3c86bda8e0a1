/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attack_print.h — what `cvmlab attack` prints, as tables and as JSON. */
#ifndef CVMLAB_SIM_CLI_ATTACK_PRINT_H
#define CVMLAB_SIM_CLI_ATTACK_PRINT_H

#include "net/hostile.h"
#include "net/toctou.h"

enum { ATTACK_RACES = 8 }; /* four sizes, in place and copied */

struct attack_race {
    size_t size_bytes;
    bool is_copied;
    struct toctou_race race;
};

/* All three return CLI_OK, or CLI_ENVIRONMENT if a document could not be written. */

/* All cases: name, what the host tries, what must hold. */
int attack_print_list(bool is_json);

/* One line, or one object, per case against a guest with option, and what did not hold. */
int attack_print_results(const struct hostile_case *const *cases,
                         const struct hostile_result *results, size_t count,
                         enum hostile_option option, bool is_json);

/* ATTACK_RACES races of so many seconds each. */
int attack_print_races(const struct attack_race *races, unsigned seconds, bool is_json);

#endif
