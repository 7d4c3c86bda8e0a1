/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/absent.c — dpdk.h in a build without libdpdk. */
#include "dpdk/dpdk.h"

const char *dpdk_version(void)
{
    return "none: no cvmlab dpdk";
}

bool dpdk_is_present(void)
{
    return false;
}

static enum status missing(struct diagnostic *diag)
{
    return diagnostic_set(diag, STATUS_IO, "dpdk", 0, 0,
                          "this program was built without DPDK; expected libdpdk 22.11 or later "
                          "(apt-get install libdpdk-dev, then build again)");
}

enum status dpdk_eal_begin(const struct dpdk_eal_setup *setup, struct diagnostic *diag)
{
    (void)setup;
    return missing(diag);
}

void dpdk_eal_end(void)
{
}

struct dpdk_port *dpdk_port_open(const struct dpdk_port_setup *setup, enum status *status,
                                 struct diagnostic *diag)
{
    (void)setup;
    *status = missing(diag);
    return NULL;
}

struct folio_port *dpdk_port_folio(struct dpdk_port *port)
{
    (void)port;
    return NULL;
}

const char *dpdk_port_driver(const struct dpdk_port *port)
{
    (void)port;
    return "none";
}

enum status dpdk_port_stop(struct dpdk_port *port)
{
    (void)port;
    return STATUS_BAD_STATE;
}

void dpdk_port_counts(const struct dpdk_port *port, struct dpdk_counts *counts)
{
    (void)port;
    *counts = (struct dpdk_counts){0};
}

enum status dpdk_port_close(struct dpdk_port *port)
{
    (void)port;
    return STATUS_BAD_STATE;
}

struct dpdk_plain *dpdk_plain_open(const struct dpdk_port_setup *setup, enum status *status,
                                   struct diagnostic *diag)
{
    (void)setup;
    *status = missing(diag);
    return NULL;
}

uint64_t dpdk_plain_run(struct dpdk_plain *plain, unsigned rounds, bool copies)
{
    (void)plain;
    (void)rounds;
    (void)copies;
    return 0;
}

enum status dpdk_plain_close(struct dpdk_plain *plain)
{
    (void)plain;
    return STATUS_BAD_STATE;
}
