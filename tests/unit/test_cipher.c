/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_cipher.c — the memory encryption against known answers, against EVP's own XTS,
 * and the exact weakness of the older modes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <openssl/evp.h>

#include "base/random.h"
#include "memory/cipher.h"

enum { PAGE_BLOCKS = PAGE_SIZE / CIPHER_BLOCK_BYTES };

static void random_fill(uint64_t *state, void *to, size_t size_bytes)
{
    uint8_t *bytes = to;

    for (size_t i = 0; i < size_bytes; i++)
        bytes[i] = (uint8_t)random_next(state);
}

/* The first block of vectors 2, 3 and 10 of IEEE Std 1619-2007, annex B, as a data unit of its own;
 * and one of LibTomCrypt's, with a tweak of five bytes. */
static const struct {
    enum cipher_mode mode;
    uint64_t tweak;
    uint8_t key[CIPHER_KEY_BYTES + 1], plain[CIPHER_BLOCK_BYTES + 1],
        sealed[CIPHER_BLOCK_BYTES + 1];
} known[] = {
    {CIPHER_XTS128, 0x3333333333,
     "\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11"
     "\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22",
     "DDDDDDDDDDDDDDDD", "\xc4\x54\x18\x5e\x6a\x16\x93\x6e\x39\x33\x40\x38\xac\xef\x83\x8b"},
    {CIPHER_XTS128, 0x3333333333,
     "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4\xf3\xf2\xf1\xf0"
     "\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22",
     "DDDDDDDDDDDDDDDD", "\xaf\x85\x33\x6b\x59\x7a\xfc\x1a\x90\x0b\x2e\xb2\x1e\xc9\x49\xd2"},
    {CIPHER_XTS128, 0x123456789a,
     "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4\xf3\xf2\xf1\xf0"
     "\xbf\xbe\xbd\xbc\xbb\xba\xb9\xb8\xb7\xb6\xb5\xb4\xb3\xb2\xb1\xb0",
     "DDDDDDDDDDDDDDDD", "\xb0\x1f\x86\xf8\xed\xc1\x86\x37\x06\xfa\x8a\x42\x53\xe3\x4f\x28"},
    {CIPHER_XTS256, 0xff,
     "\x27\x18\x28\x18\x28\x45\x90\x45\x23\x53\x60\x28\x74\x71\x35\x26"
     "\x62\x49\x77\x57\x24\x70\x93\x69\x99\x59\x57\x49\x66\x96\x76\x27"
     "\x31\x41\x59\x26\x53\x58\x97\x93\x23\x84\x62\x64\x33\x83\x27\x95"
     "\x02\x88\x41\x97\x16\x93\x99\x37\x51\x05\x82\x09\x74\x94\x45\x92",
     "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f",
     "\x1c\x3b\x3a\x10\x2f\x77\x03\x86\xe4\x83\x6c\x99\xe3\x70\xcf\x9b"},
};

static void known_answers_come_out_both_ways(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct cipher *cipher = cipher_create(known[i].mode, known[i].key);
        spa_t spa = {known[i].tweak * CIPHER_BLOCK_BYTES};
        uint8_t block[CIPHER_BLOCK_BYTES];

        assert_non_null(cipher);
        cipher_encrypt(cipher, spa, known[i].plain, block, sizeof block);
        assert_memory_equal(block, known[i].sealed, sizeof block);
        cipher_decrypt(cipher, spa, block, block, sizeof block);
        assert_memory_equal(block, known[i].plain, sizeof block);
        cipher_destroy(cipher);
    }
}

/* The oracle: EVP's XTS, one data unit per block. */
static void oracle_encrypt(const EVP_CIPHER *xts, const uint8_t *key, spa_t spa,
                           const uint8_t *from, uint8_t *to, size_t size_bytes)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

    assert_non_null(context);
    assert_int_equal(EVP_EncryptInit_ex2(context, xts, key, NULL, NULL), 1);
    for (size_t at = 0; at < size_bytes; at += CIPHER_BLOCK_BYTES) {
        uint64_t number = (spa.v + at) >> 4;
        uint8_t tweak[CIPHER_BLOCK_BYTES] = {0};
        int written;

        for (unsigned i = 0; i < sizeof number; i++)
            tweak[i] = (uint8_t)(number >> 8 * i);
        assert_int_equal(EVP_EncryptInit_ex2(context, NULL, NULL, tweak, NULL), 1);
        assert_int_equal(
            EVP_EncryptUpdate(context, to + at, &written, from + at, CIPHER_BLOCK_BYTES), 1);
    }
    EVP_CIPHER_CTX_free(context);
}

static void xts_is_that_of_the_library(void **unused)
{
    uint8_t key[CIPHER_KEY_BYTES], plain[PAGE_SIZE], sealed[PAGE_SIZE], expected[PAGE_SIZE];
    uint64_t state = 1;

    (void)unused;
    for (unsigned i = 0; i < 64; i++) {
        bool is_long = i % 2;
        struct cipher *cipher;
        spa_t spa = {random_next(&state) >> 12 & ~(uint64_t)(PAGE_SIZE - 1)};
        size_t at = random_next(&state) % PAGE_BLOCKS * CIPHER_BLOCK_BYTES;

        random_fill(&state, key, sizeof key);
        random_fill(&state, plain, sizeof plain);
        cipher = cipher_create(is_long ? CIPHER_XTS256 : CIPHER_XTS128, key);
        oracle_encrypt(is_long ? EVP_aes_256_xts() : EVP_aes_128_xts(), key, spa, plain, expected,
                       PAGE_SIZE);
        cipher_encrypt(cipher, spa, plain, sealed, PAGE_SIZE);
        assert_memory_equal(sealed, expected, PAGE_SIZE);
        cipher_decrypt(cipher, (spa_t){spa.v + at}, sealed + at, sealed + at, PAGE_SIZE - at);
        assert_memory_equal(sealed + at, plain + at, PAGE_SIZE - at);
        cipher_destroy(cipher);
    }
}

static void every_mode_is_undone_in_place_and_at_any_alignment(void **unused)
{
    uint8_t key[CIPHER_KEY_BYTES], buffer[PAGE_SIZE + 1], plain[PAGE_SIZE];
    uint64_t state = 2;

    (void)unused;
    random_fill(&state, key, sizeof key);
    random_fill(&state, plain, sizeof plain);
    for (unsigned mode = CIPHER_NONE; mode <= CIPHER_XTS256; mode++) {
        struct cipher *cipher = cipher_create((enum cipher_mode)mode, key);
        spa_t spa = {0x12345000};

        memcpy(buffer + 1, plain, sizeof plain);
        cipher_encrypt(cipher, spa, buffer + 1, buffer + 1, sizeof plain);
        assert_int_equal(memcmp(buffer + 1, plain, sizeof plain) == 0, mode == CIPHER_NONE);
        cipher_decrypt(cipher, spa, buffer + 1, buffer + 1, sizeof plain);
        assert_memory_equal(buffer + 1, plain, sizeof plain);
        cipher_destroy(cipher);
    }
}

/* P xor T(a) xor T(b): what the block of a reads as at b. */
static void expected_at(enum cipher_mode mode, const uint8_t *plain, spa_t a, spa_t b, uint8_t *to)
{
    uint8_t tweak_a[CIPHER_BLOCK_BYTES], tweak_b[CIPHER_BLOCK_BYTES];

    cipher_public_tweak(mode, a, tweak_a);
    cipher_public_tweak(mode, b, tweak_b);
    for (unsigned i = 0; i < CIPHER_BLOCK_BYTES; i++)
        to[i] = plain[i] ^ tweak_a[i] ^ tweak_b[i];
}

static spa_t random_block(uint64_t *state)
{
    return (spa_t){random_next(state) >> 16 & ~(uint64_t)(CIPHER_BLOCK_BYTES - 1)};
}

static void an_xe_block_that_was_moved_differs_by_two_public_tweaks(void **unused)
{
    uint8_t key[CIPHER_KEY_BYTES] = "sixteen byte key",
            plain[CIPHER_BLOCK_BYTES] = "attack at dawn!";
    struct cipher *cipher = cipher_create(CIPHER_XE, key);
    uint64_t state = 3;

    (void)unused;
    for (unsigned i = 0; i < 100; i++) {
        spa_t a = random_block(&state), b = random_block(&state);
        uint8_t block[CIPHER_BLOCK_BYTES], expected[CIPHER_BLOCK_BYTES];

        cipher_encrypt(cipher, a, plain, block, sizeof block);
        cipher_decrypt(cipher, b, block, block, sizeof block);
        expected_at(CIPHER_XE, plain, a, b, expected);
        assert_memory_equal(block, expected, sizeof block);
    }
    cipher_destroy(cipher);
}

/* SEVurity: whoever moves the block must xor the two tweaks into the ciphertext as well. */
static void a_weak_xex_block_moves_if_the_ciphertext_takes_the_tweaks_too(void **unused)
{
    uint8_t key[CIPHER_KEY_BYTES] = "sixteen byte key",
            plain[CIPHER_BLOCK_BYTES] = "attack at dawn!";
    struct cipher *cipher = cipher_create(CIPHER_XEX_WEAK, key);
    uint64_t state = 4;

    (void)unused;
    for (unsigned i = 0; i < 100; i++) {
        spa_t a = random_block(&state), b = random_block(&state);
        uint8_t block[CIPHER_BLOCK_BYTES], moved[CIPHER_BLOCK_BYTES], expected[CIPHER_BLOCK_BYTES];

        cipher_encrypt(cipher, a, plain, block, sizeof block);
        expected_at(CIPHER_XEX_WEAK, block, a, b, moved);
        cipher_decrypt(cipher, b, moved, moved, sizeof moved);
        expected_at(CIPHER_XEX_WEAK, plain, a, b, expected);
        assert_memory_equal(moved, expected, sizeof moved);
    }
    cipher_destroy(cipher);
}

static void a_weak_tweak_repeats_its_32_bits_and_a_strong_one_is_not_public(void **unused)
{
    static const uint8_t zero[CIPHER_BLOCK_BYTES];
    uint8_t tweak[CIPHER_BLOCK_BYTES];

    (void)unused;
    cipher_public_tweak(CIPHER_XEX_WEAK, (spa_t){0x7654321000}, tweak);
    assert_memory_not_equal(tweak, zero, sizeof tweak);
    for (unsigned i = 4; i < sizeof tweak; i++)
        assert_int_equal(tweak[i], tweak[i - 4]);
    for (unsigned mode = CIPHER_XTS128; mode <= CIPHER_XTS256; mode++) {
        cipher_public_tweak((enum cipher_mode)mode, (spa_t){0x7654321000}, tweak);
        assert_memory_equal(tweak, zero, sizeof tweak);
    }
}

/* As docs/MEMORY.md prints them. */
static void public_tweaks_are_those_that_were_published(void **unused)
{
    static const struct {
        enum cipher_mode mode;
        uint64_t spa;
        uint8_t tweak[CIPHER_BLOCK_BYTES + 1];
    } published[] = {
        {CIPHER_XE, 1 << 4, "\xbd\xcd\xb1\x15\x3f\x67\xb1\xab\xc8\x5d\xea\x82\x88\x9d\xec\x6a"},
        {CIPHER_XE, 1 << 12, "\xd2\x8b\x0e\x24\x86\x9c\x5c\xb9\xc4\x75\x50\xc3\x27\xc6\x69\x8c"},
        {CIPHER_XEX_WEAK, 1 << 4,
         "\xbd\xcd\xb1\x15\xbd\xcd\xb1\x15\xbd\xcd\xb1\x15\xbd\xcd\xb1\x15"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        uint8_t tweak[CIPHER_BLOCK_BYTES];

        cipher_public_tweak(published[i].mode, (spa_t){published[i].spa}, tweak);
        assert_memory_equal(tweak, published[i].tweak, sizeof tweak);
    }
}

static void equal_halves_of_a_key_are_refused(void **unused)
{
    uint8_t key[CIPHER_KEY_BYTES] = {0};

    (void)unused;
    assert_null(cipher_create(CIPHER_XTS128, key));
    assert_null(cipher_create(CIPHER_XTS256, key));
    key[16] = 1;
    key[32] = 1;
    for (unsigned mode = CIPHER_XTS128; mode <= CIPHER_XTS256; mode++) {
        struct cipher *cipher = cipher_create((enum cipher_mode)mode, key);

        assert_non_null(cipher);
        cipher_destroy(cipher);
    }
    cipher_destroy(NULL);
}

static void every_mode_has_a_name(void **unused)
{
    (void)unused;
    assert_string_equal(cipher_mode_name(CIPHER_NONE), "none");
    assert_string_equal(cipher_mode_name(CIPHER_XEX_WEAK), "xex-weak");
    assert_string_equal(cipher_mode_name(CIPHER_XTS256), "xts256");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers_come_out_both_ways),
        cmocka_unit_test(xts_is_that_of_the_library),
        cmocka_unit_test(every_mode_is_undone_in_place_and_at_any_alignment),
        cmocka_unit_test(an_xe_block_that_was_moved_differs_by_two_public_tweaks),
        cmocka_unit_test(a_weak_xex_block_moves_if_the_ciphertext_takes_the_tweaks_too),
        cmocka_unit_test(a_weak_tweak_repeats_its_32_bits_and_a_strong_one_is_not_public),
        cmocka_unit_test(public_tweaks_are_those_that_were_published),
        cmocka_unit_test(equal_halves_of_a_key_are_refused),
        cmocka_unit_test(every_mode_has_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
