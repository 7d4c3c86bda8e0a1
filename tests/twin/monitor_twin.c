/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/twin/monitor_twin.c — the monitor under 20 000 pseudo-random traps and answers, in four
 * vCPUs; prints a digest of all that the host and the guests saw, every thousand steps. Compiled
 * twice, natively and for rv64: the two must print the same. No libc: start.h is all there is.
 * Read ../unit/monitor_digest.h first. */
#include "../unit/monitor_digest.h"
#include "base/bytes.h"
#include "monitor/hs_frame.h"
#include "monitor/nacl_page.h"
#include "start.h"

enum { STEPS = 20000, STEPS_PER_LINE = 1000, VCPUS = 4 };
enum { RAM_PAGE = 0x80000, SHARED_PAGE = 0x90000, MMIO_PAGE = 0x10000, ROM_PAGE = 1 };

/* A machine that follows from one number: code and data are what the generator says next. */
struct machine {
    struct platform base;
    uint64_t random;
    uint64_t fences;
    uint64_t code_pc;
    uint32_t code;
};

struct twin {
    struct machine machine;
    struct monitor mon;
    struct guest_state live;
    struct trap trap;
    struct exit_outcome out;
    struct resume_outcome resumed;
    struct host_answer answer;
    struct hs_frame frame;
    struct nacl_page page;
    struct nacl_trap page_trap;
    uint64_t digest;
    uint64_t rows_met; /* bit i: row i */
};

static struct twin twin; /* too large for a stack */

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t random_next(struct machine *machine)
{
    uint64_t z = machine->random += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static uint64_t random_below(struct machine *machine, uint64_t bound)
{
    return random_next(machine) % bound;
}

static struct machine *machine_of(struct platform *platform)
{
    return (struct machine *)platform; /* handle to adapter: base is the first member */
}

static enum status machine_fetch(struct platform *platform, const struct guest_state *guest,
                                 gva_t where, uint16_t *half)
{
    struct machine *machine = machine_of(platform);

    (void)guest;
    if (random_below(machine, 32) == 0)
        return STATUS_FAULT;
    *half = (uint16_t)(machine->code >> (where.v == machine->code_pc ? 0 : 16));
    return STATUS_OK;
}

static enum status machine_read(struct platform *platform, const struct guest_state *guest,
                                gva_t where, uint64_t *value)
{
    struct machine *machine = machine_of(platform);

    (void)guest;
    if (random_below(machine, 4) == 0)
        return STATUS_FAULT;
    *value = random_next(machine) ^ where.v;
    return STATUS_OK;
}

static enum status machine_counter(struct platform *platform, uint16_t csr, uint64_t *value)
{
    if (random_below(machine_of(platform), 4) == 0)
        return STATUS_DENIED;
    *value = random_next(machine_of(platform)) + csr;
    return STATUS_OK;
}

static enum status machine_random(struct platform *platform, uint16_t *value)
{
    if (random_below(machine_of(platform), 4) == 0)
        return STATUS_DENIED;
    *value = (uint16_t)random_next(machine_of(platform));
    return STATUS_OK;
}

static enum status machine_fence(struct platform *platform, uint32_t fid, uint64_t hart_mask,
                                 uint64_t hart_base)
{
    machine_of(platform)->fences += fid + hart_mask * 3 + hart_base * 5;
    return random_below(machine_of(platform), 8) == 0 ? STATUS_IO : STATUS_OK;
}

static const struct platform_ops machine_ops = {machine_fetch, machine_read, machine_counter,
                                                machine_random, machine_fence};

static void twin_map(uint64_t page, uint64_t pages, enum region_kind kind)
{
    (void)monitor_set_region(&twin.mon,
                             (struct region){{page * PAGE_SIZE}, pages * PAGE_SIZE, kind});
}

static void twin_begin(void)
{
    (void)monitor_init(&twin.mon, &exposure_strict, &twin.machine.base, VCPUS);
    twin_map(ROM_PAGE, 2, REGION_ROM);
    twin_map(MMIO_PAGE, 16, REGION_MMIO);
    twin_map(RAM_PAGE, 4096, REGION_RAM);
    twin_map(SHARED_PAGE, 4, REGION_SHARED);
    for (uint32_t i = 0; i < VCPUS - 1; i++)
        (void)monitor_finalize(&twin.mon, i, random_next(&twin.machine) & ~(uint64_t)1, i);
}

/* One draw per statement everywhere: the order within an expression is the compiler's choice. */
static void word_change(uint64_t *word)
{
    *word = random_next(&twin.machine);
}

/* The guest ran on: some of its registers changed since the last entry. */
static void guest_runs(uint32_t vcpu)
{
    struct machine *machine = &twin.machine;

    twin.live = twin.mon.vcpu[vcpu].guest;
    for (unsigned i = 0; i < 8; i++)
        word_change(&twin.live.x[1 + random_below(machine, 31)]);
    word_change(&twin.live.csr[random_below(machine, GCSR_COUNT)]);
    twin.live.pc = random_next(machine) & ~(uint64_t)1;
    twin.live.mode = random_below(machine, 3) ? GUEST_VS : GUEST_VU;
    word_change(&twin.live.fp.f[random_below(machine, FPR_COUNT)]);
    twin.live.vec.v[random_below(machine, VECTOR_COUNT)][5] ^= 0x5a;
}

static void call_draw(void)
{
    struct machine *machine = &twin.machine;
    const struct sbi_call *call =
        &exposure_strict.call[random_below(machine, exposure_strict.call_count)];
    static const uint64_t pages[] = {RAM_PAGE, SHARED_PAGE, MMIO_PAGE, 0x20000};

    if (random_below(machine, 16) == 0)
        return; /* whatever is in the registers */
    twin.live.x[17] = random_next(machine) << 32 | (uint32_t)call->eid;
    twin.live.x[16] = random_next(machine) << 32 | (uint32_t)call->fid;
    twin.live.x[10] = random_below(machine, 8);
    if (random_below(machine, 2)) {
        twin.live.x[10] = pages[random_below(machine, 4)] * PAGE_SIZE;
        twin.live.x[10] += random_below(machine, 4) * PAGE_SIZE;
    }
    twin.live.x[11] =
        random_below(machine, 2) ? PAGE_SIZE : pages[random_below(machine, 4)] * PAGE_SIZE;
    twin.live.x[12] = random_below(machine, 4);
}

static void insn_draw(void)
{
    static const uint32_t opcodes[] = {0x03, 0x03, 0x23, 0x23, 0x07, 0x27, 0x2f, 0x0f, 0x73};
    static const uint32_t words[] = {0x10500073, 0x00d00073, 0x10200073, 0x015012f3,
                                     0xc01022f3, 0x0045a00f, 0x0025a00f};
    struct machine *machine = &twin.machine;
    uint32_t any = (uint32_t)random_next(machine);

    machine->code_pc = twin.live.pc;
    machine->code = (any & ~(uint32_t)0x7f) | opcodes[random_below(machine, 9)];
    if (random_below(machine, 4) == 0)
        machine->code = any; /* mostly a compressed one */
    else if (random_below(machine, 4) == 0)
        machine->code = words[random_below(machine, 7)];
}

static void trap_draw(void)
{
    static const uint64_t causes[] = {10, 10, 10, 20, 21, 21, 21, 23, 23, 23, 22, 22, 2, 3, 13, 19};
    static const uint64_t pages[] = {ROM_PAGE, MMIO_PAGE, MMIO_PAGE, RAM_PAGE, 0x20000};
    struct machine *machine = &twin.machine;
    uint64_t gpa = pages[random_below(machine, 5)] * PAGE_SIZE;
    uint64_t kind = random_below(machine, 32);

    gpa += random_below(machine, 512) * 8;
    gpa += random_below(machine, 4) ? 0 : random_below(machine, 8);
    twin.trap = (struct trap){.scause = causes[kind % 16], .htval = gpa >> 2};
    if (kind < 8)
        twin.trap.scause = SCAUSE_INTERRUPT | random_below(machine, 14);
    else if (random_below(machine, 256) == 0)
        twin.trap.scause = random_below(machine, 2) ? EXC_DOUBLE_TRAP : random_next(machine);
    twin.trap.stval = (random_next(machine) & ~(uint64_t)0xfff) | (gpa & 0xfff);
    if (twin.trap.scause == EXC_VIRTUAL_INST_FAULT)
        twin.trap.stval = random_below(machine, 2) ? machine->code : 0;
    if (random_below(machine, 8) == 0)
        twin.trap.htinst = random_below(machine, 2) ? HTINST_PSEUDO_READ : random_next(machine);
}

static void view_digest(const struct host_view *view)
{
    digest_words(&twin.digest, view->slot, ITEM_SLOT_COUNT);
    digest_fp_vector(&twin.digest, &view->fp, &view->vec);
    digest_word(&twin.digest, view->handle);
    digest_word(&twin.digest, view->start_token);
    digest_word(&twin.digest, view->served_insn);
}

static void encodings_digest(void)
{
    hs_frame_write(&twin.out.view, &twin.frame);
    nacl_page_write(&twin.out.view, &twin.page, &twin.page_trap);
    digest_words(&twin.digest, twin.frame.x, GPR_COUNT);
    digest_words(&twin.digest, twin.frame.csr, GCSR_COUNT);
    digest_word(&twin.digest, twin.frame.sepc);
    digest_word(&twin.digest, twin.frame.sstatus);
    digest_word(&twin.digest, twin.frame.hstatus);
    digest_word(&twin.digest, twin.frame.scause);
    digest_word(&twin.digest, twin.frame.stval);
    digest_word(&twin.digest, twin.frame.htval);
    digest_word(&twin.digest, twin.frame.htinst);
    digest_fp_vector(&twin.digest, &twin.frame.fp, &twin.frame.vec);
    digest_words(&twin.digest, twin.page.scratch, NACL_SCRATCH_WORDS);
    digest_words(&twin.digest, twin.page.csr, NACL_CSR_COUNT);
    digest_word(&twin.digest, twin.page_trap.scause);
    digest_word(&twin.digest, twin.page_trap.stval);
}

static void step_exit(uint32_t vcpu)
{
    enum status st;

    guest_runs(vcpu);
    insn_draw();
    trap_draw();
    if (twin.trap.scause == EXC_SUPERVISOR_SYSCALL)
        call_draw();
    st = monitor_exit(&twin.mon, vcpu, &twin.live, &twin.trap, &twin.out);
    digest_word(&twin.digest, st);
    if (st != STATUS_OK)
        return;
    digest_word(&twin.digest, (uint64_t)twin.out.row << 8 | twin.out.route);
    twin.rows_met |= (uint64_t)1 << twin.out.row;
    view_digest(&twin.out.view);
    if (twin.out.route == ROUTE_HOST)
        encodings_digest();
}

/* The host answers through the frame, or through the page; one in eight answers is wrong. */
static void step_resume(uint32_t vcpu)
{
    struct machine *machine = &twin.machine;
    const struct vcpu *self = &twin.mon.vcpu[vcpu];
    enum status st = STATUS_OK;

    for (unsigned i = 0; i < GPR_COUNT; i++)
        twin.frame.x[i] = twin.page.scratch[i] = random_next(machine);
    for (unsigned i = 0; i < GCSR_COUNT; i++)
        twin.frame.csr[i] = random_next(machine);
    twin.page.csr[nacl_csr_slot(0x645)] = random_next(machine);
    if (random_below(machine, 2))
        twin.frame.x[10] = twin.page.scratch[10] = 0;
    twin.frame.sepc = (self->handle ? self->handle : self->start_token) +
                      (self->handle ? random_below(machine, 3) * 4 : 0);
    if (random_below(machine, 8) == 0)
        twin.frame.sepc += 16;
    if (random_below(machine, 3))
        st = hs_frame_read(&twin.frame, &twin.answer);
    else
        nacl_page_read(&twin.mon, vcpu, &twin.page, &twin.answer);
    if (st == STATUS_OK)
        st = monitor_resume(&twin.mon, vcpu, &twin.answer, &twin.resumed);
    digest_word(&twin.digest, st);
    digest_word(&twin.digest, (uint64_t)twin.resumed.refusal << 40 |
                                  (uint64_t)twin.resumed.row << 32 | twin.resumed.accepted);
}

/* Does what the vCPU's life allows. When none is left that could run, a new VM begins. */
static void step(void)
{
    uint32_t vcpu = (uint32_t)random_below(&twin.machine, VCPUS);
    uint32_t alive = 0;

    if (twin.mon.vcpu[vcpu].life == VCPU_RUNNING)
        step_exit(vcpu);
    else
        step_resume(vcpu);
    digest_guest(&twin.digest, &twin.mon.vcpu[vcpu].guest);
    for (uint32_t i = 0; i < VCPUS; i++)
        alive += twin.mon.vcpu[i].life == VCPU_RUNNING || twin.mon.vcpu[i].life == VCPU_EXITED;
    if (alive < 2)
        twin_begin();
}

static bool line_write(uint64_t steps)
{
    static const char digits[] = "0123456789abcdef";
    char line[] = "00000 0000000000000000\n";

    for (unsigned i = 0; i < 5; i++, steps /= 10)
        line[4 - i] = digits[steps % 10];
    for (unsigned i = 0; i < 16; i++)
        line[6 + i] = digits[twin.digest >> (60 - 4 * i) & 15];
    return rv64_write(1, line, sizeof line - 1) == sizeof line - 1;
}

/* A twin that meets few rows compares little. LIFE.FIRST and what follows it in the table have no
 * trap, but for LIFE.STOP. */
static bool rows_are_met(void)
{
    uint64_t wanted = (((uint64_t)1 << ROW_LIFE_FIRST) - 1) | (uint64_t)1 << ROW_LIFE_STOP;

    return (twin.rows_met & wanted) == wanted;
}

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    twin.machine = (struct machine){.base = {&machine_ops}, .random = 0x5eed};
    twin.digest = DIGEST_START;
    twin_begin();
    for (uint64_t n = 1; n <= STEPS; n++) {
        step();
        if (check_all(&twin.mon) != STATUS_OK)
            return 2;
        if (n % STEPS_PER_LINE != 0)
            continue;
        digest_word(&twin.digest, monitor_digest(&twin.mon));
        digest_word(&twin.digest, twin.machine.fences);
        if (!line_write(n))
            return 1;
    }
    return rows_are_met() ? 0 : 3;
}
