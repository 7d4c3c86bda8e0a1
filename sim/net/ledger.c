/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/ledger.c — sums and words of the ledger; what counts cost is in ledger_cost.c. */
#include "net/ledger.h"

static const char *const places[LEDGER_PLACE_COUNT] = {
    [LEDGER_SHARED_TO_PRIVATE] = "shared_to_private",
    [LEDGER_PRIVATE_TO_SHARED] = "private_to_shared",
    [LEDGER_BOUNCE_IN] = "bounce_in",
    [LEDGER_BOUNCE_OUT] = "bounce_out",
    [LEDGER_BOUNCE_MAP] = "bounce_map",
};

/* Words, and whether it happens in this program. */
static const struct {
    const char *name;
    bool is_real;
} counts[LEDGER_COUNT_COUNT] = {
    [LEDGER_DESCRIPTOR_READS] = {"descriptor_reads", true},
    [LEDGER_POLLS] = {"polls", true},
    [LEDGER_DOORBELLS] = {"doorbells", true},
    [LEDGER_BOUNCE_MAPPINGS] = {"bounce_mappings", true},
    [LEDGER_BOUNCE_SEARCHED] = {"bounce_searched", true},
    [LEDGER_RMP_CHECKS] = {"rmp_checks", true},
    [LEDGER_PAGE_STATE_CHANGES] = {"page_state_changes", true},
    [LEDGER_CRYPTO_CALLS] = {"crypto_calls", true},
    [LEDGER_CRYPTO_BYTES] = {"crypto_bytes", true},
    [LEDGER_LINES_COLD] = {"lines_cold", false},
    [LEDGER_INTERRUPTS] = {"interrupts", false},
    [LEDGER_NOTIFICATIONS] = {"notifications", false},
    [LEDGER_EXITS] = {"exits", false},
    [LEDGER_IDE_TRANSFERS] = {"ide_transfers", true},
};

static const char *const causes[LEDGER_CAUSE_COUNT] = {
    [CAUSE_DRIVER] = "driver",
    [CAUSE_APPLICATION] = "application",
    [CAUSE_CRYPTO] = "crypto",
    [CAUSE_COPY] = "copy",
    [CAUSE_BOUNCE_ALLOCATION] = "bounce_allocation",
    [CAUSE_ROUTING_GUEST] = "routing_guest",
    [CAUSE_ROUTING_HOST] = "routing_host",
    [CAUSE_INTERRUPT] = "interrupt",
    [CAUSE_EXIT] = "exit",
    [CAUSE_REGISTER_ENCRYPTION] = "register_encryption",
    [CAUSE_EXIT_STATE_CHECK] = "exit_state_check",
    [CAUSE_VC_HANDLER] = "vc_handler",
    [CAUSE_TLB_CHECK] = "tlb_check",
    [CAUSE_RMP_CHECK] = "rmp_check",
    [CAUSE_ENCRYPTED_MEMORY] = "encrypted_memory",
    [CAUSE_IDE] = "ide",
};

static const char *const fates[FATE_COUNT] = {
    [FATE_ANSWERED] = "answered",
    [FATE_CONSUMED] = "consumed",
    [FATE_DROPPED] = "dropped",
    [FATE_REFUSED] = "refused",
};

const char *ledger_place_name(enum ledger_place place)
{
    return (unsigned)place < LEDGER_PLACE_COUNT ? places[place] : NULL;
}

const char *ledger_count_name(enum ledger_count count)
{
    return (unsigned)count < LEDGER_COUNT_COUNT ? counts[count].name : NULL;
}

const char *ledger_count_origin(enum ledger_count count)
{
    if ((unsigned)count >= LEDGER_COUNT_COUNT)
        return NULL;
    return counts[count].is_real ? "measured" : "modelled";
}

const char *ledger_cause_name(enum ledger_cause cause)
{
    return (unsigned)cause < LEDGER_CAUSE_COUNT ? causes[cause] : NULL;
}

const char *ledger_fate_name(enum ledger_fate fate)
{
    return (unsigned)fate < FATE_COUNT ? fates[fate] : NULL;
}

void ledger_add(struct ledger_entry *sum, const struct ledger_entry *more)
{
    for (unsigned i = 0; i < LEDGER_PLACE_COUNT; i++) {
        sum->copies[i] += more->copies[i];
        sum->bytes[i] += more->bytes[i];
    }
    for (unsigned i = 0; i < LEDGER_COUNT_COUNT; i++)
        sum->count[i] += more->count[i];
    for (unsigned i = 0; i < LEDGER_CAUSE_COUNT; i++)
        sum->cycles[i] += more->cycles[i];
}

uint64_t ledger_copies_rx(const struct ledger_entry *entry)
{
    return entry->copies[LEDGER_SHARED_TO_PRIVATE] + entry->copies[LEDGER_BOUNCE_IN] +
           entry->copies[LEDGER_BOUNCE_MAP];
}

uint64_t ledger_copies_tx(const struct ledger_entry *entry)
{
    return entry->copies[LEDGER_PRIVATE_TO_SHARED] + entry->copies[LEDGER_BOUNCE_OUT];
}

uint64_t ledger_bytes_copied(const struct ledger_entry *entry)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < LEDGER_PLACE_COUNT; i++)
        sum += entry->bytes[i];
    return sum;
}

double ledger_cycles(const struct ledger_entry *entry)
{
    double sum = 0;

    for (unsigned i = 0; i < LEDGER_CAUSE_COUNT; i++)
        if (i != CAUSE_IDE && i != CAUSE_ROUTING_HOST)
            sum += entry->cycles[i];
    return sum;
}

static uint64_t part_of(uint64_t total, uint32_t index, uint32_t parts)
{
    return total / parts + (index < total % parts);
}

void ledger_share(struct ledger_entry *part, const struct ledger_entry *burst, uint32_t index,
                  uint32_t parts)
{
    for (unsigned i = 0; i < LEDGER_PLACE_COUNT; i++) {
        part->copies[i] += part_of(burst->copies[i], index, parts);
        part->bytes[i] += part_of(burst->bytes[i], index, parts);
    }
    for (unsigned i = 0; i < LEDGER_COUNT_COUNT; i++)
        part->count[i] += part_of(burst->count[i], index, parts);
}
