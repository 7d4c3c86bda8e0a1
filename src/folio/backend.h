/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/backend.h — seam B: what a port asks of the network device it runs on.
 * Adapters: the ring driver over a device model or a real device (ring.h gives it rx_burst and
 * tx_burst), DPDK, and fakes that lie or fail. Everything behind this table is on the host's side
 * of the trust boundary or repeats what the host says: the port checks all that comes out of it. */
#ifndef CVMLAB_FOLIO_BACKEND_H
#define CVMLAB_FOLIO_BACKEND_H

#include "base/status.h"
#include "folio/mbuf.h"

/* Memory shared between host and device on one side and the guest on the other. */
struct folio_region {
    uint8_t *base; /* as the guest sees it; never given to an application */
    size_t size_bytes;
    iova_t device; /* as the device sees it */
};

/* Whether size_bytes at data lie wholly inside the region. Nothing wraps. */
static inline bool folio_region_holds(const struct folio_region *region, const uint8_t *data,
                                      size_t size_bytes)
{
    uintptr_t offset = (uintptr_t)data - (uintptr_t)region->base; /* below the base: huge */

    return offset <= region->size_bytes && size_bytes <= region->size_bytes - offset;
}

struct folio_backend;

struct folio_backend_ops {
    /* Takes up to count received packets of a queue, as temporary mbufs: data and data_len lie
     * inside the shared region, rss_hash, vlan and flags are as the host said. Returns how many;
     * they belong to the caller, who frees them. Does not wait. First of all refills
     * the queue with fresh temporary mbufs, as far as there are any; with count 0 does nothing
     * else. */
    uint16_t (*rx_burst)(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                         uint16_t count);
    /* Sends temporary mbufs in order; returns how many were taken. Those belong to the backend and
     * are freed when the device is done with them, the others stay the caller's. First of all gives
     * back what earlier calls sent and the device has finished. With mbufs NULL nothing is sent,
     * and the result is how many of count the next call will take at least: the port asks before it
     * copies, so that no packet is copied twice. */
    uint16_t (*tx_burst)(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                         uint16_t count);
    /* Makes whole pages readable and writable for host and device. memory and size_bytes are
     * multiples of PAGE_SIZE. *device: where the device sees the first byte; the rest follows
     * contiguously. On error nothing is shared and *device is unchanged. */
    enum status (*share)(struct folio_backend *self, void *memory, size_t size_bytes,
                         iova_t *device);
    /* Takes them back: private again, contents undefined (the port zeroed them first). On error
     * they stay shared and must not be used for anything private. */
    enum status (*unshare)(struct folio_backend *self, void *memory, size_t size_bytes);
    /* A 32-bit device register; offset in bytes, a multiple of 4. What is read is the host's word.
     * On error *value is unchanged. A write comes after all earlier stores to shared memory, as the
     * device sees them. A backend without registers returns STATUS_BAD_STATE. */
    enum status (*reg_read)(struct folio_backend *self, uint32_t offset, uint32_t *value);
    enum status (*reg_write)(struct folio_backend *self, uint32_t offset, uint32_t value);
    /* Lets go of the device. Called last, once, by folio_port_close and folio_port_abandon. */
    void (*close)(struct folio_backend *self);
};

/* An adapter embeds this as its first member. */
struct folio_backend {
    const struct folio_backend_ops *ops;
};

#endif
