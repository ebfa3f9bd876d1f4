/* Checkpoints: a sealed copy of the state, and the way back. */
#include "internal.h"

/* Checkpoints are sealed against halves and bit errors, not against people who can write the device's flash. */
static void seal(struct ota_restore *r)
{
    struct ota_sha256 sha;
    uint8_t digest[OTA_SHA256_SIZE];
    unsigned i;

    for (i = 0; i < sizeof r->seal; i++)
        r->seal[i] = 0;
    ota_sha256_begin(&sha);
    ota_sha256_update(&sha, r, OTA_RESTORE_SIZE(r->work_used));
    ota_sha256_end(&sha, digest);
    for (i = 0; i < sizeof r->seal; i++)
        r->seal[i] = digest[i];
}

static int same(const uint8_t *a, const uint8_t *b, size_t size)
{
    uint8_t difference = 0;

    while (size-- > 0)
        difference |= a[size] ^ b[size];
    return difference == 0;
}

size_t ota_restore_checkpoint(struct ota_restore *r)
{
    seal(r);
    return OTA_RESTORE_SIZE(r->work_used);
}

int ota_restore_resume(struct ota_restore *r, size_t size, size_t stored, const struct ota_restore_job *job)
{
    uint8_t stored_seal[sizeof r->seal];
    size_t i;

    if (!ota_restore_is_memory(r, size))
        return OTA_RESTORE_ARGUMENT;
    if (stored < OTA_RESTORE_SIZE(0) || stored > size || r->layout != OTA_RESTORE_LAYOUT ||
        r->work_used != stored - OTA_RESTORE_SIZE(0))
        return OTA_RESTORE_CHECKPOINT;
    for (i = 0; i < sizeof r->seal; i++)
        stored_seal[i] = r->seal[i];
    seal(r);
    if (!same(stored_seal, r->seal, sizeof r->seal) || r->status != OTA_RESTORE_MORE ||
        !same((const uint8_t *)&r->job, (const uint8_t *)job, sizeof *job))
        return OTA_RESTORE_CHECKPOINT;
    r->work_size = (uint32_t)(size - OTA_RESTORE_SIZE(0));
    for (i = stored; i < size; i++)
        ((uint8_t *)r)[i] = 0;
    return OTA_RESTORE_MORE;
}
