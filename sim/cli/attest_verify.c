/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attest_verify.c — `cvmlab attest verify`. The checks are in sim/psp/verify*.c. */
#include <inttypes.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "cli/attest.h"
#include "base/file_bytes.h"

enum { KEY_JSON = 0x100, KEY_POLICY, KEY_TIME, KEY_ROOT, KEY_REPORT_DATA };

/* Larger than a report, so that the message can say how large the file is. */
enum { REPORT_FILE_MAX_BYTES = 1 << 20 };

struct verify_arguments {
    const char *report, *chain, *policy, *root;
    uint8_t report_data[REPORT_DATA_BYTES];
    bool has_report_data, has_time, wants_json;
    int64_t time;
};

static error_t arguments_parse(int key, char *arg, struct argp_state *state)
{
    struct verify_arguments *arguments = state->input;

    switch (key) {
    case 'c':
        arguments->chain = arg;
        return 0;
    case KEY_POLICY:
        arguments->policy = arg;
        return 0;
    case KEY_ROOT:
        arguments->root = arg;
        return 0;
    case KEY_TIME:
        arguments->has_time = true;
        if (!time_parse(arg, &arguments->time))
            argp_error(state, "--time: '%.40s' is no time; one is 2026-03-01T12:00:00Z", arg);
        return 0;
    case KEY_REPORT_DATA:
        arguments->has_report_data = true;
        attest_take_padded(state, "report-data", arg, arguments->report_data, REPORT_DATA_BYTES);
        return 0;
    case KEY_JSON:
        arguments->wants_json = true;
        return 0;
    case ARGP_KEY_ARG:
        attest_take_file(state, &arguments->report, arg);
        return 0;
    case ARGP_KEY_END:
        if (!arguments->report || !arguments->chain)
            argp_error(state, "REPORT and --chain are needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"chain", 'c', "PATH", 0,
     "The certificates: a folder with vcek.pem (or vlek), ask.pem (or asvk) and ark.pem, or one "
     "file with the three in this order",
     0},
    {"policy", KEY_POLICY, "FILE", 0, "What the report must say (docs/ATTEST.md)", 0},
    {"report-data", KEY_REPORT_DATA, "HEX", 0,
     "The report must hold these bytes, followed by zeros: the nonce of whoever asks", 0},
    {"time", KEY_TIME, "TIME", 0,
     "Verify as of this time, UTC. Default: the latest beginning of validity in the chain", 0},
    {"root", KEY_ROOT, "FILE", 0, "Trust the key of this certificate as a root as well", 0},
    {"json", KEY_JSON, NULL, 0, "One JSON document on standard output", 0},
    {0},
};

const struct argp attest_verify_argp = {
    .options = options,
    .parser = arguments_parse,
    .args_doc = "REPORT",
    .doc = "Examples:\n"
           "  cvmlab attest verify report.bin --chain certs\n"
           "  cvmlab attest verify report.bin -c chain.pem --policy my-policy.json\n"
           "  cvmlab attest verify report.bin -c certs --time 2026-03-01T12:00:00Z"
           "\v"
           "Exit code 0: verified; 1: a check failed, and the first finding decides; 3: no report "
           "or no certificate. The clock is not looked at: a certificate that has expired since is "
           "found with --time.",
};

static const char *outcome_name(enum check_outcome outcome)
{
    static const char *const names[] = {"passed", "FAILED", "skipped"};

    return names[outcome];
}

static void checks_print(const struct attest_result *result)
{
    for (unsigned check = 0; check < CHECK_COUNT; check++) {
        bool failed = result->outcome[check] == OUTCOME_FAILED;

        if (!failed)
            printf("%-8s %-13s %s\n", outcome_name(result->outcome[check]),
                   attest_check_name((enum attest_check)check), result->note[check]);
        for (unsigned i = 0; failed && i < result->finding_count; i++)
            if (result->finding[i].check == check)
                printf("%-8s %-13s %s: %s\n", outcome_name(OUTCOME_FAILED),
                       attest_check_name((enum attest_check)check),
                       attest_reason_name(result->finding[i].reason), result->finding[i].text);
    }
}

static void text_print(const struct attest_result *result, bool has_time)
{
    char time[TIME_TEXT_BYTES];

    attest_report_print(&result->report, result->product);
    time_format(result->time, time);
    printf("%-12s %s%s\n\n", "as of", time,
           has_time ? "" : " (the latest beginning of validity in the chain)");
    checks_print(result);
    if (result->finding_count > 0)
        printf("\nNOT verified: %s", attest_reason_name(result->finding[0].reason));
    else
        printf("\nverified");
    if (result->finding_count > 1)
        printf(", and %u finding%s more", result->finding_count - 1,
               result->finding_count > 2 ? "s" : "");
    printf("%s\n", result->root.owner == ROOT_DEMO
                       ? "; the root is the demo's, NOT AMD's: anybody can sign such a report"
                       : "");
}

static json_t *checks_json(const struct attest_result *result)
{
    static const char *const outcomes[] = {"passed", "failed", "skipped"};
    json_t *checks = json_array();

    for (unsigned check = 0; check < CHECK_COUNT; check++)
        json_array_append_new(
            checks,
            json_pack("{s:s, s:s, s:s}", "check", attest_check_name((enum attest_check)check),
                      "outcome", outcomes[result->outcome[check]], "note",
                      result->outcome[check] == OUTCOME_FAILED ? "" : result->note[check]));
    return checks;
}

static json_t *findings_json(const struct attest_result *result)
{
    json_t *findings = json_array();

    for (unsigned i = 0; i < result->finding_count; i++)
        json_array_append_new(findings,
                              json_pack("{s:s, s:s, s:s}", "check",
                                        attest_check_name(result->finding[i].check), "reason",
                                        attest_reason_name(result->finding[i].reason), "text",
                                        result->finding[i].text));
    return findings;
}

static int json_print(const struct attest_result *result, bool has_time)
{
    static const char *const owners[] = {"unknown", "amd", "demo", "given"};
    char time[TIME_TEXT_BYTES];

    time_format(result->time, time);
    return cli_json_print(json_pack(
        "{s:s, s:s, s:b, s:s?, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "schema",
        "cvmlab-attest-verify", "version", "1.0", "verified", result->finding_count == 0, "reason",
        result->finding_count > 0 ? attest_reason_name(result->finding[0].reason) : NULL, "time",
        time, "time_source", has_time ? "given" : "chain", "root", owners[result->root.owner],
        "product", product_name(result->product), "checks", checks_json(result), "findings",
        findings_json(result), "report", attest_report_json(&result->report), "reported_tcb",
        attest_tcb_json(result->product, result->report.reported_tcb)));
}

/* The policy of the file, with the report data of the command line; NULL if neither is given. */
static enum status policy_prepare(const struct verify_arguments *arguments,
                                  struct attest_policy *policy, struct diagnostic *diag)
{
    enum status status = STATUS_OK;

    policy_default(policy);
    policy->allow_debug = true; /* nothing is asked for but the report data */
    if (arguments->policy)
        status = policy_read(policy, arguments->policy, diag);
    if (arguments->has_report_data) {
        policy->report_data.is_set = true;
        memcpy(policy->report_data.value, arguments->report_data, REPORT_DATA_BYTES);
    }
    return status;
}

static int report_verify(const struct verify_arguments *arguments,
                         const struct attest_request *request)
{
    struct attest_result result;
    struct diagnostic diag = {{0}};
    enum status status = attest_verify(request, &result, &diag);
    int code;

    if (status != STATUS_OK)
        return cli_fail(status, &diag);
    code = result.finding_count > 0 ? CLI_FINDING : CLI_OK;
    if (!arguments->wants_json)
        text_print(&result, arguments->has_time);
    else if (json_print(&result, arguments->has_time) != CLI_OK)
        code = CLI_ENVIRONMENT;
    return code;
}

int attest_verify_run(int argc, char **argv)
{
    struct verify_arguments arguments = {0};
    struct attest_request request = {0};
    struct attest_policy policy;
    struct certificate_chain chain;
    struct file_bytes report = {0};
    struct diagnostic diag = {{0}};
    enum status status;
    int code;

    cli_parse(&attest_verify_argp, argc, argv, &arguments);
    chain_init(&chain);
    status = file_bytes_read(&report, arguments.report, REPORT_FILE_MAX_BYTES, "a report", &diag);
    if (status == STATUS_OK)
        status = report_check_form(report.bytes, report.size, arguments.report, &diag);
    if (status == STATUS_OK)
        status = policy_prepare(&arguments, &policy, &diag);
    if (status == STATUS_OK)
        status = chain_read(&chain, arguments.chain, &diag);
    if (status == STATUS_OK && arguments.root) {
        request.given_root = certificate_read(arguments.root, &diag);
        status = request.given_root ? STATUS_OK : STATUS_BAD_INPUT;
    }
    request.bytes = report.bytes;
    request.size_bytes = report.size;
    request.name = arguments.report;
    request.chain = &chain;
    request.policy = arguments.policy || arguments.has_report_data ? &policy : NULL;
    request.time_source = arguments.has_time ? TIME_GIVEN : TIME_FROM_CHAIN;
    request.time = arguments.time;
    code = status == STATUS_OK ? report_verify(&arguments, &request) : cli_fail(status, &diag);
    X509_free(request.given_root);
    chain_free(&chain);
    file_bytes_free(&report);
    return code;
}
