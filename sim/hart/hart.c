/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/hart.c — a hart from power-on to its end. Read state.h and internal.h first.
 * Source: riscv-isa-manual, src/priv/machine.adoc, "Reset". */
#include "hart/internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEVELS_MIN = 3,
    LEVELS_MAX = 5,
    PMP_SOME = 16,
    ASID_BITS_MAX = 16,
    VMID_BITS_MAX = 14,
    GUEST_INTERRUPTS_MAX = 63
};

/* The memory calls pages back: nothing that was kept of them is good. */
static void pages_lost(void *context, spa_t first, uint64_t page_count, enum memory_lost lost)
{
    struct hart *hart = context;

    memset(hart->fetch_page, 0, sizeof hart->fetch_page);
    memset(hart->walk_page, 0, sizeof hart->walk_page);
    hart->config.engine.lost(hart->config.engine.context, first, page_count, lost);
}

static bool features_are_good(const struct hart_features *has)
{
    return (has->levels_max == 0 ||
            (has->levels_max >= LEVELS_MIN && has->levels_max <= LEVELS_MAX)) &&
           (has->pmp_count == 0 || has->pmp_count == PMP_SOME || has->pmp_count == PMP_MAX) &&
           has->asid_bits <= ASID_BITS_MAX && has->vmid_bits <= VMID_BITS_MAX &&
           has->guest_interrupts <= GUEST_INTERRUPTS_MAX && (!has->h || has->levels_max != 0);
}

enum status hart_create(const struct hart_config *config, struct hart **out)
{
    struct hart *hart;

    *out = NULL;
    if (!features_are_good(&config->features))
        return STATUS_BAD_INPUT;
    hart = calloc(1, sizeof *hart);
    if (!hart)
        return STATUS_FULL;
    hart->config = *config;
    if (memory_watch_add(config->memory, pages_lost, hart) != STATUS_OK) {
        free(hart);
        return STATUS_FULL;
    }
    hart_reset(hart);
    *out = hart;
    return STATUS_OK;
}

void hart_destroy(struct hart *hart)
{
    if (!hart)
        return;
    memory_watch_remove(hart->config.memory, pages_lost, hart);
    free(hart);
}

void hart_reset(struct hart *hart)
{
    struct hart_config config = hart->config;
    uint64_t lines = hart->mip_lines, hgeip = hart->hgeip;

    memset(hart, 0, sizeof *hart);
    hart->config = config;
    hart->mip_lines = lines;
    hart->hgeip = hgeip;
    hart->mtimecmp = UINT64_MAX;
    hart->stimecmp = UINT64_MAX;
    hart->vstimecmp = UINT64_MAX;
    hart->mode = (struct hart_mode){PRIVILEGE_M, false};
    csr_reset(hart);
    hart_csr_poke(hart, 0x303, 0); /* mideleg: what is always delegated */
    pmp_rebuild(hart);
    hart_rules_changed(hart);
    deadline_renew(hart);
}
