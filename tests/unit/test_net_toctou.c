/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/crypto.h"
#include "net/fetch_log.h"
#include "net/toctou.h"

enum { TEXT_BYTES = 1440, STRUCK_BYTE = 700, MASK = 0x55 };

/* The host: changes one byte of shared memory after so many reads. */
struct striker {
    struct folio_fetch base;
    uint8_t *shared;
    unsigned reads, after; /* 0: before the first */
};

static uint8_t shared[TEXT_BYTES], plain[TEXT_BYTES], opened[TEXT_BYTES];
static uint8_t key[16], iv[12], tag[16];
static struct striker striker;
static struct fetch_log log_;

static void strike(struct striker *self)
{
    if (self->reads++ == self->after)
        self->shared[STRUCK_BYTE] ^= MASK;
}

static uint32_t striker_poll(struct folio_fetch *self, const void *from, enum folio_place place)
{
    (void)self;
    return folio_poll(NULL, from, place);
}

static struct folio_descriptor striker_snapshot(struct folio_fetch *self, const void *from,
                                                enum folio_place place)
{
    (void)self;
    return folio_snapshot(NULL, from, place);
}

static void striker_copy(struct folio_fetch *self, void *to, const void *from, size_t size_bytes,
                         enum folio_place place)
{
    strike((struct striker *)self); /* handle to adapter: base is the first member */
    folio_copy(NULL, to, from, size_bytes, place);
}

static const struct folio_fetch_ops striker_ops = {striker_poll, striker_snapshot, striker_copy};

/* Opens the text while the host strikes before read number after. */
static enum status open_struck(enum toctou_form form, unsigned after)
{
    const struct toctou_text text = {key, iv, tag, shared, TEXT_BYTES};
    const struct folio_region region = {shared, TEXT_BYTES, {0}};
    struct aead_text sealed = {.iv = iv, .aad = iv, .from = plain, .to = shared};
    struct aead *aead;
    enum status st;

    sealed.size_bytes = TEXT_BYTES;
    for (unsigned i = 0; i < TEXT_BYTES; i++)
        plain[i] = (uint8_t)(i * 3);
    assert_int_equal(aead_create(AEAD_OPENSSL, key, sizeof key, &aead), STATUS_OK);
    assert_int_equal(aead_seal(aead, &sealed, tag, sizeof tag), STATUS_OK);
    aead_destroy(aead);
    striker = (struct striker){{&striker_ops}, shared, 0, after};
    fetch_log_begin(&log_, &striker.base);
    assert_int_equal(fetch_log_given(&log_, &region, shared, TEXT_BYTES), STATUS_OK);
    st = toctou_open(form, &log_.base, &text, opened);
    fetch_log_end(&log_);
    return st;
}

/* The text is read in 3 chunks of 512, 512 and 416 bytes, in place each twice: reads 0 to 5. The
 * struck byte is in the second chunk: between reads 2 (tag) and 3 (plaintext) lies the moment. */
static void in_place_accepts_a_forgery_at_one_moment(void **unused)
{
    (void)unused;
    for (unsigned after = 0; after < 8; after++) {
        enum status st = open_struck(TOCTOU_IN_PLACE, after);

        if (after < 3) { /* before the tag's read: the tag tells */
            assert_int_equal(st, STATUS_DENIED);
            continue;
        }
        assert_int_equal(st, STATUS_OK);
        if (after > 3) { /* after both reads */
            assert_memory_equal(opened, plain, TEXT_BYTES);
            continue;
        }
        assert_int_equal(opened[STRUCK_BYTE], plain[STRUCK_BYTE] ^ MASK); /* nobody sealed that */
        opened[STRUCK_BYTE] ^= MASK;
        assert_memory_equal(opened, plain, TEXT_BYTES);
    }
}

static void no_moment_makes_the_other_forms_accept_one(void **unused)
{
    (void)unused;
    for (unsigned form = TOCTOU_COPY_FIRST; form < TOCTOU_FORM_COUNT; form++)
        for (unsigned after = 0; after < 8; after++) {
            enum status st = open_struck((enum toctou_form)form, after);

            assert_true(st == STATUS_OK || st == STATUS_DENIED);
            if (st == STATUS_OK)
                assert_memory_equal(opened, plain, TEXT_BYTES);
            else
                for (unsigned i = 0; i < TEXT_BYTES; i++)
                    assert_int_equal(opened[i], 0);
        }
}

static void the_detector_names_both_passes(void **unused)
{
    (void)unused;
    (void)open_struck(TOCTOU_IN_PLACE, 100);
    assert_int_equal(log_.double_fetches, 3);
    assert_int_equal(log_.finding_count, 1);
    assert_int_equal(log_.finding[0].bytes, TEXT_BYTES);
    assert_string_equal(fetch_place_name(log_.finding[0].first), "mac_pass");
    assert_string_equal(fetch_place_name(log_.finding[0].again), "decrypt_pass");
    (void)open_struck(TOCTOU_COPY_FIRST, 100);
    assert_int_equal(log_.double_fetches, 0);
    (void)open_struck(TOCTOU_SINGLE_FETCH, 100);
    assert_int_equal(log_.double_fetches, 0);
}

static void a_race_on_a_copy_is_never_lost(void **unused)
{
    struct diagnostic diag = {""};
    struct toctou_race race;

    (void)unused;
    assert_int_equal(toctou_race_run(1024, true, 0.1, &race, &diag), STATUS_OK);
    assert_true(race.opened > 0);
    assert_int_equal(race.forged, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_place_accepts_a_forgery_at_one_moment),
        cmocka_unit_test(no_moment_makes_the_other_forms_accept_one),
        cmocka_unit_test(the_detector_names_both_passes),
        cmocka_unit_test(a_race_on_a_copy_is_never_lost),
    };

    return cmocka_run_group_tests_name("net_toctou", tests, NULL, NULL);
}
