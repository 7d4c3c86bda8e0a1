/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/event.c — what every event and every header satisfies, whichever file it came from.
 * Read source.h first. */
#include <string.h>

#include "base/bytes.h"
#include "trace/source.h"
#include "trace/utf8.h"

static bool words_are_zero(const void *words, size_t size_bytes)
{
    const unsigned char *bytes = words;

    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size_bytes - 1) == 0;
}

static const char *registers_fault(const struct trace_event *event)
{
    bool is_known = (event->known & TRACE_KNOWS_GPR) != 0;

    if (event->x[0] != 0)
        return "x0 is not 0";
    if (!is_known && (event->known & TRACE_VS_LIVE))
        return "CSRs are called live but not known";
    if (!is_known && (!words_are_zero(event->x, sizeof event->x) ||
                      !words_are_zero(event->csr, sizeof event->csr) || event->sstatus != 0 ||
                      event->hstatus != 0))
        return "registers are not known but not 0";
    if (!(event->known & TRACE_KNOWS_PC) && event->pc != 0)
        return "pc is not known but not 0";
    return NULL;
}

static const char *trap_fault(const struct trace_event *event)
{
    const struct trap *trap = &event->trap;

    if (event->type != TRACE_EXIT && (event->known & (TRACE_KNOWS_TRAP | TRACE_KNOWS_INSN)))
        return "an event that is no exit knows of a trap";
    if (event->type != TRACE_EXIT && trap->scause != 0)
        return "an event that is no exit has a cause";
    if (!(event->known & TRACE_KNOWS_TRAP) &&
        (trap->stval != 0 || trap->htval != 0 || trap->htinst != 0))
        return "trap values are not known but not 0";
    if (!(event->known & TRACE_KNOWS_INSN) && event->insn != 0)
        return "the instruction is not known but not 0";
    return NULL;
}

static const char *vmm_fault(const struct trace_event *event)
{
    enum { ERRNO_MAX = 4095 }; /* Linux include/linux/err.h, MAX_ERRNO */

    if (event->type != TRACE_VMM && (event->vmm_reason != 0 || event->vmm_errno != 0))
        return "an event that is no return to user space has a reason";
    if (event->vmm_errno > 0 || event->vmm_errno < -ERRNO_MAX)
        return "errno is not in -4095 to 0";
    return NULL;
}

static const char *note_fault(const struct trace_event *event)
{
    if (event->type != TRACE_NOTE)
        return event->text ? "an event that is no note has a text" : NULL;
    if (event->known != 0)
        return "a note knows registers";
    if (!words_are_zero(&event->kvm, sizeof event->kvm))
        return "a note has values of KVM";
    if (!event->text || !utf8_is_valid(event->text))
        return "a note has no text in UTF-8";
    return NULL;
}

const char *trace_event_fault(const struct trace_event *event)
{
    const char *fault;

    if (event->type > TRACE_NOTE)
        return "unknown event type";
    if (event->n > TRACE_INTEGER_MAX || event->t > TRACE_INTEGER_MAX)
        return "n or t above 2^53 - 1";
    if (event->cpu >= TRACE_VCPU_MAX)
        return "cpu above 1023";
    fault = registers_fault(event);
    if (!fault)
        fault = trap_fault(event);
    if (!fault)
        fault = vmm_fault(event);
    if (!fault)
        fault = note_fault(event);
    return fault;
}

static const char *regions_fault(const struct trace_header *header)
{
    uint64_t free_from = 0; /* first address above the regions so far */
    bool is_full = false;   /* the last one ends with the address space */

    if (header->region_count > REGION_MAX)
        return "too many memory regions";
    for (uint32_t i = 0; i < header->region_count; i++) {
        const struct region *region = &header->region[i];
        uint64_t last = region->base.v + (region->size_bytes - 1);

        if (region->size_bytes == 0 || last < region->base.v)
            return "a memory region is empty or passes the end of the address space";
        if (is_full || region->base.v < free_from)
            return "memory regions overlap or are not sorted by base";
        if (region->kind <= REGION_NONE || region->kind > REGION_MMIO)
            return "a memory region has no kind";
        free_from = last + 1;
        is_full = free_from == 0;
    }
    return NULL;
}

static bool text_fits(const char *text, size_t room)
{
    return memchr(text, '\0', room) != NULL && utf8_is_valid(text);
}

static const char *texts_fault(const struct trace_header *header)
{
    size_t digest_bytes;

    if (!text_fits(header->guest_name, sizeof header->guest_name) ||
        !text_fits(header->producer, sizeof header->producer) ||
        !text_fits(header->source_name, sizeof header->source_name) ||
        !text_fits(header->source_format, sizeof header->source_format) ||
        !text_fits(header->provenance, sizeof header->provenance) ||
        !text_fits(header->source_sha384, sizeof header->source_sha384))
        return "a text is too long or not UTF-8";
    digest_bytes = strlen(header->source_sha384);
    if (digest_bytes != 0 && (digest_bytes != TRACE_SHA384_HEX_BYTES - 1 ||
                              strspn(header->source_sha384, "0123456789abcdef") != digest_bytes))
        return "sha384 is not 96 lower-case hex digits";
    return NULL;
}

const char *trace_header_fault(const struct trace_header *header)
{
    const char *fault = regions_fault(header);

    if (header->completeness > TRACE_CAUSES_ONLY)
        return "unknown completeness";
    if (header->vcpus > TRACE_VCPU_MAX)
        return "more than 1024 vCPUs";
    if (header->hvip_allow & ~(HVIP_VSSIP | HVIP_VSTIP | HVIP_VSEIP))
        return "interrupts other than VSSI, VSTI and VSEI";
    return fault ? fault : texts_fault(header);
}
