/* Packets of the MQTT client on their way; for its own files. */
#ifndef OTA_MQTT_WIRE_H
#define OTA_MQTT_WIRE_H

#include "posix_mqtt.h"

/* The first byte of each packet with the flags it must have (MQTT 3.1.1, 2.2). */
enum {
    CONNECT = 0x10,
    CONNACK = 0x20,
    PUBLISH = 0x30,
    PUBACK = 0x40,
    SUBSCRIBE = 0x82,
    SUBACK = 0x90,
    UNSUBSCRIBE = 0xa2,
    UNSUBACK = 0xb0,
    PINGREQ = 0xc0,
    PINGRESP = 0xd0,
    DISCONNECT = 0xe0
};
/* Most bytes of a fixed header: the first byte and the length (2.2). */
enum { HEADER = 5 };

/* Closes, and forgets what was under way. */
void ota_mqtt_close(struct ota_mqtt *m);
/* Closes, and returns the status. */
int ota_mqtt_ended(struct ota_mqtt *m, int status);

/* A packet is begun, filled, and sent with its first byte; one that is too large is refused then. */
void ota_mqtt_start(struct ota_mqtt *m);
void ota_mqtt_put(struct ota_mqtt *m, const void *data, size_t size);
void ota_mqtt_put_byte(struct ota_mqtt *m, unsigned value);
void ota_mqtt_put_number(struct ota_mqtt *m, unsigned value);
void ota_mqtt_put_text(struct ota_mqtt *m, const char *text);
int ota_mqtt_send(struct ota_mqtt *m, unsigned first);
/* An id that no message waits with. */
uint16_t ota_mqtt_next_id(struct ota_mqtt *m);

/* Receives once, waiting until then at the longest, handles what is complete, and keeps the connection alive. */
int ota_mqtt_receive(struct ota_mqtt *m, int64_t deadline);

#endif
