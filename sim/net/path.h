/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/path.h — a data path as data: which way packets take between the NIC and an application
 * in a guest, and what each factor of the Folio paper's Table 1 (arXiv 2403.03360, section 2.2)
 * costs on it. The ten columns of that table are built in (specs/paths/); a user's own file may
 * throw every switch. What really happens in this program is `driver` and `guest`, with their pools
 * and options; the other factors are modelled: they count and cost, and every output says so. */
#ifndef CVMLAB_SIM_NET_PATH_H
#define CVMLAB_SIM_NET_PATH_H

#include "base/diagnostic.h"
#include "base/types.h"

/* What moves the bytes. Real in this program. */
enum path_driver {
    PATH_DIRECT,  /* the device's buffers are what the application gets: no copy */
    PATH_SWIOTLB, /* a kernel's driver behind bounce buffers (bounce.h) */
    PATH_FOLIO,   /* src/folio: three pools, one copy per direction */
    PATH_DRIVER_COUNT
};

/* In whose memory the device's buffers lie, and what the guest is. Real in this program. */
enum path_guest { PATH_PLAIN, PATH_SEV, PATH_SEV_ES, PATH_SNP, PATH_GUEST_COUNT };

/* The rows of Table 1, in its order. */
enum path_factor {
    FACTOR_ROUTING_GUEST,       /* "routing in VM": the guest kernel's network stack */
    FACTOR_ROUTING_HOST,        /* the host kernel's, and the back end of virtio */
    FACTOR_EMULATED_INTERRUPT,  /* interrupts are injected by the hypervisor */
    FACTOR_ENCRYPTED_MEMORY,    /* SME or SEV: every line from and to DRAM */
    FACTOR_REGISTER_ENCRYPTION, /* state is encrypted on exits */
    FACTOR_BOUNCE_ALLOCATION,   /* a slot of the bounce pool per packet. Real */
    FACTOR_BOUNCE_COPY,         /* a copy between shared and private memory. Real */
    FACTOR_EXIT_STATE_CHECK,    /* VMEXIT state check (SEV-ES) */
    FACTOR_VC_HANDLER,          /* exits go through the guest's #VC handler */
    FACTOR_RMP_CHECK,
    FACTOR_TLB_CHECK, /* at VMRUN (SNP) */
    FACTOR_IDE,       /* PCIe link encryption */
    PATH_FACTOR_COUNT
};

/* How far a factor applies. */
enum path_extent {
    EXTENT_NO,
    EXTENT_FEW,    /* only to the rare exits of a polling driver, so to none on the data path */
    EXTENT_WRITES, /* RMP check only: of writes by hypervisor and devices */
    EXTENT_YES,
    PATH_EXTENT_COUNT
};

enum path_order { PATH_LIFO, PATH_FIFO, PATH_ORDER_COUNT };

enum { PATH_NAME_BYTES = 40, PATH_TITLE_BYTES = 120, PATH_QUEUES_MAX = 16, PATH_BURST_MAX = 64 };

struct path {
    char name[PATH_NAME_BYTES]; /* "folio", "snp-sriov" */
    char title[PATH_TITLE_BYTES];
    char column[4]; /* of Table 1: "A" to "J"; "" for a path that is not in it */
    enum path_driver driver;
    enum path_guest guest;
    bool is_trusted; /* the NIC is trusted (TIO): it reaches the guest's private memory */
    enum path_extent factor[PATH_FACTOR_COUNT];
    /* Modelled: exits that one interrupt brings with it (injection, end of interrupt, idle, timer)
     * and those of one notification of the device (0 for a mapped doorbell). */
    uint32_t exits_per_interrupt, exits_per_notification;
    /* Pools. Real. */
    enum path_order order; /* LIFO: the last buffer freed is the next used, and warm */
    uint32_t pool_mbufs;   /* of each pool */
    uint32_t room_bytes;   /* of each buffer, as folio/pool.h */
    uint16_t queues, burst;
    uint32_t ring_size; /* descriptors of each ring */
    /* With PATH_SWIOTLB. Real. */
    uint64_t bounce_bytes; /* of the bounce pool: a multiple of BOUNCE_SEGMENT_BYTES */
    uint32_t bounce_areas; /* each with its lock: a power of two */
    bool bounce_map_copy;  /* the kernel copies the buffer into the pool at mapping on receive, too,
                              so that the device finds no old bytes (Linux since 5.18) */
    /* With PATH_FOLIO: its optional features (folio/protect.h). Real. */
    uint32_t header_copy_bytes; /* a packet's first bytes are copied, the rest is sent on unread;
                                   0: whole packets */
    bool single_fetch; /* ESP is decrypted while it is copied, with the application's keys */
    bool egress_guard; /* only ESP leaves (esp_guard.h) */
};

/* "swiotlb", "sev-es", "routing_guest", "writes": the words of the files. NULL out of range. */
const char *path_driver_name(enum path_driver driver);
const char *path_guest_name(enum path_guest guest);
const char *path_factor_name(enum path_factor factor);
const char *path_extent_name(enum path_extent extent);
const char *path_order_name(enum path_order order);

/* The path that a user means: the name of a built-in one or its column's letter, or a file (its
 * name has a '/' or ends in .json). STATUS_BAD_INPUT with file:line:col: not readable, an unknown
 * or missing key, a value out of range, switches that contradict each other (a direct path copies
 * nothing, swiotlb allocates and copies, Folio copies and never allocates, a trusted device needs
 * SNP and a direct path, what is decrypted while it is copied is copied whole). *path is set on
 * success only. */
enum status path_open(struct path *path, const char *name, struct diagnostic *diag);

/* The same from text; label stands for the file in messages. For tests and fuzzing. */
enum status path_parse(struct path *path, const char *text, size_t size, const char *label,
                       struct diagnostic *diag);

/* Name of the index-th column of Table 1, in its order; NULL after the last. */
const char *path_builtin(size_t index);

/* Name of the index-th built-in path that is no column (folio-single-fetch and its like), in the
 * order of their names; NULL after the last. */
const char *path_builtin_other(size_t index);

/* Whether interrupts (rather than polling) drive the path: then latency has them. */
static inline bool path_has_interrupts(const struct path *path)
{
    return path->factor[FACTOR_EMULATED_INTERRUPT] == EXTENT_YES;
}

#endif
