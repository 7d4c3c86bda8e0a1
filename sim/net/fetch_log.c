/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/fetch_log.c — the double-fetch detector. Read fetch_log.h first. */
#include "net/fetch_log.h"

#include <stdlib.h>
#include <string.h>

#include "devices/nic.h"

/* handle to adapter: base is the first member */
static struct fetch_log *log_of(struct folio_fetch *self)
{
    return (struct fetch_log *)self;
}

static struct fetch_finding *finding_of(struct fetch_log *log, enum folio_place first,
                                        enum folio_place again)
{
    for (size_t i = 0; i < log->finding_count; i++)
        if (log->finding[i].first == first && log->finding[i].again == again)
            return &log->finding[i];
    if (log->finding_count == FETCH_FINDINGS_MAX)
        return NULL;
    log->finding[log->finding_count] = (struct fetch_finding){.first = first, .again = again};
    return &log->finding[log->finding_count++];
}

/* A second read of size_bytes, all read by the same place before. */
static void finding_add(struct fetch_log *log, enum folio_place first, enum folio_place again,
                        size_t offset_bytes, size_t size_bytes)
{
    struct fetch_finding *finding = finding_of(log, first, again);

    if (!finding)
        return;
    if (finding->reads++ == 0) {
        finding->packet = log->packet;
        finding->offset_bytes = offset_bytes;
        finding->size_bytes = size_bytes;
    }
    finding->bytes += size_bytes;
}

/* Notes a read. false: it is not inside the region. */
static bool read_note(struct fetch_log *log, const void *shared, size_t size_bytes,
                      enum folio_place place)
{
    size_t offset = (size_t)((const uint8_t *)shared - log->region.base), end;
    bool is_double = false;

    if (!log->reader)
        return true;
    if (!folio_region_holds(&log->region, shared, size_bytes)) {
        log->outside++;
        return false;
    }
    log->reads++;
    log->bytes += size_bytes;
    for (size_t at = offset; at < offset + size_bytes; at = end) {
        uint8_t reader = log->reader[at];

        for (end = at + 1; end < offset + size_bytes && log->reader[end] == reader; end++)
            ;
        if (reader != 0) {
            finding_add(log, (enum folio_place)(reader - 1), place, at, end - at);
            is_double = true;
        }
    }
    log->double_fetches += is_double;
    memset(log->reader + offset, 1 + (int)place, size_bytes);
    return true;
}

static uint32_t log_poll(struct folio_fetch *self, const void *shared, enum folio_place place)
{
    struct fetch_log *log = log_of(self);

    if (log->reader && !folio_region_holds(&log->region, shared, sizeof(uint32_t))) {
        log->outside++;
        return 0;
    }
    return folio_poll(log->next, shared, place);
}

static struct folio_descriptor log_snapshot(struct folio_fetch *self, const void *shared,
                                            enum folio_place place)
{
    struct fetch_log *log = log_of(self);

    log->packet++;
    if (!read_note(log, shared, FOLIO_DESCRIPTOR_BYTES, place))
        return (struct folio_descriptor){0, 0};
    return folio_snapshot(log->next, shared, place);
}

static void log_copy(struct folio_fetch *self, void *to, const void *shared, size_t size_bytes,
                     enum folio_place place)
{
    struct fetch_log *log = log_of(self);

    if (read_note(log, shared, size_bytes, place))
        folio_copy(log->next, to, shared, size_bytes, place);
    else
        memset(to, 0, size_bytes);
}

void fetch_log_begin(struct fetch_log *log, struct folio_fetch *next)
{
    static const struct folio_fetch_ops ops = {log_poll, log_snapshot, log_copy};

    memset(log, 0, sizeof *log);
    log->base.ops = &ops;
    log->next = next;
}

void fetch_log_end(struct fetch_log *log)
{
    free(log->reader);
    log->reader = NULL;
}

enum status fetch_log_given(struct fetch_log *log, const struct folio_region *region,
                            const uint8_t *first, size_t size_bytes)
{
    if (!log->reader || log->region.base != region->base) {
        fetch_log_end(log);
        log->region = *region;
        log->reader = calloc(1, region->size_bytes);
        if (!log->reader)
            return STATUS_IO;
    }
    if (folio_region_holds(&log->region, first, size_bytes))
        memset(log->reader + (first - log->region.base), 0, size_bytes);
    return STATUS_OK;
}

/* A register of a queue; one that cannot be read is 0. */
static uint32_t register_of(struct nic *nic, uint32_t offset, uint16_t queue)
{
    uint32_t value = 0;

    (void)nic_reg_read(nic, offset + (uint32_t)queue * NIC_QUEUE_STRIDE, &value);
    return value;
}

/* Where the guest sees what the device sees at address; outside the region: NULL. */
static const uint8_t *guest_address(const struct folio_region *region, uint64_t address,
                                    size_t size_bytes)
{
    uint64_t offset = address - region->device.v; /* below it: huge */

    return offset <= region->size_bytes && size_bytes <= region->size_bytes - offset
               ? region->base + offset
               : NULL;
}

/* One slot of a ring that was posted: itself, and the buffer that it names. */
static enum status slot_given(struct fetch_log *log, const struct folio_region *region,
                              const uint8_t *slot, size_t buffer_bytes)
{
    const struct folio_descriptor *descriptor = (const void *)slot; /* as the device reads it */
    enum status st = fetch_log_given(log, region, slot, FOLIO_DESCRIPTOR_BYTES);
    const uint8_t *buffer = guest_address(region, descriptor->low, buffer_bytes);

    if (st == STATUS_OK && buffer)
        st = fetch_log_given(log, region, buffer, buffer_bytes);
    return st;
}

enum status fetch_log_turn(struct fetch_log *log, struct nic *nic,
                           const struct folio_region *region)
{
    enum status st = fetch_log_given(log, region, region->base, 0);

    for (uint16_t queue = 0; st == STATUS_OK && queue < FOLIO_QUEUE_MAX; queue++) {
        uint64_t ring =
            register_of(nic, NIC_RDBAL, queue) | (uint64_t)register_of(nic, NIC_RDBAH, queue) << 32;
        uint32_t slots = register_of(nic, NIC_RDLEN, queue) / FOLIO_DESCRIPTOR_BYTES;
        uint32_t tail = register_of(nic, NIC_RDT, queue);
        size_t buffer_bytes =
            (register_of(nic, NIC_SRRCTL, queue) & 0x1f) * (size_t)SRRCTL_SIZE_STEP;
        const uint8_t *first = guest_address(region, ring, (size_t)slots * FOLIO_DESCRIPTOR_BYTES);

        if (slots == 0 || tail >= slots || !first)
            continue;
        for (uint32_t i = log->tail[queue] % slots; st == STATUS_OK && i != tail;
             i = (i + 1) % slots)
            st = slot_given(log, region, first + (size_t)i * FOLIO_DESCRIPTOR_BYTES, buffer_bytes);
        log->tail[queue] = tail;
    }
    return st;
}
