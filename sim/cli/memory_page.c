/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/memory_page.c — one page, as its guest sees it and as somebody else does. Blocks of 16
 * bytes are what the cipher works on: equal ones get the same letter. See memory.h. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "cli/memory.h"
#include "memory/adversary.h"

enum {
    BLOCK = CIPHER_BLOCK_BYTES,
    BLOCKS = PAGE_SIZE / BLOCK,
    LETTERS = 26,
    LETTER_COLORS = 6,
    NO_LETTER = '.'
};

/* --- taking the views --- */

/* The address at which a guest's G-stage leads to the page. */
static bool gpa_of(const struct world *world, unsigned guest, spa_t page, gpa_t *gpa,
                   bool *is_large)
{
    const struct gstage *gstage = &world->guest[guest].gstage;

    for (unsigned i = gstage->count; i-- > 0;) {
        const struct gstage_entry *entry = &gstage->entry[i];
        uint64_t size = entry->is_large ? LARGE_PAGE_SIZE : PAGE_SIZE;

        if (page.v - entry->spa.v < size) {
            gpa->v = entry->gpa.v + (page.v - entry->spa.v);
            *is_large = entry->is_large;
            return true;
        }
    }
    return false;
}

/* What the other sees of the page, or why he does not. */
static void seen_take(const struct world *world, struct memory_page_view *view)
{
    struct memory *memory = world->machine->memory;
    struct access access = {.actor = world_actor(world, &view->beside),
                            .kind = ACCESS_READ,
                            .spa = view->page,
                            .is_private = true};
    struct outcome outcome = {.kind = OUTCOME_FAULT};
    char text[OUTCOME_TEXT_BYTES];

    if (view->beside.kind == WHO_DRAM) {
        view->is_stopped = dram_read(memory, view->page, view->seen, PAGE_SIZE) != STATUS_OK;
        (void)snprintf(view->stop, sizeof view->stop, "no such cells");
        return;
    }
    if (view->beside.kind == WHO_GUEST &&
        !gpa_of(world, view->beside.index, view->page, &access.gpa, &access.is_large)) {
        view->is_stopped = true;
        (void)snprintf(view->stop, sizeof view->stop, "nothing: it is not mapped for this guest");
        return;
    }
    if (memory_read(memory, &access, view->seen, PAGE_SIZE, &outcome.fault))
        return;
    view->is_stopped = true;
    (void)snprintf(view->stop, sizeof view->stop, "nothing: %s", outcome_text(&outcome, text));
}

enum status memory_page_view_take(const struct memory_picture *picture,
                                  struct memory_page_view *view)
{
    const struct world *world = picture->run->world;
    struct memory *memory = world->machine->memory;
    struct access access = {.kind = ACCESS_READ, .spa = view->page, .is_private = true};
    struct memory_page look;
    struct fault fault;

    if (memory_page_look(memory, view->page, &look) != STATUS_OK)
        return STATUS_BAD_ADDRESS;
    view->asid = look.asid;
    access.actor.kind = look.asid ? ACTOR_FIRMWARE : ACTOR_HYPERVISOR;
    access.actor.asid = look.asid;
    if (!memory_read(memory, &access, view->plain, PAGE_SIZE, &fault))
        return STATUS_BAD_ADDRESS;
    seen_take(world, view);
    return STATUS_OK;
}

/* --- letters --- */

struct letters {
    char plain[BLOCKS], seen[BLOCKS];
};

static const uint8_t *block_at(const struct memory_page_view *view, unsigned index)
{
    return index < BLOCKS ? view->plain + index * BLOCK : view->seen + (index - BLOCKS) * BLOCK;
}

static char *letter_at(struct letters *letters, unsigned index)
{
    return index < BLOCKS ? &letters->plain[index] : &letters->seen[index - BLOCKS];
}

/* Gives every block that occurs more than once, on either side, the letter of its value. */
static void letters_give(const struct memory_page_view *view, struct letters *letters)
{
    unsigned blocks = view->is_stopped ? BLOCKS : 2 * BLOCKS;
    char next = 'A';

    memset(letters, NO_LETTER, sizeof *letters);
    for (unsigned i = 0; i < blocks && next < 'A' + LETTERS; i++) {
        bool is_repeated = false;

        if (*letter_at(letters, i) != NO_LETTER)
            continue;
        for (unsigned k = i + 1; k < blocks; k++)
            if (memcmp(block_at(view, i), block_at(view, k), BLOCK) == 0) {
                *letter_at(letters, k) = next;
                is_repeated = true;
            }
        if (is_repeated)
            *letter_at(letters, i) = next++;
    }
}

static const char *letter_color(char letter)
{
    static const char *const colors[LETTER_COLORS] = {"\033[36m", "\033[33m", "\033[35m",
                                                      "\033[32m", "\033[34m", "\033[31m"};

    return letter == NO_LETTER ? "" : colors[(letter - 'A') % LETTER_COLORS];
}

/* --- printing --- */

static void block_print(FILE *to, const uint8_t *block, char letter, bool has_text)
{
    fprintf(to, "%s%c ", memory_paint(letter_color(letter)), letter);
    for (unsigned i = 0; i < BLOCK; i++)
        fprintf(to, "%s%02x", i == BLOCK / 2 ? " " : "", block[i]);
    if (has_text) {
        fputc(' ', to);
        for (unsigned i = 0; i < BLOCK; i++)
            fputc(isprint(block[i]) ? block[i] : '.', to);
    }
    fprintf(to, "%s", *letter_color(letter) ? memory_paint("\033[0m") : "");
}

static void line_print(FILE *to, const struct memory_page_view *view, const struct letters *letters,
                       unsigned i)
{
    fprintf(to, "0x%03x ", i * BLOCK);
    block_print(to, view->plain + i * BLOCK, letters->plain[i], true);
    if (!view->is_stopped) {
        fprintf(to, " | ");
        block_print(to, view->seen + i * BLOCK, letters->seen[i], false);
    }
    fputc('\n', to);
}

/* How many lines from i on have the plaintext of line i - 1. */
static unsigned same_count(const struct memory_page_view *view, unsigned i)
{
    unsigned count = 0;

    while (i + count < BLOCKS &&
           memcmp(view->plain + (i + count) * BLOCK, view->plain + (i - 1) * BLOCK, BLOCK) == 0)
        count++;
    return count;
}

static void lines_print(FILE *to, const struct memory_page_view *view,
                        const struct letters *letters)
{
    enum { KEPT = 2, FOLDED_LEAST = 3 };
    unsigned i = 0;

    while (i < BLOCKS) {
        unsigned same = i > 0 ? same_count(view, i) : 0;
        bool is_run = i >= KEPT && same_count(view, i - 1) > 0;

        if (is_run && same >= FOLDED_LEAST) {
            fprintf(to, "  ...  %u more blocks of the same plaintext\n", same);
            i += same;
            continue;
        }
        line_print(to, view, letters, i++);
    }
}

/* The guest whose key the page is under, or NULL. */
static const char *owner_name(const struct memory_picture *picture,
                              const struct memory_page_view *view)
{
    for (unsigned i = 0; i < picture->scenario->guest_count; i++)
        if (view->asid && picture->scenario->guest[i].asid == view->asid)
            return picture->scenario->guest[i].name;
    return NULL;
}

static void heading_print(FILE *to, const struct memory_picture *picture,
                          const struct memory_page_view *view)
{
    const struct scenario *scenario = picture->scenario;
    const struct world *world = picture->run->world;
    const char *name = "page", *owner = owner_name(picture, view);

    for (unsigned i = 0; i < scenario->page_count; i++)
        if (scenario->page[i].spa.v == view->page.v)
            name = scenario->page[i].name;
    fprintf(to, "%s%s at spa 0x%" PRIx64 "%s: %s, mode %s, after step %u\n",
            memory_paint("\033[1m"), name, view->page.v, memory_paint("\033[0m"), scenario->name,
            scenario->mode[world->mode].name, picture->after);
    if (world_is_snp(world))
        fprintf(to, "state %s; ",
                rmp_state_name(rmp_page_state(memory_rmp(world->machine->memory), view->page)));
    if (owner)
        fprintf(to, "encrypted with the key of %s (ASID %u)\n\n", owner, view->asid);
    else
        fprintf(to, "not encrypted\n\n");
}

/* How many different blocks stand beside those with the first letter. */
static void repeats_print(FILE *to, const struct memory_page_view *view,
                          const struct letters *letters)
{
    unsigned blocks = 0, different = 0;

    for (unsigned i = 0; i < BLOCKS; i++) {
        unsigned k = 0;

        if (letters->plain[i] != 'A')
            continue;
        while (k < i && (letters->plain[k] != 'A' ||
                         memcmp(view->seen + i * BLOCK, view->seen + k * BLOCK, BLOCK) != 0))
            k++;
        blocks++;
        different += k == i;
    }
    if (!view->asid || view->is_stopped || blocks < 2)
        return;
    if (different == 1)
        fprintf(to, "The %u blocks A are one and the same on the right.\n", blocks);
    else
        fprintf(to, "The %u blocks A are %u different ones on the right%s.\n", blocks, different,
                different == blocks ? ": the address enters the cipher" : "");
}

void memory_print_page(FILE *to, const struct memory_picture *picture,
                       const struct memory_page_view *view)
{
    const char *owner = owner_name(picture, view);
    char who[STEP_WHO_BYTES], left[STEP_WHO_BYTES + 8];
    struct letters letters;

    letters_give(view, &letters);
    who_tell(picture->scenario, &view->beside, who);
    heading_print(to, picture, view);
    (void)snprintf(left, sizeof left, "%s sees", owner ? owner : "everybody");
    fprintf(to, "%s        %-53s%s sees%s\n", memory_paint("\033[1m"), left, who,
            memory_paint("\033[0m"));
    if (view->is_stopped)
        fprintf(to, "%-61s%s\n", "", view->stop);
    lines_print(to, view, &letters);
    fprintf(to, "\nBlocks of 16 bytes with the same letter are equal; one with '.' is like no "
                "other.\n");
    repeats_print(to, view, &letters);
}

static json_t *bytes_json(const uint8_t *bytes)
{
    char hex[2 * PAGE_SIZE + 1];

    for (unsigned i = 0; i < PAGE_SIZE; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    return json_string(hex);
}

json_t *memory_page_json(const struct memory_picture *picture, const struct memory_page_view *view)
{
    json_t *document = json_object();
    struct letters letters;

    letters_give(view, &letters);
    json_object_set_new(document, "schema", json_string("cvm-memory-page"));
    json_object_set_new(document, "version", json_string("1.0"));
    json_object_set_new(document, "scenario", json_string(picture->scenario->name));
    json_object_set_new(document, "mode",
                        json_string(picture->scenario->mode[picture->run->world->mode].name));
    json_object_set_new(document, "after", json_integer(picture->after));
    json_object_set_new(document, "spa", memory_hex_json(view->page.v));
    json_object_set_new(document, "asid", json_integer(view->asid));
    json_object_set_new(document, "plaintext", bytes_json(view->plain));
    json_object_set_new(document, "as",
                        json_string(scenario_who_name(picture->scenario, &view->beside)));
    json_object_set_new(document, "seen", view->is_stopped ? json_null() : bytes_json(view->seen));
    json_object_set_new(document, "plaintext_letters", json_stringn(letters.plain, BLOCKS));
    json_object_set_new(document, "seen_letters",
                        view->is_stopped ? json_null() : json_stringn(letters.seen, BLOCKS));
    return document;
}
