/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/demo_print.c — the page of the demonstration. Written for somebody who has not heard of
 * the project: every number says what it counts. Read demo.h first. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/demo.h"
#include "monitor/hs_frame.h"
#include "spec/spec.h"

enum { NUMBER_BYTES = 32, CELL_BYTES = 24, PATH_BYTES = 4096 };

/* A count with a comma before every third digit. */
static const char *grouped(char text[NUMBER_BYTES], uint64_t value)
{
    char *at = text + NUMBER_BYTES - 1;
    unsigned digits = 0;

    *at = '\0';
    do {
        if (digits && digits % 3 == 0)
            *--at = ',';
        *--at = (char)('0' + value % 10);
        value /= 10;
        digits++;
    } while (value);
    return at;
}

static void recorded_print(const struct demo_result *result)
{
    char exits[NUMBER_BYTES];

    fputs("cvmlab demo: can a hypervisor run a guest whose registers it cannot read?\n\n", stdout);
    if (result->is_shipped)
        printf("A Linux kernel was booted on %u virtual CPUs by an unmodified Linux/KVM, on an "
               "emulated RISC-V\nmachine. ",
               result->vcpus);
    else
        printf("The trace is of guest %s with %u virtual CPUs.\n", result->guest_name,
               result->vcpus);
    printf(
        "%s times the guest stopped and the hypervisor took over (an exit); all registers were\n"
        "recorded, then and when the guest went on. Now every exit is replayed with a security "
        "monitor in\nbetween: it keeps the guest's registers and shows what an exit of that kind "
        "needs, no more.\n\n",
        grouped(exits, result->strict.exits));
}

static void exposure_print(const struct demo_result *result)
{
    const struct replay_report *strict = &result->strict;
    double exits = strict->exits ? (double)strict->exits : 1.0;
    char bits[NUMBER_BYTES], none[NUMBER_BYTES];

    printf("%-42s %-16s %s\n", "WHAT THE HYPERVISOR COULD READ AT AN EXIT", "without monitor",
           "with monitor");
    printf("  %-40s %-16s %.0f on average (%.1f %%)\n", "bits of the guest's state",
           grouped(bits, replay_guest_bits()), (double)strict->bits_exposed / exits,
           100.0 * (double)strict->bits_exposed / exits / (double)replay_guest_bits());
    printf("  %-40s %-16s %.2f on average; none at %s exits\n", "general registers x1 to x31", "31",
           (double)result->registers_shown / exits, grouped(none, result->exits_without_register));
    printf("  %-40s %-16s %s\n\n", "program counter, F and V registers", "all", "none");
}

/* A value as one cell of the picture. */
static const char *hex_cell(char text[CELL_BYTES], uint64_t value)
{
    snprintf(text, CELL_BYTES, "0x%" PRIx64, value);
    return text;
}

static void register_print(const struct demo_example *example, const char *label, unsigned reg)
{
    char name[CELL_BYTES], before[CELL_BYTES], saw[CELL_BYTES], after[CELL_BYTES];
    bool is_data = reg == example->insn.rs2;
    uint64_t shown = example->view.slot[is_data ? (unsigned)ITEM_A0 : reg];

    snprintf(name, sizeof name, "%s (%s)", item_name(reg), label);
    snprintf(saw, sizeof saw, is_data ? "0x%" PRIx64 ", as a0" : "%" PRIu64, is_data ? shown : 0);
    printf("  %-20s %-20s %-20s %-14s %s\n", name, hex_cell(before, example->before.x[reg]), saw,
           "-", hex_cell(after, example->after.x[reg]));
}

static unsigned registers_unchanged(const struct demo_example *example)
{
    unsigned count = 0;

    for (unsigned i = 1; i < GPR_COUNT; i++)
        count += example->before.x[i] == example->after.x[i];
    return count;
}

static void example_print(const struct demo_result *result)
{
    const struct demo_example *example = &result->example;
    char before[CELL_BYTES], saw[CELL_BYTES], after[CELL_BYTES];

    if (!example->present)
        return;
    printf("ONE EXIT: the guest stores %u byte%s of register %s to the device at 0x%" PRIx64
           " (event %" PRIu64 ")\n",
           example->insn.width_bytes, example->insn.width_bytes == 1 ? "" : "s",
           item_name(example->insn.rs2), example->address, example->n);
    printf("  %-20s %-20s %-20s %-14s %s\n", "", "guest", "hypervisor saw", "it wrote",
           "guest after");
    printf("  %-20s %-20s %-20s %-14s %s\n", "pc", hex_cell(before, example->before.pc),
           hex_cell(saw, example->view.handle),
           example->answer.action == HOST_DONE ? "+4: done" : "+0: again",
           hex_cell(after, example->after.pc));
    register_print(example, "the data", example->insn.rs2);
    if (example->insn.rs2 != REG_RA)
        register_print(example, "secret", REG_RA);
    if (example->insn.rs2 != REG_SP)
        register_print(example, "secret", REG_SP);
    printf("  %u of 31 registers are as before; what stands for the pc is a handle, good for this "
           "exit only\n\n",
           registers_unchanged(example));
}

static void attack_print(const struct demo_result *result)
{
    const struct replay_report *strict = &result->strict;
    char answers[NUMBER_BYTES], refused[NUMBER_BYTES], equal[NUMBER_BYTES], other[NUMBER_BYTES];

    fputs("A HYPERVISOR THAT LIES\n", stdout);
    printf("  Each of its %s answers was given again, poisoned: garbage in every register, then a "
           "false\n  handle. %s poisoned values were thrown away; %" PRIu64
           " answers changed what they must not.\n\n",
           grouped(answers, result->answers), grouped(refused, strict->integral_refused),
           strict->integral_violations);
    printf("DOES THE GUEST STILL RUN?\n  %s times it went on exactly as recorded; it differed\n",
           grouped(equal, strict->equal));
    for (unsigned i = 1; i < REASON_COUNT; i++)
        if (strict->explained[i])
            printf("  %7s x %s\n", grouped(other, strict->explained[i]),
                   replay_reason_text((enum replay_reason)i));
    printf("  %7s x for no known reason\n\n", grouped(other, strict->mismatches));
}

static void control_print(const struct demo_result *result)
{
    uint64_t items = 0;
    unsigned general, others;
    char exits[NUMBER_BYTES];

    for (unsigned r = 0; r < ROW_COUNT; r++)
        items |= result->open.row[r].leaked_items;
    general = (unsigned)__builtin_popcountll(items & UINT32_MAX);
    others = (unsigned)__builtin_popcountll(items & (((uint64_t)1 << ITEM_COUNT) - 1)) - general;
    fputs("WOULD A LEAK BE NOTICED? (negative control: the same trace with the open profile)\n",
          stdout);
    printf("  %s: %u general registers and %u other parts of the guest leak, at %s exits\n\n",
           general ? "yes" : "NO", general, others,
           grouped(exits, result->open.confidential_violations));
}

/* The path as a person would type it: relative, where the file lies below the current folder. */
static const char *path_short(const char *path)
{
    char here[PATH_BYTES];
    size_t length;

    if (!getcwd(here, sizeof here))
        return path;
    length = strlen(here);
    return strncmp(path, here, length) == 0 && path[length] == '/' ? path + length + 1 : path;
}

/* Three commands; CVMLAB_NAME is how the user started the program, if not by its own name. */
static void next_print(const struct demo_result *result)
{
    const char *name = getenv("CVMLAB_NAME"), *path = path_short(result->path);

    if (!name)
        name = "cvmlab";
    fputs("Try next:\n", stdout);
    if (result->example.present)
        printf("  %s replay --exit %" PRIu64 " %s\n", name, result->example.n, path);
    else
        printf("  %s trace info %s\n", name, path);
    printf("  %s replay --host all %s\n  %s spec diff strict cove\n", name, path, name);
}

void demo_print(const struct demo_result *result)
{
    const bool holds = demo_holds(result);
    char leaks[NUMBER_BYTES];

    recorded_print(result);
    exposure_print(result);
    example_print(result);
    attack_print(result);
    control_print(result);
    printf("%sVERDICT: %s%s: %s leaks, %" PRIu64 " forbidden changes, %" PRIu64
           " unexplained differences\n",
           cli_color() ? (holds ? "\033[1;32m" : "\033[1;31m") : "", holds ? "yes, it can" : "NO",
           cli_color() ? "\033[0m" : "", grouped(leaks, result->strict.confidential_violations),
           result->strict.integral_violations, result->strict.mismatches);
    printf("measured: %.2f s for the replay, %.0f exits/s\n\n", result->seconds,
           result->seconds > 0 ? (double)result->strict.exits / result->seconds : 0.0);
    next_print(result);
}
