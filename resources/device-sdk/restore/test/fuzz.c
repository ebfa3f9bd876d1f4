/* libFuzzer: any bytes as a patch. Nothing may be read or written out of bounds, nothing may hang, nothing may pass the digest. */
#include "ota_restore.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OLD_SIZE = 3200, NEW_LIMIT = 8000, WORK = 24000 };

struct device {
    const uint8_t *patch;
    uint32_t patch_size;
    uint8_t old[OLD_SIZE];
    uint32_t written;
};

static int32_t read_patch(void *context, uint32_t offset, uint8_t *data, uint32_t size)
{
    struct device *d = context;

    if (size == 0 || offset > d->patch_size || size > d->patch_size - offset)
        abort();
    memcpy(data, d->patch + offset, size);
    return (int32_t)size;
}

static int read_old(void *context, uint32_t offset, uint8_t *data, uint32_t size)
{
    struct device *d = context;

    if (size == 0 || offset > OLD_SIZE || size > OLD_SIZE - offset)
        abort();
    memcpy(data, d->old + offset, size);
    return 0;
}

static int write_new(void *context, uint32_t offset, const uint8_t *data, uint32_t size)
{
    struct device *d = context;
    volatile uint8_t last = data[size - 1];

    (void)last;
    if (size == 0 || offset != d->written || size > NEW_LIMIT - offset)
        abort();
    d->written += size;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct device d;
    struct ota_restore_job job;
    struct ota_restore_io io = {read_patch, read_old, write_new, NULL, NULL};
    size_t memory = OTA_RESTORE_SIZE(WORK), stored;
    struct ota_restore *restore = malloc(memory), *copy;
    unsigned i, steps = 0;
    int status;

    d.patch = data;
    d.patch_size = (uint32_t)size;
    d.written = 0;
    for (i = 0; i < OLD_SIZE; i++)
        d.old[i] = (uint8_t)(i * i >> 5);
    memset(&job, 0, sizeof job);
    job.patch_size = d.patch_size;
    job.old_size = OLD_SIZE;
    job.new_limit = NEW_LIMIT;
    io.context = &d;
    memset(restore, 0xa5, memory);
    status = ota_restore_begin(restore, memory, &job);
    while (status == OTA_RESTORE_MORE) {
        if (++steps == 3) {
            stored = ota_restore_checkpoint(restore);
            copy = malloc(memory);
            memset(copy, 0x5a, memory);
            memcpy(copy, restore, stored);
            free(restore);
            restore = copy;
            if (ota_restore_resume(restore, memory, stored, &job) != OTA_RESTORE_MORE)
                abort();
        }
        status = ota_restore_step(restore, &io);
    }
    if (status >= 0)
        abort();
    free(restore);
    return 0;
}
