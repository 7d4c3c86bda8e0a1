/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/call_reader.c — the SBI calls of specs/sbi/calls.json, and what a profile replaces of
 * them. See draft.h. */
#include "spec/draft.h"

#include <stdlib.h>
#include <string.h>

#include "spec/words.h"

static const char *const call_keys[] = {"eid",    "fid",   "ext", "name", "args",
                                        "expose", "value", "row", NULL};

/* Extensions 0 to 8 are legacy: they have no function number (riscv-sbi-doc src/ext-legacy.adoc).
 */
enum { LEGACY_LAST = 8 };

static enum status eid_read(const struct place *at, int32_t *eid)
{
    struct place member;
    enum status status = place_member(at, "eid", JSON_STRING, &member);
    const char *text = json_string_value(member.value);

    if (status != STATUS_OK)
        return status;
    if (strncmp(text, "0x", 2) != 0 || strlen(text) < 3 || strlen(text) > 10 ||
        strspn(text + 2, "0123456789abcdefABCDEF") != strlen(text + 2))
        return place_fail(&member, "extension id \"%.40s\"; expected 0x and 1 to 8 hex digits",
                          text);
    *eid = (int32_t)(uint32_t)strtoul(text, NULL, 16);
    return STATUS_OK;
}

static enum status fid_read(const struct place *at, int32_t eid, int32_t *fid)
{
    struct place member = {
        .doc = at->doc, .parent = at, .key = "fid", .value = json_object_get(at->value, "fid")};
    bool legacy = eid >= 0 && eid <= LEGACY_LAST;
    const char *text = json_string_value(member.value);
    json_int_t number = json_integer_value(member.value);

    if (!member.value)
        return place_fail(at, "\"fid\" is missing; expected a function number or \"*\"");
    if (legacy) {
        if (!text || strcmp(text, "*") != 0)
            return place_fail(&member, "a legacy extension has no function number; expected \"*\"");
        *fid = SBI_FID_ANY;
        return STATUS_OK;
    }
    if (!json_is_integer(member.value) || number < 0 || number > INT32_MAX)
        return place_fail(&member, "function number out of range; expected 0 to %d", INT32_MAX);
    *fid = (int32_t)number;
    return STATUS_OK;
}

static enum status args_read(const struct place *at, struct sbi_call *call)
{
    struct place list;
    enum status status = place_member(at, "args", JSON_ARRAY, &list);

    if (status != STATUS_OK)
        return status;
    if (json_array_size(list.value) > SBI_ARG_MAX)
        return place_fail(&list, "%zu arguments; expected at most %d", json_array_size(list.value),
                          (int)SBI_ARG_MAX);
    call->arg_count = (uint8_t)json_array_size(list.value);
    for (unsigned i = 0; i < call->arg_count && status == STATUS_OK; i++) {
        struct place element = place_element(&list, i);

        status = place_word(&element, sbi_type_words, "argument type", &call->type[i]);
    }
    return status;
}

static enum status expose_read(const struct place *at, struct sbi_call *call)
{
    struct place list;
    enum status status = place_member(at, "expose", JSON_ARRAY, &list);

    for (size_t i = 0; status == STATUS_OK && i < json_array_size(list.value); i++) {
        struct place element = place_element(&list, i);
        json_int_t index = json_integer_value(element.value);

        if (!json_is_integer(element.value) || index < 0 || index >= call->arg_count)
            return place_fail(
                &element, "no such argument; the call has %u, counted from 0; expected one of them",
                call->arg_count);
        if (call->expose >> index & 1)
            return place_fail(&element, "argument %d is exposed twice; expected each once",
                              (int)index);
        if (call->type[index] == SBI_GVA)
            return place_fail(&element,
                              "argument %d is a pointer of the guest, which is never shown; "
                              "expected the row to show legacy-mask",
                              (int)index);
        call->expose |= (uint8_t)(1 << index);
    }
    return status;
}

static enum status call_row_read(const struct place *at, struct sbi_call *call)
{
    struct place member;
    enum status status = place_member(at, "row", JSON_STRING, &member);
    int row;

    if (status != STATUS_OK)
        return status;
    row = row_by_name(json_string_value(member.value));
    if (!(row >= ROW_SBI_STD && row <= ROW_SBI_UNK) && row != ROW_LIFE_STOP)
        return place_fail(&member, "row \"%.40s\"; expected an SBI row or LIFE.STOP",
                          json_string_value(member.value));
    call->row = (uint8_t)row;
    return STATUS_OK;
}

static enum status call_read(const struct place *at, struct sbi_call *call,
                             struct spec_call_text *text)
{
    enum status status = place_keys(at, call_keys);
    struct place value;

    if (status == STATUS_OK)
        status = eid_read(at, &call->eid);
    if (status == STATUS_OK)
        status = fid_read(at, call->eid, &call->fid);
    if (status == STATUS_OK)
        status = args_read(at, call);
    if (status == STATUS_OK)
        status = expose_read(at, call);
    if (status == STATUS_OK)
        status = call_row_read(at, call);
    if (status == STATUS_OK)
        status = place_member(at, "value", JSON_TRUE, &value);
    if (status == STATUS_OK)
        status = place_text(at, "ext", &text->extension);
    if (status == STATUS_OK)
        status = place_text(at, "name", &text->name);
    if (status == STATUS_OK)
        call->has_value = json_is_true(value.value);
    return status;
}

/* Index of the call, or count if it is not there. */
static uint16_t call_find(const struct draft *draft, int32_t eid, int32_t fid)
{
    uint16_t i = 0;

    while (i < draft->call_count && (draft->call[i].eid != eid || draft->call[i].fid != fid))
        i++;
    return i;
}

enum status calls_read(const struct place *calls, struct draft *draft)
{
    bool seen[EXPOSURE_CALL_MAX] = {false};

    for (size_t i = 0; i < json_array_size(calls->value); i++) {
        struct place at = place_element(calls, i);
        struct sbi_call call = {0};
        struct spec_call_text text;
        enum status status = call_read(&at, &call, &text);
        uint16_t index;

        if (status != STATUS_OK)
            return status;
        index = call_find(draft, call.eid, call.fid);
        if (index == EXPOSURE_CALL_MAX)
            return place_fail(&at, "too many calls; expected at most %d", (int)EXPOSURE_CALL_MAX);
        if (seen[index])
            return place_fail(&at, "call %s %s is given twice; expected each once", text.extension,
                              text.name);
        seen[index] = true;
        draft->call[index] = call;
        draft->call_text[index] = text;
        if (index == draft->call_count)
            draft->call_count++;
    }
    return STATUS_OK;
}
