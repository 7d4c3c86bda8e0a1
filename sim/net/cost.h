/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/cost.h — what things cost on a machine: constants from specs/costs/, each with value,
 * unit, source, and whether it was quoted, derived or measured. Cycles by cause are counts
 * (ledger.h) times these. */
#ifndef CVMLAB_SIM_NET_COST_H
#define CVMLAB_SIM_NET_COST_H

#include "base/diagnostic.h"
#include "base/types.h"

enum cost_basis { COST_QUOTED, COST_DERIVED, COST_MEASURED, COST_BASIS_COUNT };

/* A constant of every machine. A file must have them all, in these units. */
enum cost_key {
    COST_CPU_HZ,                 /* Hz: cycles per second of a core */
    COST_LINK,                   /* Gb/s on the wire, preamble and gap included */
    COST_SLOT,                   /* Gb/s that the slot of the NIC carries */
    COST_SLOT_PACKET,            /* bytes of the slot that a packet takes beside its frame */
    COST_ROUND_TRIP,             /* ns: client, wire and switch, there and back */
    COST_DRIVER_PACKET,          /* cycles: a polling driver, per packet and direction */
    COST_DESCRIPTOR_READ,        /* cycles: one 16-byte descriptor that a device wrote */
    COST_POLL,                   /* cycles: one look at a status word */
    COST_DOORBELL,               /* cycles: one write to a mapped register of the device */
    COST_APPLICATION,            /* cycles: an application's own work per packet, crypto apart */
    COST_ROUTING_GUEST,          /* cycles: guest kernel's stack, per packet and direction */
    COST_ROUTING_HOST,           /* cycles: host kernel's stack, per packet and direction */
    COST_ROUTING_HOST_LATENCY,   /* ns: what virtio's back end adds to the time of a packet */
    COST_INTERRUPT,              /* cycles: entry, handler, wake-up of the process */
    COST_INTERRUPT_LATENCY,      /* ns: moderation and idle states; time, not work */
    COST_EXIT,                   /* cycles: exit and resume of a plain guest */
    COST_REGISTER_ENCRYPTION,    /* cycles more per exit */
    COST_EXIT_STATE_CHECK,       /* cycles more per exit */
    COST_VC_HANDLER,             /* cycles more per exit: #VC and GHCB */
    COST_TLB_CHECK,              /* cycles more per exit: at VMRUN */
    COST_RMP_CHECK,              /* cycles: one check */
    COST_PAGE_STATE_CHANGE,      /* cycles per 4 KiB page */
    COST_MEMORY_ENCRYPTION_LINE, /* cycles more per 64-byte line that comes from DRAM */
    COST_BOUNCE_ALLOCATION,      /* cycles: lock, search, mark, release; per mapping */
    COST_BOUNCE_SEARCH,          /* cycles per slot that the search looked at beyond the first */
    COST_IDE_TRANSFER,           /* ns that link encryption adds to the time of one transfer */
    COST_IDE_BANDWIDTH,          /* percent of the slot's bandwidth that IDE takes */
    COST_KEY_COUNT
};

/* What depends on a size: ns for so many bytes. Between the points of the file by straight lines,
 * before the first as the first, beyond the last with the last slope, or level if that falls. */
enum cost_curve {
    COST_COPY_HOT,  /* source and destination in the cache */
    COST_COPY_COLD, /* both in DRAM */
    COST_AES_GCM,   /* one AES-128-GCM operation, key schedule apart */
    COST_CURVE_COUNT
};

enum { COST_NAME_BYTES = 40, COST_SOURCE_BYTES = 200, COST_POINTS_MAX = 16 };

/* Where a value comes from. With COST_MEASURED, low and high are the smallest and largest of the
 * samples, value is their median. */
struct cost_origin {
    enum cost_basis basis;
    char source[COST_SOURCE_BYTES];
};

struct cost_constant {
    double value, low, high; /* low and high: 0 if nobody said */
    struct cost_origin origin;
};

struct cost_point {
    uint32_t bytes;
    double ns, low, high;
};

struct cost_table {
    struct cost_point point[COST_POINTS_MAX]; /* ascending in bytes, at least one */
    size_t count;
    struct cost_origin origin;
};

struct cost {
    char name[COST_NAME_BYTES]; /* "epyc7313-82599" */
    char title[COST_SOURCE_BYTES];
    struct cost_constant constant[COST_KEY_COUNT];
    struct cost_table curve[COST_CURVE_COUNT];
};

/* Words of the files. NULL out of range. */
const char *cost_key_name(enum cost_key key);
const char *cost_key_unit(enum cost_key key); /* "cycles", "ns", "Hz", "Gb/s", "bytes", "%" */
const char *cost_curve_name(enum cost_curve curve);
const char *cost_basis_name(enum cost_basis basis);

/* The machine that a user means: the name of a built-in one, or a file (its name has a '/' or ends
 * in .json), such as calibrate.h makes of this computer. STATUS_BAD_INPUT with file:line:col: not
 * readable, an unknown or missing key, a value that is negative or above 1e15, another unit, a rate
 * or frequency below 0.001. *cost is set on success only. */
enum status cost_open(struct cost *cost, const char *name, struct diagnostic *diag);

/* The same from text; label stands for the file in messages. */
enum status cost_parse(struct cost *cost, const char *text, size_t size, const char *label,
                       struct diagnostic *diag);

/* Name of the index-th built-in machine; NULL after the last. */
const char *cost_builtin(size_t index);

/* The file of a machine as JSON; what cost_parse reads back gives the same. NULL: no memory. The
 * caller frees. */
char *cost_render(const struct cost *cost);

/* Points of a curve at bytes, in ns; nanoseconds as cycles of this machine, and back. */
double cost_curve_ns(const struct cost *cost, enum cost_curve curve, uint32_t bytes);
double cost_cycles(const struct cost *cost, double ns);
double cost_ns(const struct cost *cost, double cycles);

#endif
