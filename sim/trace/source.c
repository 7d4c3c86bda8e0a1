/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/source.c — the public reader functions over the seam of source.h. */
#include "trace/source.h"

/* struct trace_reader is the public name of struct trace_source: a cast between the two is a change
 * of name. */
static struct trace_source *source_of(struct trace_reader *reader)
{
    return (struct trace_source *)reader;
}

const struct trace_header *trace_header(const struct trace_reader *reader)
{
    const struct trace_source *source = (const struct trace_source *)reader;

    return source->ops->header(source);
}

enum status trace_next(struct trace_reader *reader, const struct trace_event **event,
                       struct diagnostic *diag)
{
    return source_of(reader)->ops->next(source_of(reader), event, diag);
}

void trace_close(struct trace_reader *reader)
{
    if (reader)
        source_of(reader)->ops->close(source_of(reader));
}
