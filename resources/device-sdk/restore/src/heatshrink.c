/* heatshrink's decoding, after Atomic Object's description: a tag bit, then a literal or a reference backwards. */
#include "internal.h"

#if OTA_RESTORE_DETOOLS

/* The next bits of the stream, most significant first: `range` holds those read, `code` how many there are. */
static uint32_t bits(struct ota_restore *r, unsigned count)
{
    while (r->code < count) {
        r->range = r->range << 8 | ota_restore_take(r);
        r->code += 8;
    }
    r->code -= count;
    return r->range >> r->code & ((1u << count) - 1);
}

void ota_restore_heatshrink_begin(struct ota_restore *r)
{
    unsigned sizes = ota_restore_take(r);

    r->window_bits = ((sizes >> 4) + 4);
    r->length_bits = ((sizes & 15) + 3);
    ota_restore_dictionary(r, 0, (uint32_t)1 << r->window_bits);
}

uint8_t ota_restore_heatshrink_byte(struct ota_restore *r)
{
    if (r->match_length == 0) {
        if (bits(r, 1))
            return (uint8_t)bits(r, 8);
        r->distance[0] = bits(r, r->window_bits) + 1;
        r->match_length = bits(r, r->length_bits) + 1;
    }
    r->match_length--;
    return ota_restore_recall(r, r->distance[0]);
}

#endif
