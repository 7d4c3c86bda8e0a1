/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/builtin.h — copies of specs/exposure/ and specs/sbi/, put into the program at build time
 * by embed.cmake. */
#ifndef CVMLAB_SIM_SPEC_BUILTIN_H
#define CVMLAB_SIM_SPEC_BUILTIN_H

#include <stddef.h>

struct builtin_file {
    const char *name; /* without folder and ".json" */
    const unsigned char *data;
    size_t size;
};

/* The profiles, by name; ends with name == NULL. */
extern const struct builtin_file builtin_profiles[];

/* The tables of GHCB exits, likewise. */
extern const struct builtin_file builtin_ghcb[];

/* The SBI calls. */
extern const struct builtin_file builtin_calls;

#endif
