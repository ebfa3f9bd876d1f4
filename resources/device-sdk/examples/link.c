/* The device's link to the station: MQTT and HTTP as iot_ota's port, and the connection that comes back by itself. */
#define _POSIX_C_SOURCE 200809L

#include "device.h"
#include "posix_socket.h"

#include <time.h>

enum { LONGEST_PAUSE_S = 30 };

static int port_publish(void *context, const char *topic, const char *payload, size_t size)
{
    return ota_mqtt_publish(&((struct device *)context)->mqtt, topic, payload, size, 1);
}

static int port_subscribe(void *context, const char *topic, iot_ota_handler handler, void *handler_context)
{
    return ota_mqtt_subscribe(&((struct device *)context)->mqtt, topic, 1, handler, handler_context);
}

static void port_unsubscribe(void *context, const char *topic)
{
    ota_mqtt_unsubscribe(&((struct device *)context)->mqtt, topic);
}

static int port_open(void *context, const char *url, uint32_t offset, uint32_t *total)
{
    return ota_http_open(&((struct device *)context)->http, url, offset, total, ANSWER_S);
}

static int32_t port_read(void *context, char *data, uint32_t size, uint32_t timeout_s)
{
    return ota_http_read(&((struct device *)context)->http, data, size, timeout_s);
}

static void port_close(void *context)
{
    ota_http_close(&((struct device *)context)->http);
}

static void port_announced(void *context, const struct iot_ota_firmware *firmware)
{
    (void)firmware;
    ((struct device *)context)->has_news = 1;
}

void link_begin(struct device *d)
{
    d->port.context = d;
    d->port.publish = port_publish;
    d->port.subscribe = port_subscribe;
    d->port.unsubscribe = port_unsubscribe;
    d->port.open = port_open;
    d->port.read = port_read;
    d->port.close = port_close;
    d->port.announced = port_announced;
    d->port.memory = &d->memory;
    d->port.memory_size = sizeof d->memory;
    ota_mqtt_begin(&d->mqtt);
    ota_http_begin(&d->http);
}

/* Connects, says what runs, and asks for what waits: a notice may have been missed, or a download cut short. */
static int say_hello(struct device *d)
{
    int status = ota_mqtt_connect(&d->mqtt, &d->access);

    if (status != OTA_MQTT_OK)
        return status;
    if (d->ota == NULL)
        d->ota = iot_ota_init(d->product_key, d->name, &d->port);
    if (d->ota == NULL || iot_ota_report_firmware_version(d->ota, d->running) != IOT_OTA_OK ||
        iot_ota_request_firmware(d->ota, d->running) != IOT_OTA_OK) {
        ota_mqtt_disconnect(&d->mqtt);
        return OTA_MQTT_ERR_BROKEN;
    }
    return OTA_MQTT_OK;
}

void link_attend(struct device *d, uint32_t timeout_ms)
{
    int status;

    if (d->mqtt.socket >= 0) {
        status = ota_mqtt_yield(&d->mqtt, timeout_ms);
        if (status != OTA_MQTT_OK)
            SAY("MQTT: %s", ota_mqtt_text(status));
        return;
    }
    if (ota_socket_now() < d->retry_at) {
        struct timespec pause = {0, 100000000};
        if (timeout_ms > 0)
            nanosleep(&pause, NULL);
        return;
    }
    status = say_hello(d);
    if (status == OTA_MQTT_OK) {
        SAY("connected, running %s", d->running);
        d->pause_s = 0;
        return;
    }
    SAY("%s:%s: %s (%d)", d->access.host, d->access.port, ota_mqtt_text(status), d->mqtt.refusal);
    /* Who is refused at once again has still the wrong secret. */
    d->pause_s = status == OTA_MQTT_ERR_REFUSED || 2 * d->pause_s > LONGEST_PAUSE_S ? LONGEST_PAUSE_S : 2 * d->pause_s + 1;
    d->retry_at = ota_socket_now() + (int64_t)d->pause_s * 1000;
}

void link_report(struct device *d, iot_ota_status_t status, uint32_t percent)
{
    if (d->mqtt.socket >= 0 && iot_ota_report_progress(d->ota, status, percent) != IOT_OTA_OK)
        SAY("not reported: %d %lu %%", (int)status, (unsigned long)percent);
}

void link_end(struct device *d)
{
    ota_http_close(&d->http);
    ota_mqtt_disconnect(&d->mqtt);
}
