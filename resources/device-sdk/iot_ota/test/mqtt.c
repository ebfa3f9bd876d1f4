/*
 * mqtt PORT: says "hello" on the topic `up` and answers every message of `down/+` there, until the message "end"; prints
 * what happened. For tests.
 */
#include "../port/posix_mqtt.h"

#include <stdio.h>
#include <string.h>

static int is_end;

static void on_message(void *context, const char *topic, const char *payload, size_t size)
{
    struct ota_mqtt *mqtt = context;

    printf("%s=%.*s\n", topic, (int)(size < 40 ? size : 40), payload);
    is_end = size == 3 && memcmp(payload, "end", 3) == 0;
    if (size > 0 && ota_mqtt_publish(mqtt, "up", payload, size, 1) != OTA_MQTT_OK)
        puts("not answered");
    /* Nothing else is allowed here. */
    if (ota_mqtt_yield(mqtt, 0) != OTA_MQTT_ERR_STATE || ota_mqtt_unsubscribe(mqtt, "x") != OTA_MQTT_ERR_ARGUMENT)
        puts("a handler waits");
}

int main(int argc, char **argv)
{
    static struct ota_mqtt mqtt;
    static char large[OTA_MQTT_PACKET];
    struct ota_mqtt_login login = {"127.0.0.1", NULL, "tester", "user", "secret", 1, 1};
    int status;

    if (argc < 2)
        return 2;
    login.port = argv[1];
    ota_mqtt_begin(&mqtt);
    status = ota_mqtt_publish(&mqtt, "up", "x", 1, 0);
    if (status != OTA_MQTT_ERR_STATE)
        puts("published without a connection");
    status = ota_mqtt_connect(&mqtt, &login);
    if (status == OTA_MQTT_OK)
        status = ota_mqtt_subscribe(&mqtt, "down/+", 1, on_message, &mqtt);
    if (status == OTA_MQTT_OK && (ota_mqtt_publish(&mqtt, "up", large, sizeof large, 1) != OTA_MQTT_ERR_FULL ||
                                  ota_mqtt_publish(&mqtt, "up", large, 1, 2) != OTA_MQTT_ERR_ARGUMENT))
        puts("published what cannot be");
    if (status == OTA_MQTT_OK)
        status = ota_mqtt_publish(&mqtt, "up", "hello", 5, 1);
    while (status == OTA_MQTT_OK && !is_end)
        status = ota_mqtt_yield(&mqtt, 10000);
    if (status == OTA_MQTT_OK)
        status = ota_mqtt_flush(&mqtt, 5000);
    if (status == OTA_MQTT_OK)
        status = ota_mqtt_unsubscribe(&mqtt, "down/+");
    printf("%s, refusal %d, dropped %lu\n", ota_mqtt_text(status), mqtt.refusal, (unsigned long)mqtt.dropped);
    ota_mqtt_disconnect(&mqtt);
    return 0;
}
