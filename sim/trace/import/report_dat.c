/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/report_dat.c — trace-cmd's own file behind the seam of report_input.h, read by
 * libtracecmd (trace-cmd.dat.v6(5), trace-cmd.dat.v7(5)). The file has a stream of records per
 * physical CPU; here they are one stream, by time. Fields of the events: Linux
 * arch/riscv/kvm/trace.h (kvm_entry, kvm_exit), include/trace/events/kvm.h (kvm_userspace_exit). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <trace-cmd.h>

#include "trace/import/import.h"
#include "trace/import/report_input.h"

/* The fields that are read, event by event. */
enum {
    EXIT_SEPC,
    EXIT_SCAUSE,
    EXIT_STVAL,
    EXIT_HTVAL,
    EXIT_HTINST,
    ENTRY_PC,
    USER_REASON,
    USER_ERRNO,
    FIELD_COUNT
};

static const struct {
    const char *event;
    const char *name;
} FIELD_NAMES[FIELD_COUNT] = {
    [EXIT_SEPC] = {"kvm_exit", "sepc"},
    [EXIT_SCAUSE] = {"kvm_exit", "scause"},
    [EXIT_STVAL] = {"kvm_exit", "stval"},
    [EXIT_HTVAL] = {"kvm_exit", "htval"},
    [EXIT_HTINST] = {"kvm_exit", "htinst"},
    [ENTRY_PC] = {"kvm_entry", "pc"},
    [USER_REASON] = {"kvm_userspace_exit", "reason"},
    [USER_ERRNO] = {"kvm_userspace_exit", "errno"},
};

struct dat_input {
    struct report_input input; /* first: the seam's handle */
    struct tracecmd_input *file;
    struct tep_handle *tep;                      /* the file's */
    struct tep_event *event[FIELD_COUNT];        /* of each field; NULL: not in the file */
    struct tep_format_field *field[FIELD_COUNT]; /* NULL if event is */
    struct tep_record **head;                    /* the next record of each CPU; NULL: no more */
    int cpus;
    bool loss_told; /* of the record that is next */
};

static const char EXPECTED_TEXT[] = "expected its text: trace-cmd report FILE > FILE.txt";

/* The CPU whose next record is the earliest, or -1 at the end. */
static int cpu_pick(const struct dat_input *dat)
{
    int best = -1;

    for (int cpu = 0; cpu < dat->cpus; cpu++)
        if (dat->head[cpu] && (best < 0 || dat->head[cpu]->ts < dat->head[best]->ts))
            best = cpu;
    return best;
}

static void head_advance(struct dat_input *dat, int cpu)
{
    tracecmd_free_record(dat->head[cpu]);
    dat->head[cpu] = tracecmd_read_data(dat->file, cpu);
    dat->loss_told = false;
}

static void heads_free(struct dat_input *dat)
{
    for (int cpu = 0; cpu < dat->cpus; cpu++) {
        tracecmd_free_record(dat->head[cpu]);
        dat->head[cpu] = NULL;
    }
}

/* Reads the fields of one event, first to last, which has been found in the file. */
static enum status fields_read(const struct dat_input *dat, const struct tep_record *record,
                               unsigned first, unsigned last, uint64_t value[FIELD_COUNT],
                               struct diagnostic *diag)
{
    for (unsigned i = first; i <= last; i++) {
        unsigned long long number = 0;
        const struct tep_format_field *field = dat->field[i];

        if (field->offset < 0 || field->size < 0 ||
            (int64_t)field->offset + field->size > record->size ||
            tep_read_number_field(dat->field[i], record->data, &number) != 0)
            return diagnostic_set(diag, STATUS_BAD_INPUT, dat->input.path, dat->input.number, 0,
                                  "is damaged: the record of %s has no %s; %s",
                                  FIELD_NAMES[i].event, FIELD_NAMES[i].name, EXPECTED_TEXT);
        value[i] = number;
    }
    return STATUS_OK;
}

/* Turns a record into a line; kind REPORT_OTHER if it is of another event. */
static enum status record_read(const struct dat_input *dat, struct tep_record *record,
                               struct report_line *line, struct diagnostic *diag)
{
    const struct tep_event *event = tep_find_event_by_record(dat->tep, record);
    uint64_t value[FIELD_COUNT] = {0};
    enum status st = STATUS_OK;

    memset(line, 0, sizeof *line);
    line->thread = (uint32_t)tep_data_pid(dat->tep, record);
    line->ns = record->ts;
    if (!event)
        return STATUS_OK;
    if (event == dat->event[EXIT_SEPC]) {
        line->kind = REPORT_EXIT;
        st = fields_read(dat, record, EXIT_SEPC, EXIT_HTINST, value, diag);
    } else if (event == dat->event[ENTRY_PC]) {
        line->kind = REPORT_ENTRY;
        st = fields_read(dat, record, ENTRY_PC, ENTRY_PC, value, diag);
    } else if (event == dat->event[USER_REASON]) {
        line->kind = REPORT_USER;
        st = fields_read(dat, record, USER_REASON, USER_ERRNO, value, diag);
    }
    line->pc = line->kind == REPORT_EXIT ? value[EXIT_SEPC] : value[ENTRY_PC];
    line->trap.scause = value[EXIT_SCAUSE];
    line->trap.stval = value[EXIT_STVAL];
    line->trap.htval = value[EXIT_HTVAL];
    line->trap.htinst = value[EXIT_HTINST];
    line->error = (int32_t)value[USER_ERRNO];
    line->error = line->error < 0 ? line->error : 0;
    line->reason = line->error == 0 ? (uint32_t)value[USER_REASON] : 0;
    return st;
}

static enum status dat_next(struct report_input *input, struct report_line *line,
                            struct diagnostic *diag)
{
    struct dat_input *dat = (struct dat_input *)input; /* handle to adapter */

    for (;;) {
        int cpu = cpu_pick(dat);
        enum status st;

        if (cpu < 0)
            return STATUS_END;
        if (dat->head[cpu]->missed_events != 0 && !dat->loss_told) {
            *line = (struct report_line){.kind = REPORT_LOST};
            dat->loss_told = true;
            return STATUS_OK;
        }
        input->number++;
        st = record_read(dat, dat->head[cpu], line, diag);
        head_advance(dat, cpu);
        if (st != STATUS_OK || line->kind != REPORT_OTHER)
            return st;
    }
}

static enum status dat_rewind(struct report_input *input, struct diagnostic *diag)
{
    struct dat_input *dat = (struct dat_input *)input; /* handle to adapter */

    (void)diag;
    heads_free(dat);
    for (int cpu = 0; cpu < dat->cpus; cpu++)
        dat->head[cpu] = tracecmd_read_cpu_first(dat->file, cpu);
    dat->loss_told = false;
    input->number = 0;
    return STATUS_OK;
}

static void dat_close(struct report_input *input)
{
    struct dat_input *dat = (struct dat_input *)input; /* handle to adapter */

    if (dat->head)
        heads_free(dat);
    free(dat->head);
    if (dat->file)
        tracecmd_close(dat->file);
    free(dat);
}

static const struct report_input_ops DAT_OPS = {
    .next = dat_next,
    .rewind = dat_rewind,
    .close = dat_close,
};

static enum status fields_find(struct dat_input *dat, struct diagnostic *diag)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        dat->event[i] = tep_find_event_by_name(dat->tep, "kvm", FIELD_NAMES[i].event);
        if (!dat->event[i])
            continue;
        dat->field[i] = tep_find_field(dat->event[i], FIELD_NAMES[i].name);
        if (!dat->field[i])
            return diagnostic_set(diag, STATUS_BAD_INPUT, dat->input.path, 0, 0,
                                  "its event %s has no field %s; expected events of KVM on RISC-V",
                                  FIELD_NAMES[i].event, FIELD_NAMES[i].name);
    }
    return STATUS_OK;
}

static enum status file_start(struct dat_input *dat, struct diagnostic *diag)
{
    const char *path = dat->input.path;

    tracecmd_set_loglevel(TEP_LOG_NONE); /* what is wrong is told in one line, below */
    dat->file = tracecmd_open(path, TRACECMD_FL_LOAD_NO_PLUGINS);
    if (!dat->file)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "is a trace.dat that libtracecmd cannot read; %s", EXPECTED_TEXT);
    if (tracecmd_buffer_instances(dat->file) > 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "is a trace.dat of several buffers; %s", EXPECTED_TEXT);
    dat->tep = tracecmd_get_tep(dat->file);
    dat->cpus = tep_get_cpus(dat->tep);
    dat->head = calloc((size_t)(dat->cpus > 0 ? dat->cpus : 1), sizeof dat->head[0]);
    if (!dat->head) {
        dat->cpus = 0;
        return diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
    }
    return fields_find(dat, diag);
}

static bool file_is_dat(const char *path)
{
    static const char magic[] = "\x17\x08\x44tracing";
    char head[sizeof magic - 1];
    FILE *file = fopen(path, "rbe");
    bool is_dat =
        file && fread(head, sizeof head, 1, file) == 1 && memcmp(head, magic, sizeof head) == 0;

    if (file)
        (void)fclose(file);
    return is_dat;
}

enum status report_dat_open(const char *path, struct report_input **input, struct diagnostic *diag)
{
    struct dat_input *dat;
    enum status st;

    *input = NULL;
    if (!file_is_dat(path))
        return STATUS_OK;
    dat = calloc(1, sizeof *dat);
    if (!dat)
        return diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
    dat->input.ops = &DAT_OPS;
    dat->input.path = path;
    st = file_start(dat, diag);
    if (st == STATUS_OK)
        st = dat_rewind(&dat->input, diag);
    if (st == STATUS_OK)
        *input = &dat->input;
    else
        dat_close(&dat->input);
    return st;
}

const char *import_dat_library(void)
{
    return CVMLAB_TRACECMD_VERSION; /* the library itself does not tell; the build does */
}
