/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/target.h — what every fuzz target shares. A target is one file TARGET.c that defines
 * LLVMFuzzerTestOneInput; libFuzzer or standalone.c calls it. */
#ifndef CVMLAB_TEST_FUZZ_TARGET_H
#define CVMLAB_TEST_FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diagnostic.h"

/* Takes any bytes; returns 0. A finding is a crash, a sanitizer report or a broken expectation. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program, naming the rule, if it does not hold. */
void fuzz_expect(bool holds, const char *rule);

/* What a user may be shown: one line that begins with name and says what was expected. */
void fuzz_expect_message(const struct diagnostic *diag, const char *name);

/* A file without a name that holds these bytes; path names it until fuzz_file_close. */
enum { FUZZ_PATH_BYTES = 40 };

struct fuzz_file {
    int fd;
    char path[FUZZ_PATH_BYTES];
};

void fuzz_file_open(struct fuzz_file *file, const uint8_t *data, size_t size);
void fuzz_file_close(struct fuzz_file *file);

#endif
