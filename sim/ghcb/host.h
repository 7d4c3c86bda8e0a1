/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/host.h — the hypervisor's end of an exit: takes a request out of shared memory once,
 * checks the copy, lets a handler answer, and puts the answer back. Mechanics only: what a handler
 * answers is its own business. The checks are those of Linux arch/x86/kvm/svm/sev.c,
 * sev_es_validate_vmgexit and setup_vmgexit_scratch, in their order. */
#ifndef CVMLAB_SIM_GHCB_HOST_H
#define CVMLAB_SIM_GHCB_HOST_H

#include "ghcb/exposure.h"
#include "ghcb/shared.h"

/* The hypervisor's side of one vcpu. */
struct ghcb_host {
    const struct ghcb_exposure *spec;
    const struct ghcb_shared *shared;
    bool is_registered; /* the guest registered a page, this one */
    gpa_t registered;
    uint16_t version_min, version_max; /* of the protocol, both included */
};

/* What the hypervisor knows of an exit, in memory of its own. */
struct ghcb_request {
    const struct ghcb_row *row;
    struct ghcb_values view; /* request fields and in fields of the row; the others are 0 */
    gpa_t scratch;
    size_t data_bytes;
    uint8_t data[GHCB_BUFFER_BYTES]; /* rows with data to the host: what the guest wrote; for the
                                        others the handler's answer */
};

struct ghcb_reply {
    uint32_t response; /* enum ghcb_response */
    uint64_t info2;    /* of an exception, and of rows that give it out */
    struct ghcb_values out;
};

/* Answers a request: fills reply, which is zero, and request->data. Anything but STATUS_OK stops
 * the vcpu. */
typedef enum status (*ghcb_handler)(void *context, struct ghcb_request *request,
                                    struct ghcb_reply *reply);

/* Reads the page at page in one go (and the scratch area in another, if it lies elsewhere).
 * STATUS_DENIED: *error is what the guest is to be told. Else what shared said, *error is
 * GHCB_ERROR_NONE. A bit of INFO1 or INFO2 without meaning in the row is GHCB_ERROR_INPUT; so is
 * a version that is not spoken (the protocol has no code for it). */
enum status ghcb_host_take(const struct ghcb_host *host, gpa_t page, struct ghcb_request *request,
                           enum ghcb_error *error);

/* Writes the response, the out fields of the row with their valid bits, and the data that the row
 * gives to the guest; nothing else of the page. Reads nothing. What shared said. */
enum status ghcb_host_answer(const struct ghcb_host *host, gpa_t page,
                             const struct ghcb_request *request, const struct ghcb_reply *reply);

/* Tells the guest that its request is malformed. What shared said. */
enum status ghcb_host_refuse(const struct ghcb_host *host, gpa_t page, enum ghcb_error error);

/* The whole of it: take, handler, answer; or take, refuse. STATUS_OK also for a refused request. */
enum status ghcb_host_serve(const struct ghcb_host *host, gpa_t page, ghcb_handler handler,
                            void *context);

#endif
