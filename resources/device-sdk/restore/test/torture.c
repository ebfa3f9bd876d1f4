/*
 * What a restore has to stand: torture OLD PATCH NEW [mutations [seed]]
 * Prints a line for each part; exits with 1 at the first thing that is not as it should be.
 */
#include "ota_restore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POISON = 0xa5 };

struct bytes {
    uint8_t *data;
    uint32_t size;
};

/* The device: its images, and the callback that fails, if any. */
struct device {
    struct bytes old, patch, new_image;
    uint8_t *slot;
    uint32_t written, asked;
    int dribble, waited;     /* one byte of patch at a time, every other time none */
    long until_failure;      /* calls until one fails; below 0: none does */
    int failed;              /* the status that is expected of it */
};

static const char *part = "start";

static void check(int is_right, const char *what)
{
    if (is_right)
        return;
    fprintf(stderr, "%s: %s\n", part, what);
    exit(1);
}

static int fails(struct device *d, int status)
{
    if (d->until_failure < 0 || d->until_failure-- > 0)
        return 0;
    d->failed = status;
    return 1;
}

static int32_t read_patch(void *context, uint32_t offset, uint8_t *data, uint32_t size)
{
    struct device *d = context;

    check(size > 0 && offset <= d->patch.size && size <= d->patch.size - offset, "read_patch outside of the patch");
    check(offset == d->asked, "read_patch out of order");
    if (fails(d, OTA_RESTORE_READ_PATCH))
        return -1;
    if (d->dribble) {
        d->waited = !d->waited;
        if (d->waited)
            return 0;
        size = 1;
    }
    memcpy(data, d->patch.data + offset, size);
    d->asked += size;
    return (int32_t)size;
}

static int read_old(void *context, uint32_t offset, uint8_t *data, uint32_t size)
{
    struct device *d = context;

    check(size > 0 && offset <= d->old.size && size <= d->old.size - offset, "read_old outside of the image");
    if (fails(d, OTA_RESTORE_READ_OLD))
        return -1;
    memcpy(data, d->old.data + offset, size);
    return 0;
}

static int write_new(void *context, uint32_t offset, const uint8_t *data, uint32_t size)
{
    struct device *d = context;

    check(size > 0 && offset <= d->new_image.size && size <= d->new_image.size - offset, "write_new outside of the slot");
    check(offset == d->written, "write_new out of order");
    check(offset % OTA_RESTORE_BLOCK == 0, "write_new not aligned");
    if (fails(d, OTA_RESTORE_WRITE_NEW))
        return -1;
    memcpy(d->slot + offset, data, size);
    d->written += size;
    return 0;
}

static struct bytes loaded(const char *path)
{
    struct bytes file = {NULL, 0};
    FILE *stream = fopen(path, "rb");
    long size = -1;

    check(stream != NULL && fseek(stream, 0, SEEK_END) == 0 && (size = ftell(stream)) >= 0, path);
    rewind(stream);
    /* Exactly as large as it is, so that a sanitizer sees every byte too far. */
    file.data = malloc((size_t)size + 1);
    file.data = realloc(file.data, size > 0 ? (size_t)size : 1);
    file.size = (uint32_t)size;
    check(fread(file.data, 1, file.size, stream) == file.size, path);
    fclose(stream);
    return file;
}

static struct device device_with(struct bytes old, struct bytes patch, struct bytes new_image)
{
    struct device d;

    memset(&d, 0, sizeof d);
    d.old = old;
    d.patch = patch;
    d.new_image = new_image;
    d.slot = malloc(new_image.size + 1u);
    memset(d.slot, POISON, new_image.size + 1u);
    d.until_failure = -1;
    return d;
}

static struct ota_restore_io io_of(struct device *d)
{
    struct ota_restore_io io = {read_patch, read_old, write_new, NULL, NULL};

    io.context = d;
    return io;
}

static struct ota_restore_job job_of(const struct device *d)
{
    struct ota_restore_job job;
    struct ota_sha256 sha;

    memset(&job, 0, sizeof job);
    job.patch_size = d->patch.size;
    job.old_size = d->old.size;
    job.new_limit = d->new_image.size;
    ota_sha256_begin(&sha);
    ota_sha256_update(&sha, d->new_image.data, d->new_image.size);
    ota_sha256_end(&sha, job.sha256);
    return job;
}

static struct ota_restore *memory_of(size_t size)
{
    struct ota_restore *restore = malloc(size);

    check(restore != NULL, "no memory");
    memset(restore, POISON, size);
    return restore;
}

static int to_end(struct ota_restore *restore, struct device *d)
{
    struct ota_restore_io io = io_of(d);
    uint32_t before;
    int status;

    do {
        before = d->written;
        status = ota_restore_step(restore, &io);
        check(d->written - before <= OTA_RESTORE_BLOCK, "more than a block in one step");
        check(ota_restore_written(restore) == d->written || status < 0, "what is written is not what was said");
    } while (status == OTA_RESTORE_MORE || (status == OTA_RESTORE_WAIT && d->dribble));
    check(ota_restore_step(restore, &io) == status || status == OTA_RESTORE_WAIT, "the last status does not stay");
    return status;
}

static int is_new(const struct device *d)
{
    return d->written == d->new_image.size && memcmp(d->slot, d->new_image.data, d->new_image.size) == 0;
}

/* One restore from begin to end. */
static int run(struct device *d, size_t size, const struct ota_restore_job *job)
{
    struct ota_restore *restore = memory_of(size);
    int status = ota_restore_begin(restore, size, job);

    if (status == OTA_RESTORE_MORE)
        status = to_end(restore, d);
    check(status != OTA_RESTORE_DONE || is_new(d), "done with a wrong image");
    free(restore);
    return status;
}

static void whole(struct device d, size_t size)
{
    struct ota_restore_job job = job_of(&d);

    part = "whole";
    check(run(&d, size, &job) == OTA_RESTORE_DONE, "not restored");
    part = "dribble";
    d.written = d.asked = 0;
    d.dribble = 1;
    check(run(&d, size, &job) == OTA_RESTORE_DONE, "not restored byte by byte");
    printf("whole, and byte by byte\n");
}

/* After every step the power fails: all memory is lost, the checkpoint goes on at another address. */
static void checkpoints(struct device d, size_t size, int is_every_one)
{
    struct ota_restore_job job = job_of(&d);
    struct ota_restore_io io = io_of(&d);
    struct ota_restore *restore = memory_of(size);
    unsigned steps = 0;
    int status;

    part = "checkpoints";
    status = ota_restore_begin(restore, size, &job);
    while (status == OTA_RESTORE_MORE) {
        size_t stored = ota_restore_checkpoint(restore);
        struct ota_restore *next = memory_of(size);
        check(stored <= size, "a checkpoint larger than the memory");
        memcpy(next, restore, stored);
        check(ota_restore_resume(next, size, stored, &job) == OTA_RESTORE_MORE, "a good checkpoint refused");
        if (is_every_one) {
            struct device other = device_with(d.old, d.patch, d.new_image);
            struct ota_restore *same = memory_of(size);
            memcpy(same, restore, stored);
            memcpy(other.slot, d.slot, d.written);
            other.written = d.written;
            other.asked = d.asked;
            check(ota_restore_resume(same, size, stored, &job) == OTA_RESTORE_MORE, "a good checkpoint refused");
            check(to_end(same, &other) == OTA_RESTORE_DONE && is_new(&other), "not restored from a checkpoint");
            free(same);
            free(other.slot);
        }
        memset(restore, POISON, size);
        free(restore);
        restore = next;
        status = ota_restore_step(restore, &io);
        steps++;
    }
    check(status == OTA_RESTORE_DONE && is_new(&d), "not restored from checkpoint to checkpoint");
    check(ota_restore_resume(restore, size, ota_restore_checkpoint(restore), &job) == OTA_RESTORE_CHECKPOINT,
          "a restore that is done taken up");
    free(restore);
    printf("%u checkpoints\n", steps);
}

static void damaged_checkpoints(struct device d, size_t size)
{
    struct ota_restore_job job = job_of(&d), other;
    struct ota_restore_io io = io_of(&d);
    struct ota_restore *restore = memory_of(size), *copy = memory_of(size);
    size_t stored, at;

    part = "damaged checkpoints";
    ota_restore_begin(restore, size, &job);
    ota_restore_step(restore, &io);
    if (ota_restore_step(restore, &io) != OTA_RESTORE_MORE)
        ota_restore_begin(restore, size, &job);
    stored = ota_restore_checkpoint(restore);
    for (at = 0; at < stored; at += at < 400 ? 1 : 61) {
        memcpy(copy, restore, stored);
        ((uint8_t *)copy)[at] ^= (uint8_t)(1u << at % 8);
        check(ota_restore_resume(copy, size, stored, &job) == OTA_RESTORE_CHECKPOINT, "a damaged one taken up");
    }
    memcpy(copy, restore, stored);
    check(ota_restore_resume(copy, size, stored - 1, &job) == OTA_RESTORE_CHECKPOINT, "a half one taken up");
    check(ota_restore_resume(copy, size, 0, &job) == OTA_RESTORE_CHECKPOINT, "none taken up");
    check(ota_restore_resume(copy, 1, stored, &job) == OTA_RESTORE_ARGUMENT, "no memory, and taken up");
    other = job;
    other.sha256[31] ^= 1;
    check(ota_restore_resume(copy, size, stored, &other) == OTA_RESTORE_CHECKPOINT, "another job's taken up");
    memset(copy, 0xff, size); /* erased flash */
    check(ota_restore_resume(copy, size, stored, &job) == OTA_RESTORE_CHECKPOINT, "erased flash taken up");
    free(copy);
    free(restore);
    printf("damaged checkpoints\n");
}

static void failures(struct device d, size_t size)
{
    struct ota_restore_job job = job_of(&d);
    long call;
    int status = -1;

    part = "failures";
    for (call = 0; status != OTA_RESTORE_DONE; call++) {
        d.written = d.asked = 0;
        d.until_failure = call;
        d.failed = 0;
        status = run(&d, size, &job);
        check(status == d.failed, "a failed callback came out as something else");
    }
    printf("%ld failures\n", call - 1);
}

static void limits(struct device d, size_t size)
{
    struct ota_restore_job job = job_of(&d), other;
    struct ota_restore *restore = memory_of(size);
    size_t work;
    int status;

    part = "limits";
    check(ota_restore_begin(restore, OTA_RESTORE_SIZE(0) - 1, &job) == OTA_RESTORE_ARGUMENT, "too little memory");
    check(ota_restore_begin((struct ota_restore *)(void *)((char *)restore + 1), size - 1, &job) == OTA_RESTORE_ARGUMENT,
          "memory that is not aligned");
    free(restore);
    for (work = 0; work < size - OTA_RESTORE_SIZE(0); work += 509) {
        d.written = d.asked = 0;
        status = run(&d, OTA_RESTORE_SIZE(work), &job);
        check(status == OTA_RESTORE_MEMORY || status == OTA_RESTORE_DONE, "neither too little work area nor enough");
    }
    other = job;
    other.sha256[0] ^= 0x80;
    d.written = d.asked = 0;
    check(run(&d, size, &other) == OTA_RESTORE_DIGEST, "another digest");
    if (job.new_limit > 0) {
        other = job;
        other.new_limit--;
        d.written = d.asked = 0;
        check(run(&d, size, &other) == OTA_RESTORE_TOO_LARGE && d.written == 0, "a slot one byte too small");
    }
    if (job.old_size > 0) {
        other = job;
        other.old_size /= 2;
        d.written = d.asked = 0;
        status = run(&d, size, &other);
        check(status < 0 || d.new_image.size == 0, "half of an old image");
    }
    printf("limits\n");
}

static void truncations(struct device d, size_t size)
{
    struct ota_restore_job job = job_of(&d);
    uint32_t full = d.patch.size, length, step = full / 2000 + 1;
    uint8_t *copy;

    part = "truncations";
    for (length = 0; length < full; length += step) {
        struct device cut = d;
        copy = malloc(length + (length == 0));
        memcpy(copy, d.patch.data, length);
        cut.patch.data = copy;
        cut.patch.size = job.patch_size = length;
        cut.written = cut.asked = 0;
        /* What comes after the last byte of the new image, such as LZMA's marker of the end, may be missing. */
        check(run(&cut, size, &job) < 0 || full - length < 16, "restored from a part of the patch");
        free(copy);
    }
    printf("truncations\n");
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void mutations(struct device d, size_t size, unsigned count, uint32_t seed)
{
    struct ota_restore_job job = job_of(&d);
    uint8_t *original = d.patch.data;
    unsigned i, done = 0, wrong = 0;

    part = "mutations";
    d.patch.data = malloc(d.patch.size);
    for (i = 0; i < count; i++) {
        unsigned changes = 1 + next_random(&seed) % 3;
        int status;
        memcpy(d.patch.data, original, d.patch.size);
        while (changes-- > 0) {
            /* Every other time in the header. */
            uint32_t at = next_random(&seed) % (changes & 1 && d.patch.size > 24 ? 24 : d.patch.size);
            d.patch.data[at] = (uint8_t)(next_random(&seed) & 1 ? next_random(&seed) : d.patch.data[at] ^ 1u << at % 8);
        }
        d.written = d.asked = 0;
        status = run(&d, size, &job);
        check(status <= 0, "neither an end nor an error");
        done += status == OTA_RESTORE_DONE;
        wrong += status == OTA_RESTORE_DIGEST;
    }
    free(d.patch.data);
    printf("%u mutations, %u without effect, %u seen by the digest alone\n", count, done, wrong);
}

int main(int argc, char **argv)
{
    /* Enough for every vector. */
    size_t size = OTA_RESTORE_SIZE(36000);
    struct device d;

    if (argc < 4)
        return 2;
    d = device_with(loaded(argv[1]), loaded(argv[2]), loaded(argv[3]));
    whole(d, size);
    checkpoints(d, size, d.new_image.size < 65536);
    damaged_checkpoints(d, size);
    if (d.new_image.size < 65536) {
        failures(d, size);
        limits(d, size);
        truncations(d, size);
    }
    mutations(d, size, argc > 4 ? (unsigned)atoi(argv[4]) : 500, argc > 5 ? (uint32_t)atoi(argv[5]) : 1);
    free(d.old.data);
    free(d.patch.data);
    free(d.new_image.data);
    free(d.slot);
    return 0;
}
