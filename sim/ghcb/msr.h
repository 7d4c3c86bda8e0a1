/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/msr.h — the MSR protocol: requests and responses of 64 bits in MSR C001_0130, for the
 * time before there is a GHCB. Source: Linux
 * arch/x86/include/asm/sev-common.h. */
#ifndef CVMLAB_SIM_GHCB_MSR_H
#define CVMLAB_SIM_GHCB_MSR_H

#include "base/status.h"
#include "base/types.h"

/* Bits [11:0] of the value. */
enum msr_code {
    MSR_GHCB_ADDRESS = 0x000, /* no message: the GHCB is there */
    MSR_SEV_INFO_RESPONSE = 0x001,
    MSR_SEV_INFO_REQUEST = 0x002,
    MSR_CPUID_REQUEST = 0x004,
    MSR_CPUID_RESPONSE = 0x005,
    MSR_AP_HOLD_REQUEST = 0x006,
    MSR_AP_HOLD_RESPONSE = 0x007,
    MSR_PREFERRED_REQUEST = 0x010,
    MSR_PREFERRED_RESPONSE = 0x011,
    MSR_REGISTER_REQUEST = 0x012,
    MSR_REGISTER_RESPONSE = 0x013,
    MSR_PSC_REQUEST = 0x014,
    MSR_PSC_RESPONSE = 0x015,
    MSR_VMPL_REQUEST = 0x016,
    MSR_VMPL_RESPONSE = 0x017,
    MSR_FEATURES_REQUEST = 0x080,
    MSR_FEATURES_RESPONSE = 0x081,
    MSR_TERMINATE = 0x100,
};

/* MSR_FEATURES_RESPONSE, and the answer to exit 0x8000FFFD. */
enum ghcb_feature {
    GHCB_FEATURE_SNP = 1 << 0,
    GHCB_FEATURE_AP_CREATION = 1 << 1,
    GHCB_FEATURE_RESTRICTED_INJECTION = 1 << 2,
    GHCB_FEATURE_RESTRICTED_INJECTION_TIMER = 1 << 3,
    GHCB_FEATURE_APIC_LIST = 1 << 4,
    GHCB_FEATURE_MULTI_VMPL = 1 << 5,
    GHCB_FEATURE_PSC = 1 << 6,
    GHCB_FEATURE_EXTERNAL_INTERRUPTS = 1 << 9,
};

/* One value taken apart. Only the members that the code has are used; the others are 0. */
struct msr_message {
    uint16_t code;
    uint64_t page;                     /* ADDRESS, PREFERRED_RESPONSE, REGISTER, PSC_REQUEST: a
                                          page number */
    uint16_t version_max, version_min; /* SEV_INFO_RESPONSE */
    uint8_t c_bit;                     /* SEV_INFO_RESPONSE: its position in an address */
    uint32_t function;                 /* CPUID_REQUEST: EAX */
    uint8_t cpuid_register;            /* CPUID: 0 EAX, 1 EBX, 2 ECX, 3 EDX */
    uint32_t value;                    /* CPUID_RESPONSE */
    uint64_t result;                   /* AP_HOLD_RESPONSE: not 0 means woken */
    uint8_t operation;                 /* PSC_REQUEST: 1 private, 2 shared */
    uint32_t error;                    /* PSC_RESPONSE, VMPL_RESPONSE: 0 is success */
    uint8_t vmpl;                      /* VMPL_REQUEST */
    uint64_t features;                 /* FEATURES_RESPONSE: enum ghcb_feature */
    uint8_t reason_set, reason;        /* TERMINATE */
};

/* All ones: the host prefers no address for the GHCB. */
#define MSR_PAGE_NONE (UINT64_MAX >> PAGE_SHIFT)

/* Puts a message together. STATUS_BAD_INPUT: no such code, or a member does not fit its bits or is
 * none of the values it may have. */
enum status msr_encode(const struct msr_message *message, uint64_t *value);

/* Takes a value apart. STATUS_BAD_INPUT: no such code, a reserved bit is set (that the two bits for
 * the register come back in a CPUID response is allowed), or a PSC operation other than 1 and 2. */
enum status msr_decode(uint64_t value, struct msr_message *message);

/* What the guest makes of the response to its request, out is it taken apart. STATUS_BAD_INPUT: it
 * cannot be taken apart, or is the response to something else (another code, another page number
 * than the one registered, a version range that ends before it begins). STATUS_DENIED: the host
 * says no: an error, or an AP that was not woken. STATUS_BAD_STATE: request is none, or has no
 * response. */
enum status msr_check_response(uint64_t request, uint64_t response, struct msr_message *out);

#endif
