/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/folio_host.c — bytes as the script of a hostile host over the NIC model: which lie,
 * which option of Folio the guest uses, when the door strikes, how many frames, what is written
 * where. Whatever it does, what holds in every case of net/hostile.h holds. */
#include <stdlib.h>
#include <string.h>

#include "net/hostile_rig.h"
#include "script.h"
#include "target.h"

enum { STEPS_MAX = 40, WRITE_MAX = 64, KNOWN_BYTES = 3 };

static struct hostile_rig rig;

/* The host writes bytes of the script somewhere in shared memory, or a little beside it. */
static void host_write(struct script *script)
{
    uint8_t bytes[WRITE_MAX];
    uint64_t span = rig.port.region.size_bytes + 2 * PAGE_SIZE;
    uint64_t at = rig.port.region.device.v - PAGE_SIZE + script_value(script) % span;
    size_t size_bytes = script_byte(script) % WRITE_MAX + 1;

    for (size_t i = 0; i < size_bytes; i++)
        bytes[i] = script_byte(script);
    (void)nic_hostile_write(rig.lab.nic, (iova_t){at}, bytes, size_bytes);
}

static void step(struct script *script)
{
    uint8_t what = script_byte(script);

    switch (what % 8) {
    case 0:
        rig.liar.lie = (enum nic_lie)(script_byte(script) % NIC_LIE_COUNT);
        rig.liar.value = script_value(script);
        rig.liar.every = script_byte(script) % 4 + 1u;
        break;
    case 1:
        rig.fetch.moment = (enum hostile_moment)(script_byte(script) % (STRIKE_AFTER_COPY + 1));
        rig.fetch.first_bytes = script_byte(script) * 8u;
        break;
    case 2:
    case 3:
        host_write(script);
        break;
    case 4:
        hostile_guest(&rig);
        break;
    case 5:
        hostile_device(&rig);
        break;
    case 6:
        nic_liar_strike(&rig.liar, rig.lab.nic);
        break;
    default:
        hostile_arrive(&rig, what / 8 % 4 + 1u);
        hostile_guest(&rig);
        break;
    }
}

/* A script that spells the secret, or its inverse, would find it where it put it: three bytes of it
 * are too many. */
static bool knows_secret(const uint8_t *data, size_t size)
{
    for (size_t at = 0; at + KNOWN_BYTES <= size; at++)
        for (size_t from = 0; from + KNOWN_BYTES <= sizeof hostile_secret; from++) {
            unsigned same = 0, inverse = 0;

            for (size_t i = 0; i < KNOWN_BYTES; i++) {
                same += data[at + i] == hostile_secret[from + i];
                inverse += (data[at + i] ^ hostile_secret[from + i]) == 0xff;
            }
            if (same == KNOWN_BYTES || inverse == KNOWN_BYTES)
                return true;
        }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hostile_setup setup = {.guest = PATH_SNP, .seed = 1};
    struct script script = {data, data + size};
    struct diagnostic diag;
    uint8_t first;
    bool is_crash;

    if (knows_secret(data, size))
        return 0;
    first = script_byte(&script);
    setup.keep_crc = first & 1;
    setup.option = (enum hostile_option)(first / 2 % HOSTILE_OPTION_COUNT);
    is_crash = script_byte(&script) & 1;
    fuzz_expect(hostile_rig_begin(&rig, &setup, &diag) == STATUS_OK, "the machine can be built");
    fuzz_expect(hostile_rig_open(&rig) == STATUS_OK, "the port opens");
    for (unsigned i = 0; i < STEPS_MAX && !script_ended(&script); i++) {
        step(&script);
        hostile_look(&rig);
    }
    hostile_rig_end(&rig, is_crash);
    for (unsigned check = 0; check < HOSTILE_CHECK_COUNT; check++)
        fuzz_expect(rig.result.broken[check] == 0, hostile_check_name((enum hostile_check)check));
    if (setup.option == HOSTILE_WITH_SINGLE_FETCH)
        fuzz_expect(rig.result.altered == 0 && rig.result.repeated == 0,
                    "the guest gets what its peer sealed, once");
    return 0;
}
