/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/monitor_rules.h — what must hold after a call of the monitor, whatever came in.
 * Written from the contract in monitor.h and the exposure table alone. */
#ifndef CVMLAB_TEST_FUZZ_MONITOR_RULES_H
#define CVMLAB_TEST_FUZZ_MONITOR_RULES_H

#include "monitor/monitor.h"

/* After an exit that succeeded: before is the monitor as it was, live what came in. */
void rules_check_exit(const struct monitor *before, const struct monitor *mon, uint32_t vcpu,
                      const struct guest_state *live, const struct exit_outcome *out);

/* After a resume that succeeded. */
void rules_check_resume(const struct monitor *before, const struct monitor *mon, uint32_t vcpu,
                        const struct host_answer *answer, const struct resume_outcome *out);

#endif
