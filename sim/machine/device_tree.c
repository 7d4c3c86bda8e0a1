/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/device_tree.c — builds the tree of a machine with libfdt. See device_tree.h.
 *
 * libfdt keeps an error once it has one: every call after it fails as well. So what is written is
 * checked once, at the end. */
#include "machine/device_tree.h"

#include <inttypes.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "devices/plic.h"
#include "devices/test_device.h"
#include "machine/isa.h"

enum { TREE_BYTES = 64 << 10, NAME_BYTES = 48 };

/* Interrupts of a hart as its interrupt controller numbers them. */
enum { INTERRUPT_MSI = 3, INTERRUPT_MTI = 7, INTERRUPT_SEI = 9, INTERRUPT_MEI = 11 };

/* Of phandles: the PLIC, the test device, and from here on one per hart. */
enum { PHANDLE_PLIC = 1, PHANDLE_TEST = 2, PHANDLE_HART = 3 };

struct writer {
    void *blob;
    int error; /* the first one of libfdt; 0: none */
    const struct machine_spec *spec;
};

static void keep(struct writer *w, int result)
{
    if (w->error == 0)
        w->error = result;
}

static void node_begin(struct writer *w, const char *name)
{
    keep(w, fdt_begin_node(w->blob, name));
}

/* "serial@10000000" */
static void node_begin_at(struct writer *w, const char *name, uint64_t at)
{
    char full[NAME_BYTES];

    (void)snprintf(full, sizeof full, "%s@%" PRIx64, name, at);
    node_begin(w, full);
}

static void node_end(struct writer *w)
{
    keep(w, fdt_end_node(w->blob));
}

static void text(struct writer *w, const char *name, const char *value)
{
    keep(w, fdt_property_string(w->blob, name, value));
}

/* Several strings, each with its NUL, in one array. */
static void texts(struct writer *w, const char *name, const char *values, size_t size_bytes)
{
    keep(w, fdt_property(w->blob, name, values, (int)size_bytes));
}

static void cell(struct writer *w, const char *name, uint32_t value)
{
    keep(w, fdt_property_u32(w->blob, name, value));
}

static void flag(struct writer *w, const char *name)
{
    keep(w, fdt_property(w->blob, name, NULL, 0));
}

static void cells(struct writer *w, const char *name, const uint32_t *values, unsigned count)
{
    fdt32_t big[2 * 2 * MACHINE_HART_MAX];

    for (unsigned i = 0; i < count; i++)
        big[i] = cpu_to_fdt32(values[i]);
    keep(w, fdt_property(w->blob, name, big, (int)(count * sizeof *big)));
}

static void reg(struct writer *w, uint64_t at, uint64_t size_bytes)
{
    const uint32_t values[] = {(uint32_t)(at >> 32), (uint32_t)at, (uint32_t)(size_bytes >> 32),
                               (uint32_t)size_bytes};

    cells(w, "reg", values, 4);
}

static void sizes_of_children(struct writer *w, uint32_t address_cells, uint32_t size_cells)
{
    cell(w, "#address-cells", address_cells);
    cell(w, "#size-cells", size_cells);
}

/* --- harts --- */

struct names {
    char text[ISA_STRING_BYTES];
    size_t used;
};

static void name_append(void *context, const char *extension)
{
    struct names *names = context;
    size_t size = strlen(extension) + 1;

    if (size > sizeof names->text - names->used)
        return;
    memcpy(names->text + names->used, extension, size);
    names->used += size;
}

static void isa_describe(struct writer *w)
{
    const struct hart_features *features = &w->spec->harts.features;
    struct names names = {.used = 0};
    char isa[ISA_STRING_BYTES], mmu[NAME_BYTES];

    text(w, "riscv,isa", isa_string(features, isa));
    text(w, "riscv,isa-base", "rv64i");
    isa_each(features, name_append, &names);
    texts(w, "riscv,isa-extensions", names.text, names.used);
    if (features->levels_max > 0) {
        (void)snprintf(mmu, sizeof mmu, "riscv,%s", machine_paging_name(features->levels_max));
        text(w, "mmu-type", mmu);
    }
    if (features->zicbom)
        cell(w, "riscv,cbom-block-size", HART_BLOCK_BYTES);
    if (features->zicboz)
        cell(w, "riscv,cboz-block-size", HART_BLOCK_BYTES);
}

static void hart_describe(struct writer *w, unsigned hart)
{
    node_begin_at(w, "cpu", hart);
    text(w, "device_type", "cpu");
    cell(w, "reg", hart);
    text(w, "status", "okay");
    text(w, "compatible", "riscv");
    isa_describe(w);
    node_begin(w, "interrupt-controller");
    cell(w, "#interrupt-cells", 1);
    flag(w, "interrupt-controller");
    text(w, "compatible", "riscv,cpu-intc");
    cell(w, "phandle", PHANDLE_HART + hart);
    node_end(w);
    node_end(w);
}

static void harts_describe(struct writer *w)
{
    node_begin(w, "cpus");
    sizes_of_children(w, 1, 0);
    cell(w, "timebase-frequency", (uint32_t)w->spec->harts.timebase_hz);
    for (unsigned i = 0; i < w->spec->harts.count; i++)
        hart_describe(w, i);
    node_end(w);
}

/* --- devices --- */

/* Two interrupts of every hart. */
static void interrupts_extended(struct writer *w, uint32_t first, uint32_t second)
{
    uint32_t values[4 * MACHINE_HART_MAX];

    for (unsigned i = 0; i < w->spec->harts.count; i++) {
        uint32_t *of_hart = values + 4 * (size_t)i;

        of_hart[0] = of_hart[2] = PHANDLE_HART + i;
        of_hart[1] = first;
        of_hart[3] = second;
    }
    cells(w, "interrupts-extended", values, 4 * w->spec->harts.count);
}

static void interrupt(struct writer *w, const struct machine_bus_device *device)
{
    if (device->irq == 0)
        return;
    cell(w, "interrupts", device->irq);
    cell(w, "interrupt-parent", PHANDLE_PLIC);
}

static void test_describe(struct writer *w, const struct machine_bus_device *device)
{
    static const char compatible[] = "sifive,test1\0sifive,test0\0syscon";

    node_begin_at(w, "test", device->at.v);
    texts(w, "compatible", compatible, sizeof compatible);
    reg(w, device->at.v, device->size_bytes);
    cell(w, "phandle", PHANDLE_TEST);
    node_end(w);
}

static void clint_describe(struct writer *w, const struct machine_bus_device *device)
{
    static const char compatible[] = "sifive,clint0\0riscv,clint0";

    node_begin_at(w, "clint", device->at.v);
    texts(w, "compatible", compatible, sizeof compatible);
    reg(w, device->at.v, device->size_bytes);
    interrupts_extended(w, INTERRUPT_MSI, INTERRUPT_MTI);
    node_end(w);
}

static void plic_describe(struct writer *w, const struct machine_bus_device *device)
{
    static const char compatible[] = "sifive,plic-1.0.0\0riscv,plic0";

    node_begin_at(w, "interrupt-controller", device->at.v);
    texts(w, "compatible", compatible, sizeof compatible);
    reg(w, device->at.v, device->size_bytes);
    interrupts_extended(w, INTERRUPT_MEI, INTERRUPT_SEI);
    cell(w, "#interrupt-cells", 1);
    cell(w, "#address-cells", 0);
    flag(w, "interrupt-controller");
    cell(w, "riscv,ndev", PLIC_SOURCE_COUNT - 1);
    cell(w, "phandle", PHANDLE_PLIC);
    node_end(w);
}

static void uart_describe(struct writer *w, const struct machine_bus_device *device)
{
    node_begin_at(w, "serial", device->at.v);
    text(w, "compatible", "ns16550a");
    reg(w, device->at.v, device->size_bytes);
    cell(w, "clock-frequency", 3686400); /* the crystal of every PC; nothing depends on it */
    interrupt(w, device);
    node_end(w);
}

static void virtio_describe(struct writer *w, const struct machine_bus_device *device)
{
    node_begin_at(w, "virtio_mmio", device->at.v);
    text(w, "compatible", "virtio,mmio");
    reg(w, device->at.v, device->size_bytes);
    interrupt(w, device);
    node_end(w);
}

static void rmp_describe(struct writer *w, const struct machine_bus_device *device)
{
    node_begin_at(w, "rmp", device->at.v);
    text(w, "compatible", "cvmlab,rmp");
    reg(w, device->at.v, device->size_bytes);
    node_end(w);
}

/* How each kind is described. */
static void (*const device_describe[BUS_KIND_COUNT])(struct writer *,
                                                     const struct machine_bus_device *) = {
    [BUS_UART] = uart_describe,
    [BUS_CLINT] = clint_describe,
    [BUS_PLIC] = plic_describe,
    [BUS_TEST] = test_describe,
    [BUS_VIRTIO_CONSOLE] = virtio_describe,
    [BUS_VIRTIO_BLOCK] = virtio_describe,
    [BUS_RMP] = rmp_describe};

static void bus_describe(struct writer *w)
{
    node_begin(w, "soc");
    sizes_of_children(w, 2, 2);
    text(w, "compatible", "simple-bus");
    flag(w, "ranges");
    for (unsigned i = 0; i < BUS_KIND_COUNT; i++)
        if (w->spec->bus.device[i].is_there)
            device_describe[i](w, &w->spec->bus.device[i]);
    node_end(w);
}

/* What to write to the test device for power off and restart. */
static void power_describe(struct writer *w, const char *name, const char *compatible,
                           uint32_t value)
{
    node_begin(w, name);
    text(w, "compatible", compatible);
    cell(w, "regmap", PHANDLE_TEST);
    cell(w, "offset", 0);
    cell(w, "value", value);
    node_end(w);
}

static void chosen_describe(struct writer *w)
{
    const struct machine_bus_device *uart = &w->spec->bus.device[BUS_UART];
    char path[NAME_BYTES];

    node_begin(w, "chosen");
    if (uart->is_there) {
        (void)snprintf(path, sizeof path, "/soc/serial@%" PRIx64, uart->at.v);
        text(w, "stdout-path", path);
    }
    node_end(w);
}

static void tree_describe(struct writer *w)
{
    const struct machine_spec *spec = w->spec;
    char model[NAME_BYTES];

    keep(w, fdt_create(w->blob, TREE_BYTES));
    keep(w, fdt_finish_reservemap(w->blob));
    node_begin(w, "");
    sizes_of_children(w, 2, 2);
    (void)snprintf(model, sizeof model, "cvmlab,%s", spec->name);
    text(w, "model", model);
    text(w, "compatible", "riscv-virtio");
    chosen_describe(w);
    node_begin_at(w, "memory", MACHINE_RAM_FIRST);
    text(w, "device_type", "memory");
    reg(w, MACHINE_RAM_FIRST, spec->memory.page_count << PAGE_SHIFT);
    node_end(w);
    harts_describe(w);
    bus_describe(w);
    if (spec->bus.device[BUS_TEST].is_there) {
        power_describe(w, "poweroff", "syscon-poweroff", TEST_DEVICE_PASS);
        power_describe(w, "reboot", "syscon-reboot", TEST_DEVICE_RESET);
    }
    node_end(w);
    keep(w, fdt_finish(w->blob));
}

enum status device_tree_build(const struct machine_spec *spec, struct device_tree *out)
{
    struct writer w = {.blob = calloc(1, TREE_BYTES), .spec = spec};

    *out = (struct device_tree){0};
    if (!w.blob)
        return STATUS_IO;
    tree_describe(&w);
    if (w.error != 0) {
        free(w.blob);
        return STATUS_IO;
    }
    *out = (struct device_tree){w.blob, fdt_totalsize(w.blob)};
    return STATUS_OK;
}

void device_tree_free(struct device_tree *tree)
{
    free(tree->blob);
    *tree = (struct device_tree){0};
}
