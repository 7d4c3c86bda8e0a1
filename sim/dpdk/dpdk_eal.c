/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/dpdk_eal.c — starts and ends EAL. Read dpdk.h first. */
#define _GNU_SOURCE /* sched_getaffinity */
#include <errno.h>
#include <fcntl.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_log.h>
#include <rte_version.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dpdk/dpdk.h"
#include "dpdk/dpdk_internal.h"

enum { LCORES_BYTES = 8192, CPU_TEXT_BYTES = 8 };

const char *dpdk_version(void)
{
    return rte_version() + sizeof "DPDK " - 1;
}

bool dpdk_is_present(void)
{
    return true;
}

/* The arguments of rte_eal_init. It reorders the array, so what is to be freed is kept twice. */
struct words {
    char **word, **owned;
    int count, most;
};

static void words_end(struct words *words)
{
    for (int i = 0; i < words->count; i++)
        free(words->owned[i]);
    free(words->word);
    free(words->owned);
}

/* Takes text. NULL (no memory) is left out, which words_make notices. */
static void words_add(struct words *words, char *text)
{
    if (!text || words->count == words->most)
        return;
    words->word[words->count] = text;
    words->owned[words->count++] = text;
}

static char *text_join(const char *a, const char *b)
{
    size_t size_bytes = strlen(a) + strlen(b) + 1;
    char *text = malloc(size_bytes);

    if (text)
        snprintf(text, size_bytes, "%s%s", a, b);
    return text;
}

/* "--lcores=0@(0,2,3)": one lcore, which may run wherever this thread may. Without it EAL starts a
 * thread on every processor. */
static char *lcores_text(void)
{
    cpu_set_t set;
    char list[LCORES_BYTES] = "";
    size_t used = 0;

    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        CPU_SET(0, &set);
    for (int cpu = 0; cpu < CPU_SETSIZE && used < sizeof list - CPU_TEXT_BYTES; cpu++)
        if (CPU_ISSET(cpu, &set))
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%d", used ? "," : "", cpu);
    list[used++] = ')';
    return text_join("--lcores=0@(", list);
}

static bool words_make(struct words *words, const struct dpdk_eal_setup *setup)
{
    static const char *const always[] = {"cvmlab", "--log-level=warning", "--no-telemetry"};
    static const char *const otherwise[] = {"--no-huge", "--no-pci", "--no-shconf",
                                            "-m",        "64",       "--iova-mode=va"};
    unsigned always_count = sizeof always / sizeof always[0];
    unsigned count = setup->argument_count > 0 ? 0 : sizeof otherwise / sizeof otherwise[0];

    words->most = (int)(always_count + count + setup->vdev_count + setup->argument_count + 1);
    words->word = calloc((size_t)words->most + 1, sizeof *words->word);
    words->owned = calloc((size_t)words->most + 1, sizeof *words->owned);
    if (!words->word || !words->owned)
        return false;
    for (unsigned i = 0; i < always_count; i++)
        words_add(words, strdup(always[i]));
    for (unsigned i = 0; i < count; i++)
        words_add(words, strdup(otherwise[i]));
    for (unsigned i = 0; i < setup->vdev_count; i++)
        words_add(words, text_join("--vdev=", setup->vdevs[i]));
    words_add(words, lcores_text());
    for (unsigned i = 0; i < setup->argument_count; i++)
        words_add(words, strdup(setup->arguments[i]));
    return words->count == words->most;
}

/* EAL and its drivers print usage texts on standard output, which is for data. */
static int output_hide(void)
{
    int kept = dup(STDOUT_FILENO), nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);

    fflush(stdout);
    if (kept >= 0 && nothing >= 0)
        dup2(nothing, STDOUT_FILENO);
    if (nothing >= 0)
        close(nothing);
    return kept;
}

static void output_show(int kept)
{
    fflush(stdout);
    if (kept < 0)
        return;
    dup2(kept, STDOUT_FILENO);
    close(kept);
}

static int eal_init(struct words *words)
{
    int kept, result;

    rte_openlog_stream(stderr);
    kept = output_hide();
    result = rte_eal_init(words->count, words->word);
    output_show(kept);
    return result;
}

enum status dpdk_eal_begin(const struct dpdk_eal_setup *setup, struct diagnostic *diag)
{
    struct words words = {0};
    int result = -1;

    rte_errno = ENOMEM;
    if (words_make(&words, setup))
        result = eal_init(&words);
    words_end(&words);
    if (result < 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, "dpdk", 0, 0,
                              "EAL does not start: %s; expected arguments that it knows and a "
                              "device that can be opened",
                              rte_strerror(rte_errno));
    if (dpdk_pool_ops_register() != STATUS_OK) {
        dpdk_eal_end();
        return diagnostic_set(diag, STATUS_IO, "dpdk", 0, 0,
                              "EAL has no room for another kind of mempool");
    }
    if (rte_eth_dev_count_avail() > 0)
        return STATUS_OK;
    dpdk_eal_end();
    return diagnostic_set(diag, STATUS_BAD_INPUT, "dpdk", 0, 0,
                          "no device; expected a --vdev that can be opened, or a device that EAL "
                          "finds on its buses");
}

void dpdk_eal_end(void)
{
    (void)rte_eal_cleanup();
}
