/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/gdb.h — GDB's remote protocol for a live machine: `cvmlab run --gdb`. Harts are threads
 * 1, 2, ... of one program, and all of them stop together.
 *
 * The program does not notice. Breakpoints and watchpoints are looked for in front of every
 * instruction, none is written into memory; so the run has the instructions, traps and end that it
 * has without a debugger, unless that writes to registers or memory.
 *
 * Source: "Debugging with GDB", appendix "GDB Remote Serial Protocol". */
#ifndef CVMLAB_SIM_GDB_GDB_H
#define CVMLAB_SIM_GDB_GDB_H

#include "machine/live.h"

struct gdb;

/* Whether this names a place to listen at: a port (1 to 65535) of the loopback interface, or the
 * path of a socket, which has a '/'. */
bool gdb_place_is_good(const char *place);

/* Listens there. STATUS_IO: the port is taken, the path exists already, ...: diag says what. *out
 * is NULL then. The caller frees with gdb_destroy. */
enum status gdb_create(const char *place, struct gdb **out, struct diagnostic *diag);

/* Hangs up and frees; removes the socket. NULL is allowed. */
void gdb_destroy(struct gdb *gdb);

/* What GDB's user types to reach it: "target remote 127.0.0.1:1234". Belongs to gdb. */
const char *gdb_invitation(const struct gdb *gdb);

/* The observer that the machine must be created with; tells inner, which is copied, of everything,
 * and of every instruction once. */
struct live_observer gdb_observer(struct gdb *gdb, const struct live_observer *inner);

/* The console that the machine must be created with: puts out through inner, which is copied, and
 * takes from it, everything once, however often GDB goes back. */
struct console gdb_console(struct gdb *gdb, const struct console *inner);

/* Takes the place of live_run: waits for GDB, and runs as it says, to the end of the program.
 * LIVE_STOPPED in result: GDB has ended it, or hung up. After GDB has detached, the program runs on
 * alone. STATUS_IO: the engine failed, or the connection did. */
enum status gdb_run(struct gdb *gdb, struct live *live, const struct live_limits *limits,
                    struct live_result *result, struct diagnostic *diag);

#endif
