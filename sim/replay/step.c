/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/step.c — one recorded exit, from trap to verdicts. Start reading here. */
#include "replay/engine.h"

/* A recording may begin in the middle: a vCPU that traps was evidently running, so the VM becomes
 * confidential here. */
static void vcpu_take_over(struct replay *rp, uint32_t cpu, const struct guest_state *running)
{
    struct vcpu *vcpu = &rp->mon.vcpu[cpu];

    if (vcpu->life == VCPU_RUNNING)
        return;
    if (monitor_promote(&rp->mon, cpu, running) == STATUS_OK) {
        rp->report->row[ROW_LIFE_PROMOTE].entries++;
        return;
    }
    monitor_destroy(&rp->mon, cpu); /* the recorded hypervisor runs on where the monitor ended it */
    vcpu->life = VCPU_RUNNING;
}

static bool row_is_unknown(const struct lane *lane)
{
    return lane->outcome.row == ROW_EXC_UNK ||
           (lane->outcome.row == ROW_MMIO_FETCHFAIL && !lane->code.known);
}

static void exit_tally(struct replay *rp, const struct lane *lane)
{
    struct replay_row *row = &rp->report->row[lane->outcome.row];

    row->exits++;
    row->bits_exposed += lane->step.bits_exposed;
    row->inferred += lane->code.inferred;
    rp->report->exits++;
    rp->report->bits_exposed += lane->step.bits_exposed;
    rp->report->bits_total += replay_guest_bits();
    rp->report->inferred += lane->code.inferred;
    rp->report->unknown_rows += row_is_unknown(lane);
    if (lane->step.leaked_items == 0)
        return;
    row->leaks++;
    row->leaked_items |= lane->step.leaked_items;
    rp->report->confidential_violations++;
}

enum status step_exit(struct replay *rp, uint32_t cpu, const struct trace_event *resume,
                      struct diagnostic *diag)
{
    struct lane *lane = &rp->lane[cpu];
    enum status st;

    lane->stepped = true;
    lane->code = code_recover(&lane->exit, resume);
    state_load(rp, &lane->exit, &lane->guest);
    rp->platform.code = lane->code;
    rp->platform.code_pc = lane->guest.pc;
    rp->platform.counter = lane->exit.t;
    rp->platform.random = rp->options->seed ^ lane->exit.n;
    vcpu_take_over(rp, cpu, &lane->guest);

    twin_begin(rp);
    st = monitor_exit(&rp->mon, cpu, &lane->guest, &lane->exit.trap, &lane->outcome);
    if (st != STATUS_OK)
        return diagnostic_set(diag, st, "replay", 0, 0,
                              "event %llu: the monitor could not take the exit (status %d)",
                              (unsigned long long)lane->exit.n, (int)st);
    lane->step =
        (struct replay_step){.exit = &lane->exit, .guest = &lane->guest, .outcome = &lane->outcome};
    lane->step.inferred = lane->code.inferred;
    lane->step.bits_exposed = tally_bits(rp->options->spec, &lane->outcome, lane);
    if (lane->outcome.route == ROUTE_HOST) {
        hs_frame_write(&lane->outcome.view, &rp->frame);
        nacl_page_write(&lane->outcome.view, &rp->page, &rp->page_trap);
    }
    lane->step.leaked_items = twin_leaks(rp, cpu);
    lane->step.leaked = lane->step.leaked_items != 0;
    exit_tally(rp, lane);
    return STATUS_OK;
}

static void step_report(struct replay *rp, struct lane *lane)
{
    if (rp->options->on_step)
        rp->options->on_step(rp->options->context, &lane->step);
    lane->waiting = lane->stepped = false;
    lane->vmm_reason = 0;
}

static void mismatch_note(struct replay *rp, uint64_t n)
{
    rp->report->mismatches++;
    if (!rp->report->has_mismatch)
        rp->report->first_mismatch = n;
    rp->report->has_mismatch = true;
}

/* Books how the guest went on. */
static void verdict_tally(struct replay *rp, struct replay_row *row, uint64_t n,
                          enum replay_reason reason, bool mismatch)
{
    if (mismatch) {
        row->mismatches++;
        mismatch_note(rp, n);
    } else if (reason == REASON_NONE) {
        rp->report->equal++;
    } else {
        row->explained[reason]++;
        rp->report->explained[reason]++;
    }
}

/* The recorded hypervisor through the shared page: the guest must end as through the registers. */
static void page_compare(struct replay *rp, uint32_t cpu, const struct recorded *recorded,
                         const struct guest_state *next)
{
    struct host_answer answer;
    struct resume_outcome out;

    if (!page_can_tell(rp, cpu, recorded->advanced))
        return;
    nacl_page_write(&rp->lane[cpu].outcome.view, &rp->page, &rp->page_trap);
    recorded_run_page(recorded, &rp->page);
    trial_begin(rp, cpu);
    nacl_page_read(&rp->trial, cpu, &rp->page, &answer);
    if (monitor_resume(&rp->trial, cpu, &answer, &out) != STATUS_OK ||
        !state_equal(&rp->trial.vcpu[cpu].guest, next))
        rp->report->encoding_differences++;
}

/* The host's side of an exit: honest answer, hostile copies, other models; then the real resume. */
static bool host_answer(struct replay *rp, uint32_t cpu, struct recorded *recorded,
                        struct host_answer *answer)
{
    struct lane *lane = &rp->lane[cpu];
    struct replay_row *row = &rp->report->row[lane->outcome.row];
    struct guest_state next;
    struct resume_outcome out;
    uint64_t refused = 0, breached;

    hs_frame_write(&lane->outcome.view, &rp->frame);
    recorded_run_frame(recorded, &rp->frame);
    if (hs_frame_read(&rp->frame, answer) != STATUS_OK)
        return false;
    trial_begin(rp, cpu);
    if (monitor_resume(&rp->trial, cpu, answer, &out) != STATUS_OK)
        return false;
    next = rp->trial.vcpu[cpu].guest;
    breached = hostile_breaches(rp, cpu, &next, &refused);
    page_compare(rp, cpu, recorded, &next);
    crosshost_check(rp, cpu, recorded, &next);
    (void)monitor_resume(&rp->mon, cpu, answer, &out); /* as on the trial */

    row->accepted += out.accepted;
    row->refused += refused;
    rp->report->integral_refused += refused;
    lane->step.breached = breached != 0;
    if (breached) {
        row->breaches++;
        row->breached_items |= breached;
        rp->report->integral_violations++;
    }
    return true;
}

void step_resume(struct replay *rp, uint32_t cpu, const struct trace_event *resume)
{
    struct lane *lane = &rp->lane[cpu];
    struct replay_row *row = &rp->report->row[lane->outcome.row];
    struct recorded recorded;
    struct host_answer answer;
    bool answered = true, mismatch = true;
    enum replay_reason reason = REASON_NONE;

    recorded_of(rp->options->reference, lane, resume, &recorded);
    lane->step.resume = resume;
    if (lane->outcome.route == ROUTE_HOST) {
        answered = host_answer(rp, cpu, &recorded, &answer);
        lane->step.answer = answered ? &answer : NULL;
        lane->step.recorded = &recorded;
    }
    if (answered && lane->outcome.route == ROUTE_HOST && !lane->step.inferred &&
        !crosshost_suffices(rp, cpu, &recorded)) {
        lane->step.starved = true;
        row->starved++;
        rp->report->starved++;
    }
    if (answered) {
        reason = explain_difference(rp, lane, resume, &rp->mon.vcpu[cpu].guest, &mismatch);
        lane->step.next = &rp->mon.vcpu[cpu].guest;
    }
    lane->step.reason = reason;
    lane->step.mismatch = mismatch;
    verdict_tally(rp, row, lane->exit.n, reason, mismatch);
    if (lane->outcome.row == ROW_SBI_COVG) { /* the guest changed its map */
        map_copy(&rp->twin, &rp->mon);
        map_copy(&rp->trial, &rp->mon);
    }
    step_report(rp, lane);
}

void step_unanswered(struct replay *rp, uint32_t cpu)
{
    rp->report->unanswered++;
    step_report(rp, &rp->lane[cpu]);
}

void step_entry(struct replay *rp, uint32_t cpu, const struct trace_event *resume)
{
    struct vcpu *vcpu = &rp->mon.vcpu[cpu];
    struct host_answer start = {.handle = vcpu->start_token, .action = HOST_RETRY};
    struct resume_outcome out = {.row = ROW_LIFE_FIRST};
    struct guest_state running;
    enum replay_reason reason;
    bool mismatch;

    if (vcpu->life == VCPU_STARTING) {
        (void)monitor_resume(&rp->mon, cpu, &start, &out);
    } else if (vcpu->life == VCPU_NEW && resume->n == 0) {
        (void)monitor_finalize(&rp->mon, cpu, resume->pc, resume->x[REG_A1]);
    } else { /* there is nothing to hold this entry against */
        state_load(rp, resume, &running);
        vcpu_take_over(rp, cpu, &running);
        return;
    }
    reason = explain_first_entry(out.row, resume, &vcpu->guest, &mismatch);
    rp->report->entries++;
    rp->report->row[out.row].entries++;
    verdict_tally(rp, &rp->report->row[out.row], resume->n, reason, mismatch);
}
