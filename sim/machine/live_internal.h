/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/live_internal.h — what live.c (life and time), live_turn.c (turns), live_bus.c
 * (devices) and live_load.c (RAM) share. Read live.h first. */
#ifndef CVMLAB_SIM_MACHINE_LIVE_INTERNAL_H
#define CVMLAB_SIM_MACHINE_LIVE_INTERNAL_H

#include "devices/bus.h"
#include "devices/clint.h"
#include "devices/htif.h"
#include "devices/plic.h"
#include "devices/rmp_device.h"
#include "devices/uart.h"
#include "devices/virtio_block.h"
#include "devices/virtio_console.h"
#include "hart/hart_run.h"
#include "machine/live.h"

struct live_hart {
    struct live *live;
    unsigned index;
    struct hart_run *run;
    uint64_t idle;         /* instructions that it has not run while it waited */
    bool is_waiting;       /* in WFI */
    struct hart_trap trap; /* the last one */
};

struct live {
    struct machine_spec spec;
    struct live_observer observer;
    struct image_symbols symbols; /* of the image */
    struct memory *memory;
    struct dma dma;

    struct bus bus;
    struct uart uart;
    struct clint clint;
    struct plic plic;
    struct virtio_console virtio_console;
    struct virtio_block virtio_block;
    struct htif htif;
    struct rmp_device rmp;
    struct power power;

    struct live_hart hart[MACHINE_HART_MAX]; /* spec.harts.count of them */
    unsigned current;                        /* whose turn it is, or was last */
    unsigned next;                           /* whose turn of the round comes then */
    bool is_in_turn;                         /* current has not yet done what its turn allows */
    uint64_t turn_end;                       /* the instret at which it has */
    struct console console;                  /* the caller's, */
    struct live_console_counts passed;       /* and what went through it */
    struct live_counts counts;
    bool is_ended; /* by the program */
    struct live_result result;
};

/* Instructions that this hart has retired. */
uint64_t live_retired(const struct live_hart *hart);

/* Ticks of the clock: what all harts have done. */
uint64_t live_ticks(const struct live *live);

/* The instret at which this hart, if no other one runs, brings the ticks to tick; UINT64_MAX:
 * never.
 */
uint64_t live_instret_at(const struct live *live, const struct live_hart *hart, uint64_t tick);

/* --- live_bus.c --- */

/* Devices as the spec says, attached to bus, lines and harts; harts are there already. */
void live_devices_init(struct live *live, const struct live_config *config);

/* --- live_load.c --- */

/* Puts image, payload and device tree into RAM, and registers into the harts. STATUS_BAD_INPUT:
 * they do not fit beside each other. */
enum status live_load(struct live *live, const struct live_config *config, struct diagnostic *diag);

#endif
