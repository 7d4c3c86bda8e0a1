/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/replay_step.c — one exit in full, in four columns, and as lines of an event stream. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/replay_view.h"
#include "spec/spec.h"

enum { CELL_BYTES = 24 };

static void cell(FILE *to, bool present, uint64_t value, bool strong)
{
    char text[CELL_BYTES] = ".";

    if (present)
        snprintf(text, sizeof text, "0x%" PRIx64, value);
    fprintf(to, " %s%-20s%s", strong && cli_color() ? "\033[1m" : "", text,
            strong && cli_color() ? "\033[0m" : "");
}

/* An item of the guest before and after; false: the guest has no such register. */
static bool guest_item(const struct guest_state *guest, unsigned item, uint64_t *value)
{
    *value = 0;
    if (!guest)
        return false;
    if (item <= ITEM_X31)
        *value = guest->x[item];
    else if (item == ITEM_MODE)
        *value = guest->mode;
    else if (item >= ITEM_VSSTATUS)
        *value = guest->csr[item - ITEM_VSSTATUS];
    else
        return false;
    return true;
}

static uint64_t trap_item(const struct trap *trap, unsigned item)
{
    switch (item) {
    case ITEM_SCAUSE:
        return trap->scause;
    case ITEM_STVAL:
        return trap->stval;
    case ITEM_HTVAL:
        return trap->htval;
    default:
        return trap->htinst;
    }
}

/* One line: the item in the guest, in the registers the host found and left, and in the guest
 * after. */
static void item_print(FILE *to, const struct replay_step *step, const struct host_answer *shown,
                       unsigned item)
{
    bool host = step->outcome->route == ROUTE_HOST;
    bool is_trap = item >= ITEM_SCAUSE && item <= ITEM_HTINST;
    uint64_t before, after, saw = host ? shown->slot[item] : 0;
    bool has_before = guest_item(step->guest, item, &before);
    bool has_after = guest_item(step->next, item, &after);
    bool wrote = step->answer && host && !is_trap && step->answer->slot[item] != saw;

    if (is_trap) {
        before = trap_item(&step->exit->trap, item);
        has_before = true;
    }
    if (before == 0 && saw == 0 && !wrote && (!has_after || after == 0))
        return;
    fprintf(to, "%-11s", item_name(item));
    cell(to, has_before, before, false);
    cell(to, host && saw != 0, saw, true);
    cell(to, wrote, wrote ? step->answer->slot[item] : 0, true);
    cell(to, has_after, after, has_before && after != before);
    fputc('\n', to);
}

/* The pc: the host sees a handle and says with its low bits what it did. */
static void pc_print(FILE *to, const struct replay_step *step)
{
    static const uint64_t offset[] = {
        [HOST_RETRY] = 0, [HOST_DONE] = HANDLE_DONE, [HOST_INJECT] = HANDLE_INJECT};
    bool host = step->outcome->route == ROUTE_HOST;
    uint64_t after = step->next ? step->next->pc : 0;

    fprintf(to, "%-11s", "pc");
    cell(to, true, step->guest->pc, false);
    cell(to, host, step->outcome->view.handle, true);
    cell(to, step->answer != NULL,
         step->answer ? step->answer->handle + offset[step->answer->action] : 0, true);
    cell(to, step->next != NULL, after, after != step->guest->pc);
    fputc('\n', to);
}

/* The view as the frame holds it, in the form of an answer. */
static void view_shown(const struct host_view *view, struct host_answer *shown)
{
    struct hs_frame frame;

    hs_frame_write(view, &frame);
    memset(shown, 0, sizeof *shown);
    (void)hs_frame_read(&frame, shown); /* a stopped vCPU has no handle: nothing was shown */
    for (unsigned i = ITEM_SCAUSE; i <= ITEM_HTINST; i++)
        shown->slot[i] = view->slot[i];
}

void replay_print_step(FILE *to, const struct replay_step *step)
{
    const char *cause = cause_name(step->exit->trap.scause);
    struct host_answer shown;

    view_shown(&step->outcome->view, &shown);
    fprintf(to, "exit %" PRIu64 "  vCPU %u  t=%" PRIu64 " ns  %s  row %s%s  answered by the %s\n\n",
            step->exit->n, step->exit->cpu, step->exit->t, cause ? cause : "?",
            row_name(step->outcome->row), step->inferred ? " (inferred)" : "",
            step->outcome->route == ROUTE_HOST ? "host" : "monitor");
    fprintf(to, "%-11s %-20s %-20s %-20s %-20s\n", "", "guest", "host saw", "host wrote",
            "guest after");
    pc_print(to, step);
    for (unsigned i = ITEM_MODE; i < ITEM_SLOT_COUNT; i++)
        item_print(to, step, &shown, i);
    for (unsigned i = 1; i <= ITEM_X31; i++)
        item_print(to, step, &shown, i);
    if (step->outcome->route == ROUTE_HOST)
        fputs("\npc: the host holds a handle, +4 says \"done\"; vsstatus and vstvec: constants; "
              "F and V: hidden whole\n",
              to);
    else
        fputs("\nthe host does not learn of this exit\n", to);
    if (!step->resume)
        fputs("the recording ends here: no resume follows\n", to);
    else if (step->mismatch)
        fputs("differs from the recording, no reason known\n", to);
    else
        fprintf(to, "%s: %s\n", replay_reason_key(step->reason), replay_reason_text(step->reason));
    if (step->starved)
        fputs("STARVED: the hypervisor cannot do its work with what it was shown\n", to);
    if (step->leaked) {
        fputs("LEAK:", to);
        replay_print_items(to, step->leaked_items, 5);
    }
}

static json_t *hex(uint64_t value)
{
    return json_sprintf("0x%" PRIx64, value);
}

static json_t *gprs_json(const uint64_t *x, const uint64_t *base)
{
    json_t *object = json_object();
    char name[8];

    for (unsigned i = 1; i < GPR_COUNT; i++) {
        if (x[i] == (base ? base[i] : 0))
            continue;
        snprintf(name, sizeof name, "x%u", i);
        json_object_set_new(object, name, hex(x[i]));
    }
    return object;
}

static json_t *event_json(const struct replay_step *step, uint64_t *n, const char *ev)
{
    json_t *object = json_object();

    json_object_set_new(object, "n", json_integer((json_int_t)(*n)++));
    json_object_set_new(object, "t", json_integer((json_int_t)step->exit->t));
    json_object_set_new(object, "cpu", json_integer(step->exit->cpu));
    json_object_set_new(object, "ev", json_string(ev));
    json_object_set_new(object, "row", json_string(row_name(step->outcome->row)));
    return object;
}

/* Frees object. */
static enum status line_write(struct file_out *to, json_t *object, struct diagnostic *diag)
{
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    enum status st = text ? file_out_write(to, text, strlen(text), diag) : STATUS_IO;

    if (st == STATUS_OK)
        st = file_out_write(to, "\n", 1, diag);
    free(text);
    json_decref(object);
    return st;
}

static json_t *view_csrs_json(const struct host_view *view)
{
    json_t *object = json_object();

    for (unsigned i = ITEM_PC; i < ITEM_SLOT_COUNT; i++)
        if (view->slot[i])
            json_object_set_new(object, item_name(i), hex(view->slot[i]));
    return object;
}

static json_t *exit_json(const struct replay_step *step, uint64_t *n)
{
    json_t *object = event_json(step, n, "exit");
    const char *cause = cause_name(step->exit->trap.scause);

    json_object_set_new(object, "exit", json_integer((json_int_t)step->exit->n));
    json_object_set_new(object, "cause", cause ? json_string(cause) : json_null());
    json_object_set_new(object, "pc", hex(step->guest->pc));
    json_object_set_new(object, "gpr", gprs_json(step->guest->x, NULL));
    json_object_set_new(object, "inferred", json_boolean(step->inferred));
    return object;
}

static json_t *expose_json(const struct replay_step *step, uint64_t *n)
{
    json_t *object = event_json(step, n, "expose");

    json_object_set_new(object, "exit", json_integer((json_int_t)step->exit->n));
    json_object_set_new(object, "to", json_string("hv"));
    json_object_set_new(object, "gpr", gprs_json(step->outcome->view.slot, NULL));
    json_object_set_new(object, "csr", view_csrs_json(&step->outcome->view));
    json_object_set_new(object, "bits", json_integer((json_int_t)step->bits_exposed));
    json_object_set_new(object, "leaked", json_boolean(step->leaked));
    return object;
}

static json_t *resume_json(const struct replay_step *step, uint64_t *n)
{
    json_t *object = event_json(step, n, "resume");

    json_object_set_new(object, "exit", json_integer((json_int_t)step->exit->n));
    json_object_set_new(object, "write",
                        step->answer ? gprs_json(step->answer->slot, step->outcome->view.slot)
                                     : json_object());
    json_object_set_new(object, "changed",
                        step->next ? gprs_json(step->next->x, step->guest->x) : json_object());
    json_object_set_new(object, "pc", step->next ? hex(step->next->pc) : json_null());
    json_object_set_new(object, "verdict",
                        json_string(step->mismatch ? "mismatch" : replay_reason_key(step->reason)));
    return object;
}

enum status replay_print_events(struct file_out *to, const struct replay_step *step, uint64_t *n,
                                struct diagnostic *diag)
{
    enum status st = line_write(to, exit_json(step, n), diag);

    if (st == STATUS_OK && step->outcome->route == ROUTE_HOST)
        st = line_write(to, expose_json(step, n), diag);
    if (st == STATUS_OK && step->resume)
        st = line_write(to, resume_json(step, n), diag);
    return st;
}
