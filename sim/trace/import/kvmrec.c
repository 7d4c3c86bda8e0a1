/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/kvmrec.c — a kvmrec recording as a trace source. Read kvmrec_record.h and
 * source.h first.
 *
 * Two things that a record does not say itself are taken from the records of the same vCPU that
 * follow it:
 * - TRACE_VS_LIVE. KVM copies the guest's vs* CSRs to memory, which is what the recorder sees, only
 * when it puts the vCPU down. It does so before it returns to user space; so an exit that is
 * followed by such a return had the values of that record, and the entry after it starts with what
 * is in memory. Not so if KVM redirected a trap to the guest in between, which writes the hart's
 * CSRs: then the pc has become vstvec. The values in the record itself are not lost: nothing is
 * copied between an entry and the exit after it, so they are those of the vCPU's previous record.
 * Where that does not hold, the exit keeps what was recorded, without the mark.
 * - TRACE_KNOWS_INSN. KVM leaves the MMIO instruction that it read from guest memory in
 * vcpu->arch.mmio_decode. With a transformed instruction in htinst it does not read memory; for
 * causes 2 and 22 stval holds the instruction, or 0. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/import/import.h"
#include "trace/import/infer.h"
#include "trace/import/kvmrec_insn.h"
#include "trace/import/kvmrec_window.h"
#include "trace/source.h"

/* What the next record of this vCPU is judged by. */
struct kvmrec_vcpu {
    bool seen;                /* it had a record: csr is of the last one */
    bool live;                /* memory and hart hold the same vs* CSRs */
    uint64_t csr[TCSR_COUNT]; /* as recorded */
};

struct kvmrec {
    struct trace_source source; /* first: the seam's handle */
    struct xz_input *in;
    struct kvmrec_window *window;
    struct trace_header header;
    struct trace_event event;
    struct kvmrec_vcpu vcpu[VCPU_MAX];
    uint64_t next_n;
    enum status failed; /* what every further call returns */
    struct diagnostic failure;
};

/* KVM redirects a trap by setting the pc to vstvec without its mode bits
 * (kvm_riscv_vcpu_trap_redirect). A guest that stands at vstvec already cannot be told from one: no
 * mark then. */
static bool pc_is_redirected(uint64_t pc, uint64_t vstvec)
{
    return pc == (vstvec & ~(uint64_t)3);
}

/* Any other step of the pc is a reset (SBI HSM), which replaces the CSRs as well. */
static bool pc_is_continued(uint64_t before, uint64_t after)
{
    return after == before || after == before + 2 || after == before + 4;
}

/* The return to user space that ends this exit before the guest runs again; NULL if none, or beyond
 * the window. */
static const struct kvmrec_record *exit_user_record(const struct kvmrec *rec,
                                                    const struct kvmrec_record *exit)
{
    unsigned ahead = 0;
    const struct kvmrec_record *next = window_following(rec->window, exit->vcpu_id, &ahead);

    return next && next->type == KVMREC_USER ? next : NULL;
}

static void exit_find_live(const struct kvmrec *rec, struct trace_event *event,
                           const struct kvmrec_record *exit)
{
    const struct kvmrec_vcpu *vcpu = &rec->vcpu[exit->vcpu_id];
    const struct kvmrec_record *user = exit_user_record(rec, exit);

    if (!user || !pc_is_continued(exit->pc, user->pc) ||
        pc_is_redirected(user->pc, user->csr[TCSR_VSTVEC]))
        return;
    if (!vcpu->seen || !kvmrec_saved_equal(vcpu->csr, exit->csr))
        return;
    kvmrec_saved_copy(event->csr, user->csr);
    event->known |= TRACE_VS_LIVE;
}

/* Finds the instruction of a guest page fault. */
static void exit_find_mmio_insn(const struct kvmrec *rec, struct trace_event *event,
                                const struct kvmrec_record *exit)
{
    unsigned ahead = 0;
    const struct kvmrec_record *next = window_following(rec->window, exit->vcpu_id, &ahead);
    uint32_t insn;

    if (event->trap.htinst != 0 || !next || !kvmrec_was_emulated(exit, next) ||
        !kvmrec_mmio_insn(exit, next, &insn))
        return;
    event->insn = insn;
    event->known |= TRACE_KNOWS_INSN;
}

static void exit_find_insn(const struct kvmrec *rec, struct trace_event *event,
                           const struct kvmrec_record *exit)
{
    switch (event->trap.scause) {
    case EXC_LOAD_GUEST_PAGE_FAULT:
    case EXC_STORE_GUEST_PAGE_FAULT:
        exit_find_mmio_insn(rec, event, exit);
        break;
    default:
        infer_insn(event);
        break;
    }
}

/* Keeps live up to date with the record and marks entries with it. */
static void vcpu_follow(struct kvmrec *rec, struct trace_event *event,
                        const struct kvmrec_record *record)
{
    struct kvmrec_vcpu *vcpu = &rec->vcpu[record->vcpu_id];

    switch (record->type) {
    case KVMREC_USER:
        event->known |= TRACE_VS_LIVE;
        vcpu->live = true;
        break;
    case KVMREC_ENTRY:
        if (vcpu->live && !pc_is_redirected(record->pc, record->csr[TCSR_VSTVEC]))
            event->known |= TRACE_VS_LIVE;
        vcpu->live = false;
        break;
    default:
        vcpu->live = false;
        break;
    }
    vcpu->seen = true;
    memcpy(vcpu->csr, record->csr, sizeof vcpu->csr);
}

static enum status kvmrec_advance(struct kvmrec *rec, struct diagnostic *diag)
{
    const struct kvmrec_record *record = NULL;
    enum status st = window_advance(rec->window, &record, diag);

    if (st != STATUS_OK)
        return st;
    kvmrec_to_event(&rec->event, record);
    rec->event.n = rec->next_n++;
    if (record->type == KVMREC_EXIT) {
        exit_find_live(rec, &rec->event, record);
        exit_find_insn(rec, &rec->event, record);
    }
    vcpu_follow(rec, &rec->event, record);
    return STATUS_OK;
}

static const struct trace_header *source_header(const struct trace_source *source)
{
    return &((const struct kvmrec *)source)->header;
}

static enum status source_next(struct trace_source *source, const struct trace_event **event,
                               struct diagnostic *diag)
{
    struct kvmrec *rec = (struct kvmrec *)source;

    if (rec->failed == STATUS_OK)
        rec->failed = kvmrec_advance(rec, &rec->failure);
    if (rec->failed != STATUS_OK && rec->failed != STATUS_END && diag)
        *diag = rec->failure;
    *event = &rec->event;
    return rec->failed;
}

static void source_close(struct trace_source *source)
{
    struct kvmrec *rec = (struct kvmrec *)source;

    window_free(rec->window);
    xz_close(rec->in);
    free(rec);
}

static const struct trace_source_ops KVMREC_OPS = {
    .header = source_header,
    .next = source_next,
    .close = source_close,
};

/* The first pass: every record once, for what the header must say. */
static enum status recording_infer(struct kvmrec *rec, struct infer *infer, struct diagnostic *diag)
{
    const char *path = xz_path(rec->in);
    enum status st;

    while ((st = kvmrec_advance(rec, diag)) == STATUS_OK) {
        st = infer_event(infer, &rec->event, path, diag);
        if (st != STATUS_OK)
            return st;
    }
    if (st != STATUS_END)
        return st;
    if (rec->next_n == 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "file is empty; expected kvmrec records of %d bytes each",
                              KVMREC_BYTES);
    return infer_finish(infer, &rec->header, path, diag);
}

static enum status recording_restart(struct kvmrec *rec, struct diagnostic *diag)
{
    window_restart(rec->window);
    memset(rec->vcpu, 0, sizeof rec->vcpu);
    rec->next_n = 0;
    return xz_rewind(rec->in, diag);
}

static enum status recording_start(struct kvmrec *rec, struct diagnostic *diag)
{
    struct infer *infer = infer_create();
    enum status st;

    rec->window = window_create(rec->in);
    if (rec->window && infer)
        st = recording_infer(rec, infer, diag);
    else
        st = diagnostic_set(diag, STATUS_IO, xz_path(rec->in), 0, 0, "out of memory");
    infer_free(infer);
    if (st == STATUS_OK)
        st = xz_digest(rec->in, rec->header.source_sha384, diag);
    return st == STATUS_OK ? recording_restart(rec, diag) : st;
}

struct trace_source *kvmrec_open(const char *path, struct diagnostic *diag)
{
    struct xz_input *in = xz_open(path, diag);
    struct kvmrec *rec;

    if (!in)
        return NULL;
    rec = calloc(1, sizeof *rec);
    if (!rec) {
        (void)diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
        xz_close(in);
        return NULL;
    }
    rec->source.ops = &KVMREC_OPS;
    rec->in = in;
    import_start_header(&rec->header, path, "kvmrec", TRACE_MIXED);
    if (recording_start(rec, diag) == STATUS_OK)
        return &rec->source;
    source_close(&rec->source);
    return NULL;
}
