/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/adversary.h — what somebody does who holds the DRAM, the bus or the cache, and whom no
 * check of the CPU sees. */
#ifndef CVMLAB_SIM_MEMORY_ADVERSARY_H
#define CVMLAB_SIM_MEMORY_ADVERSARY_H

#include "memory/memory.h"

/* The raw bytes in DRAM at these cells, as a cold-boot reader or a bus interposer gets them: always
 * ciphertext where there is a key, whatever hiding says. Lines that are dirty in the cache model
 * are not in DRAM yet. STATUS_BAD_ADDRESS: no such cells. */
enum status dram_read(struct memory *memory, spa_t cell, void *to, size_t size_bytes);

/* Puts raw bytes there. Pointers to the pages are called back first. */
enum status dram_write(struct memory *memory, spa_t cell, const void *from, size_t size_bytes);

/* BadRAM (De Meulder et al., S&P 2025): the module says that it is larger than it is, so one
 * address bit selects nothing: addresses with and without it name the same cells. bit 12 to 47; -1:
 * none. The tweak, the key and the RMP go by the CPU's address. What was in the cells that have the
 * bit is out of reach until the alias is gone. Everything is written back and called back first.
 * STATUS_BAD_INPUT: bit. */
enum status dram_alias_set(struct memory *memory, int bit);

/* The firmware's boot-time search for such aliases (AMD-SB-3015): writes and reads back through the
 * hypervisor's eyes, restores what it wrote. True: the cells of two addresses are the same. */
bool dram_alias_is_found(struct memory *memory);

/* A write-back cache before DRAM, for CacheWarp (CVE-2023-20592): from now on, guest and host
 * writes stay in the cache until they are written back; devices and the firmware write through it.
 * Off again: everything is written back. STATUS_IO: no memory; it stays off. */
enum status cache_model_set(struct memory *memory, bool on);

/* INVD: drops what is dirty, so that memory falls back to its older contents. On a patched machine
 * it writes back instead. Does nothing while the model is off. */
void cache_invd(struct memory *memory, bool is_patched);

/* WBINVD: writes back what is dirty. */
void cache_wbinvd(struct memory *memory);

#endif
