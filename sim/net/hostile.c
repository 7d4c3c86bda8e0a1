/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/hostile.c — runs a case: builds the machine, lets the host lie, looks, is honest again,
 * looks whether packets pass, takes the machine down. Read hostile.h first. */
#include "net/hostile.h"

#include <stdlib.h>
#include <string.h>

#include "net/hostile_internal.h"

enum { ROUNDS = 30, FRAMES = 3, FRAMES_STRUCK = 1 }; /* the door strikes the last report */

const char *hostile_check_name(enum hostile_check check)
{
    static const char *const names[HOSTILE_CHECK_COUNT] = {
        [HOSTILE_PRIVATE_INTACT] = "private_intact",
        [HOSTILE_NOTHING_LEAKS] = "nothing_leaks",
        [HOSTILE_INSIDE] = "inside",
        [HOSTILE_SINGLE_FETCH] = "single_fetch",
        [HOSTILE_INVARIANTS] = "invariants",
        [HOSTILE_ACCOUNT] = "account",
        [HOSTILE_ZEROED] = "zeroed",
        [HOSTILE_EXPECTED] = "expected",
        [HOSTILE_UNALTERED] = "unaltered",
        [HOSTILE_RECOVERS] = "recovers",
    };

    return (unsigned)check < HOSTILE_CHECK_COUNT ? names[check] : NULL;
}

bool hostile_result_holds(const struct hostile_result *result)
{
    for (unsigned i = 0; i < HOSTILE_CHECK_COUNT; i++)
        if (result->broken[i] != 0)
            return false;
    return true;
}

const struct hostile_case *hostile_case_at(size_t index)
{
    return index < hostile_case_count ? &hostile_cases[index] : NULL;
}

const struct hostile_case *hostile_case_find(const char *name)
{
    for (size_t i = 0; i < hostile_case_count; i++)
        if (strcmp(hostile_cases[i].name, name) == 0)
            return &hostile_cases[i];
    return NULL;
}

const char *hostile_case_name(const struct hostile_case *script)
{
    return script->name;
}

const char *hostile_case_tries(const struct hostile_case *script)
{
    return script->tries;
}

const char *hostile_case_holds(const struct hostile_case *script)
{
    return script->holds;
}

/* The host is honest from now on; does a packet pass? */
static bool rig_recovers(struct hostile_rig *rig)
{
    uint64_t intact = rig->result.intact;

    rig->liar.lie = NIC_LIE_NONE;
    rig->fetch.moment = STRIKE_NEVER;
    for (unsigned i = 0; i < HOSTILE_RECOVERY_ROUNDS && rig->result.intact == intact; i++)
        hostile_rounds(rig, 1, 1);
    return rig->result.intact > intact;
}

/* Whether refusals were what the case, or the guest's option, is about. */
static bool refusals_fit(const struct hostile_case *script, const struct hostile_rig *rig)
{
    const struct hostile_result *result = &rig->result;
    uint64_t refused = result->refused - hostile_protect_refused(&rig->protect, result);

    if (script->may_refuse)
        return true;
    return refused == result->refused_for[script->refusal] &&
           (script->refusal == FOLIO_REFUSED_NOTHING) == (refused == 0);
}

/* What the guest's option promises, whatever the host does. */
static void option_check(const struct hostile_case *script, struct hostile_rig *rig)
{
    struct hostile_result *result = &rig->result;
    uint64_t guarded = result->refused_for[FOLIO_REFUSED_GUARD];

    if (rig->protect.option == HOSTILE_WITH_SINGLE_FETCH) /* only what the peer sealed, and once */
        result->broken[HOSTILE_UNALTERED] += result->altered > 0 || result->repeated > 0;
    /* All plaintext is refused; and of ESP only what has forged bytes behind its end. */
    if (rig->protect.option == HOSTILE_WITH_EGRESS_GUARD)
        result->broken[HOSTILE_EXPECTED] +=
            guarded < rig->protect.plaintext ||
            (!script->may_alter && guarded != rig->protect.plaintext);
}

static void script_run(const struct hostile_case *script, struct hostile_rig *rig)
{
    struct hostile_result *result = &rig->result;

    if (script->act != act_head_outside && hostile_rig_open(rig) != STATUS_OK)
        result->broken[HOSTILE_EXPECTED]++;
    rig->liar.lie = script->lie;
    rig->liar.value = script->value;
    rig->fetch.moment = script->moment;
    if (script->act)
        result->broken[HOSTILE_EXPECTED] += !script->act(rig);
    else
        hostile_rounds(rig, ROUNDS, script->moment == STRIKE_NEVER ? FRAMES : FRAMES_STRUCK);
    result->broken[HOSTILE_UNALTERED] += !script->may_alter && result->altered > 0;
    if (!script->may_block && !script->ends_in_crash)
        result->broken[HOSTILE_RECOVERS] += !rig_recovers(rig);
}

enum status hostile_run(const struct hostile_case *script, enum hostile_option option,
                        uint64_t seed, struct hostile_result *result, struct diagnostic *diag)
{
    struct hostile_setup setup = {
        .guest = PATH_SNP, .keep_crc = script->keep_crc, .seed = seed, .option = option};
    struct hostile_rig *rig = malloc(sizeof *rig);
    enum status st;

    if (!rig)
        return diagnostic_set(diag, STATUS_IO, script->name, 0, 0, "no memory");
    st = hostile_rig_begin(rig, &setup, diag);
    if (st == STATUS_OK) {
        script_run(script, rig);
        hostile_rig_end(rig, script->ends_in_crash);
        rig->result.broken[HOSTILE_EXPECTED] += !refusals_fit(script, rig);
        option_check(script, rig);
        *result = rig->result;
    }
    free(rig);
    return st;
}
