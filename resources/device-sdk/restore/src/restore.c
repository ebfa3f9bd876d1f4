/* The steps of a restore: header, body byte by byte, blocks of the new image, digest. */
#include "internal.h"

/*
 * Reads ahead until a symbol of any kind, or all that is left, is there. Returns whether it is.
 * At most one half of the ring at a time: there is always room for it.
 */
static int fill(struct ota_restore *r, const struct ota_restore_io *io)
{
    while (r->input_end - r->input_start < LARGEST_SYMBOL && r->input_end != r->job.patch_size) {
        uint32_t size = OTA_RESTORE_INPUT / 2 - r->input_end % (OTA_RESTORE_INPUT / 2);
        int32_t got;
        if (size > r->job.patch_size - r->input_end)
            size = r->job.patch_size - r->input_end;
        got = io->read_patch(io->context, r->input_end, r->input + r->input_end % OTA_RESTORE_INPUT, size);
        if (got == 0)
            return 0;
        if ((uint32_t)got > size) {
            ota_restore_fail(r, OTA_RESTORE_READ_PATCH);
            return 0;
        }
        r->input_end += (uint32_t)got;
    }
    return 1;
}

#if OTA_RESTORE_HPATCH_LITE
/* 'I', compression, version and widths, new size, size of the body. */
static void hpatch_lite_header(struct ota_restore *r)
{
    uint32_t start = ota_restore_little_endian(r, 3), widths = start >> 16, compression = start >> 8 & 0xff;

    if ((start & 0xc000ff) != (0x400000 | 'I')) {
        ota_restore_fail(r, OTA_RESTORE_FORMAT);
        return;
    }
    r->new_size = ota_restore_little_endian(r, widths & 7);
    r->body_size = ota_restore_little_endian(r, widths >> 3 & 7);
    r->stage = COVER_COUNT;
    if (compression == 3 && ota_restore_take(r) == 5) {
        r->compression = LZMA;
        ota_restore_lzma_begin(r);
    } else if (compression != 0) {
        ota_restore_fail(r, OTA_RESTORE_FORMAT);
    }
}
#endif

#if OTA_RESTORE_DETOOLS
/* Type and compression came before: new size, sizes of heatshrink. */
static void detools_header(struct ota_restore *r, unsigned compression)
{
    r->is_detools = 1;
    if (compression != 0 && compression != 4)
        ota_restore_fail(r, OTA_RESTORE_FORMAT);
    while (r->stage == HEADER && r->status == OTA_RESTORE_MORE)
        ota_restore_detools_byte(r, ota_restore_take(r));
    r->body_size = 0xffffffff;
    /* Nothing follows for an image of no bytes. */
    if (r->new_size == 0) {
        r->stage = END;
    } else if (compression == 4) {
        r->compression = HEATSHRINK;
        ota_restore_heatshrink_begin(r);
    }
}
#endif

static void header(struct ota_restore *r)
{
    unsigned first = ota_restore_take(r);

#if OTA_RESTORE_HPATCH_LITE
    if (first == 'h' && !IS_DETOOLS(r))
        hpatch_lite_header(r);
    else
#endif
#if OTA_RESTORE_DETOOLS
    if (first == 0x10 && !r->is_detools) {
        r->stage = ESPRESSIF_HEADER;
        r->block[r->run++] = 0x10;
        return;
    } else
        detools_header(r, first);
#else
        ota_restore_fail(r, OTA_RESTORE_FORMAT);
#endif
    if (r->new_size > r->job.new_limit)
        ota_restore_fail(r, OTA_RESTORE_TOO_LARGE);
}

static uint8_t body_byte(struct ota_restore *r)
{
    uint8_t byte;

    if (r->compression == PLAIN)
        return ota_restore_take(r);
    if (r->body_position == r->body_size) {
        ota_restore_fail(r, OTA_RESTORE_CORRUPT);
        return 0;
    }
#if OTA_RESTORE_HPATCH_LITE && OTA_RESTORE_DETOOLS
    byte = r->compression == LZMA ? ota_restore_lzma_byte(r) : ota_restore_heatshrink_byte(r);
#elif OTA_RESTORE_HPATCH_LITE
    byte = ota_restore_lzma_byte(r);
#else
    byte = ota_restore_heatshrink_byte(r);
#endif
    r->body_position++;
    ((uint8_t *)r->work)[r->dictionary_offset + r->dictionary_position] = byte;
    if (++r->dictionary_position == r->dictionary_size)
        r->dictionary_position = 0;
    return byte;
}

static void structure_byte(struct ota_restore *r)
{
    uint8_t byte = body_byte(r);

#if OTA_RESTORE_HPATCH_LITE
    if (!IS_DETOOLS(r)) {
        ota_restore_hpatch_lite_byte(r, byte);
        return;
    }
#endif
#if OTA_RESTORE_DETOOLS
    ota_restore_detools_byte(r, byte);
#endif
}

static void after_run(struct ota_restore *r)
{
#if OTA_RESTORE_HPATCH_LITE
    if (!IS_DETOOLS(r)) {
        ota_restore_hpatch_lite_next(r);
        return;
    }
#endif
#if OTA_RESTORE_DETOOLS
    ota_restore_detools_next(r);
#endif
}

/* One byte of the new image, or as many as the block takes where the old image has them. */
static void produce(struct ota_restore *r, const struct ota_restore_io *io)
{
    uint8_t *place = r->block + r->block_used;
    uint32_t size = 1;

    if (r->stage != NEW_BYTES && r->block_ready == 0) {
        size = OTA_RESTORE_BLOCK - (uint32_t)r->block_used;
        if (size > r->run)
            size = r->run;
        if (io->read_old(io->context, r->old_position, place, size) != 0) {
            ota_restore_fail(r, OTA_RESTORE_READ_OLD);
            return;
        }
        r->old_position += size;
        r->block_ready = size;
    }
    if (r->stage == OLD_BYTES) {
        r->block_ready = 0;
    } else {
        size = 1;
        if (r->stage == NEW_BYTES)
            *place = 0;
        else
            r->block_ready--;
        *place = (uint8_t)(*place + body_byte(r));
    }
    r->block_used = (r->block_used + size);
    r->new_position += size;
    r->run -= size;
}

static void flush(struct ota_restore *r, const struct ota_restore_io *io)
{
    if (r->block_used == 0 || r->status != OTA_RESTORE_MORE)
        return;
    ota_sha256_update(&r->sha, r->block, r->block_used);
    if (io->write_new(io->context, r->new_position - r->block_used, r->block, r->block_used) != 0)
        ota_restore_fail(r, OTA_RESTORE_WRITE_NEW);
    r->block_used = 0;
}

static void end(struct ota_restore *r, const struct ota_restore_io *io)
{
    uint8_t digest[OTA_SHA256_SIZE];

    flush(r, io);
    ota_sha256_end(&r->sha, digest);
    ota_restore_fail(r, ota_sha256_equal(digest, r->job.sha256) ? OTA_RESTORE_DONE : OTA_RESTORE_DIGEST);
}

static void advance(struct ota_restore *r, const struct ota_restore_io *io)
{
    if (r->stage >= NEW_BYTES) {
        if (r->run == 0)
            after_run(r);
        else
            produce(r, io);
    } else if (r->stage >= END) {
        end(r, io);
    } else if (r->stage >= COVER_COUNT) {
        structure_byte(r);
    } else if (r->stage == HEADER) {
        header(r);
#if OTA_RESTORE_DETOOLS
    } else if (r->stage == BASE_DIGEST) {
        ota_restore_base_step(r, io);
    } else {
        ota_restore_espressif_header(r, io);
#endif
    }
}

int ota_restore_step(struct ota_restore *r, const struct ota_restore_io *io)
{
    unsigned budget;

    for (budget = OTA_RESTORE_BLOCK; budget > 0 && r->status == OTA_RESTORE_MORE; budget--) {
        if (!fill(r, io))
            return r->status == OTA_RESTORE_MORE ? OTA_RESTORE_WAIT : r->status;
        advance(r, io);
        if (r->block_used == OTA_RESTORE_BLOCK) {
            flush(r, io);
            break;
        }
#if OTA_RESTORE_DETOOLS
        if (r->stage == BASE_DIGEST)
            break;
#endif
    }
    return r->status;
}
