/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/host.c — the list of models. Read host.h first; docs/HOSTS.md compares them. */
#include "hosts/host_cpu.h"

#include <string.h>

static const struct host_model *const host_list[] = {
    &host_model_kvm, &host_model_kvm_zext, &host_model_xvisor,
    &host_model_bao, &host_model_bhyve,    &host_model_cove,
};

enum { HOST_COUNT = sizeof(host_list) / sizeof(host_list[0]) };

const struct host_model *host_at(unsigned index)
{
    return index < HOST_COUNT ? host_list[index] : NULL;
}

const struct host_model *host_find(const char *name)
{
    for (unsigned i = 0; i < HOST_COUNT; i++)
        if (strcmp(host_list[i]->name, name) == 0)
            return host_list[i];
    return NULL;
}
