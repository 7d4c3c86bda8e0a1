/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vectors_parts.h — private to vectors*.c: one function per category, and the comparison of
 * what an entry expects with what was computed. */
#ifndef CVMLAB_SIM_PSP_VECTORS_PARTS_H
#define CVMLAB_SIM_PSP_VECTORS_PARTS_H

#include "psp/json_values.h"
#include "psp/measure.h"
#include "psp/vectors.h"

/* A file being checked. */
struct vectors_run {
    struct vectors_result *result;
    enum vectors_category category;
    const struct place *root; /* of the file: some entries refer to others */
    uint64_t pages;           /* measured so far; at most LAUNCH_PAGES_MAX in a file */
};

/* An entry being checked: how many of its members were compared, and the first difference. */
struct vectors_case {
    const struct place *at;
    char id[VECTORS_ID_BYTES];
    unsigned compared;
    char difference[VECTORS_TEXT_BYTES];
    char skipped[VECTORS_TEXT_BYTES]; /* why it could not be checked as a whole */
};

/* Begins the entry of this id. */
void case_open(struct vectors_case *entry, const struct place *at, const char *id);

/* Begins the entry whose member "id" names it. */
enum status case_open_by_id(struct vectors_case *entry, const struct place *at);

/* Records a difference; only the first is kept. */
void case_differ(struct vectors_case *entry, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Says why the entry cannot be checked as a whole. */
void case_skip(struct vectors_case *entry, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Compares size bytes with what; the begin of both goes into the message. */
void case_compare(struct vectors_case *entry, const char *what, const uint8_t *computed,
                  const uint8_t *expected, size_t size);

/* If the object at holds key: reads it as size bytes of hex, and compares. */
enum status case_expect(struct vectors_case *entry, const struct place *at, const char *key,
                        const uint8_t *computed, size_t size);

/* Ends the entry: an entry in which nothing was compared, and that was not skipped, is malformed.
 */
enum status case_close(struct vectors_run *run, struct vectors_case *entry);

/* Calls check for each element of the array, or each member of the object, named key in category. A
 * missing one has none. */
enum status entries_each(struct vectors_run *run, const struct place *category, const char *key,
                         json_type type,
                         enum status (*check)(struct vectors_run *run, const struct place *at));

/* One per category; each adds the outcome of every entry of it. */
enum status vectors_launch_micro(struct vectors_run *run, const struct place *category);
enum status vectors_launch_full(struct vectors_run *run, const struct place *category);
enum status vectors_vmsa_pages(struct vectors_run *run, const struct place *category);
enum status vectors_kernel_hash_pages(struct vectors_run *run, const struct place *category);
enum status vectors_firmware_fixtures(struct vectors_run *run, const struct place *category);
enum status vectors_needs_fixture(struct vectors_run *run, const struct place *category);
enum status vectors_id_block(struct vectors_run *run, const struct place *category);
enum status vectors_report(struct vectors_run *run, const struct place *category);
enum status vectors_aes_xts(struct vectors_run *run, const struct place *category);

#endif
