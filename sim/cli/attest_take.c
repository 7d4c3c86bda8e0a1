/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attest_take.c — arguments that the verbs of `cvmlab attest` share. Read attest.h first.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/attest.h"
#include "psp/hex.h"

void attest_take_file(const struct argp_state *state, const char **path, const char *file)
{
    if (*path)
        argp_error(state, "more than one FILE: '%s'", file);
    *path = file;
}

void attest_take_bytes(const struct argp_state *state, const char *option, const char *text,
                       uint8_t *bytes, size_t size)
{
    if (!hex_decode(text, bytes, size))
        argp_error(state, "--%s: '%.40s' is not %zu bytes; expected %zu hex digits", option, text,
                   size, 2 * size);
}

void attest_take_padded(const struct argp_state *state, const char *option, const char *text,
                        uint8_t *bytes, size_t size)
{
    size_t given = strlen(text) / 2;

    memset(bytes, 0, size);
    if (given > size || !hex_decode(text, bytes, given))
        argp_error(state, "--%s: '%.40s' is not bytes; expected at most %zu hex digits", option,
                   text, 2 * size);
}

uint64_t attest_take_number(const struct argp_state *state, const char *option, const char *text,
                            uint64_t most)
{
    char *end;
    uint64_t value;

    errno = 0;
    value = strtoull(text, &end, 0);
    if (errno || end == text || *end || text[0] == '-' || value > most)
        argp_error(state, "--%s: '%.40s' is not a number from 0 to %" PRIu64, option, text, most);
    return value;
}
