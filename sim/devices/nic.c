/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic.c — a device is made, reset, looked at, and ended. Read nic_internal.h first. */
#include <stdlib.h>
#include <string.h>

#include "devices/nic_internal.h"

const char *nic_fate_name(enum nic_fate fate)
{
    static const char *const names[NIC_FATE_COUNT] = {
        [NIC_DELIVERED] = "delivered",         [NIC_WAITS] = "waits",
        [NIC_LINK_DOWN] = "link_down",         [NIC_DISABLED] = "disabled",
        [NIC_UNDERSIZE] = "undersize",         [NIC_OVERSIZE] = "oversize",
        [NIC_NO_DESCRIPTOR] = "no_descriptor", [NIC_NO_ROOM] = "no_room",
        [NIC_DMA_REFUSED] = "dma_refused",
    };

    return names[fate];
}

const char *nic_tx_error_name(enum nic_tx_error error)
{
    static const char *const names[NIC_TX_ERROR_COUNT] = {
        [NIC_TX_FORMAT] = "format",
        [NIC_TX_LENGTH] = "length",
        [NIC_TX_DMA_REFUSED] = "dma_refused",
    };

    return names[error];
}

void nic_reset(struct nic *nic)
{
    nic->registers = (struct nic_registers){
        .hlreg0 = HLREG0_TXCRCEN | HLREG0_RXCRCSTRP | HLREG0_TXPADEN, /* 82599 8.2.3.22.8 */
        .maxfrs = NIC_FRAME_BYTES_PLAIN << 16,
        .rdrxctl = RDRXCTL_CRCSTRIP,
    };
    memset(nic->rx, 0, sizeof nic->rx);
    memset(nic->tx, 0, sizeof nic->tx);
    nic_rss_set(&nic->rss, nic->registers.rss_key);
    nic->tx_turn = 0;
}

enum status nic_create(const struct nic_config *config, struct nic **out)
{
    struct nic *nic;
    enum status st;

    *out = NULL;
    if (config->queue_count < 1 || config->queue_count > FOLIO_QUEUE_MAX)
        return STATUS_BAD_INPUT;
    nic = calloc(1, sizeof *nic);
    if (!nic)
        return STATUS_IO;
    nic->config = *config;
    nic->link_megabits = NIC_LINK_MEGABITS;
    nic_crc_set(&nic->crc);
    nic_reset(nic);
    st = nic_dma_begin(nic);
    if (st != STATUS_OK) {
        free(nic);
        return st;
    }
    *out = nic;
    return STATUS_OK;
}

void nic_destroy(struct nic *nic)
{
    if (!nic)
        return;
    nic_dma_end(nic);
    free(nic);
}

void nic_link_set(struct nic *nic, uint32_t megabits_per_second)
{
    nic->link_megabits = megabits_per_second;
}

void nic_wire_out(struct nic *nic, nic_out_fn *out, void *context)
{
    nic->out = out;
    nic->out_context = context;
}

void nic_time_set(struct nic *nic, uint64_t time_ns)
{
    nic->time_ns = time_ns;
}

uint32_t nic_rx_free(const struct nic *nic, uint16_t queue)
{
    return queue < nic->config.queue_count ? nic_ring_pending(&nic->rx[queue]) : 0;
}

uint32_t nic_tx_pending(const struct nic *nic, uint16_t queue)
{
    return queue < nic->config.queue_count ? nic_ring_pending(&nic->tx[queue]) : 0;
}

const struct nic_stats *nic_stats(const struct nic *nic)
{
    return &nic->stats;
}

static bool ring_is_sound(const struct nic_ring *ring)
{
    if (ring->size == 0)
        return ring->head == 0 && ring->tail == 0;
    return ring->head < ring->size && ring->tail < ring->size &&
           ring->size * FOLIO_DESCRIPTOR_BYTES == ring->length_bytes &&
           ring->base % FOLIO_RING_ALIGN_BYTES == 0;
}

static bool kept_is_sound(struct nic *nic, enum access_kind kind, const struct nic_kept *kept)
{
    struct iommu_grant grant;

    return kept->page == 0 || (iommu_check(nic->config.iommu, nic->config.device, kind,
                                           (iova_t){(kept->page - 1) << PAGE_SHIFT}, &grant) &&
                               grant.spa.v >> PAGE_SHIFT == kept->spa_page);
}

static bool sums_are_sound(const struct nic_stats *stats)
{
    uint64_t sum = 0;

    for (unsigned fate = 0; fate < NIC_FATE_COUNT; fate++)
        sum += fate == NIC_WAITS ? 0 : stats->fate[fate];
    return sum == stats->in_frames;
}

enum status nic_check(struct nic *nic)
{
    bool is_sound = sums_are_sound(&nic->stats);

    for (unsigned queue = 0; queue < FOLIO_QUEUE_MAX; queue++)
        is_sound = is_sound && ring_is_sound(&nic->rx[queue]) && ring_is_sound(&nic->tx[queue]);
    for (unsigned i = 0; i < NIC_KEPT_PAGES; i++)
        is_sound = is_sound && kept_is_sound(nic, ACCESS_READ, &nic->kept[ACCESS_READ][i]) &&
                   kept_is_sound(nic, ACCESS_WRITE, &nic->kept[ACCESS_WRITE][i]);
    return is_sound ? STATUS_OK : STATUS_BAD_STATE;
}
