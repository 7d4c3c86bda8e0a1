/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/clint.c — time and interrupts between harts. See clint.h.
 * Registers are read and written as aligned words of 64 bits, of which an access takes its bytes.
 */
#include "devices/clint.h"

enum {
    MSIP = 0x0, /* 4 bytes per hart */
    MSIP_END = 0x4000,
    MTIMECMP = 0x4000, /* 8 bytes per hart */
    MTIME = 0xbff8,
    WORD_BYTES = 8
};

uint64_t clint_time(const struct clint *clint)
{
    return clint->clock.ticks(clint->clock.context) + clint->offset;
}

uint64_t clint_tick_at(const struct clint *clint, uint64_t time)
{
    uint64_t now = clint_time(clint), ticks = now - clint->offset;

    if (time <= now)
        return ticks;
    return time - now > UINT64_MAX - ticks ? UINT64_MAX : ticks + (time - now);
}

static void timer_tell(const struct clint *clint, unsigned hart)
{
    clint->clock.timer_set(clint->clock.context, hart, clint->compare[hart]);
}

void clint_init(struct clint *clint, const struct clint_clock *clock, unsigned hart_count,
                const struct interrupt_line *software)
{
    *clint = (struct clint){.clock = *clock, .hart_count = hart_count};
    for (unsigned i = 0; i < hart_count; i++) {
        clint->compare[i] = UINT64_MAX;
        clint->software[i] = software[i];
        interrupt_line_set(&clint->software[i], false);
        timer_tell(clint, i);
    }
}

static uint64_t msip_word(const struct clint *clint, uint64_t hart)
{
    uint64_t low = hart < clint->hart_count && clint->is_software_set[hart];
    uint64_t high = hart + 1 < clint->hart_count && clint->is_software_set[hart + 1];

    return low | high << 32;
}

static bool word_read(const struct clint *clint, uint64_t offset, uint64_t *word)
{
    uint64_t hart = (offset - MTIMECMP) / WORD_BYTES;

    if (offset < MSIP_END)
        *word = msip_word(clint, offset / 4);
    else if (offset == MTIME)
        *word = clint_time(clint);
    else if (hart < clint->hart_count)
        *word = clint->compare[hart];
    else
        return false;
    return true;
}

static void msip_set(struct clint *clint, uint64_t hart, uint64_t value)
{
    if (hart >= clint->hart_count)
        return;
    clint->is_software_set[hart] = value & 1;
    interrupt_line_set(&clint->software[hart], value & 1);
}

static void word_write(struct clint *clint, uint64_t offset, uint64_t word)
{
    unsigned hart = (unsigned)((offset - MTIMECMP) / WORD_BYTES);

    if (offset < MSIP_END) {
        msip_set(clint, offset / 4, word);
        msip_set(clint, offset / 4 + 1, word >> 32);
    } else if (offset == MTIME) {
        clint->offset += word - clint_time(clint);
        for (unsigned i = 0; i < clint->hart_count; i++)
            timer_tell(clint, i);
    } else {
        clint->compare[hart] = word;
        timer_tell(clint, hart);
    }
}

/* The place of an access in its word; false if it is none that a register takes. */
static bool access_place(uint64_t offset, unsigned size_bytes, unsigned *shift, uint64_t *mask)
{
    if (size_bytes == 0 || (size_bytes & (size_bytes - 1)) != 0 || offset % size_bytes != 0)
        return false;
    *shift = (unsigned)(offset % WORD_BYTES) * 8;
    *mask = UINT64_MAX >> (64 - 8 * size_bytes);
    return true;
}

bool clint_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value)
{
    uint64_t word, mask;
    unsigned shift;

    if (!access_place(offset, size_bytes, &shift, &mask) ||
        !word_read(context, offset - offset % WORD_BYTES, &word))
        return false;
    *value = word >> shift & mask;
    return true;
}

bool clint_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value)
{
    uint64_t word, mask, first = offset - offset % WORD_BYTES;
    unsigned shift;

    if (!access_place(offset, size_bytes, &shift, &mask) || !word_read(context, first, &word))
        return false;
    word_write(context, first, (word & ~(mask << shift)) | (value & mask) << shift);
    return true;
}

void clint_snapshot(struct clint *clint, struct snapshot_stream *stream)
{
    snapshot_u64(stream, &clint->offset);
    for (unsigned i = 0; i < clint->hart_count; i++) {
        snapshot_u64(stream, &clint->compare[i]);
        snapshot_bool(stream, &clint->is_software_set[i]);
    }
}
