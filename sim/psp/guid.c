/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/guid.c — see guid.h. */
#include "psp/guid.h"

#include <stdio.h>
#include <string.h>

void guid_encode(const char *text, uint8_t bytes[GUID_BYTES])
{
    /* Where each pair of digits goes. */
    static const uint8_t place[GUID_BYTES] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

    for (unsigned i = 0; i < GUID_BYTES; i++) {
        unsigned value = 0;

        text += *text == '-';
        (void)sscanf(text, "%2x", &value);
        bytes[place[i]] = (uint8_t)value;
        text += 2;
    }
}

bool guid_equal(const uint8_t bytes[GUID_BYTES], const char *text)
{
    uint8_t wanted[GUID_BYTES];

    guid_encode(text, wanted);
    return memcmp(bytes, wanted, GUID_BYTES) == 0;
}
