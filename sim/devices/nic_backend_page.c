/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_backend_page.c — pages become shared, and private again: what a guest's kernel
 * module and its host do together (APM vol. 2, 15.36.5 to 15.36.7). Read nic_backend_internal.h
 * first. */
#include "devices/nic_backend_internal.h"

static const struct actor hypervisor = {.kind = ACTOR_HYPERVISOR};

static struct actor guest_actor(const struct nic_backend *backend)
{
    return (struct actor){.kind = ACTOR_GUEST,
                          .asid = backend->setup.asid,
                          .is_snp = memory_config(backend->setup.memory)->mode == MEMORY_SNP};
}

static spa_t spa_at(const struct nic_backend *backend, size_t offset)
{
    return (spa_t){backend->setup.spa.v + offset};
}

static gpa_t gpa_at(const struct nic_backend *backend, size_t offset)
{
    return (gpa_t){backend->setup.gpa.v + offset};
}

static bool has_rmp(const struct nic_backend *backend)
{
    return memory_config(backend->setup.memory)->mode == MEMORY_SNP;
}

/* The host maps a page as large as its entry is. */
static bool page_is_large(const struct nic_backend *backend, size_t offset)
{
    const struct rmp_entry *entry =
        rmp_find(memory_rmp(backend->setup.memory), spa_at(backend, offset));

    return has_rmp(backend) && entry && entry->is_large;
}

enum status backend_page_ask(struct nic_backend *backend, size_t offset, bool is_shared,
                             struct fault *fault)
{
    struct access access = {.actor = guest_actor(backend),
                            .kind = ACCESS_WRITE,
                            .spa = spa_at(backend, offset),
                            .gpa = gpa_at(backend, offset),
                            .is_private = !is_shared,
                            .is_large = page_is_large(backend, offset)};
    struct memory_answer answer;

    if (!memory_ask(backend->setup.memory, &access, &answer)) {
        *fault = answer.fault;
        return answer.fault.kind == FAULT_ADDRESS ? STATUS_BAD_ADDRESS : STATUS_FAULT;
    }
    if (!backend->memory)
        backend->memory = answer.bytes;
    return answer.bytes == backend->memory + offset ? STATUS_OK : STATUS_BAD_ADDRESS;
}

iova_t backend_device_address(const struct nic_backend *backend, size_t offset)
{
    const struct memory_config *config = memory_config(backend->setup.memory);
    uint64_t c_bit = UINT64_C(1) << config->c_bit;

    if (!backend->setup.is_trusted)
        return (iova_t){backend->setup.iova.v + offset};
    return (iova_t){gpa_at(backend, offset).v |
                    (config->c_bit_rule == C_BIT_CLASSIC ? c_bit : 0)}; /* private */
}

/* The IOMMU's table knows a trusted device's addresses without the C-bit. */
static iova_t map_address(const struct nic_backend *backend, size_t offset)
{
    if (backend->setup.is_trusted)
        return (iova_t){gpa_at(backend, offset).v};
    return backend_device_address(backend, offset);
}

/* PVALIDATE of one page by its guest. */
static enum status page_validate(struct nic_backend *backend, size_t offset, bool validate)
{
    struct rmp *rmp = memory_rmp(backend->setup.memory);
    struct rmp_target target = {.gpa = gpa_at(backend, offset), .spa = spa_at(backend, offset)};
    struct actor guest = guest_actor(backend);
    struct rmp_result result = rmp_pvalidate(rmp, &guest, &target, validate);

    return result.fault.kind == FAULT_NONE && result.code == RMP_OK && !result.carry
               ? STATUS_OK
               : STATUS_DENIED;
}

/* RMPUPDATE of one page by its host. */
static enum status page_assign(struct nic_backend *backend, size_t offset, bool assign)
{
    struct rmp *rmp = memory_rmp(backend->setup.memory);
    struct rmp_operand operand = {0};

    if (assign)
        operand = (struct rmp_operand){
            .gpa = gpa_at(backend, offset), .asid = backend->setup.asid, .assigned = true};
    return rmp_update(rmp, &hypervisor, spa_at(backend, offset), &operand) == RMP_OK
               ? STATUS_OK
               : STATUS_DENIED;
}

static void page_split(struct nic_backend *backend, size_t offset)
{
    spa_t large = {spa_at(backend, offset).v & ~(uint64_t)(LARGE_PAGE_SIZE - 1)};

    if (page_is_large(backend, offset))
        (void)rmp_psmash(memory_rmp(backend->setup.memory), &hypervisor, large);
}

/* Guest first, then host: Guest-Valid, Guest-Invalid, Hypervisor. */
static enum status page_open(struct nic_backend *backend, size_t offset)
{
    enum status st = STATUS_OK;

    if (has_rmp(backend)) {
        st = page_validate(backend, offset, false);
        if (st == STATUS_OK)
            st = page_assign(backend, offset, false);
    }
    return st == STATUS_OK ? backend_page_ask(backend, offset, true, &backend->fault) : st;
}

/* Host first, then guest. */
static enum status page_shut(struct nic_backend *backend, size_t offset)
{
    enum status st = STATUS_OK;

    if (has_rmp(backend)) {
        st = page_assign(backend, offset, true);
        if (st == STATUS_OK)
            st = page_validate(backend, offset, true);
    }
    return st == STATUS_OK ? backend_page_ask(backend, offset, false, &backend->fault) : st;
}

static enum status page_share(struct nic_backend *backend, size_t offset)
{
    const struct nic_backend_setup *setup = &backend->setup;
    enum status st;

    page_split(backend, offset); /* device and guest map it as a small one */
    if (!setup->is_trusted) {
        st = page_open(backend, offset);
        if (st != STATUS_OK)
            return st;
        backend->stats.pages_shared++;
    }
    return iommu_map(setup->iommu, setup->device, map_address(backend, offset),
                     spa_at(backend, offset), true);
}

static enum status page_unshare(struct nic_backend *backend, size_t offset)
{
    const struct nic_backend_setup *setup = &backend->setup;
    enum status unmapped = iommu_unmap(setup->iommu, setup->device, map_address(backend, offset)),
                shut;

    if (setup->is_trusted)
        return unmapped;
    shut = page_shut(backend, offset);
    backend->stats.pages_unshared += shut == STATUS_OK;
    return unmapped != STATUS_OK ? unmapped : shut;
}

enum status backend_pages_share(struct nic_backend *backend, size_t offset, size_t size_bytes)
{
    enum status st = STATUS_OK;
    size_t done = 0;

    backend->is_changing = true;
    for (; st == STATUS_OK && done < size_bytes; done += PAGE_SIZE)
        st = page_share(backend, offset + done);
    if (st != STATUS_OK) /* the last one may be half on its way: it comes back as far as it went */
        (void)backend_pages_unshare(backend, offset, done);
    backend->is_changing = false;
    return st;
}

/* The last page first: the IOMMU's table shrinks from its end. */
enum status backend_pages_unshare(struct nic_backend *backend, size_t offset, size_t size_bytes)
{
    enum status first = STATUS_OK;

    backend->is_changing = true;
    for (size_t left = size_bytes; left > 0; left -= PAGE_SIZE) {
        enum status st = page_unshare(backend, offset + left - PAGE_SIZE);

        if (first == STATUS_OK)
            first = st;
    }
    backend->is_changing = false;
    return first;
}
