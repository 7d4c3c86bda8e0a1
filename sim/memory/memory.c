/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/memory.c — from nothing to a machine's memory and back. Read internal.h first. */
#include "memory/internal.h"

#include <stdlib.h>
#include <string.h>

enum { C_BIT_MIN = 32, C_BIT_MAX = 62 };
#define PAGE_COUNT_MAX (UINT64_C(1) << 32)

const char *memory_mode_name(enum memory_mode mode)
{
    static const char *const names[] = {[MEMORY_NONE] = "none",
                                        [MEMORY_SEV] = "sev",
                                        [MEMORY_SEV_ES] = "sev-es",
                                        [MEMORY_SNP] = "snp"};

    return names[mode];
}

static bool config_is_good(const struct memory_config *config)
{
    return config->page_count > 0 && config->page_count <= PAGE_COUNT_MAX &&
           config->rmp_pages <= config->page_count && config->asid_max > 0 &&
           config->asid_max <= RMP_ASID_MAX && config->c_bit >= C_BIT_MIN &&
           config->c_bit <= C_BIT_MAX;
}

static uint64_t large_pages(const struct memory *memory)
{
    return (memory->config.page_count + LARGE_PAGE_PAGES - 1) / LARGE_PAGE_PAGES;
}

static enum status parts_create(struct memory *memory)
{
    const struct memory_config *config = &memory->config;
    enum status st = rmp_create(&memory->rmp, config->rmp_pages, config->asid_max);

    if (st != STATUS_OK)
        return st;
    memory->rmp.checks_shared_reads = config->checks_shared_reads;
    memory->rmp.watch = (struct rmp_watch){.changes = memory_rmp_changes, .context = memory};
    memory->ram = lazy_map(memory->ram_bytes);
    memory->record = lazy_map(config->page_count * sizeof *memory->record);
    memory->large_grants = lazy_map(large_pages(memory));
    memory->view_bytes = lazy_map((uint64_t)VIEW_COUNT * PAGE_SIZE);
    memory->hidden = lazy_map(PAGE_SIZE);
    if (!memory->ram || !memory->record || !memory->large_grants || !memory->view_bytes ||
        !memory->hidden)
        return STATUS_IO;
    memset(memory->hidden, 0xff, PAGE_SIZE);
    return keys_create(memory);
}

enum status memory_create(const struct memory_config *config, struct memory **out)
{
    enum status st;

    *out = NULL;
    if (!config_is_good(config))
        return STATUS_BAD_INPUT;
    *out = calloc(1, sizeof **out);
    if (!*out)
        return STATUS_IO;
    (*out)->config = *config;
    (*out)->ram_bytes = config->page_count << PAGE_SHIFT;
    st = parts_create(*out);
    if (st == STATUS_OK)
        return STATUS_OK;
    memory_destroy(*out);
    *out = NULL;
    return st;
}

void memory_destroy(struct memory *memory)
{
    if (!memory)
        return;
    cache_destroy(memory);
    keys_destroy(memory);
    rmp_destroy(&memory->rmp);
    lazy_unmap(memory->ram, memory->ram_bytes);
    lazy_unmap(memory->record, memory->config.page_count * sizeof *memory->record);
    lazy_unmap(memory->large_grants, large_pages(memory));
    lazy_unmap(memory->view_bytes, (uint64_t)VIEW_COUNT * PAGE_SIZE);
    lazy_unmap(memory->hidden, PAGE_SIZE);
    free(memory->watch);
    free(memory);
}

const struct memory_config *memory_config(const struct memory *memory)
{
    return &memory->config;
}

struct rmp *memory_rmp(struct memory *memory)
{
    return &memory->rmp;
}

enum status memory_page_look(struct memory *memory, spa_t page, struct memory_page *out)
{
    const struct page_record *record;

    if (!memory_has(memory, page) || page.v % PAGE_SIZE != 0)
        return STATUS_BAD_ADDRESS;
    record = page_find(memory, page).record;
    *out = (struct memory_page){.state = rmp_page_state(&memory->rmp, page),
                                .asid = memory->key[record->key].asid,
                                .version = record->version,
                                .is_writable = record->is_writable};
    return STATUS_OK;
}

double memory_metadata_per_page(void)
{
    return rmp_bytes_per_page() + sizeof(struct page_record) + 1.0 / LARGE_PAGE_PAGES;
}

void memory_spans(const struct memory *memory, struct memory_span out[MEMORY_SPANS])
{
    out[0] = (struct memory_span){memory->ram, memory->ram_bytes};
    out[1] = (struct memory_span){memory->view_bytes, (uint64_t)VIEW_COUNT * PAGE_SIZE};
    out[2] = (struct memory_span){memory->hidden, PAGE_SIZE};
}
