/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/guest_bench.c — see guest_bench.h. */
#include "machine/guest_bench.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hart/hart_run.h"
#include "machine/builtin.h"

enum {
    RAM_BYTES = 16 << 20,
    PARAMETERS_OFFSET = 8, /* of the image: rounds, then kind or expected result */
    TICK_INSTRUCTIONS = 10,
    TEST_PASS = 0x5555
};

/* As QEMU's virt has them. */
#define RAM_FIRST   UINT64_C(0x80000000)
#define TEST_DEVICE UINT64_C(0x100000)
#define CLINT_MTIME UINT64_C(0x200bff8)

struct bench_machine {
    struct memory *memory;
    struct hart_run *run;
    uint64_t verdict; /* what the program wrote to the test device */
};

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static uint64_t time_now(void *context)
{
    const struct bench_machine *machine = context;

    return hart_run_clock(machine->run)->instret / TICK_INSTRUCTIONS;
}

static uint64_t time_instret_at(void *context, uint64_t mtime)
{
    (void)context;
    return mtime > UINT64_MAX / TICK_INSTRUCTIONS ? UINT64_MAX : mtime * TICK_INSTRUCTIONS;
}

static bool bus_read(void *context, spa_t where, unsigned size_bytes, uint64_t *value)
{
    if (where.v != CLINT_MTIME || size_bytes != sizeof *value)
        return false;
    *value = time_now(context);
    return true;
}

static bool bus_write(void *context, spa_t where, unsigned size_bytes, uint64_t value)
{
    struct bench_machine *machine = context;

    (void)size_bytes;
    if (where.v != TEST_DEVICE)
        return false;
    machine->verdict = value;
    hart_run_stop(machine->run);
    return true;
}

uint8_t *guest_image(enum guest_program program, uint64_t rounds, uint64_t expected, size_t *size)
{
    const struct builtin_file *file =
        builtin_find(builtin_guests, program == GUEST_MIXED ? "mixed.bin" : "exits.bin");
    uint64_t parameters[2] = {rounds, expected};
    uint8_t *image = file ? malloc(file->size) : NULL;

    if (!image)
        return NULL;
    if (program != GUEST_MIXED)
        parameters[1] = (uint64_t)(program - GUEST_EXIT_ECALL);
    memcpy(image, file->data, file->size);
    memcpy(image + PARAMETERS_OFFSET, parameters, sizeof parameters);
    *size = file->size;
    return image;
}

static enum status machine_open(struct bench_machine *machine, struct diagnostic *diag)
{
    struct memory_config memory = {.mode = MEMORY_NONE,
                                   .c_bit = 51,
                                   .page_count = (RAM_FIRST + RAM_BYTES) >> PAGE_SHIFT,
                                   .asid_max = 1};
    struct hart_run_config config = {0};

    if (memory_create(&memory, &machine->memory) != STATUS_OK)
        return diagnostic_set(diag, STATUS_IO, "bench hart", 0, 0, "out of memory");
    config.hart = (struct hart_config){.features = {.h = true, .levels_max = 3, .pmp_count = 16},
                                       .memory = machine->memory,
                                       .ram_first = {RAM_FIRST},
                                       .bus = {machine, bus_read, bus_write},
                                       .time = {machine, time_now, time_instret_at}};
    return hart_run_create(&config, &machine->run, diag);
}

static enum status image_load(struct bench_machine *machine, enum guest_program program,
                              uint64_t rounds, uint64_t expected, struct diagnostic *diag)
{
    const struct access access = {.kind = ACCESS_WRITE, .spa = {RAM_FIRST}};
    struct fault fault;
    size_t size;
    uint8_t *image = guest_image(program, rounds, expected, &size);

    if (!image || !memory_write(machine->memory, &access, image, size, &fault)) {
        free(image);
        return diagnostic_set(diag, STATUS_IO, "bench hart", 0, 0, "out of memory");
    }
    free(image);
    hart_run_pc_set(machine->run, RAM_FIRST);
    return STATUS_OK;
}

static enum status machine_run(struct bench_machine *machine, struct guest_result *result,
                               struct diagnostic *diag)
{
    double begin = cpu_seconds();
    enum hart_run_end end;
    enum status st = hart_run(machine->run, UINT64_MAX, &end, diag);

    result->seconds = cpu_seconds() - begin;
    result->instructions = hart_run_clock(machine->run)->instret;
    if (st == STATUS_OK && (end != HART_RUN_STOPPED || machine->verdict != TEST_PASS))
        return diagnostic_set(diag, STATUS_BAD_STATE, "bench hart", 0, 0,
                              "the program ended with %#llx; expected %#x",
                              (unsigned long long)machine->verdict, TEST_PASS);
    return st;
}

enum status guest_bench_run(enum guest_program program, uint64_t rounds, uint64_t expected,
                            struct guest_result *result, struct diagnostic *diag)
{
    struct bench_machine machine = {0};
    double begin = cpu_seconds();
    enum status st = machine_open(&machine, diag);

    if (st == STATUS_OK)
        st = image_load(&machine, program, rounds, expected, diag);
    result->open_seconds = cpu_seconds() - begin;
    if (st == STATUS_OK)
        st = machine_run(&machine, result, diag);
    hart_run_destroy(machine.run);
    memory_destroy(machine.memory);
    return st;
}
