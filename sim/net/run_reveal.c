/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/run_reveal.c — what a packet of the wire must be once it is in the guest. On most paths
 * it is the same. Where Folio decrypts while it copies, it is the opened packet: the loop opens the
 * wire's frame by itself, at once and with keys of its own, so that it compares with something that
 * the path had no hand in. */
#include "net/run_internal.h"

enum status run_reveal_begin(struct run *run, struct diagnostic *diag)
{
    enum status status;

    if (!run->config.path->single_fetch || run->config.is_fast)
        return STATUS_OK;
    status = esp_table_read(&run->reference, run->config.keys, aead_library_default(), diag);
    run->reference.accepts_replays = true; /* whether it comes twice is for the guest to find out */
    return status;
}

void run_reveal(struct run *run, uint32_t index)
{
    const struct record *record = &run->record[index];
    struct esp_packet packet;
    struct frame frame;

    if (run->reference.count == 0)
        return;
    if (frame_parse(&frame, run_frame(run, index), record->packet.frame_bytes) == APP_ANSWERED)
        (void)esp_open(&run->reference, &frame, &packet); /* false ones never reach the guest */
}
