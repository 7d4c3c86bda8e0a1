/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/progress.c — how far a long run is, on standard error. Read cli.h first. */
#include "cli/cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS UINT64_C(1000000000)

enum { BAR_CELLS = 30 };

static uint64_t clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

double cli_seconds(void)
{
    return (double)clock_ns() / SECOND_NS;
}

/* Of parts: 0 to parts, also when done overshoots an estimated total. */
static unsigned share(uint64_t done, uint64_t total, unsigned parts)
{
    return done >= total ? parts : (unsigned)((double)done / (double)total * parts);
}

static void bar_draw(const struct cli_progress *progress, uint64_t done)
{
    char bar[BAR_CELLS + 1];
    unsigned filled;

    if (!progress->total) {
        fprintf(stderr, "\r%s: %" PRIu64 "\033[K", progress->label, done);
        return;
    }
    filled = share(done, progress->total, BAR_CELLS);
    for (unsigned i = 0; i < BAR_CELLS; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR_CELLS] = '\0';
    fprintf(stderr, "\r%s [%s] %3u %%\033[K", progress->label, bar,
            share(done, progress->total, 100));
}

static void line_print(const struct cli_progress *progress, uint64_t done)
{
    if (progress->total)
        fprintf(stderr, "%s: %u %%\n", progress->label, share(done, progress->total, 100));
    else
        fprintf(stderr, "%s: %" PRIu64 "\n", progress->label, done);
}

void cli_progress_start(struct cli_progress *progress, const char *label, uint64_t total)
{
    *progress = (struct cli_progress){.label = label, .total = total};
    progress->is_terminal = isatty(STDERR_FILENO);
    progress->next_ns = clock_ns() + (progress->is_terminal ? 1 : 10) * SECOND_NS;
}

void cli_progress_update(struct cli_progress *progress, uint64_t done)
{
    uint64_t now;

    if (!progress->label)
        return;
    now = clock_ns();
    if (now < progress->next_ns)
        return;
    if (progress->is_terminal) {
        bar_draw(progress, done);
        progress->is_drawn = true;
        progress->next_ns = now + SECOND_NS / 10;
    } else {
        line_print(progress, done);
        progress->next_ns = now + 10 * SECOND_NS;
    }
}

void cli_progress_end(struct cli_progress *progress)
{
    if (progress->is_drawn)
        fputs("\r\033[K", stderr);
    *progress = (struct cli_progress){0};
}
