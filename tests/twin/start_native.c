/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/twin/start_native.c — start.h for the native build of a twin: libc's own start and write.
 */
#include <unistd.h>

#include "start.h"

int64_t rv64_write(int fd, const void *bytes, size_t count)
{
    return write(fd, bytes, count);
}

int64_t rv64_read(int fd, void *bytes, size_t count)
{
    return read(fd, bytes, count);
}
