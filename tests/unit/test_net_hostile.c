/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memmem */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "hostile_controls.h"

/* The lab's device, and how far a control is driven: one lie is enough, and not more than fit. */
enum { NIC_DEVICE = 0x10, SEED = 1 };

static struct hostile_rig *rig;

static void every_case_is_run(enum hostile_option option)
{
    unsigned broken = 0;

    for (size_t i = 0; hostile_case_at(i); i++) {
        const struct hostile_case *script = hostile_case_at(i);
        struct hostile_result result;
        struct diagnostic diag = {""};

        assert_int_equal(hostile_run(script, option, SEED, &result, &diag), STATUS_OK);
        for (unsigned check = 0; check < HOSTILE_CHECK_COUNT; check++)
            if (result.broken[check]) {
                print_error("%s with %s: %s broken %d times\n", hostile_case_name(script),
                            hostile_option_name(option), hostile_check_name(check),
                            (int)result.broken[check]);
                broken++;
            }
        assert_true(hostile_result_holds(&result) || broken);
    }
    assert_int_equal(broken, 0);
}

static void every_case_holds(void **unused)
{
    (void)unused;
    every_case_is_run(HOSTILE_WITH_NONE);
}

static void every_case_holds_with_header_only_copy(void **unused)
{
    (void)unused;
    every_case_is_run(HOSTILE_WITH_HEADER_ONLY);
}

static void no_case_forges_or_repeats_what_is_decrypted_while_it_is_copied(void **unused)
{
    (void)unused;
    every_case_is_run(HOSTILE_WITH_SINGLE_FETCH);
}

static void no_case_brings_plaintext_past_the_egress_guard(void **unused)
{
    (void)unused;
    every_case_is_run(HOSTILE_WITH_EGRESS_GUARD);
}

static void a_case_gives_the_same_result_twice(void **unused)
{
    (void)unused;
    for (size_t i = 0; hostile_case_at(i); i++) {
        const struct hostile_case *script = hostile_case_at(i);
        struct hostile_result once, again;
        struct diagnostic diag = {""};

        if (strcmp(hostile_case_name(script), "second-writer") == 0)
            continue;
        assert_int_equal(hostile_run(script, HOSTILE_WITH_NONE, 7, &once, &diag), STATUS_OK);
        assert_int_equal(hostile_run(script, HOSTILE_WITH_NONE, 7, &again, &diag), STATUS_OK);
        assert_memory_equal(&once, &again, sizeof once);
    }
}

static void cases_are_found_by_name(void **unused)
{
    (void)unused;
    for (size_t i = 0; hostile_case_at(i); i++)
        assert_ptr_equal(hostile_case_find(hostile_case_name(hostile_case_at(i))),
                         hostile_case_at(i));
    assert_null(hostile_case_find("length"));
}

static void rig_begin(hostile_rx_fn *rx, enum path_guest guest, bool keep_crc)
{
    struct hostile_setup setup = {.guest = guest, .keep_crc = keep_crc, .seed = SEED, .rx = rx};
    struct diagnostic diag = {""};

    rig = malloc(sizeof *rig);
    assert_non_null(rig);
    assert_int_equal(hostile_rig_begin(rig, &setup, &diag), STATUS_OK);
    assert_int_equal(hostile_rig_open(rig), STATUS_OK);
}

static void rig_end(void)
{
    hostile_rig_end(rig, false);
    free(rig);
}

static void an_honest_host_breaks_nothing(void **unused)
{
    (void)unused;
    rig_begin(NULL, PATH_SNP, false);
    hostile_rounds(rig, 60, 2);
    assert_int_equal(rig->result.intact + rig->result.dropped, rig->result.offered);
    assert_true(rig->result.intact > 60);
    assert_true(rig->result.sent >
                30); /* one mbuf is for transmit: the echo of a second packet waits for none */
    hostile_rig_end(rig, false);
    assert_true(hostile_result_holds(&rig->result));
    free(rig);
}

static void without_a_bound_the_length_reaches_private_memory(void **unused)
{
    (void)unused;
    control_flaw = FLAW_NO_BOUND;
    rig_begin(control_rx, PATH_SNP, false);
    rig->liar.lie = NIC_LIE_LENGTH;
    rig->liar.value = 65535;
    hostile_rounds(rig, 1, 1);
    assert_true(rig->result.broken[HOSTILE_PRIVATE_INTACT] > 0);
    rig_end();
}

static void without_a_bound_a_length_below_the_crc_wraps(void **unused)
{
    (void)unused;
    control_flaw = FLAW_NO_BOUND;
    rig_begin(control_rx, PATH_SNP, true);
    rig->liar.lie = NIC_LIE_LENGTH;
    rig->liar.value = 3;
    hostile_rounds(rig, 1, 1);
    assert_true(rig->result.broken[HOSTILE_PRIVATE_INTACT] > 0);
    rig_end();
}

/* Heartbleed's shape: a length that the room does not hold, sent back. The last room of the region
 * ends where private memory begins. */
static void without_a_bound_private_bytes_leave(void **unused)
{
    (void)unused;
    control_flaw = FLAW_NO_BOUND;
    rig_begin(control_rx, PATH_SNP, false);
    for (unsigned i = 0; i < 20 && rig->result.broken[HOSTILE_NOTHING_LEAKS] == 0; i++) {
        rig->liar.lie = NIC_LIE_LENGTH;
        rig->liar.value = 40000;
        hostile_arrive(rig, 1);
        for (uint16_t queue = 0; queue < HOSTILE_QUEUES; queue++) {
            struct folio_mbuf *mbuf;

            if (control_rx(rig, queue, &mbuf, 1) == 0)
                continue;
            mbuf->data += 30000; /* the application sends what it found, in frames that fit */
            mbuf->data_len = 2000;
            for (uint32_t at = 0; at + 8 <= mbuf->data_len; at++)
                if (memcmp(mbuf->data + at, hostile_secret, 8) == 0) {
                    rig->result.broken[HOSTILE_NOTHING_LEAKS]++;
                    break;
                }
            mbuf->data_len = 0;
            folio_mbuf_free(mbuf);
        }
    }
    assert_true(rig->result.broken[HOSTILE_NOTHING_LEAKS] > 0);
    rig_end();
}

static void a_length_read_twice_is_found_and_does_harm(void **unused)
{
    (void)unused;
    control_flaw = FLAW_READS_TWICE;
    rig_begin(control_rx, PATH_SNP, false);
    rig->liar.lie = NIC_LIE_NEXT_DESCRIPTOR;
    rig->liar.value = RXD_STATUS_DD | RXD_STATUS_EOP | (uint64_t)65535 << RXD_LENGTH_SHIFT;
    rig->fetch.moment = STRIKE_AFTER_SNAPSHOT;
    hostile_rounds(rig, 1, 1);
    assert_true(rig->result.broken[HOSTILE_PRIVATE_INTACT] > 0);
    assert_int_equal(rig->log.double_fetches, 1);
    assert_int_equal(rig->log.finding[0].first, FOLIO_PLACE_RX_DESCRIPTOR);
    assert_int_equal(rig->log.finding[0].again, FOLIO_PLACE_RX_DESCRIPTOR);
    assert_int_equal(rig->log.finding[0].bytes, FOLIO_DESCRIPTOR_BYTES);
    rig_end();
}

static void headers_parsed_in_place_are_found(void **unused)
{
    char text[400] = "";
    FILE *out;

    (void)unused;
    control_flaw = FLAW_PARSES_IN_PLACE;
    rig_begin(control_rx, PATH_SNP, false);
    hostile_rounds(rig, 10, 1);
    assert_int_equal(rig->log.finding_count, 1);
    assert_int_equal(rig->log.double_fetches, rig->result.given);
    assert_int_equal(rig->log.finding[0].first, FETCH_PLACE_OTHER);
    assert_int_equal(rig->log.finding[0].again, FOLIO_PLACE_RX_DATA);
    assert_int_equal(rig->log.finding[0].size_bytes, 14);
    out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    fetch_log_print(&rig->log, out);
    fclose(out);
    assert_non_null(strstr(text,
                           "double fetch: rx_data (src/folio/port_rx.c:packet_copy), after "
                           "elsewhere (?): 10 reads, 140 bytes; first in packet 1, 14 bytes"));
    rig_end();
}

static void without_an_rmp_the_device_writes_private_memory(void **unused)
{
    uint64_t address;
    uint8_t bytes[64] = {0};

    (void)unused;
    rig_begin(NULL, PATH_PLAIN, false);
    address = rig->lab.backend.setup.spa.v + (uint64_t)(rig->secret - rig->lab.device_memory);
    address &= ~(uint64_t)(PAGE_SIZE - 1);
    address += PAGE_SIZE;
    assert_int_equal(
        iommu_map(rig->lab.iommu, NIC_DEVICE, (iova_t){address}, (spa_t){address}, true),
        STATUS_OK);
    assert_true(nic_hostile_write(rig->lab.nic, (iova_t){address}, bytes, sizeof bytes));
    hostile_look(rig);
    assert_true(rig->result.broken[HOSTILE_PRIVATE_INTACT] > 0);
    rig_end();
}

static void without_zeroing_a_crash_leaves_packets_behind(void **unused)
{
    const uint8_t *frame;

    (void)unused;
    rig_begin(NULL, PATH_SNP, false);
    hostile_rounds(rig, 3, 2);
    hostile_arrive(rig, 1);
    frame = rig->frame[rig->frame_count - 1];
    assert_non_null(memmem(rig->port.region.base, rig->port.region.size_bytes, frame,
                           rig->frame_bytes[rig->frame_count - 1]));
    hostile_rig_end(rig, true);
    assert_int_equal(rig->result.broken[HOSTILE_ZEROED], 0);
    free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_holds),
        cmocka_unit_test(every_case_holds_with_header_only_copy),
        cmocka_unit_test(no_case_forges_or_repeats_what_is_decrypted_while_it_is_copied),
        cmocka_unit_test(no_case_brings_plaintext_past_the_egress_guard),
        cmocka_unit_test(a_case_gives_the_same_result_twice),
        cmocka_unit_test(cases_are_found_by_name),
        cmocka_unit_test(an_honest_host_breaks_nothing),
        cmocka_unit_test(without_a_bound_the_length_reaches_private_memory),
        cmocka_unit_test(without_a_bound_a_length_below_the_crc_wraps),
        cmocka_unit_test(without_a_bound_private_bytes_leave),
        cmocka_unit_test(a_length_read_twice_is_found_and_does_harm),
        cmocka_unit_test(headers_parsed_in_place_are_found),
        cmocka_unit_test(without_an_rmp_the_device_writes_private_memory),
        cmocka_unit_test(without_zeroing_a_crash_leaves_packets_behind),
    };

    return cmocka_run_group_tests_name("net_hostile", tests, NULL, NULL);
}
