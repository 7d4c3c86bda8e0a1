/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/rmp_device.c — see rmp_device.h. */
#include "devices/rmp_device.h"

enum { REG_PAGE = 0x00, REG_GPA = 0x08, REG_OWNER = 0x10, REG_COMMAND = 0x18, REG_RESULT = 0x20 };

enum {
    OWNER_ASID = 0xffff,
    OWNER_ASSIGNED = 1 << 16,
    OWNER_LARGE = 1 << 17,
    OWNER_IMMUTABLE = 1 << 18,
    RESULT_UNCHANGED = 1 << 8,
    RESULT_FAULT_SHIFT = 16
};

static uint16_t asid_of(const struct rmp_device *device)
{
    return device->owner & OWNER_ASID;
}

static bool is_guest(const struct rmp_device *device)
{
    return asid_of(device) > 0 && asid_of(device) <= memory_config(device->dma.memory)->asid_max;
}

static uint64_t update(struct rmp_device *device)
{
    struct actor by = {.kind = ACTOR_HYPERVISOR};
    struct rmp_operand operand = {.gpa = {device->gpa},
                                  .asid = asid_of(device),
                                  .assigned = (device->owner & OWNER_ASSIGNED) != 0,
                                  .is_large = (device->owner & OWNER_LARGE) != 0,
                                  .immutable = (device->owner & OWNER_IMMUTABLE) != 0};

    if (device->page < device->dma.ram_first.v)
        return RMP_FAIL_INPUT;
    return rmp_update(memory_rmp(device->dma.memory), &by, (spa_t){device->page}, &operand);
}

static uint64_t validate(struct rmp_device *device, bool is_valid)
{
    struct actor by = {.kind = ACTOR_GUEST, .asid = asid_of(device), .is_snp = true};
    struct rmp_target target = {.gpa = {device->gpa},
                                .spa = {device->page},
                                .is_large = (device->owner & OWNER_LARGE) != 0};
    struct rmp_result result;

    if (!is_guest(device) || device->page < device->dma.ram_first.v)
        return RMP_FAIL_INPUT;
    result = rmp_pvalidate(memory_rmp(device->dma.memory), &by, &target, is_valid);
    if (result.fault.kind != FAULT_NONE)
        return (uint64_t)result.fault.kind << RESULT_FAULT_SHIFT;
    return result.code | (result.carry ? RESULT_UNCHANGED : 0);
}

static uint64_t key_install(struct rmp_device *device)
{
    if (!is_guest(device) || memory_key_install(device->dma.memory, asid_of(device)) != STATUS_OK)
        return RMP_FAIL_INPUT;
    device->has_key[asid_of(device)] = true;
    return RMP_OK;
}

static uint64_t key_retire(struct rmp_device *device)
{
    if (!is_guest(device))
        return RMP_FAIL_INPUT;
    memory_key_retire(device->dma.memory, asid_of(device));
    device->has_key[asid_of(device)] = false;
    return RMP_OK;
}

/* What the secure processor does with each page of a guest that starts: encrypts it in place under
 * the guest's key. The guest need not accept it. */
static uint64_t launch(struct rmp_device *device)
{
    struct access to = {.actor = {.kind = ACTOR_FIRMWARE, .asid = asid_of(device)},
                        .kind = ACCESS_WRITE,
                        .spa = {device->page},
                        .gpa = {device->gpa},
                        .is_private = true};
    uint8_t bytes[PAGE_SIZE];
    struct fault fault;
    uint64_t result;

    if (!is_guest(device) || !dma_read(&device->dma, (spa_t){device->page}, bytes, sizeof bytes))
        return RMP_FAIL_INPUT;
    device->owner = asid_of(device) | OWNER_ASSIGNED;
    result = update(device);
    if (result == RMP_OK && !memory_write(device->dma.memory, &to, bytes, sizeof bytes, &fault))
        return RMP_FAIL_INPUT;
    return result == RMP_OK ? validate(device, true) : result;
}

static uint64_t command_do(struct rmp_device *device, uint64_t command)
{
    switch (command) {
    case RMP_COMMAND_UPDATE:
        return update(device);
    case RMP_COMMAND_VALIDATE:
        return validate(device, true);
    case RMP_COMMAND_INVALIDATE:
        return validate(device, false);
    case RMP_COMMAND_KEY_INSTALL:
        return key_install(device);
    case RMP_COMMAND_KEY_RETIRE:
        return key_retire(device);
    case RMP_COMMAND_LAUNCH:
        return launch(device);
    default:
        return RMP_FAIL_INPUT;
    }
}

bool rmp_device_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value)
{
    const struct rmp_device *device = context;

    if (size_bytes != 8 || offset % 8 != 0 || offset > REG_RESULT)
        return false;
    *value = offset == REG_PAGE     ? device->page
             : offset == REG_GPA    ? device->gpa
             : offset == REG_OWNER  ? device->owner
             : offset == REG_RESULT ? device->result
                                    : 0;
    return true;
}

bool rmp_device_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value)
{
    struct rmp_device *device = context;

    if (size_bytes != 8 || offset % 8 != 0 || offset > REG_RESULT)
        return false;
    if (offset == REG_PAGE)
        device->page = value;
    else if (offset == REG_GPA)
        device->gpa = value;
    else if (offset == REG_OWNER)
        device->owner = value;
    else if (offset == REG_COMMAND)
        device->result = command_do(device, value);
    return true;
}
