/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/rmp_device.h — registers by which software of M-mode changes the RMP and the keys of
 * guests. On SNP these are instructions of a processor; RISC-V has none, so M-mode does on request
 * what the caller may: RMPUPDATE for the hypervisor, PVALIDATE for the guest that asks. The device
 * cannot tell who accesses it: M-mode keeps everybody else away by PMP.
 *
 * Registers, 8 bytes each: 0x00 page (spa); 0x08 gpa; 0x10 asid in bits 0 to 15, and of RMPUPDATE
 * bit 16 assigned, 17 large, 18 immutable (large also of PVALIDATE); 0x18 command, to be written;
 * 0x20 result of the last one: enum rmp_code in bits 0 to 7, bit 8 if PVALIDATE found nothing to
 * change, and in bits 16 to 23 the enum fault_kind with which PVALIDATE ended instead. */
#ifndef CVMLAB_SIM_DEVICES_RMP_DEVICE_H
#define CVMLAB_SIM_DEVICES_RMP_DEVICE_H

#include "devices/bus.h"
#include "devices/dma.h"

enum { RMP_DEVICE_SIZE_BYTES = 0x1000 };

enum rmp_command {
    RMP_COMMAND_UPDATE = 1,      /* RMPUPDATE, as the hypervisor */
    RMP_COMMAND_VALIDATE = 2,    /* PVALIDATE to 1, as the guest of the asid */
    RMP_COMMAND_INVALIDATE = 3,  /* PVALIDATE to 0 */
    RMP_COMMAND_KEY_INSTALL = 4, /* from now on the guest of the asid is confidential */
    RMP_COMMAND_KEY_RETIRE = 5,  /* and no longer */
    RMP_COMMAND_LAUNCH =
        6 /* a page of the hypervisor, as it is, becomes a valid page of the guest */
};

struct rmp_device {
    struct dma dma;
    uint64_t page, gpa, owner, result;
    bool has_key[RMP_ASID_MAX + 1]; /* which guests are confidential */
};

/* Its registers, for bus_device: aligned accesses of 8 bytes. False: another width, or no register.
 * A command that there is not answers FAIL_INPUT. */
bool rmp_device_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value);
bool rmp_device_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value);

#endif
