/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/link.c — see link.h. */
#include "gdb/link.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PORT_MAX = 65535, PORT_DIGITS = 5, PRIVATE_UMASK = 0177 };

/* 0: it is none. */
static unsigned port_of(const char *place)
{
    unsigned long port;

    if (strlen(place) > PORT_DIGITS || strspn(place, "0123456789") != strlen(place))
        return 0;
    port = strtoul(place, NULL, 10);
    return port <= PORT_MAX ? (unsigned)port : 0;
}

bool link_place_is_good(const char *place)
{
    if (strchr(place, '/'))
        return strlen(place) < LINK_PATH_BYTES;
    return port_of(place) != 0;
}

static bool port_bind(struct link *link, unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int on = 1;

    link->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return link->listener >= 0 &&
           setsockopt(link->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
           bind(link->listener, (const struct sockaddr *)&address, sizeof address) == 0;
}

/* Whether somebody listens at the socket. */
static bool is_answered(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_refused = fd >= 0 &&
                      connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
                      errno == ECONNREFUSED;

    if (fd >= 0)
        (void)close(fd);
    return !is_refused;
}

/* A socket that a run left behind which was killed is taken away. Nobody else on this computer may
 * connect. */
static bool path_bind(struct link *link, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat found;
    mode_t mask;
    int result;

    link->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (link->listener < 0)
        return false;
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (lstat(path, &found) == 0 && S_ISSOCK(found.st_mode) && !is_answered(&address))
        (void)unlink(path);
    mask = umask(PRIVATE_UMASK);
    result = bind(link->listener, (const struct sockaddr *)&address, sizeof address);
    (void)umask(mask);
    if (result == 0)
        memcpy(link->path, path, strlen(path) + 1);
    return result == 0;
}

enum status link_open(struct link *link, const char *place, struct diagnostic *diag)
{
    unsigned port = port_of(place);
    bool is_good;

    *link = (struct link){.listener = -1, .peer = -1};
    if (port != 0)
        (void)snprintf(link->name, sizeof link->name, "127.0.0.1:%u", port);
    else
        (void)snprintf(link->name, sizeof link->name, "%s", place);
    is_good = port != 0 ? port_bind(link, port) : path_bind(link, place);
    if (is_good && listen(link->listener, 1) == 0)
        return STATUS_OK;
    (void)diagnostic_set(diag, STATUS_IO, link->name, 0, 0,
                         "cannot listen here: %s; expected a port or a path that nobody uses",
                         strerror(errno));
    link_close(link);
    return STATUS_IO;
}

static void fd_close(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

static void listener_close(struct link *link)
{
    fd_close(&link->listener);
    if (link->path[0])
        (void)unlink(link->path);
    link->path[0] = '\0';
}

static bool is_readable(int fd, int milliseconds)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};

    return poll(&one, 1, milliseconds) > 0;
}

/* What was sent last must arrive, also if more was sent to us that nobody will read: so the other
 * side is given time to hang up first. */
void link_hang_up(struct link *link)
{
    enum { PATIENCE_MS = 1000 };
    uint8_t rest[256];

    if (link->peer < 0)
        return;
    (void)shutdown(link->peer, SHUT_WR);
    while (is_readable(link->peer, PATIENCE_MS) && recv(link->peer, rest, sizeof rest, 0) > 0)
        ;
    fd_close(&link->peer);
}

void link_close(struct link *link)
{
    listener_close(link);
    link_hang_up(link);
}

bool link_accept(struct link *link, int milliseconds)
{
    int on = 1;

    if (!is_readable(link->listener, milliseconds))
        return false;
    link->peer = accept(link->listener, NULL, NULL);
    if (link->peer < 0)
        return false;
    /* Packets are small and answers are waited for. Fails for a UNIX socket, which does not care.
     */
    (void)setsockopt(link->peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    listener_close(link);
    return true;
}

enum link_state link_read(struct link *link, int milliseconds, uint8_t *bytes, size_t most_bytes,
                          size_t *size_bytes)
{
    ssize_t got;

    *size_bytes = 0;
    if (!is_readable(link->peer, milliseconds))
        return LINK_QUIET;
    got = recv(link->peer, bytes, most_bytes, 0);
    if (got < 0 && errno == EINTR)
        return LINK_QUIET;
    if (got <= 0)
        return LINK_LOST;
    *size_bytes = (size_t)got;
    return LINK_READ;
}

void link_write(struct link *link, const char *bytes, size_t size_bytes)
{
    while (size_bytes > 0) {
        ssize_t sent = send(link->peer, bytes, size_bytes, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return;
        bytes += sent;
        size_bytes -= (size_t)sent;
    }
}
