/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/cause.c — names of trap causes; declared in trace.h. Source: Linux
 * tools/perf/arch/riscv/util/riscv_trap_types.h. Causes 16, 18 and 19 have no name there; theirs
 * follow the same pattern (riscv-isa-manual, scause encodings). */
#include "trace/trace.h"

#include <string.h>

enum { CODE_COUNT = 24 };

struct cause_text {
    const char *text; /* NULL: a cause without a name */
    size_t size_bytes;
};

#define CAUSE_TEXT(name) .text = name, .size_bytes = sizeof name - 1

static const struct cause_text exception_name[CODE_COUNT] = {
    [EXC_INST_MISALIGNED] = {CAUSE_TEXT("EXC_INST_MISALIGNED")},
    [EXC_INST_ACCESS] = {CAUSE_TEXT("EXC_INST_ACCESS")},
    [EXC_INST_ILLEGAL] = {CAUSE_TEXT("EXC_INST_ILLEGAL")},
    [EXC_BREAKPOINT] = {CAUSE_TEXT("EXC_BREAKPOINT")},
    [EXC_LOAD_MISALIGNED] = {CAUSE_TEXT("EXC_LOAD_MISALIGNED")},
    [EXC_LOAD_ACCESS] = {CAUSE_TEXT("EXC_LOAD_ACCESS")},
    [EXC_STORE_MISALIGNED] = {CAUSE_TEXT("EXC_STORE_MISALIGNED")},
    [EXC_STORE_ACCESS] = {CAUSE_TEXT("EXC_STORE_ACCESS")},
    [EXC_SYSCALL] = {CAUSE_TEXT("EXC_SYSCALL")},
    [EXC_HYPERVISOR_SYSCALL] = {CAUSE_TEXT("EXC_HYPERVISOR_SYSCALL")},
    [EXC_SUPERVISOR_SYSCALL] = {CAUSE_TEXT("EXC_SUPERVISOR_SYSCALL")},
    [EXC_INST_PAGE_FAULT] = {CAUSE_TEXT("EXC_INST_PAGE_FAULT")},
    [EXC_LOAD_PAGE_FAULT] = {CAUSE_TEXT("EXC_LOAD_PAGE_FAULT")},
    [EXC_STORE_PAGE_FAULT] = {CAUSE_TEXT("EXC_STORE_PAGE_FAULT")},
    [EXC_DOUBLE_TRAP] = {CAUSE_TEXT("EXC_DOUBLE_TRAP")},
    [EXC_SOFTWARE_CHECK] = {CAUSE_TEXT("EXC_SOFTWARE_CHECK")},
    [EXC_HARDWARE_ERROR] = {CAUSE_TEXT("EXC_HARDWARE_ERROR")},
    [EXC_INST_GUEST_PAGE_FAULT] = {CAUSE_TEXT("EXC_INST_GUEST_PAGE_FAULT")},
    [EXC_LOAD_GUEST_PAGE_FAULT] = {CAUSE_TEXT("EXC_LOAD_GUEST_PAGE_FAULT")},
    [EXC_VIRTUAL_INST_FAULT] = {CAUSE_TEXT("EXC_VIRTUAL_INST_FAULT")},
    [EXC_STORE_GUEST_PAGE_FAULT] = {CAUSE_TEXT("EXC_STORE_GUEST_PAGE_FAULT")},
};

static const struct cause_text interrupt_name[CODE_COUNT] = {
    [1] = {CAUSE_TEXT("IRQ_S_SOFT")},   [2] = {CAUSE_TEXT("IRQ_VS_SOFT")},
    [3] = {CAUSE_TEXT("IRQ_M_SOFT")},   [5] = {CAUSE_TEXT("IRQ_S_TIMER")},
    [6] = {CAUSE_TEXT("IRQ_VS_TIMER")}, [7] = {CAUSE_TEXT("IRQ_M_TIMER")},
    [9] = {CAUSE_TEXT("IRQ_S_EXT")},    [10] = {CAUSE_TEXT("IRQ_VS_EXT")},
    [11] = {CAUSE_TEXT("IRQ_M_EXT")},   [12] = {CAUSE_TEXT("IRQ_S_GEXT")},
    [13] = {CAUSE_TEXT("IRQ_PMU_OVF")},
};

const char *cause_name(uint64_t scause)
{
    uint64_t code = scause & ~SCAUSE_INTERRUPT;

    if (code >= CODE_COUNT)
        return NULL;
    return scause & SCAUSE_INTERRUPT ? interrupt_name[code].text : exception_name[code].text;
}

static bool text_find(const struct cause_text *names, const char *text, size_t size_bytes,
                      uint64_t *code)
{
    for (uint64_t i = 0; i < CODE_COUNT; i++) {
        if (names[i].size_bytes == size_bytes && memcmp(names[i].text, text, size_bytes) == 0) {
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
        return text_find(exception_name, text, size_bytes, scause);
    if (memcmp(text, "IRQ_", PREFIX_BYTES) != 0 ||
        !text_find(interrupt_name, text, size_bytes, scause))
        return false;
    *scause |= SCAUSE_INTERRUPT;
    return true;
}

bool cause_by_name(const char *name, uint64_t *scause)
{
    return cause_by_text(name, strlen(name), scause);
}
