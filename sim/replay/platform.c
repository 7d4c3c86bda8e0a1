/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/platform.c — seam A for a replay. Deterministic: everything comes from the recording
 * or the seed. */
#include "replay/engine.h"

enum { CSR_HPMCOUNTER3 = 0xC03 };

static struct replay_platform *self_of(struct platform *platform)
{
    return (struct replay_platform *)platform; /* handle to adapter: base is the first member */
}

static enum status replay_fetch(struct platform *platform, const struct guest_state *guest,
                                gva_t where, uint16_t *half)
{
    const struct replay_platform *self = self_of(platform);
    uint64_t offset = where.v - self->code_pc;

    (void)guest;
    if (!self->code.known || (offset != 0 && offset != 2))
        return STATUS_FAULT;
    *half = self->code.half[offset / 2];
    return STATUS_OK;
}

static enum status replay_read(struct platform *platform, const struct guest_state *guest,
                               gva_t where, uint64_t *value)
{
    (void)guest;
    (void)where;
    *value = self_of(platform)->data;
    return STATUS_OK;
}

static enum status replay_counter(struct platform *platform, uint16_t csr, uint64_t *value)
{
    if (csr >= CSR_HPMCOUNTER3)
        return STATUS_DENIED; /* no event counters for the guest */
    *value = self_of(platform)->counter;
    return STATUS_OK;
}

static enum status replay_random(struct platform *platform, uint16_t *value)
{
    *value = (uint16_t)random_next(&self_of(platform)->random);
    return STATUS_OK;
}

static enum status replay_fence(struct platform *platform, uint32_t fid, uint64_t hart_mask,
                                uint64_t hart_base)
{
    (void)platform;
    (void)fid;
    (void)hart_mask;
    (void)hart_base;
    return STATUS_OK; /* nothing is cached here that a fence could flush */
}

static const struct platform_ops replay_ops = {replay_fetch, replay_read, replay_counter,
                                               replay_random, replay_fence};

void replay_platform_init(struct replay_platform *platform)
{
    *platform = (struct replay_platform){.base = {&replay_ops}};
}
