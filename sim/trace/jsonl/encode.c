/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/encode.c — see encode.h. Keys are put in sorted order by hand: equal events
 * are equal bytes. */
#include "trace/jsonl/jsonl.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "trace/jsonl/fields.h"

/* Where the next byte goes. Nothing but a note's text can fill a line, so only text_put looks at
 * the end. */
struct line_out {
    char *at;
    char *end;
};

#define SSTATUS_SPP ((uint64_t)1 << 8)

static void bytes_put(struct line_out *out, const char *bytes, size_t size_bytes)
{
    memcpy(out->at, bytes, size_bytes);
    out->at += size_bytes;
}

static void word_put(struct line_out *out, const char *word)
{
    bytes_put(out, word, strlen(word));
}

static void char_put(struct line_out *out, char c)
{
    *out->at++ = c;
}

/* `,"key":`, without the comma after an opening brace. */
static void name_put(struct line_out *out, const struct jsonl_name *name)
{
    if (out->at[-1] != '{')
        char_put(out, ',');
    char_put(out, '"');
    bytes_put(out, name->text, name->size_bytes);
    bytes_put(out, "\":", 2);
}

static void digits_put(struct line_out *out, uint64_t value)
{
    unsigned shift = 60;

    while (shift > 0 && value >> shift == 0)
        shift -= 4;
    for (;; shift -= 4) {
        char_put(out, "0123456789abcdef"[value >> shift & 0xf]);
        if (shift == 0)
            break;
    }
}

static void hex_put(struct line_out *out, uint64_t value)
{
    bytes_put(out, "\"0x", 3);
    digits_put(out, value);
    char_put(out, '"');
}

static void integer_put(struct line_out *out, int64_t value)
{
    char digits[sizeof "-9223372036854775808"];
    int size = snprintf(digits, sizeof digits, "%" PRId64, value);

    bytes_put(out, digits, (size_t)size);
}

static void key_integer_put(struct line_out *out, enum line_key key, int64_t value)
{
    name_put(out, &line_name[key]);
    integer_put(out, value);
}

static void key_word_put(struct line_out *out, enum line_key key, const char *word)
{
    name_put(out, &line_name[key]);
    char_put(out, '"');
    word_put(out, word);
    char_put(out, '"');
}

static void key_null_put(struct line_out *out, enum line_key key)
{
    name_put(out, &line_name[key]);
    word_put(out, "null");
}

static void cause_put(struct line_out *out, uint64_t scause)
{
    const char *name = cause_name(scause);

    if (name) {
        key_word_put(out, KEY_CAUSE, name);
        return;
    }
    name_put(out, &line_name[KEY_CAUSE]);
    word_put(out, "\"CAUSE_0x");
    digits_put(out, scause);
    char_put(out, '"');
}

static void object_open(struct line_out *out, enum line_key key)
{
    name_put(out, &line_name[key]);
    char_put(out, '{');
}

/* Ends the object, or takes back all since start if it is empty. */
static void object_close(struct line_out *out, char *start)
{
    if (out->at[-1] == '{')
        out->at = start;
    else
        char_put(out, '}');
}

/* Whether this value of "csr" has to be written. Those of the trap are not compared: absent is 0.
 */
static bool csr_is_due(const struct trace_event *event, const struct trace_event *before,
                       enum csr_key key)
{
    if (CSR_TRAP_KEYS >> key & 1)
        return (event->known & TRACE_KNOWS_TRAP) && (!before || csr_load(event, key) != 0);
    return (event->known & TRACE_KNOWS_GPR) &&
           (!before || csr_load(event, key) != csr_load(before, key));
}

static void csr_put(struct line_out *out, const struct trace_event *event,
                    const struct trace_event *before)
{
    bool is_trap_unknown = event->type == TRACE_EXIT && !(event->known & TRACE_KNOWS_TRAP);
    char *start = out->at;

    if (!(event->known & (TRACE_KNOWS_GPR | TRACE_KNOWS_TRAP))) {
        key_null_put(out, KEY_CSR);
        return;
    }
    object_open(out, KEY_CSR);
    for (enum csr_key key = 0; key < CSR_KEY_COUNT; key++) {
        if (is_trap_unknown && (CSR_TRAP_KEYS >> key & 1)) {
            name_put(out, &csr_name[key]);
            word_put(out, "null");
        } else if (csr_is_due(event, before, key)) {
            name_put(out, &csr_name[key]);
            hex_put(out, csr_load(event, key));
        }
    }
    if (event->known & TRACE_KNOWS_GPR)
        object_close(out, start);
    else
        char_put(out, '}'); /* empty: the trap is known, and all zero */
}

static void gpr_put(struct line_out *out, const struct trace_event *event,
                    const struct trace_event *before)
{
    char *start = out->at;

    if (!(event->known & TRACE_KNOWS_GPR)) {
        key_null_put(out, KEY_GPR);
        return;
    }
    object_open(out, KEY_GPR);
    for (unsigned i = 0; i < GPR_KEY_COUNT; i++) {
        unsigned number = gpr_name[i].number;

        if (!before || event->x[number] != before->x[number]) {
            name_put(out, &gpr_name[i]);
            hex_put(out, event->x[number]);
        }
    }
    object_close(out, start);
}

/* Words that differ from those of before. */
static void words_put(struct line_out *out, enum kvm_key key, const struct jsonl_name *names,
                      unsigned count, const uint64_t *words, const uint64_t *before)
{
    char *start = out->at;

    name_put(out, &kvm_name[key]);
    char_put(out, '{');
    for (unsigned i = 0; i < count; i++) {
        unsigned number = names[i].number;

        if (words[number] != before[number]) {
            name_put(out, &names[i]);
            hex_put(out, words[number]);
        }
    }
    object_close(out, start);
}

static void kvm_put(struct line_out *out, const struct trace_kvm *kvm,
                    const struct trace_kvm *before)
{
    static const uint64_t no_trap[KVM_TRAP_WORDS] = {0};
    char *start = out->at;

    object_open(out, KEY_X_KVM);
    for (enum kvm_key key = 0; key < KVM_KEY_COUNT; key++) {
        if (key == KVM_RUN) {
            words_put(out, key, run_name, KVM_RUN_WORDS, kvm->run, before->run);
        } else if (key == KVM_TRAP) {
            words_put(out, key, kvm_trap_name, KVM_TRAP_WORDS, kvm->trap, no_trap);
        } else if (kvm_load(kvm, key) != kvm_load(before, key)) {
            name_put(out, &kvm_name[key]);
            if (kvm_form_of(key) == KVM_HEX)
                hex_put(out, kvm_load(kvm, key));
            else
                integer_put(out, (int64_t)kvm_load(kvm, key));
        }
    }
    object_close(out, start);
}

static void vcpu_put(struct line_out *out, const struct trace_event *event,
                     const struct trace_event *before)
{
    static const struct trace_kvm no_kvm;
    bool has_registers = (event->known & TRACE_KNOWS_GPR) != 0;

    if (event->type == TRACE_EXIT)
        cause_put(out, event->trap.scause);
    key_integer_put(out, KEY_CPU, event->cpu);
    csr_put(out, event, before);
    if (event->type == TRACE_VMM)
        key_integer_put(out, KEY_ERRNO, event->vmm_errno);
    key_word_put(out, KEY_EV, type_name[event->type].text);
    gpr_put(out, event, before);
    if (event->type == TRACE_EXIT) {
        name_put(out, &line_name[KEY_INSN]);
        if (event->known & TRACE_KNOWS_INSN)
            hex_put(out, event->insn);
        else
            word_put(out, "null");
    }
    if (!before) {
        name_put(out, &line_name[KEY_KEY]);
        word_put(out, "true");
    }
    if (has_registers)
        key_word_put(out, KEY_MODE, event->sstatus & SSTATUS_SPP ? "VS" : "VU");
    else
        key_null_put(out, KEY_MODE);
    key_integer_put(out, KEY_N, (int64_t)event->n);
    name_put(out, &line_name[KEY_PC]);
    if (event->known & TRACE_KNOWS_PC)
        hex_put(out, event->pc);
    else
        word_put(out, "null");
    if (event->type == TRACE_VMM)
        key_integer_put(out, KEY_REASON, event->vmm_reason);
    key_integer_put(out, KEY_T, (int64_t)event->t);
    if (has_registers)
        key_word_put(out, KEY_VS, event->known & TRACE_VS_LIVE ? "live" : "saved");
    else
        key_null_put(out, KEY_VS);
    kvm_put(out, &event->kvm, before ? &before->kvm : &no_kvm);
}

/* A JSON string. False if it does not fit. */
static bool text_put(struct line_out *out, const char *text)
{
    enum { ESCAPE_BYTES = 6, TAIL_BYTES = 8 };

    char_put(out, '"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (out->end - out->at < ESCAPE_BYTES + TAIL_BYTES)
            return false;
        if (c == '"' || c == '\\') {
            char_put(out, '\\');
            char_put(out, (char)c);
        } else if (c < 0x20) {
            out->at += sprintf(out->at, "\\u%04x", c);
        } else {
            char_put(out, (char)c);
        }
    }
    char_put(out, '"');
    return true;
}

static bool note_put(struct line_out *out, const struct trace_event *event)
{
    key_integer_put(out, KEY_CPU, event->cpu);
    key_word_put(out, KEY_EV, type_name[TRACE_NOTE].text);
    key_integer_put(out, KEY_N, (int64_t)event->n);
    key_integer_put(out, KEY_T, (int64_t)event->t);
    name_put(out, &line_name[KEY_TEXT]);
    return text_put(out, event->text);
}

size_t jsonl_encode(const struct trace_event *event, const struct trace_event *before, char *to)
{
    struct line_out out = {to, to + TRACE_LINE_BYTES};

    char_put(&out, '{');
    if (event->type != TRACE_NOTE)
        vcpu_put(&out, event, before);
    else if (!note_put(&out, event))
        return 0;
    bytes_put(&out, "}\n", 2);
    return (size_t)(out.at - to);
}
