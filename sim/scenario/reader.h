/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/reader.h — the parts of the reader. load.c drives: the chain of documents from its
 * root down, then mode_reader.c, declare.c (guests, devices, pages) and step_reader.c, which takes
 * arguments (arg_reader.c), bytes (value_reader.c) and expectations (expect_reader.c). */
#ifndef CVMLAB_SIM_SCENARIO_READER_H
#define CVMLAB_SIM_SCENARIO_READER_H

#include "scenario/scenario.h"

/* mode_reader.c: machine, devices, modes and end verdicts. override: the name of another machine,
 * or NULL. The scenario's documents are read. */
enum status modes_read(struct scenario *scenario, const char *override, struct diagnostic *diag);

/* mode_reader.c: sets a bit for every mode that has one of the names in the list at key; a name
 * stands for modes that are called so, and for those that are based on it. *modes stays if there is
 * no such member. */
enum status mode_list_read(const struct place *at, const char *key, const struct scenario *scenario,
                           uint8_t *modes);

/* mode_reader.c: every key of the object is "otherwise" or a mode, of the scenario or of the
 * document in which it stands. */
enum status mode_keys_check(const struct place *at, const struct scenario *scenario);

/* declare.c: "guests" and "pages" of one document. */
enum status guests_read(const struct place *root, struct scenario *scenario);
enum status pages_read(const struct place *root, struct scenario *scenario);

/* Spa of the end of the RAM, in the mode that has least of it. */
uint64_t scenario_ram_end(const struct scenario *scenario);

/* An address of a page: a string, aligned to 4 KiB and below end. */
enum status page_address_read(const struct place *at, const char *key, uint64_t end, uint64_t *out);

/* Ends of the address space of guests and devices. */
#define SCENARIO_GPA_END (UINT64_C(1) << 40)

/* value_reader.c: the expression at `at` becomes a new value; *index is its place. Bytes must have
 * been remembered by an earlier step. */
enum status value_read(const struct place *at, struct scenario *scenario, int *index);

/* value_reader.c: how many bytes the value has at least; how many a remembered one has is known
 * only when it runs. */
unsigned value_size_least(const struct scenario *scenario, int index);

/* value_reader.c: the name that a step gives to bytes; new, or one that is written again. */
enum status bytes_name_read(const struct place *at, struct scenario *scenario, int *index);

/* expect_reader.c: the outcome per mode in which the step runs. */
enum status expect_read(const struct place *at, const struct scenario *scenario,
                        struct scenario_step *step);

/* arg_reader.c: all arguments of a step; which are allowed is in step->op. */
enum status args_read(const struct place *at, struct scenario *scenario,
                      struct scenario_step *step);

/* change_reader.c: the argument "changes": a list of {"gpa", "to", "large"}. */
enum status changes_read(const struct place *at, struct scenario *scenario,
                         struct scenario_step *step);

/* arg_reader.c: the key of an argument. */
const char *arg_key(enum step_arg arg);

/* step_reader.c: "steps" of one document, which is the file-th of the chain. */
enum status steps_read(const struct place *root, struct scenario *scenario, unsigned file);

#endif
