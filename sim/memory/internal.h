/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/internal.h — what the files behind the door share. Read memory.h first.
 * door.c decides, page.c keeps the bytes, view.c shows them under another key, watch.c calls
 * pointers back, key.c has the keys; dram.c and cache.c are what lies below (adversary.h). */
#ifndef CVMLAB_SIM_MEMORY_INTERNAL_H
#define CVMLAB_SIM_MEMORY_INTERNAL_H

#include "memory/lazy_map.h"
#include "memory/memory.h"

enum { KEY_NONE = 0, KEY_COUNT = 1 << 16, ALIAS_BIT_MIN = 12, ALIAS_BIT_MAX = 47 };

/* Of one page of DRAM cells. All zero: nobody has written it, and DRAM holds zeros. */
struct page_record {
    uint32_t version;
    uint16_t key;             /* under which bytes is plaintext; KEY_NONE: as in DRAM */
    uint16_t alias : 6;       /* the address in its tweak: 0: the cells' own; else the cells' with
                                 this bit set, counted from ALIAS_BIT_MIN as 1 */
    uint16_t view : 6;        /* where its last view is, if it is still there */
    uint16_t is_granted : 1;  /* somebody has a pointer to it or to a view of it */
    uint16_t is_writable : 1; /* and may write; then there is no view and no code pointer */
    uint16_t is_fixed : 1;    /* a view of it is out, or a pointer to run code from */
    uint16_t is_dirty : 1;    /* the cache model is on, and DRAM holds an older state */
};
_Static_assert(sizeof(struct page_record) == 8, "part of what a page of RAM costs");
_Static_assert(VIEW_COUNT <= 64, "fits into the field view");

/* A page, as an address names it. */
struct page {
    struct page_record *record;
    uint8_t *bytes;
    spa_t cell;     /* where its cells are: without the bit that selects nothing */
    spa_t named;    /* the address itself, for tweak and RMP */
    unsigned alias; /* the record's, for what is written at this address */
};

struct key {
    struct cipher *cipher;
    uint16_t asid;
};

struct view_slot {
    const struct page_record *record; /* NULL: free */
    spa_t named;
    uint32_t version;
    uint16_t key;
};

struct watch {
    memory_watch_fn *call;
    void *context;
};

/* A page whose DRAM contents are older than the CPU's. They are in below[] of the cache. */
struct dirty_page {
    uint32_t page;
    uint16_t key, alias; /* of the record when the page was last written back */
};

struct cache {
    bool is_on;
    uint8_t *below;           /* per page of RAM: the raw bytes in DRAM, if it is dirty */
    struct dirty_page *dirty; /* count of them, room for all pages; both mapped lazily */
    uint64_t count;
};

struct memory {
    struct memory_config config;
    struct rmp rmp;
    uint64_t ram_bytes;
    uint8_t *ram;
    struct page_record *record;
    uint8_t *large_grants; /* per 2 MiB: a pointer is out that a large mapping led to */
    struct key *key;       /* KEY_COUNT of them, key_count used; [0] stays empty */
    uint32_t key_count;
    uint16_t *key_of_asid;
    uint8_t *view_bytes; /* VIEW_COUNT pages */
    struct view_slot view[VIEW_COUNT];
    unsigned view_next;
    uint8_t *hidden; /* a page of 0xff */
    struct watch *watch;
    size_t watch_count;
    uint64_t alias_mask; /* the address bit that selects nothing, or 0 */
    unsigned alias;      /* it as a record's alias */
    struct cache cache;
};

/* --- page.c --- */

static inline bool memory_has(const struct memory *memory, spa_t spa)
{
    return spa.v < memory->ram_bytes;
}

/* The page around spa, which memory_has. */
static inline struct page page_find(struct memory *memory, spa_t spa)
{
    spa_t named = {spa.v & ~(uint64_t)(PAGE_SIZE - 1)};
    spa_t cell = {named.v & ~memory->alias_mask};

    return (struct page){.record = &memory->record[cell.v >> PAGE_SHIFT],
                         .bytes = memory->ram + cell.v,
                         .cell = cell,
                         .named = named,
                         .alias = cell.v == named.v ? 0 : memory->alias};
}

/* Whether the bytes are plaintext for this key at the address by which the page was named. */
static inline bool page_is_plain(const struct page *page, uint16_t key)
{
    return page->record->key == key && (key == KEY_NONE || page->record->alias == page->alias);
}

/* The raw bytes of whole blocks, offset from the start of the page, if it were written back now. */
void page_raw(struct memory *memory, const struct page *page, size_t offset, uint8_t *to,
              size_t size_bytes);

/* Replaces them. Nothing else changes, not even the version. */
void page_raw_set(struct memory *memory, const struct page *page, size_t offset,
                  const uint8_t *from, size_t size_bytes);

/* Whole blocks as the holder of this key sees them at the address by which the page was named. */
void page_decrypt(struct memory *memory, const struct page *page, uint16_t key, size_t offset,
                  uint8_t *to, size_t size_bytes);

/* Views of it are no longer true. */
void page_version_grow(struct memory *memory, const struct page *page);

/* Before its bytes change: what somebody sees of it is called back, the cache model keeps what DRAM
 * holds, the version grows. */
void page_change(struct memory *memory, const struct page *page);

/* The same, and afterwards the bytes are plaintext for key at the named address. keep_bytes: DRAM
 * holds what it held before; else the caller writes the whole page. */
void page_turn(struct memory *memory, const struct page *page, uint16_t key, bool keep_bytes);

/* --- door.c --- */

/* The number of the key by which this access sees its page. */
uint16_t access_key(const struct memory *memory, const struct access *access);

/* Ciphertext hiding: software of the host reads a guest's page. */
bool access_is_hidden(const struct memory *memory, const struct access *access);

/* --- key.c --- */

/* Keys for asid 0 (the firmware's own) to asid_max. STATUS_IO: no memory; free anyway. */
enum status keys_create(struct memory *memory);
void keys_destroy(struct memory *memory);

/* Makes the next key, for asid, which has it then. STATUS_FULL, STATUS_IO: nothing is changed. The
 * caller calls back what was granted. */
enum status key_make(struct memory *memory, uint16_t asid);

/* Ends all keys; nobody has one. The caller has called back what was granted. */
void keys_forget(struct memory *memory);

/* --- view.c --- */

/* The page as the holder of key sees it; fixes it. The bytes of the whole page. */
uint8_t *view_take(struct memory *memory, const struct page *page, uint16_t key);

/* Forgets all views; the caller has called them back. */
void views_forget(struct memory *memory);

/* --- watch.c --- */

/* Calls back what was granted of one page, by every address that names it. */
void page_call_back(struct memory *memory, const struct page *page, enum memory_lost lost);

/* Calls back everything. What the records say about grants stays: it is only too careful then. */
void memory_call_back(struct memory *memory, enum memory_lost lost);

/* For rmp.watch: entries of these pages are about to change. */
void memory_rmp_changes(void *memory, spa_t first, uint64_t count);

/* --- cache.c --- */

/* Keeps what DRAM holds of a page that is about to change. */
void cache_keep(struct memory *memory, const struct page *page);

/* What was just written there is in DRAM as well, by the line. */
void cache_write_through(struct memory *memory, const struct page *page, size_t offset,
                         size_t size_bytes);

/* A part of a page as DRAM has it, which the CPU may not see yet, or no more. */
void cells_read(struct memory *memory, const struct page *page, size_t offset, uint8_t *to,
                size_t size_bytes);

/* Puts bytes there; the CPU sees them where it has no dirty line. Calls back the page. */
void cells_write(struct memory *memory, const struct page *page, size_t offset, const uint8_t *from,
                 size_t size_bytes);

/* Ends the model. */
void cache_destroy(struct memory *memory);

#endif
