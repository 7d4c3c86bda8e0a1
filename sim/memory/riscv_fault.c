/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/riscv_fault.c — see riscv_fault.h. */
#include "memory/riscv_fault.h"

enum { HTVAL_SHIFT = 2, SYNDROME_BASE_BIT = 31 };

static uint64_t cause_by_kind(enum access_kind kind, uint64_t fetch, uint64_t load, uint64_t store)
{
    switch (kind) {
    case ACCESS_EXECUTE:
        return fetch;
    case ACCESS_WRITE:
    case ACCESS_WALK_UPDATE:
        return store;
    case ACCESS_READ:
    case ACCESS_WALK:
        break;
    }
    return load;
}

struct riscv_fault riscv_fault_of(const struct fault *fault, enum access_kind kind,
                                  enum actor_kind actor)
{
    struct riscv_fault riscv = {
        .cause = cause_by_kind(kind, RISCV_INSTRUCTION_ACCESS_FAULT, RISCV_LOAD_ACCESS_FAULT,
                               RISCV_STORE_ACCESS_FAULT),
        .hrmpsyn = (fault->error >> SYNDROME_BASE_BIT << SYNDROME_BASE_BIT) | fault->check,
    };

    if (fault->kind == FAULT_NESTED) {
        riscv.cause = cause_by_kind(kind, RISCV_INSTRUCTION_GUEST_PAGE_FAULT,
                                    RISCV_LOAD_GUEST_PAGE_FAULT, RISCV_STORE_GUEST_PAGE_FAULT);
        riscv.htval = fault->gpa.v >> HTVAL_SHIFT;
    } else if (fault->kind == FAULT_NOT_VALIDATED) {
        riscv.cause = RISCV_PAGE_NOT_VALIDATED;
        riscv.to_guest = true;
    } else if (fault->kind == FAULT_ADDRESS) {
        riscv.to_guest = actor == ACTOR_GUEST;
    }
    return riscv;
}
