/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/rmp_ops.c — the RMP beside the reference model of tests/unit/rmp_reference.h. The
 * input is a script (script.h) of operations; after each both must agree and the walker be content.
 */
#include "../unit/rmp_step.h"
#include "script.h"
#include "target.h"

enum { STEPS_MAX = 4096 };

static unsigned script_choose(void *context, unsigned bound)
{
    return script_below(context, bound);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct rmp_twin twin;
    struct script script = {data, data + size};
    struct rmp_choice choice = {.below = script_choose, .context = &script};
    spa_t page;

    fuzz_expect(twin_begin(&twin), "there is memory for a table");
    for (unsigned i = 0; i < STEPS_MAX && (!script_ended(&script) || choice.sweep_left); i++) {
        struct rmp_step step = step_draw(&twin, &choice);
        struct rmp_end end;
        const char *broken = twin_step(&twin, &step, &end);

        fuzz_expect(!broken, broken);
        fuzz_expect(rmp_check_all(&twin.rmp, &page) == STATUS_OK, "every entry has a state");
    }
    fuzz_expect(twin_compare_pages(&twin, 0, TWIN_PAGES) == NULL, "no other page has changed");
    rmp_destroy(&twin.rmp);
    return 0;
}
