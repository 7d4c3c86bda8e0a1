/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/hex.h — bytes as hex digits, and numbers as little-endian bytes. */
#ifndef CVMLAB_SIM_PSP_HEX_H
#define CVMLAB_SIM_PSP_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exactly 2 * size hex digits of either case and nothing else become size bytes. False: something
 * else; bytes is undefined then. */
bool hex_decode(const char *text, uint8_t *bytes, size_t size);

/* Writes 2 * size lower-case digits and the end of the string to text. */
void hex_encode(const uint8_t *bytes, size_t size, char *text);

/* The number in size (at most 8) little-endian bytes. */
uint64_t le_read(const uint8_t *bytes, size_t size);

/* Writes the low size (at most 8) bytes of value, the lowest first. */
void le_write(uint8_t *bytes, size_t size, uint64_t value);

/* Whether all size bytes are zero. */
bool bytes_are_zero(const uint8_t *bytes, size_t size);

#endif
