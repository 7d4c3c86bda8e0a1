/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/twin/start.S — what a user-mode rv64 program needs instead of libc: entry, write, exit.
 * The kernel enters with argc and argv on the stack (RISC-V ELF psABI, "Process initialization"); calls follow the Linux
 * ABI: number in a7, 64 write, 93 exit. */
    .section .text.start, "ax"
    .globl _start
_start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    ld      a0, 0(sp)
    addi    a1, sp, 8
    andi    sp, sp, -16
    call    main
    li      a7, 93
    ecall

/* int64_t rv64_write(int fd, const void *bytes, size_t count): the kernel's result, negative errno on error. */
    .globl rv64_write
rv64_write:
    li      a7, 64
    ecall
    ret

/* int64_t rv64_read(int fd, void *bytes, size_t count): as above; 0 at the end of the file. */
    .globl rv64_read
rv64_read:
    li      a7, 63
    ecall
    ret

    .section .note.GNU-stack, "", @progbits
