/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/kv.c — the key-value store. Read kv.h first. */
#include "net/kv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETS = 1024, WAYS = 4 };

struct entry {
    uint64_t written; /* when, counted in sets; 0: empty */
    uint32_t flags;
    uint16_t value_bytes;
    uint8_t key_bytes; /* KV_KEY_BYTES fits */
    char key[KV_KEY_BYTES];
    uint8_t value[KV_VALUE_BYTES];
};

struct kv_store {
    uint64_t clock;
    struct kv_stats stats;
    struct entry entry[SETS][WAYS];
};

/* Bytes of the request. */
struct text {
    const char *bytes;
    size_t size;
};

/* Where an answer is written; too much makes it full, and nothing more is written. */
struct reply {
    uint8_t *bytes;
    size_t size, room;
    bool is_full;
};

struct kv_store *kv_create(void)
{
    return calloc(1, sizeof(struct kv_store));
}

void kv_destroy(struct kv_store *store)
{
    free(store);
}

const struct kv_stats *kv_stats(const struct kv_store *store)
{
    return &store->stats;
}

static void reply_add(struct reply *reply, const void *bytes, size_t size)
{
    if (reply->is_full || size > reply->room - reply->size) {
        reply->is_full = true;
        return;
    }
    memcpy(reply->bytes + reply->size, bytes, size);
    reply->size += size;
}

static void reply_say(struct reply *reply, const char *text)
{
    reply_add(reply, text, strlen(text));
}

/* FNV-1a: for spreading keys, not against an attacker who chooses them; a set is WAYS long anyway.
 */
static struct entry *set_of(struct kv_store *store, struct text key)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < key.size; i++)
        hash = (hash ^ (uint8_t)key.bytes[i]) * 16777619u;
    return store->entry[(hash ^ hash >> 16) % SETS];
}

static struct entry *entry_find(struct kv_store *store, struct text key)
{
    struct entry *set = set_of(store, key);

    for (unsigned i = 0; i < WAYS; i++)
        if (set[i].written != 0 && set[i].key_bytes == key.size &&
            memcmp(set[i].key, key.bytes, key.size) == 0)
            return &set[i];
    return NULL;
}

/* The key's entry, else an empty or the oldest one of its set. */
static struct entry *entry_take(struct kv_store *store, struct text key)
{
    struct entry *entry = entry_find(store, key), *set = set_of(store, key);

    if (entry)
        return entry;
    entry = set;
    for (unsigned i = 1; i < WAYS; i++)
        if (set[i].written < entry->written)
            entry = &set[i];
    if (entry->written != 0)
        store->stats.evictions++;
    return entry;
}

/* The next word of a line, without spaces around it; size 0: none. */
static struct text word_next(struct text *line)
{
    struct text word;

    while (line->size > 0 && *line->bytes == ' ') {
        line->bytes++;
        line->size--;
    }
    word = (struct text){line->bytes, 0};
    while (line->size > 0 && *line->bytes != ' ') {
        line->bytes++;
        line->size--;
        word.size++;
    }
    return word;
}

static bool word_is(struct text word, const char *text)
{
    return word.size == strlen(text) && memcmp(word.bytes, text, word.size) == 0;
}

/* A decimal number below 2^32; false: none. */
static bool word_number(struct text word, uint32_t *number)
{
    uint64_t value = 0;

    if (word.size == 0 || word.size > 10)
        return false;
    for (size_t i = 0; i < word.size; i++) {
        if (word.bytes[i] < '0' || word.bytes[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(word.bytes[i] - '0');
    }
    *number = (uint32_t)value;
    return value <= UINT32_MAX;
}

static bool word_is_key(struct text word)
{
    for (size_t i = 0; i < word.size; i++)
        if ((uint8_t)word.bytes[i] <= ' ' || word.bytes[i] == 0x7f)
            return false;
    return word.size > 0 && word.size <= KV_KEY_BYTES;
}

static void get_answer(struct kv_store *store, struct text key, struct reply *reply)
{
    const struct entry *entry = entry_find(store, key);
    char numbers[32];

    store->stats.gets++;
    if (entry) {
        store->stats.hits++;
        snprintf(numbers, sizeof numbers, " %u %u\r\n", entry->flags, entry->value_bytes);
        reply_say(reply, "VALUE ");
        reply_add(reply, entry->key, entry->key_bytes);
        reply_say(reply, numbers);
        reply_add(reply, entry->value, entry->value_bytes);
        reply_say(reply, "\r\n");
    }
    reply_say(reply, "END\r\n");
}

/* line: flags, time of expiry (not kept: entries live until they are evicted), bytes. */
static const char *set_answer(struct kv_store *store, struct text key, struct text line,
                              struct text data)
{
    struct entry *entry;
    uint32_t flags, expiry, bytes;

    if (!word_number(word_next(&line), &flags) || !word_number(word_next(&line), &expiry) ||
        !word_number(word_next(&line), &bytes) || word_next(&line).size != 0)
        return "CLIENT_ERROR bad command line format\r\n";
    if (bytes > KV_VALUE_BYTES)
        return "SERVER_ERROR object too large for cache\r\n";
    if (data.size != (size_t)bytes + 2 || memcmp(data.bytes + bytes, "\r\n", 2) != 0)
        return "CLIENT_ERROR bad data chunk\r\n";
    entry = entry_take(store, key);
    entry->written = ++store->clock;
    entry->flags = flags;
    entry->key_bytes = (uint8_t)key.size;
    entry->value_bytes = (uint16_t)bytes;
    memcpy(entry->key, key.bytes, key.size);
    memcpy(entry->value, data.bytes, bytes);
    store->stats.sets++;
    return "STORED\r\n";
}

static const char *delete_answer(struct kv_store *store, struct text key)
{
    struct entry *entry = entry_find(store, key);

    store->stats.deletes++;
    if (!entry)
        return "NOT_FOUND\r\n";
    entry->written = 0;
    return "DELETED\r\n";
}

static void line_answer(struct kv_store *store, struct text line, struct text data,
                        struct reply *reply)
{
    struct text command = word_next(&line), key = word_next(&line);
    bool is_alone = word_next(&(struct text){line.bytes, line.size}).size == 0 && data.size == 0;
    const char *said = "ERROR\r\n";

    if (!word_is(command, "get") && !word_is(command, "set") && !word_is(command, "delete"))
        store->stats.errors++;
    else if (!word_is_key(key))
        said = "CLIENT_ERROR bad command line format\r\n";
    else if (word_is(command, "set"))
        said = set_answer(store, key, line, data);
    else if (!is_alone)
        said = "CLIENT_ERROR bad command line format\r\n";
    else if (word_is(command, "delete"))
        said = delete_answer(store, key);
    else
        said = NULL;
    if (said) {
        store->stats.errors += strstr(said, "_ERROR") != NULL;
        reply_say(reply, said);
    } else {
        get_answer(store, key, reply);
    }
}

size_t kv_answer(struct kv_store *store, const uint8_t *request, size_t request_bytes,
                 uint8_t *answer, size_t room_bytes)
{
    static const uint8_t one_datagram[KV_HEADER_BYTES] = {0, 0, 0, 0, 0, 1, 0, 0};
    struct reply reply = {.bytes = answer, .room = room_bytes};
    struct text line, data;
    const char *end;

    if (request_bytes < KV_HEADER_BYTES || room_bytes < KV_HEADER_BYTES ||
        memcmp(request + 2, one_datagram + 2, KV_HEADER_BYTES - 2) != 0)
        return 0;
    line = (struct text){(const char *)request + KV_HEADER_BYTES, request_bytes - KV_HEADER_BYTES};
    reply_add(&reply, request, KV_HEADER_BYTES);
    end = memchr(line.bytes, '\n', line.size);
    if (!end || end == line.bytes || end[-1] != '\r') {
        store->stats.errors++;
        reply_say(&reply, "ERROR\r\n");
    } else {
        data = (struct text){end + 1, line.size - (size_t)(end + 1 - line.bytes)};
        line.size = (size_t)(end - 1 - line.bytes);
        line_answer(store, line, data, &reply);
    }
    if (reply.is_full) {
        reply.is_full = false;
        reply.size = KV_HEADER_BYTES;
        reply_say(&reply, "SERVER_ERROR answer too large\r\n");
    }
    return reply.size;
}
