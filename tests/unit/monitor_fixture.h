/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/monitor_fixture.h — a monitor with four vCPUs on a machine made of test data. Every
 * register of the guest holds a value of its own, so that one in a wrong place is seen.
 * Include the cmocka headers first. */
#ifndef CVMLAB_TESTS_UNIT_MONITOR_FIXTURE_H
#define CVMLAB_TESTS_UNIT_MONITOR_FIXTURE_H

#include <limits.h>
#include <string.h>

#include "monitor/monitor.h"

enum { FAIL_NEVER = UINT_MAX, FIXTURE_VCPUS = 4 };

/* The guest-physical map of the fixture. 0x20000000 and up to RAM is registered as nothing. */
#define ROM_BASE    ((uint64_t)0x1000)
#define MMIO_BASE   ((uint64_t)0x10000000)
#define HOLE_BASE   ((uint64_t)0x20000000)
#define RAM_BASE    ((uint64_t)0x80000000)
#define SHARED_BASE ((uint64_t)0x90000000)

enum { ROM_BYTES = 0x2000, MMIO_BYTES = 0x10000, RAM_BYTES = 0x10000000, SHARED_BYTES = 0x4000 };

#define CODE_PC ((uint64_t)0xffffffff80201000)

/* Seam A as data. A call whose number is fail_at returns STATUS_IO and does nothing. */
struct fake_platform {
    struct platform base;
    uint16_t code[2]; /* at code_pc; the first code_halves of them can be read */
    unsigned code_halves;
    uint64_t code_pc;
    enum status read_status, counter_status, random_status;
    uint64_t data, counter;
    uint16_t entropy;
    unsigned fail_at, calls, fetches, reads, counters, randoms, fences;
    uint64_t read_address, fence_mask, fence_base;
    uint32_t fence_fid;
    uint16_t counter_csr;
    enum guest_mode mode_seen; /* of the last fetch or read */
};

struct fixture {
    struct monitor mon;
    struct fake_platform platform;
    struct guest_state live; /* what the hart of vcpu holds at the trap */
    struct trap trap;
    uint32_t vcpu;
    struct exit_outcome out;
    struct host_answer answer;
    struct resume_outcome resumed;
};

static inline bool fake_fails(struct fake_platform *self)
{
    return self->calls++ == self->fail_at;
}

static inline enum status fake_fetch(struct platform *platform, const struct guest_state *guest,
                                     gva_t where, uint16_t *half)
{
    struct fake_platform *self = (struct fake_platform *)platform;
    uint64_t index = (where.v - self->code_pc) / 2;

    if (fake_fails(self))
        return STATUS_IO;
    self->fetches++;
    self->mode_seen = guest->mode;
    if (where.v % 2 != 0 || index >= self->code_halves)
        return STATUS_FAULT;
    *half = self->code[index];
    return STATUS_OK;
}

static inline enum status fake_read(struct platform *platform, const struct guest_state *guest,
                                    gva_t where, uint64_t *value)
{
    struct fake_platform *self = (struct fake_platform *)platform;

    if (fake_fails(self))
        return STATUS_IO;
    self->reads++;
    self->mode_seen = guest->mode;
    self->read_address = where.v;
    if (self->read_status == STATUS_OK)
        *value = self->data;
    return self->read_status;
}

static inline enum status fake_counter(struct platform *platform, uint16_t csr, uint64_t *value)
{
    struct fake_platform *self = (struct fake_platform *)platform;

    if (fake_fails(self))
        return STATUS_IO;
    self->counters++;
    self->counter_csr = csr;
    if (self->counter_status == STATUS_OK)
        *value = self->counter;
    return self->counter_status;
}

static inline enum status fake_random(struct platform *platform, uint16_t *value)
{
    struct fake_platform *self = (struct fake_platform *)platform;

    if (fake_fails(self))
        return STATUS_IO;
    self->randoms++;
    if (self->random_status == STATUS_OK)
        *value = self->entropy;
    return self->random_status;
}

static inline enum status fake_fence(struct platform *platform, uint32_t fid, uint64_t hart_mask,
                                     uint64_t hart_base)
{
    struct fake_platform *self = (struct fake_platform *)platform;

    if (fake_fails(self))
        return STATUS_IO;
    self->fences++;
    self->fence_fid = fid;
    self->fence_mask = hart_mask;
    self->fence_base = hart_base;
    return STATUS_OK;
}

static const struct platform_ops fake_ops = {fake_fetch, fake_read, fake_counter, fake_random,
                                             fake_fence};

/* A guest with every register different, none of them 0 but x0. */
static inline void guest_fill(struct guest_state *guest)
{
    memset(guest, 0, sizeof *guest);
    for (unsigned i = 1; i < GPR_COUNT; i++)
        guest->x[i] = 0x5ec0de0012345600 + i * 0x0101010101010101;
    for (unsigned i = 0; i < GCSR_COUNT; i++)
        guest->csr[i] = 0xc5a0000000000000 + i * 0x0000010101010100;
    guest->csr[GCSR_VSSTATUS] = VSSTATUS_UXL64 | VSSTATUS_SIE;
    guest->csr[GCSR_VSTVEC] = 0xffffffff80300001; /* vectored: exceptions ignore that */
    guest->csr[GCSR_SCOUNTEREN] = 0;
    guest->pc = CODE_PC;
    guest->mode = GUEST_VS;
    for (unsigned i = 0; i < FPR_COUNT; i++)
        guest->fp.f[i] = 0xf100000000000000 + i;
    guest->fp.fcsr = 0x61;
    memset(guest->vec.v, 0xec, sizeof guest->vec.v);
    guest->vec.vstart = guest->vec.vl = guest->vec.vtype = guest->vec.vcsr = 3;
}

static inline void fixture_map(struct fixture *fix, uint64_t base, uint64_t size_bytes,
                               enum region_kind kind)
{
    struct region region = {{base}, size_bytes, kind};

    assert_int_equal(monitor_set_region(&fix->mon, region), STATUS_OK);
}

/* vCPU 0 runs, 1 to 3 are stopped. */
static inline void fixture_begin_with(struct fixture *fix, const struct exposure *spec)
{
    memset(fix, 0, sizeof *fix);
    fix->platform = (struct fake_platform){
        .base = {&fake_ops}, .fail_at = FAIL_NEVER, .code_pc = CODE_PC, .data = 0xb};
    assert_int_equal(monitor_init(&fix->mon, spec, &fix->platform.base, FIXTURE_VCPUS), STATUS_OK);
    fixture_map(fix, ROM_BASE, ROM_BYTES, REGION_ROM);
    fixture_map(fix, MMIO_BASE, MMIO_BYTES, REGION_MMIO);
    fixture_map(fix, RAM_BASE, RAM_BYTES, REGION_RAM);
    fixture_map(fix, SHARED_BASE, SHARED_BYTES, REGION_SHARED);
    assert_int_equal(monitor_finalize(&fix->mon, 0, CODE_PC, 0), STATUS_OK);
    guest_fill(&fix->live);
}

static inline void fixture_begin(struct fixture *fix)
{
    fixture_begin_with(fix, &exposure_strict);
}

/* Puts an instruction at the guest pc; only the bytes it has can be read. */
static inline void code_place(struct fixture *fix, uint32_t insn)
{
    fix->platform.code_pc = fix->live.pc;
    fix->platform.code[0] = (uint16_t)insn;
    fix->platform.code[1] = (uint16_t)(insn >> 16);
    fix->platform.code_halves = (insn & 3) == 3 ? 2 : 1;
}

static inline void trap_set(struct fixture *fix, uint64_t scause, uint64_t stval)
{
    fix->trap = (struct trap){.scause = scause, .stval = stval};
}

/* A guest page fault at gpa. The virtual address agrees with it in the page offset. */
static inline void trap_at(struct fixture *fix, uint64_t scause, uint64_t gpa)
{
    fix->trap = (struct trap){
        .scause = scause, .stval = 0xffffffc012345000 | (gpa & 0xfff), .htval = gpa >> 2};
}

static inline void ecall_set(struct fixture *fix, uint64_t eid, uint64_t fid)
{
    trap_set(fix, EXC_SUPERVISOR_SYSCALL, 0);
    fix->live.x[REG_A7] = eid;
    fix->live.x[REG_A6] = fid;
}

static inline void args_set(struct fixture *fix, uint64_t a0, uint64_t a1, uint64_t a2)
{
    fix->live.x[REG_A0] = a0;
    fix->live.x[REG_A1] = a1;
    fix->live.x[REG_A0 + 2] = a2;
}

static inline enum status fixture_exit(struct fixture *fix)
{
    return monitor_exit(&fix->mon, fix->vcpu, &fix->live, &fix->trap, &fix->out);
}

static inline void assert_row(const struct fixture *fix, enum row_id row)
{
    assert_string_equal(row_name(fix->out.row), row_name(row));
}

static inline void exit_to_host(struct fixture *fix, enum row_id row)
{
    assert_int_equal(fixture_exit(fix), STATUS_OK);
    assert_row(fix, row);
    assert_int_equal(fix->out.route, ROUTE_HOST);
}

static inline void exit_inside(struct fixture *fix, enum row_id row)
{
    static const struct host_view nothing;

    assert_int_equal(fixture_exit(fix), STATUS_OK);
    assert_row(fix, row);
    assert_int_equal(fix->out.route, ROUTE_MONITOR);
    assert_memory_equal(&fix->out.view, &nothing, sizeof nothing);
}

static inline uint64_t poison_of(unsigned slot)
{
    return 0xbad0bad0bad0ba01 + slot * 0x100;
}

/* The answer of a host that writes into every slot. */
static inline void answer_begin(struct fixture *fix, enum host_action action)
{
    fix->answer.handle = fix->out.view.handle;
    fix->answer.action = action;
    for (unsigned i = 0; i < ITEM_SLOT_COUNT; i++)
        fix->answer.slot[i] = poison_of(i);
}

static inline enum status fixture_resume(struct fixture *fix)
{
    return monitor_resume(&fix->mon, fix->vcpu, &fix->answer, &fix->resumed);
}

static inline void resume_ok(struct fixture *fix, enum host_action action)
{
    answer_begin(fix, action);
    assert_int_equal(fixture_resume(fix), STATUS_OK);
}

/* The host returns an SBI call with these values. */
static inline void resume_call(struct fixture *fix, uint64_t a0, uint64_t a1)
{
    answer_begin(fix, HOST_DONE);
    fix->answer.slot[ITEM_A0] = a0;
    fix->answer.slot[ITEM_A1] = a1;
    assert_int_equal(fixture_resume(fix), STATUS_OK);
}

/* The monitor must not have changed, and must say why. */
static inline void assert_refused(struct fixture *fix, enum refusal refusal)
{
    struct monitor before = fix->mon;

    assert_int_equal(fixture_resume(fix), STATUS_DENIED);
    assert_int_equal(fix->resumed.refusal, refusal);
    assert_memory_equal(&fix->mon, &before, sizeof before);
}

static inline void assert_guest_equal(const struct guest_state *got, const struct guest_state *want)
{
    for (unsigned i = 0; i < GPR_COUNT; i++)
        if (got->x[i] != want->x[i])
            fail_msg("x%u is %#llx, not %#llx", i, (unsigned long long)got->x[i],
                     (unsigned long long)want->x[i]);
    assert_int_equal(got->pc, want->pc);
    assert_int_equal(got->mode, want->mode);
    for (unsigned i = 0; i < GCSR_COUNT; i++)
        if (got->csr[i] != want->csr[i])
            fail_msg("csr %u is %#llx, not %#llx", i, (unsigned long long)got->csr[i],
                     (unsigned long long)want->csr[i]);
    assert_memory_equal(&got->fp, &want->fp, sizeof got->fp);
    assert_memory_equal(&got->vec, &want->vec, sizeof got->vec);
}

/* The state of the fixture's vCPU as the monitor holds it. */
static inline void assert_guest(const struct fixture *fix, const struct guest_state *want)
{
    assert_guest_equal(&fix->mon.vcpu[fix->vcpu].guest, want);
}

/* hypervisor.adoc, trap entry into VS-mode, written a second time. */
static inline struct guest_state guest_after_exception(const struct guest_state *guest,
                                                       uint64_t cause, uint64_t tval)
{
    struct guest_state next = *guest;
    bool sie = guest->csr[GCSR_VSSTATUS] >> 1 & 1;

    next.csr[GCSR_VSSTATUS] &= ~(uint64_t)0x122;
    next.csr[GCSR_VSSTATUS] |= (uint64_t)sie << 5 | (uint64_t)(guest->mode == GUEST_VS) << 8;
    next.csr[GCSR_VSEPC] = guest->pc;
    next.csr[GCSR_VSCAUSE] = cause;
    next.csr[GCSR_VSTVAL] = tval;
    next.pc = guest->csr[GCSR_VSTVEC] >> 2 << 2;
    next.mode = GUEST_VS;
    return next;
}

static inline void assert_exception(const struct fixture *fix, uint64_t cause, uint64_t tval)
{
    struct guest_state want = guest_after_exception(&fix->live, cause, tval);

    assert_guest(fix, &want);
}

static inline void assert_sound(const struct fixture *fix)
{
    assert_int_equal(check_all(&fix->mon), STATUS_OK);
}

#endif
