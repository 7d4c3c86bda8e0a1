/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/json_values.h — numbers and bytes in the JSON files of this room: a number is a whole
 * number or "0x" and hex digits, bytes are hex digits. Read base/document.h first. */
#ifndef CVMLAB_SIM_PSP_JSON_VALUES_H
#define CVMLAB_SIM_PSP_JSON_VALUES_H

#include "base/document.h"

/* The member key, of any type; out->value is NULL if there is none, or if it is null. */
void value_find(const struct place *at, const char *key, struct place *out);

/* As value_find; a missing member is STATUS_BAD_INPUT with "what" it should be. */
enum status value_need(const struct place *at, const char *key, const char *what,
                       struct place *out);

/* The number at this place, 0 to most. */
enum status value_number(const struct place *at, uint64_t most, uint64_t *out);

/* Exactly size bytes. */
enum status value_bytes(const struct place *at, uint8_t *bytes, size_t size);

/* Any number of bytes, also none. *bytes is for free() and never NULL on
 * success. STATUS_IO: no memory. */
enum status value_bytes_all(const struct place *at, uint8_t **bytes, size_t *size);

/* The member key if it is there, as value_number; else *out stays. */
enum status member_number(const struct place *at, const char *key, uint64_t most, uint64_t *out);

/* A member that must be there. */
enum status member_bytes(const struct place *at, const char *key, uint8_t *bytes, size_t size);

#endif
