/* SHA-256 (FIPS 180-4), small rather than fast. */
#ifndef OTA_SHA256_H
#define OTA_SHA256_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define OTA_SHA256_SIZE 32

/* Plain data: may be copied at any time to go on from there. */
struct ota_sha256 {
    uint32_t hash[8];
    uint32_t length; /* bytes so far */
    uint8_t block[64];
};

void ota_sha256_begin(struct ota_sha256 *sha);
void ota_sha256_update(struct ota_sha256 *sha, const void *data, size_t size);
/* Ends the computation; the state holds nothing of use afterwards. */
void ota_sha256_end(struct ota_sha256 *sha, uint8_t digest[OTA_SHA256_SIZE]);
/* 1 if both digests are the same; takes the same time wherever they differ. */
int ota_sha256_equal(const uint8_t *a, const uint8_t *b);

#ifdef __cplusplus
}
#endif

#endif
