/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/hart_run.c — see hart_run.h. Two deadlines share the engine's one: the model's (a timer,
 * an interrupt) and the end of the turn. */
#include "hart/hart_run.h"

#include <stdlib.h>

#include "hart/hart_snapshot.h"

/* Of the long form; a short one is none that a platform takes. */
enum { EBREAK_BYTES = 4, FCSR_ALL = 0xff };

struct hart_run {
    struct hart *hart;
    struct engine *engine;
    struct engine_client client;
    struct engine_clock clock;
    struct hart_run_config config;
    struct memory_span span[MEMORY_SPANS]; /* the first one: RAM, from config.hart.ram_first on */
    uint64_t pc, limit, model_deadline;
    enum hart_run_end end;
    bool is_running;
    bool is_filling_write; /* the hart's own store is about to make a page writable */
    bool is_storing;       /* the event to come stores to a watched page */
};

static void deadline_renew(struct hart_run *run)
{
    run->clock.deadline = run->model_deadline < run->limit ? run->model_deadline : run->limit;
}

/* --- what the engine asks --- */

/* A page of the platform that the hart may not write by itself. */
static bool is_watched(const struct hart_run *run, const uint8_t *page)
{
    const spa_t *watched = run->config.platform.watched;
    uint64_t offset = (uint64_t)(page - run->span[0].bytes);

    for (unsigned i = 0; i < 2; i++)
        if (watched[i].v != 0 && offset < run->span[0].size_bytes &&
            offset == ((watched[i].v - run->config.hart.ram_first.v) & ~(uint64_t)(PAGE_SIZE - 1)))
            return true;
    return false;
}

static bool run_fill(void *context, gva_t page, enum access_kind access, struct engine_page *out)
{
    struct hart_run *run = context;
    bool is_granted;

    run->is_filling_write = access == ACCESS_WRITE;
    is_granted = hart_fill(run->hart, page, access, out);
    run->is_filling_write = false;
    if (is_granted && out->may_write && is_watched(run, out->bytes)) {
        run->is_storing = access == ACCESS_WRITE;
        out->may_write = false;
        is_granted = !run->is_storing; /* the model does it, and so there is an event */
    }
    return is_granted;
}

static uint64_t run_event(void *context, const struct engine_event *event)
{
    struct hart_run *run = context;
    const struct hart_platform *platform = &run->config.platform;
    uint64_t pc;

    if (event->kind == ENGINE_BREAK && platform->breakpoint &&
        platform->breakpoint(platform->context, event->pc))
        return event->pc + EBREAK_BYTES;
    pc = hart_event(run->hart, event);
    if (run->is_storing) {
        run->is_storing = false;
        platform->stored(platform->context);
    }
    return pc;
}

static uint64_t run_deadline(void *context, uint64_t pc)
{
    struct hart_run *run = context;

    if (run->clock.instret >= run->model_deadline)
        pc = hart_deadline(run->hart, pc);
    if (run->clock.instret >= run->limit) {
        run->end = HART_RUN_LIMIT;
        engine_stop(run->engine);
        run->limit = UINT64_MAX; /* until the next turn sets one */
    }
    deadline_renew(run);
    return pc;
}

static void run_step(void *context, uint64_t pc)
{
    struct hart_run *run = context;

    run->config.step(run->config.step_context, pc);
}

/* --- what the model asks --- */

static uint64_t model_get(void *context, unsigned number)
{
    struct hart_run *run = context;

    return engine_get(run->engine, number);
}

static void model_set(void *context, unsigned number, uint64_t value)
{
    struct hart_run *run = context;

    engine_set(run->engine, number, value);
}

static void model_enter(void *context, bool is_virtual, bool has_float)
{
    struct hart_run *run = context;

    engine_enter(run->engine, is_virtual ? ENGINE_WORLD_GUEST : ENGINE_WORLD_HOST, has_float);
}

static void model_flush(void *context)
{
    struct hart_run *run = context;

    engine_flush(run->engine);
}

/* Code is forgotten when its page goes, but not when this hart itself is about to write there: the
 * engine follows its own stores. Views have no spa of their own, so all are taken for lost. */
static void model_lost(void *context, spa_t first, uint64_t page_count, enum memory_lost lost)
{
    struct hart_run *run = context;
    const struct memory_span *ram = &run->span[0];
    uint64_t from = first.v - run->config.hart.ram_first.v;
    uint64_t pages = ram->size_bytes >> PAGE_SHIFT;

    if (lost == MEMORY_LOST_WRITE || run->is_filling_write) {
        engine_flush(run->engine);
        return;
    }
    if (first.v < run->config.hart.ram_first.v) { /* all of it, from 0 on */
        uint64_t below = (run->config.hart.ram_first.v - first.v) >> PAGE_SHIFT;

        page_count = page_count > below ? page_count - below : 0;
        from = 0;
    }
    if (from < ram->size_bytes) {
        pages -= from >> PAGE_SHIFT;
        engine_invalidate(run->engine, ram->bytes + from, page_count < pages ? page_count : pages);
    }
    for (unsigned i = 1; i < MEMORY_SPANS; i++)
        engine_invalidate(run->engine, run->span[i].bytes, run->span[i].size_bytes >> PAGE_SHIFT);
}

static void model_code_changed(void *context, const uint8_t *page)
{
    struct hart_run *run = context;

    engine_invalidate(run->engine, page, 1);
}

static void model_deadline_set(void *context, uint64_t instret)
{
    struct hart_run *run = context;

    run->model_deadline = instret;
    deadline_renew(run);
}

static void model_stop(void *context, enum hart_stop why)
{
    struct hart_run *run = context;

    run->end = why == HART_STOP_WAIT ? HART_RUN_WAIT : HART_RUN_TRAP_LOOP;
    engine_stop(run->engine);
}

/* --- from the machine --- */

static enum status run_engine_open(struct hart_run *run, struct diagnostic *diag)
{
    struct engine_config config = {
        .client = &run->client, .clock = &run->clock, .span_count = MEMORY_SPANS + 1};
    uint64_t below = run->config.hart.ram_first.v;

    memory_spans(run->config.hart.memory, run->span);
    if (below >= run->span[0].size_bytes)
        return diagnostic_set(diag, STATUS_BAD_INPUT, "hart", 0, 0,
                              "RAM begins behind its end; expected an address inside");
    run->span[0].bytes += below;
    run->span[0].size_bytes -= below;
    for (unsigned i = 0; i < MEMORY_SPANS; i++)
        config.span[i] = (struct engine_span){run->span[i].bytes, run->span[i].size_bytes};
    config.span[MEMORY_SPANS] =
        (struct engine_span){run->config.hart.masked, HART_MASKED_PAGES * PAGE_SIZE};
    return engine_open(&config, &run->engine, diag);
}

static enum status run_start(struct hart_run *run, struct diagnostic *diag)
{
    enum status st;

    run->client = (struct engine_client){.context = run,
                                         .fill = run_fill,
                                         .event = run_event,
                                         .deadline = run_deadline,
                                         .step = run->config.step ? run_step : NULL};
    run->config.hart.engine = (struct hart_engine){.context = run,
                                                   .clock = &run->clock,
                                                   .get = model_get,
                                                   .set = model_set,
                                                   .enter = model_enter,
                                                   .flush = model_flush,
                                                   .lost = model_lost,
                                                   .code_changed = model_code_changed,
                                                   .deadline_set = model_deadline_set,
                                                   .stop = model_stop};
    run->limit = UINT64_MAX;
    run->model_deadline = UINT64_MAX;
    run->config.hart.masked = aligned_alloc(PAGE_SIZE, HART_MASKED_PAGES * PAGE_SIZE);
    if (!run->config.hart.masked)
        return diagnostic_set(diag, STATUS_IO, "hart", 0, 0, "no memory");
    st = run_engine_open(run, diag);
    if (st != STATUS_OK)
        return st;
    st = hart_create(&run->config.hart, &run->hart);
    if (st == STATUS_BAD_INPUT)
        return diagnostic_set(diag, st, "hart", 0, 0,
                              "has a feature out of its range; expected what hart.h allows");
    return st == STATUS_OK ? st : diagnostic_set(diag, STATUS_IO, "hart", 0, 0, "no memory");
}

enum status hart_run_create(const struct hart_run_config *config, struct hart_run **out,
                            struct diagnostic *diag)
{
    struct hart_run *run = calloc(1, sizeof *run);
    enum status st;

    *out = NULL;
    if (!run)
        return diagnostic_set(diag, STATUS_IO, "hart", 0, 0, "no memory");
    run->config = *config;
    run->config.hart.masked = NULL;
    st = run_start(run, diag);
    if (st == STATUS_OK)
        *out = run;
    else
        hart_run_destroy(run);
    return st;
}

void hart_run_destroy(struct hart_run *run)
{
    if (!run)
        return;
    hart_destroy(run->hart);
    engine_close(run->engine);
    free(run->config.hart.masked);
    free(run);
}

enum status hart_run(struct hart_run *run, uint64_t limit, enum hart_run_end *end,
                     struct diagnostic *diag)
{
    enum status st;

    run->limit = limit;
    deadline_renew(run);
    run->end = HART_RUN_STOPPED;
    run->is_running = true;
    st = engine_run(run->engine, &run->pc, diag);
    run->is_running = false;
    *end = run->end;
    return st;
}

void hart_run_stop(struct hart_run *run)
{
    if (run->is_running)
        engine_stop(run->engine);
}

struct hart *hart_run_hart(struct hart_run *run)
{
    return run->hart;
}

struct engine_clock *hart_run_clock(struct hart_run *run)
{
    return &run->clock;
}

uint64_t hart_run_get(struct hart_run *run, unsigned number)
{
    return engine_get(run->engine, number);
}

void hart_run_set(struct hart_run *run, unsigned number, uint64_t value)
{
    engine_set(run->engine, number, value);
}

uint64_t hart_run_pc(const struct hart_run *run)
{
    return run->pc;
}

void hart_run_pc_set(struct hart_run *run, uint64_t pc)
{
    run->pc = pc;
}

/* The registers are loaded after the model, which enters the engine and may change them. */
void hart_run_snapshot(struct hart_run *run, struct snapshot_stream *stream)
{
    uint64_t pc = run->pc, deadline = run->model_deadline;

    snapshot_u64(stream, &run->clock.instret);
    hart_snapshot(run->hart, stream);
    for (unsigned i = ENGINE_X + 1; i < ENGINE_STATE_COUNT; i++) {
        uint64_t value = engine_get(run->engine, i);

        snapshot_u64(stream, &value);
        snapshot_require(stream, i != ENGINE_FCSR || value <= FCSR_ALL);
        if (snapshot_is_loaded(stream))
            engine_set(run->engine, i, value);
    }
    snapshot_u64(stream, &pc);
    snapshot_require(stream, pc % 2 == 0);
    snapshot_u64(stream, &deadline);
    if (!snapshot_is_loaded(stream))
        return;
    run->pc = pc;
    model_deadline_set(run, deadline);
}
