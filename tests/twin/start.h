/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/twin/start.h — what a rv64 program under qemu-riscv64 has instead of libc (start.S). Built
 * by add_rv64_program of tools/cmake/Rv64.cmake, which links the monitor's rv64 objects and its
 * byte functions. */
#ifndef CVMLAB_TESTS_TWIN_START_H
#define CVMLAB_TESTS_TWIN_START_H

#include "base/types.h"

/* Written by the program; its result is the exit code. */
int main(int argc, char **argv);

/* Linux write(2) and read(2): bytes transferred, 0 at the end of a file, or a negative errno. May
 * transfer fewer than asked. */
int64_t rv64_write(int fd, const void *bytes, size_t count);
int64_t rv64_read(int fd, void *bytes, size_t count);

#endif
