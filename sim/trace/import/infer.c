/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/infer.c — see infer.h. Reads each exit together with its answer:
 * - a guest page fault answered with the pc unchanged: the hypervisor mapped the page, so it is
 * memory;
 * - answered through user space as MMIO, or with the pc past the instruction: the access was
 * emulated, so it is no memory;
 * - KVM_RUN failed on it: nothing is there;
 * - an SBI call with a buffer that returned SBI_SUCCESS: the guest shares the pages of the buffer,
 * which are memory even if no fault ever named them.
 * Calls: riscv-sbi-doc ext-debug-console.adoc, ext-steal-time.adoc, ext-pmu.adoc. infer_map.c makes
 * ranges of it. */
#include "trace/import/infer.h"

#include <errno.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "trace/import/infer_map.h"

enum { KVM_REASON_MMIO = 6 }; /* Linux include/uapi/linux/kvm.h, KVM_EXIT_MMIO */

enum {
    SBI_EID_DBCN = 0x4442434E,
    SBI_DBCN_WRITE = 0,
    SBI_DBCN_READ = 1,
    SBI_EID_STA = 0x535441,
    SBI_STA_SET_SHMEM = 0,
    SBI_STA_BYTES = 64,
    SBI_EID_PMU = 0x504D55,
    SBI_PMU_SNAPSHOT_SET_SHMEM = 7,
    SBI_PMU_SNAPSHOT_BYTES = 4096,
};

/* The exit that waits for its resume. */
struct infer_vcpu {
    bool exited;
    bool emulated; /* user space was asked for MMIO */
    bool failed;   /* KVM_RUN returned an error that ends the guest */
    struct trap trap;
    uint64_t pc;
    uint64_t x[GPR_COUNT];
};

struct infer {
    struct page_map map;
    struct infer_vcpu vcpu[VCPU_MAX];
    uint32_t vcpus;
    uint64_t hvip;
};

struct infer *infer_create(void)
{
    return calloc(1, sizeof(struct infer));
}

void infer_free(struct infer *infer)
{
    if (!infer)
        return;
    page_map_free(&infer->map);
    free(infer);
}

static bool trap_is_page_fault(const struct trap *trap)
{
    return trap->scause == EXC_INST_GUEST_PAGE_FAULT || trap->scause == EXC_LOAD_GUEST_PAGE_FAULT ||
           trap->scause == EXC_STORE_GUEST_PAGE_FAULT;
}

/* htval holds the address without its two low bits (hypervisor.adoc, htval). A guest-physical
 * address has at most 59 bits (Sv57x4); a page beyond says nothing. */
enum { GPA_PAGE_BITS = 59 - PAGE_SHIFT };

static uint64_t trap_page(const struct trap *trap)
{
    return trap->htval >> (PAGE_SHIFT - 2);
}

/* Whether the guest's instruction itself made the access, not a page-table walk for it. */
static bool trap_is_explicit_data(const struct trap *trap)
{
    return trap->scause != EXC_INST_GUEST_PAGE_FAULT && trap->htinst != HTINST_PSEUDO_READ &&
           trap->htinst != HTINST_PSEUDO_WRITE;
}

static bool trap_is_store(const struct trap *trap)
{
    return trap->scause == EXC_STORE_GUEST_PAGE_FAULT;
}

/* What the answer says of the page; 0: nothing. */
static unsigned fault_fact(const struct infer_vcpu *vcpu, uint64_t resumed_pc)
{
    bool store = trap_is_store(&vcpu->trap);
    uint64_t step = resumed_pc - vcpu->pc;

    if (vcpu->failed)
        return trap_is_explicit_data(&vcpu->trap) ? PAGE_REFUSED : PAGE_HOLE;
    if (vcpu->emulated || step == 2 || step == 4)
        return store ? PAGE_STORE_MMIO : PAGE_LOAD_MMIO;
    if (step == 0)
        return store ? PAGE_STORE_MAPPED : PAGE_LOAD_MAPPED;
    return 0;
}

/* The buffer of an SBI call, in bytes; size 0 if the call has none. */
static uint64_t sbi_buffer(const uint64_t x[GPR_COUNT], uint64_t *base, uint64_t *high)
{
    uint64_t eid = x[REG_A7], fid = x[REG_A6];
    const uint64_t *arg = x + REG_A0;

    if (eid == SBI_EID_DBCN && (fid == SBI_DBCN_WRITE || fid == SBI_DBCN_READ)) {
        *base = arg[1];
        *high = arg[2];
        return arg[0];
    }
    *base = arg[0];
    *high = arg[1];
    if (eid == SBI_EID_STA && fid == SBI_STA_SET_SHMEM)
        return SBI_STA_BYTES;
    if (eid == SBI_EID_PMU && fid == SBI_PMU_SNAPSHOT_SET_SHMEM)
        return SBI_PMU_SNAPSHOT_BYTES;
    return 0;
}

/* An accepted call shares its buffer. base = high = all ones switches a shared page off. */
static enum status call_note(struct infer *infer, const struct infer_vcpu *vcpu,
                             const struct trace_event *resume)
{
    uint64_t base = 0, high = 0;
    uint64_t size_bytes = sbi_buffer(vcpu->x, &base, &high);
    struct page_range range;

    if (size_bytes == 0 || resume->pc != vcpu->pc + 4 || resume->x[REG_A0] != 0 || high != 0)
        return STATUS_OK;
    if (base + size_bytes < base || (base + size_bytes - 1) >> PAGE_SHIFT >> GPA_PAGE_BITS != 0)
        return STATUS_OK;
    range.first = base >> PAGE_SHIFT;
    range.end = ((base + size_bytes - 1) >> PAGE_SHIFT) + 1;
    return page_map_share(&infer->map, range);
}

/* Draws the conclusion from an exit whose answer is now known. */
static enum status exit_conclude(struct infer *infer, struct infer_vcpu *vcpu,
                                 const struct trace_event *resume)
{
    uint64_t pc = resume ? resume->pc : vcpu->pc;
    unsigned fact;

    if (!vcpu->exited || (!resume && !vcpu->failed))
        return STATUS_OK;
    vcpu->exited = false;
    if (vcpu->trap.scause == EXC_SUPERVISOR_SYSCALL && resume)
        return call_note(infer, vcpu, resume);
    if (!trap_is_page_fault(&vcpu->trap))
        return STATUS_OK;
    fact = fault_fact(vcpu, pc);
    if (fact == 0 || trap_page(&vcpu->trap) >> GPA_PAGE_BITS != 0)
        return STATUS_OK;
    return page_set_add(&infer->map.pages, trap_page(&vcpu->trap), fact);
}

static void exit_remember(struct infer_vcpu *vcpu, const struct trace_event *event)
{
    vcpu->exited = true;
    vcpu->emulated = vcpu->failed = false;
    vcpu->trap = event->trap;
    vcpu->pc = event->pc;
    memcpy(vcpu->x, event->x, sizeof vcpu->x);
}

/* EOPNOTSUPP and EIO are KVM's answers to an access it cannot emulate; any other error says nothing
 * about the page. */
static void exit_ask_user(struct infer_vcpu *vcpu, const struct trace_event *event)
{
    if (event->vmm_errno == 0 && event->vmm_reason == KVM_REASON_MMIO)
        vcpu->emulated = true;
    if (event->vmm_errno == -EOPNOTSUPP || event->vmm_errno == -EIO)
        vcpu->failed = true;
}

enum status infer_event(struct infer *infer, const struct trace_event *event, const char *path,
                        struct diagnostic *diag)
{
    struct infer_vcpu *vcpu = &infer->vcpu[event->cpu];
    enum status st = STATUS_OK;

    if (event->cpu >= infer->vcpus)
        infer->vcpus = event->cpu + 1;
    switch (event->type) {
    case TRACE_EXIT:
        exit_remember(vcpu, event);
        break;
    case TRACE_VMM:
        exit_ask_user(vcpu, event);
        if (vcpu->failed)
            st = exit_conclude(infer, vcpu, NULL);
        break;
    case TRACE_RESUME:
        infer->hvip |= event->csr[TCSR_HVIP];
        st = exit_conclude(infer, vcpu, event);
        break;
    case TRACE_NOTE:
        break;
    }
    if (st != STATUS_OK)
        (void)diagnostic_set(diag, st, path, 0, 0,
                             "touches too many different guest pages to infer its map");
    return st;
}

enum status infer_finish(struct infer *infer, struct trace_header *header, const char *path,
                         struct diagnostic *diag)
{
    enum status st = page_map_regions(&infer->map, header->region, &header->region_count);

    if (st != STATUS_OK)
        return diagnostic_set(
            diag, st, path, 0, 0,
            "its guest-physical map does not fit %d ranges; state the map with --map", REGION_MAX);
    header->vcpus = infer->vcpus;
    header->region_inferred = true;
    header->hvip_allow = infer->hvip & (HVIP_VSSIP | HVIP_VSTIP | HVIP_VSEIP);
    return STATUS_OK;
}

void infer_insn(struct trace_event *exit)
{
    if (exit->trap.scause != EXC_INST_ILLEGAL && exit->trap.scause != EXC_VIRTUAL_INST_FAULT)
        return;
    if (exit->trap.stval == 0 || exit->trap.stval > UINT32_MAX)
        return;
    exit->insn = (uint32_t)exit->trap.stval;
    exit->known |= TRACE_KNOWS_INSN;
}
