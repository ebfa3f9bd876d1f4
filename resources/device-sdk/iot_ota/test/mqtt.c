/*
 * mqtt PORT KEEP_ALIVE ANSWER [LATER]: says "hello" on the topic `up` and answers every message of `down/+` there, until
 * the message "end"; prints what happened. Waits ANSWER seconds for each answer, LATER once "hello" is acknowledged. For
 * tests.
 */
#include "../port/posix_mqtt.h"

#include <stdio.h>
#include <stdlib.h>
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
    struct ota_mqtt_login login = {"127.0.0.1", NULL, "tester", "user", "secret", 0, 0};
    int status;

    if (argc < 4)
        return 2;
    login.port = argv[1];
    login.keep_alive_s = (uint16_t)strtoul(argv[2], NULL, 10);
    login.timeout_s = (uint32_t)strtoul(argv[3], NULL, 10);
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
    if (status == OTA_MQTT_OK && argc > 4) {
        status = ota_mqtt_flush(&mqtt, login.timeout_s * 1000);
        mqtt.timeout_s = (uint32_t)strtoul(argv[4], NULL, 10);
    }
    while (status == OTA_MQTT_OK && !is_end)
        status = ota_mqtt_yield(&mqtt, 10000);
    if (status == OTA_MQTT_OK)
        status = ota_mqtt_flush(&mqtt, login.timeout_s * 1000);
    if (status == OTA_MQTT_OK)
        status = ota_mqtt_unsubscribe(&mqtt, "down/+");
    printf("%s, refusal %d, dropped %lu\n", ota_mqtt_text(status), mqtt.refusal, (unsigned long)mqtt.dropped);
    ota_mqtt_disconnect(&mqtt);
    return 0;
}
