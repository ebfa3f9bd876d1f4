/* A platform in memory for session.c: what is published, announced, opened and read, with the faults that a test asks for. */
#ifndef OTA_TEST_PLATFORM_H
#define OTA_TEST_PLATFORM_H

#include "iot_ota.h"
#include "ota_md5.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE = 5000, CHUNK = 300, ON_OPEN = 1, ON_READ };

struct platform {
    struct iot_ota_port port;
    iot_ota_handler on_upgrade, on_answer;
    void *handler_context;
    char topic[256], message[1024]; /* published last */
    int published, announced, closed, opened, unsubscribed;
    int refuses;                    /* the next opens that fail */
    uint32_t offset, break_at, total;
    int times_out;
    int pushes_on; /* D is announced in the middle of that */
    uint8_t file[FILE_SIZE];
};

static inline void check(int is_right, const char *what)
{
    if (is_right)
        return;
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static inline int publish(void *context, const char *topic, const char *payload, size_t size)
{
    struct platform *p = context;

    check(strlen(topic) < sizeof p->topic && size < sizeof p->message, "a message too long");
    strcpy(p->topic, topic);
    memcpy(p->message, payload, size);
    p->message[size] = 0;
    p->published++;
    return 0;
}

static inline int subscribe(void *context, const char *topic, iot_ota_handler handler, void *handler_context)
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

static inline void unsubscribe(void *context, const char *topic)
{
    (void)topic;
    ((struct platform *)context)->unsubscribed++;
}

static inline void push(struct platform *p, iot_ota_handler handler, const char *id, const char *version, int has_size, int is_wrong);

static inline void push_in_between(struct platform *p, int on)
{
    if (p->pushes_on != on)
        return;
    p->pushes_on = 0;
    push(p, p->on_upgrade, "555", "D", 1, 0);
}

static inline int open_stream(void *context, const char *url, uint32_t offset, uint32_t *total)
{
    struct platform *p = context;

    check(strcmp(url, "http://h/f") == 0, "another URL");
    p->opened++;
    push_in_between(p, ON_OPEN);
    if (p->refuses > 0) {
        p->refuses--;
        return -1;
    }
    p->offset = offset;
    *total = p->total;
    return 0;
}

static inline int32_t read_stream(void *context, char *data, uint32_t size, uint32_t timeout_s)
{
    struct platform *p = context;

    (void)timeout_s;
    push_in_between(p, ON_READ);
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

static inline void close_stream(void *context)
{
    ((struct platform *)context)->closed++;
}

static inline void announced(void *context, const struct iot_ota_firmware *firmware)
{
    (void)firmware;
    ((struct platform *)context)->announced++;
}

static inline void push(struct platform *p, iot_ota_handler handler, const char *id, const char *version, int has_size, int is_wrong)
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
static inline int fetch(void *ota, struct platform *p, uint32_t *position)
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

static inline void said(const struct platform *p, const char *topic, const char *message)
{
    check(strcmp(p->topic, topic) == 0 && strcmp(p->message, message) == 0, message);
}

/* A platform whose file is FILE_SIZE bytes at http://h/f, and an instance over it. Returns that. */
static inline void *platform_begin(struct platform *p, void *memory, size_t size)
{
    uint32_t i;

    p->port.context = p;
    p->port.publish = publish;
    p->port.subscribe = subscribe;
    p->port.unsubscribe = unsubscribe;
    p->port.open = open_stream;
    p->port.read = read_stream;
    p->port.close = close_stream;
    p->port.announced = announced;
    p->port.memory = memory;
    p->port.memory_size = size;
    p->total = p->break_at = FILE_SIZE;
    for (i = 0; i < FILE_SIZE; i++)
        p->file[i] = (uint8_t)(i * i >> 3);
    return iot_ota_init("pk", "dn", &p->port);
}

#endif
