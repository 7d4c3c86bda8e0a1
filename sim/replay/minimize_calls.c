/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/minimize_calls.c — see minimize_calls.h. */
#include "replay/minimize_calls.h"

#include "replay/engine.h"

/* Which question it was; part of the digest. */
enum call_kind {
    CALL_MMIO_READ = 1,
    CALL_MMIO_WRITE,
    CALL_SBI,
    CALL_IS_MEMORY,
    CALL_IS_WRITABLE,
    CALL_CSR
};

/* The order of values counts. */
static uint64_t digest_add(uint64_t digest, uint64_t value)
{
    uint64_t state = digest ^ value;

    return random_next(&state) + (digest << 1 | digest >> 63);
}

static void log_add(struct call_log *log, enum call_kind kind, uint64_t a, uint64_t b, uint64_t c)
{
    log->digest = digest_add(log->digest, kind);
    log->digest = digest_add(log->digest, a);
    log->digest = digest_add(log->digest, b);
    log->digest = digest_add(log->digest, c);
}

static uint64_t log_mmio_read(void *context, gpa_t where, unsigned width_bytes)
{
    struct call_log *log = context;

    log_add(log, CALL_MMIO_READ, where.v, width_bytes, 0);
    return log->inner->mmio_read(log->inner->context, where, width_bytes);
}

static void log_mmio_write(void *context, gpa_t where, unsigned width_bytes, uint64_t data)
{
    struct call_log *log = context;

    log_add(log, CALL_MMIO_WRITE, where.v, width_bytes, data);
    log->inner->mmio_write(log->inner->context, where, width_bytes, data);
}

static uint64_t log_sbi(void *context, uint64_t eid, uint64_t fid, const uint64_t arg[6],
                        uint64_t *value)
{
    struct call_log *log = context;

    log_add(log, CALL_SBI, eid, fid, arg[0]);
    for (unsigned i = 1; i < SBI_ARG_MAX; i++)
        log->digest = digest_add(log->digest, arg[i]);
    return log->inner->sbi(log->inner->context, eid, fid, arg, value);
}

static bool log_is_memory(void *context, gpa_t where)
{
    struct call_log *log = context;

    log_add(log, CALL_IS_MEMORY, where.v, 0, 0);
    return log->inner->is_memory(log->inner->context, where);
}

/* Not an act: the same at every entry. */
static uint64_t log_hvip(void *context)
{
    struct call_log *log = context;

    return log->inner->hvip(log->inner->context);
}

static bool log_is_writable(void *context, gpa_t where)
{
    struct call_log *log = context;

    log_add(log, CALL_IS_WRITABLE, where.v, 0, 0);
    return log->inner->is_writable(log->inner->context, where);
}

static bool log_csr(void *context, uint16_t number, uint64_t data, uint64_t mask, uint64_t *old)
{
    struct call_log *log = context;

    log_add(log, CALL_CSR, number, data, mask);
    return log->inner->csr(log->inner->context, number, data, mask, old);
}

struct host_world call_log_world(struct call_log *log)
{
    return (struct host_world){
        .context = log,
        .mmio_read = log_mmio_read,
        .mmio_write = log_mmio_write,
        .sbi = log_sbi,
        .is_memory = log_is_memory,
        .hvip = log_hvip,
        .is_writable = log->inner->is_writable ? log_is_writable : NULL,
        .csr = log->inner->csr ? log_csr : NULL,
    };
}
