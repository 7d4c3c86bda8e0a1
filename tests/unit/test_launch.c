/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch.c — launch specs: the shipped ones give the digests that are known, and
 * wrong ones a line that says where and what. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "firmware_fixture.h"
#include "psp/launch.h"

#define SPECS CVMLAB_SOURCE_DIR "/specs/launch/"

static void measured(const char *path, int mode, char text[2 * DIGEST_BYTES + 1])
{
    struct launch launch;
    struct diagnostic diag = {{0}};
    uint8_t digest[DIGEST_BYTES];
    size_t size;

    if (launch_read(&launch, path, mode, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
    assert_int_equal(launch_measure(&launch, launch.mode, NULL, NULL, digest, &size, &diag),
                     STATUS_OK);
    hex_encode(digest, size, text);
    launch_free(&launch);
}

/* The expected digests are those of sev-snp-measure 8f2b337e, tests/test_guest.py. */
static void machines_give_the_digests_of_real_launches(void **unused)
{
    static const struct {
        const char *path, *digest;
    } known[] = {
        {SPECS "qemu-amdsev-kernel.json",
         "803f691094946e42068aaa3a8f9e26a5c89f36f7b73ecfb28c653360fe4b3aba"
         "7e534442e7e1e17895dfe778d0228977"},
        {SPECS "qemu-amdsev-4vcpus.json",
         "4953b1fb416fa874980e8442b3706d345926d5f38879134e00813c5d7abcbe78"
         "eafe7b422907be0b4698e2414a631942"},
        {SPECS "gce-amdsev-kernel.json",
         "5da7106cf14cf46b1725ebab123eb9e53bd46a1e9f400cd0c08e7827b04b688e"
         "a8b4e403c8404efed4397ea5d5d0722e"},
    };
    char text[2 * DIGEST_BYTES + 1];

    (void)unused;
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++) {
        measured(known[i].path, -1, text);
        assert_string_equal(text, known[i].digest);
    }
}

static void blocks_at_exchanged_addresses_are_seen_by_snp_alone(void **unused)
{
    char plain[2 * DIGEST_BYTES + 1], swapped[2 * DIGEST_BYTES + 1];

    (void)unused;
    measured(SPECS "undeserved.json", LAUNCH_SEV, plain);
    measured(SPECS "undeserved-swapped.json", LAUNCH_SEV, swapped);
    assert_string_equal(plain, swapped);
    measured(SPECS "undeserved.json", LAUNCH_SNP, plain);
    measured(SPECS "undeserved-swapped.json", LAUNCH_SNP, swapped);
    assert_string_not_equal(plain, swapped);
}

/* A folder with a firmware and a spec that names it. */
struct folder {
    char path[64], spec[80], firmware[80];
};

static void file_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void folder_make(struct folder *folder)
{
    struct firmware firmware;

    (void)snprintf(folder->path, sizeof folder->path, "/tmp/cvmlab-launch-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    (void)snprintf(folder->spec, sizeof folder->spec, "%s/s.json", folder->path);
    (void)snprintf(folder->firmware, sizeof folder->firmware, "%s/f.fd", folder->path);
    firmware_usual(&firmware);
    file_write(folder->firmware, firmware.bytes, PAGE_SIZE);
}

static void folder_remove(const struct folder *folder)
{
    assert_int_equal(unlink(folder->spec), 0);
    assert_int_equal(unlink(folder->firmware), 0);
    assert_int_equal(rmdir(folder->path), 0);
}

static void spec_write(const struct folder *folder, const char *rest)
{
    char text[2048];

    (void)snprintf(text, sizeof text,
                   "{\"format\": \"cvm-launch\", \"version\": \"1.0\", \"name\": \"t\",\n%s}",
                   rest);
    file_write(folder->spec, text, strlen(text));
}

static void a_firmware_file_is_found_beside_the_spec(void **unused)
{
    struct folder folder;
    struct launch launch;
    struct diagnostic diag = {{0}};

    (void)unused;
    folder_make(&folder);
    spec_write(&folder, "\"machine\": {\"firmware\": {\"file\": \"f.fd\"}, \"vcpus\": 2,\n"
                        "\"cpu\": \"EPYC\", \"kernel\": {\"hex\": \"00\"}}");
    if (launch_read(&launch, folder.spec, -1, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
    assert_int_equal(launch.count, 5); /* firmware, two sections, two vcpus */
    assert_int_equal(launch.event[0].gpa.v, 0xfffff000);
    assert_int_equal(launch.event[2].type, LAUNCH_PAGE_NORMAL);
    assert_int_equal(launch.event[4].type, LAUNCH_PAGE_VMSA);
    launch_free(&launch);
    assert_int_equal(launch_read(&launch, folder.spec, LAUNCH_SEV, &diag), STATUS_OK);
    assert_int_equal(launch.count, 2); /* firmware, hash table */
    assert_int_equal(launch.event[1].size_bytes, 176);
    launch_free(&launch);
    assert_int_equal(launch_read(&launch, folder.spec, LAUNCH_SEV_ES, &diag), STATUS_OK);
    assert_int_equal(launch.count, 4);
    launch_free(&launch);
    folder_remove(&folder);
}

#define PAGES    "\"pages\": "
#define MACHINE  "\"machine\": {\"cpu\": \"EPYC\", "
#define FIRMWARE "\"firmware\": {\"file\": \"f.fd\"}"
#define DESCRIBED                                                                                  \
    "\"firmware\": {\"gpa\": \"0xfffff000\", \"page_digests\": [\"00\"], \"sections\": "

static const struct {
    const char *rest, *message;
} bad_specs[] = {
    {"\"summary\": \"\"", "1:1: neither machine nor pages"},
    {PAGES "[], \"machine\": {}", "1:1: both a machine and pages"},
    {PAGES "[]", "2:10: no pages"},
    {PAGES "[{\"type\": \"PLAIN\", \"gpa\": 0}]", "2:20: unknown page type \"PLAIN\""},
    {PAGES "[{\"type\": \"ZERO\"}]", "\"gpa\" is missing"},
    {PAGES "[{\"type\": \"ZERO\", \"gpa\": 1}]", "not on a page"},
    {PAGES "[{\"type\": \"ZERO\", \"gpa\": -1}]", "not a number in range"},
    {PAGES "[{\"type\": \"ZERO\", \"gpa\": 0, \"count\": 0}]", "no pages"},
    {PAGES "[{\"type\": \"ZERO\", \"gpa\": 0, \"count\": 2097153}]", "not a number in range"},
    {PAGES "[{\"type\": \"ZERO\", \"gpa\": \"0xfffffffffffff000\"}]", "beyond the last address"},
    {PAGES "[{\"type\": \"ZERO\", \"gpa\": 0, \"count\": 2097152},"
           "{\"type\": \"ZERO\", \"gpa\": 0}]",
     "more than 2097152 pages"},
    {PAGES "[{\"type\": \"NORMAL\", \"gpa\": 0}]", "0 contents"},
    {PAGES "[{\"type\": \"NORMAL\", \"gpa\": 0, \"fill\": 1, \"hex\": \"\"}]", "2 contents"},
    {PAGES "[{\"type\": \"NORMAL\", \"gpa\": 0, \"fill\": 256}]", "not a number in range"},
    {PAGES "[{\"type\": \"NORMAL\", \"gpa\": 0, \"hex\": \"0\"}]", "not bytes in hex"},
    {PAGES "[{\"type\": \"NORMAL\", \"gpa\": 0, \"contents\": \"00\"}]", "not 48 bytes"},
    {PAGES "[{\"type\": \"NORMAL\", \"gpa\": 0, \"file\": \"none\"}]", "cannot be opened"},
    {PAGES "[{\"type\": \"NORMAL\", \"gpa\": 0, \"file\": \"s.json\"}]", "expected whole pages"},
    {PAGES "[{\"type\": \"ZERO\", \"gpa\": 0, \"permissions\": [1]}]", "1 masks"},
    {PAGES "[{\"type\": \"ZERO\", \"gpa\": 0, \"imi\": 1}]", "\"imi\" is a whole number"},
    {PAGES "[{\"type\": \"ZERO\", \"gpa\": 0, \"size\": 1}]", "unknown key \"size\""},
    {"\"mode\": \"tdx\", " PAGES "[]", "unknown mode \"tdx\""},
    {"\"machine\": {" FIRMWARE "}", "no cpu"},
    {MACHINE "\"cpu_signature\": 1, " FIRMWARE "}", "both cpu and cpu_signature"},
    {"\"machine\": {\"cpu\": \"Pentium\", " FIRMWARE "}", "unknown cpu \"Pentium\""},
    {MACHINE "\"vmm\": \"xen\", " FIRMWARE "}", "unknown vmm \"xen\""},
    {MACHINE "\"vcpus\": 0, " FIRMWARE "}", "no vcpus"},
    {MACHINE "\"vcpus\": 4097, " FIRMWARE "}", "not a number in range"},
    {MACHINE "\"firmware\": {}}", "\"gpa\" is missing"},
    {MACHINE "\"firmware\": {\"file\": \"f.fd\", \"gpa\": 0}}", "a file and its description"},
    {MACHINE "\"firmware\": {\"file\": \"s.json\"}}", "not a firmware image"},
    {MACHINE DESCRIBED "[]}}", "not 48 bytes"},
    {MACHINE FIRMWARE ", \"initrd\": {\"hex\": \"\"}}", "without a kernel"},
    {MACHINE FIRMWARE ", \"kernel\": {}}", "neither file nor hex"},
    {MACHINE FIRMWARE ", \"kernel\": {\"file\": \"none\"}}", "cannot be opened"},
    {MACHINE FIRMWARE ", \"svsm\": {\"file\": \"f.fd\"}}", "does not say where it starts"},
};

static void specs_that_are_wrong_say_where_and_what(void **unused)
{
    struct folder folder;

    (void)unused;
    folder_make(&folder);
    for (unsigned i = 0; i < sizeof bad_specs / sizeof bad_specs[0]; i++) {
        struct launch launch;
        struct diagnostic diag = {{0}};

        spec_write(&folder, bad_specs[i].rest);
        if (launch_read(&launch, folder.spec, -1, &diag) != STATUS_BAD_INPUT ||
            !strstr(diag.text, bad_specs[i].message) || !strstr(diag.text, "expected"))
            fail_msg("%s: %s", bad_specs[i].rest, diag.text);
    }
    folder_remove(&folder);
}

static void a_kernel_that_the_firmware_would_not_check_is_refused(void **unused)
{
    struct folder folder;
    struct firmware firmware;
    struct launch launch;
    struct diagnostic diag = {{0}};

    (void)unused;
    folder_make(&folder);
    firmware_begin(&firmware);
    firmware_end(&firmware);
    file_write(folder.firmware, firmware.bytes, PAGE_SIZE);
    spec_write(&folder, MACHINE FIRMWARE ", \"kernel\": {\"hex\": \"\"}}");
    for (int mode = LAUNCH_SNP; mode <= LAUNCH_SEV; mode++) {
        assert_int_equal(launch_read(&launch, folder.spec, mode, &diag), STATUS_BAD_INPUT);
        assert_non_null(strstr(diag.text, "would not check the kernel"));
    }
    spec_write(&folder, MACHINE FIRMWARE ", \"vcpus\": 2}");
    assert_int_equal(launch_read(&launch, folder.spec, LAUNCH_SNP, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "where other vcpus start"));
    folder_remove(&folder);
}

static void pages_that_older_modes_do_not_have_are_refused(void **unused)
{
    static const char *const paths[] = {SPECS "pages.json", SPECS "qemu-amdsev-kernel.json"};

    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        struct launch launch;
        struct diagnostic diag = {{0}};
        uint8_t digest[DIGEST_BYTES];
        size_t size;

        assert_int_equal(launch_read(&launch, paths[i], LAUNCH_SEV, &diag), STATUS_OK);
        assert_int_equal(launch_measure(&launch, LAUNCH_SEV, NULL, NULL, digest, &size, &diag),
                         STATUS_BAD_INPUT);
        assert_non_null(strstr(diag.text, "in mode sev"));
        launch_free(&launch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(machines_give_the_digests_of_real_launches),
        cmocka_unit_test(blocks_at_exchanged_addresses_are_seen_by_snp_alone),
        cmocka_unit_test(a_firmware_file_is_found_beside_the_spec),
        cmocka_unit_test(specs_that_are_wrong_say_where_and_what),
        cmocka_unit_test(a_kernel_that_the_firmware_would_not_check_is_refused),
        cmocka_unit_test(pages_that_older_modes_do_not_have_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
