/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/exit.c — a trap from V=1: guest state in, host view out. First everything that can
 * fail, then the commit. */
#include "monitor/internal.h"

static void exit_to_host(struct monitor *mon, uint32_t id, const struct trap *trap,
                         const struct event *event, struct host_view *view)
{
    struct vcpu *vcpu = &mon->vcpu[id];

    view_expose(mon, vcpu, trap, event, view);
    vcpu->pending = (struct pending){
        .row = event->row, .insn = event->insn, .call = event->call, .trap = *trap, .live = true};
    if (event->insn.class == INSN_LOAD || event->insn.class == INSN_STORE)
        view->served_insn = insn_transform(&event->insn, REG_A0);
    vcpu->handle = handle_next(mon);
    vcpu->life = VCPU_EXITED;
    view->handle = vcpu->handle;

    if (event->row == ROW_SBI_HSM_START) {
        view->start_token = start_offer(mon, (uint32_t)vcpu->guest.x[REG_A0], &vcpu->guest);
        vcpu->pending.start_token = view->start_token;
    }
}

/* No answer brings the guest back from here: there is no handle to give one for. */
static void exit_finally(struct monitor *mon, uint32_t id, enum row_id row, struct host_view *view)
{
    monitor_destroy(mon, id);
    if (row == ROW_LIFE_STOP)
        mon->vcpu[id].life = VCPU_STOPPED;
    view->handle = 0;
}

enum status monitor_exit(struct monitor *mon, uint32_t vcpu, const struct guest_state *live,
                         const struct trap *trap, struct exit_outcome *out)
{
    struct event event;
    struct reply reply;
    enum status st;

    memset(&out->view, 0, sizeof out->view);
    if (vcpu >= mon->vcpu_count || mon->vcpu[vcpu].life != VCPU_RUNNING)
        return STATUS_BAD_STATE;
    st = event_classify(mon, live, trap, &event);
    if (st == STATUS_OK && event.route == ROUTE_MONITOR)
        st = reply_prepare(mon, live, trap, &event, &reply);
    if (st != STATUS_OK)
        return st;

    out->row = event.row;
    out->route = event.route;
    mon->vcpu[vcpu].guest = *live;
    mon->vcpu[vcpu].guest.x[REG_ZERO] = 0;
    if (event.route == ROUTE_MONITOR)
        reply_apply(&reply, &event, &mon->vcpu[vcpu].guest);
    else if (event.route == ROUTE_HOST)
        exit_to_host(mon, vcpu, trap, &event, &out->view);
    if (mon->spec->row[event.row].is_final || event.route == ROUTE_NEVER)
        exit_finally(mon, vcpu, event.row, &out->view);
    return STATUS_OK;
}
