/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/tell.c — steps as text for people: the templates of op.c filled in. See run.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "psp/measure.h"
#include "scenario/op.h"
#include "scenario/run.h"

enum { WORD_BYTES = 64 };

static void value_tell(const struct scenario *scenario, int index, char *out, size_t size)
{
    const struct scenario_value *value = &scenario->value[index];
    size_t used = 0;

    switch (value->kind) {
    case VALUE_TEXT:
        (void)snprintf(out, size, "\"%.16s\"", value->text);
        break;
    case VALUE_HEX:
        (void)snprintf(out, size, "%.16s", value->text);
        break;
    case VALUE_REMEMBERED:
        (void)snprintf(out, size, "%s", scenario->bytes_name[value->bytes]);
        if (value->offset || value->size)
            (void)snprintf(out + strlen(out), size - strlen(out), "+0x%x", value->offset);
        break;
    case VALUE_TWEAK:
        (void)snprintf(out, size, "T(0x%" PRIx64 ")", value->spa.v);
        break;
    case VALUE_XOR:
        for (unsigned i = 0; i < value->count && used < size - 1; i++) {
            used += (size_t)snprintf(out + used, size - used, "%s", i ? " ^ " : "");
            if (used < size)
                value_tell(scenario, value->first + (int)i, out + used, size - used);
            used = strlen(out);
        }
        break;
    }
}

static void rights_tell(unsigned mask, char *out)
{
    static const char letters[] = "rwusk";

    for (unsigned i = 0; letters[i]; i++)
        out[i] = mask & 1U << i ? letters[i] : '-';
    out[5] = '\0';
}

static void target_tell(const struct scenario *scenario, const struct scenario_step *step,
                        char out[WORD_BYTES])
{
    bool by_guest = step->who.kind == WHO_GUEST && step->op->target != TARGET_HOST;

    if (by_guest)
        (void)snprintf(out, WORD_BYTES, "gpa 0x%" PRIx64, step->gpa.v + step->offset);
    else if (step->page >= 0 && step->offset)
        (void)snprintf(out, WORD_BYTES, "%s+0x%" PRIx32, scenario->page[step->page].name,
                       step->offset);
    else if (step->page >= 0)
        (void)snprintf(out, WORD_BYTES, "%s", scenario->page[step->page].name);
    else
        (void)snprintf(out, WORD_BYTES, "spa 0x%" PRIx64, step->spa.v + step->offset);
}

static void owner_tell(const struct scenario *scenario, const struct scenario_step *step,
                       char out[WORD_BYTES])
{
    static const char *const words[] = {"hypervisor", "firmware"};

    if (step->owner == OWNER_GUEST)
        (void)snprintf(out, WORD_BYTES, "%s 0x%" PRIx64, scenario->guest[step->guest].name,
                       step->gpa.v);
    else
        (void)snprintf(out, WORD_BYTES, "%s", words[step->owner]);
}

/* Words that depend on one flag of a step: what stands there if it is set, and if not. */
static const char *flag_word(const char *name, const struct scenario_step *step)
{
    if (strcmp(name, "large") == 0)
        return step->is_large ? " (2M)" : "";
    if (strcmp(name, "through") == 0)
        return step->given & 1U << ARG_LARGE && step->is_large ? " by a 2M mapping" : "";
    if (strcmp(name, "shared") == 0)
        return step->is_shared ? " (shared)" : "";
    if (strcmp(name, "immutable") == 0)
        return step->immutable ? ", immutable" : "";
    if (strcmp(name, "validate") == 0)
        return step->validate ? "" : ", back to invalid";
    if (strcmp(name, "vmsa") == 0)
        return step->vmsa ? ", VMSA" : "";
    if (strcmp(name, "accept") == 0)
        return step->on ? "" : " no more";
    return strcmp(name, "on") == 0 ? (step->on ? " on" : " off") : NULL;
}

static const char *guest_name(const struct scenario *scenario, const struct scenario_step *step)
{
    return step->guest >= 0 ? scenario->guest[step->guest].name : "no guest";
}

/* "0x9000 private, 0xa000 shared", and what the hypervisor makes of the first. */
static void changes_tell(const struct scenario_step *step, char out[WORD_BYTES])
{
    static const char *const words[] = {"", "private", "shared", "smash", "unsmash"};
    size_t used = 0;

    for (unsigned i = 0; i < step->change_count && used < WORD_BYTES; i++)
        used += (size_t)snprintf(out + used, WORD_BYTES - used, "%s0x%" PRIx64 " %s", i ? ", " : "",
                                 step->change[i].gpa.v, words[step->change[i].op]);
}

/* Words that name something of the scenario. */
static void name_word(const char *name, const struct scenario *scenario,
                      const struct scenario_step *step, char out[WORD_BYTES])
{
    if (strcmp(name, "target") == 0)
        target_tell(scenario, step, out);
    else if (strcmp(name, "owner") == 0)
        owner_tell(scenario, step, out);
    else if (strcmp(name, "to") == 0)
        (void)snprintf(out, WORD_BYTES, "%s", scenario->page[step->to].name);
    else if (strcmp(name, "guest") == 0)
        (void)snprintf(out, WORD_BYTES, "%s", guest_name(scenario, step));
    else if (strcmp(name, "device") == 0)
        (void)snprintf(out, WORD_BYTES, "%s",
                       scenario_device(scenario, (unsigned)step->device)->name);
    else if (strcmp(name, "remember") == 0)
        (void)snprintf(out, WORD_BYTES, "%s", scenario->bytes_name[step->remember]);
    else if (strcmp(name, "a") == 0)
        value_tell(scenario, step->a, out, WORD_BYTES);
    else if (strcmp(name, "b") == 0)
        value_tell(scenario, step->b, out, WORD_BYTES);
    else if (strcmp(name, "changes") == 0)
        changes_tell(step, out);
    else
        out[0] = '\0';
}

/* Words that are numbers. False: it is none of them. */
static bool number_word(const char *name, const struct scenario *scenario,
                        const struct scenario_step *step, char out[WORD_BYTES])
{
    if (strcmp(name, "gpa") == 0 || strcmp(name, "at") == 0)
        (void)snprintf(out, WORD_BYTES, "0x%" PRIx64, step->gpa.v);
    else if (strcmp(name, "iova") == 0)
        (void)snprintf(out, WORD_BYTES, "iova 0x%" PRIx64, step->iova.v);
    else if (strcmp(name, "bit") == 0)
        (void)snprintf(out, WORD_BYTES, "%u", step->bit);
    else if (strcmp(name, "of_vmpl") == 0)
        (void)snprintf(out, WORD_BYTES, "VMPL%u", step->of_vmpl);
    else if (strcmp(name, "asid") == 0)
        (void)snprintf(out, WORD_BYTES, "as ASID %u", scenario->guest[step->guest].asid);
    else if (strcmp(name, "rights") == 0)
        rights_tell(step->rights, out);
    else if (strcmp(name, "type") == 0)
        (void)snprintf(out, WORD_BYTES, "%s%s", step->type == LAUNCH_PAGE_NORMAL ? "" : " ",
                       step->type == LAUNCH_PAGE_NORMAL ? "" : launch_page_type_name(step->type));
    else
        return false;
    return true;
}

void step_tell(const struct scenario *scenario, const struct scenario_step *step,
               char out[STEP_WHAT_BYTES])
{
    const char *at = step->op->says;
    size_t used = 0;

    while (*at && used < STEP_WHAT_BYTES - 1) {
        char name[16] = "", word[WORD_BYTES] = "";
        const char *flag;

        if (*at != '{') {
            out[used++] = *at++;
            continue;
        }
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(at + 1, "}"), at + 1);
        at += strlen(name) + 2;
        flag = flag_word(name, step);
        if (!flag && !number_word(name, scenario, step, word))
            name_word(name, scenario, step, word);
        used += (size_t)snprintf(out + used, STEP_WHAT_BYTES - used, "%s", flag ? flag : word);
    }
    out[used < STEP_WHAT_BYTES ? used : STEP_WHAT_BYTES - 1] = '\0';
}

void who_tell(const struct scenario *scenario, const struct scenario_who *who,
              char out[STEP_WHO_BYTES])
{
    size_t used = (size_t)snprintf(out, STEP_WHO_BYTES, "%s", scenario_who_name(scenario, who));

    if (who->vmpl)
        used += (size_t)snprintf(out + used, STEP_WHO_BYTES - used, " VMPL%u", who->vmpl);
    if (who->cpl)
        (void)snprintf(out + used, STEP_WHO_BYTES - used, " CPL%u", who->cpl);
}
