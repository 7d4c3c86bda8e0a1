/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_sev_guest.c — starting guests in the modes without SNP: every code of every
 * command, and that the digest does not say where a page went. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "psp/sev_guest.h"
#include "psp_fixture.h"

enum { PAGE = 10, OTHER = 11 };

static void sev_begin(struct psp_fixture *fix, enum memory_mode mode)
{
    struct memory_config config = fixture_config();

    config.mode = mode;
    fixture_create(fix, &config);
}

static uint32_t sev_guest_begin(struct psp_fixture *fix, uint16_t asid)
{
    uint32_t handle;

    assert_int_equal(sev_launch_start(fix->psp, 0, &handle), PSP_SUCCESS);
    assert_int_equal(sev_activate(fix->psp, handle, asid), PSP_SUCCESS);
    return handle;
}

static void sev_guest_read(struct psp_fixture *fix, uint16_t asid, spa_t page,
                           uint8_t bytes[PAGE_SIZE])
{
    const struct access access = {.actor = {.kind = ACTOR_GUEST, .asid = asid},
                                  .kind = ACCESS_READ,
                                  .spa = page,
                                  .is_private = true};
    struct fault fault;

    assert_true(memory_read(fix->memory, &access, bytes, PAGE_SIZE, &fault));
}

static void every_command_is_unsupported_with_snp(void **unused)
{
    uint8_t digest[LEGACY_DIGEST_BYTES];
    struct psp_fixture fix;
    uint32_t handle = 0;

    (void)unused;
    fixture_begin(&fix);
    assert_int_equal(sev_launch_start(fix.psp, 0, &handle), PSP_UNSUPPORTED);
    assert_int_equal(sev_activate(fix.psp, 1, 1), PSP_UNSUPPORTED);
    assert_int_equal(sev_launch_update_data(fix.psp, 1, page_at(PAGE), 16), PSP_UNSUPPORTED);
    assert_int_equal(sev_launch_update_vmsa(fix.psp, 1, page_at(PAGE)), PSP_UNSUPPORTED);
    assert_int_equal(sev_launch_measure(fix.psp, 1, digest), PSP_UNSUPPORTED);
    assert_int_equal(sev_launch_finish(fix.psp, 1), PSP_UNSUPPORTED);
    assert_int_equal(sev_decommission(fix.psp, 1), PSP_UNSUPPORTED);
    assert_int_equal(sev_df_flush(fix.psp), PSP_UNSUPPORTED);
    fixture_end(&fix);
}

static void a_launch_encrypts_in_place_and_measures(void **unused)
{
    uint8_t bytes[PAGE_SIZE], digest[LEGACY_DIGEST_BYTES], expected[LEGACY_DIGEST_BYTES];
    struct psp_fixture fix;
    uint32_t handle;

    (void)unused;
    sev_begin(&fix, MEMORY_SEV);
    handle = sev_guest_begin(&fix, 1);
    host_fill(&fix, page_at(PAGE), 0x61);
    assert_int_equal(sev_launch_update_data(fix.psp, handle, page_at(PAGE), PAGE_SIZE),
                     PSP_SUCCESS);
    sev_guest_read(&fix, 1, page_at(PAGE), bytes);
    assert_filled(bytes, 0x61);
    assert_int_equal(digest_sha256(bytes, PAGE_SIZE, expected), STATUS_OK);
    host_read(&fix, page_at(PAGE), bytes);
    assert_int_not_equal(bytes[0], 0x61);
    assert_int_equal(sev_launch_measure(fix.psp, handle, digest), PSP_SUCCESS);
    assert_memory_equal(digest, expected, sizeof digest);
    assert_int_equal(sev_launch_finish(fix.psp, handle), PSP_SUCCESS);
    fixture_end(&fix);
}

static void without_protection_the_same_launch_leaves_plaintext(void **unused)
{
    uint8_t bytes[PAGE_SIZE];
    struct psp_fixture fix;
    uint32_t handle;

    (void)unused;
    sev_begin(&fix, MEMORY_NONE);
    handle = sev_guest_begin(&fix, 1);
    host_fill(&fix, page_at(PAGE), 0x61);
    assert_int_equal(sev_launch_update_data(fix.psp, handle, page_at(PAGE), PAGE_SIZE),
                     PSP_SUCCESS);
    host_read(&fix, page_at(PAGE), bytes);
    assert_filled(bytes, 0x61);
    fixture_end(&fix);
}

/* undeSErVed: the same bytes at exchanged addresses. */
static void the_digest_does_not_say_where_a_page_went(void **unused)
{
    uint8_t digest[2][LEGACY_DIGEST_BYTES];

    (void)unused;
    for (unsigned run = 0; run < 2; run++) {
        struct psp_fixture fix;
        uint32_t handle;

        sev_begin(&fix, MEMORY_SEV);
        handle = sev_guest_begin(&fix, 1);
        host_fill(&fix, page_at(run == 0 ? PAGE : OTHER), 1);
        host_fill(&fix, page_at(run == 0 ? OTHER : PAGE), 2);
        assert_int_equal(
            sev_launch_update_data(fix.psp, handle, page_at(run == 0 ? PAGE : OTHER), PAGE_SIZE),
            PSP_SUCCESS);
        assert_int_equal(
            sev_launch_update_data(fix.psp, handle, page_at(run == 0 ? OTHER : PAGE), PAGE_SIZE),
            PSP_SUCCESS);
        assert_int_equal(sev_launch_measure(fix.psp, handle, digest[run]), PSP_SUCCESS);
        fixture_end(&fix);
    }
    assert_memory_equal(digest[0], digest[1], LEGACY_DIGEST_BYTES);
}

static void a_refused_launch_command_changes_nothing(void **unused)
{
    static struct psp_snapshot snapshot;
    const spa_t end = page_at(FIXTURE_PAGES), page = page_at(PAGE);
    struct psp_fixture fix;
    uint32_t handle, idle;

    (void)unused;
    sev_begin(&fix, MEMORY_SEV);
    handle = sev_guest_begin(&fix, 1);
    assert_int_equal(sev_launch_start(fix.psp, 0, &idle), PSP_SUCCESS);
    snapshot_take(&fix, &snapshot);
    assert_int_equal(sev_launch_start(fix.psp, SEV_POLICY_ES, &idle), PSP_POLICY_FAILURE);
    assert_int_equal(sev_activate(fix.psp, 99, 1), PSP_INVALID_GUEST);
    assert_int_equal(sev_activate(fix.psp, handle, 0), PSP_ACTIVE);
    assert_int_equal(sev_activate(fix.psp, idle, 0), PSP_INVALID_ASID);
    assert_int_equal(sev_activate(fix.psp, idle, 1), PSP_ASID_OWNED);
    assert_int_equal(sev_launch_update_data(fix.psp, 99, end, 0), PSP_INVALID_GUEST);
    assert_int_equal(sev_launch_update_data(fix.psp, idle, end, 0), PSP_INACTIVE);
    assert_int_equal(sev_launch_update_data(fix.psp, handle, end, 0), PSP_INVALID_LENGTH);
    assert_int_equal(sev_launch_update_data(fix.psp, handle, end, 24), PSP_INVALID_LENGTH);
    assert_int_equal(sev_launch_update_data(fix.psp, handle, end, 16), PSP_INVALID_ADDRESS);
    assert_int_equal(sev_launch_update_data(fix.psp, handle, (spa_t){page.v + 8}, 16),
                     PSP_INVALID_ADDRESS);
    assert_int_equal(sev_launch_update_data(fix.psp, handle, page, UINT64_MAX - 15),
                     PSP_INVALID_ADDRESS);
    assert_int_equal(sev_launch_update_vmsa(fix.psp, handle, page), PSP_UNSUPPORTED);
    assert_int_equal(sev_launch_finish(fix.psp, 99), PSP_INVALID_GUEST);
    assert_int_equal(sev_launch_finish(fix.psp, handle), PSP_INVALID_GUEST_STATE);
    assert_int_equal(sev_decommission(fix.psp, 99), PSP_INVALID_GUEST);
    snapshot_compare(&fix, &snapshot);
    fixture_end(&fix);
}

static void save_areas_are_launched_with_sev_es(void **unused)
{
    uint8_t bytes[PAGE_SIZE];
    struct psp_fixture fix;
    uint32_t handle;

    (void)unused;
    sev_begin(&fix, MEMORY_SEV_ES);
    assert_int_equal(sev_launch_start(fix.psp, SEV_POLICY_ES, &handle), PSP_SUCCESS);
    assert_int_equal(sev_launch_update_vmsa(fix.psp, handle, page_at(PAGE)), PSP_INACTIVE);
    assert_int_equal(sev_activate(fix.psp, handle, 1), PSP_SUCCESS);
    assert_int_equal(sev_launch_update_vmsa(fix.psp, handle, (spa_t){16}), PSP_INVALID_ADDRESS);
    assert_int_equal(sev_launch_update_vmsa(fix.psp, handle, page_at(FIXTURE_PAGES)),
                     PSP_INVALID_ADDRESS);
    host_fill(&fix, page_at(PAGE), 0x62);
    assert_int_equal(sev_launch_update_vmsa(fix.psp, handle, page_at(PAGE)), PSP_SUCCESS);
    sev_guest_read(&fix, 1, page_at(PAGE), bytes);
    assert_filled(bytes, 0x62);
    fixture_end(&fix);
}

static void nothing_is_added_after_the_measurement(void **unused)
{
    uint8_t digest[LEGACY_DIGEST_BYTES];
    struct psp_fixture fix;
    uint32_t handle;

    (void)unused;
    sev_begin(&fix, MEMORY_SEV);
    handle = sev_guest_begin(&fix, 1);
    assert_int_equal(sev_launch_measure(fix.psp, handle, digest), PSP_SUCCESS);
    assert_int_equal(sev_launch_update_data(fix.psp, handle, page_at(PAGE), 16),
                     PSP_INVALID_GUEST_STATE);
    assert_int_equal(sev_launch_finish(fix.psp, handle), PSP_SUCCESS);
    assert_int_equal(sev_launch_measure(fix.psp, handle, digest), PSP_INVALID_GUEST_STATE);
    assert_int_equal(sev_launch_finish(fix.psp, handle), PSP_INVALID_GUEST_STATE);
    fixture_end(&fix);
}

static void an_asid_of_an_ended_guest_waits_for_the_flush(void **unused)
{
    struct psp_fixture fix;
    uint32_t handle;

    (void)unused;
    sev_begin(&fix, MEMORY_SEV);
    handle = sev_guest_begin(&fix, 1);
    assert_int_equal(sev_decommission(fix.psp, handle), PSP_SUCCESS);
    assert_int_equal(sev_launch_start(fix.psp, 0, &handle), PSP_SUCCESS);
    assert_int_equal(sev_activate(fix.psp, handle, 1), PSP_DFFLUSH_REQUIRED);
    assert_int_equal(sev_df_flush(fix.psp), PSP_WBINVD_REQUIRED);
    psp_note_wbinvd(fix.psp);
    assert_int_equal(sev_df_flush(fix.psp), PSP_SUCCESS);
    assert_int_equal(sev_activate(fix.psp, handle, 1), PSP_SUCCESS);
    fixture_end(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_is_unsupported_with_snp),
        cmocka_unit_test(a_launch_encrypts_in_place_and_measures),
        cmocka_unit_test(without_protection_the_same_launch_leaves_plaintext),
        cmocka_unit_test(the_digest_does_not_say_where_a_page_went),
        cmocka_unit_test(a_refused_launch_command_changes_nothing),
        cmocka_unit_test(save_areas_are_launched_with_sev_es),
        cmocka_unit_test(nothing_is_added_after_the_measurement),
        cmocka_unit_test(an_asid_of_an_ended_guest_waits_for_the_flush),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
