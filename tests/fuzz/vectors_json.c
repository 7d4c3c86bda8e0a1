/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/vectors_json.c — a file of known answers: refused with a clear line, or every entry is
 * counted once. */
#include <string.h>

#include "psp/vectors.h"
#include "target.h"

static void result_check(const struct vectors_result *result)
{
    size_t total = 0;

    for (unsigned i = 0; i < VECTORS_CATEGORY_COUNT; i++)
        for (unsigned j = 0; j < VECTORS_OUTCOME_COUNT; j++)
            total += result->tally[i][j];
    fuzz_expect(total == result->count, "every entry is counted once");
    for (size_t i = 0; i < result->count; i++)
        fuzz_expect((result->entry[i].outcome == VECTORS_PASSED) ==
                        (result->entry[i].text[0] == '\0'),
                    "what did not pass says why");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vectors_result result = {0};
    struct document doc;
    struct diagnostic diag = {{0}};
    enum status status = document_parse(&doc, (const char *)data, size, "vectors.json", &diag);

    if (status == STATUS_OK)
        status = vectors_check_document(&result, &doc);
    if (status == STATUS_OK)
        result_check(&result);
    else
        fuzz_expect_message(&diag, "vectors.json");
    vectors_free(&result);
    document_free(&doc);
    return 0;
}
