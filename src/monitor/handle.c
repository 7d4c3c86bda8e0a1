/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/handle.c — handles stand for the guest pc while a vCPU is with the host.
 * A handle names one exit of one vCPU; it dies with the resume. Start tokens come from the same
 * sequence. */
#include "monitor/hs_frame.h"
#include "monitor/internal.h"

enum { HANDLE_SHIFT = 4 };

static uint64_t handle_of(uint64_t sequence)
{
    return HANDLE_BASE | (sequence & 0xFFFFFFFF) << HANDLE_SHIFT;
}

bool handle_is_legal(uint64_t handle)
{
    return (handle & ~((uint64_t)0xFFFFFFFF << HANDLE_SHIFT)) == HANDLE_BASE;
}

uint32_t monitor_find_handle(const struct monitor *mon, uint64_t handle)
{
    uint32_t i;

    for (i = 0; i < mon->vcpu_count; i++)
        if (handle != 0 && (mon->vcpu[i].handle == handle || mon->vcpu[i].start_token == handle))
            return i;
    return VCPU_MAX;
}

uint64_t handle_next(struct monitor *mon)
{
    /* After 2^32 exits the sequence wraps: a number that is still live is skipped, so a stale
     * handle never names a live exit by accident, except the one that carries its own number again,
     * which is then the live one. */
    do {
        mon->sequence++;
    } while (monitor_find_handle(mon, handle_of(mon->sequence)) != VCPU_MAX);
    return handle_of(mon->sequence);
}
