/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/run_print.c — what a run came to: a line, a document, a signature. See run.h. */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/run.h"
#include "machine/isa.h"

enum { SIGNATURE_WORD_BYTES = 4, LINE_BYTES = 9 };

static const char *const mode_names[LIVE_MODES] = {"M", "HS", "U", "VS", "VU"};

static uint64_t traps_sum(const struct live_counts *counts)
{
    uint64_t sum = 0;

    for (unsigned mode = 0; mode < LIVE_MODES; mode++)
        for (unsigned cause = 0; cause < LIVE_CAUSES; cause++)
            sum += counts->exceptions[mode][cause] + counts->interrupts[mode][cause];
    return sum;
}

/* Why it ended, in words; ends without a full stop. */
static void end_print(const struct live_result *result)
{
    char cause[RUN_CAUSE_BYTES];

    switch (result->end) {
    case LIVE_PASS:
        (void)fputs("the program passed", stderr);
        break;
    case LIVE_FAIL:
        (void)fprintf(stderr, "the program failed with number %" PRIu64, result->number);
        break;
    case LIVE_RESET:
        (void)fputs("the program asked for a restart", stderr);
        break;
    case LIVE_INSTRUCTIONS:
        (void)fprintf(stderr, "limit of instructions reached at pc 0x%" PRIx64, result->pc);
        break;
    case LIVE_TIME:
        (void)fprintf(stderr, "limit of time reached at pc 0x%" PRIx64, result->pc);
        break;
    case LIVE_STOPPED:
        (void)fprintf(stderr, "ended by the debugger at pc 0x%" PRIx64, result->pc);
        break;
    case LIVE_WAITING:
        (void)fprintf(stderr,
                      "every hart waits (wfi) and nothing will wake one; hart %u at pc 0x%" PRIx64,
                      result->hart, result->pc);
        break;
    default:
        (void)fprintf(stderr, "endless loop of traps: %s at pc 0x%" PRIx64 ", tval 0x%" PRIx64,
                      run_cause(result->trap.is_interrupt, result->trap.cause, cause),
                      result->trap.epc, result->trap.tval);
    }
}

void run_summary_print(const struct run_summary *summary)
{
    const struct live_counts *counts = live_counts(summary->live);
    uint64_t instructions = live_instructions(summary->live);

    (void)fputs("cvmlab: ", stderr);
    end_print(&summary->result);
    (void)fprintf(stderr, "; %" PRIu64 " instructions, %" PRIu64 " traps, %" PRIu64 " exits",
                  instructions, traps_sum(counts), counts->exits);
    if (summary->is_measured)
        (void)fprintf(stderr, "; measured: %.3f s", summary->seconds);
    if (summary->is_measured && summary->seconds > 0)
        (void)fprintf(stderr, ", %.0f MIPS", (double)instructions / summary->seconds / 1e6);
    (void)fputc('\n', stderr);
}

static void traps_add(json_t *list, const uint64_t counts[LIVE_MODES][LIVE_CAUSES],
                      bool is_interrupt)
{
    char name[RUN_CAUSE_BYTES];

    for (unsigned mode = 0; mode < LIVE_MODES; mode++)
        for (unsigned cause = 0; cause < LIVE_CAUSES; cause++)
            if (counts[mode][cause] > 0)
                (void)json_array_append_new(
                    list, json_pack("{s:s, s:b, s:i, s:s, s:I}", "cause",
                                    run_cause(is_interrupt, cause, name), "interrupt", is_interrupt,
                                    "code", (int)cause, "from", mode_names[mode], "count",
                                    (json_int_t)counts[mode][cause]));
}

static json_t *hex(uint64_t value)
{
    return json_sprintf("0x%" PRIx64, value);
}

static void end_add(json_t *document, const struct live_result *result)
{
    char cause[RUN_CAUSE_BYTES];

    (void)json_object_set_new(document, "end", json_string(live_end_name(result->end)));
    if (result->end == LIVE_FAIL)
        (void)json_object_set_new(document, "number", json_integer((json_int_t)result->number));
    (void)json_object_set_new(document, "hart", json_integer(result->hart));
    (void)json_object_set_new(document, "pc", hex(result->pc));
    if (result->end == LIVE_TRAP_LOOP)
        (void)json_object_set_new(
            document, "trap",
            json_pack("{s:s, s:o, s:o}", "cause",
                      run_cause(result->trap.is_interrupt, result->trap.cause, cause), "epc",
                      hex(result->trap.epc), "tval", hex(result->trap.tval)));
}

/* What a clock said: differs from run to run, so it stands apart. */
static json_t *measured(const struct run_summary *summary)
{
    double seconds = summary->seconds > 0 ? summary->seconds : 1e-9;
    double exits = (double)live_counts(summary->live)->exits;
    double instructions = (double)live_instructions(summary->live);

    return json_pack("{s:f, s:f, s:f}", "seconds", summary->seconds, "mips",
                     instructions / seconds / 1e6, "exits_per_second", exits / seconds);
}

int run_summary_print_json(const struct run_summary *summary)
{
    const struct live_counts *counts = live_counts(summary->live);
    json_t *document = json_object(), *traps = json_array();
    char isa[ISA_STRING_BYTES];

    (void)json_object_set_new(document, "schema", json_string("cvmlab-run"));
    (void)json_object_set_new(document, "version", json_string("1.0"));
    (void)json_object_set_new(document, "machine", json_string(summary->spec->name));
    (void)json_object_set_new(document, "isa",
                              json_string(isa_string(&summary->spec->harts.features, isa)));
    (void)json_object_set_new(document, "harts", json_integer(summary->spec->harts.count));
    end_add(document, &summary->result);
    (void)json_object_set_new(document, "instructions",
                              json_integer((json_int_t)live_instructions(summary->live)));
    (void)json_object_set_new(document, "exits", json_integer((json_int_t)counts->exits));
    traps_add(traps, counts->exceptions, false);
    traps_add(traps, counts->interrupts, true);
    (void)json_object_set_new(document, "traps", traps);
    if (summary->is_measured)
        (void)json_object_set_new(document, "measured", measured(summary));
    return cli_json_print(document);
}

enum status run_signature_check(const struct image *image, struct diagnostic *diag)
{
    uint64_t first = image->symbols.begin_signature.v, end = image->symbols.end_signature.v;

    if (first == 0 || end == 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0,
                              "there is no signature; expected the symbols begin_signature and "
                              "end_signature");
    if (end < first)
        return diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0,
                              "end_signature lies before begin_signature; expected it behind");
    return STATUS_OK;
}

enum status run_signature_write(const char *path, const struct image *image, struct live *live,
                                struct diagnostic *diag)
{
    struct access access = {.actor = {.kind = ACTOR_HYPERVISOR}, .kind = ACCESS_READ};
    struct file_out *file = file_out_create(path, diag);
    enum status status = file ? STATUS_OK : STATUS_IO;
    uint64_t end = image->symbols.end_signature.v;

    access.spa = image->symbols.begin_signature;
    for (; status == STATUS_OK && access.spa.v + SIGNATURE_WORD_BYTES <= end;
         access.spa.v += SIGNATURE_WORD_BYTES) {
        char line[LINE_BYTES + 1];
        struct fault fault;
        uint32_t word = 0;

        (void)memory_read(live_memory(live), &access, &word, sizeof word, &fault);
        (void)snprintf(line, sizeof line, "%08" PRIx32 "\n", word);
        status = file_out_write(file, line, LINE_BYTES, diag);
    }
    if (status == STATUS_OK)
        return file_out_commit(file, diag);
    if (file)
        file_out_abandon(file);
    return status;
}
