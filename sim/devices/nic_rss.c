/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_rss.c — receive side scaling: the Toeplitz hash (82599 7.1.2.8.1). Each bit of
 * the input that is 1 adds 32 bits of the key, from that bit's place on; tables do four bits at
 * once. */
#include "devices/nic_frame.h"

/* 32 bits of the key from a bit on; past the key there are zeros. */
static uint32_t key_window(const uint8_t *key, uint32_t first_bit)
{
    uint64_t window = 0;

    for (uint32_t i = 0; i < 5; i++) {
        uint32_t at = first_bit / 8 + i;

        window = window << 8 | (at < RSS_KEY_BYTES ? key[at] : 0);
    }
    return (uint32_t)(window >> (8 - first_bit % 8));
}

void nic_rss_set(struct nic_rss *rss, const uint8_t *key)
{
    for (uint32_t nibble = 0; nibble < RSS_NIBBLES; nibble++)
        for (uint32_t value = 0; value < 16; value++) {
            uint32_t sum = 0;

            for (uint32_t bit = 0; bit < 4; bit++)
                if (value & 8U >> bit)
                    sum ^= key_window(key, 4 * nibble + bit);
            rss->part[nibble][value] = sum;
        }
}

static uint32_t hash_part(const struct nic_rss *rss, uint32_t nibble, const uint8_t *bytes,
                          uint32_t size_bytes)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < size_bytes; i++, nibble += 2)
        sum ^= rss->part[nibble][bytes[i] >> 4] ^ rss->part[nibble + 1][bytes[i] & 15];
    return sum;
}

uint32_t nic_rss_hash(const struct nic_rss *rss, const uint8_t *first, uint32_t first_bytes,
                      const uint8_t *second, uint32_t second_bytes)
{
    return hash_part(rss, 0, first, first_bytes) ^
           hash_part(rss, 2 * first_bytes, second, second_bytes);
}

/* What a packet may be hashed as: with ports, and without. */
struct rss_choice {
    uint32_t with_ports, with_ports_enable; /* RXD_RSS_TYPE_, MRQC_ */
    uint32_t addresses, addresses_enable;
    uint32_t address_bytes;
};

static struct rss_choice choice_of(uint16_t type)
{
    bool is_tcp = type & RXD_TYPE_TCP;

    if (type & RXD_TYPE_IPV4)
        return (struct rss_choice){is_tcp ? RXD_RSS_TYPE_TCP_IPV4 : RXD_RSS_TYPE_UDP_IPV4,
                                   is_tcp ? MRQC_TCP_IPV4 : MRQC_UDP_IPV4, RXD_RSS_TYPE_IPV4,
                                   MRQC_IPV4, 8};
    return (struct rss_choice){is_tcp ? RXD_RSS_TYPE_TCP_IPV6 : RXD_RSS_TYPE_UDP_IPV6,
                               is_tcp ? MRQC_TCP_IPV6 : MRQC_UDP_IPV6, RXD_RSS_TYPE_IPV6, MRQC_IPV6,
                               32};
}

uint32_t nic_rss_of(const struct nic_rss *rss, const struct nic_headers *headers, uint32_t mrqc,
                    uint32_t *hash)
{
    struct rss_choice choice;
    bool with_ports;

    if (!headers->addresses || !(mrqc & MRQC_RSS))
        return RXD_RSS_TYPE_NONE;
    choice = choice_of(headers->type);
    with_ports = headers->ports && (mrqc & choice.with_ports_enable);
    if (!with_ports && !(mrqc & choice.addresses_enable))
        return RXD_RSS_TYPE_NONE;
    *hash = nic_rss_hash(rss, headers->addresses, choice.address_bytes, headers->ports,
                         with_ports ? 4 : 0);
    return with_ports ? choice.with_ports : choice.addresses;
}
