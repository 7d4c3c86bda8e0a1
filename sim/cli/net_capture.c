/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_capture.c — the packets of `cvmlab net`. Read net.h first. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/net.h"

/* Where shipped captures lie, and how their names may end. */
#define SHIPPED_FOLDER "traces/packets/"
static const char *const endings[] = {".pcap.zst", ".pcapng.zst", NULL};

/* A file of this name comes first, then a shipped capture. */
static void capture_find(struct net_capture *capture, const char *name)
{
    char shipped[SHIPPED_PATH_BYTES], found[SHIPPED_PATH_BYTES];
    struct diagnostic ignored;

    snprintf(capture->path, sizeof capture->path, "%s", name);
    if (strchr(name, '/') || strcmp(name, "-") == 0 || access(name, F_OK) == 0)
        return;
    for (size_t i = 0; endings[i]; i++) {
        snprintf(shipped, sizeof shipped, SHIPPED_FOLDER "%.100s%s", name, endings[i]);
        if (shipped_find(shipped, found, &ignored) == STATUS_OK)
            memcpy(capture->path, found, sizeof found);
    }
}

/* Length of a capture's name without its ending; 0: it is none. */
static int stem_length(const char *name)
{
    for (size_t i = 0; endings[i]; i++) {
        const char *ending = strstr(name, endings[i]);

        if (ending && strcmp(ending, endings[i]) == 0)
            return (int)(ending - name);
    }
    return 0;
}

static int is_capture(const struct dirent *entry)
{
    return stem_length(entry->d_name) > 0;
}

void net_captures_list(void)
{
    char folder[SHIPPED_PATH_BYTES];
    struct diagnostic ignored;
    struct dirent **entry;
    int count = -1;

    if (shipped_find(SHIPPED_FOLDER, folder, &ignored) == STATUS_OK)
        count = scandir(folder, &entry, is_capture, alphasort);
    if (count <= 0)
        printf("  none was found\n");
    for (int i = 0; i < count; i++) {
        printf("  %.*s\n", stem_length(entry[i]->d_name), entry[i]->d_name);
        free(entry[i]);
    }
    if (count >= 0)
        free(entry);
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
