/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/launch_machine.c — the launch commands of a whole machine, in QEMU's order
 * (target/i386/sev.c; contents as in virtee/sev-snp-measure 8f2b337e). Read launch.h first. */
#include <stdio.h>
#include <string.h>

#include "psp/kernel_hashes.h"
#include "psp/launch.h"

/* A launch being built. */
struct building {
    struct launch *launch;
    const struct launch_machine *machine;
    enum launch_mode mode;
    const char *name;
    struct diagnostic *diag;
};

static enum status pages_add(const struct building *build, enum launch_page_type type,
                             const struct ovmf_section *section, const char *what)
{
    struct launch_event event = {
        .type = type, .gpa = section->gpa, .page_count = section->size_bytes / PAGE_SIZE};

    (void)snprintf(event.what, sizeof event.what, "%s", what);
    return launch_add(build->launch, &event, build->name, build->diag);
}

/* The table at its place in an otherwise empty page. */
static enum status hashes_add(const struct building *build, const struct ovmf_section *section)
{
    uint64_t offset = build->machine->ovmf.hash_table.v - section->gpa.v;
    uint8_t page[PAGE_SIZE] = {0};
    struct launch_event event = {.type = LAUNCH_PAGE_NORMAL,
                                 .gpa = section->gpa,
                                 .page_count = 1,
                                 .bytes = page,
                                 .size_bytes = PAGE_SIZE,
                                 .what = "kernel hashes"};

    if (!build->machine->has_kernel)
        return pages_add(build, LAUNCH_PAGE_ZERO, section, "kernel hashes: none");
    if (section->size_bytes != PAGE_SIZE || offset > PAGE_SIZE - KERNEL_HASHES_BYTES)
        return diagnostic_set(build->diag, STATUS_BAD_INPUT, build->name, 0, 0,
                              "the firmware's hash table does not lie in its section; expected "
                              "176 bytes in one page");
    memcpy(page + offset, build->machine->kernel_hashes, KERNEL_HASHES_BYTES);
    return launch_add(build->launch, &event, build->name, build->diag);
}

static enum status section_add(const struct building *build, const struct ovmf_section *section)
{
    bool is_gce = build->machine->maker == VMSA_GCE;

    switch (section->type) {
    case OVMF_ZEROED:
        return pages_add(build, is_gce ? LAUNCH_PAGE_UNMEASURED : LAUNCH_PAGE_ZERO, section,
                         "firmware RAM");
    case OVMF_SECRETS:
        return pages_add(build, LAUNCH_PAGE_SECRETS, section, "secrets");
    case OVMF_CPUID:
        return pages_add(build, LAUNCH_PAGE_CPUID, section, "CPUID");
    case OVMF_SVSM_CAA:
        return pages_add(build, LAUNCH_PAGE_ZERO, section, "SVSM calling area");
    case OVMF_KERNEL_HASHES:
        return hashes_add(build, section);
    }
    return STATUS_BAD_INPUT; /* ovmf_section_check lets no other type through */
}

static enum status sections_add(const struct building *build)
{
    const struct launch_machine *machine = build->machine;
    const struct ovmf *table = machine->svsm.page_count ? &machine->svsm_table : &machine->ovmf;
    enum status status = STATUS_OK;
    bool has_place = false;

    for (unsigned i = 0; status == STATUS_OK && i < table->section_count; i++) {
        has_place |= table->section[i].type == OVMF_KERNEL_HASHES;
        status = section_add(build, &table->section[i]);
    }
    if (status == STATUS_OK && machine->has_kernel && !has_place)
        return diagnostic_set(
            build->diag, STATUS_BAD_INPUT, build->name, 0, 0,
            "this firmware has no section for kernel hashes and would not check "
            "the kernel; expected a build for SEV (OvmfPkg/AmdSev), or no kernel");
    return status;
}

/* SEV and SEV-ES measure the table alone. */
static enum status legacy_hashes_add(const struct building *build)
{
    const struct launch_machine *machine = build->machine;
    struct launch_event event = {.type = LAUNCH_PAGE_NORMAL,
                                 .gpa = machine->ovmf.hash_table,
                                 .bytes = machine->kernel_hashes,
                                 .size_bytes = KERNEL_HASHES_BYTES,
                                 .what = "kernel hashes"};

    if (!machine->has_kernel)
        return STATUS_OK;
    if (machine->ovmf.hash_table.v == 0)
        return diagnostic_set(
            build->diag, STATUS_BAD_INPUT, build->name, 0, 0,
            "this firmware has no place for kernel hashes and would not check "
            "the kernel; expected a build for SEV (OvmfPkg/AmdSev), or no kernel");
    return launch_add(build->launch, &event, build->name, build->diag);
}

/* Where vcpu index starts. */
static uint32_t vcpu_eip(const struct launch_machine *machine, uint32_t index)
{
    if (machine->maker == VMSA_SVSM)
        return (uint32_t)(machine->svsm.gpa.v + machine->svsm_table.svsm_start);
    return index == 0 ? VMSA_RESET_EIP : machine->ovmf.reset_eip;
}

static enum status vcpus_add(const struct building *build)
{
    const struct launch_machine *machine = build->machine;
    uint8_t page[PAGE_SIZE];
    struct launch_event event = {.type = LAUNCH_PAGE_VMSA,
                                 .gpa = {VMSA_GPA},
                                 .page_count = 1,
                                 .bytes = page,
                                 .size_bytes = PAGE_SIZE};
    enum status status = STATUS_OK;

    if (machine->vcpus > 1 && machine->maker != VMSA_SVSM && !machine->ovmf.has_reset_eip)
        return diagnostic_set(build->diag, STATUS_BAD_INPUT, build->name, 0, 0,
                              "this firmware does not say where other vcpus start; expected one "
                              "vcpu, or a firmware with a reset block");
    for (uint32_t i = 0; status == STATUS_OK && i < machine->vcpus; i++) {
        struct vmsa_start start = {.maker = machine->maker,
                                   .eip = vcpu_eip(machine, i),
                                   .cpu_signature = machine->cpu_signature};

        start.sev_features = build->mode == LAUNCH_SNP ? machine->sev_features : 0;
        vmsa_build(&start, page);
        (void)snprintf(event.what, sizeof event.what, "vcpu %u", i);
        status = launch_add(build->launch, &event, build->name, build->diag);
    }
    return status;
}

enum status launch_add_machine(struct launch *launch, const struct launch_machine *machine,
                               enum launch_mode mode, const char *name, struct diagnostic *diag)
{
    const struct building build = {launch, machine, mode, name, diag};
    enum status status = launch_add(launch, &machine->firmware, name, diag);

    if (status == STATUS_OK && machine->svsm.page_count > 0)
        status = launch_add(launch, &machine->svsm, name, diag);
    if (status == STATUS_OK)
        status = mode == LAUNCH_SNP ? sections_add(&build) : legacy_hashes_add(&build);
    if (status == STATUS_OK && mode != LAUNCH_SEV)
        status = vcpus_add(&build);
    return status;
}
