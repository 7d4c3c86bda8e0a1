/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/measure.h — what a guest started with, as one hash: the launch digest of SEV-SNP, and the
 * older one of SEV and SEV-ES, which does not say where a page went (undeSErVed). */
#ifndef CVMLAB_SIM_PSP_MEASURE_H
#define CVMLAB_SIM_PSP_MEASURE_H

#include "base/status.h"
#include "base/types.h"

enum {
    DIGEST_BYTES = 48,        /* SHA-384 */
    LEGACY_DIGEST_BYTES = 32, /* SHA-256 */
    PAGE_INFO_BYTES = 112,
    LAUNCH_VMPL_COUNT = 3, /* VMPL1, VMPL2, VMPL3; VMPL0 may do everything */
};

/* The values are AMD's: SEV-SNP firmware ABI (56860), SNP_LAUNCH_UPDATE, PAGE_TYPE. */
enum launch_page_type {
    LAUNCH_PAGE_NORMAL = 1,
    LAUNCH_PAGE_VMSA = 2,
    LAUNCH_PAGE_ZERO = 3,
    LAUNCH_PAGE_UNMEASURED = 4,
    LAUNCH_PAGE_SECRETS = 5,
    LAUNCH_PAGE_CPUID = 6,
};

/* imd is the second digest, of the pages of the initial migration image only. */
struct launch_digest {
    uint8_t ld[DIGEST_BYTES];
    uint8_t imd[DIGEST_BYTES];
};

/* One 4 KiB page given to the guest. contents is the SHA-384 of the page if the type has contents;
 * otherwise it is not looked at. */
struct launch_page {
    enum launch_page_type type;
    gpa_t gpa;
    uint8_t permissions[LAUNCH_VMPL_COUNT]; /* of VMPL1, VMPL2, VMPL3, as in an RMP entry */
    bool is_imi;
    uint8_t contents[DIGEST_BYTES];
};

/* SHA-384 of size_bytes bytes. STATUS_IO: no memory; digest is undefined then. */
enum status digest_sha384(const void *bytes, size_t size_bytes, uint8_t digest[DIGEST_BYTES]);

/* SHA-256, as digest_sha384. */
enum status digest_sha256(const void *bytes, size_t size_bytes,
                          uint8_t digest[LEGACY_DIGEST_BYTES]);

/* Whether the contents of such a page are measured: NORMAL and VMSA. */
bool launch_page_has_contents(enum launch_page_type type);

/* "NORMAL"; NULL if there is no such type. */
const char *launch_page_type_name(unsigned type);

/* The type of this name, or 0. */
unsigned launch_page_type_by_name(const char *name);

/* Both digests start as zeros (56860, SNP_LAUNCH_START). */
void launch_digest_init(struct launch_digest *digest);

/* The record that is hashed for page when current is the digest so far (56860, PAGE_INFO). */
void launch_page_info(const uint8_t current[DIGEST_BYTES], const struct launch_page *page,
                      uint8_t info[PAGE_INFO_BYTES]);

/* Measures one page: the digest is now the SHA-384 of its record. STATUS_IO: no memory, and digest
 * is as it was. */
enum status launch_digest_extend(struct launch_digest *digest, const struct launch_page *page);

/* Measures page_count pages from page->gpa upwards; a 2 MiB page is 512. bytes holds all of them,
 * and may be NULL if the type has no measured contents; page->contents is not looked at. STATUS_IO:
 * no memory, and digest is undefined. */
enum status launch_digest_extend_pages(struct launch_digest *digest, const struct launch_page *page,
                                       const uint8_t *bytes, size_t page_count);

/* SEV and SEV-ES: one hash over the bytes in the order of the launch commands (SEV API 55766,
 * LAUNCH_UPDATE_DATA and LAUNCH_UPDATE_VMSA). No address enters it. */
struct legacy_digest;

/* NULL: no memory. Ends with legacy_digest_free. */
struct legacy_digest *legacy_digest_create(void);

/* The bytes of one launch command. STATUS_IO: no memory. */
enum status legacy_digest_update(struct legacy_digest *legacy, const void *bytes,
                                 size_t size_bytes);

/* The digest so far; more may follow. STATUS_IO: no memory. */
enum status legacy_digest_value(const struct legacy_digest *legacy,
                                uint8_t digest[LEGACY_DIGEST_BYTES]);

/* NULL is allowed. */
void legacy_digest_free(struct legacy_digest *legacy);

#endif
