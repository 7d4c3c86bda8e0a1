/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/crosshost.c — the same exit answered by models of other hypervisors: the guest must
 * not notice which one it was. */
#include <string.h>

#include "replay/engine.h"

static void bug_count(struct replay_host *host, const char *key)
{
    for (uint32_t i = 0; i < host->bug_count; i++) {
        if (strcmp(host->bug[i].key, key) == 0) {
            host->bug[i].count++;
            return;
        }
    }
    if (host->bug_count == REPLAY_BUG_MAX)
        return;
    host->bug[host->bug_count].key = key;
    host->bug[host->bug_count++].count = 1;
}

/* Hands an answer to the trial monitor and books the result. */
static void answer_judge(struct replay *rp, uint32_t cpu, struct replay_host *host,
                         struct host_result result, const struct host_answer *answer,
                         const struct guest_state *honest)
{
    struct resume_outcome out;
    bool same = !result.died && monitor_resume(&rp->trial, cpu, answer, &out) == STATUS_OK &&
                state_equal(&rp->trial.vcpu[cpu].guest, honest);

    if (same) {
        host->equal++;
    } else if (result.verdict == HOST_BUG) {
        bug_count(host, result.bug);
    } else {
        if (host->differs++ == 0)
            host->first_difference = rp->lane[cpu].exit.n;
    }
}

static void frame_check(struct replay *rp, uint32_t cpu, const struct host_world *world,
                        struct replay_host *host, const struct guest_state *honest)
{
    const struct host_view *view = &rp->lane[cpu].outcome.view;
    struct host_answer answer = {0};
    struct host_result result;

    hs_frame_write(view, &rp->twin_frame);
    result = host->model->run_frame(world, view, &rp->twin_frame);
    trial_begin(rp, cpu);
    (void)hs_frame_read(&rp->twin_frame,
                        &answer); /* no handle: answer.handle is 0, and the resume refuses it */
    answer_judge(rp, cpu, host, result, &answer, honest);
}

static void page_check(struct replay *rp, uint32_t cpu, const struct host_world *world,
                       struct replay_host *host, const struct guest_state *honest)
{
    struct host_answer answer;
    struct host_result result;

    nacl_page_write(&rp->lane[cpu].outcome.view, &rp->twin_page, &rp->twin_page_trap);
    result = host->model->run_page(world, &rp->twin_page, &rp->twin_page_trap);
    trial_begin(rp, cpu);
    nacl_page_read(&rp->trial, cpu, &rp->twin_page, &answer);
    answer_judge(rp, cpu, host, result, &answer, honest);
}

bool crosshost_suffices(struct replay *rp, uint32_t cpu, struct recorded *recorded)
{
    const struct host_view *view = &rp->lane[cpu].outcome.view;
    const struct host_model *kvm = host_find("kvm");
    struct host_world world = recorded_world(recorded);
    struct host_result result;

    hs_frame_write(view, &rp->twin_frame);
    recorded->misled = false;
    result = kvm->run_frame(&world, view, &rp->twin_frame);
    return !result.died && !recorded->misled &&
           (rp->twin_frame.sepc == view->handle + HANDLE_DONE) == recorded->advanced;
}

void crosshost_check(struct replay *rp, uint32_t cpu, struct recorded *recorded,
                     const struct guest_state *honest)
{
    struct host_world world = recorded_world(recorded);
    const bool page = page_can_tell(rp, cpu, recorded->advanced);

    for (uint32_t i = 0; i < rp->options->host_count; i++) {
        struct replay_host *host = &rp->report->host[i];

        if (host->model->run_frame)
            frame_check(rp, cpu, &world, host, honest);
        if (host->model->run_page && page)
            page_check(rp, cpu, &world, host, honest);
    }
}
