/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine.h — seam C: what runs the instructions that need no privilege, at full speed.
 *
 * The engine has x0 to x31, f0 to f31, fcsr and pc, counts instructions, and keeps a TLB for each
 * of two worlds. It knows no privilege, no CSR but fcsr, no trap and no page table: whatever needs
 * one of these it hands to its client (the model in hart.h) as an event, and goes on where the
 * client says. It asks its client once per page for the translation (fill), then reads, writes and
 * fetches by itself.
 *
 * Same program, same client: same events with the same counts, on every version of the engine. */
#ifndef CVMLAB_SIM_HART_ENGINE_H
#define CVMLAB_SIM_HART_ENGINE_H

#include "base/diagnostic.h"
#include "memory/access.h"

struct engine;

enum engine_event_kind {
    /* The instruction at pc is not one that the engine carries out: Zicsr but of fcsr, frm and
     * fflags, xRET, WFI, fences of translation, HLV and HSV, everything beyond RV64GC, everything
     * illegal, every use of f registers and fcsr while has_float is false, the counters (cycle,
     * instret, hpmcounter; time). The client fetches, decodes and does it or traps. */
    ENGINE_SYSTEM,
    ENGINE_ECALL,
    ENGINE_BREAK,      /* EBREAK and C.EBREAK */
    ENGINE_MISALIGNED, /* LR, SC or AMO at an address that is no multiple of its size */
    /* The client refused a fill for the instruction at pc, which has changed nothing: the client
     * traps, or does the access itself. page and access are those of the fill. An AMO asks for
     * ACCESS_READ first. A fetch: page is that of pc, or the next one, into which the instruction
     * reaches. */
    ENGINE_FAULT
};

struct engine_event {
    enum engine_event_kind kind;
    uint64_t pc;             /* of the instruction; what is before it is done, and nothing else */
    gva_t page;              /* ENGINE_FAULT only: first byte of the page */
    enum access_kind access; /* ENGINE_FAULT only: ACCESS_READ, ACCESS_WRITE or ACCESS_EXECUTE */
};

/* How a page of the present world is mapped until the next flush. Accesses that it does not allow
 * ask again. Give may_write only where a write needs no more work (D bit, watch). */
struct engine_page {
    uint8_t *bytes; /* PAGE_SIZE of them, in one of the spans */
    bool may_read, may_write, may_execute;
};

/* In all of them clock->instret is exact, registers may be read and written, and every function of
 * this file but engine_run and engine_close may be called. In fill registers are not yet those of
 * the accessing instruction, and only engine_flush and engine_invalidate may be called. */
struct engine_client {
    void *context;

    /* The world's translation of a page for an access (ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE).
     * False refuses, and an event follows, unless the access turns out not to be needed. May be
     * asked again for a page that is mapped; instret may be too high by a part of a block. */
    bool (*fill)(void *context, gva_t page, enum access_kind access, struct engine_page *out);

    /* Something the engine cannot do. Returns the pc to go on at; event->pc tries again. The
     * instruction does not count as retired unless the client adds it to instret. */
    uint64_t (*event)(void *context, const struct engine_event *event);

    /* instret has reached clock->deadline. Called after a branch, a jump or an event, before the
     * instruction at pc; after at most some hundred instructions more than asked for, which ones
     * depends on the program only. Returns the pc to go on at. Sets a new deadline. */
    uint64_t (*deadline)(void *context, uint64_t pc);

    /* Before the instruction at pc. NULL: nobody wants to know, which is ten times faster. */
    void (*step)(void *context, uint64_t pc);
};

struct engine_clock {
    uint64_t instret;  /* instructions retired; the client may set it */
    uint64_t deadline; /* UINT64_MAX: none */
};

/* A piece of host memory from which fill takes pages; begins at a page border. */
struct engine_span {
    uint8_t *bytes;
    uint64_t size_bytes; /* a multiple of PAGE_SIZE */
};

enum { ENGINE_SPANS_MAX = 4 };

struct engine_config {
    const struct engine_client *client; /* stays the caller's, and must live as long */
    struct engine_clock *clock;         /* so must this */
    struct engine_span span[ENGINE_SPANS_MAX];
    unsigned span_count;
};

/* Registers by number: ENGINE_X + 0 to 31, ENGINE_F + 0 to 31. */
enum engine_register {
    ENGINE_X = 0,
    ENGINE_F = 32,
    ENGINE_FCSR = 64,
    ENGINE_REGISTER_COUNT,
    /* What else a snapshot needs. Of the last LR: virtual address (odd: there is none) and value;
     * SC succeeds if both are the same. */
    ENGINE_RESERVED_ADDRESS = ENGINE_REGISTER_COUNT,
    ENGINE_RESERVED_VALUE,
    ENGINE_PASSED, /* a pc in front of which the deadline has been looked at; odd: none */
    ENGINE_STATE_COUNT
};

/* Two worlds, each with its own TLB and nothing else: changing between them flushes nothing. The
 * hart runs V = 0 in one and V = 1 in the other. */
enum engine_world { ENGINE_WORLD_HOST, ENGINE_WORLD_GUEST };

/* All registers zero, world HOST, no float. STATUS_IO: no memory, or the library refused; *out is
 * NULL and diag says why. The caller ends it with engine_close. */
enum status engine_open(const struct engine_config *config, struct engine **out,
                        struct diagnostic *diag);

/* Frees; NULL is allowed. */
void engine_close(struct engine *engine);

/* Runs from *pc until a callback has called engine_stop; *pc is then where to go on. STATUS_IO: the
 * library failed in a way that no program should bring about; diag says how, with the pc. */
enum status engine_run(struct engine *engine, uint64_t *pc, struct diagnostic *diag);

/* From a callback: engine_run returns, with the pc that the callback returns (of step: its own pc,
 * whose instruction has not run). From fill: not allowed. */
void engine_stop(struct engine *engine);

/* One register, below ENGINE_STATE_COUNT. x0 reads 0 and ignores writes; f registers are 64 raw
 * bits. Setting f registers or fcsr is possible whatever has_float is. */
uint64_t engine_get(struct engine *engine, unsigned number);
void engine_set(struct engine *engine, unsigned number, uint64_t value);

/* Chooses the world, and whether float instructions run (else they are ENGINE_SYSTEM). The client
 * lets them run only while FS, of vsstatus too if V = 1, is Dirty: then the first one that changes
 * FS to Dirty is an event, and no other costs anything. */
void engine_enter(struct engine *engine, enum engine_world world, bool has_float);

/* Forgets all translations of both worlds. */
void engine_flush(struct engine *engine);

/* The bytes of these pages, which lie in one span, were or will be changed by somebody else than
 * this engine's own stores: forgets what it made of the code there, and all translations. */
void engine_invalidate(struct engine *engine, const uint8_t *first, uint64_t page_count);

/* Makes all registers, the world, has_float and the reservation of to equal to those of from (the
 * clock is each client's own). Both outside engine_run. */
void engine_copy(struct engine *to, struct engine *from);

enum { ENGINE_VERSION_BYTES = 24 };

/* "2.1.1", of the Unicorn that runs, into text. */
void engine_version(char text[ENGINE_VERSION_BYTES]);

#endif
