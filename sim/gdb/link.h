/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/link.h — the connection to GDB: one at a time, from this computer only. */
#ifndef CVMLAB_SIM_GDB_LINK_H
#define CVMLAB_SIM_GDB_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diagnostic.h"

enum { LINK_PATH_BYTES = 108, LINK_NAME_BYTES = LINK_PATH_BYTES + 32 }; /* sun_path */

struct link {
    int listener, peer;         /* -1: none */
    char path[LINK_PATH_BYTES]; /* of the socket, to be removed; empty: none */
    char name[LINK_NAME_BYTES]; /* as GDB's command target remote takes it */
};

/* See gdb_place_is_good. */
bool link_place_is_good(const char *place);

/* Listens at a good place. STATUS_IO: diag says why not; the link is closed then. */
enum status link_open(struct link *link, const char *place, struct diagnostic *diag);

/* Closes everything. */
void link_close(struct link *link);

/* Ends the connection, and listens no more. */
void link_hang_up(struct link *link);

/* Waits at most some milliseconds for somebody to connect, and listens no more then. Returns
 * whether there is a connection. */
bool link_accept(struct link *link, int milliseconds);

enum link_state { LINK_QUIET, LINK_READ, LINK_LOST };

/* Waits at most some milliseconds for bytes; at most most_bytes of them. */
enum link_state link_read(struct link *link, int milliseconds, uint8_t *bytes, size_t most_bytes,
                          size_t *size_bytes);

/* Sends all; a connection that is lost is found out by the next link_read. */
void link_write(struct link *link, const char *bytes, size_t size_bytes);

#endif
