/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/iommu.c — devices, whom they belong to, and their DMA. Read iommu.h first. */
#include "devices/iommu.h"

#include <stdlib.h>

#include "devices/iommu_table.h"

struct device {
    uint16_t id;
    uint16_t asid; /* bound to this guest; 0: untrusted */
    bool is_accepted;
    struct iommu_table table;
    void (*watch)(void *context); /* NULL: nobody keeps pages of it */
    void *watch_context;
};

struct iommu {
    struct memory *memory;
    void (*log)(void *context, const struct iommu_event *event);
    void *context;
    struct device *device;
    size_t device_count;
};

const char *iommu_reason_name(enum iommu_reason reason)
{
    static const char *const names[IOMMU_REASON_COUNT] = {
        [IOMMU_NO_DEVICE] = "no-device",       [IOMMU_NOT_MAPPED] = "not-mapped",
        [IOMMU_NOT_WRITABLE] = "not-writable", [IOMMU_RMP_PAGE_FAULT] = "rmp-page-fault",
        [IOMMU_NOT_ACCEPTED] = "not-accepted", [IOMMU_NO_MEMORY] = "no-memory",
    };

    return names[reason];
}

struct iommu *iommu_create(struct memory *memory,
                           void (*log)(void *context, const struct iommu_event *event),
                           void *context)
{
    struct iommu *iommu = calloc(1, sizeof *iommu);

    if (iommu)
        *iommu = (struct iommu){.memory = memory, .log = log, .context = context};
    return iommu;
}

void iommu_destroy(struct iommu *iommu)
{
    if (!iommu)
        return;
    for (size_t i = 0; i < iommu->device_count; i++)
        iommu_table_free(&iommu->device[i].table);
    free(iommu->device);
    free(iommu);
}

static struct device *device_find(const struct iommu *iommu, uint16_t id)
{
    for (size_t i = 0; i < iommu->device_count; i++)
        if (iommu->device[i].id == id)
            return &iommu->device[i];
    return NULL;
}

enum status iommu_device_add(struct iommu *iommu, uint16_t device)
{
    struct device *grown;

    if (device_find(iommu, device))
        return STATUS_BAD_STATE;
    grown = realloc(iommu->device, (iommu->device_count + 1) * sizeof *iommu->device);
    if (!grown)
        return STATUS_IO;
    grown[iommu->device_count++] = (struct device){.id = device};
    iommu->device = grown;
    return STATUS_OK;
}

/* What the device keeps may be wrong from now on. */
static void device_changes(const struct device *device)
{
    if (device->watch)
        device->watch(device->watch_context);
}

enum status iommu_watch_set(struct iommu *iommu, uint16_t device, void (*watch)(void *context),
                            void *context)
{
    struct device *found = device_find(iommu, device);

    if (!found)
        return STATUS_BAD_STATE;
    found->watch = watch;
    found->watch_context = context;
    return STATUS_OK;
}

bool iommu_is_trusted(const struct iommu *iommu, uint16_t device)
{
    const struct device *found = device_find(iommu, device);

    return found && found->asid != 0;
}

enum status iommu_map(struct iommu *iommu, uint16_t device, iova_t iova, spa_t spa, bool writable)
{
    struct device *found = device_find(iommu, device);

    if (!found)
        return STATUS_BAD_STATE;
    if (iova.v % PAGE_SIZE != 0 || spa.v % PAGE_SIZE != 0)
        return STATUS_BAD_ADDRESS;
    device_changes(found);
    return iommu_table_set(&found->table,
                           &(struct iommu_mapping){.iova = iova, .spa = spa, .writable = writable});
}

enum status iommu_unmap(struct iommu *iommu, uint16_t device, iova_t iova)
{
    struct device *found = device_find(iommu, device);

    if (!found)
        return STATUS_BAD_STATE;
    device_changes(found);
    iommu_table_clear(&found->table, iova);
    return STATUS_OK;
}

enum status iommu_bind(struct iommu *iommu, uint16_t device, uint16_t asid)
{
    struct device *found = device_find(iommu, device);

    if (!found)
        return STATUS_BAD_STATE;
    if (asid > memory_config(iommu->memory)->asid_max ||
        (asid != 0 && memory_config(iommu->memory)->mode != MEMORY_SNP))
        return STATUS_DENIED;
    found->asid = asid;
    found->is_accepted = false;
    device_changes(found);
    return STATUS_OK;
}

enum status iommu_accept(struct iommu *iommu, uint16_t device, uint16_t asid, bool accepted)
{
    struct device *found = device_find(iommu, device);

    if (!found)
        return STATUS_BAD_STATE;
    if (asid == 0 || found->asid != asid)
        return STATUS_DENIED;
    found->is_accepted = accepted;
    device_changes(found);
    return STATUS_OK;
}

/* One DMA: out of memory to bytes, or into it from bytes. */
struct dma {
    struct iommu *iommu;
    uint16_t id;
    enum access_kind kind;
    uint8_t *to;
    const uint8_t *from;
};

static enum iommu_reason reason_of(const struct fault *fault)
{
    return fault->kind == FAULT_ADDRESS ? IOMMU_NO_MEMORY : IOMMU_RMP_PAGE_FAULT;
}

/* Whose access it is, and to which address of the device's table. Returns whether it is one. */
static bool device_speak(const struct dma *dma, const struct device *device, iova_t iova,
                         struct access *access, enum iommu_reason *reason)
{
    *access = (struct access){.actor.kind = ACTOR_DEVICE, .kind = dma->kind, .gpa = {iova.v}};
    *reason = device ? IOMMU_NOT_ACCEPTED : IOMMU_NO_DEVICE;
    if (!device || (device->asid != 0 && !device->is_accepted))
        return false;
    if (device->asid != 0) {
        access->actor.asid = device->asid;
        access->actor.is_snp = true;
        access->is_private =
            memory_gpa_is_private(dma->iommu->memory, (gpa_t){iova.v}, &access->gpa);
    }
    return true;
}

/* From the device's address to an access that the door would grant; else to the event of its
 * refusal. */
static bool dma_translate(const struct dma *dma, iova_t iova, struct access *access,
                          struct iommu_event *event)
{
    const struct device *device = device_find(dma->iommu, dma->id);
    const struct iommu_mapping *mapping;

    *event = (struct iommu_event){.device = dma->id, .kind = dma->kind, .iova = iova};
    if (!device_speak(dma, device, iova, access, &event->reason))
        return false;
    mapping =
        iommu_table_find(&device->table, (iova_t){access->gpa.v & ~(uint64_t)(PAGE_SIZE - 1)});
    event->reason = IOMMU_NOT_MAPPED;
    if (!mapping)
        return false;
    access->spa.v = mapping->spa.v | (iova.v & (PAGE_SIZE - 1));
    event->spa = access->spa;
    event->reason = IOMMU_NOT_WRITABLE;
    if (dma->kind == ACCESS_WRITE && !mapping->writable)
        return false;
    if (memory_check(dma->iommu->memory, access, &event->fault))
        return true;
    event->reason = reason_of(&event->fault);
    return false;
}

static size_t piece_bytes(iova_t iova, size_t left)
{
    size_t to_border = PAGE_SIZE - (iova.v & (PAGE_SIZE - 1));

    return left < to_border ? left : to_border;
}

static bool dma_check(const struct dma *dma, iova_t iova, size_t size_bytes,
                      struct iommu_event *event)
{
    for (size_t done = 0; done < size_bytes;) {
        iova_t at = {iova.v + done};
        struct access access;

        if (!dma_translate(dma, at, &access, event))
            return false;
        done += piece_bytes(at, size_bytes - done);
    }
    return true;
}

/* The whole was checked. */
static void dma_copy(const struct dma *dma, iova_t iova, size_t size_bytes)
{
    for (size_t done = 0; done < size_bytes;) {
        iova_t at = {iova.v + done};
        size_t piece = piece_bytes(at, size_bytes - done);
        struct iommu_event none;
        struct access access;
        struct fault fault;

        (void)dma_translate(dma, at, &access, &none);
        if (dma->kind == ACCESS_READ)
            (void)memory_read(dma->iommu->memory, &access, dma->to + done, piece, &fault);
        else
            (void)memory_write(dma->iommu->memory, &access, dma->from + done, piece, &fault);
        done += piece;
    }
}

static enum status dma_refuse(const struct iommu *iommu, const struct iommu_event *event,
                              struct iommu_event *copy)
{
    if (iommu->log)
        iommu->log(iommu->context, event);
    if (copy)
        *copy = *event;
    return STATUS_DENIED;
}

static enum status dma_run(const struct dma *dma, iova_t iova, size_t size_bytes,
                           struct iommu_event *copy)
{
    struct iommu_event event;

    if (!dma_check(dma, iova, size_bytes, &event))
        return dma_refuse(dma->iommu, &event, copy);
    dma_copy(dma, iova, size_bytes);
    return STATUS_OK;
}

enum status iommu_dma_read(struct iommu *iommu, uint16_t device, iova_t iova, void *to,
                           size_t size_bytes, struct iommu_event *event)
{
    struct dma dma = {.iommu = iommu, .id = device, .kind = ACCESS_READ, .to = to};

    return dma_run(&dma, iova, size_bytes, event);
}

enum status iommu_dma_write(struct iommu *iommu, uint16_t device, iova_t iova, const void *from,
                            size_t size_bytes, struct iommu_event *event)
{
    struct dma dma = {.iommu = iommu, .id = device, .kind = ACCESS_WRITE, .from = from};

    return dma_run(&dma, iova, size_bytes, event);
}

bool iommu_check(struct iommu *iommu, uint16_t device, enum access_kind kind, iova_t iova,
                 struct iommu_grant *grant)
{
    struct dma dma = {.iommu = iommu, .id = device, .kind = kind};
    struct iommu_event event;
    struct access access;

    if (!dma_translate(&dma, iova, &access, &event))
        return false;
    *grant = (struct iommu_grant){.spa = access.spa};
    return true;
}

enum status iommu_ask(struct iommu *iommu, uint16_t device, enum access_kind kind, iova_t iova,
                      struct iommu_grant *grant, struct iommu_event *event)
{
    struct dma dma = {.iommu = iommu, .id = device, .kind = kind};
    struct memory_answer answer;
    struct iommu_event refusal;
    struct access access;

    if (!dma_translate(&dma, iova, &access, &refusal))
        return dma_refuse(iommu, &refusal, event);
    (void)memory_ask(iommu->memory, &access, &answer); /* it was checked */
    *grant = (struct iommu_grant){.bytes = answer.bytes, .spa = access.spa};
    return STATUS_OK;
}
