/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/self_modifying.c — code that changes under the hart: on a page of its own,
 * beside data that is written after every call, and across the border of two pages. */
#include "guest.h"

static struct {
    uint32_t code[2];
    volatile uint64_t called;
} page __attribute__((aligned(4096)));
static uint32_t alone[1024] __attribute__((aligned(4096)));
static uint16_t across[4096] __attribute__((aligned(4096)));

/* "li a0, VALUE; ret" */
static void code_write(uint32_t *code, uint64_t value)
{
    code[0] = 0x513 | (uint32_t)value << 20;
    code[1] = 0x8067;
    __asm__ volatile("fence.i" : : : "memory");
}

/* The same, with an instruction that reaches over the border: its second
 * page is still data, and all translations are forgotten, when it is called. */
static uint64_t across_call(uint64_t value)
{
    uint16_t *code = &across[2047];
    uint32_t insn = 0x513 | (uint32_t)value << 20;

    code[0] = (uint16_t)insn;
    code[1] = (uint16_t)(insn >> 16);
    code[2] = 0x8082; /* c.jr ra */
    __asm__ volatile("fence.i\n\tsfence.vma" : : : "memory");
    return ((uint64_t(*)(void))code)();
}

int main(void)
{
    for (uint64_t value = 1; value <= 1000; value++) {
        uint64_t before = csr_read(CSR_minstret), after;

        code_write(alone, value);
        check(1, ((uint64_t(*)(void))alone)() == value);
        code_write(page.code, value);
        check(2, ((uint64_t(*)(void))page.code)() == value);
        page.called++;
        check(3, page.called == value);
        check(5, across_call(value) == value);
        after = csr_read(CSR_minstret);
        check(4, after - before < 120);
    }
    return 0;
}
