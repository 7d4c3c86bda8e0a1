/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/version.c — the command `cvmlab version`. Read version.h first. */
#include "cli/version.h"

#include <lzma.h>
#include <openssl/crypto.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

#include "cli/cli.h"
#include "cli/commit.h" /* CVMLAB_COMMIT; written by the build (tools/cmake/commit.cmake) */
#include "dpdk/dpdk.h"
#include "hart/engine.h"
#include "trace/import/import.h"

#ifdef __clang__
static const char compiler[] = "clang " __clang_version__;
#else
static const char compiler[] = "gcc " __VERSION__;
#endif

const char *version_text(void)
{
    return CVMLAB_VERSION " (commit " CVMLAB_COMMIT ")";
}

/* libpcap puts its name before its version. */
static const char *pcap_version(void)
{
    const char *text = pcap_lib_version();
    const char *digits = strpbrk(text, "0123456789");

    return digits ? digits : text;
}

static struct version_library library_of(const char *name, const char *version)
{
    struct version_library library = {.name = name};

    snprintf(library.version, sizeof library.version, "%s", version);
    return library;
}

struct version_library version_library_at(unsigned index)
{
    char unicorn[ENGINE_VERSION_BYTES];

    switch (index) {
    case 0:
        return library_of("jansson", jansson_version_str());
    case 1:
        return library_of("libzstd", ZSTD_versionString());
    case 2:
        return library_of("liblzma", lzma_version_string());
    case 3:
        return library_of("libpcap", pcap_version());
    case 4:
        return library_of("openssl", OpenSSL_version(OPENSSL_VERSION_STRING));
    case 5:
        return library_of("libelf", CVMLAB_ELF_VERSION);
    case 6:
        return library_of("libtracecmd", import_dat_library());
    case 7:
        engine_version(unicorn);
        return library_of("unicorn", unicorn);
    case 8:
        return library_of("libdpdk", dpdk_version());
    default:
        return (struct version_library){.name = NULL};
    }
}

json_t *version_to_json(void)
{
    json_t *libraries = json_object();
    struct version_library library;

    for (unsigned i = 0; (library = version_library_at(i)).name; i++)
        json_object_set_new(libraries, library.name, json_string(library.version));
    return json_pack("{s:s, s:s, s:s, s:o}", "cvmlab", CVMLAB_VERSION, "commit", CVMLAB_COMMIT,
                     "compiler", compiler, "libraries", libraries);
}

enum { KEY_JSON = 0x100 };

static error_t version_parse(int key, char *arg, struct argp_state *state)
{
    bool *wants_json = state->input;

    (void)arg;
    if (key != KEY_JSON)
        return ARGP_ERR_UNKNOWN;
    *wants_json = true;
    return 0;
}

static const struct argp_option version_options[] = {
    {"json", KEY_JSON, NULL, 0, "One JSON document on standard output", 0},
    {0},
};

static const struct argp version_argp = {
    .options = version_options,
    .parser = version_parse,
    .doc = "Examples:\n"
           "  cvmlab version\n"
           "  cvmlab version --json | jq .commit",
};

static int version_print_json(void)
{
    json_t *document = json_pack("{s:s, s:s}", "schema", "cvmlab-version", "version", "1.0");
    json_t *self = version_to_json();

    if (!self || json_object_update(document, self) != 0) {
        json_decref(document);
        document = NULL;
    }
    json_decref(self);
    return cli_json_print(document);
}

static int version_run(int argc, char **argv)
{
    bool wants_json = false;
    struct version_library library;

    cli_parse(&version_argp, argc, argv, &wants_json);
    if (wants_json)
        return version_print_json();
    printf("cvmlab %s\n%s\n", version_text(), compiler);
    for (unsigned i = 0; (library = version_library_at(i)).name; i++)
        printf("%s %s\n", library.name, library.version);
    return CLI_OK;
}

static const struct cli_verb version_verbs[] = {
    {NULL, "version, commit, compiler, libraries", &version_argp, version_run},
    {0},
};

const struct cli_command command_version = {
    .name = "version",
    .summary = "version, commit, compiler, libraries",
    .verbs = version_verbs,
};
