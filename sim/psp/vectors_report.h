/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vectors_report.h — private to vectors_report*.c. */
#ifndef CVMLAB_SIM_PSP_VECTORS_REPORT_H
#define CVMLAB_SIM_PSP_VECTORS_REPORT_H

#include "psp/report.h"
#include "psp/vectors_parts.h"

/* Compares every member of "fields" with the report. STATUS_BAD_INPUT: a field that does not exist,
 * or a value of the wrong form. */
enum status report_fields_compare(struct vectors_case *entry, const struct place *at,
                                  const struct report *report);

#endif
