/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_xts_check.c — AES-XTS by blocks against OpenSSL's mode, at every length and with
 * both key sizes, and against IEEE 1619-2007, annex B. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/random.h"
#include "psp/hex.h"
#include "psp/xts_check.h"

enum { LENGTH_MAX = 100 };

static void fill(uint8_t *bytes, size_t size, uint64_t *state)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)random_next(state);
}

static void blocks_and_mode_agree_at_every_length(void **unused)
{
    uint8_t key[XTS_KEY_MAX_BYTES], iv[XTS_BLOCK_BYTES], in[LENGTH_MAX];
    uint8_t by_mode[LENGTH_MAX], by_blocks[LENGTH_MAX];
    uint64_t state = 0x1d;

    (void)unused;
    for (size_t size = XTS_BLOCK_BYTES; size <= LENGTH_MAX; size++)
        for (size_t key_bytes = 32; key_bytes <= 64; key_bytes += 32)
            for (unsigned way = XTS_ENCRYPT; way <= XTS_DECRYPT; way++) {
                struct xts_unit unit = {key, iv, in, key_bytes, size};

                fill(key, sizeof key, &state);
                fill(iv, sizeof iv, &state);
                fill(in, sizeof in, &state);
                assert_int_equal(xts_by_mode(&unit, (enum xts_way)way, by_mode), STATUS_OK);
                assert_int_equal(xts_by_blocks(&unit, (enum xts_way)way, by_blocks), STATUS_OK);
                assert_memory_equal(by_mode, by_blocks, size);
            }
}

/* Vector 1 of the annex has a key of zeros, which OpenSSL does not encrypt with. */
static void a_key_of_equal_halves_works_by_blocks(void **unused)
{
    static const uint8_t zeros[32];
    struct xts_unit unit = {zeros, zeros, zeros, 32, 32};
    uint8_t out[32], back[32];
    char text[65];

    (void)unused;
    assert_int_equal(xts_by_mode(&unit, XTS_ENCRYPT, out), STATUS_DENIED);
    assert_int_equal(xts_by_blocks(&unit, XTS_ENCRYPT, out), STATUS_OK);
    hex_encode(out, sizeof out, text);
    assert_string_equal(text, "917cf69ebd68b2ec9b9fe9a3eadda692cd43d2f59598ed858c02c2652fbf922e");
    unit.in = out;
    assert_int_equal(xts_by_mode(&unit, XTS_DECRYPT, back), STATUS_OK);
    assert_memory_equal(back, zeros, sizeof back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_and_mode_agree_at_every_length),
        cmocka_unit_test(a_key_of_equal_halves_works_by_blocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
