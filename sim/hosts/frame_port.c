/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/frame_port.c — the frame encoding: a model runs on the registers that its trap
 * entry would have saved. Read host_cpu.h first. */
#include "hosts/host_cpu.h"

#include "base/bytes.h"

static void frame_load(struct host_cpu *cpu, const struct hs_frame *frame)
{
    memcpy(cpu->x, frame->x, sizeof(cpu->x));
    memcpy(cpu->csr, frame->csr, sizeof(cpu->csr));
    cpu->sepc = frame->sepc;
    cpu->sstatus = frame->sstatus;
    cpu->hstatus = frame->hstatus;
    cpu->scause = frame->scause;
    cpu->stval = frame->stval;
    cpu->htval = frame->htval;
    cpu->htinst = frame->htinst;
}

static void frame_store(struct hs_frame *frame, const struct host_cpu *cpu)
{
    memcpy(frame->x, cpu->x, sizeof(frame->x));
    memcpy(frame->csr, cpu->csr, sizeof(frame->csr));
    frame->sepc = cpu->sepc;
    frame->sstatus = cpu->sstatus;
}

struct host_result frame_port_run(host_run *run, const struct host_world *world,
                                  const struct host_view *view, struct hs_frame *frame)
{
    struct host_cpu cpu = {.view = view};

    frame_load(&cpu, frame);
    run(world, &cpu);
    if (!cpu.dead) {
        cpu.csr[GCSR_HVIP] = world->hvip(world->context);
        frame_store(frame, &cpu);
    }
    return cpu_result(&cpu);
}
