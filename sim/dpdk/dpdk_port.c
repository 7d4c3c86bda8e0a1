/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/dpdk_port.c — a port of Folio on an ethdev, with all the memory that both need. Read
 * dpdk_backend.h first. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <rte_ethdev.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "dpdk/dpdk.h"
#include "dpdk/dpdk_backend.h"

enum {
    CACHE_LINE_BYTES = 64,
    BUFFERS_MAX = FOLIO_MBUF_COUNT_MAX / 2 /* the temporary pool has more */
};

struct dpdk_port {
    struct folio_port folio; /* the temporary mbufs point into it */
    struct folio_pool shadow;
    struct dpdk_backend backend;
    struct folio_port_config config;
    size_t shared_bytes;
    struct folio_mbuf *shadow_headers;
    uint8_t *shadow_rooms;
    const char *driver;
};

static size_t lines_up(size_t size_bytes)
{
    return (size_bytes + CACHE_LINE_BYTES - 1) / CACHE_LINE_BYTES * CACHE_LINE_BYTES;
}

static void port_free(struct dpdk_port *port)
{
    if (port->config.shared)
        munmap(port->config.shared, port->shared_bytes);
    free(port->config.private_memory);
    free(port->shadow_headers);
    free(port->shadow_rooms);
    free(port);
}

/* Shared memory by pages of its own, everything else by cache lines. */
static enum status memory_take(struct dpdk_port *port, const struct dpdk_port_setup *setup)
{
    struct folio_port_config *config = &port->config;
    void *shared;

    port->shared_bytes = folio_port_shared_bytes(config);
    if (port->shared_bytes == 0)
        return STATUS_BAD_INPUT;
    shared =
        mmap(NULL, port->shared_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    config->shared = shared == MAP_FAILED ? NULL : shared;
    config->private_memory =
        aligned_alloc(CACHE_LINE_BYTES, lines_up(folio_port_private_bytes(config)));
    port->shadow_headers =
        aligned_alloc(CACHE_LINE_BYTES, setup->buffers * sizeof *port->shadow_headers);
    port->shadow_rooms =
        aligned_alloc(CACHE_LINE_BYTES, lines_up((size_t)setup->buffers * setup->room_bytes));
    if (!config->shared || !config->private_memory || !port->shadow_headers || !port->shadow_rooms)
        return STATUS_FULL;
    return folio_pool_init(&port->shadow, FOLIO_POOL_SHADOW, port->shadow_headers,
                           port->shadow_rooms, setup->buffers, setup->room_bytes);
}

static enum status memory_plan(struct dpdk_port *port, const struct dpdk_port_setup *setup,
                               struct diagnostic *diag)
{
    enum status st;

    dpdk_backend_plan(&port->backend, &port->config);
    port->config.shadow = &port->shadow;
    port->config.header_bytes = setup->header_bytes;
    st = memory_take(port, setup);
    if (st == STATUS_BAD_INPUT)
        return diagnostic_set(
            diag, st, "dpdk", 0, 0, "rooms of %u bytes; expected %u to %u, in steps of %u",
            setup->room_bytes, FOLIO_ROOM_BYTES_MIN, FOLIO_ROOM_BYTES_JUMBO, FOLIO_ROOM_BYTES_STEP);
    if (st != STATUS_OK)
        return diagnostic_set(diag, STATUS_IO, "dpdk", 0, 0, "no memory for %u buffers",
                              setup->buffers);
    return STATUS_OK;
}

static enum status device_open(struct dpdk_port *port, struct diagnostic *diag)
{
    enum status st = folio_port_open(&port->folio, &port->config);

    if (st == STATUS_OK) {
        st = dpdk_backend_attach(&port->backend, &port->folio);
        if (st == STATUS_OK)
            return st;
        folio_port_abandon(&port->folio);
    }
    if (port->backend.diag.text[0] == '\0')
        return diagnostic_set(diag, STATUS_IO, "dpdk", 0, 0, "device %u cannot be opened",
                              port->backend.setup.ethdev);
    if (diag)
        *diag = port->backend.diag;
    return STATUS_IO;
}

static enum status port_set_up(struct dpdk_port *port, const struct dpdk_port_setup *setup,
                               struct diagnostic *diag)
{
    struct dpdk_backend_setup backend = {.ethdev = setup->ethdev,
                                         .queue_count = setup->queue_count,
                                         .descriptors = setup->descriptors,
                                         .buffers = setup->buffers,
                                         .room_bytes = setup->room_bytes};
    enum status st;

    if (setup->buffers < 1 || setup->buffers > BUFFERS_MAX)
        return diagnostic_set(diag, STATUS_BAD_INPUT, "dpdk", 0, 0, "%u buffers; expected 1 to %u",
                              setup->buffers, BUFFERS_MAX);
    st = dpdk_backend_open(&port->backend, &backend, diag);
    if (st == STATUS_OK)
        st = memory_plan(port, setup, diag);
    return st == STATUS_OK ? device_open(port, diag) : st;
}

struct dpdk_port *dpdk_port_open(const struct dpdk_port_setup *setup, enum status *status,
                                 struct diagnostic *diag)
{
    struct dpdk_port *port = calloc(1, sizeof *port);
    struct rte_eth_dev_info info;

    if (!port) {
        *status = diagnostic_set(diag, STATUS_IO, "dpdk", 0, 0, "no memory");
        return NULL;
    }
    *status = port_set_up(port, setup, diag);
    if (*status != STATUS_OK) {
        port_free(port);
        return NULL;
    }
    port->driver = rte_eth_dev_info_get(setup->ethdev, &info) == 0 ? info.driver_name : "unknown";
    return port;
}

struct folio_port *dpdk_port_folio(struct dpdk_port *port)
{
    return &port->folio;
}

const char *dpdk_port_driver(const struct dpdk_port *port)
{
    return port->driver;
}

enum status dpdk_port_stop(struct dpdk_port *port)
{
    return dpdk_backend_stop(&port->backend);
}

void dpdk_port_counts(const struct dpdk_port *port, struct dpdk_counts *counts)
{
    struct rte_eth_stats stats = {0};

    (void)rte_eth_stats_get(port->backend.setup.ethdev, &stats);
    *counts = (struct dpdk_counts){.rx_missed = stats.imissed,
                                   .rx_errors = stats.ierrors,
                                   .rx_no_buffer = stats.rx_nombuf,
                                   .tx_errors = stats.oerrors,
                                   .rx_fragments = port->backend.rx_fragments,
                                   .tx_unsent = port->backend.tx_unsent,
                                   .tx_unsent_bytes = port->backend.tx_unsent_bytes};
}

enum status dpdk_port_close(struct dpdk_port *port)
{
    enum status stopped = dpdk_port_stop(port);
    enum status closed = folio_port_close(&port->folio);

    if (closed == STATUS_BAD_STATE)
        folio_port_abandon(&port->folio);
    port_free(port);
    return stopped != STATUS_OK ? stopped : closed;
}
