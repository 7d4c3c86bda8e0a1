/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/outcome.c — the words for how a step ended. See outcome.h. */
#include "scenario/outcome.h"

#include <stdio.h>
#include <string.h>

const char *const verdict_words[] = {"attack works", "blocked", "holds", NULL};

/* Every word that an expectation may hold: those of the kinds of outcome, of the checks of the RMP
 * behind a nested fault, of its instructions, of the IOMMU, and of the secure processor. */
static const char *const words[] = {"ok",
                                    "equal",
                                    "differs",
                                    "nothing",
                                    "carry",
                                    "refused carry",
                                    "refused record",
                                    "refused list",
                                    "no-instruction",
                                    "denied",
                                    "npf not-mapped",
                                    "pf",
                                    "gp",
                                    "vc",
                                    "no-memory",
                                    "npf hypervisor-owned",
                                    "npf rmp-covered",
                                    "npf guest-owned",
                                    "npf reverse-map",
                                    "npf mutable",
                                    "npf page-size",
                                    "npf page-size sizem",
                                    "npf vmpl",
                                    "vmexit-invalid",
                                    "FAIL_INPUT",
                                    "FAIL_PERMISSION",
                                    "FAIL_INUSE",
                                    "FAIL_OVERLAP",
                                    "FAIL_SIZEMISMATCH",
                                    "FAIL_BADADDR",
                                    "dma no-device",
                                    "dma not-mapped",
                                    "dma not-writable",
                                    "dma rmp-page-fault",
                                    "dma not-accepted",
                                    "dma no-memory",
                                    "INVALID_PLATFORM_STATE",
                                    "INVALID_GUEST_STATE",
                                    "INVALID_CONFIG",
                                    "POLICY_FAILURE",
                                    "INACTIVE",
                                    "INVALID_ADDRESS",
                                    "BAD_MEASUREMENT",
                                    "ASID_OWNED",
                                    "INVALID_ASID",
                                    "WBINVD_REQUIRED",
                                    "DFFLUSH_REQUIRED",
                                    "INVALID_GUEST",
                                    "ACTIVE",
                                    "UNSUPPORTED",
                                    "INVALID_PARAM",
                                    "INVALID_PAGE_SIZE",
                                    "INVALID_PAGE_STATE",
                                    "INVALID_MDATA_ENTRY",
                                    "INVALID_PAGE_OWNER",
                                    "AEAD_OFLOW",
                                    NULL};

void outcome_firmware(enum psp_status status, struct outcome *outcome)
{
    if (status == PSP_SUCCESS)
        return;
    outcome->kind = OUTCOME_FIRMWARE;
    outcome->code = status;
}

static const char *fault_word(const struct fault *fault, char out[OUTCOME_TEXT_BYTES])
{
    switch (fault->kind) {
    case FAULT_PAGE:
        return "pf";
    case FAULT_NOT_VALIDATED:
        return "vc";
    case FAULT_PROTECTION:
        return "gp";
    case FAULT_VMRUN:
        return "vmexit-invalid";
    case FAULT_NESTED:
        (void)snprintf(out, OUTCOME_TEXT_BYTES, "npf %s%s", rmp_check_name(fault->check),
                       fault->error & FAULT_ERROR_SIZE ? " sizem" : "");
        return out;
    default:
        return "no-memory";
    }
}

const char *outcome_word(const struct outcome *outcome, char out[OUTCOME_TEXT_BYTES])
{
    static const char *const plain[] = {
        [OUTCOME_OK] = "ok",
        [OUTCOME_EQUAL] = "equal",
        [OUTCOME_DIFFERS] = "differs",
        [OUTCOME_NOTHING] = "nothing",
        [OUTCOME_CARRY] = "carry",
        [OUTCOME_REFUSED_CARRY] = "refused carry",
        [OUTCOME_REFUSED_RECORD] = "refused record",
        [OUTCOME_REFUSED_LIST] = "refused list",
        [OUTCOME_NO_INSTRUCTION] = "no-instruction",
        [OUTCOME_NOT_MAPPED] = "npf not-mapped",
        [OUTCOME_DENIED] = "denied",
    };

    switch (outcome->kind) {
    case OUTCOME_FAULT:
        return fault_word(&outcome->fault, out);
    case OUTCOME_CODE:
        return rmp_code_name((enum rmp_code)outcome->code);
    case OUTCOME_FIRMWARE:
        return psp_status_name(outcome->code);
    case OUTCOME_DEVICE:
        (void)snprintf(out, OUTCOME_TEXT_BYTES, "dma %s", iommu_reason_name(outcome->event.reason));
        return out;
    default:
        return plain[outcome->kind];
    }
}

/* "NPF (RMP, ENC)" from the bits of the error code. */
static const char *nested_text(uint64_t error, char out[OUTCOME_TEXT_BYTES])
{
    static const struct {
        uint64_t bit;
        const char *name;
    } bits[] = {{FAULT_ERROR_RMP, "RMP"},
                {FAULT_ERROR_ENCRYPTED, "ENC"},
                {FAULT_ERROR_SIZE, "SIZEM"},
                {FAULT_ERROR_VMPL, "VMPL"}};
    size_t used = (size_t)snprintf(out, OUTCOME_TEXT_BYTES, "NPF (");

    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
        if (error & bits[i].bit)
            used += (size_t)snprintf(out + used, OUTCOME_TEXT_BYTES - used, "%s%s",
                                     out[used - 1] == '(' ? "" : ", ", bits[i].name);
    (void)snprintf(out + used, OUTCOME_TEXT_BYTES - used, ")");
    return out;
}

static const char *fault_text(const struct fault *fault, char out[OUTCOME_TEXT_BYTES])
{
    switch (fault->kind) {
    case FAULT_PAGE:
        return "#PF (RMP)";
    case FAULT_NOT_VALIDATED:
        return "#VC 0x404";
    case FAULT_PROTECTION:
        return "#GP(0)";
    case FAULT_VMRUN:
        return "VMEXIT_INVALID";
    case FAULT_NESTED:
        return nested_text(fault->error, out);
    default:
        return "no memory there";
    }
}

const char *outcome_text(const struct outcome *outcome, char out[OUTCOME_TEXT_BYTES])
{
    switch (outcome->kind) {
    case OUTCOME_CARRY:
        return "ok, CF = 1";
    case OUTCOME_REFUSED_CARRY:
    case OUTCOME_REFUSED_RECORD:
    case OUTCOME_REFUSED_LIST:
        return "refused";
    case OUTCOME_NO_INSTRUCTION:
        return "#UD";
    case OUTCOME_NOT_MAPPED:
        return "NPF (no mapping)";
    case OUTCOME_FAULT:
        return fault_text(&outcome->fault, out);
    case OUTCOME_DEVICE:
        return "DMA stopped";
    default:
        return outcome_word(outcome, out);
    }
}

const char *outcome_word_at(unsigned index)
{
    return index < sizeof words / sizeof words[0] ? words[index] : NULL;
}

int outcome_word_find(const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}
