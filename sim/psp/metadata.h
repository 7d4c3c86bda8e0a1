/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/metadata.h — the entries of Metadata pages, and the seal of a page that is swapped out.
 * An entry has 64 bytes (56860, "Metadata entry"); where its fields lie is this model's choice:
 *   0x00  8 reserved, zero
 *   0x08  8 IV
 *   0x10 16 tag
 *   0x20  8 gpa in bits 63:12; bit 0 used, 1 large, 2 Metadata, 3 VMSA, 4 validated
 *   0x28  4 permissions of VMPL0 to VMPL3
 *   0x2c 20 reserved, zero
 * A free entry is all zero. Everything but the tag is authenticated with the page. */
#ifndef CVMLAB_SIM_PSP_METADATA_H
#define CVMLAB_SIM_PSP_METADATA_H

#include "psp/firmware_internal.h"

/* The bytes of an entry; of a free one, whatever else it says, zeros. */
void metadata_entry_encode(const struct metadata_entry *entry, uint8_t bytes[METADATA_ENTRY_BYTES]);

/* False: the bytes are no entry, neither used nor free. */
bool metadata_entry_decode(const uint8_t bytes[METADATA_ENTRY_BYTES], struct metadata_entry *entry);

/* AES-256-GCM of size_bytes under the guest's offline key, in place; IV and what is authenticated
 * come from entry. Fills entry->tag. False: no memory, and bytes are undefined. */
bool page_seal(const struct gctx *gctx, struct metadata_entry *entry, uint8_t *bytes,
               size_t size_bytes);

/* The reverse, in place. False: bytes and entry do not belong together (or no memory); bytes are
 * undefined. */
bool page_unseal(const struct gctx *gctx, const struct metadata_entry *entry, uint8_t *bytes,
                 size_t size_bytes);

#endif
