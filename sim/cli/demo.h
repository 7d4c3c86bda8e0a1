/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/demo.h — private to demo*.c: what the demonstration found, and its page. */
#ifndef CVMLAB_SIM_CLI_DEMO_H
#define CVMLAB_SIM_CLI_DEMO_H

#include "replay/replay.h"

/* One store to a device, from trap to the guest's next instruction. */
struct demo_example {
    bool present, hides_part; /* hides_part: the stored register held more than was stored */
    uint64_t n, address;      /* event number of the exit; guest-physical */
    struct insn insn;
    struct guest_state before, after;
    struct host_view view;
    struct host_answer answer;
};

struct demo_result {
    const char *path;
    bool is_shipped;
    char guest_name[TRACE_NAME_BYTES];
    uint32_t vcpus;
    struct replay_report strict, open; /* with the monitor; with the negative control */
    uint64_t registers_shown;          /* general registers, summed over the exits */
    uint64_t exits_without_register;   /* exits at which none was shown */
    uint64_t answers;                  /* exits that the host answered */
    struct demo_example example;
    double seconds; /* measured: the strict replay */
};

/* Takes one step of the strict replay into account. */
void demo_collect(struct demo_result *result, const struct exposure *spec,
                  const struct replay_step *step);

/* The monitor held, and the negative control shows that a leak would have been seen. */
bool demo_holds(const struct demo_result *result);

/* The page, on standard output: at most 40 lines of 100 columns. */
void demo_print(const struct demo_result *result);

#endif
