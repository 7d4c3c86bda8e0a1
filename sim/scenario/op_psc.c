/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/op_psc.c — a list of page-state changes, through the GHCB and back: the guest writes
 * it, the hypervisor takes its one copy and changes the RMP, and perhaps afterwards the list. Then
 * the guest accepts what it asked for: a careful one by its own list, a careless one by what stands
 * in shared memory now. See op.h and ghcb/psc.h. */
#include <stdio.h>
#include <string.h>

#include "ghcb/psc.h"
#include "scenario/op.h"
#include "spec/ghcb.h"

/* Both ends of the exit of one step. */
struct exchange {
    struct world *world;
    const struct scenario_step *step;
    struct ghcb_shared guest_side, host_side;
    struct ghcb_host host;
    struct psc_service service;
    struct outcome change; /* how the hypervisor's last change of a page ended */
};

/* The guest's access to shared memory at gpa. */
static struct scenario_step shared_step(const struct exchange *exchange, gpa_t gpa)
{
    struct scenario_step step = *exchange->step;

    step.gpa.v = gpa.v & ~(uint64_t)(PAGE_SIZE - 1);
    step.offset = (uint32_t)(gpa.v % PAGE_SIZE);
    step.is_shared = true;
    return step;
}

static enum status guest_read(void *context, gpa_t from, void *to, size_t size_bytes)
{
    struct exchange *exchange = context;
    struct scenario_step step = shared_step(exchange, from);
    struct access access;
    struct outcome outcome;
    struct fault fault;

    return world_access(exchange->world, &step, ACCESS_READ, &access, &outcome) &&
                   memory_read(exchange->world->machine->memory, &access, to, size_bytes, &fault)
               ? STATUS_OK
               : STATUS_BAD_ADDRESS;
}

static enum status guest_write(void *context, gpa_t to, const void *from, size_t size_bytes)
{
    struct exchange *exchange = context;
    struct scenario_step step = shared_step(exchange, to);
    struct access access;
    struct outcome outcome;
    struct fault fault;

    return world_access(exchange->world, &step, ACCESS_WRITE, &access, &outcome) &&
                   memory_write(exchange->world->machine->memory, &access, from, size_bytes, &fault)
               ? STATUS_OK
               : STATUS_BAD_ADDRESS;
}

/* Where the hypervisor finds a gpa of the guest. */
static bool host_find(const struct exchange *exchange, gpa_t gpa, spa_t *spa)
{
    const struct gstage_entry *entry =
        gstage_find(&exchange->world->guest[exchange->step->who.index].gstage, gpa);

    if (entry)
        *spa = gstage_spa(entry, gpa);
    return entry != NULL;
}

static enum status host_read(void *context, gpa_t from, void *to, size_t size_bytes)
{
    struct exchange *exchange = context;
    struct access access = {.actor = {.kind = ACTOR_HYPERVISOR}, .kind = ACCESS_READ};
    struct fault fault;

    return host_find(exchange, from, &access.spa) &&
                   memory_read(exchange->world->machine->memory, &access, to, size_bytes, &fault)
               ? STATUS_OK
               : STATUS_BAD_ADDRESS;
}

static enum status host_write(void *context, gpa_t to, const void *from, size_t size_bytes)
{
    struct exchange *exchange = context;
    struct access access = {.actor = {.kind = ACTOR_HYPERVISOR}, .kind = ACCESS_WRITE};
    struct fault fault;

    return host_find(exchange, to, &access.spa) &&
                   memory_write(exchange->world->machine->memory, &access, from, size_bytes, &fault)
               ? STATUS_OK
               : STATUS_BAD_ADDRESS;
}

/* The hypervisor does one entry (a psc_changer). */
static enum status page_change(void *context, enum psc_operation operation, gpa_t page,
                               uint64_t pages, uint64_t *done)
{
    struct exchange *exchange = context;
    struct scenario_step step = {.who = {.kind = WHO_HYPERVISOR},
                                 .guest = exchange->step->who.index,
                                 .gpa = page,
                                 .owner = operation == PSC_PRIVATE ? OWNER_GUEST : OWNER_HYPERVISOR,
                                 .is_large = pages == PSC_HUGE_PAGES};
    struct step_result result = {0};

    *done = 0;
    if (!host_find(exchange, page, &step.spa) || operation == PSC_UNSMASH)
        return STATUS_BAD_ADDRESS;
    if (operation == PSC_SMASH)
        run_psmash(exchange->world, &step, &result);
    else
        run_rmpupdate(exchange->world, &step, &result);
    exchange->change = result.outcome;
    if (result.outcome.kind != OUTCOME_OK)
        return STATUS_DENIED;
    *done = pages;
    return STATUS_OK;
}

/* VMGEXIT: the hypervisor's end, and what it does to the list when it thinks nobody looks. */
static enum status host_enter(void *context)
{
    struct exchange *exchange = context;
    const struct scenario_step *step = exchange->step;
    gpa_t entry = {step->gpa.v + GHCB_BUFFER_OFFSET + PSC_HEADER_BYTES};
    struct psc_entry forged = {
        .current = 1, .page = step->forge.v >> PAGE_SHIFT, .operation = PSC_PRIVATE};
    uint8_t bytes[PSC_ENTRY_BYTES];
    uint64_t value;
    enum status status = ghcb_host_serve(&exchange->host, step->gpa, psc_serve, &exchange->service);

    if (status != STATUS_OK || !(step->given & 1U << ARG_FORGE))
        return status;
    if (psc_entry_encode(&forged, &value) != STATUS_OK)
        return STATUS_BAD_INPUT;
    for (unsigned i = 0; i < PSC_ENTRY_BYTES; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
    return host_write(exchange, entry, bytes, sizeof bytes);
}

static void exchange_open(struct exchange *exchange, struct world *world,
                          const struct scenario_step *step, const struct ghcb_exposure *spec)
{
    *exchange = (struct exchange){.world = world, .step = step};
    exchange->guest_side = (struct ghcb_shared){exchange, guest_read, guest_write};
    exchange->host_side = (struct ghcb_shared){exchange, host_read, host_write};
    exchange->host = (struct ghcb_host){.spec = spec,
                                        .shared = &exchange->host_side,
                                        .is_registered = true,
                                        .registered = step->gpa,
                                        .version_min = GHCB_VERSION_SNP,
                                        .version_max = GHCB_VERSION_SNP};
    exchange->service = (struct psc_service){&exchange->host_side, page_change, exchange};
}

/* The list that the step asks for. False: an entry that cannot be. */
static bool list_fill(const struct scenario_step *step, struct psc_list *list)
{
    memset(list, 0, sizeof *list);
    for (unsigned i = 0; i < step->change_count; i++) {
        struct psc_entry entry = {.page = step->change[i].gpa.v >> PAGE_SHIFT,
                                  .operation = step->change[i].op,
                                  .is_huge = step->change[i].is_large};

        if (psc_list_add(list, &entry) != STATUS_OK)
            return false;
    }
    return true;
}

/* PVALIDATE of the page of one change. */
static void change_validate(struct exchange *exchange, const struct page_change *change,
                            bool validate, struct step_result *result)
{
    struct scenario_step step = *exchange->step;

    step.gpa = change->gpa;
    step.offset = 0;
    step.is_large = change->is_large;
    step.validate = validate;
    if (validate)
        run_accept_page(exchange->world, &step, result);
    else
        run_pvalidate(exchange->world, &step, result);
}

/* The page that stands in the list in shared memory by now. */
static bool change_read_again(struct exchange *exchange, unsigned index, struct page_change *change)
{
    gpa_t at = {exchange->step->gpa.v + GHCB_BUFFER_OFFSET + PSC_HEADER_BYTES +
                index * PSC_ENTRY_BYTES};
    uint8_t bytes[PSC_ENTRY_BYTES];
    struct psc_entry entry;
    uint64_t value = 0;

    if (guest_read(exchange, at, bytes, sizeof bytes) != STATUS_OK)
        return false;
    for (unsigned i = 0; i < PSC_ENTRY_BYTES; i++)
        value |= (uint64_t)bytes[i] << 8 * i;
    if (psc_entry_decode(value, &entry) != STATUS_OK)
        return false;
    change->gpa.v = entry.page << PAGE_SHIFT;
    return true;
}

/* After the exit: the guest accepts what became private. */
static void changes_accept(struct exchange *exchange, struct step_result *result)
{
    const struct scenario_step *step = exchange->step;
    bool is_careful = exchange->world->scenario->guest[step->who.index].is_careful;

    for (unsigned i = 0; i < step->change_count && result->outcome.kind == OUTCOME_OK; i++) {
        struct page_change change = step->change[i];

        if (change.op != PSC_PRIVATE || (!is_careful && !change_read_again(exchange, i, &change)))
            continue;
        change_validate(exchange, &change, true, result);
        (void)snprintf(result->after, sizeof result->after, "accepted 0x%llx",
                       (unsigned long long)change.gpa.v);
    }
}

/* Sends the list; false and the outcome if the guest does not take the answer. */
static bool list_send(struct exchange *exchange, const struct ghcb_exposure *spec,
                      struct step_result *result)
{
    struct ghcb_guest guest = {
        .spec = spec, .shared = &exchange->guest_side, .page = exchange->step->gpa};
    const struct psc_exit exit = {exchange, host_enter};
    struct outcome *outcome = &result->outcome;
    char word[OUTCOME_TEXT_BYTES];
    struct psc_list list;
    enum psc_refusal why;
    uint64_t info2;

    outcome->kind = OUTCOME_REFUSED_LIST;
    if (!list_fill(exchange->step, &list)) {
        (void)snprintf(outcome->why, sizeof outcome->why, "a list cannot hold this change");
        return false;
    }
    if (psc_guest_change(&guest, &list, &exit, &why, &info2) == STATUS_OK) {
        outcome->kind = OUTCOME_OK;
        return true;
    }
    (void)snprintf(outcome->why, sizeof outcome->why, "%s%s%s", psc_refusal_name(why),
                   exchange->change.kind == OUTCOME_OK ? "" : ": ",
                   exchange->change.kind == OUTCOME_OK ? ""
                                                       : outcome_word(&exchange->change, word));
    return false;
}

void run_psc(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    struct ghcb_spec *spec = ghcb_spec_open("snp-ghcb", NULL, NULL);
    struct exchange exchange;

    if (!spec) {
        result->outcome.kind = OUTCOME_NOTHING;
        return;
    }
    exchange_open(&exchange, world, step, &spec->table);
    for (unsigned i = 0; i < step->change_count && result->outcome.kind == OUTCOME_OK; i++)
        if (step->change[i].op == PSC_SHARED)
            change_validate(&exchange, &step->change[i], false, result);
    if (result->outcome.kind == OUTCOME_OK && list_send(&exchange, &spec->table, result))
        changes_accept(&exchange, result);
    ghcb_spec_close(spec);
}
