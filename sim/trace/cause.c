/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/cause.c — names of trap causes; declared in trace.h, and for text that is no C string
 * in cause.h. Source: Linux tools/perf/arch/riscv/util/riscv_trap_types.h. Causes 16, 18 and 19
 * have no name there; theirs follow the same pattern (riscv-isa-manual, scause encodings). */
#include "trace/cause.h"

#include <string.h>

#include "trace/trace.h"

enum { CODE_COUNT = 24 };

static const char *const exception_name[CODE_COUNT] = {
    [EXC_INST_MISALIGNED] = "EXC_INST_MISALIGNED",
    [EXC_INST_ACCESS] = "EXC_INST_ACCESS",
    [EXC_INST_ILLEGAL] = "EXC_INST_ILLEGAL",
    [EXC_BREAKPOINT] = "EXC_BREAKPOINT",
    [EXC_LOAD_MISALIGNED] = "EXC_LOAD_MISALIGNED",
    [EXC_LOAD_ACCESS] = "EXC_LOAD_ACCESS",
    [EXC_STORE_MISALIGNED] = "EXC_STORE_MISALIGNED",
    [EXC_STORE_ACCESS] = "EXC_STORE_ACCESS",
    [EXC_SYSCALL] = "EXC_SYSCALL",
    [EXC_HYPERVISOR_SYSCALL] = "EXC_HYPERVISOR_SYSCALL",
    [EXC_SUPERVISOR_SYSCALL] = "EXC_SUPERVISOR_SYSCALL",
    [EXC_INST_PAGE_FAULT] = "EXC_INST_PAGE_FAULT",
    [EXC_LOAD_PAGE_FAULT] = "EXC_LOAD_PAGE_FAULT",
    [EXC_STORE_PAGE_FAULT] = "EXC_STORE_PAGE_FAULT",
    [EXC_DOUBLE_TRAP] = "EXC_DOUBLE_TRAP",
    [EXC_SOFTWARE_CHECK] = "EXC_SOFTWARE_CHECK",
    [EXC_HARDWARE_ERROR] = "EXC_HARDWARE_ERROR",
    [EXC_INST_GUEST_PAGE_FAULT] = "EXC_INST_GUEST_PAGE_FAULT",
    [EXC_LOAD_GUEST_PAGE_FAULT] = "EXC_LOAD_GUEST_PAGE_FAULT",
    [EXC_VIRTUAL_INST_FAULT] = "EXC_VIRTUAL_INST_FAULT",
    [EXC_STORE_GUEST_PAGE_FAULT] = "EXC_STORE_GUEST_PAGE_FAULT",
};

static const char *const interrupt_name[CODE_COUNT] = {
    [1] = "IRQ_S_SOFT",   [2] = "IRQ_VS_SOFT", [3] = "IRQ_M_SOFT",   [5] = "IRQ_S_TIMER",
    [6] = "IRQ_VS_TIMER", [7] = "IRQ_M_TIMER", [9] = "IRQ_S_EXT",    [10] = "IRQ_VS_EXT",
    [11] = "IRQ_M_EXT",   [12] = "IRQ_S_GEXT", [13] = "IRQ_PMU_OVF",
};

const char *cause_name(uint64_t scause)
{
    uint64_t code = scause & ~SCAUSE_INTERRUPT;

    if (code >= CODE_COUNT)
        return NULL;
    return scause & SCAUSE_INTERRUPT ? interrupt_name[code] : exception_name[code];
}

static bool name_find(const char *const *names, const char *name, size_t size_bytes, uint64_t *code)
{
    for (uint64_t i = 0; i < CODE_COUNT; i++) {
        if (names[i] && strncmp(names[i], name, size_bytes) == 0 && names[i][size_bytes] == '\0') {
            *code = i;
            return true;
        }
    }
    return false;
}

bool cause_by_text(const char *text, size_t size_bytes, uint64_t *scause)
{
    enum { PREFIX_BYTES = 4 }; /* "EXC_" and "IRQ_" */

    if (size_bytes <= PREFIX_BYTES)
        return false;
    if (memcmp(text, "EXC_", PREFIX_BYTES) == 0)
        return name_find(exception_name, text, size_bytes, scause);
    if (memcmp(text, "IRQ_", PREFIX_BYTES) != 0 ||
        !name_find(interrupt_name, text, size_bytes, scause))
        return false;
    *scause |= SCAUSE_INTERRUPT;
    return true;
}

bool cause_by_name(const char *name, uint64_t *scause)
{
    return cause_by_text(name, strlen(name), scause);
}
