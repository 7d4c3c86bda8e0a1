/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/version.h — what this binary is: version, commit, compiler, libraries. */
#ifndef CVMLAB_SIM_CLI_VERSION_H
#define CVMLAB_SIM_CLI_VERSION_H

#include <jansson.h>

/* "0.1.0 (commit 0123456789ab)"; static. */
const char *version_text(void);

enum { VERSION_TEXT_BYTES = 128 };

/* A library and the version of it that is loaded now. name NULL: past the end. */
struct version_library {
    const char *name;
    char version[VERSION_TEXT_BYTES];
};

/* Library index (0, 1, ...) of those that the binary is linked with. */
struct version_library version_library_at(unsigned index);

/* The keys cvmlab, commit, compiler and libraries of `cvmlab version --json`, as a new object that
 * the caller owns. NULL: no memory. */
json_t *version_to_json(void);

#endif
