/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/allocation_count.h — counts what the program takes from the heap: malloc and its kin,
 * replaced for this one test. Under a sanitizer, which replaces them itself, nothing is counted and
 * allocation_is_counted says so. */
#ifndef CVMLAB_TEST_ALLOCATION_COUNT_H
#define CVMLAB_TEST_ALLOCATION_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

static uint64_t allocation_count;

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)

static inline bool allocation_is_counted(void)
{
    return false;
}

#else

/* glibc's own; the names below replace malloc and its kin for the whole program. */
void *__libc_malloc(size_t size_bytes);
void *__libc_calloc(size_t count, size_t size_bytes);
void *__libc_realloc(void *old, size_t size_bytes);
void *__libc_memalign(size_t align_bytes, size_t size_bytes);

static inline bool allocation_is_counted(void)
{
    return true;
}

void *malloc(size_t size_bytes)
{
    allocation_count++;
    return __libc_malloc(size_bytes);
}

void *calloc(size_t count, size_t size_bytes)
{
    allocation_count++;
    return __libc_calloc(count, size_bytes);
}

void *realloc(void *old, size_t size_bytes)
{
    allocation_count++;
    return __libc_realloc(old, size_bytes);
}

void *aligned_alloc(size_t align_bytes, size_t size_bytes)
{
    allocation_count++;
    return __libc_memalign(align_bytes, size_bytes);
}

#endif

#endif
