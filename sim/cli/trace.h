/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/trace.h — private to trace*.c: the verbs of `cvmlab trace`, and the loop that copies
 * events. */
#ifndef CVMLAB_SIM_CLI_TRACE_H
#define CVMLAB_SIM_CLI_TRACE_H

#include "cli/cli.h"
#include "trace/cut.h"
#include "trace/export/export.h"

/* The options of the verbs that have a file of their own. */
extern const struct argp trace_import_argp, trace_info_argp, trace_cut_argp, trace_diff_argp;

/* Runs `cvmlab trace import`. argv[0] is the full name; returns an exit_code. */
int trace_import_run(int argc, char **argv);
/* The same for `cvmlab trace info`. */
int trace_info_run(int argc, char **argv);
/* `cvmlab trace info` of a packet capture. Prints it, or what is wrong with it; returns an
 * exit_code. */
int trace_capture_info(const char *path, bool wants_json);
/* As trace_info_run, for `cvmlab trace cut`. */
int trace_cut_run(int argc, char **argv);
/* The same for `cvmlab trace diff`: CLI_FINDING if the traces differ. */
int trace_diff_run(int argc, char **argv);

/* Takes the one FILE of a verb into *path, which is NULL before. A second one is a usage error and
 * does not return. */
void trace_take_file(const struct argp_state *state, const char **path, const char *file);

/* Where events go. */
struct trace_target {
    const char *path; /* "-": standard output */
    enum export_format format;
    struct cut *cut;      /* only these, numbered anew; NULL: all */
    const char *cut_from; /* with cut: the file that is cut, for messages */
};

/* Copies the rest of reader to target under this header, with a progress bar called label, and
 * closes reader. Prints what went wrong and returns an exit_code; nothing is left at the path
 * unless all went well. */
int trace_copy(struct trace_reader *reader, const struct trace_header *header,
               const struct trace_target *target, const char *label);

#endif
