/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_ghcb_msr.c — the MSR protocol: worked encodings, and what a guest does not take
 * for an answer. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "ghcb/msr.h"
#include "base/random.h"

static const struct {
    uint64_t value;
    struct msr_message message;
} worked[] = {
    {0x7FFF000, {.code = MSR_GHCB_ADDRESS, .page = 0x7FFF}},
    {UINT64_C(0x0002000133000001),
     {.code = MSR_SEV_INFO_RESPONSE, .version_max = 2, .version_min = 1, .c_bit = 51}},
    {0x002, {.code = MSR_SEV_INFO_REQUEST}},
    {UINT64_C(0x8000001F40000004),
     {.code = MSR_CPUID_REQUEST, .function = 0x8000001F, .cpuid_register = 1}},
    {UINT64_C(0x0000517340000005),
     {.code = MSR_CPUID_RESPONSE, .value = 0x5173, .cpuid_register = 1}},
    {0x006, {.code = MSR_AP_HOLD_REQUEST}},
    {0x1007, {.code = MSR_AP_HOLD_RESPONSE, .result = 1}},
    {0x010, {.code = MSR_PREFERRED_REQUEST}},
    {UINT64_C(0xFFFFFFFFFFFFF011), {.code = MSR_PREFERRED_RESPONSE, .page = MSR_PAGE_NONE}},
    {0x07FFF012, {.code = MSR_REGISTER_REQUEST, .page = 0x7FFF}},
    {0x07FFF013, {.code = MSR_REGISTER_RESPONSE, .page = 0x7FFF}},
    {UINT64_C(0x0010000001234014), {.code = MSR_PSC_REQUEST, .operation = 1, .page = 0x1234}},
    {UINT64_C(0x0020000001234014), {.code = MSR_PSC_REQUEST, .operation = 2, .page = 0x1234}},
    {UINT64_C(0x0000000500000015), {.code = MSR_PSC_RESPONSE, .error = 5}},
    {UINT64_C(0x0000000100000016), {.code = MSR_VMPL_REQUEST, .vmpl = 1}},
    {0x017, {.code = MSR_VMPL_RESPONSE}},
    {0x080, {.code = MSR_FEATURES_REQUEST}},
    {0x43081, {.code = MSR_FEATURES_RESPONSE, .features = 0x43}},
    {0x31100, {.code = MSR_TERMINATE, .reason_set = 1, .reason = 3}},
};

static void the_worked_encodings_hold_in_both_directions(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < sizeof worked / sizeof worked[0]; i++) {
        struct msr_message message;
        uint64_t value = 0;

        assert_int_equal(msr_encode(&worked[i].message, &value), STATUS_OK);
        assert_int_equal(value, worked[i].value);
        assert_int_equal(msr_decode(value, &message), STATUS_OK);
        assert_memory_equal(&message, &worked[i].message, sizeof message);
    }
}

static void an_unknown_code_is_refused(void **unused)
{
    unsigned known = 0;

    (void)unused;
    for (unsigned code = 0; code < 0x1000; code++) {
        struct msr_message message = {.code = (uint16_t)code, .operation = 1};
        uint64_t value;

        known += msr_encode(&message, &value) == STATUS_OK;
        if (msr_decode(code, &message) != STATUS_OK)
            assert_true(code == MSR_PSC_REQUEST || message.code == 0);
    }
    assert_int_equal(known, 18);
    assert_int_equal(msr_decode(0x003, &(struct msr_message){0}), STATUS_BAD_INPUT);
}

static void a_reserved_bit_is_refused(void **unused)
{
    /* Per code: the bits that mean something. */
    static const uint64_t meant[][2] = {
        {0x001, UINT64_C(0xFFFFFFFFFF000FFF)},
        {0x002, 0xFFF},
        {0x004, UINT64_C(0xFFFFFFFFC0000FFF)},
        {0x005, UINT64_C(0xFFFFFFFFC0000FFF)},
        {0x006, 0xFFF},
        {0x010, 0xFFF},
        {0x015, UINT64_C(0xFFFFFFFF00000FFF)},
        {0x016, UINT64_C(0x000000FF00000FFF)},
        {0x017, UINT64_C(0xFFFFFFFF00000FFF)},
        {0x080, 0xFFF},
        {0x100, 0xFFFFFF},
    };

    (void)unused;
    for (unsigned i = 0; i < sizeof meant / sizeof meant[0]; i++)
        for (unsigned bit = 12; bit < 64; bit++) {
            struct msr_message message;
            uint64_t value = meant[i][0] | UINT64_C(1) << bit;

            assert_int_equal(msr_decode(value, &message),
                             meant[i][1] >> bit & 1 ? STATUS_OK : STATUS_BAD_INPUT);
        }
    assert_int_equal(msr_decode(UINT64_C(0x0030000001234014), &(struct msr_message){0}),
                     STATUS_BAD_INPUT); /* PSMASH is for lists */
    assert_int_equal(msr_decode(UINT64_C(0x0110000001234014), &(struct msr_message){0}),
                     STATUS_BAD_INPUT); /* the operation one nibble too high */
}

static void a_member_that_does_not_fit_is_refused(void **unused)
{
    uint64_t value;

    (void)unused;
    assert_int_equal(
        msr_encode(&(struct msr_message){.code = MSR_CPUID_REQUEST, .cpuid_register = 4}, &value),
        STATUS_BAD_INPUT);
    assert_int_equal(
        msr_encode(&(struct msr_message){.code = MSR_TERMINATE, .reason_set = 16}, &value),
        STATUS_BAD_INPUT);
    assert_int_equal(
        msr_encode(&(struct msr_message){.code = MSR_REGISTER_REQUEST, .page = UINT64_C(1) << 52},
                   &value),
        STATUS_BAD_INPUT);
    assert_int_equal(msr_encode(&(struct msr_message){.code = MSR_PSC_REQUEST,
                                                      .operation = 1,
                                                      .page = UINT64_C(1) << 40},
                                &value),
                     STATUS_BAD_INPUT);
}

static enum status check(uint64_t request, uint64_t response)
{
    struct msr_message message;

    return msr_check_response(request, response, &message);
}

static void a_response_must_be_to_the_request(void **unused)
{
    (void)unused;
    assert_int_equal(check(0x07FFF012, 0x07FFF013), STATUS_OK);
    assert_int_equal(check(0x07FFF012, 0x07FFE013), STATUS_BAD_INPUT); /* no echo */
    assert_int_equal(check(0x07FFF012, 0x07FFF012), STATUS_BAD_INPUT); /* the request itself */
    assert_int_equal(check(0x002, UINT64_C(0x0002000133000001)), STATUS_OK);
    assert_int_equal(check(0x002, UINT64_C(0x0001000233000001)), STATUS_BAD_INPUT);
    assert_int_equal(check(0x002, 0x43081), STATUS_BAD_INPUT);
    assert_int_equal(check(0x080, 0x43081), STATUS_OK);
    assert_int_equal(check(UINT64_C(0x8000001F40000004), UINT64_C(0x5173) << 32 | 5), STATUS_OK);
    assert_int_equal(check(0x010, UINT64_C(0xFFFFFFFFFFFFF011)), STATUS_OK);
    assert_int_equal(check(0x006, 0x1007), STATUS_OK);
    assert_int_equal(check(0x006, 0x007), STATUS_DENIED);
    assert_int_equal(check(UINT64_C(0x0010000001234014), 0x015), STATUS_OK);
    assert_int_equal(check(UINT64_C(0x0010000001234014), UINT64_C(1) << 32 | 0x15), STATUS_DENIED);
    assert_int_equal(check(UINT64_C(0x0010000001234014), UINT64_C(1) << 20 | 0x15),
                     STATUS_BAD_INPUT);
    assert_int_equal(check(UINT64_C(0x100000016), 0x017), STATUS_OK);
    assert_int_equal(check(UINT64_C(0x100000016), UINT64_C(7) << 32 | 0x17), STATUS_DENIED);
    assert_int_equal(check(0x31100, 0x31100), STATUS_BAD_STATE); /* nothing comes after that */
    assert_int_equal(check(0x7FFF000, 0x07FFF013), STATUS_BAD_STATE);
    assert_int_equal(check(0x003, 0x001), STATUS_BAD_STATE);
}

static void what_can_be_taken_apart_can_be_put_together(void **unused)
{
    uint64_t seed = 1;
    unsigned taken = 0;

    (void)unused;
    for (unsigned i = 0; i < 200000; i++) {
        uint64_t value = random_next(&seed), again;
        struct msr_message message;

        value = (value & random_next(&seed) & ~UINT64_C(0xFFF)) |
                worked[value % (sizeof worked / sizeof worked[0])].message.code;
        if (msr_decode(value, &message) != STATUS_OK)
            continue;
        taken++;
        assert_int_equal(msr_encode(&message, &again), STATUS_OK);
        assert_int_equal(again, value);
    }
    assert_true(taken > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_encodings_hold_in_both_directions),
        cmocka_unit_test(an_unknown_code_is_refused),
        cmocka_unit_test(a_reserved_bit_is_refused),
        cmocka_unit_test(a_member_that_does_not_fit_is_refused),
        cmocka_unit_test(a_response_must_be_to_the_request),
        cmocka_unit_test(what_can_be_taken_apart_can_be_put_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
