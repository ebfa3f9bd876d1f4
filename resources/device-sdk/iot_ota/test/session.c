/*
 * A device from the announcement to the file, over a port in memory: the stream breaks, times out, is the wrong file; the
 * platform announces again, or something else. Exits with 1 at the first thing that is not as it should be.
 */
#include "iot_ota.h"
#include "ota_md5.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE = 5000, CHUNK = 300 };

struct platform {
    struct iot_ota_port port;
    iot_ota_handler on_upgrade, on_answer;
    void *handler_context;
    char topic[256], message[1024]; /* published last */
    int published, announced, closed, opened, unsubscribed;
    int refuses;                    /* the next opens that fail */
    uint32_t offset, break_at, total;
    int times_out;
    uint8_t file[FILE_SIZE];
};

static void check(int is_right, const char *what)
{
    if (is_right)
        return;
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static int publish(void *context, const char *topic, const char *payload, size_t size)
{
    struct platform *p = context;

    check(strlen(topic) < sizeof p->topic && size < sizeof p->message, "a message too long");
    strcpy(p->topic, topic);
    memcpy(p->message, payload, size);
    p->message[size] = 0;
    p->published++;
    return 0;
}

static int subscribe(void *context, const char *topic, iot_ota_handler handler, void *handler_context)
{
    struct platform *p = context;

    if (strcmp(topic, "/sys/pk/dn/ota/firmware/upgrade") == 0)
        p->on_upgrade = handler;
    else if (strcmp(topic, "/sys/pk/dn/ota/firmware/get_reply") == 0 ||
             strcmp(topic, "/sys/pk/dn/ota/firmware/request_reply") == 0)
        p->on_answer = handler;
    else
        return -1;
    p->handler_context = handler_context;
    return 0;
}

static void unsubscribe(void *context, const char *topic)
{
    (void)topic;
    ((struct platform *)context)->unsubscribed++;
}

static int open_stream(void *context, const char *url, uint32_t offset, uint32_t *total)
{
    struct platform *p = context;

    check(strcmp(url, "http://h/f") == 0, "another URL");
    p->opened++;
    if (p->refuses > 0) {
        p->refuses--;
        return -1;
    }
    p->offset = offset;
    *total = p->total;
    return 0;
}

static int32_t read_stream(void *context, char *data, uint32_t size, uint32_t timeout_s)
{
    struct platform *p = context;

    (void)timeout_s;
    if (p->times_out) {
        p->times_out = 0;
        return IOT_OTA_STREAM_TIMEOUT;
    }
    if (p->offset >= p->break_at) {
        p->break_at = FILE_SIZE;
        return IOT_OTA_STREAM_ENDED;
    }
    if (size > FILE_SIZE - p->offset)
        size = FILE_SIZE - p->offset;
    memcpy(data, p->file + p->offset, size);
    p->offset += size;
    return (int32_t)size;
}

static void close_stream(void *context)
{
    ((struct platform *)context)->closed++;
}

static void announced(void *context, const struct iot_ota_firmware *firmware)
{
    (void)firmware;
    ((struct platform *)context)->announced++;
}

static void push(struct platform *p, iot_ota_handler handler, const char *id, const char *version, int has_size, int is_wrong)
{
    struct ota_md5 md5;
    uint8_t digest[OTA_MD5_SIZE];
    char json[512], hex[2 * OTA_MD5_SIZE + 1];
    unsigned i;

    ota_md5_begin(&md5);
    ota_md5_update(&md5, p->file, FILE_SIZE);
    ota_md5_end(&md5, digest);
    digest[0] ^= (uint8_t)is_wrong;
    for (i = 0; i < OTA_MD5_SIZE; i++)
        sprintf(hex + 2 * i, "%02x", digest[i]);
    sprintf(json,
            "{\"msgId\":\"%s\",\"version\":\"1.0\",\"data\":{%s\"firmwareVersion\":\"%s\",\"url\":\"http://h/f\","
            "\"sign\":\"%s\",\"signMethod\":\"Md5\"}}",
            id, has_size ? "\"policy\":\"standard\",\"size\":5000," : "", version, hex);
    handler(p->handler_context, "", json, strlen(json));
}

/* Fetches to the end, or to the first error. Returns the last result. */
static int fetch(void *ota, struct platform *p, uint32_t *position)
{
    char data[CHUNK];
    int got;

    while ((got = iot_ota_fetch_yield(ota, data, sizeof data, 1)) > 0) {
        check(memcmp(data, p->file + *position, (size_t)got) == 0, "other bytes than those of the file");
        *position += (uint32_t)got;
        if (iot_ota_fetch_finish(ota))
            break;
        check(iot_ota_is_fetching(ota), "neither fetching nor finished");
    }
    return got;
}

static void said(const struct platform *p, const char *topic, const char *message)
{
    check(strcmp(p->topic, topic) == 0 && strcmp(p->message, message) == 0, message);
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

    p.port.context = &p;
    p.port.publish = publish;
    p.port.subscribe = subscribe;
    p.port.unsubscribe = unsubscribe;
    p.port.open = open_stream;
    p.port.read = read_stream;
    p.port.close = close_stream;
    p.port.announced = announced;
    p.port.memory = &memory;
    p.port.memory_size = sizeof memory;
    p.total = p.break_at = FILE_SIZE;
    for (i = 0; i < FILE_SIZE; i++)
        p.file[i] = (uint8_t)(i * i >> 3);

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
    check(fetch(ota, &p, &position) == IOT_OTA_ERR_TIMEOUT && position == 1500, "a timeout not seen");
    push(&p, p.on_upgrade, "78", "2.0", 0, 0);
    check(fetch(ota, &p, &position) > 0 && position == FILE_SIZE, "not fetched to the end");
    check(iot_ota_fetch_finish(ota) && !iot_ota_is_fetching(ota), "not finished");
    check(p.opened == 3 && p.closed == 2, "opened or closed too often");
    check(fetch(ota, &p, &position) == IOT_OTA_ERR_FINISHED, "fetched again");
    push(&p, p.on_upgrade, "78", "2.0", 1, 0);
    check(iot_ota_fetch_finish(ota), "a repeated message undid the download");
    push(&p, p.on_upgrade, "79", "2.0", 1, 0);
    check(!iot_ota_fetch_finish(ota), "another try of the platform not seen");

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

    check(iot_ota_request_firmware(ota, "1.0") == 0, "no request");
    said(&p, "/sys/pk/dn/ota/firmware/request",
         "{\"msgId\":\"4\",\"version\":\"1.0\",\"data\":{\"firmwareVersion\":\"1.0\"}}");
    check(iot_ota_fetch_resume(ota, FILE_SIZE, data, 1) == IOT_OTA_ERR_STATE, "taken up what is complete");
    push(&p, p.on_answer, "4", "4.0", 0, 0);
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file, 1000) == 0, "not taken up");
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file + 1000, 234) == 0, "not taken up in pieces");
    check(iot_ota_fetch_resume(ota, FILE_SIZE - 1, (char *)p.file, 1) == IOT_OTA_ERR_SIZE, "another size taken up");
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file, 1234) == 0, "not begun anew");
    position = 1234;
    check(fetch(ota, &p, &position) > 0 && iot_ota_fetch_finish(ota), "not gone on");
    push(&p, p.on_answer, "5", "4.1", 0, 0);
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file, FILE_SIZE + 1) == IOT_OTA_ERR_SIZE, "too much taken up");
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file, FILE_SIZE) == 0 && iot_ota_fetch_finish(ota), "not complete");
    check(iot_ota_fetch_abort(ota) == 0 && !iot_ota_fetch_finish(ota), "not thrown away");
    position = 0;
    check(fetch(ota, &p, &position) > 0 && iot_ota_fetch_finish(ota), "not begun anew");
    push(&p, p.on_answer, "6", "4.2", 0, 1);
    check(iot_ota_fetch_resume(ota, FILE_SIZE, (char *)p.file, FILE_SIZE) == IOT_OTA_ERR_DIGEST, "a wrong file taken up");

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
