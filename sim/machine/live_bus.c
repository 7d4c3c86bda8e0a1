/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/live_bus.c — the devices of a live machine, and where their wires go. See
 * live_internal.h. */
#include "devices/test_device.h"
#include "machine/live_internal.h"

/* --- wires --- */

static void line_software(void *context, unsigned hart, bool level)
{
    struct live *live = context;

    hart_interrupt_set(hart_run_hart(live->hart[hart].run), IRQ_MSI, level);
}

/* Contexts of the PLIC: M and S of each hart. */
static void line_external(void *context, unsigned number, bool level)
{
    struct live *live = context;
    struct hart *hart = hart_run_hart(live->hart[number / 2].run);

    hart_interrupt_set(hart, number % 2 == 0 ? IRQ_MEI : IRQ_SEI, level);
}

/* The wire from a device to the PLIC; leads nowhere if the spec gives it no number. */
static struct interrupt_line line_to_plic(struct live *live, enum bus_kind kind)
{
    unsigned irq = live->spec.bus.device[kind].irq;

    if (irq == 0)
        return (struct interrupt_line){0};
    return (struct interrupt_line){plic_source_set, &live->plic, irq};
}

/* --- time and end --- */

static uint64_t clock_ticks(void *context)
{
    return live_ticks(context);
}

static void clock_timer_set(void *context, unsigned hart, uint64_t compare)
{
    struct live *live = context;

    hart_timer_set(hart_run_hart(live->hart[hart].run), compare);
}

static void power_request(void *context, enum power_request request, uint64_t number)
{
    static const enum live_end ends[] = {
        [POWER_PASS] = LIVE_PASS, [POWER_FAIL] = LIVE_FAIL, [POWER_RESET] = LIVE_RESET};
    struct live *live = context;

    if (live->is_ended)
        return;
    live->is_ended = true;
    live->result = (struct live_result){.end = ends[request], .number = number};
    hart_run_stop(live->hart[live->current].run);
}

/* --- console --- */

static void bytes_put(void *context, const uint8_t *bytes, size_t size_bytes)
{
    struct live *live = context;

    live->passed.put += size_bytes;
    console_put(&live->console, bytes, size_bytes);
}

static size_t bytes_get(void *context, uint8_t *bytes, size_t most_bytes)
{
    struct live *live = context;
    size_t size_bytes = console_get(&live->console, bytes, most_bytes);

    live->passed.taken += size_bytes;
    return size_bytes;
}

/* --- devices --- */

static void interrupts_init(struct live *live)
{
    struct clint_clock clock = {clock_ticks, clock_timer_set, live};
    struct interrupt_line software[CLINT_HART_MAX], external[PLIC_CONTEXT_MAX];
    unsigned count = live->spec.harts.count;

    for (unsigned i = 0; i < count; i++)
        software[i] = (struct interrupt_line){line_software, live, i};
    for (unsigned i = 0; i < 2 * count; i++)
        external[i] = (struct interrupt_line){line_external, live, i};
    clint_init(&live->clint, &clock, count, software);
    plic_init(&live->plic, 2 * count, external);
}

static void consoles_init(struct live *live, const struct live_config *config)
{
    struct interrupt_line uart = line_to_plic(live, BUS_UART);
    struct interrupt_line console = line_to_plic(live, BUS_VIRTIO_CONSOLE);
    const struct image_symbols *symbols = &config->image->symbols;
    struct console counted = {bytes_put, bytes_get, live};

    live->console = config->console;
    uart_init(&live->uart, &counted, &uart);
    virtio_console_init(&live->virtio_console, &live->dma, &counted, &console);
    live->htif = (struct htif){.dma = live->dma,
                               .console = counted,
                               .power = live->power,
                               .tohost = symbols->tohost,
                               .fromhost = symbols->fromhost};
}

/* The spec was checked: nothing overlaps, so attaching cannot fail. */
static void devices_attach(struct live *live)
{
    const struct bus_device device[BUS_KIND_COUNT] = {
        [BUS_UART] = {.context = &live->uart, .read = uart_read, .write = uart_write},
        [BUS_CLINT] = {.context = &live->clint, .read = clint_read, .write = clint_write},
        [BUS_PLIC] = {.context = &live->plic, .read = plic_read, .write = plic_write},
        [BUS_TEST] = {.context = &live->power,
                      .read = test_device_read,
                      .write = test_device_write},
        [BUS_VIRTIO_CONSOLE] = {.context = &live->virtio_console.virtio,
                                .read = virtio_read,
                                .write = virtio_write},
        [BUS_RMP] = {.context = &live->rmp, .read = rmp_device_read, .write = rmp_device_write},
        [BUS_VIRTIO_BLOCK] = {
            .context = &live->virtio_block.virtio, .read = virtio_read, .write = virtio_write}};

    for (unsigned i = 0; i < BUS_KIND_COUNT; i++) {
        const struct machine_bus_device *place = &live->spec.bus.device[i];
        struct bus_device one = device[i];

        one.name = bus_kind_name((enum bus_kind)i);
        one.base = place->at;
        one.size_bytes = place->size_bytes;
        if (place->is_there)
            (void)bus_attach(&live->bus, &one);
    }
}

void live_devices_init(struct live *live, const struct live_config *config)
{
    struct interrupt_line block = line_to_plic(live, BUS_VIRTIO_BLOCK);

    live->power = (struct power){power_request, live};
    live->rmp.dma = live->dma;
    interrupts_init(live);
    consoles_init(live, config);
    virtio_block_init(&live->virtio_block, &live->dma, config->disk, config->disk_bytes, &block);
    devices_attach(live);
}
