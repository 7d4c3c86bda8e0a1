/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_run.c — the accounted pass of `cvmlab net`: every packet of the capture through one
 * path, followed to its end, every read of shared memory logged. Read net.h first. */
#include "cli/net.h"

enum { PROGRESS_STEP = 1024 };

/* What the hooks need, and the first thing that went wrong in one. */
struct pass {
    struct net *net;
    struct net_column *column;
    struct file_out *ledger;
    struct net_hops *hops;
    struct diagnostic *diag;
    enum status status;
    bool is_round_over; /* all packets noted so far have come to their end */
};

static void moment(void *context, enum run_moment what, uint16_t queue, struct nic *nic,
                   const struct folio_region *shared)
{
    struct pass *pass = context;

    (void)what;
    (void)queue;
    if (fetch_log_turn(&pass->column->log, nic, shared) != STATUS_OK && pass->status == STATUS_OK)
        pass->status =
            diagnostic_set(pass->diag, STATUS_IO, pass->column->path.name, 0, 0,
                           "no memory for the log of %zu shared bytes", shared->size_bytes);
}

static void hop(void *context, enum run_hop where, const struct packet *packet, const char *comment)
{
    struct pass *pass = context;

    if (pass->is_round_over && pass->status == STATUS_OK)
        pass->status = net_hops_flush(pass->hops, pass->diag);
    pass->is_round_over = false;
    net_hops_note(pass->hops, where, packet, comment);
}

static void end(void *context, const struct run_end *end)
{
    struct pass *pass = context;

    pass->is_round_over = true;
    if (pass->ledger && pass->status == STATUS_OK)
        pass->status = net_ledger_put(pass->ledger, &pass->column->path, end, pass->diag);
}

static enum status packets_run(struct pass *pass, struct run *run, struct packet_player *player)
{
    struct net *net = pass->net;
    struct packet packet;
    enum status status;

    while ((status = packet_player_next(player, &packet, pass->diag)) == STATUS_OK) {
        status = run_packet(run, &packet, pass->diag);
        if (status == STATUS_OK)
            status = pass->status;
        if (status != STATUS_OK)
            return status;
        if (++net->done % PROGRESS_STEP == 0)
            cli_progress_update(&net->progress, net->done);
    }
    if (status != STATUS_END)
        return status;
    status = run_finish(run, &pass->column->result, pass->diag);
    if (status == STATUS_OK)
        status = pass->status;
    return status == STATUS_OK && pass->hops ? net_hops_flush(pass->hops, pass->diag) : status;
}

static enum status capture_run(struct pass *pass, const struct run_config *config)
{
    struct run *run;
    struct packet_player *player;
    enum status status = run_open(&run, config, pass->diag);

    if (status != STATUS_OK)
        return status;
    player = net_capture_play(&pass->net->capture, &pass->net->options, pass->diag);
    status = player ? packets_run(pass, run, player) : STATUS_BAD_INPUT;
    packet_player_close(player);
    run_close(run);
    return status;
}

enum status net_run_column(struct net *net, struct net_column *column, struct file_out *ledger,
                           struct net_hops *hops, struct diagnostic *diag)
{
    struct pass pass = {.net = net, .column = column, .ledger = ledger, .hops = hops, .diag = diag};
    struct run_config config = {
        .path = &column->path,
        .cost = &net->cost,
        .app = net->options.app,
        .keys = net->keys[0] ? net->keys : NULL,
        .work_ns = (double)net->options.work_ns,
        .seed = net->options.seed,
        .hooks = {.context = &pass, .hop = hops ? hop : NULL, .end = end},
    };
    enum status status;

    column->has_door = column->path.driver != PATH_DIRECT;
    fetch_log_begin(&column->log, NULL);
    if (column->has_door) {
        config.fetch = &column->log.base;
        config.hooks.moment = moment;
    }
    status = capture_run(&pass, &config);
    fetch_log_end(&column->log);
    return status;
}
