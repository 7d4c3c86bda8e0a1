/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/op.c — the table of operations. See op.h; what each means is in docs/SCENARIOS.md.
 */
#include "scenario/op.h"

#include <string.h>

#define ARG(name) (UINT32_C(1) << (ARG_##name))

enum {
    HYPERVISOR = 1 << WHO_HYPERVISOR,
    FIRMWARE = 1 << WHO_FIRMWARE,
    DRAM = 1 << WHO_DRAM,
    GUEST = 1 << WHO_GUEST,
    DEVICE = 1 << WHO_DEVICE,
    ANYBODY = HYPERVISOR | FIRMWARE | DRAM | GUEST | DEVICE,
    SNP = OP_NEEDS_SNP,
    SNP_STATE = OP_NEEDS_SNP | OP_SHOWS_STATE
};

static const struct scenario_op ops[] = {
    /* accesses */
    {"read", HYPERVISOR | GUEST | DRAM, TARGET_EITHER, 0,
     ARG(OFFSET) | ARG(SIZE) | ARG(SHARED) | ARG(LARGE) | ARG(REMEMBER), 0,
     "read {target}{shared}{through}", run_read},
    {"write", HYPERVISOR | GUEST | DRAM, TARGET_EITHER, ARG(DATA),
     ARG(OFFSET) | ARG(SHARED) | ARG(LARGE), 0, "write {target}{shared}{through}", run_write},
    {"execute", HYPERVISOR | GUEST, TARGET_EITHER, 0, ARG(OFFSET), 0, "execute {target}",
     run_execute},
    {"walk", HYPERVISOR | GUEST, TARGET_EITHER, 0, ARG(OFFSET), 0, "walk a page table at {target}",
     run_walk},
    {"copy", HYPERVISOR | DRAM, TARGET_HOST, ARG(TO), ARG(OFFSET) | ARG(SIZE), 0,
     "copy {target} -> {to}", run_copy},

    /* the hypervisor's tables */
    {"map", HYPERVISOR, TARGET_HOST, 0, ARG(GUEST) | ARG(GPA) | ARG(LARGE), 0,
     "map {guest} {gpa} -> {target}{large}", run_map},
    {"unmap", HYPERVISOR, TARGET_NONE, 0, ARG(PAGE) | ARG(GUEST) | ARG(GPA), 0,
     "unmap {guest} {gpa}", run_unmap},
    {"rmpupdate", HYPERVISOR | GUEST, TARGET_HOST, ARG(OWNER),
     ARG(GUEST) | ARG(GPA) | ARG(LARGE) | ARG(IMMUTABLE), SNP_STATE,
     "rmpupdate {target} -> {owner}{large}{immutable}", run_rmpupdate},
    {"psmash", HYPERVISOR | GUEST, TARGET_HOST, 0, 0, SNP_STATE, "psmash {target}", run_psmash},
    {"rmpread", HYPERVISOR | GUEST, TARGET_HOST, 0, 0, SNP, "rmpread {target}", run_rmpread},
    {"vmrun", HYPERVISOR, TARGET_HOST, ARG(GUEST), ARG(GPA), SNP_STATE,
     "vmrun {guest}, save area {target}", run_vmrun},
    {"vmexit", HYPERVISOR, TARGET_HOST, 0, 0, SNP_STATE, "vmexit, save area {target}", run_vmexit},

    /* a guest's pages */
    {"pvalidate", GUEST, TARGET_GUEST, 0, ARG(VALIDATE) | ARG(LARGE), SNP_STATE,
     "pvalidate {target}{large}{validate}", run_pvalidate},
    {"rmpadjust", GUEST, TARGET_GUEST, ARG(OF_VMPL) | ARG(RIGHTS), ARG(VMSA) | ARG(LARGE),
     SNP_STATE, "rmpadjust {at}{large}, {of_vmpl}: {rights}{vmsa}", run_rmpadjust},
    {"rmpquery", GUEST, TARGET_GUEST, ARG(OF_VMPL), ARG(LARGE), SNP,
     "rmpquery {at}{large}, {of_vmpl}", run_rmpquery},
    {"accept-page", GUEST, TARGET_GUEST, 0, ARG(LARGE), SNP_STATE, "accept {target}{large}",
     run_accept_page},

    {"psc", GUEST, TARGET_GUEST, ARG(CHANGES), ARG(FORGE), SNP, "page-state changes: {changes}",
     run_psc},

    /* devices */
    {"iommu-map", HYPERVISOR, TARGET_HOST, ARG(DEVICE) | ARG(IOVA), ARG(WRITABLE), 0,
     "map {device} {iova} -> {target}", run_iommu_map},
    {"iommu-unmap", HYPERVISOR, TARGET_NONE, ARG(DEVICE) | ARG(IOVA), 0, 0, "unmap {device} {iova}",
     run_iommu_unmap},
    {"bind", HYPERVISOR, TARGET_NONE, ARG(DEVICE), ARG(GUEST), SNP, "bind {device} to {guest}",
     run_bind},
    {"accept-device", GUEST, TARGET_NONE, ARG(DEVICE), ARG(ON), SNP, "accept {device}{accept}",
     run_accept_device},
    {"dma-read", DEVICE, TARGET_NONE, ARG(IOVA), ARG(SIZE) | ARG(REMEMBER), 0, "DMA read {iova}",
     run_dma_read},
    {"dma-write", DEVICE, TARGET_NONE, ARG(IOVA) | ARG(DATA), 0, 0, "DMA write {iova}",
     run_dma_write},

    /* the memory bus and the caches */
    {"alias", DRAM, TARGET_NONE, ARG(BIT), 0, 0, "address bit {bit} selects nothing", run_alias},
    {"unalias", DRAM, TARGET_NONE, 0, 0, 0, "every address bit selects again", run_unalias},
    {"cache", HYPERVISOR | DRAM, TARGET_NONE, ARG(ON), 0, 0, "write-back cache{on}", run_cache},
    {"invd", HYPERVISOR, TARGET_NONE, 0, 0, 0, "invd", run_invd},
    {"wbinvd", HYPERVISOR, TARGET_NONE, 0, 0, 0, "wbinvd", run_wbinvd},

    /* the secure processor: guests */
    {"init", FIRMWARE, TARGET_NONE, 0, 0, SNP, "initialise", run_init},
    {"gctx-create", FIRMWARE, TARGET_HOST, ARG(GUEST), 0, SNP_STATE,
     "GCTX_CREATE {guest} in {target}", run_gctx_create},
    {"launch-start", FIRMWARE, TARGET_NONE, ARG(GUEST), ARG(POLICY), 0, "LAUNCH_START {guest}",
     run_launch_start},
    {"activate", FIRMWARE, TARGET_NONE, ARG(GUEST), 0, 0, "ACTIVATE {guest} {asid}", run_activate},
    {"launch-update", FIRMWARE, TARGET_HOST, ARG(GUEST),
     ARG(TYPE) | ARG(LARGE) | ARG(OF_VMPL) | ARG(RIGHTS), OP_SHOWS_STATE,
     "LAUNCH_UPDATE {target}{type}{large}", run_launch_update},
    {"launch-measure", FIRMWARE, TARGET_NONE, ARG(GUEST), ARG(REMEMBER), 0,
     "launch digest of {guest}", run_launch_measure},
    {"launch-finish", FIRMWARE, TARGET_NONE, ARG(GUEST), 0, 0, "LAUNCH_FINISH {guest}",
     run_launch_finish},
    {"decommission", FIRMWARE, TARGET_NONE, ARG(GUEST), 0, 0, "DECOMMISSION {guest}",
     run_decommission},
    {"df-flush", FIRMWARE, TARGET_NONE, 0, 0, 0, "DF_FLUSH", run_df_flush},
    {"key-install", FIRMWARE, TARGET_NONE, ARG(GUEST), 0, 0, "new key for {guest} {asid}",
     run_key_install},

    /* the secure processor: pages */
    {"reclaim", FIRMWARE, TARGET_HOST, 0, ARG(LARGE), SNP_STATE, "PAGE_RECLAIM {target}{large}",
     run_reclaim},
    {"unsmash", FIRMWARE, TARGET_HOST, 0, 0, SNP_STATE, "PAGE_UNSMASH {target}", run_unsmash},
    {"page-move", FIRMWARE, TARGET_HOST, ARG(TO) | ARG(GUEST), ARG(LARGE), SNP_STATE,
     "PAGE_MOVE {target} -> {to}{large}", run_page_move},
    {"swap-out", FIRMWARE, TARGET_HOST, ARG(TO) | ARG(GUEST), ARG(LARGE), SNP_STATE,
     "SWAP_OUT {target} -> {to}{large}", run_swap_out},
    {"swap-in", FIRMWARE, TARGET_HOST, ARG(TO) | ARG(GUEST), ARG(LARGE), SNP_STATE,
     "SWAP_IN {target} -> {to}{large}", run_swap_in},
    {"dbg-decrypt", FIRMWARE, TARGET_HOST, ARG(TO) | ARG(GUEST), 0, SNP,
     "DBG_DECRYPT {target} -> {to}", run_dbg_decrypt},

    /* bytes */
    {"remember", ANYBODY, TARGET_NONE, ARG(DATA) | ARG(REMEMBER), 0, 0, "remember {remember}",
     run_remember},
    {"compare", ANYBODY, TARGET_NONE, ARG(A) | ARG(B), 0, 0, "compare {a} with {b}", run_compare},
};

enum { OP_COUNT = sizeof ops / sizeof ops[0] };

const struct scenario_op *op_at(unsigned index)
{
    return index < OP_COUNT ? &ops[index] : NULL;
}

const struct scenario_op *op_find(const char *name)
{
    for (unsigned i = 0; i < OP_COUNT; i++)
        if (strcmp(ops[i].name, name) == 0)
            return &ops[i];
    return NULL;
}
