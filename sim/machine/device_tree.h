/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/device_tree.h — the device tree that a machine hands to its software, and
 * `cvmlab run --dump-dts` to its user (Devicetree specification 0.4, and the bindings of Linux for
 * what stands in it). */
#ifndef CVMLAB_SIM_MACHINE_DEVICE_TREE_H
#define CVMLAB_SIM_MACHINE_DEVICE_TREE_H

#include <stdio.h>

#include "machine/machine_spec.h"

struct device_tree {
    void *blob; /* flattened; owned */
    size_t size_bytes;
};

/* The tree of a machine with harts. STATUS_IO: no memory. device_tree_free it. */
enum status device_tree_build(const struct machine_spec *spec, struct device_tree *out);

/* May be called again. */
void device_tree_free(struct device_tree *tree);

/* Prints the tree as source; false: it was not written. */
bool device_tree_print(const struct device_tree *tree, FILE *to);

#endif
