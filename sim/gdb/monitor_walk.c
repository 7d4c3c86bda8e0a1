/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/monitor_walk.c — the way of an address through the page tables, as they are in memory.
 * What may be done at its end is the hart's own answer. See monitor.h. Source: riscv-isa-manual,
 * src/priv/supervisor.adoc, "Virtual Address Translation Process"; hypervisor.adoc, "Guest Physical
 * Address Translation". */
#include <inttypes.h>
#include <string.h>

#include "base/bytes.h"
#include "gdb/monitor.h"

enum {
    CSR_SATP = 0x180,
    CSR_VSATP = 0x280,
    CSR_HGATP = 0x680,
    PTE_V = 1,
    PTE_RWX = 14,
    PTE_BYTES = 8,
    INDEX_BITS = 9,
    ROOT_BITS_SECOND = 2 /* more, of the G-stage's root */
};

/* One stage. */
struct stage {
    const char *name;
    uint64_t atp;
    bool is_second;
    enum gdb_memory tables; /* what kind of addresses its entries have */
};

static uint64_t csr(struct gdb *gdb, uint16_t number)
{
    uint64_t value = 0;

    (void)hart_csr_peek(gdb_hart(gdb), number, &value);
    return value;
}

static void entry_print(const struct stage *stage, unsigned level, uint64_t at, uint64_t entry,
                        FILE *to)
{
    static const char letters[] = "DAGUXWRV";
    char flags[sizeof letters];

    for (unsigned i = 0; i < sizeof letters - 1; i++)
        flags[i] = entry >> (7 - i) & 1 ? letters[i] : '-';
    flags[sizeof letters - 1] = '\0';
    (void)fprintf(to, "  %s level %u: entry at 0x%" PRIx64 " is 0x%016" PRIx64 "  %s\n",
                  stage->name, level, at, entry, flags);
}

/* Where the leaf leads. */
static uint64_t leaf_address(uint64_t entry, uint64_t address, unsigned shift)
{
    uint64_t below = (UINT64_C(1) << shift) - 1;
    uint64_t base = bits(entry, 53, 10) << PAGE_SHIFT;

    if (entry >> 63) /* Svnapot: 64 KiB */
        below |= 0xffff;
    return (base & ~below) | (address & below);
}

/* False: it ends nowhere. */
static bool stage_walk(struct gdb *gdb, const struct stage *stage, uint64_t address, uint64_t *out,
                       FILE *to)
{
    unsigned mode = (unsigned)bits(stage->atp, 63, 60), level = mode - 8 + 3;
    uint64_t table = bits(stage->atp, 43, 0) << PAGE_SHIFT;
    unsigned width = INDEX_BITS + (stage->is_second ? ROOT_BITS_SECOND : 0);

    *out = address;
    if (mode == 0) {
        (void)fprintf(to, "  %s: Bare\n", stage->name);
        return true;
    }
    while (level-- > 0) {
        unsigned shift = PAGE_SHIFT + INDEX_BITS * level;
        uint64_t at = table + bits(address, shift + width - 1, shift) * PTE_BYTES, entry;

        width = INDEX_BITS;
        if (gdb_memory_get(gdb, stage->tables, at, &entry, sizeof entry) < sizeof entry) {
            (void)fprintf(to, "  %s level %u: no memory at 0x%" PRIx64 "\n", stage->name, level,
                          at);
            return false;
        }
        entry_print(stage, level, at, entry, to);
        if (!(entry & PTE_V))
            return false;
        if (entry & PTE_RWX) {
            *out = leaf_address(entry, address, shift);
            return true;
        }
        table = bits(entry, 53, 10) << PAGE_SHIFT;
    }
    return false;
}

static void rights_print(struct gdb *gdb, uint64_t address, FILE *to)
{
    static const struct {
        enum access_kind kind;
        const char *name;
    } kinds[] = {{ACCESS_READ, "read"}, {ACCESS_WRITE, "write"}, {ACCESS_EXECUTE, "execute"}};
    unsigned count = 0;
    spa_t spa;

    (void)fprintf(to, "  %s may", hart_mode_name(hart_mode(gdb_hart(gdb))));
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (hart_translate(gdb_hart(gdb), (gva_t){address}, kinds[i].kind, &spa))
            (void)fprintf(to, "%s %s", count++ ? "," : "", kinds[i].name);
    (void)fputs(count ? "\n" : " do nothing there\n", to);
}

void monitor_walk(struct gdb *gdb, uint64_t address, FILE *to)
{
    struct hart_mode mode = hart_mode(gdb_hart(gdb));
    struct stage first = {mode.is_virtual ? "VS-stage" : "satp",
                          csr(gdb, mode.is_virtual ? CSR_VSATP : CSR_SATP), false,
                          mode.is_virtual ? GDB_GUEST_PHYSICAL : GDB_PHYSICAL};
    struct stage second = {"G-stage", csr(gdb, CSR_HGATP), true, GDB_PHYSICAL};
    uint64_t middle = address, end = address;
    bool is_good = true;

    (void)fprintf(to, "0x%" PRIx64 " in %s\n", address, hart_mode_name(mode));
    if (mode.privilege == PRIVILEGE_M)
        (void)fputs("  M: physical\n", to);
    else
        is_good = stage_walk(gdb, &first, address, &middle, to);
    end = middle;
    if (is_good && mode.is_virtual) {
        (void)fprintf(to, "  guest-physical 0x%" PRIx64 "\n", middle);
        is_good = stage_walk(gdb, &second, middle, &end, to);
    }
    if (!is_good) {
        (void)fputs("  leads nowhere\n", to);
        return;
    }
    (void)fprintf(to, "  physical 0x%" PRIx64 "\n", end);
    rights_print(gdb, address, to);
}
