/*
 * What a Linux device keeps of an update, beside its image FILE:
 *   FILE.part      what was fetched: MD5 and size of the whole, then its bytes so far. Goes on after a power cut.
 *   FILE.next      the new image in the making: the other slot
 *   FILE.versions  for an image that cannot say its version itself: "SHA-256  version", a line for each
 * FILE itself is replaced at once (rename), and only by an image that is complete, checked and on the disk.
 */
#ifndef OTA_SLOTS_H
#define OTA_SLOTS_H

#include "iot_ota.h"

enum { SLOTS_PATH_SIZE = 1024, SLOTS_PART_HEADER = 16 + 4 };

struct slots {
    char image[SLOTS_PATH_SIZE];
    char part[SLOTS_PATH_SIZE];
    char next[SLOTS_PATH_SIZE];
    char versions[SLOTS_PATH_SIZE];
    int part_file;        /* below 0: not open; SLOTS_PART_HEADER bytes, then those of the file */
    uint32_t part_stored; /* bytes of the fetched file */
};

/* Returns whether the image can be read and its name is not too long. */
int slots_begin(struct slots *slots, const char *image);
/* The version that FILE.versions knows for the image that is there now. Returns whether it does. */
int slots_version(const struct slots *slots, char version[IOT_OTA_VERSION_SIZE]);
/* Notes the versions of two images, by their content: of the one that is there, and of FILE.next. 0 for success. */
int slots_note(const struct slots *slots, const char *version, const char *next_version);

/* Opens what was fetched before of the announced file and hands it to `ota`; another file's is dropped. 0 for success. */
int slots_open_part(struct slots *slots, void *ota);
/* Stores what was fetched next. 0 for success. */
int slots_store(struct slots *slots, const struct iot_ota_firmware *firmware, const char *bytes, uint32_t size);
/* Brings it safely to the disk. 0 for success. */
int slots_sync(const struct slots *slots);
void slots_drop_part(struct slots *slots);

/*
 * Makes FILE.next of what was fetched: as it is, or restored from the patch and the image. 0, or a status of ota_restore
 * (OTA_RESTORE_WRITE_NEW where the disk fails).
 */
int slots_build(struct slots *slots, const struct iot_ota_firmware *firmware);
/* FILE.next takes the image's place. 0 for success. */
int slots_switch(struct slots *slots);
/* Forgets the update: FILE.part and FILE.next are gone. */
void slots_drop(struct slots *slots);

#endif
