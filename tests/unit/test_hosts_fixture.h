/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hosts_fixture.h — a world that writes down what a model asks, and views as the
 * monitor would present them. Include after cmocka.h. Not linked to the monitor's decoder:
 * instructions are put together from the listings here. */
#ifndef CVMLAB_TEST_HOSTS_FIXTURE_H
#define CVMLAB_TEST_HOSTS_FIXTURE_H

#include <string.h>

#include "hosts/host.h"

enum { FIXTURE_HANDLE_LOW = 0x70, FIXTURE_HVIP = 0x440, MMIO_BASE = 0x10001000, SLOT_HVIP = 0x145 };

#define RAM_BASE UINT64_C(0x80000000)
#define ROM_BASE UINT64_C(0x20000000)

#define FIXTURE_HANDLE (HANDLE_BASE | FIXTURE_HANDLE_LOW)

enum access_kind { ACCESS_NONE, ACCESS_READ, ACCESS_WRITE, ACCESS_SBI, ACCESS_CSR };

/* What the model asked, last call of any kind, and what the world answers. */
struct fixture_world {
    enum access_kind kind;
    unsigned calls;
    uint64_t where, data, eid, fid, arg[6], mask;
    unsigned width_bytes;
    uint64_t device_value, sbi_error, sbi_value, csr_value;
};

static inline struct fixture_world *fixture_called(void *context, enum access_kind kind)
{
    struct fixture_world *log = (struct fixture_world *)context;

    log->kind = kind;
    log->calls++;
    return log;
}

static inline uint64_t fixture_mmio_read(void *context, gpa_t where, unsigned width_bytes)
{
    struct fixture_world *log = fixture_called(context, ACCESS_READ);

    log->where = where.v;
    log->width_bytes = width_bytes;
    return log->device_value;
}

static inline void fixture_mmio_write(void *context, gpa_t where, unsigned width_bytes,
                                      uint64_t data)
{
    struct fixture_world *log = fixture_called(context, ACCESS_WRITE);

    log->where = where.v;
    log->width_bytes = width_bytes;
    log->data = data;
}

static inline uint64_t fixture_sbi(void *context, uint64_t eid, uint64_t fid, const uint64_t arg[6],
                                   uint64_t *value)
{
    struct fixture_world *log = fixture_called(context, ACCESS_SBI);

    log->eid = eid;
    log->fid = fid;
    memcpy(log->arg, arg, sizeof(log->arg));
    *value = log->sbi_value;
    return log->sbi_error;
}

static inline bool fixture_csr(void *context, uint16_t number, uint64_t data, uint64_t mask,
                               uint64_t *old)
{
    struct fixture_world *log = fixture_called(context, ACCESS_CSR);

    log->where = number;
    log->data = data;
    log->mask = mask;
    *old = log->csr_value;
    return true;
}

static inline bool fixture_is_memory(void *context, gpa_t where)
{
    (void)context;
    return where.v >= RAM_BASE || (where.v >= ROM_BASE && where.v < ROM_BASE + PAGE_SIZE);
}

static inline bool fixture_is_writable(void *context, gpa_t where)
{
    (void)context;
    return where.v >= RAM_BASE;
}

static inline uint64_t fixture_hvip(void *context)
{
    (void)context;
    return FIXTURE_HVIP;
}

static inline struct host_world fixture_world_table(struct fixture_world *log)
{
    return (struct host_world){
        .context = log,
        .mmio_read = fixture_mmio_read,
        .mmio_write = fixture_mmio_write,
        .sbi = fixture_sbi,
        .is_memory = fixture_is_memory,
        .hvip = fixture_hvip,
        .is_writable = fixture_is_writable,
        .csr = fixture_csr,
    };
}

/* One exit on its way through a model: the frame and the page say the same. */
struct fixture {
    struct fixture_world log;
    struct host_view view;
    struct hs_frame frame;
    struct nacl_page page;
    struct nacl_trap trap;
};

static inline struct fixture fixture_exit(uint64_t scause, uint64_t stval)
{
    struct fixture fix;

    memset(&fix, 0, sizeof(fix));
    fix.view.handle = FIXTURE_HANDLE;
    fix.frame.sepc = FIXTURE_HANDLE;
    fix.frame.sstatus = (uint64_t)1 << 8;
    fix.frame.hstatus = (uint64_t)1 << 8 | (uint64_t)1 << 7;
    fix.frame.scause = fix.trap.scause = scause;
    fix.frame.stval = fix.trap.stval = stval;
    fix.frame.csr[GCSR_VSTVEC] = FIXTURE_HANDLE + HANDLE_INJECT;
    return fix;
}

static inline void fixture_set_reg(struct fixture *fix, unsigned reg, uint64_t value)
{
    fix->frame.x[reg] = fix->page.scratch[reg] = value;
}

/* Instruction where htinst has it and where a read at the handle finds it. */
static inline void fixture_set_insn(struct fixture *fix, uint32_t insn)
{
    fix->frame.htinst = fix->page.csr[0x14A] = insn;
    fix->view.served_insn = insn;
}

/* htinst as a hart without it: only the read is left. */
static inline void fixture_clear_htinst(struct fixture *fix)
{
    fix->frame.htinst = fix->page.csr[0x14A] = 0;
}

static inline struct fixture fixture_fault(uint64_t scause, uint64_t where, uint32_t insn)
{
    struct fixture fix = fixture_exit(scause, where & 3);

    fix.frame.htval = fix.page.csr[0x143] = where >> 2;
    fixture_set_insn(&fix, insn);
    return fix;
}

static inline struct fixture fixture_ecall(uint64_t eid, uint64_t fid)
{
    struct fixture fix = fixture_exit(EXC_SUPERVISOR_SYSCALL, 0);

    fixture_set_reg(&fix, REG_A7, eid);
    fixture_set_reg(&fix, REG_A6, fid);
    for (unsigned i = 0; i < 6; i++)
        fixture_set_reg(&fix, REG_A0 + i, 0xA0 + i);
    return fix;
}

static inline struct host_result fixture_run_frame(struct fixture *fix, const char *model)
{
    struct host_world world = fixture_world_table(&fix->log);

    return host_find(model)->run_frame(&world, &fix->view, &fix->frame);
}

static inline struct host_result fixture_run_page(struct fixture *fix, const char *model)
{
    struct host_world world = fixture_world_table(&fix->log);

    return host_find(model)->run_page(&world, &fix->page, &fix->trap);
}

/* How far the model moved the pc. */
static inline uint64_t fixture_step(const struct fixture *fix)
{
    return fix->frame.sepc - FIXTURE_HANDLE;
}

/* LOAD and STORE of the base formats with offset 0: funct3 as listed, register reg, address
 * register x0. */
static inline uint32_t insn_load(unsigned funct3, unsigned reg)
{
    return 0x03 | reg << 7 | funct3 << 12;
}

static inline uint32_t insn_store(unsigned funct3, unsigned reg)
{
    return 0x23 | funct3 << 12 | reg << 20;
}

static inline void assert_answered(struct host_result result)
{
    assert_null(result.bug);
    assert_int_equal(result.verdict, HOST_ANSWERED);
    assert_false(result.died);
}

static inline void assert_bug(struct host_result result, const char *bug)
{
    assert_non_null(result.bug);
    assert_string_equal(result.bug, bug);
    assert_int_equal(result.verdict, HOST_BUG);
    assert_false(result.died);
}

/* Runs the exit on a frame and holds it to the rule of the dead: key, and a frame as it was found.
 */
static inline void assert_frame_dies(struct fixture *fix, const char *model, const char *bug)
{
    struct hs_frame before = fix->frame;
    struct host_result result = fixture_run_frame(fix, model);

    assert_non_null(result.bug);
    assert_string_equal(result.bug, bug);
    assert_int_equal(result.verdict, HOST_BUG);
    assert_true(result.died);
    assert_memory_equal(&before, &fix->frame, sizeof(before));
}

/* The same on the page. */
static inline void assert_page_dies(struct fixture *fix, const char *model, const char *bug)
{
    struct nacl_page before = fix->page;
    struct host_result result = fixture_run_page(fix, model);

    assert_non_null(result.bug);
    assert_string_equal(result.bug, bug);
    assert_true(result.died);
    assert_memory_equal(&before, &fix->page, sizeof(before));
}

#endif
