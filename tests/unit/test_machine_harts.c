/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_machine_harts.c — harts and bus of a machine spec: what is taken, what is refused
 * and how. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "machine/machine_spec.h"

/* rest stands in the third line. */
static enum status parse(const char *ram, const char *rest, struct machine_spec *spec,
                         struct diagnostic *diag)
{
    char text[1024];

    (void)snprintf(text, sizeof text,
                   "{\"format\": \"cvm-machine\", \"version\": \"1.0\", \"name\": \"m\", "
                   "\"summary\": \"s\",\n\"memory\": {\"mode\": \"none\", \"ram\": \"%s\"},\n%s}",
                   ram, rest);
    return machine_parse(text, strlen(text), "t", spec, diag);
}

static void refused(const char *rest, const char *message)
{
    struct machine_spec spec;
    struct diagnostic diag = {""};

    assert_int_equal(parse("8M", rest, &spec, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, message);
}

static struct machine_spec taken(const char *rest)
{
    struct machine_spec spec;
    struct diagnostic diag = {""};

    if (parse("8M", rest, &spec, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
    return spec;
}

static void a_machine_without_harts_has_none(void **unused)
{
    struct machine_spec spec = taken("\"devices\": []");

    (void)unused;
    assert_int_equal(spec.harts.count, 0);
    for (unsigned i = 0; i < BUS_KIND_COUNT; i++)
        assert_false(spec.bus.device[i].is_there);
}

static void what_is_left_out_of_harts_has_a_usual_value(void **unused)
{
    struct machine_spec spec = taken("\"harts\": {}");

    (void)unused;
    assert_int_equal(spec.harts.count, 1);
    for (const struct machine_extension *one = machine_extensions; one->name; one++)
        assert_true(machine_extension_is_on(&spec.harts.features, one));
    assert_int_equal(spec.harts.features.levels_max, 5);
    assert_int_equal(spec.harts.features.pmp_count, 16);
    assert_int_equal(spec.harts.features.asid_bits, 16);
    assert_int_equal(spec.harts.features.vmid_bits, 14);
    assert_int_equal(spec.harts.quantum, 10000);
    assert_int_equal(spec.harts.instructions_per_tick, 10);
    assert_int_equal(spec.harts.timebase_hz, 10000000);
}

static void a_list_of_extensions_is_all_of_them(void **unused)
{
    struct machine_spec spec = taken("\"harts\": {\"extensions\": [\"sstc\", \"h\"], \"paging\": "
                                     "\"sv39\", \"count\": 3, \"pmp\": 0, \"quantum\": 7}");
    const struct hart_features *features = &spec.harts.features;

    (void)unused;
    assert_true(features->h && features->sstc);
    assert_false(features->svadu || features->svpbmt || features->svnapot || features->svinval ||
                 features->smstateen || features->zicbom || features->zicboz || features->zba ||
                 features->zbb || features->zbs);
    assert_int_equal(features->levels_max, 3);
    assert_int_equal(features->pmp_count, 0);
    assert_int_equal(spec.harts.count, 3);
    assert_int_equal(spec.harts.quantum, 7);
}

static void a_bus_has_its_devices_where_the_spec_says(void **unused)
{
    struct machine_spec spec =
        taken("\"harts\": {}, \"bus\": [{\"device\": \"uart\", \"at\": \"0x10000000\", \"irq\": "
              "10}, {\"device\": \"plic\", \"at\": \"0xc000000\"}]");

    (void)unused;
    assert_true(spec.bus.device[BUS_UART].is_there);
    assert_int_equal(spec.bus.device[BUS_UART].at.v, 0x10000000);
    assert_int_equal(spec.bus.device[BUS_UART].size_bytes, 0x100);
    assert_int_equal(spec.bus.device[BUS_UART].irq, 10);
    assert_int_equal(spec.bus.device[BUS_PLIC].at.v, 0xc000000);
    assert_false(spec.bus.device[BUS_CLINT].is_there);
}

static void bad_harts_are_named_with_line_and_column(void **unused)
{
    (void)unused;
    refused("\"harts\": {\"count\": 17}", "t:3:20: count 17; expected 1 to 16");
    refused("\"harts\": {\"extensions\": [\"h\", \"v\"]}",
            "t:3:31: unknown extension \"v\"; expected one like h, sstc or zba");
    refused("\"harts\": {\"extensions\": [\"h\", \"h\"]}",
            "t:3:31: extension \"h\" is there already; expected each once");
    refused("\"harts\": {\"extensions\": [7]}",
            "t:3:26: unknown extension \"\"; expected one like h, sstc or zba");
    refused("\"harts\": {\"paging\": \"sv32\"}",
            "t:3:21: unknown paging \"sv32\"; expected bare, sv39, sv48 or sv57");
    refused("\"harts\": {\"pmp\": 8}", "t:3:18: 8 entries of PMP; expected 0, 16 or 64");
    refused("\"harts\": {\"cores\": 1}", "t:3:20: unknown key \"cores\"; expected one like "
                                         "\"count\"");
    refused("\"harts\": {\"paging\": \"bare\"}",
            "t:3:10: the extension h needs paging; expected sv39, sv48 or sv57");
    refused("\"bus\": []", "t:3:8: there is a bus and no harts; expected \"harts\"");
}

static void ram_that_is_too_large_for_harts_is_refused(void **unused)
{
    struct machine_spec spec;
    struct diagnostic diag = {""};

    (void)unused;
    assert_int_equal(parse("64G", "\"harts\": {}", &spec, &diag), STATUS_OK);
    assert_int_equal(parse("65G", "\"harts\": {}", &spec, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, "t:3:10: the RAM is too large for harts; expected at most 64G");
    assert_int_equal(parse("0M", "\"harts\": {}", &spec, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, "t:2:35: ram \"0M\"; expected a size like 8M or 4G");
}

/* A bus of a UART at 0x10000000 and one more device. */
static void device_refused(const char *device, const char *message)
{
    char rest[512];

    (void)snprintf(rest, sizeof rest,
                   "\"harts\": {}, \"bus\": [{\"device\": \"uart\", \"at\": \"0x10000000\"}, %s]",
                   device);
    refused(rest, message);
}

static void bad_devices_are_named_with_line_and_column(void **unused)
{
    (void)unused;
    device_refused("{\"device\": \"rtc\", \"at\": \"0x0\"}",
                   "t:3:73: unknown device \"rtc\"; expected uart, clint, plic, test, "
                   "virtio-console, virtio-block or rmp");
    device_refused("{\"device\": \"uart\", \"at\": \"0x0\"}",
                   "t:3:73: there is a uart already; expected each kind once");
    device_refused("{\"device\": \"test\"}", "t:3:62: \"at\" is missing; expected a string");
    device_refused("{\"device\": \"test\", \"at\": \"0x10000080\"}",
                   "t:3:87: test at 0x10000080 overlaps uart at 0x10000000; expected a range of "
                   "its own");
    device_refused("{\"device\": \"plic\", \"at\": \"0xfb00000\"}",
                   "t:3:87: plic at 0xfb00000 overlaps uart at 0x10000000; expected a range of "
                   "its own");
    device_refused("{\"device\": \"clint\", \"at\": \"0x7fff8000\"}",
                   "t:3:88: clint at 0x7fff8000 has 0x10000 bytes and reaches into RAM; expected "
                   "all below 0x80000000");
    device_refused("{\"device\": \"test\", \"at\": \"0xfffffffffffffff8\"}",
                   "t:3:87: test at 0xfffffffffffffff8 has 0x1000 bytes and reaches into RAM; "
                   "expected all below 0x80000000");
    device_refused("{\"device\": \"test\", \"at\": \"0x4\"}",
                   "t:3:87: at 0x4; expected a multiple of 8");
    device_refused("{\"device\": \"clint\", \"at\": \"0x0\", \"irq\": 1}",
                   "t:3:102: a clint has no interrupt of its own; expected no \"irq\"");
    device_refused("{\"device\": \"virtio-block\", \"at\": \"0x0\", \"irq\": 4}",
                   "t:3:21: virtio-block has an irq, and there is no plic; expected one");
    device_refused("{\"device\": \"virtio-block\", \"at\": \"0x0\", \"irq\": 32}",
                   "t:3:109: irq 32; expected 1 to 31");
    device_refused("7", "t:3:62: an element of \"bus\" is no object; expected a device");
}

static void an_interrupt_number_twice_is_refused(void **unused)
{
    (void)unused;
    refused("\"harts\": {}, \"bus\": [{\"device\": \"uart\", \"at\": \"0x100\", \"irq\": 3},\n"
            "{\"device\": \"virtio-block\", \"at\": \"0x1000\", \"irq\": 3}]",
            "t:4:51: irq 3 is that of uart; expected a number of its own");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_machine_without_harts_has_none),
        cmocka_unit_test(what_is_left_out_of_harts_has_a_usual_value),
        cmocka_unit_test(a_list_of_extensions_is_all_of_them),
        cmocka_unit_test(a_bus_has_its_devices_where_the_spec_says),
        cmocka_unit_test(bad_harts_are_named_with_line_and_column),
        cmocka_unit_test(ram_that_is_too_large_for_harts_is_refused),
        cmocka_unit_test(bad_devices_are_named_with_line_and_column),
        cmocka_unit_test(an_interrupt_number_twice_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
