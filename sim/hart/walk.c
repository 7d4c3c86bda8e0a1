/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/walk.c — one stage of translation: from the root of a page table to a leaf, Sv39 to Sv57
 * and their x4 variants. Source: riscv-isa-manual, src/priv/supervisor.adoc, "Virtual Address
 * Translation Process" (steps by number below); hypervisor.adoc, "Guest Physical Address
 * Translation"; svnapot.adoc; svpbmt.adoc; svadu.adoc. */
#include "hart/walk.h"

#include "memory/riscv_fault.h"

#include <string.h>

/* Values for mtinst and htinst when an access to a VS-stage table faults (hypervisor.adoc, table of
 * pseudoinstructions, RV64). */
enum { PSEUDO_READ = 0x3000, PSEUDO_WRITE = 0x3020 };

/* Bits of an index into a table; the root of the G-stage is four tables in a row. */
enum { INDEX_BITS = 9, ROOT_X4_BITS = 2 };

enum { NAPOT_64K = 8, NAPOT_BITS = 4, PBMT_RESERVED = 3, PBMT_SHIFT = 61 };

static const struct hart_mode mode_hs = {PRIVILEGE_S, false};

bool spa_is_ram(const struct hart *hart, uint64_t spa)
{
    return spa >= hart->config.ram_first.v &&
           spa >> PAGE_SHIFT < memory_config(hart->config.memory)->page_count;
}

static struct actor actor_of(const struct hart *hart, struct hart_mode mode)
{
    const struct hart_config *config = &hart->config;
    uint16_t vmid = (uint16_t)bits(hart->hgatp, ATP_MODE_SHIFT - 3, ATP_ASID_SHIFT);

    if (!config->actor)
        return (struct actor){.kind = ACTOR_HYPERVISOR};
    return config->actor(config->actor_context, mode, vmid);
}

uint8_t *ram_ask(struct hart *hart, struct hart_mode mode, const struct translation *at,
                 enum access_kind kind, enum access_kind original, struct exception *fault)
{
    struct access access = {
        .actor = actor_of(hart, mode),
        .kind = kind,
        .spa = {at->spa},
        .gpa = {at->gpa},
        .is_private = at->is_private,
        .is_large = at->is_large,
    };
    struct memory_answer answer;
    struct riscv_fault riscv;

    if (memory_ask(hart->config.memory, &access, &answer))
        return answer.bytes;
    riscv = riscv_fault_of(&answer.fault, original, access.actor.kind);
    *fault = (struct exception){.cause = (uint8_t)riscv.cause,
                                .to_guest = riscv.to_guest,
                                .gpa = riscv.htval << 2,
                                .syndrome = riscv.hrmpsyn};
    return NULL;
}

/* --- entries --- */

/* Where the entry at address (physical, or guest-physical in a VS-stage walk) lies. */
static bool entry_place(struct hart *hart, const struct walk *walk, uint64_t address,
                        enum access_kind kind, struct translation *out, struct exception *fault)
{
    if (walk->rules->mode.is_virtual && !walk->is_second) {
        if (translate_second(hart, walk->rules, address, kind, walk->original, out, fault))
            return true;
        if (cause_is_guest_page(fault->cause))
            fault->tinst = kind == ACCESS_WALK_UPDATE ? PSEUDO_WRITE : PSEUDO_READ;
        return false;
    }
    *out = (struct translation){.spa = address, .gpa = address};
    return true;
}

/* Step 2 and its like: PMA, PMP and the door. Tables of the first stage are read as software in the
 * present mode sees them, those of the G-stage as the hypervisor does. */
static uint8_t *entry_bytes(struct hart *hart, const struct walk *walk,
                            const struct translation *at, enum access_kind kind,
                            struct exception *fault)
{
    struct hart_mode mode = walk->is_second || !hart->mode.is_virtual ? mode_hs : hart->mode;
    uint8_t *bytes;

    if (!spa_is_ram(hart, at->spa) ||
        (!walk->rules->is_quiet && !pmp_allows(hart, at->spa, PTE_BYTES, kind, PRIVILEGE_S))) {
        fault_access(fault, walk->original);
        return NULL;
    }
    bytes = ram_ask(hart, mode, at, kind, walk->original, fault);
    if (!bytes && cause_is_guest_page(fault->cause) && !walk->is_second)
        fault->tinst = kind == ACCESS_WALK_UPDATE ? PSEUDO_WRITE : PSEUDO_READ;
    return bytes;
}

/* A table that was read lately. Who reads it is part of its name. */
static struct hart_page *kept_table(struct hart *hart, const struct walk *walk,
                                    const struct translation *at, uint64_t *key)
{
    bool is_guests = hart->mode.is_virtual && !walk->is_second;

    *key = (at->spa >> PAGE_SHIFT) << 2 | (uint64_t)is_guests << 1 | 1;
    return &hart->walk_page[(at->spa >> PAGE_SHIFT) % HART_WALK_PAGES];
}

static bool entry_read(struct hart *hart, const struct walk *walk, uint64_t address,
                       uint64_t *entry, struct translation *at, struct exception *fault)
{
    struct hart_page *page;
    const uint8_t *bytes;
    uint64_t key;

    if (!entry_place(hart, walk, address, ACCESS_WALK, at, fault))
        return false;
    page = kept_table(hart, walk, at, &key);
    if (page->key == key && page->gpa == at->gpa >> PAGE_SHIFT) {
        memcpy(entry, page->bytes + (at->spa & (PAGE_SIZE - 1)), sizeof *entry);
        return true;
    }
    bytes = entry_bytes(hart, walk, at, ACCESS_WALK, fault);
    if (!bytes)
        return false;
    memcpy(entry, bytes, sizeof *entry);
    if (!walk->rules->is_quiet &&
        pmp_allows(hart, at->spa & ~(uint64_t)(PAGE_SIZE - 1), PAGE_SIZE, ACCESS_WALK, PRIVILEGE_S))
        *page = (struct hart_page){key, at->gpa >> PAGE_SHIFT, bytes - (at->spa & (PAGE_SIZE - 1))};
    return true;
}

/* --- rules --- */

static uint64_t config_of(const struct hart *hart, const struct walk *walk)
{
    return walk->rules->mode.is_virtual && !walk->is_second ? henvcfg_effective(hart)
                                                            : hart->menvcfg;
}

/* Step 3, and what svnapot.adoc and svpbmt.adoc add. */
static bool entry_is_valid(const struct hart *hart, const struct walk *walk, uint64_t entry,
                           unsigned level)
{
    uint64_t pbmt = (entry & PTE_PBMT) >> PBMT_SHIFT;
    bool is_pointer = !(entry & (PTE_R | PTE_X));

    if (!(entry & PTE_V) || (!(entry & PTE_R) && (entry & PTE_W)) || (entry & PTE_RSVD))
        return false;
    if (is_pointer)
        return !(entry & (PTE_N | PTE_PBMT | PTE_A | PTE_D | PTE_U));
    if (pbmt && (pbmt == PBMT_RESERVED || !(config_of(hart, walk) & ENVCFG_PBMTE)))
        return false;
    return !(entry & PTE_N) ||
           (hart->config.features.svnapot && level == 0 &&
            bits(entry, PTE_PPN_SHIFT + NAPOT_BITS - 1, PTE_PPN_SHIFT) == NAPOT_64K);
}

/* Step 6, for loads and stores. */
static bool user_bit_allows(const struct walk *walk, uint64_t entry, bool is_fetch)
{
    bool is_user = entry & PTE_U;

    if (walk->is_second) /* as though in U-mode */
        return is_user;
    if (walk->rules->mode.privilege == PRIVILEGE_U)
        return is_user;
    return !is_user || (!is_fetch && walk->rules->sum);
}

/* Steps 6 to 8 for every kind at once; without D no write. */
static uint8_t entry_allows(const struct walk *walk, uint64_t entry)
{
    bool mxr =
        walk->is_second ? walk->rules->mxr_second && walk->kind == ACCESS_READ : walk->rules->mxr;
    uint64_t readable = walk->rules->is_hlvx && walk->kind == ACCESS_READ ? PTE_X
                        : mxr                                             ? PTE_R | PTE_X
                                                                          : PTE_R;
    uint8_t allowed = 0;

    if (user_bit_allows(walk, entry, false)) {
        allowed |= entry & readable ? ALLOW_READ : 0;
        allowed |= entry & PTE_W ? ALLOW_WRITE : 0;
    }
    if (user_bit_allows(walk, entry, true) && (entry & PTE_X))
        allowed |= ALLOW_EXECUTE;
    return allowed;
}

static uint8_t wanted(enum access_kind kind)
{
    switch (kind) {
    case ACCESS_WRITE:
    case ACCESS_WALK_UPDATE:
        return ALLOW_WRITE;
    case ACCESS_EXECUTE:
        return ALLOW_EXECUTE;
    case ACCESS_READ:
    case ACCESS_WALK:
        break;
    }
    return ALLOW_READ;
}

static bool walk_fault(const struct walk *walk, struct exception *fault)
{
    if (walk->is_second)
        fault_guest_page(fault, walk->original, walk->address);
    else
        fault_page(fault, walk->original);
    return false;
}

/* Step 9. The one that writes is the hart: harts run in turns, so that nobody comes between the
 * comparison and the write. */
static bool entry_update(struct hart *hart, const struct walk *walk, uint64_t address,
                         uint64_t *entry, struct exception *fault)
{
    uint64_t updated = *entry | PTE_A | (wanted(walk->kind) == ALLOW_WRITE ? PTE_D : 0);
    struct translation at;
    uint8_t *bytes;

    if (updated == *entry || walk->rules->is_quiet)
        return true;
    if (!(config_of(hart, walk) & ENVCFG_ADUE))
        return walk_fault(walk, fault);
    if (!entry_place(hart, walk, address, ACCESS_WALK_UPDATE, &at, fault))
        return false;
    bytes = entry_bytes(hart, walk, &at, ACCESS_WALK_UPDATE, fault);
    if (!bytes)
        return false;
    memcpy(bytes, &updated, sizeof updated);
    *entry = updated;
    return true;
}

/* Steps 5 and 10. */
static bool leaf_address(const struct walk *walk, uint64_t entry, unsigned level, uint64_t *out)
{
    uint64_t page = bits(entry, PTE_PPN_SHIFT + PTE_PPN_BITS - 1, PTE_PPN_SHIFT);
    uint64_t number = walk->address >> PAGE_SHIFT;
    uint64_t low = entry & PTE_N ? (1 << NAPOT_BITS) - 1 : (UINT64_C(1) << INDEX_BITS * level) - 1;

    if (!(entry & PTE_N) && (page & low))
        return false;
    *out = ((page & ~low) | (number & low)) << PAGE_SHIFT | (walk->address & (PAGE_SIZE - 1));
    return true;
}

static bool leaf_check(struct hart *hart, const struct walk *walk, uint64_t at, uint64_t entry,
                       unsigned level, struct leaf *leaf, struct exception *fault)
{
    if (!leaf_address(walk, entry, level, &leaf->address) ||
        !(entry_allows(walk, entry) & wanted(walk->kind)))
        return walk_fault(walk, fault);
    if (!entry_update(hart, walk, at, &entry, fault))
        return false;
    leaf->is_large = level > 0;
    leaf->allowed = entry_allows(walk, entry);
    if (!(entry & PTE_D))
        leaf->allowed &= (uint8_t)~ALLOW_WRITE;
    return true;
}

bool walk_table(struct hart *hart, const struct walk *walk, struct leaf *leaf,
                struct exception *fault)
{
    uint64_t table = (walk->root & ATP_PPN) << PAGE_SHIFT;

    for (unsigned level = walk->levels; level-- > 0;) {
        unsigned low = PAGE_SHIFT + INDEX_BITS * level, index_bits = INDEX_BITS;
        struct translation place;
        uint64_t entry, at;

        if (walk->is_second && level == walk->levels - 1)
            index_bits += ROOT_X4_BITS;
        at = table + bits(walk->address, low + index_bits - 1, low) * PTE_BYTES;
        if (!entry_read(hart, walk, at, &entry, &place, fault))
            return false;
        if (!entry_is_valid(hart, walk, entry, level))
            return walk_fault(walk, fault);
        if (entry & (PTE_R | PTE_X))
            return leaf_check(hart, walk, at, entry, level, leaf, fault);
        table = bits(entry, PTE_PPN_SHIFT + PTE_PPN_BITS - 1, PTE_PPN_SHIFT) << PAGE_SHIFT;
    }
    return walk_fault(walk, fault); /* a pointer at the last level */
}
