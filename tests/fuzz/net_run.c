/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/net_run.c — the accounted loop under a host that writes whatever it likes into shared
 * memory and into the device's registers, at every moment at which it may. The input is a script
 * (script.h): the path, then packets and writes. Each packet has one end and a reason, the sums
 * hold, nothing hangs. */
#include <string.h>

#include "devices/nic.h"
#include "net/run.h"
#include "script.h"
#include "target.h"

enum { PACKETS_MAX = 48, FRAME_MOST = 200, WRITES_MOST = 4 };

struct host {
    struct script script;
    uint64_t packets, ends, lost;
};

/* One write of the host: into a descriptor as a rule, else anywhere, or into a register. */
static void host_write(struct host *host, struct nic *nic, const struct folio_region *shared)
{
    struct script *script = &host->script;
    uint64_t value = script_value(script);
    size_t offset = script_bytes(script, 2);

    switch (script_below(script, 4)) {
    case 0:
        (void)nic_reg_write(nic, (uint32_t)(offset & ~(size_t)3) % NIC_BAR_BYTES, (uint32_t)value);
        break;
    case 1:
        shared->base[offset % shared->size_bytes] = (uint8_t)value;
        break;
    default: /* the rings are the first of the region */
        memcpy(shared->base + offset % 128 * 8, &value, sizeof value);
        break;
    }
}

static void host_moment(void *context, enum run_moment moment, uint16_t queue, struct nic *nic,
                        const struct folio_region *shared)
{
    struct host *host = context;
    unsigned writes = script_below(&host->script, WRITES_MOST);

    (void)moment;
    (void)queue;
    for (unsigned i = 0; i < writes; i++)
        host_write(host, nic, shared);
}

static void host_end(void *context, const struct run_end *end)
{
    struct host *host = context;
    bool is_lost = end->fate == FATE_DROPPED || end->fate == FATE_REFUSED;

    fuzz_expect(end->id == ++host->ends, "packets end in order, each once");
    fuzz_expect((end->reason != NULL) == is_lost, "a loss has a reason, and nothing else has");
    fuzz_expect(end->latency_ns >= 0, "nothing leaves before it came");
    host->lost += is_lost;
}

static struct path path_make(struct script *script)
{
    static const char *const names[] = {"plain-dpdk", "snp-sriov", "folio"};
    struct path path;

    fuzz_expect(path_open(&path, names[script_below(script, 3)], NULL) == STATUS_OK, "built in");
    path.queues = (uint16_t)(1 + script_below(script, 2));
    path.burst = (uint16_t)(1 + script_below(script, 8));
    path.pool_mbufs = 3 + script_below(script, 16);
    path.ring_size = 8;
    if (path.bounce_bytes > 0) {
        path.bounce_areas = 1;
        path.bounce_bytes = BOUNCE_SEGMENT_BYTES;
    }
    return path;
}

static void packets_play(struct host *host, struct run *run)
{
    uint8_t frame[FRAME_MOST];

    while (!script_ended(&host->script) && host->packets < PACKETS_MAX) {
        uint32_t frame_bytes = 14 + script_below(&host->script, FRAME_MOST - 14);
        struct packet packet = {++host->packets, host->packets * 100, frame, frame_bytes,
                                frame_bytes};

        memset(frame, script_byte(&host->script), sizeof frame);
        fuzz_expect(run_packet(run, &packet, NULL) == STATUS_OK, "a packet is taken");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const apps[] = {"l2fwd", "sink", "udp-echo"};
    struct host host = {.script = {data, data + size}};
    struct path path = path_make(&host.script);
    static struct cost cost; /* read once */
    struct run_config config = {.path = &path,
                                .cost = &cost,
                                .app = app_find(apps[script_below(&host.script, 3)]),
                                .hooks = {&host, host_moment, NULL, host_end}};
    struct run_result result;
    struct run *run;

    if (cost.name[0] == '\0')
        fuzz_expect(cost_open(&cost, cost_builtin(0), NULL) == STATUS_OK, "a built-in machine");
    fuzz_expect(run_open(&run, &config, NULL) == STATUS_OK, "the path opens");
    packets_play(&host, run);
    fuzz_expect(run_finish(run, &result, NULL) == STATUS_OK, "the account adds up");
    fuzz_expect(result.packets_in == host.packets && host.ends == host.packets,
                "every packet has an end");
    fuzz_expect(result.dropped + result.refused == host.lost, "losses are counted");
    run_close(run);
    return 0;
}
