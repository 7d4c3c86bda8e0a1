/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_player.h — plays a capture: once or in a loop, at its own pace or at another.
 * Times are computed, nothing ever waits: the same capture and pacing give the same packets. */
#ifndef CVMLAB_SIM_TRACE_PACKET_PLAYER_H
#define CVMLAB_SIM_TRACE_PACKET_PLAYER_H

#include "base/diagnostic.h"
#include "trace/packet_set.h"

/* What a frame takes on the wire besides its recorded bytes (IEEE 802.3): preamble and start 8,
 * frame check sequence 4, gap between frames 12; and the shortest frame without its check
 * sequence, to which shorter ones are padded. */
enum { PACKET_WIRE_EXTRA_BYTES = 24, PACKET_WIRE_MIN_BYTES = 60 };

enum packet_pace {
    PACKET_PACE_RECORDED, /* the capture's own times, from 0; a loop begins one mean gap later */
    PACKET_PACE_PACKETS,  /* rate packets per second */
    PACKET_PACE_BITS,     /* rate bits per second of wire time, PACKET_WIRE_EXTRA_BYTES included */
    PACKET_PACE_FULL,     /* as fast as whoever takes them can: every time is 0 */
};

struct packet_pacing {
    enum packet_pace pace;
    uint64_t rate;  /* above 0 with PACKETS and BITS, else not looked at */
    uint32_t burst; /* with PACKETS and BITS: so many packets share a time; 0 is 1 */
    uint64_t loops; /* how often the capture is played; 0 is 1 */
};

struct packet_player;

/* Plays set, which stays the caller's and must not change. NULL and diag: rate 0, no memory. */
struct packet_player *packet_player_of_set(const struct packet_set *set,
                                           const struct packet_pacing *pacing,
                                           struct diagnostic *diag);

/* Plays the capture at path as it is read, again from its beginning for each loop; memory does not
 * depend on its length. NULL and diag: rate 0, "-" in a loop, or as packet_reader_open says. */
struct packet_player *packet_player_of_file(const char *path, const struct packet_pacing *pacing,
                                            struct diagnostic *diag);

/* The next packet: numbers go on across loops, times begin at 0 and never decrease. Valid until the
 * next call. STATUS_END after the last; STATUS_BAD_INPUT or STATUS_IO with diag, as
 * packet_reader_next; a time beyond 2^64 ns is STATUS_BAD_INPUT. */
enum status packet_player_next(struct packet_player *player, struct packet *packet,
                               struct diagnostic *diag);

/* Frees; NULL is allowed. */
void packet_player_close(struct packet_player *player);

#endif
