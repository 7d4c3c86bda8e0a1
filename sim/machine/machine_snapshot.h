/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/machine_snapshot.h — everything that a live machine (live.h) will ever know again, as
 * bytes: in memory to step backwards, in a file to go on another day.
 *
 * Whoever restores one goes on exactly as the machine did from which it was taken: the same
 * instructions, traps, console output and end. A machine is between two live_runs when one is
 * taken; then every hart stands at the start of a block.
 *
 * Taking one is a fence of all harts (their TLBs are emptied), as restoring one is, so that both
 * go on from the same. Nothing else changes: a program that keeps to the rules of SFENCE.VMA and
 * HFENCE cannot tell. */
#ifndef CVMLAB_SIM_MACHINE_MACHINE_SNAPSHOT_H
#define CVMLAB_SIM_MACHINE_MACHINE_SNAPSHOT_H

#include "machine/live.h"

/* Of the file. A file of another version is refused. */
enum { MACHINE_SNAPSHOT_VERSION = 1 };

/* All zeros: none. Pages of RAM that hold only zeros take no room. */
struct machine_snapshot {
    uint8_t *bytes; /* owned */
    size_t size_bytes;
};

/* Takes one, between two live_runs. STATUS_IO: no memory; out is empty then and the machine as it
 * was. STATUS_BAD_STATE: the memory's cache or alias model is on, which a snapshot does not hold.
 * The caller frees with machine_snapshot_free. */
enum status machine_snapshot_take(struct live *live, struct machine_snapshot *out,
                                  struct diagnostic *diag);

/* Puts a machine into the state of a snapshot, between two live_runs; the machine it was taken
 * from, or any other made of an equal spec, image symbols and size of disk. name is for messages.
 * The console is its own: how far its input and output had come is told by live_console_counts.
 * STATUS_BAD_INPUT: of another machine, truncated, or with a value that no machine has; STATUS_IO:
 * no memory. After an error but "of another machine" the machine must be restored or destroyed. */
enum status machine_snapshot_restore(struct live *live, const struct machine_snapshot *snapshot,
                                     const char *name, struct diagnostic *diag);

/* May be called again. */
void machine_snapshot_free(struct machine_snapshot *snapshot);

/* Instructions that all harts had retired, for ordering several. */
uint64_t machine_snapshot_instructions(const struct machine_snapshot *snapshot);

/* An image with no segments but the symbols of the program that ran: to make the machine that a
 * snapshot is restored to, when the program itself is not at hand. ram is that of the machine.
 * STATUS_BAD_INPUT as above, and for symbols outside RAM. There is nothing to free. */
enum status machine_snapshot_image(const struct machine_snapshot *snapshot, const char *name,
                                   const struct image_ram *ram, struct image *out,
                                   struct diagnostic *diag);

/* Writes it, compressed, to a file that appears when it is complete. STATUS_IO. */
enum status machine_snapshot_write(const struct machine_snapshot *snapshot, const char *path,
                                   struct diagnostic *diag);

/* Reads a file. STATUS_BAD_INPUT: missing, no snapshot, of another version, truncated, corrupt;
 * STATUS_IO: no memory. out is empty then. The caller frees with machine_snapshot_free. */
enum status machine_snapshot_read(const char *path, struct machine_snapshot *out,
                                  struct diagnostic *diag);

/* The same for the bytes of a file, which stay the caller's. */
enum status machine_snapshot_parse(const uint8_t *bytes, size_t size_bytes, const char *name,
                                   struct machine_snapshot *out, struct diagnostic *diag);

#endif
