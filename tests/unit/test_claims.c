/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_claims.c — the file of claims: what is refused, and with which words; and when a
 * claim holds. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "net/claim.h"

#define WORK                                                                                       \
    "{\"name\": \"w\", \"title\": \"t\", \"app\": \"a\", \"work_ns\": 1, \"source\": \"s\", "      \
    "\"crossover\": true}"
#define HEAD                                                                                       \
    "{\"format\": \"cvm-claims\", \"version\": \"1.0\", \"source\": \"s\",\n"                      \
    "\"workloads\": [" WORK "],\n\"claims\": [\n"
#define ABOUT                                                                                      \
    "\"claim\": \"c\", \"where\": \"here\", \"theirs\": 6, \"basis\": \"quoted\", "                \
    "\"relation\": \"at most\""
#define LOSS                                                                                       \
    "\"metric\": \"rate_loss\", \"unit\": \"%\", \"evidence\": \"modelled\", \"path\": "           \
    "\"folio\", \"against\": \"plain-dpdk\""
#define RUN  "\"workload\": \"w\", \"frame_bytes\": 64"
#define GOOD "{\"id\": \"a\", " ABOUT ", " LOSS ", " RUN "}"

#define FILE_WITH(claims) HEAD claims "\n]}\n"

static void expect_refused(const char *text, const char *message)
{
    struct claims claims;
    struct diagnostic diag = {""};

    assert_int_equal(claims_parse(&claims, text, strlen(text), "t", &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, message);
}

static void the_shipped_file_is_read_and_each_id_is_found(void **unused)
{
    struct claims claims;
    struct diagnostic diag = {""};

    (void)unused;
    assert_int_equal(claims_open(&claims, NULL, &diag), STATUS_OK);
    assert_true(claims.claim_count >= 50);
    for (size_t i = 0; i < claims.claim_count; i++)
        assert_ptr_equal(claims_find(&claims, claims.claim[i].id), &claims.claim[i]);
    assert_non_null(claims_workload(&claims, "ipsec"));
    assert_null(claims_find(&claims, "no such"));
    claims_free(&claims);
    assert_null(claims.claim);
}

static void what_a_claim_says_is_kept(void **unused)
{
    static const char text[] = FILE_WITH(GOOD);
    struct claims claims;

    (void)unused;
    assert_int_equal(claims_parse(&claims, text, strlen(text), "t", NULL), STATUS_OK);
    assert_int_equal(claims.claim_count, 1);
    assert_int_equal(claims.claim->metric, CLAIM_RATE_LOSS);
    assert_string_equal(claims.claim->against, "plain-dpdk");
    assert_ptr_equal(claims.claim->workload, claims.workload);
    assert_ptr_equal(claims.claim->against_workload, claims.workload);
    assert_int_equal(claims.claim->against_frame_bytes, 64);
    assert_int_equal(claims.claim->queues, 1);
    assert_false(claims.claim->is_cold);
    claims_free(&claims);
}

static void a_bad_claim_is_refused_with_its_place(void **unused)
{
    (void)unused;
    expect_refused(FILE_WITH("{\"id\": \"a\", " ABOUT ", " LOSS "}"),
                   "t:4:1: \"workload\" is missing; expected a string");
    expect_refused(
        FILE_WITH("{\"id\": \"a\", " ABOUT ", " LOSS ", " RUN ", \"mbufs\": 2}"),
        "t:4:1: key \"mbufs\" has no meaning for the metric \"rate_loss\"; expected none");
    expect_refused(FILE_WITH("{\"id\": \"a\", " ABOUT ", " LOSS ", " RUN ", \"speed\": 2}"),
                   "t:4:246: unknown key \"speed\"; expected one like \"id\"");
    expect_refused(FILE_WITH(GOOD ",\n" GOOD),
                   "t:5:1: the id \"a\" is there already; expected one claim of it");
    expect_refused(FILE_WITH("[]"), "t:4:1: no object; expected a claim");
    expect_refused(FILE_WITH(""), "t:3:11: 0 claims; expected 1 to 1000");
}

static void a_file_of_another_kind_is_refused(void **unused)
{
    (void)unused;
    expect_refused("{\"format\": \"cvm-cost\"}",
                   "t:1:12: unknown format \"cvm-cost\"; expected cvm-claims");
    expect_refused("[", "t:1:1: ']' expected near end of file; expected a JSON object");
}

static void a_claim_holds_within_the_tolerance_of_its_kind(void **unused)
{
    static const struct {
        enum claim_metric metric;
        double theirs, within, without;
    } kinds[] = {
        {CLAIM_LATENCY_MEAN_RATIO, 2, 2.0999, 2.1001},
        {CLAIM_LATENCY_MEDIAN_RATIO, 0.5, 0.4751, 0.4749},
        {CLAIM_LATENCY_MEAN_GAP, 6, 6.999, 7.001},
        {CLAIM_RATE_RATIO, 99, 98.001, 97.999},
        {CLAIM_RATE_LOSS, 0.5, 1.499, 1.501},
        {CLAIM_PAYLOAD_RATE, 10, 10.299, 10.301},
        {CLAIM_POOL_BYTES, 4096, 4096, 4097},
        {CLAIM_COPIES_RX, 1, 1, 2},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct claim claim = {
            .theirs = kinds[i].theirs, .metric = kinds[i].metric, .relation = CLAIM_EQUALS};

        assert_true(claim_holds(&claim, kinds[i].within));
        assert_false(claim_holds(&claim, kinds[i].without));
        assert_false(claim_holds(&claim, NAN));
    }
}

static void a_limit_has_no_tolerance(void **unused)
{
    struct claim claim = {.theirs = 6, .metric = CLAIM_RATE_LOSS, .relation = CLAIM_AT_MOST};

    (void)unused;
    assert_true(claim_holds(&claim, -100));
    assert_true(claim_holds(&claim, 6));
    assert_false(claim_holds(&claim, 6.01));
    claim.relation = CLAIM_AT_LEAST;
    assert_true(claim_holds(&claim, 100));
    assert_false(claim_holds(&claim, 5.99));
    assert_false(claim_holds(&claim, INFINITY));
}

static void what_was_fitted_is_no_evidence_and_may_still_be_missed(void **unused)
{
    struct claim claim = {.theirs = 6, .metric = CLAIM_RATE_LOSS, .relation = CLAIM_EQUALS};

    (void)unused;
    assert_int_equal(claim_verdict_of(&claim, 6), CLAIM_HOLDS);
    assert_int_equal(claim_verdict_of(&claim, 8), CLAIM_MISSED);
    strcpy(claim.fitted, "slot");
    assert_int_equal(claim_verdict_of(&claim, 6), CLAIM_FITTED);
    assert_int_equal(claim_verdict_of(&claim, 8), CLAIM_MISSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_file_is_read_and_each_id_is_found),
        cmocka_unit_test(what_a_claim_says_is_kept),
        cmocka_unit_test(a_bad_claim_is_refused_with_its_place),
        cmocka_unit_test(a_file_of_another_kind_is_refused),
        cmocka_unit_test(a_claim_holds_within_the_tolerance_of_its_kind),
        cmocka_unit_test(a_limit_has_no_tolerance),
        cmocka_unit_test(what_was_fitted_is_no_evidence_and_may_still_be_missed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
