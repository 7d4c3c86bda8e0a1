/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/machine_json.c — the reader of machine specs. A spec that is accepted is one that the
 * memory accepts, if it is small enough to be built. */
#include <string.h>

#include "machine/machine.h"
#include "target.h"

enum { PAGES_MAX = 1 << 14 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diagnostic diag = {{0}};
    struct machine_spec spec;
    struct machine *machine;
    enum status status = machine_parse((const char *)data, size, "input.json", &spec, &diag);

    if (status != STATUS_OK) {
        fuzz_expect(status == STATUS_BAD_INPUT && diag.text[0] && !strchr(diag.text, '\n'),
                    "a refused machine has one line that says why");
        return 0;
    }
    fuzz_expect(memchr(spec.name, '\0', sizeof spec.name) != NULL &&
                    spec.device_count <= MACHINE_DEVICE_MAX,
                "a name ends, and devices fit");
    if (spec.memory.page_count > PAGES_MAX)
        return 0;
    fuzz_expect(machine_create(&spec, &machine) == STATUS_OK, "an accepted machine can be built");
    (void)machine_boot(machine); /* may refuse: no SNP, or an RMP that covers nothing */
    machine_destroy(machine);
    return 0;
}
