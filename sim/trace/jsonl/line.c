/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/line.c — see line.h. The hot path of every replay: one pass, no allocation,
 * no copies. */
#include "trace/jsonl/line.h"

#include <jansson.h>
#include <string.h>

#include "trace/jsonl/members.h"
#include "trace/trace.h"

static bool text_equals(const struct scan_text *text, const char *word)
{
    return text->size_bytes == strlen(word) && memcmp(text->bytes, word, text->size_bytes) == 0;
}

static bool count_scan(struct scan *scan, uint64_t high, uint64_t *value)
{
    int64_t number;

    if (!scan_integer(scan, 0, (int64_t)high, &number))
        return false;
    *value = (uint64_t)number;
    return true;
}

static bool word32_scan(struct scan *scan, uint32_t high, uint32_t *value)
{
    int64_t number;

    if (!scan_integer(scan, 0, high, &number))
        return false;
    *value = (uint32_t)number;
    return true;
}

static bool type_scan(struct scan *scan, struct jsonl_line *line)
{
    struct scan_text text;
    const char *at = scan->at;
    unsigned found;

    if (!scan_string(scan, &text))
        return false;
    found = name_find(type_name, TRACE_NOTE + 1, 0, &text);
    if (found > TRACE_NOTE)
        return scan_fail(scan, at, "unknown event type; expected exit, resume, vmm or note");
    line->type = (enum trace_event_type)found;
    return true;
}

/* "CAUSE_0x1f": a cause without a name. One that has a name is written by it, so that equal traces
 * are equal bytes. */
static bool cause_number_read(const struct scan_text *text, uint64_t *cause)
{
    static const char prefix[] = "CAUSE_0x";
    enum { PREFIX_BYTES = sizeof prefix - 1, DIGITS_MAX = 16 };
    size_t digits = text->size_bytes - PREFIX_BYTES;
    uint64_t value = 0;

    if (text->size_bytes <= PREFIX_BYTES || digits > DIGITS_MAX ||
        memcmp(text->bytes, prefix, PREFIX_BYTES) != 0)
        return false;
    for (size_t i = PREFIX_BYTES; i < text->size_bytes; i++) {
        char c = text->bytes[i];

        if (c >= '0' && c <= '9')
            value = value << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value << 4 | (uint64_t)(c - 'a' + 10);
        else
            return false;
    }
    *cause = value;
    return (digits == 1 || text->bytes[PREFIX_BYTES] != '0') && cause_name(value) == NULL;
}

static bool cause_scan(struct scan *scan, struct jsonl_line *line)
{
    struct scan_text text;
    const char *at = scan->at;

    if (!scan_string(scan, &text))
        return false;
    if (!cause_by_text(text.bytes, text.size_bytes, &line->cause) &&
        !cause_number_read(&text, &line->cause))
        return scan_fail(
            scan, at,
            "unknown cause; expected a name of docs/TRACE.md, or CAUSE_0x.. for one without");
    return true;
}

static bool mode_scan(struct scan *scan, struct jsonl_line *line)
{
    struct scan_text text;
    const char *at = scan->at;

    if (!scan_string(scan, &text))
        return false;
    line->mode = text_equals(&text, "VS") ? GUEST_VS : GUEST_VU;
    return line->mode == GUEST_VS || text_equals(&text, "VU") ||
           scan_fail(scan, at, "unknown mode; expected VS or VU");
}

static bool vs_scan(struct scan *scan, struct jsonl_line *line)
{
    struct scan_text text;
    const char *at = scan->at;

    if (!scan_string(scan, &text))
        return false;
    line->is_vs_live = text_equals(&text, "live");
    return line->is_vs_live || text_equals(&text, "saved") ||
           scan_fail(scan, at, "unknown state; expected live or saved");
}

static bool insn_scan(struct scan *scan, struct jsonl_line *line)
{
    const char *at = scan->at;
    uint64_t value;

    if (!scan_hex(scan, &value))
        return false;
    line->insn = (uint32_t)value;
    return value <= UINT32_MAX ||
           scan_fail(scan, at, "instruction out of range; expected at most 32 bits");
}

static bool errno_scan(struct scan *scan, struct jsonl_line *line)
{
    enum { ERRNO_MAX = 4095 }; /* Linux include/linux/err.h, MAX_ERRNO */
    int64_t number;

    if (!scan_integer(scan, -ERRNO_MAX, 0, &number))
        return false;
    line->error = (int32_t)number;
    return true;
}

static bool gpr_scan(struct scan *scan, struct jsonl_line *line)
{
    struct members members = {.names = gpr_name, .count = GPR_KEY_COUNT};
    enum scan_step step;
    unsigned index;

    if (!scan_object(scan))
        return false;
    while ((step = members_next(&members, scan, &index)) == SCAN_MEMBER) {
        unsigned number = gpr_name[index].number;

        if (!scan_hex(scan, &line->gpr[number]))
            return false;
        line->gpr_seen |= 1u << number;
    }
    return step == SCAN_END;
}

static bool csr_scan(struct scan *scan, struct jsonl_line *line)
{
    struct members members = {.names = csr_name, .count = CSR_KEY_COUNT};
    enum scan_step step;
    unsigned index;

    if (!scan_object(scan))
        return false;
    while ((step = members_next(&members, scan, &index)) == SCAN_MEMBER) {
        if ((CSR_TRAP_KEYS >> index & 1) && scan_null(scan))
            line->csr_is_null |= 1u << index;
        else if (!scan_hex(scan, &line->csr[index]))
            return false;
    }
    line->csr_seen = members.seen;
    return step == SCAN_END;
}

/* {"w3":"0x1f", ...} */
static bool words_scan(struct scan *scan, const struct jsonl_name *names, unsigned count,
                       uint64_t *words, uint32_t *seen)
{
    struct members members = {.names = names, .count = count};
    enum scan_step step;
    unsigned index;

    if (!scan_object(scan))
        return false;
    while ((step = members_next(&members, scan, &index)) == SCAN_MEMBER) {
        if (!scan_hex(scan, &words[names[index].number]))
            return false;
        *seen |= 1u << names[index].number;
    }
    return step == SCAN_END;
}

static bool kvm_value_scan(struct scan *scan, struct jsonl_line *line, enum kvm_key key)
{
    int64_t number;

    switch (kvm_form_of(key)) {
    case KVM_HEX:
        return scan_hex(scan, &line->kvm[key]);
    case KVM_UINT32:
        if (!scan_integer(scan, 0, UINT32_MAX, &number))
            return false;
        break;
    case KVM_INT32:
        if (!scan_integer(scan, INT32_MIN, INT32_MAX, &number))
            return false;
        break;
    default:
        if (key == KVM_RUN)
            return words_scan(scan, run_name, KVM_RUN_WORDS, line->run, &line->run_seen);
        return words_scan(scan, kvm_trap_name, KVM_TRAP_WORDS, line->kvm_trap,
                          &line->kvm_trap_seen);
    }
    line->kvm[key] = (uint64_t)number;
    return true;
}

static bool kvm_scan(struct scan *scan, struct jsonl_line *line)
{
    struct members members = {.names = kvm_name, .count = KVM_KEY_COUNT};
    enum scan_step step;
    unsigned index;

    if (!scan_object(scan))
        return false;
    while ((step = members_next(&members, scan, &index)) == SCAN_MEMBER)
        if (!kvm_value_scan(scan, line, (enum kvm_key)index))
            return false;
    line->kvm_seen = members.seen;
    return step == SCAN_END;
}

static bool value_scan(struct scan *scan, struct jsonl_line *line, enum line_key key)
{
    switch (key) {
    case KEY_CAUSE:
        return cause_scan(scan, line);
    case KEY_CPU:
        return word32_scan(scan, TRACE_VCPU_MAX - 1, &line->cpu);
    case KEY_CSR:
        return csr_scan(scan, line);
    case KEY_ERRNO:
        return errno_scan(scan, line);
    case KEY_EV:
        return type_scan(scan, line);
    case KEY_GPR:
        return gpr_scan(scan, line);
    case KEY_INSN:
        return insn_scan(scan, line);
    case KEY_KEY:
        return scan_true(scan);
    case KEY_MODE:
        return mode_scan(scan, line);
    case KEY_N:
        return count_scan(scan, TRACE_INTEGER_MAX, &line->n);
    case KEY_PC:
        return scan_hex(scan, &line->pc);
    case KEY_REASON:
        return word32_scan(scan, UINT32_MAX, &line->reason);
    case KEY_T:
        return count_scan(scan, TRACE_INTEGER_MAX, &line->t);
    case KEY_TEXT:
        return scan_string(scan, &line->text);
    case KEY_VS:
        return vs_scan(scan, line);
    case KEY_X_KVM:
        return kvm_scan(scan, line);
    default: /* an extra key */
        line->has_extra = true;
        return scan_skip(scan);
    }
}

/* Extra keys are skipped without being remembered, so a second parser looks for duplicates in and
 * among them. */
static bool extra_check(struct scan *scan)
{
    json_error_t error;
    json_t *json =
        json_loadb(scan->line, (size_t)(scan->end - scan->line), JSON_REJECT_DUPLICATES, &error);

    if (!json)
        return scan_fail(scan, scan->line + (error.position > 0 ? error.position - 1 : 0),
                         "%s; expected plain JSON", error.text);
    json_decref(json);
    return true;
}

bool jsonl_line_decode(struct scan *scan, struct jsonl_line *line)
{
    static const uint32_t nullable = 1u << KEY_CSR | 1u << KEY_GPR | 1u << KEY_INSN |
                                     1u << KEY_MODE | 1u << KEY_PC | 1u << KEY_VS;
    struct members members = {.names = line_name, .count = LINE_KEY_COUNT, .takes_extra = true};
    enum scan_step step;
    unsigned index;

    line->is_null = line->gpr_seen = line->csr_seen = line->csr_is_null = 0;
    line->kvm_seen = line->run_seen = line->kvm_trap_seen = 0;
    line->has_extra = false;
    if (!scan_object(scan))
        return false;
    while ((step = members_next(&members, scan, &index)) == SCAN_MEMBER) {
        if (index < LINE_KEY_COUNT) {
            scan_space(scan);
            line->value_at[index] = scan->at;
            if ((nullable >> index & 1) && scan_null(scan)) {
                line->is_null |= 1u << index;
                continue;
            }
        }
        if (!value_scan(scan, line, (enum line_key)index))
            return false;
    }
    line->seen = members.seen;
    return step == SCAN_END && scan_finish(scan) && (!line->has_extra || extra_check(scan));
}
