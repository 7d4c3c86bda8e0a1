/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/utf8.c — see utf8.h. The ranges are those of the table in RFC 3629 section 4. */
#include "trace/utf8.h"

static bool byte_is_between(char byte, unsigned low, unsigned high)
{
    return (unsigned char)byte >= low && (unsigned char)byte <= high;
}

/* The second byte decides overlong forms, surrogates and the upper end. */
static bool second_byte_fits(unsigned char lead, char second)
{
    switch (lead) {
    case 0xe0:
        return byte_is_between(second, 0xa0, 0xbf);
    case 0xed:
        return byte_is_between(second, 0x80, 0x9f);
    case 0xf0:
        return byte_is_between(second, 0x90, 0xbf);
    case 0xf4:
        return byte_is_between(second, 0x80, 0x8f);
    default:
        return byte_is_between(second, 0x80, 0xbf);
    }
}

size_t utf8_char_bytes(const char *text)
{
    unsigned char lead = (unsigned char)text[0];
    size_t size;

    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (!second_byte_fits(lead, text[1]))
        return 0;
    for (size_t i = 2; i < size; i++)
        if (!byte_is_between(text[i], 0x80, 0xbf))
            return 0;
    return size;
}

bool utf8_is_valid(const char *text)
{
    while (*text) {
        size_t size = utf8_char_bytes(text);

        if (size == 0)
            return false;
        text += size;
    }
    return true;
}

size_t utf8_encode(uint32_t code, char *to)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xc0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xe0 | code >> 12);
        to[1] = (char)(0x80 | (code >> 6 & 0x3f));
        to[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | code >> 18);
    to[1] = (char)(0x80 | (code >> 12 & 0x3f));
    to[2] = (char)(0x80 | (code >> 6 & 0x3f));
    to[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}
