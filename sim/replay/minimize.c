/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/minimize.c — see minimize.h. For each exit the models answer the view as it is, and
 * again with one item changed; the difference between the two is what the item was good for. */
#include "replay/minimize.h"

#include <stdlib.h>
#include <string.h>

#include "replay/engine.h"
#include "replay/minimize_calls.h"
#include "spec/spec.h"

/* While a row has been met this seldom, every bit of an item is flipped by itself; from then on one
 * bit per exit, in turn. */
enum { THOROUGH_EXITS = 64 };

enum encoding { ENCODING_FRAME, ENCODING_PAGE, ENCODING_COUNT };

/* What a model made of a view: everything that leaves the hypervisor. */
struct reaction {
    uint64_t calls; /* digest of what it asked of devices, user space and services */
    struct host_answer found, left; /* the slots before and after it ran */
    const char *bug;
    bool died;
};

/* One exit under examination. */
struct subject {
    const struct minimize_options *options;
    const struct replay_step *step;
    const struct exposure_row *row;
    const struct sbi_call *call; /* NULL: no SBI call, or none of the table */
    struct insn insn;
    bool has_page;    /* the page can carry the recorded answer */
    uint64_t ordinal; /* exits of this row that came before */
    struct reaction honest[REPLAY_HOST_MAX][ENCODING_COUNT];
};

static unsigned slot_of(const struct subject *subject, unsigned slot)
{
    if (slot == ITEM_RD)
        return subject->insn.rd;
    if (slot == ITEM_RS2)
        return subject->insn.rs2;
    return slot;
}

static bool row_advances(const struct exposure_row *row)
{
    return row->pc != PC_SAME;
}

static void react_frame(const struct host_model *model, const struct host_view *view,
                        struct call_log *log, struct reaction *reaction)
{
    const struct host_world world = call_log_world(log);
    struct hs_frame frame;
    struct host_result result;

    hs_frame_write(view, &frame);
    memset(&reaction->left, 0, sizeof reaction->left);
    (void)hs_frame_read(&frame, &reaction->found);
    result = model->run_frame(&world, view, &frame);
    (void)hs_frame_read(&frame, &reaction->left); /* no handle any more: nothing is left */
    reaction->bug = result.bug;
    reaction->died = result.died;
}

static void react_page(const struct host_model *model, const struct host_view *view,
                       struct call_log *log, struct reaction *reaction)
{
    static const struct monitor nobody = {.vcpu_count = 0}; /* the call would name the vCPU */
    const struct host_world world = call_log_world(log);
    struct nacl_page page;
    struct nacl_trap trap;
    struct host_result result;

    nacl_page_write(view, &page, &trap);
    nacl_page_read(&nobody, 0, &page, &reaction->found);
    result = model->run_page(&world, &page, &trap);
    nacl_page_read(&nobody, 0, &page, &reaction->left);
    reaction->bug = result.bug;
    reaction->died = result.died;
}

/* False: the model has no such encoding, or the exit none. */
static bool react(const struct subject *subject, const struct host_model *model,
                  enum encoding encoding, const struct host_view *view, struct reaction *reaction)
{
    struct recorded recorded = *subject->step->recorded;
    const struct host_world world = recorded_world(&recorded);
    struct call_log log = {.inner = &world};

    if (encoding == ENCODING_FRAME && model->run_frame)
        react_frame(model, view, &log, reaction);
    else if (encoding == ENCODING_PAGE && model->run_page && subject->has_page)
        react_page(model, view, &log, reaction);
    else
        return false;
    reaction->calls = log.digest;
    return true;
}

/* A slot that the hypervisor did not touch carries its own change back: that is no use of it. */
static bool slot_equal(const struct reaction *a, const struct reaction *b, unsigned slot)
{
    bool untouched =
        a->left.slot[slot] == a->found.slot[slot] && b->left.slot[slot] == b->found.slot[slot];

    return untouched || a->left.slot[slot] == b->left.slot[slot];
}

static bool reaction_equal(const struct subject *subject, const struct reaction *a,
                           const struct reaction *b)
{
    bool same_bug = a->bug && b->bug ? strcmp(a->bug, b->bug) == 0 : a->bug == b->bug;

    if (a->calls != b->calls || !same_bug || a->died != b->died ||
        a->left.action != b->left.action || a->left.handle != b->left.handle)
        return false;
    for (unsigned i = 0; i < subject->row->write_count; i++) {
        const struct accept_item *item =
            &subject->options->spec->writes[subject->row->first_write + i];

        if (!slot_equal(a, b, slot_of(subject, item->slot)))
            return false;
    }
    return true;
}

/* Some model behaves differently with this view. */
static bool view_matters(const struct subject *subject, const struct host_view *view)
{
    const struct minimize_options *options = subject->options;
    struct reaction now;

    for (uint32_t i = 0; i < options->host_count; i++)
        for (unsigned e = 0; e < ENCODING_COUNT; e++)
            if (react(subject, options->host[i], (enum encoding)e, view, &now) &&
                !reaction_equal(subject, &now, &subject->honest[i][e]))
                return true;
    return false;
}

static bool flip_matters(const struct subject *subject, unsigned slot, uint64_t bits_flipped)
{
    struct host_view view = subject->step->outcome->view;

    view.slot[slot] ^= bits_flipped;
    return view_matters(subject, &view);
}

/* The bits of a slot that a row exposes: all at once, all cleared, then each by itself. */
static bool slot_matters(const struct subject *subject, unsigned slot, uint64_t mask)
{
    uint64_t value = subject->step->outcome->view.slot[slot] & mask;
    unsigned count = (unsigned)__builtin_popcountll(mask), index = 0;

    if (mask == 0 || slot == ITEM_X0)
        return false;
    if (flip_matters(subject, slot, mask) || (value && flip_matters(subject, slot, value)))
        return true;
    for (uint64_t rest = mask; rest; rest &= rest - 1, index++)
        if ((subject->ordinal < THOROUGH_EXITS || index == subject->ordinal % count) &&
            flip_matters(subject, slot, rest & -rest))
            return true;
    return false;
}

static bool args_matter(const struct subject *subject)
{
    for (unsigned i = 0; subject->call && i < SBI_ARG_MAX; i++)
        if (bit(subject->call->expose, i) && subject->call->type[i] != SBI_GVA &&
            slot_matters(subject, ITEM_A0 + i,
                         width_mask(sbi_type_bits(subject->call->type[i]) / 8)))
            return true;
    return false;
}

static bool whole_state_matters(const struct subject *subject, unsigned item)
{
    struct host_view view = subject->step->outcome->view;

    if (item == ITEM_FP)
        memset(&view.fp, 0x5a, sizeof view.fp);
    else
        memset(&view.vec, 0x5a, sizeof view.vec);
    return view_matters(subject, &view);
}

static bool item_matters(const struct subject *subject, const struct expose_item *item)
{
    unsigned width = subject->insn.width_bytes;
    uint64_t mask = item->mask;

    if (item->source == ITEM_SBI_ARGS)
        return args_matter(subject);
    if (item->source == ITEM_FP || item->source == ITEM_VECTOR)
        return whole_state_matters(subject, item->source);
    if (item->narrow == NARROW_CANON32)
        mask &= width_mask(4);
    else if (item->narrow == NARROW_WIDTH)
        mask &= width >= 1 && width <= 8 ? width_mask(width) : 0;
    return slot_matters(subject, slot_of(subject, item->slot), mask);
}

/* The recorded hypervisor, which had the guest's own registers before it, changed this one. */
static bool target_changed(const struct subject *subject, unsigned target)
{
    const struct trace_event *exit = subject->step->exit, *resume = subject->step->resume;
    unsigned item = slot_of(subject, target);

    if (item <= ITEM_X31)
        return exit->x[item] != resume->x[item];
    return item == ITEM_HVIP && exit->csr[TCSR_HVIP] != resume->csr[TCSR_HVIP];
}

/* The recorded answer carries something in the slot, or the recording shows that it was for the
 * target. */
static bool write_used(const struct subject *subject, const struct accept_item *item)
{
    const struct replay_step *step = subject->step;
    const struct host_answer *answer = step->answer;
    unsigned slot = slot_of(subject, item->slot);

    if (item->target != ITEM_HVIP && answer->action != HOST_DONE && row_advances(subject->row))
        return false;
    return ((answer->slot[slot] ^ step->outcome->view.slot[slot]) & item->mask) != 0 ||
           target_changed(subject, item->target);
}

static void item_found(struct minimize_item *item, uint64_t n)
{
    item->needed = true;
    item->first = n;
}

static void subject_init(struct subject *subject, const struct minimize_options *options,
                         const struct replay_step *step)
{
    const struct code code = code_recover(step->exit, step->resume);

    subject->options = options;
    subject->step = step;
    subject->call = NULL;
    subject->row = &options->spec->row[step->outcome->row];
    subject->insn = code_insn(&code);
    if (step->exit->trap.scause == EXC_SUPERVISOR_SYSCALL)
        subject->call = guest_call(options->spec, step->guest);
    subject->has_page = step->recorded->advanced == row_advances(subject->row);
    for (uint32_t i = 0; i < options->host_count; i++)
        for (unsigned e = 0; e < ENCODING_COUNT; e++)
            (void)react(subject, options->host[i], (enum encoding)e, &step->outcome->view,
                        &subject->honest[i][e]);
}

void minimize_step(const struct minimize_options *options, const struct replay_step *step,
                   struct minimize_report *report)
{
    const struct exposure *spec = options->spec;
    struct subject subject;

    if (step->outcome->route != ROUTE_HOST || !step->recorded || !step->next)
        return;
    subject_init(&subject, options, step);
    subject.ordinal = report->exits[step->outcome->row]++;
    for (unsigned i = 0; i < subject.row->read_count; i++) {
        unsigned index = subject.row->first_read + i;

        if (!report->read[index].needed && item_matters(&subject, &spec->reads[index]))
            item_found(&report->read[index], step->exit->n);
    }
    for (unsigned i = 0; i < subject.row->write_count; i++) {
        unsigned index = subject.row->first_write + i;

        if (!report->write[index].needed && write_used(&subject, &spec->writes[index]))
            item_found(&report->write[index], step->exit->n);
    }
}

/* Context of the replay's callback. */
struct minimize_run {
    const struct minimize_options *options;
    struct minimize_report *report;
};

static void run_step(void *context, const struct replay_step *step)
{
    const struct minimize_run *run = context;

    minimize_step(run->options, step, run->report);
}

enum status minimize_trace(const char *path, const struct minimize_options *options,
                           struct minimize_report *report, struct diagnostic *diag)
{
    struct minimize_run run = {.options = options, .report = report};
    const struct replay_options replay = {
        .spec = options->spec,
        .reference = options->spec,
        .seed = options->seed,
        .on_step = run_step,
        .context = &run,
    };
    struct replay_report *verdicts = calloc(1, sizeof *verdicts); /* not asked for here */
    enum status st;

    if (!verdicts)
        return diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
    st = replay_trace(path, &replay, verdicts, diag);
    free(verdicts);
    return st;
}

uint64_t minimize_unneeded(const struct exposure *spec, const struct minimize_report *report)
{
    uint64_t count = 0;

    for (unsigned r = 0; r < ROW_COUNT; r++) {
        const struct exposure_row *row = &spec->row[r];

        if (report->exits[r] == 0)
            continue;
        for (unsigned i = 0; i < row->read_count; i++)
            count += !report->read[row->first_read + i].needed;
        for (unsigned i = 0; i < row->write_count; i++)
            count += !report->write[row->first_write + i].needed;
    }
    return count;
}
