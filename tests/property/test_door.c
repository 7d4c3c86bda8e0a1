/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_door.c — no permission survives a change that takes it away. Random
 * operations by everybody, while pointers that were granted are kept until a watch calls them back:
 * after each operation every pointer that is still there must still be allowed, and show what the
 * reference computes from the raw bytes. Read door_world.h and door_reference.h first. */
#include "door_world.h"

#include "memory/adversary.h"

enum { STEPS = 60000, FEWEST_KEPT = 4, COPY_MAX = 80, WHOLE_PAGE_EVERY = 64 };

/* --- what the RMP's owners do --- */

static void rmp_step(struct world *world)
{
    spa_t page = random_page(world), base = {page.v & ~(uint64_t)(LARGE_PAGE_SIZE - 1)};
    bool is_large = below(world, 20) == 0;
    uint16_t asid = (uint16_t)(1 + below(world, REFERENCE_ASIDS - 1));
    struct actor host = {.kind = ACTOR_HYPERVISOR};
    struct actor guest = {.kind = ACTOR_GUEST, .asid = asid, .is_snp = true};
    struct rmp_target target = {{is_large ? base.v : page.v}, is_large ? base : page, is_large};
    struct rmp_rights rights = {.vmpl = 1, .mask = (uint8_t)below(world, RMP_MAY_ALL + 1)};
    struct rmp_operand operand = {target.gpa, asid, true, is_large, below(world, 16) == 0};
    const struct rmp_entry *entry = rmp_find(world->rmp, page);

    if (entry && entry->assigned && below(world, 4) != 0)
        guest.asid = entry->asid; /* so that most of it succeeds */
    switch (below(world, 6)) {
    case 0:
        (void)rmp_update(world->rmp, &host, target.spa, &operand);
        break;
    case 1:
        operand = (struct rmp_operand){.is_large = is_large};
        (void)rmp_update(world->rmp, &host, target.spa, &operand);
        break;
    case 2:
        (void)rmp_psmash(world->rmp, &host, base);
        break;
    case 3:
        (void)rmp_adjust(world->rmp, &guest, &target, &rights);
        break;
    case 4:
        if (entry && entry->immutable)
            (void)rmp_firmware_set(world->rmp, target.spa, &(struct rmp_entry){0});
        break;
    default:
        (void)rmp_pvalidate(world->rmp, &guest, &target, below(world, 4) != 0);
    }
}

static void key_step(struct world *world)
{
    uint16_t asid = (uint16_t)(1 + below(world, REFERENCE_ASIDS - 1));

    if (below(world, 3) == 0) {
        memory_key_retire(world->memory, asid);
        world->ref->key_of_asid[asid] = 0;
    } else {
        assert_int_equal(memory_key_install(world->memory, asid), STATUS_OK);
        reference_key_install(world->ref, asid);
    }
}

/* --- what goes through the door --- */

static void ask_step(struct world *world)
{
    struct grant *grant = &world->grant[below(world, GRANTS)];
    struct access access =
        random_access(world, (spa_t){random_page(world).v + below(world, PAGE_SIZE)});
    struct memory_answer answer;

    if (!memory_ask(world->memory, &access, &answer))
        return;
    *grant = (struct grant){.is_there = true,
                            .may_write = answer.is_direct && is_write(access.kind),
                            .is_view = !answer.is_direct,
                            .access = access,
                            .bytes = answer.bytes};
}

/* Whoever keeps code that he translated must have been told before it changed, unless what he runs
 * is the 0xff of a hidden page. */
static void code_check(struct world *world, spa_t written)
{
    for (unsigned i = 0; i < GRANTS; i++) {
        const struct grant *grant = &world->grant[i];

        if (grant->is_there && grant->access.kind == ACCESS_EXECUTE &&
            hot_index(world->ref, grant->access.spa) == hot_index(world->ref, written) &&
            !reference_hides(world->ref, world->rmp, &grant->access))
            world->wrong = "code changed under a pointer that runs it";
    }
}

static void poke_step(struct world *world)
{
    struct grant *grant = &world->grant[below(world, GRANTS)];
    size_t left = PAGE_SIZE - (grant->access.spa.v & (PAGE_SIZE - 1)), offset;
    uint8_t byte = (uint8_t)below(world, 256);

    if (!grant->is_there || !grant->may_write)
        return;
    offset = below(world, left);
    grant->bytes[offset] = byte;
    code_check(world, grant->access.spa);
    reference_write(world->ref, &grant->access, (spa_t){grant->access.spa.v + offset}, byte);
}

static void read_step(struct world *world)
{
    uint8_t bytes[COPY_MAX], block[BLOCK];
    size_t size = 1 + below(world, COPY_MAX);
    struct access access = random_access(world, random_place(world, size));
    struct fault fault;

    if (!memory_read(world->memory, &access, bytes, size, &fault))
        return;
    for (size_t i = 0; i < size; i++) {
        struct access at = access;

        at.spa.v += i;
        reference_read(world->ref, world->rmp, &at, at.spa, block);
        if (block[at.spa.v % BLOCK] != bytes[i])
            world->wrong = "a read differs from the reference";
    }
}

static void write_step(struct world *world)
{
    uint8_t bytes[COPY_MAX];
    size_t size = 1 + below(world, COPY_MAX);
    struct access access = random_access(world, random_place(world, size));
    enum actor_kind by = access.actor.kind;
    struct fault fault;

    access.kind = ACCESS_WRITE;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)below(world, 256);
    if (!memory_write(world->memory, &access, bytes, size, &fault))
        return;
    code_check(world, access.spa);
    for (size_t i = 0; i < size; i++)
        reference_write(world->ref, &access, (spa_t){access.spa.v + i}, bytes[i]);
    for (size_t i = 0; i < size && (by == ACTOR_DEVICE || by == ACTOR_FIRMWARE); i++) {
        spa_t at = {access.spa.v + i};

        line_written_through(world->ref, hot_index(world->ref, at), at.v & (PAGE_SIZE - 1));
    }
}

/* --- what happens below the door --- */

static void dram_step(struct world *world)
{
    uint8_t bytes[COPY_MAX];
    size_t size = 1 + below(world, COPY_MAX);
    spa_t cell = random_place(world, size);
    bool is_clean = true;

    assert_int_equal(dram_read(world->memory, cell, bytes, size), STATUS_OK);
    for (size_t i = 0; i < size; i++) {
        spa_t at = {cell.v + i};

        if (bytes[i] != world->ref->dram[hot_index(world->ref, at)][at.v & (PAGE_SIZE - 1)])
            world->wrong = "DRAM differs from the reference";
        bytes[i] ^= (uint8_t)below(world, 256);
    }
    if (below(world, 2))
        return;
    assert_int_equal(dram_write(world->memory, cell, bytes, size), STATUS_OK);
    for (size_t i = 0; i < size; i++) {
        spa_t at = {cell.v + i};

        if (i == 0 || at.v % LINE == 0)
            is_clean = reference_line_is_clean(world->ref, at);
        reference_dram_write(world->ref, at, bytes[i], is_clean);
    }
}

static void alias_step(struct world *world)
{
    static const int bits[] = {-1, -1, PAGE_SHIFT, LARGE_PAGE_SHIFT, LARGE_PAGE_SHIFT + 1, 40};
    int bit = bits[below(world, 6)];

    assert_int_equal(dram_alias_set(world->memory, bit), STATUS_OK);
    reference_write_back(world->ref);
    world->ref->alias_mask = bit == -1 ? 0 : UINT64_C(1) << bit;
}

static void cache_step(struct world *world)
{
    bool is_on = below(world, 4) != 0;

    switch (below(world, 4)) {
    case 0:
        assert_int_equal(cache_model_set(world->memory, is_on), STATUS_OK);
        if (!is_on)
            reference_write_back(world->ref);
        world->ref->has_cache = is_on;
        break;
    case 1:
        cache_wbinvd(world->memory);
        reference_write_back(world->ref);
        break;
    default:
        cache_invd(world->memory, !is_on);
        if (is_on)
            reference_drop(world->ref);
        else
            reference_write_back(world->ref);
    }
}

/* --- what must hold --- */

/* One random block of what a kept pointer shows, or all. */
static void bytes_check(struct world *world, const struct grant *grant, bool is_whole)
{
    uint64_t start = grant->access.spa.v, end = (start | (PAGE_SIZE - 1)) + 1;
    uint64_t at = is_whole ? start : start + below(world, end - start);
    uint64_t stop = is_whole ? end : at + 1;
    uint8_t block[BLOCK];

    for (at &= ~(uint64_t)(BLOCK - 1); at < stop; at += BLOCK) {
        uint64_t first = at > start ? at : start;

        reference_read(world->ref, world->rmp, &grant->access, (spa_t){at}, block);
        if (memcmp(grant->bytes + (first - start), block + (first - at), at + BLOCK - first) != 0)
            world->wrong = "a kept pointer shows something else than the reference";
    }
}

static void grants_check(struct world *world, bool is_whole)
{
    for (unsigned i = 0; i < GRANTS; i++) {
        const struct grant *grant = &world->grant[i];
        struct fault fault;

        if (!grant->is_there)
            continue;
        if (!memory_check(world->memory, &grant->access, &fault))
            world->wrong = "a kept pointer is no longer allowed";
        bytes_check(world, grant, is_whole);
        world->checked++;
        world->views += grant->is_view;
    }
}

static void step(struct world *world)
{
    uint64_t chance = below(world, 1000);

    if (chance < 150)
        rmp_step(world);
    else if (chance < 153)
        key_step(world);
    else if (chance < 500)
        ask_step(world);
    else if (chance < 650)
        poke_step(world);
    else if (chance < 750)
        read_step(world);
    else if (chance < 900)
        write_step(world);
    else if (chance < 980)
        dram_step(world);
    else if (chance < 983)
        alias_step(world);
    else
        cache_step(world);
}

static void world_create(struct world *world, const struct memory_config *config)
{
    *world = (struct world){.random = config->seed};
    assert_int_equal(memory_create(config, &world->memory), STATUS_OK);
    assert_int_equal(memory_watch_add(world->memory, watch, world), STATUS_OK);
    world->rmp = memory_rmp(world->memory);
    world->ref = reference_create(config);
}

static void world_destroy(struct world *world)
{
    memory_destroy(world->memory);
    reference_destroy(world->ref);
}

/* Runs until something is wrong, or for so many steps; returns how many it took. */
static unsigned world_run(struct world *world, unsigned steps)
{
    unsigned n = 0;

    while (n < steps && !world->wrong) {
        step(world);
        grants_check(world, n++ % WHOLE_PAGE_EVERY == 0);
    }
    return n;
}

static struct memory_config config_of(unsigned seed)
{
    return (struct memory_config){.mode =
                                      seed % 5 < 3 ? MEMORY_SNP : (enum memory_mode)(seed % 5 - 3),
                                  .cipher = seed % 3 == 0 ? CIPHER_XTS256 : CIPHER_XTS128,
                                  .c_bit = 51,
                                  .ciphertext_hiding = seed % 2,
                                  .checks_shared_reads = seed % 4 == 1,
                                  .page_count = REGIONS * LARGE_PAGE_PAGES,
                                  .rmp_pages = 2 * LARGE_PAGE_PAGES + HOT_PER_REGION / 2,
                                  .asid_max = REFERENCE_ASIDS - 1,
                                  .seed = seed};
}

static void no_pointer_outlives_its_permission_and_all_bytes_are_right(void **unused)
{
    (void)unused;
    for (unsigned seed = 0; seed < 6; seed++) {
        struct memory_config config = config_of(seed);
        struct world world;
        unsigned steps;
        spa_t page;

        world_create(&world, &config);
        steps = world_run(&world, STEPS);
        if (world.wrong)
            fail_msg("seed %u, step %u: %s", seed, steps, world.wrong);
        assert_int_equal(rmp_check_all(world.rmp, &page), STATUS_OK);
        assert_true(world.checked > FEWEST_KEPT * STEPS); /* else nothing was put to the test */
        assert_true(world.views > STEPS || config.mode == MEMORY_NONE);
        world_destroy(&world);
    }
}

static void deaf(void *context, spa_t first, uint64_t count)
{
    (void)context;
    (void)first;
    (void)count;
}

/* The property can fail: here the table forgets to tell. */
static void a_table_that_tells_nobody_is_found_out(void **unused)
{
    struct memory_config config = config_of(0);
    struct world world;

    (void)unused;
    world_create(&world, &config);
    world.rmp->watch.changes = deaf;
    assert_true(world_run(&world, STEPS) < STEPS);
    world_destroy(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_pointer_outlives_its_permission_and_all_bytes_are_right),
        cmocka_unit_test(a_table_that_tells_nobody_is_found_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
