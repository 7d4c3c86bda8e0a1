/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/host.h — models of real hypervisors as seen by the monitor: which slots they read, what
 * they do, which they write. A model holds mechanics only. What a device, an SBI service or user
 * space answers comes from the world, so that every model can be asked the same question and the
 * guest must end in the same state. */
#ifndef CVMLAB_SIM_HOSTS_HOST_H
#define CVMLAB_SIM_HOSTS_HOST_H

#include "monitor/hs_frame.h"
#include "monitor/monitor.h"
#include "monitor/nacl_page.h"

/* What lies behind the hypervisor: devices, user space, services. Filled from a recording
 * (sim/replay) or by a test. */
struct host_world {
    void *context;
    /* Raw bytes of an emulated device read, zero-extended. */
    uint64_t (*mmio_read)(void *context, gpa_t where, unsigned width_bytes);
    void (*mmio_write)(void *context, gpa_t where, unsigned width_bytes, uint64_t data);
    /* An SBI service: returns the error, stores the value. arg holds what the host could see, else
     * 0. */
    uint64_t (*sbi)(void *context, uint64_t eid, uint64_t fid, const uint64_t arg[6],
                    uint64_t *value);
    /* The address is backed by memory (a fault there is answered by mapping a page). */
    bool (*is_memory)(void *context, gpa_t where);
    /* hvip that the hypervisor wants pending at the next entry. */
    uint64_t (*hvip)(void *context);
    /* Memory at this address (is_memory) may be written. NULL: all of it may. */
    bool (*is_writable)(void *context, gpa_t where);
    /* A CSR that the hypervisor or user space emulates: stores the old value, takes data under
     * mask. false: there is none, the guest gets an illegal instruction. NULL: there are none at
     * all. */
    bool (*csr)(void *context, uint16_t number, uint64_t data, uint64_t mask, uint64_t *old);
};

/* Why a model could not answer as the guest needs: a documented bug or gap of that hypervisor. */
enum host_verdict {
    HOST_ANSWERED,
    HOST_BUG, /* answered, but with a documented bug that changes what the guest gets, or the
                 hypervisor would have died; bug names it */
};

struct host_result {
    enum host_verdict verdict;
    const char *bug; /* static text, stable key such as "xvisor-ld-fallthrough"; NULL if none */
    bool died;       /* the hypervisor or this vCPU of it stopped: frame or page is as it was found,
                        nobody would resume the guest */
};

struct host_model {
    const char
        *name; /* as on the command line: "kvm", "kvm-zext", "xvisor", "bao", "bhyve", "cove" */
    const char *summary; /* one line */
    /* Frame encoding: frame is what the hypervisor finds; it is changed in place into what it
     * loads before sret. view gives the instruction read at the handle (hs_frame_fetch) and nothing
     * else. NULL: the model does not know this encoding. */
    struct host_result (*run_frame)(const struct host_world *world, const struct host_view *view,
                                    struct hs_frame *frame);
    /* Page encoding; NULL as above. */
    struct host_result (*run_page)(const struct host_world *world, struct nacl_page *page,
                                   const struct nacl_trap *trap);
};

/* The model of this name, or NULL. */
const struct host_model *host_find(const char *name);

/* Model i (0, 1, ...), or NULL past the end. */
const struct host_model *host_at(unsigned index);

#endif
