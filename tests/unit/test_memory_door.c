/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_memory_door.c — who gets which bytes, and who gets none. */
#include "memory_fixture.h"

#include "memory/adversary.h"

static const uint64_t SECRET = 0x1122334455667788, OTHER = 0x99aabbccddeeff00;

static void without_protection_the_host_reads_and_writes_a_guest(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_NONE);

    (void)unused;
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), SECRET);
    write_word(memory, host(ACCESS_WRITE, GUEST_PAGE), OTHER);
    assert_int_equal(read_word(memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), OTHER);
    memory_destroy(memory);
}

static void encryption_hides_a_guest_but_lets_the_host_write(void **unused)
{
    for (unsigned mode = MEMORY_SEV; mode <= MEMORY_SEV_ES; mode++) {
        struct memory *memory = memory_in_mode((enum memory_mode)mode);
        uint64_t sealed;

        (void)unused;
        write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
        sealed = read_word(memory, host(ACCESS_READ, GUEST_PAGE));
        assert_int_not_equal(sealed, SECRET);
        assert_int_not_equal(read_word(memory, guest(BOB, ACCESS_READ, GUEST_PAGE)), SECRET);
        assert_int_equal(read_word(memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), SECRET);

        write_word(memory, host(ACCESS_WRITE, GUEST_PAGE), OTHER);
        assert_int_not_equal(read_word(memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), SECRET);
        write_word(memory, host(ACCESS_WRITE, GUEST_PAGE), sealed);
        assert_int_equal(read_word(memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), SECRET);
        memory_destroy(memory);
    }
}

static void the_rmp_stands_before_the_host_the_device_and_the_other_guest(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SNP);

    (void)unused;
    assert_int_equal(refusal_of(memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), FAULT_NESTED);
    page_give(memory, ALICE, GUEST_PAGE);
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
    assert_int_equal(read_word(memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), SECRET);

    assert_int_equal(refusal_of(memory, host(ACCESS_WRITE, GUEST_PAGE)), FAULT_PAGE);
    assert_int_equal(refusal_of(memory, guest(BOB, ACCESS_READ, GUEST_PAGE)), FAULT_NESTED);
    assert_int_equal(refusal_of(memory, device(ACCESS_READ, GUEST_PAGE)), FAULT_DEVICE);
    assert_int_not_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), SECRET);
    memory_destroy(memory);
}

static void fetches_and_walks_of_a_guest_are_private_whatever_it_says(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SEV);

    (void)unused;
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
    assert_int_equal(read_word(memory, shared(guest(ALICE, ACCESS_EXECUTE, GUEST_PAGE))), SECRET);
    assert_int_equal(read_word(memory, shared(guest(ALICE, ACCESS_WALK, GUEST_PAGE))), SECRET);
    assert_int_not_equal(read_word(memory, shared(guest(ALICE, ACCESS_READ, GUEST_PAGE))), SECRET);
    write_word(memory, shared(guest(ALICE, ACCESS_WALK_UPDATE, GUEST_PAGE)), OTHER);
    assert_int_equal(read_word(memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), OTHER);
    memory_destroy(memory);
}

static void a_page_of_the_hypervisor_is_shared_with_everybody(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SNP);

    (void)unused;
    write_word(memory, shared(guest(ALICE, ACCESS_WRITE, GUEST_PAGE)), SECRET);
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), SECRET);
    assert_int_equal(read_word(memory, shared(guest(BOB, ACCESS_READ, GUEST_PAGE))), SECRET);
    write_word(memory, device(ACCESS_WRITE, GUEST_PAGE), OTHER);
    assert_int_equal(read_word(memory, shared(guest(ALICE, ACCESS_READ, GUEST_PAGE))), OTHER);
    memory_destroy(memory);
}

static void a_shared_read_of_a_private_page_is_checked_if_the_switch_says_so(void **unused)
{
    struct memory_config config = config_of(MEMORY_SNP);
    struct memory *memory = memory_with(&config);

    (void)unused;
    page_give(memory, ALICE, GUEST_PAGE);
    (void)grant_of(memory, shared(guest(ALICE, ACCESS_READ, GUEST_PAGE)));
    memory_destroy(memory);

    config.checks_shared_reads = true;
    memory = memory_with(&config);
    page_give(memory, ALICE, GUEST_PAGE);
    assert_int_equal(refusal_of(memory, shared(guest(ALICE, ACCESS_READ, GUEST_PAGE))),
                     FAULT_NESTED);
    memory_destroy(memory);
}

static void a_small_write_under_another_key_leaves_the_other_blocks_alone(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SEV);
    uint8_t before[PAGE_SIZE], after[PAGE_SIZE];
    struct access access = host(ACCESS_WRITE, GUEST_PAGE + 2 * CIPHER_BLOCK_BYTES);
    size_t at = 2 * CIPHER_BLOCK_BYTES;
    struct fault fault;

    (void)unused;
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
    assert_int_equal(dram_read(memory, (spa_t){GUEST_PAGE}, before, PAGE_SIZE), STATUS_OK);
    assert_true(memory_write(memory, &access, "sixteen new byte", CIPHER_BLOCK_BYTES, &fault));
    assert_int_equal(dram_read(memory, (spa_t){GUEST_PAGE}, after, PAGE_SIZE), STATUS_OK);
    assert_memory_equal(after, before, at);
    assert_memory_equal(after + at, "sixteen new byte", CIPHER_BLOCK_BYTES);
    assert_memory_equal(after + at + CIPHER_BLOCK_BYTES, before + at + CIPHER_BLOCK_BYTES,
                        PAGE_SIZE - at - CIPHER_BLOCK_BYTES);
    assert_int_equal(read_word(memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), SECRET);
    memory_destroy(memory);
}

static void a_fresh_key_makes_noise_of_what_was_written_under_the_old_one(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SEV);
    uint64_t sealed;

    (void)unused;
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
    sealed = read_word(memory, host(ACCESS_READ, GUEST_PAGE));
    assert_int_equal(memory_key_install(memory, ALICE), STATUS_OK);
    assert_int_not_equal(read_word(memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), SECRET);
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), sealed);
    memory_key_retire(memory, ALICE);
    assert_int_equal(read_word(memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), sealed);
    memory_destroy(memory);
}

static void a_key_follows_from_the_seed(void **unused)
{
    uint64_t sealed[3];

    (void)unused;
    for (unsigned i = 0; i < 3; i++) {
        struct memory_config config = config_of(MEMORY_SEV);
        struct memory *memory;

        config.seed = i == 2 ? 8 : 7;
        memory = memory_with(&config);
        write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
        sealed[i] = read_word(memory, host(ACCESS_READ, GUEST_PAGE));
        memory_destroy(memory);
    }
    assert_int_equal(sealed[0], sealed[1]);
    assert_int_not_equal(sealed[0], sealed[2]);
}

static void hiding_blinds_the_host_but_not_the_bus(void **unused)
{
    struct memory_config config = config_of(MEMORY_SNP);
    struct memory *memory;
    uint64_t sealed, raw;

    (void)unused;
    config.ciphertext_hiding = true;
    memory = memory_with(&config);
    page_give(memory, ALICE, GUEST_PAGE);
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), UINT64_MAX);
    assert_int_equal(*grant_of(memory, host(ACCESS_READ, GUEST_PAGE + 9)).bytes, 0xff);
    sealed = read_word(memory, shared(guest(BOB, ACCESS_READ, GUEST_PAGE)));
    assert_int_not_equal(sealed, UINT64_MAX);
    assert_int_equal(dram_read(memory, (spa_t){GUEST_PAGE}, &raw, sizeof raw), STATUS_OK);
    assert_int_equal(raw, sealed);
    host_update(memory, GUEST_PAGE,
                (struct rmp_operand){.assigned = true}); /* Reclaim: no guest's */
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), sealed);
    page_take(memory, GUEST_PAGE);
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), sealed);
    memory_destroy(memory);
}

static void the_firmware_meets_no_check_and_uses_the_key_that_it_names(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SNP);
    struct access own = firmware(0, ACCESS_WRITE, 2 * GUEST_PAGE);

    (void)unused;
    page_give(memory, ALICE, GUEST_PAGE);
    write_word(memory, firmware(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
    assert_int_equal(read_word(memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), SECRET);
    assert_int_equal(read_word(memory, firmware(0, ACCESS_READ, GUEST_PAGE)),
                     read_word(memory, host(ACCESS_READ, GUEST_PAGE)));

    own.is_private = true; /* a key of its own, for what no guest and no host may read */
    write_word(memory, own, SECRET);
    assert_int_not_equal(read_word(memory, host(ACCESS_READ, own.spa.v)), SECRET);
    own.kind = ACCESS_READ;
    assert_int_equal(read_word(memory, own), SECRET);
    memory_destroy(memory);
}

static void a_trusted_device_goes_by_its_guest_but_only_with_an_rmp(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SNP);
    struct access trusted = guest(ALICE, ACCESS_READ, GUEST_PAGE);

    (void)unused;
    trusted.actor.kind = ACTOR_DEVICE;
    page_give(memory, ALICE, GUEST_PAGE);
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
    assert_int_equal(read_word(memory, trusted), SECRET);
    guest_validate(memory, ALICE, GUEST_PAGE, false);
    assert_int_equal(refusal_of(memory, trusted), FAULT_DEVICE);
    memory_destroy(memory);

    memory = memory_in_mode(MEMORY_SEV);
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
    assert_int_not_equal(read_word(memory, trusted), SECRET);
    memory_destroy(memory);
}

static void a_copy_over_a_border_is_all_or_nothing(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SNP);
    struct access access = host(ACCESS_WRITE, GUEST_PAGE - 4);
    uint8_t bytes[8] = "untouch";
    struct fault fault;

    (void)unused;
    assert_true(memory_write(memory, &access, "abcdefgh", sizeof bytes, &fault));
    access.kind = ACCESS_READ;
    assert_true(memory_read(memory, &access, bytes, sizeof bytes, &fault));
    assert_memory_equal(bytes, "abcdefgh", sizeof bytes);

    page_give(memory, ALICE, GUEST_PAGE);
    access.kind = ACCESS_WRITE;
    assert_false(memory_write(memory, &access, "ABCDEFGH", sizeof bytes, &fault));
    assert_int_equal(fault.kind, FAULT_PAGE);
    assert_int_equal(fault.spa.v, GUEST_PAGE);
    access.kind = ACCESS_READ;
    assert_true(memory_read(memory, &access, bytes, 4, &fault));
    assert_memory_equal(bytes, "abcd", 4);
    memory_destroy(memory);
}

static void there_is_no_memory_past_the_end(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SNP);
    struct access last = host(ACCESS_WRITE, RAM_PAGES * (uint64_t)PAGE_SIZE - 4);
    struct fault fault;

    (void)unused;
    assert_int_equal(refusal_of(memory, host(ACCESS_READ, RAM_PAGES * (uint64_t)PAGE_SIZE)),
                     FAULT_ADDRESS);
    assert_int_equal(refusal_of(memory, host(ACCESS_READ, UINT64_MAX)), FAULT_ADDRESS);
    assert_int_equal(refusal_of(memory, firmware(0, ACCESS_READ, UINT64_MAX)), FAULT_ADDRESS);
    assert_false(memory_write(memory, &last, "12345678", 8, &fault));
    assert_int_equal(fault.kind, FAULT_ADDRESS);
    assert_true(memory_write(memory, &last, "1234", 4, &fault));
    memory_destroy(memory);
}

static void the_c_bit_chooses_the_shared_alias_or_the_private_page(void **unused)
{
    struct memory_config config = config_of(MEMORY_SNP);
    uint64_t high = UINT64_C(1) << C_BIT;
    struct memory *memory = memory_with(&config);
    gpa_t gpa;

    (void)unused;
    assert_true(memory_gpa_is_private(memory, (gpa_t){GUEST_PAGE}, &gpa));
    assert_int_equal(gpa.v, GUEST_PAGE);
    assert_false(memory_gpa_is_private(memory, (gpa_t){GUEST_PAGE | high}, &gpa));
    assert_int_equal(gpa.v, GUEST_PAGE);
    memory_destroy(memory);

    config.c_bit_rule = C_BIT_CLASSIC;
    memory = memory_with(&config);
    assert_false(memory_gpa_is_private(memory, (gpa_t){GUEST_PAGE}, &gpa));
    assert_true(memory_gpa_is_private(memory, (gpa_t){GUEST_PAGE | high}, &gpa));
    memory_destroy(memory);
}

static void impossible_machines_are_refused(void **unused)
{
    struct memory_config config[7];
    struct memory *memory;

    (void)unused;
    for (unsigned i = 0; i < 7; i++)
        config[i] = config_of(MEMORY_SNP);
    config[0].page_count = config[0].rmp_pages = 0;
    config[1].page_count = (UINT64_C(1) << 32) + 1;
    config[2].rmp_pages = config[2].page_count + 1;
    config[3].asid_max = 0;
    config[4].asid_max = RMP_ASID_MAX + 1;
    config[5].c_bit = 31;
    config[6].c_bit = 63;
    for (unsigned i = 0; i < 7; i++) {
        memory = (struct memory *)&config;
        assert_int_equal(memory_create(&config[i], &memory), STATUS_BAD_INPUT);
        assert_null(memory);
    }
    memory_destroy(NULL);
    memory = memory_in_mode(MEMORY_SNP);
    assert_int_equal(memory_key_install(memory, 0), STATUS_BAD_INPUT);
    assert_int_equal(memory_key_install(memory, 16), STATUS_BAD_INPUT);
    memory_key_retire(memory, 0);
    memory_key_retire(memory, 16);
    memory_destroy(memory);
}

static void a_page_tells_its_state_its_key_and_its_changes(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SNP);
    struct memory_page look, later;
    spa_t page = {GUEST_PAGE};

    (void)unused;
    assert_int_equal(memory_page_look(memory, page, &look), STATUS_OK);
    assert_int_equal(look.state, RMP_HYPERVISOR);
    assert_int_equal(look.asid, 0);
    page_give(memory, ALICE, GUEST_PAGE);
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
    assert_int_equal(memory_page_look(memory, page, &later), STATUS_OK);
    assert_int_equal(later.state, RMP_GUEST_VALID);
    assert_int_equal(later.asid, ALICE);
    assert_true(later.version > look.version);
    assert_int_equal(memory_page_look(memory, (spa_t){GUEST_PAGE + 1}, &look), STATUS_BAD_ADDRESS);
    assert_int_equal(memory_page_look(memory, (spa_t){UINT64_C(1) << 40}, &look),
                     STATUS_BAD_ADDRESS);
    assert_true(memory_metadata_per_page() <= PAGE_SIZE / 100.0);
    memory_destroy(memory);
}

static void every_mode_has_a_name(void **unused)
{
    (void)unused;
    assert_string_equal(memory_mode_name(MEMORY_NONE), "none");
    assert_string_equal(memory_mode_name(MEMORY_SEV_ES), "sev-es");
    assert_string_equal(memory_mode_name(MEMORY_SNP), "snp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_protection_the_host_reads_and_writes_a_guest),
        cmocka_unit_test(encryption_hides_a_guest_but_lets_the_host_write),
        cmocka_unit_test(the_rmp_stands_before_the_host_the_device_and_the_other_guest),
        cmocka_unit_test(fetches_and_walks_of_a_guest_are_private_whatever_it_says),
        cmocka_unit_test(a_page_of_the_hypervisor_is_shared_with_everybody),
        cmocka_unit_test(a_shared_read_of_a_private_page_is_checked_if_the_switch_says_so),
        cmocka_unit_test(a_small_write_under_another_key_leaves_the_other_blocks_alone),
        cmocka_unit_test(a_fresh_key_makes_noise_of_what_was_written_under_the_old_one),
        cmocka_unit_test(a_key_follows_from_the_seed),
        cmocka_unit_test(hiding_blinds_the_host_but_not_the_bus),
        cmocka_unit_test(the_firmware_meets_no_check_and_uses_the_key_that_it_names),
        cmocka_unit_test(a_trusted_device_goes_by_its_guest_but_only_with_an_rmp),
        cmocka_unit_test(a_copy_over_a_border_is_all_or_nothing),
        cmocka_unit_test(there_is_no_memory_past_the_end),
        cmocka_unit_test(the_c_bit_chooses_the_shared_alias_or_the_private_page),
        cmocka_unit_test(impossible_machines_are_refused),
        cmocka_unit_test(a_page_tells_its_state_its_key_and_its_changes),
        cmocka_unit_test(every_mode_has_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
