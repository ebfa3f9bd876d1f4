/* MD5 (RFC 1321), small rather than fast: tells damage from the announced file, nothing more. */
#ifndef OTA_MD5_H
#define OTA_MD5_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define OTA_MD5_SIZE 16

/* Plain data: may be copied at any time to go on from there. */
struct ota_md5 {
    uint32_t hash[4];
    uint32_t length; /* bytes so far */
    uint8_t block[64];
};

void ota_md5_begin(struct ota_md5 *md5);
void ota_md5_update(struct ota_md5 *md5, const void *data, size_t size);
/* Ends the computation; the state holds nothing of use afterwards. */
void ota_md5_end(struct ota_md5 *md5, uint8_t digest[OTA_MD5_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
