/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/ovmf.h — what a firmware image says of itself in the table at its end: the pages that
 * must be prepared for it, where other vcpus start, where the kernel hashes go (edk2,
 * OvmfPkg/ResetVector). */
#ifndef CVMLAB_SIM_PSP_OVMF_H
#define CVMLAB_SIM_PSP_OVMF_H

#include "base/diagnostic.h"
#include "base/types.h"

enum ovmf_section_type {
    OVMF_ZEROED = 1,
    OVMF_SECRETS = 2,
    OVMF_CPUID = 3,
    OVMF_SVSM_CAA = 4,
    OVMF_KERNEL_HASHES = 0x10,
};

enum { OVMF_SECTIONS_MAX = 64, FIRMWARE_MAX_BYTES = 64 << 20 };

struct ovmf_section {
    gpa_t gpa;
    uint64_t size_bytes; /* a multiple of PAGE_SIZE, not 0 */
    enum ovmf_section_type type;
};

struct ovmf {
    unsigned section_count;
    struct ovmf_section section[OVMF_SECTIONS_MAX]; /* in the order of the table */
    bool has_reset_eip, has_svsm_start;
    uint32_t reset_eip;  /* where all vcpus but the first start */
    uint32_t svsm_start; /* Coconut SVSM: offset in the image of its entry */
    gpa_t hash_table;    /* 0: the firmware knows no kernel hashes */
    uint32_t hash_table_size;
};

/* Whether sections may have this type. */
bool ovmf_type_is_known(uint64_t type);

/* "kernel-hashes"; NULL: unknown. */
const char *ovmf_type_name(unsigned type);

/* Sections lie on pages, are of known types and end below 4 GiB. */
enum status ovmf_section_check(const struct ovmf_section *section, const char *name,
                               struct diagnostic *diag);

/* Reads the table. An image without one has no sections, and that is no error. STATUS_BAD_INPUT: no
 * multiple of pages, or a table that points outside itself or the image. */
enum status ovmf_parse(const uint8_t *image, size_t size_bytes, const char *name, struct ovmf *ovmf,
                       struct diagnostic *diag);

#endif
