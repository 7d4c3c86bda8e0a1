/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_ledger.c — sums, shares and costs of the account: nothing is lost when a burst is
 * divided, and each cause costs what its count and its constant say, if the path has it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "net/ledger.h"

static struct ledger_entry random_entry(uint64_t *state, uint64_t bound)
{
    struct ledger_entry entry;

    memset(&entry, 0, sizeof entry);
    for (unsigned i = 0; i < LEDGER_PLACE_COUNT; i++) {
        entry.copies[i] = random_next(state) % bound;
        entry.bytes[i] = random_next(state) % bound;
    }
    for (unsigned i = 0; i < LEDGER_COUNT_COUNT; i++)
        entry.count[i] = random_next(state) % bound;
    return entry;
}

static void shares_of_a_burst_sum_to_the_burst(void **unused)
{
    uint64_t state = 1;

    (void)unused;
    for (unsigned turn = 0; turn < 2000; turn++) {
        struct ledger_entry burst = random_entry(&state, turn % 2 ? 100 : 1000000), sum, part;
        uint32_t parts = 1 + (uint32_t)(random_next(&state) % PATH_BURST_MAX);
        uint64_t least = UINT64_MAX, most = 0;

        memset(&sum, 0, sizeof sum);
        for (uint32_t i = 0; i < parts; i++) {
            memset(&part, 0, sizeof part);
            ledger_share(&part, &burst, i, parts);
            ledger_add(&sum, &part);
            least = part.count[0] < least ? part.count[0] : least;
            most = part.count[0] > most ? part.count[0] : most;
        }
        assert_memory_equal(&sum, &burst, sizeof sum);
        assert_in_range(most - least, 0, 1);
    }
}

static void a_share_is_added_to_what_is_there(void **unused)
{
    struct ledger_entry part = {.copies = {5}, .cycles = {7}}, burst = {.copies = {3}};

    (void)unused;
    ledger_share(&part, &burst, 0, 2);
    assert_int_equal(part.copies[0], 7);
    assert_true(part.cycles[0] == 7);
}

static void copies_have_a_direction(void **unused)
{
    struct ledger_entry entry = {.copies = {1, 2, 4, 8, 16}, .bytes = {100, 200, 400, 800, 1600}};

    (void)unused;
    assert_int_equal(ledger_copies_rx(&entry), 1 + 4 + 16);
    assert_int_equal(ledger_copies_tx(&entry), 2 + 8);
    assert_int_equal(ledger_bytes_copied(&entry), 3100);
}

static void cycles_of_other_cores_and_of_the_link_are_not_the_guests(void **unused)
{
    struct ledger_entry entry;

    (void)unused;
    memset(&entry, 0, sizeof entry);
    for (unsigned i = 0; i < LEDGER_CAUSE_COUNT; i++)
        entry.cycles[i] = 1;
    assert_true(ledger_cycles(&entry) == LEDGER_CAUSE_COUNT - 2);
    entry.cycles[CAUSE_IDE] = entry.cycles[CAUSE_ROUTING_HOST] = 1000;
    assert_true(ledger_cycles(&entry) == LEDGER_CAUSE_COUNT - 2);
}

/* Constant i costs 100 + i; a copy of n bytes n ns hot and 3 n cold, one operation of AES-GCM 2 n;
 * two cycles in a ns. */
static struct cost plain_cost(void)
{
    struct cost cost;

    memset(&cost, 0, sizeof cost);
    for (unsigned i = 0; i < COST_KEY_COUNT; i++)
        cost.constant[i].value = 100 + i;
    cost.constant[COST_CPU_HZ].value = 2e9;
    for (unsigned i = 0; i < COST_CURVE_COUNT; i++) {
        double slope = i == COST_COPY_HOT ? 1 : i == COST_COPY_COLD ? 3 : 2;

        cost.curve[i] = (struct cost_table){.point = {{1, slope, 0, 0}, {1001, 1001 * slope, 0, 0}},
                                            .count = 2};
    }
    return cost;
}

static double constant(const struct cost *cost, enum cost_key key)
{
    return cost->constant[key].value;
}

static double times(const struct ledger_entry *entry, const struct cost *cost,
                    enum ledger_count count, enum cost_key key)
{
    return (double)entry->count[count] * constant(cost, key);
}

/* One of each, on a path with every factor. */
static void each_cause_costs_its_count_times_its_constant(void **unused)
{
    struct cost cost = plain_cost();
    struct path path = {.guest = PATH_SNP};
    struct ledger_packet packet = {.rx_bytes = 300, .tx_bytes = 500, .work_cycles = 7};
    struct ledger_entry e;
    const double *cycles = e.cycles;

    (void)unused;
    memset(&e, 0, sizeof e);
    for (unsigned i = 0; i < PATH_FACTOR_COUNT; i++)
        path.factor[i] = EXTENT_YES;
    for (unsigned i = 0; i < LEDGER_COUNT_COUNT; i++)
        e.count[i] = i + 2;
    e.count[LEDGER_CRYPTO_CALLS] = 2;
    e.count[LEDGER_CRYPTO_BYTES] = 800;
    e.copies[LEDGER_SHARED_TO_PRIVATE] = e.copies[LEDGER_PRIVATE_TO_SHARED] = 1;
    e.bytes[LEDGER_SHARED_TO_PRIVATE] = 300;
    e.bytes[LEDGER_PRIVATE_TO_SHARED] = 500;
    ledger_cost(&e, &packet, &path, &cost);
    assert_true(cycles[CAUSE_DRIVER] ==
                2 * constant(&cost, COST_DRIVER_PACKET) +
                    times(&e, &cost, LEDGER_DESCRIPTOR_READS, COST_DESCRIPTOR_READ) +
                    times(&e, &cost, LEDGER_POLLS, COST_POLL) +
                    times(&e, &cost, LEDGER_DOORBELLS, COST_DOORBELL));
    assert_true(cycles[CAUSE_APPLICATION] == constant(&cost, COST_APPLICATION) + 7);
    assert_true(fabs(cycles[CAUSE_CRYPTO] - 2 * 800 * 2) < 1e-9); /* 2 n ns, 2 cycles each */
    assert_true(fabs(cycles[CAUSE_COPY] - (300 + 500) * 2) < 1e-9);
    assert_true(cycles[CAUSE_BOUNCE_ALLOCATION] ==
                times(&e, &cost, LEDGER_BOUNCE_MAPPINGS, COST_BOUNCE_ALLOCATION) +
                    times(&e, &cost, LEDGER_BOUNCE_SEARCHED, COST_BOUNCE_SEARCH));
    assert_true(cycles[CAUSE_ROUTING_GUEST] == 2 * constant(&cost, COST_ROUTING_GUEST));
    assert_true(cycles[CAUSE_ROUTING_HOST] == 2 * constant(&cost, COST_ROUTING_HOST));
    assert_true(cycles[CAUSE_INTERRUPT] == times(&e, &cost, LEDGER_INTERRUPTS, COST_INTERRUPT));
    assert_true(cycles[CAUSE_EXIT] == times(&e, &cost, LEDGER_EXITS, COST_EXIT));
    assert_true(cycles[CAUSE_REGISTER_ENCRYPTION] ==
                times(&e, &cost, LEDGER_EXITS, COST_REGISTER_ENCRYPTION));
    assert_true(cycles[CAUSE_EXIT_STATE_CHECK] ==
                times(&e, &cost, LEDGER_EXITS, COST_EXIT_STATE_CHECK));
    assert_true(cycles[CAUSE_VC_HANDLER] == times(&e, &cost, LEDGER_EXITS, COST_VC_HANDLER));
    assert_true(cycles[CAUSE_TLB_CHECK] == times(&e, &cost, LEDGER_EXITS, COST_TLB_CHECK));
    assert_true(cycles[CAUSE_RMP_CHECK] == times(&e, &cost, LEDGER_RMP_CHECKS, COST_RMP_CHECK));
    assert_true(cycles[CAUSE_ENCRYPTED_MEMORY] ==
                times(&e, &cost, LEDGER_LINES_COLD, COST_MEMORY_ENCRYPTION_LINE));
    assert_true(fabs(cycles[CAUSE_IDE] -
                     2 * times(&e, &cost, LEDGER_IDE_TRANSFERS, COST_IDE_TRANSFER)) < 1e-6);
    packet.is_cold = true;
    ledger_cost(&e, &packet, &path, &cost);
    assert_true(fabs(cycles[CAUSE_COPY] - 3 * (300 + 500) * 2) < 1e-9);
}

static void a_factor_that_a_path_lacks_costs_nothing(void **unused)
{
    static const struct {
        enum path_factor factor;
        enum ledger_cause cause;
    } pairs[] = {
        {FACTOR_ROUTING_GUEST, CAUSE_ROUTING_GUEST},
        {FACTOR_ROUTING_HOST, CAUSE_ROUTING_HOST},
        {FACTOR_ENCRYPTED_MEMORY, CAUSE_ENCRYPTED_MEMORY},
        {FACTOR_REGISTER_ENCRYPTION, CAUSE_REGISTER_ENCRYPTION},
        {FACTOR_EXIT_STATE_CHECK, CAUSE_EXIT_STATE_CHECK},
        {FACTOR_VC_HANDLER, CAUSE_VC_HANDLER},
        {FACTOR_RMP_CHECK, CAUSE_RMP_CHECK},
        {FACTOR_TLB_CHECK, CAUSE_TLB_CHECK},
        {FACTOR_IDE, CAUSE_IDE},
    };
    struct cost cost = plain_cost();
    struct ledger_packet packet = {.rx_bytes = 60};

    (void)unused;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct path path = {.guest = PATH_SNP};
        struct ledger_entry with, without;

        memset(&with, 0, sizeof with);
        for (unsigned j = 0; j < LEDGER_COUNT_COUNT; j++)
            with.count[j] = 3;
        without = with;
        ledger_cost(&without, &packet, &path, &cost);
        path.factor[pairs[i].factor] = EXTENT_YES;
        ledger_cost(&with, &packet, &path, &cost);
        for (unsigned cause = 0; cause < LEDGER_CAUSE_COUNT; cause++)
            assert_int_equal(with.cycles[cause] != without.cycles[cause], cause == pairs[i].cause);
        assert_true(without.cycles[pairs[i].cause] == 0);
    }
}

/* A packet that nothing went out for pays one direction. */
static void one_direction_costs_half(void **unused)
{
    struct cost cost = plain_cost();
    struct path path = {.guest = PATH_PLAIN};
    struct ledger_packet packet = {.rx_bytes = 60};
    struct ledger_entry entry;

    (void)unused;
    memset(&entry, 0, sizeof entry);
    path.factor[FACTOR_ROUTING_GUEST] = EXTENT_YES;
    ledger_cost(&entry, &packet, &path, &cost);
    assert_true(entry.cycles[CAUSE_DRIVER] == constant(&cost, COST_DRIVER_PACKET));
    assert_true(entry.cycles[CAUSE_ROUTING_GUEST] == constant(&cost, COST_ROUTING_GUEST));
    assert_true(entry.cycles[CAUSE_COPY] == 0 && entry.cycles[CAUSE_CRYPTO] == 0);
}

static void every_word_is_there_once(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < LEDGER_COUNT_COUNT; i++) {
        assert_non_null(ledger_count_name(i));
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(ledger_count_name(i), ledger_count_name(j));
    }
    for (unsigned i = 0; i < LEDGER_CAUSE_COUNT; i++)
        assert_non_null(ledger_cause_name(i));
    for (unsigned i = 0; i < LEDGER_PLACE_COUNT; i++)
        assert_non_null(ledger_place_name(i));
    for (unsigned i = 0; i < FATE_COUNT; i++)
        assert_non_null(ledger_fate_name(i));
    assert_null(ledger_count_name(LEDGER_COUNT_COUNT));
    assert_null(ledger_count_origin(LEDGER_COUNT_COUNT));
    assert_null(ledger_cause_name(LEDGER_CAUSE_COUNT));
    assert_null(ledger_place_name(LEDGER_PLACE_COUNT));
    assert_null(ledger_fate_name(FATE_COUNT));
    assert_string_equal(ledger_count_origin(LEDGER_POLLS), "measured");
    assert_string_equal(ledger_count_origin(LEDGER_EXITS), "modelled");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_of_a_burst_sum_to_the_burst),
        cmocka_unit_test(a_share_is_added_to_what_is_there),
        cmocka_unit_test(copies_have_a_direction),
        cmocka_unit_test(cycles_of_other_cores_and_of_the_link_are_not_the_guests),
        cmocka_unit_test(each_cause_costs_its_count_times_its_constant),
        cmocka_unit_test(a_factor_that_a_path_lacks_costs_nothing),
        cmocka_unit_test(one_direction_costs_half),
        cmocka_unit_test(every_word_is_there_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
