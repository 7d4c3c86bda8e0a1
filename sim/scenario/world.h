/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/world.h — a machine on which a scenario runs, and what its actors have in their
 * hands: G-stages, remembered bytes, launched guests. The operations (op.h) work on it. */
#ifndef CVMLAB_SIM_SCENARIO_WORLD_H
#define CVMLAB_SIM_SCENARIO_WORLD_H

#include "machine/machine.h"
#include "scenario/gstage.h"
#include "scenario/scenario.h"

enum { STEP_CELL_BYTES = 40, WORLD_MARK_MAX = 64 };

/* Bytes that a step has seen. */
struct world_bytes {
    uint8_t *data; /* NULL: nothing was seen */
    size_t size;
};

struct world_guest {
    struct gstage gstage;
    spa_t context; /* of an SNP guest that was launched by steps */
    bool has_context;
    uint32_t handle; /* of a guest launched by the older commands; 0: none */
    /* what a careful guest accepted */
    uint64_t accepted[SCENARIO_STEP_MAX];
    unsigned accepted_count;
};

struct world {
    const struct scenario *scenario;
    unsigned mode; /* index in scenario->mode */
    struct machine *machine;
    struct world_guest guest[SCENARIO_GUEST_MAX];
    struct world_bytes bytes[SCENARIO_BYTES_MAX];
    /* for pictures: pages at which an access was stopped, and pages that devices reach */
    spa_t faulted[WORLD_MARK_MAX], reached[WORLD_MARK_MAX];
    unsigned faulted_count, reached_count;
};

/* What one step did. */
struct step_result {
    struct outcome outcome;
    char before[STEP_CELL_BYTES], after[STEP_CELL_BYTES];
};

/* Builds the machine and what the scenario declares: keys, mappings, states, contents. On error
 * *out is NULL: STATUS_BAD_INPUT with the place of the page that cannot be; STATUS_IO: no
 * memory. The caller frees with world_destroy. */
enum status world_create(const struct scenario *scenario, unsigned mode, uint64_t seed,
                         struct world **out, struct diagnostic *diag);

/* Frees; NULL is allowed. */
void world_destroy(struct world *world);

/* Whether the RMP counts in the mode of this world. */
bool world_is_snp(const struct world *world);

/* The actor that a step means, for memory/rmp.h. */
struct actor world_actor(const struct world *world, const struct scenario_who *who);

/* --- accesses: world_access.c --- */

/* An access by whoever acts in the step, at its target and offset. False: no mapping; the outcome
 * says so. */
bool world_access(const struct world *world, const struct scenario_step *step,
                  enum access_kind kind, struct access *access, struct outcome *outcome);

/* Sets a fault as the outcome, tells why, and marks the page. */
void world_fault(struct world *world, const struct access *access, const struct fault *fault,
                 struct outcome *outcome);

/* Where the guest's page of the step lies, for PVALIDATE and its kin. False: no mapping. */
bool world_target(const struct world *world, const struct scenario_step *step,
                  struct rmp_target *target, struct outcome *outcome);

/* Sets the outcome of such an instruction. */
void world_instruction(struct world *world, const struct scenario_step *step,
                       const struct rmp_target *target, const struct rmp_result *done,
                       struct outcome *outcome);

/* Marks a page for pictures. */
void world_mark(spa_t *list, unsigned *count, spa_t page);

/* --- bytes: value.c --- */

enum { VALUE_BYTES = PAGE_SIZE };

/* Computes a value. False: a part of it was never seen. *size is at most VALUE_BYTES. */
bool value_compute(const struct world *world, int index, uint8_t out[VALUE_BYTES], size_t *size);

/* Keeps bytes under a name of the scenario. STATUS_IO: no memory. */
enum status world_remember(struct world *world, int name, const uint8_t *data, size_t size);

/* Writes bytes for people into a cell: "PIN 4711" in quotation marks if they can be printed, else
 * the first of them in hex. */
void bytes_tell(const uint8_t *data, size_t size, char cell[STEP_CELL_BYTES]);

#endif
