/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/replay_fixture.h — small traces made in a test, and their replay. Include after
 * cmocka.h. */
#ifndef CVMLAB_TESTS_REPLAY_FIXTURE_H
#define CVMLAB_TESTS_REPLAY_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "replay/replay.h"
#include "trace/trace.h"

enum {
    RAM = 0x80000000,
    DEVICE = 0x10000000,
    PC = 0x80001000,
    VECTOR = 0x80002000,
    SB_A1 = 0x00b00023, /* sb a1, 0(x0) as htinst */
    SD_A1 = 0x00b03023, /* sd a1, 0(x0) as htinst */
    LW_A2 = 0x00002603, /* lw a2, 0(x0) as htinst */
    REG_A2 = 12,
    REG_T0 = 5,
    MINUS_2 = -2,
};

struct fixture {
    char path[32];
    struct trace_header header;
    struct trace_writer *writer;
    struct trace_event event; /* the guest as it stands; changed by the tests between events */
    struct replay_options options;
    struct replay_report report;
};

static inline void fixture_begin(struct fixture *fix, uint32_t vcpus)
{
    struct diagnostic diag = {{0}};
    int file;

    memset(fix, 0, sizeof *fix);
    strcpy(fix->path, "/tmp/cvmlab-replay-XXXXXX");
    file = mkstemp(fix->path);
    assert_true(file >= 0);
    close(file);
    fix->header.major = TRACE_VERSION_MAJOR;
    fix->header.completeness = TRACE_MIXED;
    fix->header.vcpus = vcpus;
    fix->header.region[0] = (struct region){{DEVICE}, PAGE_SIZE, REGION_MMIO};
    fix->header.region[1] = (struct region){{RAM}, 16 * PAGE_SIZE, REGION_RAM};
    fix->header.region_count = 2;
    fix->header.hvip_allow = HVIP_VSEIP;
    fix->writer = trace_create(fix->path, &fix->header, &diag);
    assert_string_equal(diag.text, "");
    fix->event.known = TRACE_KNOWS_GPR | TRACE_KNOWS_PC | TRACE_KNOWS_TRAP;
    for (unsigned i = 1; i < GPR_COUNT; i++)
        fix->event.x[i] = 0x5ec0de00 + i;
    fix->event.pc = PC;
    fix->event.sstatus = VSSTATUS_SPP;
    fix->event.csr[TCSR_VSTVEC] = VECTOR;
    fix->options.spec = fix->options.reference = &exposure_strict;
    fix->options.seed = 1;
}

static inline void event_write(struct fixture *fix, enum trace_event_type type)
{
    struct diagnostic diag = {{0}};
    struct trace_event event = fix->event;

    event.type = type;
    if (type != TRACE_EXIT) {
        memset(&event.trap, 0, sizeof event.trap);
        event.known &= ~(uint32_t)(TRACE_KNOWS_TRAP | TRACE_KNOWS_INSN);
    }
    assert_int_equal(trace_write(fix->writer, &event, &diag), STATUS_OK);
    assert_string_equal(diag.text, "");
    fix->event.n++;
    fix->event.t += 10;
}

static inline void exit_write(struct fixture *fix, uint64_t scause, uint64_t where, uint64_t htinst)
{
    fix->event.trap = (struct trap){scause, where, where >> 2, htinst};
    event_write(fix, TRACE_EXIT);
}

/* The hypervisor enters the guest again, advance bytes further on. */
static inline void resume_write(struct fixture *fix, uint64_t advance)
{
    fix->event.pc += advance;
    event_write(fix, TRACE_RESUME);
}

static inline void ecall_write(struct fixture *fix, uint64_t eid, uint64_t fid)
{
    fix->event.x[REG_A7] = eid;
    fix->event.x[REG_A6] = fid;
    fix->event.trap = (struct trap){.scause = EXC_SUPERVISOR_SYSCALL};
    event_write(fix, TRACE_EXIT);
}

static inline enum status fixture_replay(struct fixture *fix, struct diagnostic *diag)
{
    struct diagnostic commit = {{0}};
    enum status st;

    assert_int_equal(trace_commit(fix->writer, &commit), STATUS_OK);
    st = replay_trace(fix->path, &fix->options, &fix->report, diag);
    unlink(fix->path);
    return st;
}

static inline void assert_replayed(struct fixture *fix)
{
    struct diagnostic diag = {{0}};

    assert_int_equal(fixture_replay(fix, &diag), STATUS_OK);
    assert_string_equal(diag.text, "");
    assert_int_equal(fix->report.confidential_violations, 0);
    assert_int_equal(fix->report.integral_violations, 0);
    assert_int_equal(fix->report.encoding_differences, 0);
}

/* One exit of this row, and one way in which it ended. */
static inline void assert_explained(struct fixture *fix, enum row_id row, enum replay_reason reason)
{
    assert_replayed(fix);
    assert_int_equal(fix->report.row[row].exits, 1);
    assert_int_equal(fix->report.mismatches, 0);
    assert_int_equal(fix->report.equal, reason == REASON_NONE);
    if (reason != REASON_NONE)
        assert_int_equal(fix->report.row[row].explained[reason], 1);
    assert_true(replay_holds(&fix->report));
}

#endif
