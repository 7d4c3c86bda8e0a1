/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/import_fixture.h — recordings made record by record, in a file of their own. Include
 * after cmocka.h. */
#ifndef CVMLAB_TEST_IMPORT_FIXTURE_H
#define CVMLAB_TEST_IMPORT_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/import/kvmrec_record.h"

enum { FIXTURE_RECORDS = 64, FIXTURE_PATH_BYTES = 64 };

/* KVM exit reasons (Linux include/uapi/linux/kvm.h). */
enum { FIXTURE_REASON_INTR = 10, FIXTURE_REASON_MMIO = 6, FIXTURE_TIME_STEP_NS = 100 };

#define FIXTURE_PC UINT64_C(0x80001000)

struct fixture {
    char path[FIXTURE_PATH_BYTES]; /* empty: no file yet */
    struct kvmrec_record record[FIXTURE_RECORDS];
    size_t count;
};

/* The next record: vCPU 0, one time step after the one before, pc and registers as before. */
static inline struct kvmrec_record *fixture_add(struct fixture *fix, enum kvmrec_type type)
{
    struct kvmrec_record *record;

    assert_in_range(fix->count, 0, FIXTURE_RECORDS - 1);
    record = &fix->record[fix->count];
    if (fix->count > 0)
        *record = fix->record[fix->count - 1];
    else
        *record = (struct kvmrec_record){.pc = FIXTURE_PC};
    memset(record->trap, 0, sizeof record->trap);
    record->type = type;
    record->ns += FIXTURE_TIME_STEP_NS;
    fix->count++;
    return record;
}

/* An exit at the current pc. gpa becomes htval, and stval as well. */
static inline struct kvmrec_record *fixture_add_exit(struct fixture *fix, uint64_t scause,
                                                     uint64_t gpa, uint64_t htinst)
{
    struct kvmrec_record *record = fixture_add(fix, KVMREC_EXIT);

    record->trap[0] = record->pc;
    record->trap[1] = scause;
    record->trap[2] = gpa;
    record->trap[3] = gpa >> 2;
    record->trap[4] = htinst;
    return record;
}

/* A return to user space. */
static inline struct kvmrec_record *fixture_add_user(struct fixture *fix, uint32_t reason,
                                                     int32_t error)
{
    struct kvmrec_record *record = fixture_add(fix, KVMREC_USER);

    record->trap[0] = reason;
    record->trap[1] = (uint32_t)error;
    return record;
}

/* An entry at the current pc + step. */
static inline struct kvmrec_record *fixture_add_entry(struct fixture *fix, uint64_t step)
{
    struct kvmrec_record *record = fixture_add(fix, KVMREC_ENTRY);

    record->pc += step;
    return record;
}

/* A new file with these bytes. */
static inline void fixture_write_bytes(struct fixture *fix, const void *bytes, size_t size_bytes)
{
    FILE *file;
    int descriptor;

    (void)snprintf(fix->path, sizeof fix->path, "%s/cvmlab-test-XXXXXX", P_tmpdir);
    descriptor = mkstemp(fix->path);
    assert_true(descriptor >= 0);
    file = fdopen(descriptor, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size_bytes, file), size_bytes);
    assert_int_equal(fclose(file), 0);
}

/* A new file with the records. */
static inline void fixture_write(struct fixture *fix)
{
    uint8_t bytes[FIXTURE_RECORDS * KVMREC_BYTES];

    for (size_t i = 0; i < fix->count; i++)
        kvmrec_pack(bytes + i * KVMREC_BYTES, &fix->record[i]);
    fixture_write_bytes(fix, bytes, fix->count * KVMREC_BYTES);
}

/* Removes the file. */
static inline void fixture_end(struct fixture *fix)
{
    assert_int_equal(unlink(fix->path), 0);
    fix->path[0] = '\0';
}

/* Event number n of the recording, in *event. */
static inline void fixture_read_event(const struct fixture *fix, uint64_t n,
                                      struct trace_event *event)
{
    struct diagnostic diag = {{0}};
    struct trace_reader *reader = trace_open(fix->path, &diag);
    const struct trace_event *next = NULL;

    assert_string_equal(diag.text, "");
    assert_non_null(reader);
    for (uint64_t i = 0; i <= n; i++)
        assert_int_equal(trace_next(reader, &next, &diag), STATUS_OK);
    *event = *next;
    trace_close(reader);
}

#endif
