/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/diff.c — see diff.h. An event is a row of numbers. A first pass keeps two digests per
 * exit; a second one fetches the few exits that are shown. */
#include "trace/diff.h"

#include <stdlib.h>
#include <string.h>

#include "trace/source.h"

const char *diff_value_name(unsigned index)
{
    static const char *const name[DIFF_VALUES] = {
        "known",   "pc",       "stval",      "htval",   "htinst",    "insn",  "reason",  "errno",
        "sstatus", "hstatus",  "x1",         "x2",      "x3",        "x4",    "x5",      "x6",
        "x7",      "x8",       "x9",         "x10",     "x11",       "x12",   "x13",     "x14",
        "x15",     "x16",      "x17",        "x18",     "x19",       "x20",   "x21",     "x22",
        "x23",     "x24",      "x25",        "x26",     "x27",       "x28",   "x29",     "x30",
        "x31",     "vsstatus", "vsie",       "vstvec",  "vsscratch", "vsepc", "vscause", "vstval",
        "hvip",    "vsatp",    "scounteren", "senvcfg",
    };

    return name[index];
}

/* Fills the row of numbers that is compared; diff.h has its order. */
static void values_fill(uint64_t value[DIFF_VALUES], const struct trace_event *event)
{
    const uint64_t plain[DIFF_PLAIN_VALUES] = {
        event->known,       event->pc,      event->trap.stval, event->trap.htval,
        event->trap.htinst, event->insn,    event->vmm_reason, (uint64_t)event->vmm_errno,
        event->sstatus,     event->hstatus,
    };

    memcpy(value, plain, sizeof plain);
    memcpy(value + DIFF_PLAIN_VALUES, event->x + 1, (GPR_COUNT - 1) * sizeof value[0]);
    memcpy(value + DIFF_PLAIN_VALUES + GPR_COUNT - 1, event->csr, sizeof event->csr);
}

/* splitmix64's finalizer (Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
 * 2014) over digest and value. */
static uint64_t digest_add(uint64_t digest, uint64_t value)
{
    digest = (digest ^ value) + 0x9E3779B97F4A7C15u;
    digest = (digest ^ (digest >> 30)) * 0xBF58476D1CE4E5B9u;
    digest = (digest ^ (digest >> 27)) * 0x94D049BB133111EBu;
    return digest ^ (digest >> 31);
}

static uint64_t digest_event(uint64_t digest, const struct trace_event *event)
{
    uint64_t value[DIFF_VALUES];

    values_fill(value, event);
    digest = digest_add(digest, event->type);
    for (unsigned i = 0; i < DIFF_VALUES; i++)
        digest = digest_add(digest, value[i]);
    return digest;
}

static struct diff_exit *exit_append(struct diff_side *side, const struct trace_event *event)
{
    struct diff_exit *exit;

    if (side->count == side->capacity) {
        size_t capacity = side->capacity ? 2 * side->capacity : 1024;

        exit = realloc(side->exit, capacity * sizeof *exit);
        if (!exit)
            return NULL;
        side->exit = exit;
        side->capacity = capacity;
    }
    exit = &side->exit[side->count];
    *exit = (struct diff_exit){
        .number = side->count++,
        .event = event->n,
        .scause = event->trap.scause,
        .cpu = event->cpu,
        .exit_digest = digest_event(0, event),
        .peer = DIFF_ALONE,
    };
    return exit;
}

enum status diff_read(struct diff_side *side, struct trace_reader *reader, struct diagnostic *diag)
{
    uint64_t last[TRACE_VCPU_MAX]; /* the exit that is being answered, by vCPU */
    const struct trace_event *event;
    enum status st;

    for (size_t i = 0; i < TRACE_VCPU_MAX; i++)
        last[i] = DIFF_ALONE;
    while ((st = trace_next(reader, &event, diag)) == STATUS_OK) {
        struct diff_exit *exit;

        if (event->type == TRACE_NOTE)
            continue;
        if (event->type == TRACE_EXIT) {
            exit = exit_append(side, event);
            if (!exit)
                return diagnostic_set(diag, STATUS_FULL, "diff", 0, 0, "out of memory");
            last[event->cpu] = exit->number;
        } else if (last[event->cpu] != DIFF_ALONE) {
            exit = &side->exit[last[event->cpu]];
            exit->answer_digest = digest_event(exit->answer_digest, event);
        }
    }
    return st == STATUS_END ? STATUS_OK : st;
}

/* By vCPU, cause, and position. */
static int exit_compare_key(const struct diff_exit *a, const struct diff_exit *b)
{
    if (a->cpu != b->cpu)
        return a->cpu < b->cpu ? -1 : 1;
    if (a->scause != b->scause)
        return a->scause < b->scause ? -1 : 1;
    return 0;
}

static int exit_compare_place(const void *left, const void *right)
{
    const struct diff_exit *a = left, *b = right;
    int key = exit_compare_key(a, b);

    return key ? key : (a->number > b->number) - (a->number < b->number);
}

static int exit_compare_number(const void *left, const void *right)
{
    const struct diff_exit *a = left, *b = right;

    return (a->number > b->number) - (a->number < b->number);
}

static void side_sort(struct diff_side *side, int (*compare)(const void *, const void *))
{
    if (side->count > 0)
        qsort(side->exit, side->count, sizeof *side->exit, compare);
}

static void side_number_ordinals(struct diff_side *side)
{
    side_sort(side, exit_compare_place);
    for (size_t i = 0; i < side->count; i++) {
        struct diff_exit *exit = &side->exit[i];

        exit->ordinal = i > 0 && exit_compare_key(&exit[-1], exit) == 0 ? exit[-1].ordinal + 1 : 0;
    }
}

static int exit_compare_ordinal(const struct diff_exit *a, const struct diff_exit *b)
{
    int key = exit_compare_key(a, b);

    return key ? key : (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

static void exits_join(struct diff_exit *a, struct diff_exit *b, struct diff_totals *totals)
{
    a->peer = b->number;
    b->peer = a->number;
    a->differs = b->differs =
        a->exit_digest != b->exit_digest || a->answer_digest != b->answer_digest;
    totals->aligned++;
    totals->different += a->differs;
}

struct diff_totals diff_align(struct diff_side *a, struct diff_side *b)
{
    struct diff_totals totals = {0};

    side_number_ordinals(a);
    side_number_ordinals(b);
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        int order = exit_compare_ordinal(&a->exit[i], &b->exit[j]);

        if (order == 0)
            exits_join(&a->exit[i], &b->exit[j], &totals);
        i += order <= 0;
        j += order >= 0;
    }
    totals.alone[0] = a->count - totals.aligned;
    totals.alone[1] = b->count - totals.aligned;
    side_sort(a, exit_compare_number);
    side_sort(b, exit_compare_number);
    return totals;
}

void diff_free(struct diff_side *side)
{
    free(side->exit);
    *side = (struct diff_side){0};
}

/* The pick of this number, or NULL. */
static struct diff_pick *pick_find(struct diff_pick *pick, size_t count, uint64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (pick[i].number == number)
            return &pick[i];
    return NULL;
}

static void pick_fill(struct diff_pick *pick, const struct trace_event *event)
{
    static const enum diff_part part[] = {DIFF_EXIT, DIFF_RESUME,
                                          DIFF_VMM}; /* by enum trace_event_type */

    values_fill(pick->value[part[event->type]], event);
    pick->vmm_count += event->type == TRACE_VMM;
}

enum status diff_pick_read(struct diff_pick *pick, size_t count, struct trace_reader *reader,
                           struct diagnostic *diag)
{
    struct diff_pick *open[TRACE_VCPU_MAX] = {0}; /* what the events of a vCPU belong to */
    uint64_t exits = 0;
    const struct trace_event *event;
    enum status st;

    while ((st = trace_next(reader, &event, diag)) == STATUS_OK) {
        if (event->type == TRACE_NOTE)
            continue;
        if (event->type == TRACE_EXIT)
            open[event->cpu] = pick_find(pick, count, exits++);
        if (open[event->cpu])
            pick_fill(open[event->cpu], event);
    }
    return st == STATUS_END ? STATUS_OK : st;
}
