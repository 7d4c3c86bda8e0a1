/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/exposure.c — see exposure.h. */
#include "ghcb/exposure.h"

#include <string.h>

#include "base/bytes.h"

/* Linux arch/x86/include/uapi/asm/svm.h; the ones Linux lacks: coconut-svsm and QEMU. */
static const struct {
    uint64_t code;
    const char *name;
} codes[] = {
    {0x27, "read_dr7"},
    {0x37, "write_dr7"},
    {0x6E, "rdtsc"},
    {0x6F, "rdpmc"},
    {0x72, "cpuid"},
    {0x76, "invd"},
    {0x7B, "ioio"},
    {0x7C, "msr"},
    {0x81, "vmmcall"},
    {0x87, "rdtscp"},
    {0x89, "wbinvd"},
    {0x8A, "monitor"},
    {0x8B, "mwait"},
    {0x80000001, "mmio_read"},
    {0x80000002, "mmio_write"},
    {0x80000003, "nmi_complete"},
    {0x80000004, "ap_reset_hold"},
    {0x80000005, "ap_jump_table"},
    {0x80000010, "page_state_change"},
    {0x80000011, "guest_request"},
    {0x80000012, "extended_guest_request"},
    {0x80000013, "ap_creation"},
    {0x80000014, "hv_doorbell_page"},
    {0x80000015, "hv_ipi"},
    {0x80000016, "hv_timer"},
    {0x80000017, "apic_id_list"},
    {0x80000018, "run_vmpl"},
    {0x8000001A, "secure_avic"},
    {0x8000001B, "configure_injection"},
    {0x8000001C, "disable_alternate_injection"},
    {0x8000001D, "specific_eoi"},
    {0x8000FFFD, "hypervisor_features"},
    {0x8000FFFE, "termination_request"},
    {0x8000FFFF, "unsupported_event"},
};

const char *ghcb_code_at(unsigned index, uint64_t *code)
{
    if (index >= sizeof codes / sizeof codes[0])
        return NULL;
    *code = codes[index].code;
    return codes[index].name;
}

bool ghcb_code_is_known(uint64_t code)
{
    uint64_t other;

    for (unsigned i = 0; ghcb_code_at(i, &other); i++)
        if (other == code)
            return true;
    return false;
}

static bool row_takes(const struct ghcb_row *row, const struct ghcb_values *values)
{
    if (row->code != values->of[GHCB_EXIT_CODE])
        return false;
    for (unsigned i = 0; i < row->when_count; i++) {
        const struct ghcb_condition *when = &row->when[i];

        if (((values->of[when->field] & when->mask) == when->value) == when->differs)
            return false;
    }
    return true;
}

const struct ghcb_row *ghcb_row_find(const struct ghcb_exposure *spec,
                                     const struct ghcb_values *values)
{
    for (unsigned i = 0; i < spec->row_count; i++)
        if (row_takes(&spec->row[i], values))
            return &spec->row[i];
    return NULL;
}

const struct ghcb_row *ghcb_row_by_id(const struct ghcb_exposure *spec, const char *id)
{
    for (unsigned i = 0; i < spec->row_count; i++)
        if (strcmp(spec->row[i].id, id) == 0)
            return &spec->row[i];
    return NULL;
}

/* Takes up the bits of a field that the row's conditions fix. false: they contradict what is fixed
 * already. */
static bool bits_fix(const struct ghcb_row *row, unsigned field, uint64_t *known, uint64_t *value)
{
    for (unsigned i = 0; i < row->when_count; i++) {
        const struct ghcb_condition *when = &row->when[i];

        if (when->field != field || when->differs)
            continue;
        if ((*value ^ when->value) & *known & when->mask)
            return false;
        *known |= when->mask;
        *value |= when->value;
    }
    return true;
}

/* A condition of the row that excludes just what is fixed. */
static bool bits_excluded(const struct ghcb_row *row, unsigned field, uint64_t known,
                          uint64_t value)
{
    for (unsigned i = 0; i < row->when_count; i++) {
        const struct ghcb_condition *when = &row->when[i];

        if (when->field == field && when->differs && (when->mask & ~known) == 0 &&
            (value & when->mask) == when->value)
            return true;
    }
    return false;
}

bool ghcb_rows_overlap(const struct ghcb_row *a, const struct ghcb_row *b)
{
    if (a->code != b->code)
        return false;
    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++) {
        uint64_t known = 0, value = 0;

        if (!bits_fix(a, field, &known, &value) || !bits_fix(b, field, &known, &value) ||
            bits_excluded(a, field, known, value) || bits_excluded(b, field, known, value))
            return false;
    }
    return true;
}

const struct ghcb_item *ghcb_item_find(const struct ghcb_item *list, unsigned count, unsigned field)
{
    for (unsigned i = 0; i < count; i++)
        if (list[i].field == field)
            return &list[i];
    return NULL;
}

uint64_t ghcb_item_cut(const struct ghcb_item *item, uint64_t info1, uint64_t value)
{
    unsigned size_bytes = ioio_bytes(info1);

    if (item->narrow == GHCB_NARROW_IOIO)
        value &= size_bytes ? width_mask(size_bytes) : 0;
    return value & item->mask;
}

size_t ghcb_row_data_bytes(const struct ghcb_row *row, const struct ghcb_values *values,
                           size_t list_bytes, bool *is_bad)
{
    uint64_t count = values->of[GHCB_INFO2];
    unsigned unit = 1;

    *is_bad = false;
    if (row->data == GHCB_DATA_NONE)
        return 0;
    if (row->length == GHCB_LENGTH_LIST)
        count = list_bytes;
    if (row->length == GHCB_LENGTH_IOIO)
        unit = ioio_bytes(values->of[GHCB_INFO1]);
    *is_bad = count == 0 || unit == 0 || count > GHCB_BUFFER_BYTES / unit;
    return *is_bad ? 0 : (size_t)(count * unit);
}
