/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attest_chain_out.h — the demo certificates as files. */
#ifndef CVMLAB_SIM_CLI_ATTEST_CHAIN_OUT_H
#define CVMLAB_SIM_CLI_ATTEST_CHAIN_OUT_H

#include "base/diagnostic.h"
#include "psp/report.h"

/* Writes the chain of the demo key into folder, which is made if it does not exist, under the names
 * that `attest verify --chain` looks for. STATUS_IO and diag; files written before stay. */
enum status chain_out_write(const char *folder, enum product product, enum report_signer signer,
                            struct diagnostic *diag);

#endif
