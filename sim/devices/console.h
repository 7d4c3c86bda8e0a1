/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/console.h — where the characters of a guest go, and where its input comes from:
 * behind the UART, HTIF and the virtio console alike. Input is pulled: it is there whenever the
 * guest asks, so that a run depends on the input's bytes and not on when they arrived. */
#ifndef CVMLAB_SIM_DEVICES_CONSOLE_H
#define CVMLAB_SIM_DEVICES_CONSOLE_H

#include "base/types.h"

/* All zeros: output is thrown away, and there is no input. */
struct console {
    void (*put)(void *context, const uint8_t *bytes, size_t size_bytes);
    size_t (*get)(void *context, uint8_t *bytes, size_t most_bytes); /* how many there were */
    void *context;
};

/* Puts out these bytes. */
static inline void console_put(const struct console *console, const uint8_t *bytes, size_t size)
{
    if (console->put)
        console->put(console->context, bytes, size);
}

/* Takes up to most_bytes of input; returns how many, 0 if there are none. */
static inline size_t console_get(const struct console *console, uint8_t *bytes, size_t most_bytes)
{
    return console->get ? console->get(console->context, bytes, most_bytes) : 0;
}

#endif
