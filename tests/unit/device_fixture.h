/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/device_fixture.h — what stands around a device under test: wires that are watched, a
 * console with scripted input, a power button that is noted. */
#ifndef CVMLAB_TESTS_DEVICE_FIXTURE_H
#define CVMLAB_TESTS_DEVICE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "devices/bus.h"
#include "devices/console.h"
#include "devices/interrupt_line.h"
#include "devices/power.h"

enum { WIRE_COUNT = 64, CONSOLE_BYTES = 512 };

/* Levels by number; context of its lines. */
struct wires {
    bool level[WIRE_COUNT];
};

static inline void wire_set(void *context, unsigned number, bool level)
{
    struct wires *wires = context;

    assert_true(number < WIRE_COUNT);
    wires->level[number] = level;
}

static inline struct interrupt_line wire(struct wires *wires, unsigned number)
{
    return (struct interrupt_line){wire_set, wires, number};
}

struct script {
    const char *input; /* what is left of it; NULL: none */
    char output[CONSOLE_BYTES];
    size_t output_bytes;
};

static inline void script_put(void *context, const uint8_t *bytes, size_t size_bytes)
{
    struct script *script = context;

    assert_true(size_bytes < CONSOLE_BYTES - script->output_bytes);
    memcpy(script->output + script->output_bytes, bytes, size_bytes);
    script->output_bytes += size_bytes;
}

static inline size_t script_get(void *context, uint8_t *bytes, size_t most_bytes)
{
    struct script *script = context;
    size_t size = script->input ? strlen(script->input) : 0;

    size = size < most_bytes ? size : most_bytes;
    if (size > 0) {
        memcpy(bytes, script->input, size);
        script->input += size;
    }
    return size;
}

static inline struct console script_console(struct script *script)
{
    return (struct console){script_put, script_get, script};
}

struct button {
    unsigned presses;
    enum power_request request;
    uint64_t number;
};

static inline void button_press(void *context, enum power_request request, uint64_t number)
{
    struct button *button = context;

    button->presses++;
    button->request = request;
    button->number = number;
}

static inline struct power button_power(struct button *button)
{
    return (struct power){button_press, button};
}

#endif
