/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/two_stages.c — a guest behind both stages: its own page faults, guest-page
 * faults with address and instruction, faults of walks, and HLV, HLVX and HSV (hypervisor.adoc,
 * "Two-Stage Address Translation", "Trap Entry", "Hypervisor Virtual-Machine Load and Store"). */
#include "paging.h"

#define GPA 0x50000000UL /* of the page of the tests, as the guest's physical address */
#define GVA 0x60000000UL /* and as its virtual one */

static struct space first, second;
static uint64_t *data;

PROBE(load_word, ".option push\n.option norvc\nlw a0, 4(a0)\n.option pop");
PROBE(store_double, ".option push\n.option norvc\nsd x0, 16(a0)\n.option pop");
PROBE(swap, "amoswap.d.aq x11, x12, (a0)");
PROBE(reserve, "lr.w x11, (a0)");
PROBE(hlv_d, ".insn r 0x73, 4, 0x36, a0, a0, x0");
PROBE(hlvx_wu, ".insn r 0x73, 4, 0x34, a0, a0, x3");
PROBE(hsv_d, ".insn r 0x73, 4, 0x37, x0, a0, a0");

static uint64_t load_short_at(uint64_t at)
{
    register uint64_t s1 __asm__("s1") = at;
    register uint64_t s0 __asm__("s0");

    __asm__ volatile("c.ld %0, 8(%1)" : "=r"(s0) : "r"(s1) : "memory");
    return s0;
}

static void map(uint64_t first_flags, uint64_t second_flags)
{
    space_map(&first, GVA, GPA, 0, first_flags);
    space_map(&second, GPA, (uint64_t)data, 0, second_flags);
    fences();
}

/* A guest-page fault at this guest-physical address; is_gva as well. */
static int is_guest_fault(const struct seen *seen, uint64_t cause, uint64_t gva, uint64_t gpa)
{
    return is_trap(seen, cause, VS) && seen->tval == gva && seen->tval2 == gpa >> 2 &&
           (seen->mstatus & MSTATUS_GVA);
}

static void faults_of_each_stage(void)
{
    const struct seen *seen;

    map(PTE_RWX, PTE_RWX | PTE_U);
    data[0] = 0x1122334455667788;
    check(1, run_in(VS, load_at, GVA)->a0 == 0x1122334455667788);
    map(0, PTE_RWX | PTE_U);
    seen = run_in(VS, load_at, GVA);
    check(2, is_trap(seen, LOAD_PAGE, VS) && seen->tval == GVA && seen->tval2 == 0);
    check(3, seen->mstatus & MSTATUS_GVA);
    map(PTE_RWX, 0);
    check(4, is_guest_fault(run_in(VS, load_at, GVA + 8), LOAD_GUEST_PAGE, GVA + 8, GPA + 8));
    check(5, is_guest_fault(run_in(VS, store_at, GVA), STORE_GUEST_PAGE, GVA, GPA));
    check(6, is_guest_fault(run_in(VS, jump_to, GVA), FETCH_GUEST_PAGE, GVA, GPA));
    map(PTE_RWX, PTE_RWX); /* without U: no guest may use it */
    check(7, is_guest_fault(run_in(VS, load_at, GVA), LOAD_GUEST_PAGE, GVA, GPA));
    map(PTE_RWX, PTE_V | PTE_R | PTE_U | PTE_A);
    check(8, is_done(run_in(VS, load_at, GVA), VS));
    check(9, is_guest_fault(run_in(VS, store_at, GVA), STORE_GUEST_PAGE, GVA, GPA));
}

static void transformed_instructions(void)
{
    const struct seen *seen;

    map(PTE_RWX, 0);
    seen = run_in(VS, load_word, GVA);
    check(11, is_guest_fault(seen, LOAD_GUEST_PAGE, GVA + 4, GPA + 4));
    check(12, seen->tinst == 0x00002503); /* lw a0, 0(x0): offset and rs1 cleared */
    seen = run_in(VS, load_short_at, GVA);
    check(13, is_guest_fault(seen, LOAD_GUEST_PAGE, GVA + 8, GPA + 8));
    check(14, seen->tinst == 0x00003401); /* ld s0, 0(x0), bit 1 clear: it was 2 bytes long */
    seen = run_in(VS, store_double, GVA);
    check(15, is_guest_fault(seen, STORE_GUEST_PAGE, GVA + 16, GPA + 16));
    check(16, seen->tinst == 0x00003023);
    seen = run_in(VS, swap, GVA);
    check(17, is_guest_fault(seen, STORE_GUEST_PAGE, GVA, GPA));
    check(18, seen->tinst == 0x0cc035af); /* amoswap.d.aq a1, a2, (x0) */
    seen = run_in(VS, reserve, GVA);
    check(19, is_guest_fault(seen, LOAD_GUEST_PAGE, GVA, GPA) && seen->tinst == 0x100025af);
}

/* The guest's page table itself lies where the G-stage maps nothing. */
static void faults_of_walks(void)
{
    const struct seen *seen;
    struct space hidden = space_make(SV39, 0);
    uint64_t before = csr_read(CSR_vsatp);

    *space_entry(&second, 0x70000000UL, 0) = 0;
    csr_write(CSR_vsatp, (uint64_t)SV39 << 60 | 0x70000000UL >> 12);
    fences();
    seen = run_in(VS, load_at, GVA);
    (void)hidden;
    check(21, seen->cause == FETCH_GUEST_PAGE); /* the first fetch walks already */
    check(22, seen->tval2 == (0x70000000UL + 8 * ((uint64_t)load_at >> 30 & 511)) >> 2);
    check(23, seen->tinst == 0x00003000); /* a read of a 64-bit entry */
    csr_write(CSR_vsatp, before);
    fences();
}

static void to_the_hypervisor(void)
{
    const struct seen *seen;

    csr_write(CSR_medeleg, BIT(LOAD_GUEST_PAGE));
    csr_write(CSR_stvec, (uint64_t)modes_handler);
    map(PTE_RWX, 0);
    seen = run_in(VS, load_word, GVA);
    check(31, is_handled_by(seen, HS) && csr_read(CSR_scause) == LOAD_GUEST_PAGE);
    check(32, csr_read(CSR_stval) == GVA + 4 && csr_read(CSR_htval) == (GPA + 4) >> 2);
    check(33, csr_read(CSR_htinst) == 0x00002503);
    check(34, (csr_read(CSR_hstatus) & (HSTATUS_SPV | HSTATUS_SPVP | BIT(6))) ==
                  (HSTATUS_SPV | HSTATUS_SPVP | BIT(6)));
    csr_write(CSR_medeleg, 0);
}

static void loads_as_the_guest(void)
{
    const struct seen *seen;

    map(PTE_RWX, PTE_RWX | PTE_U);
    data[0] = 0x0102030405060708;
    csr_set(CSR_hstatus, HSTATUS_SPVP);
    check(41, run_in(HS, hlv_d, GVA)->a0 == 0x0102030405060708);
    check(42, is_done(run_in(HS, hsv_d, GVA + 8), HS) && data[1] == GVA + 8);
    csr_clear(CSR_hstatus, HSTATUS_SPVP); /* as VU: the page is not a user's */
    seen = run_in(HS, hlv_d, GVA);
    check(43, is_trap(seen, LOAD_PAGE, HS) && seen->tval == GVA && (seen->mstatus & MSTATUS_GVA));
    map(PTE_RWX | PTE_U, PTE_RWX | PTE_U);
    check(44, is_done(run_in(HS, hlv_d, GVA), HS));
    csr_set(CSR_hstatus, HSTATUS_SPVP);
    map(PTE_V | PTE_X | PTE_A, PTE_V | PTE_X | PTE_U | PTE_A);
    check(45, run_in(HS, hlvx_wu, GVA)->a0 == 0x05060708);
    check(46, is_trap(run_in(HS, hlv_d, GVA), LOAD_PAGE, HS));
    map(PTE_RWX, 0);
    seen = run_in(HS, hlv_d, GVA);
    check(47, is_trap(seen, LOAD_GUEST_PAGE, HS) && seen->tval2 == GPA >> 2);
}

int main(void)
{
    memory_open();
    data = pages_take(PAGE_BYTES);
    for (unsigned mode = SV39; mode <= SV57; mode++) {
        first = space_make(mode, 0);
        second = space_make(mode, 1);
        *space_entry(&first, 0x80000000UL, 2) = 0x80000000UL >> 12 << 10 | PTE_RWX;
        *space_entry(&second, 0x80000000UL, 2) = 0x80000000UL >> 12 << 10 | PTE_RWX | PTE_U;
        csr_write(CSR_vsatp, space_atp(&first));
        csr_write(CSR_hgatp, space_atp(&second));
        check(50, csr_read(CSR_hgatp) == space_atp(&second) &&
                      csr_read(CSR_vsatp) == space_atp(&first));
        fences();
        faults_of_each_stage();
        transformed_instructions();
        faults_of_walks();
        to_the_hypervisor();
        loads_as_the_guest();
    }
    return 0;
}
