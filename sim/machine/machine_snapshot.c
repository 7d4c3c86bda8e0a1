/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/machine_snapshot.c — a live machine as bytes. See machine_snapshot.h. First what it
 * is made of, which must be the same to load it; then its state, memory and clock before the harts.
 */
#include "machine/machine_snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "hart/hart_snapshot.h"
#include "machine/live_internal.h"
#include "memory/memory_snapshot.h"

/* --- what it is made of --- */

static void memory_config_snapshot(const struct memory_config *config,
                                   struct snapshot_stream *stream)
{
    snapshot_same(stream, config->mode);
    snapshot_same(stream, config->cipher);
    snapshot_same(stream, config->c_bit_rule);
    snapshot_same(stream, config->c_bit);
    snapshot_same(stream, config->ciphertext_hiding);
    snapshot_same(stream, config->checks_shared_reads);
    snapshot_same(stream, config->page_count);
    snapshot_same(stream, config->rmp_pages);
    snapshot_same(stream, config->asid_max);
    snapshot_same(stream, config->seed);
}

static void harts_config_snapshot(const struct machine_harts *harts, struct snapshot_stream *stream)
{
    snapshot_same(stream, harts->count);
    for (const struct machine_extension *one = machine_extensions; one->name; one++)
        snapshot_same(stream, machine_extension_is_on(&harts->features, one));
    snapshot_same(stream, harts->features.levels_max);
    snapshot_same(stream, harts->features.pmp_count);
    snapshot_same(stream, harts->features.asid_bits);
    snapshot_same(stream, harts->features.vmid_bits);
    snapshot_same(stream, harts->features.guest_interrupts);
    snapshot_same(stream, harts->quantum);
    snapshot_same(stream, harts->instructions_per_tick);
    snapshot_same(stream, harts->timebase_hz);
}

static void bus_snapshot(const struct machine_bus *bus, struct snapshot_stream *stream)
{
    for (unsigned i = 0; i < BUS_KIND_COUNT; i++) {
        snapshot_same(stream, bus->device[i].is_there);
        snapshot_same(stream, bus->device[i].at.v);
        snapshot_same(stream, bus->device[i].size_bytes);
        snapshot_same(stream, bus->device[i].irq);
    }
}

/* What stands before everything else, for whoever has no machine yet. */
struct head {
    uint64_t instructions;
    char machine[MACHINE_NAME_BYTES];
    struct image_symbols symbols;
};

static void head_snapshot(struct head *head, struct snapshot_stream *stream)
{
    snapshot_u64(stream, &head->instructions);
    snapshot_bytes(stream, head->machine, sizeof head->machine);
    head->machine[MACHINE_NAME_BYTES - 1] = '\0';
    snapshot_u64(stream, &head->symbols.tohost.v);
    snapshot_u64(stream, &head->symbols.fromhost.v);
    snapshot_u64(stream, &head->symbols.begin_signature.v);
    snapshot_u64(stream, &head->symbols.end_signature.v);
}

static void made_of_snapshot(const struct live *live, struct snapshot_stream *stream)
{
    memory_config_snapshot(&live->spec.memory, stream);
    harts_config_snapshot(&live->spec.harts, stream);
    bus_snapshot(&live->spec.bus, stream);
    snapshot_same(stream, live->htif.tohost.v);
    snapshot_same(stream, live->htif.fromhost.v);
    snapshot_same(stream, live->virtio_block.config.capacity_sectors);
}

/* --- its state --- */

static void devices_snapshot(struct live *live, struct snapshot_stream *stream)
{
    clint_snapshot(&live->clint, stream);
    plic_snapshot(&live->plic, stream);
    uart_snapshot(&live->uart, stream);
    virtio_snapshot(&live->virtio_console.virtio, stream);
    virtio_block_snapshot(&live->virtio_block, stream);
    htif_snapshot(&live->htif, stream);
}

static void counts_snapshot(struct live_counts *counts, struct snapshot_stream *stream)
{
    for (unsigned mode = 0; mode < LIVE_MODES; mode++)
        for (unsigned cause = 0; cause < LIVE_CAUSES; cause++) {
            snapshot_u64(stream, &counts->exceptions[mode][cause]);
            snapshot_u64(stream, &counts->interrupts[mode][cause]);
        }
    snapshot_u64(stream, &counts->exits);
}

static void index_snapshot(unsigned *index, unsigned count, struct snapshot_stream *stream)
{
    uint32_t loaded = *index;

    snapshot_u32(stream, &loaded);
    snapshot_require(stream, loaded < count);
    if (snapshot_is_loaded(stream))
        *index = loaded;
}

/* How the run ended, if it has; of a trap what is shown of it. */
static void end_snapshot(struct live *live, struct snapshot_stream *stream)
{
    unsigned end = live->result.end;
    struct hart_trap *trap = &live->result.trap;

    snapshot_bool(stream, &live->is_ended);
    index_snapshot(&end, LIVE_END_COUNT, stream);
    index_snapshot(&live->result.hart, live->spec.harts.count, stream);
    snapshot_u64(stream, &live->result.number);
    snapshot_u64(stream, &live->result.pc);
    snapshot_bool(stream, &trap->is_interrupt);
    snapshot_u8(stream, &trap->cause);
    snapshot_u64(stream, &trap->epc);
    snapshot_u64(stream, &trap->tval);
    live->result.end = (enum live_end)end;
}

/* Between turns, and of the harts what they do not know themselves. */
static void turns_snapshot(struct live *live, struct snapshot_stream *stream)
{
    unsigned count = live->spec.harts.count;

    index_snapshot(&live->current, count, stream);
    index_snapshot(&live->next, count, stream);
    snapshot_bool(stream, &live->is_in_turn);
    snapshot_u64(stream, &live->turn_end);
    for (unsigned i = 0; i < count; i++) {
        snapshot_u64(stream, &live->hart[i].idle);
        snapshot_bool(stream, &live->hart[i].is_waiting);
    }
    snapshot_u64(stream, &live->passed.taken);
    snapshot_u64(stream, &live->passed.put);
}

static void state_snapshot(struct live *live, struct snapshot_stream *stream)
{
    memory_snapshot(live->memory, stream);
    turns_snapshot(live, stream);
    devices_snapshot(live, stream);
    for (unsigned i = 0; i < live->spec.harts.count; i++)
        hart_run_snapshot(live->hart[i].run, stream);
    counts_snapshot(&live->counts, stream);
    end_snapshot(live, stream);
    snapshot_require(stream,
                     !live->is_in_turn ||
                         live->turn_end > hart_run_clock(live->hart[live->current].run)->instret);
}

/* --- in memory --- */

enum status machine_snapshot_take(struct live *live, struct machine_snapshot *out,
                                  struct diagnostic *diag)
{
    struct snapshot_stream stream = snapshot_stream_save();
    struct head head = {.instructions = live_instructions(live), .symbols = live->symbols};

    *out = (struct machine_snapshot){0};
    if (!memory_snapshot_is_possible(live->memory))
        return diagnostic_set(diag, STATUS_BAD_STATE, live->spec.name, 0, 0,
                              "its memory has a cache or an alias; expected none");
    memcpy(head.machine, live->spec.name, sizeof head.machine);
    head_snapshot(&head, &stream);
    made_of_snapshot(live, &stream);
    state_snapshot(live, &stream);
    if (stream.has_failed) {
        free(stream.bytes);
        return diagnostic_set(diag, STATUS_IO, live->spec.name, 0, 0,
                              "not enough memory for a snapshot");
    }
    *out = (struct machine_snapshot){stream.bytes, stream.size_bytes};
    return STATUS_OK;
}

static enum status damaged(const char *name, struct diagnostic *diag)
{
    return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                          "the snapshot is damaged; expected what cvmlab run wrote");
}

enum status machine_snapshot_restore(struct live *live, const struct machine_snapshot *snapshot,
                                     const char *name, struct diagnostic *diag)
{
    struct snapshot_stream stream = snapshot_stream_load(snapshot->bytes, snapshot->size_bytes);
    struct head head = {0};

    if (!memory_snapshot_is_possible(live->memory))
        return diagnostic_set(diag, STATUS_BAD_STATE, live->spec.name, 0, 0,
                              "its memory has a cache or an alias; expected none");
    head_snapshot(&head, &stream);
    if (stream.has_failed)
        return damaged(name, diag);
    made_of_snapshot(live, &stream);
    if (stream.has_failed || strcmp(head.machine, live->spec.name) != 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                              "the snapshot is of another machine (%s); expected one of %s with "
                              "the same spec, program and size of disk",
                              head.machine, live->spec.name);
    state_snapshot(live, &stream);
    if (stream.has_failed || stream.at != stream.size_bytes ||
        head.instructions != live_instructions(live))
        return damaged(name, diag);
    return STATUS_OK;
}

void machine_snapshot_free(struct machine_snapshot *snapshot)
{
    free(snapshot->bytes);
    *snapshot = (struct machine_snapshot){0};
}

/* --- without a machine --- */

static bool head_read(const struct machine_snapshot *snapshot, struct head *head)
{
    struct snapshot_stream stream = snapshot_stream_load(snapshot->bytes, snapshot->size_bytes);

    *head = (struct head){0};
    head_snapshot(head, &stream);
    return !stream.has_failed;
}

uint64_t machine_snapshot_instructions(const struct machine_snapshot *snapshot)
{
    struct head head;

    return head_read(snapshot, &head) ? head.instructions : 0;
}

static bool symbol_is_good(spa_t symbol, const struct image_ram *ram)
{
    return symbol.v == 0 ||
           (symbol.v >= ram->first.v && symbol.v - ram->first.v <= ram->size_bytes);
}

enum status machine_snapshot_image(const struct machine_snapshot *snapshot, const char *name,
                                   const struct image_ram *ram, struct image *out,
                                   struct diagnostic *diag)
{
    struct head head;

    *out = (struct image){0};
    if (!head_read(snapshot, &head) || !symbol_is_good(head.symbols.tohost, ram) ||
        !symbol_is_good(head.symbols.fromhost, ram) ||
        !symbol_is_good(head.symbols.begin_signature, ram) ||
        !symbol_is_good(head.symbols.end_signature, ram))
        return damaged(name, diag);
    out->symbols = head.symbols;
    out->entry = ram->first;
    strncpy(out->name, name, sizeof out->name - 1);
    return STATUS_OK;
}
