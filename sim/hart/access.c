/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/access.c — explicit accesses that the model makes for an instruction, and fetches:
 * translation, PMP, then RAM or a device. Inside RAM every alignment is allowed; a device gets
 * aligned or misaligned accesses as they are, but none that crosses a page. Source:
 * riscv-isa-manual, src/priv/machine.adoc, "Physical Memory Attributes", PMP; hypervisor.adoc,
 * "Hypervisor Virtual-Machine Load and Store Instructions" (HLVX). */
#include "hart/internal.h"

#include <string.h>

enum { PIECES_MAX = 2, HALF_BYTES = 2, WORD_BYTES = 4, OPCODE_LONG = 3 };

/* The part of an access that lies in one page. */
struct piece {
    struct translation at;
    unsigned size_bytes;
    uint8_t *bytes; /* in RAM; NULL: a device */
};

static uint64_t offset_of(uint64_t address)
{
    return address & (PAGE_SIZE - 1);
}

static uint64_t page_of(uint64_t address)
{
    return address & ~(uint64_t)(PAGE_SIZE - 1);
}

static bool located(struct exception *fault, const struct view_rules *rules, uint64_t va)
{
    fault->tval = va;
    fault->is_gva = rules->mode.is_virtual;
    return false;
}

static bool pmp_passes(const struct hart *hart, const struct view_rules *rules,
                       const struct piece *piece, enum access_kind kind)
{
    enum privilege privilege = rules->mode.privilege;

    return pmp_allows(hart, piece->at.spa, piece->size_bytes, kind, privilege) &&
           (!rules->is_hlvx ||
            pmp_allows(hart, piece->at.spa, piece->size_bytes, ACCESS_EXECUTE, privilege));
}

static bool piece_resolve(struct hart *hart, const struct view_rules *rules, uint64_t va,
                          enum access_kind kind, struct piece *piece, struct exception *fault)
{
    piece->bytes = NULL;
    if (!translate(hart, rules, va, kind, &piece->at, fault))
        return false;
    if (!pmp_passes(hart, rules, piece, kind)) {
        fault_access(fault, kind);
        return located(fault, rules, va);
    }
    if (!spa_is_ram(hart, piece->at.spa))
        return true;
    piece->bytes = ram_ask(hart, hart->mode, &piece->at, kind, kind, fault);
    return piece->bytes || located(fault, rules, va);
}

/* Both pieces, or the one. A device answers only an access that lies in one page. */
static bool resolve(struct hart *hart, const struct view_rules *rules, uint64_t va,
                    unsigned size_bytes, enum access_kind kind, struct piece pieces[PIECES_MAX],
                    unsigned *count, struct exception *fault)
{
    uint64_t room = PAGE_SIZE - offset_of(va);

    *count = size_bytes > room ? PIECES_MAX : 1;
    pieces[0].size_bytes = *count == 1 ? size_bytes : (unsigned)room;
    pieces[1].size_bytes = size_bytes - pieces[0].size_bytes;
    for (unsigned i = 0; i < *count; i++) {
        uint64_t at = i ? va + room : va;

        if (!piece_resolve(hart, rules, at, kind, &pieces[i], fault))
            return false;
        if (*count > 1 && !pieces[i].bytes) {
            fault_access(fault, kind);
            return located(fault, rules, at);
        }
    }
    return true;
}

bool load(struct hart *hart, const struct view_rules *rules, uint64_t va, unsigned size_bytes,
          uint64_t *value, struct exception *fault)
{
    const struct hart_bus *bus = &hart->config.bus;
    struct piece pieces[PIECES_MAX];
    uint8_t bytes[ACCESS_BYTES_MAX] = {0};
    unsigned count;

    if (!resolve(hart, rules, va, size_bytes, ACCESS_READ, pieces, &count, fault))
        return false;
    if (!pieces[0].bytes) {
        if (bus->read(bus->context, (spa_t){pieces[0].at.spa}, size_bytes, value))
            return true;
        fault_access(fault, ACCESS_READ);
        return located(fault, rules, va);
    }
    memcpy(bytes, pieces[0].bytes, pieces[0].size_bytes);
    if (count > 1) {
        /* The second question may have called the first pointer back. */
        uint8_t *first = ram_ask(hart, hart->mode, &pieces[0].at, ACCESS_READ, ACCESS_READ, fault);

        if (!first)
            return located(fault, rules, va);
        memcpy(bytes, first, pieces[0].size_bytes);
        memcpy(bytes + pieces[0].size_bytes, pieces[1].bytes, pieces[1].size_bytes);
    }
    memcpy(value, bytes, sizeof bytes);
    return true;
}

bool store(struct hart *hart, const struct view_rules *rules, uint64_t va, unsigned size_bytes,
           uint64_t value, struct exception *fault)
{
    const struct hart_bus *bus = &hart->config.bus;
    struct piece pieces[PIECES_MAX];
    uint8_t bytes[ACCESS_BYTES_MAX];
    unsigned count, done = 0;

    if (!resolve(hart, rules, va, size_bytes, ACCESS_WRITE, pieces, &count, fault))
        return false;
    if (!pieces[0].bytes) {
        if (bus->write(bus->context, (spa_t){pieces[0].at.spa}, size_bytes,
                       value & width_mask(size_bytes)))
            return true;
        fault_access(fault, ACCESS_WRITE);
        return located(fault, rules, va);
    }
    memcpy(bytes, &value, sizeof bytes);
    for (unsigned i = 0; i < count; i++) {
        uint8_t *to = ram_ask(hart, hart->mode, &pieces[i].at, ACCESS_WRITE, ACCESS_WRITE, fault);

        if (!to) /* granted a moment ago */
            return located(fault, rules, va + done);
        memcpy(to, bytes + done, pieces[i].size_bytes);
        done += pieces[i].size_bytes;
    }
    return true;
}

uint8_t *ram_update(struct hart *hart, const struct view_rules *rules, uint64_t va,
                    unsigned size_bytes, struct exception *fault)
{
    struct piece piece = {.size_bytes = size_bytes};

    if (!piece_resolve(hart, rules, va, ACCESS_WRITE, &piece, fault))
        return NULL;
    if (!piece.bytes) { /* no device does this */
        fault_access(fault, ACCESS_WRITE);
        located(fault, rules, va);
    }
    return piece.bytes;
}

/* --- fetches --- */

/* A guest and its hypervisor often run at like addresses: each has its half. */
static size_t fetch_slot(const struct hart *hart, uint64_t va)
{
    size_t half = hart->mode.is_virtual ? HART_FETCH_PAGES / 2 : 0;

    return half + (va >> PAGE_SHIFT) % (HART_FETCH_PAGES / 2);
}

static uint64_t fetch_key(const struct hart *hart, uint64_t va)
{
    return (va >> PAGE_SHIFT) << 2 | (uint64_t)hart->mode.is_virtual << 1 | 1;
}

const uint8_t *fetch_page_kept(const struct hart *hart, uint64_t va)
{
    const struct hart_page *page = &hart->fetch_page[fetch_slot(hart, va)];

    return page->key == fetch_key(hart, va) ? page->bytes : NULL;
}

void fetch_page_keep(struct hart *hart, uint64_t va, const uint8_t *bytes)
{
    hart->fetch_page[fetch_slot(hart, va)] =
        (struct hart_page){.key = fetch_key(hart, va), .bytes = bytes};
}

/* 16 bits; no device holds code. */
static bool fetch_half(struct hart *hart, uint64_t va, uint16_t *half, struct exception *fault)
{
    const uint8_t *kept = fetch_page_kept(hart, va);
    struct view_rules rules = {0};
    struct piece piece = {.size_bytes = HALF_BYTES};

    if (kept) {
        memcpy(half, kept + offset_of(va), sizeof *half);
        return true;
    }
    rules = rules_fetch(hart);
    if (!piece_resolve(hart, &rules, va, ACCESS_EXECUTE, &piece, fault))
        return false;
    if (!piece.bytes) {
        fault_access(fault, ACCESS_EXECUTE);
        return located(fault, &rules, va);
    }
    memcpy(half, piece.bytes, sizeof *half);
    if (pmp_allows(hart, page_of(piece.at.spa), PAGE_SIZE, ACCESS_EXECUTE, rules.mode.privilege))
        fetch_page_keep(hart, va, piece.bytes - offset_of(va));
    return true;
}

bool fetch(struct hart *hart, uint64_t pc, uint32_t *raw, struct exception *fault)
{
    const uint8_t *kept = fetch_page_kept(hart, pc);
    uint16_t low, high;

    if (kept && offset_of(pc) <= PAGE_SIZE - WORD_BYTES) {
        memcpy(raw, kept + offset_of(pc), sizeof *raw);
        if ((*raw & OPCODE_LONG) != OPCODE_LONG)
            *raw &= UINT16_MAX;
        return true;
    }
    if (!fetch_half(hart, pc, &low, fault))
        return false;
    *raw = low;
    if ((low & OPCODE_LONG) != OPCODE_LONG)
        return true;
    if (!fetch_half(hart, pc + HALF_BYTES, &high, fault))
        return false;
    *raw |= (uint32_t)high << 16;
    return true;
}
