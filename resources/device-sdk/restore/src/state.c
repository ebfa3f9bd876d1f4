/* What all parts of the restore do with its state. */
#include "internal.h"

void ota_restore_fail(struct ota_restore *r, int status)
{
    if (r->status == OTA_RESTORE_MORE)
        r->status = status;
}

/* Indices into the input run on; it is a ring. */
uint8_t ota_restore_take(struct ota_restore *r)
{
    if (r->input_start == r->input_end) {
        ota_restore_fail(r, OTA_RESTORE_TRUNCATED);
        return 0;
    }
    return r->input[r->input_start++ % OTA_RESTORE_INPUT];
}

uint32_t ota_restore_little_endian(struct ota_restore *r, unsigned size)
{
    uint32_t value = 0;
    unsigned shift;

    if (size > 4)
        ota_restore_fail(r, OTA_RESTORE_TOO_LARGE);
    for (shift = 0; shift < 8 * size; shift += 8)
        value |= (uint32_t)ota_restore_take(r) << (shift & 31);
    return value;
}

void ota_restore_run(struct ota_restore *r, enum stage stage, uint32_t length)
{
    if (length > r->new_size - r->new_position)
        ota_restore_fail(r, OTA_RESTORE_CORRUPT);
    if (stage != NEW_BYTES && length > 0 &&
        (r->old_position > r->job.old_size || length > r->job.old_size - r->old_position))
        ota_restore_fail(r, OTA_RESTORE_CORRUPT);
    r->stage = stage;
    r->run = length;
}

void ota_restore_dictionary(struct ota_restore *r, uint32_t offset, uint32_t size)
{
    /* A size of 0 is none either. */
    if (offset > r->work_size || size - 1 >= r->work_size - offset) {
        ota_restore_fail(r, OTA_RESTORE_MEMORY);
        return;
    }
    r->dictionary_offset = offset;
    r->dictionary_size = size;
    r->work_used = offset + size;
}

uint8_t ota_restore_recall(const struct ota_restore *r, uint32_t distance)
{
    uint32_t position = r->dictionary_position;

    if (position < distance)
        position += r->dictionary_size;
    return ((const uint8_t *)r->work)[r->dictionary_offset + position - distance];
}
