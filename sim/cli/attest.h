/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attest.h — private to attest*.c: the verbs of `cvmlab attest`, and what they print alike.
 */
#ifndef CVMLAB_SIM_CLI_ATTEST_H
#define CVMLAB_SIM_CLI_ATTEST_H

#include <jansson.h>

#include "cli/cli.h"
#include "psp/verify.h"

/* The options of the verbs. */
extern const struct argp attest_measure_argp, attest_report_argp, attest_verify_argp,
    attest_vectors_argp;

/* The verbs; each returns an exit_code. */
int attest_measure_run(int argc, char **argv);
int attest_report_run(int argc, char **argv);
int attest_verify_run(int argc, char **argv);
int attest_vectors_run(int argc, char **argv);

/* Takes the one FILE of a verb; a second one is a usage error. */
void attest_take_file(const struct argp_state *state, const char **path, const char *file);

/* Exactly size bytes in hex; anything else is a usage error that names the option. */
void attest_take_bytes(const struct argp_state *state, const char *option, const char *text,
                       uint8_t *bytes, size_t size);

/* At most size bytes in hex, followed by zeros; a usage error as above. */
void attest_take_padded(const struct argp_state *state, const char *option, const char *text,
                        uint8_t *bytes, size_t size);

/* A number, decimal or with 0x, of at most most; a usage error as above. */
uint64_t attest_take_number(const struct argp_state *state, const char *option, const char *text,
                            uint64_t most);

/* Bytes as a JSON string of hex digits. */
json_t *attest_hex_json(const uint8_t *bytes, size_t size);

/* Every field of a report by its name in the layout. */
json_t *attest_report_json(const struct report *report);

/* The parts of a TCB version by name. */
json_t *attest_tcb_json(enum product product, const uint8_t bytes[TCB_BYTES]);

/* The fields of a report that people look for, a line each. */
void attest_report_print(const struct report *report, enum product product);

#endif
