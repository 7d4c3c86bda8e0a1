/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/iommu_table.h — what one device's addresses mean: pages in ascending order. */
#ifndef CVMLAB_SIM_DEVICES_IOMMU_TABLE_H
#define CVMLAB_SIM_DEVICES_IOMMU_TABLE_H

#include "base/status.h"
#include "base/types.h"

struct iommu_mapping {
    iova_t iova;
    spa_t spa;
    bool writable;
};

/* All zero: empty. */
struct iommu_table {
    struct iommu_mapping *mapping; /* count of them, in room for capacity */
    size_t count, capacity;
};

/* Frees; the table is empty then. */
void iommu_table_free(struct iommu_table *table);

/* The mapping of a page; NULL: none. Good until the table changes. */
const struct iommu_mapping *iommu_table_find(const struct iommu_table *table, iova_t page);

/* Adds a mapping, or replaces that of its page. STATUS_IO: no memory, nothing is changed. */
enum status iommu_table_set(struct iommu_table *table, const struct iommu_mapping *mapping);

/* Takes the mapping of a page away, if there is one. */
void iommu_table_clear(struct iommu_table *table, iova_t page);

#endif
