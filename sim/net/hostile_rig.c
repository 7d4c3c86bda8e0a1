/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/hostile_rig.c — building and taking down the machine of a hostile case. Read
 * hostile_rig.h first; rounds and checks are in hostile_round.c. */
#define _GNU_SOURCE /* memmem */
#include "net/hostile_rig.h"

#include <string.h>

#include "net/hostile_internal.h"

const uint8_t hostile_secret[8] = {0x9d, 0xf1, 0x6b, 0xe3, 0x02, 0xc7, 0x58, 0xaa};

/* The door's adapter: reads plainly, and strikes at its moment. */
static struct hostile_fetch *fetch_of(struct folio_fetch *self)
{
    return (struct hostile_fetch *)self; /* handle to adapter: base is the first member */
}

static uint32_t fetch_poll(struct folio_fetch *self, const void *shared, enum folio_place place)
{
    (void)self;
    return folio_poll(NULL, shared, place);
}

static struct folio_descriptor fetch_snapshot(struct folio_fetch *self, const void *shared,
                                              enum folio_place place)
{
    struct hostile_fetch *fetch = fetch_of(self);
    struct folio_descriptor taken;

    if (fetch->moment == STRIKE_BEFORE_SNAPSHOT)
        nic_liar_strike(fetch->liar, fetch->nic);
    taken = folio_snapshot(NULL, shared, place);
    if (fetch->moment == STRIKE_AFTER_SNAPSHOT)
        nic_liar_strike(fetch->liar, fetch->nic);
    return taken;
}

static void fetch_copy(struct folio_fetch *self, void *to, const void *shared, size_t size_bytes,
                       enum folio_place place)
{
    struct hostile_fetch *fetch = fetch_of(self);
    size_t first = fetch->moment != STRIKE_DURING_COPY ? size_bytes : fetch->first_bytes;

    if (first > size_bytes)
        first = size_bytes;
    folio_copy(NULL, to, shared, first, place);
    if (fetch->moment == STRIKE_DURING_COPY || fetch->moment == STRIKE_AFTER_COPY)
        nic_liar_strike(fetch->liar, fetch->nic);
    folio_copy(NULL, (uint8_t *)to + first, (const uint8_t *)shared + first, size_bytes - first,
               place);
}

static const struct folio_fetch_ops fetch_ops = {fetch_poll, fetch_snapshot, fetch_copy};

/* What left the machine: everybody may read it. */
static void wire_out(void *context, const struct nic_frame *frame, uint16_t queue)
{
    struct hostile_rig *rig = context;

    (void)queue;
    rig->result.sent++;
    if (memmem(frame->data, frame->size_bytes, hostile_secret, sizeof hostile_secret))
        rig->result.broken[HOSTILE_NOTHING_LEAKS]++;
}

static uint16_t folio_rx(struct hostile_rig *rig, uint16_t queue, struct folio_mbuf **mbufs,
                         uint16_t count)
{
    return folio_rx_burst(&rig->port, queue, mbufs, count);
}

static size_t rounded(size_t size_bytes)
{
    return (size_bytes + 63) / 64 * 64;
}

/* The guest's private memory: headers and rooms of the shadow pool, the port's, and the secret
 * behind all of them. Rooms hold secrets, too: what an earlier user left there. */
static enum status guest_build(struct hostile_rig *rig, const struct hostile_setup *setup,
                               struct diagnostic *diag)
{
    struct path path = {.name = "hostile", .guest = setup->guest, .queues = HOSTILE_QUEUES};
    size_t headers = HOSTILE_MBUFS * sizeof(struct folio_mbuf);
    size_t rooms = (size_t)HOSTILE_MBUFS * FOLIO_ROOM_BYTES;
    size_t port = rounded(folio_port_private_bytes(&rig->config));
    enum status st = lab_open(&rig->lab, &path, folio_port_shared_bytes(&rig->config),
                              headers + rooms + port + HOSTILE_SECRET_BYTES, setup->seed, diag);
    uint8_t *memory = rig->lab.private_memory;

    if (st != STATUS_OK)
        return st;
    for (size_t at = 0; at + sizeof hostile_secret <= rig->lab.private_bytes;
         at += sizeof hostile_secret)
        memcpy(memory + at, hostile_secret, sizeof hostile_secret);
    rig->config.private_memory = memory;
    rig->config.shared = rig->lab.device_memory;
    rig->config.backend = &rig->lab.backend.driver.base;
    rig->config.driver = &rig->lab.backend.driver;
    rig->secret = memory + port + headers + rooms;
    return folio_pool_init(&rig->shadow, FOLIO_POOL_SHADOW,
                           (struct folio_mbuf *)(void *)(memory + port), memory + port + headers,
                           HOSTILE_MBUFS, FOLIO_ROOM_BYTES);
}

static void option_set(struct hostile_rig *rig)
{
    struct hostile_protect *protect = &rig->protect;

    if (protect->option == HOSTILE_WITH_HEADER_ONLY)
        rig->config.header_bytes = HOSTILE_HEADER_BYTES;
    if (protect->option == HOSTILE_WITH_SINGLE_FETCH)
        rig->config.decrypt = &protect->decrypt.base;
    if (protect->option == HOSTILE_WITH_EGRESS_GUARD)
        rig->config.guard = &protect->guard.base;
}

enum status hostile_rig_begin(struct hostile_rig *rig, const struct hostile_setup *setup,
                              struct diagnostic *diag)
{
    enum status st;

    memset(rig, 0, sizeof *rig);
    rig->rx = setup->rx ? setup->rx : folio_rx;
    rig->traffic = (struct kv_traffic){
        .seed = setup->seed, .keys = 50, .get_percent = 40, .value_bytes = 1000};
    rig->config = (struct folio_port_config){.shadow = &rig->shadow,
                                             .queue_count = HOSTILE_QUEUES,
                                             .ring_size = FOLIO_RING_SIZE_MIN,
                                             .temporary_count = HOSTILE_MBUFS,
                                             .room_bytes = FOLIO_ROOM_BYTES,
                                             .keep_crc = setup->keep_crc};
    st = hostile_protect_begin(&rig->protect, setup->option);
    if (st != STATUS_OK)
        return diagnostic_set(diag, st, "hostile", 0, 0, "no memory for keys");
    option_set(rig);
    st = guest_build(rig, setup, diag);
    if (st != STATUS_OK) {
        hostile_protect_end(&rig->protect);
        return st;
    }
    nic_liar_init(&rig->liar);
    nic_hostility_set(rig->lab.nic, &rig->liar.base);
    nic_wire_out(rig->lab.nic, wire_out, rig);
    rig->fetch = (struct hostile_fetch){
        .base.ops = &fetch_ops, .liar = &rig->liar, .nic = rig->lab.nic, .first_bytes = 100};
    fetch_log_begin(&rig->log, &rig->fetch.base);
    rig->config.fetch = &rig->log.base;
    return STATUS_OK;
}

enum status hostile_rig_open(struct hostile_rig *rig)
{
    enum status st = folio_port_open(&rig->port, &rig->config);

    rig->is_open = st == STATUS_OK;
    return st;
}

static bool region_is_zero(const struct hostile_rig *rig)
{
    for (size_t i = 0; i < rig->lab.device_bytes; i++)
        if (rig->lab.device_memory[i] != 0)
            return false;
    return true;
}

/* The guest's last act. Not of a guest that the host stopped: it would hang in a page fault. */
static void port_end(struct hostile_rig *rig, bool is_crash)
{
    if (nic_backend_is_stopped(&rig->lab.backend, NULL)) {
        rig->result.is_stopped = true;
        return;
    }
    hostile_mbufs_return(rig);
    if (rig->is_open) {
        if (rig->shadow.free_count != rig->shadow.count || rig->shadow.misused != 0 ||
            rig->port.temporary.misused != 0)
            rig->result.broken[HOSTILE_INVARIANTS]++;
        if (is_crash)
            folio_port_abandon(&rig->port);
        else if (folio_port_close(&rig->port) != STATUS_OK)
            rig->result.broken[HOSTILE_INVARIANTS]++;
        rig->lab.is_backend_open = false;
    }
    if (!region_is_zero(rig))
        rig->result.broken[HOSTILE_ZEROED]++;
}

void hostile_rig_end(struct hostile_rig *rig, bool is_crash)
{
    hostile_account(rig);
    port_end(rig, is_crash);
    rig->result.broken[HOSTILE_WITH_SINGLE_FETCH] += rig->log.double_fetches;
    rig->result.broken[HOSTILE_INSIDE] += rig->log.outside;
    fetch_log_end(&rig->log);
    hostile_protect_end(&rig->protect);
    lab_close(&rig->lab);
}
