/*
 * Streamed restore of delta patches on small devices: C99, no malloc, no recursion, no global state.
 *
 * Formats, told apart by their first bytes:
 *   - HPatchLite "hI" version 1, uncompressed or LZMA1
 *   - detools sequential, uncompressed or heatshrink, alone or behind Espressif's 64-byte header
 *
 * One struct holds everything, pointers excepted: it may be copied, stored, and taken up again after a power cut.
 */
#ifndef OTA_RESTORE_H
#define OTA_RESTORE_H

#include <stddef.h>
#include <stdint.h>

#include "ota_sha256.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that write_new gets at once; only the last block is shorter. A power of two from 128 to 32768. */
#ifndef OTA_RESTORE_BLOCK
#define OTA_RESTORE_BLOCK 256
#endif

/* Bytes of patch held; read_patch is asked for half of that at once, aligned. A power of two, at least 64. */
#ifndef OTA_RESTORE_INPUT
#define OTA_RESTORE_INPUT 128
#endif

/* Formats that are built in. */
#ifndef OTA_RESTORE_HPATCH_LITE
#define OTA_RESTORE_HPATCH_LITE 1
#endif
#ifndef OTA_RESTORE_DETOOLS
#define OTA_RESTORE_DETOOLS 1
#endif

/* 1: any lc, lp and pb, as other makers of "hI" patches may choose them. 0: those of the station, all 0. */
#ifndef OTA_RESTORE_ANY_LZMA
#define OTA_RESTORE_ANY_LZMA 0
#endif

/* What a call returns: 0 and above while all is well, below for errors, which stay. */
enum ota_restore_status {
    OTA_RESTORE_DONE = 0,         /* the new image is written and has the expected SHA-256 */
    OTA_RESTORE_MORE = 1,         /* call again */
    OTA_RESTORE_WAIT = 2,         /* call again when there is more of the patch */
    OTA_RESTORE_READ_PATCH = -1,  /* read_patch failed */
    OTA_RESTORE_READ_OLD = -2,    /* read_old failed */
    OTA_RESTORE_WRITE_NEW = -3,   /* write_new failed */
    OTA_RESTORE_FORMAT = -4,      /* not a patch of a format that is known here */
    OTA_RESTORE_TRUNCATED = -5,   /* the patch ends too early */
    OTA_RESTORE_CORRUPT = -6,     /* the patch contradicts itself, or reaches outside of an image */
    OTA_RESTORE_MEMORY = -7,      /* the patch needs a larger work area */
    OTA_RESTORE_TOO_LARGE = -8,   /* the new image does not fit in its slot */
    OTA_RESTORE_BASE = -9,        /* the patch is for another old image */
    OTA_RESTORE_DIGEST = -10,     /* the new image does not have the expected SHA-256: never start it */
    OTA_RESTORE_CHECKPOINT = -11, /* not a checkpoint of this job and this build, or damaged */
    OTA_RESTORE_ARGUMENT = -12    /* the caller's memory is too small or not aligned */
};

/* What is restored. */
struct ota_restore_job {
    uint32_t patch_size;             /* bytes of the patch */
    uint32_t old_size;               /* bytes of the old image that may be read */
    uint32_t new_limit;              /* bytes of the slot for the new image */
    uint8_t sha256[OTA_SHA256_SIZE]; /* of the new image */
};

/* Where bytes come from and go to. Offsets and sizes are within the job's; size is never 0. */
struct ota_restore_io {
    /* Up to size bytes of the patch from offset on, each offset once and in order: how many, 0 for none yet, below 0 for failure. */
    int32_t (*read_patch)(void *context, uint32_t offset, uint8_t *data, uint32_t size);
    /* Exactly size bytes of the old image from any offset: 0, or anything else for failure. */
    int (*read_old)(void *context, uint32_t offset, uint8_t *data, uint32_t size);
    /* The next size bytes of the new image: 0, or anything else for failure. */
    int (*write_new)(void *context, uint32_t offset, const uint8_t *data, uint32_t size);
    void *context;
    /* SHA-256 that Espressif's header must name, where the platform knows it; NULL: it is computed from the old image. */
    const uint8_t *base_sha256;
};

/* Opaque; public so that it can be allocated by the caller. */
struct ota_restore {
    /* Words, and the busiest of them first: that makes the smallest code. */
    int32_t status;
    uint32_t stage;
    uint32_t input_start;
    uint32_t input_end;
    uint32_t range;
    uint32_t code;
    uint32_t distance[4];
    uint32_t match_length;
    uint32_t lzma_state;
    uint32_t dictionary_offset;
    uint32_t dictionary_size;
    uint32_t dictionary_position;
    uint32_t body_size;
    uint32_t body_position;
    uint32_t new_size;
    uint32_t new_position;
    uint32_t old_position;
    uint32_t run;
    uint32_t value;
    uint32_t tag;
    uint32_t block_used;
    uint32_t block_ready;
    uint32_t compression;
    uint32_t covers;
    uint32_t cover_length;
    struct ota_restore_job job;
    uint32_t is_detools;
    uint32_t literal_context_bits;
    uint32_t literal_position_bits;
    uint32_t position_bits;
    uint32_t window_bits;
    uint32_t length_bits;
    uint32_t shift;
    uint32_t work_size;
    uint32_t work_used;
    uint32_t layout;
    uint8_t seal[8];
    struct ota_sha256 sha;
    uint8_t input[OTA_RESTORE_INPUT];
    uint8_t block[OTA_RESTORE_BLOCK];
    /* Probabilities, then the dictionary; C++ has no array without a size. */
#ifdef __cplusplus
    uint16_t work[1];
#else
    uint16_t work[];
#endif
};

/* Bytes of work area: LZMA with lc + lp literal bits, pb position bits and a dictionary of that many bytes. */
#define OTA_RESTORE_WORK_LZMA(literal_bits, position_bits, dictionary) \
    (2 * (951 + (56 << (position_bits)) + (768 << (literal_bits))) + (dictionary))
/* Bytes of work area: heatshrink with a window of that many bits. */
#define OTA_RESTORE_WORK_HEATSHRINK(window) (1 << (window))
/* Bytes of memory for a restore with that work area. */
#define OTA_RESTORE_SIZE(work_area) (offsetof(struct ota_restore, work) + (work_area))

/* Memory for every patch that the station makes for microcontrollers: LZMA with a dictionary of 4 KB. */
union ota_restore_memory {
    struct ota_restore restore;
    uint8_t bytes[OTA_RESTORE_SIZE(OTA_RESTORE_WORK_LZMA(0, 0, 4096))];
};

/* Memory for patches of detools with a heatshrink window of 8 bits only. */
union ota_restore_small_memory {
    struct ota_restore restore;
    uint8_t bytes[OTA_RESTORE_SIZE(OTA_RESTORE_WORK_HEATSHRINK(8))];
};

/*
 * Begins a restore in `size` bytes of memory. Nothing is read or written yet.
 * Returns OTA_RESTORE_MORE or OTA_RESTORE_ARGUMENT.
 */
int ota_restore_begin(struct ota_restore *restore, size_t size, const struct ota_restore_job *job);

/*
 * Goes on for a bounded time: at most OTA_RESTORE_BLOCK bytes of new image, one block written.
 * Returns a status. To cancel, do not call again: nothing is held but the caller's memory.
 */
int ota_restore_step(struct ota_restore *restore, const struct ota_restore_io *io);

/* Bytes of the new image that write_new has got. */
uint32_t ota_restore_written(const struct ota_restore *restore);

/* Bytes of the new image in all; 0 until the patch's header was read. */
uint32_t ota_restore_new_size(const struct ota_restore *restore);

/*
 * Seals the state as it is between two steps. Returns how many bytes from `restore` on are to be stored.
 * What was written before must be safe (flushed) before the checkpoint is.
 */
size_t ota_restore_checkpoint(struct ota_restore *restore);

/*
 * Takes up a stored checkpoint: the caller has put its `stored` bytes at `restore`, in `size` bytes of memory.
 * Goes on with write_new at ota_restore_written() and with read_patch where it had been: bytes written after
 * the checkpoint are written again, with the same content.
 * Returns OTA_RESTORE_MORE, or OTA_RESTORE_CHECKPOINT: begin anew.
 */
int ota_restore_resume(struct ota_restore *restore, size_t size, size_t stored, const struct ota_restore_job *job);

/* A status in a few English words. */
const char *ota_restore_text(int status);

#ifdef __cplusplus
}
#endif

#endif
