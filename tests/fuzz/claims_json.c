/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/claims_json.c — the reader of claims. The input is the file; what is accepted must be
 * complete, so that an experiment can be made of it. */
#include <math.h>
#include <string.h>

#include "net/claim.h"
#include "target.h"

static void claim_check(const struct claims *claims, const struct claim *claim)
{
    fuzz_expect((unsigned)claim->metric < CLAIM_METRIC_COUNT, "a metric has a word");
    fuzz_expect(claim->id[0] && claim->text[0] && claim->path[0], "no text is empty");
    fuzz_expect(claims_find(claims, claim->id) == claim, "an id is there once");
    fuzz_expect(isfinite(claim->theirs) && claim_tolerance(claim) >= 0, "numbers are numbers");
    fuzz_expect(claim->metric == CLAIM_POOL_BYTES ? claim->mbufs > 0
                                                  : claim->workload && claim->frame_bytes > 0,
                "an experiment has what it needs");
    fuzz_expect(claim->queues >= 1, "there is a queue");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diagnostic diag = {{0}};
    struct claims claims;

    if (claims_parse(&claims, (const char *)data, size, "input.json", &diag) != STATUS_OK) {
        fuzz_expect_message(&diag, "input.json");
        return 0;
    }
    for (size_t i = 0; i < claims.claim_count; i++)
        claim_check(&claims, &claims.claim[i]);
    claims_free(&claims);
    return 0;
}
