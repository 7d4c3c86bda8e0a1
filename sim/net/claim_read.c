/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/claim_read.c — reads a file of claims. The schema is specs/schema/claims.json. */
#include <stdlib.h>
#include <string.h>

#include "net/builtin.h"
#include "net/claim_words.h"
#include "net/member.h"

enum { CLAIMS_MAX = 1000, QUEUES_MAX = 16, MBUFS_MAX = 1 << 24 };
#define PACKETS_PER_SECOND_MAX 1e9

/* What an experiment is told, as bits. */
enum need {
    NEED_AGAINST = 1 << 0,
    NEED_WORKLOAD = 1 << 1, /* and frame_bytes */
    NEED_RATE = 1 << 2,     /* packets_per_second */
    NEED_MBUFS = 1 << 3,
    MAY_AGAINST_WORKLOAD = 1 << 4,
    MAY_QUEUES = 1 << 5,
    MAY_ROUND_TRIP = 1 << 6,
    MAY_POOLS = 1 << 7,
};

enum {
    NEEDS_LATENCY =
        NEED_AGAINST | NEED_WORKLOAD | NEED_RATE | MAY_QUEUES | MAY_ROUND_TRIP | MAY_POOLS,
    NEEDS_RATE = NEED_AGAINST | NEED_WORKLOAD | MAY_AGAINST_WORKLOAD | MAY_QUEUES | MAY_POOLS,
};

static const unsigned needs[CLAIM_METRIC_COUNT] = {
    [CLAIM_LATENCY_MEAN_RATIO] = NEEDS_LATENCY,
    [CLAIM_LATENCY_MEDIAN_RATIO] = NEEDS_LATENCY,
    [CLAIM_LATENCY_MEAN_GAP] = NEEDS_LATENCY,
    [CLAIM_RATE_RATIO] = NEEDS_RATE,
    [CLAIM_RATE_LOSS] = NEEDS_RATE,
    [CLAIM_PAYLOAD_RATE] = NEED_WORKLOAD | MAY_QUEUES | MAY_POOLS,
    [CLAIM_POOL_BYTES] = NEED_MBUFS,
    [CLAIM_COPIES_RX] = NEED_WORKLOAD,
    [CLAIM_COPIES_TX] = NEED_WORKLOAD,
};

/* The keys that not every metric has use for. */
static const struct {
    const char *key;
    unsigned needs;
} conditional[] = {
    {"against", NEED_AGAINST},
    {"workload", NEED_WORKLOAD},
    {"frame_bytes", NEED_WORKLOAD},
    {"against_workload", MAY_AGAINST_WORKLOAD},
    {"against_frame_bytes", MAY_AGAINST_WORKLOAD},
    {"packets_per_second", NEED_RATE},
    {"mbufs", NEED_MBUFS},
    {"queues", MAY_QUEUES},
    {"round_trip_ns", MAY_ROUND_TRIP},
    {"pools", MAY_POOLS},
};

static bool is_there(const struct place *at, const char *key)
{
    return json_object_get(at->value, key) != NULL;
}

static enum status keys_check(const struct place *at, enum claim_metric metric)
{
    static const char *const members[] = {"id",
                                          "claim",
                                          "where",
                                          "theirs",
                                          "unit",
                                          "basis",
                                          "relation",
                                          "metric",
                                          "evidence",
                                          "path",
                                          "against",
                                          "workload",
                                          "against_workload",
                                          "frame_bytes",
                                          "queues",
                                          "mbufs",
                                          "pools",
                                          "round_trip_ns",
                                          "packets_per_second",
                                          "cause",
                                          "fitted",
                                          "against_frame_bytes",
                                          NULL};
    enum status status = place_keys(at, members);

    for (size_t i = 0; status == STATUS_OK && i < sizeof conditional / sizeof *conditional; i++)
        if (is_there(at, conditional[i].key) && !(needs[metric] & conditional[i].needs))
            return place_fail(at, "key \"%s\" has no meaning for the metric \"%s\"; expected none",
                              conditional[i].key, claim_metric_name(metric));
    return status;
}

static enum status fixed_word(const struct place *at, const char *key, const char *word)
{
    const char *const words[] = {word, NULL};
    uint8_t ignored;

    return member_word(at, key, words, key, &ignored);
}

/* What every claim has. */
static enum status claim_head(struct claim *claim, const struct place *at)
{
    static const char *const bases[] = {"quoted", "derived", NULL};
    uint8_t metric = 0, relation = 0, basis = 0;
    enum status status = member_word(at, "metric", claim_metrics, "metric", &metric);

    claim->metric = (enum claim_metric)metric;
    if (status == STATUS_OK)
        status = keys_check(at, claim->metric);
    if (status == STATUS_OK)
        status = member_copy(at, "id", claim->id, sizeof claim->id);
    if (status == STATUS_OK)
        status = member_copy(at, "claim", claim->text, sizeof claim->text);
    if (status == STATUS_OK)
        status = member_copy(at, "where", claim->where, sizeof claim->where);
    if (status == STATUS_OK && is_there(at, "cause"))
        status = member_copy(at, "cause", claim->cause, sizeof claim->cause);
    if (status == STATUS_OK && is_there(at, "fitted"))
        status = member_copy(at, "fitted", claim->fitted, sizeof claim->fitted);
    if (status == STATUS_OK)
        status = member_real(at, "theirs", &claim->theirs);
    if (status == STATUS_OK)
        status = member_word(at, "relation", claim_relations, "relation", &relation);
    if (status == STATUS_OK)
        status = member_word(at, "basis", bases, "basis", &basis);
    if (status == STATUS_OK)
        status = fixed_word(at, "unit", claim_unit(claim->metric));
    if (status == STATUS_OK)
        status = fixed_word(at, "evidence", claim_evidence_name(claim_evidence_of(claim->metric)));
    claim->relation = (enum claim_relation)relation;
    claim->basis = (enum cost_basis)basis;
    return status;
}

static enum status workload_find(const struct claims *claims, const struct place *at,
                                 const char *key, const struct workload **out)
{
    char name[CLAIM_WORD_BYTES];
    struct place value;
    enum status status = member_copy(at, key, name, sizeof name);

    if (status != STATUS_OK)
        return status;
    *out = claims_workload(claims, name);
    if (*out)
        return STATUS_OK;
    (void)place_member(at, key, JSON_STRING, &value);
    return place_fail(&value, "unknown workload \"%s\"; expected one of \"workloads\"", name);
}

static enum status integer_read(const struct place *at, const char *key, uint32_t least,
                                uint32_t most, uint32_t *out)
{
    uint64_t value = 0;
    enum status status = member_integer(at, key, least, most, &value);

    if (status == STATUS_OK)
        *out = (uint32_t)value;
    return status;
}

static enum status rate_read(struct claim *claim, const struct place *at)
{
    struct place value;
    enum status status = member_real(at, "packets_per_second", &claim->packets_per_second);

    if (status != STATUS_OK)
        return status;
    if (claim->packets_per_second >= 1 && claim->packets_per_second <= PACKETS_PER_SECOND_MAX)
        return STATUS_OK;
    (void)place_member(at, "packets_per_second",
                       json_typeof(json_object_get(at->value, "packets_per_second")), &value);
    return place_fail(&value, "%g packets per second; expected 1 to %g", claim->packets_per_second,
                      PACKETS_PER_SECOND_MAX);
}

/* What the metric must have. */
static enum status claim_experiment(struct claim *claim, const struct claims *claims,
                                    const struct place *at)
{
    unsigned need = needs[claim->metric];
    enum status status = member_copy(at, "path", claim->path, sizeof claim->path);

    if (status == STATUS_OK && (need & NEED_AGAINST))
        status = member_copy(at, "against", claim->against, sizeof claim->against);
    if (status == STATUS_OK && (need & NEED_WORKLOAD))
        status = workload_find(claims, at, "workload", &claim->workload);
    if (status == STATUS_OK && (need & NEED_WORKLOAD))
        status = integer_read(at, "frame_bytes", CLAIM_FRAME_BYTES_MIN, CLAIM_FRAME_BYTES_MAX,
                              &claim->frame_bytes);
    if (status == STATUS_OK && (need & NEED_RATE))
        status = rate_read(claim, at);
    if (status == STATUS_OK && (need & NEED_MBUFS))
        status = integer_read(at, "mbufs", 2, MBUFS_MAX, &claim->mbufs);
    return status;
}

/* What it may have. */
static enum status claim_options(struct claim *claim, const struct claims *claims,
                                 const struct place *at)
{
    static const char *const pools[] = {"warm", "cold", NULL};
    enum status status = STATUS_OK;
    uint8_t pool = 0;

    claim->queues = 1;
    claim->against_workload = claim->workload;
    claim->against_frame_bytes = claim->frame_bytes;
    if (is_there(at, "queues"))
        status = integer_read(at, "queues", 1, QUEUES_MAX, &claim->queues);
    if (status == STATUS_OK && is_there(at, "round_trip_ns"))
        status = member_real(at, "round_trip_ns", &claim->round_trip_ns);
    if (status == STATUS_OK && is_there(at, "pools"))
        status = member_word(at, "pools", pools, "pools", &pool);
    if (status == STATUS_OK && is_there(at, "against_workload"))
        status = workload_find(claims, at, "against_workload", &claim->against_workload);
    if (status == STATUS_OK && is_there(at, "against_frame_bytes"))
        status = integer_read(at, "against_frame_bytes", CLAIM_FRAME_BYTES_MIN,
                              CLAIM_FRAME_BYTES_MAX, &claim->against_frame_bytes);
    claim->is_cold = pool == 1;
    return status;
}

static enum status claim_read(struct claims *claims, const struct place *at)
{
    struct claim *claim = &claims->claim[claims->claim_count];
    enum status status = json_is_object(at->value) ? claim_head(claim, at)
                                                   : place_fail(at, "no object; expected a claim");

    if (status == STATUS_OK)
        status = claim_experiment(claim, claims, at);
    if (status == STATUS_OK)
        status = claim_options(claim, claims, at);
    if (status == STATUS_OK && claims_find(claims, claim->id))
        status =
            place_fail(at, "the id \"%s\" is there already; expected one claim of it", claim->id);
    if (status == STATUS_OK)
        claims->claim_count++;
    return status;
}

static enum status workload_read(struct claims *claims, const struct place *at)
{
    static const char *const members[] = {"name",   "title",     "app", "work_ns",
                                          "source", "crossover", NULL};
    struct workload *workload = &claims->workload[claims->workload_count];
    enum status status = json_is_object(at->value)
                             ? place_keys(at, members)
                             : place_fail(at, "no object; expected a workload");

    if (status == STATUS_OK)
        status = member_copy(at, "name", workload->name, sizeof workload->name);
    if (status == STATUS_OK)
        status = member_copy(at, "title", workload->title, sizeof workload->title);
    if (status == STATUS_OK)
        status = member_copy(at, "app", workload->app, sizeof workload->app);
    if (status == STATUS_OK)
        status = member_real(at, "work_ns", &workload->work_ns);
    if (status == STATUS_OK)
        status = member_copy(at, "source", workload->source, sizeof workload->source);
    if (status == STATUS_OK)
        status = member_switch(at, "crossover", &workload->is_crossed);
    if (status == STATUS_OK && claims_workload(claims, workload->name))
        status = place_fail(at, "the workload \"%s\" is there already; expected one of it",
                            workload->name);
    if (status == STATUS_OK)
        claims->workload_count++;
    return status;
}

/* The list named key, of 1 to CLAIMS_MAX elements, and zeroed room for them in *room. */
static enum status list_begin(const struct place *root, const char *key, size_t item_bytes,
                              struct place *list, void **room)
{
    enum status status = place_member(root, key, JSON_ARRAY, list);
    size_t count = status == STATUS_OK ? json_array_size(list->value) : 0;

    if (status != STATUS_OK)
        return status;
    if (count < 1 || count > CLAIMS_MAX)
        return place_fail(list, "%zu %s; expected 1 to %d", count, key, CLAIMS_MAX);
    *room = calloc(count, item_bytes);
    if (!*room)
        return diagnostic_set(root->doc->diag, STATUS_IO, root->doc->name, 0, 0, "no memory");
    return STATUS_OK;
}

static enum status workloads_read(struct claims *claims, const struct place *root)
{
    void *room = NULL;
    struct place list;
    enum status status = list_begin(root, "workloads", sizeof *claims->workload, &list, &room);

    claims->workload = room;
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(list.value); i++) {
        struct place item = place_element(&list, i);

        status = workload_read(claims, &item);
    }
    return status;
}

static enum status claims_read(struct claims *claims, const struct place *root)
{
    void *room = NULL;
    struct place list;
    enum status status = list_begin(root, "claims", sizeof *claims->claim, &list, &room);

    claims->claim = room;
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(list.value); i++) {
        struct place item = place_element(&list, i);

        status = claim_read(claims, &item);
    }
    return status;
}

static enum status file_read(struct claims *claims, struct document *doc)
{
    static const char *const members[] = {"$schema",   "format", "version", "source",
                                          "workloads", "claims", NULL};
    struct place root = document_root(doc);
    enum status status = place_keys(&root, members);

    memset(claims, 0, sizeof *claims);
    if (status == STATUS_OK)
        status = member_format(&root, CLAIMS_FORMAT, CLAIMS_VERSION);
    if (status == STATUS_OK)
        status = member_copy(&root, "source", claims->source, sizeof claims->source);
    if (status == STATUS_OK)
        status = workloads_read(claims, &root);
    if (status == STATUS_OK)
        status = claims_read(claims, &root);
    if (status != STATUS_OK)
        claims_free(claims);
    return status;
}

enum status claims_parse(struct claims *claims, const char *text, size_t size, const char *label,
                         struct diagnostic *diag)
{
    struct document doc;
    enum status status = document_parse(&doc, text, size, label, diag);

    if (status != STATUS_OK)
        return status;
    status = file_read(claims, &doc);
    document_free(&doc);
    return status;
}

enum status claims_open(struct claims *claims, const char *path, struct diagnostic *diag)
{
    const struct builtin_file *file = &builtin_claims[0];
    struct document doc;
    enum status status;

    if (!path)
        return claims_parse(claims, (const char *)file->data, file->size, "specs/claims.json",
                            diag);
    status = document_read(&doc, path, diag);
    if (status != STATUS_OK)
        return status;
    status = file_read(claims, &doc);
    document_free(&doc);
    return status;
}
