/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/header.h — what every document of specs/ begins with, and the values that more than one
 * kind of document has. */
#ifndef CVMLAB_SIM_SPEC_HEADER_H
#define CVMLAB_SIM_SPEC_HEADER_H

#include "base/document.h"

/* "format" and "version" are these, "$schema" is text, and no key is outside the list (ends with
 * NULL). STATUS_BAD_INPUT with the diagnostic filled, as all below. */
enum status header_check(const struct place *root, const char *format, const char *const *keys);

/* The member key is the name of a document: 1 to 31 of a-z, 0-9 and '-', so it can be no path.
 * Optional: *name is NULL if it is not there. */
enum status header_name_read(const struct place *root, const char *key, const char **name);
enum status header_name_optional(const struct place *root, const char *key, struct place *member);

/* The string at a place is "0x" and 1 to 16 hex digits; what names it in the message. */
enum status hex_read(const struct place *at, const char *what, uint64_t *value);

/* "mask" of an object: as hex_read and not 0; all ones if it is left out. */
enum status mask_read(const struct place *at, uint64_t *mask);

#endif
