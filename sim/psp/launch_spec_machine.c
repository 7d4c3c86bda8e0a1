/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/launch_spec_machine.c — the "machine" of a launch spec: firmware, kernel, vcpus. Read
 * launch_parts.h first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "psp/json_values.h"
#include "psp/kernel_hashes.h"
#include "psp/launch_parts.h"

enum { KERNEL_MAX_BYTES = 1 << 30 };

#define FIRMWARE_END UINT64_C(0x100000000)

/* What a machine is made of while it is read. */
struct reading {
    struct launch_machine machine;
    struct file_bytes firmware, svsm;
    uint8_t *digests; /* of the firmware's pages, if its bytes are not given */
};

static void reading_free(struct reading *reading)
{
    file_bytes_free(&reading->firmware);
    file_bytes_free(&reading->svsm);
    free(reading->digests);
}

/* An image that ends at end; what stands at its address. */
static enum status image_read(const struct place *member, const char *what, uint64_t end,
                              struct file_bytes *file, struct launch_event *event,
                              struct ovmf *table)
{
    enum status status = place_file(member, FIRMWARE_MAX_BYTES, "a firmware image", file);

    if (status == STATUS_OK)
        status = ovmf_parse(file->bytes, file->size, json_string_value(member->value), table,
                            member->doc->diag);
    if (status != STATUS_OK)
        return status;
    if (file->size > end)
        return place_fail(member, "the image does not fit below 0x%llx; expected a smaller one",
                          (unsigned long long)end);
    *event = (struct launch_event){.type = LAUNCH_PAGE_NORMAL,
                                   .gpa = {end - file->size},
                                   .page_count = file->size / PAGE_SIZE,
                                   .bytes = file->bytes,
                                   .size_bytes = file->size};
    (void)snprintf(event->what, sizeof event->what, "%s", what);
    return STATUS_OK;
}

static enum status section_read(const struct place *at, struct ovmf *ovmf)
{
    static const char *const keys[] = {"gpa", "size", "type", NULL};
    static const char *const words[] = {"zeroed",   "secrets",       "cpuid",
                                        "svsm-caa", "kernel-hashes", NULL};
    static const enum ovmf_section_type types[] = {OVMF_ZEROED, OVMF_SECRETS, OVMF_CPUID,
                                                   OVMF_SVSM_CAA, OVMF_KERNEL_HASHES};
    struct ovmf_section *section = &ovmf->section[ovmf->section_count];
    struct place size, type;
    uint8_t word = 0;
    enum status status = place_keys(at, keys);

    if (ovmf->section_count == OVMF_SECTIONS_MAX)
        return place_fail(at, "too many sections; expected at most %d", (int)OVMF_SECTIONS_MAX);
    if (status == STATUS_OK)
        status = page_gpa_read(at, "gpa", &section->gpa);
    if (status == STATUS_OK)
        status = value_need(at, "size", "a number of bytes", &size);
    if (status == STATUS_OK)
        status = value_number(&size, UINT32_MAX, &section->size_bytes);
    if (status == STATUS_OK)
        status = place_member(at, "type", JSON_STRING, &type);
    if (status == STATUS_OK)
        status = place_word(&type, words, "section type", &word);
    if (status != STATUS_OK)
        return status;
    section->type = types[word];
    ovmf->section_count++;
    if (ovmf_section_check(section, at->doc->name, NULL) != STATUS_OK)
        return place_fail(at, "not whole pages below 4 GiB; expected gpa and size to be");
    return STATUS_OK;
}

static enum status sections_read(const struct place *at, struct ovmf *ovmf)
{
    struct place list;
    enum status status = place_member(at, "sections", JSON_ARRAY, &list);

    for (size_t i = 0; status == STATUS_OK && i < json_array_size(list.value); i++) {
        struct place element = place_element(&list, i);

        status = section_read(&element, ovmf);
    }
    return status;
}

static enum status digests_read(const struct place *at, struct reading *reading)
{
    struct place list;
    enum status status = place_member(at, "page_digests", JSON_ARRAY, &list);
    size_t count;

    if (status != STATUS_OK)
        return status;
    count = json_array_size(list.value);
    if (count == 0 || count > FIRMWARE_MAX_BYTES / PAGE_SIZE)
        return place_fail(&list, "%zu pages; expected 1 to 16384", count);
    reading->digests = malloc(count * DIGEST_BYTES);
    if (!reading->digests)
        return diagnostic_set(at->doc->diag, STATUS_IO, at->doc->name, 0, 0, "not enough memory");
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct place element = place_element(&list, i);

        status = value_bytes(&element, reading->digests + i * DIGEST_BYTES, DIGEST_BYTES);
    }
    reading->machine.firmware.page_count = count;
    reading->machine.firmware.digests = (const uint8_t(*)[DIGEST_BYTES])reading->digests;
    return status;
}

/* A firmware of which only the digests of the pages and the contents of its table are known. */
static enum status firmware_described(const struct place *at, struct reading *reading)
{
    struct launch_machine *machine = &reading->machine;
    struct place eip;
    uint64_t number = 0;
    enum status status = page_gpa_read(at, "gpa", &machine->firmware.gpa);

    machine->firmware.type = LAUNCH_PAGE_NORMAL;
    (void)snprintf(machine->firmware.what, sizeof machine->firmware.what, "firmware");
    if (status == STATUS_OK)
        status = digests_read(at, reading);
    if (status == STATUS_OK)
        status = sections_read(at, &machine->ovmf);
    if (status == STATUS_OK)
        status = member_number(at, "hash_table", UINT32_MAX, &machine->ovmf.hash_table.v);
    if (status != STATUS_OK)
        return status;
    value_find(at, "reset_eip", &eip);
    if (eip.value)
        status = value_number(&eip, UINT32_MAX, &number);
    machine->ovmf.has_reset_eip = eip.value != NULL;
    machine->ovmf.reset_eip = (uint32_t)number;
    return status;
}

static enum status firmware_read(const struct place *at, struct reading *reading)
{
    static const char *const keys[] = {"file",       "gpa", "page_digests", "sections", "reset_eip",
                                       "hash_table", NULL};
    struct place firmware, file;
    enum status status = place_member(at, "firmware", JSON_OBJECT, &firmware);

    if (status == STATUS_OK)
        status = place_keys(&firmware, keys);
    if (status != STATUS_OK)
        return status;
    value_find(&firmware, "file", &file);
    if (!file.value)
        return firmware_described(&firmware, reading);
    if (json_object_size(firmware.value) != 1)
        return place_fail(&firmware, "a file and its description; expected one of them");
    return image_read(&file, "firmware", FIRMWARE_END, &reading->firmware,
                      &reading->machine.firmware, &reading->machine.ovmf);
}

/* Coconut SVSM lies below the firmware and its variables (QEMU of the project, target/i386/sev.c).
 */
static enum status svsm_read(const struct place *at, struct reading *reading)
{
    static const char *const keys[] = {"file", "vars_bytes", NULL};
    struct launch_machine *machine = &reading->machine;
    struct place svsm, file;
    uint64_t vars_bytes = 0;
    enum status status = place_optional(at, "svsm", JSON_OBJECT, &svsm);

    if (status != STATUS_OK || !svsm.value)
        return status;
    status = place_keys(&svsm, keys);
    if (status == STATUS_OK)
        status = value_need(&svsm, "file", "a path", &file);
    if (status == STATUS_OK)
        status = member_number(&svsm, "vars_bytes", FIRMWARE_MAX_BYTES, &vars_bytes);
    if (status == STATUS_OK && vars_bytes > machine->firmware.gpa.v)
        status = place_fail(&svsm, "the variables do not fit below the firmware; expected fewer");
    if (status == STATUS_OK)
        status = image_read(&file, "SVSM", machine->firmware.gpa.v - vars_bytes, &reading->svsm,
                            &machine->svsm, &machine->svsm_table);
    if (status == STATUS_OK && !machine->svsm_table.has_svsm_start)
        status = place_fail(&file, "the image does not say where it starts; expected Coconut SVSM");
    machine->maker = VMSA_SVSM;
    machine->sev_features = 1;
    return status;
}

/* A kernel or an initrd: {"file": ...} or {"hex": ...}. */
static enum status blob_read(const struct place *at, struct file_bytes *blob)
{
    static const char *const keys[] = {"file", "hex", NULL};
    struct place file, hex;
    enum status status = place_keys(at, keys);

    if (status != STATUS_OK)
        return status;
    value_find(at, "file", &file);
    value_find(at, "hex", &hex);
    if (!file.value == !hex.value)
        return place_fail(at, "%s; expected one of \"file\" and \"hex\"",
                          file.value ? "both file and hex" : "neither file nor hex");
    if (file.value)
        return place_file(&file, KERNEL_MAX_BYTES, "a kernel or initrd", blob);
    return value_bytes_all(&hex, &blob->bytes, &blob->size);
}

static enum status kernel_read(const struct place *at, struct launch_machine *machine)
{
    struct place kernel, initrd, cmdline;
    struct file_bytes kernel_bytes = {0}, initrd_bytes = {0};
    struct kernel_inputs inputs = {.cmdline = ""};
    enum status status = place_optional(at, "kernel", JSON_OBJECT, &kernel);

    if (status == STATUS_OK)
        status = place_optional(at, "initrd", JSON_OBJECT, &initrd);
    if (status == STATUS_OK)
        status = place_optional(at, "cmdline", JSON_STRING, &cmdline);
    if (status != STATUS_OK)
        return status;
    if (!kernel.value)
        return initrd.value || cmdline.value
                   ? place_fail(at, "an initrd or cmdline without a kernel; expected a kernel")
                   : STATUS_OK;
    status = blob_read(&kernel, &kernel_bytes);
    if (status == STATUS_OK && initrd.value)
        status = blob_read(&initrd, &initrd_bytes);
    if (status == STATUS_OK) {
        inputs.kernel = kernel_bytes.bytes;
        inputs.kernel_bytes = kernel_bytes.size;
        inputs.initrd = initrd_bytes.bytes;
        inputs.initrd_bytes = initrd_bytes.size;
        if (cmdline.value)
            inputs.cmdline = json_string_value(cmdline.value);
        machine->has_kernel = true;
        status = kernel_hashes_build(&inputs, machine->kernel_hashes);
    }
    file_bytes_free(&kernel_bytes);
    file_bytes_free(&initrd_bytes);
    return status;
}

static enum status cpu_read(const struct place *at, struct launch_machine *machine)
{
    struct place model, number;
    uint64_t signature = 0;
    enum status status = place_optional(at, "cpu", JSON_STRING, &model);

    if (status != STATUS_OK)
        return status;
    value_find(at, "cpu_signature", &number);
    if (model.value && number.value)
        return place_fail(&number, "both cpu and cpu_signature; expected one of them");
    if (number.value)
        status = value_number(&number, UINT32_MAX, &signature);
    if (model.value)
        signature = vmsa_cpu_signature(json_string_value(model.value));
    if (model.value && signature == 0)
        return place_fail(&model, "unknown cpu \"%.40s\"; expected a model of QEMU such as EPYC-v4",
                          json_string_value(model.value));
    machine->cpu_signature = (uint32_t)signature;
    if (!model.value && !number.value && machine->maker != VMSA_GCE)
        return place_fail(at, "no cpu; expected \"cpu\" or \"cpu_signature\"");
    return status;
}

static enum status vcpus_read(const struct place *at, enum launch_mode mode,
                              struct launch_machine *machine)
{
    static const char *const makers[] = {"qemu", "gce", NULL};
    struct place vmm;
    uint64_t vcpus = 1;
    uint8_t maker = VMSA_QEMU;
    enum status status = place_optional(at, "vmm", JSON_STRING, &vmm);

    if (status == STATUS_OK && vmm.value)
        status = place_word(&vmm, makers, "vmm", &maker);
    machine->maker = (enum vmsa_maker)maker;
    if (status == STATUS_OK)
        status = member_number(at, "vcpus", VCPUS_MAX, &vcpus);
    if (status == STATUS_OK && vcpus == 0)
        status = place_fail(at, "no vcpus; expected at least one");
    machine->vcpus = (uint32_t)vcpus;
    machine->sev_features = 1;
    if (status == STATUS_OK)
        status = member_number(at, "sev_features", UINT64_MAX, &machine->sev_features);
    return status == STATUS_OK && mode != LAUNCH_SEV ? cpu_read(at, machine) : status;
}

enum status machine_read(const struct place *at, enum launch_mode mode, struct launch *launch)
{
    static const char *const keys[] = {
        "vmm",          "firmware", "svsm",   "vcpus",   "cpu", "cpu_signature",
        "sev_features", "kernel",   "initrd", "cmdline", NULL};
    struct reading reading = {0};
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK)
        status = vcpus_read(at, mode, &reading.machine);
    if (status == STATUS_OK)
        status = firmware_read(at, &reading);
    if (status == STATUS_OK)
        status = svsm_read(at, &reading);
    if (status == STATUS_OK)
        status = kernel_read(at, &reading.machine);
    if (status == STATUS_OK)
        status = launch_add_machine(launch, &reading.machine, mode, at->doc->name, at->doc->diag);
    reading_free(&reading);
    return status;
}
