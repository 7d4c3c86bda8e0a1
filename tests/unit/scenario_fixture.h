/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/scenario_fixture.h — scenarios as text, loaded and run. */
#ifndef CVMLAB_TESTS_UNIT_SCENARIO_FIXTURE_H
#define CVMLAB_TESTS_UNIT_SCENARIO_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "scenario/run.h"

/* What every scenario here begins with: two guests with a private page each, a shared page, and a
 * free one. */
static const char scenario_head[] =
    "{\"format\": \"cvm-scenario\", \"version\": \"1.0\", \"name\": \"t\", \"title\": \"t\",\n"
    "\"paper\": {\"title\": \"p\", \"venue\": \"v\", \"year\": 2024}, \"models\": \"m\", "
    "\"leaves_out\": \"l\", \"guests\": [{\"name\": \"vm\", \"asid\": 1}, {\"name\": \"other\", "
    "\"asid\": 2, \"careful\": true}],\n"
    "\"pages\": [{\"name\": \"mine\", \"spa\": \"0x10000\", \"guest\": \"vm\", \"gpa\": "
    "\"0x8000\", "
    "\"state\": \"private\", \"holds\": {\"text\": \"hello\"}},\n"
    "{\"name\": \"theirs\", \"spa\": \"0x11000\", \"guest\": \"other\", \"gpa\": \"0x8000\", "
    "\"state\": \"private\"}, "
    "{\"name\": \"box\", \"spa\": \"0x12000\", \"guest\": \"vm\", \"gpa\": \"0x9000\", \"state\": "
    "\"shared\"}, {\"name\": \"free\", \"spa\": \"0x13000\"}],\n";

/* Writes the whole scenario. */
static inline void scenario_write(char *text, size_t size, const char *modes, const char *ends,
                                  const char *steps)
{
    (void)snprintf(text, size, "%s\"modes\": [%s], \"ends\": \"%s\", \"steps\": [%s]}",
                   scenario_head, modes, ends, steps);
}

/* The scenario with these modes, this end and these steps. Fails the test if it does not load. */
static inline struct scenario *scenario_of(const char *modes, const char *ends, const char *steps)
{
    struct diagnostic diag = {""};
    enum status status;
    struct scenario *scenario;
    char text[8192];

    scenario_write(text, sizeof text, modes, ends, steps);
    scenario = scenario_parse(text, strlen(text), "t", NULL, &status, &diag);
    if (!scenario)
        fail_msg("%s", diag.text);
    return scenario;
}

/* Runs it in one mode. Fails the test if it does not run. */
static inline struct scenario_run *run_of(const struct scenario *scenario, unsigned mode)
{
    struct run_options options = {.mode = mode};
    struct diagnostic diag = {""};
    enum status status;
    struct scenario_run *run = scenario_run(scenario, &options, &status, &diag);

    if (!run)
        fail_msg("%s", diag.text);
    return run;
}

#endif
