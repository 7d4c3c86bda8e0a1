/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/reason.c — the closed list of reasons, as text. */
#include "replay/replay.h"

static const struct {
    const char *key, *text;
} reasons[REASON_COUNT] = {
    [REASON_NONE] = {"equal", "the guest goes on exactly as recorded"},
    [REASON_ANSWERED_INSIDE] =
        {"answered-inside",
         "the monitor answers this call itself, with its own ids or its own state"},
    [REASON_CALL_NOT_LISTED] =
        {"call-not-listed",
         "a call outside the SBI table was served; the monitor says NOT_SUPPORTED"},
    [REASON_NO_VALUE] = {"no-value", "the hypervisor wrote a1 although the call carries no value"},
    [REASON_ENTROPY_INSIDE] = {"entropy-inside",
                               "the hypervisor supplied the seed CSR; the monitor has its own"},
    [REASON_COUNTER_INSIDE] =
        {"counter-inside",
         "the hypervisor emulated a counter; the monitor gives its own value, or none"},
    [REASON_NOT_SIGN_EXTENDED] =
        {"mmio-not-sign-extended",
         "hypervisor bug: a signed load was zero-extended (Linux before c7832534a816)"},
    [REASON_HART_STATUS] =
        {"hart-status",
         "hypervisor bug: a state for a hart that does not exist, or SUSPENDED in WFI"},
    [REASON_ENTRY_REGISTERS] = {"entry-registers",
                                "the VMM set registers that a measured start does not take"},
    [REASON_INTERRUPT_POLICY] = {"interrupt-policy",
                                 "the hypervisor set interrupts that the guest does not accept"},
    [REASON_NOT_SHARED] = {"not-shared", "the call names memory that the guest did not share"},
    [REASON_EMULATION_REFUSED] = {"emulation-refused",
                                  "one of the two refused an instruction that the other emulated"},
};

const char *replay_reason_key(enum replay_reason reason)
{
    return reasons[reason].key;
}

const char *replay_reason_text(enum replay_reason reason)
{
    return reasons[reason].text;
}
