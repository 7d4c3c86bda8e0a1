/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/path.c — reads data paths. See path.h; the schema is specs/schema/path.json. */
#include "net/path.h"

#include <string.h>

#include "folio/descriptor.h"
#include "folio/pool.h"
#include "net/bounce.h"
#include "net/builtin.h"
#include "net/member.h"

static const char *const drivers[] = {"direct", "swiotlb", "folio", NULL};
static const char *const guests[] = {"plain", "sev", "sev-es", "snp", NULL};
static const char *const extents[] = {"no", "few", "writes", "yes", NULL};
static const char *const orders[] = {"lifo", "fifo", NULL};
static const char *const factors[PATH_FACTOR_COUNT + 1] = {
    "routing_guest",
    "routing_host",
    "emulated_interrupt",
    "encrypted_memory",
    "register_encryption",
    "bounce_allocation",
    "bounce_copy",
    "exit_state_check",
    "vc_handler",
    "rmp_check",
    "tlb_check",
    "ide",
    NULL,
};

/* In the order of Table 1. */
static const char *const columns[] = {
    "plain-virtio", "plain-sriov", "plain-dpdk", "sev-virtio",   "sev-sriov",
    "sev-es-sriov", "snp-sriov",   "snp-tio",    "snp-tio-dpdk", "folio",
};

enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

/* Every room holds as much. */
enum { HEADER_COPY_MAX = FOLIO_ROOM_BYTES_MIN - FOLIO_HEADROOM_BYTES };

_Static_assert(sizeof drivers / sizeof *drivers == PATH_DRIVER_COUNT + 1,
               "every driver has a word");
_Static_assert(sizeof guests / sizeof *guests == PATH_GUEST_COUNT + 1, "every guest has a word");
_Static_assert(sizeof extents / sizeof *extents == PATH_EXTENT_COUNT + 1,
               "every extent has a word");

const char *path_driver_name(enum path_driver driver)
{
    return (unsigned)driver < PATH_DRIVER_COUNT ? drivers[driver] : NULL;
}

const char *path_guest_name(enum path_guest guest)
{
    return (unsigned)guest < PATH_GUEST_COUNT ? guests[guest] : NULL;
}

const char *path_factor_name(enum path_factor factor)
{
    return (unsigned)factor < PATH_FACTOR_COUNT ? factors[factor] : NULL;
}

const char *path_extent_name(enum path_extent extent)
{
    return (unsigned)extent < PATH_EXTENT_COUNT ? extents[extent] : NULL;
}

const char *path_order_name(enum path_order order)
{
    return (unsigned)order < PATH_ORDER_COUNT ? orders[order] : NULL;
}

const char *path_builtin(size_t index)
{
    return index < COLUMN_COUNT ? columns[index] : NULL;
}

static bool is_column(const char *name)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (strcmp(columns[i], name) == 0)
            return true;
    return false;
}

const char *path_builtin_other(size_t index)
{
    const struct builtin_file *file = builtin_paths;

    for (; file->name; file++)
        if (!is_column(file->name) && index-- == 0)
            return file->name;
    return NULL;
}

/* Which extents a factor may have: a set of bits. */
static unsigned factor_extents(enum path_factor factor)
{
    unsigned set = 1u << EXTENT_NO | 1u << EXTENT_YES;

    if (factor == FACTOR_REGISTER_ENCRYPTION || factor == FACTOR_VC_HANDLER ||
        factor == FACTOR_TLB_CHECK)
        set |= 1u << EXTENT_FEW;
    if (factor == FACTOR_RMP_CHECK)
        set |= 1u << EXTENT_WRITES;
    return set;
}

static enum status factors_read(struct path *path, const struct place *root)
{
    struct place at, member;
    enum status status = place_member(root, "factors", JSON_OBJECT, &at);
    uint8_t word = 0;

    if (status == STATUS_OK)
        status = place_keys(&at, factors);
    for (unsigned i = 0; status == STATUS_OK && i < PATH_FACTOR_COUNT; i++) {
        status = member_word(&at, factors[i], extents, "extent", &word);
        if (status != STATUS_OK)
            break;
        (void)place_member(&at, factors[i], JSON_STRING, &member);
        if (!(factor_extents(i) >> word & 1))
            return place_fail(&member, "%s cannot be \"%s\"; expected yes or no%s", factors[i],
                              extents[word],
                              i == FACTOR_RMP_CHECK                  ? ", or writes"
                              : factor_extents(i) & 1u << EXTENT_FEW ? ", or few"
                                                                     : "");
        path->factor[i] = (enum path_extent)word;
    }
    return status;
}

static enum status exits_read(struct path *path, const struct place *root)
{
    static const char *const keys[] = {"per_interrupt", "per_notification", NULL};
    struct place at;
    uint64_t interrupt = 0, notification = 0;
    enum status status = place_member(root, "exits", JSON_OBJECT, &at);

    if (status == STATUS_OK)
        status = place_keys(&at, keys);
    if (status == STATUS_OK)
        status = member_integer(&at, "per_interrupt", 0, 1000, &interrupt);
    if (status == STATUS_OK)
        status = member_integer(&at, "per_notification", 0, 1000, &notification);
    path->exits_per_interrupt = (uint32_t)interrupt;
    path->exits_per_notification = (uint32_t)notification;
    return status;
}

static enum status pool_read(struct path *path, const struct place *root)
{
    static const char *const keys[] = {"order", "mbufs", "room_bytes", NULL};
    struct place at, member;
    uint64_t mbufs = 0, room = 0;
    uint8_t order = 0;
    enum status status = place_member(root, "pool", JSON_OBJECT, &at);

    if (status == STATUS_OK)
        status = place_keys(&at, keys);
    if (status == STATUS_OK)
        status = member_word(&at, "order", orders, "order", &order);
    if (status == STATUS_OK)
        status = member_integer(&at, "mbufs", 3, 1 << 20, &mbufs);
    if (status == STATUS_OK)
        status =
            member_integer(&at, "room_bytes", FOLIO_ROOM_BYTES_MIN, FOLIO_ROOM_BYTES_JUMBO, &room);
    if (status == STATUS_OK && room % FOLIO_ROOM_BYTES_STEP != 0) {
        (void)place_member(&at, "room_bytes", JSON_INTEGER, &member);
        return place_fail(&member, "room_bytes is %u; expected a multiple of %d", (unsigned)room,
                          FOLIO_ROOM_BYTES_STEP);
    }
    path->order = (enum path_order)order;
    path->pool_mbufs = (uint32_t)mbufs;
    path->room_bytes = (uint32_t)room;
    return status;
}

static enum status ring_read(struct path *path, const struct place *root)
{
    struct place member;
    uint64_t queues = 0, burst = 0, ring = 0;
    enum status status = member_integer(root, "queues", 1, PATH_QUEUES_MAX, &queues);

    if (status == STATUS_OK)
        status = member_integer(root, "burst", 1, PATH_BURST_MAX, &burst);
    if (status == STATUS_OK)
        status = member_integer(root, "ring_size", FOLIO_RING_SIZE_MIN, FOLIO_RING_SIZE_MAX, &ring);
    if (status == STATUS_OK && ring % FOLIO_RING_SIZE_STEP != 0) {
        (void)place_member(root, "ring_size", JSON_INTEGER, &member);
        return place_fail(&member, "ring_size is %u; expected a multiple of %d", (unsigned)ring,
                          FOLIO_RING_SIZE_STEP);
    }
    path->queues = (uint16_t)queues;
    path->burst = (uint16_t)burst;
    path->ring_size = (uint32_t)ring;
    return status;
}

static enum status bounce_read(struct path *path, const struct place *root)
{
    static const char *const keys[] = {"bytes", "areas", "map_copy", NULL};
    struct place at, member;
    uint64_t bytes = 0, areas = 0;
    enum status status = place_optional(root, "bounce", JSON_OBJECT, &at);

    if (status != STATUS_OK)
        return status;
    if (path->driver != PATH_SWIOTLB)
        return at.value ? place_fail(&at, "a bounce pool; expected none with driver %s",
                                     drivers[path->driver])
                        : STATUS_OK;
    status = place_member(root, "bounce", JSON_OBJECT, &at);
    if (status == STATUS_OK)
        status = place_keys(&at, keys);
    if (status == STATUS_OK)
        status = member_integer(&at, "bytes", BOUNCE_SEGMENT_BYTES, UINT64_C(1) << 30, &bytes);
    if (status == STATUS_OK)
        status = member_integer(&at, "areas", 1, BOUNCE_AREAS_MAX, &areas);
    if (status == STATUS_OK)
        status = member_switch(&at, "map_copy", &path->bounce_map_copy);
    if (status != STATUS_OK)
        return status;
    (void)place_member(&at, "areas", JSON_INTEGER, &member);
    if ((areas & (areas - 1)) != 0)
        return place_fail(&member, "areas is %u; expected a power of two", (unsigned)areas);
    (void)place_member(&at, "bytes", JSON_INTEGER, &member);
    if (bytes % (areas * BOUNCE_SEGMENT_BYTES) != 0)
        return place_fail(&member, "bytes do not divide into %u areas; expected a multiple of %u",
                          (unsigned)areas, (unsigned)areas * BOUNCE_SEGMENT_BYTES);
    path->bounce_bytes = bytes;
    path->bounce_areas = (uint32_t)areas;
    return STATUS_OK;
}

/* Folio's optional features: all off without the member. */
static enum status folio_read(struct path *path, const struct place *root)
{
    static const char *const keys[] = {"header_copy_bytes", "single_fetch", "egress_guard", NULL};
    struct place at, member;
    uint64_t header = 0;
    enum status status = place_optional(root, "folio", JSON_OBJECT, &at);

    if (status != STATUS_OK || !at.value)
        return status;
    if (path->driver != PATH_FOLIO)
        return place_fail(&at, "options of Folio; expected none with driver %s",
                          drivers[path->driver]);
    status = place_keys(&at, keys);
    if (status == STATUS_OK)
        status = member_integer(&at, "header_copy_bytes", 0, HEADER_COPY_MAX, &header);
    if (status == STATUS_OK)
        status = member_switch(&at, "single_fetch", &path->single_fetch);
    if (status == STATUS_OK)
        status = member_switch(&at, "egress_guard", &path->egress_guard);
    if (status != STATUS_OK)
        return status;
    (void)place_member(&at, "header_copy_bytes", JSON_INTEGER, &member);
    if (header != 0 && header < FOLIO_ETHERNET_BYTES)
        return place_fail(&member, "header_copy_bytes is %u; expected 0, or %d to %d",
                          (unsigned)header, FOLIO_ETHERNET_BYTES, HEADER_COPY_MAX);
    if (header != 0 && path->single_fetch)
        return place_fail(&member, "header_copy_bytes with single_fetch; expected one of the two: "
                                   "what is decrypted is copied whole");
    path->header_copy_bytes = (uint32_t)header;
    return STATUS_OK;
}

/* What a driver really does, and so what its two switches must say. */
static enum status driver_agree(const struct path *path, const struct place *root)
{
    static const struct {
        enum path_extent allocation, copy;
    } facts[PATH_DRIVER_COUNT] = {
        [PATH_DIRECT] = {EXTENT_NO, EXTENT_NO},
        [PATH_SWIOTLB] = {EXTENT_YES, EXTENT_YES},
        [PATH_FOLIO] = {EXTENT_NO, EXTENT_YES},
    };
    enum path_extent allocation = facts[path->driver].allocation, copy = facts[path->driver].copy;
    struct place at;

    (void)place_member(root, "driver", JSON_STRING, &at);
    if (path->factor[FACTOR_BOUNCE_ALLOCATION] == allocation &&
        path->factor[FACTOR_BOUNCE_COPY] == copy)
        return STATUS_OK;
    return place_fail(
        &at, "driver %s with bounce_allocation %s and bounce_copy %s; expected %s and %s",
        drivers[path->driver], extents[path->factor[FACTOR_BOUNCE_ALLOCATION]],
        extents[path->factor[FACTOR_BOUNCE_COPY]], extents[allocation], extents[copy]);
}

/* Switches that exclude each other. */
static enum status path_agree(const struct path *path, const struct place *root)
{
    struct place at;

    (void)place_member(root, "guest", JSON_STRING, &at);
    if (path->is_trusted && path->guest != PATH_SNP)
        return place_fail(&at, "a trusted device in a guest that is %s; expected snp",
                          guests[path->guest]);
    (void)place_member(root, "driver", JSON_STRING, &at);
    if (path->is_trusted && path->driver != PATH_DIRECT)
        return place_fail(&at, "a trusted device with driver %s; expected direct",
                          drivers[path->driver]);
    return driver_agree(path, root);
}

static enum status head_read(struct path *path, const struct place *root)
{
    static const char *const letters[] = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", NULL};
    struct place at;
    uint8_t driver = 0, guest = 0, letter = 0;
    enum status status = member_format(root, "cvm-path", "1.0");

    if (status == STATUS_OK)
        status = member_copy(root, "name", path->name, sizeof path->name);
    if (status == STATUS_OK)
        status = member_copy(root, "title", path->title, sizeof path->title);
    if (status == STATUS_OK)
        status = place_optional(root, "column", JSON_STRING, &at);
    if (status == STATUS_OK && at.value) {
        status = place_word(&at, letters, "column", &letter);
        path->column[0] = letters[letter][0];
    }
    if (status == STATUS_OK)
        status = member_word(root, "driver", drivers, "driver", &driver);
    if (status == STATUS_OK)
        status = member_word(root, "guest", guests, "guest", &guest);
    if (status == STATUS_OK)
        status = member_switch(root, "trusted_device", &path->is_trusted);
    path->driver = (enum path_driver)driver;
    path->guest = (enum path_guest)guest;
    return status;
}

static enum status path_read(struct path *out, struct document *doc)
{
    static const char *const keys[] = {
        "$schema", "format",    "version",        "name",    "title", "column", "note",
        "driver",  "guest",     "trusted_device", "factors", "exits", "pool",   "queues",
        "burst",   "ring_size", "bounce",         "folio",   NULL,
    };
    struct path path = {.name = ""};
    struct place root = document_root(doc), note;
    enum status status = place_keys(&root, keys);

    if (status == STATUS_OK)
        status = head_read(&path, &root);
    if (status == STATUS_OK)
        status = place_optional(&root, "note", JSON_STRING, &note);
    if (status == STATUS_OK)
        status = factors_read(&path, &root);
    if (status == STATUS_OK)
        status = exits_read(&path, &root);
    if (status == STATUS_OK)
        status = pool_read(&path, &root);
    if (status == STATUS_OK)
        status = ring_read(&path, &root);
    if (status == STATUS_OK)
        status = bounce_read(&path, &root);
    if (status == STATUS_OK)
        status = folio_read(&path, &root);
    if (status == STATUS_OK)
        status = path_agree(&path, &root);
    if (status == STATUS_OK)
        *out = path;
    return status;
}

enum status path_parse(struct path *path, const char *text, size_t size, const char *label,
                       struct diagnostic *diag)
{
    struct document doc;
    enum status status = document_parse(&doc, text, size, label, diag);

    if (status != STATUS_OK)
        return status;
    status = path_read(path, &doc);
    document_free(&doc);
    return status;
}

enum status path_open(struct path *path, const char *name, struct diagnostic *diag)
{
    struct document doc;
    enum status status;

    if (strlen(name) == 1 && name[0] >= 'A' && name[0] < 'A' + COLUMN_COUNT)
        name = columns[name[0] - 'A'];
    status = builtin_open(&doc, builtin_paths, "paths", "path", name, diag);
    if (status != STATUS_OK)
        return status;
    status = path_read(path, &doc);
    document_free(&doc);
    return status;
}
