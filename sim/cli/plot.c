/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/plot.c — see plot.h. All lengths are in SVG user units; panels have one size. */
#include "cli/plot.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    PANEL_WIDTH = 400,
    PANEL_HEIGHT = 320,
    MARGIN_LEFT = 76,
    MARGIN_RIGHT = 64, /* labels of rules */
    TOP = 96,          /* above the panels: titles */
    AXIS_BELOW = 58,
    LEGEND_ROW = 22,
    LEGEND_COLUMNS = 2,
    SOURCE_BELOW = 30,
    TEXT_BYTES = 1024,
};

static const char *const colors[PLOT_COLORS + 1] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                    "#e69f00", "#56b4e9", "#f0e442", "#000000"};

/* Where the document goes; after the first failure nothing is written any more. */
struct sheet {
    struct file_out *file;
    struct diagnostic *diag;
    enum status status;
};

static void put(struct sheet *sheet, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct sheet *sheet, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (sheet->status == STATUS_OK && length > 0)
        sheet->status = file_out_write(sheet->file, text, strlen(text), sheet->diag);
}

/* Text as XML has it. */
static void put_text(struct sheet *sheet, const char *text)
{
    for (; *text; text++) {
        if (*text == '&')
            put(sheet, "&amp;");
        else if (*text == '<')
            put(sheet, "&lt;");
        else if (*text == '>')
            put(sheet, "&gt;");
        else
            put(sheet, "%c", *text);
    }
}

static void label(struct sheet *sheet, double x, double y, const char *attributes, const char *text)
{
    put(sheet, "<text x=\"%.1f\" y=\"%.1f\"%s>", x, y, attributes);
    put_text(sheet, text);
    put(sheet, "</text>\n");
}

/* The share of an axis at which value lies: 0 at least, 1 at most. */
static double place_of(const struct plot_axis *axis, double value)
{
    return log(value / axis->least) / log(axis->most / axis->least);
}

static double panel_x(const struct plot_panel *panel, double left, double value)
{
    return left + PANEL_WIDTH * place_of(&panel->x, value);
}

static double panel_y(const struct plot_panel *panel, double value)
{
    return TOP + PANEL_HEIGHT * (1 - place_of(&panel->y, value));
}

static void axes_draw(struct sheet *sheet, const struct plot_panel *panel, double left)
{
    double bottom = TOP + PANEL_HEIGHT;

    for (size_t i = 0; i < panel->x.tick_count; i++) {
        double x = panel_x(panel, left, panel->x.tick[i].value);

        put(sheet, "<path class=\"grid\" d=\"M%.1f %dV%.1f\"/>\n", x, TOP, bottom);
        label(sheet, x, bottom + 18, " text-anchor=\"middle\"", panel->x.tick[i].label);
    }
    for (size_t i = 0; i < panel->y.tick_count; i++) {
        double y = panel_y(panel, panel->y.tick[i].value);

        put(sheet, "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>\n", left, y, left + PANEL_WIDTH);
        label(sheet, left - 8, y + 4, " text-anchor=\"end\"", panel->y.tick[i].label);
    }
    put(sheet, "<rect class=\"frame\" x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", left,
        TOP, PANEL_WIDTH, PANEL_HEIGHT);
    label(sheet, left, TOP - 12, " class=\"head\"", panel->title);
    label(sheet, left + PANEL_WIDTH / 2.0, bottom + 42, " text-anchor=\"middle\"", panel->x.title);
    put(sheet, "<g transform=\"translate(%.1f %.1f) rotate(-90)\">\n", left - 54,
        TOP + PANEL_HEIGHT / 2.0);
    label(sheet, 0, 0, " text-anchor=\"middle\"", panel->y.title);
    put(sheet, "</g>\n");
}

static void rules_draw(struct sheet *sheet, const struct plot_panel *panel, double left)
{
    for (size_t i = 0; i < panel->rule_count; i++) {
        const struct plot_rule *rule = &panel->rule[i];
        double y = panel_y(panel, rule->y);

        put(sheet, "<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>\n",
            rule->is_strong ? "strong" : "rule", left, y, left + PANEL_WIDTH);
        label(sheet, left + PANEL_WIDTH + 6, y + 4, " class=\"small\"", rule->label);
    }
}

/* Whether there is something to draw; a value beyond an axis is drawn and cut off by the frame. */
static bool is_drawn(double value)
{
    return isfinite(value) && value > 0;
}

static void mark_draw(struct sheet *sheet, double x, double y, enum plot_mark mark, unsigned color)
{
    static const char *const shapes[PLOT_MARK_COUNT] = {
        [PLOT_MARK_DISC] = "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
        [PLOT_MARK_SQUARE] = "m-3.5 -3.5h7v7h-7z",
        [PLOT_MARK_TRIANGLE] = "m0 -5l4.5 8h-9z",
        [PLOT_MARK_DIAMOND] = "m0 -5l5 5l-5 5l-5 -5z",
        [PLOT_MARK_RING] = "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
    };

    if (mark != PLOT_MARK_NONE)
        put(sheet, "<path d=\"M%.1f %.1f%s\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%d\"/>\n", x,
            y, shapes[mark], mark == PLOT_MARK_RING ? "#fff" : colors[color],
            mark == PLOT_MARK_RING ? colors[color] : "#fff", mark == PLOT_MARK_RING ? 2 : 1);
}

static void marks_draw(struct sheet *sheet, const struct plot_panel *panel,
                       const struct plot_line *line, double left)
{
    for (size_t i = 0; i < line->count; i++)
        if (is_drawn(line->y[i]))
            mark_draw(sheet, panel_x(panel, left, line->x[i]), panel_y(panel, line->y[i]),
                      line->mark, line->color);
}

static void line_draw(struct sheet *sheet, const struct plot_panel *panel,
                      const struct plot_line *line, double left)
{
    bool is_down = false;

    put(sheet, "<path class=\"line\" stroke=\"%s\"%s d=\"", colors[line->color],
        line->is_dashed ? " stroke-dasharray=\"6 6\"" : "");
    for (size_t i = 0; i < line->count; i++) {
        if (is_drawn(line->y[i]))
            put(sheet, "%s%.1f %.1f%s", is_down ? "L" : "M", panel_x(panel, left, line->x[i]),
                panel_y(panel, line->y[i]), is_down ? "" : "h0"); /* a lone point is a dot */
        is_down = is_drawn(line->y[i]);
    }
    put(sheet, "\"/>\n");
}

static void panel_draw(struct sheet *sheet, const struct plot_panel *panel, size_t index)
{
    double left = MARGIN_LEFT + (double)index * (MARGIN_LEFT + PANEL_WIDTH + MARGIN_RIGHT);

    axes_draw(sheet, panel, left);
    rules_draw(sheet, panel, left);
    put(sheet,
        "<clipPath id=\"panel%zu\"><rect x=\"%.1f\" y=\"%d\" width=\"%d\" "
        "height=\"%d\"/></clipPath>\n"
        "<g clip-path=\"url(#panel%zu)\">\n",
        index, left, TOP, PANEL_WIDTH, PANEL_HEIGHT, index);
    for (size_t i = 0; i < panel->line_count; i++) {
        if (!panel->line[i].is_points)
            line_draw(sheet, panel, &panel->line[i], left);
        marks_draw(sheet, panel, &panel->line[i], left);
    }
    put(sheet, "</g>\n");
}

static void legend_draw(struct sheet *sheet, const struct plot *plot, double width)
{
    double column = (width - MARGIN_LEFT) / LEGEND_COLUMNS;
    size_t rows = (plot->legend_count + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;

    for (size_t i = 0; i < plot->legend_count; i++) {
        const struct plot_legend *legend = &plot->legend[i];
        double x = MARGIN_LEFT + column * (double)(i / rows);
        double y = TOP + PANEL_HEIGHT + AXIS_BELOW + LEGEND_ROW * (double)(i % rows + 1) - 6;
        unsigned color = legend->color < PLOT_COLORS ? legend->color : PLOT_COLORS;

        if (!legend->is_points)
            put(sheet, "<path class=\"line\" stroke=\"%s\"%s d=\"M%.1f %.1fh34\"/>\n",
                colors[color], legend->is_dashed ? " stroke-dasharray=\"6 6\"" : "", x, y - 4);
        mark_draw(sheet, x + 17, y - 4, legend->mark, color);
        label(sheet, x + 44, y, "", legend->label);
    }
}

enum status plot_write(struct file_out *file, const struct plot *plot, struct diagnostic *diag)
{
    static const char style[] =
        "<style>text{font:14px sans-serif;fill:#222}.title{font-size:19px;font-weight:bold}"
        ".head{font-size:15px;font-weight:bold}.small{font-size:12px;fill:#555}"
        ".grid{stroke:#e4e4e4;fill:none}.frame{fill:none;stroke:#888}"
        ".rule{stroke:#999;stroke-dasharray:2 3;fill:none}.strong{stroke:#333;stroke-width:1.5;"
        "fill:none}.line{fill:none;stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}</"
        "style>\n";
    struct sheet sheet = {file, diag, STATUS_OK};
    double width = (double)plot->panel_count * (MARGIN_LEFT + PANEL_WIDTH + MARGIN_RIGHT);
    size_t rows = (plot->legend_count + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
    double height = TOP + PANEL_HEIGHT + AXIS_BELOW + LEGEND_ROW * (double)rows + SOURCE_BELOW;

    put(&sheet,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
        "height=\"%.0f\" role=\"img\">\n<title>",
        width, height, width, height);
    put_text(&sheet, plot->title);
    put(&sheet, "</title>\n%s<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n", style);
    label(&sheet, MARGIN_LEFT, 32, " class=\"title\"", plot->title);
    label(&sheet, MARGIN_LEFT, 55, "", plot->subtitle);
    for (size_t i = 0; i < plot->panel_count; i++)
        panel_draw(&sheet, &plot->panel[i], i);
    legend_draw(&sheet, plot, width);
    label(&sheet, MARGIN_LEFT, height - 12, " class=\"small\"", plot->source);
    put(&sheet, "</svg>\n");
    return sheet.status;
}
