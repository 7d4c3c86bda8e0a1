/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/ledger_cost.c — the cost model: counts of a packet, times the constants of a machine, as
 * far as the factors of the path let them. Everything here is modelled. */
#include "net/ledger.h"

/* Count times a constant. */
static double of(const struct ledger_entry *entry, enum ledger_count count, const struct cost *cost,
                 enum cost_key key)
{
    return (double)entry->count[count] * cost->constant[key].value;
}

static bool has(const struct path *path, enum path_factor factor)
{
    return path->factor[factor] == EXTENT_YES;
}

/* copies of bytes in all: each as large as the mean of them, which is exact for equal ones. */
static double copy_cycles(const struct ledger_entry *entry, const struct ledger_packet *packet,
                          const struct cost *cost)
{
    enum cost_curve curve = packet->is_cold ? COST_COPY_COLD : COST_COPY_HOT;
    double ns = 0;

    for (unsigned i = 0; i < LEDGER_PLACE_COUNT; i++)
        if (entry->copies[i] > 0)
            ns += (double)entry->copies[i] *
                  cost_curve_ns(cost, curve, (uint32_t)(entry->bytes[i] / entry->copies[i]));
    return cost_cycles(cost, ns);
}

static double crypto_cycles(const struct ledger_entry *entry, const struct cost *cost)
{
    uint64_t calls = entry->count[LEDGER_CRYPTO_CALLS];

    if (calls == 0)
        return 0;
    return cost_cycles(
        cost, (double)calls * cost_curve_ns(cost, COST_AES_GCM,
                                            (uint32_t)(entry->count[LEDGER_CRYPTO_BYTES] / calls)));
}

/* What every exit of the path costs more than that of a plain guest. */
static void exits_cost(struct ledger_entry *entry, const struct path *path, const struct cost *cost)
{
    static const struct {
        enum path_factor factor;
        enum ledger_cause cause;
        enum cost_key key;
    } more[] = {
        {FACTOR_EXIT_STATE_CHECK, CAUSE_EXIT_STATE_CHECK, COST_EXIT_STATE_CHECK},
        {FACTOR_VC_HANDLER, CAUSE_VC_HANDLER, COST_VC_HANDLER},
        {FACTOR_TLB_CHECK, CAUSE_TLB_CHECK, COST_TLB_CHECK},
    };

    entry->cycles[CAUSE_EXIT] = of(entry, LEDGER_EXITS, cost, COST_EXIT);
    if (has(path, FACTOR_REGISTER_ENCRYPTION) && path->guest >= PATH_SEV_ES)
        entry->cycles[CAUSE_REGISTER_ENCRYPTION] =
            of(entry, LEDGER_EXITS, cost, COST_REGISTER_ENCRYPTION);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (has(path, more[i].factor))
            entry->cycles[more[i].cause] = of(entry, LEDGER_EXITS, cost, more[i].key);
}

void ledger_cost(struct ledger_entry *entry, const struct ledger_packet *packet,
                 const struct path *path, const struct cost *cost)
{
    const struct cost_constant *constant = cost->constant;
    double directions = packet->tx_bytes > 0 ? 2 : 1;

    entry->cycles[CAUSE_DRIVER] = directions * constant[COST_DRIVER_PACKET].value +
                                  of(entry, LEDGER_DESCRIPTOR_READS, cost, COST_DESCRIPTOR_READ) +
                                  of(entry, LEDGER_POLLS, cost, COST_POLL) +
                                  of(entry, LEDGER_DOORBELLS, cost, COST_DOORBELL);
    entry->cycles[CAUSE_APPLICATION] = constant[COST_APPLICATION].value + packet->work_cycles;
    entry->cycles[CAUSE_CRYPTO] = crypto_cycles(entry, cost);
    entry->cycles[CAUSE_COPY] = copy_cycles(entry, packet, cost);
    entry->cycles[CAUSE_BOUNCE_ALLOCATION] =
        of(entry, LEDGER_BOUNCE_MAPPINGS, cost, COST_BOUNCE_ALLOCATION) +
        of(entry, LEDGER_BOUNCE_SEARCHED, cost, COST_BOUNCE_SEARCH);
    if (has(path, FACTOR_ROUTING_GUEST))
        entry->cycles[CAUSE_ROUTING_GUEST] = directions * constant[COST_ROUTING_GUEST].value;
    if (has(path, FACTOR_ROUTING_HOST))
        entry->cycles[CAUSE_ROUTING_HOST] = directions * constant[COST_ROUTING_HOST].value;
    entry->cycles[CAUSE_INTERRUPT] = of(entry, LEDGER_INTERRUPTS, cost, COST_INTERRUPT);
    exits_cost(entry, path, cost);
    if (path->factor[FACTOR_RMP_CHECK] != EXTENT_NO)
        entry->cycles[CAUSE_RMP_CHECK] = of(entry, LEDGER_RMP_CHECKS, cost, COST_RMP_CHECK);
    if (has(path, FACTOR_ENCRYPTED_MEMORY))
        entry->cycles[CAUSE_ENCRYPTED_MEMORY] =
            of(entry, LEDGER_LINES_COLD, cost, COST_MEMORY_ENCRYPTION_LINE);
    if (has(path, FACTOR_IDE))
        entry->cycles[CAUSE_IDE] =
            cost_cycles(cost, of(entry, LEDGER_IDE_TRANSFERS, cost, COST_IDE_TRANSFER));
}
