/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots of a live machine (sim/machine/machine_snapshot.h): whoever restores one goes on as the
 * machine did from which it was taken. */
#include "live_fixture.h"

#include <unistd.h>

#include "machine/machine_snapshot.h"

enum { NO_KIND = 0, KIND_FAULT = 1, EXITS_ROUNDS = 40 };

static struct machine_snapshot take(struct live_fixture *fix)
{
    struct machine_snapshot snapshot;
    struct diagnostic diag = {""};

    if (machine_snapshot_take(fix->live, &snapshot, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
    assert_int_equal(machine_snapshot_instructions(&snapshot), live_instructions(fix->live));
    return snapshot;
}

static void restore(struct live_fixture *fix, const struct machine_snapshot *snapshot)
{
    struct diagnostic diag = {""};

    if (machine_snapshot_restore(fix->live, snapshot, "snapshot", &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
}

static void assert_equal(const struct machine_snapshot *a, const struct machine_snapshot *b)
{
    assert_int_equal(a->size_bytes, b->size_bytes);
    assert_memory_equal(a->bytes, b->bytes, a->size_bytes);
}

/* Cuts a run at these places. Each time it goes on in the same machine, in the same machine once
 * more, and in another one. The end, and so everything before it, must be the same. */
static void cuts_check(const char *machine, unsigned harts, const void *program, size_t size,
                       uint64_t first, uint64_t step, uint64_t last)
{
    struct live_fixture fix, other;
    struct machine_snapshot start, cut, end[3];
    struct live_result result[3];

    live_fixture_open(&fix, machine, harts, program, size);
    live_fixture_open(&other, machine, harts, program, size);
    start = take(&fix);
    for (uint64_t at = first; at < last; at += step) {
        restore(&fix, &start);
        (void)live_fixture_run(&fix, at);
        cut = take(&fix);
        for (unsigned i = 0; i < 3; i++) {
            struct live_fixture *one = i == 2 ? &other : &fix;

            if (i > 0)
                restore(one, &cut);
            result[i] = live_fixture_run(one, UINT64_MAX);
            end[i] = take(one);
            assert_int_equal(result[i].end, LIVE_PASS);
            assert_equal(&end[i], &end[0]);
        }
        for (unsigned i = 0; i < 3; i++)
            machine_snapshot_free(&end[i]);
        machine_snapshot_free(&cut);
    }
    machine_snapshot_free(&start);
    live_fixture_close(&fix);
    live_fixture_close(&other);
}

static void a_hypervisor_and_its_guest_go_on_alike_wherever_they_are_cut(void **unused)
{
    size_t size;
    uint8_t *exits = live_fixture_guest("exits.bin", EXITS_ROUNDS, KIND_FAULT, &size);

    (void)unused;
    cuts_check("virt-h", 1, exits, size, 1, 311, 3000);
    free(exits);
}

static void floats_and_compressed_code_go_on_alike(void **unused)
{
    size_t size;
    uint8_t *mixed = live_fixture_guest("mixed.bin", 1, NO_KIND, &size);

    (void)unused;
    cuts_check("virt-h", 1, mixed, size, 1, 37011, 90000);
    free(mixed);
}

static void harts_that_take_turns_go_on_alike(void **unused)
{
    size_t size;
    uint8_t *exits = live_fixture_guest("exits.bin", EXITS_ROUNDS, KIND_FAULT, &size);

    (void)unused;
    cuts_check("virt-h", 3, exits, size, 1, 611, 3000);
    free(exits);
}

static void a_cut_changes_nothing_of_a_run(void **unused)
{
    size_t size;
    uint8_t *exits = live_fixture_guest("exits.bin", EXITS_ROUNDS, KIND_FAULT, &size);
    struct live_fixture whole, cut;
    struct machine_snapshot end[2];

    (void)unused;
    live_fixture_open(&whole, "virt-h", 3, exits, size);
    live_fixture_open(&cut, "virt-h", 3, exits, size);
    (void)live_fixture_run(&whole, UINT64_MAX);
    for (uint64_t at = 1; live_fixture_run(&cut, at).end == LIVE_INSTRUCTIONS; at += 29)
        ;
    end[0] = take(&whole);
    end[1] = take(&cut);
    assert_equal(&end[0], &end[1]);
    machine_snapshot_free(&end[0]);
    machine_snapshot_free(&end[1]);
    live_fixture_close(&whole);
    live_fixture_close(&cut);
    free(exits);
}

/* LR and SC with a block's border between them, 50 times; fails if one SC did. */
static const uint32_t reserving[] = {
    0x00001417, /*       auipc s0, 1 */
    0x03200493, /*       li s1, 50 */
    0x1004332f, /* loop: lr.d t1, (s0) */
    0x00130313, /*       addi t1, t1, 1 */
    0x0040006f, /*       j .+4 */
    0x186433af, /*       sc.d t2, t1, (s0) */
    0x00790933, /*       add s2, s2, t2 */
    0xfff48493, /*       addi s1, s1, -1 */
    0xfe0494e3, /*       bnez s1, loop */
    0x001002b7, /*       lui t0, 0x100 */
    0x00005337, /*       lui t1, 5 */
    0x55530313, /*       addi t1, t1, 0x555 */
    0x00090663, /*       beqz s2, .+12 */
    0x00003337, /*       lui t1, 3 */
    0x33330313, /*       addi t1, t1, 0x333 */
    0x0062a023, /*       sw t1, (t0) */
    0x0000006f, /*       j . */
};

static void a_reservation_is_kept(void **unused)
{
    (void)unused;
    cuts_check("tiny", 1, reserving, sizeof reserving, 3, 1, 20);
}

static void refuse(struct live_fixture *fix, const struct machine_snapshot *snapshot,
                   const char *message)
{
    struct diagnostic diag = {""};

    assert_int_equal(machine_snapshot_restore(fix->live, snapshot, "file", &diag),
                     STATUS_BAD_INPUT);
    if (!strstr(diag.text, message))
        fail_msg("'%s' is not in '%s'", message, diag.text);
}

static void a_snapshot_of_another_machine_is_refused_and_changes_nothing(void **unused)
{
    struct live_fixture fix, more_harts, other;
    struct machine_snapshot cut, before, after;

    (void)unused;
    live_fixture_open(&fix, "tiny", 1, reserving, sizeof reserving);
    live_fixture_open(&more_harts, "tiny", 2, reserving, sizeof reserving);
    live_fixture_open(&other, "virt-no-h", 1, reserving, sizeof reserving);
    cut = take(&fix);
    before = take(&other);
    refuse(&more_harts, &cut, "another machine (tiny); expected one of tiny with the same spec");
    refuse(&other, &cut, "another machine (tiny); expected one of virt-no-h");
    after = take(&other);
    assert_equal(&before, &after);
    machine_snapshot_free(&cut);
    machine_snapshot_free(&before);
    machine_snapshot_free(&after);
    live_fixture_close(&fix);
    live_fixture_close(&more_harts);
    live_fixture_close(&other);
}

/* A machine never takes half of one, nor one with something behind it, and can be restored after
 * it refused. */
static void a_piece_of_a_snapshot_is_refused(void **unused)
{
    struct live_fixture fix;
    struct machine_snapshot cut, longer;

    (void)unused;
    live_fixture_open(&fix, "tiny", 1, reserving, sizeof reserving);
    (void)live_fixture_run(&fix, 20);
    cut = take(&fix);
    for (size_t size = 0; size < cut.size_bytes; size += size < 1000 ? 1 : 97) {
        struct machine_snapshot piece = {cut.bytes, size};

        refuse(&fix, &piece, "; expected ");
    }
    longer = (struct machine_snapshot){malloc(cut.size_bytes + 1), cut.size_bytes + 1};
    memcpy(longer.bytes, cut.bytes, cut.size_bytes);
    longer.bytes[cut.size_bytes] = 0;
    refuse(&fix, &longer, "the snapshot is damaged");
    restore(&fix, &cut);
    assert_int_equal(live_fixture_run(&fix, UINT64_MAX).end, LIVE_PASS);
    machine_snapshot_free(&cut);
    machine_snapshot_free(&longer);
    live_fixture_close(&fix);
}

/* Whatever one byte of it says: it is refused, or the machine runs. */
static void a_changed_byte_does_no_harm(void **unused)
{
    struct live_fixture fix;
    struct machine_snapshot cut;
    struct diagnostic diag;
    unsigned refused = 0;

    (void)unused;
    live_fixture_open(&fix, "tiny", 1, reserving, sizeof reserving);
    (void)live_fixture_run(&fix, 20);
    cut = take(&fix);
    for (size_t i = 0; i < cut.size_bytes; i += i < 1000 || i > cut.size_bytes - 7000 ? 5 : 301) {
        cut.bytes[i] ^= 0xff;
        if (machine_snapshot_restore(fix.live, &cut, "file", &diag) == STATUS_OK)
            (void)live_fixture_run(&fix, machine_snapshot_instructions(&cut) + 2000);
        else
            refused++;
        cut.bytes[i] ^= 0xff;
    }
    assert_in_range(refused, 100, cut.size_bytes);
    restore(&fix, &cut);
    assert_int_equal(live_fixture_run(&fix, UINT64_MAX).end, LIVE_PASS);
    machine_snapshot_free(&cut);
    live_fixture_close(&fix);
}

static void a_file_gives_back_what_went_into_it(void **unused)
{
    char path[] = "/tmp/cvmlab-snapshot-XXXXXX";
    struct diagnostic diag = {""};
    struct machine_snapshot cut, read;
    struct live_fixture fix;
    int fd = mkstemp(path);

    (void)unused;
    assert_true(fd >= 0);
    close(fd);
    live_fixture_open(&fix, "tiny", 1, reserving, sizeof reserving);
    (void)live_fixture_run(&fix, 20);
    cut = take(&fix);
    assert_int_equal(machine_snapshot_write(&cut, path, &diag), STATUS_OK);
    assert_int_equal(machine_snapshot_read(path, &read, &diag), STATUS_OK);
    assert_equal(&cut, &read);
    unlink(path);
    machine_snapshot_free(&cut);
    machine_snapshot_free(&read);
    live_fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hypervisor_and_its_guest_go_on_alike_wherever_they_are_cut),
        cmocka_unit_test(floats_and_compressed_code_go_on_alike),
        cmocka_unit_test(harts_that_take_turns_go_on_alike),
        cmocka_unit_test(a_cut_changes_nothing_of_a_run),
        cmocka_unit_test(a_reservation_is_kept),
        cmocka_unit_test(a_snapshot_of_another_machine_is_refused_and_changes_nothing),
        cmocka_unit_test(a_piece_of_a_snapshot_is_refused),
        cmocka_unit_test(a_changed_byte_does_no_harm),
        cmocka_unit_test(a_file_gives_back_what_went_into_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
