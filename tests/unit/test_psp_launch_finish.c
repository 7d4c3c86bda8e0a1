/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_psp_launch_finish.c — LAUNCH_FINISH: the owner's ID block must be whole, signed,
 * and about this guest; every refusal, in order. And what a report says of the guest then. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "psp/guest_report.h"
#include "psp/id_block.h"
#include "psp_fixture.h"
#include "psp_flaws.h"

enum { GCTX = 1, PAGE = 10, GPA = 0x40 };

/* Where things lie in the authentication information (56860). */
enum { BLOCK_SIGNATURE = 0x40, ID_KEY = 0x240, KEY_SIGNATURE = 0x680, AUTHOR_KEY = 0x880 };

/* What the owner signs with, made once. */
static struct {
    EVP_PKEY *id, *author;
} owner;

static struct {
    struct id_block block;
    uint8_t bytes[ID_BLOCK_BYTES], auth[ID_AUTH_BYTES];
} signed_block;

static int owner_make(void **unused)
{
    (void)unused;
    owner.id = EVP_EC_gen("P-384");
    owner.author = EVP_EC_gen("P-384");
    return owner.id && owner.author ? 0 : -1;
}

static int owner_free(void **unused)
{
    (void)unused;
    EVP_PKEY_free(owner.id);
    EVP_PKEY_free(owner.author);
    return 0;
}

static void block_sign(struct world *world)
{
    assert_int_equal(id_auth_make(&signed_block.block, owner.id, owner.author, signed_block.auth),
                     STATUS_OK);
    id_block_encode(&signed_block.block, signed_block.bytes);
    world->finish.id_block = signed_block.bytes;
    world->finish.id_auth = signed_block.auth;
}

/* One measured page, and a block about exactly that. */
static void finish_begin(struct world *world)
{
    const struct psp_launch_update update = {
        .gctx = page_at(GCTX), .page = page_at(PAGE), .page_type = LAUNCH_PAGE_ZERO};
    struct psp_guest guest;

    fixture_begin(&world->fix);
    guest_begin(&world->fix, page_at(GCTX), 1, POLICY_OPEN);
    give_pre_guest(&world->fix, page_at(PAGE), 1, gpa_at(GPA));
    assert_int_equal(psp_launch_update(world->fix.psp, &update), PSP_SUCCESS);
    assert_int_equal(psp_guest_status(world->fix.psp, page_at(GCTX), &guest), PSP_SUCCESS);
    signed_block.block = (struct id_block){.family_id = "family",
                                           .image_id = "image",
                                           .version = ID_BLOCK_VERSION,
                                           .guest_svn = 3,
                                           .policy = POLICY_OPEN};
    memcpy(signed_block.block.ld, guest.digest.ld, DIGEST_BYTES);
    block_sign(world);
    world->finish.has_author_key = true;
    memset(world->finish.host_data, 0xda, sizeof world->finish.host_data);
    world->gctx = page_at(GCTX);
}

static enum psp_status finish_give(struct world *world)
{
    world->finish.gctx = world->gctx;
    return psp_launch_finish(world->fix.psp, &world->finish);
}

static void flaw_no_auth(struct world *world)
{
    world->finish.id_auth = NULL;
}

static void flaw_no_block(struct world *world)
{
    world->finish.id_block = NULL;
}

static void flaw_author_alone(struct world *world)
{
    world->finish.id_block = NULL;
    world->finish.id_auth = NULL;
}

static void flaw_block_signature(struct world *world)
{
    (void)world;
    signed_block.auth[BLOCK_SIGNATURE] ^= 1;
}

static void flaw_block_changed(struct world *world)
{
    (void)world;
    signed_block.bytes[ID_BLOCK_BYTES - 1] ^= 1;
}

static void flaw_id_key(struct world *world)
{
    (void)world;
    signed_block.auth[ID_KEY + 5] ^= 1;
}

static void flaw_author_signature(struct world *world)
{
    (void)world;
    signed_block.auth[KEY_SIGNATURE + 7] ^= 1;
}

static void flaw_author_key(struct world *world)
{
    (void)world;
    signed_block.auth[AUTHOR_KEY] ^= 1;
}

static void flaw_version(struct world *world)
{
    signed_block.block.version = 2;
    block_sign(world);
}

static void flaw_measurement(struct world *world)
{
    signed_block.block.ld[47] ^= 1;
    block_sign(world);
}

static void flaw_policy(struct world *world)
{
    signed_block.block.policy ^= PSP_POLICY_DEBUG;
    block_sign(world);
}

static const struct flaw finish_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"unaligned", PSP_INVALID_ADDRESS, flaw_gctx_unaligned, TOUCH_GCTX},
    {"no such guest", PSP_INVALID_GUEST, flaw_no_such_guest, TOUCH_GCTX},
    {"guest in INIT", PSP_INVALID_GUEST_STATE, flaw_guest_in_init, TOUCH_GUEST},
    {"guest runs", PSP_INVALID_GUEST_STATE, flaw_guest_running, TOUCH_GUEST},
    {"block without keys", PSP_INVALID_PARAM, flaw_no_auth, TOUCH_KIND},
    {"keys without block", PSP_INVALID_PARAM, flaw_no_block, TOUCH_KIND},
    {"author without block", PSP_INVALID_PARAM, flaw_author_alone, TOUCH_KIND},
    {"block's signature", PSP_BAD_SIGNATURE, flaw_block_signature, TOUCH_ENTRY},
    {"block changed", PSP_BAD_SIGNATURE, flaw_block_changed, TOUCH_ENTRY},
    {"ID key", PSP_BAD_SIGNATURE, flaw_id_key, TOUCH_ENTRY},
    {"ID key's signature", PSP_BAD_SIGNATURE, flaw_author_signature, TOUCH_ENTRY},
    {"author key", PSP_BAD_SIGNATURE, flaw_author_key, TOUCH_ENTRY},
    {"version", PSP_BAD_VERSION, flaw_version, TOUCH_KIND},
    {"measurement", PSP_BAD_MEASUREMENT, flaw_measurement, TOUCH_KIND},
    {"policy", PSP_POLICY_FAILURE, flaw_policy, TOUCH_KIND},
};

static void launch_finish_checks_in_the_documented_order(void **unused)
{
    const struct flawed_command command = {finish_begin, finish_give, finish_flaws,
                                           sizeof finish_flaws / sizeof finish_flaws[0]};

    (void)unused;
    flaws_run(&command);
}

/* Two flaws in one block, which the table cannot combine. */
static void version_measurement_and_policy_are_compared_in_this_order(void **unused)
{
    static struct world world;

    (void)unused;
    memset(&world, 0, sizeof world);
    finish_begin(&world);
    flaw_policy(&world);
    flaw_measurement(&world);
    assert_int_equal(finish_give(&world), PSP_BAD_MEASUREMENT);
    flaw_version(&world);
    assert_int_equal(finish_give(&world), PSP_BAD_VERSION);
    flaw_block_signature(&world);
    assert_int_equal(finish_give(&world), PSP_BAD_SIGNATURE);
    fixture_end(&world.fix);
}

static void the_guest_status_names_the_owner(void **unused)
{
    static struct world world;
    struct psp_guest guest;
    uint8_t digest[DIGEST_BYTES];

    (void)unused;
    memset(&world, 0, sizeof world);
    finish_begin(&world);
    assert_int_equal(finish_give(&world), PSP_SUCCESS);
    assert_int_equal(psp_guest_status(world.fix.psp, page_at(GCTX), &guest), PSP_SUCCESS);
    assert_int_equal(guest.state, PSP_GUEST_RUNNING);
    assert_true(guest.has_id_block && guest.has_author_key);
    assert_int_equal(guest.guest_svn, 3);
    assert_string_equal((const char *)guest.family_id, "family");
    assert_string_equal((const char *)guest.image_id, "image");
    assert_memory_equal(guest.host_data, world.finish.host_data, sizeof guest.host_data);
    assert_int_equal(id_key_digest(owner.id, digest), STATUS_OK);
    assert_memory_equal(guest.id_key_digest, digest, DIGEST_BYTES);
    assert_int_equal(id_key_digest(owner.author, digest), STATUS_OK);
    assert_memory_equal(guest.author_key_digest, digest, DIGEST_BYTES);
    fixture_end(&world.fix);
}

static void a_report_says_what_the_context_knows(void **unused)
{
    static const uint8_t data[REPORT_DATA_BYTES] = "nonce";
    static struct world world;
    struct report report = {.version = 3, .chip_id = {7}};
    struct psp_guest guest;

    (void)unused;
    memset(&world, 0, sizeof world);
    finish_begin(&world);
    world.fix.psp->alias_check_done = true;
    assert_int_equal(guest_report_fill(world.fix.psp, page_at(GCTX), 1, data, &report),
                     PSP_INVALID_GUEST_STATE);
    assert_int_equal(finish_give(&world), PSP_SUCCESS);
    assert_int_equal(psp_guest_status(world.fix.psp, page_at(GCTX), &guest), PSP_SUCCESS);
    assert_int_equal(guest_report_fill(world.fix.psp, page_at(99), 1, data, &report),
                     PSP_INVALID_GUEST);
    assert_int_equal(guest_report_fill(world.fix.psp, page_at(GCTX), 4, data, &report),
                     PSP_INVALID_PARAM);
    assert_int_equal(report.policy, 0);
    assert_int_equal(guest_report_fill(world.fix.psp, page_at(GCTX), 1, data, &report),
                     PSP_SUCCESS);
    assert_int_equal(report.version, 3);
    assert_int_equal(report.chip_id[0], 7);
    assert_int_equal(report.vmpl, 1);
    assert_int_equal(report.policy, POLICY_OPEN);
    assert_int_equal(report.guest_svn, 3);
    assert_int_equal(report.platform_info, 1 << 5);
    assert_int_equal(report.key_info, 1);
    assert_memory_equal(report.measurement, guest.digest.ld, DIGEST_BYTES);
    assert_memory_equal(report.host_data, world.finish.host_data, HOST_DATA_BYTES);
    assert_memory_equal(report.report_data, data, REPORT_DATA_BYTES);
    assert_memory_equal(report.report_id, guest.report_id, REPORT_ID_BYTES);
    assert_memory_equal(report.author_key_digest, guest.author_key_digest, DIGEST_BYTES);
    fixture_end(&world.fix);
}

static void a_guest_without_owner_starts_with_zeros(void **unused)
{
    static const uint8_t zeros[DIGEST_BYTES];
    static struct world world;
    struct psp_guest guest;

    (void)unused;
    memset(&world, 0, sizeof world);
    finish_begin(&world);
    world.finish = (struct psp_launch_finish){.gctx = page_at(GCTX)};
    assert_int_equal(psp_launch_finish(world.fix.psp, &world.finish), PSP_SUCCESS);
    assert_int_equal(psp_guest_status(world.fix.psp, page_at(GCTX), &guest), PSP_SUCCESS);
    assert_false(guest.has_id_block || guest.has_author_key);
    assert_memory_equal(guest.id_key_digest, zeros, DIGEST_BYTES);
    fixture_end(&world.fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(launch_finish_checks_in_the_documented_order),
        cmocka_unit_test(version_measurement_and_policy_are_compared_in_this_order),
        cmocka_unit_test(the_guest_status_names_the_owner),
        cmocka_unit_test(a_report_says_what_the_context_knows),
        cmocka_unit_test(a_guest_without_owner_starts_with_zeros),
    };

    return cmocka_run_group_tests(tests, owner_make, owner_free);
}
