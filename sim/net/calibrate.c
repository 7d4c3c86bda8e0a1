/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/calibrate.c — measures this computer. See calibrate.h. Every point is a number of timed
 * stretches; each stretch is long against the clock's own cost and short against whatever else the
 * computer does. */
#include "net/calibrate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "folio/fetch.h"
#include "folio/pool.h"
#include "net/crypto.h"
#include "net/native.h"

enum {
    ADDS = 64 * 1024,
    COPIES = 256,
    OPERATIONS = 64,
    READS = 4096,
    DRIVER_FRAME_BYTES = 64,
    DESCRIPTOR_BYTES = 4 * 1024 * 1024, /* more than a core's own caches hold */
};

static const uint32_t sizes[] = {64, 128, 256, 512, 1024, 1514, 2048, 4096, 9000};

enum { SIZES = sizeof sizes / sizeof *sizes };

/* What the stretches work on. */
struct bench {
    uint8_t *from, *to; /* NATIVE_COLD_POOL_BYTES each, every page touched */
    size_t next;        /* cold: the room to copy next */
    size_t descriptor;  /* to read next */
    uint32_t size_bytes;
    struct aead *aead;
    enum status status; /* of the cryptography */
};

/* One stretch of count things. */
typedef void stretch_run(struct bench *bench, uint32_t count);

struct spread {
    double median, low, high;
};

static double now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int number_order(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;

    return (first > second) - (first < second);
}

static struct spread spread_of(double sample[CALIBRATE_SAMPLES])
{
    qsort(sample, CALIBRATE_SAMPLES, sizeof *sample, number_order);
    return (struct spread){sample[CALIBRATE_SAMPLES / 2], sample[0], sample[CALIBRATE_SAMPLES - 1]};
}

/* ns of one of count things; the first stretch is not counted. */
static struct spread stretches_time(struct bench *bench, stretch_run *run, uint32_t count)
{
    double sample[CALIBRATE_SAMPLES];

    run(bench, count);
    for (size_t i = 0; i < CALIBRATE_SAMPLES; i++) {
        double begin = now_ns();

        run(bench, count);
        sample[i] = (now_ns() - begin) / count;
    }
    return spread_of(sample);
}

/* Each addition needs the result of the one before it, which takes one cycle on every processor
 * that this is built for. The empty asm keeps the compiler from adding them up itself. */
static void adds_run(struct bench *bench, uint32_t count)
{
    uint64_t sum = bench->next, step = bench->size_bytes | 1;

    for (uint32_t i = 0; i < count; i += 16) {
        for (unsigned n = 0; n < 16; n++) {
            sum += step;
            __asm__ volatile("" : "+r"(sum));
        }
    }
}

/* Tells the compiler that somebody looks at what is there. */
static void memory_look(const void *at)
{
    __asm__ volatile("" : : "r"(at) : "memory");
}

static void warm_run(struct bench *bench, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        memcpy(bench->to, bench->from, bench->size_bytes);
        memory_look(bench->to);
    }
}

/* From room to room as Folio's pools have them, in turn, so that none is in the cache. */
static void cold_run(struct bench *bench, uint32_t count)
{
    size_t room_bytes = bench->size_bytes + FOLIO_HEADROOM_BYTES > FOLIO_ROOM_BYTES
                            ? FOLIO_ROOM_BYTES_JUMBO
                            : FOLIO_ROOM_BYTES;
    size_t rooms = NATIVE_COLD_POOL_BYTES / room_bytes;

    for (uint32_t i = 0; i < count; i++, bench->next++) {
        size_t at = bench->next % rooms * room_bytes;

        memcpy(bench->to + at, bench->from + at, bench->size_bytes);
        memory_look(bench->to + at);
    }
}

/* Sealed, opened: two operations. The same IV again is no harm: nothing of it leaves. */
static void aes_run(struct bench *bench, uint32_t count)
{
    static const uint8_t iv[AEAD_IV_BYTES] = {1};
    uint8_t aad[8] = {0}, tag[AEAD_TAG_BYTES];
    struct aead_text text = {iv, aad, sizeof aad, bench->from, bench->size_bytes, bench->from};

    for (uint32_t i = 0; bench->status == STATUS_OK && i < count; i += 2) {
        bench->status = aead_seal(bench->aead, &text, tag, sizeof tag);
        if (bench->status == STATUS_OK)
            bench->status = aead_open(bench->aead, &text, tag, sizeof tag);
    }
}

static void descriptors_run(struct bench *bench, uint32_t count)
{
    const size_t all = DESCRIPTOR_BYTES / FOLIO_DESCRIPTOR_BYTES;
    uint64_t sum = 0;

    for (uint32_t i = 0; i < count; i++) {
        size_t at = bench->descriptor++ % all * FOLIO_DESCRIPTOR_BYTES;
        struct folio_descriptor descriptor =
            folio_snapshot(NULL, bench->from + at, FOLIO_PLACE_RX_DESCRIPTOR);

        sum += descriptor.low ^ descriptor.high;
    }
    __asm__ volatile("" : : "r"(sum));
}

/* Two digits after the point are more than there is to know, and are the same after the file was
 * read back. */
static double rounded(double number)
{
    return round(number * 100) / 100;
}

static void constant_set(struct cost *cost, enum cost_key key, struct spread spread,
                         const char *source)
{
    struct cost_constant *constant = &cost->constant[key];

    *constant = (struct cost_constant){rounded(spread.median),
                                       rounded(spread.low),
                                       rounded(spread.high),
                                       {.basis = COST_MEASURED}};
    (void)snprintf(constant->origin.source, sizeof constant->origin.source, "%s", source);
}

/* ns as cycles of the clock that was just measured. */
static struct spread in_cycles(const struct cost *cost, struct spread ns)
{
    return (struct spread){cost_cycles(cost, ns.median), cost_cycles(cost, ns.low),
                           cost_cycles(cost, ns.high)};
}

static void curve_measure(struct bench *bench, struct cost *cost, enum cost_curve curve,
                          stretch_run *run, uint32_t count, const char *source)
{
    struct cost_table *table = &cost->curve[curve];

    *table = (struct cost_table){.count = SIZES, .origin = {.basis = COST_MEASURED}};
    (void)snprintf(table->origin.source, sizeof table->origin.source, "%s", source);
    for (size_t i = 0; i < SIZES; i++) {
        struct spread spread;

        bench->size_bytes = sizes[i];
        spread = stretches_time(bench, run, count);
        table->point[i] = (struct cost_point){sizes[i], rounded(spread.median), rounded(spread.low),
                                              rounded(spread.high)};
    }
}

static enum status clock_measure(struct bench *bench, struct cost *cost, struct diagnostic *diag)
{
    struct spread add = stretches_time(bench, adds_run, ADDS);

    if (add.low <= 0)
        return diagnostic_set(diag, STATUS_IO, "calibrate", 0, 0, "the clock does not move");
    constant_set(
        cost, COST_CPU_HZ,
        (struct spread){round(1e9 / add.median), round(1e9 / add.high), round(1e9 / add.low)},
        "additions that each need the one before, one per cycle, timed; not the rate of "
        "the time-stamp counter");
    return STATUS_OK;
}

/* Receive and transmit of the direct path, packets and descriptors in the cache. */
static enum status driver_measure(struct cost *cost, struct diagnostic *diag)
{
    struct experiment experiment = {
        .path = "plain-dpdk", .app = "l2fwd", .cost = cost, .frame_bytes = DRIVER_FRAME_BYTES};
    double sample[CALIBRATE_SAMPLES] = {0};
    struct native *native;
    enum status status = native_open(&native, &experiment, diag);

    for (size_t i = 0; status == STATUS_OK && i < CALIBRATE_SAMPLES; i++) {
        struct native_sample both = {0};

        status = native_run(native, &both, diag);
        sample[i] = both.guest_ns / 2;
    }
    native_close(native);
    if (status == STATUS_OK)
        constant_set(cost, COST_DRIVER_PACKET, in_cycles(cost, spread_of(sample)),
                     "half of what plain-dpdk with l2fwd takes for a packet of 64 bytes; "
                     "descriptors in the cache, the emulation of the device not in it");
    return status;
}

static enum status aes_measure(struct bench *bench, struct cost *cost, struct diagnostic *diag)
{
    static const uint8_t key[16] = {2};
    enum aead_library library = aead_library_default();
    char source[COST_SOURCE_BYTES];

    bench->status = aead_create(library, key, sizeof key, &bench->aead);
    (void)snprintf(source, sizeof source,
                   "AES-128-GCM of %s, mean of seal and open, the data in the cache",
                   aead_library_name(library));
    if (bench->status == STATUS_OK)
        curve_measure(bench, cost, COST_AES_GCM, aes_run, OPERATIONS, source);
    aead_destroy(bench->aead);
    if (bench->status != STATUS_OK)
        return diagnostic_set(diag, STATUS_IO, "calibrate", 0, 0, "%s does not encrypt",
                              aead_library_name(library));
    return STATUS_OK;
}

static enum status all_measure(struct bench *bench, struct cost *cost, struct diagnostic *diag)
{
    enum status status = clock_measure(bench, cost, diag);

    if (status == STATUS_OK)
        status = driver_measure(cost, diag);
    if (status != STATUS_OK)
        return status;
    constant_set(
        cost, COST_DESCRIPTOR_READ, in_cycles(cost, stretches_time(bench, descriptors_run, READS)),
        "16 bytes each, one after the other out of 4 MiB: from the last-level cache, where "
        "a device would leave them; no device wrote them");
    curve_measure(bench, cost, COST_COPY_HOT, warm_run, COPIES,
                  "memcpy between two buffers that are in the first-level cache if they fit");
    curve_measure(bench, cost, COST_COPY_COLD, cold_run, COPIES,
                  "memcpy from room to room of two pools of 64 MiB, in turn");
    return aes_measure(bench, cost, diag);
}

/* "model name : AMD EPYC" of the system's list; not every kind of processor has one. */
static void processor_name(char *name, size_t size)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[160];

    (void)snprintf(name, size, "a processor without a name");
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');

        if (!colon || strncmp(line, "model name", 10) != 0)
            continue;
        line[strcspn(line, "\n")] = '\0';
        (void)snprintf(name, size, "%s", colon + 1 + strspn(colon + 1, " "));
        break;
    }
    if (file)
        (void)fclose(file);
}

enum status calibrate(struct cost *out, struct diagnostic *diag)
{
    struct bench bench = {.from = malloc(NATIVE_COLD_POOL_BYTES),
                          .to = malloc(NATIVE_COLD_POOL_BYTES)};
    struct cost cost;
    char processor[128];
    enum status status = cost_open(&cost, CALIBRATE_BASE, diag);

    if (status == STATUS_OK && (!bench.from || !bench.to))
        status = diagnostic_set(diag, STATUS_IO, "calibrate", 0, 0, "no memory");
    if (status == STATUS_OK) {
        memset(bench.from, 1, NATIVE_COLD_POOL_BYTES);
        memset(bench.to, 2, NATIVE_COLD_POOL_BYTES);
        status = all_measure(&bench, &cost, diag);
    }
    free(bench.from);
    free(bench.to);
    if (status != STATUS_OK)
        return status;
    processor_name(processor, sizeof processor);
    (void)snprintf(cost.name, sizeof cost.name, "calibrated");
    (void)snprintf(cost.title, sizeof cost.title, "the computer that this was measured on: %s",
                   processor);
    *out = cost;
    return STATUS_OK;
}
