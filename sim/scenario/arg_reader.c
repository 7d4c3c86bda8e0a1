/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/arg_reader.c — the arguments of a step, one function each. Which of them an
 * operation takes is in op.c; what several of them together mean is in step_reader.c. See reader.h.
 */
#include <stddef.h>
#include <string.h>

#include "psp/measure.h"
#include "scenario/op.h"
#include "scenario/reader.h"

enum { ACCESS_BYTES_MAX = PAGE_SIZE };

static enum status page_name_read(const struct place *at, const char *key,
                                  const struct scenario *scenario, int *index)
{
    struct place member;
    enum status status = place_member(at, key, JSON_STRING, &member);

    if (status != STATUS_OK)
        return status;
    *index = scenario_find_page(scenario, json_string_value(member.value));
    if (*index < 0)
        return place_fail(&member, "unknown page \"%.40s\"; expected one of \"pages\"",
                          json_string_value(member.value));
    return STATUS_OK;
}

static enum status page_read(const struct place *at, struct scenario *scenario,
                             struct scenario_step *step)
{
    return page_name_read(at, "page", scenario, &step->page);
}

static enum status to_read(const struct place *at, struct scenario *scenario,
                           struct scenario_step *step)
{
    return page_name_read(at, "to", scenario, &step->to);
}

static enum status spa_read(const struct place *at, struct scenario *scenario,
                            struct scenario_step *step)
{
    return page_address_read(at, "spa", scenario_ram_end(scenario), &step->spa.v);
}

static enum status gpa_read(const struct place *at, struct scenario *scenario,
                            struct scenario_step *step)
{
    (void)scenario;
    return page_address_read(at, "gpa", SCENARIO_GPA_END, &step->gpa.v);
}

static enum status iova_read(const struct place *at, struct scenario *scenario,
                             struct scenario_step *step)
{
    (void)scenario;
    return page_address_read(at, "iova", SCENARIO_GPA_END, &step->iova.v);
}

static enum status offset_read(const struct place *at, struct scenario *scenario,
                               struct scenario_step *step)
{
    uint64_t offset = 0;
    enum status status = place_number(at, "offset", 0, LARGE_PAGE_SIZE - 1, &offset);

    (void)scenario;
    step->offset = (uint32_t)offset;
    return status;
}

static enum status size_read(const struct place *at, struct scenario *scenario,
                             struct scenario_step *step)
{
    uint64_t size = 0;
    enum status status = place_number(at, "size", 1, ACCESS_BYTES_MAX, &size);

    (void)scenario;
    step->size = (uint32_t)size;
    return status;
}

/* A guest or a device by name. */
static enum status who_read(const struct place *at, const char *key, enum who_kind kind,
                            const struct scenario *scenario, int *index)
{
    struct place member;
    struct scenario_who who;
    enum status status = place_member(at, key, JSON_STRING, &member);

    if (status != STATUS_OK)
        return status;
    if (!scenario_find_who(scenario, json_string_value(member.value), &who) || who.kind != kind)
        return place_fail(&member, "unknown %s \"%.40s\"; expected one of \"%ss\"", key,
                          json_string_value(member.value), key);
    *index = who.index;
    return STATUS_OK;
}

static enum status guest_read(const struct place *at, struct scenario *scenario,
                              struct scenario_step *step)
{
    return who_read(at, "guest", WHO_GUEST, scenario, &step->guest);
}

static enum status device_read(const struct place *at, struct scenario *scenario,
                               struct scenario_step *step)
{
    return who_read(at, "device", WHO_DEVICE, scenario, &step->device);
}

static enum status value_member(const struct place *at, const char *key, struct scenario *scenario,
                                int *index)
{
    struct place member;
    enum status status = place_member(at, key, JSON_OBJECT, &member);

    return status == STATUS_OK ? value_read(&member, scenario, index) : status;
}

static enum status data_read(const struct place *at, struct scenario *scenario,
                             struct scenario_step *step)
{
    return value_member(at, "data", scenario, &step->data);
}

static enum status a_read(const struct place *at, struct scenario *scenario,
                          struct scenario_step *step)
{
    return value_member(at, "a", scenario, &step->a);
}

static enum status b_read(const struct place *at, struct scenario *scenario,
                          struct scenario_step *step)
{
    return value_member(at, "b", scenario, &step->b);
}

static enum status remember_read(const struct place *at, struct scenario *scenario,
                                 struct scenario_step *step)
{
    return bytes_name_read(at, scenario, &step->remember);
}

/* "owner": hypervisor, firmware or a guest. */
static enum status owner_read(const struct place *at, struct scenario *scenario,
                              struct scenario_step *step)
{
    struct place member;
    struct scenario_who who;
    enum status status = place_member(at, "owner", JSON_STRING, &member);

    if (status != STATUS_OK)
        return status;
    if (!scenario_find_who(scenario, json_string_value(member.value), &who) ||
        who.kind == WHO_DRAM || who.kind == WHO_DEVICE)
        return place_fail(&member,
                          "unknown owner \"%.40s\"; expected hypervisor, firmware or a guest",
                          json_string_value(member.value));
    step->owner = who.kind == WHO_HYPERVISOR ? OWNER_HYPERVISOR
                  : who.kind == WHO_FIRMWARE ? OWNER_FIRMWARE
                                             : OWNER_GUEST;
    if (who.kind == WHO_GUEST)
        step->guest = who.index;
    return STATUS_OK;
}

static enum status of_vmpl_read(const struct place *at, struct scenario *scenario,
                                struct scenario_step *step)
{
    uint64_t vmpl = 0;
    enum status status = place_number(at, "of_vmpl", 0, VMPL_COUNT - 1, &vmpl);

    (void)scenario;
    step->of_vmpl = (uint8_t)vmpl;
    return status;
}

/* "rights": letters r, w, u (execute as user), s (execute as supervisor), k (shadow stack). */
static enum status rights_read(const struct place *at, struct scenario *scenario,
                               struct scenario_step *step)
{
    static const char letters[] = "rwusk";
    struct place member;
    enum status status = place_member(at, "rights", JSON_STRING, &member);
    const char *text = json_string_value(member.value);

    (void)scenario;
    if (status != STATUS_OK)
        return status;
    if (strspn(text, letters) != strlen(text))
        return place_fail(&member, "rights \"%.40s\"; expected some of the letters %s", text,
                          letters);
    step->rights = 0;
    for (; *text; text++)
        step->rights |= (uint8_t)(1 << (strchr(letters, *text) - letters));
    return STATUS_OK;
}

static enum status bit_read(const struct place *at, struct scenario *scenario,
                            struct scenario_step *step)
{
    uint64_t bit = 0, end = scenario_ram_end(scenario);
    struct place member;
    enum status status = place_member(at, "bit", JSON_INTEGER, &member);

    if (status == STATUS_OK)
        status = place_number(at, "bit", PAGE_SHIFT, 47, &bit);
    if (status == STATUS_OK && UINT64_C(1) << bit >= end)
        status = place_fail(&member,
                            "no RAM has address bit %u; expected a bit of an address below "
                            "0x%llx",
                            (unsigned)bit, (unsigned long long)end);
    step->bit = (uint8_t)bit;
    return status;
}

static enum status type_read(const struct place *at, struct scenario *scenario,
                             struct scenario_step *step)
{
    static const char *const words[] = {"normal",  "vmsa",  "zero", "unmeasured",
                                        "secrets", "cpuid", NULL};
    struct place member;
    enum status status = place_member(at, "type", JSON_STRING, &member);
    uint8_t word = 0;

    (void)scenario;
    if (status == STATUS_OK)
        status = place_word(&member, words, "type", &word);
    step->type = (uint8_t)(LAUNCH_PAGE_NORMAL + word);
    return status;
}

static enum status policy_read(const struct place *at, struct scenario *scenario,
                               struct scenario_step *step)
{
    (void)scenario;
    return place_hex(at, "policy", &step->policy);
}

static enum status forge_read(const struct place *at, struct scenario *scenario,
                              struct scenario_step *step)
{
    (void)scenario;
    return page_address_read(at, "forge", SCENARIO_GPA_END, &step->forge.v);
}

/* One per enum step_arg. What has no function is true or false. */
static const struct {
    const char *key;
    enum status (*read)(const struct place *at, struct scenario *scenario,
                        struct scenario_step *step);
    size_t flag; /* offset in struct scenario_step */
} args[ARG_COUNT] = {
    [ARG_PAGE] = {"page", page_read, 0},
    [ARG_SPA] = {"spa", spa_read, 0},
    [ARG_GPA] = {"gpa", gpa_read, 0},
    [ARG_OFFSET] = {"offset", offset_read, 0},
    [ARG_SIZE] = {"size", size_read, 0},
    [ARG_GUEST] = {"guest", guest_read, 0},
    [ARG_DEVICE] = {"device", device_read, 0},
    [ARG_IOVA] = {"iova", iova_read, 0},
    [ARG_LARGE] = {"large", NULL, offsetof(struct scenario_step, is_large)},
    [ARG_SHARED] = {"shared", NULL, offsetof(struct scenario_step, is_shared)},
    [ARG_DATA] = {"data", data_read, 0},
    [ARG_A] = {"a", a_read, 0},
    [ARG_B] = {"b", b_read, 0},
    [ARG_REMEMBER] = {"remember", remember_read, 0},
    [ARG_TO] = {"to", to_read, 0},
    [ARG_OWNER] = {"owner", owner_read, 0},
    [ARG_IMMUTABLE] = {"immutable", NULL, offsetof(struct scenario_step, immutable)},
    [ARG_VALIDATE] = {"validate", NULL, offsetof(struct scenario_step, validate)},
    [ARG_OF_VMPL] = {"of_vmpl", of_vmpl_read, 0},
    [ARG_RIGHTS] = {"rights", rights_read, 0},
    [ARG_VMSA] = {"vmsa", NULL, offsetof(struct scenario_step, vmsa)},
    [ARG_BIT] = {"bit", bit_read, 0},
    [ARG_ON] = {"on", NULL, offsetof(struct scenario_step, on)},
    [ARG_WRITABLE] = {"writable", NULL, offsetof(struct scenario_step, writable)},
    [ARG_TYPE] = {"type", type_read, 0},
    [ARG_POLICY] = {"policy", policy_read, 0},
    [ARG_CHANGES] = {"changes", changes_read, 0},
    [ARG_FORGE] = {"forge", forge_read, 0},
};

const char *arg_key(enum step_arg arg)
{
    return args[arg].key;
}

/* Which arguments the operation may have; how it names memory is among them. */
static uint32_t allowed_args(const struct scenario_step *step)
{
    uint32_t allowed = step->op->needs | step->op->takes;

    if (step->op->target != TARGET_NONE)
        allowed |= 1U << ARG_PAGE;
    if (step->op->target == TARGET_HOST ||
        (step->op->target == TARGET_EITHER && step->who.kind != WHO_GUEST))
        allowed |= 1U << ARG_SPA;
    if (step->op->target == TARGET_GUEST ||
        (step->op->target == TARGET_EITHER && step->who.kind == WHO_GUEST))
        allowed |= 1U << ARG_GPA;
    return allowed;
}

enum status args_read(const struct place *at, struct scenario *scenario, struct scenario_step *step)
{
    uint32_t allowed = allowed_args(step);

    for (unsigned arg = 0; arg < ARG_COUNT; arg++) {
        struct place here = {.doc = at->doc, .parent = at, .key = args[arg].key};
        enum status status;

        here.value = args[arg].key ? json_object_get(at->value, args[arg].key) : NULL;
        if (!here.value && step->op->needs & 1U << arg)
            return place_fail(at, "\"%s\" is missing; expected it with \"%s\"", args[arg].key,
                              step->op->name);
        if (!here.value)
            continue;
        if (!(allowed & 1U << arg))
            return place_fail(&here,
                              "\"%s\" has no meaning for \"%s\" by this actor; expected it "
                              "to be left out",
                              args[arg].key, step->op->name);
        if (args[arg].read)
            status = args[arg].read(at, scenario, step);
        else /* a bool of the step, by its offset */
            status = place_flag(at, args[arg].key, (bool *)((char *)step + args[arg].flag));
        if (status != STATUS_OK)
            return status;
        step->given |= 1U << arg;
    }
    return STATUS_OK;
}
