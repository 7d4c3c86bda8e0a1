/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/cost_json.c — the reader of costs. The input is the file; what is accepted makes
 * numbers that are finite and not negative, and is written as it was read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/ledger.h"
#include "net/run.h"
#include "target.h"

static void is_number(double value)
{
    fuzz_expect(isfinite(value) && value >= 0, "a cost is a number that is not negative");
}

static void curves_check(const struct cost *cost)
{
    for (unsigned i = 0; i < COST_CURVE_COUNT; i++)
        for (uint32_t bytes = 0; bytes <= 1 << 16; bytes = bytes * 3 + 1)
            is_number(cost_curve_ns(cost, (enum cost_curve)i, bytes));
}

/* A packet that did everything, on a path that has every factor. */
static void ledger_check(const struct cost *cost)
{
    struct path path = {.guest = PATH_SNP, .queues = 1};
    struct ledger_packet packet = {.rx_bytes = 9000, .tx_bytes = 9000, .is_cold = true};
    struct ledger_entry entry;
    struct run_rate rate;

    memset(&entry, 0, sizeof entry);
    for (unsigned i = 0; i < PATH_FACTOR_COUNT; i++)
        path.factor[i] = EXTENT_YES;
    for (unsigned i = 0; i < LEDGER_COUNT_COUNT; i++)
        entry.count[i] = 1000;
    entry.copies[LEDGER_SHARED_TO_PRIVATE] = 1;
    entry.bytes[LEDGER_SHARED_TO_PRIVATE] = 9000;
    ledger_cost(&entry, &packet, &path, cost);
    for (unsigned i = 0; i < LEDGER_CAUSE_COUNT; i++)
        is_number(entry.cycles[i]);
    is_number(cost_ns(cost, ledger_cycles(&entry)));
    rate = run_rate_of(&entry, 1, 9000, &path, cost);
    is_number(rate.mpps);
    is_number(rate.gbps);
}

static bool constants_equal(const struct cost *a, const struct cost *b)
{
    for (unsigned i = 0; i < COST_KEY_COUNT; i++)
        if (a->constant[i].value != b->constant[i].value ||
            a->constant[i].low != b->constant[i].low ||
            a->constant[i].high != b->constant[i].high ||
            a->constant[i].origin.basis != b->constant[i].origin.basis ||
            strcmp(a->constant[i].origin.source, b->constant[i].origin.source) != 0)
            return false;
    return true;
}

static bool curves_equal(const struct cost *a, const struct cost *b)
{
    for (unsigned i = 0; i < COST_CURVE_COUNT; i++) {
        if (a->curve[i].count != b->curve[i].count)
            return false;
        for (size_t j = 0; j < a->curve[i].count; j++)
            if (a->curve[i].point[j].bytes != b->curve[i].point[j].bytes ||
                a->curve[i].point[j].ns != b->curve[i].point[j].ns)
                return false;
    }
    return true;
}

static void cost_reads_back(const struct cost *cost)
{
    char *text = cost_render(cost);
    struct cost again;

    fuzz_expect(text != NULL, "what was read can be written");
    fuzz_expect(cost_parse(&again, text, strlen(text), "again.json", NULL) == STATUS_OK,
                "and read again");
    fuzz_expect(strcmp(cost->name, again.name) == 0 && constants_equal(cost, &again) &&
                    curves_equal(cost, &again),
                "and is the same");
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diagnostic diag = {{0}};
    struct cost cost;

    if (cost_parse(&cost, (const char *)data, size, "input.json", &diag) != STATUS_OK) {
        fuzz_expect_message(&diag, "input.json");
        return 0;
    }
    curves_check(&cost);
    ledger_check(&cost);
    cost_reads_back(&cost);
    return 0;
}
