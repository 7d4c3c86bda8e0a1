/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/kernel_hashes.c — see kernel_hashes.h. */
#include "psp/kernel_hashes.h"

#include <string.h>

#include "psp/guid.h"
#include "psp/hex.h"
#include "psp/measure.h"

enum {
    HEADER_BYTES = GUID_BYTES + 2,
    ENTRY_BYTES = GUID_BYTES + 2 + LEGACY_DIGEST_BYTES,
    TABLE_BYTES = HEADER_BYTES + 3 * ENTRY_BYTES, /* as its length says: without the padding */
};

static const char table_guid[] = "9438d606-4f22-4cc9-b479-a793d411fd21";
static const char cmdline_guid[] = "97d02dd8-bd20-4c94-aa78-e7714d36ab2a";
static const char initrd_guid[] = "44baf731-3a2f-4bd7-9af1-41e29169781d";
static const char kernel_guid[] = "4de79437-abd2-427f-b835-d5b172d2045b";

static enum status entry_write(uint8_t *entry, const char *guid, const void *bytes, size_t size)
{
    guid_encode(guid, entry);
    le_write(entry + GUID_BYTES, 2, ENTRY_BYTES);
    return digest_sha256(bytes, size, entry + HEADER_BYTES);
}

enum status kernel_hashes_build(const struct kernel_inputs *inputs,
                                uint8_t table[KERNEL_HASHES_BYTES])
{
    uint8_t *entry = table + HEADER_BYTES;
    enum status status;

    memset(table, 0, KERNEL_HASHES_BYTES);
    guid_encode(table_guid, table);
    le_write(table + GUID_BYTES, 2, TABLE_BYTES);
    status = entry_write(entry, cmdline_guid, inputs->cmdline, strlen(inputs->cmdline) + 1);
    if (status == STATUS_OK)
        status =
            entry_write(entry + ENTRY_BYTES, initrd_guid, inputs->initrd, inputs->initrd_bytes);
    if (status == STATUS_OK)
        status =
            entry_write(entry + 2 * ENTRY_BYTES, kernel_guid, inputs->kernel, inputs->kernel_bytes);
    return status;
}
