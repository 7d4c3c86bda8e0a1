/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/trace.h — recorded exits: one stream of events, whatever file they come from.
 * The format is described in docs/TRACE.md and specs/schema/trace.json; jsonl/ reads and writes it.
 * import/ turns recordings of other tools into events, export/ events into other files. */
#ifndef CVMLAB_SIM_TRACE_TRACE_H
#define CVMLAB_SIM_TRACE_TRACE_H

#include "base/diagnostic.h"
#include "monitor/guest.h"
#include "monitor/monitor.h"

enum {
    TRACE_VERSION_MAJOR = 1,
    TRACE_VERSION_MINOR = 0,
    TRACE_KEYFRAME_EVERY = 1024,
    KVM_RUN_WORDS = 14
};

enum trace_event_type {
    TRACE_EXIT,   /* the guest left; registers as they were then */
    TRACE_RESUME, /* the hypervisor enters the guest; registers as it set them */
    TRACE_VMM,    /* the hypervisor returned to user space between the two */
    TRACE_NOTE,   /* a comment; text only */
};

/* What is known of an event. */
enum trace_known {
    TRACE_KNOWS_GPR = 1 << 0, /* x, sstatus, hstatus, csr */
    TRACE_KNOWS_PC = 1 << 1,
    TRACE_KNOWS_TRAP = 1 << 2, /* stval, htval, htinst (an exit always has a cause) */
    TRACE_KNOWS_INSN = 1 << 3, /* insn holds the trapped instruction: its bytes in guest memory or,
                                  where the hypervisor kept only its operands, an instruction of the
                                  same effect */
    TRACE_VS_LIVE = 1 << 4,    /* the vs* CSRs are those of this moment, not of the last time the
                                  hypervisor saved them */
};

/* The guest CSRs that recordings hold, in the recorder's order. */
enum trace_csr {
    TCSR_VSSTATUS,
    TCSR_VSIE,
    TCSR_VSTVEC,
    TCSR_VSSCRATCH,
    TCSR_VSEPC,
    TCSR_VSCAUSE,
    TCSR_VSTVAL,
    TCSR_HVIP,
    TCSR_VSATP,
    TCSR_SCOUNTEREN,
    TCSR_SENVCFG,
    TCSR_COUNT
};

/* What only a KVM recording has. Kept so that import loses nothing. */
struct trace_kvm {
    uint32_t physical_cpu;
    uint32_t vcpu_cpu;
    uint64_t thread; /* tgid << 32 | tid */
    uint64_t irqs_pending, irqs_mask;
    uint64_t run[KVM_RUN_WORDS]; /* first 112 bytes of struct kvm_run */
    uint64_t mmio_insn;          /* vcpu->arch.mmio_decode: the last MMIO instruction KVM decoded */
    int32_t mmio_insn_len, mmio_len, mmio_shift, mmio_return_handled;
    uint64_t
        trap[5]; /* words of trap[] that have no place elsewhere: all of them for resume and vmm */
};

struct trace_event {
    enum trace_event_type type;
    uint32_t known;   /* enum trace_known */
    uint64_t n;       /* 0, 1, 2, ... */
    uint64_t t;       /* ns; never decreases per cpu */
    uint32_t cpu;     /* vCPU id */
    struct trap trap; /* TRACE_EXIT */
    uint64_t x[GPR_COUNT];
    uint64_t pc, sstatus, hstatus;
    uint64_t csr[TCSR_COUNT];
    uint32_t insn;        /* valid with TRACE_KNOWS_INSN */
    uint32_t vmm_reason;  /* TRACE_VMM: kvm_run exit reason */
    int32_t vmm_errno;    /* TRACE_VMM: 0 or -errno */
    struct trace_kvm kvm; /* all zero if the trace has none */
    const char *text;     /* TRACE_NOTE: UTF-8, valid as long as the event; else NULL */
    uint64_t line; /* where it came from, for messages: line of a JSON Lines file, record number of
                      a .rec */
};

enum { TRACE_NAME_BYTES = 96, TRACE_SHA384_HEX_BYTES = 97 };

enum trace_completeness { TRACE_FULL, TRACE_MIXED, TRACE_CAUSES_ONLY };

/* The header line. */
struct trace_header {
    uint32_t major, minor;
    enum trace_completeness completeness;
    char guest_name[TRACE_NAME_BYTES];
    char producer[TRACE_NAME_BYTES];            /* tool that wrote the file */
    char source_name[TRACE_NAME_BYTES];         /* imported from; empty if not imported */
    char source_format[TRACE_NAME_BYTES];       /* "kvmrec", "trace-cmd", "perf" */
    char source_sha384[TRACE_SHA384_HEX_BYTES]; /* of that file */
    char provenance[4 * TRACE_NAME_BYTES];      /* free text: kernel, host, workload */
    uint32_t vcpus;
    struct region region[REGION_MAX]; /* guest-physical map; sorted, disjoint */
    uint32_t region_count;
    bool region_inferred; /* the importer derived the map from what the hypervisor did */
    uint64_t hvip_allow;  /* interrupts the guest accepts from the host */
};

struct trace_reader;

/* Opens a trace: JSON Lines, plain or zstd, or a kvmrec recording, plain or xz; the kind is found
 * by content, not by name. On error NULL and diag. The reader streams: its memory does not depend
 * on the file's length. */
struct trace_reader *trace_open(const char *path, struct diagnostic *diag);

/* Valid until trace_close. */
const struct trace_header *trace_header(const struct trace_reader *reader);

/* The next event, complete (deltas applied), valid until the next call. STATUS_END at a regular
 * end; STATUS_BAD_INPUT or STATUS_IO with diag at anything else. */
enum status trace_next(struct trace_reader *reader, const struct trace_event **event,
                       struct diagnostic *diag);

/* Closes and frees; NULL is allowed. */
void trace_close(struct trace_reader *reader);

struct trace_writer;

/* Creates path (".zst": compressed, seekable frames; "-": standard output). The file appears under
 * its name only at trace_commit. */
struct trace_writer *trace_create(const char *path, const struct trace_header *header,
                                  struct diagnostic *diag);

/* Appends one event; n must follow the one before, t must not decrease per cpu (STATUS_BAD_INPUT).
 * STATUS_IO: the file cannot take it. Nothing is kept of the event. */
enum status trace_write(struct trace_writer *writer, const struct trace_event *event,
                        struct diagnostic *diag);

/* Finishes and frees. After an error anywhere, call trace_abandon instead: nothing is left on disk.
 */
enum status trace_commit(struct trace_writer *writer, struct diagnostic *diag);
void trace_abandon(struct trace_writer *writer);

/* What user space did, taken from struct kvm_run (Linux include/uapi/linux/kvm.h). Of a TRACE_VMM
 * event: the request; of the TRACE_RESUME after it: the same with the answer. */
enum trace_io_kind { TRACE_IO_NONE, TRACE_IO_MMIO, TRACE_IO_SBI, TRACE_IO_CSR };

struct trace_io {
    enum trace_io_kind kind;
    uint64_t gpa; /* MMIO */
    uint32_t len_bytes;
    bool is_write;
    uint64_t data;                            /* MMIO: little-endian, cut to len_bytes */
    uint64_t eid, fid, arg[6], ret[2];        /* SBI */
    uint64_t csr, csr_new, csr_mask, csr_ret; /* CSR */
};

/* Takes it out of event->kvm.run. vmm_reason: that of the TRACE_VMM event; 0: user space was not
 * entered (kind NONE). */
struct trace_io trace_event_io(const struct trace_event *event, uint32_t vmm_reason);

/* perf's name of a cause: "EXC_STORE_GUEST_PAGE_FAULT", "IRQ_S_TIMER"; NULL if there is none. */
const char *cause_name(uint64_t scause);

/* The scause of this name. Returns false if unknown. */
bool cause_by_name(const char *name, uint64_t *scause);

/* The same for a name of size_bytes bytes that no zero byte ends. */
bool cause_by_text(const char *text, size_t size_bytes, uint64_t *scause);

#endif
