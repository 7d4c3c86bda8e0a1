/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/engine_fixture.h — an engine with a client that has 1 MiB of memory at 0x80000000,
 * maps it flat but for the pages that a test says, and writes down what it is told. */
#ifndef CVMLAB_TESTS_UNIT_ENGINE_FIXTURE_H
#define CVMLAB_TESTS_UNIT_ENGINE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hart/engine.h"
#include "memory/lazy_map.h"
#include "riscv_insn.h"

enum { RAM_PAGES = 256, RAM_BYTES = RAM_PAGES * PAGE_SIZE, MAPS_MAX = 8, EVENTS_MAX = 64 };

#define RAM_FIRST UINT64_C(0x80000000)

/* One page that is not mapped flat. */
struct fixture_map {
    uint64_t virtual_page, physical_page;
    bool is_absent, is_read_only;
};

struct fixture_event {
    struct engine_event event;
    uint64_t instret;
};

struct engine_fixture {
    struct engine *engine;
    struct engine_client client;
    struct engine_clock clock;
    uint8_t *ram;
    struct fixture_map map[MAPS_MAX];
    unsigned map_count;
    struct fixture_event event[EVENTS_MAX];
    unsigned event_count, fill_count, deadline_count, step_count;
    uint64_t deadline_pc[EVENTS_MAX], deadline_at[EVENTS_MAX];
    uint64_t deadline_step; /* how far to set it on; 0: to none */
    /* What to do about an event: NULL: stop at an ECALL, else go on behind it, counting it. */
    uint64_t (*answer)(struct engine_fixture *fix, const struct engine_event *event);
    void (*step)(struct engine_fixture *fix, uint64_t pc);
    unsigned stop_step; /* stops before this step; 0: never */
};

static inline uint8_t *fixture_at(struct engine_fixture *fix, uint64_t physical)
{
    assert_in_range(physical, RAM_FIRST, RAM_FIRST + RAM_BYTES - 1);
    return fix->ram + (physical - RAM_FIRST);
}

static inline bool fixture_fill(void *context, gva_t page, enum access_kind access,
                                struct engine_page *out)
{
    struct engine_fixture *fix = context;
    uint64_t physical = page.v;
    bool may_write = true;

    fix->fill_count++;
    for (unsigned i = 0; i < fix->map_count; i++)
        if (fix->map[i].virtual_page == page.v) {
            if (fix->map[i].is_absent || (fix->map[i].is_read_only && access == ACCESS_WRITE))
                return false;
            physical = fix->map[i].physical_page;
            may_write = !fix->map[i].is_read_only;
        }
    if (physical < RAM_FIRST || physical >= RAM_FIRST + RAM_BYTES)
        return false;
    *out = (struct engine_page){.bytes = fixture_at(fix, physical),
                                .may_read = true,
                                .may_write = may_write,
                                .may_execute = true};
    return true;
}

static inline uint64_t fixture_event_length(struct engine_fixture *fix,
                                            const struct engine_event *event)
{
    return (*fixture_at(fix, event->pc) & 3) == 3 ? 4 : 2;
}

static inline uint64_t fixture_event(void *context, const struct engine_event *event)
{
    struct engine_fixture *fix = context;

    if (fix->event_count < EVENTS_MAX)
        fix->event[fix->event_count] =
            (struct fixture_event){.event = *event, .instret = fix->clock.instret};
    fix->event_count++;
    if (fix->answer)
        return fix->answer(fix, event);
    if (event->kind == ENGINE_ECALL || event->kind == ENGINE_FAULT) {
        engine_stop(fix->engine);
        return event->pc;
    }
    fix->clock.instret++;
    return event->pc + fixture_event_length(fix, event);
}

static inline uint64_t fixture_deadline(void *context, uint64_t pc)
{
    struct engine_fixture *fix = context;

    if (fix->deadline_count < EVENTS_MAX) {
        fix->deadline_pc[fix->deadline_count] = pc;
        fix->deadline_at[fix->deadline_count] = fix->clock.instret;
    }
    fix->deadline_count++;
    fix->clock.deadline = fix->deadline_step ? fix->clock.instret + fix->deadline_step : UINT64_MAX;
    return pc;
}

static inline void fixture_step(void *context, uint64_t pc)
{
    struct engine_fixture *fix = context;

    fix->step_count++;
    if (fix->step)
        fix->step(fix, pc);
    if (fix->stop_step && fix->step_count == fix->stop_step)
        engine_stop(fix->engine);
}

static inline void fixture_open(struct engine_fixture *fix, bool steps)
{
    struct engine_config config = {.client = &fix->client, .clock = &fix->clock, .span_count = 1};
    struct diagnostic diag;

    memset(fix, 0, sizeof *fix);
    fix->ram = lazy_map(RAM_BYTES);
    assert_non_null(fix->ram);
    fix->client = (struct engine_client){.context = fix,
                                         .fill = fixture_fill,
                                         .event = fixture_event,
                                         .deadline = fixture_deadline,
                                         .step = steps ? fixture_step : NULL};
    fix->clock.deadline = UINT64_MAX;
    config.span[0] = (struct engine_span){.bytes = fix->ram, .size_bytes = RAM_BYTES};
    assert_int_equal(engine_open(&config, &fix->engine, &diag), STATUS_OK);
}

static inline void fixture_close(struct engine_fixture *fix)
{
    engine_close(fix->engine);
    lazy_unmap(fix->ram, RAM_BYTES);
}

static inline void fixture_map(struct engine_fixture *fix, struct fixture_map map)
{
    assert_true(fix->map_count < MAPS_MAX);
    fix->map[fix->map_count++] = map;
}

static inline void fixture_code(struct engine_fixture *fix, uint64_t at, const uint32_t *insns,
                                size_t count)
{
    memcpy(fixture_at(fix, at), insns, count * sizeof *insns);
}

/* Runs from pc until the client stops. Returns where it did. */
static inline uint64_t fixture_run(struct engine_fixture *fix, uint64_t pc)
{
    struct diagnostic diag = {""};
    enum status st = engine_run(fix->engine, &pc, &diag);

    if (st != STATUS_OK)
        fail_msg("%s", diag.text);
    return pc;
}

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#endif
