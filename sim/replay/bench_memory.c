/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/bench_memory.c — see bench_memory.h. */
#include "replay/bench_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "replay/bench.h"

/* Four stretches of pages, one for each kind of work; each is gone through again and again. */
enum {
    STRETCH_PAGES = BENCH_ROUND / 2,
    PRIVATE_FIRST = 0,
    SHARED_FIRST = STRETCH_PAGES,
    UPDATE_FIRST = 2 * STRETCH_PAGES,
    VALIDATE_FIRST = 3 * STRETCH_PAGES,
    KNOWN_VIEWS = VIEW_COUNT / 2,
    GUEST_ASID = 1
};

struct memory_bench {
    struct memory *memory;
    EVP_CIPHER_CTX *oracle;
};

static const struct actor host = {.kind = ACTOR_HYPERVISOR};
static const struct actor guest = {.kind = ACTOR_GUEST, .asid = GUEST_ASID, .is_snp = true};
static const struct actor device = {.kind = ACTOR_DEVICE};

static struct access access_to(const struct actor *actor, enum access_kind kind, uint64_t page)
{
    return (struct access){.actor = *actor,
                           .kind = kind,
                           .spa = {page << PAGE_SHIFT},
                           .gpa = {page << PAGE_SHIFT},
                           .is_private = actor->kind == ACTOR_GUEST};
}

static bool page_update(struct memory *memory, uint64_t page, bool assign)
{
    struct rmp_operand operand = {0};

    if (assign)
        operand =
            (struct rmp_operand){.gpa = {page << PAGE_SHIFT}, .asid = GUEST_ASID, .assigned = true};
    return rmp_update(memory_rmp(memory), &host, (spa_t){page << PAGE_SHIFT}, &operand) == RMP_OK;
}

static bool page_validate(struct memory *memory, uint64_t page, bool validate)
{
    struct rmp_target target = {.gpa = {page << PAGE_SHIFT}, .spa = {page << PAGE_SHIFT}};
    struct rmp_result result = rmp_pvalidate(memory_rmp(memory), &guest, &target, validate);

    return result.fault.kind == FAULT_NONE && result.code == RMP_OK;
}

/* The guest takes a page and writes to it. */
static bool page_take(struct memory *memory, uint64_t page)
{
    struct access access = access_to(&guest, ACCESS_WRITE, page);
    struct fault fault;

    return page_update(memory, page, true) && page_validate(memory, page, true) &&
           memory_write(memory, &access, &page, sizeof page, &fault);
}

static enum status machine_create(uint64_t page_count, struct memory **memory)
{
    struct memory_config config = {.mode = MEMORY_SNP,
                                   .cipher = CIPHER_XTS128,
                                   .c_bit = 51,
                                   .page_count = page_count,
                                   .rmp_pages = page_count,
                                   .asid_max = GUEST_ASID};
    enum status st = memory_create(&config, memory);

    return st == STATUS_OK ? memory_key_install(*memory, GUEST_ASID) : st;
}

/* Any key: AES does not mind. */
static EVP_CIPHER_CTX *oracle_create(void)
{
    static const uint8_t key[32] = "the first half, another second.";
    EVP_CIPHER_CTX *oracle = EVP_CIPHER_CTX_new();

    if (oracle && EVP_EncryptInit_ex2(oracle, EVP_aes_128_xts(), key, NULL, NULL) == 1)
        return oracle;
    EVP_CIPHER_CTX_free(oracle);
    return NULL;
}

struct memory_bench *memory_bench_create(void)
{
    struct memory_bench *bench = calloc(1, sizeof *bench);
    bool is_good;

    if (!bench)
        return NULL;
    bench->oracle = oracle_create();
    is_good = bench->oracle && machine_create(BENCH_MACHINE_PAGES, &bench->memory) == STATUS_OK;
    for (uint64_t i = 0; i < STRETCH_PAGES && is_good; i++)
        is_good = page_take(bench->memory, PRIVATE_FIRST + i) &&
                  page_update(bench->memory, VALIDATE_FIRST + i, true);
    if (is_good)
        return bench;
    memory_bench_destroy(bench);
    return NULL;
}

void memory_bench_destroy(struct memory_bench *bench)
{
    if (!bench)
        return;
    memory_destroy(bench->memory);
    EVP_CIPHER_CTX_free(bench->oracle);
    free(bench);
}

/* The same question for one page after the other of a stretch. */
static bool door_run(struct memory_bench *bench, struct access access, uint64_t pages,
                     uint64_t count)
{
    uint64_t first = access.spa.v, step = 0;
    struct memory_answer answer;
    bool is_good = true;

    for (uint64_t i = 0; i < count; i++) {
        access.spa.v = access.gpa.v = first + (step << PAGE_SHIFT);
        step = step + 1 == pages ? 0 : step + 1;
        is_good &= memory_ask(bench->memory, &access, &answer);
    }
    return is_good;
}

/* The guest writes, the host looks, and again. */
static bool again_run(struct memory_bench *bench, uint64_t count)
{
    struct access write = access_to(&guest, ACCESS_WRITE, PRIVATE_FIRST);
    struct access look = access_to(&host, ACCESS_READ, PRIVATE_FIRST);
    struct memory_answer answer;
    struct fault fault;
    bool is_good = true;

    for (uint64_t i = 0; i < count; i++) {
        is_good &= memory_write(bench->memory, &write, &i, sizeof i, &fault);
        is_good &= memory_ask(bench->memory, &look, &answer);
    }
    return is_good;
}

/* There and back, so that every operation changes its entry. */
static bool rmp_run(struct memory_bench *bench, uint64_t first, uint64_t count,
                    bool (*change)(struct memory *memory, uint64_t page, bool there))
{
    bool is_good = true, there = true;

    for (uint64_t done = 0; done < count; there = !there)
        for (uint64_t i = 0; i < STRETCH_PAGES; i++, done++)
            is_good &= change(bench->memory, first + i, there);
    return is_good;
}

static bool oracle_run(struct memory_bench *bench, uint64_t count)
{
    uint8_t page[PAGE_SIZE] = {0};
    uint64_t tweak[2] = {0};
    bool is_good = true;
    int written;

    for (uint64_t i = 0; i < count; i++) {
        for (size_t at = 0; at < PAGE_SIZE; at += CIPHER_BLOCK_BYTES, tweak[0]++) {
            is_good &= EVP_EncryptInit_ex2(bench->oracle, NULL, NULL, (uint8_t *)tweak, NULL) == 1;
            is_good &= EVP_EncryptUpdate(bench->oracle, page + at, &written, page + at,
                                         CIPHER_BLOCK_BYTES) == 1;
        }
    }
    return is_good;
}

static bool series_run(struct memory_bench *bench, enum memory_series series, uint64_t count)
{
    static const struct {
        const struct actor *actor;
        enum access_kind kind;
        uint64_t first, pages;
    } doors[MEMORY_SERIES_COUNT] = {
        [DOOR_GUEST_READ] = {&guest, ACCESS_READ, PRIVATE_FIRST, STRETCH_PAGES},
        [DOOR_GUEST_WRITE] = {&guest, ACCESS_WRITE, PRIVATE_FIRST, STRETCH_PAGES},
        [DOOR_GUEST_FETCH] = {&guest, ACCESS_EXECUTE, PRIVATE_FIRST, STRETCH_PAGES},
        [DOOR_HOST_READ] = {&host, ACCESS_READ, SHARED_FIRST, STRETCH_PAGES},
        [DOOR_HOST_WRITE] = {&host, ACCESS_WRITE, SHARED_FIRST, STRETCH_PAGES},
        [DOOR_DEVICE_WRITE] = {&device, ACCESS_WRITE, SHARED_FIRST, STRETCH_PAGES},
        [DOOR_HOST_VIEW] = {&host, ACCESS_READ, PRIVATE_FIRST, KNOWN_VIEWS},
        [PAGE_VIEW] = {&host, ACCESS_READ, PRIVATE_FIRST, STRETCH_PAGES},
    };

    switch (series) {
    case RMP_SERIES_UPDATE:
        return rmp_run(bench, UPDATE_FIRST, count, page_update);
    case RMP_SERIES_PVALIDATE:
        return rmp_run(bench, VALIDATE_FIRST, count, page_validate);
    case PAGE_AGAIN:
        return again_run(bench, count);
    case PAGE_ORACLE:
        return oracle_run(bench, count);
    default:
        return door_run(bench,
                        access_to(doors[series].actor, doors[series].kind, doors[series].first),
                        doors[series].pages, count);
    }
}

enum status memory_bench_run(struct memory_bench *bench, enum memory_series series, uint64_t count,
                             double *seconds)
{
    double start;
    bool is_good;

    if (series < RMP_SERIES_UPDATE)
        (void)series_run(bench, series, STRETCH_PAGES); /* from now on the pages are known */
    start = bench_cpu_seconds();
    is_good = series_run(bench, series, count);
    *seconds = bench_cpu_seconds() - start;
    return is_good ? STATUS_OK : STATUS_BAD_STATE;
}

/* Of this process; negative: the system does not tell. */
static int64_t resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long long size, resident = -1;

    if (!file)
        return -1;
    if (fscanf(file, "%lld %lld", &size, &resident) != 2)
        resident = -1;
    (void)fclose(file);
    return resident < 0 ? -1 : (int64_t)resident * sysconf(_SC_PAGESIZE);
}

enum status memory_bench_footprint(uint64_t page_count, uint64_t touched,
                                   struct memory_footprint *out)
{
    struct memory *memory = NULL;
    int64_t before = resident_bytes(), created, after;
    double start = bench_cpu_seconds();
    enum status st = before < 0 ? STATUS_IO : machine_create(page_count, &memory);

    *out = (struct memory_footprint){.ram_bytes = page_count << PAGE_SHIFT,
                                     .create_seconds = bench_cpu_seconds() - start,
                                     .touched_pages = touched,
                                     .metadata_share = memory_metadata_per_page() / PAGE_SIZE};
    created = resident_bytes();
    for (uint64_t i = 0; i < touched && st == STATUS_OK; i++)
        st = page_take(memory, i) ? STATUS_OK : STATUS_BAD_STATE;
    after = resident_bytes();
    out->create_bytes = created - before;
    out->per_page_bytes = touched ? (double)(after - created) / (double)touched : 0;
    memory_destroy(memory);
    return st;
}
