/*
 * medium FOLDER: an update on a disk that changes a bit after it was written. Nothing is installed that is not the announced
 * file as it stands there. Exits with 1 at the first thing that is not as it should be.
 */
#define _POSIX_C_SOURCE 200809L

#include "../medium.h"
#include "../../iot_ota/test/platform.h"
#include "ota_restore.h"

#include <fcntl.h>
#include <unistd.h>

/* Changes one bit of a file. */
static void damage(const char *path, off_t at)
{
    int file = open(path, O_RDWR);
    uint8_t byte = 0;

    check(file >= 0 && pread(file, &byte, 1, at) == 1, "no such byte");
    byte ^= 1;
    check(pwrite(file, &byte, 1, at) == 1 && close(file) == 0, "not damaged");
}

/* Fetches the announced file to the disk, from where it is there. */
static void store(void *ota, struct slots *slots)
{
    char data[CHUNK];
    int got;

    check(iot_ota_fetch_abort(ota) == 0 && slots_open_part(slots, ota) == 0, "not opened");
    while (!iot_ota_fetch_finish(ota)) {
        got = iot_ota_fetch_yield(ota, data, sizeof data, 1);
        check(got > 0 && slots_store(slots, iot_ota_announced(ota), data, (uint32_t)got) == 0, "not stored");
    }
}

int main(int argc, char **argv)
{
    static struct platform p;
    static struct slots slots;
    union {
        void *alignment;
        uint8_t bytes[IOT_OTA_MEMORY];
    } memory;
    struct iot_ota_firmware firmware;
    char image[SLOTS_PATH_SIZE];
    uint32_t i;
    void *ota;
    FILE *file;

    check(argc == 2 && snprintf(image, sizeof image, "%s/image", argv[1]) < (int)sizeof image, "no folder");
    file = fopen(image, "w");
    check(file != NULL && fputs("the old image", file) >= 0 && fclose(file) == 0, "no image");
    ota = platform_begin(&p, &memory, sizeof memory);
    push(&p, p.on_upgrade, "1", "2.0", 1, 0);
    check(slots_begin(&slots, image), "not begun");

    store(ota, &slots);
    check(medium_check_part(&slots, ota) == 0, "the right file refused");
    damage(slots.part, SLOTS_PART_HEADER + 4321);
    check(medium_check_part(&slots, ota) == -1, "a damaged part not seen");

    /* What is taken up after a restart is read from the disk: begun anew, and right. */
    check(iot_ota_fetch_abort(ota) == 0 && slots_open_part(&slots, ota) == 0 && slots.part_stored == 0, "a damaged part taken up");
    store(ota, &slots);
    check(medium_check_part(&slots, ota) == 0, "the right file refused");
    /* Longer than it should be. */
    check(pwrite(slots.part_file, "x", 1, SLOTS_PART_HEADER + FILE_SIZE) == 1 && medium_check_part(&slots, ota) == -1, "too long a part");
    slots_drop_part(&slots);
    store(ota, &slots);

    firmware = *iot_ota_announced(ota);
    check(slots_build(&slots, &firmware) == OTA_RESTORE_DONE && medium_check_next(&slots, &firmware) == 0, "the right image refused");
    damage(slots.next, 0);
    check(medium_check_next(&slots, &firmware) == -1, "a damaged image not seen");
    damage(slots.next, 0);
    check(truncate(slots.next, FILE_SIZE - 1) == 0 && medium_check_next(&slots, &firmware) == -1, "a short image not seen");

    /* Of a patch the SHA-256 of the result counts. */
    check(slots_build(&slots, &firmware) == OTA_RESTORE_DONE, "not built");
    firmware.is_diff = 1;
    firmware.has_full_sha256 = 0;
    check(medium_check_next(&slots, &firmware) == -1, "a restored image taken without its digest");
    firmware.has_full_sha256 = 1;
    for (i = 0; i < sizeof firmware.full_sha256; i++)
        firmware.full_sha256[i] = 0;
    check(medium_check_next(&slots, &firmware) == -1, "another image taken");
    slots_drop(&slots);
    check(iot_ota_destroy(ota) == 0, "not ended");
    puts("medium");
    return 0;
}
