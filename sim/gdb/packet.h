/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/packet.h — packets of the remote protocol: $ data # and two digits of a checksum. Source:
 * "Debugging with GDB", "Overview" of the protocol. */
#ifndef CVMLAB_SIM_GDB_PACKET_H
#define CVMLAB_SIM_GDB_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the data of one packet, both ways (PacketSize). */
enum { PACKET_BYTES = 0x4000 };

enum packet_event {
    PACKET_NOTHING,   /* more bytes are needed */
    PACKET_WHOLE,     /* text and size_bytes hold a packet, until the next byte */
    PACKET_BROKEN,    /* its checksum is wrong: ask for it again */
    PACKET_LONG,      /* it was longer than PACKET_BYTES, and is lost */
    PACKET_REPEAT,    /* "-": what was sent did not arrive */
    PACKET_INTERRUPT, /* ^C */
};

enum packet_state { PACKET_OUTSIDE, PACKET_DATA, PACKET_ESCAPE, PACKET_SUM_HIGH, PACKET_SUM_LOW };

/* All zeros to begin with. */
struct packet_reader {
    enum packet_state state;
    uint8_t sum, sum_sent;
    bool is_long, is_broken;
    size_t size_bytes;
    char text[PACKET_BYTES + 1]; /* ends with a 0 that does not count; may hold others */
};

/* Takes one byte. Whatever arrives, a '$' outside of binary data begins a packet. */
enum packet_event packet_take(struct packet_reader *reader, uint8_t byte);

/* What is to be sent: everything escaped, at most. */
enum { PACKET_FRAME_BYTES = 2 * PACKET_BYTES + 4 };

/* Makes a packet of size_bytes of data, at most PACKET_BYTES. Returns its size. */
size_t packet_frame(const char *data, size_t size_bytes, char frame[PACKET_FRAME_BYTES]);

/* The data of a packet that is being made. */
struct reply {
    size_t size_bytes;
    bool is_cut; /* something had no room and was left out */
    char text[PACKET_BYTES + 1];
};

/* Adds text; bytes as hexadecimal digits; a register, lowest byte first. */
void reply_add(struct reply *reply, const char *format, ...) __attribute__((format(printf, 2, 3)));
void reply_add_hex(struct reply *reply, const void *bytes, size_t size_bytes);
void reply_add_register(struct reply *reply, uint64_t value, unsigned size_bytes);

/* Starts anew with text. */
void reply_set(struct reply *reply, const char *text);

/* What is left of a packet to read. */
struct cursor {
    const char *at, *end;
};

/* Takes this text, if it comes next. */
bool cursor_take(struct cursor *cursor, const char *text);

/* Takes a hexadecimal number of at most 64 bits, at least one digit. */
bool cursor_number(struct cursor *cursor, uint64_t *value);

/* Takes pairs of digits for size_bytes bytes; all or nothing. */
bool cursor_hex(struct cursor *cursor, void *bytes, size_t size_bytes);

#endif
