/* The body of detools' sequential patches: differences, extra bytes, a move in the old image, and again. */
#include "internal.h"

#if OTA_RESTORE_DETOOLS

enum { MORE = 0x80, NEGATIVE = 0x40 };

/* Puts a byte to a number. Returns whether that was its last. */
static int number(struct ota_restore *r, uint8_t byte)
{
    if (r->shift == 0) {
        r->tag = byte;
        r->value = byte & 0x3f;
        r->shift = 6;
    } else {
        uint32_t bits = byte & 0x7f;
        /* 6, 13, 20 and 27 bits come before; 5 more make 32. */
        if (r->shift > 27 || (r->shift == 27 && bits >> 5 != 0)) {
            ota_restore_fail(r, OTA_RESTORE_CORRUPT);
            return 0;
        }
        r->value |= bits << r->shift;
        r->shift = (r->shift + 7);
    }
    if (byte & MORE)
        return 0;
    r->shift = 0;
    return 1;
}

void ota_restore_detools_byte(struct ota_restore *r, uint8_t byte)
{
    if (!number(r, byte))
        return;
    if (r->stage == ADJUSTMENT) {
        /* May pass through places outside of the image, as long as nothing is read there. */
        r->old_position += r->tag & NEGATIVE ? 0 - r->value : r->value;
        r->stage = DIFF_SIZE;
        return;
    }
    if (r->tag & NEGATIVE) {
        ota_restore_fail(r, OTA_RESTORE_CORRUPT);
        return;
    }
    switch (r->stage) {
    case HEADER:
        r->new_size = r->value;
        r->stage = DATA_FORMAT_SIZE;
        break;
    case DATA_FORMAT_SIZE:
        if (r->value != 0)
            ota_restore_fail(r, OTA_RESTORE_FORMAT);
        r->stage = DIFF_SIZE;
        break;
    case DIFF_SIZE:
        ota_restore_run(r, DIFFERENCES, r->value);
        break;
    default:
        ota_restore_run(r, NEW_BYTES, r->value);
    }
}

void ota_restore_detools_next(struct ota_restore *r)
{
    if (r->stage == DIFFERENCES)
        r->stage = EXTRA_SIZE;
    else
        r->stage = r->new_position == r->new_size ? END : ADJUSTMENT;
}

#endif
