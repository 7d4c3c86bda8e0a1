/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/registers.c — registers read and written (g, G, p, P). See internal.h. */
#include <errno.h>

#include "gdb/internal.h"

enum { CSR_FCSR = 3, PRIV_VIRTUAL = 4 };

unsigned gdb_register_bytes(unsigned number)
{
    return number > GDB_CSR && number <= GDB_CSR + CSR_FCSR ? 4 : 8;
}

/* False: there is none. */
static bool register_get(struct gdb *gdb, unsigned number, uint64_t *value)
{
    struct hart_run *run = gdb_hart_run(gdb);
    struct hart_mode mode = hart_mode(gdb_hart(gdb));

    *value = 0;
    if (number < GDB_PC)
        *value = hart_run_get(run, ENGINE_X + number);
    else if (number == GDB_PC)
        *value = hart_run_pc(run);
    else if (number < GDB_CSR)
        *value = hart_run_get(run, ENGINE_F + (number - GDB_F));
    else if (number < GDB_CSR_END)
        return hart_csr_peek(gdb_hart(gdb), (uint16_t)(number - GDB_CSR), value);
    else if (number == GDB_PRIV)
        *value = (unsigned)mode.privilege | (mode.is_virtual ? PRIV_VIRTUAL : 0u);
    else
        return false;
    return true;
}

/* False: there is none, or it is read-only. */
static bool register_set(struct gdb *gdb, unsigned number, uint64_t value)
{
    struct hart_run *run = gdb_hart_run(gdb);

    gdb->is_changed = true;
    if (number < GDB_PC) {
        hart_run_set(run, ENGINE_X + number, value);
    } else if (number == GDB_PC) {
        if (value % 2 != 0)
            return false;
        hart_run_pc_set(run, value);
        gdb->age = GDB_NEVER; /* another instruction, though nothing was done */
    } else if (number < GDB_CSR) {
        hart_run_set(run, ENGINE_F + (number - GDB_F), value);
    } else {
        return number < GDB_CSR_END &&
               hart_csr_poke(gdb_hart(gdb), (uint16_t)(number - GDB_CSR), value);
    }
    return true;
}

static bool value_take(struct cursor *cursor, unsigned size_bytes, uint64_t *value)
{
    uint8_t bytes[8];

    if (!cursor_hex(cursor, bytes, size_bytes))
        return false;
    *value = 0;
    for (unsigned i = 0; i < size_bytes; i++)
        *value |= (uint64_t)bytes[i] << 8 * i;
    return true;
}

/* The CSRs are asked for one by one. */
void gdb_registers_read(struct gdb *gdb, struct cursor *cursor)
{
    (void)cursor;
    for (unsigned i = 0; i < GDB_CSR; i++) {
        uint64_t value;

        (void)register_get(gdb, i, &value);
        reply_add_register(&gdb->reply, value, gdb_register_bytes(i));
    }
}

void gdb_registers_write(struct gdb *gdb, struct cursor *cursor)
{
    struct cursor check = *cursor;
    uint64_t value;
    unsigned count = 0;

    while (count < GDB_CSR && value_take(&check, gdb_register_bytes(count), &value))
        count++;
    if (count == 0 || check.at != check.end) {
        gdb_answer(gdb, false, EINVAL);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        (void)value_take(cursor, gdb_register_bytes(i), &value);
        (void)register_set(gdb, i, value);
    }
    gdb_answer(gdb, true, 0);
}

void gdb_register_read(struct gdb *gdb, struct cursor *cursor)
{
    uint64_t number, value;

    if (!cursor_number(cursor, &number) || number > GDB_PRIV ||
        !register_get(gdb, (unsigned)number, &value))
        gdb_answer(gdb, false, EINVAL);
    else
        reply_add_register(&gdb->reply, value, gdb_register_bytes((unsigned)number));
}

void gdb_register_write(struct gdb *gdb, struct cursor *cursor)
{
    uint64_t number, value;
    bool is_good = cursor_number(cursor, &number) && number <= GDB_PRIV &&
                   cursor_take(cursor, "=") &&
                   value_take(cursor, gdb_register_bytes((unsigned)number), &value) &&
                   register_set(gdb, (unsigned)number, value);

    gdb_answer(gdb, is_good, EINVAL);
}
