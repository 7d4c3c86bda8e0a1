/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real ESP capture, opened while Folio copies it, with an honest and with a striking host. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "net/esp_decrypt.h"
#include "net/hostile_rig.h"
#include "trace/packet_in.h"

#define CAPTURE "traces/packets/esp-aes-gcm.pcap.zst"
#define KEYS    "traces/packets/esp-keys.json"

enum { CAPTURE_ESP = 5583, CAPTURE_OTHER = 35, SEED = 3 };

static struct hostile_rig *rig;
static struct esp_table table, reference;
static struct esp_decrypt decrypt;
static uint64_t given, refused;

static void table_read(struct esp_table *out)
{
    struct diagnostic diag = {""};

    assert_int_equal(esp_table_read(out, KEYS, aead_library_default(), &diag), STATUS_OK);
}

/* What the frame must look like once it is open; false: it is no ESP packet. */
static bool frame_open(uint8_t *bytes, uint32_t size_bytes)
{
    struct frame frame;
    struct esp_packet packet;

    return frame_parse(&frame, bytes, size_bytes) == APP_ANSWERED &&
           esp_open(&reference, &frame, &packet) == APP_ANSWERED;
}

/* One packet on the wire; what the guest gets is either the opened packet or nothing. */
static void packet_play(const struct packet *packet)
{
    uint8_t expected[2048];
    struct folio_mbuf *mbuf;
    bool is_esp;

    memcpy(expected, packet->frame, packet->frame_bytes);
    is_esp = frame_open(expected, packet->frame_bytes);
    assert_int_equal(fetch_log_turn(&rig->log, rig->lab.nic, &rig->port.region), STATUS_OK);
    assert_int_equal(nic_wire_in(rig->lab.nic, packet->frame, packet->frame_bytes, 0).fate,
                     NIC_DELIVERED);
    for (uint16_t queue = 0; queue < HOSTILE_QUEUES; queue++)
        while (folio_rx_burst(&rig->port, queue, &mbuf, 1) == 1) {
            given++;
            assert_int_equal(mbuf->data_len, packet->frame_bytes);
            if (is_esp || rig->fetch.moment == STRIKE_NEVER) /* nobody vouches for the others */
                assert_memory_equal(mbuf->data, expected, packet->frame_bytes);
            folio_mbuf_free(mbuf);
        }
}

static void capture_play(enum hostile_moment moment, size_t first_bytes)
{
    struct hostile_setup setup = {.guest = PATH_SNP, .seed = SEED};
    struct diagnostic diag = {""};
    struct packet_reader *reader = packet_reader_open(CAPTURE, &diag);
    struct packet packet;
    struct folio_stats stats;

    rig = malloc(sizeof *rig);
    assert_non_null(reader);
    assert_non_null(rig);
    table_read(&table);
    table_read(&reference);
    esp_decrypt_begin(&decrypt, &table);
    assert_int_equal(hostile_rig_begin(rig, &setup, &diag), STATUS_OK);
    rig->config.decrypt = &decrypt.base;
    assert_int_equal(hostile_rig_open(rig), STATUS_OK);
    rig->liar.lie = moment == STRIKE_NEVER ? NIC_LIE_NONE : NIC_LIE_NEXT_DATA;
    rig->fetch.moment = moment;
    rig->fetch.first_bytes = first_bytes;
    given = refused = 0;
    while (packet_reader_next(reader, &packet, &diag) == STATUS_OK)
        packet_play(&packet);
    for (uint16_t queue = 0; queue < HOSTILE_QUEUES; queue++) {
        folio_port_stats(&rig->port, queue, &stats);
        refused += stats.refused[FOLIO_REFUSED_DECRYPT];
    }
    packet_reader_close(reader);
    assert_int_equal(folio_check_all(&rig->port), STATUS_OK);
    assert_int_equal(rig->log.double_fetches, 0);
    assert_int_equal(folio_port_close(&rig->port), STATUS_OK);
    rig->lab.is_backend_open = false;
    fetch_log_end(&rig->log);
    lab_close(&rig->lab);
    free(rig);
    esp_table_free(&table);
    esp_table_free(&reference);
}

static void every_packet_opens_while_it_is_copied(void **unused)
{
    (void)unused;
    capture_play(STRIKE_NEVER, 0);
    assert_int_equal(given, CAPTURE_ESP + CAPTURE_OTHER);
    assert_int_equal(decrypt.opened, CAPTURE_ESP);
    assert_int_equal(refused, 0);
}

/* A chunk is struck after it was fetched: packets of one chunk are opened, longer ones refused. */
static void what_changes_after_a_chunk_forges_nothing(void **unused)
{
    (void)unused;
    capture_play(STRIKE_AFTER_COPY, 0);
    assert_true(given > 1000);
    assert_true(refused > 1000);
    assert_int_equal(given + refused, CAPTURE_ESP + CAPTURE_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_packet_opens_while_it_is_copied),
        cmocka_unit_test(what_changes_after_a_chunk_forges_nothing),
    };

    return cmocka_run_group_tests_name("net_esp_decrypt", tests, NULL, NULL);
}
