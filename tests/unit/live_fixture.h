/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/live_fixture.h — a live machine with a program of raw bytes at the begin of RAM, and
 * what it printed. */
#ifndef CVMLAB_TEST_LIVE_FIXTURE_H
#define CVMLAB_TEST_LIVE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/builtin.h"
#include "machine/device_tree.h"
#include "machine/live.h"

struct live_fixture {
    struct machine_spec spec;
    struct image image;
    struct device_tree tree;
    struct live *live;
};

/* The built-in machine of this name with so many harts, which take turns of quantum instructions.
 * program stays the caller's. */
static inline void live_fixture_open(struct live_fixture *fix, const char *machine, unsigned harts,
                                     const void *program, size_t size_bytes)
{
    struct live_config config = {.spec = &fix->spec, .image = &fix->image, .tree = &fix->tree};
    struct diagnostic diag = {""};

    memset(fix, 0, sizeof *fix);
    assert_int_equal(machine_load(machine, &fix->spec, &diag), STATUS_OK);
    fix->spec.harts.count = harts;
    fix->spec.harts.quantum = 777;
    fix->image = (struct image){.name = "program",
                                .file = {(uint8_t *)(uintptr_t)program, size_bytes},
                                .segment[0] = {.first = {MACHINE_RAM_FIRST},
                                               .size_bytes = size_bytes,
                                               .file_bytes = size_bytes,
                                               .virtual_first = MACHINE_RAM_FIRST},
                                .segment_count = 1,
                                .entry = {MACHINE_RAM_FIRST}};
    assert_int_equal(device_tree_build(&fix->spec, &fix->tree), STATUS_OK);
    if (live_create(&config, &fix->live, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
}

static inline void live_fixture_close(struct live_fixture *fix)
{
    live_destroy(fix->live);
    device_tree_free(&fix->tree);
}

/* Runs until so many instructions are done, or to the end. */
static inline struct live_result live_fixture_run(struct live_fixture *fix, uint64_t instructions)
{
    struct live_limits limits = {.instructions = instructions};
    struct live_result result;
    struct diagnostic diag = {""};

    if (live_run(fix->live, &limits, &result, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
    return result;
}

/* An image of tests/guests/bench with its two numbers, to be freed. */
static inline uint8_t *live_fixture_guest(const char *name, uint64_t rounds, uint64_t kind,
                                          size_t *size_bytes)
{
    const struct builtin_file *file = builtin_find(builtin_guests, name);
    uint64_t numbers[2] = {rounds, kind};
    uint8_t *image = malloc(file->size);

    assert_non_null(image);
    memcpy(image, file->data, file->size);
    memcpy(image + 8, numbers, sizeof numbers);
    *size_bytes = file->size;
    return image;
}

#endif
