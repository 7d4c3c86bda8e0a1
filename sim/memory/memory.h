/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/memory.h — the memory of the machine, and the one door to it. Whoever wants to read or
 * write simulated memory (hypervisor, guest, device, secure processor) asks memory_ask, which
 * checks the RMP, finds the page view that this actor has, and hands out a pointer. A hart asks
 * once per page, when it fills its TLB, and then runs at full speed on the pointer, until the watch
 * tells that the pointer is no longer good.
 *
 * How page views work. A page is kept once, as the plaintext of the key under which it was last
 * written, with that key's number. Who uses the same key reads and writes these bytes directly. Who
 * uses another one gets real bytes: the page is encrypted as DRAM would hold it and decrypted with
 * his key (the hypervisor has none, so he sees the ciphertext). Writing under another key turns the
 * page over to that key without changing what DRAM holds elsewhere in it: encryption is a bijection
 * of each block. */
#ifndef CVMLAB_SIM_MEMORY_MEMORY_H
#define CVMLAB_SIM_MEMORY_MEMORY_H

#include "memory/access.h"
#include "memory/cipher.h"
#include "memory/rmp.h"

/* How many page views are kept. */
enum { VIEW_COUNT = 64 };

/* What protects guests. Every mode contains those before it. */
enum memory_mode {
    MEMORY_NONE,   /* nothing: the host reads and writes plaintext */
    MEMORY_SEV,    /* guest memory is encrypted */
    MEMORY_SEV_ES, /* and so are save areas; in memory the same as SEV */
    MEMORY_SNP     /* and the RMP stands before every access */
};

/* "sev-es" */
const char *memory_mode_name(enum memory_mode mode);

/* What the C-bit position of a guest-physical address means. */
enum c_bit_rule {
    C_BIT_VTOM,   /* set: the shared alias of the page; clear: private (SNP's vTOM, inverted) */
    C_BIT_CLASSIC /* set: private */
};

struct memory_config {
    enum memory_mode mode;
    enum cipher_mode cipher; /* of guest keys; the mode MEMORY_NONE uses none */
    enum c_bit_rule c_bit_rule;
    uint8_t c_bit;            /* its position, 32 to 62 */
    bool ciphertext_hiding;   /* host reads of guest pages give 0xff bytes (Zen 5) */
    bool checks_shared_reads; /* as in struct rmp */
    uint64_t page_count;      /* RAM, from spa 0 */
    uint64_t rmp_pages;       /* how many of them the RMP covers */
    uint16_t asid_max;
    uint64_t seed; /* of all keys */
};

struct memory;

/* Lazily allocated: nothing is touched before its first use. STATUS_BAD_INPUT with diag-free
 * meaning: page_count 0 or above 2^32, rmp_pages above page_count, asid_max 0 or too high, c_bit
 * out of range; STATUS_IO: no memory, or the cipher's library refused. *out is NULL then. The
 * caller frees with memory_destroy. */
enum status memory_create(const struct memory_config *config, struct memory **out);

/* Frees; NULL is allowed. */
void memory_destroy(struct memory *memory);

/* As it was created. */
const struct memory_config *memory_config(const struct memory *memory);

/* Its table; in every mode there is one, but only SNP looks at it. Instructions that change it go
 * through rmp.h; pointers that were handed out are called back by themselves. */
struct rmp *memory_rmp(struct memory *memory);

/* --- keys --- */

/* Gives a guest a fresh key (1 <= asid <= asid_max), in place of the one it had: what was written
 * under the old one reads as noise. In the mode MEMORY_NONE nothing happens. STATUS_BAD_INPUT:
 * asid; STATUS_FULL: 65 534 keys were made; STATUS_IO: the cipher's library refused. The guest
 * keeps the key that it had then. */
enum status memory_key_install(struct memory *memory, uint16_t asid);

/* Takes the guest's key away. Its accesses then use the hypervisor's view, as hardware with no key
 * loaded would not: callers retire a key only when the guest has ended. */
void memory_key_retire(struct memory *memory, uint16_t asid);

/* --- the door ---
 *
 * Whose key: the hypervisor and devices have none and see what DRAM holds. A guest's private access
 * uses its key, a shared one none; fetches and walks are private (APM vol. 2, 15.34.5). A trusted
 * device is as its guest, but only with an RMP. The firmware uses the key of the guest that its
 * actor names; with asid 0 none, or, if is_private, a key of its own. */

/* Splits a guest-physical address as the guest used it: strips the C-bit, and says whether it was
 * private. */
bool memory_gpa_is_private(const struct memory *memory, gpa_t used, gpa_t *stripped);

struct memory_answer {
    uint8_t *bytes; /* at access->spa, to the end of the page. NULL: fault says why */
    bool is_direct; /* the page itself: it shows what others write, and may be written if the access
                       was a write. Else a view, which must not be written. */
    struct fault fault; /* of a refusal */
};

/* Asks for one access inside one page. Returns whether it is granted. The pointer may be kept, and
 * used for any number of accesses like this one, until a watch calls it back; without a watch,
 * until the next call of this file, adversary.h or rmp.h.
 *
 * Views, and pointers that ACCESS_EXECUTE was granted for, are called back before the page changes
 * through the door or through a pointer to write: one page has writers, or viewers and runners of
 * code, never both. So a hart that keeps translated code hears of every change but its own. */
bool memory_ask(struct memory *memory, const struct access *access, struct memory_answer *answer);

/* Whether memory_ask would grant it. Changes nothing and calls nothing back. */
bool memory_check(const struct memory *memory, const struct access *access, struct fault *fault);

/* Copies size bytes out of or into memory as the actor of the access sees it, from access->spa and
 * access->gpa on, over page borders (both addresses run on). All or nothing: on a fault nothing was
 * copied. Returns whether it was granted; access->kind must fit. Takes no pointer away but those
 * that a write makes wrong. */
bool memory_read(struct memory *memory, const struct access *access, void *to, size_t size_bytes,
                 struct fault *fault);
bool memory_write(struct memory *memory, const struct access *access, const void *from,
                  size_t size_bytes, struct fault *fault);

/* A piece of host memory, from a page border on. */
struct memory_span {
    uint8_t *bytes;
    uint64_t size_bytes;
};

enum { MEMORY_SPANS = 3 };

/* Where every pointer of memory_ask leads to: RAM from spa 0 on, page views, and the page that
 * hides ciphertext. They stay where they are as long as the memory lives. */
void memory_spans(const struct memory *memory, struct memory_span out[MEMORY_SPANS]);

/* What a watch must forget. */
enum memory_lost {
    MEMORY_LOST_WRITE, /* pointers to these pages may still be read, but not written */
    MEMORY_LOST_ALL    /* and not read either */
};

/* Called before the change. Must not ask for memory. */
typedef void memory_watch_fn(void *context, spa_t first, uint64_t page_count,
                             enum memory_lost lost);

/* Adds a watch; there may be several (one per hart). STATUS_FULL: no memory. */
enum status memory_watch_add(struct memory *memory, memory_watch_fn *watch, void *context);

/* Removes it; one that was not added is ignored. */
void memory_watch_remove(struct memory *memory, memory_watch_fn *watch, void *context);

/* --- what a picture of the memory shows --- */

struct memory_page {
    enum rmp_state state;
    uint16_t asid;    /* whose key it was last written under; 0: none */
    uint32_t version; /* as long as it stays, and nobody may write (is_writable), so do the bytes */
    bool is_writable; /* a pointer to write is out */
};

/* STATUS_BAD_ADDRESS: there is no such page. */
enum status memory_page_look(struct memory *memory, spa_t page, struct memory_page *out);

/* Bytes of metadata per page of RAM, RMP included. */
double memory_metadata_per_page(void);

#endif
