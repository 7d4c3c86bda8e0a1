/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/bus_spec.h — the list "bus" of a machine spec: which devices answer where outside
 * RAM, and by which source of the PLIC they interrupt. */
#ifndef CVMLAB_SIM_MACHINE_BUS_SPEC_H
#define CVMLAB_SIM_MACHINE_BUS_SPEC_H

#include "base/document.h"

enum bus_kind {
    BUS_UART,
    BUS_CLINT,
    BUS_PLIC,
    BUS_TEST,
    BUS_VIRTIO_CONSOLE,
    BUS_VIRTIO_BLOCK,
    BUS_RMP,
    BUS_KIND_COUNT
};

/* RAM of a machine with harts begins here; the lower half of the address space is for devices. */
#define MACHINE_RAM_FIRST UINT64_C(0x80000000)

struct machine_bus_device {
    bool is_there;
    spa_t at;
    uint64_t size_bytes;
    uint8_t irq; /* source of the PLIC; 0: none */
};

/* By kind: each is there once at most. */
struct machine_bus {
    struct machine_bus_device device[BUS_KIND_COUNT];
};

/* "uart", "clint", ...: the word of a spec. */
const char *bus_kind_name(enum bus_kind kind);

/* Reads the list. STATUS_BAD_INPUT: a kind twice, a range that overlaps another or does not lie
 * below RAM, an interrupt number twice or without a PLIC. */
enum status machine_bus_read(const struct place *list, struct machine_bus *out);

#endif
