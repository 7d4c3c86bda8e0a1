/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/cost_render.c — writes machines, as cost.c reads them. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/cost.h"
#include "net/cost_words.h"

static bool has_range(double low, double high)
{
    return low != 0 || high != 0;
}

static void range_put(json_t *object, double low, double high)
{
    if (has_range(low, high)) {
        (void)json_object_set_new(object, "low", json_real(low));
        (void)json_object_set_new(object, "high", json_real(high));
    }
}

static json_t *constant_render(const struct cost_constant *constant, const char *unit)
{
    json_t *object =
        json_pack("{s:f, s:s, s:s, s:s}", "value", constant->value, "unit", unit, "basis",
                  cost_basis_name(constant->origin.basis), "source", constant->origin.source);

    if (object)
        range_put(object, constant->low, constant->high);
    return object;
}

static json_t *curve_render(const struct cost_table *table)
{
    json_t *points = json_array();

    for (size_t i = 0; i < table->count; i++) {
        const struct cost_point *point = &table->point[i];
        json_t *object =
            json_pack("{s:I, s:f}", "bytes", (json_int_t)point->bytes, "ns", point->ns);

        if (object)
            range_put(object, point->low, point->high);
        (void)json_array_append_new(points, object);
    }
    return json_pack("{s:s, s:s, s:s, s:o}", "unit", "ns", "basis",
                     cost_basis_name(table->origin.basis), "source", table->origin.source, "points",
                     points);
}

/* Whether a number is written with 15 digits as it is: one that was read or rounded is, and looks
 * like 2.97; with the 17 that every number survives it would look like 2.9700000000000002. */
static bool is_short(double number)
{
    char text[32];

    (void)snprintf(text, sizeof text, "%.15g", number);
    return strtod(text, NULL) == number;
}

/* Digits with which every number of the file is read back as it was. */
static size_t digits_of(const struct cost *cost)
{
    bool all_short = true;

    for (unsigned i = 0; i < COST_KEY_COUNT; i++) {
        const struct cost_constant *constant = &cost->constant[i];

        all_short &=
            is_short(constant->value) && is_short(constant->low) && is_short(constant->high);
    }
    for (unsigned i = 0; i < COST_CURVE_COUNT; i++)
        for (size_t n = 0; n < cost->curve[i].count; n++) {
            const struct cost_point *point = &cost->curve[i].point[n];

            all_short &= is_short(point->ns) && is_short(point->low) && is_short(point->high);
        }
    return all_short ? 15 : 17;
}

char *cost_render(const struct cost *cost)
{
    json_t *constants = json_object(), *curves = json_object(), *root;
    int failed = 0;
    char *text;

    for (unsigned i = 0; i < COST_KEY_COUNT; i++)
        failed |= json_object_set_new(
            constants, cost_key_name((enum cost_key)i),
            constant_render(&cost->constant[i], cost_key_unit((enum cost_key)i)));
    for (unsigned i = 0; i < COST_CURVE_COUNT; i++)
        failed |= json_object_set_new(curves, cost_curve_name((enum cost_curve)i),
                                      curve_render(&cost->curve[i]));
    root = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "format", COST_FORMAT, "version",
                     COST_VERSION, "name", cost->name, "title", cost->title, "constants", constants,
                     "curves", curves);
    text = root && !failed ? json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(digits_of(cost)))
                           : NULL;
    json_decref(root);
    return text;
}
