/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a memory holds, saved and loaded (sim/memory/memory_snapshot.h): pages, whose they are, keys
 * and the RMP. */
#include "memory_fixture.h"

#include <stdlib.h>

#include "memory/adversary.h"
#include "memory/memory_snapshot.h"

enum { OTHER_PAGE = 0x5000, SHARED_PAGE = 0x7000 };

static const char secret[] = "a secret of 32 bytes, with zero.";

static struct snapshot_stream save(struct memory *memory)
{
    struct snapshot_stream stream = snapshot_stream_save();

    memory_snapshot(memory, &stream);
    assert_false(stream.has_failed);
    return stream;
}

static bool load(struct memory *memory, const struct snapshot_stream *saved, size_t size_bytes)
{
    struct snapshot_stream stream = snapshot_stream_load(saved->bytes, size_bytes);

    memory_snapshot(memory, &stream);
    return !stream.has_failed && stream.at == size_bytes;
}

static void write_as(struct memory *memory, struct access access)
{
    struct fault fault;

    assert_true(memory_write(memory, &access, secret, sizeof secret, &fault));
}

static void assert_dram_equal(struct memory *a, struct memory *b, uint64_t spa)
{
    uint8_t raw[2][PAGE_SIZE];

    assert_int_equal(dram_read(a, (spa_t){spa}, raw[0], PAGE_SIZE), STATUS_OK);
    assert_int_equal(dram_read(b, (spa_t){spa}, raw[1], PAGE_SIZE), STATUS_OK);
    assert_memory_equal(raw[0], raw[1], PAGE_SIZE);
}

/* Two guests, the second with a new key, and a page of the host. */
static struct memory *memory_in_use(enum memory_mode mode)
{
    struct memory *memory = memory_in_mode(mode);

    write_as(memory, host(ACCESS_WRITE, SHARED_PAGE));
    write_as(memory, host(ACCESS_WRITE, OTHER_PAGE));
    assert_int_equal(memory_key_install(memory, BOB), STATUS_OK);
    memory_key_retire(memory, 3);
    page_give(memory, ALICE, GUEST_PAGE);
    page_give(memory, BOB, OTHER_PAGE);
    write_as(memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE));
    write_as(memory, guest(BOB, ACCESS_WRITE, OTHER_PAGE));
    return memory;
}

static void what_is_loaded_is_what_was_saved(void **unused)
{
    (void)unused;
    for (unsigned mode = MEMORY_NONE; mode <= MEMORY_SNP; mode++) {
        struct memory *memory = memory_in_use((enum memory_mode)mode);
        struct memory *other = memory_in_mode((enum memory_mode)mode);
        struct snapshot_stream saved, again;

        write_as(other, host(ACCESS_WRITE, 0x9000)); /* goes away */
        saved = save(memory);
        assert_true(load(other, &saved, saved.size_bytes));
        again = save(other);
        assert_int_equal(saved.size_bytes, again.size_bytes);
        assert_memory_equal(saved.bytes, again.bytes, saved.size_bytes);
        for (uint64_t page = 0; page < 0xa000; page += PAGE_SIZE) {
            assert_dram_equal(memory, other, page);
            assert_int_equal(rmp_page_state(memory_rmp(memory), (spa_t){page}),
                             rmp_page_state(memory_rmp(other), (spa_t){page}));
        }
        free(saved.bytes);
        free(again.bytes);
        memory_destroy(memory);
        memory_destroy(other);
    }
}

static void keys_go_on_as_they_would_have(void **unused)
{
    struct memory *memory = memory_in_use(MEMORY_SEV), *other = memory_in_mode(MEMORY_SEV);
    struct snapshot_stream saved = save(memory);

    (void)unused;
    assert_true(load(other, &saved, saved.size_bytes));
    for (unsigned i = 0; i < 2; i++) {
        struct memory *one = i ? other : memory;

        assert_int_equal(memory_key_install(one, 3), STATUS_OK);
        write_as(one, guest(3, ACCESS_WRITE, 0x9000));
    }
    assert_dram_equal(memory, other, 0x9000);
    free(saved.bytes);
    memory_destroy(memory);
    memory_destroy(other);
}

static void lost(void *context, spa_t first, uint64_t page_count, enum memory_lost what)
{
    (void)page_count;
    if (first.v == 0 && what == MEMORY_LOST_ALL)
        ++*(unsigned *)context;
}

static void saving_and_loading_call_every_pointer_back(void **unused)
{
    struct memory *memory = memory_in_use(MEMORY_SEV);
    struct access access = host(ACCESS_WRITE, SHARED_PAGE);
    struct memory_answer answer;
    struct memory_page look;
    struct snapshot_stream saved;
    unsigned count = 0;

    (void)unused;
    assert_int_equal(memory_watch_add(memory, lost, &count), STATUS_OK);
    assert_true(memory_ask(memory, &access, &answer));
    saved = save(memory);
    assert_int_equal(count, 1);
    assert_int_equal(memory_page_look(memory, (spa_t){SHARED_PAGE}, &look), STATUS_OK);
    assert_false(look.is_writable);
    assert_true(load(memory, &saved, saved.size_bytes));
    assert_int_equal(count, 2);
    free(saved.bytes);
    memory_destroy(memory);
}

static void a_piece_is_refused_and_the_memory_can_be_loaded_again(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SNP);
    struct snapshot_stream saved;
    spa_t page;

    (void)unused;
    write_as(memory, host(ACCESS_WRITE, SHARED_PAGE));
    page_give(memory, ALICE, GUEST_PAGE);
    saved = save(memory);
    for (size_t size = 0; size < saved.size_bytes; size += 1 + size / 100) {
        assert_false(load(memory, &saved, size));
        assert_int_equal(rmp_check_all(memory_rmp(memory), &page), STATUS_OK);
    }
    assert_true(load(memory, &saved, saved.size_bytes));
    assert_int_equal(rmp_page_state(memory_rmp(memory), (spa_t){GUEST_PAGE}), RMP_GUEST_VALID);
    free(saved.bytes);
    memory_destroy(memory);
}

/* Each value of a small one, changed: refused, or a memory whose RMP is in order. */
static void a_changed_byte_does_no_harm(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SNP);
    struct snapshot_stream saved;
    spa_t page;

    (void)unused;
    page_give(memory, ALICE, GUEST_PAGE);
    saved = save(memory);
    for (size_t i = 0; i < saved.size_bytes; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            saved.bytes[i] ^= (uint8_t)(1u << bit);
            (void)load(memory, &saved, saved.size_bytes);
            assert_int_equal(rmp_check_all(memory_rmp(memory), &page), STATUS_OK);
            saved.bytes[i] ^= (uint8_t)(1u << bit);
        }
    }
    free(saved.bytes);
    memory_destroy(memory);
}

static void a_cache_or_an_alias_cannot_be_saved(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SEV);

    (void)unused;
    assert_true(memory_snapshot_is_possible(memory));
    assert_int_equal(cache_model_set(memory, true), STATUS_OK);
    assert_false(memory_snapshot_is_possible(memory));
    assert_int_equal(cache_model_set(memory, false), STATUS_OK);
    assert_int_equal(dram_alias_set(memory, 20), STATUS_OK);
    assert_false(memory_snapshot_is_possible(memory));
    memory_destroy(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_loaded_is_what_was_saved),
        cmocka_unit_test(keys_go_on_as_they_would_have),
        cmocka_unit_test(saving_and_loading_call_every_pointer_back),
        cmocka_unit_test(a_piece_is_refused_and_the_memory_can_be_loaded_again),
        cmocka_unit_test(a_changed_byte_does_no_harm),
        cmocka_unit_test(a_cache_or_an_alias_cannot_be_saved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
