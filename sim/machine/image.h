/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/image.h — a program for a machine: an ELF file of RISC-V, or raw bytes with an
 * address. Everything that the file says is checked before anything is loaded. */
#ifndef CVMLAB_SIM_MACHINE_IMAGE_H
#define CVMLAB_SIM_MACHINE_IMAGE_H

#include "base/file_bytes.h"
#include "memory/memory.h"

enum { IMAGE_SEGMENT_MAX = 32, IMAGE_PATH_BYTES = 1024 };

/* Largest file that is read. */
#define IMAGE_FILE_BYTES_MAX (UINT64_C(1) << 30)

/* Where RAM lies. */
struct image_ram {
    spa_t first;
    uint64_t size_bytes;
};

/* One piece of RAM: file_bytes of the file from offset on, then zeros. */
struct image_segment {
    spa_t first;
    uint64_t size_bytes;
    uint64_t file_offset, file_bytes; /* file_bytes <= size_bytes */
    uint64_t virtual_first;           /* as it was linked: where symbols count from */
};

/* Symbols that the laboratory knows; 0: the image has none of this name. */
struct image_symbols {
    spa_t tohost, fromhost, begin_signature, end_signature;
};

struct image {
    char name[IMAGE_PATH_BYTES]; /* for messages */
    struct file_bytes file;      /* owned */
    struct image_segment segment[IMAGE_SEGMENT_MAX];
    unsigned segment_count; /* at least 1; none overlap, all lie in RAM */
    spa_t entry;            /* in a segment */
    struct image_symbols symbols;
};

/* Reads FILE, an ELF file, or FILE@ADDRESS, raw bytes that are loaded and entered there. An ELF
 * file that is position-independent and does not lie in RAM as it was linked is moved to its begin.
 * STATUS_BAD_INPUT: missing or unreadable; empty; no ELF64 executable of RISC-V, little-endian;
 * truncated; a segment outside RAM, overlapping another, or longer in the file than in memory; the
 * entry in no segment; a known symbol outside RAM. On error there is nothing to free. */
enum status image_read(const char *what, const struct image_ram *ram, struct image *out,
                       struct diagnostic *diag);

/* The same for the bytes of an ELF file, which are copied; name is for messages. */
enum status image_parse(const uint8_t *bytes, size_t size, const char *name,
                        const struct image_ram *ram, struct image *out, struct diagnostic *diag);

/* Whether a piece of RAM has a byte in common with one of its segments. */
bool image_overlaps(const struct image *image, spa_t first, uint64_t size_bytes);

/* Writes the segments through the door, as the hypervisor. Memory was not written before. False:
 * the RMP refuses. */
bool image_load(const struct image *image, struct memory *memory);

/* May be called again. */
void image_free(struct image *image);

#endif
