/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attest.c — the command `cvmlab attest`: its table. One file per verb: attest_*.c. */
#include "cli/attest.h"

static const struct cli_verb attest_verbs[] = {
    {"measure", "the launch digest of a guest", &attest_measure_argp, attest_measure_run},
    {"report", "make an attestation report, signed by the demo keys", &attest_report_argp,
     attest_report_run},
    {"verify", "check a report, its certificates and a policy", &attest_verify_argp,
     attest_verify_run},
    {"vectors", "recompute a file of known answers", &attest_vectors_argp, attest_vectors_run},
    {0},
};

const struct cli_command command_attest = {
    .name = "attest",
    .summary = "measure a guest; make and verify attestation reports",
    .verbs = attest_verbs,
};
