/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/bench_memory.h — how fast the memory answers, encrypts and changes owners, and what it
 * costs. Times are CPU seconds. */
#ifndef CVMLAB_SIM_REPLAY_BENCH_MEMORY_H
#define CVMLAB_SIM_REPLAY_BENCH_MEMORY_H

#include "memory/memory.h"

/* What is timed. Of a door: one answer for a page of which the asker has heard before. */
enum memory_series {
    DOOR_GUEST_READ,
    DOOR_GUEST_WRITE,
    DOOR_GUEST_FETCH,
    DOOR_HOST_READ, /* a shared page */
    DOOR_HOST_WRITE,
    DOOR_DEVICE_WRITE,
    DOOR_HOST_VIEW, /* the ciphertext of a guest's page that has not changed since */
    RMP_SERIES_UPDATE,
    RMP_SERIES_PVALIDATE,
    PAGE_VIEW,   /* the ciphertext of a guest's page, always another page */
    PAGE_AGAIN,  /* of one page, each time after the guest has changed it */
    PAGE_ORACLE, /* the same bytes from EVP's XTS, one data unit per block */
    MEMORY_SERIES_COUNT
};

/* A machine of BENCH_MACHINE_PAGES pages in the mode SNP, with a guest that has written to its
 * pages. */
struct memory_bench;

enum {
    BENCH_MACHINE_PAGES = 1 << 20, /* 4 GiB */
    BENCH_ROUND = 8192             /* after so many changes of the RMP it is as it was */
};

/* NULL: no memory. The caller frees with memory_bench_destroy. */
struct memory_bench *memory_bench_create(void);

/* Frees; NULL is allowed. */
void memory_bench_destroy(struct memory_bench *bench);

/* Does the operation of a series count times; of the RMP a multiple of BENCH_ROUND.
 * STATUS_BAD_STATE: it was refused. */
enum status memory_bench_run(struct memory_bench *bench, enum memory_series series, uint64_t count,
                             double *seconds);

/* What a machine costs that has just been created, and each page that a guest then takes. */
struct memory_footprint {
    uint64_t ram_bytes;
    double create_seconds;
    int64_t create_bytes;   /* resident, from before to after */
    uint64_t touched_pages; /* assigned, validated and written by the guest, one after the other */
    double per_page_bytes;  /* resident, of each of them, the page itself included */
    double metadata_share;  /* of RAM, from the sizes of the structures */
};

/* Creates a machine of page_count pages, lets a guest take touched of them, and destroys it.
 * STATUS_IO: no memory, or the system does not tell what is resident; STATUS_BAD_STATE: a step was
 * refused. */
enum status memory_bench_footprint(uint64_t page_count, uint64_t touched,
                                   struct memory_footprint *out);

#endif
