/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/host_cpu.h — what a modelled hypervisor has before it after a trap, whichever profile
 * brought it. Private to sim/hosts. frame_port.c and page_port.c fill it, one model runs on it, the
 * port copies the result back. */
#ifndef CVMLAB_SIM_HOSTS_HOST_CPU_H
#define CVMLAB_SIM_HOSTS_HOST_CPU_H

#include "hosts/host.h"

/* SBI extensions and errors that models name (riscv-sbi-doc src/ext-*.adoc,
 * src/binary-encoding.adoc). */
enum {
    EID_LEGACY_PUTCHAR = 1,
    EID_LEGACY_GETCHAR = 2,
    EID_LEGACY_SHUTDOWN = 8,
    EID_BASE = 0x10,
    EID_COVG = 0x434F5647,
    EID_DBCN = 0x4442434E,
    EID_HSM = 0x48534D,
    EID_IPI = 0x735049,
    EID_NACL = 0x4E41434C,
    EID_RFNC = 0x52464E43,
    EID_SRST = 0x53525354,
    EID_TIME = 0x54494D45,
};

enum { FID_HSM_START = 0, FID_SRST_RESET = 0 };

#define SBI_NOT_SUPPORTED   ((uint64_t)-2)
#define SBI_INVALID_ADDRESS ((uint64_t)-5)

#define SSTATUS_SPP  ((uint64_t)1 << 8)
#define HSTATUS_SPV  ((uint64_t)1 << 7)
#define HSTATUS_SPVP ((uint64_t)1 << 8)

enum { INSN_WFI_WORD = 0x10500073, INSN_WRS_WORD = 0x00d00073, INSN_WRS_MASK = 0xfeffffff };

/* x[0] is the slot that the hypervisor's save area has for x0: a careless model writes it. */
struct host_cpu {
    uint64_t x[GPR_COUNT];
    uint64_t sepc, sstatus, hstatus;
    uint64_t scause, stval, htval, htinst;
    uint64_t csr[GCSR_COUNT];
    const struct host_view
        *view; /* serves instruction reads at sepc; NULL: there is no pc, all such reads fault */
    const char *bug; /* first documented bug met, or NULL */
    bool injected;   /* an exception was written into the vs CSRs */
    bool dead;       /* the hypervisor or its vCPU stopped: nothing is loaded */
};

/* One hypervisor's whole exit handler: reads and changes cpu as the hypervisor does. */
typedef void host_run(const struct host_world *world, struct host_cpu *cpu);

struct sbi_answer {
    uint64_t error, value;
};

/* Runs a model on a frame. If the model dies the frame stays as it was found, else hvip is set from
 * the world. */
struct host_result frame_port_run(host_run *run, const struct host_world *world,
                                  const struct host_view *view, struct hs_frame *frame);

/* The same on the shared page. sepc reads as 0 and what is written to it is dropped; an injected
 * exception cannot be said there (bug "page-no-injection"). */
struct host_result page_port_run(host_run *run, const struct host_world *world,
                                 struct nacl_page *page, const struct nacl_trap *trap);

/* The verdict that cpu has come to. */
struct host_result cpu_result(const struct host_cpu *cpu);

/* Records a documented bug; the first one stays. */
void cpu_note_bug(struct host_cpu *cpu, const char *bug);

/* The hypervisor, or this vCPU of it, stops for the reason named. */
void cpu_die(struct host_cpu *cpu, const char *bug);

/* The trap is an interrupt. */
bool cpu_is_interrupt(const struct host_cpu *cpu);

/* htval << 2 with the low two bits of stval (hypervisor.adoc, htval). */
gpa_t cpu_fault_address(const struct host_cpu *cpu);

/* A guest page fault that mapping a page answers: memory, and not a store to read-only memory. */
bool cpu_fault_is_mappable(const struct host_world *world, const struct host_cpu *cpu);

/* The instruction at sepc by one or two halfword reads (HLVX.HU). STATUS_FAULT: a read faulted. */
enum status cpu_fetch_insn(const struct host_cpu *cpu, uint32_t *insn);

/* Delivers an exception to the guest by its vs CSRs, pc at vstvec, in VS (hypervisor.adoc, "Trap
 * entry" into VS-mode). */
void cpu_inject(struct host_cpu *cpu, uint64_t cause, uint64_t stval);

/* Asks the world for an SBI service with a0 to a5 as they stand. */
struct sbi_answer cpu_call_sbi(const struct host_world *world, const struct host_cpu *cpu,
                               uint64_t eid, uint64_t fid);

/* A device read, cut to its width. */
uint64_t cpu_read_mmio(const struct host_world *world, gpa_t where, unsigned width_bytes);

/* The models, in the order of host_at. */
extern const struct host_model host_model_kvm, host_model_kvm_zext, host_model_xvisor,
    host_model_bao, host_model_bhyve, host_model_cove;

#endif
