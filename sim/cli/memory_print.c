/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/memory_print.c — scenarios that ran, as a table that a class can follow. See memory.h. */
#include <inttypes.h>
#include <string.h>

#include "cli/memory.h"

enum { LINE_COLUMNS = 110, TITLE_COLUMNS = 100, NUMBER_COLUMNS = 11, WHAT_LEAST = 20 };

/* Widths of the columns, from what stands in them. What is done gives way where a line would be too
 * long. */
struct widths {
    int who, what, before, after, outcome;
};

static const char bold[] = "\033[1m", red[] = "\033[31m", green[] = "\033[32m", dim[] = "\033[2m",
                  yellow[] = "\033[33m", reset[] = "\033[0m";

static const char goal_mark[] = " <- goal";

static int wider(int width, const char *text)
{
    int length = (int)strlen(text);

    return length <= width ? width : length;
}

/* Text cut to width, with dots where something is missing. */
static void cell_print(FILE *to, const char *text, int width)
{
    int length = (int)strlen(text);

    if (length > width)
        fprintf(to, "%.*s.. ", width - 2, text);
    else
        fprintf(to, "%-*s ", width, text);
}

static bool is_stopped(const struct outcome *outcome)
{
    return outcome->kind != OUTCOME_OK && outcome->kind != OUTCOME_EQUAL &&
           outcome->kind != OUTCOME_DIFFERS;
}

static bool is_shown(const struct memory_report *report, const struct step_record *record)
{
    return record->number >= report->first_step;
}

static bool reaches_goal(const struct step_record *record)
{
    char word[OUTCOME_TEXT_BYTES];

    return record->step->goal >= 0 && strcmp(outcome_word(&record->result.outcome, word),
                                             outcome_word_at((unsigned)record->step->goal)) == 0;
}

static void widths_take(struct widths *widths, const struct scenario_run *run)
{
    char text[OUTCOME_TEXT_BYTES];

    for (unsigned i = 0; i < run->count; i++) {
        const struct step_record *record = &run->record[i];
        int outcome = (int)strlen(outcome_text(&record->result.outcome, text)) +
                      (reaches_goal(record) ? (int)strlen(goal_mark) : 0);

        widths->who = wider(widths->who, record->who);
        widths->what = wider(widths->what, record->what);
        widths->before = wider(widths->before, record->result.before);
        widths->after = wider(widths->after, record->result.after);
        widths->outcome = outcome > widths->outcome ? outcome : widths->outcome;
    }
}

/* Numbers and blanks between the columns take NUMBER_COLUMNS. */
static void widths_limit(struct widths *widths)
{
    int room = LINE_COLUMNS - NUMBER_COLUMNS - widths->who - widths->before - widths->after -
               widths->outcome;

    if (widths->what > room)
        widths->what = room > WHAT_LEAST ? room : WHAT_LEAST;
}

static void record_print(FILE *to, const struct step_record *record, const struct widths *widths,
                         unsigned mode)
{
    const struct outcome *outcome = &record->result.outcome;
    const char *color = is_stopped(outcome) ? yellow : reaches_goal(record) ? red : "";
    char text[OUTCOME_TEXT_BYTES], word[OUTCOME_TEXT_BYTES];

    fprintf(to, "%3u  ", record->number);
    cell_print(to, record->who, widths->who);
    fputc(' ', to);
    cell_print(to, record->what, widths->what);
    fputc(' ', to);
    cell_print(to, record->result.before, widths->before);
    cell_print(to, record->result.after, widths->after);
    fprintf(to, "%s%s%s%s\n", memory_paint(color), outcome_text(outcome, text),
            reaches_goal(record) ? goal_mark : "", memory_paint(*color ? reset : ""));
    if (outcome->why[0])
        fprintf(to, "%*s%s%s%s\n", 5 + widths->who + 2, "", memory_paint(dim), outcome->why,
                memory_paint(reset));
    if (!record->as_expected)
        fprintf(to, "%*s%sNOT AS EXPECTED: \"%s\"; the scenario says \"%s\"%s\n",
                5 + widths->who + 2, "", memory_paint(red), outcome_word(outcome, word),
                outcome_word_at(record->step->expect[mode]), memory_paint(reset));
}

static void file_change_print(FILE *to, const struct scenario *scenario, unsigned file)
{
    const char *name = json_string_value(json_object_get(scenario->doc[file].root, "name"));

    fprintf(to, "     %sfrom %s%s\n", memory_paint(dim), name, memory_paint(reset));
}

static void end_print(FILE *to, const struct scenario_run *run, enum scenario_verdict said)
{
    const char *verdict =
        run->verdict == VERDICT_BROKEN ? "does not hold" : verdict_words[run->verdict];

    if (!run->is_whole)
        return;
    if (run->ends_as_said)
        fprintf(to, "     %s=> %s%s, as the scenario says\n",
                memory_paint(run->verdict == VERDICT_ATTACK_WORKS ? red : green), verdict,
                memory_paint(reset));
    else
        fprintf(to, "     %s=> %s; the scenario says: %s%s\n", memory_paint(red), verdict,
                verdict_words[said], memory_paint(reset));
}

/* Whether two modes look the same, step by step. */
static bool runs_alike(const struct scenario_run *a, const struct scenario_run *b)
{
    if (!b || a->count != b->count || a->verdict != b->verdict ||
        a->ends_as_said != b->ends_as_said || a->findings != b->findings)
        return false;
    for (unsigned i = 0; i < a->count; i++) {
        const struct step_record *x = &a->record[i], *y = &b->record[i];
        char word_x[OUTCOME_TEXT_BYTES], word_y[OUTCOME_TEXT_BYTES];

        if (x->number != y->number || x->as_expected != y->as_expected ||
            strcmp(x->result.before, y->result.before) != 0 ||
            strcmp(x->result.after, y->result.after) != 0 ||
            strcmp(x->result.outcome.why, y->result.outcome.why) != 0 ||
            strcmp(outcome_word(&x->result.outcome, word_x),
                   outcome_word(&y->result.outcome, word_y)) != 0)
            return false;
    }
    return true;
}

/* The part that begins between two steps that ran, also if its first step is not for this mode. */
static void part_print(FILE *to, const struct scenario *scenario, unsigned after, unsigned until)
{
    const char *part = NULL;

    for (unsigned number = after + 1; number <= until; number++)
        if (scenario->step[number - 1].part)
            part = scenario->step[number - 1].part;
    if (!part)
        return;
    fprintf(to, "     %s", memory_paint(bold));
    memory_print_text(to, part);
    fprintf(to, "%s\n", memory_paint(reset));
}

static void table_print(FILE *to, const struct memory_report *report, unsigned mode,
                        const struct widths *widths)
{
    const struct scenario_run *run = report->run[mode];
    unsigned file = report->scenario->doc_count > 1 ? SCENARIO_CHAIN_MAX : 0;

    fprintf(to, "%s  #  %-*s  %-*s  %-*s %-*s outcome%s\n", memory_paint(bold), widths->who, "who",
            widths->what, "what", widths->before, "before", widths->after, "after",
            memory_paint(reset));
    for (unsigned i = 0; i < run->count; i++) {
        const struct step_record *record = &run->record[i];

        if (!is_shown(report, record))
            continue;
        if (record->step->file != file)
            file_change_print(to, report->scenario, file = record->step->file);
        part_print(to, report->scenario, i ? run->record[i - 1].number : 0, record->number);
        record_print(to, record, widths, mode);
    }
    end_print(to, run, report->scenario->mode[mode].ends);
}

/* "label  text", wrapped under the text. */
static void paragraph_print(FILE *to, const char *label, const char *text)
{
    int indent = 10, column = indent;

    fprintf(to, "%-*s", indent, label);
    while (*text) {
        int word = (int)strcspn(text, " ");

        if (column > indent && column + 1 + word > TITLE_COLUMNS) {
            fprintf(to, "\n%*s", indent, "");
            column = indent;
        }
        if (column > indent)
            fputc(' ', to), column++;
        for (int i = 0; i < word; i++)
            fputc((unsigned char)text[i] < ' ' || text[i] == 0x7f ? '?' : text[i], to);
        column += word;
        text += word;
        text += strspn(text, " ");
    }
    fputc('\n', to);
}

static void paper_print(FILE *to, const struct scenario_paper *paper)
{
    char line[1024];
    size_t used = (size_t)snprintf(line, sizeof line, "%s", paper->title);

    if (paper->authors && used < sizeof line)
        used += (size_t)snprintf(line + used, sizeof line - used, "; %s", paper->authors);
    if (used < sizeof line)
        used += (size_t)snprintf(line + used, sizeof line - used, "; %s %" PRIu64, paper->venue,
                                 paper->year);
    if (paper->link && used < sizeof line)
        (void)snprintf(line + used, sizeof line - used, "; %s", paper->link);
    paragraph_print(to, "paper", line);
}

static void heading_print(FILE *to, const struct memory_report *report)
{
    const struct scenario *scenario = report->scenario;

    fprintf(to, "%s%s: ", memory_paint(bold), scenario->name);
    memory_print_text(to, scenario->title);
    fprintf(to, "%s\n", memory_paint(reset));
    paper_print(to, &scenario->paper);
    paragraph_print(to, "models", scenario->models);
    paragraph_print(to, "left out", scenario->leaves_out);
}

/* What the scenario declares, so that addresses mean something. */
static void start_print(FILE *to, const struct scenario *scenario)
{
    static const char *const states[] = {"free", "shared", "private"};

    for (unsigned i = 0; i < scenario->guest_count; i++) {
        const struct scenario_guest *guest = &scenario->guest[i];

        fprintf(to, "%-10s%-12s ASID %u%s%s%s\n", i ? "" : "guests", guest->name, guest->asid,
                guest->is_snp ? "" : ", not an SNP guest",
                guest->is_running ? "" : ", launched below",
                guest->is_careful ? ", keeps a list of what it accepted" : "");
    }
    for (unsigned i = 0; i < scenario->page_count; i++) {
        const struct scenario_page *page = &scenario->page[i];
        const struct scenario_value *holds =
            page->holds >= 0 ? &scenario->value[page->holds] : NULL;

        fprintf(to, "%-10s%-12s spa 0x%" PRIx64, i ? "" : "pages", page->name, page->spa.v);
        if (page->guest >= 0)
            fprintf(to, ", %s 0x%" PRIx64, scenario->guest[page->guest].name, page->gpa.v);
        fprintf(to, "%s%s%s", page->is_large ? ", 2 MiB" : "", page->start ? ", " : "",
                page->start ? states[page->start] : "");
        if (holds && holds->kind == VALUE_TEXT) {
            fprintf(to, ", holds \"");
            memory_print_text(to, holds->text);
            fprintf(to, "\"");
        }
        fputc('\n', to);
    }
}

/* One line per mode: how it ended. */
static void ends_print(FILE *to, const struct memory_report *report)
{
    for (unsigned i = 0; i < report->scenario->mode_count; i++) {
        const struct scenario_run *run = report->run[i];

        if (!run || !run->is_whole)
            continue;
        fprintf(to, "%-20s %s%s%s\n", report->scenario->mode[i].name,
                memory_paint(run->verdict == VERDICT_ATTACK_WORKS ? red : green),
                run->verdict == VERDICT_BROKEN ? "does not hold" : verdict_words[run->verdict],
                memory_paint(reset));
    }
}

void memory_print_report(FILE *to, const struct memory_report *report)
{
    struct widths widths = {10, 20, 6, 5, 7};
    bool is_done[SCENARIO_MODE_MAX] = {false};
    unsigned tables = 0;

    for (unsigned i = 0; i < report->scenario->mode_count; i++)
        if (report->run[i])
            widths_take(&widths, report->run[i]);
    widths_limit(&widths);
    heading_print(to, report);
    fputc('\n', to);
    start_print(to, report->scenario);
    for (unsigned i = 0; i < report->scenario->mode_count; i++) {
        if (!report->run[i] || is_done[i])
            continue;
        fprintf(to, "\n%smode %s", memory_paint(bold), report->scenario->mode[i].name);
        for (unsigned j = i + 1; j < report->scenario->mode_count; j++)
            if (!is_done[j] && runs_alike(report->run[i], report->run[j])) {
                fprintf(to, ", %s", report->scenario->mode[j].name);
                is_done[j] = true;
            }
        fprintf(to, "%s\n", memory_paint(reset));
        table_print(to, report, i, &widths);
        tables++;
    }
    if (tables > 1) {
        fprintf(to, "\n");
        ends_print(to, report);
    }
}
