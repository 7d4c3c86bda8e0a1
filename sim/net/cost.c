/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/cost.c — reads machines, and looks up their curves. The schema is specs/schema/cost.json;
 * the writer is cost_render.c. */
#include "net/cost.h"

#include "folio/descriptor.h"
#include "net/builtin.h"
#include "net/cost_words.h"
#include "net/member.h"

/* Of what is divided by. */
#define RATE_LEAST 1e-3

static const struct {
    const char *name, *unit;
    bool is_rate; /* RATE_LEAST or more */
} keys[COST_KEY_COUNT] = {
    [COST_CPU_HZ] = {"cpu", "Hz", true},
    [COST_LINK] = {"link", "Gb/s", true},
    [COST_SLOT] = {"slot", "Gb/s", true},
    [COST_SLOT_PACKET] = {"slot_packet", "bytes", false},
    [COST_ROUND_TRIP] = {"round_trip", "ns", false},
    [COST_DRIVER_PACKET] = {"driver_packet", "cycles", false},
    [COST_DESCRIPTOR_READ] = {"descriptor_read", "cycles", false},
    [COST_POLL] = {"poll", "cycles", false},
    [COST_DOORBELL] = {"doorbell", "cycles", false},
    [COST_APPLICATION] = {"application", "cycles", false},
    [COST_ROUTING_GUEST] = {"routing_guest", "cycles", false},
    [COST_ROUTING_HOST] = {"routing_host", "cycles", false},
    [COST_ROUTING_HOST_LATENCY] = {"routing_host_latency", "ns", false},
    [COST_INTERRUPT] = {"interrupt", "cycles", false},
    [COST_INTERRUPT_LATENCY] = {"interrupt_latency", "ns", false},
    [COST_EXIT] = {"exit", "cycles", false},
    [COST_REGISTER_ENCRYPTION] = {"register_encryption", "cycles", false},
    [COST_EXIT_STATE_CHECK] = {"exit_state_check", "cycles", false},
    [COST_VC_HANDLER] = {"vc_handler", "cycles", false},
    [COST_TLB_CHECK] = {"tlb_check", "cycles", false},
    [COST_RMP_CHECK] = {"rmp_check", "cycles", false},
    [COST_PAGE_STATE_CHANGE] = {"page_state_change", "cycles", false},
    [COST_MEMORY_ENCRYPTION_LINE] = {"memory_encryption_line", "cycles", false},
    [COST_BOUNCE_ALLOCATION] = {"bounce_allocation", "cycles", false},
    [COST_BOUNCE_SEARCH] = {"bounce_search", "cycles", false},
    [COST_IDE_TRANSFER] = {"ide_transfer", "ns", false},
    [COST_IDE_BANDWIDTH] = {"ide_bandwidth", "%", false},
};

static const char *const curves[COST_CURVE_COUNT] = {
    [COST_COPY_HOT] = "copy_hot",
    [COST_COPY_COLD] = "copy_cold",
    [COST_AES_GCM] = "aes_gcm",
};

static const char *const bases[] = {"quoted", "derived", "measured", NULL};

const char *cost_key_name(enum cost_key key)
{
    return (unsigned)key < COST_KEY_COUNT ? keys[key].name : NULL;
}

const char *cost_key_unit(enum cost_key key)
{
    return (unsigned)key < COST_KEY_COUNT ? keys[key].unit : NULL;
}

const char *cost_curve_name(enum cost_curve curve)
{
    return (unsigned)curve < COST_CURVE_COUNT ? curves[curve] : NULL;
}

const char *cost_basis_name(enum cost_basis basis)
{
    return (unsigned)basis < COST_BASIS_COUNT ? bases[basis] : NULL;
}

const char *cost_builtin(size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (!builtin_costs[i].name)
            return NULL;
    return builtin_costs[index].name;
}

static enum status origin_read(struct cost_origin *origin, const struct place *at)
{
    uint8_t basis = 0;
    enum status status = member_word(at, "basis", bases, "basis", &basis);

    if (status == STATUS_OK)
        status = member_copy(at, "source", origin->source, sizeof origin->source);
    origin->basis = (enum cost_basis)basis;
    return status;
}

/* low and high: both or none, and value between them. */
static enum status range_read(const struct place *at, double value, double *low, double *high)
{
    enum status status;

    if (!json_object_get(at->value, "low") && !json_object_get(at->value, "high"))
        return STATUS_OK;
    status = member_real(at, "low", low);
    if (status == STATUS_OK)
        status = member_real(at, "high", high);
    if (status == STATUS_OK && (*low > value || value > *high))
        return place_fail(at, "%g is not between %g and %g; expected low <= value <= high", value,
                          *low, *high);
    return status;
}

static enum status unit_read(const struct place *at, const char *unit)
{
    const char *const words[] = {unit, NULL};
    uint8_t ignored;

    return member_word(at, "unit", words, "unit", &ignored);
}

static enum status constant_read(struct cost *cost, const struct place *parent, enum cost_key key)
{
    static const char *const members[] = {"value", "unit", "basis", "source", "low", "high", NULL};
    struct cost_constant *constant = &cost->constant[key];
    struct place at, value;
    enum status status = place_member(parent, keys[key].name, JSON_OBJECT, &at);

    if (status == STATUS_OK)
        status = place_keys(&at, members);
    if (status == STATUS_OK)
        status = member_real(&at, "value", &constant->value);
    if (status == STATUS_OK)
        status = unit_read(&at, keys[key].unit);
    if (status == STATUS_OK)
        status = origin_read(&constant->origin, &at);
    if (status == STATUS_OK)
        status = range_read(&at, constant->value, &constant->low, &constant->high);
    if (status != STATUS_OK)
        return status;
    (void)place_member(&at, "value", JSON_REAL, &value);
    if (keys[key].is_rate && constant->value < RATE_LEAST)
        return place_fail(&value, "%s is %g; expected at least %g %s", keys[key].name,
                          constant->value, RATE_LEAST, keys[key].unit);
    if (key == COST_IDE_BANDWIDTH && constant->value >= 100)
        return place_fail(&value, "%s is %g %%; expected less than 100", keys[key].name,
                          constant->value);
    return STATUS_OK;
}

static enum status point_read(struct cost_table *table, const struct place *at)
{
    static const char *const members[] = {"bytes", "ns", "low", "high", NULL};
    struct cost_point point = {0};
    uint64_t bytes = 0, least = table->count ? table->point[table->count - 1].bytes + 1u : 1;
    enum status status = json_is_object(at->value)
                             ? place_keys(at, members)
                             : place_fail(at, "no object; expected {\"bytes\", \"ns\"}");

    if (status == STATUS_OK)
        status = member_integer(at, "bytes", least, 1 << 24, &bytes);
    if (status == STATUS_OK)
        status = member_real(at, "ns", &point.ns);
    if (status == STATUS_OK)
        status = range_read(at, point.ns, &point.low, &point.high);
    point.bytes = (uint32_t)bytes;
    if (status == STATUS_OK)
        table->point[table->count++] = point;
    return status;
}

static enum status curve_read(struct cost_table *table, const struct place *parent,
                              const char *name)
{
    static const char *const members[] = {"points", "unit", "basis", "source", NULL};
    struct place at, points;
    enum status status = place_member(parent, name, JSON_OBJECT, &at);

    if (status == STATUS_OK)
        status = place_keys(&at, members);
    if (status == STATUS_OK)
        status = unit_read(&at, "ns");
    if (status == STATUS_OK)
        status = origin_read(&table->origin, &at);
    if (status == STATUS_OK)
        status = place_member(&at, "points", JSON_ARRAY, &points);
    if (status != STATUS_OK)
        return status;
    if (json_array_size(points.value) < 1 || json_array_size(points.value) > COST_POINTS_MAX)
        return place_fail(&points, "%zu points; expected 1 to %d", json_array_size(points.value),
                          COST_POINTS_MAX);
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(points.value); i++) {
        struct place point = place_element(&points, i);

        status = point_read(table, &point);
    }
    return status;
}

static enum status constants_read(struct cost *cost, const struct place *root)
{
    const char *names[COST_KEY_COUNT + 1] = {NULL};
    struct place at;
    enum status status = place_member(root, "constants", JSON_OBJECT, &at);

    for (unsigned i = 0; i < COST_KEY_COUNT; i++)
        names[i] = keys[i].name;
    if (status == STATUS_OK)
        status = place_keys(&at, names);
    for (unsigned i = 0; status == STATUS_OK && i < COST_KEY_COUNT; i++)
        status = constant_read(cost, &at, (enum cost_key)i);
    return status;
}

static enum status curves_read(struct cost *cost, const struct place *root)
{
    const char *names[COST_CURVE_COUNT + 1] = {NULL};
    struct place at;
    enum status status = place_member(root, "curves", JSON_OBJECT, &at);

    for (unsigned i = 0; i < COST_CURVE_COUNT; i++)
        names[i] = curves[i];
    if (status == STATUS_OK)
        status = place_keys(&at, names);
    for (unsigned i = 0; status == STATUS_OK && i < COST_CURVE_COUNT; i++)
        status = curve_read(&cost->curve[i], &at, curves[i]);
    return status;
}

static enum status cost_read(struct cost *out, struct document *doc)
{
    static const char *const members[] = {"$schema", "format",    "version", "name",
                                          "title",   "constants", "curves",  NULL};
    struct cost cost = {.name = ""};
    struct place root = document_root(doc);
    enum status status = place_keys(&root, members);

    if (status == STATUS_OK)
        status = member_format(&root, COST_FORMAT, COST_VERSION);
    if (status == STATUS_OK)
        status = member_copy(&root, "name", cost.name, sizeof cost.name);
    if (status == STATUS_OK)
        status = member_copy(&root, "title", cost.title, sizeof cost.title);
    if (status == STATUS_OK)
        status = constants_read(&cost, &root);
    if (status == STATUS_OK)
        status = curves_read(&cost, &root);
    if (status == STATUS_OK)
        *out = cost;
    return status;
}

enum status cost_parse(struct cost *cost, const char *text, size_t size, const char *label,
                       struct diagnostic *diag)
{
    struct document doc;
    enum status status = document_parse(&doc, text, size, label, diag);

    if (status != STATUS_OK)
        return status;
    status = cost_read(cost, &doc);
    document_free(&doc);
    return status;
}

enum status cost_open(struct cost *cost, const char *name, struct diagnostic *diag)
{
    struct document doc;
    enum status status = builtin_open(&doc, builtin_costs, "costs", "machine", name, diag);

    if (status != STATUS_OK)
        return status;
    status = cost_read(cost, &doc);
    document_free(&doc);
    return status;
}

double cost_curve_ns(const struct cost *cost, enum cost_curve curve, uint32_t bytes)
{
    const struct cost_table *table = &cost->curve[curve];
    const struct cost_point *a = &table->point[0], *b;
    size_t next = 1;
    double slope;

    if (table->count == 1 || bytes <= a->bytes)
        return a->ns;
    while (next + 1 < table->count && table->point[next].bytes < bytes)
        next++;
    a = &table->point[next - 1];
    b = &table->point[next];
    slope = (b->ns - a->ns) / ((double)b->bytes - a->bytes);
    if (bytes > b->bytes) /* measured points may fall; what lies beyond them does not */
        return b->ns + (slope > 0 ? slope : 0) * ((double)bytes - b->bytes);
    return a->ns + slope * ((double)bytes - a->bytes);
}

double cost_cycles(const struct cost *cost, double ns)
{
    return ns * cost->constant[COST_CPU_HZ].value / 1e9;
}

double cost_ns(const struct cost *cost, double cycles)
{
    return cycles / cost->constant[COST_CPU_HZ].value * 1e9;
}
