/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_folio_claims.c — the paper's claims beside our numbers, for a person: those that
 * say something, apart from them those that a constant of ours was fitted to, and why some are
 * missed. Read bench_folio.h first. */
#include <stdio.h>
#include <string.h>

#include "cli/bench_folio.h"

enum { LINE_COLUMNS = 98, INDENT_COLUMNS = 4 };

static int digits_of(const struct claim *claim)
{
    return claim_evidence_of(claim->metric) == CLAIM_COUNTED ? 0 : 2;
}

static const char *relation_mark(const struct claim *claim)
{
    static const char *const marks[CLAIM_RELATION_COUNT] = {"", "<=", ">="};

    return marks[claim->relation];
}

/* Words of text, in lines that begin with an indent. */
static void text_print(const char *text)
{
    size_t column = 0;

    while (*text) {
        size_t word = strcspn(text, " ");

        if (column > 0 && column + 1 + word > LINE_COLUMNS) {
            putchar('\n');
            column = 0;
        }
        column += (size_t)printf("%*s%.*s", column ? 1 : INDENT_COLUMNS, "", (int)word, text);
        text += word + strspn(text + word, " ");
    }
    putchar('\n');
}

static bool is_fitted(const struct folio_claimed *claimed)
{
    return claimed->claim->fitted[0] != '\0';
}

static void claim_line(const struct folio_claimed *claimed)
{
    const struct claim *claim = claimed->claim;
    int digits = digits_of(claim);

    printf("%-22s %2s%10.*f %10.*f %8.*f %-6s %-8s ", claim->id, relation_mark(claim), digits,
           claim->theirs, digits, claimed->ours, digits, claim_tolerance(claim),
           claim_unit(claim->metric), claim_evidence_name(claim_evidence_of(claim->metric)));
    if (is_fitted(claimed))
        printf("%s%s\n", claimed->verdict == CLAIM_MISSED ? "MISSED; " : "", claim->fitted);
    else
        printf("%s\n", claimed->verdict == CLAIM_MISSED ? "MISSED" : "holds");
}

static void table_print(const struct folio_bench *bench, const char *title, bool fitted)
{
    printf("\n%s\n%-22s %12s %10s %8s %-6s %-8s %s\n", title, "claim", "theirs", "ours", "within",
           "unit", "ours is", fitted ? "fitted constants" : "");
    for (size_t i = 0; i < bench->claimed_count; i++)
        if (is_fitted(&bench->claimed[i]) == fitted)
            claim_line(&bench->claimed[i]);
}

static bool is_same_cause(const struct folio_claimed *a, const struct folio_claimed *b)
{
    return a->verdict == CLAIM_MISSED && b->verdict == CLAIM_MISSED &&
           strcmp(a->claim->cause, b->claim->cause) == 0;
}

/* Each cause once, after all claims that it is given for. */
static void causes_print(const struct folio_bench *bench)
{
    const struct folio_claimed *all = bench->claimed;

    printf("\nmissed, and why as far as is known\n");
    for (size_t i = 0; i < bench->claimed_count; i++) {
        size_t first = 0;

        while (first < i && !is_same_cause(&all[first], &all[i]))
            first++;
        if (first < i || all[i].verdict != CLAIM_MISSED)
            continue;
        for (size_t n = i; n < bench->claimed_count; n++)
            if (is_same_cause(&all[n], &all[i]))
                printf("%s%s", n == i ? "  " : ", ", all[n].claim->id);
        putchar('\n');
        text_print(all[i].claim->cause[0] ? all[i].claim->cause : "not known");
    }
}

static void claim_full(const struct folio_bench *bench)
{
    const struct folio_claimed *claimed = &bench->claimed[0];
    const struct claim *claim = claimed->claim;
    const char *unit = claim_unit(claim->metric);
    int digits = digits_of(claim);

    printf("%s\n", claim->id);
    text_print(claim->text);
    printf("theirs  %s%.*f %s, %s: %s\n", relation_mark(claim), digits, claim->theirs, unit,
           cost_basis_name(claim->basis), claim->where);
    printf("ours    %.*f %s, %s", digits, claimed->ours, unit,
           claim_evidence_name(claim_evidence_of(claim->metric)));
    if (claim_evidence_of(claim->metric) == CLAIM_MODELLED)
        printf(" for %s (%s)", bench->paper.name, bench->paper.title);
    putchar('\n');
    if (claim->relation == CLAIM_EQUALS)
        printf("within  %.*f %s\n", digits, claim_tolerance(claim), unit);
    printf("verdict %s\n", claim_verdict_name(claimed->verdict));
    if (is_fitted(claimed))
        printf("fitted  %s: derived from this very number, so that it agrees is no evidence\n",
               claim->fitted);
    if (claimed->verdict == CLAIM_MISSED && claim->cause[0]) {
        printf("why, as far as is known\n");
        text_print(claim->cause);
    }
}

void folio_bench_print_claims(const struct folio_bench *bench)
{
    size_t holds = bench->verdicts[CLAIM_HOLDS], missed = bench->verdicts[CLAIM_MISSED];

    if (bench->options.claim) {
        claim_full(bench);
        return;
    }
    printf("CLAIMS of %s\nours for %s (%s)\n", bench->claims.source, bench->paper.name,
           bench->paper.title);
    table_print(bench, "independent: none of our constants comes from these numbers", false);
    table_print(bench,
                "fitted: a constant of ours was derived from the number; that it agrees is no "
                "evidence",
                true);
    if (missed > 0)
        causes_print(bench);
    printf("\n%zu of %zu independent claims hold, %zu fitted, %zu missed\n", holds, holds + missed,
           bench->verdicts[CLAIM_FITTED], missed);
}
