/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/run_trace.c — what happens in a live machine, as lines of JSON. See run.h. Every line has
 * the hart and how many instructions it had retired. */
#include <inttypes.h>
#include <string.h>

#include "cli/run.h"
#include "hart/hart_run.h"
#include "trace/trace.h"

const char *run_cause(bool is_interrupt, unsigned code, char out[RUN_CAUSE_BYTES])
{
    const char *name = cause_name(code | (is_interrupt ? SCAUSE_INTERRUPT : 0));

    if (name)
        (void)snprintf(out, RUN_CAUSE_BYTES, "%s", name);
    else
        (void)snprintf(out, RUN_CAUSE_BYTES, "%s_%u", is_interrupt ? "IRQ" : "EXC", code);
    return out;
}

static void line_begin(const struct run_tracer *tracer, unsigned hart)
{
    const struct engine_clock *clock = hart_run_clock(live_hart(tracer->live, hart));

    (void)fprintf(tracer->to, "{\"hart\":%u,\"instret\":%" PRIu64, hart, clock->instret);
}

static void trap_write(void *context, unsigned hart, const struct hart_trap *trap)
{
    const struct run_tracer *tracer = context;
    bool is_exit = trap->from.is_virtual && !trap->to.is_virtual;
    char cause[RUN_CAUSE_BYTES];

    if (!(tracer->kinds & RUN_TRACE_TRAPS) && !is_exit)
        return;
    line_begin(tracer, hart);
    (void)fprintf(tracer->to,
                  ",\"event\":\"%s\",\"cause\":\"%s\",\"code\":%u,\"from\":\"%s\",\"to\":\"%s\","
                  "\"epc\":\"0x%" PRIx64 "\",\"tval\":\"0x%" PRIx64 "\",\"tval2\":\"0x%" PRIx64
                  "\",\"tinst\":\"0x%" PRIx64 "\",\"gva\":%s}\n",
                  is_exit ? "exit" : "trap", run_cause(trap->is_interrupt, trap->cause, cause),
                  trap->cause, hart_mode_name(trap->from), hart_mode_name(trap->to), trap->epc,
                  trap->tval, trap->tval2, trap->tinst, trap->is_gva ? "true" : "false");
}

static void return_write(void *context, unsigned hart, struct hart_mode from, struct hart_mode to,
                         uint64_t pc)
{
    const struct run_tracer *tracer = context;
    bool is_resume = to.is_virtual && !from.is_virtual;

    if (!(tracer->kinds & RUN_TRACE_TRAPS) && !is_resume)
        return;
    line_begin(tracer, hart);
    (void)fprintf(tracer->to,
                  ",\"event\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"pc\":\"0x%" PRIx64 "\"}\n",
                  is_resume ? "resume" : "return", hart_mode_name(from), hart_mode_name(to), pc);
}

static void csr_write(void *context, unsigned hart, uint16_t number, bool is_write, uint64_t value)
{
    const struct run_tracer *tracer = context;
    char name[32];

    if (!hart_csr_name(number, name, sizeof name))
        (void)snprintf(name, sizeof name, "0x%03x", number);
    line_begin(tracer, hart);
    (void)fprintf(tracer->to, ",\"event\":\"%s\",\"csr\":\"%s\",\"value\":\"0x%" PRIx64 "\"}\n",
                  is_write ? "csr-write" : "csr-read", name, value);
}

/* The instruction at pc as the hart will fetch it; 0: it will not. */
static uint32_t instruction_at(const struct run_tracer *tracer, unsigned hart, uint64_t pc)
{
    struct access access = {.actor = {.kind = ACTOR_HYPERVISOR}, .kind = ACCESS_READ};
    uint16_t half[2] = {0, 0};
    struct fault fault;

    for (unsigned i = 0; i < 2; i++) { /* the halves may lie on two pages */
        if (!hart_translate(hart_run_hart(live_hart(tracer->live, hart)), (gva_t){pc + 2 * i},
                            ACCESS_EXECUTE, &access.spa) ||
            !memory_read(live_memory(tracer->live), &access, &half[i], sizeof half[i], &fault))
            break;
        if ((half[0] & 3) != 3)
            break;
    }
    return half[0] | (uint32_t)half[1] << 16;
}

static void instruction_write(void *context, unsigned hart, uint64_t pc)
{
    const struct run_tracer *tracer = context;
    const char *mode = hart_mode_name(hart_mode(hart_run_hart(live_hart(tracer->live, hart))));

    line_begin(tracer, hart);
    (void)fprintf(tracer->to,
                  ",\"event\":\"instruction\",\"mode\":\"%s\",\"pc\":\"0x%" PRIx64
                  "\",\"insn\":\"0x%" PRIx32 "\"}\n",
                  mode, pc, instruction_at(tracer, hart, pc));
}

struct live_observer run_tracer_observer(struct run_tracer *tracer)
{
    struct live_observer observer = {.context = tracer};

    if (tracer->kinds & (RUN_TRACE_EXITS | RUN_TRACE_TRAPS)) {
        observer.trap = trap_write;
        observer.returned = return_write;
    }
    if (tracer->kinds & RUN_TRACE_CSR)
        observer.csr = csr_write;
    if (tracer->kinds & RUN_TRACE_INSTRUCTIONS)
        observer.step = instruction_write;
    return observer;
}
