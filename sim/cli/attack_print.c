/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attack_print.c — see attack_print.h. */
#include "cli/attack_print.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "cli/cli.h"

static json_t *document_make(const char *schema)
{
    return json_pack("{s:s, s:s}", "schema", schema, "version", "1.0");
}

int attack_print_list(bool is_json)
{
    json_t *list = json_array(), *document;

    for (size_t i = 0; hostile_case_at(i); i++) {
        const struct hostile_case *script = hostile_case_at(i);

        if (!is_json)
            printf("%-19s the host %s;\n%19s must hold: %s\n", hostile_case_name(script),
                   hostile_case_tries(script), "", hostile_case_holds(script));
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "name", hostile_case_name(script),
                                              "tries", hostile_case_tries(script), "holds",
                                              hostile_case_holds(script)));
    }
    if (!is_json)
        puts(
            "In every case: no private byte leaves, private memory stays as it is, nothing outside "
            "shared memory\nis read, nothing is read twice, every packet is accounted for, shared "
            "memory is zero in the end.");
    document = document_make("cvmlab-attack-list");
    json_object_set_new(document, "cases", list);
    if (is_json)
        return cli_json_print(document);
    json_decref(document);
    return CLI_OK;
}

static json_t *reasons_pack(const struct hostile_result *result)
{
    json_t *reasons = json_object();

    for (unsigned i = 0; i < FOLIO_REFUSAL_COUNT; i++)
        if (result->refused_for[i] > 0)
            json_object_set_new(reasons, folio_refusal_name((enum folio_refusal)i),
                                json_integer((json_int_t)result->refused_for[i]));
    return reasons;
}

static json_t *broken_pack(const struct hostile_result *result)
{
    json_t *broken = json_object();

    for (unsigned i = 0; i < HOSTILE_CHECK_COUNT; i++)
        json_object_set_new(broken, hostile_check_name((enum hostile_check)i),
                            json_integer((json_int_t)result->broken[i]));
    return broken;
}

static json_t *result_pack(const struct hostile_case *script, const struct hostile_result *result)
{
    return json_pack("{s:s, s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}",
                     "name", hostile_case_name(script), "holds", hostile_result_holds(result),
                     "guest_stopped", result->is_stopped, "packets_in", (json_int_t)result->offered,
                     "delivered", (json_int_t)result->given, "intact", (json_int_t)result->intact,
                     "repeated", (json_int_t)result->repeated, "altered",
                     (json_int_t)result->altered, "dropped", (json_int_t)result->dropped, "unseen",
                     (json_int_t)result->unseen, "sent", (json_int_t)result->sent, "dma_refused",
                     (json_int_t)result->dma_refused, "lies", (json_int_t)result->lies, "refused",
                     reasons_pack(result), "broken", broken_pack(result));
}

/* "length_zero 60" */
static void reasons_print(const struct hostile_result *result)
{
    for (unsigned i = 0; i < FOLIO_REFUSAL_COUNT; i++)
        if (result->refused_for[i] > 0)
            printf("  %s %" PRIu64, folio_refusal_name((enum folio_refusal)i),
                   result->refused_for[i]);
    if (result->dma_refused > 0)
        printf("  DMA refused %" PRIu64, result->dma_refused);
    if (result->is_stopped)
        printf("  guest stopped");
}

static void result_print(const struct hostile_case *script, const struct hostile_result *result)
{
    printf("%-19s %-6s %5" PRIu64 " %6" PRIu64 " %8" PRIu64 " %7" PRIu64 " %7" PRIu64 " %7" PRIu64
           " %6" PRIu64,
           hostile_case_name(script), hostile_result_holds(result) ? "holds" : "BROKEN",
           result->offered, result->intact, result->repeated, result->altered,
           result->refused -
               result->refused_for[FOLIO_REFUSED_GUARD], /* that one is on its way out */
           result->dropped, result->unseen);
    reasons_print(result);
    putchar('\n');
    for (unsigned i = 0; i < HOSTILE_CHECK_COUNT; i++)
        if (result->broken[i] > 0)
            printf("%19s does not hold: %s (%" PRIu64 ")\n", "",
                   hostile_check_name((enum hostile_check)i), result->broken[i]);
}

int attack_print_results(const struct hostile_case *const *cases,
                         const struct hostile_result *results, size_t count,
                         enum hostile_option option, bool is_json)
{
    json_t *list = json_array(), *document;
    size_t holds = 0;

    if (!is_json && option != HOSTILE_WITH_NONE)
        printf("the guest uses %s\n", hostile_option_name(option));
    if (!is_json)
        printf("%-19s %-6s %5s %6s %8s %7s %7s %7s %6s  %s\n", "case", "", "in", "intact",
               "repeated", "altered", "refused", "dropped", "unseen", "why");
    for (size_t i = 0; i < count; i++) {
        holds += hostile_result_holds(&results[i]);
        if (is_json)
            json_array_append_new(list, result_pack(cases[i], &results[i]));
        else
            result_print(cases[i], &results[i]);
    }
    if (!is_json) {
        printf("%zu of %zu cases hold: no private byte left, private memory is intact, nothing "
               "outside was read,\nnothing was read twice, every packet is accounted for.\n",
               holds, count);
        json_decref(list);
        return CLI_OK;
    }
    document = document_make("cvmlab-attack");
    json_object_set_new(document, "with", json_string(hostile_option_name(option)));
    json_object_set_new(document, "cases", list);
    json_object_set_new(document, "holds", json_integer((json_int_t)holds));
    return cli_json_print(document);
}

static json_t *race_pack(const struct attack_race *race)
{
    return json_pack("{s:I, s:s, s:I, s:I, s:I}", "bytes", (json_int_t)race->size_bytes, "form",
                     toctou_form_name(race->is_copied ? TOCTOU_COPY_FIRST : TOCTOU_IN_PLACE),
                     "opened", (json_int_t)race->race.opened, "accepted",
                     (json_int_t)race->race.accepted, "forged", (json_int_t)race->race.forged);
}

int attack_print_races(const struct attack_race *races, unsigned seconds, bool is_json)
{
    json_t *list = json_array(), *document;

    if (!is_json)
        printf("AES-128-GCM of OpenSSL against a second thread, %u s each; measured\n"
               "%6s  %-11s %10s %10s %20s\n",
               seconds, "bytes", "", "opened", "tag right", "plaintext forged");
    for (size_t i = 0; i < ATTACK_RACES; i++) {
        json_array_append_new(list, race_pack(&races[i]));
        if (!is_json)
            printf("%6zu  %-11s %10" PRIu64 " %10" PRIu64 " %20" PRIu64 "\n", races[i].size_bytes,
                   races[i].is_copied ? "copy first" : "in place", races[i].race.opened,
                   races[i].race.accepted, races[i].race.forged);
    }
    if (!is_json)
        puts("forged: the tag was right, and the plaintext is not what was sealed");
    document = document_make("cvmlab-attack-race");
    json_object_set_new(document, "measured", list);
    if (is_json)
        return cli_json_print(document);
    json_decref(document);
    return CLI_OK;
}
