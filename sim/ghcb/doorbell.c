/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/doorbell.c — see doorbell.h. */
#include "ghcb/doorbell.h"

enum status doorbell_take(const struct ghcb_shared *shared, gpa_t page,
                          struct doorbell_events *events)
{
    static const uint8_t none[DOORBELL_EVENT_BYTES];
    uint8_t bytes[DOORBELL_EVENT_BYTES];
    enum status status = shared->read(shared->context, page, bytes, sizeof bytes);

    if (status != STATUS_OK)
        return status;
    events->vector = bytes[DOORBELL_VECTOR_OFFSET];
    events->has_nmi = bytes[DOORBELL_FLAGS_OFFSET] & DOORBELL_NMI;
    events->has_machine_check = bytes[DOORBELL_FLAGS_OFFSET] & DOORBELL_MACHINE_CHECK;
    events->no_further_signal = bytes[DOORBELL_FLAGS_OFFSET] & DOORBELL_NO_FURTHER_SIGNAL;
    events->no_eoi = bytes[DOORBELL_NO_EOI_OFFSET] != 0;
    events->vmpl_events = bytes[DOORBELL_VMPL_EVENTS_OFFSET];
    return shared->write(shared->context, page, none, sizeof none);
}

enum status doorbell_check_injection(uint64_t sev_features, uint8_t vector)
{
    bool is_restricted = sev_features & SEV_FEATURE_RESTRICTED_INJECTION;

    if (is_restricted && sev_features & SEV_FEATURE_ALTERNATE_INJECTION)
        return STATUS_BAD_INPUT;
    return is_restricted && vector != VECTOR_HV ? STATUS_DENIED : STATUS_OK;
}
