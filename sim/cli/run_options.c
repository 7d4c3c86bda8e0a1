/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/run_options.c — what `cvmlab run` is asked for. See run.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/run.h"

enum {
    KEY_MACHINE = 'm',
    KEY_PAYLOAD = 'p',
    KEY_MAX = 'n',
    KEY_TIMEOUT = 't',
    KEY_INPUT = 'i',
    KEY_DISK = 0x100,
    KEY_TRACE,
    KEY_TRACE_FILE,
    KEY_SIGNATURE,
    KEY_DUMP_DTS,
    KEY_PRINT_ISA,
    KEY_JSON,
    KEY_RECORD,
    KEY_SNAPSHOT,
    KEY_SNAPSHOT_AT,
    KEY_RESTORE
};

static uint64_t number_read(struct argp_state *state, const char *option, const char *text)
{
    char *end;
    unsigned long long value;

    errno = 0;
    value = strtoull(text, &end, 0);
    if (*text < '0' || *text > '9' || *end || errno != 0 || value == 0)
        argp_error(state, "%s: '%s' is not a number from 1", option, text);
    return value;
}

static double seconds_read(struct argp_state *state, const char *text)
{
    char *end;
    double value = strtod(text, &end);

    if (*end || end == text || !(value > 0) || value > 1e9)
        argp_error(state, "--timeout: '%s' is not a number of seconds", text);
    return value;
}

static unsigned trace_read(struct argp_state *state, const char *text)
{
    static const char *const words[] = {"exits", "traps", "instructions", "csr"};

    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0)
            return 1u << i;
    argp_error(state, "--trace: '%s' is not exits, traps, instructions or csr", text);
    return 0;
}

static void end_check(const struct run_options *options, struct argp_state *state)
{
    bool needs_image = !options->is_dts && !options->is_isa && !options->restore;

    if (needs_image && !options->image)
        argp_error(state, "a program is missing: an ELF file, or FILE@ADDRESS");
    if (options->is_dts && options->is_isa)
        argp_error(state, "--dump-dts and --print-isa: one at a time");
    if (options->restore && (options->image || options->payload))
        argp_error(state, "--restore goes on with the program of the snapshot: '%s' is too many",
                   options->image ? options->image : options->payload);
    if (!needs_image && options->image)
        argp_error(state, "--dump-dts and --print-isa run nothing: '%s' is too many",
                   options->image);
    if ((options->record && strcmp(options->record, "-") == 0) ||
        (options->snapshot && strcmp(options->snapshot, "-") == 0))
        argp_error(state, "--record and --snapshot need a file: standard output is the console's");
    if (!options->snapshot != (options->snapshot_at == 0))
        argp_error(state, "--snapshot-at and --snapshot need each other");
    if (options->trace_file && options->trace == 0)
        argp_error(state, "--trace-file needs --trace");
}

/* Files that a run leaves behind, and where it begins. */
static error_t output_parse(int key, char *arg, struct argp_state *state)
{
    struct run_options *options = state->input;

    switch (key) {
    case KEY_RECORD:
        options->record = arg;
        return 0;
    case KEY_SNAPSHOT:
        options->snapshot = arg;
        return 0;
    case KEY_SNAPSHOT_AT:
        options->snapshot_at = number_read(state, "--snapshot-at", arg);
        return 0;
    case KEY_RESTORE:
        options->restore = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t run_parse(int key, char *arg, struct argp_state *state)
{
    struct run_options *options = state->input;

    switch (key) {
    case KEY_MACHINE:
        options->machine = arg;
        return 0;
    case KEY_PAYLOAD:
        options->payload = arg;
        return 0;
    case KEY_MAX:
        options->max_instructions = number_read(state, "--max-instructions", arg);
        return 0;
    case KEY_TIMEOUT:
        options->timeout_seconds = seconds_read(state, arg);
        return 0;
    case KEY_INPUT:
        options->input = arg;
        return 0;
    case KEY_DISK:
        options->disk = arg;
        return 0;
    case KEY_TRACE:
        options->trace |= trace_read(state, arg);
        return 0;
    case KEY_TRACE_FILE:
        options->trace_file = arg;
        return 0;
    case KEY_SIGNATURE:
        options->signature = arg;
        return 0;
    case KEY_DUMP_DTS:
        options->is_dts = true;
        return 0;
    case KEY_PRINT_ISA:
        options->is_isa = true;
        return 0;
    case KEY_JSON:
        options->is_json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0)
            argp_error(state, "one program at a time: '%s' is too many", arg);
        options->image = arg;
        return 0;
    case ARGP_KEY_END:
        end_check(options, state);
        return 0;
    default:
        return output_parse(key, arg, state);
    }
}

static const struct argp_option run_options_table[] = {
    {"machine", KEY_MACHINE, "MACHINE", 0, "A file or a built-in machine; default: virt-h", 0},
    {"payload", KEY_PAYLOAD, "IMAGE", 0, "A second program, which the first one starts (OpenSBI)",
     0},
    {"max-instructions", KEY_MAX, "N", 0, "Stop after so many; exit code 4", 0},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0, "Stop after this time; exit code 4", 0},
    {"input", KEY_INPUT, "FILE", 0, "What the guest reads from its console; - is standard input",
     0},
    {"disk", KEY_DISK, "FILE", 0, "The virtio disk; what the guest writes is lost at the end", 0},
    {"trace", KEY_TRACE, "KIND", 0,
     "exits, traps, instructions or csr, as JSON lines on standard error; repeatable", 0},
    {"trace-file", KEY_TRACE_FILE, "FILE", 0, "Trace into this file", 0},
    {"record", KEY_RECORD, "FILE", 0, "Record every exit of the guest, for cvmlab replay", 0},
    {"snapshot-at", KEY_SNAPSHOT_AT, "N", 0, "Write the snapshot after so many instructions", 0},
    {"snapshot", KEY_SNAPSHOT, "FILE", 0, "Where the snapshot goes; the run goes on", 0},
    {"restore", KEY_RESTORE, "FILE", 0, "Go on from a snapshot, in place of a program", 0},
    {"signature", KEY_SIGNATURE, "FILE", 0, "Write what the program left as its signature", 0},
    {"dump-dts", KEY_DUMP_DTS, NULL, 0, "Print the device tree, and run nothing", 0},
    {"print-isa", KEY_PRINT_ISA, NULL, 0, "Print what the harts have, and run nothing", 0},
    {"json", KEY_JSON, NULL, 0, "A summary as one JSON document; the console to standard error", 0},
    {0},
};

const struct argp run_argp = {
    .options = run_options_table,
    .parser = run_parse,
    .args_doc = "IMAGE",
    .doc = "Examples:\n"
           "  cvmlab run program.elf\n"
           "  cvmlab run fw_jump.elf --payload kernel.bin@0x80200000 --timeout 60\n"
           "  cvmlab run --machine tiny --trace traps --max-instructions 1000000 program.elf\n"
           "  cvmlab run --snapshot-at 5000000 --snapshot boot.snap program.elf\n"
           "  cvmlab run --restore boot.snap\n"
           "  cvmlab run --record exits.cvmt.jsonl.zst hypervisor.elf\n"
           "  cvmlab run --machine virt-h --dump-dts\n"
           "\vAn image is an ELF file, or FILE@ADDRESS for raw bytes. The program ends the run "
           "through HTIF (tohost), the test device or semihosting. Exit code 0: it passed; 5: it "
           "failed, with a number; 4: a limit was reached, or nothing can happen any more.",
};
