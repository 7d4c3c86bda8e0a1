/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_capture.c — the packets of `cvmlab net`. Read net.h first. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/net.h"

/* A file of this name comes first, then a shipped capture. */
static void capture_find(struct net_capture *capture, const char *name)
{
    char shipped[SHIPPED_PATH_BYTES], found[SHIPPED_PATH_BYTES];
    struct diagnostic ignored;

    snprintf(capture->path, sizeof capture->path, "%s", name);
    if (strchr(name, '/') || strcmp(name, "-") == 0 || access(name, F_OK) == 0)
        return;
    snprintf(shipped, sizeof shipped, NET_SHIPPED_FOLDER "%.100s" NET_SHIPPED_ENDING, name);
    if (shipped_find(shipped, found, &ignored) == STATUS_OK)
        memcpy(capture->path, found, sizeof found);
}

static enum status packet_keep(struct net_capture *capture, const struct packet *packet,
                               struct diagnostic *diag)
{
    enum status status = packet_set_append(capture->set, packet);

    if (status == STATUS_FULL)
        return diagnostic_set(diag, STATUS_BAD_INPUT, capture->path, 0, 0,
                              "more than %d MiB of frames cannot be held in memory; expected a "
                              "smaller capture, or a file without --loop",
                              PACKET_SET_MAX_BYTES >> 20);
    return status == STATUS_OK ? status
                               : diagnostic_set(diag, status, capture->path, 0, 0, "out of memory");
}

static enum status packets_scan(struct net_capture *capture, struct packet_reader *reader,
                                struct diagnostic *diag)
{
    struct packet packet;
    enum status status;

    while ((status = packet_reader_next(reader, &packet, diag)) == STATUS_OK) {
        if (packet.number == 1)
            capture->first_ns = packet.time_ns;
        capture->last_ns = packet.time_ns;
        if (packet.frame_bytes > capture->longest_bytes)
            capture->longest_bytes = packet.frame_bytes;
        if (capture->set)
            status = packet_keep(capture, &packet, diag);
        if (status != STATUS_OK)
            return status;
    }
    capture->found = *packet_reader_capture(reader);
    if (status != STATUS_END)
        return status;
    return capture->found.packets > 0 ? STATUS_OK
                                      : diagnostic_set(diag, STATUS_BAD_INPUT, capture->path, 0, 0,
                                                       "no packet in it; expected at least one");
}

enum status net_capture_open(struct net_capture *capture, const struct net_options *options,
                             struct diagnostic *diag)
{
    struct packet_reader *reader;
    enum status status;

    capture_find(capture, options->capture);
    reader = packet_reader_open(capture->path, diag);
    if (!reader)
        return STATUS_BAD_INPUT;
    if (options->loops > 0 || strcmp(capture->path, "-") == 0) {
        capture->set = packet_set_create();
        if (!capture->set) {
            packet_reader_close(reader);
            return diagnostic_set(diag, STATUS_IO, capture->path, 0, 0, "out of memory");
        }
    }
    status = packets_scan(capture, reader, diag);
    packet_reader_close(reader);
    return status;
}

struct packet_player *net_capture_play(const struct net_capture *capture,
                                       const struct net_options *options, struct diagnostic *diag)
{
    struct packet_pacing pacing = {
        .pace = options->rate ? PACKET_PACE_PACKETS : PACKET_PACE_RECORDED,
        .rate = options->rate,
        .burst = (uint32_t)options->burst,
    };

    return capture->set ? packet_player_of_set(capture->set, &pacing, diag)
                        : packet_player_of_file(capture->path, &pacing, diag);
}

void net_capture_close(struct net_capture *capture)
{
    packet_set_free(capture->set);
}
