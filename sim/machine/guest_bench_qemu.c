/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/guest_bench_qemu.c — the benchmark's programs under QEMU. Read guest_bench.h first.
 */
#include "machine/guest_bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS_MAX = 120, LINE_BYTES = 128, PATH_BYTES = 512 };

bool guest_bench_qemu_find(char version[GUEST_QEMU_VERSION_BYTES])
{
    static const char before[] = "version ";
    FILE *answer = popen("exec qemu-system-riscv64 --version 2>/dev/null", "r");
    char line[LINE_BYTES] = "", *found;

    if (!answer)
        return false;
    if (!fgets(line, sizeof line, answer))
        line[0] = '\0';
    pclose(answer);
    found = strstr(line, before);
    if (!found)
        return false;
    found += strlen(before);
    found[strcspn(found, " \n")] = '\0';
    snprintf(version, GUEST_QEMU_VERSION_BYTES, "%.*s", GUEST_QEMU_VERSION_BYTES - 1, found);
    return true;
}

/* Writes the image to a new file, whose name is put into path. */
static bool image_write(const uint8_t *image, size_t size, char path[PATH_BYTES])
{
    const char *folder = getenv("TMPDIR");
    bool is_written;
    int file;

    snprintf(path, PATH_BYTES, "%s/cvmlab-guest-XXXXXX", folder && folder[0] ? folder : "/tmp");
    file = mkstemp(path);
    if (file < 0)
        return false;
    is_written = write(file, image, size) == (ssize_t)size;
    if (close(file) != 0 || !is_written) {
        unlink(path);
        return false;
    }
    return true;
}

/* In the child. */
static void qemu_exec(const char *path)
{
    const struct rlimit limit = {SECONDS_MAX, SECONDS_MAX};
    int null = open("/dev/null", O_RDWR);

    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
    }
    setrlimit(RLIMIT_CPU, &limit);
    execlp("qemu-system-riscv64", "qemu-system-riscv64", "-M", "virt", "-cpu", "rv64,h=true", "-m",
           "64", "-bios", path, "-display", "none", "-serial", "none", "-monitor", "none",
           (char *)NULL);
    _exit(127);
}

static enum status qemu_run(const char *path, double *seconds, struct diagnostic *diag)
{
    pid_t child = fork();
    struct rusage usage;
    int how;

    if (child == 0)
        qemu_exec(path);
    if (child < 0 || wait4(child, &how, 0, &usage) != child)
        return diagnostic_set(diag, STATUS_IO, "qemu-system-riscv64", 0, 0, "cannot be started: %s",
                              strerror(errno));
    *seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    if (!WIFEXITED(how) || WEXITSTATUS(how) != 0)
        return diagnostic_set(diag, STATUS_IO, "qemu-system-riscv64", 0, 0,
                              "did not run the program to its end");
    return STATUS_OK;
}

enum status guest_bench_qemu(enum guest_program program, uint64_t rounds, double *seconds,
                             struct diagnostic *diag)
{
    size_t size = 0;
    uint8_t *image = guest_image(program, rounds, 0, &size);
    char path[PATH_BYTES];
    enum status st;

    if (!image || !image_write(image, size, path)) {
        free(image);
        return diagnostic_set(diag, STATUS_IO, "bench hart", 0, 0,
                              "no room for the image of a program");
    }
    st = qemu_run(path, seconds, diag);
    unlink(path);
    free(image);
    return st;
}
