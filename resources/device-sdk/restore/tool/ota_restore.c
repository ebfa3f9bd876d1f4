/* ota_restore: restores a delta patch on a POSIX system. */
#define _POSIX_C_SOURCE 200809L

#include "ota_restore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OK = 0, FAILED = 1, USAGE = 2, CHECKPOINT_EVERY = 64 /* steps */ };

static const char usage[] =
    "usage: ota_restore [-c checkpoint] [-m memory] old patch new [sha256]\n"
    "  old         the image that the patch starts from\n"
    "  patch       hpatch-lite (\"hI\") or detools sequential, also behind Espressif's header\n"
    "  new         is written only when it is complete\n"
    "  sha256      of the new image, hexadecimal; without it the new image is not checked\n"
    "  -c FILE     keeps checkpoints there, and goes on from one\n"
    "  -m BYTES    work area besides the state itself: 65536 where nothing else is said\n";

struct files {
    int old;
    int patch;
    int part;
    struct ota_sha256 sha;
};

static int32_t read_patch(void *context, uint32_t offset, uint8_t *data, uint32_t size)
{
    struct files *files = context;
    ssize_t got = pread(files->patch, data, size, (off_t)offset);

    /* The size of the job was the file's: no bytes is a file that became shorter. */
    return got > 0 ? (int32_t)got : -1;
}

static int read_old(void *context, uint32_t offset, uint8_t *data, uint32_t size)
{
    struct files *files = context;

    return pread(files->old, data, size, (off_t)offset) != (ssize_t)size;
}

static int write_new(void *context, uint32_t offset, const uint8_t *data, uint32_t size)
{
    struct files *files = context;

    ota_sha256_update(&files->sha, data, size);
    return pwrite(files->part, data, size, (off_t)offset) != (ssize_t)size;
}

static int open_image(const char *path, uint32_t *size)
{
    struct stat info;
    int file = open(path, O_RDONLY);

    if (file < 0 || fstat(file, &info) != 0) {
        fprintf(stderr, "ota_restore: %s: %s\n", path, strerror(errno));
        exit(FAILED);
    }
    if (info.st_size > 0x7fffffff) {
        fprintf(stderr, "ota_restore: %s: larger than 2 GB\n", path);
        exit(FAILED);
    }
    *size = (uint32_t)info.st_size;
    return file;
}

static int parse_digest(const char *text, uint8_t digest[OTA_SHA256_SIZE])
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    unsigned i;

    if (strlen(text) != 2 * OTA_SHA256_SIZE)
        return 0;
    for (i = 0; i < 2 * OTA_SHA256_SIZE; i++) {
        const char *digit = strchr(digits, text[i]);
        if (digit == NULL)
            return 0;
        digest[i / 2] = (uint8_t)(digest[i / 2] << 4 | ((digit - digits) & 15));
    }
    return 1;
}

static char *with_suffix(const char *path, const char *suffix)
{
    size_t size = strlen(path) + strlen(suffix) + 1;
    char *name = malloc(size);

    if (name == NULL)
        exit(FAILED);
    snprintf(name, size, "%s%s", path, suffix);
    return name;
}

/* First what was written, then the checkpoint, and that as a whole or not at all. */
static int store_checkpoint(struct ota_restore *restore, const struct files *files, const char *path)
{
    size_t size = ota_restore_checkpoint(restore);
    char *next = with_suffix(path, ".next");
    int file = open(next, O_WRONLY | O_CREAT | O_TRUNC, 0600), stored;

    stored = fsync(files->part) == 0 && file >= 0 && write(file, restore, size) == (ssize_t)size && fsync(file) == 0;
    if (file >= 0)
        close(file);
    stored = stored && rename(next, path) == 0;
    free(next);
    return stored;
}

/* Begins, or goes on from the checkpoint where that fits. */
static int start(struct ota_restore *restore, size_t size, const struct ota_restore_job *job, const char *checkpoint)
{
    int file = checkpoint == NULL ? -1 : open(checkpoint, O_RDONLY);

    if (file >= 0) {
        ssize_t stored = read(file, restore, size);
        close(file);
        if (stored > 0 && ota_restore_resume(restore, size, (size_t)stored, job) == OTA_RESTORE_MORE) {
            fprintf(stderr, "ota_restore: going on at byte %lu\n", (unsigned long)ota_restore_written(restore));
            return OTA_RESTORE_MORE;
        }
    }
    return ota_restore_begin(restore, size, job);
}

static int restore_all(struct ota_restore *restore, struct files *files, const char *checkpoint)
{
    struct ota_restore_io io;
    unsigned steps = 0;
    int status;

    memset(&io, 0, sizeof io);
    io.read_patch = read_patch;
    io.read_old = read_old;
    io.write_new = write_new;
    io.context = files;
    do {
        status = ota_restore_step(restore, &io);
        if (checkpoint != NULL && status == OTA_RESTORE_MORE && ++steps % CHECKPOINT_EVERY == 0 &&
            !store_checkpoint(restore, files, checkpoint))
            fprintf(stderr, "ota_restore: %s: the checkpoint cannot be stored\n", checkpoint);
    } while (status == OTA_RESTORE_MORE);
    return status;
}

int main(int argc, char **argv)
{
    const char *checkpoint = NULL;
    struct files files;
    struct ota_restore_job job;
    struct ota_restore *restore;
    size_t size = OTA_RESTORE_SIZE(65536);
    char *part;
    int option, status, has_digest;

    memset(&job, 0, sizeof job);
    while ((option = getopt(argc, argv, "c:m:")) != -1) {
        if (option == 'c')
            checkpoint = optarg;
        else if (option == 'm' && strtoul(optarg, NULL, 10) <= 0x1000000)
            size = OTA_RESTORE_SIZE(strtoul(optarg, NULL, 10));
        else
            optind = argc + 1;
    }
    has_digest = argc - optind == 4;
    if (optind > argc || argc - optind < 3 || argc - optind > 4 ||
        (has_digest && !parse_digest(argv[optind + 3], job.sha256)) || (checkpoint != NULL && !has_digest)) {
        fputs(usage, stderr);
        return USAGE;
    }
    argv += optind;
    files.old = open_image(argv[0], &job.old_size);
    files.patch = open_image(argv[1], &job.patch_size);
    job.new_limit = 0x7fffffff;
    part = with_suffix(argv[2], ".part");
    files.part = open(part, O_WRONLY | O_CREAT | (checkpoint == NULL ? O_TRUNC : 0), 0666);
    restore = malloc(size);
    if (files.part < 0 || restore == NULL) {
        fprintf(stderr, "ota_restore: %s: %s\n", part, strerror(errno));
        return FAILED;
    }
    ota_sha256_begin(&files.sha);
    status = start(restore, size, &job, checkpoint);
    if (status == OTA_RESTORE_MORE)
        status = restore_all(restore, &files, checkpoint);
    if (status == OTA_RESTORE_DIGEST && !has_digest) {
        unsigned i;
        status = OTA_RESTORE_DONE;
        ota_sha256_end(&files.sha, job.sha256);
        for (i = 0; i < OTA_SHA256_SIZE; i++)
            printf("%02x", job.sha256[i]);
        putchar('\n');
    }
    if (status == OTA_RESTORE_DONE && (ftruncate(files.part, (off_t)ota_restore_new_size(restore)) != 0 ||
                                       fsync(files.part) != 0 || rename(part, argv[2]) != 0))
        status = OTA_RESTORE_WRITE_NEW;
    if (status != OTA_RESTORE_DONE) {
        fprintf(stderr, "ota_restore: %s (%d)\n", ota_restore_text(status), status);
        unlink(part);
    }
    if (checkpoint != NULL)
        unlink(checkpoint);
    close(files.old);
    close(files.patch);
    close(files.part);
    free(restore);
    free(part);
    return status == OTA_RESTORE_DONE ? OK : FAILED;
}
