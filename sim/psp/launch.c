/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/launch.c — see launch.h. */
#include "psp/launch.h"

#include <stdlib.h>
#include <string.h>

const char *const launch_mode_names[] = {"snp", "sev-es", "sev", NULL};

void launch_init(struct launch *launch)
{
    memset(launch, 0, sizeof *launch);
}

void launch_free(struct launch *launch)
{
    for (size_t i = 0; i < launch->count; i++) {
        free((void *)launch->event[i].bytes);
        free((void *)launch->event[i].digests);
    }
    free(launch->event);
    launch_init(launch);
}

static void *bytes_copy(const void *bytes, size_t size)
{
    void *copy = bytes ? malloc(size + 1) : NULL;

    if (copy)
        memcpy(copy, bytes, size);
    return copy;
}

static bool room_make(struct launch *launch)
{
    size_t capacity = launch->capacity ? 2 * launch->capacity : 16;
    struct launch_event *grown;

    if (launch->count < launch->capacity)
        return true;
    grown = realloc(launch->event, capacity * sizeof *grown);
    if (!grown)
        return false;
    launch->event = grown;
    launch->capacity = capacity;
    return true;
}

enum status launch_add(struct launch *launch, const struct launch_event *event, const char *name,
                       struct diagnostic *diag)
{
    struct launch_event copy = *event;

    if (event->page_count > LAUNCH_PAGES_MAX - launch->page_count)
        return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                              "more than %d pages; expected fewer", (int)LAUNCH_PAGES_MAX);
    if (event->gpa.v > UINT64_MAX - event->page_count * PAGE_SIZE)
        return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                              "pages beyond the last address; expected fewer, or lower ones");
    copy.bytes = bytes_copy(event->bytes, event->size_bytes);
    copy.digests = bytes_copy(event->digests, event->page_count * DIGEST_BYTES);
    if (!room_make(launch) || (event->bytes && !copy.bytes) || (event->digests && !copy.digests)) {
        free((void *)copy.bytes);
        free((void *)copy.digests);
        return diagnostic_set(diag, STATUS_IO, name, 0, 0, "not enough memory");
    }
    launch->event[launch->count++] = copy;
    launch->page_count += event->page_count;
    return STATUS_OK;
}

/* A measurement on its way. */
struct measuring {
    void (*visit)(void *context, const struct launch_step *step);
    void *context;
    const char *name;
    struct diagnostic *diag;
};

static enum status contents_find(const struct launch_event *event, uint64_t index,
                                 uint8_t contents[DIGEST_BYTES])
{
    memset(contents, 0, DIGEST_BYTES);
    if (!launch_page_has_contents(event->type))
        return STATUS_OK;
    if (event->bytes)
        return digest_sha384(event->bytes + index * PAGE_SIZE, PAGE_SIZE, contents);
    memcpy(contents, event->digests[index], DIGEST_BYTES);
    return STATUS_OK;
}

static enum status event_measure(const struct measuring *measuring,
                                 const struct launch_event *event, struct launch_digest *digest)
{
    struct launch_step step = {.event = event, .digest = digest->ld, .digest_bytes = DIGEST_BYTES};
    enum status status = STATUS_OK;

    step.page.type = event->type;
    step.page.is_imi = event->is_imi;
    memcpy(step.page.permissions, event->permissions, sizeof event->permissions);
    for (uint64_t i = 0; status == STATUS_OK && i < event->page_count; i++) {
        step.page.gpa.v = event->gpa.v + (event->type == LAUNCH_PAGE_VMSA ? 0 : i * PAGE_SIZE);
        status = contents_find(event, i, step.page.contents);
        if (status == STATUS_OK)
            status = launch_digest_extend(digest, &step.page);
        if (status == STATUS_OK && measuring->visit)
            measuring->visit(measuring->context, &step);
    }
    return status;
}

static enum status snp_measure(const struct launch *launch, const struct measuring *measuring,
                               uint8_t digest[DIGEST_BYTES])
{
    struct launch_digest chain;
    enum status status = STATUS_OK;

    launch_digest_init(&chain);
    for (size_t i = 0; status == STATUS_OK && i < launch->count; i++)
        status = event_measure(measuring, &launch->event[i], &chain);
    memcpy(digest, chain.ld, DIGEST_BYTES);
    return status;
}

static enum status legacy_check(const struct measuring *measuring, const struct launch_event *event,
                                enum launch_mode mode)
{
    bool exists = event->type == LAUNCH_PAGE_NORMAL ||
                  (event->type == LAUNCH_PAGE_VMSA && mode == LAUNCH_SEV_ES);

    if (!exists)
        return diagnostic_set(measuring->diag, STATUS_BAD_INPUT, measuring->name, 0, 0,
                              "%s: %s page; expected NORMAL%s in mode %s", event->what,
                              launch_page_type_name(event->type),
                              mode == LAUNCH_SEV_ES ? " or VMSA" : "", launch_mode_names[mode]);
    if (!event->bytes)
        return diagnostic_set(measuring->diag, STATUS_BAD_INPUT, measuring->name, 0, 0,
                              "%s: only a SHA-384 is known; expected its bytes in mode %s",
                              event->what, launch_mode_names[mode]);
    return STATUS_OK;
}

static enum status legacy_events(const struct launch *launch, const struct measuring *measuring,
                                 enum launch_mode mode, struct legacy_digest *legacy,
                                 uint8_t digest[LEGACY_DIGEST_BYTES])
{
    enum status status = legacy_digest_value(legacy, digest);

    for (size_t i = 0; status == STATUS_OK && i < launch->count; i++) {
        const struct launch_event *event = &launch->event[i];
        struct launch_step step = {
            .event = event, .digest = digest, .digest_bytes = LEGACY_DIGEST_BYTES};

        step.page.type = event->type;
        step.page.gpa = event->gpa;
        status = legacy_check(measuring, event, mode);
        if (status == STATUS_OK)
            status = legacy_digest_update(legacy, event->bytes, event->size_bytes);
        if (status == STATUS_OK)
            status = legacy_digest_value(legacy, digest);
        if (status == STATUS_OK && measuring->visit)
            measuring->visit(measuring->context, &step);
    }
    return status;
}

enum status launch_measure(const struct launch *launch, enum launch_mode mode,
                           void (*visit)(void *context, const struct launch_step *step),
                           void *context, uint8_t digest[DIGEST_BYTES], size_t *size_bytes,
                           struct diagnostic *diag)
{
    const struct measuring measuring = {visit, context, launch->name, diag};
    struct legacy_digest *legacy;
    enum status status;

    *size_bytes = mode == LAUNCH_SNP ? DIGEST_BYTES : LEGACY_DIGEST_BYTES;
    if (mode == LAUNCH_SNP) {
        status = snp_measure(launch, &measuring, digest);
    } else {
        legacy = legacy_digest_create();
        status = legacy ? legacy_events(launch, &measuring, mode, legacy, digest) : STATUS_IO;
        legacy_digest_free(legacy);
    }
    if (status == STATUS_IO)
        return diagnostic_set(diag, STATUS_IO, launch->name, 0, 0, "not enough memory");
    return status;
}
