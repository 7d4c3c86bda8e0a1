/* SPDX-License-Identifier: BSD-2-Clause */
/* src/base/types.h — addresses as distinct types, so that the compiler refuses to mix them. */
#ifndef CVMLAB_BASE_TYPES_H
#define CVMLAB_BASE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_SHIFT = 12, PAGE_SIZE = 1 << PAGE_SHIFT };

/* Guest-virtual, guest-physical, system-physical and I/O-virtual address. */
typedef struct {
    uint64_t v;
} gva_t;

typedef struct {
    uint64_t v;
} gpa_t;

typedef struct {
    uint64_t v;
} spa_t;

typedef struct {
    uint64_t v;
} iova_t;

#endif
