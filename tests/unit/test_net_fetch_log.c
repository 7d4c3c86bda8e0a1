/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every capture through Folio in the loop, with every read logged. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "net/fetch_log.h"
#include "net/run.h"
#include "trace/packet_in.h"

static void moment(void *context, enum run_moment what, uint16_t queue, struct nic *nic,
                   const struct folio_region *shared)
{
    (void)what;
    (void)queue;
    assert_int_equal(fetch_log_turn(context, nic, shared), STATUS_OK);
}

static void capture_run(const char *name, const char *app, const char *keys)
{
    struct diagnostic diag = {""};
    struct fetch_log log;
    struct path path;
    struct cost cost;
    struct run_config config = {.path = &path, .cost = &cost, .keys = keys, .seed = 1};
    struct packet_reader *reader;
    struct packet packet;
    struct run_result result;
    struct run *run;
    char file[64];

    fetch_log_begin(&log, NULL);
    snprintf(file, sizeof file, "traces/packets/%s.pcap.zst", name);
    assert_int_equal(path_open(&path, "folio", &diag), STATUS_OK);
    assert_int_equal(cost_open(&cost, cost_builtin(0), &diag), STATUS_OK);
    path.pool_mbufs = 512;
    config.app = app_find(app);
    config.fetch = &log.base;
    config.hooks = (struct run_hooks){.context = &log, .moment = moment};
    reader = packet_reader_open(file, &diag);
    assert_non_null(reader);
    assert_int_equal(run_open(&run, &config, &diag), STATUS_OK);
    while (packet_reader_next(reader, &packet, &diag) == STATUS_OK)
        assert_int_equal(run_packet(run, &packet, &diag), STATUS_OK);
    assert_int_equal(run_finish(run, &result, &diag), STATUS_OK);
    assert_int_equal(result.payload_mismatches, 0);
    assert_int_equal(result.delivered + result.dropped + result.refused, result.packets_in);
    assert_true(result.delivered > 0);
    fetch_log_print(&log, stderr);
    assert_int_equal(log.double_fetches, 0);
    assert_int_equal(log.outside, 0);
    assert_true(log.reads >= 2 * result.delivered); /* a descriptor and a copy each: it did look */
    run_close(run);
    packet_reader_close(reader);
    fetch_log_end(&log);
}

static void folio_reads_no_byte_of_any_capture_twice(void **unused)
{
    static const char *const names[] = {"http", "icmp-arp-nd", "tcp-bulk", "udp-sizes",
                                        "esp-aes-gcm"};

    (void)unused;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        capture_run(names[i], "macswap", NULL);
    capture_run("udp-sizes", "udp-echo", NULL);
    capture_run("udp-sizes", "sink", NULL);
    capture_run("esp-aes-gcm", "ipsec", "traces/packets/esp-keys.json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folio_reads_no_byte_of_any_capture_twice),
    };

    return cmocka_run_group_tests_name("net_fetch_log", tests, NULL, NULL);
}
