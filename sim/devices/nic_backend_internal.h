/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_backend_internal.h — pages of the guest's memory for a port. An offset is one
 * into that memory. Read nic_backend.h first. */
#ifndef CVMLAB_SIM_DEVICES_NIC_BACKEND_INTERNAL_H
#define CVMLAB_SIM_DEVICES_NIC_BACKEND_INTERNAL_H

#include "devices/nic_backend.h"

/* The guest asks for a page to write, private or shared; the first sets backend->memory.
 * STATUS_FAULT: refused, *fault says why; STATUS_BAD_ADDRESS: not RAM, or not beside the others. */
enum status backend_page_ask(struct nic_backend *backend, size_t offset, bool is_shared,
                             struct fault *fault);

/* Guest and host change the state of these pages, and map them for the device. On error they are
 * private, not mapped. STATUS_DENIED: PVALIDATE or RMPUPDATE was refused; else what
 * backend_page_ask or iommu_map say. */
enum status backend_pages_share(struct nic_backend *backend, size_t offset, size_t size_bytes);

/* The other way round; every page is tried, the first error is returned. */
enum status backend_pages_unshare(struct nic_backend *backend, size_t offset, size_t size_bytes);

/* Where the device sees the byte at offset. */
iova_t backend_device_address(const struct nic_backend *backend, size_t offset);

#endif
