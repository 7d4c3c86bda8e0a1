/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_adversary.c — what the holder of DRAM, bus or cache can do, and what stops him.
 */
#include "memory_fixture.h"

#include "memory/adversary.h"

enum { GHOST_BIT = LARGE_PAGE_SHIFT, GHOST_PAGE = GUEST_PAGE | 1 << GHOST_BIT };

static const uint64_t SECRET = 0x1122334455667788, LATER = 0x99aabbccddeeff00;

static struct memory *memory_with_secret(enum memory_mode mode)
{
    struct memory *memory = memory_in_mode(mode);

    page_give(memory, ALICE, GUEST_PAGE);
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), SECRET);
    return memory;
}

static uint64_t alice_reads(struct memory *memory)
{
    return read_word(memory, guest(ALICE, ACCESS_READ, GUEST_PAGE));
}

static void a_bus_reader_gets_what_the_host_reads(void **unused)
{
    struct memory *memory = memory_with_secret(MEMORY_SNP);
    uint8_t raw[PAGE_SIZE + 2];

    (void)unused;
    assert_int_equal(dram_read(memory, (spa_t){GUEST_PAGE - 1}, raw, sizeof raw), STATUS_OK);
    assert_memory_equal(raw + 1, grant_of(memory, host(ACCESS_READ, GUEST_PAGE)).bytes, PAGE_SIZE);
    assert_int_equal(dram_read(memory, (spa_t){RAM_PAGES * (uint64_t)PAGE_SIZE - 1}, raw, 2),
                     STATUS_BAD_ADDRESS);
    assert_int_equal(dram_write(memory, (spa_t){UINT64_MAX}, raw, 2), STATUS_BAD_ADDRESS);
    memory_destroy(memory);
}

static void one_flipped_bit_makes_noise_of_one_block(void **unused)
{
    struct memory *memory = memory_with_secret(MEMORY_SNP);
    struct access second = guest(ALICE, ACCESS_READ, GUEST_PAGE + CIPHER_BLOCK_BYTES);
    uint8_t raw;

    (void)unused;
    write_word(memory, guest(ALICE, ACCESS_WRITE, second.spa.v), LATER);
    assert_int_equal(dram_read(memory, (spa_t){GUEST_PAGE + 3}, &raw, 1), STATUS_OK);
    raw ^= 0x10;
    assert_int_equal(dram_write(memory, (spa_t){GUEST_PAGE + 3}, &raw, 1), STATUS_OK);
    assert_int_not_equal(alice_reads(memory), SECRET);
    assert_int_equal(read_word(memory, second), LATER);
    memory_destroy(memory);
}

static void old_ciphertext_is_old_plaintext_again_but_nowhere_else(void **unused)
{
    struct memory *memory = memory_with_secret(MEMORY_SNP);
    uint8_t old[CIPHER_BLOCK_BYTES];
    uint64_t other = GUEST_PAGE + PAGE_SIZE;

    (void)unused;
    assert_int_equal(dram_read(memory, (spa_t){GUEST_PAGE}, old, sizeof old), STATUS_OK);
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), LATER);
    assert_int_equal(dram_write(memory, (spa_t){GUEST_PAGE}, old, sizeof old), STATUS_OK);
    assert_int_equal(alice_reads(memory), SECRET);

    page_give(memory, ALICE, other);
    assert_int_equal(dram_write(memory, (spa_t){other}, old, sizeof old), STATUS_OK);
    assert_int_not_equal(read_word(memory, guest(ALICE, ACCESS_READ, other)), SECRET);
    memory_destroy(memory);
}

/* BadRAM: no check of the RMP fails, and an old state of the guest comes back. */
static void an_alias_replays_private_memory_through_a_page_of_the_host(void **unused)
{
    struct memory *memory = memory_with_secret(MEMORY_SNP);
    struct access ghost = host(ACCESS_READ, GHOST_PAGE);
    uint8_t old[CIPHER_BLOCK_BYTES];
    struct fault fault;

    (void)unused;
    assert_false(dram_alias_is_found(memory));
    assert_int_equal(dram_alias_set(memory, GHOST_BIT), STATUS_OK);
    assert_true(memory_read(memory, &ghost, old, sizeof old, &fault));
    assert_memory_equal(old, grant_of(memory, host(ACCESS_READ, GUEST_PAGE)).bytes, sizeof old);
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), LATER);
    assert_int_equal(refusal_of(memory, host(ACCESS_WRITE, GUEST_PAGE)), FAULT_PAGE);
    ghost.kind = ACCESS_WRITE;
    assert_true(memory_write(memory, &ghost, old, sizeof old, &fault));
    assert_int_equal(alice_reads(memory), SECRET);
    assert_true(dram_alias_is_found(memory));
    assert_int_equal(alice_reads(memory), SECRET);
    memory_destroy(memory);
}

static void the_tweak_goes_by_the_address_and_not_by_the_cell(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SEV);
    uint64_t sealed;

    (void)unused;
    assert_int_equal(dram_alias_set(memory, GHOST_BIT), STATUS_OK);
    write_word(memory, guest(ALICE, ACCESS_WRITE, GHOST_PAGE), SECRET);
    assert_true(grant_of(memory, guest(ALICE, ACCESS_WRITE, GHOST_PAGE)).is_direct);
    sealed = read_word(memory, host(ACCESS_READ, GUEST_PAGE));
    assert_int_equal(read_word(memory, guest(ALICE, ACCESS_READ, GHOST_PAGE)), SECRET);
    assert_int_not_equal(alice_reads(memory), SECRET);

    assert_int_equal(dram_alias_set(memory, -1), STATUS_OK); /* the cells keep what they hold */
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), sealed);
    assert_int_equal(read_word(memory, host(ACCESS_READ, GHOST_PAGE)), 0);
    assert_int_not_equal(alice_reads(memory), SECRET);
    memory_destroy(memory);
}

static void only_bits_of_a_page_number_can_be_aliased(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SEV);

    (void)unused;
    assert_int_equal(dram_alias_set(memory, 11), STATUS_BAD_INPUT);
    assert_int_equal(dram_alias_set(memory, 48), STATUS_BAD_INPUT);
    assert_int_equal(dram_alias_set(memory, -2), STATUS_BAD_INPUT);
    assert_int_equal(dram_alias_set(memory, 47), STATUS_OK); /* beyond the RAM: without effect */
    assert_false(dram_alias_is_found(memory));
    memory_destroy(memory);
}

/* CacheWarp. */
static void a_dropped_line_takes_the_guest_back(void **unused)
{
    struct memory *memory = memory_with_secret(MEMORY_SNP);
    uint64_t raw, older;

    (void)unused;
    assert_int_equal(cache_model_set(memory, true), STATUS_OK);
    assert_int_equal(dram_read(memory, (spa_t){GUEST_PAGE}, &older, sizeof older), STATUS_OK);
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), LATER);
    assert_int_equal(alice_reads(memory), LATER);
    assert_int_equal(dram_read(memory, (spa_t){GUEST_PAGE}, &raw, sizeof raw), STATUS_OK);
    assert_int_equal(raw, older);
    cache_invd(memory, false);
    assert_int_equal(alice_reads(memory), SECRET);

    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), LATER);
    cache_invd(memory, true);
    assert_int_equal(alice_reads(memory), LATER);
    cache_invd(memory, false); /* nothing is dirty any more */
    assert_int_equal(alice_reads(memory), LATER);
    memory_destroy(memory);
}

static void what_was_written_back_stays(void **unused)
{
    struct memory *memory = memory_with_secret(MEMORY_SNP);

    (void)unused;
    cache_invd(memory, false); /* the model is off */
    assert_int_equal(alice_reads(memory), SECRET);
    assert_int_equal(cache_model_set(memory, true), STATUS_OK);
    *grant_of(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE)).bytes = 1;
    cache_wbinvd(memory);
    *grant_of(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE)).bytes = 2;
    cache_invd(memory, false);
    assert_int_equal(alice_reads(memory) & 0xff, 1);
    write_word(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), LATER);
    assert_int_equal(cache_model_set(memory, false), STATUS_OK);
    cache_invd(memory, false);
    assert_int_equal(alice_reads(memory), LATER);
    memory_destroy(memory);
}

static void a_dropped_page_falls_back_to_its_older_key(void **unused)
{
    struct memory *memory = memory_with_secret(MEMORY_SEV);
    uint64_t sealed = read_word(memory, host(ACCESS_READ, GUEST_PAGE));

    (void)unused;
    assert_int_equal(cache_model_set(memory, true), STATUS_OK);
    write_word(memory, host(ACCESS_WRITE, GUEST_PAGE), LATER);
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), LATER);
    cache_invd(memory, false);
    assert_int_equal(alice_reads(memory), SECRET);
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), sealed);
    memory_destroy(memory);
}

static void a_device_writes_through_the_cache(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SEV);
    uint64_t next_line = GUEST_PAGE + 64;

    (void)unused;
    assert_int_equal(cache_model_set(memory, true), STATUS_OK);
    write_word(memory, host(ACCESS_WRITE, GUEST_PAGE), 1);
    write_word(memory, host(ACCESS_WRITE, next_line), 2);
    write_word(memory, device(ACCESS_WRITE, GUEST_PAGE + 8), 3);
    cache_invd(memory, false);
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), 1); /* the same line */
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE + 8)), 3);
    assert_int_equal(read_word(memory, host(ACCESS_READ, next_line)), 0);
    memory_destroy(memory);
}

static void a_dirty_line_hides_what_somebody_writes_to_dram(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SEV);
    uint64_t next_line = GUEST_PAGE + 64, raw = 7;

    (void)unused;
    assert_int_equal(cache_model_set(memory, true), STATUS_OK);
    write_word(memory, host(ACCESS_WRITE, GUEST_PAGE), 1);
    assert_int_equal(dram_write(memory, (spa_t){GUEST_PAGE}, &raw, sizeof raw), STATUS_OK);
    assert_int_equal(dram_write(memory, (spa_t){next_line}, &raw, sizeof raw), STATUS_OK);
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), 1);
    assert_int_equal(read_word(memory, host(ACCESS_READ, next_line)), 7);
    cache_invd(memory, false);
    assert_int_equal(read_word(memory, host(ACCESS_READ, GUEST_PAGE)), 7);
    memory_destroy(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bus_reader_gets_what_the_host_reads),
        cmocka_unit_test(one_flipped_bit_makes_noise_of_one_block),
        cmocka_unit_test(old_ciphertext_is_old_plaintext_again_but_nowhere_else),
        cmocka_unit_test(an_alias_replays_private_memory_through_a_page_of_the_host),
        cmocka_unit_test(the_tweak_goes_by_the_address_and_not_by_the_cell),
        cmocka_unit_test(only_bits_of_a_page_number_can_be_aliased),
        cmocka_unit_test(a_dropped_line_takes_the_guest_back),
        cmocka_unit_test(what_was_written_back_stays),
        cmocka_unit_test(a_dropped_page_falls_back_to_its_older_key),
        cmocka_unit_test(a_device_writes_through_the_cache),
        cmocka_unit_test(a_dirty_line_hides_what_somebody_writes_to_dram),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
