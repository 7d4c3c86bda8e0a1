/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/item_reader.c — what a row lets the host read and write: {item, slot, narrow, mask} and
 * {slot, target, narrow, mask}. Read monitor/item.h and monitor/exposure.h first. */
#include "spec/draft.h"

#include "spec/header.h"
#include "spec/words.h"

static bool row_is_sbi(unsigned row)
{
    return (row >= ROW_SBI_STD && row <= ROW_SBI_UNK) || row == ROW_LIFE_STOP;
}

static bool row_is_access(unsigned row)
{
    return row == ROW_MMIO_L || row == ROW_MMIO_S;
}

/* Whether the monitor knows this item when it handles this row. */
static bool item_exists_in(unsigned item, unsigned row)
{
    switch (item) {
    case ITEM_RD:
        return row == ROW_MMIO_L || row == ROW_VI_CNT || row == ROW_VI_CSR;
    case ITEM_RS2:
        return row == ROW_MMIO_S;
    case ITEM_SBI_ARGS:
        return row_is_sbi(row);
    case ITEM_LEGACY_MASK:
        return row == ROW_SBI_LEG;
    case ITEM_HTINST_A0:
    case ITEM_HTINST_REAL:
        return row_is_access(row);
    case ITEM_INSN:
        return row >= ROW_MMIO_L && row <= ROW_VI_CBO && row != ROW_GPF_UNREG;
    default:
        return true;
    }
}

static const char *row_label(unsigned row)
{
    return row < ROW_COUNT ? row_id_name(row) : "the always set";
}

/* A whole set of registers, which has no slot of its own. */
static bool item_is_set(unsigned item)
{
    return item == ITEM_SBI_ARGS || item == ITEM_FP || item == ITEM_VECTOR;
}

/* The item named by a string member. */
static enum status item_member(const struct place *at, const char *key, struct place *member,
                               uint8_t *item)
{
    enum status status = place_member(at, key, JSON_STRING, member);
    int found;

    if (status != STATUS_OK)
        return status;
    found = item_by_name(json_string_value(member->value));
    if (found < 0)
        return place_fail(member,
                          "unknown item \"%.40s\"; expected a register, a CSR or a derived item",
                          json_string_value(member->value));
    *item = (uint8_t)found;
    return STATUS_OK;
}

static enum status narrow_member(const struct place *at, struct place *member, uint8_t *narrow)
{
    enum status status = place_optional(at, "narrow", JSON_STRING, member);

    *narrow = NARROW_NONE;
    if (status != STATUS_OK || !member->value)
        return status;
    return place_word(member, narrow_words, "narrow", narrow);
}

/* The slot of a readable item: its own unless another is named. */
static enum status read_slot(const struct place *at, struct expose_item *item)
{
    struct place member;
    enum status status = place_optional(at, "slot", JSON_STRING, &member);

    if (status != STATUS_OK)
        return status;
    item->slot = item->source;
    if (item_is_set(item->source)) {
        if (member.value)
            return place_fail(&member, "%s fills slots of its own; expected no slot",
                              item_name(item->source));
        return STATUS_OK;
    }
    if (!member.value && item->source >= ITEM_SLOT_COUNT)
        return place_fail(at, "derived item %s has no slot; expected \"slot\"",
                          item_name(item->source));
    if (!member.value)
        return STATUS_OK;
    status = item_member(at, "slot", &member, &item->slot);
    if (status != STATUS_OK)
        return status;
    if (item->slot == ITEM_X0 || (item->slot >= ITEM_SLOT_COUNT && item->slot != ITEM_RS2))
        return place_fail(&member, "%s is no slot of the view; expected a register or a CSR",
                          item_name(item->slot));
    if (item->slot == ITEM_RS2 && item->source != ITEM_RS2)
        return place_fail(&member, "slot rs2 holds rs2 only; expected another slot for %s",
                          item_name(item->source));
    return STATUS_OK;
}

static enum status read_narrow(const struct place *at, struct expose_item *item)
{
    struct place member;
    enum status status = narrow_member(at, &member, &item->narrow);

    if (status != STATUS_OK)
        return status;
    if (item->narrow == NARROW_STATUS || item->narrow == NARROW_SBI_VALUE)
        return place_fail(&member, "narrow %s is for answers; expected none, canon32 or width",
                          narrow_words[item->narrow]);
    if (item->narrow == NARROW_WIDTH && item->source != ITEM_RS2)
        return place_fail(&member, "%s has no access width; expected narrow width with rs2 only",
                          item_name(item->source));
    if (item_is_set(item->source) && item->narrow != NARROW_NONE)
        return place_fail(&member, "%s is narrowed by its own types; expected no narrow",
                          item_name(item->source));
    return STATUS_OK;
}

static enum status read_one(const struct place *at, unsigned row, struct expose_item *item)
{
    static const char *const keys[] = {"item", "slot", "narrow", "mask", NULL};
    struct place member;
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK)
        status = item_member(at, "item", &member, &item->source);
    if (status != STATUS_OK)
        return status;
    if (item->source == ITEM_X0 || item->source == ITEM_RD)
        return place_fail(&member,
                          "%s is not readable; expected a register, a CSR or a derived item",
                          item_name(item->source));
    if (!item_exists_in(item->source, row))
        return place_fail(&member, "%s does not exist in %s; expected an item of that exit",
                          item_name(item->source), row_label(row));
    status = read_slot(at, item);
    if (status == STATUS_OK)
        status = read_narrow(at, item);
    if (status == STATUS_OK)
        status = mask_read(at, &item->mask);
    if (status == STATUS_OK && item_is_set(item->source) && item->mask != UINT64_MAX)
        return place_fail(at, "%s is more than one register; expected no mask",
                          item_name(item->source));
    return status;
}

static bool slot_is_gpr(unsigned slot)
{
    return slot <= ITEM_X31;
}

static bool slot_is_argument(unsigned slot)
{
    return slot >= ITEM_A0 && slot < ITEM_A0 + SBI_ARG_MAX;
}

bool reads_clash(const struct expose_item *a, const struct expose_item *b)
{
    if (a->slot == b->slot)
        return true;
    /* The register of the instruction can be any. */
    if (a->slot == ITEM_RS2 || b->slot == ITEM_RS2)
        return slot_is_gpr(a->slot) || slot_is_gpr(b->slot);
    /* The mask stands where the pointer was, and a pointer is no visible argument. */
    if (a->source == ITEM_LEGACY_MASK || b->source == ITEM_LEGACY_MASK)
        return false;
    return (a->source == ITEM_SBI_ARGS && slot_is_argument(b->slot)) ||
           (b->source == ITEM_SBI_ARGS && slot_is_argument(a->slot));
}

bool writes_clash(const struct accept_item *a, const struct accept_item *b)
{
    if (a->slot == b->slot || a->target == b->target)
        return true;
    return (a->target == ITEM_RD && slot_is_gpr(b->target)) ||
           (b->target == ITEM_RD && slot_is_gpr(a->target));
}

enum status items_read(const struct place *list, unsigned row, struct draft_items *items)
{
    items->read_count = 0;
    for (size_t i = 0; i < json_array_size(list->value); i++) {
        struct place at = place_element(list, i);
        struct expose_item item = {0};
        enum status status = read_one(&at, row, &item);

        if (status != STATUS_OK)
            return status;
        for (unsigned j = 0; j < items->read_count; j++)
            if (reads_clash(&items->read[j], &item))
                return place_fail(&at, "%s: slot %s is given twice%s; expected each slot once",
                                  row_label(row), item_name(item.slot),
                                  items->read[j].mask & item.mask ? ", with overlapping masks"
                                                                  : "");
        items->read[items->read_count++] = item;
    }
    return STATUS_OK;
}

/* Registers, and the CSRs that are the guest's. The pc and the trap belong to the monitor. */
static bool target_is_writable(unsigned target)
{
    return (target > ITEM_X0 && target <= ITEM_X31) || target == ITEM_RD ||
           (target >= ITEM_VSSTATUS && target < ITEM_SLOT_COUNT);
}

static enum status write_narrow(const struct place *at, unsigned row, struct accept_item *item)
{
    struct place member;
    enum status status = narrow_member(at, &member, &item->narrow);
    const char *word = narrow_words[item->narrow];

    if (status != STATUS_OK)
        return status;
    switch (item->narrow) {
    case NARROW_CANON32:
        return place_fail(
            &member, "narrow %s is for reading; expected none, width, status or sbi-value", word);
    case NARROW_WIDTH:
        if (row != ROW_MMIO_L)
            return place_fail(&member, "%s has no load; expected narrow %s in MMIO.L only",
                              row_label(row), word);
        return STATUS_OK;
    case NARROW_STATUS:
    case NARROW_SBI_VALUE:
        if (!row_is_sbi(row))
            return place_fail(&member, "%s is no call; expected narrow %s in SBI rows only",
                              row_label(row), word);
        return STATUS_OK;
    default:
        return STATUS_OK;
    }
}

static enum status write_one(const struct place *at, unsigned row, struct accept_item *item)
{
    static const char *const keys[] = {"slot", "target", "narrow", "mask", NULL};
    struct place slot, target;
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK)
        status = item_member(at, "slot", &slot, &item->slot);
    if (status == STATUS_OK)
        status = item_member(at, "target", &target, &item->target);
    if (status != STATUS_OK)
        return status;
    if (item->slot == ITEM_X0 || (item->slot >= ITEM_SLOT_COUNT && item->slot != ITEM_RD))
        return place_fail(&slot, "%s is no slot of the answer; expected a register or a CSR",
                          item_name(item->slot));
    if (!target_is_writable(item->target))
        return place_fail(
            &target, "target %s is not writable; expected a register, rd or a CSR of the guest",
            item_name(item->target));
    if (!item_exists_in(item->target, row) || !item_exists_in(item->slot, row))
        return place_fail(&target,
                          "rd does not exist in %s; expected it in MMIO.L, VI.CNT or VI.CSR",
                          row_label(row));
    status = write_narrow(at, row, item);
    return status == STATUS_OK ? mask_read(at, &item->mask) : status;
}

enum status items_write(const struct place *list, unsigned row, struct draft_items *items)
{
    items->write_count = 0;
    for (size_t i = 0; i < json_array_size(list->value); i++) {
        struct place at = place_element(list, i);
        struct accept_item item = {0};
        enum status status = write_one(&at, row, &item);

        if (status != STATUS_OK)
            return status;
        for (unsigned j = 0; j < items->write_count; j++)
            if (writes_clash(&items->write[j], &item))
                return place_fail(&at,
                                  "%s: slot %s or target %s is given twice; expected each once",
                                  row_label(row), item_name(item.slot), item_name(item.target));
        items->write[items->write_count++] = item;
    }
    return STATUS_OK;
}
