/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/verify_claims.c — what the leaf certificate says of the processor, against what the
 * report says; and versions in the report against each other. */
#include "psp/verify_parts.h"

#include <inttypes.h>
#include <string.h>

#include "psp/hex.h"

/* A VCEK belongs to a chip, a VLEK to a provider. */
static bool leaf_is_vlek(const struct leaf_extensions *leaf)
{
    return leaf->has_provider && !leaf->has_chip_id;
}

static void extensions_check(struct attest_result *result)
{
    const struct leaf_extensions *leaf = &result->leaf;

    if (leaf->is_malformed)
        finding_add(result, CHECK_IDENTITY, ATTEST_EXTENSION_MALFORMED,
                    "an extension of the leaf cannot be read; expected AMD's types");
    if (!leaf->has_product)
        finding_add(result, CHECK_IDENTITY, ATTEST_EXTENSION_MISSING,
                    "the leaf does not name its product; expected extension 1.3.6.1.4.1.3704.1.2");
    for (unsigned part = 0; part < TCB_PART_COUNT; part++)
        if (!leaf->has_tcb[part] && tcb_part_exists(result->product, (enum tcb_part)part))
            finding_add(result, CHECK_IDENTITY, ATTEST_EXTENSION_MISSING,
                        "the leaf has no version of %s; expected an extension below "
                        "1.3.6.1.4.1.3704.1.3",
                        tcb_part_name((enum tcb_part)part));
    if (!leaf->has_chip_id && !leaf->has_provider)
        finding_add(result, CHECK_IDENTITY, ATTEST_EXTENSION_MISSING,
                    "the leaf names neither chip nor provider; expected extension "
                    "1.3.6.1.4.1.3704.1.4 or 1.5");
}

static void product_check(struct attest_result *result)
{
    enum product cpu = report_product(&result->report), leaf = result->leaf.product;

    if (result->leaf.has_product && leaf == PRODUCT_UNKNOWN)
        finding_add(result, CHECK_IDENTITY, ATTEST_PRODUCT_UNKNOWN,
                    "the leaf is for %s; expected Milan, Genoa or Turin",
                    result->leaf.product_text);
    else if (cpu != PRODUCT_UNKNOWN && cpu != leaf)
        finding_add(result, CHECK_IDENTITY, ATTEST_PRODUCT_MISMATCH,
                    "the report comes from %s; expected %s, as in the leaf", product_name(cpu),
                    product_name(leaf));
    if (result->root.owner == ROOT_AMD && result->root.product != leaf)
        finding_add(result, CHECK_IDENTITY, ATTEST_PRODUCT_MISMATCH,
                    "the leaf is for %s; expected %s, as in the root", product_name(leaf),
                    product_name(result->root.product));
}

static void signer_check(struct attest_result *result)
{
    bool is_vlek = leaf_is_vlek(&result->leaf);
    unsigned signer = report_signer(&result->report);

    if (signer == SIGNER_VCEK || signer == SIGNER_VLEK)
        if (is_vlek != (signer == SIGNER_VLEK))
            finding_add(result, CHECK_IDENTITY, ATTEST_SIGNER_MISMATCH,
                        "the report names a %s; expected a %s, as the leaf is",
                        report_signer_name(signer), is_vlek ? "VLEK" : "VCEK");
}

static void tcb_check(struct attest_result *result)
{
    struct tcb reported;

    tcb_decode(result->product, result->report.reported_tcb, &reported);
    for (unsigned part = 0; part < TCB_PART_COUNT; part++)
        if (result->leaf.has_tcb[part] && tcb_part_exists(result->product, (enum tcb_part)part) &&
            result->leaf.tcb.part[part] != reported.part[part])
            finding_add(result, CHECK_IDENTITY, ATTEST_TCB_MISMATCH,
                        "reported_tcb: %s is %u; expected %u, as in the leaf",
                        tcb_part_name((enum tcb_part)part), reported.part[part],
                        result->leaf.tcb.part[part]);
}

/* A chip id of zeros is masked: the owner of the machine does not tell it. */
static void chip_check(struct attest_result *result)
{
    const uint8_t *chip_id = result->report.chip_id;

    if (result->leaf.has_chip_id && !bytes_are_zero(chip_id, CHIP_ID_BYTES) &&
        memcmp(chip_id, result->leaf.chip_id, CHIP_ID_BYTES) != 0)
        finding_add(result, CHECK_IDENTITY, ATTEST_CHIP_ID_MISMATCH,
                    "chip_id begins %02x%02x%02x%02x; expected %02x%02x%02x%02x, as in the leaf",
                    chip_id[0], chip_id[1], chip_id[2], chip_id[3], result->leaf.chip_id[0],
                    result->leaf.chip_id[1], result->leaf.chip_id[2], result->leaf.chip_id[3]);
}

void identity_check(const struct certificate_chain *chain, struct attest_result *result)
{
    bool is_masked = bytes_are_zero(result->report.chip_id, CHIP_ID_BYTES);

    if (!chain->by_role[ROLE_LEAF]) {
        check_skip(result, CHECK_IDENTITY, "no leaf certificate");
        return;
    }
    extensions_check(result);
    product_check(result);
    signer_check(result);
    tcb_check(result);
    chip_check(result);
    note_set(result, CHECK_IDENTITY, "%s, TCB%s as in the leaf", result->leaf.product_text,
             !result->leaf.has_chip_id ? " (a VLEK names no chip)"
             : is_masked               ? " (chip id is masked)"
                                       : " and chip id");
}

static void below_check(struct attest_result *result, const uint8_t low[TCB_BYTES],
                        const char *low_name, const uint8_t high[TCB_BYTES], const char *high_name)
{
    struct tcb low_tcb, high_tcb;
    enum tcb_part part;

    tcb_decode(result->product, low, &low_tcb);
    tcb_decode(result->product, high, &high_tcb);
    part = tcb_find_below(&high_tcb, &low_tcb);
    if (part != TCB_PART_COUNT)
        finding_add(result, CHECK_CONSISTENCY, ATTEST_TCB_INCONSISTENT,
                    "%s of %s is %u; expected at most %u, that of %s", tcb_part_name(part),
                    low_name, low_tcb.part[part], high_tcb.part[part], high_name);
}

/* 56860, "TCB Version": what is reported is at most what is committed, and that at most what runs.
 */
void consistency_check(struct attest_result *result)
{
    const struct report *report = &result->report;
    uint64_t current =
        report->current_major << 16 | report->current_minor << 8 | report->current_build;
    uint64_t committed =
        report->committed_major << 16 | report->committed_minor << 8 | report->committed_build;

    below_check(result, report->reported_tcb, "reported_tcb", report->committed_tcb,
                "committed_tcb");
    below_check(result, report->committed_tcb, "committed_tcb", report->current_tcb, "current_tcb");
    if (committed > current)
        finding_add(result, CHECK_CONSISTENCY, ATTEST_FIRMWARE_INCONSISTENT,
                    "committed firmware %" PRIu64 ".%" PRIu64 ".%" PRIu64 "; expected at most the "
                    "current one",
                    report->committed_major, report->committed_minor, report->committed_build);
    note_set(result, CHECK_CONSISTENCY, "reported TCB <= committed <= current");
}
