/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/plic.h — the platform-level interrupt controller (RISC-V PLIC specification 1.0.0):
 * 31 level sources, and two contexts per hart: 2 * hart is its M-mode, 2 * hart + 1 its S-mode. */
#ifndef CVMLAB_SIM_DEVICES_PLIC_H
#define CVMLAB_SIM_DEVICES_PLIC_H

#include "base/snapshot_stream.h"
#include "devices/bus.h"
#include "devices/interrupt_line.h"

enum {
    PLIC_SIZE_BYTES = 0x600000,
    PLIC_SOURCE_COUNT = 32, /* number 0 is none */
    PLIC_PRIORITY_MAX = 7,
    PLIC_CONTEXT_MAX = 32
};

struct plic {
    unsigned context_count;
    uint8_t priority[PLIC_SOURCE_COUNT];
    uint32_t level;      /* of the wires, a bit per source */
    uint32_t pending;    /* a bit per source, as in the register */
    uint32_t in_service; /* claimed and not completed: the gateway lets nothing through */
    uint32_t enable[PLIC_CONTEXT_MAX];
    uint8_t threshold[PLIC_CONTEXT_MAX];
    struct interrupt_line target[PLIC_CONTEXT_MAX];
};

/* Everything off. context_count 1 to PLIC_CONTEXT_MAX; target has that many lines. */
void plic_init(struct plic *plic, unsigned context_count, const struct interrupt_line *target);

/* The wire of a source (1 to PLIC_SOURCE_COUNT - 1; others are ignored); context is the plic. For
 * struct interrupt_line. */
void plic_source_set(void *context, unsigned source, bool level);

/* Its registers, for bus_device: aligned accesses of 4 bytes. False: another width, or a register
 * of a context that is not there. Reserved ones read as 0. */
bool plic_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value);
bool plic_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value);

/* Saves it, or loads it into one with as many contexts, whose lines it does not set: what they lead
 * to is loaded as well. */
void plic_snapshot(struct plic *plic, struct snapshot_stream *stream);

#endif
