/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/image_elf.h — what image.c asks of an ELF file. */
#ifndef CVMLAB_SIM_MACHINE_IMAGE_ELF_H
#define CVMLAB_SIM_MACHINE_IMAGE_ELF_H

#include "machine/image.h"

/* Checks the header of image->file and gives its loadable segments, at most IMAGE_SEGMENT_MAX, with
 * their bytes inside the file; sets image->entry. Whether they fit into RAM and beside each other
 * is for the caller to check. ram_first is where a position-independent file may be moved to.
 * STATUS_BAD_INPUT: see image_read. */
enum status elf_segments_read(struct image *image, spa_t ram_first, struct image_segment *out,
                              unsigned *count, struct diagnostic *diag);

/* Looks up image->symbols; image->segment is there already. A file without a table of symbols has
 * none. STATUS_BAD_INPUT: the table is damaged. */
enum status elf_symbols_read(struct image *image, struct diagnostic *diag);

#endif
