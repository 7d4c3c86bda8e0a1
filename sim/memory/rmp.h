/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/rmp.h — the reverse map table: who owns each page of system-physical memory, and in
 * what state (APM vol. 2, 15.36). Fields are stored; the twelve states are derived from them.
 * The x86 instructions that change it are functions here and return what the instruction leaves in
 * EAX. Which accesses it lets through is in rmp_check.c. */
#ifndef CVMLAB_SIM_MEMORY_RMP_H
#define CVMLAB_SIM_MEMORY_RMP_H

#include "base/status.h"
#include "memory/access.h"

enum { RMP_ASID_MAX = 1023 }; /* the field has ten bits */

/* What a VMPL may do with a page (APM vol. 2, table 15-37). */
enum rmp_permission {
    RMP_MAY_READ = 1,
    RMP_MAY_WRITE = 2,
    RMP_MAY_EXECUTE_USER = 4,
    RMP_MAY_EXECUTE_SUPERVISOR = 8,
    RMP_MAY_SHADOW_STACK = 16,
    RMP_MAY_ALL = 31
};

/* One 4 KiB page. All zero is a page of the hypervisor, so that a new table needs no pass over it.
 * The entry at the start of a large page governs its 512 pages; the 511 others are then zero. */
struct rmp_entry {
    uint64_t gpa; /* the one address that it may appear at; Metadata: the guest context's spa */
    uint16_t asid;
    bool assigned : 1;
    bool validated : 1;
    bool vmsa : 1;
    bool immutable : 1;
    bool lock : 1; /* the firmware or another CPU works on the entry, or the save area is in use */
    bool is_large : 1;
    uint8_t permission[VMPL_COUNT]; /* enum rmp_permission */
};
_Static_assert(sizeof(struct rmp_entry) == 16, "as large as the hardware's");

/* What Firmware-IOMMU pages hold for a gpa: no guest context can stand there. */
#define RMP_IOMMU_TAG UINT64_C(0x7fffffffff000)

/* The states, a function of the fields. RMP_INVALID stands for all combinations that must never
 * occur. */
enum rmp_state {
    RMP_DEFAULT, /* no entry: past the end of the table */
    RMP_HYPERVISOR,
    RMP_HV_FIXED,
    RMP_FIRMWARE,
    RMP_FIRMWARE_IOMMU,
    RMP_RECLAIM,
    RMP_CONTEXT,
    RMP_METADATA,
    RMP_PRE_GUEST,
    RMP_PRE_SWAP,
    RMP_GUEST_INVALID,
    RMP_GUEST_VALID,
    RMP_INVALID,
    RMP_STATE_COUNT
};

/* "Guest-Valid" */
const char *rmp_state_name(enum rmp_state state);

/* The state that the fields stand for; not RMP_DEFAULT. */
enum rmp_state rmp_entry_state(const struct rmp_entry *entry);

/* Told before a change of count pages from the first takes effect, so that nobody keeps a pointer
 * that the new entry does not allow. */
struct rmp_watch {
    void (*changes)(void *context, spa_t first, uint64_t count);
    void *context;
};

/* The table. Read by rmp_find; written by the functions below only. */
struct rmp {
    struct rmp_entry *entry; /* page_count of them; mapped lazily */
    uint16_t *assigned;      /* per 2 MiB: how many 4 KiB entries are assigned */
    uint64_t page_count;
    uint16_t asid_max;
    bool checks_shared_reads; /* SNP guest reads with C = 0 need a hypervisor page too. The table of
                                 the APM lists no check, a KVM maintainer describes one. */
    struct rmp_watch watch;
};

/* A table for the first page_count pages; asid_max at most RMP_ASID_MAX. STATUS_IO: no memory;
 * nothing is left. The caller frees with rmp_destroy. */
enum status rmp_create(struct rmp *rmp, uint64_t page_count, uint16_t asid_max);

/* Frees; the struct may be created again. */
void rmp_destroy(struct rmp *rmp);

/* The entry that governs a page: its own, or that of the large page around it. NULL: the page is
 * past the table. */
static inline const struct rmp_entry *rmp_find(const struct rmp *rmp, spa_t spa)
{
    uint64_t page = spa.v >> PAGE_SHIFT;
    const struct rmp_entry *base;

    if (page >= rmp->page_count)
        return NULL;
    base = &rmp->entry[page & ~(uint64_t)(LARGE_PAGE_PAGES - 1)];
    return base->is_large ? base : &rmp->entry[page];
}

/* The state of a page; RMP_DEFAULT past the table. */
enum rmp_state rmp_page_state(const struct rmp *rmp, spa_t spa);

/* Metadata bytes per page, all arrays of the table together. */
double rmp_bytes_per_page(void);

/* --- instructions --- */

/* What they leave in EAX. */
enum rmp_code {
    RMP_OK = 0,
    RMP_FAIL_INPUT = 1,
    RMP_FAIL_PERMISSION = 2,
    RMP_FAIL_INUSE = 3,
    RMP_FAIL_OVERLAP = 4,
    RMP_FAIL_SIZEMISMATCH = 6,
    RMP_FAIL_BADADDR = 7
};

/* "FAIL_OVERLAP" */
const char *rmp_code_name(enum rmp_code code);

/* The operand of RMPUPDATE, and what RMPREAD tells. */
struct rmp_operand {
    gpa_t gpa;
    uint16_t asid;
    bool assigned, is_large, immutable;
};

/* RMPUPDATE by an actor (APM vol. 3; vol. 2, 15.36.5). Anything but RMP_OK leaves the table as it
 * was; the first that applies:
 * FAIL_PERMISSION  not run by the hypervisor
 * FAIL_INPUT       page or gpa unaligned, past the table, asid too high, gpa of 51 bits or more;
 *                  unassigned with asid, gpa or immutable; or asid 0 with a gpa, which would forge
 *                  a Metadata page
 * FAIL_INUSE       the entry is locked
 * FAIL_PERMISSION  it is immutable
 * FAIL_OVERLAP     a large page over assigned small ones, or a small page inside an assigned large
 *                  one
 * FAIL_INUSE, then FAIL_PERMISSION: another of the 512 entries that it would change is so
 * If gpa, asid, size and ownership stay and asid is not 0, only Immutable is taken over. Else the
 * entry is made anew: Validated, VMSA and the permissions are reset, all permissions for VMPL0 of a
 * guest's page, none for the others. */
enum rmp_code rmp_update(struct rmp *rmp, const struct actor *by, spa_t page,
                         const struct rmp_operand *operand);

/* PSMASH: one large entry becomes 512 small ones with the same state and, of a guest, consecutive
 * gpas. The first that applies: FAIL_PERMISSION: not run by the hypervisor; FAIL_INPUT: past the
 * table or unaligned; FAIL_INUSE: locked; FAIL_BADADDR: not the entry of an assigned large page, or
 * immutable. */
enum rmp_code rmp_psmash(struct rmp *rmp, const struct actor *by, spa_t page);

/* RMPREAD: what a host may know of an entry. FAIL_PERMISSION: not run by the hypervisor;
 * FAIL_INPUT: past the table. Of a page inside a large one the entry of that large page. */
enum rmp_code rmp_read(const struct rmp *rmp, const struct actor *by, spa_t page,
                       struct rmp_operand *operand);

/* A page as PVALIDATE and its kin name it: gva translated to gpa and spa. */
struct rmp_target {
    gpa_t gpa;
    spa_t spa;
    bool is_large; /* the size asked for, not that of the G-stage mapping */
};

/* How an instruction of a guest ended: with a fault (then code and carry mean nothing), or with a
 * code. */
struct rmp_result {
    struct fault fault;
    enum rmp_code code;
    bool carry; /* PVALIDATE: the page was in that state already. To be treated as an attack. */
};

/* PVALIDATE. The first that applies:
 * FAULT_PROTECTION   not an SNP guest at VMPL0 and CPL0
 * FAIL_INPUT         the gpa is not aligned to the size asked for
 * FAULT_NESTED       checks 2 to 5; or a small page asked of a large entry: check 6, error bit SIZE
 * FAIL_SIZEMISMATCH  a large page asked of a small entry
 * FAIL_INUSE         locked */
struct rmp_result rmp_pvalidate(struct rmp *rmp, const struct actor *by,
                                const struct rmp_target *target, bool validate);

/* What RMPADJUST sets and RMPQUERY tells of a page for one VMPL. */
struct rmp_rights {
    uint8_t vmpl; /* whose */
    uint8_t mask; /* enum rmp_permission */
    bool vmsa;
    bool is_large; /* of the entry; told by RMPQUERY only */
};

/* RMPADJUST. The first that applies:
 * FAULT_PROTECTION     not an SNP guest at CPL0
 * FAIL_INPUT           unaligned, a VMPL above 3, reserved bits in the mask
 * FAIL_PERMISSION      the VMPL is not above (numerically) the caller's
 * FAULT_NESTED         as PVALIDATE
 * FAULT_NOT_VALIDATED
 * FAIL_SIZEMISMATCH, FAIL_INUSE as PVALIDATE
 * FAIL_PERMISSION      the mask grants what the caller lacks
 * FAIL_INPUT           vmsa for a large page
 * Only VMPL0 sets vmsa; what others say of it is not heard. */
struct rmp_result rmp_adjust(struct rmp *rmp, const struct actor *by,
                             const struct rmp_target *target, const struct rmp_rights *rights);

/* RMPQUERY: fills mask, vmsa and is_large of rights for rights->vmpl. Refused as RMPADJUST, but for
 * mask and vmsa; it takes no size, and a locked entry may be read. */
struct rmp_result rmp_query(const struct rmp *rmp, const struct actor *by,
                            const struct rmp_target *target, struct rmp_rights *rights);

/* VMRUN of a guest's save area (APM vol. 2, table 15-41): of an SNP guest checks 2 to 5 and VMSA =
 * 1, of another check 1; then the entry is locked until rmp_vmsa_leave. FAULT_VMRUN: unaligned, or
 * a check failed; nothing is locked. FAIL_INUSE: it runs already. */
struct rmp_result rmp_vmsa_enter(struct rmp *rmp, const struct actor *by, gpa_t gpa, spa_t page);

/* The vCPU of this save area has exited: unlocks. */
void rmp_vmsa_leave(struct rmp *rmp, spa_t page);

/* --- the secure processor --- */

/* Replaces the entry of a page (of a large one: entry->is_large or the present one says so; to
 * make 512 entries of one, PSMASH; of 512 one, rmp_unsmash). For the firmware alone.
 * STATUS_BAD_ADDRESS: past the table or unaligned; STATUS_BAD_INPUT: the fields stand for no
 * state; STATUS_BAD_STATE: the size differs from that of what is there. Nothing is changed then. */
enum status rmp_firmware_set(struct rmp *rmp, spa_t page, const struct rmp_entry *entry);

/* 512 consecutive small entries, all immutable and alike, become one. STATUS_BAD_ADDRESS:
 * unaligned or past the table; STATUS_BAD_STATE: they are not alike. Nothing is changed then. */
enum status rmp_unsmash(struct rmp *rmp, spa_t page);

/* --- checks --- */

/* Whether the RMP lets an access pass (APM vol. 2, table 15-39): the checks in their order, by who
 * asks. Fills fault and returns false if not. The order of the checks decides which fault it is. */
bool rmp_access_check(const struct rmp *rmp, const struct access *access, struct fault *fault);

/* The walker over the whole table: every entry decodes to a state, large entries are aligned and
 * alone, the counts of assigned entries are right. STATUS_BAD_STATE; *page is then the first page
 * that breaks a rule. */
enum status rmp_check_all(const struct rmp *rmp, spa_t *page);

#endif
