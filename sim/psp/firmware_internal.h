/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/firmware_internal.h — what the firmware keeps, and what its commands share. Only for
 * sim/psp and its tests. Contexts live in the processor, not in their Context pages: nobody but the
 * firmware could read them there. */
#ifndef CVMLAB_SIM_PSP_FIRMWARE_INTERNAL_H
#define CVMLAB_SIM_PSP_FIRMWARE_INTERNAL_H

#include "psp/firmware.h"

enum { VMPCK_BYTES = 32, OFFLINE_KEY_BYTES = 32, TAG_BYTES = 16 };

/* What stands in a metadata entry; that it is not free is is_used. */
struct metadata_entry {
    bool is_used, is_large, validated;
    enum psp_page_kind kind;
    gpa_t gpa; /* of a Metadata page: 0 */
    uint8_t permission[VMPL_COUNT];
    uint64_t iv;
    uint8_t tag[TAG_BYTES];
};

struct gctx {
    spa_t page;             /* its Context page */
    struct psp_guest guest; /* what may be told */
    uint8_t gosvw[GOSVW_BYTES];
    uint8_t vmpck[VMPL_COUNT][VMPCK_BYTES];
    uint8_t offline_key[OFFLINE_KEY_BYTES];
    uint64_t next_iv; /* under the offline key; none twice */
    struct metadata_entry root;
};

/* A guest of before SNP (sev_guest.h). */
struct sev_guest {
    uint32_t handle;
    enum psp_guest_state state;
    bool is_measured;
    uint16_t asid;
    struct legacy_digest *digest;
};

enum asid_state { ASID_FREE, ASID_OWNED_BY_GUEST, ASID_WAITS_FOR_WBINVD, ASID_WAITS_FOR_DF_FLUSH };

struct psp {
    struct memory *memory;
    uint64_t seed;
    bool is_initialised, alias_check_done;
    bool has_fixed_pages; /* there may be HV-Fixed pages */
    struct psp_init_options options;
    uint64_t guests_made; /* numbers the secrets derived from seed */
    struct gctx *gctx;
    size_t gctx_count;
    struct sev_guest *sev_guest;
    size_t sev_guest_count;
    uint8_t *asid_state; /* enum asid_state of 0 to asid_max */
};

/* --- contexts --- */

/* The context of this page; NULL: there is none. Valid until one is added or removed. */
struct gctx *gctx_find(const struct psp *psp, spa_t page);

/* INVALID_GUEST, INVALID_GUEST_STATE (INIT), POLICY_FAILURE (a bit of forbidden is set, or one of
 * demanded is not) or INACTIVE, in this order; *gctx is then not to be used. */
enum psp_status gctx_check_active(const struct psp *psp, spa_t page, uint64_t forbidden,
                                  uint64_t demanded, struct gctx **gctx);

/* What ACTIVATE answers to an ASID that shall be bound: INVALID_ASID, ASID_OWNED,
 * DFFLUSH_REQUIRED. */
enum psp_status asid_check(const struct psp *psp, uint16_t asid);

/* Loads a fresh key and marks the ASID owned. RESOURCE_LIMIT: no more keys; nothing is changed. */
enum psp_status asid_bind(struct psp *psp, uint16_t asid);

/* Takes the key away; the ASID waits for WBINVD. 0 is ignored. */
void asid_release(struct psp *psp, uint16_t asid);

/* DF_FLUSH. WBINVD_REQUIRED: an ASID still waits for that. */
enum psp_status asid_flush(struct psp *psp);

/* --- pages --- */

/* INVALID_PLATFORM_STATE, or INVALID_ADDRESS for one of these pages. */
enum psp_status command_check(const struct psp *psp, const spa_t *page, size_t count);

/* Whether RAM is there for the whole page. */
bool page_exists(const struct psp *psp, spa_t page, bool is_large);

static inline size_t page_size_bytes(bool is_large)
{
    return is_large ? LARGE_PAGE_SIZE : PAGE_SIZE;
}

/* Its entry; NULL past the table. */
const struct rmp_entry *page_entry(const struct psp *psp, spa_t page);

/* RMP_DEFAULT past the table. */
enum rmp_state page_state(const struct psp *psp, spa_t page);

static inline bool page_is_aligned(spa_t page, bool is_large)
{
    return page.v % page_size_bytes(is_large) == 0;
}

/* Whether the entry of a page, which is in the table, is of this size. */
bool page_has_size(const struct psp *psp, spa_t page, bool is_large);

/* INVALID_PAGE_SIZE: the page, which is in the table, has not this size; INVALID_ADDRESS: it is
 * large and not aligned. */
enum psp_status page_check_size(const struct psp *psp, spa_t page, bool is_large);

/* By which key the firmware sees memory: these, or the ASID of a guest. */
enum { KEY_OF_NOBODY = -1, KEY_OF_FIRMWARE = 0 };

/* Reads and writes whatever the RMP says; KEY_OF_NOBODY: the bytes of DRAM. False: there is no such
 * memory; nothing was written then. */
bool page_load(struct psp *psp, int key, spa_t spa, void *to, size_t size_bytes);
bool page_store(struct psp *psp, int key, spa_t spa, const void *from, size_t size_bytes);

/* Replaces an entry by one that is known to be sound. */
void page_set(struct psp *psp, spa_t page, struct rmp_entry entry);

/* Whether the firmware may write to it for the hypervisor: Firmware or Default. */
bool page_is_writable(const struct psp *psp, spa_t page);

/* What is left of a guest's entry when its contents have gone elsewhere: owner and gpa, the
 * permissions of RMPUPDATE, not validated, no VMSA. */
static inline struct rmp_entry guest_entry_reset(const struct rmp_entry *entry)
{
    return (struct rmp_entry){.gpa = entry->gpa,
                              .asid = entry->asid,
                              .assigned = true,
                              .immutable = entry->immutable,
                              .is_large = entry->is_large,
                              .permission = {RMP_MAY_ALL}};
}

/* The entry that Firmware pages have. */
static inline struct rmp_entry firmware_entry(bool is_large)
{
    return (struct rmp_entry){.assigned = true, .immutable = true, .is_large = is_large};
}

/* --- secrets --- */

/* A secret of a guest: SHA-256 over seed, number of the guest and label. RESOURCE_LIMIT: no
 * memory. */
enum psp_status secret_derive(const struct psp *psp, uint64_t number, const char *label,
                              uint8_t secret[32]);

/* The page that the firmware gives a guest of this context: version, VMPCKs (56860, "Secrets
 * page"). */
void secrets_page_fill(const struct gctx *gctx, uint8_t page[PAGE_SIZE]);

#endif
