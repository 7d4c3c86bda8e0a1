/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/utf8.h — is this text UTF-8 (RFC 3629)? */
#ifndef CVMLAB_SIM_TRACE_UTF8_H
#define CVMLAB_SIM_TRACE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at text (1 to 4), or 0 if it is not one: stray or missing continuation,
 * overlong form, surrogate, above U+10FFFF. Reads no further than the first byte that cannot belong
 * to it, so a terminator below 0x80 is a bound. */
size_t utf8_char_bytes(const char *text);

/* Whether the NUL-terminated text is UTF-8 throughout. */
bool utf8_is_valid(const char *text);

/* Writes the character of this code point (not a surrogate, at most 0x10ffff); returns its bytes, 1
 * to 4. */
size_t utf8_encode(uint32_t code, char *to);

#endif
