/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/monitor_digest.h — FNV-1a over every field of a monitor (Fowler, Noll, Vo; 64 bit),
 * field by field, so that padding does not count and no pointer makes two runs differ.
 * Freestanding: the rv64 twin uses it too. */
#ifndef CVMLAB_TESTS_UNIT_MONITOR_DIGEST_H
#define CVMLAB_TESTS_UNIT_MONITOR_DIGEST_H

#include "monitor/monitor.h"

#define DIGEST_START ((uint64_t)0xcbf29ce484222325)
#define DIGEST_PRIME ((uint64_t)0x100000001b3)

/* One 64-bit word at a time: faster than bytes, and as good at telling two states apart. */
static inline void digest_word(uint64_t *digest, uint64_t word)
{
    *digest = (*digest ^ word) * DIGEST_PRIME;
    *digest ^= *digest >> 29;
}

static inline void digest_words(uint64_t *digest, const uint64_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        digest_word(digest, words[i]);
}

static inline void digest_fp_vector(uint64_t *digest, const struct fp_state *fp,
                                    const struct vector_state *vec)
{
    digest_words(digest, fp->f, FPR_COUNT);
    digest_word(digest, fp->fcsr);
    for (unsigned i = 0; i < VECTOR_COUNT; i++)
        for (unsigned k = 0; k < VLEN_BYTES; k++)
            digest_word(digest, vec->v[i][k]);
    digest_word(digest, vec->vstart);
    digest_word(digest, vec->vl);
    digest_word(digest, vec->vtype);
    digest_word(digest, vec->vcsr);
}

static inline void digest_guest(uint64_t *digest, const struct guest_state *guest)
{
    digest_words(digest, guest->x, GPR_COUNT);
    digest_word(digest, guest->pc);
    digest_words(digest, guest->csr, GCSR_COUNT);
    digest_word(digest, guest->mode);
    digest_fp_vector(digest, &guest->fp, &guest->vec);
}

static inline void digest_pending(uint64_t *digest, const struct pending *pending,
                                  const struct exposure *spec)
{
    const struct insn *insn = &pending->insn;

    digest_word(digest, pending->row);
    digest_word(digest, insn->raw | (uint64_t)insn->class << 32);
    digest_word(digest, (uint64_t)insn->len_bytes | (uint64_t)insn->rd << 8 |
                            (uint64_t)insn->rs1 << 16 | (uint64_t)insn->rs2 << 24 |
                            (uint64_t)insn->width_bytes << 32 | (uint64_t)insn->is_signed << 40);
    digest_word(digest, (uint64_t)insn->csr | (uint64_t)insn->csr_op << 16);
    digest_word(digest, pending->call ? (uint64_t)(pending->call - spec->call) + 1 : 0);
    digest_word(digest, pending->start_token);
    digest_word(digest, pending->trap.scause);
    digest_word(digest, pending->trap.stval);
    digest_word(digest, pending->trap.htval);
    digest_word(digest, pending->trap.htinst);
    digest_word(digest, pending->live);
}

static inline uint64_t monitor_digest(const struct monitor *mon)
{
    uint64_t digest = DIGEST_START;

    for (unsigned i = 0; i < VCPU_MAX; i++) {
        const struct vcpu *vcpu = &mon->vcpu[i];

        digest_guest(&digest, &vcpu->guest);
        digest_pending(&digest, &vcpu->pending, mon->spec);
        digest_word(&digest, vcpu->handle);
        digest_word(&digest, vcpu->start_token);
        digest_word(&digest, vcpu->start_pc);
        digest_word(&digest, vcpu->start_opaque);
        digest_word(&digest, vcpu->life);
    }
    digest_word(&digest, mon->vcpu_count);
    for (unsigned i = 0; i < mon->region_count; i++) {
        digest_word(&digest, mon->region[i].base.v);
        digest_word(&digest, mon->region[i].size_bytes);
        digest_word(&digest, mon->region[i].kind);
    }
    digest_word(&digest, mon->region_count);
    digest_word(&digest, mon->hvip_allow);
    digest_word(&digest, mon->sequence);
    return digest;
}

#endif
