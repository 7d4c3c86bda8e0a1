/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/value.c — computes the bytes that steps write and compare. See world.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/world.h"

enum { CELL_TEXT_MAX = 14, CELL_HEX_BYTES = 6 };

static unsigned hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return (unsigned)(digit - '0');
    return (unsigned)(tolower((unsigned char)digit) - 'a' + 10);
}

/* Text or hex, padded to size, repeated. */
static size_t literal_compute(const struct scenario_value *value, uint8_t out[VALUE_BYTES])
{
    size_t length = strlen(value->text), size = value->size;

    memset(out, 0, size);
    if (value->kind == VALUE_TEXT)
        memcpy(out, value->text, length);
    else
        for (size_t i = 0; i < length / 2; i++)
            out[i] =
                (uint8_t)(hex_digit(value->text[2 * i]) << 4 | hex_digit(value->text[2 * i + 1]));
    for (unsigned i = 1; i < value->repeat; i++)
        memcpy(out + i * size, out, size);
    return size * value->repeat;
}

static bool remembered_compute(const struct world *world, const struct scenario_value *value,
                               uint8_t out[VALUE_BYTES], size_t *size)
{
    const struct world_bytes *bytes = &world->bytes[value->bytes];

    *size = value->size                   ? value->size
            : bytes->size > value->offset ? bytes->size - value->offset
                                          : 0;
    if (!bytes->data || value->offset + *size > bytes->size)
        return false;
    memcpy(out, bytes->data + value->offset, *size);
    return true;
}

/* As long as its shortest operand. */
static bool xor_compute(const struct world *world, const struct scenario_value *value,
                        uint8_t out[VALUE_BYTES], size_t *size)
{
    uint8_t operand[VALUE_BYTES];
    size_t length;

    if (!value_compute(world, value->first, out, size))
        return false;
    for (unsigned i = 1; i < value->count; i++) {
        if (!value_compute(world, value->first + (int)i, operand, &length))
            return false;
        if (length < *size)
            *size = length;
        for (size_t k = 0; k < *size; k++)
            out[k] ^= operand[k];
    }
    return true;
}

bool value_compute(const struct world *world, int index, uint8_t out[VALUE_BYTES], size_t *size)
{
    const struct scenario_value *value = &world->scenario->value[index];

    switch (value->kind) {
    case VALUE_TEXT:
    case VALUE_HEX:
        *size = literal_compute(value, out);
        return true;
    case VALUE_REMEMBERED:
        return remembered_compute(world, value, out, size);
    case VALUE_TWEAK:
        *size = CIPHER_BLOCK_BYTES;
        cipher_public_tweak(world->machine->spec.memory.cipher, value->spa, out);
        return true;
    case VALUE_XOR:
        return xor_compute(world, value, out, size);
    }
    return false;
}

enum status world_remember(struct world *world, int name, const uint8_t *data, size_t size)
{
    struct world_bytes *bytes = &world->bytes[name];
    uint8_t *copy = malloc(size ? size : 1);

    if (!copy)
        return STATUS_IO;
    memcpy(copy, data, size);
    free(bytes->data);
    *bytes = (struct world_bytes){copy, size};
    return STATUS_OK;
}

void bytes_tell(const uint8_t *data, size_t size, char cell[STEP_CELL_BYTES])
{
    size_t length = size, used = 0;

    while (length > 0 && data[length - 1] == 0)
        length--;
    for (size_t i = 0; i < length; i++)
        if (!isprint(data[i]) && used == 0)
            used = 1;
    if (length > 0 && used == 0) {
        (void)snprintf(cell, STEP_CELL_BYTES, "\"%.*s%s\"",
                       (int)(length > CELL_TEXT_MAX ? CELL_TEXT_MAX - 2 : length),
                       (const char *)data, length > CELL_TEXT_MAX ? ".." : "");
        return;
    }
    used = 0;
    for (size_t i = 0; i < size && i < CELL_HEX_BYTES; i++)
        used += (size_t)snprintf(cell + used, STEP_CELL_BYTES - used, "%02x%s", data[i],
                                 i % 2 && i + 1 < size && i + 1 < CELL_HEX_BYTES ? " " : "");
    if (size > CELL_HEX_BYTES)
        (void)snprintf(cell + used, STEP_CELL_BYTES - used, "..");
}
