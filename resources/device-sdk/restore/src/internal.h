/* Between the parts of the restore. */
#ifndef OTA_RESTORE_INTERNAL_H
#define OTA_RESTORE_INTERNAL_H

#include "ota_restore.h"

/* More than a header after its magic, the start of LZMA, or any symbol of a compressed stream takes. */
#define LARGEST_SYMBOL 30

#if OTA_RESTORE_INPUT < 64 || OTA_RESTORE_INPUT & (OTA_RESTORE_INPUT - 1)
#error "OTA_RESTORE_INPUT is to be a power of two, at least 64"
#endif
#if OTA_RESTORE_BLOCK < 128 || OTA_RESTORE_BLOCK > 32768 || OTA_RESTORE_BLOCK & (OTA_RESTORE_BLOCK - 1)
#error "OTA_RESTORE_BLOCK is to be a power of two from 128 to 32768"
#endif
#if !OTA_RESTORE_HPATCH_LITE && !OTA_RESTORE_DETOOLS
#error "no format is built in"
#endif

/* What the next bytes are. From NEW_BYTES on, a run of the new image. */
enum stage {
    ESPRESSIF_HEADER,
    BASE_DIGEST,
    HEADER,
    COVER_COUNT, /* HPatchLite */
    COVER_LENGTH,
    COVER_TAG,
    COVER_DISTANCE,
    COVER_GAP,
    DATA_FORMAT_SIZE, /* detools */
    DIFF_SIZE,
    EXTRA_SIZE,
    ADJUSTMENT,
    END,
    NEW_BYTES,
    OLD_BYTES,
    DIFFERENCES
};

enum compression { PLAIN, LZMA, HEATSHRINK };

#if OTA_RESTORE_DETOOLS && OTA_RESTORE_HPATCH_LITE
#define IS_DETOOLS(restore) ((restore)->is_detools)
#else
#define IS_DETOOLS(restore) OTA_RESTORE_DETOOLS
#endif

/* What a build keeps in the struct, and how: another build's checkpoint is not ours. */
#define OTA_RESTORE_LAYOUT (0x4f520000u + (uint32_t)offsetof(struct ota_restore, work) + OTA_RESTORE_BLOCK * 0x10001u)

/* Whether a restore can be in `size` bytes there. */
int ota_restore_is_memory(const struct ota_restore *restore, size_t size);
/* Notes the first error; nothing happens after it. */
void ota_restore_fail(struct ota_restore *restore, int status);
/* The next byte of the patch; 0 and TRUNCATED after its end. */
uint8_t ota_restore_take(struct ota_restore *restore);

/* The next `size` bytes of the patch as a number, least significant first. */
uint32_t ota_restore_little_endian(struct ota_restore *restore, unsigned size);

/* Begins a run of `length` bytes of the new image, of `stage`. */
void ota_restore_run(struct ota_restore *restore, enum stage stage, uint32_t length);

/* One byte of the body outside of runs; then what follows a run. */
void ota_restore_hpatch_lite_byte(struct ota_restore *restore, uint8_t byte);
void ota_restore_hpatch_lite_next(struct ota_restore *restore);
void ota_restore_detools_byte(struct ota_restore *restore, uint8_t byte);
void ota_restore_detools_next(struct ota_restore *restore);

/* Begin at the head of the compressed stream; then every byte of the body. */
void ota_restore_lzma_begin(struct ota_restore *restore);
uint8_t ota_restore_lzma_byte(struct ota_restore *restore);
void ota_restore_heatshrink_begin(struct ota_restore *restore);
uint8_t ota_restore_heatshrink_byte(struct ota_restore *restore);

/* Makes `size` bytes of the work area the dictionary, behind `offset` bytes of other use. */
void ota_restore_dictionary(struct ota_restore *restore, uint32_t offset, uint32_t size);
/* The byte of the body that came `distance` (1 to dictionary_size) bytes before. */
uint8_t ota_restore_recall(const struct ota_restore *restore, uint32_t distance);

/* Checks Espressif's header, which is in the block; then, in steps, the old image against its digest. */
void ota_restore_espressif_header(struct ota_restore *restore, const struct ota_restore_io *io);
void ota_restore_base_step(struct ota_restore *restore, const struct ota_restore_io *io);

#endif
