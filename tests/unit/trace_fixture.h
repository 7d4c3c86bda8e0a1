/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/trace_fixture.h — for tests that write traces: a folder to write to, and a header. */
#ifndef CVMLAB_TESTS_UNIT_TRACE_FIXTURE_H
#define CVMLAB_TESTS_UNIT_TRACE_FIXTURE_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/jsonl/jsonl.h"

enum { PATH_BYTES = 128, VCPUS = 3 };

/* A directory of its own for each test; empty again at the end, or the test fails. */
struct fixture {
    char folder[PATH_BYTES];
    char path[2 * PATH_BYTES];
};

static inline struct fixture fixture_make(const char *file)
{
    struct fixture fix = {.folder = P_tmpdir "/cvmlab-test-XXXXXX"};

    assert_non_null(mkdtemp(fix.folder));
    (void)snprintf(fix.path, sizeof fix.path, "%s/%s", fix.folder, file);
    return fix;
}

static inline unsigned files_count(const struct fixture *fix)
{
    DIR *dir = opendir(fix->folder);
    struct dirent *entry;
    unsigned count = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir)))
        count += entry->d_name[0] != '.';
    (void)closedir(dir);
    return count;
}

/* Fails if anything but path is there. */
static inline void fixture_check(const struct fixture *fix)
{
    (void)unlink(fix->path);
    assert_int_equal(rmdir(fix->folder), 0);
}

static inline struct trace_header header_make(void)
{
    struct trace_header header = {.major = TRACE_VERSION_MAJOR,
                                  .minor = TRACE_VERSION_MINOR,
                                  .completeness = TRACE_MIXED,
                                  .guest_name = "g\xc3\xa4st \"1\"",
                                  .producer = "test",
                                  .source_name = "a.rec",
                                  .source_format = "kvmrec",
                                  .provenance = "line\nbreak",
                                  .vcpus = VCPUS,
                                  .region_count = 2,
                                  .region_inferred = true,
                                  .hvip_allow = HVIP_VSSIP | HVIP_VSEIP};

    memset(header.source_sha384, 'a', TRACE_SHA384_HEX_BYTES - 1);
    header.region[0] = (struct region){{0x1000}, 0x1000, REGION_MMIO};
    header.region[1] = (struct region){{0xfffffffffffff000}, 0x1000, REGION_ROM};
    return header;
}

#endif
