/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_player.c — see packet_player.h. Times at a rate come from a sum of whole units
 * (packets, or bits) that is divided by the rate each time: nothing is rounded twice, so a long run
 * does not drift. Tested by tests/unit/test_packet_player.c. */
#include "trace/packet_player.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trace/packet_in.h"

enum { NS_PER_S = 1000 * 1000 * 1000, BITS_PER_BYTE = 8 };

/* Where the packets come from: a set, or a file that is opened anew for each loop. */
struct packet_player {
    struct packet_pacing pacing;
    const struct packet_set *set; /* NULL: reader */
    size_t next;                  /* of the set */
    struct packet_reader *reader; /* NULL: between two loops */
    char *path;                   /* for messages */

    uint64_t loops_done;
    uint64_t in_loop;       /* packets of this loop so far */
    uint64_t number;        /* of the last packet */
    uint64_t first_ns;      /* recorded time of the first packet */
    uint64_t last_ns;       /* recorded time of the last one, from the first on */
    uint64_t loop_start_ns; /* RECORDED: when this loop began */
    uint64_t units;         /* PACKETS, BITS: what was sent before the next packet */
    uint32_t in_burst;      /* packets that share its time so far */
    uint64_t burst_ns;      /* the time that they share */
};

static enum status time_fail(const struct packet_player *player, struct diagnostic *diag)
{
    return diagnostic_set(diag, STATUS_BAD_INPUT, player->path, 0, 0,
                          "played for too long; expected less than 2^64 ns, 584 years");
}

/* The next packet of this loop. */
static enum status source_next(struct packet_player *player, struct packet *packet,
                               struct diagnostic *diag)
{
    const struct packet *list;
    size_t count;

    if (!player->set) {
        if (!player->reader)
            player->reader = packet_reader_open(player->path, diag);
        return player->reader ? packet_reader_next(player->reader, packet, diag) : STATUS_BAD_INPUT;
    }
    list = packet_set_packets(player->set, &count);
    if (player->next == count)
        return STATUS_END;
    *packet = list[player->next++];
    return STATUS_OK;
}

static void source_rewind(struct packet_player *player)
{
    packet_reader_close(player->reader);
    player->reader = NULL;
    player->next = 0;
}

/* The next loop begins one mean gap after the last packet of this one. */
static enum status loop_end(struct packet_player *player, struct diagnostic *diag)
{
    uint64_t gaps = player->in_loop > 1 ? player->in_loop - 1 : 1;
    uint64_t more = player->last_ns + player->last_ns / gaps;

    player->loops_done++;
    if (player->loops_done >= player->pacing.loops)
        return STATUS_END;
    if (player->pacing.pace == PACKET_PACE_RECORDED &&
        (more < player->last_ns ||
         __builtin_add_overflow(player->loop_start_ns, more, &player->loop_start_ns)))
        return time_fail(player, diag);
    source_rewind(player);
    player->in_loop = 0;
    return STATUS_OK;
}

static enum status time_recorded(struct packet_player *player, const struct packet *packet,
                                 uint64_t *time_ns, struct diagnostic *diag)
{
    if (player->in_loop == 0)
        player->first_ns = packet->time_ns;
    player->last_ns = packet->time_ns - player->first_ns;
    if (__builtin_add_overflow(player->loop_start_ns, player->last_ns, time_ns))
        return time_fail(player, diag);
    return STATUS_OK;
}

static uint64_t wire_bits(const struct packet *packet)
{
    uint64_t bytes = packet->wire_bytes;

    if (bytes < PACKET_WIRE_MIN_BYTES)
        bytes = PACKET_WIRE_MIN_BYTES;
    return (bytes + PACKET_WIRE_EXTRA_BYTES) * BITS_PER_BYTE;
}

static enum status time_at_rate(struct packet_player *player, const struct packet *packet,
                                uint64_t *time_ns, struct diagnostic *diag)
{
    uint64_t rate = player->pacing.rate, units;

    if (player->in_burst == 0) {
        uint64_t seconds = player->units / rate;
        unsigned __int128 rest = (unsigned __int128)(player->units % rate) * NS_PER_S / rate;

        if (seconds >= UINT64_MAX / NS_PER_S)
            return time_fail(player, diag);
        player->burst_ns = seconds * NS_PER_S + (uint64_t)rest;
    }
    *time_ns = player->burst_ns;
    units = player->pacing.pace == PACKET_PACE_BITS ? wire_bits(packet) : 1;
    if (__builtin_add_overflow(player->units, units, &player->units))
        return time_fail(player, diag);
    player->in_burst = (player->in_burst + 1) % player->pacing.burst;
    return STATUS_OK;
}

static enum status time_set(struct packet_player *player, struct packet *packet,
                            struct diagnostic *diag)
{
    switch (player->pacing.pace) {
    case PACKET_PACE_RECORDED:
        return time_recorded(player, packet, &packet->time_ns, diag);
    case PACKET_PACE_PACKETS:
    case PACKET_PACE_BITS:
        return time_at_rate(player, packet, &packet->time_ns, diag);
    case PACKET_PACE_FULL:
        break;
    }
    packet->time_ns = 0;
    return STATUS_OK;
}

enum status packet_player_next(struct packet_player *player, struct packet *packet,
                               struct diagnostic *diag)
{
    struct packet played;
    enum status st = source_next(player, &played, diag);

    if (st == STATUS_END) {
        if (player->loops_done >= player->pacing.loops)
            return STATUS_END;
        st = loop_end(player, diag);
        if (st == STATUS_OK)
            st = source_next(player, &played, diag);
    }
    if (st == STATUS_OK)
        st = time_set(player, &played, diag);
    if (st != STATUS_OK)
        return st;
    player->in_loop++;
    played.number = ++player->number;
    *packet = played;
    return STATUS_OK;
}

static struct packet_player *player_make(const char *path, const struct packet_pacing *pacing,
                                         struct diagnostic *diag)
{
    bool has_rate = pacing->pace == PACKET_PACE_PACKETS || pacing->pace == PACKET_PACE_BITS;
    struct packet_player *player;

    if (has_rate && pacing->rate == 0) {
        (void)diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                             "rate 0; expected at least 1 per second");
        return NULL;
    }
    player = calloc(1, sizeof *player);
    if (player)
        player->path = strdup(path);
    if (!player || !player->path) {
        (void)diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
        free(player);
        return NULL;
    }
    player->pacing = *pacing;
    if (pacing->burst == 0)
        player->pacing.burst = 1;
    if (pacing->loops == 0)
        player->pacing.loops = 1;
    return player;
}

struct packet_player *packet_player_of_set(const struct packet_set *set,
                                           const struct packet_pacing *pacing,
                                           struct diagnostic *diag)
{
    struct packet_player *player = player_make("packets in memory", pacing, diag);

    if (player)
        player->set = set;
    return player;
}

struct packet_player *packet_player_of_file(const char *path, const struct packet_pacing *pacing,
                                            struct diagnostic *diag)
{
    struct packet_player *player;

    if (strcmp(path, "-") == 0 && pacing->loops > 1) {
        (void)diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                             "standard input is read once; expected a file to play in a loop");
        return NULL;
    }
    player = player_make(path, pacing, diag);
    if (player)
        player->reader = packet_reader_open(path, diag);
    if (player && !player->reader) {
        packet_player_close(player);
        return NULL;
    }
    return player;
}

void packet_player_close(struct packet_player *player)
{
    if (!player)
        return;
    packet_reader_close(player->reader);
    free(player->path);
    free(player);
}
