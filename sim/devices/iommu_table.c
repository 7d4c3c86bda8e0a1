/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/iommu_table.c — see iommu_table.h. */
#include "devices/iommu_table.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 16 };

void iommu_table_free(struct iommu_table *table)
{
    free(table->mapping);
    *table = (struct iommu_table){0};
}

/* The first mapping that is not below the page. */
static size_t table_place(const struct iommu_table *table, iova_t page)
{
    size_t low = 0, high = table->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (table->mapping[middle].iova.v < page.v)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool table_has(const struct iommu_table *table, size_t place, iova_t page)
{
    return place < table->count && table->mapping[place].iova.v == page.v;
}

const struct iommu_mapping *iommu_table_find(const struct iommu_table *table, iova_t page)
{
    size_t place = table_place(table, page);

    return table_has(table, place, page) ? &table->mapping[place] : NULL;
}

static enum status table_grow(struct iommu_table *table)
{
    size_t capacity = table->capacity ? 2 * table->capacity : FIRST_CAPACITY;
    struct iommu_mapping *grown;

    if (table->count < table->capacity)
        return STATUS_OK;
    grown = realloc(table->mapping, capacity * sizeof *grown);
    if (!grown)
        return STATUS_IO;
    table->mapping = grown;
    table->capacity = capacity;
    return STATUS_OK;
}

enum status iommu_table_set(struct iommu_table *table, const struct iommu_mapping *mapping)
{
    size_t place = table_place(table, mapping->iova);

    if (!table_has(table, place, mapping->iova)) {
        if (table_grow(table) != STATUS_OK)
            return STATUS_IO;
        memmove(&table->mapping[place + 1], &table->mapping[place],
                (table->count - place) * sizeof *mapping);
        table->count++;
    }
    table->mapping[place] = *mapping;
    return STATUS_OK;
}

void iommu_table_clear(struct iommu_table *table, iova_t page)
{
    size_t place = table_place(table, page);

    if (!table_has(table, place, page))
        return;
    table->count--;
    memmove(&table->mapping[place], &table->mapping[place + 1],
            (table->count - place) * sizeof *table->mapping);
}
