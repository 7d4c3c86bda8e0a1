/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attest_report.c — `cvmlab attest report`: a report as the secure processor would make it,
 * signed by the demo keys. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file_out.h"
#include "cli/attest.h"
#include "cli/attest_chain_out.h"
#include "psp/demo_keys.h"
#include "psp/demo_report.h"
#include "psp/launch.h"

enum {
    KEY_VERSION = 0x100,
    KEY_PRODUCT,
    KEY_SIGNER,
    KEY_REPORT_DATA,
    KEY_MEASUREMENT,
    KEY_LAUNCH,
    KEY_POLICY,
    KEY_VMPL,
    KEY_GUEST_SVN,
    KEY_HOST_DATA,
    KEY_FAMILY_ID,
    KEY_IMAGE_ID,
    KEY_ID_BLOCK,
    KEY_MASK_CHIP_ID,
    KEY_CHAIN_OUT,
    KEY_JSON,
};

struct report_arguments {
    struct demo_request request;
    const char *launch, *output, *chain_out;
    bool has_measurement, wants_json;
};

static void signer_take(const struct argp_state *state, struct demo_request *request,
                        const char *name)
{
    if (strcmp(name, "vcek") == 0)
        request->signer = SIGNER_VCEK;
    else if (strcmp(name, "vlek") == 0)
        request->signer = SIGNER_VLEK;
    else
        argp_error(state, "--signer: '%s' is not vcek or vlek", name);
}

static void origin_take(int key, char *arg, const struct argp_state *state,
                        struct demo_request *request)
{
    if (key == KEY_SIGNER) {
        signer_take(state, request, arg);
    } else if (key == KEY_PRODUCT) {
        request->product = product_by_name(arg);
        if (request->product == PRODUCT_UNKNOWN)
            argp_error(state, "--product: '%s' is not milan, genoa or turin", arg);
    } else {
        request->version = attest_take_number(state, "report-version", arg, UINT32_MAX);
        if (!report_version_is_known(request->version))
            argp_error(state, "--report-version: %s is not 2, 3 or 5", arg);
    }
}

static error_t fields_parse(int key, char *arg, const struct argp_state *state,
                            struct demo_request *request)
{
    switch (key) {
    case KEY_REPORT_DATA:
        attest_take_padded(state, "report-data", arg, request->report_data, REPORT_DATA_BYTES);
        return 0;
    case KEY_HOST_DATA:
        attest_take_padded(state, "host-data", arg, request->host_data, HOST_DATA_BYTES);
        return 0;
    case KEY_FAMILY_ID:
        attest_take_padded(state, "family-id", arg, request->family_id, GUEST_ID_BYTES);
        return 0;
    case KEY_IMAGE_ID:
        attest_take_padded(state, "image-id", arg, request->image_id, GUEST_ID_BYTES);
        return 0;
    case KEY_POLICY:
        request->policy = attest_take_number(state, "policy", arg, UINT64_MAX);
        return 0;
    case KEY_VMPL:
        request->vmpl = attest_take_number(state, "vmpl", arg, 3);
        return 0;
    case KEY_GUEST_SVN:
        request->guest_svn = attest_take_number(state, "guest-svn", arg, UINT32_MAX);
        return 0;
    case KEY_ID_BLOCK:
        request->has_id_block = true;
        return 0;
    case KEY_MASK_CHIP_ID:
        request->masks_chip_id = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t arguments_parse(int key, char *arg, struct argp_state *state)
{
    struct report_arguments *arguments = state->input;

    switch (key) {
    case KEY_VERSION:
    case KEY_PRODUCT:
    case KEY_SIGNER:
        origin_take(key, arg, state, &arguments->request);
        return 0;
    case KEY_MEASUREMENT:
        arguments->has_measurement = true;
        attest_take_bytes(state, "measurement", arg, arguments->request.measurement, DIGEST_BYTES);
        return 0;
    case KEY_LAUNCH:
        arguments->launch = arg;
        return 0;
    case 'o':
        arguments->output = arg;
        return 0;
    case KEY_CHAIN_OUT:
        arguments->chain_out = arg;
        return 0;
    case KEY_JSON:
        arguments->wants_json = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "no arguments are expected: '%s'", arg);
        return 0;
    case ARGP_KEY_END:
        if (!arguments->output)
            argp_error(state, "-o is needed");
        if (arguments->launch && arguments->has_measurement)
            argp_error(state, "--measurement and --launch: one of them");
        if (arguments->wants_json && strcmp(arguments->output, "-") == 0)
            argp_error(state, "--json and -o -: standard output can hold one of them");
        return 0;
    default:
        return fields_parse(key, arg, state, &arguments->request);
    }
}

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Where to; - is standard output", 0},
    {"chain-out", KEY_CHAIN_OUT, "DIR", 0,
     "Write the certificates there as well: vcek.pem (or vlek), ask.pem (or asvk), ark.pem", 0},
    {"report-version", KEY_VERSION, "N", 0, "2, 3 or 5. Default: 5 on Turin, else 3", 0},
    {"version", KEY_VERSION, "N", OPTION_HIDDEN, "argp's help would list it as everybody's", 0},
    {"product", KEY_PRODUCT, "NAME", 0, "milan, genoa or turin. Default: milan", 0},
    {"signer", KEY_SIGNER, "KEY", 0, "vcek or vlek. Default: vcek", 0},
    {"report-data", KEY_REPORT_DATA, "HEX", 0, "Up to 64 bytes from the guest, then zeros", 0},
    {"measurement", KEY_MEASUREMENT, "HEX", 0, "The launch digest, 48 bytes", 0},
    {"launch", KEY_LAUNCH, "SPEC", 0, "Measure this launch spec instead", 0},
    {"policy", KEY_POLICY, "N", 0, "The guest policy. Default: 0x30000", 0},
    {"vmpl", KEY_VMPL, "N", 0, "The VMPL that asks, 0 to 3", 0},
    {"guest-svn", KEY_GUEST_SVN, "N", 0, "The version of the guest", 0},
    {"host-data", KEY_HOST_DATA, "HEX", 0, "Up to 32 bytes from the host, then zeros", 0},
    {"family-id", KEY_FAMILY_ID, "HEX", 0, "Up to 16 bytes from the ID block", 0},
    {"image-id", KEY_IMAGE_ID, "HEX", 0, "Up to 16 bytes from the ID block", 0},
    {"id-block", KEY_ID_BLOCK, NULL, 0,
     "As if the guest had an ID block signed by the demo id and author keys", 0},
    {"mask-chip-id", KEY_MASK_CHIP_ID, NULL, 0, "Leave the chip id out", 0},
    {"json", KEY_JSON, NULL, 0, "What was written, as one JSON document on standard output", 0},
    {0},
};

const struct argp attest_report_argp = {
    .options = options,
    .parser = arguments_parse,
    .doc = "Examples:\n"
           "  cvmlab attest report -o report.bin --chain-out certs\n"
           "  cvmlab attest report --product turin --report-data 00112233 -o report.bin\n"
           "  cvmlab attest report --launch my-guest.json --id-block -o report.bin"
           "\v"
           "The keys are the demo's, NOT AMD's: everybody has them, and a verifier that trusts "
           "them trusts everybody. The same arguments give the same bytes.",
};

static enum status measurement_take(struct report_arguments *arguments, struct diagnostic *diag)
{
    struct launch launch;
    size_t size;
    enum status status;

    if (!arguments->launch)
        return STATUS_OK;
    status = launch_read(&launch, arguments->launch, LAUNCH_SNP, diag);
    if (status != STATUS_OK)
        return status;
    status = launch_measure(&launch, LAUNCH_SNP, NULL, NULL, arguments->request.measurement, &size,
                            diag);
    launch_free(&launch);
    return status;
}

static enum status bytes_write(const char *path, const uint8_t *bytes, size_t size,
                               struct diagnostic *diag)
{
    struct file_out *file = file_out_create(path, diag);
    enum status status;

    if (!file)
        return STATUS_IO;
    status = file_out_write(file, bytes, size, diag);
    if (status == STATUS_OK)
        return file_out_commit(file, diag);
    file_out_abandon(file);
    return status;
}

static int result_print(const struct report_arguments *arguments, const uint8_t bytes[REPORT_BYTES])
{
    struct report report;

    report_decode(bytes, &report);
    if (arguments->wants_json)
        return cli_json_print(json_pack(
            "{s:s, s:s, s:s, s:s, s:s, s:o}", "schema", "cvmlab-attest-report", "version", "1.0",
            "output", arguments->output, "root", "demo", "product",
            product_name(arguments->request.product), "report", attest_report_json(&report)));
    if (strcmp(arguments->output, "-") != 0) {
        attest_report_print(&report, arguments->request.product);
        printf("\nwritten to %s; signed by the demo keys, NOT by AMD's\n", arguments->output);
    }
    return CLI_OK;
}

int attest_report_run(int argc, char **argv)
{
    struct report_arguments arguments = {0};
    uint8_t bytes[REPORT_BYTES];
    struct diagnostic diag = {{0}};
    enum status status;

    demo_request_init(&arguments.request);
    cli_parse(&attest_report_argp, argc, argv, &arguments);
    status = measurement_take(&arguments, &diag);
    if (status == STATUS_OK)
        status = demo_report_make(&arguments.request, bytes, &diag);
    if (status == STATUS_OK && arguments.chain_out)
        status = chain_out_write(arguments.chain_out, arguments.request.product,
                                 arguments.request.signer, &diag);
    if (status == STATUS_OK)
        status = bytes_write(arguments.output, bytes, sizeof bytes, &diag);
    return status == STATUS_OK ? result_print(&arguments, bytes) : cli_fail(status, &diag);
}
