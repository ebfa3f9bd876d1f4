#include "ota_restore.h"

const char *ota_restore_text(int status)
{
    switch (status) {
    case OTA_RESTORE_DONE: return "the new image is complete and as expected";
    case OTA_RESTORE_MORE: return "going on";
    case OTA_RESTORE_WAIT: return "waiting for more of the patch";
    case OTA_RESTORE_READ_PATCH: return "the patch cannot be read";
    case OTA_RESTORE_READ_OLD: return "the old image cannot be read";
    case OTA_RESTORE_WRITE_NEW: return "the new image cannot be written";
    case OTA_RESTORE_FORMAT: return "not a patch of a known format";
    case OTA_RESTORE_TRUNCATED: return "the patch ends too early";
    case OTA_RESTORE_CORRUPT: return "the patch is damaged, or for another old image";
    case OTA_RESTORE_MEMORY: return "the patch needs more memory than there is";
    case OTA_RESTORE_TOO_LARGE: return "the new image is larger than its slot";
    case OTA_RESTORE_BASE: return "the patch is for another old image";
    case OTA_RESTORE_DIGEST: return "the new image is not the expected one";
    case OTA_RESTORE_CHECKPOINT: return "not a checkpoint of this job";
    case OTA_RESTORE_ARGUMENT: return "the memory handed in is too small or not aligned";
    default: return "unknown status";
    }
}
