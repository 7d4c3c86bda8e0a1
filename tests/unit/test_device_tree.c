/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_device_tree.c — the tree says what the machine is, and nothing else. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/device_tree.h"
#include "machine/isa.h"

static struct machine_spec machine(const char *name)
{
    struct machine_spec spec;
    struct diagnostic diag = {""};

    if (machine_load(name, &spec, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
    return spec;
}

static struct device_tree tree_of(const struct machine_spec *spec)
{
    struct device_tree tree;

    assert_int_equal(device_tree_build(spec, &tree), STATUS_OK);
    assert_int_equal(fdt_check_header(tree.blob), 0);
    assert_int_equal(fdt_totalsize(tree.blob), tree.size_bytes);
    return tree;
}

/* Cell index of a property of the node at path. */
static uint32_t cell_at(const struct device_tree *tree, const char *path, const char *name,
                        unsigned index)
{
    int size, node = fdt_path_offset(tree->blob, path);
    const fdt32_t *value = fdt_getprop(tree->blob, node, name, &size);

    if (!value || size < (int)((index + 1) * sizeof *value))
        fail_msg("%s has no %s[%u]", path, name, index);
    return fdt32_ld(value + index);
}

static const char *text_at(const struct device_tree *tree, const char *path, const char *name)
{
    const char *value = fdt_getprop(tree->blob, fdt_path_offset(tree->blob, path), name, NULL);

    if (!value)
        fail_msg("%s has no %s", path, name);
    return value;
}

static bool has(const struct device_tree *tree, const char *path)
{
    return fdt_path_offset(tree->blob, path) >= 0;
}

static void it_names_memory_harts_and_devices(void **unused)
{
    struct machine_spec spec = machine("virt-h");
    struct device_tree tree = tree_of(&spec);

    (void)unused;
    assert_string_equal(text_at(&tree, "/", "model"), "cvmlab,virt-h");
    assert_int_equal(cell_at(&tree, "/memory@80000000", "reg", 1), 0x80000000);
    assert_int_equal(cell_at(&tree, "/memory@80000000", "reg", 3), 256 << 20);
    assert_int_equal(cell_at(&tree, "/cpus", "timebase-frequency", 0), 10000000);
    assert_string_equal(text_at(&tree, "/cpus/cpu@0", "mmu-type"), "riscv,sv57");
    assert_string_equal(text_at(&tree, "/chosen", "stdout-path"), "/soc/serial@10000000");
    assert_int_equal(cell_at(&tree, "/soc/serial@10000000", "interrupts", 0), 10);
    assert_int_equal(cell_at(&tree, "/soc/serial@10000000", "interrupt-parent", 0),
                     cell_at(&tree, "/soc/interrupt-controller@c000000", "phandle", 0));
    assert_string_equal(text_at(&tree, "/soc/virtio_mmio@10002000", "compatible"), "virtio,mmio");
    assert_int_equal(cell_at(&tree, "/poweroff", "regmap", 0),
                     cell_at(&tree, "/soc/test@100000", "phandle", 0));
    device_tree_free(&tree);
}

static void every_hart_has_its_own_interrupts(void **unused)
{
    struct machine_spec spec = machine("virt-h");
    struct device_tree tree;

    (void)unused;
    spec.harts.count = MACHINE_HART_MAX;
    tree = tree_of(&spec);
    for (unsigned i = 0; i < MACHINE_HART_MAX; i++) {
        char path[64];
        uint32_t phandle;

        (void)snprintf(path, sizeof path, "/cpus/cpu@%x/interrupt-controller", i);
        phandle = cell_at(&tree, path, "phandle", 0);
        for (unsigned k = 0; k < 4; k += 2) {
            assert_int_equal(cell_at(&tree, "/soc/clint@2000000", "interrupts-extended", 4 * i + k),
                             phandle);
            assert_int_equal(cell_at(&tree, "/soc/interrupt-controller@c000000",
                                     "interrupts-extended", 4 * i + k),
                             phandle);
        }
        assert_int_equal(
            cell_at(&tree, "/soc/interrupt-controller@c000000", "interrupts-extended", 4 * i + 1),
            11);
        assert_int_equal(cell_at(&tree, "/soc/clint@2000000", "interrupts-extended", 4 * i + 3), 7);
    }
    device_tree_free(&tree);
}

static void what_a_machine_does_not_have_is_not_in_it(void **unused)
{
    struct machine_spec spec = machine("tiny");
    struct device_tree tree = tree_of(&spec);
    int cpu = fdt_path_offset(tree.blob, "/cpus/cpu@0");

    (void)unused;
    assert_false(has(&tree, "/soc/interrupt-controller@c000000"));
    assert_false(has(&tree, "/soc/virtio_mmio@10001000"));
    assert_null(fdt_getprop(tree.blob, cpu, "mmu-type", NULL));
    assert_null(fdt_getprop(tree.blob, cpu, "riscv,cbom-block-size", NULL));
    assert_null(fdt_getprop(tree.blob, fdt_path_offset(tree.blob, "/soc/serial@10000000"),
                            "interrupts", NULL));
    assert_string_equal(text_at(&tree, "/cpus/cpu@0", "riscv,isa"),
                        "rv64imafdc_zicntr_zicsr_zifencei");
    device_tree_free(&tree);
}

static void the_isa_is_told_truthfully(void **unused)
{
    struct machine_spec spec = machine("virt-h");
    char isa[ISA_STRING_BYTES];

    (void)unused;
    assert_string_equal(isa_string(&spec.harts.features, isa),
                        "rv64imafdch_zicbom_zicboz_zicntr_zicsr_zifencei_zba_zbb_zbs_smstateen_"
                        "sstc_svadu_svinval_svnapot_svpbmt");
    for (const struct machine_extension *one = machine_extensions; one->name; one++)
        assert_non_null(strstr(isa, one->name));
    spec = machine("virt-no-h");
    assert_null(strchr(isa_string(&spec.harts.features, isa), 'h'));
}

static void the_source_shows_strings_cells_and_children(void **unused)
{
    struct machine_spec spec = machine("tiny");
    struct device_tree tree = tree_of(&spec);
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    (void)unused;
    assert_non_null(to);
    assert_true(device_tree_print(&tree, to));
    (void)fclose(to);
    assert_non_null(strstr(text, "/dts-v1/;\n\n/ {\n    #address-cells = <0x2>;\n"));
    assert_non_null(strstr(text, "\n    memory@80000000 {\n        device_type = \"memory\";\n"
                                 "        reg = <0x0 0x80000000 0x0 0x100000>;\n    };\n"));
    assert_non_null(strstr(text, "compatible = \"sifive,test1\", \"sifive,test0\", \"syscon\";\n"));
    assert_non_null(strstr(text, "                interrupt-controller;\n"));
    free(text);
    device_tree_free(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_names_memory_harts_and_devices),
        cmocka_unit_test(every_hart_has_its_own_interrupts),
        cmocka_unit_test(what_a_machine_does_not_have_is_not_in_it),
        cmocka_unit_test(the_isa_is_told_truthfully),
        cmocka_unit_test(the_source_shows_strings_cells_and_children),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
