#include "internal.h"

int ota_restore_is_memory(const struct ota_restore *r, size_t size)
{
    return (uintptr_t)r % sizeof(uint32_t) == 0 && size >= OTA_RESTORE_SIZE(0);
}

int ota_restore_begin(struct ota_restore *r, size_t size, const struct ota_restore_job *job)
{
    uint8_t *memory = (uint8_t *)r;
    size_t i;

    if (!ota_restore_is_memory(r, size))
        return OTA_RESTORE_ARGUMENT;
    for (i = 0; i < size; i++)
        memory[i] = 0;
    r->layout = OTA_RESTORE_LAYOUT;
    r->job = *job;
    r->work_size = (uint32_t)(size - OTA_RESTORE_SIZE(0));
    r->stage = HEADER;
    r->status = OTA_RESTORE_MORE;
    ota_sha256_begin(&r->sha);
    return r->status;
}
