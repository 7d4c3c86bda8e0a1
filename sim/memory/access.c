/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/access.c — the names of actors, accesses, checks and faults. */
#include "memory/access.h"

const char *rmp_check_name(enum rmp_check check)
{
    static const char *const names[RMP_CHECK_COUNT] = {
        [RMP_CHECK_NONE] = "none",
        [RMP_CHECK_HYPERVISOR_OWNED] = "hypervisor-owned",
        [RMP_CHECK_COVERED] = "rmp-covered",
        [RMP_CHECK_GUEST_OWNED] = "guest-owned",
        [RMP_CHECK_REVERSE_MAP] = "reverse-map",
        [RMP_CHECK_MUTABLE] = "mutable",
        [RMP_CHECK_PAGE_SIZE] = "page-size",
        [RMP_CHECK_VALIDATED] = "validated",
        [RMP_CHECK_VMPL] = "vmpl",
    };

    return names[check];
}

const char *fault_kind_name(enum fault_kind kind)
{
    static const char *const names[FAULT_KIND_COUNT] = {
        [FAULT_NONE] = "none",
        [FAULT_PAGE] = "page-fault",
        [FAULT_NESTED] = "nested-page-fault",
        [FAULT_NOT_VALIDATED] = "page-not-validated",
        [FAULT_PROTECTION] = "general-protection",
        [FAULT_DEVICE] = "device-stopped",
        [FAULT_VMRUN] = "vmrun-refused",
        [FAULT_ADDRESS] = "no-memory",
    };

    return names[kind];
}

const char *access_kind_name(enum access_kind kind)
{
    static const char *const names[] = {
        [ACCESS_READ] = "read",
        [ACCESS_WRITE] = "write",
        [ACCESS_EXECUTE] = "execute",
        [ACCESS_WALK] = "walk",
        [ACCESS_WALK_UPDATE] = "walk-update",
    };

    return names[kind];
}

const char *actor_kind_name(enum actor_kind kind)
{
    static const char *const names[] = {
        [ACTOR_HYPERVISOR] = "hypervisor",
        [ACTOR_GUEST] = "guest",
        [ACTOR_DEVICE] = "device",
        [ACTOR_FIRMWARE] = "firmware",
    };

    return names[kind];
}
