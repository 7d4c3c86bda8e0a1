/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_cli.c — the rules of sim/cli/cli.h that a run of the program does not show. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

enum { OUTPUT_BYTES = 512 };

/* Standard error goes into a file while a test runs. */
struct capture {
    FILE *file;
    int standard_error;
};

static struct capture capture_begin(void)
{
    struct capture capture = {.file = tmpfile(), .standard_error = dup(STDERR_FILENO)};

    assert_non_null(capture.file);
    assert_true(capture.standard_error >= 0);
    fflush(stderr);
    assert_int_equal(dup2(fileno(capture.file), STDERR_FILENO), STDERR_FILENO);
    return capture;
}

static void capture_end(struct capture *capture, char output[OUTPUT_BYTES])
{
    size_t length;

    fflush(stderr);
    dup2(capture->standard_error, STDERR_FILENO);
    close(capture->standard_error);
    rewind(capture->file);
    length = fread(output, 1, OUTPUT_BYTES - 1, capture->file);
    output[length] = '\0';
    fclose(capture->file);
}

static int clear_color_environment(void **state)
{
    (void)state;
    unsetenv("NO_COLOR");
    unsetenv("CLICOLOR_FORCE");
    unsetenv("FORCE_COLOR");
    return 0;
}

static void forced_color_needs_no_terminal(void **state)
{
    (void)state;
    setenv("CLICOLOR_FORCE", "1", 1);
    assert_true(cli_color());
    setenv("CLICOLOR_FORCE", "0", 1);
    setenv("FORCE_COLOR", "1", 1);
    assert_true(cli_color());
}

static void no_color_beats_force_unless_it_is_empty(void **state)
{
    (void)state;
    setenv("CLICOLOR_FORCE", "1", 1);
    setenv("NO_COLOR", "1", 1);
    assert_false(cli_color());
    setenv("NO_COLOR", "", 1);
    assert_true(cli_color());
}

static void failures_have_the_exit_code_of_their_kind(void **state)
{
    const struct diagnostic diag = {.text = "boot.rec:3: what is wrong; what was expected"};
    struct capture capture = capture_begin();
    char output[OUTPUT_BYTES];
    int bad_input = cli_fail(STATUS_BAD_INPUT, &diag);
    int io = cli_fail(STATUS_IO, &diag);
    int other = cli_fail(STATUS_BAD_STATE, &diag);

    (void)state;
    capture_end(&capture, output);
    assert_int_equal(bad_input, CLI_BAD_INPUT);
    assert_int_equal(io, CLI_ENVIRONMENT);
    assert_int_equal(other, CLI_INTERNAL);
    assert_ptr_equal(strstr(output, diag.text), output);
}

/* What a progress that is due prints for 25 of 100. */
static void progress_output(bool is_terminal, char output[OUTPUT_BYTES])
{
    struct cli_progress progress = {.label = "boot", .total = 100, .is_terminal = is_terminal};
    struct capture capture = capture_begin();

    cli_progress_update(&progress, 25);
    cli_progress_update(&progress, 26); /* not due again so soon */
    cli_progress_end(&progress);
    capture_end(&capture, output);
}

static void on_a_terminal_progress_is_a_bar_that_is_erased(void **state)
{
    char output[OUTPUT_BYTES];

    (void)state;
    progress_output(true, output);
    assert_string_equal(output, "\rboot [#######.......................]  25 %\033[K\r\033[K");
}

static void elsewhere_progress_is_a_line(void **state)
{
    char output[OUTPUT_BYTES];

    (void)state;
    progress_output(false, output);
    assert_string_equal(output, "boot: 25 %\n");
}

static void a_short_run_and_a_zeroed_progress_print_nothing(void **state)
{
    struct cli_progress zeroed = {0};
    struct cli_progress started;
    struct capture capture = capture_begin();
    char output[OUTPUT_BYTES];

    (void)state;
    cli_progress_start(&started, "boot", 2);
    cli_progress_update(&started, 1);
    cli_progress_end(&started);
    cli_progress_update(&zeroed, 1);
    cli_progress_end(&zeroed);
    capture_end(&capture, output);
    assert_string_equal(output, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(forced_color_needs_no_terminal, clear_color_environment),
        cmocka_unit_test_setup(no_color_beats_force_unless_it_is_empty, clear_color_environment),
        cmocka_unit_test(failures_have_the_exit_code_of_their_kind),
        cmocka_unit_test(on_a_terminal_progress_is_a_bar_that_is_erased),
        cmocka_unit_test(elsewhere_progress_is_a_line),
        cmocka_unit_test(a_short_run_and_a_zeroed_progress_print_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
