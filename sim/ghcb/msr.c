/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/msr.c — see msr.h. Which bits belong to which member stands once, in the table; encode
 * and decode both follow it. */
#include "ghcb/msr.h"

#include <stddef.h>
#include <string.h>

#include "base/bytes.h"

enum { MSR_PART_MAX = 3, MSR_CODE_BITS = 12 };

/* Bits [high:low] are the member of size_bytes bytes at offset. high 0 ends the list. */
struct msr_part {
    uint8_t high, low, size_bytes, offset;
};

struct msr_form {
    uint16_t code, response; /* response 0: none */
    struct msr_part part[MSR_PART_MAX];
};

#define MEMBER(m) sizeof((struct msr_message *)0)->m, offsetof(struct msr_message, m)

static const struct msr_form forms[] = {
    {MSR_GHCB_ADDRESS, 0, {{63, 12, MEMBER(page)}}},
    {MSR_SEV_INFO_RESPONSE,
     0,
     {{63, 48, MEMBER(version_max)}, {47, 32, MEMBER(version_min)}, {31, 24, MEMBER(c_bit)}}},
    {MSR_SEV_INFO_REQUEST, MSR_SEV_INFO_RESPONSE, {{0}}},
    {MSR_CPUID_REQUEST,
     MSR_CPUID_RESPONSE,
     {{63, 32, MEMBER(function)}, {31, 30, MEMBER(cpuid_register)}}},
    {MSR_CPUID_RESPONSE, 0, {{63, 32, MEMBER(value)}, {31, 30, MEMBER(cpuid_register)}}},
    {MSR_AP_HOLD_REQUEST, MSR_AP_HOLD_RESPONSE, {{0}}},
    {MSR_AP_HOLD_RESPONSE, 0, {{63, 12, MEMBER(result)}}},
    {MSR_PREFERRED_REQUEST, MSR_PREFERRED_RESPONSE, {{0}}},
    {MSR_PREFERRED_RESPONSE, 0, {{63, 12, MEMBER(page)}}},
    {MSR_REGISTER_REQUEST, MSR_REGISTER_RESPONSE, {{63, 12, MEMBER(page)}}},
    {MSR_REGISTER_RESPONSE, 0, {{63, 12, MEMBER(page)}}},
    {MSR_PSC_REQUEST, MSR_PSC_RESPONSE, {{55, 52, MEMBER(operation)}, {51, 12, MEMBER(page)}}},
    {MSR_PSC_RESPONSE, 0, {{63, 32, MEMBER(error)}}},
    {MSR_VMPL_REQUEST, MSR_VMPL_RESPONSE, {{39, 32, MEMBER(vmpl)}}},
    {MSR_VMPL_RESPONSE, 0, {{63, 32, MEMBER(error)}}},
    {MSR_FEATURES_REQUEST, MSR_FEATURES_RESPONSE, {{0}}},
    {MSR_FEATURES_RESPONSE, 0, {{63, 12, MEMBER(features)}}},
    {MSR_TERMINATE, 0, {{23, 16, MEMBER(reason)}, {15, 12, MEMBER(reason_set)}}},
};

static const struct msr_form *form_find(unsigned code)
{
    for (unsigned i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (forms[i].code == code)
            return &forms[i];
    return NULL;
}

static uint64_t member_get(const struct msr_message *message, const struct msr_part *part)
{
    const uint8_t *at = (const uint8_t *)message + part->offset;
    uint16_t half;
    uint32_t word;
    uint64_t whole;

    switch (part->size_bytes) {
    case sizeof half:
        memcpy(&half, at, sizeof half);
        return half;
    case sizeof word:
        memcpy(&word, at, sizeof word);
        return word;
    case sizeof whole:
        memcpy(&whole, at, sizeof whole);
        return whole;
    default:
        return *at;
    }
}

static void member_put(struct msr_message *message, const struct msr_part *part, uint64_t value)
{
    uint8_t *at = (uint8_t *)message + part->offset;
    uint16_t half = (uint16_t)value;
    uint32_t word = (uint32_t)value;

    switch (part->size_bytes) {
    case sizeof half:
        memcpy(at, &half, sizeof half);
        return;
    case sizeof word:
        memcpy(at, &word, sizeof word);
        return;
    case sizeof value:
        memcpy(at, &value, sizeof value);
        return;
    default:
        *at = (uint8_t)value;
    }
}

/* Of the members with a range smaller than their bits. */
static bool message_is_sound(const struct msr_message *message)
{
    return message->code != MSR_PSC_REQUEST || message->operation == 1 || message->operation == 2;
}

enum status msr_encode(const struct msr_message *message, uint64_t *value)
{
    const struct msr_form *form = form_find(message->code);
    uint64_t built = message->code;

    if (!form || !message_is_sound(message))
        return STATUS_BAD_INPUT;
    for (unsigned i = 0; i < MSR_PART_MAX && form->part[i].high; i++) {
        const struct msr_part *part = &form->part[i];
        uint64_t member = member_get(message, part);

        if (member > UINT64_MAX >> (63 - (part->high - part->low)))
            return STATUS_BAD_INPUT;
        built |= member << part->low;
    }
    *value = built;
    return STATUS_OK;
}

enum status msr_decode(uint64_t value, struct msr_message *message)
{
    const struct msr_form *form = form_find(value & ((1 << MSR_CODE_BITS) - 1));
    uint64_t left = value >> MSR_CODE_BITS << MSR_CODE_BITS;

    memset(message, 0, sizeof *message);
    if (!form)
        return STATUS_BAD_INPUT;
    message->code = form->code;
    for (unsigned i = 0; i < MSR_PART_MAX && form->part[i].high; i++) {
        const struct msr_part *part = &form->part[i];
        uint64_t member = bits(value, part->high, part->low);

        member_put(message, part, member);
        left &= ~(member << part->low);
    }
    return left == 0 && message_is_sound(message) ? STATUS_OK : STATUS_BAD_INPUT;
}

enum status msr_check_response(uint64_t request, uint64_t response, struct msr_message *out)
{
    struct msr_message asked;
    const struct msr_form *form;
    enum status status;

    if (msr_decode(request, &asked) != STATUS_OK)
        return STATUS_BAD_STATE;
    form = form_find(asked.code);
    if (!form->response)
        return STATUS_BAD_STATE;
    status = msr_decode(response, out);
    if (status != STATUS_OK)
        return status;
    if (out->code != form->response)
        return STATUS_BAD_INPUT;
    switch (out->code) {
    case MSR_SEV_INFO_RESPONSE:
        return out->version_min <= out->version_max ? STATUS_OK : STATUS_BAD_INPUT;
    case MSR_REGISTER_RESPONSE:
        return out->page == asked.page ? STATUS_OK : STATUS_BAD_INPUT;
    case MSR_AP_HOLD_RESPONSE:
        return out->result ? STATUS_OK : STATUS_DENIED;
    case MSR_PSC_RESPONSE:
    case MSR_VMPL_RESPONSE:
        return out->error ? STATUS_DENIED : STATUS_OK;
    default:
        return STATUS_OK;
    }
}
