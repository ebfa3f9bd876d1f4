/* Espressif's header of 64 bytes: magic, SHA-256 of the base image, reserved. */
#include "internal.h"

#if OTA_RESTORE_DETOOLS

enum { DIGEST = 4, HEADER_SIZE = 64 };

static void next(struct ota_restore *r)
{
    r->stage = HEADER;
    r->is_detools = 1;
    r->old_position = 0;
    r->run = 0;
    ota_sha256_begin(&r->sha);
}

void ota_restore_espressif_header(struct ota_restore *r, const struct ota_restore_io *io)
{
    static const uint8_t magic[DIGEST] = {0x10, 0xde, 0xcd, 0xfc}; /* 0xfccdde10, least significant first */
    unsigned i;

    r->block[r->run++] = ota_restore_take(r);
    if (r->run < HEADER_SIZE)
        return;
    for (i = 0; i < DIGEST; i++)
        if (r->block[i] != magic[i])
            ota_restore_fail(r, OTA_RESTORE_FORMAT);
    if (io->base_sha256 == NULL)
        r->stage = BASE_DIGEST;
    else if (!ota_sha256_equal(io->base_sha256, r->block + DIGEST))
        ota_restore_fail(r, OTA_RESTORE_BASE);
    else
        next(r);
}

/*
 * The digest is that of the whole file, or, where the build appended one to the application, that: of all but the last
 * 32 bytes. Which of both is decided by what fits.
 */
void ota_restore_base_step(struct ota_restore *r, const struct ota_restore_io *io)
{
    uint32_t left = r->job.old_size - r->old_position, size = OTA_RESTORE_BLOCK - HEADER_SIZE;
    struct ota_sha256 sha;
    uint8_t digest[OTA_SHA256_SIZE];

    if (left > OTA_SHA256_SIZE && size > left - OTA_SHA256_SIZE)
        size = left - OTA_SHA256_SIZE;
    if (size > left)
        size = left;
    if (size > 0) {
        if (io->read_old(io->context, r->old_position, r->block + HEADER_SIZE, size) != 0) {
            ota_restore_fail(r, OTA_RESTORE_READ_OLD);
            return;
        }
        ota_sha256_update(&r->sha, r->block + HEADER_SIZE, size);
        r->old_position += size;
        left -= size;
    }
    if (left != 0 && left != OTA_SHA256_SIZE)
        return;
    sha = r->sha;
    ota_sha256_end(&sha, digest);
    if (ota_sha256_equal(digest, r->block + DIGEST))
        next(r);
    else if (left == 0)
        ota_restore_fail(r, OTA_RESTORE_BASE);
}

#endif
