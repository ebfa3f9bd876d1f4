/*
 * A small client of MQTT 3.1.1 (OASIS Standard) over TCP on POSIX: QoS 0 and 1, clean sessions, no TLS, no malloc. Every
 * call ends within its time. Packets larger than the buffers are not sent; received ones are thrown away and counted.
 *
 * One thread. Handlers run within `ota_mqtt_yield` and whatever waits for an answer; they may publish, nothing else.
 */
#ifndef OTA_POSIX_MQTT_H
#define OTA_POSIX_MQTT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of the largest packet, in each direction. */
#ifndef OTA_MQTT_PACKET
#define OTA_MQTT_PACKET 4096
#endif
#ifndef OTA_MQTT_FILTER_SIZE
#define OTA_MQTT_FILTER_SIZE 256
#endif
#ifndef OTA_MQTT_SUBSCRIPTIONS
#define OTA_MQTT_SUBSCRIPTIONS 8
#endif
/* Messages of QoS 1 that may wait for their acknowledgement at once. */
#ifndef OTA_MQTT_WINDOW
#define OTA_MQTT_WINDOW 16
#endif

enum {
    OTA_MQTT_OK = 0,
    OTA_MQTT_ERR_ARGUMENT = -1, /* no QoS 0 or 1, a text too long, no place for another subscription */
    OTA_MQTT_ERR_STATE = -2,    /* not connected, or not from within a handler */
    OTA_MQTT_ERR_CONNECT = -3,  /* the server is not reached */
    OTA_MQTT_ERR_REFUSED = -4,  /* by the server: `refusal` has its code for a connect, 0x80 for a subscription */
    OTA_MQTT_ERR_TIMEOUT = -5,  /* no answer in time */
    OTA_MQTT_ERR_BROKEN = -6,   /* the connection ended: connect again */
    OTA_MQTT_ERR_PROTOCOL = -7, /* the server sent what no server may: the connection is closed */
    OTA_MQTT_ERR_FULL = -8      /* a packet too large, or too many messages not acknowledged yet */
};

/* A message; the topic ends with a 0, the payload need not. Both are gone when the handler returns. */
typedef void (*ota_mqtt_handler)(void *context, const char *topic, const char *payload, size_t size);

struct ota_mqtt_login {
    const char *host;
    const char *port;
    const char *client_id;
    const char *username; /* NULL: none */
    const char *password; /* NULL: none */
    uint16_t keep_alive_s; /* 0: none */
    uint32_t timeout_s;    /* for each answer */
};

struct ota_mqtt_subscription {
    char filter[OTA_MQTT_FILTER_SIZE]; /* empty: free */
    uint8_t qos;
    ota_mqtt_handler handler;
    void *context;
};

struct ota_mqtt {
    int socket;       /* below 0: not connected */
    int refusal;
    uint32_t dropped; /* messages that were too large; they are acknowledged all the same */
    /* The rest is the client's own. */
    uint16_t keep_alive_s;
    uint32_t timeout_s;
    int64_t sent_at;
    int64_t pinged_at; /* 0: no answer is due */
    uint16_t last_id;
    uint16_t unacknowledged[OTA_MQTT_WINDOW];
    uint8_t awaited; /* the packet that is waited for; 0: none */
    uint16_t awaited_id;
    uint8_t answer;
    int is_handling;
    uint32_t delivered;
    struct ota_mqtt_subscription subscriptions[OTA_MQTT_SUBSCRIPTIONS];
    uint32_t skipped; /* bytes of a packet too large that are still to come */
    size_t in_used;
    size_t out_used;
    uint8_t in[OTA_MQTT_PACKET];
    uint8_t out[OTA_MQTT_PACKET];
};

/* Before anything else. */
void ota_mqtt_begin(struct ota_mqtt *mqtt);
/* Connects, anew where it was connected, and subscribes again to all that was subscribed. */
int ota_mqtt_connect(struct ota_mqtt *mqtt, const struct ota_mqtt_login *login);
/* Sends a message. With QoS 1 it is remembered until it is acknowledged; a connection that ends before may lose it. */
int ota_mqtt_publish(struct ota_mqtt *mqtt, const char *topic, const void *payload, size_t size, int qos);
/* Subscribes, and waits for the answer. A filter that is subscribed gets the new handler. */
int ota_mqtt_subscribe(struct ota_mqtt *mqtt, const char *filter, int qos, ota_mqtt_handler handler, void *context);
/* Ends that, also where the server cannot be told. */
int ota_mqtt_unsubscribe(struct ota_mqtt *mqtt, const char *filter);
/* Receives for so long, or until messages were handled; keeps the connection alive. To be called often. */
int ota_mqtt_yield(struct ota_mqtt *mqtt, uint32_t timeout_ms);
/* Waits until every message of QoS 1 is acknowledged. */
int ota_mqtt_flush(struct ota_mqtt *mqtt, uint32_t timeout_ms);
/* Says good-bye where it can, and closes. The subscriptions stay for the next connect. */
void ota_mqtt_disconnect(struct ota_mqtt *mqtt);
/* What a function returned, in a few English words. */
const char *ota_mqtt_text(int status);

#ifdef __cplusplus
}
#endif

#endif
