/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/lab.c — see lab.h. */
#include "net/lab.h"

#include <string.h>

enum {
    GUEST_ASID = 1,
    ASID_MAX = 15,
    NIC_ID = 0x10,        /* at the IOMMU */
    C_BIT = 51,           /* above every address of the lab */
    GUEST_BASE = 1 << 20, /* gpa, spa and iova of the guest's first page */
    MEMORY_SPARE_PAGES = 16,
};

static enum memory_mode memory_mode_of(const struct path *path)
{
    static const enum memory_mode modes[PATH_GUEST_COUNT] = {
        [PATH_PLAIN] = MEMORY_NONE,
        [PATH_SEV] = MEMORY_SEV,
        [PATH_SEV_ES] = MEMORY_SEV_ES,
        [PATH_SNP] = MEMORY_SNP,
    };

    return modes[path->guest];
}

static size_t pages_of(size_t size_bytes)
{
    return (size_bytes + PAGE_SIZE - 1) / PAGE_SIZE;
}

/* SNP: the host assigns the guest's pages, the guest validates them. */
static enum status pages_accept(struct lab *lab, size_t page_count)
{
    const struct actor host = {.kind = ACTOR_HYPERVISOR};
    const struct actor guest = {.kind = ACTOR_GUEST, .asid = GUEST_ASID, .is_snp = true};
    struct rmp *rmp = memory_rmp(lab->memory);

    for (size_t i = 0; i < page_count; i++) {
        uint64_t address = GUEST_BASE + i * PAGE_SIZE;
        struct rmp_operand operand = {.gpa = {address}, .asid = GUEST_ASID, .assigned = true};
        struct rmp_target target = {.gpa = {address}, .spa = {address}};
        struct rmp_result result;

        if (rmp_update(rmp, &host, target.spa, &operand) != RMP_OK)
            return STATUS_DENIED;
        result = rmp_pvalidate(rmp, &guest, &target, true);
        if (result.fault.kind != FAULT_NONE || result.code != RMP_OK || result.carry)
            return STATUS_DENIED;
    }
    return STATUS_OK;
}

static enum status memory_build(struct lab *lab, const struct path *path, size_t page_count,
                                uint64_t seed)
{
    struct memory_config config = {
        .mode = memory_mode_of(path),
        .c_bit_rule = C_BIT_CLASSIC,
        .c_bit = C_BIT,
        .page_count = GUEST_BASE / PAGE_SIZE + page_count + MEMORY_SPARE_PAGES,
        .asid_max = ASID_MAX,
        .seed = seed,
    };
    enum status status;

    config.rmp_pages = config.page_count;
    status = memory_create(&config, &lab->memory);
    if (status == STATUS_OK && path->guest != PATH_PLAIN)
        status = memory_key_install(lab->memory, GUEST_ASID);
    if (status == STATUS_OK && path->guest == PATH_SNP)
        status = pages_accept(lab, page_count);
    return status;
}

static enum status device_build(struct lab *lab, const struct path *path)
{
    struct nic_config config = {
        .memory = lab->memory, .device = NIC_ID, .queue_count = path->queues};
    enum status status;

    lab->iommu = iommu_create(lab->memory, NULL, NULL);
    if (!lab->iommu)
        return STATUS_IO;
    config.iommu = lab->iommu;
    status = iommu_device_add(lab->iommu, NIC_ID);
    if (status == STATUS_OK && path->is_trusted)
        status = iommu_bind(lab->iommu, NIC_ID, GUEST_ASID);
    if (status == STATUS_OK && path->is_trusted)
        status = iommu_accept(lab->iommu, NIC_ID, GUEST_ASID, true);
    return status == STATUS_OK ? nic_create(&config, &lab->nic) : status;
}

static enum status backend_build(struct lab *lab, const struct path *path, size_t size_bytes)
{
    struct nic_backend_setup setup = {
        .memory = lab->memory,
        .iommu = lab->iommu,
        .nic = lab->nic,
        .device = NIC_ID,
        .asid = path->guest == PATH_PLAIN ? 0 : GUEST_ASID,
        .is_trusted = path->is_trusted,
        .gpa = {GUEST_BASE},
        .spa = {GUEST_BASE},
        .size_bytes = size_bytes,
        .iova = {GUEST_BASE},
    };
    enum status status = nic_backend_open(&lab->backend, &setup);

    lab->is_backend_open = status == STATUS_OK;
    return status;
}

enum status lab_open(struct lab *lab, const struct path *path, size_t device_bytes,
                     size_t private_bytes, uint64_t seed, struct diagnostic *diag)
{
    size_t device_pages = pages_of(device_bytes), private_pages = pages_of(private_bytes);
    size_t size_bytes = (device_pages + private_pages) * PAGE_SIZE;
    enum status status;

    memset(lab, 0, sizeof *lab);
    lab->device_bytes = device_pages * PAGE_SIZE;
    lab->private_bytes = private_pages * PAGE_SIZE;
    status = memory_build(lab, path, device_pages + private_pages, seed);
    if (status == STATUS_OK)
        status = device_build(lab, path);
    if (status == STATUS_OK)
        status = backend_build(lab, path, size_bytes);
    if (status != STATUS_OK) {
        lab_close(lab);
        return diagnostic_set(diag, status, path->name, 0, 0,
                              "the machine of %zu MiB cannot be built; expected enough memory",
                              size_bytes >> 20);
    }
    lab->device_memory = nic_backend_memory(&lab->backend);
    lab->private_memory = lab->device_memory + lab->device_bytes;
    return STATUS_OK;
}

void lab_close(struct lab *lab)
{
    if (lab->is_backend_open)
        nic_backend_end(&lab->backend);
    nic_destroy(lab->nic);
    iommu_destroy(lab->iommu);
    memory_destroy(lab->memory);
    memset(lab, 0, sizeof *lab);
}
