/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/trace_capture.c — `cvmlab trace info` of a packet capture: counts over one pass, then
 * prints them. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/trace.h"
#include "trace/packet_in.h"

enum { ETHERTYPES = 1 << 16, ETHERTYPE_OFFSET = 12, LENGTH_MAX = 1500 };

/* The longest frame of each bin. Bins of a capture with ordinary frames; the last takes jumbo
 * frames. */
static const uint32_t bin_to[] = {60, 64, 128, 256, 512, 1024, 1280, 1514, PACKET_FRAME_MAX_BYTES};

enum { BINS = sizeof bin_to / sizeof bin_to[0] };

struct capture_counts {
    uint64_t bin[BINS];
    uint64_t ethertype[ETHERTYPES];
    uint64_t with_length; /* an IEEE 802.3 length where the EtherType would be */
    uint32_t shortest, longest;
    uint64_t first_ns, last_ns;
};

static uint32_t bin_from(unsigned bin)
{
    return bin == 0 ? PACKET_FRAME_MIN_BYTES : bin_to[bin - 1] + 1;
}

static const char *ethertype_name(unsigned type)
{
    switch (type) { /* IEEE 802 Numbers, as registered with IANA */
    case 0x0800:
        return "IPv4";
    case 0x0806:
        return "ARP";
    case 0x86dd:
        return "IPv6";
    case 0x8100:
        return "VLAN tag";
    case 0x88a8:
        return "service VLAN tag";
    case 0x8847:
        return "MPLS";
    case 0x88cc:
        return "LLDP";
    case 0x88e5:
        return "MACsec";
    case 0x88f7:
        return "PTP";
    default:
        return "";
    }
}

static void packet_count(struct capture_counts *counts, const struct packet *packet)
{
    const uint8_t *at = packet->frame + ETHERTYPE_OFFSET;
    unsigned type = (unsigned)at[0] << 8 | at[1];
    unsigned bin = 0;

    while (packet->wire_bytes > bin_to[bin])
        bin++;
    counts->bin[bin]++;
    if (type <= LENGTH_MAX)
        counts->with_length++;
    else
        counts->ethertype[type]++;
    if (packet->number == 1) {
        counts->first_ns = packet->time_ns;
        counts->shortest = packet->wire_bytes;
    }
    if (packet->wire_bytes < counts->shortest)
        counts->shortest = packet->wire_bytes;
    if (packet->wire_bytes > counts->longest)
        counts->longest = packet->wire_bytes;
    counts->last_ns = packet->time_ns;
}

static double seconds_total(const struct capture_counts *counts)
{
    return (double)(counts->last_ns - counts->first_ns) / 1e9;
}

static const char *format_name(const struct packet_capture *capture)
{
    return capture->is_pcapng ? "pcapng" : "pcap";
}

static void text_print(const struct packet_capture *capture, const struct capture_counts *counts)
{
    printf("capture     %s, Ethernet\n", format_name(capture));
    printf("packets     %" PRIu64 "\n", capture->packets);
    printf("bytes       %" PRIu64 "\n", capture->frame_bytes);
    printf("seconds     %.6f\n", seconds_total(counts));
    if (capture->packets == 0)
        return;
    if (capture->cut > 0)
        printf("cut         %" PRIu64 ": only the beginning of these packets was recorded\n",
               capture->cut);
    if (capture->backwards > 0)
        printf("backwards   %" PRIu64
               ": recorded with a time before an earlier one, by at most %g us\n",
               capture->backwards, (double)capture->back_worst_ns / 1e3);
    printf("lengths     %" PRIu32 " to %" PRIu32 " bytes\n", counts->shortest, counts->longest);
    for (unsigned bin = 0; bin < BINS; bin++)
        if (counts->bin[bin] > 0)
            printf("  %10" PRIu64 "  %5" PRIu32 " - %" PRIu32 "\n", counts->bin[bin], bin_from(bin),
                   bin_to[bin]);
    printf("ethertypes\n");
    for (unsigned type = 0; type < ETHERTYPES; type++)
        if (counts->ethertype[type] > 0)
            printf("  %10" PRIu64 "  0x%04x%s%s\n", counts->ethertype[type], type,
                   ethertype_name(type)[0] ? " " : "", ethertype_name(type));
    if (counts->with_length > 0)
        printf("  %10" PRIu64 "  none: an 802.3 length\n", counts->with_length);
}

static json_t *json_lengths(const struct capture_counts *counts)
{
    json_t *list = json_array();

    for (unsigned bin = 0; bin < BINS; bin++)
        json_array_append_new(list, json_pack("{s:I, s:I, s:I}", "from", (json_int_t)bin_from(bin),
                                              "to", (json_int_t)bin_to[bin], "packets",
                                              (json_int_t)counts->bin[bin]));
    return list;
}

static json_t *json_ethertypes(const struct capture_counts *counts)
{
    json_t *types = json_object();
    char number[8];

    for (unsigned type = 0; type < ETHERTYPES; type++)
        if (counts->ethertype[type] > 0) {
            snprintf(number, sizeof number, "0x%04x", type);
            json_object_set_new(types, number, json_integer((json_int_t)counts->ethertype[type]));
        }
    if (counts->with_length > 0)
        json_object_set_new(types, "length", json_integer((json_int_t)counts->with_length));
    return types;
}

static int json_print(const struct packet_capture *capture, const struct capture_counts *counts)
{
    json_t *document = json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:f, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "schema",
        "cvmlab-capture-info", "version", "1.0", "format", format_name(capture), "packets",
        (json_int_t)capture->packets, "frame_bytes", (json_int_t)capture->frame_bytes, "seconds",
        seconds_total(counts), "frame_bytes_min", (json_int_t)counts->shortest, "frame_bytes_max",
        (json_int_t)counts->longest, "packets_cut", (json_int_t)capture->cut, "times_backwards",
        (json_int_t)capture->backwards, "time_back_worst_ns", (json_int_t)capture->back_worst_ns,
        "lengths", json_lengths(counts), "ethertypes", json_ethertypes(counts));

    return cli_json_print(document);
}

static int reader_print(struct packet_reader *reader, struct capture_counts *counts,
                        bool wants_json)
{
    const struct packet_capture *capture = packet_reader_capture(reader);
    struct diagnostic diag = {{0}};
    struct packet packet;
    enum status st;

    while ((st = packet_reader_next(reader, &packet, &diag)) == STATUS_OK)
        packet_count(counts, &packet);
    if (st != STATUS_END)
        return cli_fail(st, &diag);
    if (wants_json)
        return json_print(capture, counts);
    text_print(capture, counts);
    return CLI_OK;
}

int trace_capture_info(const char *path, bool wants_json)
{
    struct diagnostic diag = {{0}};
    struct packet_reader *reader = packet_reader_open(path, &diag);
    struct capture_counts *counts;
    int code;

    if (!reader)
        return cli_fail(STATUS_BAD_INPUT, &diag);
    counts = calloc(1, sizeof *counts);
    if (!counts) {
        (void)diagnostic_set(&diag, STATUS_IO, path, 0, 0, "out of memory");
        code = cli_fail(STATUS_IO, &diag);
    } else {
        code = reader_print(reader, counts, wants_json);
    }
    free(counts);
    packet_reader_close(reader);
    return code;
}
