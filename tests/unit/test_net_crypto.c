/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "net/crypto.h"

enum { TEXT_BYTES = 1500 };

static uint8_t plain[TEXT_BYTES], sealed[TEXT_BYTES], opened[TEXT_BYTES];

/* NIST's GCM validation example (McGrew and Viega, "The Galois/Counter Mode of Operation", test
 * case 4): 60 bytes with 20 bytes of associated data do not fit AEAD_AAD_BYTES_MAX, so test case 3:
 * 64 bytes without any. */
static const uint8_t case3_key[16] = {0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65, 0x73, 0x1c,
                                      0x6d, 0x6a, 0x8f, 0x94, 0x67, 0x30, 0x83, 0x08};
static const uint8_t case3_iv[12] = {0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce,
                                     0xdb, 0xad, 0xde, 0xca, 0xf8, 0x88};
static const uint8_t case3_plain[16] = {0xd9, 0x31, 0x32, 0x25, 0xf8, 0x84, 0x06, 0xe5,
                                        0xa5, 0x59, 0x09, 0xc5, 0xaf, 0xf5, 0x26, 0x9a};
static const uint8_t case3_sealed[16] = {0x42, 0x83, 0x1e, 0xc2, 0x21, 0x77, 0x74, 0x24,
                                         0x4b, 0x72, 0x21, 0xb7, 0x84, 0xd0, 0xd4, 0x9c};

/* The libraries that this program has. */
static void each_library(void (*check)(enum aead_library library))
{
    for (unsigned library = 0; library < AEAD_LIBRARY_COUNT; library++)
        if (aead_library_is_there(library))
            check(library);
}

static void published_check(enum aead_library library)
{
    uint8_t out[16], tag[16];
    struct aead_text text = {.iv = case3_iv, .from = case3_plain, .size_bytes = 16, .to = out};
    struct aead *aead;

    text.aad = case3_iv;
    assert_int_equal(aead_create(library, case3_key, 16, &aead), STATUS_OK);
    assert_int_equal(aead_seal(aead, &text, tag, 16), STATUS_OK);
    assert_memory_equal(out, case3_sealed, 16);
    aead_destroy(aead);
}

static void the_first_block_is_the_published_one(void **unused)
{
    (void)unused;
    each_library(published_check);
}

static void round_trip_check(enum aead_library library)
{
    static const size_t keys[] = {16, 24, 32}, tags[] = {8, 12, 16};
    uint8_t key[32], iv[12] = {1}, aad[8] = {2}, tag[16], other[16];
    uint64_t state = 7;

    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)random_next(&state);
    for (size_t i = 0; i < TEXT_BYTES; i++)
        plain[i] = (uint8_t)random_next(&state);
    for (unsigned k = 0; k < 3; k++) {
        for (size_t size = 0; size <= TEXT_BYTES; size += 1 + size / 3) {
            struct aead_text to = {iv, aad, 8, plain, size, sealed};
            struct aead_text back = {iv, aad, 8, sealed, size, opened};
            struct aead *mine, *reference;

            assert_int_equal(aead_create(library, key, keys[k], &mine), STATUS_OK);
            assert_int_equal(aead_create(AEAD_OPENSSL, key, keys[k], &reference), STATUS_OK);
            assert_int_equal(aead_seal(mine, &to, tag, tags[k]), STATUS_OK);
            assert_int_equal(aead_open(reference, &back, tag, tags[k]), STATUS_OK);
            assert_memory_equal(opened, plain, size);
            assert_int_equal(aead_seal(reference, &to, other, tags[k]), STATUS_OK);
            assert_memory_equal(other, tag, tags[k]);
            assert_int_equal(aead_open(mine, &back, other, tags[k]), STATUS_OK);
            aead_destroy(mine);
            aead_destroy(reference);
        }
    }
}

static void what_one_library_seals_every_other_opens(void **unused)
{
    (void)unused;
    each_library(round_trip_check);
}

static void forged_check(enum aead_library library)
{
    uint8_t key[16] = {3}, iv[12] = {4}, aad[8] = {5}, tag[16];
    struct aead_text to = {iv, aad, 8, plain, 100, sealed};
    struct aead_text back = {iv, aad, 8, sealed, 100, opened};
    struct aead *aead;

    assert_int_equal(aead_create(library, key, 16, &aead), STATUS_OK);
    for (unsigned bit = 0; bit < 8 * (100 + 8 + 16); bit += 13) {
        uint8_t *at = bit < 800   ? sealed + bit / 8
                      : bit < 864 ? aad + (bit - 800) / 8
                                  : tag + (bit - 864) / 8;

        assert_int_equal(aead_seal(aead, &to, tag, 16), STATUS_OK);
        *at ^= (uint8_t)(1 << bit % 8);
        memset(opened, 0xaa, sizeof opened);
        assert_int_equal(aead_open(aead, &back, tag, 16), STATUS_DENIED);
        for (unsigned i = 0; i < 100; i++)
            assert_int_equal(opened[i], 0); /* no unverified plaintext */
        *at ^= (uint8_t)(1 << bit % 8);
    }
    aead_destroy(aead);
}

static void one_wrong_bit_is_refused_and_leaves_nothing(void **unused)
{
    (void)unused;
    each_library(forged_check);
}

static void pieces_check(enum aead_library library)
{
    uint8_t key[32] = {6}, iv[12] = {7}, aad[8] = {8}, tag[16];
    struct aead_text to = {iv, aad, 8, plain, 1337, sealed};
    struct aead *aead;

    assert_int_equal(aead_create(library, key, 32, &aead), STATUS_OK);
    assert_int_equal(aead_seal(aead, &to, tag, 16), STATUS_OK);
    for (size_t piece = 1; piece < 1337; piece += 37) {
        assert_int_equal(aead_open_start(aead, &to), STATUS_OK);
        for (size_t at = 0; at < 1337; at += piece)
            assert_int_equal(aead_open_piece(aead, sealed + at, opened + at,
                                             1337 - at < piece ? 1337 - at : piece),
                             STATUS_OK);
        assert_int_equal(aead_open_finish(aead, tag, 16), STATUS_OK);
        assert_memory_equal(opened, plain, 1337);
    }
    aead_destroy(aead);
}

static void pieces_of_any_size_give_the_same(void **unused)
{
    (void)unused;
    each_library(pieces_check);
}

static void other_keys_are_refused(void **unused)
{
    uint8_t key[32] = {0};
    struct aead *aead = (struct aead *)key; /* any: it must become NULL */
    enum aead_library found;

    (void)unused;
    assert_int_equal(aead_create(AEAD_OPENSSL, key, 17, &aead), STATUS_BAD_INPUT);
    assert_null(aead);
    assert_int_equal(aead_create(AEAD_LIBRARY_COUNT, key, 16, &aead), STATUS_BAD_STATE);
    assert_null(aead_library_name(AEAD_LIBRARY_COUNT));
    assert_true(aead_library_is_there(aead_library_default()));
    assert_true(aead_library_find(NULL, &found));
    assert_int_equal(found, aead_library_default());
    assert_true(aead_library_find("openssl", &found));
    assert_int_equal(found, AEAD_OPENSSL);
    assert_false(aead_library_find("rot13", &found));
    assert_int_equal(found, AEAD_OPENSSL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_block_is_the_published_one),
        cmocka_unit_test(what_one_library_seals_every_other_opens),
        cmocka_unit_test(one_wrong_bit_is_refused_and_leaves_nothing),
        cmocka_unit_test(pieces_of_any_size_give_the_same),
        cmocka_unit_test(other_keys_are_refused),
    };

    return cmocka_run_group_tests_name("net_crypto", tests, NULL, NULL);
}
