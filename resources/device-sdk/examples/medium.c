#define _POSIX_C_SOURCE 200809L

#include "medium.h"

#include "ota_md5.h"
#include "ota_sha256.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 4096 };

int medium_check_part(const struct slots *slots, void *ota)
{
    char data[CHUNK];
    uint32_t at = 0;
    ssize_t got;

    while ((got = pread(slots->part_file, data, sizeof data, SLOTS_PART_HEADER + (off_t)at)) > 0) {
        if (iot_ota_fetch_verify(ota, data, (uint32_t)got) != IOT_OTA_OK)
            return -1;
        at += (uint32_t)got;
    }
    return got == 0 && iot_ota_fetch_verified(ota) ? 0 : -1;
}

int medium_check_next(const struct slots *slots, const struct iot_ota_firmware *firmware)
{
    struct ota_md5 md5;
    struct ota_sha256 sha;
    uint8_t data[CHUNK], digest[OTA_MD5_SIZE], full_digest[OTA_SHA256_SIZE];
    int file = open(slots->next, O_RDONLY | O_CLOEXEC);
    ssize_t got;

    if (file < 0)
        return -1;
    ota_md5_begin(&md5);
    ota_sha256_begin(&sha);
    while ((got = read(file, data, sizeof data)) > 0) {
        ota_md5_update(&md5, data, (size_t)got);
        ota_sha256_update(&sha, data, (size_t)got);
    }
    close(file);
    ota_md5_end(&md5, digest);
    ota_sha256_end(&sha, full_digest);
    if (got < 0)
        return -1;
    if (!firmware->is_diff)
        return memcmp(digest, firmware->md5, sizeof digest) == 0 ? 0 : -1;
    return firmware->has_full_sha256 && memcmp(full_digest, firmware->full_sha256, sizeof full_digest) == 0 ? 0 : -1;
}
