/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_net_command.c — what makes `cvmlab net` say that something is wrong, and how its
 * table breaks into blocks. The rest is in tests/cli/test_net.py. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cli/net_table.h"

enum { REGION_BYTES = 256, TEXT_BYTES = 4096 };

struct fixture {
    struct net net;
    struct net_column column;
    uint8_t shared[REGION_BYTES];
};

static int fixture_setup(void **state)
{
    struct fixture *fix = calloc(1, sizeof *fix);

    *state = fix;
    if (!fix)
        return -1;
    fix->net.column = &fix->column;
    fix->net.shown = fix->net.count = 1;
    strcpy(fix->column.path.name, "folio");
    fetch_log_begin(&fix->column.log, NULL);
    return 0;
}

static int fixture_teardown(void **state)
{
    struct fixture *fix = *state;

    fetch_log_end(&fix->column.log);
    free(fix);
    return 0;
}

static void findings_of(const struct fixture *fix, char text[TEXT_BYTES])
{
    FILE *out = fmemopen(text, TEXT_BYTES, "w");

    assert_non_null(out);
    net_print_findings(&fix->net, out);
    assert_int_equal(fclose(out), 0);
}

static void read_bytes(struct fixture *fix, enum folio_place place)
{
    uint8_t to[16];

    folio_copy(&fix->column.log.base, to, fix->shared + 64, sizeof to, place);
}

static void without_a_finding_nothing_is_said(void **state)
{
    struct fixture *fix = *state;
    char text[TEXT_BYTES] = "";

    assert_false(net_column_has_finding(&fix->column));
    findings_of(fix, text);
    assert_string_equal(text, "");
}

static void a_byte_read_twice_is_a_finding_with_both_places(void **state)
{
    struct fixture *fix = *state;
    struct folio_region region = {.base = fix->shared, .size_bytes = REGION_BYTES};
    char text[TEXT_BYTES] = "";

    assert_int_equal(fetch_log_given(&fix->column.log, &region, fix->shared, REGION_BYTES),
                     STATUS_OK);
    read_bytes(fix, FOLIO_PLACE_RX_HEADER);
    assert_false(net_column_has_finding(&fix->column));
    read_bytes(fix, FOLIO_PLACE_RX_DATA);
    assert_true(net_column_has_finding(&fix->column));
    findings_of(fix, text);
    assert_non_null(strstr(text, "folio: 1 reads of shared bytes that were read before\n"));
    assert_non_null(strstr(text, "src/folio/port_rx.c:header_copy"));
    assert_non_null(strstr(text, "src/folio/port_rx.c:packet_copy"));
}

static void a_finding_on_the_bounce_path_names_its_own_code(void **state)
{
    struct fixture *fix = *state;
    struct folio_region region = {.base = fix->shared, .size_bytes = REGION_BYTES};
    char text[TEXT_BYTES] = "";

    assert_int_equal(fetch_log_given(&fix->column.log, &region, fix->shared, REGION_BYTES),
                     STATUS_OK);
    read_bytes(fix, (enum folio_place)NET_PLACE_BOUNCE_IN);
    read_bytes(fix, (enum folio_place)NET_PLACE_KERNEL_RX_DESCRIPTOR);
    findings_of(fix, text);
    assert_non_null(strstr(text, "bounce_in (sim/net/swiotlb_rx.c:slot_receive)"));
    assert_non_null(strstr(text, "kernel_rx_descriptor"));
}

static void a_read_outside_the_region_is_a_finding(void **state)
{
    struct fixture *fix = *state;
    struct folio_region region = {.base = fix->shared, .size_bytes = 16};
    char text[TEXT_BYTES] = "";

    assert_int_equal(fetch_log_given(&fix->column.log, &region, fix->shared, 16), STATUS_OK);
    read_bytes(fix, FOLIO_PLACE_RX_DATA);
    assert_true(net_column_has_finding(&fix->column));
    findings_of(fix, text);
    assert_string_equal(text, "folio: 1 reads outside the shared region\n");
}

static void bytes_that_changed_on_their_way_are_findings(void **state)
{
    struct fixture *fix = *state;
    char text[TEXT_BYTES] = "";

    fix->column.result.payload_mismatches = 1;
    assert_true(net_column_has_finding(&fix->column));
    fix->column.result.payload_mismatches = 0;
    fix->column.result.wire_mismatches = 2;
    assert_true(net_column_has_finding(&fix->column));
    findings_of(fix, text);
    assert_string_equal(text, "folio: 2 packets on the wire are not what the guest sent\n");
}

/* Of cell text only; what is printed is looked at in tests/golden. */
static void numbers_are_cells_of_fixed_digits(void **state)
{
    struct table *table = calloc(1, sizeof *table);
    struct table_row *row = table_row(table, "row %d", 7);

    (void)state;
    assert_string_equal(row->label, "row 7");
    table_number(row, 0, 1.005, 1);
    assert_string_equal(row->cell[0], "1.0");
    table_number(row, 0, -0.001, 2);
    assert_string_equal(row->cell[0], "0.00");
    table_number(row, 0, 0, 2);
    assert_string_equal(row->cell[0], "0.00");
    table_part(row, 0, 0, 2);
    assert_string_equal(row->cell[0], "-");
    table_part(row, 0, 0.5, 2);
    assert_string_equal(row->cell[0], "0.50");
    table_text(row, 0, "longer than a cell can be");
    assert_string_equal(row->cell[0], "longer than ");
    for (unsigned i = 0; i < 2 * TABLE_ROWS_MAX; i++)
        row = table_row(table, "%u", i);
    assert_int_equal(table->rows, TABLE_ROWS_MAX);
    assert_string_equal(row->label, "319");
    free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_finding_nothing_is_said, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_byte_read_twice_is_a_finding_with_both_places,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_finding_on_the_bounce_path_names_its_own_code,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_read_outside_the_region_is_a_finding, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(bytes_that_changed_on_their_way_are_findings, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test(numbers_are_cells_of_fixed_digits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
