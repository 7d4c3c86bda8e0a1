/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/mixed.c — the mixed compute program: lists, matrices, CRC, a state machine and
 * strings, a round of about 100 000 instructions. What a round computes depends on the one before.
 */
#include "mixed.h"

enum { NODES = 256, SIDE = 12, TEXT = 512 };

struct node {
    struct node *next;
    uint32_t value;
};

struct world {
    struct node node[NODES];
    int32_t a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];
    char text[TEXT], copy[TEXT];
    uint32_t crc_table[256];
};

static struct world world;

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* Sorts a list of random values by insertion into a list that is short each time; sums it. */
static uint32_t list_work(struct world *w, uint32_t *state)
{
    uint32_t sum = 0;

    for (unsigned part = 0; part < NODES / 16; part++) {
        struct node *head = 0;

        for (unsigned i = 0; i < 16; i++) {
            struct node *node = &w->node[part * 16 + i], **at = &head;

            node->value = next_random(state) & 0xffff;
            while (*at && (*at)->value < node->value)
                at = &(*at)->next;
            node->next = *at;
            *at = node;
        }
        for (const struct node *node = head; node; node = node->next)
            sum = sum * 31 + node->value;
    }
    return sum;
}

static uint32_t matrix_work(struct world *w, uint32_t *state)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < SIDE * SIDE; i++) {
        w->a[i / SIDE][i % SIDE] = (int32_t)(next_random(state) & 0xff) - 128;
        w->b[i / SIDE][i % SIDE] = (int32_t)(next_random(state) & 0xff) - 128;
    }
    for (unsigned i = 0; i < SIDE; i++)
        for (unsigned j = 0; j < SIDE; j++) {
            int32_t cell = 0;

            for (unsigned k = 0; k < SIDE; k++)
                cell += w->a[i][k] * w->b[k][j];
            w->c[i][j] = cell;
            sum += (uint32_t)cell;
        }
    return sum;
}

static void crc_prepare(struct world *w)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;

        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
        w->crc_table[i] = crc;
    }
}

static uint32_t crc_work(const struct world *w, uint32_t crc)
{
    const uint8_t *bytes = (const uint8_t *)w->c;

    for (unsigned i = 0; i < sizeof w->c; i++)
        crc = w->crc_table[(crc ^ bytes[i]) & 255] ^ crc >> 8;
    return crc;
}

/* Writes numbers as text, then reads them as a scanner does. */
static uint32_t text_work(struct world *w, uint32_t *state)
{
    static const char letters[] = "0123456789+-.eE ,x";
    enum { BLANK, NUMBER, FRACTION, EXPONENT, BAD } mode = BLANK;
    uint32_t count[5] = {0};

    for (unsigned i = 0; i < TEXT; i++)
        w->text[i] = letters[next_random(state) % (sizeof letters - 1)];
    for (unsigned i = 0; i < TEXT; i++) {
        char c = w->text[i];

        switch (mode) {
        case BLANK:
            mode = c >= '0' && c <= '9' ? NUMBER : c == ' ' || c == ',' ? BLANK : BAD;
            break;
        case NUMBER:
            mode = c == '.' ? FRACTION : c == 'e' ? EXPONENT : c == ' ' || c == ',' ? BLANK : mode;
            break;
        case FRACTION:
            mode = c == 'e' || c == 'E' ? EXPONENT : c == ' ' || c == ',' ? BLANK : mode;
            break;
        case EXPONENT:
        case BAD:
            mode = c == ' ' || c == ',' ? BLANK : mode;
            break;
        }
        count[mode]++;
        w->copy[TEXT - 1 - i] = c;
    }
    for (unsigned i = 0; i < TEXT; i++)
        count[0] += w->copy[i] == w->text[i];
    return count[0] + count[1] * 3 + count[2] * 5 + count[3] * 7 + count[4] * 11;
}

uint32_t guest_main(uint64_t rounds)
{
    uint32_t state = 1, result = 0;

    crc_prepare(&world);
    for (uint64_t i = 0; i < rounds; i++) {
        result = crc_work(&world, result ^ list_work(&world, &state));
        for (unsigned k = 0; k < 3; k++)
            result ^= matrix_work(&world, &state);
        result = result * 5 + text_work(&world, &state);
        state ^= result;
    }
    return result;
}
