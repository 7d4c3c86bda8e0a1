/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/guest_bench.h — how fast a hart runs: programs of tests/guests on the smallest
 * machine that they need, and the same images under QEMU. Times are CPU seconds. */
#ifndef CVMLAB_SIM_MACHINE_GUEST_BENCH_H
#define CVMLAB_SIM_MACHINE_GUEST_BENCH_H

#include "base/diagnostic.h"
#include "base/types.h"

/* What runs. All but the first are kinds of tests/guests/exits.S. */
enum guest_program {
    GUEST_MIXED,      /* a round: about 90 000 instructions of M-mode */
    GUEST_EXIT_ECALL, /* a round: VS -> HS -> VS by ECALL, with all registers saved and restored */
    GUEST_EXIT_FAULT, /* the same by a guest-page fault, whose load HS carries out */
    GUEST_MMIO,       /* a round: a load from a device */
    GUEST_PROGRAM_COUNT
};

struct guest_result {
    double seconds;        /* from the first to the last instruction */
    double open_seconds;   /* before that: machine, hart, engine, image */
    uint64_t instructions; /* retired: the same on every run */
};

/* Runs a program for so many rounds. STATUS_IO: no memory, or the engine failed; STATUS_BAD_STATE:
 * the program did not end as it must, or not with the result expected (0: any). */
enum status guest_bench_run(enum guest_program program, uint64_t rounds, uint64_t expected,
                            struct guest_result *result, struct diagnostic *diag);

enum { GUEST_QEMU_VERSION_BYTES = 32 };

/* The version of qemu-system-riscv64, "7.2.22". False: there is none that can be started. */
bool guest_bench_qemu_find(char version[GUEST_QEMU_VERSION_BYTES]);

/* Runs the program under QEMU (machine virt, TCG), start and end of QEMU included. STATUS_IO: it
 * cannot be started, there is no room for the image, or it did not end well within two minutes. */
enum status guest_bench_qemu(enum guest_program program, uint64_t rounds, double *seconds,
                             struct diagnostic *diag);

/* The image with its numbers in it, to be freed by the caller. NULL: no memory. */
uint8_t *guest_image(enum guest_program program, uint64_t rounds, uint64_t expected, size_t *size);

#endif
