/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/monitor.c — commands of our own (qRcmd): what users type as "monitor csr hgatp". See
 * internal.h and monitor.h. */
#include "gdb/monitor.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { COMMAND_BYTES = 256, CSR_NUMBERS_END = 4096, NAME_BYTES = 32 };

static void help_print(struct gdb *gdb, struct words *words, FILE *to);

/* --- CSRs --- */

static void csr_print(struct gdb *gdb, uint16_t number, FILE *to)
{
    char name[NAME_BYTES];
    uint64_t value;

    if (hart_csr_peek(gdb_hart(gdb), number, &value) && hart_csr_name(number, name, sizeof name)) {
        (void)fprintf(to, "%-14s 0x%016" PRIx64, name, value);
        monitor_csr_explain(number, value, to);
        (void)fputc('\n', to);
    }
}

/* 4096: the hart has none of this name. */
static unsigned csr_number(struct gdb *gdb, const char *wanted)
{
    unsigned i = 0;

    for (; i < CSR_NUMBERS_END; i++) {
        char name[NAME_BYTES];
        uint64_t value;

        if (hart_csr_name((uint16_t)i, name, sizeof name) && strcmp(name, wanted) == 0 &&
            hart_csr_peek(gdb_hart(gdb), (uint16_t)i, &value))
            break;
    }
    return i;
}

static void csrs_print(struct gdb *gdb, struct words *words, FILE *to)
{
    const char *name = words_next(words);

    for (unsigned i = 0; !name && i < CSR_NUMBERS_END; i++)
        csr_print(gdb, (uint16_t)i, to);
    for (; name; name = words_next(words)) {
        unsigned number = csr_number(gdb, name);

        if (number < CSR_NUMBERS_END)
            csr_print(gdb, (uint16_t)number, to);
        else
            (void)fprintf(to, "this hart has no CSR \"%s\"\n", name);
    }
}

/* --- traps --- */

static void counts_print(const uint64_t counts[LIVE_MODES][LIVE_CAUSES], bool is_interrupt,
                         FILE *to)
{
    static const char *const modes[LIVE_MODES] = {"M", "HS", "U", "VS", "VU"};

    for (unsigned mode = 0; mode < LIVE_MODES; mode++)
        for (unsigned cause = 0; cause < LIVE_CAUSES; cause++)
            if (counts[mode][cause] > 0)
                (void)fprintf(to, "%12" PRIu64 "  from %-2s  %s\n", counts[mode][cause],
                              modes[mode], monitor_cause(is_interrupt, cause));
}

static void exits_print(struct gdb *gdb, struct words *words, FILE *to)
{
    const struct live_counts *counts = live_counts(gdb->live);

    (void)words;
    (void)fprintf(to, "%12" PRIu64 "  instructions\n%12" PRIu64 "  exits from VS or VU\n",
                  live_instructions(gdb->live), counts->exits);
    counts_print(counts->exceptions, false, to);
    counts_print(counts->interrupts, true, to);
}

/* --- what addresses mean --- */

static void memory_choose(struct gdb *gdb, struct words *words, FILE *to)
{
    const char *word = words_next(words);

    for (unsigned i = 0; word && i < GDB_MEMORY_COUNT; i++)
        if (strcmp(word, gdb_memory_words[i]) == 0) {
            gdb->memory = (enum gdb_memory)i;
            word = NULL;
        }
    if (word)
        (void)fprintf(to,
                      "\"%s\" is no kind of address; expected virtual, physical or "
                      "guest-physical\n",
                      word);
    (void)fprintf(to, "addresses are %s\n", gdb_memory_words[gdb->memory]);
}

static void tlb_print(struct gdb *gdb, struct words *words, FILE *to)
{
    const char *word = words_next(words);
    const char *text = word && strcmp(word, "walk") == 0 ? words_next(words) : word;
    uint64_t address = hart_run_pc(gdb_hart_run(gdb));
    char *end = NULL;

    if (text)
        address = strtoull(text, &end, 0);
    if (end && *end)
        (void)fputs("usage: monitor tlb walk [ADDRESS], a number; default: the pc\n", to);
    else
        monitor_walk(gdb, address, to);
}

/* --- the table --- */

struct command {
    const char *name, *usage, *summary;
    void (*run)(struct gdb *gdb, struct words *words, FILE *to);
};

static const struct command commands[] = {
    {"csr", "csr [NAME...]", "the hart's CSRs, or some of them", csrs_print},
    {"tlb", "tlb walk [ADDRESS]", "where a virtual address, or pc, leads, entry by entry",
     tlb_print},
    {"exits", "exits", "instructions, exits and traps so far, by cause", exits_print},
    {"memory", "memory virtual|physical|guest-physical", "what addresses of memory commands mean",
     memory_choose},
    {"help", "help", "this list", help_print},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void help_print(struct gdb *gdb, struct words *words, FILE *to)
{
    (void)gdb;
    (void)words;
    for (unsigned i = 0; i < COMMANDS; i++)
        (void)fprintf(to, "monitor %-40s %s\n", commands[i].usage, commands[i].summary);
}

const char *words_next(struct words *words)
{
    return strtok_r(words->text, " \t\n", &words->rest);
}

static void command_run(struct gdb *gdb, char *text, FILE *to)
{
    struct words words = {.text = text};
    const char *name = words_next(&words);

    words.text = NULL;
    for (unsigned i = 0; name && i < COMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0) {
            commands[i].run(gdb, &words, to);
            return;
        }
    if (name)
        (void)fprintf(to, "there is no \"%s\"; these are:\n", name);
    help_print(gdb, &words, to);
}

/* In pieces that fit into packets. */
static void text_print(struct gdb *gdb, const char *text, size_t size_bytes)
{
    char piece[PACKET_BYTES / 4 + 1];

    while (size_bytes > 0) {
        size_t size = size_bytes < sizeof piece - 1 ? size_bytes : sizeof piece - 1;

        memcpy(piece, text, size);
        piece[size] = '\0';
        gdb_console_print(gdb, piece);
        text += size;
        size_bytes -= size;
    }
}

void gdb_monitor(struct gdb *gdb, struct cursor *cursor)
{
    char command[COMMAND_BYTES], *text = NULL;
    size_t length = (size_t)(cursor->end - cursor->at) / 2, size = 0;
    FILE *to = NULL;

    if (length < sizeof command && cursor_hex(cursor, command, length) && cursor->at == cursor->end)
        to = open_memstream(&text, &size);
    if (to) {
        command[length] = '\0';
        command_run(gdb, command, to);
    }
    if (to && fclose(to) == 0)
        text_print(gdb, text, size);
    free(text);
    gdb_answer(gdb, to != NULL, 22); /* EINVAL */
}
