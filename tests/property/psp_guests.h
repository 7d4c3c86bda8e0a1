/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/psp_guests.h — guests that keep their books, in a machine whose pages are drawn at
 * random. Include the cmocka headers first. */
#ifndef CVMLAB_TESTS_PROPERTY_PSP_GUESTS_H
#define CVMLAB_TESTS_PROPERTY_PSP_GUESTS_H

#include "../unit/psp_fixture.h"
#include "base/random.h"

enum { POOL = 28, ASIDS = 3, GPAS = 8, STATUSES = 0x28, LARGE = LARGE_PAGE_PAGES, OUTS = 8 };

/* The host's commands. */
enum op {
    OP_GCTX_CREATE,
    OP_LAUNCH_START,
    OP_ACTIVATE,
    OP_DECOMMISSION,
    OP_DF_FLUSH,
    OP_LAUNCH_UPDATE,
    OP_RECLAIM,
    OP_SET_STATE,
    OP_UNSMASH,
    OP_MOVE,
    OP_MD_INIT,
    OP_SWAP_OUT,
    OP_SWAP_IN,
    OP_DBG_DECRYPT,
    OP_DBG_ENCRYPT,
    OP_SHUTDOWN,
    OP_COUNT
};

/* What a guest knows of a page that it accepted: the sum of its bytes. */
struct book {
    bool accepted;
    bool is_spoiled; /* by what the guest's owner would see, or allowed: no claim is made */
    uint64_t sum;
};

/* A page that went out, for who wants it in again. */
struct out {
    struct psp_swap swap;
    uint16_t asid;
    gpa_t gpa;
};

struct model {
    struct psp_fixture fix;
    struct psp_snapshot before; /* the last command */
    uint64_t random;
    struct book book[ASIDS + 1][GPAS];
    unsigned reached[OP_COUNT][STATUSES];
    unsigned reads;
    struct out out[OUTS];
    unsigned outs;
};

static inline unsigned below(struct model *model, unsigned limit)
{
    return (unsigned)(random_next(&model->random) % limit);
}

static inline bool chance(struct model *model, unsigned percent)
{
    return below(model, 100) < percent;
}

/* Small pages, the first pages of two large ones and some inside, and pages past the table. */
static inline spa_t pool_page(unsigned number)
{
    static const unsigned others[] = {LARGE,           LARGE + 1,         2 * LARGE,
                                      2 * LARGE + 511, FIXTURE_RMP_PAGES, FIXTURE_RMP_PAGES + 5};
    unsigned small = POOL - sizeof others / sizeof others[0];

    return page_at(number < small ? number + 1 : others[number - small]);
}

/* A page in this state, if there is one and luck will have it; else any. */
static inline spa_t page_pick(struct model *model, enum rmp_state state)
{
    unsigned start = below(model, POOL);

    for (unsigned i = 0; i < POOL && chance(model, 97); i++) {
        spa_t page = pool_page((start + i) % POOL);

        if (rmp_page_state(model->fix.rmp, page) == state)
            return page;
    }
    return pool_page(start);
}

static inline spa_t guest_page_pick(struct model *model)
{
    return page_pick(model, chance(model, 50) ? RMP_PRE_GUEST : RMP_PRE_SWAP);
}

static inline bool size_pick(struct model *model, spa_t page)
{
    const struct rmp_entry *entry = rmp_find(model->fix.rmp, page);

    return (entry && entry->is_large) != chance(model, 3);
}

static inline uint16_t asid_pick(struct model *model)
{
    return (uint16_t)(1 + below(model, ASIDS));
}

/* --- what guests do --- */

static inline bool guest_sum(struct model *model, uint16_t asid, gpa_t gpa, spa_t page,
                             uint64_t *sum)
{
    uint8_t bytes[PAGE_SIZE];

    if (!guest_read(&model->fix, asid, gpa, page, bytes))
        return false;
    *sum = 0;
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        *sum = *sum * 31 + bytes[i];
    return true;
}

/* NULL: no guest that runs, or not one of the pages that the books are about. */
static inline struct book *book_of(struct model *model, const struct rmp_entry *entry)
{
    uint64_t number = entry->gpa >> PAGE_SHIFT;

    if (entry->is_large || entry->asid == 0 || entry->asid > ASIDS || number >= GPAS)
        return NULL;
    if (model->fix.psp->asid_state[entry->asid] != ASID_OWNED_BY_GUEST)
        return NULL;
    return &model->book[entry->asid][number];
}

/* Accepts a page, unless it has one there already; or gives one back. */
static inline void guest_validates(struct model *model)
{
    spa_t page = page_pick(model, RMP_GUEST_INVALID);
    const struct rmp_entry *entry = rmp_find(model->fix.rmp, page);
    struct book *book = entry ? book_of(model, entry) : NULL;
    bool validate = chance(model, 80);
    struct actor guest = {.kind = ACTOR_GUEST, .is_snp = true};
    struct rmp_target target = {.spa = page};
    struct rmp_result result;

    if (!book || (validate && book->accepted))
        return;
    guest.asid = entry->asid;
    target.gpa.v = entry->gpa;
    result = rmp_pvalidate(model->fix.rmp, &guest, &target, validate);
    if (result.fault.kind != FAULT_NONE || result.code != RMP_OK || result.carry)
        return;
    book->accepted = validate;
    if (validate)
        assert_true(guest_sum(model, guest.asid, target.gpa, page, &book->sum));
}

static inline void guest_writes(struct model *model)
{
    spa_t page = page_pick(model, RMP_GUEST_VALID);
    const struct rmp_entry *entry = rmp_find(model->fix.rmp, page);
    struct book *book = entry ? book_of(model, entry) : NULL;

    if (!book || !book->accepted || rmp_entry_state(entry) != RMP_GUEST_VALID)
        return;
    guest_fill(&model->fix, entry->asid, (gpa_t){entry->gpa}, page, (uint8_t)below(model, 256));
    assert_true(guest_sum(model, entry->asid, (gpa_t){entry->gpa}, page, &book->sum));
}

/* Whatever the host maps at an accepted address reads as the guest left it, or does not read. */
static inline void guests_look(struct model *model)
{
    for (unsigned i = 0; i < POOL; i++) {
        const struct rmp_entry *entry = rmp_find(model->fix.rmp, pool_page(i));
        const struct book *book = entry ? book_of(model, entry) : NULL;
        uint64_t sum;

        if (!book || !book->accepted || book->is_spoiled)
            continue;
        if (!guest_sum(model, entry->asid, (gpa_t){entry->gpa}, pool_page(i), &sum))
            continue;
        assert_int_equal(sum, book->sum);
        model->reads++;
    }
}

static inline void guest_forget(struct model *model, uint16_t asid)
{
    memset(model->book[asid], 0, sizeof model->book[asid]);
}

/* The context of the guest that owns the page, mostly; else any. */
static inline spa_t gctx_pick(struct model *model, spa_t page)
{
    const struct rmp_entry *entry = rmp_find(model->fix.rmp, page);
    const struct psp *psp = model->fix.psp;

    for (size_t i = 0; entry && i < psp->gctx_count && chance(model, 95); i++)
        if (psp->gctx[i].guest.asid == entry->asid && entry->asid != 0)
            return psp->gctx[i].page;
    return page_pick(model, RMP_CONTEXT);
}

/* A page of the hypervisor that it makes Pre-Guest, for who is wanted there; else one that is. */
static inline spa_t place_pick(struct model *model, uint16_t asid, gpa_t gpa)
{
    const struct rmp_operand operand = {
        .assigned = true, .immutable = true, .asid = asid, .gpa = gpa};
    spa_t page = page_pick(model, RMP_HYPERVISOR);

    if (chance(model, 90) && rmp_update(model->fix.rmp, &hypervisor, page, &operand) == RMP_OK)
        return page;
    return page_pick(model, RMP_PRE_GUEST);
}

/* Before a command: what must not have changed if it is refused. */
static inline void watch(struct model *model)
{
    snapshot_take(&model->fix, &model->before);
}

#endif
