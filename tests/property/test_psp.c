/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_psp.c — random commands to the secure processor between random RMP
 * instructions, by a host that means ill. After each: both walkers are content, and a refused
 * command has changed nothing. Throughout: a guest that keeps its books reads what it wrote, or
 * faults. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "psp_guests.h"

enum { STEPS = 60000, LOOK_EVERY = 2, GUESTS_AT_ONCE = 4 };

static void host_updates(struct model *model)
{
    spa_t page = page_pick(model, chance(model, 80) ? RMP_HYPERVISOR : RMP_GUEST_VALID);
    struct rmp_operand operand = {.assigned = chance(model, 85), .is_large = chance(model, 15)};
    const struct rmp_entry *entry = rmp_find(model->fix.rmp, page);

    if (operand.assigned) {
        operand.asid = chance(model, 60) ? asid_pick(model) : 0;
        operand.immutable = chance(model, 70);
        operand.gpa = operand.is_large ? gpa_at(LARGE) : gpa_at(below(model, GPAS));
        if (operand.asid == 0)
            operand.gpa.v = 0;
    }
    if (entry && entry->asid != 0 && chance(model, 60))
        operand = (struct rmp_operand){.gpa = {entry->gpa},
                                       .asid = entry->asid,
                                       .assigned = true,
                                       .immutable = true,
                                       .is_large = entry->is_large};
    (void)rmp_update(model->fix.rmp, &hypervisor, page, &operand);
}

static void host_takes_back(struct model *model, spa_t page)
{
    const struct rmp_entry *entry = rmp_find(model->fix.rmp, page);
    const struct rmp_operand operand = {.is_large = entry->is_large};

    (void)psp_page_reclaim(model->fix.psp, page, entry->is_large);
    (void)rmp_update(model->fix.rmp, &hypervisor, page, &operand);
}

/* Gives a guest a large page, splits it, and prepares the parts for UNSMASH. */
static spa_t host_smashes(struct model *model)
{
    spa_t page = page_at(LARGE * (1 + below(model, 2)));
    struct rmp_operand operand = {
        .assigned = true, .is_large = true, .asid = asid_pick(model), .gpa = gpa_at(LARGE)};

    for (unsigned i = 0; i < LARGE_PAGE_PAGES; i++)
        host_takes_back(model, (spa_t){page.v + ((uint64_t)i << PAGE_SHIFT)});
    (void)rmp_update(model->fix.rmp, &hypervisor, page, &operand);
    if (rmp_psmash(model->fix.rmp, &hypervisor, page) != RMP_OK)
        return page;
    operand.immutable = true;
    operand.is_large = false;
    for (unsigned i = 0; i < LARGE_PAGE_PAGES; i++, operand.gpa.v += PAGE_SIZE)
        rmp_give(&model->fix, (spa_t){page.v + ((uint64_t)i << PAGE_SHIFT)}, &operand);
    return page;
}

static void host_writes(struct model *model)
{
    const struct access access = host_access(ACCESS_WRITE, pool_page(below(model, POOL)));
    uint64_t value = random_next(&model->random);
    struct fault fault;

    (void)memory_write(model->fix.memory, &access, &value, sizeof value, &fault);
}

/* After a guest ended, a hypervisor takes its pages back (else they stay valid for the next guest
 * with this ASID, as noise). */
static void host_sweeps(struct model *model, uint16_t asid)
{
    const struct rmp_operand operand = {0}, large = {.is_large = true};

    for (unsigned i = 0; i < FIXTURE_RMP_PAGES; i++) {
        const struct rmp_entry *entry = rmp_find(model->fix.rmp, page_at(i));
        bool is_large = entry->is_large;

        if (entry->asid != asid)
            continue;
        assert_int_equal(psp_page_reclaim(model->fix.psp, page_at(i), is_large), PSP_SUCCESS);
        rmp_give(&model->fix, page_at(i), is_large ? &large : &operand);
    }
    guest_forget(model, asid);
}

/* --- commands --- */

static enum psp_status decommission(struct model *model)
{
    spa_t gctx = page_pick(model, RMP_CONTEXT);
    const struct gctx *found = gctx_find(model->fix.psp, gctx);
    uint16_t asid = found ? found->guest.asid : 0;
    enum psp_status status = psp_decommission(model->fix.psp, gctx);

    if (status == PSP_SUCCESS && asid != 0)
        host_sweeps(model, asid);
    return status;
}

static enum psp_status launch_update(struct model *model)
{
    struct psp_launch_update update = {.page = page_pick(model, RMP_PRE_GUEST)};
    const struct rmp_entry *entry = rmp_find(model->fix.rmp, update.page);
    enum psp_status status;
    struct book *book;

    update.gctx = gctx_pick(model, update.page);
    update.page_type = (enum launch_page_type)(1 + below(model, LAUNCH_PAGE_SECRETS));
    update.permissions[0] = (uint8_t)below(model, RMP_MAY_ALL + 2);
    update.is_large = size_pick(model, update.page);
    status = psp_launch_update(model->fix.psp, &update);
    book = status == PSP_SUCCESS ? book_of(model, entry) : NULL;
    if (!book)
        return status;
    book->is_spoiled |= book->accepted; /* two pages for one address: the measurement tells */
    book->accepted = true;
    assert_true(guest_sum(model, entry->asid, (gpa_t){entry->gpa}, update.page, &book->sum));
    return status;
}

static enum psp_page_kind kind_pick(struct model *model, spa_t page)
{
    const struct rmp_entry *entry = rmp_find(model->fix.rmp, page);

    if (chance(model, 4))
        return (enum psp_page_kind)below(model, PSP_PAGE_VMSA + 2);
    if (rmp_page_state(model->fix.rmp, page) == RMP_METADATA)
        return PSP_PAGE_METADATA;
    return entry && entry->vmsa ? PSP_PAGE_VMSA : PSP_PAGE_DATA;
}

static enum psp_status swap_out(struct model *model)
{
    struct psp_swap swap = {.use_root_entry = chance(model, 10)};
    struct out *out = &model->out[model->outs % OUTS];
    const struct rmp_entry *entry;
    enum psp_status status;

    swap.from = chance(model, 10) ? page_pick(model, RMP_METADATA) : guest_page_pick(model);
    swap.to = page_pick(model, chance(model, 50) ? RMP_FIRMWARE : RMP_DEFAULT);
    swap.gctx = gctx_pick(model, swap.from);
    swap.kind = kind_pick(model, swap.from);
    swap.is_large = size_pick(model, swap.from);
    swap.entry = page_pick(model, RMP_METADATA);
    if (chance(model, 80)) /* its own, if it has one */
        for (unsigned i = 0; i < POOL; i++)
            if (rmp_page_state(model->fix.rmp, pool_page(i)) == RMP_METADATA &&
                rmp_find(model->fix.rmp, pool_page(i))->gpa == swap.gctx.v)
                swap.entry = pool_page(i);
    swap.entry.v += (uint64_t)below(model, 4) * METADATA_ENTRY_BYTES;
    status = psp_swap_out(model->fix.psp, &swap);
    entry = rmp_find(model->fix.rmp, swap.from);
    if (status != PSP_SUCCESS)
        return status;
    *out = (struct out){.swap = swap, .asid = entry->asid, .gpa = {entry->gpa}};
    model->outs++;
    return status;
}

/* One that went out before, perhaps once more, perhaps from what the target holds by now. */
static enum psp_status swap_in(struct model *model)
{
    const struct out *out = &model->out[below(model, OUTS)];
    struct psp_swap swap = out->swap;

    swap.from = out->swap.to;
    swap.to = swap.kind == PSP_PAGE_METADATA ? page_pick(model, RMP_FIRMWARE)
                                             : place_pick(model, out->asid, out->gpa);
    if (chance(model, 5))
        swap.is_large = !swap.is_large;
    watch(model);
    return psp_swap_in(model->fix.psp, &swap);
}

static enum psp_status page_move(struct model *model)
{
    struct psp_page_move move = {.is_metadata = chance(model, 10)};
    const struct rmp_entry *entry;

    move.from = move.is_metadata ? page_pick(model, RMP_METADATA) : guest_page_pick(model);
    move.gctx = gctx_pick(model, move.from);
    move.is_large = size_pick(model, move.from);
    entry = rmp_find(model->fix.rmp, move.from);
    move.to = page_pick(model, RMP_FIRMWARE);
    if (!move.is_metadata && entry)
        move.to = place_pick(model, entry->asid, (gpa_t){entry->gpa});
    watch(model);
    return psp_page_move(model->fix.psp, &move);
}

static enum psp_status debug_encrypt(struct model *model)
{
    spa_t page = page_pick(model, RMP_GUEST_VALID);
    const struct rmp_entry *entry = rmp_find(model->fix.rmp, page);
    enum psp_status status =
        psp_dbg_encrypt(model->fix.psp, gctx_pick(model, page), page_at(99), page);
    struct book *book = status == PSP_SUCCESS ? book_of(model, entry) : NULL;

    if (book)
        book->is_spoiled = true; /* the policy allowed that */
    return status;
}

static enum psp_status shutdown(struct model *model)
{
    const struct psp_init_options options = {0};
    enum psp_status status = psp_shutdown(model->fix.psp);

    if (status != PSP_SUCCESS)
        return status;
    for (uint16_t asid = 1; asid <= ASIDS; asid++)
        guest_forget(model, asid);
    memset(model->out, 0, sizeof model->out);
    assert_int_equal(psp_init(model->fix.psp, &options), PSP_SUCCESS);
    return status;
}

static enum psp_status launch_start(struct model *model, spa_t gctx)
{
    struct psp_launch_start start = {.gctx = gctx, .policy = PSP_POLICY_MUST_BE_ONE};

    if (chance(model, 20))
        start.policy |= chance(model, 50) ? PSP_POLICY_DEBUG : PSP_POLICY_NO_SWAP;
    if (chance(model, 5))
        start.policy = 0;
    return psp_launch_start(model->fix.psp, &start);
}

static enum psp_status debug_decrypt(struct model *model)
{
    spa_t page = page_pick(model, RMP_GUEST_VALID);

    return psp_dbg_decrypt(model->fix.psp, gctx_pick(model, page), page,
                           page_pick(model, RMP_FIRMWARE));
}

static enum psp_status unsmash(struct model *model)
{
    spa_t page = page_at(LARGE * (1 + below(model, 2)));

    if (chance(model, 40))
        page = host_smashes(model);
    watch(model);
    return psp_page_unsmash(model->fix.psp, page);
}

static enum psp_status command(struct model *model, enum op op)
{
    struct psp *psp = model->fix.psp;
    spa_t gctx = page_pick(model, RMP_CONTEXT);
    spa_t firmware = page_pick(model, RMP_FIRMWARE);
    spa_t page = pool_page(below(model, POOL));

    switch (op) {
    case OP_GCTX_CREATE:
        return psp_gctx_create(psp, psp->gctx_count < GUESTS_AT_ONCE ? firmware : page_at(99));
    case OP_LAUNCH_START:
        return launch_start(model, gctx);
    case OP_ACTIVATE:
        return psp_activate(psp, gctx, (uint16_t)below(model, ASIDS + 1));
    case OP_DECOMMISSION:
        return decommission(model);
    case OP_DF_FLUSH:
        return psp_df_flush(psp);
    case OP_LAUNCH_UPDATE:
        return launch_update(model);
    case OP_RECLAIM:
        return psp_page_reclaim(psp, page, size_pick(model, page));
    case OP_SET_STATE:
        return psp_page_set_state(psp, chance(model, 5) ? firmware : page, 1 + below(model, 2));
    case OP_UNSMASH:
        return unsmash(model);
    case OP_MOVE:
        return page_move(model);
    case OP_MD_INIT:
        return psp_md_init(psp, gctx, firmware);
    case OP_SWAP_OUT:
        return swap_out(model);
    case OP_SWAP_IN:
        return swap_in(model);
    case OP_DBG_DECRYPT:
        return debug_decrypt(model);
    case OP_DBG_ENCRYPT:
        return debug_encrypt(model);
    case OP_SHUTDOWN:
    case OP_COUNT:
        break;
    }
    return shutdown(model);
}

/* What ends guests comes rarely. */
static enum op op_pick(struct model *model)
{
    enum op op = (enum op)below(model, OP_COUNT);

    if (op == OP_SHUTDOWN && !chance(model, 2))
        return OP_LAUNCH_UPDATE;
    if ((op == OP_DECOMMISSION || op == OP_SET_STATE || op == OP_UNSMASH) && !chance(model, 10))
        return OP_SWAP_IN;
    return op == OP_MD_INIT && !chance(model, 20) ? OP_SWAP_OUT : op;
}

static void step(struct model *model)
{
    enum op op = op_pick(model);
    enum psp_status status;

    switch (below(model, 9)) {
    case 0:
    case 1:
        host_updates(model);
        return;
    case 2:
        guest_validates(model);
        return;
    case 3:
        guest_writes(model);
        return;
    case 4:
        host_writes(model);
        return;
    case 5:
        psp_note_wbinvd(model->fix.psp);
        return;
    default:
        break;
    }
    watch(model);
    status = command(model, op);
    model->reached[op][status]++;
    if (status != PSP_SUCCESS)
        snapshot_compare(&model->fix, &model->before);
}

/* Every command must have succeeded, and been refused for most of its reasons. */
static void expect_reached(const struct model *model)
{
    unsigned codes = 0;

    for (unsigned op = 0; op < OP_COUNT; op++) {
        if (model->reached[op][PSP_SUCCESS] < 3)
            fail_msg("command %u succeeded %u times", op, model->reached[op][PSP_SUCCESS]);
        for (unsigned status = 0; status < STATUSES; status++)
            codes += model->reached[op][status] != 0;
    }
    assert_true(codes >= 75);
    assert_true(model->reads > 3000);
}

static void a_guest_reads_what_it_wrote_whatever_the_host_commands(void **unused)
{
    static struct model model;

    (void)unused;
    memset(&model, 0, sizeof model);
    model.random = 5;
    fixture_begin(&model.fix);
    for (unsigned i = 0; i < STEPS; i++) {
        step(&model);
        fixture_check(&model.fix);
        if (i % LOOK_EVERY == 0)
            guests_look(&model);
    }
    expect_reached(&model);
    fixture_end(&model.fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_reads_what_it_wrote_whatever_the_host_commands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
