/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_hops.c — `cvmlab net -o`: every packet at every hop, as pcapng. The loop takes
 * packets in rounds and queue by queue; what it shows of a round is kept until the round is over
 * and then written in the order of time, so that a packet's hops stand together. Read net.h first.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/net.h"
#include "trace/packet_out.h"

struct sight {
    struct packet packet;
    uint8_t *frame; /* a copy of its frame */
    enum run_hop hop;
    char comment[64]; /* "": none */
    size_t order;     /* of arrival here */
};

struct net_hops {
    struct packet_writer *writer;
    const char *path;
    uint64_t first_ns; /* of the capture: times in the file are those of the recording */
    struct sight *sight;
    size_t count, room;
    bool is_short; /* of memory */
};

static struct packet_writer *writer_create(const char *path, struct diagnostic *diag)
{
    static const char *const what[RUN_HOP_COUNT] = {
        [HOP_WIRE] = "arrives at the device; comment: why it was dropped there",
        [HOP_SHARED] = "in the buffer that the device wrote",
        [HOP_GUEST] = "what the application in the guest gets",
        [HOP_WIRE_OUT] = "sent by the device",
    };
    struct packet_hop hop[RUN_HOP_COUNT];

    for (unsigned i = 0; i < RUN_HOP_COUNT; i++)
        hop[i] = (struct packet_hop){run_hop_name(i), what[i]};
    return packet_writer_create(path, hop, RUN_HOP_COUNT, diag);
}

struct net_hops *net_hops_create(const struct net *net, struct diagnostic *diag)
{
    struct net_hops *hops = calloc(1, sizeof *hops);

    if (!hops) {
        (void)diagnostic_set(diag, STATUS_IO, net->options.output, 0, 0, "out of memory");
        return NULL;
    }
    hops->path = net->options.output;
    hops->first_ns = net->capture.first_ns;
    hops->writer = writer_create(hops->path, diag);
    if (hops->writer)
        return hops;
    free(hops);
    return NULL;
}

static bool sight_make(struct net_hops *hops)
{
    size_t room = hops->room ? 2 * hops->room : 256;
    struct sight *sight;

    if (hops->count < hops->room)
        return true;
    sight = realloc(hops->sight, room * sizeof *sight);
    if (!sight)
        return false;
    hops->sight = sight;
    hops->room = room;
    return true;
}

void net_hops_note(struct net_hops *hops, enum run_hop hop, const struct packet *packet,
                   const char *comment)
{
    uint8_t *frame = malloc(packet->frame_bytes);
    struct sight *sight;

    if (!frame || !sight_make(hops)) {
        free(frame);
        hops->is_short = true;
        return;
    }
    memcpy(frame, packet->frame, packet->frame_bytes);
    sight = &hops->sight[hops->count];
    *sight = (struct sight){.packet = *packet, .frame = frame, .hop = hop, .order = hops->count++};
    sight->packet.frame = frame;
    sight->packet.time_ns += hops->first_ns;
    if (comment)
        strncat(sight->comment, comment, sizeof sight->comment - 1);
}

static int sight_order(const void *a, const void *b)
{
    const struct sight *first = a, *second = b;

    if (first->packet.time_ns != second->packet.time_ns)
        return first->packet.time_ns < second->packet.time_ns ? -1 : 1;
    if (first->packet.number != second->packet.number)
        return first->packet.number < second->packet.number ? -1 : 1;
    if (first->hop != second->hop)
        return first->hop < second->hop ? -1 : 1;
    return (first->order > second->order) - (first->order < second->order);
}

static enum packet_direction direction_of(enum run_hop hop)
{
    return hop == HOP_WIRE_OUT ? PACKET_OUTBOUND : PACKET_INBOUND;
}

static void sights_drop(struct net_hops *hops)
{
    for (size_t i = 0; i < hops->count; i++)
        free(hops->sight[i].frame);
    hops->count = 0;
}

enum status net_hops_flush(struct net_hops *hops, struct diagnostic *diag)
{
    enum status status = STATUS_OK;

    if (hops->is_short)
        return diagnostic_set(diag, STATUS_IO, hops->path, 0, 0, "out of memory");
    if (hops->count > 0)
        qsort(hops->sight, hops->count, sizeof *hops->sight, sight_order);
    for (size_t i = 0; status == STATUS_OK && i < hops->count; i++) {
        const struct sight *at = &hops->sight[i];
        struct packet_sight sight = {.hop = at->hop,
                                     .direction = direction_of(at->hop),
                                     .packet_id = at->packet.number,
                                     .comment = at->comment[0] ? at->comment : NULL};

        status = packet_writer_put(hops->writer, &at->packet, &sight, diag);
    }
    sights_drop(hops);
    return status;
}

static void hops_free(struct net_hops *hops)
{
    sights_drop(hops);
    free(hops->sight);
    free(hops);
}

enum status net_hops_commit(struct net_hops *hops, struct diagnostic *diag)
{
    enum status status = packet_writer_commit(hops->writer, diag);

    hops_free(hops);
    return status;
}

void net_hops_abandon(struct net_hops *hops)
{
    if (!hops)
        return;
    packet_writer_abandon(hops->writer);
    hops_free(hops);
}
