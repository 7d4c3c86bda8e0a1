/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/infer_pages.h — private to infer*.c: the set of guest pages that faulted, with
 * what was seen of each. */
#ifndef CVMLAB_SIM_TRACE_IMPORT_INFER_PAGES_H
#define CVMLAB_SIM_TRACE_IMPORT_INFER_PAGES_H

#include "base/status.h"
#include "base/types.h"
#include "monitor/monitor.h"

struct page_entry {
    uint64_t page;         /* guest-physical address >> PAGE_SHIFT */
    unsigned facts;        /* enum page_fact; 0: no page here */
    enum region_kind kind; /* set by infer_map.c */
};

/* An open-addressed table; zero-initialised it is empty. */
struct page_set {
    struct page_entry *entry;
    size_t capacity, count;
};

/* Adds facts (not 0) to a page. STATUS_FULL: the limit of pages, or out of memory; the set is as
 * before. */
enum status page_set_add(struct page_set *set, uint64_t page, unsigned facts);

/* Moves the entries to the front, sorted by page. Afterwards the set can only be read and freed. */
void page_set_sort(struct page_set *set);

/* Frees the entries; the set is empty again. */
void page_set_free(struct page_set *set);

#endif
