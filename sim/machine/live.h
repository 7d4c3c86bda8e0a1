/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/live.h — a machine that runs a program: harts, RAM and devices of a machine spec,
 * tied together.
 *
 * Order and time. Harts run one after the other, a quantum of instructions each. mtime counts what
 * all of them have done, so it never falls and is the same for all: a tick is
 * instructions_per_tick instructions of every hart. A hart that waits does nothing for as long; if
 * all wait, time skips to the next timer. So a run depends on spec, images, disk and input alone.
 */
#ifndef CVMLAB_SIM_MACHINE_LIVE_H
#define CVMLAB_SIM_MACHINE_LIVE_H

#include "devices/console.h"
#include "machine/image.h"
#include "machine/machine_spec.h"

struct live;
struct device_tree;

enum { LIVE_MODES = 5, LIVE_CAUSES = 64 };

/* How often a trap was taken, by the mode that it came from (live_mode_index). */
struct live_counts {
    uint64_t exceptions[LIVE_MODES][LIVE_CAUSES], interrupts[LIVE_MODES][LIVE_CAUSES];
    uint64_t exits; /* traps from VS or VU that VS did not take itself */
};

/* Who looks on; every function may be NULL. step is told every instruction before it runs. */
struct live_observer {
    void *context;
    void (*trap)(void *context, unsigned hart, const struct hart_trap *trap);
    void (*returned)(void *context, unsigned hart, struct hart_mode from, struct hart_mode to,
                     uint64_t pc);
    void (*csr)(void *context, unsigned hart, uint16_t number, bool is_write, uint64_t value);
    void (*step)(void *context, unsigned hart, uint64_t pc);
};

struct live_config {
    const struct machine_spec *spec; /* with harts */
    const struct image *image;       /* where every hart starts, in M-mode */
    const struct image *payload;     /* NULL: none. Loaded as well; a2 tells the image where */
    const struct device_tree *tree;  /* put into RAM; a1 tells where */
    struct console console;          /* of UART, HTIF and virtio alike */
    uint8_t *disk;                   /* of the virtio block device; stays the caller's */
    uint64_t disk_bytes;
    struct live_observer observer;
};

/* Why a run ended. */
enum live_end {
    LIVE_PASS,         /* the program said so */
    LIVE_FAIL,         /* with a number */
    LIVE_RESET,        /* the program asked for a restart */
    LIVE_INSTRUCTIONS, /* as many as were allowed */
    LIVE_TIME,         /* expired said so */
    LIVE_WAITING,      /* every hart waits, and no timer will ever end that */
    LIVE_TRAP_LOOP,    /* the same trap again and again */
    LIVE_END_COUNT
};

/* "pass", "fail", ...: a stable key. */
const char *live_end_name(enum live_end end);

struct live_result {
    enum live_end end;
    uint64_t number;       /* of LIVE_FAIL */
    unsigned hart;         /* that ended it */
    uint64_t pc;           /* where that is */
    struct hart_trap trap; /* of LIVE_TRAP_LOOP */
};

struct live_limits {
    uint64_t instructions;          /* of all harts together; UINT64_MAX: no limit */
    bool (*expired)(void *context); /* asked now and then; NULL: never */
    void *context;
};

/* Builds it, loads, and is ready to run. STATUS_BAD_INPUT: image, payload and device tree do not
 * fit beside each other into RAM; STATUS_IO: no memory, or no engine. *out is NULL then. What
 * config points to (but for spec) outlives it. The caller frees with live_destroy. */
enum status live_create(const struct live_config *config, struct live **out,
                        struct diagnostic *diag);

/* Frees; NULL is allowed. */
void live_destroy(struct live *live);

/* Goes on until something ends it. May be called again after LIVE_INSTRUCTIONS and LIVE_TIME.
 * STATUS_IO: the engine failed. */
enum status live_run(struct live *live, const struct live_limits *limits,
                     struct live_result *result, struct diagnostic *diag);

/* Instructions retired by all harts. */
uint64_t live_instructions(const struct live *live);

/* Time since the start in nanoseconds, as the device tree says how long a tick is; finer than one.
 */
uint64_t live_time_ns(const struct live *live);

/* How many bytes the guest has taken from its console and put out there since the start. A restored
 * machine begins with those of the snapshot; its console goes on from there. */
struct live_console_counts {
    uint64_t taken, put;
};
struct live_console_counts live_console_counts(const struct live *live);

/* What happened so far. */
const struct live_counts *live_counts(const struct live *live);

/* M, HS, U, VS, VU as 0 to 4. */
unsigned live_mode_index(struct hart_mode mode);

/* Its memory, for a signature or a debugger. */
struct memory *live_memory(struct live *live);

/* A hart, by number; NULL: there is none. */
struct hart_run;
struct hart_run *live_hart(struct live *live, unsigned index);

#endif
