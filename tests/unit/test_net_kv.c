/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shipped requests to a key-value server, through every path: each answer that leaves the
 * machine is one that the client accepts. The client knows the values (kv_traffic.h) and nothing of
 * the server. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/kv_traffic.h"
#include "net/run.h"
#include "trace/packet_in.h"

#define CAPTURE "traces/packets/kv.pcapng.zst"

enum { REQUESTS = 3000, SETS = 291, SEED = 1 }; /* as tools/make_kv_capture.c makes them */

static struct kv_traffic client(void)
{
    return (struct kv_traffic){.seed = SEED, .keys = 200, .get_percent = 90, .value_bytes = 512};
}

struct answers {
    struct kv_traffic client;
    uint64_t replies[KV_REPLY_WRONG + 1];
};

static void answer_check(void *context, enum run_hop hop, const struct packet *packet,
                         const char *comment)
{
    struct answers *answers = context;
    uint8_t frame[2048];

    (void)comment;
    if (hop != HOP_WIRE_OUT)
        return;
    assert_in_range(packet->frame_bytes, 60, sizeof frame);
    memcpy(frame, packet->frame, packet->frame_bytes);
    answers->replies[kv_traffic_check(&answers->client, frame, packet->frame_bytes)]++;
}

static void capture_answer(const char *name, struct answers *answers, struct run_result *result)
{
    struct diagnostic diag = {""};
    struct packet_reader *reader = packet_reader_open(CAPTURE, &diag);
    struct packet packet;
    struct path path;
    struct cost cost;
    struct run_config config = {.path = &path,
                                .cost = &cost,
                                .app = app_find("kv"),
                                .hooks = {.context = answers, .hop = answer_check}};
    struct run *run;

    assert_non_null(reader);
    assert_int_equal(path_open(&path, name, &diag), STATUS_OK);
    assert_int_equal(cost_open(&cost, cost_builtin(0), &diag), STATUS_OK);
    assert_int_equal(run_open(&run, &config, &diag), STATUS_OK);
    while (packet_reader_next(reader, &packet, &diag) == STATUS_OK)
        assert_int_equal(run_packet(run, &packet, &diag), STATUS_OK);
    assert_int_equal(run_finish(run, result, &diag), STATUS_OK);
    run_close(run);
    packet_reader_close(reader);
}

static void the_shipped_requests_are_those_that_the_client_makes(void **unused)
{
    struct packet_reader *reader = packet_reader_open(CAPTURE, NULL);
    struct kv_traffic traffic = client();
    uint8_t frame[KV_TRAFFIC_FRAME_BYTES];
    struct packet packet;
    uint64_t count = 0;

    (void)unused;
    assert_non_null(reader);
    for (; packet_reader_next(reader, &packet, NULL) == STATUS_OK; count++) {
        assert_int_equal(kv_traffic_request(&traffic, frame), packet.frame_bytes);
        assert_memory_equal(frame, packet.frame, packet.frame_bytes);
        assert_int_equal(packet.time_ns, count * 50000);
    }
    assert_int_equal(count, REQUESTS);
    packet_reader_close(reader);
}

static void every_path_brings_the_client_the_right_values(void **unused)
{
    (void)unused;
    for (size_t i = 0; path_builtin(i); i++) {
        struct answers answers = {.client = client()};
        struct run_result result;

        capture_answer(path_builtin(i), &answers, &result);
        assert_int_equal(result.answered, REQUESTS);
        assert_int_equal(result.payload_mismatches, 0);
        assert_int_equal(result.wire_mismatches, 0);
        assert_int_equal(answers.replies[KV_REPLY_WRONG], 0);
        assert_int_equal(answers.replies[KV_REPLY_STORED], SETS);
        assert_int_equal(answers.replies[KV_REPLY_HIT] + answers.replies[KV_REPLY_MISS],
                         REQUESTS - SETS);
        assert_true(answers.replies[KV_REPLY_HIT] > answers.replies[KV_REPLY_MISS]);
    }
}

/* The check can fail: a client with another seed expects other values. */
static void a_client_with_other_values_sees_wrong_answers(void **unused)
{
    struct answers right = {.client = client()}, wrong = right;
    struct run_result result;

    (void)unused;
    capture_answer("folio", &right, &result);
    wrong.client.seed++;
    capture_answer("folio", &wrong, &result);
    assert_true(wrong.replies[KV_REPLY_WRONG] > 1000);
    assert_int_equal(wrong.replies[KV_REPLY_WRONG], right.replies[KV_REPLY_HIT]);
    assert_int_equal(wrong.replies[KV_REPLY_HIT], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_requests_are_those_that_the_client_makes),
        cmocka_unit_test(every_path_brings_the_client_the_right_values),
        cmocka_unit_test(a_client_with_other_values_sees_wrong_answers),
    };

    return cmocka_run_group_tests_name("net_kv", tests, NULL, NULL);
}
