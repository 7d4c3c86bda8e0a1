/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/guest_report.h — the part of an attestation report that the secure processor knows from
 * its guest context and from INIT. Versions, chip and signature are those of whoever signs
 * (demo_report.h). */
#ifndef CVMLAB_SIM_PSP_GUEST_REPORT_H
#define CVMLAB_SIM_PSP_GUEST_REPORT_H

#include "psp/firmware.h"
#include "psp/report.h"

/* SNP_GUEST_REQUEST with a REPORT_REQ of the guest (its message is not modelled). Fills policy,
 * guest SVN, ids, VMPL, platform information, whether there is an author key, report data,
 * measurement, host data, key digests and report ids; the rest of *report stays as it is.
 * INVALID_GUEST        not a Context page
 * INVALID_GUEST_STATE  not RUNNING
 * INVALID_PARAM        a VMPL above 3 */
enum psp_status guest_report_fill(const struct psp *psp, spa_t gctx, unsigned vmpl,
                                  const uint8_t report_data[REPORT_DATA_BYTES],
                                  struct report *report);

#endif
