/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/demo_report.h — a report as the secure processor of a simulated chip makes it: what the
 * guest asks for, with the versions and the id of the chip that the demo certificate names, signed
 * by its demo key. */
#ifndef CVMLAB_SIM_PSP_DEMO_REPORT_H
#define CVMLAB_SIM_PSP_DEMO_REPORT_H

#include "psp/report.h"

struct demo_request {
    uint64_t version; /* 2, 3 or 5; 0: 5 on Turin, else 3 */
    enum product product;
    enum report_signer signer;
    uint64_t policy, vmpl, guest_svn;
    uint8_t measurement[DIGEST_BYTES], report_data[REPORT_DATA_BYTES], host_data[HOST_DATA_BYTES];
    uint8_t family_id[GUEST_ID_BYTES], image_id[GUEST_ID_BYTES];
    bool has_id_block;  /* with the digests of the demo's id and author keys */
    bool masks_chip_id; /* chip_id is zeros */
};

/* Milan, VCEK, policy 0x30000, zeros elsewhere. */
void demo_request_init(struct demo_request *request);

/* Makes and signs the report; the same request gives the same bytes. STATUS_BAD_INPUT and diag: the
 * version is not known, or Turin before version 3, which cannot say what it is. STATUS_IO: no
 * memory. */
enum status demo_report_make(const struct demo_request *request, uint8_t bytes[REPORT_BYTES],
                             struct diagnostic *diag);

#endif
