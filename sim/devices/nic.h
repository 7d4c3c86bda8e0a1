/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic.h — a network device in the style of the Intel 82599: receive and transmit queues
 * over rings of advanced descriptors in simulated memory. Layouts and registers are those of
 * src/folio/descriptor.h; docs/FOLIO.md, "The NIC", says what is modelled and what is not.
 *
 * All DMA goes through the IOMMU. An untrusted device reaches pages of the hypervisor only; a
 * trusted one (iommu_bind, iommu_accept) the private memory of its guest, and its link is
 * encrypted. The device keeps pointers to pages as hardware's IOTLB keeps translations, until the
 * memory watch or the IOMMU calls them back: the RMP is asked once per page, not once per packet.
 *
 * Nothing here measures time, waits or allocates after nic_create: the device moves when somebody
 * calls nic_wire_in_burst or nic_tx_run, so that a bench can time these calls apart from the
 * guest's. One thread. Two accounts are kept: registers as the hardware counts, which software may
 * read and so clear; and struct nic_stats, which the lab reads and nothing but nic_create clears.
 */
#ifndef CVMLAB_SIM_DEVICES_NIC_H
#define CVMLAB_SIM_DEVICES_NIC_H

#include "devices/iommu.h"
#include "folio/descriptor.h"

struct nic;

struct nic_config {
    struct memory *memory;
    struct iommu *iommu;  /* over that memory */
    uint16_t device;      /* its id there: added already */
    uint16_t queue_count; /* of receive and of transmit queues each, 1 to FOLIO_QUEUE_MAX */
};

/* What became of a frame on the wire. */
enum nic_fate {
    NIC_DELIVERED,
    NIC_WAITS,         /* no descriptor, and the queue may not drop (SRRCTL_DROP is clear): nothing
                          was taken, the sender is to offer the frame again (flow control) */
    NIC_LINK_DOWN,     /* dropped, as all below */
    NIC_DISABLED,      /* receive, or the queue that RSS chose, is not enabled */
    NIC_UNDERSIZE,     /* less than an Ethernet header */
    NIC_OVERSIZE,      /* more than MAXFRS, or 1518 bytes with CRC if jumbo frames are off */
    NIC_NO_DESCRIPTOR, /* the ring is empty */
    NIC_NO_ROOM,       /* needs more buffers than a ring has, or buffers are of size 0 */
    NIC_DMA_REFUSED,   /* by the IOMMU or the RMP: descriptors stay as they were */
    NIC_FATE_COUNT
};

/* "no_descriptor": a stable key. */
const char *nic_fate_name(enum nic_fate fate);

/* Why a packet that the driver posted was not sent. */
enum nic_tx_error {
    NIC_TX_FORMAT,      /* not an advanced data descriptor; the device does no offloads */
    NIC_TX_LENGTH,      /* a buffer of 0 bytes, a frame below 14 or above FOLIO_FRAME_BYTES_MAX */
    NIC_TX_DMA_REFUSED, /* the queue stops until it is enabled anew */
    NIC_TX_ERROR_COUNT
};

/* "dma_refused" */
const char *nic_tx_error_name(enum nic_tx_error error);

/* A frame on the wire, without CRC. */
struct nic_frame {
    const uint8_t *data;
    uint32_t size_bytes;
    uint64_t time_ns; /* of the capture, or whatever clock the caller keeps */
};

struct nic_arrival {
    enum nic_fate fate;
    uint16_t queue; /* that RSS chose; 0 if it was not asked */
};

/* What crossed the link between device and memory, descriptors included. */
struct nic_link_use {
    uint64_t reads, writes; /* DMA operations */
    uint64_t read_bytes, write_bytes;
};

struct nic_stats {
    uint64_t in_frames, in_bytes; /* taken from the wire: the sum of fate[] but for NIC_WAITS */
    uint64_t fate[NIC_FATE_COUNT];
    uint64_t delivered_bytes;
    uint64_t out_frames, out_bytes; /* given to the wire */
    uint64_t tx_error[NIC_TX_ERROR_COUNT];
    uint64_t refused[IOMMU_REASON_COUNT]; /* DMA, by the IOMMU's reason */
    struct nic_link_use plain, encrypted; /* the link of an untrusted, of a trusted device (IDE) */
    uint64_t doorbells;                   /* writes of tails */
    uint64_t ignored_writes; /* of registers: read-only, not there, or not now (queue enabled, tail
                                outside its ring) */
    uint64_t translations;   /* pages asked for: misses of the kept pointers */
    uint64_t called_back;    /* pages whose pointers were taken away */
};

/* A device as after power-on: no queue enabled, the link up with 10 Gb/s. Keeps what config points
 * to. STATUS_BAD_INPUT: queue_count; STATUS_BAD_STATE: the IOMMU has no such device;
 * STATUS_IO: no memory. *out is NULL then. The caller frees with nic_destroy. */
enum status nic_create(const struct nic_config *config, struct nic **out);

/* Frees, and leaves the watches of memory and IOMMU; NULL is allowed. */
void nic_destroy(struct nic *nic);

/* A 32-bit register by its offset in bytes (82599 8.2.3). One that is not modelled reads as 0 and
 * ignores writes. Access rules: LINKS and counters are read-only, counters are cleared by reading;
 * ring address, length and buffer size are read-only while their queue is enabled, the head always;
 * a queue is enabled only with a ring of 128-byte multiples up to 64 KiB, and starts empty, head
 * and tail at 0; a tail outside the ring is ignored. NIC_CTRL_RESET puts all registers, heads
 * included, to their first values. STATUS_BAD_ADDRESS: not a multiple of 4, or outside the 128 KiB
 * of the BAR; nothing happens. */
enum status nic_reg_read(struct nic *nic, uint32_t offset, uint32_t *value);
enum status nic_reg_write(struct nic *nic, uint32_t offset, uint32_t value);

/* Counters that hardware has and descriptor.h does not name, because Folio's driver reads none
 * (82599 8.2.3.23). Cleared by reading; the 64-bit ones by reading the high half. */
enum {
    NIC_RUC = 0x040A4,   /* undersize */
    NIC_ROC = 0x040AC,   /* oversize */
    NIC_RXMPC = 0x03FA0, /* missed: no room, queue disabled, DMA refused */
    NIC_GPRC = 0x04074,  /* good packets received, octets low and high */
    NIC_GORCL = 0x04088,
    NIC_GORCH = 0x0408C,
    NIC_GPTC = 0x04080, /* transmitted */
    NIC_GOTCL = 0x04090,
    NIC_GOTCH = 0x04094,
    NIC_QPRC = 0x01030, /* per queue: received; dropped for want of a descriptor */
    NIC_QPRDC = 0x01430,
    NIC_QPTC = 0x06030, /* per queue: transmitted */
    NIC_BAR_BYTES = 128 * 1024,
};

/* The host takes the link down (0) or up at 100, 1000 or 10000 Mb/s; other speeds read as 0. */
void nic_link_set(struct nic *nic, uint32_t megabits_per_second);

/* One frame arrives, without CRC: it is classified, checksums and RSS hash are computed, the data
 * written, and then the descriptors, the one with EOP last. A frame larger than a buffer is split
 * over several. All or nothing: of a frame that is not delivered nothing is in memory. */
struct nic_arrival nic_wire_in(struct nic *nic, const uint8_t *frame, uint32_t size_bytes,
                               uint64_t time_ns);

/* Several frames in order; returns how many were taken from the wire: fewer than count only if the
 * next one waits. arrivals, of count, is filled for those and the one that waits; may be NULL. */
uint32_t nic_wire_in_burst(struct nic *nic, const struct nic_frame *frames, uint32_t count,
                           struct nic_arrival *arrivals);

/* A frame leaves. data is good during the call only; without CRC; padded to 60 bytes if HLREG0 says
 * so. time_ns of the frame: that of the last arrival, or of nic_time_set. */
typedef void nic_out_fn(void *context, const struct nic_frame *frame, uint16_t queue);

/* Where frames go; NULL: nowhere, they are counted only. Must not call the device back. */
void nic_wire_out(struct nic *nic, nic_out_fn *out, void *context);

/* The time that frames from now on leave at. */
void nic_time_set(struct nic *nic, uint64_t time_ns);

/* Sends up to budget frames, one queue after the other in turn; returns how many packets were
 * finished, failed ones included. Nothing is sent while the link is down. */
uint32_t nic_tx_run(struct nic *nic, uint32_t budget);

/* Descriptors that wait: of a receive queue to be filled, of a transmit queue to be sent. 0: queue
 * is out of range or not enabled. */
uint32_t nic_rx_free(const struct nic *nic, uint16_t queue);
uint32_t nic_tx_pending(const struct nic *nic, uint16_t queue);

/* The account since nic_create. */
const struct nic_stats *nic_stats(const struct nic *nic);

/* Walks every invariant: heads and tails inside their rings, kept pointers as the IOMMU would give
 * them now, the sum of fates. STATUS_BAD_STATE if one is broken. */
enum status nic_check(struct nic *nic);

#endif
