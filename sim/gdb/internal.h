/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/internal.h — what the files of the debugger's stub share; nobody else but tests includes
 * it. session.c talks and runs, stop.c decides where to stop, request.c answers packets: of
 * execution in resume.c (backwards: reverse.c), of registers in registers.c and description.c, of
 * memory in memory.c, of everything else in query.c and monitor*.c. */
#ifndef CVMLAB_SIM_GDB_INTERNAL_H
#define CVMLAB_SIM_GDB_INTERNAL_H

#include "gdb/gdb.h"
#include "gdb/history.h"
#include "gdb/link.h"
#include "gdb/packet.h"
#include "hart/hart_run.h"

/* What m, M and X take addresses for. */
enum gdb_memory { GDB_VIRTUAL, GDB_PHYSICAL, GDB_GUEST_PHYSICAL, GDB_MEMORY_COUNT };

/* The words for them. */
extern const char *const gdb_memory_words[GDB_MEMORY_COUNT];

/* As z and Z number them. */
enum gdb_point_kind {
    GDB_BREAK_SOFTWARE,
    GDB_BREAK_HARDWARE,
    GDB_WATCH_WRITE,
    GDB_WATCH_READ,
    GDB_WATCH_ACCESS,
    GDB_POINT_KINDS
};

struct gdb_point {
    enum gdb_point_kind kind;
    uint64_t address, size_bytes; /* of a watchpoint */
};

enum { GDB_POINTS_MAX = 256 };

enum gdb_stop_kind {
    GDB_STOP_SIGNAL, /* ^C, an end that can be looked at, or nothing yet */
    GDB_STOP_STEP,
    GDB_STOP_BREAK,
    GDB_STOP_WATCH,
    GDB_STOP_BEGIN /* of the history */
};

/* By GDB's numbers. */
enum { GDB_SIGNAL_INTERRUPT = 2, GDB_SIGNAL_TRAP = 5, GDB_SIGNAL_ABORT = 6 };

struct gdb_stop {
    enum gdb_stop_kind kind;
    unsigned signal; /* of GDB_STOP_SIGNAL */
    unsigned hart;
    struct gdb_point watch; /* of GDB_STOP_WATCH; its address: that of the access */
};

/* What was asked for when the machine went on. */
struct gdb_going {
    bool is_stepping; /* hart does one instruction, or as many as lie in the range */
    unsigned hart;
    uint64_t range_first, range_end;
    bool passes_one; /* hart has an instruction in front of it that was not shown yet, at: */
    uint64_t pc;
};

/* Backwards: a run through the past, up to end, that looks for the last place to stop at; or to
 * end.
 */
enum gdb_search_kind { GDB_NO_SEARCH, GDB_SCAN, GDB_SEEK };

struct gdb_search {
    enum gdb_search_kind kind;
    uint64_t end;
    uint64_t found;       /* GDB_NEVER: nothing yet */
    struct gdb_stop stop; /* why it was found */
    bool is_pending;      /* a watched access was seen; the place is the next one of that hart: */
    struct gdb_stop pending;
    uint64_t first; /* the first instruction that was seen, and whose */
    unsigned first_hart;
};

/* What the last request wants of the session. */
enum gdb_next { GDB_ASK, GDB_GO, GDB_GO_BACK, GDB_DETACH, GDB_KILL };

/* No instruction. */
#define GDB_NEVER UINT64_MAX

struct gdb {
    struct link link;
    char invitation[LINK_NAME_BYTES + 16];
    struct packet_reader in;
    uint8_t received[4096];
    size_t received_bytes, received_taken;
    struct reply reply;
    char frame[PACKET_FRAME_BYTES]; /* the last one sent */
    size_t frame_bytes;
    bool has_no_acks;
    bool is_lost; /* the connection */

    struct live *live;
    unsigned hart_count;
    const struct live_limits *limits;
    struct live_observer inner;
    char *description; /* of the registers, once it was asked for */

    unsigned hart; /* that g, p, m and their kin are for (Hg) */
    enum gdb_memory memory;
    struct gdb_point point[GDB_POINTS_MAX];
    unsigned point_count, watch_count;
    uint64_t break_filter; /* a bit for each remainder of the addresses of breakpoints */

    enum gdb_next next;
    struct gdb_going going;
    struct gdb_stop stop;
    bool is_detached, is_interrupted, has_told_end;
    uint64_t traps;    /* taken so far */
    uint64_t age;      /* (history.h) of the instruction that was let through or stopped at
                             last, GDB_NEVER: none; */
    unsigned age_hart; /* and whose it is */

    struct history history;
    struct gdb_search search;
    bool has_no_history; /* there are no snapshots of this machine */
    bool is_changed;     /* the debugger wrote: there is another history from here on */
    uint64_t farthest;   /* the first age that inner was not told of */
    bool is_muted;       /* it was told of what happens now */
};

/* --- stop.c --- */

/* Sets or takes away a point. False: there is no room for it. One that is there already, or is not,
 * is no error. */
bool gdb_point_set(struct gdb *gdb, const struct gdb_point *point);
void gdb_point_clear(struct gdb *gdb, const struct gdb_point *point);

/* Adds what stopped the machine: T05thread:01;... */
void gdb_stop_add(struct gdb *gdb, struct reply *reply);

/* --- reverse.c --- */

/* Where the machine is. */
uint64_t gdb_age(const struct gdb *gdb);

/* Forgets what was: the history begins here. STATUS_IO: no memory. */
enum status gdb_history_begin(struct gdb *gdb, struct diagnostic *diag);

/* Goes back to the last place where something of going, a breakpoint or a watchpoint stops; where
 * there is none, to the begin of the history. Of a watchpoint that is behind the access, as it is
 * in front of it forwards: GDB steps over it by itself. is_over ends it early. */
enum status gdb_go_back(struct gdb *gdb, bool (*is_over)(void *context), struct diagnostic *diag);

/* --- session.c --- */

/* Sends text for the user's terminal, between two packets; at most some thousand bytes. */
void gdb_console_print(struct gdb *gdb, const char *text);

/* --- request.c --- */

/* Answers a packet: the answer is in gdb->reply, and gdb->next says what to do then; only GDB_ASK
 * and GDB_DETACH always have one. */
void gdb_request(struct gdb *gdb, const char *text, size_t size_bytes);

/* Answers OK, or an error by the numbers of errno.h, of which GDB shows nothing but the number. */
void gdb_answer(struct gdb *gdb, bool is_good, unsigned error);

/* A thread's number: -1 for all and 0 for any give the hart that stopped last. False: none, or no
 * such. */
bool gdb_thread_take(struct gdb *gdb, struct cursor *cursor, unsigned *hart);

/* The rest of a packet, after its first letter or word. */
typedef void gdb_request_fn(struct gdb *gdb, struct cursor *cursor);

gdb_request_fn gdb_registers_read, gdb_registers_write, gdb_register_read, gdb_register_write;
gdb_request_fn gdb_memory_read, gdb_memory_write, gdb_memory_write_binary;
gdb_request_fn gdb_query, gdb_set;
gdb_request_fn gdb_resume_back, gdb_resume, gdb_step, gdb_resume_signal, gdb_step_signal,
    gdb_resume_many;
gdb_request_fn gdb_monitor;

/* --- registers.c, description.c --- */

/* Numbers of registers as GDB has them for RISC-V: x, pc, f, CSRs, and the mode. */
enum {
    GDB_X = 0,
    GDB_PC = 32,
    GDB_F = 33,
    GDB_CSR = 65,
    GDB_CSR_END = GDB_CSR + 4096,
    GDB_PRIV = GDB_CSR_END
};

/* Bytes of a register. */
unsigned gdb_register_bytes(unsigned number);

/* The target description in XML; belongs to gdb. NULL: no memory. */
const char *gdb_description(struct gdb *gdb);

/* --- memory.c --- */

/* Reads RAM at an address of this kind, as the present hart reaches it. Returns how many bytes
 * could be read before one is not there. */
size_t gdb_memory_get(struct gdb *gdb, enum gdb_memory kind, uint64_t address, void *to,
                      size_t size_bytes);

/* The hart that requests are about. */
static inline struct hart_run *gdb_hart_run(const struct gdb *gdb)
{
    return live_hart(gdb->live, gdb->hart);
}

static inline struct hart *gdb_hart(const struct gdb *gdb)
{
    return hart_run_hart(gdb_hart_run(gdb));
}

#endif
