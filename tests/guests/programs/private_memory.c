/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/private_memory.c — a guest behind two stages whose memory is encrypted: the
 * host reads ciphertext, its stores fault, and what it takes away, moves or never gave is refused
 * to the guest (docs/MEMORY.md; APM vol. 2, 15.36). M-mode is the firmware that changes the RMP.
 * The guest's code and page tables are its own pages: fetches and walks are always private. */
#include "paging.h"

#define RMP    0x3000000UL
#define SHARED BIT(51) /* the C-bit position; set: the shared alias (vTOM) */
#define SECRET 0x6f6d2073692065UL

enum { UPDATE = 1, VALIDATE = 2, KEY_INSTALL = 4, LAUNCH = 6, ASSIGNED = 1 << 16, VMID = 3 };
enum { PAGE_NOT_VALIDATED = 24, CHECK_HYPERVISOR_OWNED = 1, CSR_hrmpsyn = 0x6c0 };
enum { CODE, TABLES, SECRET_PAGE = TABLES + 3, SHARED_PAGE, PAGES };

/* The guest's code: at 0 its handler, then functions that end with an ecall. */
__asm__(".text\n.balign 4096\nguest_code:\n"
        "ecall\n.balign 16\n"
        "guest_load: ld a0, (a0)\necall\n.balign 16\n"
        "guest_store: li t0, 0x6f6d2073692065\nsd t0, (a0)\nld a0, (a0)\necall\n.balign 4096\n");
extern char guest_code[], guest_load[], guest_store[];

static char *page;
static struct space second;

static uint64_t rmp(uint64_t command, unsigned number, uint64_t owner)
{
    uint64_t at = (uint64_t)page + number * PAGE_BYTES;

    write64(RMP + 0x00, at);
    write64(RMP + 0x08, at);
    write64(RMP + 0x10, owner);
    write64(RMP + 0x18, command);
    return read64(RMP + 0x20);
}

static uint64_t address(unsigned number)
{
    return (uint64_t)page + number * PAGE_BYTES;
}

/* Runs one of its functions in VS, at its place in the guest's page. */
static const struct seen *guest_run(const char *function, uint64_t argument)
{
    return run_in(VS, (uint64_t(*)(uint64_t))(address(CODE) + (uint64_t)(function - guest_code)),
                  argument);
}

static int guest_is_done(const struct seen *seen, uint64_t value)
{
    return is_trap(seen, ECALL_VS, VS) && seen->epc != address(CODE) && seen->a0 == value;
}

/* The VS-stage table: three pages that map the guest's own, the shared one by its alias. */
static void tables_fill(void)
{
    uint64_t *table = (uint64_t *)address(TABLES);

    table[(uint64_t)page >> 30 & 511] = address(TABLES + 1) >> 12 << 10 | PTE_V;
    table[512 + ((uint64_t)page >> 21 & 511)] = address(TABLES + 2) >> 12 << 10 | PTE_V;
    for (unsigned i = 0; i < PAGES; i++)
        table[1024 + (address(i) >> 12 & 511)] =
            (address(i) | (i == SHARED_PAGE ? SHARED : 0)) >> 12 << 10 | PTE_RWX;
}

static void guest_begin(void)
{
    page = pages_take(16 * PAGE_BYTES);
    for (unsigned i = 0; i < PAGE_BYTES; i++)
        page[i] = guest_code[i];
    tables_fill();
    second = space_make(SV39, 1);
    for (unsigned i = 0; i < PAGES; i++)
        space_map(&second, address(i), address(i), 0, PTE_RWX | PTE_U);
    check(1, rmp(KEY_INSTALL, 0, VMID) == 0);
    for (unsigned i = CODE; i < SECRET_PAGE; i++)
        check(2, rmp(LAUNCH, i, VMID) == 0);
    csr_write(CSR_vsatp, (uint64_t)SV39 << 60 | address(TABLES) >> 12);
    csr_write(CSR_hgatp, space_atp(&second) | (uint64_t)VMID << 44);
    csr_write(CSR_vstvec, address(CODE));
    fences();
}

static void pages_are_accepted_by_the_guest_alone(void)
{
    check(11, rmp(UPDATE, SECRET_PAGE, VMID | ASSIGNED) == 0);
    check(12, guest_run(guest_load, address(SECRET_PAGE))->epc == address(CODE));
    check(13, csr_read(CSR_vscause) == PAGE_NOT_VALIDATED);
    check(14, csr_read(CSR_vstval) == address(SECRET_PAGE));
    check(15, rmp(VALIDATE, SECRET_PAGE, VMID) == 0);
    check(16, rmp(VALIDATE, SECRET_PAGE, VMID) == BIT(8)); /* it was so already */
    check(17, guest_run(guest_load, address(SECRET_PAGE))->epc != address(CODE));
}

static uint64_t fault_cause, fault_syndrome;

static uint64_t skip(uint64_t cause, uint64_t epc, uint64_t tval)
{
    fault_cause = cause;
    fault_syndrome = csr_read(CSR_hrmpsyn);
    check(21, tval == address(SECRET_PAGE));
    return epc + 4;
}

static void host_store(uint64_t at)
{
    fault_cause = 0;
    trap_handler = skip;
    __asm__ volatile(".option push\n.option norvc\nsd zero, (%0)\n.option pop"
                     :
                     : "r"(at)
                     : "memory");
    trap_handler = 0;
}

static void the_host_reads_ciphertext_and_cannot_write(void)
{
    uint64_t seen;

    check(20, guest_is_done(guest_run(guest_store, address(SECRET_PAGE)), SECRET));
    seen = read64(address(SECRET_PAGE));
    check(22, seen != SECRET && seen == read64(address(SECRET_PAGE)));
    host_store(address(SECRET_PAGE));
    check(23, fault_cause == STORE_ACCESS);
    check(24, (fault_syndrome & 15) == CHECK_HYPERVISOR_OWNED && (fault_syndrome & BIT(31)));
    check(25, guest_is_done(guest_run(guest_load, address(SECRET_PAGE)), SECRET));
    check(26, read32(address(CODE)) != *(uint32_t *)guest_code); /* its code is hidden as well */
}

static void shared_pages_are_plain_for_both(void)
{
    write64(address(SHARED_PAGE), 0x1234);
    check(31, guest_is_done(guest_run(guest_load, address(SHARED_PAGE)), 0x1234));
    check(32, guest_is_done(guest_run(guest_store, address(SHARED_PAGE)), SECRET));
    check(33, read64(address(SHARED_PAGE)) == SECRET);
}

/* A guest-page fault at this address. */
static int is_refused(const struct seen *seen, uint64_t gpa)
{
    return is_trap(seen, LOAD_GUEST_PAGE, VS) && seen->tval2 == gpa >> 2;
}

static void what_the_host_moves_or_takes_is_refused(void)
{
    space_map(&second, address(SECRET_PAGE), address(CODE), 0, PTE_RWX | PTE_U);
    fences();
    check(41, is_refused(guest_run(guest_load, address(SECRET_PAGE)), address(SECRET_PAGE)));
    space_map(&second, address(SECRET_PAGE), address(SECRET_PAGE), 0, PTE_RWX | PTE_U);
    fences();
    check(42, guest_is_done(guest_run(guest_load, address(SECRET_PAGE)), SECRET));
    write64(RMP + 0x08, 0);
    write64(RMP + 0x00, address(SECRET_PAGE));
    write64(RMP + 0x10, 0);
    write64(RMP + 0x18, UPDATE); /* no fence: the hart hears of it by itself */
    check(43, read64(RMP + 0x20) == 0);
    check(44, is_refused(guest_run(guest_load, address(SECRET_PAGE)), address(SECRET_PAGE)));
    host_store(address(SECRET_PAGE));
    check(45, fault_cause == 0); /* it is the host's again */
}

int main(void)
{
    memory_open();
    guest_begin();
    pages_are_accepted_by_the_guest_alone();
    the_host_reads_ciphertext_and_cannot_write();
    shared_pages_are_plain_for_both();
    what_the_host_moves_or_takes_is_refused();
    return 0;
}
