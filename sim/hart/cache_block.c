/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/cache_block.c — CBO.INVAL, CLEAN, FLUSH and ZERO. There are no caches: the first three
 * check and do nothing. Source: riscv-isa-manual, src/unpriv/cmo.adoc, "CSR controls for CMO
 * instructions", "Page Fault, Guest-Page Fault, and Access Fault Exceptions". */
#include "hart/internal.h"

#include <string.h>

enum { OPERATION_INVAL = 0, OPERATION_CLEAN = 1, OPERATION_FLUSH = 2, OPERATION_ZERO = 4 };

enum { FUNCT3_CBO = 2 };

/* By the fields of menvcfg, henvcfg and senvcfg that let the operation run. */
static uint8_t check(const struct hart *hart, uint64_t field)
{
    bool is_u = hart->mode.privilege == PRIVILEGE_U;

    if (hart->mode.privilege == PRIVILEGE_M)
        return CAUSE_NONE;
    if (!(hart->menvcfg & field))
        return CAUSE_ILLEGAL;
    if (!hart->mode.is_virtual)
        return is_u && !(hart->senvcfg & field) ? CAUSE_ILLEGAL : CAUSE_NONE;
    return !(hart->henvcfg & field) || (is_u && !(hart->senvcfg & field)) ? CAUSE_VIRTUAL
                                                                          : CAUSE_NONE;
}

static bool zero(struct hart *hart, const struct view_rules *rules, uint64_t block,
                 struct exception *fault)
{
    uint8_t *bytes = ram_update(hart, rules, block, HART_BLOCK_BYTES, fault);

    if (bytes)
        memset(bytes, 0, HART_BLOCK_BYTES);
    return bytes;
}

/* Allowed where a load or a store is; the fault is that of a store. D is not looked at: what a load
 * may read, this may too, and whatever may be written may be read. */
static bool manage(struct hart *hart, const struct view_rules *rules, uint64_t block,
                   struct exception *fault)
{
    static const uint8_t store_cause[] = {[CAUSE_LOAD_ACCESS] = CAUSE_STORE_ACCESS,
                                          [CAUSE_LOAD_PAGE] = CAUSE_STORE_PAGE,
                                          [CAUSE_LOAD_GUEST_PAGE] = CAUSE_STORE_GUEST_PAGE};
    struct translation at;

    if (translate(hart, rules, block, ACCESS_READ, &at, fault)) {
        if (spa_is_ram(hart, at.spa) &&
            pmp_allows(hart, at.spa, HART_BLOCK_BYTES, ACCESS_READ, rules->mode.privilege))
            return true;
        fault_access(fault, ACCESS_WRITE);
        fault->tval = block;
        fault->is_gva = rules->mode.is_virtual;
        return false;
    }
    if (fault->cause < sizeof store_cause && store_cause[fault->cause])
        fault->cause = store_cause[fault->cause];
    return false;
}

/* The field that enables the operation; 0: there is none in this hart. */
static uint64_t field_of(const struct hart_features *has, unsigned operation)
{
    switch (operation) {
    case OPERATION_INVAL:
        return has->zicbom ? ENVCFG_CBIE : 0;
    case OPERATION_CLEAN:
    case OPERATION_FLUSH:
        return has->zicbom ? ENVCFG_CBCFE : 0;
    case OPERATION_ZERO:
        return has->zicboz ? ENVCFG_CBZE : 0;
    default:
        return 0;
    }
}

uint64_t cache_block(struct hart *hart, uint64_t pc, uint32_t raw)
{
    const struct hart_engine *engine = &hart->config.engine;
    unsigned operation = raw >> 20;
    uint64_t field = field_of(&hart->config.features, operation), address, block;
    struct view_rules rules = rules_data(hart);
    struct exception fault;
    uint8_t cause;

    if (bits(raw, 14, 12) != FUNCT3_CBO || bits(raw, 11, 7) != 0 || !field)
        return refuse(hart, pc, raw, CAUSE_ILLEGAL);
    cause = check(hart, field);
    if (cause != CAUSE_NONE)
        return refuse(hart, pc, raw, cause);
    address = engine->get(engine->context, (unsigned)bits(raw, 19, 15));
    block = address & ~(uint64_t)(HART_BLOCK_BYTES - 1);
    if (operation == OPERATION_ZERO ? zero(hart, &rules, block, &fault)
                                    : manage(hart, &rules, block, &fault))
        return retire(hart, pc, raw);
    fault.tval = address; /* rs1 as it is, not the block */
    if (cause_is_guest_page(fault.cause) && fault.tinst == 0)
        fault.gpa |= address & (HART_BLOCK_BYTES - 1);
    if (fault.tinst == 0)
        fault.tinst = insn_transformed(raw, 0);
    return trap_exception(hart, pc, &fault);
}
