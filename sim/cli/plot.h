/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/plot.h — line plots as SVG: panels side by side with logarithmic axes, one legend below.
 * Colours are those of Okabe and Ito, which colour-blind readers can tell apart. The same input
 * gives the same bytes. */
#ifndef CVMLAB_SIM_CLI_PLOT_H
#define CVMLAB_SIM_CLI_PLOT_H

#include <stdbool.h>

#include "base/file_out.h"

enum { PLOT_COLORS = 7 };

/* What stands at the points of a line, so that lines differ without colour. */
enum plot_mark {
    PLOT_MARK_NONE,
    PLOT_MARK_DISC,
    PLOT_MARK_SQUARE,
    PLOT_MARK_TRIANGLE,
    PLOT_MARK_DIAMOND,
    PLOT_MARK_RING,
    PLOT_MARK_COUNT
};

/* One axis, logarithmic. Ticks are values with a label; all lie between least and most. */
struct plot_tick {
    double value;
    const char *label;
};

struct plot_axis {
    const char *title;
    double least, most; /* 0 < least < most */
    const struct plot_tick *tick;
    size_t tick_count;
};

/* Points from left to right; y NAN or INFINITY: a gap. What lies outside the axis is cut off. */
struct plot_line {
    const double *x, *y;
    size_t count;
    unsigned color; /* PLOT_COLORS: black */
    enum plot_mark mark;
    bool is_dashed;
    bool is_points; /* marks without a line */
};

/* A horizontal line across the panel, with a label at its right end. */
struct plot_rule {
    double y;
    const char *label;
    bool is_strong;
};

struct plot_panel {
    const char *title;
    struct plot_axis x, y;
    const struct plot_line *line;
    size_t line_count;
    const struct plot_rule *rule;
    size_t rule_count;
};

struct plot_legend {
    const char *label;
    unsigned color; /* PLOT_COLORS: black */
    enum plot_mark mark;
    bool is_dashed, is_points;
};

struct plot {
    const char *title, *subtitle;
    const struct plot_panel *panel;
    size_t panel_count; /* 1 to 3 */
    const struct plot_legend *legend;
    size_t legend_count;
    const char *source; /* one line at the bottom: what made it, and from what */
};

/* Writes the document; text is escaped. STATUS_IO with diag. */
enum status plot_write(struct file_out *file, const struct plot *plot, struct diagnostic *diag);

#endif
