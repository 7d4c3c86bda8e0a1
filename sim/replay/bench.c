/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/bench.c — see bench.h. */
#include "replay/bench.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "replay/engine.h"

enum { BENCH_SEED = 0x1d, CSR_HVIP = 0x645 };

/* One exit and what it takes to answer it. */
struct held {
    struct guest_state guest;
    struct trap trap;
    struct code code;
    uint64_t counter;
    struct host_answer answer; /* of a row that the host answers */
    bool done;                 /* the host completed the operation */
};

struct bench_exits {
    struct monitor mon;
    struct replay_platform platform;
    struct hs_frame frame;
    struct nacl_page page;
    struct nacl_trap page_trap;
    struct held *held;
    uint64_t count, limit;
};

double bench_cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Can be taken again and again, through every encoding: the vCPU runs on, nothing but the vCPU
 * changes, and where the host answers it did the whole of what the row is about. */
static bool step_repeats(const struct bench_exits *exits, const struct replay_step *step)
{
    enum row_id row = step->outcome->row;
    bool completes = exits->mon.spec->row[row].pc != PC_SAME;

    if (!step->next || row == ROW_SBI_HSM_START || row == ROW_SBI_HSM_SUSP || row == ROW_SBI_COVG)
        return false;
    return step->outcome->route == ROUTE_MONITOR ||
           (step->recorded && step->recorded->advanced == completes);
}

static void hold_step(void *context, const struct replay_step *step)
{
    struct bench_exits *exits = context;
    struct held *held = &exits->held[exits->count];

    if (exits->count == exits->limit || !step_repeats(exits, step))
        return;
    *held = (struct held){
        .guest = *step->guest,
        .trap = step->exit->trap,
        .code = code_recover(step->exit, step->resume),
        .counter = step->exit->t,
    };
    if (step->recorded) {
        held->answer = *step->answer;
        held->done = step->recorded->advanced;
    }
    exits->count++;
}

static enum status machine_init(struct bench_exits *exits, const char *path,
                                const struct exposure *spec, struct diagnostic *diag)
{
    struct trace_reader *reader = trace_open(path, diag);
    const struct trace_header *header;
    enum status st;

    if (!reader)
        return STATUS_BAD_INPUT;
    header = trace_header(reader);
    replay_platform_init(&exits->platform);
    st = monitor_init(&exits->mon, spec, &exits->platform.base, header->vcpus);
    for (uint32_t i = 0; i < header->region_count && st == STATUS_OK; i++)
        st = monitor_set_region(&exits->mon, header->region[i]);
    exits->mon.hvip_allow = header->hvip_allow;
    trace_close(reader);
    return st == STATUS_OK ? st
                           : diagnostic_set(diag, STATUS_BAD_INPUT, path, 1, 0,
                                            "guest memory map or vCPU count does not fit");
}

static enum status traces_hold(struct bench_exits *exits, char *const *traces, unsigned trace_count,
                               const struct exposure *spec, struct diagnostic *diag)
{
    const struct replay_options options = {
        .spec = spec,
        .reference = spec,
        .seed = BENCH_SEED,
        .on_step = hold_step,
        .context = exits,
    };
    struct replay_report *report = calloc(1, sizeof *report);
    enum status st = report ? machine_init(exits, traces[0], spec, diag) : STATUS_IO;

    if (!report)
        diagnostic_set(diag, st, traces[0], 0, 0, "out of memory");
    for (unsigned i = 0; i < trace_count && st == STATUS_OK && exits->count < exits->limit; i++)
        st = replay_trace(traces[i], &options, report, diag);
    free(report);
    if (st == STATUS_OK && exits->count == 0)
        st = diagnostic_set(diag, STATUS_BAD_INPUT, traces[0], 0, 0,
                            "no exit that can be repeated; expected at least one");
    return st;
}

struct bench_exits *bench_hold(char *const *traces, unsigned trace_count,
                               const struct exposure *spec, uint64_t limit, enum status *status,
                               struct diagnostic *diag)
{
    struct bench_exits *exits = calloc(1, sizeof *exits);

    if (exits)
        exits->held = calloc(limit, sizeof *exits->held);
    if (!exits || !exits->held) {
        *status = diagnostic_set(diag, STATUS_IO, traces[0], 0, 0, "out of memory");
        bench_release(exits);
        return NULL;
    }
    exits->limit = limit;
    *status = traces_hold(exits, traces, trace_count, spec, diag);
    if (*status == STATUS_OK)
        return exits;
    bench_release(exits);
    return NULL;
}

uint64_t bench_held(const struct bench_exits *exits)
{
    return exits->count;
}

void bench_release(struct bench_exits *exits)
{
    if (exits)
        free(exits->held);
    free(exits);
}

/* The way of an answer from the view to the monitor. */
typedef enum status answer_run(struct bench_exits *exits, const struct held *held,
                               const struct exit_outcome *outcome, struct host_answer *answer);

static enum status answer_bare(struct bench_exits *exits, const struct held *held,
                               const struct exit_outcome *outcome, struct host_answer *answer)
{
    (void)exits;
    *answer = held->answer;
    answer->handle = outcome->view.handle;
    return STATUS_OK;
}

static enum status answer_frame(struct bench_exits *exits, const struct held *held,
                                const struct exit_outcome *outcome, struct host_answer *answer)
{
    struct hs_frame *frame = &exits->frame;

    hs_frame_write(&outcome->view, frame);
    frame->x[REG_A0] = held->answer.slot[ITEM_A0];
    frame->x[REG_A1] = held->answer.slot[ITEM_A1];
    frame->csr[GCSR_HVIP] = held->answer.slot[ITEM_HVIP];
    frame->sepc += held->done ? HANDLE_DONE : 0;
    return hs_frame_read(frame, answer);
}

static enum status answer_page(struct bench_exits *exits, const struct held *held,
                               const struct exit_outcome *outcome, struct host_answer *answer)
{
    struct nacl_page *page = &exits->page;

    nacl_page_write(&outcome->view, page, &exits->page_trap);
    page->scratch[REG_A0] = held->answer.slot[ITEM_A0];
    page->scratch[REG_A1] = held->answer.slot[ITEM_A1];
    page->csr[nacl_csr_slot(CSR_HVIP)] = held->answer.slot[ITEM_HVIP];
    nacl_page_read(&exits->mon, 0, page, answer);
    return STATUS_OK;
}

static enum status core_step(struct bench_exits *exits, const struct held *held,
                             answer_run *answer_with)
{
    struct exit_outcome outcome;
    struct host_answer answer;
    struct resume_outcome out;
    enum status st;

    exits->platform.code = held->code;
    exits->platform.code_pc = held->guest.pc;
    exits->platform.counter = held->counter;
    st = monitor_exit(&exits->mon, 0, &held->guest, &held->trap, &outcome);
    if (st != STATUS_OK || outcome.route == ROUTE_MONITOR)
        return st;
    st = answer_with(exits, held, &outcome, &answer);
    return st == STATUS_OK ? monitor_resume(&exits->mon, 0, &answer, &out) : st;
}

enum status bench_core(struct bench_exits *exits, enum bench_encoding encoding, uint64_t count,
                       double *seconds)
{
    static answer_run *const answers[] = {
        [BENCH_BARE] = answer_bare, [BENCH_FRAME] = answer_frame, [BENCH_PAGE] = answer_page};
    enum status st = STATUS_OK;
    uint64_t next = 0;
    double start;

    exits->mon.vcpu[0].life = VCPU_RUNNING;
    start = bench_cpu_seconds();
    for (uint64_t i = 0; i < count && st == STATUS_OK; i++) {
        st = core_step(exits, &exits->held[next], answers[encoding]);
        next = next + 1 == exits->count ? 0 : next + 1;
    }
    *seconds = bench_cpu_seconds() - start;
    return st == STATUS_OK ? st : STATUS_BAD_STATE;
}

enum status bench_replay(const char *path, const struct exposure *spec, struct bench_pass *pass,
                         struct diagnostic *diag)
{
    const struct replay_options options = {.spec = spec, .reference = spec, .seed = BENCH_SEED};
    struct replay_report *report = calloc(1, sizeof *report);
    double start = bench_cpu_seconds();
    enum status st;

    if (!report)
        return diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
    st = replay_trace(path, &options, report, diag);
    pass->seconds += bench_cpu_seconds() - start;
    pass->exits += report->exits;
    free(report);
    return st;
}

enum status bench_decode(const char *path, struct bench_pass *pass, struct diagnostic *diag)
{
    double start = bench_cpu_seconds();
    struct trace_reader *reader = trace_open(path, diag);
    const struct trace_event *event;
    enum status st;

    if (!reader)
        return STATUS_BAD_INPUT;
    while ((st = trace_next(reader, &event, diag)) == STATUS_OK)
        pass->exits += event->type == TRACE_EXIT;
    trace_close(reader);
    pass->seconds += bench_cpu_seconds() - start;
    return st == STATUS_END ? STATUS_OK : st;
}

enum status bench_memory(const char *path, const struct exposure *spec, uint64_t *peak_kib,
                         struct diagnostic *diag)
{
    struct bench_pass pass = {0};
    struct rusage usage;
    int code;
    pid_t child;

    malloc_trim(0); /* what this process freed would count as the child's */
    child = fork();
    if (child == 0)
        _exit(bench_replay(path, spec, &pass, diag) != STATUS_OK);
    if (child < 0)
        return diagnostic_set(diag, STATUS_IO, path, 0, 0, "cannot fork: %s", strerror(errno));
    if (wait4(child, &code, 0, &usage) != child)
        return diagnostic_set(diag, STATUS_IO, path, 0, 0, "cannot wait: %s", strerror(errno));
    if (!WIFEXITED(code) || WEXITSTATUS(code) != 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0, "cannot be replayed");
    *peak_kib = (uint64_t)usage.ru_maxrss;
    return STATUS_OK;
}

static int value_compare(const void *a, const void *b)
{
    const double *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

struct bench_spread bench_spread_of(double *values, unsigned count)
{
    qsort(values, count, sizeof *values, value_compare);
    return (struct bench_spread){
        .min = values[0],
        .median = (values[(count - 1) / 2] + values[count / 2]) / 2,
        .max = values[count - 1],
    };
}
