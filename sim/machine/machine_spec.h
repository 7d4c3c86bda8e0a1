/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/machine_spec.h — what a machine is made of, as a JSON file says it
 * (specs/schema/machine.json): its memory, and, if it is one that runs programs, its harts and the
 * devices on its bus, which are read by files of their own. */
#ifndef CVMLAB_SIM_MACHINE_MACHINE_SPEC_H
#define CVMLAB_SIM_MACHINE_MACHINE_SPEC_H

#include "machine/bus_spec.h"
#include "machine/hart_spec.h"

enum { MACHINE_NAME_BYTES = 32, MACHINE_SUMMARY_BYTES = 160, MACHINE_DEVICE_MAX = 16 };

struct machine_device {
    char name[MACHINE_NAME_BYTES];
    uint16_t id; /* as the IOMMU knows it */
};

struct machine_spec {
    char name[MACHINE_NAME_BYTES];
    char summary[MACHINE_SUMMARY_BYTES];
    struct memory_config memory;
    bool alias_check; /* the firmware looks for aliased DRAM when the machine starts, and says so */
    bool patched_invd; /* INVD writes back (the microcode for CVE-2023-20592) */
    struct machine_device device[MACHINE_DEVICE_MAX];
    unsigned device_count;
    struct machine_harts harts; /* count 0: none, and nothing on the bus */
    struct machine_bus bus;
};

/* Most RAM of a machine with harts. */
#define MACHINE_HART_RAM_MAX (UINT64_C(64) << 30)

/* The machine that is taken where none is named: for memory, and to run programs. */
#define MACHINE_DEFAULT     "snp-lab"
#define MACHINE_RUN_DEFAULT "virt-h"

/* name is a path, or a built-in machine. STATUS_BAD_INPUT: unknown, or breaks a rule; STATUS_IO: no
 * memory. On error *out is undefined. */
enum status machine_load(const char *name, struct machine_spec *out, struct diagnostic *diag);

/* The same for the text of a file; name is for messages. */
enum status machine_parse(const char *text, size_t size, const char *name, struct machine_spec *out,
                          struct diagnostic *diag);

/* Reads the object at memory over what the machine has: every member may be missing. Afterwards the
 * whole must hold together. STATUS_BAD_INPUT. */
enum status machine_memory_change(const struct place *memory, struct machine_spec *spec);

/* Reads a list of devices, added to those that the machine has. STATUS_BAD_INPUT: a name or id that
 * is there already, too many. */
enum status machine_devices_add(const struct place *list, struct machine_spec *spec);

/* A name as everywhere in machines and scenarios: 1 to 31 of a-z, 0-9 and '-', copied to out.
 * STATUS_BAD_INPUT. */
enum status machine_name_read(const struct place *at, const char *key,
                              char out[MACHINE_NAME_BYTES]);

/* Name of the index-th built-in machine, or NULL. */
const char *machine_builtin_name(unsigned index);

/* "none", "sev", ...: the modes in the order of enum memory_mode; ends with NULL. */
extern const char *const machine_mode_words[];

#endif
