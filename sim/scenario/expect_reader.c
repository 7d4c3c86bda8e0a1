/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/expect_reader.c — how a step must end: "ok", or {"sev": "ok", "otherwise": "pf"}.
 * See reader.h. */
#include "scenario/reader.h"

static enum status word_check(const struct place *at, uint16_t *out)
{
    const char *word = json_string_value(at->value);
    int found = word ? outcome_word_find(word) : -1;

    if (!word)
        return place_fail(at, "not a string; expected an outcome like \"ok\"");
    if (found < 0)
        return place_fail(at,
                          "unknown outcome \"%.40s\"; expected one like \"ok\", \"npf "
                          "reverse-map\" or \"FAIL_INPUT\"",
                          word);
    *out = (uint16_t)found;
    return STATUS_OK;
}

/* The outcome for one mode: of its name, of the mode it is based on, or of "otherwise". */
static enum status mode_outcome(const struct place *expect, const struct scenario_mode *mode,
                                uint16_t *out)
{
    const char *names[] = {mode->name, machine_mode_words[mode->mode], "otherwise"};

    for (unsigned i = 0; i < 3; i++) {
        struct place member = {.doc = expect->doc,
                               .parent = expect,
                               .key = names[i],
                               .value = json_object_get(expect->value, names[i])};

        if (member.value)
            return word_check(&member, out);
    }
    return place_fail(expect, "no expectation for mode %s; expected one, or \"otherwise\"",
                      mode->name);
}

/* Every member must be an outcome, also those that are not looked at. */
static enum status members_check(const struct place *expect, const struct scenario *scenario)
{
    enum status status = mode_keys_check(expect, scenario);
    const char *key;
    json_t *value;

    json_object_foreach(expect->value, key, value)
    {
        struct place here = {.doc = expect->doc, .parent = expect, .key = key, .value = value};
        uint16_t outcome;

        if (status == STATUS_OK)
            status = word_check(&here, &outcome);
    }
    return status;
}

enum status expect_read(const struct place *at, const struct scenario *scenario,
                        struct scenario_step *step)
{
    struct place expect = {.doc = at->doc,
                           .parent = at,
                           .key = "expect",
                           .value = json_object_get(at->value, "expect")};
    bool is_object = json_is_object(expect.value);
    enum status status;

    if (!expect.value)
        return place_fail(at, "\"expect\" is missing; expected an outcome, or one per mode");
    status = is_object ? members_check(&expect, scenario) : word_check(&expect, &step->expect[0]);
    for (unsigned i = 0; i < scenario->mode_count && status == STATUS_OK; i++) {
        if (!(step->runs_in & 1 << i))
            continue;
        if (is_object)
            status = mode_outcome(&expect, &scenario->mode[i], &step->expect[i]);
        else
            status = word_check(&expect, &step->expect[i]);
    }
    return status;
}
