/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/app.h — what runs on top of a data path: an application takes bursts of packets and gives
 * back those to be sent. It sees folio's mbufs on every path and does not know which path it is:
 * on Folio they are shadow mbufs, on a direct path their data lies where the device put it.
 * An application is guest code: it is trusted, and what it reads is not. */
#ifndef CVMLAB_SIM_NET_APP_H
#define CVMLAB_SIM_NET_APP_H

#include "base/diagnostic.h"
#include "folio/pool.h"
#include "folio/protect.h"

/* The most packets that one burst may bring forth. */
enum { APP_OUT_MAX = 256 };

/* Why an application did not answer a packet. CONSUMED is as it should be (delivered); the others
 * are drops, counted under "app_NAME". */
enum app_verdict {
    APP_ANSWERED, /* what it sent (or will send) belongs to this packet */
    APP_CONSUMED, /* delivered; needs no answer */
    APP_NOT_MINE, /* another protocol, port or direction */
    APP_MALFORMED,
    APP_UNAUTHENTIC, /* the tag is wrong */
    APP_REPLAYED,    /* inside or below the anti-replay window */
    APP_NO_KEY,      /* no such SPI */
    APP_NO_MBUF,     /* the pool was empty */
    APP_VERDICT_COUNT
};

/* "not_mine" */
const char *app_verdict_name(enum app_verdict verdict);

/* What the loop knows of a packet while it is in the guest; mbuf->attachment points to it. NULL for
 * an mbuf that the application allocated itself. An application calls the functions below and
 * leaves the attachment alone. */
struct app_packet {
    enum app_verdict verdict; /* APP_ANSWERED until somebody says otherwise */
    uint64_t id;              /* the capture's number */
    uint64_t time_ns;         /* arrival, for timers and windows; deterministic */
    uint32_t crypto_calls, crypto_bytes;
};

/* Sums of one application over its life. */
struct app_stats {
    uint64_t packets;                    /* taken */
    uint64_t verdict[APP_VERDICT_COUNT]; /* of them */
    uint64_t created;                    /* mbufs sent that were no packet taken */
    uint64_t crypto_calls, crypto_bytes;
    uint64_t check_failures; /* the application's own end-to-end check said no */
};

struct app;

struct app_ops {
    /* Takes count mbufs of a queue (1 to FOLIO_BURST_MAX), which now belong to the application, and
     * writes those to be sent, in order, to out (APP_OUT_MAX of them); returns how many. Every mbuf
     * taken is either in out or was ended with app_end. May change data, data_len and (for the
     * room in front) the data pointer within the mbuf's room, and allocate more from app->pool.
     * Does not wait, does not allocate memory. */
    uint16_t (*burst)(struct app *app, uint16_t queue, struct folio_mbuf **mbufs, uint16_t count,
                      struct folio_mbuf **out);
    /* Frees. */
    void (*close)(struct app *app);
};

/* An application embeds this as its first member. */
struct app {
    const struct app_ops *ops;
    struct folio_pool *pool; /* to allocate answers from; set by the loop before the first burst */
    struct folio_decrypt *decrypt; /* opens packets while Folio copies them; NULL: none. Set by open
                                      if it was asked for and the kind has keys */
    struct app_stats stats;
};

struct app_config {
    const char *keys;   /* a file of keys, for applications that need one; NULL: none given */
    const char *crypto; /* who encrypts, as aead_library_find; NULL: the faster one */
    uint16_t queue_count;
    uint32_t room_bytes;  /* largest frame that it may build */
    bool accepts_replays; /* no anti-replay check: the same packets are played again and again */
    bool opens_in_copy;   /* packets arrive opened by app->decrypt (path.h, single_fetch) */
};

/* A kind of application. */
struct app_kind {
    const char *name; /* "macswap" */
    const char *summary;
    bool needs_keys;
    bool reads_payloads; /* looks at more than a frame's first bytes */
    /* Makes one. NULL: *status and diag say why (a bad keys file, no memory). */
    struct app *(*open)(const struct app_config *config, enum status *status,
                        struct diagnostic *diag);
};

/* All kinds, NULL at the end; and the one of this name, or NULL. */
extern const struct app_kind *const app_kinds[];
const struct app_kind *app_find(const char *name);

/* Ends a packet that is not sent: counts verdict (not APP_ANSWERED), notes it, frees the mbuf. */
void app_end(struct app *app, struct folio_mbuf *mbuf, enum app_verdict verdict);

/* Notes one operation on size_bytes for the packet (packet's mbuf may be any that belongs to it).
 */
static inline void app_crypto(struct app *app, struct folio_mbuf *mbuf, uint32_t size_bytes)
{
    struct app_packet *packet = mbuf->attachment;

    app->stats.crypto_calls++;
    app->stats.crypto_bytes += size_bytes;
    if (packet) {
        packet->crypto_calls++;
        packet->crypto_bytes += size_bytes;
    }
}

#endif
