#define _POSIX_C_SOURCE 200809L

#include "slots.h"

#include "ota_restore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MD5_SIZE = 16, PART_HEADER = SLOTS_PART_HEADER, CHUNK = 4096, HEX_SIZE = 2 * OTA_SHA256_SIZE };

static int joined(char to[SLOTS_PATH_SIZE], const char *path, const char *ending)
{
    return snprintf(to, SLOTS_PATH_SIZE, "%s%s", path, ending) < SLOTS_PATH_SIZE;
}

/* All of it. Returns whether it was written. */
static int write_at(int file, const void *data, size_t size, off_t at)
{
    const char *next = data;

    while (size > 0) {
        ssize_t put = pwrite(file, next, size, at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return 0;
        next += put;
        at += put;
        size -= (size_t)put;
    }
    return 1;
}

/* A renamed file is there for good once its directory is on the disk. */
static int sync_directory(const char *path)
{
    char directory[SLOTS_PATH_SIZE];
    const char *slash = strrchr(path, '/');
    int file, is_synced;

    if (slash == NULL)
        strcpy(directory, ".");
    else
        snprintf(directory, sizeof directory, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    file = open(directory, O_RDONLY | O_CLOEXEC);
    is_synced = file >= 0 && fsync(file) == 0;
    if (file >= 0)
        close(file);
    return is_synced ? 0 : -1;
}

int slots_begin(struct slots *slots, const char *image)
{
    memset(slots, 0, sizeof *slots);
    slots->part_file = -1;
    return joined(slots->image, image, "") && joined(slots->part, image, ".part") && joined(slots->next, image, ".next") &&
           joined(slots->versions, image, ".versions") && access(image, R_OK) == 0;
}

/* ---- versions ---- */

/* SHA-256 of a file in hexadecimal. Returns whether it could be read. */
static int digest_of(const char *path, char hex[HEX_SIZE + 1])
{
    struct ota_sha256 sha;
    uint8_t digest[OTA_SHA256_SIZE], data[CHUNK];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = -1;
    unsigned i;

    if (file < 0)
        return 0;
    ota_sha256_begin(&sha);
    while ((got = read(file, data, sizeof data)) > 0)
        ota_sha256_update(&sha, data, (size_t)got);
    close(file);
    ota_sha256_end(&sha, digest);
    for (i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return got == 0;
}

int slots_version(const struct slots *slots, char version[IOT_OTA_VERSION_SIZE])
{
    char digest[HEX_SIZE + 1], line[HEX_SIZE + 2 + IOT_OTA_VERSION_SIZE + 1];
    FILE *file = fopen(slots->versions, "re");
    int is_found = 0;

    if (file == NULL || !digest_of(slots->image, digest)) {
        if (file != NULL)
            fclose(file);
        return 0;
    }
    while (!is_found && fgets(line, sizeof line, file) != NULL) {
        size_t length = strcspn(line, "\n");
        line[length] = 0;
        is_found = length > HEX_SIZE + 2 && length - HEX_SIZE - 2 < IOT_OTA_VERSION_SIZE &&
                   memcmp(line, digest, HEX_SIZE) == 0;
        if (is_found)
            memcpy(version, line + HEX_SIZE + 2, length - HEX_SIZE - 1);
    }
    fclose(file);
    return is_found;
}

int slots_note(const struct slots *slots, const char *version, const char *next_version)
{
    char digest[HEX_SIZE + 1], next_digest[HEX_SIZE + 1], path[SLOTS_PATH_SIZE];
    FILE *file;
    int is_written;

    if (!digest_of(slots->image, digest) || !digest_of(slots->next, next_digest) ||
        !joined(path, slots->versions, "~") || (file = fopen(path, "we")) == NULL)
        return -1;
    is_written = fprintf(file, "%s  %s\n%s  %s\n", digest, version, next_digest, next_version) > 0 &&
                 fflush(file) == 0 && fsync(fileno(file)) == 0;
    is_written = fclose(file) == 0 && is_written;
    return is_written && rename(path, slots->versions) == 0 ? sync_directory(path) : -1;
}

/* ---- what was fetched ---- */

static void put_header(uint8_t header[PART_HEADER], const struct iot_ota_firmware *firmware)
{
    unsigned i;

    memcpy(header, firmware->md5, MD5_SIZE);
    for (i = 0; i < 4; i++)
        header[MD5_SIZE + i] = (uint8_t)(firmware->size >> (8 * i));
}

/* The size of the file that the header names, if it is the announced one; else 0. */
static uint32_t size_in(const uint8_t header[PART_HEADER], const struct iot_ota_firmware *firmware)
{
    uint32_t size = 0;
    unsigned i;

    for (i = 0; i < 4; i++)
        size |= (uint32_t)header[MD5_SIZE + i] << (8 * i);
    return memcmp(header, firmware->md5, MD5_SIZE) == 0 && (firmware->size == 0 || firmware->size == size) ? size : 0;
}

void slots_drop_part(struct slots *slots)
{
    if (slots->part_file >= 0)
        close(slots->part_file);
    slots->part_file = -1;
    slots->part_stored = 0;
    unlink(slots->part);
}

int slots_open_part(struct slots *slots, void *ota)
{
    const struct iot_ota_firmware *firmware = iot_ota_announced(ota);
    uint8_t header[PART_HEADER];
    char data[CHUNK];
    uint32_t total = 0;
    ssize_t got;

    if (slots->part_file >= 0)
        close(slots->part_file);
    slots->part_stored = 0;
    slots->part_file = open(slots->part, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (slots->part_file < 0)
        return -1;
    if (pread(slots->part_file, header, sizeof header, 0) == (ssize_t)sizeof header)
        total = size_in(header, firmware);
    while (total != 0 && (got = pread(slots->part_file, data, sizeof data, PART_HEADER + (off_t)slots->part_stored)) > 0) {
        /* Damaged, or of another size: begun anew. */
        if (iot_ota_fetch_resume(ota, total, data, (uint32_t)got) != IOT_OTA_OK) {
            slots->part_stored = 0;
            break;
        }
        slots->part_stored += (uint32_t)got;
    }
    return slots->part_stored == 0 ? ftruncate(slots->part_file, 0) : 0;
}

int slots_store(struct slots *slots, const struct iot_ota_firmware *firmware, const char *bytes, uint32_t size)
{
    uint8_t header[PART_HEADER];

    put_header(header, firmware);
    if ((slots->part_stored == 0 && !write_at(slots->part_file, header, sizeof header, 0)) ||
        !write_at(slots->part_file, bytes, size, PART_HEADER + (off_t)slots->part_stored))
        return -1;
    slots->part_stored += size;
    return 0;
}

int slots_sync(const struct slots *slots)
{
    return fsync(slots->part_file);
}

/* ---- the new image ---- */

struct files {
    int part;
    int old;
    int next;
};

static int32_t read_patch(void *context, uint32_t offset, uint8_t *data, uint32_t size)
{
    ssize_t got = pread(((struct files *)context)->part, data, size, PART_HEADER + (off_t)offset);

    return got > 0 ? (int32_t)got : -1;
}

static int read_old(void *context, uint32_t offset, uint8_t *data, uint32_t size)
{
    return pread(((struct files *)context)->old, data, size, (off_t)offset) != (ssize_t)size;
}

static int write_new(void *context, uint32_t offset, const uint8_t *data, uint32_t size)
{
    return !write_at(((struct files *)context)->next, data, size, (off_t)offset);
}

static int restore(struct files *files, uint32_t patch_size, uint32_t old_size, const struct iot_ota_firmware *firmware)
{
    static union ota_restore_memory memory;
    struct ota_restore_job job = {0};
    struct ota_restore_io io = {0};
    int status;

    /* Without the digest of the result nobody could tell whether it is right. */
    if (!firmware->has_full_sha256)
        return OTA_RESTORE_DIGEST;
    job.patch_size = patch_size;
    job.old_size = old_size;
    job.new_limit = firmware->full_size != 0 ? firmware->full_size : 0x7fffffff;
    memcpy(job.sha256, firmware->full_sha256, sizeof job.sha256);
    io.read_patch = read_patch;
    io.read_old = read_old;
    io.write_new = write_new;
    io.context = files;
    status = ota_restore_begin(&memory.restore, sizeof memory, &job);
    while (status == OTA_RESTORE_MORE)
        status = ota_restore_step(&memory.restore, &io);
    return status;
}

static int copy(struct files *files, uint32_t size)
{
    uint8_t data[CHUNK];
    uint32_t at = 0;

    while (at < size) {
        int32_t got = read_patch(files, at, data, size - at < CHUNK ? size - at : CHUNK);
        if (got < 0)
            return OTA_RESTORE_READ_PATCH;
        if (write_new(files, at, data, (uint32_t)got) != 0)
            return OTA_RESTORE_WRITE_NEW;
        at += (uint32_t)got;
    }
    return OTA_RESTORE_DONE;
}

int slots_build(struct slots *slots, const struct iot_ota_firmware *firmware)
{
    struct files files;
    struct stat old;
    int status = OTA_RESTORE_WRITE_NEW;

    files.part = slots->part_file;
    files.old = open(slots->image, O_RDONLY | O_CLOEXEC);
    if (files.old < 0 || fstat(files.old, &old) != 0 || old.st_size > 0x7fffffff) {
        if (files.old >= 0)
            close(files.old);
        return OTA_RESTORE_READ_OLD;
    }
    files.next = open(slots->next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (files.next >= 0) {
        status = firmware->is_diff ? restore(&files, firmware->size, (uint32_t)old.st_size, firmware)
                                   : copy(&files, firmware->size);
        if (status == OTA_RESTORE_DONE && (fchmod(files.next, old.st_mode & 07777) != 0 || fsync(files.next) != 0))
            status = OTA_RESTORE_WRITE_NEW;
        close(files.next);
    }
    close(files.old);
    return status;
}

int slots_switch(struct slots *slots)
{
    if (rename(slots->next, slots->image) != 0)
        return -1;
    slots_drop(slots);
    return sync_directory(slots->image);
}

void slots_drop(struct slots *slots)
{
    slots_drop_part(slots);
    unlink(slots->next);
}
