/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/htif.h — the host-target interface of Berkeley's simulators: two doublewords in RAM,
 * which the symbols tohost and fromhost of a program name. What the program stores to tohost is a
 * command: a device number in bits 56 to 63, a command in bits 48 to 55, and a payload
 * (riscv-isa-sim, fesvr/device.h and fesvr/syscall.cc).
 *
 * It is polled: whoever runs the hart calls htif_poll after each store to the pages of the two, so
 * that a command is carried out before the next instruction. */
#ifndef CVMLAB_SIM_DEVICES_HTIF_H
#define CVMLAB_SIM_DEVICES_HTIF_H

#include "base/snapshot_stream.h"
#include "devices/console.h"
#include "devices/dma.h"
#include "devices/power.h"

/* Most bytes that one proxied write may have. */
enum { HTIF_WRITE_BYTES_MAX = 1 << 20 };

struct htif {
    struct dma dma;
    struct console console;
    struct power power;
    spa_t tohost;
    spa_t fromhost;      /* 0: the program has none, and hears no answers */
    uint64_t answer;     /* waits until fromhost is 0; 0: none */
    bool is_read_wanted; /* the program asked for a character, and there was none */
};

/* Looks at both doublewords through the door, as a device, and carries out what stands there:
 *   device 0, payload odd: the end of the run; the number is payload >> 1, and 0 a pass;
 *   device 0, payload even: a system call whose eight doublewords lie at that address: write (64)
 * to the files 1 and 2, exit (93); others answer -ENOSYS; device 1: command 1 writes a character to
 * the console, command 0 reads one. Then tohost is 0 again. What is none of these is cleared; an
 * address at which there is no memory is left as it stands, since a program may store the two
 * halves of a command one by one. */
void htif_poll(struct htif *htif);

/* Saves what it has begun, or loads it. The two doublewords lie in RAM. */
void htif_snapshot(struct htif *htif, struct snapshot_stream *stream);

#endif
