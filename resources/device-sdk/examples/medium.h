/* Makes sure of an update as it stands on the disk, read back: what was written is not always what is there. */
#ifndef OTA_MEDIUM_H
#define OTA_MEDIUM_H

#include "iot_ota.h"
#include "slots.h"

/* Hands what was fetched, as it is in FILE.part, to `ota`. Returns 0 only if that is the announced file. */
int medium_check_part(const struct slots *slots, void *ota);
/* Returns 0 only if FILE.next is the announced image: by the MD5 of a full image, by the SHA-256 of a restored one. */
int medium_check_next(const struct slots *slots, const struct iot_ota_firmware *firmware);

#endif
