/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/plic.c — gateways, priorities, claim and completion. See plic.h. */
#include "devices/plic.h"

/* The memory map (PLIC specification, chapter 3). */
enum {
    PRIORITY = 0x0,
    PENDING = 0x1000,
    ENABLE = 0x2000,
    ENABLE_STRIDE = 0x80,
    CONTEXT = 0x200000,
    CONTEXT_STRIDE = 0x1000,
    CONTEXT_THRESHOLD = 0,
    CONTEXT_CLAIM = 4
};

/* The interrupt of highest priority that is pending and enabled in the context; of equals the
 * lowest number. 0: none. Priority 0 never interrupts. */
static unsigned plic_best(const struct plic *plic, unsigned context)
{
    uint32_t candidates = plic->pending & plic->enable[context];
    unsigned best = 0;

    for (unsigned i = 1; i < PLIC_SOURCE_COUNT; i++)
        if ((candidates >> i & 1) && plic->priority[i] > (best ? plic->priority[best] : 0))
            best = i;
    return best;
}

/* After every change: gateways and wires. */
static void plic_settle(struct plic *plic)
{
    plic->pending |= plic->level & ~plic->in_service;
    for (unsigned i = 0; i < plic->context_count; i++) {
        unsigned best = plic_best(plic, i);

        interrupt_line_set(&plic->target[i],
                           best != 0 && plic->priority[best] > plic->threshold[i]);
    }
}

void plic_init(struct plic *plic, unsigned context_count, const struct interrupt_line *target)
{
    *plic = (struct plic){.context_count = context_count};
    for (unsigned i = 0; i < context_count; i++)
        plic->target[i] = target[i];
    plic_settle(plic);
}

void plic_source_set(void *context, unsigned source, bool level)
{
    struct plic *plic = context;
    uint32_t bit;

    if (source == 0 || source >= PLIC_SOURCE_COUNT)
        return;
    bit = UINT32_C(1) << source;
    if (((plic->level & bit) != 0) == level)
        return;
    plic->level ^= bit;
    plic_settle(plic);
}

/* A claim takes the best one whatever the threshold says (chapter 7). */
static uint32_t plic_claim(struct plic *plic, unsigned context)
{
    unsigned best = plic_best(plic, context);

    if (best != 0) {
        plic->pending &= ~(UINT32_C(1) << best);
        plic->in_service |= UINT32_C(1) << best;
        plic_settle(plic);
    }
    return best;
}

/* The completion of a source that is not enabled for the context is ignored (chapter 8). */
static void plic_complete(struct plic *plic, unsigned context, uint32_t source)
{
    if (source >= PLIC_SOURCE_COUNT || !(plic->enable[context] >> source & 1))
        return;
    plic->in_service &= ~(UINT32_C(1) << source);
}

/* A register of one context, from its page on. */
static uint32_t context_read(struct plic *plic, unsigned context, uint64_t offset)
{
    if (offset == CONTEXT_THRESHOLD)
        return plic->threshold[context];
    return offset == CONTEXT_CLAIM ? plic_claim(plic, context) : 0;
}

/* A register below those of the contexts. */
static uint32_t table_read(const struct plic *plic, uint64_t offset)
{
    uint64_t context = (offset - ENABLE) / ENABLE_STRIDE;

    if (offset < PENDING)
        return offset / 4 < PLIC_SOURCE_COUNT ? plic->priority[offset / 4] : 0;
    if (offset < ENABLE)
        return offset == PENDING ? plic->pending : 0;
    return context < plic->context_count && offset % ENABLE_STRIDE == 0 ? plic->enable[context] : 0;
}

bool plic_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value)
{
    struct plic *plic = context;
    uint64_t number = (offset - CONTEXT) / CONTEXT_STRIDE;

    if (size_bytes != 4 || offset % 4 != 0)
        return false;
    if (offset < CONTEXT)
        *value = table_read(plic, offset);
    else if (number < plic->context_count)
        *value = context_read(plic, (unsigned)number, offset % CONTEXT_STRIDE);
    else
        return false;
    return true;
}

static void context_write(struct plic *plic, unsigned context, uint64_t offset, uint32_t value)
{
    if (offset == CONTEXT_THRESHOLD)
        plic->threshold[context] = value & PLIC_PRIORITY_MAX;
    else if (offset == CONTEXT_CLAIM)
        plic_complete(plic, context, value);
}

static void table_write(struct plic *plic, uint64_t offset, uint32_t value)
{
    uint64_t context = (offset - ENABLE) / ENABLE_STRIDE;

    if (offset < PENDING) {
        if (offset > 0 && offset / 4 < PLIC_SOURCE_COUNT)
            plic->priority[offset / 4] = value & PLIC_PRIORITY_MAX;
    } else if (offset >= ENABLE && context < plic->context_count && offset % ENABLE_STRIDE == 0) {
        plic->enable[context] = value & ~UINT32_C(1);
    }
}

bool plic_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value)
{
    struct plic *plic = context;
    uint64_t number = (offset - CONTEXT) / CONTEXT_STRIDE;

    if (size_bytes != 4 || offset % 4 != 0)
        return false;
    if (offset < CONTEXT)
        table_write(plic, offset, (uint32_t)value);
    else if (number < plic->context_count)
        context_write(plic, (unsigned)number, offset % CONTEXT_STRIDE, (uint32_t)value);
    else
        return false;
    plic_settle(plic);
    return true;
}

void plic_snapshot(struct plic *plic, struct snapshot_stream *stream)
{
    for (unsigned i = 0; i < PLIC_SOURCE_COUNT; i++) {
        snapshot_u8(stream, &plic->priority[i]);
        snapshot_require(stream, plic->priority[i] <= PLIC_PRIORITY_MAX);
    }
    snapshot_u32(stream, &plic->level);
    snapshot_u32(stream, &plic->pending);
    snapshot_u32(stream, &plic->in_service);
    for (unsigned i = 0; i < plic->context_count; i++) {
        snapshot_u32(stream, &plic->enable[i]);
        snapshot_u8(stream, &plic->threshold[i]);
        snapshot_require(stream, plic->threshold[i] <= PLIC_PRIORITY_MAX);
    }
}
