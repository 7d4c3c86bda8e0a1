/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/semihosting.c — see semihosting.h. */
#include "machine/semihosting.h"

enum { REGISTER_A0 = 10, REGISTER_A1 = 11 };
enum { CALL_EXIT = 0x18, CALL_EXIT_EXTENDED = 0x20, REASON_EXIT = 0x20026 };

/* slli x0, x0, 0x1f; ebreak; srai x0, x0, 7: none of them compressed. */
static const uint32_t marks[] = {0x01f01013, 0x00100073, 0x40705013};

/* Bytes as the hart sees them now. */
static bool bytes_read(struct hart_run *run, const struct dma *dma, uint64_t from,
                       enum access_kind access, void *to, size_t size_bytes)
{
    spa_t where;

    return hart_translate(hart_run_hart(run), (gva_t){from}, access, &where) &&
           dma_read(dma, where, to, size_bytes);
}

static bool is_marked(struct hart_run *run, const struct dma *dma, uint64_t pc)
{
    for (unsigned i = 0; i < 3; i++) {
        uint32_t word;

        if (!bytes_read(run, dma, pc + 4 * (uint64_t)i - 4, ACCESS_EXECUTE, &word, sizeof word) ||
            word != marks[i])
            return false;
    }
    return true;
}

bool semihosting_call(struct hart_run *run, const struct dma *dma, const struct power *power,
                      uint64_t pc)
{
    uint64_t call, block, reason, number;

    if (!is_marked(run, dma, pc))
        return false;
    call = hart_run_get(run, ENGINE_X + REGISTER_A0);
    block = hart_run_get(run, ENGINE_X + REGISTER_A1);
    if ((call != CALL_EXIT && call != CALL_EXIT_EXTENDED) ||
        !bytes_read(run, dma, block, ACCESS_READ, &reason, sizeof reason) ||
        !bytes_read(run, dma, block + 8, ACCESS_READ, &number, sizeof number))
        return false;
    if (reason != REASON_EXIT) /* the reason is all that is known */
        number = reason;
    power->request(power->context, number == 0 ? POWER_PASS : POWER_FAIL, number);
    return true;
}
