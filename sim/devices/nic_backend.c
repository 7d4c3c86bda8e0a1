/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_backend.c — seam B over the NIC model. Page states and the changes of them are in
 * nic_backend_page.c. Read nic_backend.h first. */
#include "devices/nic_backend_internal.h"

#include <string.h>

/* handle to adapter: the driver is the first member, and its base is the driver's */
static struct nic_backend *backend_of(struct folio_backend *self)
{
    return (struct nic_backend *)self;
}

/* memory_watch_fn */
static void memory_changes(void *context, spa_t first, uint64_t page_count, enum memory_lost lost)
{
    struct nic_backend *backend = context;
    uint64_t begin = backend->setup.spa.v, end = begin + backend->setup.size_bytes;

    (void)lost; /* the guest reads and writes */
    if (!backend->is_changing && first.v < end && begin < first.v + (page_count << PAGE_SHIFT))
        backend->is_called_back = true;
}

/* Asks for everything again that was called back. The guest faults at what is refused. */
static void pointers_renew(struct nic_backend *backend)
{
    backend->is_called_back = false;
    for (size_t offset = 0; offset < backend->setup.size_bytes; offset += PAGE_SIZE) {
        bool is_shared = backend->is_shared && offset >= backend->shared_offset &&
                         offset - backend->shared_offset < backend->shared_bytes &&
                         !backend->setup.is_trusted;

        backend->stats.renewals++;
        if (backend_page_ask(backend, offset, is_shared, &backend->fault) == STATUS_OK)
            continue;
        backend->is_stopped = true;
        return;
    }
}

bool nic_backend_is_stopped(struct nic_backend *backend, struct fault *fault)
{
    if (backend->is_called_back && !backend->is_stopped)
        pointers_renew(backend);
    if (backend->is_stopped && fault)
        *fault = backend->fault;
    return backend->is_stopped;
}

/* One test on the data path. */
static bool can_run(struct nic_backend *backend)
{
    return !(backend->is_called_back | backend->is_stopped) ||
           !nic_backend_is_stopped(backend, NULL);
}

static uint16_t op_rx_burst(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                            uint16_t count)
{
    return can_run(backend_of(self)) ? folio_ring_rx_burst(self, queue, mbufs, count) : 0;
}

static uint16_t op_tx_burst(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                            uint16_t count)
{
    return can_run(backend_of(self)) ? folio_ring_tx_burst(self, queue, mbufs, count) : 0;
}

static enum status op_reg_read(struct folio_backend *self, uint32_t offset, uint32_t *value)
{
    struct nic_backend *backend = backend_of(self);

    if (!can_run(backend))
        return STATUS_FAULT;
    backend->stats.register_reads++;
    return nic_reg_read(backend->setup.nic, offset, value);
}

static enum status op_reg_write(struct folio_backend *self, uint32_t offset, uint32_t value)
{
    struct nic_backend *backend = backend_of(self);

    if (!can_run(backend))
        return STATUS_FAULT;
    backend->stats.register_writes++;
    return nic_reg_write(backend->setup.nic, offset, value);
}

/* Whether whole pages of the guest's memory were named; then where they begin in it. */
static bool range_find(const struct nic_backend *backend, const void *memory, size_t size_bytes,
                       size_t *offset)
{
    *offset = (size_t)((const uint8_t *)memory - backend->memory); /* below: huge */
    return *offset <= backend->setup.size_bytes &&
           size_bytes <= backend->setup.size_bytes - *offset && size_bytes != 0 &&
           (*offset | size_bytes) % PAGE_SIZE == 0;
}

static enum status op_share(struct folio_backend *self, void *memory, size_t size_bytes,
                            iova_t *device)
{
    struct nic_backend *backend = backend_of(self);
    enum status st;
    size_t offset;

    if (backend->is_shared)
        return STATUS_BAD_STATE;
    if (!range_find(backend, memory, size_bytes, &offset))
        return STATUS_BAD_ADDRESS;
    if (!can_run(backend))
        return STATUS_FAULT;
    st = backend_pages_share(backend, offset, size_bytes);
    if (st != STATUS_OK)
        return st;
    backend->is_shared = true;
    backend->shared_offset = offset;
    backend->shared_bytes = size_bytes;
    *device = backend_device_address(backend, offset);
    return STATUS_OK;
}

static enum status op_unshare(struct folio_backend *self, void *memory, size_t size_bytes)
{
    struct nic_backend *backend = backend_of(self);
    size_t offset;

    if (!range_find(backend, memory, size_bytes, &offset))
        return STATUS_BAD_ADDRESS;
    if (!backend->is_shared || offset != backend->shared_offset ||
        size_bytes != backend->shared_bytes)
        return STATUS_BAD_STATE;
    backend->is_shared = false;
    return backend_pages_unshare(backend, offset, size_bytes);
}

static void op_close(struct folio_backend *self)
{
    nic_backend_end(backend_of(self));
}

static const struct folio_backend_ops nic_backend_ops = {
    .rx_burst = op_rx_burst,
    .tx_burst = op_tx_burst,
    .share = op_share,
    .unshare = op_unshare,
    .reg_read = op_reg_read,
    .reg_write = op_reg_write,
    .close = op_close,
};

/* The guest's pointer to all of its memory: page after page, side by side. */
static enum status memory_find(struct nic_backend *backend)
{
    enum status st = STATUS_OK;

    for (size_t offset = 0; st == STATUS_OK && offset < backend->setup.size_bytes;
         offset += PAGE_SIZE)
        st = backend_page_ask(backend, offset, false, &backend->fault);
    return st;
}

enum status nic_backend_open(struct nic_backend *backend, const struct nic_backend_setup *setup)
{
    enum status st;

    memset(backend, 0, sizeof *backend);
    if (setup->size_bytes == 0 ||
        (setup->size_bytes | setup->gpa.v | setup->spa.v | setup->iova.v) % PAGE_SIZE != 0)
        return STATUS_BAD_ADDRESS;
    backend->setup = *setup;
    st = memory_find(backend);
    if (st != STATUS_OK)
        return st;
    backend->driver.base.ops = &nic_backend_ops;
    return memory_watch_add(setup->memory, memory_changes, backend);
}

void nic_backend_end(struct nic_backend *backend)
{
    memory_watch_remove(backend->setup.memory, memory_changes, backend);
}
