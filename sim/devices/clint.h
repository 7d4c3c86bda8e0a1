/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/clint.h — the core-local interruptor of SiFive: the time, per hart a compare register
 * for its timer and a bit for the software interrupt (SiFive FU540-C000 manual, chapter
 * 9). */
#ifndef CVMLAB_SIM_DEVICES_CLINT_H
#define CVMLAB_SIM_DEVICES_CLINT_H

#include "base/snapshot_stream.h"
#include "devices/bus.h"
#include "devices/interrupt_line.h"

enum { CLINT_SIZE_BYTES = 0x10000, CLINT_HART_MAX = 16 };

/* What the CLINT asks of the machine. */
struct clint_clock {
    uint64_t (*ticks)(void *context); /* since the start; never falls */
    /* The compare register of a hart is now this, or mtime has jumped: the hart compares anew. */
    void (*timer_set)(void *context, unsigned hart, uint64_t compare);
    void *context;
};

struct clint {
    struct clint_clock clock;
    unsigned hart_count;
    uint64_t offset; /* mtime is the ticks of the clock and this: software may set it */
    uint64_t compare[CLINT_HART_MAX];
    bool is_software_set[CLINT_HART_MAX];
    struct interrupt_line software[CLINT_HART_MAX];
};

/* All compare registers at their highest value, no software interrupt. hart_count 1 to
 * CLINT_HART_MAX, which is how many lines software has. */
void clint_init(struct clint *clint, const struct clint_clock *clock, unsigned hart_count,
                const struct interrupt_line *software);

/* mtime as it is now: what rdtime reads as well. */
uint64_t clint_time(const struct clint *clint);

/* The tick of the clock at which mtime will be time or more; UINT64_MAX: it will not be. */
uint64_t clint_tick_at(const struct clint *clint, uint64_t time);

/* Its registers, for bus_device: aligned accesses of 1, 2, 4 or 8 bytes. False: not aligned, or no
 * register. msip of harts that are not there reads as 0. */
bool clint_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value);
bool clint_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value);

/* Saves it, or loads it into one with as many harts, which hear of nothing: they are loaded as
 * well.
 */
void clint_snapshot(struct clint *clint, struct snapshot_stream *stream);

#endif
