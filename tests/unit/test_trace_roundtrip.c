/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_trace_roundtrip.c — what is written is read back the same, for any event there
 * is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "trace_fixture.h"

/* xorshift64*: the same events in every run. */
static uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * 0x2545f4914f6cdd1dull;
}

/* Values of every length, and 0 and the maximum often. */
static uint64_t value_draw(uint64_t *seed)
{
    uint64_t kind = random_next(seed) % 8;

    if (kind == 0)
        return 0;
    return kind == 1 ? UINT64_MAX : random_next(seed) >> random_next(seed) % 64;
}

static void kvm_draw(struct trace_kvm *kvm, uint64_t *seed)
{
    kvm->physical_cpu = (uint32_t)value_draw(seed);
    kvm->vcpu_cpu = (uint32_t)value_draw(seed);
    kvm->thread = value_draw(seed);
    kvm->irqs_pending = value_draw(seed);
    kvm->irqs_mask = value_draw(seed);
    kvm->mmio_insn = value_draw(seed);
    kvm->mmio_insn_len = (int32_t)value_draw(seed);
    kvm->mmio_len = (int32_t)value_draw(seed);
    kvm->mmio_shift = (int32_t)value_draw(seed);
    kvm->mmio_return_handled = (int32_t)value_draw(seed);
    for (unsigned i = 0; i < KVM_RUN_WORDS; i++)
        if (random_next(seed) % 4 == 0)
            kvm->run[i] = value_draw(seed);
    for (unsigned i = 0; i < 5; i++)
        kvm->trap[i] = random_next(seed) % 4 == 0 ? value_draw(seed) : 0;
}

static void registers_draw(struct trace_event *event, uint64_t *seed)
{
    event->known |= TRACE_KNOWS_GPR | (random_next(seed) % 2 ? TRACE_VS_LIVE : 0);
    for (unsigned i = 1; i < GPR_COUNT; i++)
        if (random_next(seed) % 8 == 0)
            event->x[i] = value_draw(seed);
    for (unsigned i = 0; i < TCSR_COUNT; i++)
        if (random_next(seed) % 8 == 0)
            event->csr[i] = value_draw(seed);
    event->sstatus = value_draw(seed);
    event->hstatus = value_draw(seed);
}

static void trap_draw(struct trace_event *event, uint64_t *seed)
{
    event->trap = (struct trap){.scause = random_next(seed) % 32 |
                                          (random_next(seed) % 2 ? SCAUSE_INTERRUPT : 0)};
    if (random_next(seed) % 8 != 0) {
        event->known |= TRACE_KNOWS_TRAP;
        event->trap.stval = value_draw(seed);
        event->trap.htval = value_draw(seed);
        event->trap.htinst = value_draw(seed);
    }
    if (random_next(seed) % 2) {
        event->known |= TRACE_KNOWS_INSN;
        event->insn = (uint32_t)value_draw(seed);
    }
}

/* The next event of a vCPU whose last one is given (in which the registers it keeps are found). */
static struct trace_event event_draw(const struct trace_event *last, uint64_t n, uint64_t *seed)
{
    struct trace_event event = {
        .type = (enum trace_event_type)(random_next(seed) % (TRACE_NOTE + 1)), .n = n};

    event.t = last->t + random_next(seed) % 3;
    event.cpu = last->cpu;
    if (event.type == TRACE_NOTE) {
        event.text = "tab\t quote\" back\\ \xe2\x82\xac \xf0\x9f\x98\x80";
        return event;
    }
    if (random_next(seed) % 16 != 0) {
        memcpy(event.x, last->x, sizeof event.x);
        memcpy(event.csr, last->csr, sizeof event.csr);
        registers_draw(&event, seed);
    }
    if (random_next(seed) % 16 != 0) {
        event.known |= TRACE_KNOWS_PC;
        event.pc = value_draw(seed);
    }
    if (event.type == TRACE_EXIT)
        trap_draw(&event, seed);
    event.kvm = last->kvm;
    if (random_next(seed) % 2)
        kvm_draw(&event.kvm, seed);
    if (event.type == TRACE_VMM) {
        event.vmm_reason = (uint32_t)value_draw(seed);
        event.vmm_errno = -(int32_t)(random_next(seed) % 4096);
    }
    return event;
}

/* A repeatable stream of events of all vCPUs. */
struct stream {
    uint64_t seed, n;
    struct trace_event last[VCPUS];
};

static struct stream stream_make(void)
{
    struct stream stream = {.seed = 0x9e3779b97f4a7c15ull};

    for (uint32_t cpu = 0; cpu < VCPUS; cpu++)
        stream.last[cpu].cpu = cpu;
    return stream;
}

static struct trace_event stream_next(struct stream *stream)
{
    uint64_t cpu = random_next(&stream->seed) % VCPUS;
    struct trace_event event = event_draw(&stream->last[cpu], stream->n++, &stream->seed);

    if (event.type == TRACE_NOTE)
        stream->last[cpu].t = event.t;
    else
        stream->last[cpu] = event;
    return event;
}

static void trace_write_all(const char *path, uint64_t count)
{
    struct trace_header header = header_make();
    struct diagnostic diag = {{0}};
    struct trace_writer *writer = trace_create(path, &header, &diag);
    struct stream stream = stream_make();

    assert_non_null(writer);
    for (uint64_t i = 0; i < count; i++) {
        struct trace_event event = stream_next(&stream);

        if (trace_write(writer, &event, &diag) != STATUS_OK)
            fail_msg("%s", diag.text);
    }
    assert_int_equal(trace_commit(writer, &diag), STATUS_OK);
}

static void events_compare(const struct trace_event *read, const struct trace_event *written)
{
    struct trace_event same_place = *read;

    if (written->text)
        assert_string_equal(read->text, written->text);
    same_place.text = written->text;
    same_place.line = written->line; /* says where it was read, so is not written */
    assert_memory_equal(&same_place, written, sizeof same_place);
}

static void trace_compare_all(const char *path, uint64_t count)
{
    struct trace_header expected = header_make();
    struct diagnostic diag = {{0}};
    struct trace_source *source = jsonl_open(path, &diag);
    struct stream stream = stream_make();
    const struct trace_event *event;

    if (!source)
        fail_msg("%s", diag.text);
    assert_memory_equal(source->ops->header(source), &expected, sizeof expected);
    for (uint64_t i = 0; i < count; i++) {
        struct trace_event written = stream_next(&stream);

        if (source->ops->next(source, &event, &diag) != STATUS_OK)
            fail_msg("%s", diag.text);
        assert_int_equal(event->line, i + 2);
        events_compare(event, &written);
    }
    assert_int_equal(source->ops->next(source, &event, &diag), STATUS_END);
    source->ops->close(source);
}

static void any_trace_is_read_back_as_written(void **unused)
{
    enum { COUNT = 5000 };
    struct fixture fix = fixture_make("a.cvmt.jsonl");

    (void)unused;
    trace_write_all(fix.path, COUNT);
    trace_compare_all(fix.path, COUNT);
    fixture_check(&fix);
}

static void a_compressed_trace_of_several_frames_is_read_back_as_written(void **unused)
{
    enum { COUNT = 5000 };
    struct fixture fix = fixture_make("a.cvmt.jsonl.zst");

    (void)unused;
    trace_write_all(fix.path, COUNT);
    trace_compare_all(fix.path, COUNT);
    fixture_check(&fix);
}

static void an_empty_trace_is_a_trace(void **unused)
{
    struct fixture fix = fixture_make("a.cvmt.jsonl.zst");

    (void)unused;
    trace_write_all(fix.path, 0);
    trace_compare_all(fix.path, 0);
    fixture_check(&fix);
}

static uint32_t le32_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static unsigned char *file_load(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    unsigned char *bytes;

    assert_non_null(file);
    (void)fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(*size);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    (void)fclose(file);
    return bytes;
}

/* In a frame that is read by itself, the first event of each vCPU needs no other event. */
static void frame_check(const unsigned char *frame, size_t size, uint32_t plain_bytes)
{
    char *plain = malloc(plain_bytes + 1u);
    bool has_begun[VCPUS] = {false};
    char *rest;

    assert_non_null(plain);
    assert_int_equal(ZSTD_decompress(plain, plain_bytes, frame, size), plain_bytes);
    assert_int_equal(plain[plain_bytes - 1], '\n');
    plain[plain_bytes] = '\0';
    rest = plain;
    for (char *line = strsep(&rest, "\n"); rest; line = strsep(&rest, "\n")) {
        const char *cpu = strstr(line, "\"cpu\":");
        int number;

        if (!cpu || strstr(line, "\"ev\":\"note\"")) /* the header, and notes */
            continue;
        number = cpu[strlen("\"cpu\":")] - '0';
        assert_in_range(number, 0, VCPUS - 1);
        if (!has_begun[number])
            assert_non_null(strstr(line, "\"key\":true"));
        has_begun[number] = true;
    }
    free(plain);
}

static void the_seek_table_leads_to_frames_that_stand_alone(void **unused)
{
    enum {
        COUNT = 5000,
        FOOT_BYTES = 9,
        ENTRY_BYTES = 8,
        HEAD_BYTES = 8,
        FRAME_BYTES = 1024 * 1024
    };
    struct fixture fix = fixture_make("a.cvmt.jsonl.zst");
    size_t size, at = 0;
    unsigned char *bytes, *table;
    uint32_t frames;

    (void)unused;
    trace_write_all(fix.path, COUNT);
    bytes = file_load(fix.path, &size);
    assert_int_equal(le32_at(bytes + size - 4), 0x8f92eab1);
    frames = le32_at(bytes + size - FOOT_BYTES);
    assert_true(frames > 1);
    table = bytes + size - FOOT_BYTES - (size_t)frames * ENTRY_BYTES;
    assert_int_equal(le32_at(table - HEAD_BYTES), 0x184d2a5e);
    assert_int_equal(le32_at(table - 4), frames * ENTRY_BYTES + FOOT_BYTES);
    for (uint32_t i = 0; i < frames; i++) {
        uint32_t compressed_bytes = le32_at(table + i * ENTRY_BYTES),
                 plain_bytes = le32_at(table + i * ENTRY_BYTES + 4);

        assert_true(i + 1 == frames || plain_bytes >= FRAME_BYTES);
        frame_check(bytes + at, compressed_bytes, plain_bytes);
        at += compressed_bytes;
    }
    assert_ptr_equal(bytes + at, table - HEAD_BYTES);
    free(bytes);
    fixture_check(&fix);
}

static void the_same_events_give_the_same_bytes(void **unused)
{
    enum { COUNT = 300 };
    struct fixture one = fixture_make("a.cvmt.jsonl"), two = fixture_make("b.cvmt.jsonl");
    size_t size_one, size_two;
    unsigned char *bytes_one, *bytes_two;

    (void)unused;
    trace_write_all(one.path, COUNT);
    trace_write_all(two.path, COUNT);
    bytes_one = file_load(one.path, &size_one);
    bytes_two = file_load(two.path, &size_two);
    assert_int_equal(size_one, size_two);
    assert_memory_equal(bytes_one, bytes_two, size_one);
    free(bytes_one);
    free(bytes_two);
    fixture_check(&one);
    fixture_check(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_trace_is_read_back_as_written),
        cmocka_unit_test(a_compressed_trace_of_several_frames_is_read_back_as_written),
        cmocka_unit_test(an_empty_trace_is_a_trace),
        cmocka_unit_test(the_seek_table_leads_to_frames_that_stand_alone),
        cmocka_unit_test(the_same_events_give_the_same_bytes),
    };

    return cmocka_run_group_tests_name("trace_roundtrip", tests, NULL, NULL);
}
