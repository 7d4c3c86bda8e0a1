/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/firmware.h — the secure processor's firmware: the commands by which the hypervisor starts
 * guests and has pages changed that it may not change itself (SEV-SNP firmware ABI, 56860; RMP
 * transitions: APM vol. 2, 15.36). Read memory/rmp.h first; the older SEV commands are in
 * sev_guest.h.
 *
 * What holds for all commands. First the platform: not initialised is INVALID_PLATFORM_STATE (INIT:
 * initialised already). Then all addresses: not aligned to 4 KiB, or without RAM, is
 * INVALID_ADDRESS. Then the checks in the order that stands with the command. A command that is
 * refused changes nothing: no RMP entry, no byte of RAM, no guest context, no digest; the one
 * exception is a CPUID page (psp_launch_update). No host memory left is RESOURCE_LIMIT. */
#ifndef CVMLAB_SIM_PSP_FIRMWARE_H
#define CVMLAB_SIM_PSP_FIRMWARE_H

#include "memory/memory.h"
#include "psp/id_block.h"
#include "psp/report.h"
#include "psp/status.h"

enum {
    GOSVW_BYTES = 16,
    METADATA_ENTRY_BYTES = 64, /* so a Metadata page has 64 entries */
};

/* Bits of a guest's policy (56860, "Guest Policy"); 7:0 and 15:8 are the least minor and major
 * version of the ABI. */
#define PSP_POLICY_SMT           (UINT64_C(1) << POLICY_SMT)
#define PSP_POLICY_MUST_BE_ONE   (UINT64_C(1) << POLICY_ONE)
#define PSP_POLICY_MIGRATE_MA    (UINT64_C(1) << POLICY_MIGRATE_MA)
#define PSP_POLICY_DEBUG         (UINT64_C(1) << POLICY_DEBUG)
#define PSP_POLICY_SINGLE_SOCKET (UINT64_C(1) << POLICY_SINGLE_SOCKET)
#define PSP_POLICY_CXL           (UINT64_C(1) << 21)
#define PSP_POLICY_AES_256_XTS   (UINT64_C(1) << 22)
#define PSP_POLICY_RAPL_OFF      (UINT64_C(1) << 23)
#define PSP_POLICY_HIDING        (UINT64_C(1) << 24) /* of ciphertext */
#define PSP_POLICY_NO_SWAP       (UINT64_C(1) << 25)

/* The version of the ABI that this firmware says it has. */
enum { PSP_ABI_MAJOR = 1, PSP_ABI_MINOR = 58 };

/* One secure processor, with the guest contexts it keeps. */
struct psp;

/* A processor beside this memory, which it uses and does not own. All keys and random values of its
 * guests come from seed. It is not initialised yet. NULL: no memory. The caller frees with
 * psp_destroy, before the memory. */
struct psp *psp_create(struct memory *memory, uint64_t seed);

/* Frees; the keys of its guests stay in the memory. NULL is allowed. */
void psp_destroy(struct psp *psp);

/* --- platform --- */

struct psp_init_options {
    bool alias_check;       /* search for addresses that share their cells (AMD-SB-3015) */
    bool ciphertext_hiding; /* demand it of the memory */
    bool smt_on;            /* the host runs two threads per core */
    bool rapl_off;          /* energy counters are disabled */
    spa_t iommu_first;      /* tables and buffers of the IOMMU: become Firmware-IOMMU */
    uint64_t iommu_page_count;
};

/* SNP_INIT_EX. The RMP is built anew: every page becomes Hypervisor, those of the IOMMU
 * Firmware-IOMMU.
 * UNSUPPORTED      the memory has no SNP, or hiding is demanded and it does not hide
 * INVALID_ADDRESS  IOMMU pages unaligned or past the RMP
 * INVALID_CONFIG   the RMP covers nothing; or the alias check found an alias */
enum psp_status psp_init(struct psp *psp, const struct psp_init_options *options);

/* SNP_SHUTDOWN_EX: ends all guests and takes their keys away; every page becomes Hypervisor, with
 * the bytes that DRAM holds.
 * DFFLUSH_REQUIRED  an ASID waits for DF_FLUSH since its guest ended */
enum psp_status psp_shutdown(struct psp *psp);

struct psp_platform {
    bool is_initialised;
    uint8_t abi_major, abi_minor;
    bool alias_check_done, ciphertext_hiding, smt_on, rapl_off;
    unsigned guest_count; /* contexts */
};

/* SNP_PLATFORM_STATUS; works in every state of the platform. */
enum psp_status psp_platform_status(const struct psp *psp, struct psp_platform *out);

/* The hypervisor tells that WBINVD ran on all harts; what it does to a cache is cache_wbinvd. */
void psp_note_wbinvd(struct psp *psp);

/* SNP_DF_FLUSH: ASIDs of ended guests may be used again.
 * WBINVD_REQUIRED  there was no WBINVD since one of them ended */
enum psp_status psp_df_flush(struct psp *psp);

/* --- guests --- */

enum psp_guest_state {
    PSP_GUEST_INIT,    /* a context, nothing launched */
    PSP_GUEST_LAUNCH,  /* pages are added and measured */
    PSP_GUEST_RUNNING, /* the digest is frozen */
};

/* "LAUNCH" */
const char *psp_guest_state_name(enum psp_guest_state state);

/* What the firmware knows of a guest and tells, here or in a report. */
struct psp_guest {
    enum psp_guest_state state;
    uint16_t asid; /* 0: not active */
    uint64_t policy;
    struct launch_digest digest;
    uint8_t host_data[HOST_DATA_BYTES];
    uint8_t report_id[REPORT_ID_BYTES];
    bool has_id_block, has_author_key; /* the rest is zero without */
    uint8_t family_id[GUEST_ID_BYTES], image_id[GUEST_ID_BYTES];
    uint32_t guest_svn;
    uint8_t id_key_digest[DIGEST_BYTES], author_key_digest[DIGEST_BYTES];
};

/* SNP_GCTX_CREATE: Firmware -> Context.
 * INVALID_ADDRESS     page 0, which a Metadata page could not name
 * INVALID_PAGE_STATE  not Firmware
 * INVALID_PAGE_SIZE   part of a large page */
enum psp_status psp_gctx_create(struct psp *psp, spa_t gctx);

/* SNP_DECOMMISSION: ends the guest; its key is gone, its ASID waits for WBINVD and DF_FLUSH, and
 * its Context page becomes Firmware. Its other pages stay in their states.
 * INVALID_GUEST  not the Context page of a guest */
enum psp_status psp_decommission(struct psp *psp, spa_t gctx);

/* SNP_ACTIVATE: binds the guest to an ASID and loads its key.
 * INVALID_GUEST        not a Context page
 * INVALID_GUEST_STATE  INIT: LAUNCH_START makes the key
 * ACTIVE               the guest has an ASID
 * INVALID_ASID         0, or above the largest
 * ASID_OWNED           another guest has it
 * DFFLUSH_REQUIRED     it was used, and not flushed since */
enum psp_status psp_activate(struct psp *psp, spa_t gctx, uint16_t asid);

/* SNP_GUEST_STATUS. INVALID_GUEST: not a Context page. */
enum psp_status psp_guest_status(const struct psp *psp, spa_t gctx, struct psp_guest *out);

/* --- launch --- */

struct psp_launch_start {
    spa_t gctx;
    uint64_t policy;            /* PSP_POLICY_... */
    uint8_t gosvw[GOSVW_BYTES]; /* workarounds that the guest shall know of; in its secrets page */
};

/* SNP_LAUNCH_START: INIT -> LAUNCH, the digest is zero. Migration agents are not modelled.
 * INVALID_GUEST        not a Context page
 * INVALID_GUEST_STATE  not INIT
 * POLICY_FAILURE       bit 17 is 0, bits above 25; or the platform is not what the policy demands:
 *                      ABI version, SMT, AES-256-XTS, RAPL, hiding */
enum psp_status psp_launch_start(struct psp *psp, const struct psp_launch_start *start);

struct psp_launch_update {
    spa_t gctx;
    spa_t page;
    bool is_large;
    enum launch_page_type page_type;
    uint8_t permissions[LAUNCH_VMPL_COUNT]; /* of VMPL1, VMPL2, VMPL3: enum rmp_permission */
};

/* SNP_LAUNCH_UPDATE: Pre-Guest -> Guest-Valid. Measures the page at the gpa of its RMP entry,
 * encrypts it in place with the guest's key, and sets the permissions (VMPL0: all) and the VMSA
 * bit. A ZERO page is filled with zeros, a SECRETS page by the firmware.
 * INVALID_GUEST        not a Context page
 * INVALID_PAGE_STATE   not Pre-Guest
 * INVALID_PAGE_SIZE    not the size of the entry
 * INVALID_ADDRESS      large and not aligned to 2 MiB
 * INVALID_PAGE_SIZE    a large VMSA, SECRETS or CPUID page
 * INVALID_PARAM        unknown type, or permission bits that do not exist
 * INVALID_GUEST_STATE  not LAUNCH
 * INACTIVE             no ASID
 * INVALID_PAGE_OWNER   the entry has another ASID
 * INVALID_PARAM        a CPUID page with values that cannot be: they were replaced by acceptable
 *                      ones, in the page, so that the same command succeeds next (psp/cpuid_page.h)
 */
enum psp_status psp_launch_update(struct psp *psp, const struct psp_launch_update *update);

struct psp_launch_finish {
    spa_t gctx;
    uint8_t host_data[HOST_DATA_BYTES];
    const uint8_t *id_block; /* ID_BLOCK_BYTES; NULL: none */
    const uint8_t *id_auth;  /* ID_AUTH_BYTES: its keys and signatures */
    bool has_author_key;     /* id_auth has one, which signed the ID key */
};

/* SNP_LAUNCH_FINISH: LAUNCH -> RUNNING; the digest is frozen.
 * INVALID_GUEST        not a Context page
 * INVALID_GUEST_STATE  not LAUNCH
 * INVALID_PARAM        one of ID block and its keys without the other, or an author key without
 * BAD_SIGNATURE        of the ID block or of the ID key; or a key that is none
 * BAD_VERSION          the ID block's version is not 1
 * BAD_MEASUREMENT      its digest is not that of the launch
 * POLICY_FAILURE       its policy is not the guest's */
enum psp_status psp_launch_finish(struct psp *psp, const struct psp_launch_finish *finish);

/* --- pages --- */

/* SNP_PAGE_RECLAIM: Firmware and Metadata -> Reclaim, Pre-Guest -> Guest-Invalid, Pre-Swap ->
 * Guest-Valid. A page that is not immutable: success, nothing changes.
 * INVALID_PAGE_SIZE   not the size of the entry
 * INVALID_ADDRESS     large and not aligned to 2 MiB
 * INVALID_PAGE_STATE  Default, HV-Fixed, Firmware-IOMMU, Context */
enum psp_status psp_page_reclaim(struct psp *psp, spa_t page, bool is_large);

/* SNP_PAGE_SET_STATE: Firmware -> HV-Fixed, all pages of the range or none.
 * INVALID_PARAM       page_count is 0
 * INVALID_PAGE_STATE  one is not Firmware
 * INVALID_PAGE_SIZE   one is part of a large page */
enum psp_status psp_page_set_state(struct psp *psp, spa_t first, uint64_t page_count);

/* SNP_PAGE_UNSMASH: 512 small pages become a large one of the same state.
 * INVALID_ADDRESS     not aligned to 2 MiB
 * INVALID_PAGE_SIZE   it is large already
 * INVALID_PAGE_STATE  not all immutable, in the same state (Firmware, Pre-Guest, Pre-Swap), with
 *                     the same ASID and permissions and consecutive gpas, and without VMSA */
enum psp_status psp_page_unsmash(struct psp *psp, spa_t page);

/* What a page is that moves or is swapped. */
enum psp_page_kind { PSP_PAGE_DATA, PSP_PAGE_METADATA, PSP_PAGE_VMSA };

struct psp_page_move {
    spa_t gctx;
    spa_t from, to;
    bool is_large;
    bool is_metadata;
};

/* SNP_PAGE_MOVE. A guest's page: from Pre-Swap or Pre-Guest to a Pre-Guest page of the same guest
 * and gpa, encrypted anew for its place. The target becomes Guest-Valid (it was Pre-Swap) or
 * Guest-Invalid, with the permissions and the VMSA bit; the source Guest-Invalid. Metadata: from
 * Metadata to Firmware, which change places.
 * INVALID_GUEST        not a Context page
 * INVALID_GUEST_STATE  INIT
 * POLICY_FAILURE       PSP_POLICY_NO_SWAP
 * INACTIVE             no ASID
 * INVALID_PAGE_STATE   source, then target
 * INVALID_PAGE_SIZE    one has not this size, or Metadata is large
 * INVALID_ADDRESS      large and not aligned to 2 MiB
 * INVALID_PAGE_OWNER   one is another guest's
 * INVALID_PARAM        the target is for another gpa, or is the source */
enum psp_status psp_page_move(struct psp *psp, const struct psp_page_move *move);

/* SNP_MD_INIT: Firmware -> Metadata of this guest, all entries free. They lie encrypted under the
 * firmware's own key.
 * INVALID_GUEST       not a Context page
 * INVALID_PAGE_STATE  not Firmware
 * INVALID_PAGE_SIZE   part of a large page */
enum psp_status psp_md_init(struct psp *psp, spa_t gctx, spa_t page);

struct psp_swap {
    spa_t gctx;
    spa_t from, to;
    bool is_large;
    enum psp_page_kind kind;
    bool use_root_entry; /* the one in the guest context; else the one at entry */
    spa_t entry;         /* aligned to METADATA_ENTRY_BYTES, in a Metadata page */
};

/* SNP_PAGE_SWAP_OUT: a page of the guest goes to the target as AES-256-GCM under the guest's
 * offline key; gpa, size, Validated, VMSA, permissions, and the tag go into the metadata entry. A
 * Pre-Swap or Pre-Guest source becomes Pre-Guest; a Metadata source becomes Firmware. The target is
 * Firmware or Default and stays.
 * INVALID_GUEST, INVALID_GUEST_STATE, POLICY_FAILURE, INACTIVE: as psp_page_move
 * INVALID_PARAM        unknown kind; the entry lies in the page that goes
 * INVALID_PAGE_STATE   source, then target, then the page of the entry
 * INVALID_PAGE_SIZE    one has not this size, or Metadata or VMSA is large
 * INVALID_ADDRESS      large and not aligned to 2 MiB
 * INVALID_PAGE_OWNER   source or entry is another guest's
 * INVALID_MDATA_ENTRY  the entry is in use
 * AEAD_OFLOW           the offline key was used too often */
enum psp_status psp_swap_out(struct psp *psp, const struct psp_swap *swap);

/* SNP_PAGE_SWAP_IN: the way back; the source is any memory. Afterwards the entry is free, so that
 * the same bytes do not come in twice. A Pre-Guest target becomes Pre-Swap if the entry says
 * validated; a Firmware target becomes Metadata.
 * Checks as psp_swap_out for the target, then
 * INVALID_MDATA_ENTRY  the entry is free, or for another kind, size or gpa
 * BAD_MEASUREMENT      the source is not what went out with this entry */
enum psp_status psp_swap_in(struct psp *psp, const struct psp_swap *swap);

/* --- debugging --- */

/* SNP_DBG_DECRYPT: 4 KiB of the guest as plaintext into the target, Firmware or Default.
 * INVALID_GUEST        not a Context page
 * INVALID_GUEST_STATE  INIT
 * POLICY_FAILURE       without PSP_POLICY_DEBUG
 * INACTIVE             no ASID
 * INVALID_PAGE_STATE   the source is not a guest's, or the target not Firmware or Default
 * INVALID_PAGE_OWNER   it is another guest's */
enum psp_status psp_dbg_decrypt(struct psp *psp, spa_t gctx, spa_t from, spa_t to);

/* SNP_DBG_ENCRYPT: 4 KiB from anywhere into a page of the guest; codes as psp_dbg_decrypt, with
 * the page of the guest as target. */
enum psp_status psp_dbg_encrypt(struct psp *psp, spa_t gctx, spa_t from, spa_t to);

/* --- checks --- */

/* The walker over contexts and table: every context has its Context page and every Context page its
 * context; an ASID belongs to one guest at most and is not free then; what is active was launched.
 * STATUS_BAD_STATE; *page is then a page that breaks a rule. */
enum status psp_check_all(const struct psp *psp, spa_t *page);

#endif
