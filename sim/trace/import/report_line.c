/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/report_line.c — see report_line.h. The lines of trace-cmd report, of ftrace
 * (which has flags before the time) and of perf script:
 * - vmm-184   [001]    41.757274: kvm_exit:   SEPC:0x80000000, SCAUSE:0x14, ...
 * - vmm-184   [001] d..2.   41.757274: kvm_exit: SEPC:0x80000000, ...
 * - vmm   184/184   [001]    41.757274:   kvm:kvm_exit: SEPC:0x80000000, ...
 * Formats of the events: Linux arch/riscv/kvm/trace.h (kvm_entry, kvm_exit),
 * include/trace/events/kvm.h (kvm_userspace_exit). */
#include "trace/import/report_line.h"

#include <ctype.h>
#include <string.h>

/* Where the reader stands, and what it last expected. */
struct cursor {
    const char *at;
    const char *fault;
};

static void skip_blanks(struct cursor *cursor)
{
    while (*cursor->at == ' ' || *cursor->at == '\t')
        cursor->at++;
}

/* Passes over exactly this text. */
static bool take_text(struct cursor *cursor, const char *text, const char *fault)
{
    size_t size = strlen(text);

    cursor->fault = fault;
    if (strncmp(cursor->at, text, size) != 0)
        return false;
    cursor->at += size;
    return true;
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

/* Reads a number of at least one digit that fits 64 bits. */
static bool take_number(struct cursor *cursor, unsigned base, uint64_t *value, const char *fault)
{
    const char *start = cursor->at;

    cursor->fault = fault;
    *value = 0;
    for (int digit; (digit = digit_value(*cursor->at)) >= 0 && (unsigned)digit < base;
         cursor->at++) {
        if (*value > (UINT64_MAX - (unsigned)digit) / base)
            return false;
        *value = *value * base + (unsigned)digit;
    }
    return cursor->at != start;
}

/* Reads "LABEL:0x1234". */
static bool take_field(struct cursor *cursor, const char *label, uint64_t *value)
{
    skip_blanks(cursor);
    return take_text(cursor, label,
                     "expected SEPC:0x, SCAUSE:0x, STVAL:0x, HTVAL:0x, HTINST:0x in this order") &&
           take_number(cursor, 16, value, "expected a hexadecimal number of at most 64 bits");
}

/* The tid in front of "[cpu]": "comm-184 ", "comm-184 (184) ", "comm 184 ", "comm 182/184 ". */
static bool thread_read(const char *line, const char *bracket, uint32_t *thread)
{
    const char *end = bracket, *start;
    struct cursor digits;
    uint64_t value;

    while (end > line && end[-1] == ' ')
        end--;
    if (end > line && end[-1] == ')') {
        while (end > line && end[-1] != '(')
            end--;
        end -= end > line;
        while (end > line && end[-1] == ' ')
            end--;
    }
    for (start = end; start > line && isdigit((unsigned char)start[-1]); start--)
        continue;
    digits.at = start;
    if (start == end || !take_number(&digits, 10, &value, NULL) || value > INT32_MAX)
        return false;
    *thread = (uint32_t)value;
    return true;
}

/* Finds "tid [cpu]" and stands behind the bracket. */
static bool take_thread(struct cursor *cursor, uint32_t *thread)
{
    const char *line = cursor->at;

    for (const char *open = strchr(line, '['); open; open = strchr(open + 1, '[')) {
        size_t digits = strspn(open + 1, "0123456789");

        if (digits > 0 && open[1 + digits] == ']' && thread_read(line, open, thread)) {
            cursor->at = open + digits + 2;
            return true;
        }
    }
    return false;
}

/* Reads "41.757274:" (six digits: microseconds) or with nine. */
static bool take_time(struct cursor *cursor, uint64_t *ns)
{
    enum { NS_DIGITS = 9 };
    uint64_t seconds, fraction;
    const char *digits;

    if (!take_number(cursor, 10, &seconds, NULL) || !take_text(cursor, ".", NULL))
        return false;
    digits = cursor->at;
    if (!take_number(cursor, 10, &fraction, NULL) || cursor->at - digits > NS_DIGITS ||
        seconds > INT32_MAX)
        return false;
    for (ptrdiff_t i = cursor->at - digits; i < NS_DIGITS; i++)
        fraction *= 10;
    *ns = seconds * 1000000000u + fraction;
    return take_text(cursor, ":", NULL);
}

/* Thread, time and name of the event; stands behind the name. REPORT_OTHER: not an event of ours.
 */
static enum report_kind take_prefix(struct cursor *cursor, struct report_line *line)
{
    static const struct {
        const char *name;
        enum report_kind kind;
    } events[] = {{"kvm_exit:", REPORT_EXIT},
                  {"kvm_entry:", REPORT_ENTRY},
                  {"kvm_userspace_exit:", REPORT_USER}};

    if (!take_thread(cursor, &line->thread))
        return REPORT_OTHER;
    skip_blanks(cursor);
    if (!isdigit((unsigned char)*cursor->at)) { /* ftrace's flags */
        cursor->at += strcspn(cursor->at, " ");
        skip_blanks(cursor);
    }
    if (!take_time(cursor, &line->ns))
        return REPORT_OTHER;
    skip_blanks(cursor);
    (void)take_text(cursor, "kvm:", NULL);
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (take_text(cursor, events[i].name, NULL))
            return events[i].kind;
    return REPORT_OTHER;
}

/* Up to Linux 6.12 the format is "0x016%lx" for "0x%016lx": the digits 016 in front belong to the
 * format. A pc that begins so with all its 16 digits is not canonical. */
static bool take_entry(struct cursor *cursor, struct report_line *line)
{
    struct cursor typo;

    skip_blanks(cursor);
    if (!take_text(cursor, "PC:", "expected PC: of kvm_entry"))
        return false;
    skip_blanks(cursor);
    if (!take_text(cursor, "0x", "expected a hexadecimal number"))
        return false;
    typo = *cursor;
    if (take_text(&typo, "016", NULL) && digit_value(*typo.at) >= 0)
        *cursor = typo;
    return take_number(cursor, 16, &line->pc, "expected a hexadecimal number of at most 64 bits");
}

static bool take_exit(struct cursor *cursor, struct report_line *line)
{
    return take_field(cursor, "SEPC:0x", &line->pc) &&
           take_field(cursor, ", SCAUSE:0x", &line->trap.scause) &&
           take_field(cursor, ", STVAL:0x", &line->trap.stval) &&
           take_field(cursor, ", HTVAL:0x", &line->trap.htval) &&
           take_field(cursor, ", HTINST:0x", &line->trap.htinst);
}

/* "reason KVM_EXIT_MMIO (6)"; an error is "reason restart (4)" for EINTR, else "reason error (95)".
 */
static bool take_user(struct cursor *cursor, struct report_line *line)
{
    const char *expected = "expected the number of a reason in parentheses";
    bool is_error;
    uint64_t number;

    skip_blanks(cursor);
    if (!take_text(cursor, "reason ", "expected reason of kvm_userspace_exit"))
        return false;
    is_error = strncmp(cursor->at, "restart ", 8) == 0 || strncmp(cursor->at, "error ", 6) == 0;
    cursor->at += strcspn(cursor->at, "(");
    if (!take_text(cursor, "(", expected) || !take_number(cursor, 10, &number, expected) ||
        !take_text(cursor, ")", expected))
        return false;
    if (number > (is_error ? 4095 : UINT32_MAX))
        return false;
    if (is_error)
        line->error = -(int32_t)number;
    else
        line->reason = (uint32_t)number;
    return true;
}

static bool take_event(struct cursor *cursor, struct report_line *line)
{
    switch (line->kind) {
    case REPORT_EXIT:
        return take_exit(cursor, line);
    case REPORT_ENTRY:
        return take_entry(cursor, line);
    case REPORT_USER:
        return take_user(cursor, line);
    default:
        return true;
    }
}

/* Nothing but blanks may follow the fields that we know. */
static bool take_end(struct cursor *cursor)
{
    skip_blanks(cursor);
    cursor->fault = "expected the end of the line";
    return *cursor->at == '\0' || *cursor->at == '\r';
}

/* As trace-cmd report, ftrace, and perf script --show-lost-events say it. */
static bool line_is_loss(const char *text)
{
    return strstr(text, " EVENTS DROPPED]") || strstr(text, "[LOST ") ||
           strstr(text, "PERF_RECORD_LOST");
}

bool report_parse(const char *text, struct report_line *line, const char **fault, unsigned *column)
{
    struct cursor cursor = {.at = text};

    *line = (struct report_line){.kind = REPORT_OTHER};
    if (line_is_loss(text)) {
        line->kind = REPORT_LOST;
        return true;
    }
    line->kind = take_prefix(&cursor, line);
    if (line->kind == REPORT_OTHER || (take_event(&cursor, line) && take_end(&cursor)))
        return true;
    *fault = cursor.fault;
    *column = (unsigned)(cursor.at - text) + 1;
    return false;
}
