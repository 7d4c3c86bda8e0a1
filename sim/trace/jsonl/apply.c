/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/apply.c — see apply.h. The rules are those of docs/TRACE.md, "Deltas and
 * key events". */
#include "trace/jsonl/apply.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* sstatus.SPP: the privilege the trap came from, or goes back to (riscv-isa-manual, sstatus). */
#define SSTATUS_SPP ((uint64_t)1 << 8)
#define GPR_KEYS    (~(uint32_t)1) /* x1 to x31 */

struct key_rule {
    uint32_t needed;  /* sets of enum line_key */
    uint32_t allowed; /* besides */
};

#define KEY_SET(key) (1u << (key))
#define KEYS_OF_ALL  (KEY_SET(KEY_CPU) | KEY_SET(KEY_EV) | KEY_SET(KEY_N) | KEY_SET(KEY_T))
#define KEYS_OF_VCPU (KEYS_OF_ALL | KEY_SET(KEY_MODE) | KEY_SET(KEY_PC) | KEY_SET(KEY_VS))
#define KEYS_OF_DIFF (KEY_SET(KEY_CSR) | KEY_SET(KEY_GPR) | KEY_SET(KEY_KEY) | KEY_SET(KEY_X_KVM))

static const struct key_rule key_rule[TRACE_NOTE + 1] = {
    [TRACE_EXIT] = {KEYS_OF_VCPU | KEY_SET(KEY_CAUSE) | KEY_SET(KEY_INSN), KEYS_OF_DIFF},
    [TRACE_RESUME] = {KEYS_OF_VCPU, KEYS_OF_DIFF},
    [TRACE_VMM] = {KEYS_OF_VCPU | KEY_SET(KEY_REASON) | KEY_SET(KEY_ERRNO), KEYS_OF_DIFF},
    [TRACE_NOTE] = {KEYS_OF_ALL | KEY_SET(KEY_TEXT), 0},
};

void jsonl_state_init(struct jsonl_state *state, const struct trace_header *header,
                      const struct header_layout *layout)
{
    memset(state, 0, sizeof *state);
    state->keyframe_every = layout->keyframe_every;
    state->vcpu_count = header->vcpus ? header->vcpus : TRACE_VCPU_MAX;
}

void jsonl_state_free(struct jsonl_state *state)
{
    for (uint32_t i = 0; i < TRACE_VCPU_MAX; i++)
        free(state->vcpu[i]);
}

static bool keys_check(struct scan *scan, const struct jsonl_line *line)
{
    const struct key_rule *rule;
    uint32_t missing, wrong;

    if (!line_has(line, KEY_EV))
        return scan_fail(scan, scan->line,
                         "key \"ev\" is missing; expected exit, resume, vmm or note");
    rule = &key_rule[line->type];
    missing = rule->needed & ~line->seen;
    if (missing)
        return scan_fail(scan, scan->line, "key \"%s\" is missing; expected in an event of type %s",
                         line_name[__builtin_ctz(missing)].text, type_name[line->type].text);
    wrong = line->seen & ~(rule->needed | rule->allowed);
    if (wrong)
        return scan_fail(scan, line->value_at[__builtin_ctz(wrong)],
                         "key \"%s\" does not belong to an event of type %s; expected none",
                         line_name[__builtin_ctz(wrong)].text, type_name[line->type].text);
    return true;
}

/* The vCPU's record, made at its first event. */
static struct jsonl_vcpu *vcpu_find(struct jsonl_state *state, struct scan *scan,
                                    const struct jsonl_line *line)
{
    struct jsonl_vcpu **slot;

    if (line->cpu >= state->vcpu_count) {
        (void)scan_fail(scan, line->value_at[KEY_CPU],
                        "the guest has no such vCPU; expected a cpu below %" PRIu32,
                        state->vcpu_count);
        return NULL;
    }
    slot = &state->vcpu[line->cpu];
    if (!*slot)
        *slot = calloc(1, sizeof **slot);
    if (!*slot)
        (void)scan_fail(scan, scan->line, "out of memory");
    return *slot;
}

static bool order_check(const struct jsonl_state *state, const struct jsonl_vcpu *vcpu,
                        struct scan *scan, const struct jsonl_line *line)
{
    if (line->n != state->next_n)
        return scan_fail(scan, line->value_at[KEY_N], "n is %" PRIu64 "; expected %" PRIu64,
                         line->n, state->next_n);
    if (line->t < vcpu->t)
        return scan_fail(scan, line->value_at[KEY_T],
                         "t goes back on cpu %" PRIu32 "; expected at least %" PRIu64, line->cpu,
                         vcpu->t);
    return true;
}

static struct trace_event *note_apply(struct jsonl_state *state, const struct jsonl_line *line)
{
    memset(&state->note, 0, sizeof state->note);
    memcpy(state->note_text, line->text.bytes, line->text.size_bytes);
    state->note_text[line->text.size_bytes] = '\0';
    state->note.type = TRACE_NOTE;
    state->note.text = state->note_text;
    return &state->note;
}

/* Decides whether deltas have something to stand on. */
static bool key_apply(const struct jsonl_state *state, struct jsonl_vcpu *vcpu, struct scan *scan,
                      const struct jsonl_line *line)
{
    if (line_has(line, KEY_KEY)) {
        memset(&vcpu->event, 0, sizeof vcpu->event);
        vcpu->since_key = 1;
        return true;
    }
    if (vcpu->since_key == 0)
        return scan_fail(scan, scan->line,
                         "first event of cpu %" PRIu32 " is not a key event; expected \"key\":true",
                         line->cpu);
    if (vcpu->since_key >= state->keyframe_every)
        return scan_fail(scan, scan->line,
                         "no key event for %" PRIu32 " events of cpu %" PRIu32
                         "; expected \"key\":true",
                         vcpu->since_key, line->cpu);
    vcpu->since_key++;
    return true;
}

static bool registers_forget(struct trace_event *event, struct scan *scan,
                             const struct jsonl_line *line)
{
    if (line->csr_seen & CSR_STATE_KEYS)
        return scan_fail(scan, line->value_at[KEY_CSR],
                         "CSRs of the vCPU with \"gpr\":null; expected both or neither");
    if (!line_is_null(line, KEY_MODE) || !line_is_null(line, KEY_VS))
        return scan_fail(scan, line->value_at[KEY_MODE],
                         "mode or vs with \"gpr\":null; expected null");
    memset(event->x, 0, sizeof event->x);
    memset(event->csr, 0, sizeof event->csr);
    event->sstatus = event->hstatus = 0;
    event->known &= ~(uint32_t)TRACE_KNOWS_GPR;
    return true;
}

/* x1..x31, sstatus, hstatus and the guest's CSRs. */
static bool registers_apply(struct trace_event *event, struct scan *scan,
                            const struct jsonl_line *line)
{
    if (line_is_null(line, KEY_GPR))
        return registers_forget(event, scan, line);
    if (!(event->known & TRACE_KNOWS_GPR) &&
        (!line_has(line, KEY_KEY) || line->gpr_seen != GPR_KEYS ||
         (~line->csr_seen & CSR_STATE_KEYS)))
        return scan_fail(
            scan, scan->line,
            "registers without earlier ones to differ from; expected a key event with all");
    for (uint32_t left = line->gpr_seen; left; left &= left - 1)
        event->x[__builtin_ctz(left)] = line->gpr[__builtin_ctz(left)];
    for (uint32_t left = line->csr_seen & CSR_STATE_KEYS; left; left &= left - 1)
        csr_store(event, (enum csr_key)__builtin_ctz(left), line->csr[__builtin_ctz(left)]);
    if (line_is_null(line, KEY_MODE) || line_is_null(line, KEY_VS))
        return scan_fail(scan, line->value_at[KEY_MODE],
                         "mode or vs is null with known registers; expected both");
    if ((line->mode == GUEST_VS) != ((event->sstatus & SSTATUS_SPP) != 0))
        return scan_fail(scan, line->value_at[KEY_MODE],
                         "mode contradicts sstatus.SPP; expected %s",
                         event->sstatus & SSTATUS_SPP ? "VS" : "VU");
    event->known |= TRACE_KNOWS_GPR;
    return true;
}

/* stval, htval, htinst: of this exit alone. Absent is 0; all null, or csr null, is unknown. */
static bool trap_apply(struct trace_event *event, struct scan *scan, const struct jsonl_line *line)
{
    memset(&event->trap, 0, sizeof event->trap);
    event->known &= ~(uint32_t)TRACE_KNOWS_TRAP;
    if (event->type != TRACE_EXIT)
        return !(line->csr_seen & CSR_TRAP_KEYS) ||
               scan_fail(scan, line->value_at[KEY_CSR],
                         "stval, htval or htinst outside an exit; expected none");
    event->trap.scause = line->cause;
    if (line_is_null(line, KEY_CSR) || line->csr_is_null == CSR_TRAP_KEYS)
        return true;
    if (line->csr_is_null)
        return scan_fail(scan, line->value_at[KEY_CSR],
                         "some of stval, htval, htinst are null; expected all or none");
    if (line_has(line, KEY_KEY) && (~line->csr_seen & CSR_TRAP_KEYS))
        return scan_fail(scan, scan->line,
                         "stval, htval or htinst is missing; expected all three in a key event");
    for (uint32_t left = line->csr_seen & CSR_TRAP_KEYS; left; left &= left - 1)
        csr_store(event, (enum csr_key)__builtin_ctz(left), line->csr[__builtin_ctz(left)]);
    event->known |= TRACE_KNOWS_TRAP;
    return true;
}

static void kvm_apply(struct trace_kvm *kvm, const struct jsonl_line *line)
{
    const uint32_t scalars = line->kvm_seen & ~(1u << KVM_RUN | 1u << KVM_TRAP);

    for (uint32_t left = scalars; left; left &= left - 1)
        kvm_store(kvm, (enum kvm_key)__builtin_ctz(left), line->kvm[__builtin_ctz(left)]);
    for (uint32_t left = line->run_seen; left; left &= left - 1)
        kvm->run[__builtin_ctz(left)] = line->run[__builtin_ctz(left)];
    memset(kvm->trap, 0, sizeof kvm->trap); /* of this event alone */
    for (uint32_t left = line->kvm_trap_seen; left; left &= left - 1)
        kvm->trap[__builtin_ctz(left)] = line->kvm_trap[__builtin_ctz(left)];
}

static void known_set(struct trace_event *event, uint32_t flag, bool is_known)
{
    event->known = is_known ? event->known | flag : event->known & ~flag;
}

/* What stands for itself: pc, insn, reason. */
static void scalars_apply(struct trace_event *event, const struct jsonl_line *line)
{
    bool has_pc = !line_is_null(line, KEY_PC);
    bool has_insn = line->type == TRACE_EXIT && !line_is_null(line, KEY_INSN);

    event->pc = has_pc ? line->pc : 0;
    event->insn = has_insn ? line->insn : 0;
    event->vmm_reason = line->type == TRACE_VMM ? line->reason : 0;
    event->vmm_errno = line->type == TRACE_VMM ? line->error : 0;
    known_set(event, TRACE_KNOWS_PC, has_pc);
    known_set(event, TRACE_KNOWS_INSN, has_insn);
    known_set(event, TRACE_VS_LIVE, !line_is_null(line, KEY_VS) && line->is_vs_live);
}

static struct trace_event *vcpu_apply(const struct jsonl_state *state, struct jsonl_vcpu *vcpu,
                                      struct scan *scan, const struct jsonl_line *line)
{
    struct trace_event *event = &vcpu->event;

    if (!key_apply(state, vcpu, scan, line))
        return NULL;
    event->type = line->type;
    if (line_is_null(line, KEY_CSR) && !line_is_null(line, KEY_GPR)) {
        (void)scan_fail(scan, line->value_at[KEY_CSR],
                        "\"csr\":null with known registers; expected an object");
        return NULL;
    }
    if (line_is_null(line, KEY_GPR) && !line_has(line, KEY_CSR)) {
        (void)scan_fail(scan, scan->line,
                        "\"gpr\":null without csr; expected \"csr\":null or an object");
        return NULL;
    }
    if (!registers_apply(event, scan, line) || !trap_apply(event, scan, line))
        return NULL;
    scalars_apply(event, line);
    kvm_apply(&event->kvm, line);
    return event;
}

const struct trace_event *jsonl_apply(struct jsonl_state *state, struct scan *scan,
                                      const struct jsonl_line *line)
{
    struct jsonl_vcpu *vcpu;
    struct trace_event *event;

    if (!keys_check(scan, line))
        return NULL;
    vcpu = vcpu_find(state, scan, line);
    if (!vcpu || !order_check(state, vcpu, scan, line))
        return NULL;
    event =
        line->type == TRACE_NOTE ? note_apply(state, line) : vcpu_apply(state, vcpu, scan, line);
    if (!event)
        return NULL;
    event->n = line->n;
    event->t = vcpu->t = line->t;
    event->cpu = line->cpu;
    event->line = scan->line_number;
    state->next_n++;
    return event;
}
