/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/op.h — the operations that a step can name. op.c holds the table: who may do it,
 * what it takes, how it is told, and which function does it. */
#ifndef CVMLAB_SIM_SCENARIO_OP_H
#define CVMLAB_SIM_SCENARIO_OP_H

#include "scenario/world.h"

/* How an operation names memory. */
enum op_target {
    TARGET_NONE,
    TARGET_HOST,  /* "page" or "spa" */
    TARGET_GUEST, /* "page" or "gpa": of the guest who acts */
    TARGET_EITHER /* of a guest "page" or "gpa", of others "page" or "spa" */
};

enum op_flag {
    OP_SHOWS_STATE = 1, /* the table shows the page's state in the RMP before and after */
    OP_NEEDS_SNP = 2,   /* the instruction or command exists in the mode snp only */
};

struct scenario_op {
    const char *name;
    unsigned who; /* 1 << WHO_... */
    enum op_target target;
    uint32_t needs, takes; /* 1 << ARG_...: what must and what may be there */
    unsigned flags;
    const char *says; /* for people; {target} and the like are replaced, see tell.c */
    void (*run)(struct world *world, const struct scenario_step *step, struct step_result *result);
};

/* The operation of this name, or NULL. */
const struct scenario_op *op_find(const char *name);

/* The index-th of the table, or NULL past the last. */
const struct scenario_op *op_at(unsigned index);

/* What the steps of a group do to the world; each fills result->outcome, and before and after if
 * the operation shows something else than the state of a page. */

/* op_access.c: reads, writes, fetches and walks, by whoever. */
void run_read(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_write(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_execute(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_walk(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_copy(struct world *world, const struct scenario_step *step, struct step_result *result);

/* op_host.c: what the hypervisor does to tables. */
void run_map(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_unmap(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_rmpupdate(struct world *world, const struct scenario_step *step,
                   struct step_result *result);
void run_psmash(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_rmpread(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_vmrun(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_vmexit(struct world *world, const struct scenario_step *step, struct step_result *result);

/* op_guest.c: what a guest does to its pages. */
void run_pvalidate(struct world *world, const struct scenario_step *step,
                   struct step_result *result);
void run_rmpadjust(struct world *world, const struct scenario_step *step,
                   struct step_result *result);
void run_rmpquery(struct world *world, const struct scenario_step *step,
                  struct step_result *result);
void run_accept_page(struct world *world, const struct scenario_step *step,
                     struct step_result *result);

/* op_psc.c: a list of page-state changes, through the GHCB. */
void run_psc(struct world *world, const struct scenario_step *step, struct step_result *result);

/* op_device.c: the IOMMU and who goes through it. */
void run_iommu_map(struct world *world, const struct scenario_step *step,
                   struct step_result *result);
void run_iommu_unmap(struct world *world, const struct scenario_step *step,
                     struct step_result *result);
void run_bind(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_accept_device(struct world *world, const struct scenario_step *step,
                       struct step_result *result);
void run_dma_read(struct world *world, const struct scenario_step *step,
                  struct step_result *result);
void run_dma_write(struct world *world, const struct scenario_step *step,
                   struct step_result *result);

/* op_dram.c: who holds the modules, the bus or the cache. */
void run_alias(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_unalias(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_cache(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_invd(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_wbinvd(struct world *world, const struct scenario_step *step, struct step_result *result);

/* op_launch.c: the secure processor's commands that start and end guests. */
void run_init(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_gctx_create(struct world *world, const struct scenario_step *step,
                     struct step_result *result);
void run_launch_start(struct world *world, const struct scenario_step *step,
                      struct step_result *result);
void run_activate(struct world *world, const struct scenario_step *step,
                  struct step_result *result);
void run_launch_update(struct world *world, const struct scenario_step *step,
                       struct step_result *result);
void run_launch_measure(struct world *world, const struct scenario_step *step,
                        struct step_result *result);
void run_launch_finish(struct world *world, const struct scenario_step *step,
                       struct step_result *result);
void run_decommission(struct world *world, const struct scenario_step *step,
                      struct step_result *result);
void run_df_flush(struct world *world, const struct scenario_step *step,
                  struct step_result *result);
void run_key_install(struct world *world, const struct scenario_step *step,
                     struct step_result *result);

/* op_firmware.c: its commands that change pages. */
void run_reclaim(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_unsmash(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_page_move(struct world *world, const struct scenario_step *step,
                   struct step_result *result);
void run_swap_out(struct world *world, const struct scenario_step *step,
                  struct step_result *result);
void run_swap_in(struct world *world, const struct scenario_step *step, struct step_result *result);
void run_dbg_decrypt(struct world *world, const struct scenario_step *step,
                     struct step_result *result);

/* op_bytes.c: bytes that were seen. */
void run_remember(struct world *world, const struct scenario_step *step,
                  struct step_result *result);
void run_compare(struct world *world, const struct scenario_step *step, struct step_result *result);

#endif
