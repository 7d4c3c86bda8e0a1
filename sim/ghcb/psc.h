/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/psc.h — page-state change lists: many changes between private and shared in one exit
 * (0x80000010). Layout: Linux arch/x86/include/asm/sev-common.h, struct
 * snp_psc_desc. Host: take, run, write back. Guest: build, send, check, again. */
#ifndef CVMLAB_SIM_GHCB_PSC_H
#define CVMLAB_SIM_GHCB_PSC_H

#include "ghcb/guest.h"
#include "ghcb/host.h"

enum {
    PSC_HEADER_BYTES = 8, /* current entry u16, end entry u16, reserved u32 */
    PSC_ENTRY_BYTES = 8,
    PSC_ENTRY_MAX = 253,
    PSC_LIST_BYTES = PSC_HEADER_BYTES + PSC_ENTRY_MAX * PSC_ENTRY_BYTES,
    PSC_HUGE_PAGES = 512, /* 4 KiB pages in an entry of 2 MiB */
    PSC_STALL_MAX = 8,    /* answers in a row without progress that a guest puts up with */
};

_Static_assert(PSC_LIST_BYTES == (int)GHCB_BUFFER_BYTES, "a full list fills the shared buffer");

/* Bits [55:52] of an entry. */
enum psc_operation { PSC_PRIVATE = 1, PSC_SHARED = 2, PSC_SMASH = 3, PSC_UNSMASH = 4 };

/* Bits [11:0] of an entry are the current page, [51:12] the page number, 56 the size. */
struct psc_entry {
    uint16_t current; /* 4 KiB pages done, 0 to 1 or 512 */
    uint64_t page;    /* number of the first */
    uint8_t operation;
    bool is_huge; /* 2 MiB */
};

struct psc_list {
    uint16_t current; /* the entry to do next */
    uint16_t count;   /* end entry + 1 */
    uint64_t entry[PSC_ENTRY_MAX];
};

/* INFO2 of the answer: Linux arch/x86/include/asm/sev-common.h, VMGEXIT_PSC_ERROR_*. */
#define PSC_ERROR_HEADER  (UINT64_C(1) << 32 | 1)
#define PSC_ERROR_ENTRY   (UINT64_C(1) << 32 | 2)
#define PSC_ERROR_GENERAL (UINT64_C(0x100) << 32)

/* STATUS_BAD_INPUT: an operation other than the four, a page number of more than 40 bits, a current
 * page beyond the entry; STATUS_BAD_ADDRESS: 2 MiB that do not begin at a multiple of 512, or smash
 * and unsmash of 4 KiB. */
enum status psc_entry_encode(const struct psc_entry *entry, uint64_t *value);

/* The same the other way; reserved bits [63:57] must be 0 (STATUS_BAD_INPUT). */
enum status psc_entry_decode(uint64_t value, struct psc_entry *entry);

/* Adds to a list (that began as zero). STATUS_FULL after PSC_ENTRY_MAX; else as
 * psc_entry_encode. */
enum status psc_list_add(struct psc_list *list, const struct psc_entry *entry);

/* Writes the list as the host expects it; returns its bytes. The list is not empty. */
size_t psc_list_write(const struct psc_list *list, uint8_t to[PSC_LIST_BYTES]);

/* The host's copy, out of its copy of the scratch area. STATUS_BAD_INPUT: end entry beyond 252,
 * current entry beyond the one after the end, reserved bits set, or the list does not fit into
 * size_bytes. */
enum status psc_list_take(const uint8_t *data, size_t size_bytes, struct psc_list *list);

/* Changes pages 4 KiB pages from page on (one, or the rest of 2 MiB; all of it for smash and
 * unsmash) and says in *done how many, 0 to pages. STATUS_OK with fewer than pages: it was
 * interrupted, the guest will call again. Anything else: failed at page + *done. */
typedef enum status (*psc_changer)(void *context, enum psc_operation operation, gpa_t page,
                                   uint64_t pages, uint64_t *done);

/* What the host's handler needs. */
struct psc_service {
    const struct ghcb_shared *shared;
    psc_changer change;
    void *context; /* of change */
};

/* The host's handler of the exit (a ghcb_handler; context is a struct psc_service): does entries
 * from the current one on, until the end, an error or an interruption, each entry checked when it
 * is due; then writes back the current entry of the header, and of an entry that is half done the
 * entry with its current page, and nothing else. An error is in reply->info2. Returns what shared
 * said. */
enum status psc_serve(void *context, struct ghcb_request *request, struct ghcb_reply *reply);

/* Why a guest does not take the answer to its list. */
enum psc_refusal {
    PSC_NOT_REFUSED,
    PSC_REFUSED_EXIT,     /* the exit itself was refused: see ghcb_refusal */
    PSC_REFUSED_ERROR,    /* the host reports an error; *info2 has it */
    PSC_REFUSED_RESERVED, /* reserved bits of the header came back set */
    PSC_REFUSED_BACK,     /* the current entry or page went backwards */
    PSC_REFUSED_BEYOND,   /* ... or beyond what the guest asked for */
    PSC_REFUSED_STALLED,  /* no progress, PSC_STALL_MAX times in a row */
    PSC_REFUSAL_COUNT,
};

/* "went backwards" ... for messages; refusal must be one. */
const char *psc_refusal_name(unsigned refusal);

/* Takes the current entry and page out of an answer of size_bytes bytes into the guest's own list.
 * The end entry, and the entries themselves, are never read back. Sets *advanced. Returns a refusal
 * and leaves the list as it was. */
enum psc_refusal psc_list_advance(struct psc_list *list, const uint8_t *answer, size_t size_bytes,
                                  bool *advanced);

/* How a guest gets into the host and back: VMGEXIT. */
struct psc_exit {
    void *context;
    enum status (*vmgexit)(void *context);
};

/* Sends the list again and again until every entry is done. STATUS_DENIED and *why; list->current
 * is then the first entry that is not done, and *info2 the host's error or 0. Else what the exit
 * said, or STATUS_BAD_INPUT for an empty list. */
enum status psc_guest_change(struct ghcb_guest *guest, struct psc_list *list,
                             const struct psc_exit *exit, enum psc_refusal *why, uint64_t *info2);

#endif
