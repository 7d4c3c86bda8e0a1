/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/launch_parts.h — private to launch_spec*.c and vectors*.c: parts of a launch as JSON says
 * them. */
#ifndef CVMLAB_SIM_PSP_LAUNCH_PARTS_H
#define CVMLAB_SIM_PSP_LAUNCH_PARTS_H

#include "base/document.h"
#include "base/file_bytes.h"
#include "psp/launch.h"

/* A page type by name at the member "type". */
enum status page_type_read(const struct place *at, enum launch_page_type *type);

/* The address at the member key; on a page. */
enum status page_gpa_read(const struct place *at, const char *key, gpa_t *gpa);

/* One page from one of {"fill": N}, {"mul": N}, {"text": "..."}, {"hex": "..."}: N repeated, byte i
 * = i * N, text or bytes and then zeros. */
enum status page_pattern_read(const struct place *at, uint8_t page[PAGE_SIZE]);

/* Reads the file that the string at this place names, beside the document unless it is absolute. */
enum status place_file(const struct place *at, size_t limit, const char *what,
                       struct file_bytes *file);

/* Adds the machine at this place to launch. */
enum status machine_read(const struct place *at, enum launch_mode mode, struct launch *launch);

#endif
