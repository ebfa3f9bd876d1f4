/* An update from the announcement to the new image: fetched, built, made sure of, put in place, reported. */
#define _POSIX_C_SOURCE 200809L

#include "device.h"
#include "medium.h"
#include "ota_restore.h"
#include "posix_socket.h"
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRIES = 10, REPORT_PERCENT = 5, CHUNK = 4096 };
/* Beside the statuses of iot_ota, which are 0 or less: the update is not to be reported as failed. */
enum { DROPPED = 1 };

/* Waits a little after a failure of the stream. Returns whether another try makes sense. */
static int try_again(struct device *d, unsigned *tries, int status)
{
    int64_t until = ota_socket_now() + 1000;

    if (++*tries > TRIES)
        return 0;
    /* The address may have ended: the answer has a new one. */
    if (status == IOT_OTA_ERR_OPEN && d->mqtt.socket >= 0)
        iot_ota_request_firmware(d->ota, d->running);
    while (!is_stopped && ota_socket_now() < until)
        link_attend(d, 200);
    return 1;
}

/* Fetches the announced file to the disk. Returns 0, DROPPED, or what failed. */
static int fetch(struct device *d)
{
    const struct iot_ota_firmware *firmware = iot_ota_announced(d->ota);
    uint32_t reported = 0;
    unsigned tries = 0;
    int is_resumed;

    /* What is on the disk counts, not what was fetched in a try before. */
    if (iot_ota_fetch_abort(d->ota) != IOT_OTA_OK || slots_open_part(&d->slots, d->ota) != 0)
        return IOT_OTA_STATUS_DOWNLOAD_FAILED;
    is_resumed = d->slots.part_stored > 0;
    if (is_resumed)
        SAY("going on at byte %lu", (unsigned long)d->slots.part_stored);
    while (!iot_ota_fetch_finish(d->ota)) {
        char data[CHUNK];
        int got;
        link_attend(d, 0);
        if (is_stopped)
            return DROPPED;
        got = iot_ota_fetch_yield(d->ota, data, sizeof data, ANSWER_S);
        if (got == 0) {
            if (!try_again(d, &tries, got))
                return IOT_OTA_STATUS_DOWNLOAD_FAILED;
        } else if (got > 0) {
            uint32_t percent;
            tries = 0;
            if (slots_store(&d->slots, firmware, data, (uint32_t)got) != 0)
                return IOT_OTA_STATUS_DOWNLOAD_FAILED;
            percent = (uint32_t)((uint64_t)d->slots.part_stored * 100 / firmware->size);
            if (percent >= reported + REPORT_PERCENT) {
                slots_sync(&d->slots);
                link_report(d, IOT_OTA_STATUS_DOWNLOADING, percent);
                reported = percent;
            }
        } else if (got == IOT_OTA_ERR_CHANGED) {
            return DROPPED;
        } else if ((got == IOT_OTA_ERR_DIGEST || got == IOT_OTA_ERR_SIZE) && is_resumed) {
            /* The power cut may have damaged the first part. */
            SAY("what was fetched before is damaged: beginning anew");
            is_resumed = 0;
            slots_drop_part(&d->slots);
            if (slots_open_part(&d->slots, d->ota) != 0)
                return IOT_OTA_STATUS_DOWNLOAD_FAILED;
        } else if (got == IOT_OTA_ERR_DIGEST || got == IOT_OTA_ERR_SIZE) {
            return IOT_OTA_STATUS_VERIFY_FAILED;
        } else if ((got != IOT_OTA_ERR_OPEN && got != IOT_OTA_ERR_READ) || !try_again(d, &tries, got)) {
            return IOT_OTA_STATUS_DOWNLOAD_FAILED;
        }
    }
    if (slots_sync(&d->slots) != 0)
        return IOT_OTA_STATUS_DOWNLOAD_FAILED;
    if (medium_check_part(&d->slots, d->ota) == 0)
        return OK;
    if (d->has_news)
        return DROPPED;
    SAY("what is on the disk is not what was fetched");
    return IOT_OTA_STATUS_VERIFY_FAILED;
}

/* Makes the new image, and makes sure of it. Returns 0 or what failed. */
static int prepare(struct device *d, const struct iot_ota_firmware *firmware)
{
    int status = slots_build(&d->slots, firmware);

    if (status != OTA_RESTORE_DONE) {
        SAY("%s: %s (%d)", firmware->is_diff ? "the patch" : "the image", ota_restore_text(status), status);
        return status == OTA_RESTORE_DIGEST ? IOT_OTA_STATUS_VERIFY_FAILED : IOT_OTA_STATUS_BURN_FAILED;
    }
    if (medium_check_next(&d->slots, firmware) != 0) {
        SAY("the new image on the disk is not the announced one");
        return IOT_OTA_STATUS_VERIFY_FAILED;
    }
    if (d->is_program && !program_is(d->slots.next, firmware->version)) {
        SAY("the new image does not run here, or is not %s", firmware->version);
        return IOT_OTA_STATUS_VERIFY_FAILED;
    }
    if (!d->is_program && slots_note(&d->slots, d->running, firmware->version) != 0)
        return IOT_OTA_STATUS_BURN_FAILED;
    return OK;
}

/* The new image takes over: a program at once, by starting in this one's place. Returns 0 or what failed. */
static int take_over(struct device *d, const char *version)
{
    if (slots_switch(&d->slots) != 0)
        return IOT_OTA_STATUS_BURN_FAILED;
    link_report(d, IOT_OTA_STATUS_SUCCEEDED, 100);
    if (d->mqtt.socket >= 0)
        ota_mqtt_flush(&d->mqtt, ANSWER_S * 1000);
    SAY("%s is now %s", d->running, version);
    strcpy(d->running, version);
    if (d->is_program) {
        ota_mqtt_disconnect(&d->mqtt);
        execv(d->slots.image, d->arguments);
        SAY("%s: cannot be started", d->slots.image);
        exit(FAILED);
    }
    if (d->mqtt.socket >= 0)
        iot_ota_report_firmware_version(d->ota, d->running);
    return OK;
}

static int upgrade(struct device *d)
{
    struct iot_ota_firmware firmware = *iot_ota_announced(d->ota);
    int status;

    if (firmware.is_diff && firmware.diff_from[0] != 0 && strcmp(firmware.diff_from, d->running) != 0) {
        SAY("a patch for %s", firmware.diff_from);
        return IOT_OTA_STATUS_UPGRADE_FAILED;
    }
    status = fetch(d);
    if (status != OK)
        return status;
    /* As it was fetched: with its size, which answers do not name; and reports may let another one in. */
    firmware = *iot_ota_announced(d->ota);
    link_report(d, IOT_OTA_STATUS_DOWNLOADED, 100);
    link_report(d, IOT_OTA_STATUS_BURNING, 0);
    status = prepare(d, &firmware);
    return status == OK ? take_over(d, firmware.version) : status;
}

void update_by_news(struct device *d)
{
    const struct iot_ota_firmware *firmware = iot_ota_announced(d->ota);
    uint8_t md5[sizeof firmware->md5];
    int status;

    d->has_news = 0;
    /* A notice that is repeated finds the version already there. */
    if (strcmp(firmware->version, d->running) == 0) {
        iot_ota_report_firmware_version(d->ota, d->running);
        return;
    }
    SAY("%s is announced%s%s", firmware->version, firmware->is_diff ? ", as a patch: " : "", firmware->diff_format);
    memcpy(md5, firmware->md5, sizeof md5);
    status = upgrade(d);
    if (status == OK || status == DROPPED)
        return;
    SAY("failed: %d", status);
    slots_drop(&d->slots);
    /* The same file once more, announced before it failed, is no new try. */
    if (memcmp(md5, firmware->md5, sizeof md5) == 0)
        d->has_news = 0;
    link_report(d, (iot_ota_status_t)status, 0);
}
