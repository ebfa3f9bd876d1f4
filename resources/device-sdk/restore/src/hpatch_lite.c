/* The body of HPatchLite's "hI" version 1: a count of covers, then the covers with the new bytes between them. */
#include "internal.h"

#if OTA_RESTORE_HPATCH_LITE

enum { WITHOUT_DIFFERENCES = 0x80, BACKWARDS = 0x40, MORE_DISTANCE = 0x20, FIRST_DISTANCE = 0x1f };

static void finish(struct ota_restore *r)
{
    if (r->new_position != r->new_size || (r->compression != PLAIN && r->body_position != r->body_size))
        ota_restore_fail(r, OTA_RESTORE_CORRUPT);
    r->stage = END;
}

void ota_restore_hpatch_lite_byte(struct ota_restore *r, uint8_t byte)
{
    uint32_t value;

    if (r->stage == COVER_TAG) {
        r->tag = byte;
        r->value = byte & FIRST_DISTANCE;
        r->stage = COVER_DISTANCE;
        if (byte & MORE_DISTANCE)
            return;
    } else {
        if (r->value >> 25 != 0)
            ota_restore_fail(r, OTA_RESTORE_CORRUPT);
        r->value = r->value << 7 | (byte & 0x7f);
        if (byte & 0x80)
            return;
    }
    value = r->value;
    switch (r->stage) {
    case COVER_COUNT:
        r->covers = value;
        r->stage = COVER_LENGTH;
        if (value == 0)
            finish(r);
        break;
    case COVER_LENGTH:
        r->cover_length = value;
        r->stage = COVER_TAG;
        break;
    case COVER_DISTANCE:
        /* From the end of the cover before. Modulo 2^32: whether it is in the image is seen when it is read. */
        r->old_position += r->tag & BACKWARDS ? 0 - value : value;
        r->stage = COVER_GAP;
        break;
    default:
        ota_restore_run(r, NEW_BYTES, value);
    }
    r->value = 0;
}

void ota_restore_hpatch_lite_next(struct ota_restore *r)
{
    if (r->stage == NEW_BYTES) {
        ota_restore_run(r, r->tag & WITHOUT_DIFFERENCES ? OLD_BYTES : DIFFERENCES, r->cover_length);
        return;
    }
    r->stage = COVER_LENGTH;
    if (--r->covers == 0)
        finish(r);
}

#endif
