/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_dma.c — the device's way to memory, with the pointers that it keeps. A pointer is
 * used right after it was found: asking for another page may take it away. Read nic_internal.h
 * first. */
#include <string.h>

#include "devices/nic_internal.h"

_Static_assert(ACCESS_READ == 0 && ACCESS_WRITE == 1, "they index nic->kept");

static void kept_forget_all(struct nic *nic)
{
    if (!nic->has_kept)
        return;
    for (unsigned kind = ACCESS_READ; kind <= ACCESS_WRITE; kind++)
        for (unsigned i = 0; i < NIC_KEPT_PAGES; i++)
            nic->stats.called_back += nic->kept[kind][i].page != 0;
    memset(nic->kept, 0, sizeof nic->kept);
    nic->has_kept = false;
}

/* memory_watch_fn */
static void memory_changes(void *context, spa_t first, uint64_t page_count, enum memory_lost lost)
{
    struct nic *nic = context;
    uint64_t first_page = first.v >> PAGE_SHIFT;

    if (!nic->has_kept)
        return;
    for (unsigned kind = lost == MEMORY_LOST_WRITE ? ACCESS_WRITE : ACCESS_READ;
         kind <= ACCESS_WRITE; kind++)
        for (unsigned i = 0; i < NIC_KEPT_PAGES; i++) {
            struct nic_kept *kept = &nic->kept[kind][i];

            if (kept->page == 0 || kept->spa_page - first_page >= page_count) /* below: huge */
                continue;
            kept->page = 0;
            nic->stats.called_back++;
        }
}

/* Whose the device is decides about its link. */
static void iommu_changes(void *context)
{
    struct nic *nic = context;

    kept_forget_all(nic);
    nic->link = iommu_is_trusted(nic->config.iommu, nic->config.device) ? &nic->stats.encrypted
                                                                        : &nic->stats.plain;
}

enum status nic_dma_begin(struct nic *nic)
{
    const struct nic_config *config = &nic->config;
    enum status st = iommu_watch_set(config->iommu, config->device, iommu_changes, nic);

    if (st != STATUS_OK)
        return st;
    iommu_changes(nic);
    if (memory_watch_add(config->memory, memory_changes, nic) == STATUS_OK)
        return STATUS_OK;
    (void)iommu_watch_set(config->iommu, config->device, NULL, NULL);
    return STATUS_IO;
}

void nic_dma_end(struct nic *nic)
{
    memory_watch_remove(nic->config.memory, memory_changes, nic);
    (void)iommu_watch_set(nic->config.iommu, nic->config.device, NULL, NULL);
}

uint8_t *nic_dma_ask(struct nic *nic, enum access_kind kind, uint64_t iova)
{
    uint64_t offset = iova & (PAGE_SIZE - 1), page = iova >> PAGE_SHIFT;
    struct iommu_event event;
    struct iommu_grant grant;

    nic->stats.translations++;
    if (iommu_ask(nic->config.iommu, nic->config.device, kind, (iova_t){iova}, &grant, &event) !=
        STATUS_OK) {
        nic->stats.refused[event.reason]++;
        return NULL;
    }
    nic->kept[kind][page % NIC_KEPT_PAGES] =
        (struct nic_kept){page + 1, grant.spa.v >> PAGE_SHIFT, grant.bytes - offset};
    nic->has_kept = true;
    return grant.bytes;
}

static size_t piece_bytes(uint64_t iova, size_t left)
{
    size_t to_border = PAGE_SIZE - (iova & (PAGE_SIZE - 1));

    return left < to_border ? left : to_border;
}

bool nic_dma_reach(struct nic *nic, enum access_kind kind, uint64_t iova, size_t size_bytes)
{
    for (size_t done = 0; done < size_bytes; done += piece_bytes(iova + done, size_bytes - done))
        if (!nic_dma_at(nic, kind, iova + done))
            return false;
    return true;
}

static void link_count(struct nic *nic, enum access_kind kind, size_t size_bytes)
{
    struct nic_link_use *link = nic->link;

    if (kind == ACCESS_READ) {
        link->reads++;
        link->read_bytes += size_bytes;
    } else {
        link->writes++;
        link->write_bytes += size_bytes;
    }
}

bool nic_dma_read(struct nic *nic, uint64_t iova, void *to, size_t size_bytes)
{
    size_t piece;

    if (!nic_dma_reach(nic, ACCESS_READ, iova, size_bytes))
        return false;
    for (size_t done = 0; done < size_bytes; done += piece) {
        const uint8_t *at = nic_dma_at(nic, ACCESS_READ, iova + done);

        if (!at)
            return false;
        piece = piece_bytes(iova + done, size_bytes - done);
        memcpy((uint8_t *)to + done, at, piece);
    }
    link_count(nic, ACCESS_READ, size_bytes);
    return true;
}

bool nic_dma_put(struct nic *nic, uint64_t iova, const void *from, size_t size_bytes)
{
    size_t piece;

    for (size_t done = 0; done < size_bytes; done += piece) {
        uint8_t *at = nic_dma_at(nic, ACCESS_WRITE, iova + done);

        if (!at)
            return false;
        piece = piece_bytes(iova + done, size_bytes - done);
        memcpy(at, (const uint8_t *)from + done, piece);
    }
    link_count(nic, ACCESS_WRITE, size_bytes);
    return true;
}

bool nic_dma_write(struct nic *nic, uint64_t iova, const void *from, size_t size_bytes)
{
    return nic_dma_reach(nic, ACCESS_WRITE, iova, size_bytes) &&
           nic_dma_put(nic, iova, from, size_bytes);
}

/* The whole at one pointer, or NULL if its pages do not lie side by side or are not all there. */
static const uint8_t *view_whole(struct nic *nic, uint64_t iova, size_t size_bytes)
{
    const uint8_t *first = nic_dma_at(nic, ACCESS_READ, iova);

    for (size_t done = piece_bytes(iova, size_bytes); first && done < size_bytes;
         done += piece_bytes(iova + done, size_bytes - done)) {
        uint64_t translations = nic->stats.translations;
        const uint8_t *at = nic_dma_at(nic, ACCESS_READ, iova + done);

        if (at != first + done || nic->stats.translations != translations)
            return NULL; /* elsewhere, or asked just now: what came before may be gone */
    }
    return first;
}

const uint8_t *nic_dma_view(struct nic *nic, uint64_t iova, uint8_t *room, size_t size_bytes)
{
    const uint8_t *whole;

    if (!nic_dma_reach(nic, ACCESS_READ, iova, size_bytes))
        return NULL;
    whole = view_whole(nic, iova, size_bytes);
    if (whole) {
        link_count(nic, ACCESS_READ, size_bytes);
        return whole;
    }
    return nic_dma_read(nic, iova, room, size_bytes) ? room : NULL;
}

bool nic_slot_read(struct nic *nic, uint64_t iova, struct folio_descriptor *descriptor)
{
    const uint8_t *at = nic_dma_at(nic, ACCESS_READ, iova);

    if (!at)
        return false;
    memcpy(descriptor, at, sizeof *descriptor);
    link_count(nic, ACCESS_READ, sizeof *descriptor);
    return true;
}

bool nic_slot_write(struct nic *nic, uint64_t iova, const struct folio_descriptor *descriptor)
{
    uint8_t *at = nic_dma_at(nic, ACCESS_WRITE, iova);

    if (!at)
        return false;
    memcpy(at, &descriptor->low, sizeof descriptor->low);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    memcpy(at + sizeof descriptor->low, &descriptor->high, sizeof descriptor->high);
    link_count(nic, ACCESS_WRITE, sizeof *descriptor);
    return true;
}
