/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net.h — `cvmlab net`: a capture through one data path, or through several, and what came
 * of it. net.c is the order of events, net_options.c the command line, net_capture.c the packets,
 * net_run.c the accounted pass, net_measure.c the timed one, net_ledger.c and net_hops.c the two
 * files it can write, net_print.c and net_json.c what it shows. */
#ifndef CVMLAB_SIM_CLI_NET_H
#define CVMLAB_SIM_CLI_NET_H

#include <stdio.h>

#include "base/file_out.h"
#include "cli/bench_row.h"
#include "cli/cli.h"
#include "cli/shipped.h"
#include "net/fetch_log.h"
#include "net/run.h"
#include "trace/packet_in.h"
#include "trace/packet_player.h"

/* The two that every path is held against: what the paper takes for trusted I/O (DPDK in a guest
 * that is not confidential), and trusted I/O as a model, with link encryption. */
enum net_ideal { IDEAL_PAPER, IDEAL_TIO, IDEAL_COUNT };

enum {
    NET_SHOWN_MAX = 16,
    NET_COLUMNS_MAX = NET_SHOWN_MAX + IDEAL_COUNT,
    NET_LOOPS_MAX = 1000,
};

/* The command line. */
struct net_options {
    const char *capture; /* as given; "-" is standard input */
    const char *path[NET_SHOWN_MAX];
    size_t path_count;
    bool is_compared;
    const struct app_kind *app;
    const char *machine, *keys; /* keys NULL: the shipped ones */
    uint64_t queues, pool;      /* 0: the path's own */
    bool is_cold;
    uint64_t loops;       /* of the timed pass; 0: none */
    uint64_t rate, burst; /* packets per second; 0: at the capture's own times */
    uint64_t work_ns, seed;
    const char *ledger, *output;
    bool is_list, is_json;
};

/* What is played. */
struct net_capture {
    char path[SHIPPED_PATH_BYTES];
    struct packet_capture found; /* what a first reading met: all of it is sound */
    uint64_t first_ns, last_ns;
    uint32_t longest_bytes;
    struct packet_set *set; /* all packets: with --loop, and of standard input; else NULL */
};

/* Over all rounds: a quarter of them lies below low, a quarter above high. */
struct net_spread {
    double low, median, high;
};

/* Timed. */
struct net_measured {
    struct net_spread guest_ns, device_ns;       /* per packet that the guest received */
    struct net_spread loss_percent[IDEAL_COUNT]; /* of packets per second, paired */
};

/* One path. */
struct net_column {
    struct path path;
    struct run_result result;
    struct fetch_log log; /* its findings; the rest was freed */
    bool has_door;        /* all shared memory is read through the fetch door, so log knows */
    struct net_measured measured;
};

struct net {
    struct net_options options;
    struct net_capture capture;
    struct cost cost;
    char keys[SHIPPED_PATH_BYTES]; /* "": none needed */
    struct net_column *column;     /* NET_COLUMNS_MAX; shown first, then ideals not among them */
    size_t shown, count;
    size_t ideal[IDEAL_COUNT]; /* index of their columns */
    struct cli_progress progress;
    uint64_t done; /* packets played, of all passes */
};

/* net_options.c */

/* As cli_verb.argp; its input is a struct net_options. */
extern const struct argp net_argp;

/* What is there to choose from, on standard output. */
void net_options_list(void);

/* net_capture.c */

/* Finds the capture (a file, "-", or the name of a shipped one) and reads it to its end, so that
 * whatever is wrong with it is said before anything is written. Keeps its packets if asked to.
 * STATUS_BAD_INPUT or STATUS_IO with diag: as packet_reader_next, or it holds no packet. */
enum status net_capture_open(struct net_capture *capture, const struct net_options *options,
                             struct diagnostic *diag);

/* Plays it once, at the times that the options ask for. NULL and diag on failure. The caller closes
 * it. */
struct packet_player *net_capture_play(const struct net_capture *capture,
                                       const struct net_options *options, struct diagnostic *diag);

/* Frees what it holds. */
void net_capture_close(struct net_capture *capture);

/* Prints the names of the shipped captures, one a line. */
void net_captures_list(void);

/* net_ledger.c: one JSON line per packet. */

/* Opens the file and writes its first line. NULL and diag on failure. */
struct file_out *net_ledger_create(const struct net *net, struct diagnostic *diag);

/* One packet. STATUS_IO with diag. */
enum status net_ledger_put(struct file_out *file, const struct path *path,
                           const struct run_end *end, struct diagnostic *diag);

/* net_hops.c: every packet at every hop, as pcapng. */
struct net_hops;

/* Opens options->output. NULL and diag on failure. */
struct net_hops *net_hops_create(const struct net *net, struct diagnostic *diag);

/* A packet at a hop, as run_hooks.hop. Errors come with the flush. */
void net_hops_note(struct net_hops *hops, enum run_hop hop, const struct packet *packet,
                   const char *comment);

/* Writes what was noted, in the order of time and packets. To be called when all packets noted have
 * come to their end. STATUS_IO with diag. */
enum status net_hops_flush(struct net_hops *hops, struct diagnostic *diag);

/* The file appears, hops is freed, also on failure. */
enum status net_hops_commit(struct net_hops *hops, struct diagnostic *diag);

/* Removes the file and frees; NULL is allowed. */
void net_hops_abandon(struct net_hops *hops);

/* net_run.c: the accounted pass of one column. ledger and hops: where to, or NULL. Errors are those
 * of run.h, of the capture, and of the files. */
enum status net_run_column(struct net *net, struct net_column *column, struct file_out *ledger,
                           struct net_hops *hops, struct diagnostic *diag);

/* net_measure.c: times all columns, in turn within each round. STATUS_BAD_INPUT: no packet reaches
 * a guest. */
enum status net_measure(struct net *net, struct diagnostic *diag);

/* net_figure.c: numbers that are shown, from what was counted. Per packet that the guest received,
 * unless they say otherwise; 0 if there is none. */
double net_per_received(const struct net_column *column, double sum);
double net_copies_rx(const struct net_column *column);
double net_copies_tx(const struct net_column *column); /* per packet sent */

/* Modelled: what the page state changes of opening the path take. */
double net_setup_ns(const struct net *net, const struct net_column *column);

/* Modelled: rate lost, rate of one core lost, and mean latency gained, round trip of the machine
 * included, in percent against an ideal. */
struct net_gap {
    double rate, core, latency;
};
struct net_gap net_gap_of(const struct net *net, const struct net_column *column,
                          enum net_ideal ideal);
const char *net_ideal_name(enum net_ideal ideal);

/* Whether something is wrong with a column: a mismatch, or a byte that was read twice. */
bool net_column_has_finding(const struct net_column *column);

/* net_print.c and net_json.c: for a person, for a program, on standard output. Findings: a line for
 * each, with both places of a byte that was read twice. */
void net_print(const struct net *net);
void net_print_findings(const struct net *net, FILE *out);
enum status net_json(const struct net *net);

#endif
