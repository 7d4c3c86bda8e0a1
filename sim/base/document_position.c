/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/document_position.c — finds line and column of a value, since the JSON library forgets
 * them. Read document.h first. The text has been accepted as JSON before, so the scanner only has
 * to be safe, not strict. */
#include "base/document.h"

#include <string.h>

struct scanner {
    const char *text;
    size_t size, at;
};

static void scan_space(struct scanner *scan)
{
    while (scan->at < scan->size && strchr(" \t\r\n,:", scan->text[scan->at]) &&
           scan->text[scan->at])
        scan->at++;
}

static void scan_string(struct scanner *scan)
{
    scan->at++;
    while (scan->at < scan->size && scan->text[scan->at] != '"')
        scan->at += scan->text[scan->at] == '\\' ? 2 : 1;
    scan->at++;
}

/* Past one value of any kind. */
static void scan_value(struct scanner *scan)
{
    size_t depth = 0;

    do {
        scan_space(scan);
        if (scan->at >= scan->size)
            return;
        switch (scan->text[scan->at]) {
        case '"':
            scan_string(scan);
            break;
        case '{':
        case '[':
            depth++;
            scan->at++;
            break;
        case '}':
        case ']':
            depth--;
            scan->at++;
            break;
        default:
            do
                scan->at++;
            while (scan->at < scan->size && !strchr(" \t\r\n,:]}", scan->text[scan->at]));
        }
    } while (depth > 0);
}

/* From the start of a container to its member. Returns false, and stays, if it is not there as
 * plain text. */
static bool scan_child(struct scanner *scan, const struct place *child)
{
    struct scanner in = {scan->text, scan->size, scan->at + 1};

    for (size_t i = 0; in.at < in.size; i++) {
        bool found = !child->key && i == child->index;

        scan_space(&in);
        if (in.at >= in.size || in.text[in.at] == '}' || in.text[in.at] == ']')
            return false;
        if (child->key) {
            size_t start = in.at + 1;

            scan_string(&in);
            found = in.at <= in.size && in.at - start - 1 == strlen(child->key) &&
                    memcmp(in.text + start, child->key, strlen(child->key)) == 0;
            scan_space(&in);
        }
        if (found) {
            *scan = in;
            return true;
        }
        scan_value(&in);
    }
    return false;
}

/* Recursion is as deep as our own readers descend, not as deep as the input. */
static bool scan_place(struct scanner *scan, const struct place *at)
{
    if (!at->parent) {
        scan_space(scan);
        return true;
    }
    return scan_place(scan, at->parent) && scan_child(scan, at);
}

void place_position(const struct place *at, uint64_t *line, uint64_t *col)
{
    struct scanner scan = {at->doc->text, at->doc->size, 0};

    (void)scan_place(&scan, at);
    *line = 1;
    *col = 1;
    for (size_t i = 0; i < scan.at && i < scan.size; i++) {
        (*col)++;
        if (scan.text[i] == '\n') {
            (*line)++;
            *col = 1;
        }
    }
}
