/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_folio.c — a random hostile host against the data path, on two queues with
 * three mbufs. Read ../unit/folio_hostile.h first. */
#include "../unit/folio_hostile.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/random.h"

enum { RUN_BYTES = 400, BURSTS = 120000 };

static struct hostile hostile;

static void expect_holds(bool holds, const char *rule)
{
    if (!holds)
        fail_msg("broken: %s", rule);
}

static void whatever_the_host_writes_the_guest_keeps_its_rules(void **unused)
{
    static uint8_t bytes[RUN_BYTES];
    uint64_t packets = 0, refused = 0, state = 4;

    (void)unused;
    hostile.expect = expect_holds;
    while (hostile.bursts < BURSTS) {
        for (unsigned i = 0; i < RUN_BYTES; i++)
            bytes[i] = (uint8_t)random_next(&state);
        hostile_run(&hostile, bytes, sizeof bytes);
        for (uint16_t queue = 0; queue < HOSTILE_QUEUES; queue++) {
            struct folio_stats stats;

            folio_port_stats(&hostile.port, queue, &stats);
            packets += stats.rx_packets;
            for (unsigned i = 0; i < FOLIO_REFUSAL_COUNT; i++)
                refused += stats.refused[i];
        }
    }
    assert_true(packets > BURSTS / 20); /* the walk goes where the code is */
    assert_true(refused > BURSTS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_the_host_writes_the_guest_keeps_its_rules),
    };

    return cmocka_run_group_tests_name("folio", tests, NULL, NULL);
}
