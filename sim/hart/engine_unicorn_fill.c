/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_unicorn_fill.c — answers for Unicorn's TLB. Read engine_unicorn.h first.
 *
 * No page can be written and run at once: a frame whose code runs is not writable through any line,
 * and the other way round. So every change from data to code is seen here, the code is scanned, and
 * its stamp is new. A line changes between the two by a fill; if other lines reach the frame too,
 * Unicorn's TLB is flushed. The client hears of none of this. */
#include <unicorn/unicorn.h>

#include "hart/engine_unicorn.h"

/* An address that no page table can map (unprivileged bits are no sign extension in Sv39, Sv48 or
 * Sv57) and where no memory is: to forget code by. */
static const uint64_t forget_address = UINT64_C(0x5a5a5a5a5a5a5000);

static void tlb_flush(struct engine *engine)
{
    engine->tlb_epoch++;
    if (uc_ctl_flush_tlb(engine->uc) != UC_ERR_OK)
        engine->failure = "cannot flush the TLB";
}

void engine_flush(struct engine *engine)
{
    engine_map_flush(&engine->map);
    tlb_flush(engine);
}

void engine_code_forget(struct engine *engine, struct engine_frame *frame, const uint8_t *page)
{
    if (!frame->has_blocks)
        return;
    frame->has_blocks = false;
    engine->forgets = engine_map_address(&engine->map, page);
    if (uc_ctl_remove_cache(engine->uc, forget_address, forget_address + PAGE_SIZE) != UC_ERR_OK)
        engine->failure = "cannot forget code";
    engine->forgets = 0;
    tlb_flush(engine); /* it has the forget_address now */
}

void engine_invalidate(struct engine *engine, const uint8_t *first, uint64_t page_count)
{
    struct engine_frame *frame = engine_map_frame(&engine->map, first);

    for (uint64_t i = 0; frame && i < page_count; i++) {
        engine_code_forget(engine, &frame[i], first + (i << PAGE_SHIFT));
        if (frame[i].is_code) /* most are untouched: leave them so */
            frame[i].is_code = false;
    }
    engine_flush(engine);
}

/* Whether a line other than this one may reach the frame. */
static bool reach_has_other(const struct engine *engine, const struct engine_reach *reach,
                            uint64_t key)
{
    return reach->epoch == engine->tlb_epoch && (reach->is_many || reach->key != key);
}

/* And the lines that reach it in the other way do not any more. */
static void reach_add(const struct engine *engine, struct engine_reach *reach, uint64_t key)
{
    bool is_many = reach_has_other(engine, reach, key);

    *reach = (struct engine_reach){.key = key, .epoch = engine->tlb_epoch, .is_many = is_many};
}

/* The line is about to run its frame. */
static void frame_run(struct engine *engine, struct engine_line *line)
{
    struct engine_frame *frame = line->frame;

    if (reach_has_other(engine, &frame->writers, line->key))
        tlb_flush(engine);
    if (!frame->is_code) { /* others may have written meanwhile: a device, another hart */
        engine_code_forget(engine, frame, line->page.bytes);
        frame->is_code = true;
        frame->stamp = ++engine->stamp_last;
    }
    frame->writers.epoch = 0;
    line->run_stamp = frame->stamp;
    reach_add(engine, &frame->runners, line->key);
}

/* The line is about to write its frame. */
static void frame_write(struct engine *engine, struct engine_line *line)
{
    struct engine_frame *frame = line->frame;

    if (reach_has_other(engine, &frame->runners, line->key))
        tlb_flush(engine);
    frame->is_code = false;
    frame->runners.epoch = 0;
    reach_add(engine, &frame->writers, line->key);
}

static bool page_allows(const struct engine_page *page, enum access_kind access)
{
    return access == ACCESS_EXECUTE ? page->may_execute
           : access == ACCESS_WRITE ? page->may_write
                                    : page->may_read;
}

struct engine_line *engine_line_get(struct engine *engine, uint64_t page, enum access_kind access)
{
    uint64_t key = engine_line_key(page, engine->world);
    struct engine_line *line = engine_map_find(&engine->map, key);
    struct engine_page answer = {0};
    const uint8_t *before = line ? line->page.bytes : NULL;

    if (line && page_allows(&line->page, access))
        return line;
    if (!engine->client->fill(engine->client->context, (gva_t){page}, access, &answer) ||
        !page_allows(&answer, access))
        return NULL;
    if (before && before != answer.bytes) /* changed without a fence: old code may be about */
        tlb_flush(engine);
    line = engine_map_put(&engine->map, key, &answer);
    if (!line)
        engine->failure = "the client mapped a page outside of all spans, or no memory";
    return line;
}

/* What the line's entry in the TLB may allow now. */
static uint32_t line_rights(struct engine *engine, struct engine_line *line,
                            enum access_kind access)
{
    struct engine_frame *frame = line->frame;
    uint32_t rights = line->page.may_read ? UC_PROT_READ : UC_PROT_NONE;

    if (access == ACCESS_EXECUTE)
        frame_run(engine, line);
    else if (access == ACCESS_WRITE || (!frame->is_code && line->page.may_write))
        frame_write(engine, line);
    if (!frame->is_code)
        rights |= line->page.may_write ? UC_PROT_WRITE : UC_PROT_NONE;
    else if (line->run_stamp == frame->stamp)
        rights |= UC_PROT_EXEC;
    if ((rights & UC_PROT_EXEC) && !frame->has_blocks) {
        frame->has_blocks = true;
        frame->hook_count = engine->hook_count;
    }
    return rights;
}

/* Code goes on without another fetch, and is counted, when its line is forgotten: in the middle of
 * a block, or between the fetches of a block that reaches into a second page. */
static void code_keep(struct engine *engine, const struct engine_line *line)
{
    engine->fetched[engine_code_slot(line->key)] = (struct engine_code){
        .key = line->key, .page = line->page.bytes, .stamp = line->frame->stamp};
    if (engine->code_key == line->key)
        engine->code_key = UINT64_MAX;
}

static bool on_fill(uc_engine *uc, uint64_t page, uc_mem_type type, uc_tlb_entry *entry,
                    void *context)
{
    struct engine *engine = context;
    enum access_kind access = type == UC_MEM_FETCH   ? ACCESS_EXECUTE
                              : type == UC_MEM_WRITE ? ACCESS_WRITE
                                                     : ACCESS_READ;
    struct engine_line *line;

    (void)uc;
    if (engine->forgets) {
        *entry = (uc_tlb_entry){.paddr = engine->forgets, .perms = UC_PROT_READ | UC_PROT_EXEC};
        return true;
    }
    line = engine_line_get(engine, page, access);
    engine->is_refused = !line;
    if (!line) {
        engine->fault =
            (struct engine_event){.kind = ENGINE_FAULT, .page = {page}, .access = access};
        return false;
    }
    entry->perms = line_rights(engine, line, access);
    if (access == ACCESS_EXECUTE)
        code_keep(engine, line);
    entry->paddr = engine_map_address(&engine->map, line->page.bytes);
    return true;
}

bool engine_fill_hook(struct engine *engine)
{
    uc_hook hook;

    return uc_hook_add(engine->uc, &hook, UC_HOOK_TLB_FILL, (void *)on_fill, engine, 1, 0) ==
           UC_ERR_OK;
}
