/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/memory_snapshot.h — what a memory holds, as bytes: its pages, whose they are, the RMP
 * and which keys there are. */
#ifndef CVMLAB_SIM_MEMORY_MEMORY_SNAPSHOT_H
#define CVMLAB_SIM_MEMORY_MEMORY_SNAPSHOT_H

#include "base/snapshot_stream.h"
#include "memory/memory.h"

/* Whether a snapshot can hold it: neither the cache model nor an alias (adversary.h) is on. */
bool memory_snapshot_is_possible(const struct memory *memory);

/* Saves it, or loads it into a memory of the same config. Pages that were never written take no
 * room, zeros none but their entry. Both ways every pointer is called back, so that whoever goes on
 * with this memory and with a loaded one asks for the same. Loading fails on what no memory of this
 * config holds; what it holds then is undefined, but may be destroyed or loaded again. */
void memory_snapshot(struct memory *memory, struct snapshot_stream *stream);

#endif
