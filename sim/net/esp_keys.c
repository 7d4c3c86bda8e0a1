/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/esp_keys.c — reads a keys file: strict, with the place of every mistake. Its shape:
 * specs/schema/esp-keys.json. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/document.h"
#include "net/esp.h"

enum {
    KEY_BYTES_MAX = 32,
    SPI_RESERVED = 255, /* RFC 4303 section 2.1 */
    SPI_DIGITS_MAX = 8,
};

#define FIRST_IV ((uint64_t)1 << 63) /* recorders count from below */

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Hexadecimal digits to bytes; the number of bytes, or 0: not hexadecimal, odd, or too long. */
static size_t hex_read(const char *text, uint8_t *out, size_t room_bytes)
{
    size_t digits = strlen(text);

    if (digits % 2 != 0 || digits / 2 > room_bytes)
        return 0;
    for (size_t i = 0; i < digits / 2; i++) {
        int high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return 0;
        out[i] = (uint8_t)(high * 16 + low);
    }
    return digits / 2;
}

static enum status text_at(const struct place *at, const char *key, struct place *place,
                           const char **text)
{
    enum status st = place_member(at, key, JSON_STRING, place);

    if (st == STATUS_OK)
        *text = json_string_value(place->value);
    return st;
}

static enum status address_read(const struct place *at, uint8_t out[16], bool *is_ipv6)
{
    const char *text = json_string_value(at->value);

    memset(out, 0, 16);
    *is_ipv6 = text && strchr(text, ':') != NULL;
    if (!text || inet_pton(*is_ipv6 ? AF_INET6 : AF_INET, text, out) != 1)
        return place_fail(at, "no address; expected IPv4 or IPv6, as \"10.0.0.1\" or \"fd00::1\"");
    return STATUS_OK;
}

static enum status spi_read(const struct place *at, uint32_t *spi)
{
    struct place place;
    const char *text;
    enum status st = text_at(at, "spi", &place, &text);
    uint32_t value = 0;

    if (st != STATUS_OK)
        return st;
    if (strncmp(text, "0x", 2) != 0 || strlen(text) - 2 > SPI_DIGITS_MAX)
        return place_fail(&place, "no SPI; expected 0x and at most 8 digits");
    for (const char *digit = text + 2; *digit; digit++) {
        if (digit_value(*digit) < 0)
            return place_fail(&place, "no SPI; expected lower-case hexadecimal digits after 0x");
        value = value << 4 | (uint32_t)digit_value(*digit);
    }
    if (value <= SPI_RESERVED)
        return place_fail(&place, "reserved SPI; expected 0x100 or more (RFC 4303 section 2.1)");
    *spi = value;
    return STATUS_OK;
}

static enum status addresses_read(const struct place *at, struct esp_association *association)
{
    struct place source, destination;
    bool source_is_ipv6;
    enum status st = place_member(at, "source", JSON_STRING, &source);

    if (st == STATUS_OK)
        st = address_read(&source, association->source, &source_is_ipv6);
    if (st == STATUS_OK)
        st = place_member(at, "destination", JSON_STRING, &destination);
    if (st == STATUS_OK)
        st = address_read(&destination, association->destination, &association->is_ipv6);
    if (st == STATUS_OK && association->is_ipv6 != source_is_ipv6)
        return place_fail(&destination, "IPv4 and IPv6 in one association; expected one of them");
    return st;
}

static enum status key_read(const struct place *at, struct esp_association *association,
                            enum aead_library library)
{
    uint8_t key[KEY_BYTES_MAX];
    size_t key_bytes;
    struct place place;
    const char *text;
    enum status st = text_at(at, "salt", &place, &text);

    if (st != STATUS_OK)
        return st;
    if (hex_read(text, association->salt, ESP_SALT_BYTES) != ESP_SALT_BYTES)
        return place_fail(&place, "no salt; expected 8 lower-case hexadecimal digits");
    st = text_at(at, "key", &place, &text);
    if (st != STATUS_OK)
        return st;
    key_bytes = hex_read(text, key, sizeof key);
    st = aead_create(library, key, key_bytes, &association->aead);
    if (st == STATUS_BAD_INPUT)
        return place_fail(&place, "no key; expected 32, 48 or 64 lower-case hexadecimal digits");
    if (st != STATUS_OK)
        return diagnostic_set(at->doc->diag, STATUS_IO, at->doc->name, 0, 0,
                              "%s cannot take a key; expected memory for it",
                              aead_library_name(library));
    return STATUS_OK;
}

static enum status icv_read(const struct place *at, uint8_t *icv_bytes)
{
    struct place place;
    json_int_t value;
    enum status st = place_member(at, "icv_bytes", JSON_INTEGER, &place);

    if (st != STATUS_OK)
        return st;
    value = json_integer_value(place.value);
    if (value != 8 && value != 12 && value != 16)
        return place_fail(&place, "no length of a tag; expected 8, 12 or 16");
    *icv_bytes = (uint8_t)value;
    return STATUS_OK;
}

static enum status words_check(const struct place *at)
{
    static const char *const ciphers[] = {"aes-gcm", NULL};
    static const char *const directions[] = {"in", "out", NULL};
    static const char *const keys[] = {"spi", "direction", "source",    "destination", "cipher",
                                       "key", "salt",      "icv_bytes", NULL};
    struct place place;
    uint8_t word;
    enum status st = place_keys(at, keys);

    if (st == STATUS_OK)
        st = place_member(at, "cipher", JSON_STRING, &place);
    if (st == STATUS_OK)
        st = place_word(&place, ciphers, "cipher", &word);
    if (st == STATUS_OK)
        st = place_member(at, "direction", JSON_STRING, &place);
    if (st == STATUS_OK)
        st = place_word(&place, directions, "direction", &word);
    return st;
}

/* Takes the next place of the table. */
static enum status association_read(struct esp_table *table, const struct place *at,
                                    enum aead_library library)
{
    struct esp_association *association = &table->association[table->count];
    enum status st = STATUS_OK;

    if (!json_is_object(at->value))
        return place_fail(at, "no association; expected an object");
    st = words_check(at);
    if (st == STATUS_OK)
        st = spi_read(at, &association->spi);
    if (st == STATUS_OK)
        st = addresses_read(at, association);
    if (st == STATUS_OK)
        st = icv_read(at, &association->icv_bytes);
    for (size_t i = 0; st == STATUS_OK && i < table->count; i++)
        if (table->association[i].spi == association->spi &&
            memcmp(table->association[i].destination, association->destination, 16) == 0)
            st = place_fail(at, "this SPI stands twice for one destination; expected it once");
    if (st == STATUS_OK)
        st = key_read(at, association, library);
    if (st == STATUS_OK)
        table->count++;
    return st;
}

static enum status header_check(const struct place *root)
{
    static const char *const keys[] = {"$schema", "format",       "version", "summary",
                                       "end",     "associations", NULL};
    struct place place;
    const char *text;
    bool is_ipv6;
    uint8_t address[16];
    enum status st = place_keys(root, keys);

    if (st == STATUS_OK)
        st = text_at(root, "format", &place, &text);
    if (st == STATUS_OK && strcmp(text, "cvm-esp-keys") != 0)
        return place_fail(&place, "another format; expected \"cvm-esp-keys\"");
    if (st == STATUS_OK)
        st = text_at(root, "version", &place, &text);
    if (st == STATUS_OK && strncmp(text, "1.", 2) != 0)
        return place_fail(&place, "another version; expected \"1.0\"");
    if (st == STATUS_OK)
        st = place_text(root, "summary", &text);
    if (st == STATUS_OK)
        st = place_member(root, "end", JSON_ARRAY, &place);
    for (size_t i = 0; st == STATUS_OK && i < json_array_size(place.value); i++) {
        struct place element = place_element(&place, i);

        st = address_read(&element, address, &is_ipv6);
    }
    return st;
}

/* Who answers whom. */
static void backs_find(struct esp_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        struct esp_association *to = &table->association[i];

        for (size_t j = table->count; j-- > 0;) {
            struct esp_association *from = &table->association[j];

            if (from->is_ipv6 == to->is_ipv6 && memcmp(from->source, to->destination, 16) == 0 &&
                memcmp(from->destination, to->source, 16) == 0)
                to->back = from;
        }
    }
}

enum status esp_table_read(struct esp_table *table, const char *path, enum aead_library library,
                           struct diagnostic *diag)
{
    struct document doc;
    struct place root, list;
    enum status st = document_read(&doc, path, diag);

    *table = (struct esp_table){.next_iv = FIRST_IV};
    if (st != STATUS_OK)
        return st;
    root = document_root(&doc);
    st = header_check(&root);
    if (st == STATUS_OK)
        st = place_member(&root, "associations", JSON_ARRAY, &list);
    if (st == STATUS_OK &&
        (json_array_size(list.value) == 0 || json_array_size(list.value) > ESP_ASSOCIATIONS_MAX))
        st = place_fail(&list, "%zu associations; expected 1 to %d", json_array_size(list.value),
                        ESP_ASSOCIATIONS_MAX);
    for (size_t i = 0; st == STATUS_OK && i < json_array_size(list.value); i++) {
        struct place element = place_element(&list, i);

        st = association_read(table, &element, library);
    }
    document_free(&doc);
    if (st == STATUS_OK)
        backs_find(table);
    else
        esp_table_free(table);
    return st;
}

void esp_table_free(struct esp_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        aead_destroy(table->association[i].aead);
    memset(table, 0, sizeof *table);
}
