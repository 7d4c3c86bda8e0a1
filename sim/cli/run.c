/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/run.c — the command `cvmlab run`: a program on a live machine. The console goes to
 * standard output (with --json to standard error), everything else to standard error. */
#include "cli/run.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/run_record.h"
#include "gdb/gdb.h"
#include "machine/device_tree.h"
#include "machine/isa.h"
#include "machine/machine_snapshot.h"

/* All that a run holds. */
struct run {
    struct run_options options;
    struct machine_spec spec;
    struct image image, payload;      /* image: the program, or the symbols of the snapshot */
    struct machine_snapshot snapshot; /* to begin with; empty: none */
    struct device_tree tree;
    struct file_bytes disk, input;
    size_t input_taken;
    FILE *console, *trace;
    double stop_at; /* of cli_seconds; 0: never */
    struct run_tracer tracer;
    struct run_record *record; /* NULL: none */
    struct gdb *gdb;           /* NULL: nobody debugs */
    struct live *live;
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

static enum status program_read(struct run *run, struct diagnostic *diag)
{
    struct image_ram ram = {{MACHINE_RAM_FIRST}, run->spec.memory.page_count << PAGE_SHIFT};
    const struct run_options *options = &run->options;
    enum status status;

    if (options->restore) {
        status = machine_snapshot_read(options->restore, &run->snapshot, diag);
        if (status == STATUS_OK)
            status =
                machine_snapshot_image(&run->snapshot, options->restore, &ram, &run->image, diag);
        return status;
    }
    status = image_read(options->image, &ram, &run->image, diag);
    if (status == STATUS_OK && options->payload)
        status = image_read(options->payload, &ram, &run->payload, diag);
    return status;
}

static enum status files_read(struct run *run, struct diagnostic *diag)
{
    const struct run_options *options = &run->options;
    enum status status = program_read(run, diag);

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

/* Goes on from the snapshot, with its own place in the input. */
static enum status snapshot_restore(struct run *run, struct diagnostic *diag)
{
    const char *name = run->options.restore;
    enum status status = machine_snapshot_restore(run->live, &run->snapshot, name, diag);
    uint64_t taken;

    machine_snapshot_free(&run->snapshot);
    if (status != STATUS_OK)
        return status;
    taken = live_console_counts(run->live).taken;
    if (taken > run->input.size)
        return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                              "the guest had read %" PRIu64
                              " bytes of input; expected the same --input, not %zu bytes",
                              taken, run->input.size);
    run->input_taken = taken;
    return STATUS_OK;
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
    enum status status = STATUS_OK;

    run->tracer = (struct run_tracer){.kinds = run->options.trace, .to = run->trace};
    config.observer = run_tracer_observer(&run->tracer);
    if (run->record)
        config.observer = run_record_observer(run->record, &config.observer);
    if (run->options.gdb)
        status = gdb_create(run->options.gdb, &run->gdb, diag);
    if (run->gdb) {
        config.observer = gdb_observer(run->gdb, &config.observer);
        config.console = gdb_console(run->gdb, &config.console);
    }
    if (status == STATUS_OK)
        status = live_create(&config, &run->live, diag);
    run->tracer.live = run->live;
    if (run->record)
        run_record_live_set(run->record, run->live);
    if (status == STATUS_OK && run->options.restore)
        status = snapshot_restore(run, diag);
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

/* Runs to the place of the snapshot, if one is wanted, and writes it. STATUS_END: it was not
 * reached. */
static enum status snapshot_take(struct run *run, struct diagnostic *diag)
{
    const struct run_options *options = &run->options;
    struct live_limits limits = {options->snapshot_at, is_expired, run};
    struct machine_snapshot snapshot;
    struct live_result result = {.end = LIVE_END_COUNT}; /* a snapshot may begin behind it */
    enum status status = STATUS_OK;

    if (options->max_instructions < limits.instructions)
        limits.instructions = options->max_instructions;
    if (live_instructions(run->live) <= options->snapshot_at)
        status = live_run(run->live, &limits, &result, diag);
    if (status != STATUS_OK)
        return status;
    if (result.end != LIVE_INSTRUCTIONS || live_instructions(run->live) < options->snapshot_at)
        return diagnostic_set(diag, STATUS_END, options->snapshot, 0, 0,
                              "was not written: --snapshot-at is %" PRIu64
                              "; expected a place before the end of the run",
                              options->snapshot_at);
    status = machine_snapshot_take(run->live, &snapshot, diag);
    if (status == STATUS_OK)
        status = machine_snapshot_write(&snapshot, options->snapshot, diag);
    machine_snapshot_free(&snapshot);
    return status;
}

static int machine_run(struct run *run)
{
    struct live_limits limits = {run->options.max_instructions, is_expired, run};
    enum status taken = STATUS_OK;
    struct diagnostic taken_diag;
    struct run_summary summary = {.spec = &run->spec, .live = run->live, .is_measured = !run->gdb};
    double start = cli_seconds();
    struct diagnostic diag;
    enum status status;
    int code;

    if (run->options.timeout_seconds > 0)
        run->stop_at = start + run->options.timeout_seconds;
    if (run->options.snapshot)
        taken = snapshot_take(run, &taken_diag);
    if (taken != STATUS_OK && taken != STATUS_END)
        return cli_fail(taken, &taken_diag);
    if (run->gdb) {
        (void)fprintf(stderr, "cvmlab: waiting for gdb: %s\n", gdb_invitation(run->gdb));
        status = gdb_run(run->gdb, run->live, &limits, &summary.result, &diag);
    } else {
        status = live_run(run->live, &limits, &summary.result, &diag);
    }
    if (status == STATUS_OK && (fflush(run->console) != 0 || ferror(run->console)))
        status = diagnostic_set(&diag, STATUS_IO, "console", 0, 0, "was not written");
    if (status != STATUS_OK)
        return cli_fail(status, &diag);
    summary.seconds = cli_seconds() - start;
    code = exit_code(summary.result.end);
    if (run->options.is_json && run_summary_print_json(&summary) != CLI_OK)
        return CLI_ENVIRONMENT;
    if (!run->options.is_json)
        run_summary_print(&summary);
    if (run->options.signature)
        status = run_signature_write(run->options.signature, &run->image, run->live, &diag);
    if (status == STATUS_OK && run->record)
        status = run_record_write(run->record, &diag);
    if (status != STATUS_OK)
        return cli_fail(status, &diag);
    return taken == STATUS_END ? cli_fail(STATUS_IO, &taken_diag) : code;
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

static enum status record_open(struct run *run, struct diagnostic *diag)
{
    const struct run_options *options = &run->options;
    struct run_record_config config = {.path = options->record,
                                       .guest =
                                           options->restore ? options->restore : options->image,
                                       .spec = &run->spec,
                                       .is_late = options->restore != NULL};

    if (!options->record)
        return STATUS_OK;
    run->record = run_record_create(&config, diag);
    return run->record ? STATUS_OK : STATUS_IO;
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
        status = record_open(run, &diag);
    if (status == STATUS_OK)
        status = machine_start(run, &diag);
    code = status == STATUS_OK ? machine_run(run) : cli_fail(status, &diag);
    live_destroy(run->live);
    gdb_destroy(run->gdb);
    run_record_destroy(run->record);
    machine_snapshot_free(&run->snapshot);
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
