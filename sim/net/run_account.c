/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/run_account.c — who pays for what, and how each packet ended. */
#include <stdlib.h>
#include <string.h>

#include "net/run_internal.h"

uint8_t *run_frame(struct run *run, uint32_t index)
{
    return run->frames + (size_t)index * PACKET_FRAME_MAX_BYTES;
}

const char *run_guest_word(const struct run *run)
{
    return run->config.path->driver == PATH_FOLIO ? "folio" : "driver";
}

void run_stats(const struct run *run, struct folio_stats *stats)
{
    struct ledger_entry ignored = {{0}, {0}, {0}, {0}};

    *stats = (struct folio_stats){0};
    run->path->ops->count(run->path, stats, &ignored);
}

const char *run_bounce_refusal(struct run *run)
{
    struct bounce_stats now;
    const char *reason = NULL;

    if (!run->path->bounce)
        return NULL;
    bounce_count(run->path->bounce, &now);
    for (unsigned i = BOUNCE_TOO_LARGE; i < BOUNCE_REFUSAL_COUNT; i++)
        if (now.refused[i] != run->bounce.refused[i])
            reason = bounce_refusal_name((enum bounce_refusal)i);
    run->bounce = now;
    return reason;
}

/* Everything counted so far, from all who count. */
static void totals_take(const struct run *run, struct ledger_entry *entry)
{
    const struct nic_stats *nic = nic_stats(run->path->lab.nic);
    struct folio_stats stats = {0};

    *entry = run->fetch.seen;
    run->path->ops->count(run->path, &stats, entry);
    entry->count[LEDGER_DOORBELLS] = nic->doorbells;
    entry->count[LEDGER_RMP_CHECKS] = nic->translations;
    entry->count[LEDGER_IDE_TRANSFERS] = nic->encrypted.reads + nic->encrypted.writes;
    entry->count[LEDGER_PAGE_STATE_CHANGES] =
        run->path->lab.backend.stats.pages_shared + run->path->lab.backend.stats.pages_unshared;
}

void run_delta(struct run *run, struct ledger_entry *delta)
{
    struct ledger_entry now;

    totals_take(run, &now);
    *delta = run->carry;
    memset(&run->carry, 0, sizeof run->carry);
    for (unsigned i = 0; i < LEDGER_PLACE_COUNT; i++) {
        delta->copies[i] += now.copies[i] - run->totals.copies[i];
        delta->bytes[i] += now.bytes[i] - run->totals.bytes[i];
    }
    for (unsigned i = 0; i < LEDGER_COUNT_COUNT; i++)
        delta->count[i] += now.count[i] - run->totals.count[i];
    run->totals = now;
}

/* Bytes of a packet that are copied, each time that it is: all, or those of its header. */
static uint32_t copied_bytes(const struct run *run, const struct record *record, bool is_transmit)
{
    uint32_t packet_bytes = is_transmit ? record->taken_bytes : record->packet.frame_bytes;
    uint32_t header_bytes = run->config.path->header_copy_bytes;

    return header_bytes != 0 && header_bytes < packet_bytes ? header_bytes : packet_bytes;
}

/* Copies of whole packets or headers, so many of each: bytes go by length. */
static void share_by_length(const struct run *run, const struct ledger_entry *delta,
                            struct ledger_entry *left, struct record *const *records,
                            uint32_t count, bool is_transmit)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += copied_bytes(run, records[i], is_transmit);
    for (unsigned place = 0; place < LEDGER_PLACE_COUNT; place++) {
        uint64_t each = delta->copies[place] / count;

        if (each == 0 || delta->copies[place] % count != 0 || delta->bytes[place] != each * sum)
            continue;
        for (uint32_t i = 0; i < count; i++) {
            records[i]->entry.copies[place] += each;
            records[i]->entry.bytes[place] += each * copied_bytes(run, records[i], is_transmit);
        }
        left->copies[place] = left->bytes[place] = 0;
    }
}

void run_share(struct run *run, const struct ledger_entry *delta, struct record *const *records,
               uint32_t count, bool is_transmit)
{
    struct ledger_entry left = *delta;

    if (count == 0) {
        run->carry = *delta;
        return;
    }
    share_by_length(run, delta, &left, records, count, is_transmit);
    for (uint32_t i = 0; i < count; i++)
        ledger_share(&records[i]->entry, &left, i, count);
}

const char *run_refusal(const struct folio_stats *now, struct folio_stats *seen,
                        enum folio_refusal first, enum folio_refusal last)
{
    for (unsigned i = first; i <= last; i++) {
        if (now->refused[i] == seen->refused[i])
            continue;
        seen->refused[i]++;
        return folio_refusal_name((enum folio_refusal)i);
    }
    return NULL;
}

void run_reason_add(struct run_result *result, bool is_refused, const char *where,
                    const char *reason)
{
    size_t first = is_refused ? result->dropped_reasons : 0;
    size_t count = is_refused ? result->refused_reasons : result->dropped_reasons;
    size_t all = result->dropped_reasons + result->refused_reasons;
    struct run_reason *slot = result->reason + first;

    for (; count > 0; count--, slot++)
        if (strcmp(slot->where, where) == 0 && strcmp(slot->reason, reason) == 0) {
            slot->packets++;
            return;
        }
    if (all == RUN_REASONS_MAX)
        return; /* there are fewer words than that */
    memmove(slot + 1, slot, (size_t)(result->reason + all - slot) * sizeof *slot);
    *slot = (struct run_reason){where, reason, 1};
    if (is_refused)
        result->refused_reasons++;
    else
        result->dropped_reasons++;
}

static int reason_order(const void *a, const void *b)
{
    const struct run_reason *first = a, *second = b;
    int order = strcmp(first->where, second->where);

    return order ? order : strcmp(first->reason, second->reason);
}

void run_reasons_sort(struct run_result *result)
{
    qsort(result->reason, result->dropped_reasons, sizeof *result->reason, reason_order);
    qsort(result->reason + result->dropped_reasons, result->refused_reasons, sizeof *result->reason,
          reason_order);
}

/* How it ended; sets where and reason of a packet that the application dropped. */
static enum ledger_fate record_fate(struct run *run, struct record *record)
{
    if (!record->where && record->app.verdict == APP_ANSWERED && record->sent == 0)
        run->broken_id = record->packet.number;
    if (!record->where && record->app.verdict == APP_CONSUMED)
        return FATE_CONSUMED;
    if (record->sent > 0)
        return FATE_ANSWERED;
    if (!record->where) {
        record->where = "app";
        record->reason = app_verdict_name(record->app.verdict);
    }
    return record->is_refused ? FATE_REFUSED : FATE_DROPPED;
}

/* The model's part: interrupts by the queueing replay, cycles, latency. */
static double record_cost(struct run *run, struct record *record)
{
    const struct path *path = run->config.path;
    const struct cost *cost = run->config.cost;
    struct ledger_entry *entry = &record->entry;
    struct ledger_packet packet = {
        .rx_bytes = record->packet.frame_bytes,
        .tx_bytes = record->sent_bytes,
        .is_cold = path->order == PATH_FIFO,
        .work_cycles = cost_cycles(cost, run->config.work_ns),
    };
    double delay = 0;

    entry->count[LEDGER_CRYPTO_CALLS] = record->app.crypto_calls;
    entry->count[LEDGER_CRYPTO_BYTES] = record->app.crypto_bytes;
    if (packet.is_cold)
        entry->count[LEDGER_LINES_COLD] = (packet.rx_bytes + 63) / 64 + (packet.tx_bytes + 63) / 64;
    if (latency_is_idle(run->latency, record->queue, record->packet.time_ns)) {
        if (path_has_interrupts(path)) {
            entry->count[LEDGER_INTERRUPTS] = 1;
            delay += cost->constant[COST_INTERRUPT_LATENCY].value;
        }
        if (record->sent > 0 && path->exits_per_notification > 0)
            entry->count[LEDGER_NOTIFICATIONS] = 1;
    }
    entry->count[LEDGER_EXITS] = entry->count[LEDGER_INTERRUPTS] * path->exits_per_interrupt +
                                 entry->count[LEDGER_NOTIFICATIONS] * path->exits_per_notification;
    ledger_cost(entry, &packet, path, cost);
    if (path->factor[FACTOR_ROUTING_HOST] == EXTENT_YES)
        delay += cost->constant[COST_ROUTING_HOST_LATENCY].value;
    delay += cost_ns(cost, entry->cycles[CAUSE_ROUTING_HOST] + entry->cycles[CAUSE_IDE]);
    return latency_serve(run->latency, record->queue, record->packet.time_ns,
                         cost_ns(cost, ledger_cycles(entry)), delay);
}

static void record_end(struct run *run, struct record *record)
{
    struct run_result *result = &run->result;
    double latency_ns = record->is_received ? record_cost(run, record) : 0;
    enum ledger_fate fate = record_fate(run, record);
    struct run_end end = {
        .id = record->packet.number,
        .time_ns = record->packet.time_ns,
        .queue = record->queue,
        .frame_bytes = record->packet.frame_bytes,
        .sent_bytes = record->sent_bytes,
        .fate = fate,
        .where = record->where,
        .reason = record->reason,
        .entry = &record->entry,
        .latency_ns = latency_ns,
    };

    if (record->is_received) {
        result->received++;
        result->received_bytes += record->packet.frame_bytes;
    }
    result->answered += fate == FATE_ANSWERED;
    result->consumed += fate == FATE_CONSUMED;
    result->delivered += fate == FATE_ANSWERED || fate == FATE_CONSUMED;
    result->dropped += fate == FATE_DROPPED;
    result->refused += fate == FATE_REFUSED;
    if (fate == FATE_DROPPED || fate == FATE_REFUSED)
        run_reason_add(result, fate == FATE_REFUSED, record->where, record->reason);
    else
        end.where = end.reason = NULL;
    ledger_add(&result->sum, &record->entry);
    if (run->config.hooks.end)
        run->config.hooks.end(run->config.hooks.context, &end);
}

void run_end_round(struct run *run)
{
    for (uint32_t i = 0; i < run->record_count; i++)
        record_end(run, &run->record[i]);
    run->record_count = 0;
}
