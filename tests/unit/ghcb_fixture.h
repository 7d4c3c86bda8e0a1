/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/ghcb_fixture.h — a guest and a host around a few pages of shared memory that counts
 * every fetch, and that an adversary may change after each. */
#ifndef CVMLAB_TESTS_UNIT_GHCB_FIXTURE_H
#define CVMLAB_TESTS_UNIT_GHCB_FIXTURE_H

#include <string.h>

#include "ghcb/guest.h"
#include "ghcb/host.h"
#include "ghcb/wire.h"
#include "spec/ghcb.h"

enum { SHARED_PAGES = 3, SHARED_BYTES = SHARED_PAGES * PAGE_SIZE };

#define SHARED_BASE ((gpa_t){0x7FFF000}) /* of the first page, which is the GHCB */
#define OTHER_BASE  ((gpa_t){0x8000000}) /* of the second */

struct shared_memory {
    struct ghcb_shared seam;
    uint8_t byte[SHARED_BYTES];
    uint8_t reads[SHARED_BYTES]; /* since memory_forget */
    unsigned read_calls, write_calls;
    unsigned fail_at; /* this call, counted from 1 over reads and writes, fails; 0: none */
    void *context;    /* of the next */
    void (*after_read)(void *context, struct shared_memory *memory);
};

static inline bool memory_fails(struct shared_memory *memory)
{
    return memory->fail_at && memory->read_calls + memory->write_calls == memory->fail_at;
}

static inline bool memory_has(gpa_t at, size_t size_bytes)
{
    return at.v >= SHARED_BASE.v && at.v - SHARED_BASE.v <= SHARED_BYTES &&
           size_bytes <= SHARED_BYTES - (at.v - SHARED_BASE.v);
}

static inline enum status memory_read(void *context, gpa_t from, void *to, size_t size_bytes)
{
    struct shared_memory *memory = context;

    memory->read_calls++;
    if (memory_fails(memory) || !memory_has(from, size_bytes))
        return STATUS_BAD_ADDRESS;
    memcpy(to, memory->byte + (from.v - SHARED_BASE.v), size_bytes);
    for (size_t i = 0; i < size_bytes; i++)
        memory->reads[from.v - SHARED_BASE.v + i]++;
    if (memory->after_read)
        memory->after_read(memory->context, memory);
    return STATUS_OK;
}

static inline enum status memory_write(void *context, gpa_t to, const void *from, size_t size_bytes)
{
    struct shared_memory *memory = context;

    memory->write_calls++;
    if (memory_fails(memory) || !memory_has(to, size_bytes))
        return STATUS_BAD_ADDRESS;
    memcpy(memory->byte + (to.v - SHARED_BASE.v), from, size_bytes);
    return STATUS_OK;
}

static inline void memory_forget(struct shared_memory *memory)
{
    memset(memory->reads, 0, sizeof memory->reads);
    memory->read_calls = memory->write_calls = 0;
}

/* The most reads of any byte. */
static inline unsigned memory_most_reads(const struct shared_memory *memory)
{
    unsigned most = 0;

    for (size_t i = 0; i < SHARED_BYTES; i++)
        most = memory->reads[i] > most ? memory->reads[i] : most;
    return most;
}

static inline struct ghcb_page *memory_page(struct shared_memory *memory)
{
    return (struct ghcb_page *)memory->byte; /* bytes both, alignment 1 */
}

struct ghcb_fixture {
    struct ghcb_spec *spec;
    struct shared_memory memory;
    struct ghcb_guest guest;
    struct ghcb_host host;
    struct ghcb_values registers;
    struct ghcb_outcome outcome;
    enum ghcb_refusal why;
};

/* Every register holds a value of its own, 8 bytes that occur nowhere else. */
static inline void registers_fill(struct ghcb_values *registers)
{
    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++)
        registers->of[field] = UINT64_C(0x0101010101010101) * (0x20 + field);
}

static inline void fixture_open(struct ghcb_fixture *fix, const char *table)
{
    memset(fix, 0, sizeof *fix);
    fix->spec = ghcb_spec_open(table, NULL, NULL);
    fix->memory.seam = (struct ghcb_shared){&fix->memory, memory_read, memory_write};
    fix->guest = (struct ghcb_guest){
        .spec = &fix->spec->table, .shared = &fix->memory.seam, .page = SHARED_BASE};
    fix->host = (struct ghcb_host){.spec = &fix->spec->table,
                                   .shared = &fix->memory.seam,
                                   .is_registered = true,
                                   .registered = SHARED_BASE,
                                   .version_min = GHCB_VERSION_SNP,
                                   .version_max = GHCB_VERSION_SNP};
    registers_fill(&fix->registers);
}

static inline void fixture_close(struct ghcb_fixture *fix)
{
    ghcb_spec_close(fix->spec);
}

/* Values that the row takes: INFO fields within its masks, registers as its conditions ask, a sound
 * length. Registers keep what no condition fixes. */
static inline struct ghcb_event event_for(const struct ghcb_row *row, struct ghcb_values *registers,
                                          uint8_t data[GHCB_BUFFER_BYTES])
{
    struct ghcb_values values = *registers;
    struct ghcb_event event = {.code = row->code, .data = data};

    values.of[GHCB_INFO1] = row->info1_mask & UINT64_C(0x1234567890ABCDEF);
    values.of[GHCB_INFO2] = row->info2_mask & UINT64_C(0x0FEDCBA987654321);
    if (row->code == GHCB_EXIT_IOIO)
        values.of[GHCB_INFO1] = UINT64_C(0x3F8) << IOIO_PORT_SHIFT | IOIO_SIZE16 | IOIO_ADDRESS64;
    if (row->data != GHCB_DATA_NONE && row->length != GHCB_LENGTH_LIST)
        values.of[GHCB_INFO2] = 8;
    for (unsigned i = 0; i < row->when_count; i++) {
        const struct ghcb_condition *when = &row->when[i];
        uint64_t *value = &values.of[when->field];

        if (!when->differs)
            *value = (*value & ~when->mask) | when->value;
        else if ((*value & when->mask) == when->value)
            *value ^= when->mask & -when->mask;
    }
    event.info1 = values.of[GHCB_INFO1] & row->info1_mask;
    event.info2 = values.of[GHCB_INFO2];
    event.data_bytes = row->length == GHCB_LENGTH_LIST   ? GHCB_BUFFER_BYTES
                       : row->length == GHCB_LENGTH_IOIO ? 16
                                                         : 8;
    if (!(row->data & GHCB_DATA_TO_HOST))
        event.data_bytes = 0;
    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++)
        if (ghcb_field_is_register(field))
            registers->of[field] = values.of[field];
    return event;
}

static inline enum status fixture_send(struct ghcb_fixture *fix, const struct ghcb_event *event)
{
    return ghcb_guest_send(&fix->guest, event, &fix->registers, &fix->why);
}

static inline enum status fixture_receive(struct ghcb_fixture *fix)
{
    return ghcb_guest_receive(&fix->guest, &fix->registers, &fix->outcome, &fix->why);
}

/* A handler that gives every out field a value of its own. */
static inline enum status answer_all(void *context, struct ghcb_request *request,
                                     struct ghcb_reply *reply)
{
    (void)context;
    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++)
        reply->out.of[field] = UINT64_C(0x8080808080808080) + field;
    reply->info2 = UINT64_C(0x1122334455667788);
    if (request->row->data == GHCB_DATA_TO_GUEST)
        memset(request->data, 0xD5, request->data_bytes);
    return STATUS_OK;
}

#endif
