/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/guest.c — see guest.h. Invariant: of the registers only the in fields of the row are
 * copied into the page, and only its out fields are written by an answer. */
#include "ghcb/guest.h"

#include <string.h>

#include "ghcb/opcode.h"
#include "ghcb/wire.h"

/* INFO2 of an injected exception is laid out as EVENTINJ: AMD APM vol. 2, 15.20. */
enum {
    EVENT_VECTOR = 0xFF,
    EVENT_TYPE_SHIFT = 8,
    EVENT_TYPE_EXCEPTION = 3,
    EVENT_HAS_ERROR = 1 << 11,
    VECTOR_UD = 6,
    VECTOR_GP = 13,
};
#define EVENT_VALID (UINT64_C(1) << 31)

const char *ghcb_refusal_name(unsigned refusal)
{
    static const char *const names[GHCB_REFUSAL_COUNT] = {
        [GHCB_NOT_REFUSED] = "not refused",
        [GHCB_REFUSED_NO_ROW] = "no row for this event",
        [GHCB_REFUSED_IOIO_WORD] = "the IOIO word gives no size",
        [GHCB_REFUSED_LENGTH] = "bad length of data",
        [GHCB_REFUSED_OPCODE] = "the opcode differs from the exit code",
        [GHCB_REFUSED_TSC] = "RDTSC intercepted despite SecureTSC",
        [GHCB_REFUSED_MMIO] = "MMIO to private memory",
        [GHCB_REFUSED_SCRATCH] = "scratch area in private memory",
        [GHCB_REFUSED_RESPONSE] = "unknown response",
        [GHCB_REFUSED_MALFORMED] = "the host calls the request malformed",
        [GHCB_REFUSED_EXCEPTION] = "an exception other than #GP and #UD",
        [GHCB_REFUSED_EXCEPTION_HERE] = "an exception where none is due",
        [GHCB_REFUSED_MISSING_OUTPUT] = "an output is missing",
        [GHCB_REFUSED_CAME_BACK] = "an answer to an exit that has none",
    };

    return names[refusal];
}

static bool range_is_private(const struct ghcb_guest *guest, gpa_t from, size_t size_bytes)
{
    uint64_t last = from.v + size_bytes - 1;

    if (!guest->is_private)
        return false;
    for (uint64_t page = from.v / PAGE_SIZE; page <= last / PAGE_SIZE; page++)
        if (guest->is_private(guest->context, (gpa_t){page * PAGE_SIZE}))
            return true;
    return last < from.v;
}

static bool scratch_is_inside(gpa_t page, gpa_t scratch, size_t size_bytes)
{
    uint64_t offset = scratch.v - (page.v + GHCB_BUFFER_OFFSET); /* below it wraps: outside */

    return offset < GHCB_BUFFER_BYTES && size_bytes <= GHCB_BUFFER_BYTES - offset;
}

/* The defences that look before anything crosses. */
static enum ghcb_refusal defences_ask(const struct ghcb_guest *guest,
                                      const struct ghcb_event *event, gpa_t scratch,
                                      size_t data_bytes)
{
    bool is_mmio = event->code == GHCB_EXIT_MMIO_READ || event->code == GHCB_EXIT_MMIO_WRITE;

    if (guest->defences.opcode &&
        !opcode_fits(event->opcode, event->opcode_bytes, event->code, event->info1))
        return GHCB_REFUSED_OPCODE;
    if (guest->defences.tsc && (event->code == GHCB_EXIT_RDTSC || event->code == GHCB_EXIT_RDTSCP))
        return GHCB_REFUSED_TSC;
    if (guest->defences.mmio && is_mmio &&
        range_is_private(guest, (gpa_t){event->info1}, data_bytes))
        return GHCB_REFUSED_MMIO;
    if (guest->defences.scratch && data_bytes > 0 &&
        !scratch_is_inside(guest->page, scratch, data_bytes) &&
        range_is_private(guest, scratch, data_bytes))
        return GHCB_REFUSED_SCRATCH;
    return GHCB_NOT_REFUSED;
}

static void cpuid_answer_take(const struct ghcb_guest *guest, struct ghcb_values *registers)
{
    struct cpuid_answer answer = cpuid_page_find(guest->cpuid, (uint32_t)registers->of[GHCB_RAX],
                                                 (uint32_t)registers->of[GHCB_RCX],
                                                 registers->of[GHCB_XCR0], registers->of[GHCB_XSS]);

    registers->of[GHCB_RAX] = answer.eax;
    registers->of[GHCB_RBX] = answer.ebx;
    registers->of[GHCB_RCX] = answer.ecx;
    registers->of[GHCB_RDX] = answer.edx;
}

/* What crosses: the fields of the request, and the in fields of the row. */
static void request_build(const struct ghcb_row *row, const struct ghcb_values *values,
                          struct ghcb_page *page)
{
    ghcb_page_clear(page, GHCB_VERSION_SNP);
    ghcb_page_put(page, GHCB_EXIT_CODE, values->of[GHCB_EXIT_CODE]);
    ghcb_page_put(page, GHCB_INFO1, values->of[GHCB_INFO1] & row->info1_mask);
    ghcb_page_put(page, GHCB_INFO2, values->of[GHCB_INFO2] & row->info2_mask);
    if (row->data != GHCB_DATA_NONE)
        ghcb_page_put(page, GHCB_SCRATCH, values->of[GHCB_SCRATCH]);
    for (unsigned i = 0; i < row->in_count; i++)
        ghcb_page_put(
            page, row->in[i].field,
            ghcb_item_cut(&row->in[i], values->of[GHCB_INFO1], values->of[row->in[i].field]));
}

/* Data into the page's own buffer, or at once to where the scratch pointer says. */
static enum status data_place(const struct ghcb_guest *guest, const struct ghcb_event *event,
                              gpa_t scratch, size_t data_bytes, struct ghcb_page *page)
{
    if (!scratch_is_inside(guest->page, scratch, data_bytes))
        return guest->shared->write(guest->shared->context, scratch, event->data, data_bytes);
    memcpy(page->byte + (scratch.v - guest->page.v), event->data, data_bytes);
    return STATUS_OK;
}

/* Row and length of an event whose values are complete but for the scratch pointer. */
static enum ghcb_refusal event_check(const struct ghcb_guest *guest, const struct ghcb_event *event,
                                     const struct ghcb_values *values, const struct ghcb_row **row,
                                     size_t *data_bytes)
{
    bool is_bad;

    if (event->code == GHCB_EXIT_IOIO && ioio_bytes(event->info1) == 0)
        return GHCB_REFUSED_IOIO_WORD;
    *row = ghcb_row_find(guest->spec, values);
    if (!*row)
        return GHCB_REFUSED_NO_ROW;
    *data_bytes = ghcb_row_data_bytes(*row, values, event->data_bytes, &is_bad);
    if (is_bad || ((*row)->data & GHCB_DATA_TO_HOST && event->data_bytes != *data_bytes))
        return GHCB_REFUSED_LENGTH;
    return GHCB_NOT_REFUSED;
}

enum status ghcb_guest_send(struct ghcb_guest *guest, const struct ghcb_event *event,
                            struct ghcb_values *registers, enum ghcb_refusal *why)
{
    gpa_t scratch = event->scratch.v ? event->scratch : (gpa_t){guest->page.v + GHCB_BUFFER_OFFSET};
    struct ghcb_values values = *registers;
    const struct ghcb_row *row = NULL;
    struct ghcb_page page;
    size_t data_bytes = 0;
    enum status status = STATUS_OK;

    *why = GHCB_NOT_REFUSED;
    if (guest->pending)
        return STATUS_BAD_STATE;
    values.of[GHCB_EXIT_CODE] = event->code;
    values.of[GHCB_INFO1] = event->info1;
    values.of[GHCB_INFO2] = event->info2;
    values.of[GHCB_SCRATCH] = scratch.v;
    *why = event_check(guest, event, &values, &row, &data_bytes);
    if (*why == GHCB_NOT_REFUSED)
        *why = defences_ask(guest, event, scratch, data_bytes);
    if (*why != GHCB_NOT_REFUSED)
        return STATUS_DENIED;
    if (guest->defences.cpuid && guest->cpuid && event->code == GHCB_EXIT_CPUID) {
        cpuid_answer_take(guest, registers);
        return STATUS_OK;
    }
    request_build(row, &values, &page);
    if (row->data & GHCB_DATA_TO_HOST)
        status = data_place(guest, event, scratch, data_bytes, &page);
    if (status == STATUS_OK)
        status = guest->shared->write(guest->shared->context, guest->page, &page, sizeof page);
    if (status != STATUS_OK)
        return status;
    guest->pending = row;
    guest->pending_info1 = event->info1;
    guest->pending_scratch = scratch;
    guest->pending_bytes = data_bytes;
    return STATUS_OK;
}

/* INFO1 = 1: only what an instruction could have raised by itself. */
static enum ghcb_refusal exception_take(const struct ghcb_row *row, uint64_t info2,
                                        struct ghcb_outcome *outcome)
{
    uint8_t vector = info2 & EVENT_VECTOR;

    if (row->rule != GHCB_RULE_EXCEPTION)
        return GHCB_REFUSED_EXCEPTION_HERE;
    if ((vector != VECTOR_GP && vector != VECTOR_UD) || !(info2 & EVENT_VALID) ||
        (info2 >> EVENT_TYPE_SHIFT & 7) != EVENT_TYPE_EXCEPTION)
        return GHCB_REFUSED_EXCEPTION;
    outcome->is_exception = true;
    outcome->vector = vector;
    outcome->has_error_code = info2 & EVENT_HAS_ERROR;
    if (outcome->has_error_code)
        outcome->error_code = (uint32_t)(info2 >> 32);
    return GHCB_NOT_REFUSED;
}

static enum ghcb_refusal response_check(const struct ghcb_row *row, const struct ghcb_page *page,
                                        struct ghcb_outcome *outcome)
{
    uint64_t info2 = ghcb_page_get(page, GHCB_INFO2);

    if (row->rule == GHCB_RULE_NEVER)
        return GHCB_REFUSED_CAME_BACK;
    switch ((uint32_t)ghcb_page_get(page, GHCB_INFO1)) {
    case GHCB_RESPONSE_OK:
        for (unsigned i = 0; i < row->out_count; i++)
            if (!ghcb_page_is_valid(page, row->out[i].field))
                return GHCB_REFUSED_MISSING_OUTPUT;
        return GHCB_NOT_REFUSED;
    case GHCB_RESPONSE_EXCEPTION:
        return exception_take(row, info2, outcome);
    case GHCB_RESPONSE_MALFORMED:
        outcome->info2 = info2;
        return GHCB_REFUSED_MALFORMED;
    default:
        return GHCB_REFUSED_RESPONSE;
    }
}

/* An IN of one or two bytes keeps the rest of RAX; one of four clears the upper half, as every
 * 32-bit result does (AMD APM vol. 1, 3.1.2). */
static void outputs_take(const struct ghcb_row *row, uint64_t info1, const struct ghcb_page *page,
                         struct ghcb_values *registers, struct ghcb_outcome *outcome)
{
    for (unsigned i = 0; i < row->out_count; i++) {
        const struct ghcb_item *out = &row->out[i];
        uint64_t value = ghcb_item_cut(out, info1, ghcb_page_get(page, out->field));

        if (out->field == GHCB_INFO2)
            outcome->info2 = value;
        else if (out->narrow == GHCB_NARROW_IOIO && ioio_bytes(info1) < 4)
            registers->of[out->field] =
                (registers->of[out->field] & ~width_mask(ioio_bytes(info1))) | value;
        else
            registers->of[out->field] = value;
    }
}

static enum status data_fetch(const struct ghcb_guest *guest, const struct ghcb_page *page,
                              struct ghcb_outcome *outcome)
{
    gpa_t scratch = guest->pending_scratch;

    outcome->data_bytes = guest->pending_bytes;
    if (!scratch_is_inside(guest->page, scratch, outcome->data_bytes))
        return guest->shared->read(guest->shared->context, scratch, outcome->data,
                                   outcome->data_bytes);
    memcpy(outcome->data, page->byte + (scratch.v - guest->page.v), outcome->data_bytes);
    return STATUS_OK;
}

enum status ghcb_guest_receive(struct ghcb_guest *guest, struct ghcb_values *registers,
                               struct ghcb_outcome *outcome, enum ghcb_refusal *why)
{
    const struct ghcb_row *row = guest->pending;
    struct ghcb_page page;
    enum status status;

    memset(outcome, 0, sizeof *outcome);
    *why = GHCB_NOT_REFUSED;
    if (!row)
        return STATUS_BAD_STATE;
    guest->pending = NULL;
    status = guest->shared->read(guest->shared->context, guest->page, &page, sizeof page);
    if (status != STATUS_OK)
        return status;
    *why = response_check(row, &page, outcome);
    if (*why != GHCB_NOT_REFUSED)
        return STATUS_DENIED;
    if (outcome->is_exception)
        return STATUS_OK;
    if (row->data & GHCB_DATA_TO_GUEST)
        status = data_fetch(guest, &page, outcome);
    if (status == STATUS_OK)
        outputs_take(row, guest->pending_info1, &page, registers, outcome);
    return status;
}
