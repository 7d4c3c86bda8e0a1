/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/toctou_race.c — the racing form: EVP itself on memory that a second thread changes. Read
 * toctou.h first. The race is on purpose; what it counts is how often the guest lost it. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "net/crypto.h"
#include "net/toctou.h"

enum { PAUSE_TURNS = 40, CLOCK_EVERY = 1024 };

struct arena {
    _Alignas(64) uint8_t shared[TOCTOU_BYTES_MAX];
    size_t size_bytes;
    atomic_bool is_over;
};

/* The host's thread. */
static void *writer_run(void *context)
{
    struct arena *arena = context;
    volatile uint8_t *byte = &arena->shared[arena->size_bytes / 2];

    while (!atomic_load_explicit(&arena->is_over, memory_order_relaxed)) {
        *byte = (uint8_t) ~*byte;
        for (volatile unsigned i = 0; i < PAUSE_TURNS; i++)
            ;
        *byte = (uint8_t) ~*byte;
    }
    return NULL;
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void guest_run(struct arena *arena, struct aead *aead, const uint8_t *plain,
                      const uint8_t *tag, bool is_copied, double seconds, struct toctou_race *race)
{
    static const uint8_t iv[AEAD_IV_BYTES], aad[8];
    uint8_t opened[TOCTOU_BYTES_MAX], copy[TOCTOU_BYTES_MAX];
    struct aead_text text = {.iv = iv,
                             .aad = aad,
                             .aad_bytes = sizeof aad,
                             .from = is_copied ? copy : arena->shared,
                             .size_bytes = arena->size_bytes,
                             .to = opened};
    double end = seconds_now() + seconds;

    while (race->opened % CLOCK_EVERY != 0 || seconds_now() < end) {
        if (is_copied)
            memcpy(copy, arena->shared, arena->size_bytes);
        race->opened++;
        if (aead_open(aead, &text, tag, AEAD_TAG_BYTES) != STATUS_OK)
            continue;
        race->accepted++;
        race->forged += memcmp(opened, plain, arena->size_bytes) != 0;
    }
}

enum status toctou_race_run(size_t size_bytes, bool is_copied, double seconds,
                            struct toctou_race *race, struct diagnostic *diag)
{
    static const uint8_t key[16] = {1}, iv[AEAD_IV_BYTES], aad[8];
    struct arena arena = {.size_bytes = size_bytes};
    uint8_t plain[TOCTOU_BYTES_MAX], tag[AEAD_TAG_BYTES];
    struct aead_text text = {.iv = iv,
                             .aad = aad,
                             .aad_bytes = sizeof aad,
                             .from = plain,
                             .size_bytes = size_bytes,
                             .to = arena.shared};
    struct aead *aead;
    pthread_t writer;
    enum status st = aead_create(AEAD_OPENSSL, key, sizeof key, &aead);

    memset(race, 0, sizeof *race);
    memset(plain, 0x5a, sizeof plain);
    if (st == STATUS_OK)
        st = aead_seal(aead, &text, tag, sizeof tag);
    if (st == STATUS_OK && pthread_create(&writer, NULL, writer_run, &arena) != 0)
        st = STATUS_IO;
    if (st == STATUS_OK) {
        guest_run(&arena, aead, plain, tag, is_copied, seconds, race);
        atomic_store(&arena.is_over, true);
        pthread_join(writer, NULL);
    } else {
        diagnostic_set(diag, st, "race", 0, 0, "no thread or no key; expected both");
    }
    aead_destroy(aead);
    return st;
}
