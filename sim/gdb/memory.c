/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/memory.c — memory read and written (m, M, X). Only RAM: to read a register of a device
 * can change it. See internal.h. */
#include <errno.h>

#include "gdb/internal.h"

const char *const gdb_memory_words[GDB_MEMORY_COUNT] = {"virtual", "physical", "guest-physical"};

/* What is physical is seen by the host, as everybody else sees it who is no guest. */
static bool access_find(struct gdb *gdb, enum gdb_memory kind, uint64_t address, struct access *out)
{
    static const enum access_kind tries[] = {ACCESS_READ, ACCESS_EXECUTE, ACCESS_WRITE};

    for (unsigned i = 0; i < sizeof tries / sizeof *tries; i++) {
        bool is_found = kind == GDB_PHYSICAL;

        *out = (struct access){.actor = {.kind = ACTOR_HYPERVISOR}, .spa = {address}};
        if (kind == GDB_VIRTUAL)
            is_found = hart_access_look(gdb_hart(gdb), (gva_t){address}, tries[i], out);
        if (kind == GDB_GUEST_PHYSICAL)
            is_found = hart_guest_look(gdb_hart(gdb), (gpa_t){address}, tries[i], out);
        if (is_found)
            return out->spa.v >= MACHINE_RAM_FIRST;
    }
    return false;
}

/* One piece inside a page. from NULL: reads. */
static bool piece_move(struct gdb *gdb, enum gdb_memory kind, uint64_t address, void *to,
                       const void *from, size_t size_bytes)
{
    struct memory *memory = live_memory(gdb->live);
    struct access access;
    struct fault fault;

    if (!access_find(gdb, kind, address, &access))
        return false;
    access.kind = from ? ACCESS_WRITE : ACCESS_READ;
    return from ? memory_write(memory, &access, from, size_bytes, &fault)
                : memory_read(memory, &access, to, size_bytes, &fault);
}

static size_t piece_bytes(uint64_t address, size_t left)
{
    size_t room = PAGE_SIZE - address % PAGE_SIZE;

    return left < room ? left : room;
}

size_t gdb_memory_get(struct gdb *gdb, enum gdb_memory kind, uint64_t address, void *to,
                      size_t size_bytes)
{
    size_t done = 0;

    while (done < size_bytes) {
        size_t piece = piece_bytes(address + done, size_bytes - done);

        if (!piece_move(gdb, kind, address + done, (uint8_t *)to + done, NULL, piece))
            break;
        done += piece;
    }
    return done;
}

static bool memory_set(struct gdb *gdb, uint64_t address, const void *from, size_t size_bytes)
{
    size_t done = 0;

    gdb->is_changed = true;
    while (done < size_bytes) {
        size_t piece = piece_bytes(address + done, size_bytes - done);

        if (!piece_move(gdb, gdb->memory, address + done, NULL, (const uint8_t *)from + done,
                        piece))
            return false;
        done += piece;
    }
    return true;
}

/* addr,length */
static bool range_take(struct cursor *cursor, uint64_t *address, uint64_t *size_bytes)
{
    return cursor_number(cursor, address) && cursor_take(cursor, ",") &&
           cursor_number(cursor, size_bytes);
}

void gdb_memory_read(struct gdb *gdb, struct cursor *cursor)
{
    uint8_t bytes[PACKET_BYTES / 2];
    uint64_t address, size;
    size_t got;

    if (!range_take(cursor, &address, &size)) {
        gdb_answer(gdb, false, EINVAL);
        return;
    }
    if (size > sizeof bytes)
        size = sizeof bytes; /* a part is a good answer */
    got = gdb_memory_get(gdb, gdb->memory, address, bytes, (size_t)size);
    if (got == 0 && size > 0)
        gdb_answer(gdb, false, EFAULT);
    else
        reply_add_hex(&gdb->reply, bytes, got);
}

void gdb_memory_write(struct gdb *gdb, struct cursor *cursor)
{
    uint8_t bytes[PACKET_BYTES / 2];
    uint64_t address, size;

    if (!range_take(cursor, &address, &size) || !cursor_take(cursor, ":") || size > sizeof bytes ||
        !cursor_hex(cursor, bytes, (size_t)size) || cursor->at != cursor->end)
        gdb_answer(gdb, false, EINVAL);
    else
        gdb_answer(gdb, memory_set(gdb, address, bytes, (size_t)size), EFAULT);
}

void gdb_memory_write_binary(struct gdb *gdb, struct cursor *cursor)
{
    uint64_t address, size;

    if (!range_take(cursor, &address, &size) || !cursor_take(cursor, ":") ||
        size != (uint64_t)(cursor->end - cursor->at))
        gdb_answer(gdb, false, EINVAL);
    else
        gdb_answer(gdb, memory_set(gdb, address, cursor->at, (size_t)size), EFAULT);
}
