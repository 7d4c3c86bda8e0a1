/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/reply_sbi.c — SBI calls that the monitor answers: the host does not learn that they
 * happened. Source: riscv-sbi-doc src/ext-base.adoc, ext-rfence.adoc, ext-hsm.adoc,
 * ext-legacy.adoc. */
#include "monitor/internal.h"

/* What this monitor says of itself. The implementation id is not registered: it spells "cvml". */
enum { MONITOR_SBI_VERSION = 2 << 24, MONITOR_IMPL_ID = 0x63766D6C, MONITOR_IMPL_VERSION = 1 };

enum base_fid { BASE_SPEC_VERSION, BASE_IMPL_ID, BASE_IMPL_VERSION, BASE_PROBE };
enum rfence_fid { RFENCE_FENCE_I, RFENCE_SFENCE_VMA, RFENCE_SFENCE_VMA_ASID };
enum { HSM_STATUS_FID = 2 };
enum hsm_state { HSM_STARTED = 0, HSM_STOPPED = 1, HSM_START_PENDING = 2 };

struct answer {
    int64_t error;
    uint64_t value;
};

/* An extension exists for the guest if one of its calls is listed and does something. */
static uint64_t extension_probe(const struct exposure *spec, int32_t eid)
{
    for (uint32_t i = 0; i < spec->call_count; i++) {
        const struct sbi_call *call = &spec->call[i];
        bool served = call->row != ROW_SBI_RES || eid == SBI_BASE || eid == SBI_RFNC ||
                      eid == SBI_HSM || (eid >= 0 && eid <= SBI_LEGACY_LAST);

        if (call->eid == eid && call->row != ROW_SBI_UNK && served)
            return 1;
    }
    return 0;
}

static struct answer base_answer(const struct monitor *mon, int32_t fid,
                                 const struct guest_state *live)
{
    switch (fid) {
    case BASE_SPEC_VERSION:
        return (struct answer){SBI_SUCCESS, MONITOR_SBI_VERSION};
    case BASE_IMPL_ID:
        return (struct answer){SBI_SUCCESS, MONITOR_IMPL_ID};
    case BASE_IMPL_VERSION:
        return (struct answer){SBI_SUCCESS, MONITOR_IMPL_VERSION};
    case BASE_PROBE:
        return (struct answer){SBI_SUCCESS,
                               extension_probe(mon->spec, (int32_t)(uint32_t)live->x[REG_A0])};
    default: /* mvendorid, marchid, mimpid: 0 tells nothing of the machine (privileged spec, Machine
                CSRs) */
        return (struct answer){SBI_SUCCESS, 0};
    }
}

static struct answer hsm_answer(const struct monitor *mon, uint64_t hart)
{
    if (hart >= mon->vcpu_count)
        return (struct answer){SBI_ERR_INVALID_PARAM, 0};
    switch (mon->vcpu[hart].life) {
    case VCPU_NEW:
    case VCPU_STOPPED:
    case VCPU_DEAD:
        return (struct answer){SBI_SUCCESS, HSM_STOPPED};
    case VCPU_STARTING:
        return (struct answer){SBI_SUCCESS, HSM_START_PENDING};
    case VCPU_RUNNING:
    case VCPU_EXITED:
        break;
    }
    return (struct answer){SBI_SUCCESS, HSM_STARTED};
}

/* Remote fences are the monitor's: the host learns neither address nor address space. The two-stage
 * ones need a guest that is itself a hypervisor. Whole address spaces are fenced: coarser than
 * asked is always right. */
static enum status fence_answer(const struct monitor *mon, uint32_t fid, uint64_t mask,
                                uint64_t base, struct answer *answer)
{
    *answer = (struct answer){SBI_ERR_NOT_SUPPORTED, 0};
    if (fid > RFENCE_SFENCE_VMA_ASID)
        return STATUS_OK;
    answer->error = SBI_SUCCESS;
    return mon->platform->ops->fence(mon->platform, fid, mask, base);
}

static enum status resident_answer(const struct monitor *mon, const struct guest_state *live,
                                   const struct event *event, struct answer *answer)
{
    const struct sbi_call *call = event->call;

    *answer = (struct answer){SBI_ERR_NOT_SUPPORTED, 0};
    if (event->has_mask) /* legacy remote_fence_i, remote_sfence_vma, remote_sfence_vma_asid: 5, 6,
                            7 */
        return fence_answer(mon, (uint32_t)(call->eid - SBI_LEGACY_SEND_IPI - 1),
                            event->legacy_mask, 0, answer);
    if (call->eid == SBI_RFNC)
        return fence_answer(mon, (uint32_t)call->fid, live->x[REG_A0], live->x[REG_A1], answer);
    if (call->eid == SBI_BASE)
        *answer = base_answer(mon, call->fid, live);
    else if (call->eid == SBI_HSM && call->fid == HSM_STATUS_FID)
        *answer = hsm_answer(mon, live->x[REG_A0]);
    return STATUS_OK;
}

/* A call of a host row that was refused before it could exit. */
static int64_t refused_error(const struct monitor *mon, const struct guest_state *live,
                             enum row_id row)
{
    uint64_t hart = live->x[REG_A0];

    if (row != ROW_SBI_HSM_START || hart >= mon->vcpu_count)
        return SBI_ERR_INVALID_PARAM;
    return mon->vcpu[hart].life == VCPU_DEAD ? SBI_ERR_FAILED : SBI_ERR_ALREADY_AVAILABLE;
}

enum status reply_prepare_sbi(const struct monitor *mon, const struct guest_state *live,
                              const struct event *event, struct reply *reply)
{
    struct answer answer = {SBI_ERR_NOT_SUPPORTED, 0};
    int32_t eid = (int32_t)(uint32_t)live->x[REG_A7];
    bool legacy = eid >= 0 && eid <= SBI_LEGACY_LAST;
    enum status st = STATUS_OK;

    if (event->row == ROW_SBI_RES)
        st = resident_answer(mon, live, event, &answer);
    else if (event->row != ROW_SBI_UNK && mon->spec->row[event->row].route == ROUTE_HOST)
        answer.error = refused_error(mon, live, event->row);
    if (st != STATUS_OK)
        return st;
    *reply =
        (struct reply){.kind = REPLY_ADVANCE, .reg = {REG_A0}, .value = {(uint64_t)answer.error}};
    if (!legacy) { /* legacy calls preserve a1 */
        reply->reg[1] = REG_A1;
        reply->value[1] = answer.error == SBI_SUCCESS ? answer.value : 0;
    }
    return STATUS_OK;
}
