/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/launch.h — what a guest is started with, in the order of the launch commands, and the
 * digest over it. Made from a machine (launch_machine.c) or read from a launch spec
 * (launch_spec.c). */
#ifndef CVMLAB_SIM_PSP_LAUNCH_H
#define CVMLAB_SIM_PSP_LAUNCH_H

#include "base/diagnostic.h"
#include "psp/measure.h"
#include "psp/ovmf.h"
#include "psp/vmsa.h"

enum launch_mode { LAUNCH_SNP, LAUNCH_SEV_ES, LAUNCH_SEV };

enum { LAUNCH_PAGES_MAX = 1 << 21, LAUNCH_TEXT_BYTES = 64, VCPUS_MAX = 4096 };

/* One launch command: pages of one type at consecutive addresses; save areas all at one address. */
struct launch_event {
    enum launch_page_type type;
    gpa_t gpa;
    uint64_t page_count;
    uint8_t permissions[LAUNCH_VMPL_COUNT];
    bool is_imi;
    const uint8_t *bytes;                   /* the contents, size_bytes; NULL: unknown, or none */
    size_t size_bytes;                      /* whole pages; of a kernel-hash table under SEV: 176 */
    const uint8_t (*digests)[DIGEST_BYTES]; /* of each page, where bytes is NULL; or NULL */
    char what[LAUNCH_TEXT_BYTES];           /* for people: "firmware", "vcpu 0" */
};

struct launch {
    struct launch_event *event; /* owned, with the bytes and digests they point to */
    size_t count, capacity;
    uint64_t page_count; /* of all events */
    char name[LAUNCH_TEXT_BYTES];
    enum launch_mode mode; /* as the spec says */
};

/* An empty launch; ends with launch_free. */
void launch_init(struct launch *launch);

/* Frees the events. */
void launch_free(struct launch *launch);

/* Adds a copy of event, of its bytes and digests. STATUS_BAD_INPUT and diag: more than
 * LAUNCH_PAGES_MAX pages, or pages beyond the last address; STATUS_IO: no memory. name is for
 * messages. */
enum status launch_add(struct launch *launch, const struct launch_event *event, const char *name,
                       struct diagnostic *diag);

/* Part of a measurement: after this record (SNP) or command (SEV, SEV-ES), digest holds. */
struct launch_step {
    const struct launch_event *event;
    struct launch_page page; /* of SNP; contents are zeros where they are not measured */
    const uint8_t *digest;
    size_t digest_bytes;
};

/* Measures. visit may be NULL. *size_bytes becomes 48 (SNP) or 32. STATUS_BAD_INPUT and diag: under
 * SEV and SEV-ES, an event whose bytes are unknown or of a type that does not exist there. */
enum status launch_measure(const struct launch *launch, enum launch_mode mode,
                           void (*visit)(void *context, const struct launch_step *step),
                           void *context, uint8_t digest[DIGEST_BYTES], size_t *size_bytes,
                           struct diagnostic *diag);

/* "snp", "sev-es", "sev"; the list ends with NULL, the index is an enum launch_mode. */
extern const char *const launch_mode_names[];

/* A guest as QEMU/KVM or Google's hypervisor starts it. */
struct launch_machine {
    enum vmsa_maker maker;        /* VMSA_SVSM: under Coconut SVSM; then svsm is given */
    struct launch_event firmware; /* bytes, or digests; gpa and page_count */
    struct ovmf ovmf;             /* what the firmware's table says */
    struct launch_event svsm;     /* page_count 0: none */
    struct ovmf svsm_table;
    uint32_t vcpus, cpu_signature;
    uint64_t sev_features;
    bool has_kernel;
    uint8_t kernel_hashes[176]; /* the table, if has_kernel */
};

/* Adds all launch commands of machine in the order of QEMU for mode (target/i386/sev.c).
 * STATUS_BAD_INPUT and diag: a kernel that the firmware would not check, vcpus that do not know
 * where to start. name is for messages. */
enum status launch_add_machine(struct launch *launch, const struct launch_machine *machine,
                               enum launch_mode mode, const char *name, struct diagnostic *diag);

/* Reads a launch spec (specs/schema/launch.json); mode_override is an enum launch_mode or -1.
 * Files that it names are looked for beside it. On error there is nothing to free. */
enum status launch_read(struct launch *launch, const char *path, int mode_override,
                        struct diagnostic *diag);

#endif
