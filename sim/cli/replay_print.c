/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/replay_print.c — a replay report for a person. Read replay_view.h first. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/replay_view.h"
#include "spec/spec.h"

enum { NAME_BYTES = 32, LINE_COLUMNS = 100, INDENT_COLUMNS = 8 };

static const char *paint(const char *code)
{
    return cli_color() ? code : "";
}

static const char *mask_item_name(unsigned index)
{
    if (((uint64_t)1 << index) == LEAK_ROUTE)
        return "(the exit itself)";
    if (((uint64_t)1 << index) == LEAK_ENCODING)
        return "(the encoding)";
    return item_name(index);
}

/* "t1" follows "t0": the next register of the same kind. */
static bool name_follows(const char *name, const char *next)
{
    size_t letters = strcspn(name, "0123456789");

    return name[letters] != '\0' && strncmp(name, next, letters) == 0 &&
           atoi(next + letters) == atoi(name + letters) + 1;
}

/* The last item of the run of registers that begins with first: t0, t1 and t2 are one run. */
static unsigned run_last(uint64_t items, unsigned first)
{
    unsigned last = first;

    while (last < ITEM_X31 && items >> (last + 1) & 1 &&
           name_follows(mask_item_name(last), mask_item_name(last + 1)))
        last++;
    return last;
}

void replay_print_items(FILE *to, uint64_t items, unsigned column)
{
    char name[NAME_BYTES];

    for (unsigned i = 0; i < 64; i++) {
        unsigned last = run_last(items, i);
        int length;

        if (!(items >> i & 1))
            continue;
        length = snprintf(name, sizeof name, last > i ? "%s-%s" : "%s", mask_item_name(i),
                          mask_item_name(last));
        if (column + 1 + (unsigned)length > LINE_COLUMNS) {
            fprintf(to, "\n%*s", INDENT_COLUMNS, "");
            column = INDENT_COLUMNS;
        }
        fprintf(to, " %s", name);
        column += 1 + (unsigned)length;
        i = last;
    }
    fputc('\n', to);
}

static void rows_print(FILE *to, const struct replay_request *request,
                       const struct replay_report *report)
{
    fprintf(to, "%s%-14s %-8s %9s %10s %9s %9s %10s %9s%s\n", paint("\033[1m"), "row", "answered",
            "exits", "bits/exit", "accepted", "refused", "explained", "mismatch", paint("\033[0m"));
    for (unsigned i = 0; i < ROW_COUNT; i++) {
        const struct replay_row *row = &report->row[i];
        const uint64_t events = row->exits + row->entries;

        if (events == 0)
            continue;
        fprintf(to,
                "%-14s %-8s %9" PRIu64 " %10.1f %9" PRIu64 " %9" PRIu64 " %10" PRIu64 " %9" PRIu64
                "\n",
                row_name((enum row_id)i), route_name(request->spec->row[i].route), events,
                row->exits ? (double)row->bits_exposed / (double)row->exits : 0.0, row->accepted,
                row->refused, replay_explained(row->explained), row->mismatches);
    }
}

static void explained_print(FILE *to, const struct replay_report *report)
{
    if (replay_explained(report->explained) == 0)
        return;
    fprintf(to, "\nwhere the guest differs from the recording, and why:\n");
    for (unsigned i = 1; i < REASON_COUNT; i++)
        if (report->explained[i])
            fprintf(to, "  %6" PRIu64 "  %-24s %s\n", report->explained[i],
                    replay_reason_key((enum replay_reason)i),
                    replay_reason_text((enum replay_reason)i));
}

static void hosts_print(FILE *to, const struct replay_report *report)
{
    if (report->host_count == 0)
        return;
    fprintf(to, "\nthe same exits answered by models of other hypervisors (both encodings):\n");
    for (uint32_t i = 0; i < report->host_count; i++) {
        const struct replay_host *host = &report->host[i];

        fprintf(to, "  %-9s %9" PRIu64 " same guest  %6" PRIu64 " different", host->model->name,
                host->equal, host->differs);
        if (host->differs)
            fprintf(to, " (first: exit %" PRIu64 ")", host->first_difference);
        for (uint32_t b = 0; b < host->bug_count; b++)
            fprintf(to, "\n            %9" PRIu64 " documented: %s", host->bug[b].count,
                    host->bug[b].key);
        fputc('\n', to);
    }
}

/* "LEAK    MMIO.S         2592 exits: ra sp gp ...", in red where there are colours. */
static void finding_print(FILE *to, const char *word, enum row_id row, uint64_t exits,
                          const char *what)
{
    fprintf(to, "%s%-8s%s%-13s %9" PRIu64 " exits%s", paint("\033[31m"), word, paint("\033[0m"),
            row_name(row), exits, what);
}

static void findings_print(FILE *to, const struct replay_report *report)
{
    const unsigned column = 8 + 13 + 1 + 9 + 7; /* behind "exits:" */

    for (unsigned i = 0; i < ROW_COUNT; i++) {
        const struct replay_row *row = &report->row[i];

        if (row->leaks) {
            finding_print(to, "LEAK", (enum row_id)i, row->leaks, ":");
            replay_print_items(to, row->leaked_items, column);
        }
        if (row->breaches) {
            finding_print(to, "BREACH", (enum row_id)i, row->breaches, ":");
            if (row->breached_items & BREACH_HANDLE)
                fputs(" (a forged handle)", to);
            if (row->breached_items & BREACH_REFUSED)
                fputs(" (an honest answer was refused)", to);
            replay_print_items(to, row->breached_items & ~(BREACH_HANDLE | BREACH_REFUSED), column);
        }
        if (row->starved)
            finding_print(to, "STARVED", (enum row_id)i, row->starved,
                          ": the hypervisor cannot do its work with what it was shown\n");
        if (row->mismatches)
            finding_print(to, "DIFFERS", (enum row_id)i, row->mismatches, " without a reason\n");
    }
    if (report->has_mismatch)
        fprintf(to, "        first: look at it with --exit %" PRIu64 "\n", report->first_mismatch);
    if (report->encoding_differences)
        fprintf(to, "%sDIFFERS%s %" PRIu64 " exits end differently through the two encodings\n",
                paint("\033[31m"), paint("\033[0m"), report->encoding_differences);
}

/* "yes", "NO", or "n/a" where there was nothing to judge: a recording of causes holds no answers.
 */
static void verdict_line(FILE *to, const char *name, uint64_t judged, uint64_t findings)
{
    const char *word = findings ? "NO" : judged ? "yes" : "n/a";

    fprintf(to, "  %-13s %s%-4s%s", name,
            paint(findings ? "\033[31m"
                  : judged ? "\033[32m"
                           : ""),
            word, paint("\033[0m"));
}

static void verdicts_print(FILE *to, const struct replay_report *report)
{
    const uint64_t explained = replay_explained(report->explained);
    const uint64_t answered = replay_answered(report);

    fputs("\nverdicts:\n", to);
    verdict_line(to, "confidential", report->exits, report->confidential_violations);
    fprintf(to,
            "%" PRIu64 " of %" PRIu64
            " exits showed more than the row allows; %.2f %% of the guest's "
            "bits were shown\n",
            report->confidential_violations, report->exits,
            report->bits_total ? 100.0 * (double)report->bits_exposed / (double)report->bits_total
                               : 0.0);
    verdict_line(to, "integral", answered, report->integral_violations);
    fprintf(to,
            "%" PRIu64 " answers changed more than the row allows; %" PRIu64
            " poisoned slots were rejected\n",
            report->integral_violations, report->integral_refused);
    verdict_line(to, "transparent", answered, report->mismatches + report->starved);
    fprintf(to,
            "%" PRIu64 " equal, %" PRIu64 " explained, %" PRIu64 " unexplained; %" PRIu64
            " not answered in the recording\n",
            report->equal, explained, report->mismatches, report->unanswered);
    if (report->inferred)
        fprintf(to,
                "  %" PRIu64 " rows were inferred from the recorded effect: the recording holds "
                "no copy of the instruction\n",
                report->inferred);
    if (report->unknown_rows)
        fprintf(to, "  %" PRIu64 " exits fit no row\n", report->unknown_rows);
}

void replay_print(FILE *to, const struct replay_request *request,
                  const struct replay_report *report)
{
    for (unsigned i = 0; i < request->trace_count; i++)
        fprintf(to, "trace %s\n", request->traces[i]);
    fprintf(to, "profile %s, judged against %s, seed 0x%" PRIx64 "\n\n", request->spec->name,
            request->reference->name, request->seed);
    rows_print(to, request, report);
    explained_print(to, report);
    hosts_print(to, report);
    fputc('\n', to);
    findings_print(to, report);
    verdicts_print(to, report);
    fprintf(to, "\n%" PRIu64 " exits in %.2f s (measured): %.0f exits/s. %s\n", report->exits,
            request->seconds, request->seconds > 0 ? (double)report->exits / request->seconds : 0.0,
            !replay_holds(report)      ? "FINDINGS: see above."
            : !replay_answered(report) ? "What could be judged holds: the recording has no answers."
                                       : "All verdicts hold.");
}
