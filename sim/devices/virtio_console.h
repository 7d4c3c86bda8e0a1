/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/virtio_console.h — the console device of virtio 1.2 (chapter 5.3), one port. */
#ifndef CVMLAB_SIM_DEVICES_VIRTIO_CONSOLE_H
#define CVMLAB_SIM_DEVICES_VIRTIO_CONSOLE_H

#include "devices/console.h"
#include "devices/virtio.h"

struct virtio_console {
    struct virtio virtio; /* attach it to the bus by virtio_read and virtio_write */
    struct console console;
};

/* As after a reset; dma stays the caller's. Input goes into a buffer when the driver announces one.
 */
void virtio_console_init(struct virtio_console *device, const struct dma *dma,
                         const struct console *console, const struct interrupt_line *line);

#endif
