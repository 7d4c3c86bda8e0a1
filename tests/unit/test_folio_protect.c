/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_folio_protect.c — header-only copy, decrypt-while-copying, egress guard. The
 * cipher of these tests is an XOR with a sum as its tag: what counts here is when bytes are fetched
 * and when they are let out. */
#include "folio_fixture.h"
#include "folio_reads.h"

enum { KEY = 0x3c, TAG_BYTES = 1 };

static struct fixture fix;
static struct folio_reads reads;
static uint8_t counts[1 << 20];

static void fixture_reading(struct folio_port_config wish)
{
    fixture_begin(&fix);
    fix.config.header_bytes = wish.header_bytes;
    fix.config.decrypt = wish.decrypt;
    fix.config.guard = wish.guard;
    if (wish.temporary_count != 0)
        fix.config.temporary_count = wish.temporary_count;
    assert_true(folio_port_shared_bytes(&fix.config) <= sizeof counts);
    memset(counts, 0, sizeof counts);
    reads_begin(&reads, &fix.device, counts);
    fix.config.fetch = &reads.base;
    fixture_open(&fix, FIXTURE_SHADOW_COUNT);
}

static void fixture_reading_end(void)
{
    assert_int_equal(reads.doubles, 0);
    assert_int_equal(reads.outside, 0);
    fixture_end(&fix);
}

/* ---- header-only copy ---- */

static void a_forwarder_copies_the_header_only(void **unused)
{
    uint8_t sent[DEVICE_FRAME_MAX];
    uint16_t size_bytes;
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_reading((struct folio_port_config){.header_bytes = 128});
    for (unsigned i = 0; i < 20; i++) {
        mbuf = fixture_receive(&fix, 0, i, 1514);
        assert_int_equal(mbuf->data_len, 128);
        assert_int_equal(folio_mbuf_packet_bytes(mbuf), 1514);
        mbuf->data[0] = 0xee;
        assert_int_equal(folio_tx_burst(&fix.port, 1, &mbuf, 1), 1);
        assert_true(device_send(&fix.device, 1, sent, &size_bytes));
        assert_int_equal(size_bytes, 1514);
        assert_int_equal(sent[0], 0xee);
        sent[0] = frame_byte(i, 0);
        assert_frame(sent, i, 1514);
    }
    assert_int_equal(fixture_stats(&fix, 0).rx_copied_bytes, 20 * 128);
    assert_int_equal(fixture_stats(&fix, 0).rx_bytes, 20 * 1514);
    assert_int_equal(fixture_stats(&fix, 1).tx_copied_bytes, 20 * 128);
    assert_int_equal(reads.by_place[FOLIO_PLACE_RX_PAYLOAD], 0);
    fixture_reading_end();
}

static void a_header_may_grow_or_shrink_on_its_way(void **unused)
{
    uint8_t sent[DEVICE_FRAME_MAX];
    uint16_t size_bytes;
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_reading((struct folio_port_config){.header_bytes = 64, .temporary_count = 8});
    mbuf = fixture_receive(&fix, 0, 1, 200);
    mbuf->data -= 100; /* an outer header in front */
    mbuf->data_len = 164;
    memset(mbuf->data, 0xee, 100);
    assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 1);
    assert_true(device_send(&fix.device, 0, sent, &size_bytes));
    assert_int_equal(size_bytes, 300);
    assert_int_equal(sent[99], 0xee);
    assert_frame(sent + 100, 1, 200);

    mbuf = fixture_receive(&fix, 0, 2, 200);
    mbuf->data += 20;
    mbuf->data_len = 44;
    assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 1);
    assert_true(device_send(&fix.device, 0, sent, &size_bytes));
    assert_int_equal(size_bytes, 180);
    for (unsigned i = 0; i < 180; i++)
        assert_int_equal(sent[i], frame_byte(2, i + 20));

    mbuf = fixture_receive(&fix, 0, 3, 200);
    memset(mbuf->data + 64, 0xdd, 200); /* more than fits in front of the payload */
    mbuf->data_len = 264;
    assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 1);
    assert_true(device_send(&fix.device, 0, sent, &size_bytes));
    assert_int_equal(size_bytes, 400);
    assert_frame(sent, 3, 64);
    for (unsigned i = 64; i < 200; i++)
        assert_int_equal(sent[i + 200], frame_byte(3, i));
    assert_int_equal(fixture_stats(&fix, 0).tx_copied_bytes, 164 + 44 + 400);
    fixture_reading_end();
}

static void a_packet_no_longer_than_the_header_is_whole(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_reading((struct folio_port_config){.header_bytes = 128});
    mbuf = fixture_receive(&fix, 0, 1, 128);
    assert_int_equal(mbuf->data_len, 128);
    assert_null(mbuf->rest);
    folio_mbuf_free(mbuf);
    fixture_reading_end();
}

static void a_payload_goes_to_another_port_unread(void **unused)
{
    static struct fixture other;
    uint8_t sent[DEVICE_FRAME_MAX];
    uint16_t size_bytes;
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_reading((struct folio_port_config){.header_bytes = 64});
    fixture_begin(&other);
    fixture_open(&other, FIXTURE_SHADOW_COUNT);
    mbuf = fixture_receive(&fix, 0, 3, 700);
    assert_int_equal(folio_port_payload(&other.port, mbuf), STATUS_BAD_STATE); /* not its own */
    assert_int_equal(folio_tx_burst(&other.port, 0, &mbuf, 1), 1);
    assert_true(device_send(&other.device, 0, sent, &size_bytes));
    assert_int_equal(size_bytes, 700);
    assert_frame(sent, 3, 700);
    assert_int_equal(fixture_stats(&other, 0).tx_copied_bytes, 700);
    fixture_end(&other);
    fixture_reading_end();
}

static void a_payload_that_does_not_fit_stays_where_it_is(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_reading((struct folio_port_config){.header_bytes = 64});
    mbuf = fixture_receive(&fix, 0, 3, 700);
    mbuf->data = folio_mbuf_room(mbuf) + FOLIO_ROOM_BYTES - 64 - 635; /* a byte too far back */
    assert_int_equal(folio_port_payload(&fix.port, mbuf), STATUS_FULL);
    assert_int_equal(folio_mbuf_packet_bytes(mbuf), 700);
    mbuf->data--;
    assert_int_equal(folio_port_payload(&fix.port, mbuf), STATUS_OK);
    for (unsigned i = 64; i < 700; i++)
        assert_int_equal(mbuf->data[i], frame_byte(3, i));
    folio_mbuf_free(mbuf);

    mbuf = fixture_receive(&fix, 0, 4, 700);
    mbuf->data = folio_mbuf_room(mbuf) - 1; /* not in its room at all */
    assert_int_equal(folio_port_payload(&fix.port, mbuf), STATUS_FULL);
    mbuf->data = folio_mbuf_room(mbuf) + FOLIO_ROOM_BYTES + 1 - 64;
    assert_int_equal(folio_port_payload(&fix.port, mbuf), STATUS_FULL);
    folio_mbuf_free(mbuf);
    fixture_reading_end();
}

static void a_payload_that_a_crash_took_away_is_not_sent_by_another_port(void **unused)
{
    static struct fixture other;
    struct folio_mbuf *mbuf;
    uint16_t size_bytes;

    (void)unused;
    fixture_reading((struct folio_port_config){.header_bytes = 64});
    fixture_begin(&other);
    fixture_open(&other, FIXTURE_SHADOW_COUNT);
    mbuf = fixture_receive(&fix, 0, 3, 700);
    folio_port_abandon(&fix.port);
    memset(fix.config.shared, 0x99, 4096); /* the guest's again, and used for something else */
    assert_int_equal(folio_tx_burst(&other.port, 0, &mbuf, 1), 1);
    assert_false(device_send(&other.device, 0, NULL, &size_bytes));
    assert_int_equal(fixture_stats(&other, 0).refused[FOLIO_REFUSED_TX_MBUF], 1);
    assert_int_equal(fix.shadow.free_count, fix.shadow.count); /* freed, as any refused one */
    assert_int_equal(fix.port.temporary.free_count, fix.port.temporary.count);
    fixture_end(&other);
    fixture_free(&fix);
}

/* ---- decrypt-while-copying ---- */

struct xor_cipher {
    struct folio_decrypt base;
    uint32_t begun, chunks, finished;
    uint32_t left; /* of the packet */
    uint8_t sum, tag;
    const uint8_t *room; /* of the packet that was last refused */
    enum status refuse_begin;
    bool is_greedy; /* says that it wrote more than the room */
};

static struct xor_cipher *cipher_of(struct folio_decrypt *self)
{
    return (struct xor_cipher *)self; /* handle to adapter: base is the first member */
}

static enum status cipher_begin(struct folio_decrypt *self, uint32_t packet_bytes)
{
    struct xor_cipher *cipher = cipher_of(self);

    cipher->begun++;
    cipher->left = packet_bytes;
    cipher->sum = 0;
    return cipher->refuse_begin;
}

static enum status cipher_chunk(struct folio_decrypt *self, const uint8_t *fetched,
                                uint32_t size_bytes, uint8_t *to, uint32_t room_bytes,
                                uint32_t *written)
{
    struct xor_cipher *cipher = cipher_of(self);

    assert_true(size_bytes <= FOLIO_CHUNK_BYTES && size_bytes <= room_bytes);
    assert_false(folio_region_holds(&fix.port.region, fetched, 1));
    assert_false(folio_region_holds(&fix.port.region, to, 1));
    cipher->chunks++;
    if (cipher->left == 0)
        return STATUS_BAD_STATE;
    for (uint32_t i = 0; i < size_bytes; i++) {
        cipher->left--;
        if (cipher->left < TAG_BYTES) {
            cipher->tag = fetched[i];
            continue;
        }
        cipher->sum = (uint8_t)(cipher->sum + fetched[i]);
        to[(*written)++] = fetched[i] ^ KEY;
    }
    cipher->room = to;
    *written = cipher->is_greedy ? room_bytes + 1 : *written;
    return STATUS_OK;
}

static enum status cipher_finish(struct folio_decrypt *self, uint8_t *data, uint32_t *total_bytes)
{
    struct xor_cipher *cipher = cipher_of(self);

    (void)data;
    cipher->finished++;
    assert_true(*total_bytes > 0);
    return cipher->sum == cipher->tag ? STATUS_OK : STATUS_DENIED;
}

static const struct folio_decrypt_ops cipher_ops = {cipher_begin, cipher_chunk, cipher_finish};

/* size_bytes of frame number, encrypted, and the tag. */
static const uint8_t *frame_encrypt(unsigned number, uint16_t size_bytes)
{
    uint8_t sum = 0;

    (void)fixture_frame(&fix, number, size_bytes);
    for (unsigned i = 0; i < size_bytes; i++)
        sum = (uint8_t)(sum + (fix.frame[i] ^= KEY));
    fix.frame[size_bytes] = sum;
    return fix.frame;
}

static void a_packet_is_decrypted_from_one_fetch(void **unused)
{
    static const uint16_t sizes[] = {14, 511, 512, 513, 1024, 1440, 2047};
    struct xor_cipher cipher = {.base = {&cipher_ops}};

    (void)unused;
    fixture_reading((struct folio_port_config){.decrypt = &cipher.base});
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        reads.change_after = 1; /* the host inverts every byte after it was fetched */
        assert_true(device_receive(&fix.device, 0, frame_encrypt(i, sizes[i]), sizes[i] + 1));
        assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 1), 1);
        assert_int_equal(fix.mbufs[0]->data_len, sizes[i]);
        assert_frame(fix.mbufs[0]->data, i, sizes[i]);
        folio_mbuf_free(fix.mbufs[0]);
    }
    assert_int_equal(cipher.finished, 7);
    assert_int_equal(reads.by_place[FOLIO_PLACE_RX_DATA], 0);
    assert_int_equal(reads.by_place[FOLIO_PLACE_RX_CIPHERTEXT], 1 + 1 + 2 + 2 + 3 + 3 + 4);
    fixture_reading_end();
}

static void plaintext_that_does_not_verify_is_wiped(void **unused)
{
    struct xor_cipher cipher = {.base = {&cipher_ops}};
    const uint8_t *room;

    (void)unused;
    fixture_reading((struct folio_port_config){.decrypt = &cipher.base});
    (void)frame_encrypt(1, 300);
    fix.frame[100] ^= 1;
    assert_true(device_receive(&fix.device, 0, fix.frame, 301));
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 1), 0);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_DECRYPT], 1);
    room = cipher.room;
    for (unsigned i = 0; i < 300; i++)
        assert_int_equal(room[i], 0);
    fixture_reading_end();
}

static void a_callback_that_refuses_or_breaks_its_bounds_loses_the_packet(void **unused)
{
    struct xor_cipher cipher = {.base = {&cipher_ops}, .refuse_begin = STATUS_DENIED};

    (void)unused;
    fixture_reading((struct folio_port_config){.decrypt = &cipher.base});
    assert_true(device_receive(&fix.device, 0, frame_encrypt(1, 600), 601));
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 1), 0);
    assert_int_equal(cipher.chunks + cipher.finished, 0);
    cipher.refuse_begin = STATUS_OK;
    cipher.is_greedy = true;
    assert_true(device_receive(&fix.device, 0, frame_encrypt(1, 600), 601));
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 1), 0);
    assert_int_equal(cipher.chunks, 1);
    assert_int_equal(cipher.finished, 0);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_DECRYPT], 2);
    assert_int_equal(fixture_stats(&fix, 0).rx_copies, 1); /* refused by begin: nothing is copied */
    assert_int_equal(fixture_stats(&fix, 0).rx_copied_bytes, FOLIO_CHUNK_BYTES);
    fixture_reading_end();
}

/* ---- egress guard ---- */

struct marked_only {
    struct folio_guard base;
    uint32_t asked;
};

static enum status marked_approve(struct folio_guard *self, const struct folio_mbuf *mbuf)
{
    ((struct marked_only *)self)->asked++; /* handle to adapter: base is the first member */
    return mbuf->attachment == self ? STATUS_OK : STATUS_DENIED;
}

static const struct folio_guard_ops marked_ops = {marked_approve};

static void only_what_the_guard_approves_leaves(void **unused)
{
    struct marked_only guard = {.base = {&marked_ops}};
    uint8_t sent[DEVICE_FRAME_MAX];
    uint16_t size_bytes;

    (void)unused;
    fixture_reading((struct folio_port_config){.guard = &guard.base});
    for (unsigned i = 0; i < 2; i++)
        fix.mbufs[i] = fixture_packet(&fix, i, 60);
    fix.mbufs[1]->attachment = &guard;
    memset(fix.mbufs[0]->data, 0xc3, 60);
    assert_int_equal(folio_tx_burst(&fix.port, 0, fix.mbufs, 2), 2);
    assert_true(device_send(&fix.device, 0, sent, &size_bytes));
    assert_frame(sent, 1, 60);
    assert_false(device_send(&fix.device, 0, sent, &size_bytes));
    assert_int_equal(guard.asked, 2);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_GUARD], 1);
    assert_int_equal(fixture_stats(&fix, 0).tx_copies, 1);
    for (size_t i = 0; i < fix.port.region.size_bytes; i++)
        assert_int_not_equal(fix.port.region.base[i], 0xc3); /* no shared byte was touched */
    fixture_reading_end();
}

static void the_guard_is_asked_once_for_a_packet_that_must_wait(void **unused)
{
    struct marked_only guard = {.base = {&marked_ops}};
    uint16_t size_bytes;

    (void)unused;
    fixture_reading((struct folio_port_config){.guard = &guard.base});
    for (unsigned i = 0; i < 2; i++) {
        fix.mbufs[i] = fixture_packet(&fix, i, 60);
        fix.mbufs[i]->attachment = &guard;
    }
    assert_int_equal(folio_tx_burst(&fix.port, 0, fix.mbufs, 2), 1); /* one temporary mbuf */
    assert_int_equal(guard.asked, 1);
    assert_true(device_send(&fix.device, 0, NULL, &size_bytes));
    assert_int_equal(folio_tx_burst(&fix.port, 0, fix.mbufs + 1, 1), 1);
    assert_int_equal(guard.asked, 2);
    fixture_reading_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forwarder_copies_the_header_only),
        cmocka_unit_test(a_header_may_grow_or_shrink_on_its_way),
        cmocka_unit_test(a_packet_no_longer_than_the_header_is_whole),
        cmocka_unit_test(a_payload_goes_to_another_port_unread),
        cmocka_unit_test(a_payload_that_does_not_fit_stays_where_it_is),
        cmocka_unit_test(a_payload_that_a_crash_took_away_is_not_sent_by_another_port),
        cmocka_unit_test(a_packet_is_decrypted_from_one_fetch),
        cmocka_unit_test(plaintext_that_does_not_verify_is_wiped),
        cmocka_unit_test(a_callback_that_refuses_or_breaks_its_bounds_loses_the_packet),
        cmocka_unit_test(only_what_the_guard_approves_leaves),
        cmocka_unit_test(the_guard_is_asked_once_for_a_packet_that_must_wait),
    };

    return cmocka_run_group_tests_name("folio_protect", tests, NULL, NULL);
}
