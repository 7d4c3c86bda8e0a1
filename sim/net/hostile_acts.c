/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/hostile_acts.c — cases that need more than a lie of the device. Each returns whether what
 * the case is about held; what always must hold is looked at by the rounds. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "base/random.h"
#include "net/hostile_internal.h"

enum { ROUNDS = 12, FRAMES = 3, NIC_DEVICE = 0x10, WILD_BYTES = 64 };

/* Of the second writer: before each round, and how long it is waited for. */
enum { WRITES_PER_ROUND = 2000, WAIT_TURNS = 1 << 20 };

static const struct actor host = {.kind = ACTOR_HYPERVISOR};

/* The guest's first private page: where the host's page tables of the lab put it. */
static uint64_t private_address(const struct hostile_rig *rig)
{
    return rig->lab.backend.setup.spa.v + rig->lab.device_bytes;
}

/* The device says that its rings do not begin at 0: the port must not open. */
bool act_head_outside(struct hostile_rig *rig)
{
    bool is_refused;

    rig->liar.lie = NIC_LIE_HEAD;
    rig->liar.value = 1000;
    is_refused = hostile_rig_open(rig) == STATUS_DENIED;
    rig->liar.lie = NIC_LIE_NONE;
    return is_refused && hostile_rig_open(rig) == STATUS_OK;
}

/* The application keeps everything: no mbuf is left, and then there is again. */
bool act_pool_exhaustion(struct hostile_rig *rig)
{
    bool is_bounded;

    rig->holds_mbufs = true;
    hostile_rounds(rig, ROUNDS, FRAMES);
    is_bounded = rig->held_count == HOSTILE_MBUFS && rig->result.given == HOSTILE_MBUFS;
    hostile_mbufs_return(rig);
    rig->holds_mbufs = false;
    return is_bounded;
}

/* Every DMA of the device at addresses of private memory, before and after the host maps them. */
bool act_dma_private(struct hostile_rig *rig)
{
    uint64_t address = private_address(rig);
    uint8_t bytes[WILD_BYTES] = {0};
    bool is_refused = true;

    for (unsigned is_mapped = 0; is_mapped < 2; is_mapped++) {
        if (is_mapped && iommu_map(rig->lab.iommu, NIC_DEVICE, (iova_t){address}, (spa_t){address},
                                   true) != STATUS_OK)
            return false;
        is_refused &= !nic_hostile_write(rig->lab.nic, (iova_t){address}, bytes, sizeof bytes);
        is_refused &= !nic_hostile_read(rig->lab.nic, (iova_t){address}, bytes, sizeof bytes);
        hostile_rounds(rig, ROUNDS, FRAMES);
    }
    return is_refused;
}

/* The device writes each packet to an address outside the mapped region as well. */
bool act_dma_unmapped(struct hostile_rig *rig)
{
    uint64_t before = nic_stats(rig->lab.nic)->refused[IOMMU_NOT_MAPPED];

    rig->liar.lie = NIC_LIE_ADDRESS;
    rig->liar.value = (uint64_t)1 << 40;
    hostile_rounds(rig, ROUNDS, FRAMES);
    return nic_stats(rig->lab.nic)->refused[IOMMU_NOT_MAPPED] > before;
}

/* A posted descriptor of a ring, as the host writes it: the first ring register names the ring. */
static void slots_write(struct hostile_rig *rig, uint32_t base, uint64_t low_and, uint64_t low_or,
                        uint64_t high_or)
{
    for (uint16_t queue = 0; queue < HOSTILE_QUEUES; queue++) {
        uint32_t low = 0, high = 0, at = base + (uint32_t)queue * NIC_QUEUE_STRIDE;

        (void)nic_reg_read(rig->lab.nic, at, &low);
        (void)nic_reg_read(rig->lab.nic, at + 4, &high);
        for (uint32_t slot = 0; slot < FOLIO_RING_SIZE_MIN; slot++) {
            iova_t where = {((uint64_t)high << 32 | low) + slot * FOLIO_DESCRIPTOR_BYTES};
            struct folio_descriptor descriptor;

            if (!nic_hostile_read(rig->lab.nic, where, &descriptor, sizeof descriptor))
                continue;
            descriptor.low = (descriptor.low & low_and) | low_or;
            descriptor.high |= high_or;
            (void)nic_hostile_write(rig->lab.nic, where, &descriptor, sizeof descriptor);
        }
    }
}

/* Receive descriptors are made to name private memory after the guest posted them. */
bool act_address_rewritten(struct hostile_rig *rig)
{
    uint64_t address = private_address(rig), before;

    hostile_rounds(rig, 1, FRAMES);
    before = rig->result.given;
    slots_write(rig, NIC_RDBAL, 0, address, 0);
    hostile_rounds(rig, ROUNDS, FRAMES);
    return rig->result.given == before; /* the device reached nothing */
}

/* Every transmit descriptor says done before the device has looked at it. */
bool act_tx_done_forged(struct hostile_rig *rig)
{
    for (unsigned i = 0; i < 2 * ROUNDS; i++) {
        hostile_arrive(rig, FRAMES);
        hostile_guest(rig);
        slots_write(rig, NIC_TDBAL, UINT64_MAX, 0, (uint64_t)TXD_STATUS_DD << 32);
        hostile_guest(rig); /* reclaims, and sends with what it got back */
        hostile_device(rig);
        hostile_look(rig);
    }
    return true;
}

/* The host takes a shared page out of the guest's map by RMPUPDATE: the guest must stop there. */
bool act_page_taken(struct hostile_rig *rig)
{
    const struct nic_backend_setup *setup = &rig->lab.backend.setup;
    struct rmp_operand operand = {.gpa = setup->gpa, .asid = setup->asid, .assigned = true};
    uint64_t given;

    hostile_rounds(rig, 2, FRAMES);
    given = rig->result.given;
    if (rmp_update(memory_rmp(rig->lab.memory), &host, setup->spa, &operand) != RMP_OK)
        return false;
    hostile_rounds(rig, ROUNDS, FRAMES);
    return rig->result.is_stopped && rig->result.given == given;
}

/* The host takes the device's mapping away in the middle. */
bool act_unmapped_midflight(struct hostile_rig *rig)
{
    uint64_t given;
    const struct nic_backend_setup *setup = &rig->lab.backend.setup;

    hostile_rounds(rig, 2, FRAMES);
    given = rig->result.given;
    for (size_t at = 0; at < rig->lab.device_bytes; at += PAGE_SIZE)
        (void)iommu_unmap(rig->lab.iommu, NIC_DEVICE, (iova_t){setup->iova.v + at});
    hostile_rounds(rig, ROUNDS, FRAMES);
    return rig->result.given == given && !rig->result.is_stopped;
}

/* Noise over the whole region, rings included, at every turn. */
bool act_garbage(struct hostile_rig *rig)
{
    uint64_t state = rig->traffic.seed;

    for (unsigned i = 0; i < 4 * ROUNDS; i++) {
        const struct folio_region *region = &rig->port.region;

        hostile_arrive(rig, FRAMES);
        for (size_t at = 0; at + 8 <= region->size_bytes; at += 8) {
            uint64_t noise = random_next(&state);

            if (noise % 3 == 0)
                (void)nic_hostile_write(rig->lab.nic, (iova_t){region->device.v + at}, &noise, 8);
        }
        hostile_guest(rig);
        hostile_device(rig);
        hostile_look(rig);
    }
    return true;
}

struct writer {
    uint8_t *rooms;
    size_t size_bytes;
    atomic_bool is_over;
    atomic_ulong writes;
};

static void *writer_run(void *context)
{
    struct writer *writer = context;
    uint64_t state = 1;

    while (!atomic_load_explicit(&writer->is_over, memory_order_relaxed)) {
        uint64_t noise = random_next(&state);
        volatile uint8_t *byte = &writer->rooms[(noise >> 8) % writer->size_bytes];

        *byte = (uint8_t)noise;
        atomic_fetch_add_explicit(&writer->writes, 1, memory_order_relaxed);
    }
    return NULL;
}

/* Lets the other thread come to so many writes, for a bounded time. */
static void writer_wait(struct writer *writer, unsigned long writes)
{
    for (unsigned i = 0; i < WAIT_TURNS && atomic_load(&writer->writes) < writes; i++)
        sched_yield();
}

/* A second processor of the host writes into the buffers, all the time. Not deterministic; what
 * must hold is. */
bool act_second_writer(struct hostile_rig *rig)
{
    struct writer writer = {.rooms = rig->port.temporary.rooms,
                            .size_bytes = (size_t)HOSTILE_MBUFS * FOLIO_ROOM_BYTES};
    pthread_t thread;

    if (pthread_create(&thread, NULL, writer_run, &writer) != 0)
        return false;
    for (unsigned i = 0; i < 4 * ROUNDS; i++) {
        hostile_arrive(rig, FRAMES);
        writer_wait(&writer, (i + 1) * (unsigned long)WRITES_PER_ROUND);
        hostile_guest(rig);
        hostile_device(rig);
        hostile_look(rig);
    }
    atomic_store(&writer.is_over, true);
    pthread_join(thread, NULL);
    return true;
}

/* Packets under way, and then the guest dies; hostile_rig_end abandons the port. */
bool act_crash(struct hostile_rig *rig)
{
    hostile_rounds(rig, 4, FRAMES);
    hostile_arrive(rig, FRAMES);
    return rig->result.given > 0;
}
