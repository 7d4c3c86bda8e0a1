/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/run.c — the command `cvmlab run`: a program on a live machine. The console goes to
 * standard output (with --json to standard error), everything else to standard error. */
#include "cli/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "machine/device_tree.h"
#include "machine/isa.h"

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
    KEY_JSON
};

struct run_options {
    const char *machine, *image, *payload, *disk, *input, *trace_file, *signature;
    uint64_t max_instructions; /* UINT64_MAX: none */
    double timeout_seconds;    /* 0: none */
    unsigned trace;
    bool is_dts, is_isa, is_json;
};

/* All that a run holds. */
struct run {
    struct run_options options;
    struct machine_spec spec;
    struct image image, payload;
    struct device_tree tree;
    struct file_bytes disk, input;
    size_t input_taken;
    FILE *console, *trace;
    double stop_at; /* of cli_seconds; 0: never */
    struct run_tracer tracer;
    struct live *live;
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
    bool needs_image = !options->is_dts && !options->is_isa;

    if (needs_image && !options->image)
        argp_error(state, "a program is missing: an ELF file, or FILE@ADDRESS");
    if (options->is_dts && options->is_isa)
        argp_error(state, "--dump-dts and --print-isa: one at a time");
    if (!needs_image && options->image)
        argp_error(state, "--dump-dts and --print-isa run nothing: '%s' is too many",
                   options->image);
    if (options->trace_file && options->trace == 0)
        argp_error(state, "--trace-file needs --trace");
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
        return ARGP_ERR_UNKNOWN;
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
    {"signature", KEY_SIGNATURE, "FILE", 0, "Write what the program left as its signature", 0},
    {"dump-dts", KEY_DUMP_DTS, NULL, 0, "Print the device tree, and run nothing", 0},
    {"print-isa", KEY_PRINT_ISA, NULL, 0, "Print what the harts have, and run nothing", 0},
    {"json", KEY_JSON, NULL, 0, "A summary as one JSON document; the console to standard error", 0},
    {0},
};

static const struct argp run_argp = {
    .options = run_options_table,
    .parser = run_parse,
    .args_doc = "IMAGE",
    .doc = "Examples:\n"
           "  cvmlab run program.elf\n"
           "  cvmlab run fw_jump.elf --payload kernel.bin@0x80200000 --timeout 60\n"
           "  cvmlab run --machine tiny --trace traps --max-instructions 1000000 program.elf\n"
           "  cvmlab run --machine virt-h --dump-dts\n"
           "\vAn image is an ELF file, or FILE@ADDRESS for raw bytes. The program ends the run "
           "through HTIF (tohost), the test device or semihosting. Exit code 0: it passed; 5: it "
           "failed, with a number; 4: a limit was reached, or nothing can happen any more.",
};

/* --- console --- */

static void console_out(void *context, const uint8_t *bytes, size_t size_bytes)
{
    struct run *run = context;

    (void)fwrite(bytes, 1, size_bytes, run->console);
    if (memchr(bytes, '\n', size_bytes))
        (void)fflush(run->console);
}

static size_t console_in(void *context, uint8_t *bytes, size_t most_bytes)
{
    struct run *run = context;
    size_t left = run->input.size - run->input_taken;
    size_t size = left < most_bytes ? left : most_bytes;

    if (size > 0) /* without input there are no bytes to copy from */
        memcpy(bytes, run->input.bytes + run->input_taken, size);
    run->input_taken += size;
    return size;
}

/* --- a run --- */

static bool is_expired(void *context)
{
    const struct run *run = context;

    return run->stop_at > 0 && cli_seconds() >= run->stop_at;
}

static enum status files_read(struct run *run, struct diagnostic *diag)
{
    const struct run_options *options = &run->options;
    struct image_ram ram = {{MACHINE_RAM_FIRST}, run->spec.memory.page_count << PAGE_SHIFT};
    enum status status = image_read(options->image, &ram, &run->image, diag);

    if (status == STATUS_OK && options->payload)
        status = image_read(options->payload, &ram, &run->payload, diag);
    if (status == STATUS_OK && options->signature)
        status = run_signature_check(&run->image, diag);
    if (status == STATUS_OK && options->disk)
        status = file_bytes_read(&run->disk, options->disk, SIZE_MAX / 2, "a disk", diag);
    if (status == STATUS_OK && options->input)
        status = strcmp(options->input, "-") == 0
                     ? file_bytes_read_stream(&run->input, STDIN_FILENO, "standard input", diag)
                     : file_bytes_read(&run->input, options->input, SIZE_MAX / 2, "input", diag);
    return status;
}

static enum status machine_start(struct run *run, struct diagnostic *diag)
{
    struct live_config config = {.spec = &run->spec,
                                 .image = &run->image,
                                 .payload = run->options.payload ? &run->payload : NULL,
                                 .tree = &run->tree,
                                 .console = {console_out, console_in, run},
                                 .disk = run->disk.bytes,
                                 .disk_bytes = run->disk.size};
    enum status status;

    run->tracer = (struct run_tracer){.kinds = run->options.trace, .to = run->trace};
    config.observer = run_tracer_observer(&run->tracer);
    status = live_create(&config, &run->live, diag);
    run->tracer.live = run->live;
    return status;
}

static int exit_code(enum live_end end)
{
    switch (end) {
    case LIVE_PASS:
    case LIVE_RESET:
        return CLI_OK;
    case LIVE_FAIL:
        return CLI_GUEST_FAILED;
    default:
        return CLI_ENVIRONMENT;
    }
}

static int machine_run(struct run *run)
{
    struct live_limits limits = {run->options.max_instructions, is_expired, run};
    struct run_summary summary = {.spec = &run->spec, .live = run->live};
    double start = cli_seconds();
    struct diagnostic diag;
    enum status status;
    int code;

    if (run->options.timeout_seconds > 0)
        run->stop_at = start + run->options.timeout_seconds;
    status = live_run(run->live, &limits, &summary.result, &diag);
    (void)fflush(run->console);
    if (status != STATUS_OK)
        return cli_fail(status, &diag);
    summary.seconds = cli_seconds() - start;
    code = exit_code(summary.result.end);
    if (run->options.is_json && run_summary_print_json(&summary) != CLI_OK)
        return CLI_ENVIRONMENT;
    if (!run->options.is_json)
        run_summary_print(&summary);
    if (run->options.signature) {
        status = run_signature_write(run->options.signature, &run->image, run->live, &diag);
        if (status != STATUS_OK)
            return cli_fail(status, &diag);
    }
    return code;
}

static enum status trace_open(struct run *run, struct diagnostic *diag)
{
    run->trace = stderr;
    if (!run->options.trace_file)
        return STATUS_OK;
    run->trace = fopen(run->options.trace_file, "we");
    if (!run->trace)
        return diagnostic_set(diag, STATUS_IO, run->options.trace_file, 0, 0,
                              "cannot be written: %s; expected a file", strerror(errno));
    return STATUS_OK;
}

/* False: what was written did not arrive. */
static bool trace_close(struct run *run)
{
    bool is_good = !run->trace || !ferror(run->trace);

    if (run->trace && run->trace != stderr)
        is_good = fclose(run->trace) == 0 && is_good;
    return is_good;
}

static int run_program(struct run *run)
{
    struct diagnostic diag = {""};
    enum status status = files_read(run, &diag);
    int code;

    run->console = run->options.is_json ? stderr : stdout;
    if (status == STATUS_OK)
        status = trace_open(run, &diag);
    if (status == STATUS_OK)
        status = machine_start(run, &diag);
    code = status == STATUS_OK ? machine_run(run) : cli_fail(status, &diag);
    live_destroy(run->live);
    if (!trace_close(run)) {
        (void)diagnostic_set(&diag, STATUS_IO, run->options.trace_file, 0, 0, "was not written");
        return cli_fail(STATUS_IO, &diag);
    }
    return code;
}

static int describe(const struct run *run)
{
    char isa[ISA_STRING_BYTES];

    if (run->options.is_isa)
        return puts(isa_string(&run->spec.harts.features, isa)) < 0 ? CLI_ENVIRONMENT : CLI_OK;
    return device_tree_print(&run->tree, stdout) ? CLI_OK : CLI_ENVIRONMENT;
}

static enum status spec_read(struct run *run, struct diagnostic *diag)
{
    enum status status = machine_load(run->options.machine, &run->spec, diag);

    if (status == STATUS_OK && run->spec.harts.count == 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, run->options.machine, 0, 0,
                              "the machine has no harts; expected one like virt-h");
    if (status == STATUS_OK && device_tree_build(&run->spec, &run->tree) != STATUS_OK)
        return diagnostic_set(diag, STATUS_IO, run->options.machine, 0, 0, "not enough memory");
    return status;
}

static int run_run(int argc, char **argv)
{
    struct run run = {.options = {.machine = MACHINE_RUN_DEFAULT, .max_instructions = UINT64_MAX}};
    struct diagnostic diag;
    enum status status;
    int code;

    cli_parse(&run_argp, argc, argv, &run.options);
    status = spec_read(&run, &diag);
    if (status != STATUS_OK)
        return cli_fail(status, &diag);
    code = run.options.is_dts || run.options.is_isa ? describe(&run) : run_program(&run);
    device_tree_free(&run.tree);
    image_free(&run.image);
    image_free(&run.payload);
    file_bytes_free(&run.disk);
    file_bytes_free(&run.input);
    return code;
}

static const struct cli_verb verbs[] = {
    {NULL, "run a program on an emulated machine", &run_argp, run_run},
    {NULL, NULL, NULL, NULL},
};

const struct cli_command command_run = {
    .name = "run",
    .summary = "run a program on an emulated machine",
    .verbs = verbs,
};
