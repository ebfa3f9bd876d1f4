#include "instance.h"

#include <stdio.h>
#include <string.h>

enum { TOPIC_SIZE = 2 * IOT_OTA_NAME_SIZE + 40, ACCEPTED = 200, REFUSED = 400 };

/* IOT_OTA_MEMORY is what callers reserve. */
typedef char memory_is_enough[sizeof(struct iot_ota) <= IOT_OTA_MEMORY ? 1 : -1];

/* Copies a text that is neither empty nor too long. Returns whether it is. */
static int copy(char *to, const char *from, size_t size)
{
    size_t length = from == NULL ? 0 : strlen(from);

    if (length == 0 || length >= size)
        return 0;
    memcpy(to, from, length + 1);
    return 1;
}

static void topic_of(const char *product_key, const char *device_name, const char *purpose, char topic[TOPIC_SIZE])
{
    snprintf(topic, TOPIC_SIZE, "/sys/%s/%s/ota/firmware/%s", product_key, device_name, purpose);
}

static int publish(struct iot_ota *ota, const char *purpose, const char *message)
{
    char topic[TOPIC_SIZE];

    topic_of(ota->product_key, ota->device_name, purpose, topic);
    return ota->port->publish(ota->port->context, topic, message, strlen(message)) == 0 ? IOT_OTA_OK : IOT_OTA_ERR_PUBLISH;
}

/* Writes a text as a string of JSON, at most 6 bytes for each of the text and 3. Returns where it ends. */
static char *quoted(const char *text, char *p)
{
    *p++ = '"';
    for (; *text != 0; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == '"' || c == '\\')
            p += sprintf(p, "\\u%04x", c);
        else
            *p++ = (char)c;
    }
    *p++ = '"';
    *p = 0;
    return p;
}

/* The same file may be announced again, by another URL: the download goes on. */
static int is_same_file(const struct iot_ota_firmware *a, const struct iot_ota_firmware *b)
{
    return strcmp(a->version, b->version) == 0 && memcmp(a->md5, b->md5, sizeof a->md5) == 0 &&
           a->is_diff == b->is_diff && (a->size == b->size || a->size == 0 || b->size == 0);
}

static void announce(struct iot_ota *ota, const struct iot_ota_firmware *firmware)
{
    uint32_t known_size = ota->firmware.size;

    if (ota->is_announced && !is_same_file(&ota->firmware, firmware)) {
        ota_make_void(ota);
        known_size = 0;
    } else if (ota->state == IOT_OTA_FETCHED && strcmp(ota->firmware.message_id, firmware->message_id) != 0) {
        /* The platform tries again; a repeated message is not that. */
        ota_make_void(ota);
    }
    ota->firmware = *firmware;
    if (firmware->size == 0)
        ota->firmware.size = known_size;
    ota->is_announced = 1;
    if (ota->port->announced != NULL)
        ota->port->announced(ota->port->context, &ota->firmware);
}

/* The platform waits for the acknowledgement of what it pushed. */
static void on_upgrade(void *context, const char *topic, const char *payload, size_t size)
{
    struct iot_ota *ota = context;
    struct iot_ota_firmware firmware;
    int status = iot_ota_read_firmware(payload, size, &firmware);
    char message[6 * sizeof firmware.message_id + 32];

    (void)topic;
    if (firmware.message_id[0] != 0) {
        strcpy(message, "{\"msgId\":");
        sprintf(quoted(firmware.message_id, message + strlen(message)), ",\"code\":%d}",
                status == IOT_OTA_OK ? ACCEPTED : REFUSED);
        publish(ota, "upgrade_reply", message);
    }
    if (status == IOT_OTA_OK)
        announce(ota, &firmware);
}

static void on_answer(void *context, const char *topic, const char *payload, size_t size)
{
    struct iot_ota_firmware firmware;

    (void)topic;
    if (iot_ota_read_firmware(payload, size, &firmware) == IOT_OTA_OK)
        announce(context, &firmware);
}

static int subscribe(struct iot_ota *ota, const char *purpose, iot_ota_handler handler)
{
    char topic[TOPIC_SIZE];

    topic_of(ota->product_key, ota->device_name, purpose, topic);
    return ota->port->subscribe(ota->port->context, topic, handler, ota) == 0;
}

static void unsubscribe(struct iot_ota *ota, const char *purpose)
{
    char topic[TOPIC_SIZE];

    topic_of(ota->product_key, ota->device_name, purpose, topic);
    ota->port->unsubscribe(ota->port->context, topic);
}

void *iot_ota_init(const char *product_key, const char *device_name, void *mqtt_client)
{
    const struct iot_ota_port *port = mqtt_client;
    struct iot_ota *ota;

    if (port == NULL || port->memory == NULL || port->memory_size < sizeof *ota ||
        (uintptr_t)port->memory % sizeof(void *) != 0)
        return NULL;
    ota = port->memory;
    memset(ota, 0, sizeof *ota);
    ota->port = port;
    if (!copy(ota->product_key, product_key, sizeof ota->product_key) ||
        !copy(ota->device_name, device_name, sizeof ota->device_name))
        return NULL;
    ota_start_over(ota);
    return subscribe(ota, "upgrade", on_upgrade) ? ota : NULL;
}

int iot_ota_destroy(void *handle)
{
    struct iot_ota *ota = handle;

    if (ota == NULL || ota->state == IOT_OTA_UNINIT)
        return IOT_OTA_ERR_ARGUMENT;
    ota_close_stream(ota);
    unsubscribe(ota, "upgrade");
    if (ota->is_asking)
        unsubscribe(ota, "get_reply");
    if (ota->is_requesting)
        unsubscribe(ota, "request_reply");
    memset(ota, 0, sizeof *ota);
    return IOT_OTA_OK;
}

int iot_ota_report_progress(void *handle, iot_ota_status_t status, uint32_t progress)
{
    struct iot_ota *ota = handle;
    char message[120];

    if (ota == NULL || progress > 100)
        return IOT_OTA_ERR_ARGUMENT;
    snprintf(message, sizeof message,
             "{\"msgId\":\"%lu\",\"version\":\"1.0\",\"data\":{\"status\":%d,\"progress\":%lu}}",
             (unsigned long)++ota->last_message, (int)status, (unsigned long)progress);
    return publish(ota, "progress", message);
}

/* {"msgId","version","data":{"firmwareVersion"}}: the report and the question alike. */
static int publish_version(struct iot_ota *ota, const char *purpose, const char *version)
{
    char message[80 + 6 * IOT_OTA_VERSION_SIZE];

    if (version == NULL || *version == 0 || strlen(version) >= IOT_OTA_VERSION_SIZE)
        return IOT_OTA_ERR_ARGUMENT;
    sprintf(message, "{\"msgId\":\"%lu\",\"version\":\"1.0\",\"data\":{\"firmwareVersion\":",
            (unsigned long)++ota->last_message);
    strcpy(quoted(version, message + strlen(message)), "}}");
    return publish(ota, purpose, message);
}

int iot_ota_report_firmware_version(void *handle, const char *version)
{
    return handle == NULL ? IOT_OTA_ERR_ARGUMENT : publish_version(handle, "version", version);
}

/* A device asks for itself alone: the platform lets it publish nowhere else. */
int iot_ota_get_firmware_info(void *handle, const char *product_key, const char *identifier, const char *version)
{
    struct iot_ota *ota = handle;

    if (ota == NULL || product_key == NULL || identifier == NULL || strcmp(product_key, ota->product_key) != 0 ||
        strcmp(identifier, ota->device_name) != 0)
        return -1;
    if (!ota->is_asking && !subscribe(ota, "get_reply", on_answer))
        return -1;
    ota->is_asking = 1;
    return publish_version(ota, "get", version) == IOT_OTA_OK ? (int)(ota->last_message & 0x7fffffff) : -1;
}

int iot_ota_request_firmware(void *handle, const char *version)
{
    struct iot_ota *ota = handle;

    if (ota == NULL)
        return IOT_OTA_ERR_ARGUMENT;
    if (!ota->is_requesting && !subscribe(ota, "request_reply", on_answer))
        return IOT_OTA_ERR_PUBLISH;
    ota->is_requesting = 1;
    return publish_version(ota, "request", version);
}

const struct iot_ota_firmware *iot_ota_announced(const void *handle)
{
    const struct iot_ota *ota = handle;

    return ota != NULL && ota->is_announced ? &ota->firmware : NULL;
}
