/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/header_encode.c — writes the header line of a JSON Lines trace. Read header.h
 * first. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "trace/jsonl/header.h"

const char *const completeness_word[COMPLETENESS_COUNT] = {
    [TRACE_FULL] = "full", [TRACE_MIXED] = "mixed", [TRACE_CAUSES_ONLY] = "causes-only"};

const char *const region_kind_word[REGION_KIND_COUNT] = {[REGION_NONE] = "none",
                                                         [REGION_RAM] = "ram",
                                                         [REGION_SHARED] = "shared",
                                                         [REGION_ROM] = "rom",
                                                         [REGION_MMIO] = "mmio"};

const struct interrupt_word interrupt_word[INTERRUPT_COUNT] = {
    {"VSSI", HVIP_VSSIP}, {"VSTI", HVIP_VSTIP}, {"VSEI", HVIP_VSEIP}};

static json_t *text_encode(const char *text)
{
    return *text ? json_string(text) : json_null();
}

static json_t *hex_encode(uint64_t value)
{
    char text[sizeof "0x0123456789abcdef"];

    (void)snprintf(text, sizeof text, "0x%" PRIx64, value);
    return json_string(text);
}

static json_t *memory_encode(const struct trace_header *header)
{
    json_t *memory = json_array();

    for (uint32_t i = 0; i < header->region_count; i++) {
        const struct region *region = &header->region[i];
        json_t *entry =
            json_pack("{s:o, s:s, s:o}", "base", hex_encode(region->base.v), "kind",
                      region_kind_word[region->kind], "size", hex_encode(region->size_bytes));

        if (json_array_append_new(memory, entry) != 0) {
            json_decref(memory);
            return NULL;
        }
    }
    return memory;
}

static json_t *interrupts_encode(const struct trace_header *header)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < INTERRUPT_COUNT; i++) {
        if ((header->hvip_allow & interrupt_word[i].hvip) &&
            json_array_append_new(list, json_string(interrupt_word[i].text)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *guest_encode(const struct trace_header *header)
{
    return json_pack("{s:o, s:o, s:b, s:o, s:o}", "interrupts", interrupts_encode(header), "memory",
                     memory_encode(header), "memory_inferred", (int)header->region_inferred, "name",
                     text_encode(header->guest_name), "vcpus",
                     header->vcpus ? json_integer(header->vcpus) : json_null());
}

static json_t *source_encode(const struct trace_header *header)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "format", text_encode(header->source_format), "name",
                     text_encode(header->source_name), "provenance",
                     text_encode(header->provenance), "sha384", text_encode(header->source_sha384));
}

char *header_encode(const struct trace_header *header)
{
    char version[16];
    json_t *root;
    char *line;

    (void)snprintf(version, sizeof version, "%d.%d", TRACE_VERSION_MAJOR, TRACE_VERSION_MINOR);
    root = json_pack("{s:s, s:s, s:s, s:o, s:s, s:i, s:o, s:s, s:o, s:s}", "clock",
                     TRACE_CLOCK_WORD, "completeness", completeness_word[header->completeness],
                     "format", TRACE_FORMAT_WORD, "guest", guest_encode(header), "isa",
                     TRACE_ISA_WORD, "keyframe_every", (int)TRACE_KEYFRAME_EVERY, "producer",
                     text_encode(header->producer), "regs", TRACE_REGS_WORD, "source",
                     source_encode(header), "version", version);
    if (!root)
        return NULL;
    line = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(root);
    return line;
}
