/* The MQTT client's packets: written, and sent. */
#define _POSIX_C_SOURCE 200809L

#include "mqtt_wire.h"
#include "posix_socket.h"

#include <string.h>
#include <unistd.h>

void ota_mqtt_close(struct ota_mqtt *m)
{
    if (m->socket >= 0)
        close(m->socket);
    m->socket = -1;
    m->in_used = 0;
    m->skipped = 0;
    m->pinged_at = 0;
    m->awaited = 0;
    memset(m->unacknowledged, 0, sizeof m->unacknowledged);
}

int ota_mqtt_ended(struct ota_mqtt *m, int status)
{
    ota_mqtt_close(m);
    return status;
}

/* The body is written behind a place for the fixed header. */
void ota_mqtt_start(struct ota_mqtt *m)
{
    m->out_used = HEADER;
}

/* Too much leaves it too long: `ota_mqtt_send` then refuses. */
void ota_mqtt_put(struct ota_mqtt *m, const void *data, size_t size)
{
    if (m->out_used > sizeof m->out || size > sizeof m->out - m->out_used) {
        m->out_used = sizeof m->out + 1;
    } else if (size > 0) {
        memcpy(m->out + m->out_used, data, size);
        m->out_used += size;
    }
}

void ota_mqtt_put_byte(struct ota_mqtt *m, unsigned value)
{
    uint8_t byte = (uint8_t)value;

    ota_mqtt_put(m, &byte, 1);
}

void ota_mqtt_put_number(struct ota_mqtt *m, unsigned value)
{
    ota_mqtt_put_byte(m, value >> 8);
    ota_mqtt_put_byte(m, value & 255);
}

/* Texts fit in a packet, so their length fits in two bytes (1.5.3). */
void ota_mqtt_put_text(struct ota_mqtt *m, const char *text)
{
    size_t size = strlen(text);

    ota_mqtt_put_number(m, (unsigned)(size & 0xffff));
    ota_mqtt_put(m, text, size);
}

int ota_mqtt_send(struct ota_mqtt *m, unsigned first)
{
    uint8_t header[HEADER];
    size_t length, used = 0, rest;

    if (m->out_used > sizeof m->out)
        return OTA_MQTT_ERR_FULL;
    length = m->out_used - HEADER;
    header[used++] = (uint8_t)first;
    /* 2.2.3: groups of 7 bits, the lowest first. */
    for (rest = length; used == 1 || rest > 0; rest >>= 7)
        header[used++] = (uint8_t)((rest & 127) | (rest > 127 ? 128 : 0));
    memcpy(m->out + HEADER - used, header, used);
    if (!ota_socket_send(m->socket, m->out + HEADER - used, used + length, m->timeout_s))
        return ota_mqtt_ended(m, OTA_MQTT_ERR_BROKEN);
    m->sent_at = ota_socket_now();
    return OTA_MQTT_OK;
}

/* 2.3.1: never 0, and no one that is in use. */
uint16_t ota_mqtt_next_id(struct ota_mqtt *m)
{
    unsigned i;

    do {
        m->last_id = (uint16_t)(m->last_id == 0xffff ? 1 : m->last_id + 1);
        for (i = 0; i < OTA_MQTT_WINDOW && m->unacknowledged[i] != m->last_id; i++)
            continue;
    } while (i < OTA_MQTT_WINDOW);
    return m->last_id;
}
