/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/key.c — the keys of guests. A key keeps its number for ever, so that pages which were
 * written under it stay what they are in DRAM when the guest gets another. Read internal.h first.
 */
#include "memory/internal.h"

#include <openssl/evp.h>

/* The same seed, guest and number: the same key. */
static enum status key_derive(const struct memory *memory, uint16_t asid, uint32_t number,
                              uint8_t key[CIPHER_KEY_BYTES])
{
    uint8_t text[16] = "key"; /* then seed, ASID and number, little-endian */
    unsigned written;

    for (unsigned i = 0; i < 8; i++)
        text[4 + i] = (uint8_t)(memory->config.seed >> 8 * i);
    for (unsigned i = 0; i < 2; i++) {
        text[12 + i] = (uint8_t)(asid >> 8 * i);
        text[14 + i] = (uint8_t)(number >> 8 * i);
    }
    _Static_assert(CIPHER_KEY_BYTES == 64, "as long as a SHA-512");
    if (EVP_Digest(text, sizeof text, key, &written, EVP_sha512(), NULL) != 1)
        return STATUS_IO;
    return STATUS_OK;
}

enum status key_make(struct memory *memory, uint16_t asid)
{
    uint8_t material[CIPHER_KEY_BYTES];
    uint32_t number = memory->key_count;
    struct cipher *cipher;

    if (number == KEY_COUNT)
        return STATUS_FULL;
    if (key_derive(memory, asid, number, material) != STATUS_OK)
        return STATUS_IO;
    cipher = cipher_create(memory->config.cipher, material);
    if (!cipher)
        return STATUS_IO;
    memory->key[number] = (struct key){.cipher = cipher, .asid = asid};
    memory->key_count = number + 1;
    memory->key_of_asid[asid] = (uint16_t)number;
    return STATUS_OK;
}

enum status keys_create(struct memory *memory)
{
    memory->key = lazy_map(KEY_COUNT * sizeof *memory->key);
    memory->key_of_asid = lazy_map((memory->config.asid_max + 1) * sizeof *memory->key_of_asid);
    memory->key_count = KEY_NONE + 1;
    if (!memory->key || !memory->key_of_asid)
        return STATUS_IO;
    return memory->config.mode == MEMORY_NONE ? STATUS_OK : key_make(memory, 0);
}

void keys_forget(struct memory *memory)
{
    for (uint32_t i = 0; memory->key && i < memory->key_count; i++)
        cipher_destroy(memory->key[i].cipher);
    memory->key_count = KEY_NONE + 1;
    for (unsigned asid = 0; memory->key_of_asid && asid <= memory->config.asid_max; asid++)
        memory->key_of_asid[asid] = KEY_NONE;
}

void keys_destroy(struct memory *memory)
{
    keys_forget(memory);
    lazy_unmap(memory->key, KEY_COUNT * sizeof *memory->key);
    lazy_unmap(memory->key_of_asid, (memory->config.asid_max + 1) * sizeof *memory->key_of_asid);
}

enum status memory_key_install(struct memory *memory, uint16_t asid)
{
    enum status status;

    if (asid == 0 || asid > memory->config.asid_max)
        return STATUS_BAD_INPUT;
    if (memory->config.mode == MEMORY_NONE)
        return STATUS_OK;
    status = key_make(memory, asid);
    if (status == STATUS_OK)
        memory_call_back(memory, MEMORY_LOST_ALL);
    return status;
}

void memory_key_retire(struct memory *memory, uint16_t asid)
{
    if (asid == 0 || asid > memory->config.asid_max)
        return;
    memory_call_back(memory, MEMORY_LOST_ALL);
    memory->key_of_asid[asid] = KEY_NONE;
}
