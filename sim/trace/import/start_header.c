/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/start_header.c — the header that every import begins with. Read import.h first.
 */
#include <string.h>

#include "trace/import/import.h"
#include "trace/utf8.h"

enum { UTF8_BYTES_MAX = 4 };

/* Copies as much as fits, without cutting a character. A name that is no UTF-8 gets a question mark
 * for each odd byte. */
static void name_copy(char *to, size_t room, const char *from, size_t size)
{
    unsigned trims = size < room ? 1 : UTF8_BYTES_MAX; /* what the end of the room may have cut */

    size = size < room ? size : room - 1;
    memcpy(to, from, size);
    to[size] = '\0';
    for (unsigned cut = 0; cut < trims && size > cut; cut++) {
        char end = to[size - cut];

        to[size - cut] = '\0';
        if (utf8_is_valid(to))
            return;
        to[size - cut] = end;
    }
    for (char *at = to; *at; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
}

void import_start_header(struct trace_header *header, const char *path, const char *format,
                         enum trace_completeness completeness)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t stem = name[0] ? 1 + strcspn(name + 1, ".") : 0;

    memset(header, 0, sizeof *header);
    header->major = TRACE_VERSION_MAJOR;
    header->minor = TRACE_VERSION_MINOR;
    header->completeness = completeness;
    name_copy(header->guest_name, sizeof header->guest_name, name, stem);
    name_copy(header->producer, sizeof header->producer, format, strlen(format));
    name_copy(header->source_name, sizeof header->source_name, name, strlen(name));
    name_copy(header->source_format, sizeof header->source_format, format, strlen(format));
}
