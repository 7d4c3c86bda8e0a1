/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/render_json.c — a resolved profile as one JSON document, schema "cvmlab-spec". See
 * render.h. */
#include "spec/render.h"

#include <inttypes.h>

#include "spec/compare.h"

static json_t *hex_json(uint64_t value)
{
    return json_sprintf("0x%" PRIx64, value);
}

json_t *render_read_json(const struct expose_item *item)
{
    if (!item)
        return json_null();
    return json_pack("{s:s, s:s, s:s, s:o}", "item", item_name(item->source), "slot",
                     item_name(item->slot), "narrow", narrow_name(item->narrow), "mask",
                     hex_json(item->mask));
}

json_t *render_write_json(const struct accept_item *item)
{
    if (!item)
        return json_null();
    return json_pack("{s:s, s:s, s:s, s:o}", "slot", item_name(item->slot), "target",
                     item_name(item->target), "narrow", narrow_name(item->narrow), "mask",
                     hex_json(item->mask));
}

static json_t *reads_json(const struct exposure *spec, unsigned id)
{
    const struct exposure_row *row = &spec->row[id];
    json_t *list = json_array();

    for (unsigned i = 0; i < row->read_count; i++) {
        const struct expose_item *item = &spec->reads[row->first_read + i];
        json_t *object = render_read_json(item);

        (void)json_object_set_new(object, "bits",
                                  json_integer((json_int_t)spec_read_bits(spec, id, item)));
        (void)json_array_append_new(list, object);
    }
    return list;
}

static json_t *writes_json(const struct exposure *spec, unsigned id)
{
    const struct exposure_row *row = &spec->row[id];
    json_t *list = json_array();

    for (unsigned i = 0; i < row->write_count; i++) {
        const struct accept_item *item = &spec->writes[row->first_write + i];
        json_t *object = render_write_json(item);

        (void)json_object_set_new(object, "bits", json_integer((json_int_t)spec_write_bits(item)));
        (void)json_array_append_new(list, object);
    }
    return list;
}

static json_t *causes_json(uint64_t causes)
{
    json_t *list = json_array();

    for (unsigned i = 0; spec_cause_name(i); i++)
        if (causes >> i & 1)
            (void)json_array_append_new(list, json_string(spec_cause_name(i)));
    return list;
}

static json_t *row_json(const struct spec_profile *profile, unsigned id)
{
    const struct exposure_row *row = &profile->table.row[id];
    const struct spec_row_text *text = &profile->text[id];

    return json_pack("{s:s, s:o, s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:s, s:s}", "id",
                     row_id_name(id), "causes", causes_json(text->causes), "when", text->when,
                     "route", route_name(row->route), "read", reads_json(&profile->table, id),
                     "write", writes_json(&profile->table, id), "pc", pc_rule_name(row->pc),
                     "inject", inject_name(row->inject), "why", text->why, "source", text->source,
                     "profile", text->profile);
}

static json_t *call_json(const struct spec_profile *profile, unsigned index)
{
    const struct sbi_call *call = &profile->table.call[index];
    json_t *args = json_array(), *expose = json_array();

    for (unsigned i = 0; i < call->arg_count; i++) {
        (void)json_array_append_new(args, json_string(sbi_type_name(call->type[i])));
        if (call->expose >> i & 1)
            (void)json_array_append_new(expose, json_integer((json_int_t)i));
    }
    return json_pack(
        "{s:o, s:o, s:s, s:s, s:o, s:o, s:b, s:s}", "eid", hex_json((uint32_t)call->eid), "fid",
        call->fid == SBI_FID_ANY ? json_string("*") : json_integer(call->fid), "ext",
        profile->call_text[index].extension, "name", profile->call_text[index].name, "args", args,
        "expose", expose, "value", call->has_value, "row", row_id_name(call->row));
}

json_t *render_json(const struct spec_profile *profile)
{
    json_t *rows = json_array(), *calls = json_array();

    for (unsigned id = 0; id < ROW_COUNT; id++)
        (void)json_array_append_new(rows, row_json(profile, id));
    for (unsigned i = 0; i < profile->table.call_count; i++)
        (void)json_array_append_new(calls, call_json(profile, i));
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "schema", "cvmlab-spec", "version", "1.0",
                     "name", profile->table.name, "summary", profile->summary, "rows", rows,
                     "calls", calls);
}
