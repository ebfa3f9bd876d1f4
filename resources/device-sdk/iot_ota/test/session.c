/*
 * A device from the announcement to the file, over a port in memory: the stream breaks, times out, is the wrong file; the
 * platform announces again, or something else. Exits with 1 at the first thing that is not as it should be.
 */
#include "platform.h"

/* Begins the file of a version and fetches 900 bytes of it. */
static void begin(void *ota, struct platform *p, const char *id, const char *version)
{
    uint32_t position = 0;

    check(iot_ota_fetch_abort(ota) == 0, "not thrown away");
    push(p, p->on_upgrade, id, version, 1, 0);
    check(iot_ota_fetch_abort(ota) == 0, "not thrown away");
    p->break_at = 900;
    check(fetch(ota, p, &position) == IOT_OTA_ERR_READ && position == 900, "not begun");
}

/* What was stored of A is not gone on with, whatever was announced between two fetches: A,B,A and A,B,C and A,B,C,A. */
static void announcements_are_not_lost(void *ota, struct platform *p)
{
    static const char *const rows[][4] = {{"B", "A", NULL}, {"B", "C", NULL}, {"B", "C", "A", NULL}, {"B", NULL}};
    char data[CHUNK], id[8];
    unsigned row, at, number = 100;

    for (row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        uint32_t position = 0;
        sprintf(id, "%u", number++);
        begin(ota, p, id, "A");
        for (at = 0; rows[row][at] != NULL; at++) {
            sprintf(id, "%u", number++);
            push(p, p->on_upgrade, id, rows[row][at], 1, 0);
        }
        check(iot_ota_fetch_yield(ota, data, CHUNK, 1) == IOT_OTA_ERR_CHANGED, "a mixed file: an announcement was lost");
        check(fetch(ota, p, &position) > 0 && position == FILE_SIZE && iot_ota_fetch_finish(ota), "told of twice, or not begun anew");
    }
    /* While the stream is being opened, and while it is read. */
    for (row = 0; row < 2; row++) {
        uint32_t position = 0;
        sprintf(id, "%u", number++);
        begin(ota, p, id, "A");
        p->pushes_on = row == 0 ? ON_OPEN : ON_READ;
        check(fetch(ota, p, &position) == IOT_OTA_ERR_CHANGED && position == 0, "a change while bytes come not seen");
        check(fetch(ota, p, &position) > 0 && iot_ota_fetch_finish(ota), "not begun anew");
        check(strcmp(iot_ota_announced(ota)->version, "D") == 0, "another firmware");
    }
    /* The first byte of all: nothing is stored yet, but the stream is another file's. */
    sprintf(id, "%u", number++);
    check(iot_ota_fetch_abort(ota) == 0, "not thrown away");
    push(p, p->on_upgrade, id, "E", 1, 0);
    check(iot_ota_fetch_abort(ota) == 0, "not thrown away");
    p->pushes_on = ON_OPEN;
    check(iot_ota_fetch_yield(ota, data, CHUNK, 1) == IOT_OTA_ERR_CHANGED, "the stream of another file read");
    /* Complete, and something else before it is looked at. */
    {
        uint32_t position = 0;
        check(fetch(ota, p, &position) > 0 && iot_ota_fetch_finish(ota), "not fetched");
        sprintf(id, "%u", number++);
        push(p, p->on_upgrade, id, "F", 1, 0);
        check(iot_ota_fetch_yield(ota, data, CHUNK, 1) == IOT_OTA_ERR_CHANGED, "stored behind what was complete");
    }
}

/* The file as it stands on the medium, with one bit wrong or none. */
static void the_medium_is_made_sure_of(void *ota, struct platform *p)
{
    static char medium[FILE_SIZE];
    uint32_t position = 0, at;

    check(iot_ota_fetch_verify(ota, medium, 1) == IOT_OTA_ERR_STATE, "made sure of what is not there");
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p->file, 2000) == 0, "not taken up");
    position = 2000;
    check(fetch(ota, p, &position) > 0 && iot_ota_fetch_finish(ota) && !iot_ota_fetch_verified(ota), "sure of it unseen");
    memcpy(medium, p->file, FILE_SIZE);
    for (at = 0; at < FILE_SIZE; at += 1000)
        check(iot_ota_fetch_verify(ota, medium + at, 1000) == 0 && iot_ota_fetch_verified(ota) == (at == FILE_SIZE - 1000),
              "not sure of the right file");
    check(iot_ota_fetch_verify(ota, medium, FILE_SIZE) == 0 && iot_ota_fetch_verified(ota), "not sure of it once more");
    medium[1999] ^= 1;
    check(iot_ota_fetch_verify(ota, medium, FILE_SIZE) == IOT_OTA_ERR_DIGEST, "a damaged medium not seen");
    check(!iot_ota_fetch_verified(ota) && !iot_ota_fetch_finish(ota), "sure of a damaged file");
    position = 0;
    check(fetch(ota, p, &position) > 0 && iot_ota_fetch_verify(ota, medium, FILE_SIZE - 1) == 0, "not begun anew");
    check(!iot_ota_fetch_verified(ota), "sure of a part");
    check(iot_ota_fetch_verify(ota, medium, 2) == IOT_OTA_ERR_SIZE, "more than the file");
    position = 0;
    check(fetch(ota, p, &position) > 0, "not begun anew");
    push(p, p->on_upgrade, "900", "G", 1, 0);
    check(iot_ota_fetch_verify(ota, (char *)p->file, FILE_SIZE) == IOT_OTA_ERR_CHANGED, "sure of what is void");
    check(iot_ota_fetch_abort(ota) == 0, "not thrown away");
}

int main(void)
{
    static struct platform p;
    union {
        void *alignment;
        uint8_t bytes[IOT_OTA_MEMORY];
    } memory;
    void *ota;
    char data[CHUNK];
    uint32_t position = 0, i;

    ota = platform_begin(&p, &memory, sizeof memory);
    check(ota != NULL && iot_ota_destroy(ota) == 0, "not begun and ended");
    p.unsubscribed = 0;
    check(iot_ota_init(NULL, "dn", &p.port) == NULL && iot_ota_init("pk", "", &p.port) == NULL, "begun without a name");
    p.port.memory_size = 10;
    check(iot_ota_init("pk", "dn", &p.port) == NULL, "begun without memory");
    p.port.memory_size = sizeof memory;
    ota = iot_ota_init("pk", "dn", &p.port);
    check(ota != NULL && p.on_upgrade != NULL && iot_ota_announced(ota) == NULL, "not begun");
    check(!iot_ota_is_fetching(ota) && !iot_ota_fetch_finish(ota), "fetching from the start");
    check(iot_ota_fetch_yield(ota, data, CHUNK, 1) == IOT_OTA_ERR_STATE, "fetched what nobody announced");

    check(iot_ota_report_firmware_version(ota, "1.0 \"beta\"") == 0, "no version reported");
    said(&p, "/sys/pk/dn/ota/firmware/version",
         "{\"msgId\":\"1\",\"version\":\"1.0\",\"data\":{\"firmwareVersion\":\"1.0 \\u0022beta\\u0022\"}}");
    check(iot_ota_report_progress(ota, IOT_OTA_STATUS_BURN_FAILED, 100) == 0, "no progress reported");
    said(&p, "/sys/pk/dn/ota/firmware/progress",
         "{\"msgId\":\"2\",\"version\":\"1.0\",\"data\":{\"status\":-4,\"progress\":100}}");
    check(iot_ota_report_progress(ota, IOT_OTA_STATUS_DOWNLOADING, 101) == IOT_OTA_ERR_ARGUMENT, "101 % reported");

    push(&p, p.on_upgrade, "77", "2.0", 1, 0);
    said(&p, "/sys/pk/dn/ota/firmware/upgrade_reply", "{\"msgId\":\"77\",\"code\":200}");
    check(p.announced == 1 && strcmp(iot_ota_announced(ota)->version, "2.0") == 0, "not announced");

    p.refuses = 1;
    check(fetch(ota, &p, &position) == IOT_OTA_ERR_OPEN && position == 0, "opened what was refused");
    p.break_at = 1500;
    check(fetch(ota, &p, &position) == IOT_OTA_ERR_READ && position == 1500, "a broken stream not seen");
    check(iot_ota_is_fetching(ota), "a broken stream ended the download");
    p.times_out = 1;
    check(fetch(ota, &p, &position) == 0 && position == 1500 && iot_ota_is_fetching(ota), "a timeout ended the download");
    push(&p, p.on_upgrade, "78", "2.0", 0, 0);
    check(fetch(ota, &p, &position) > 0 && position == FILE_SIZE, "not fetched to the end");
    check(iot_ota_fetch_finish(ota) && !iot_ota_is_fetching(ota), "not finished");
    check(p.opened == 3 && p.closed == 2, "opened or closed too often");
    check(fetch(ota, &p, &position) == IOT_OTA_ERR_FINISHED, "fetched again");
    push(&p, p.on_upgrade, "78", "2.0", 1, 0);
    check(iot_ota_fetch_finish(ota), "a repeated message undid the download");
    push(&p, p.on_upgrade, "79", "2.0", 1, 0);
    check(!iot_ota_fetch_finish(ota), "another try of the platform not seen");
    check(fetch(ota, &p, &position) == IOT_OTA_ERR_CHANGED, "stored behind what was complete");

    position = 0;
    p.break_at = 900;
    check(fetch(ota, &p, &position) == IOT_OTA_ERR_READ, "a broken stream not seen");
    push(&p, p.on_upgrade, "80", "2.1", 1, 1);
    check(fetch(ota, &p, &position) == IOT_OTA_ERR_CHANGED, "another firmware taken for the same");
    position = 0;
    check(fetch(ota, &p, &position) == IOT_OTA_ERR_DIGEST, "a wrong file taken");
    check(!iot_ota_fetch_finish(ota) && !iot_ota_is_fetching(ota), "a wrong file finished");
    p.total = FILE_SIZE + 1;
    check(fetch(ota, &p, &position) == IOT_OTA_ERR_SIZE, "a file of another size taken");
    p.total = FILE_SIZE;

    check(iot_ota_get_firmware_info(ota, "pk", "other", "3.0") == -1, "asked for another device");
    check(iot_ota_get_firmware_info(ota, "pk", "dn", "3.0") == 3, "no question");
    said(&p, "/sys/pk/dn/ota/firmware/get", "{\"msgId\":\"3\",\"version\":\"1.0\",\"data\":{\"firmwareVersion\":\"3.0\"}}");
    i = (uint32_t)p.announced;
    p.on_answer(p.handler_context, "", "{\"msgId\":\"3\",\"code\":404,\"message\":\"no\"}", 39);
    check(p.announced == (int)i, "an answer without a firmware announced");
    push(&p, p.on_answer, "3", "3.0", 0, 0);
    position = 0;
    check(fetch(ota, &p, &position) > 0 && iot_ota_fetch_finish(ota), "an answer not fetched");
    check(iot_ota_state(ota) == IOT_OTA_FETCHED && iot_ota_state(NULL) == IOT_OTA_UNINIT, "another state");

    check(iot_ota_request_firmware(ota, "1.0") == 0, "no request");
    said(&p, "/sys/pk/dn/ota/firmware/request",
         "{\"msgId\":\"4\",\"version\":\"1.0\",\"data\":{\"firmwareVersion\":\"1.0\"}}");
    check(iot_ota_fetch_resume(ota, FILE_SIZE, data, 1) == IOT_OTA_ERR_STATE, "taken up what is complete");
    push(&p, p.on_answer, "4", "4.0", 0, 0);
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file, 1000) == IOT_OTA_ERR_CHANGED, "taken up for another");
    check(iot_ota_state(ota) == IOT_OTA_INIT, "not begun anew");
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file, 1000) == 0, "not taken up");
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file + 1000, 234) == 0, "not taken up in pieces");
    check(iot_ota_fetch_resume(ota, FILE_SIZE - 1, (char *)p.file, 1) == IOT_OTA_ERR_SIZE, "another size taken up");
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file, 1234) == 0, "not begun anew");
    position = 1234;
    check(fetch(ota, &p, &position) > 0 && iot_ota_fetch_finish(ota), "not gone on");
    push(&p, p.on_answer, "5", "4.1", 0, 0);
    check(iot_ota_fetch_abort(ota) == 0, "not thrown away");
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file, FILE_SIZE + 1) == IOT_OTA_ERR_SIZE, "too much taken up");
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file, FILE_SIZE) == 0 && iot_ota_fetch_finish(ota), "not complete");
    check(iot_ota_fetch_abort(ota) == 0 && !iot_ota_fetch_finish(ota), "not thrown away");
    position = 0;
    check(fetch(ota, &p, &position) > 0 && iot_ota_fetch_finish(ota), "not begun anew");
    push(&p, p.on_answer, "6", "4.2", 0, 1);
    check(iot_ota_fetch_yield(ota, data, CHUNK, 1) == IOT_OTA_ERR_CHANGED, "another firmware taken for the same");
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file, FILE_SIZE) == IOT_OTA_ERR_DIGEST, "a wrong file taken up");

    announcements_are_not_lost(ota, &p);
    the_medium_is_made_sure_of(ota, &p);

    i = (uint32_t)p.published;
    p.on_upgrade(p.handler_context, "", "{\"msgId\":\"9\",\"data\":{}}", 23);
    said(&p, "/sys/pk/dn/ota/firmware/upgrade_reply", "{\"msgId\":\"9\",\"code\":400}");
    p.on_upgrade(p.handler_context, "", "nothing", 7);
    check(p.published == (int)i + 1, "an answer to nothing");
    check(iot_ota_destroy(ota) == 0 && p.unsubscribed == 3, "not ended");
    check(iot_ota_destroy(ota) == IOT_OTA_ERR_ARGUMENT, "ended twice");
    puts("session");
    return 0;
}
