/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/doctor.c — the command `cvmlab doctor`: what works on this machine, what is missing, and
 * what installs it. Finds out everything first (struct findings), then prints it as a table or as
 * JSON. Read cli.h and version.h first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/version.h"
#include "dpdk/dpdk.h"
#include "spec/ghcb.h"
#include "spec/spec.h"

enum { TOOL_VERSION_BYTES = 80, COMMAND_BYTES = 160, TEXT_BYTES = 256 };

/* A program that the build or the tests start, and the Debian package that has it. */
struct tool {
    const char *name;
    const char *version_option;
    const char *package;
    const char *needed_for;
};

/* In the order of tools/setup. */
static const struct tool tools[] = {
    {"gcc", "--version", "gcc", "building"},
    {"cmake", "--version", "cmake", "building"},
    {"ninja", "--version", "ninja-build", "building"},
    {"pkg-config", "--version", "pkgconf", "building"},
    {"python3", "--version", "python3", "tests"},
    {"clang", "--version", "clang", "tests with clang, fuzzing"},
    {"riscv64-unknown-elf-gcc", "--version", "gcc-riscv64-unknown-elf", "the rv64 monitor"},
    {"qemu-riscv64", "--version", "qemu-user", "tests of the rv64 monitor"},
    {"clang-format", "--version", "clang-format", "checks of the house"},
    {"ctags", "--version", "universal-ctags", "checks of the house"},
    {"shellcheck", "-V", "shellcheck", "checks of the house"},
    {"reuse", "--version", "reuse", "checks of the house"},
    {"scdoc", "-v", "scdoc", "the man page"},
    {"zstd", "--version", "zstd", "tests"},
    {"xz", "--version", "xz-utils", "tests"},
};

enum { TOOL_COUNT = sizeof tools / sizeof tools[0] };

struct findings {
    struct utsname host;
    long cpu_count;
    bool can_write_here;
    char tool_version[TOOL_COUNT][TOOL_VERSION_BYTES]; /* empty: missing */
    unsigned missing;
    bool self_test_passed;
    char self_test[DIAGNOSTIC_BYTES]; /* what was done, or what went wrong */
};

/* What the program says of its version: the first line that has a digit. Empty if it cannot be
 * started. */
static void tool_ask(const struct tool *tool, char version[TOOL_VERSION_BYTES])
{
    char command[COMMAND_BYTES];
    char line[TEXT_BYTES];
    FILE *answer;

    version[0] = '\0';
    snprintf(command, sizeof command, "command -v %s >/dev/null && %s %s 2>/dev/null", tool->name,
             tool->name, tool->version_option);
    answer = popen(command, "r");
    if (!answer)
        return;
    while (fgets(line, sizeof line, answer)) {
        line[strcspn(line, "\n")] = '\0';
        if (version[0] == '\0' && strpbrk(line, "0123456789"))
            snprintf(version, TOOL_VERSION_BYTES, "%.*s", TOOL_VERSION_BYTES - 1, line);
    }
    pclose(answer);
}

/* Loads every built-in table: the profiles, which a replay needs before it reads its trace, and the
 * tables of GHCB exits. */
static void self_test_run(struct findings *findings)
{
    static struct exposure spec; /* too large for the stack */
    struct diagnostic diag;
    unsigned count = 0, tables = 0;
    const char *name;

    for (; (name = spec_builtin_name(count)) != NULL; count++)
        if (spec_load(name, &spec, &diag) != STATUS_OK) {
            snprintf(findings->self_test, sizeof findings->self_test, "%s", diag.text);
            return;
        }
    for (; (name = ghcb_spec_builtin_name(tables)) != NULL; tables++) {
        struct ghcb_spec *table = ghcb_spec_open(name, NULL, &diag);

        if (!table) {
            snprintf(findings->self_test, sizeof findings->self_test, "%s", diag.text);
            return;
        }
        ghcb_spec_close(table);
    }
    findings->self_test_passed = count > 0 && tables > 0;
    snprintf(findings->self_test, sizeof findings->self_test,
             "%u built-in profiles load, and %u tables of GHCB exits", count, tables);
}

static void findings_collect(struct findings *findings)
{
    uname(&findings->host);
    findings->cpu_count = sysconf(_SC_NPROCESSORS_ONLN);
    findings->can_write_here = access(".", W_OK) == 0;
    for (unsigned i = 0; i < TOOL_COUNT; i++) {
        tool_ask(&tools[i], findings->tool_version[i]);
        findings->missing += findings->tool_version[i][0] == '\0';
    }
    self_test_run(findings);
}

static void findings_print(const struct findings *findings)
{
    struct version_library library;

    printf("cvmlab %s\n", version_text());
    printf("host: %s %s %s, %ld processors\n", findings->host.sysname, findings->host.release,
           findings->host.machine, findings->cpu_count);
    printf("this folder: %s\n",
           findings->can_write_here ? "writable" : "not writable: -o must name a file elsewhere");
    printf("self-test: %s, %s\n\n", findings->self_test_passed ? "passed" : "FAILED",
           findings->self_test);
    for (unsigned i = 0; (library = version_library_at(i)).name; i++)
        printf("  %-24s %s\n", library.name, library.version);
    for (unsigned i = 0; i < TOOL_COUNT; i++)
        if (findings->tool_version[i][0])
            printf("  %-24s %s\n", tools[i].name, findings->tool_version[i]);
    if (!dpdk_is_present())
        printf("\nOptional, for cvmlab dpdk: apt-get install libdpdk-dev (160 MB), then build "
               "again\n");
    if (!findings->missing) {
        printf("\nNothing is missing.\n");
        return;
    }
    printf("\nMissing (a replay needs none of these):\n");
    for (unsigned i = 0; i < TOOL_COUNT; i++)
        if (!findings->tool_version[i][0])
            printf("  %-24s for %s: apt-get install %s\n", tools[i].name, tools[i].needed_for,
                   tools[i].package);
    printf("All at once: tools/setup\n");
}

static json_t *tools_to_json(const struct findings *findings)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < TOOL_COUNT; i++) {
        const char *version = findings->tool_version[i];

        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b, s:s}", "name", tools[i].name,
                                              "package", tools[i].package, "needed_for",
                                              tools[i].needed_for, "found", version[0] != '\0',
                                              "version", version));
    }
    json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b, s:s}", "name", "libdpdk", "package",
                                          "libdpdk-dev", "needed_for", "cvmlab dpdk (optional)",
                                          "found", dpdk_is_present(), "version",
                                          dpdk_is_present() ? dpdk_version() : ""));
    return list;
}

static int findings_print_json(const struct findings *findings)
{
    json_t *document =
        json_pack("{s:s, s:s, s:o, s:{s:s, s:s, s:s, s:I}, s:b, s:o, s:{s:b, s:s}}", "schema",
                  "cvmlab-doctor", "version", "1.0", "program", version_to_json(), "host", "system",
                  findings->host.sysname, "release", findings->host.release, "machine",
                  findings->host.machine, "processors", (json_int_t)findings->cpu_count,
                  "can_write_here", findings->can_write_here, "tools", tools_to_json(findings),
                  "self_test", "passed", findings->self_test_passed, "text", findings->self_test);

    return cli_json_print(document);
}

enum { KEY_JSON = 0x100 };

static error_t doctor_parse(int key, char *arg, struct argp_state *state)
{
    bool *wants_json = state->input;

    (void)arg;
    if (key != KEY_JSON)
        return ARGP_ERR_UNKNOWN;
    *wants_json = true;
    return 0;
}

static const struct argp_option doctor_options[] = {
    {"json", KEY_JSON, NULL, 0, "One JSON document on standard output", 0},
    {0},
};

static const struct argp doctor_argp = {
    .options = doctor_options,
    .parser = doctor_parse,
    .doc = "Examples:\n"
           "  cvmlab doctor\n"
           "  cvmlab doctor --json | jq '.tools[] | select(.found | not) | .package'",
};

static int doctor_run(int argc, char **argv)
{
    struct findings findings = {0};
    bool wants_json = false;
    int code = CLI_OK;

    cli_parse(&doctor_argp, argc, argv, &wants_json);
    findings_collect(&findings);
    if (wants_json)
        code = findings_print_json(&findings);
    else
        findings_print(&findings);
    return findings.self_test_passed ? code : CLI_ENVIRONMENT;
}

static const struct cli_verb doctor_verbs[] = {
    {NULL, "what works on this machine, what is missing", &doctor_argp, doctor_run},
    {0},
};

const struct cli_command command_doctor = {
    .name = "doctor",
    .summary = "what works on this machine, what is missing",
    .verbs = doctor_verbs,
};
