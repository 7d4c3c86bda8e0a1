/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/memory_json.c — scenarios that ran, for programs; and the list of those that are shipped.
 * See memory.h. */
#include <string.h>

#include "cli/memory.h"
#include "scenario/op.h"

static void put_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, text ? json_string(text) : json_null());
}

static json_t *record_json(const struct step_record *record, unsigned mode)
{
    const struct outcome *outcome = &record->result.outcome;
    char word[OUTCOME_TEXT_BYTES];
    json_t *object = json_object();

    json_object_set_new(object, "step", json_integer(record->number));
    put_text(object, "who", record->who);
    put_text(object, "op", record->step->op->name);
    put_text(object, "what", record->what);
    put_text(object, "before", record->result.before);
    put_text(object, "after", record->result.after);
    put_text(object, "outcome", outcome_word(outcome, word));
    put_text(object, "why", outcome->why);
    put_text(object, "expected", outcome_word_at(record->step->expect[mode]));
    json_object_set_new(object, "as_expected", json_boolean(record->as_expected));
    json_object_set_new(object, "is_goal", json_boolean(record->step->goal >= 0));
    if (outcome->kind == OUTCOME_FAULT)
        json_object_set_new(object, "error", memory_hex_json(outcome->fault.error));
    return object;
}

static json_t *mode_json(const struct memory_report *report, unsigned mode)
{
    const struct scenario_run *run = report->run[mode];
    const struct scenario_mode *how = &report->scenario->mode[mode];
    json_t *object = json_object(), *steps = json_array();

    for (unsigned i = 0; i < run->count; i++)
        if (run->record[i].number >= report->first_step)
            json_array_append_new(steps, record_json(&run->record[i], mode));
    put_text(object, "name", how->name);
    put_text(object, "mode", memory_mode_name(how->mode));
    json_object_set_new(object, "seed",
                        memory_hex_json(memory_config(run->world->machine->memory)->seed));
    json_object_set_new(object, "steps", steps);
    put_text(object, "ends",
             !run->is_whole                   ? NULL
             : run->verdict == VERDICT_BROKEN ? "broken"
                                              : verdict_words[run->verdict]);
    put_text(object, "said", verdict_words[how->ends]);
    json_object_set_new(object, "findings", json_integer(run->findings));
    return object;
}

json_t *memory_report_json(const struct memory_report *report)
{
    const struct scenario *scenario = report->scenario;
    json_t *document = json_object(), *modes = json_array(), *paper = json_object();

    put_text(document, "schema", "cvm-scenario-run");
    put_text(document, "version", "1.0");
    put_text(document, "scenario", scenario->name);
    put_text(document, "title", scenario->title);
    put_text(paper, "title", scenario->paper.title);
    put_text(paper, "authors", scenario->paper.authors);
    put_text(paper, "venue", scenario->paper.venue);
    json_object_set_new(paper, "year", json_integer((json_int_t)scenario->paper.year));
    put_text(paper, "link", scenario->paper.link);
    json_object_set_new(document, "paper", paper);
    put_text(document, "machine", scenario->mode[0].machine.name);
    for (unsigned i = 0; i < scenario->mode_count; i++)
        if (report->run[i])
            json_array_append_new(modes, mode_json(report, i));
    json_object_set_new(document, "modes", modes);
    return document;
}
