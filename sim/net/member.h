/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/member.h — private to the readers of this room: members of an object with a range.
 * All fail as place_fail does, with line and column of the value, and leave *out alone. */
#ifndef CVMLAB_SIM_NET_MEMBER_H
#define CVMLAB_SIM_NET_MEMBER_H

#include "base/document.h"

/* An integer member that must be there, least to most. */
enum status member_integer(const struct place *at, const char *key, uint64_t least, uint64_t most,
                           uint64_t *out);

/* No constant of a file is larger: products of a few of them stay finite. */
#define MEMBER_REAL_MOST 1e15

/* A number member (integer or real) that must be there, 0 to MEMBER_REAL_MOST. */
enum status member_real(const struct place *at, const char *key, double *out);

/* true or false, which must be there. */
enum status member_switch(const struct place *at, const char *key, bool *out);

/* A text of less than size bytes, copied; it must be there and not be empty. */
enum status member_copy(const struct place *at, const char *key, char *out, size_t size);

/* A string member that must be one of words (ends with NULL). */
enum status member_word(const struct place *at, const char *key, const char *const *words,
                        const char *what, uint8_t *out);

/* The members "format" and "version" of a file. */
enum status member_format(const struct place *root, const char *format, const char *version);

#endif
