/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/monitor_world.h — the world around a monitor under test: a VM with a map, guest code,
 * a platform that may fail, and what the host saw so far. */
#ifndef CVMLAB_TEST_FUZZ_MONITOR_WORLD_H
#define CVMLAB_TEST_FUZZ_MONITOR_WORLD_H

#include "monitor/hs_frame.h"
#include "monitor/monitor.h"
#include "monitor/nacl_page.h"
#include "script.h"

enum { WORLD_VCPUS = 4, WORLD_HANDLES = 8 };

/* First member of world.platform's adapter. Statuses are those that the seam allows. */
struct world_platform {
    struct platform base;
    uint8_t code[4]; /* guest code at the pc of the trap */
    uint64_t pc, data;
    unsigned calls, fail_at; /* the call with this number fails; 0: none */
    enum status failure;
};

struct world {
    struct monitor mon;
    struct world_platform platform;
    struct script script;
    struct host_view view[WORLD_VCPUS]; /* of the last exit to the host */
    uint64_t handle[WORLD_HANDLES];     /* handles and tokens given out lately */
    unsigned handle_count;
};

/* A VM whose first vCPU runs, with a map of every kind of region. spec must live as long. */
void world_init(struct world *world, const struct exposure *spec, struct script script);

/* Draws the registers at a trap of this vCPU, the trap, the guest code and what the platform does.
 */
void world_draw_trap(struct world *world, uint32_t vcpu, struct guest_state *live,
                     struct trap *trap);

/* Remembers what a host keeps to try again later. */
void world_keep_handle(struct world *world, uint64_t handle);

/* Draws a hostile answer for this vCPU through one of the encodings, or as it is. *vcpu becomes the
 * one that the encoding finds. False: the encoding refuses it already. */
bool world_draw_answer(struct world *world, uint32_t *vcpu, struct host_answer *answer);

#endif
