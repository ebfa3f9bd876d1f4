/* The MQTT client's receiving: packets taken apart, messages given to their handlers, signs of life. */
#include "mqtt_wire.h"
#include "posix_socket.h"

#include <string.h>

static int acknowledge(struct ota_mqtt *m, const uint8_t *id)
{
    ota_mqtt_start(m);
    ota_mqtt_put(m, id, 2);
    return ota_mqtt_send(m, PUBACK);
}

/* 4.7: `+` is one level, `#` all that follow; neither is the first where a topic begins with `$`. */
static int matches(const char *filter, const char *topic)
{
    if (*topic == '$' && (*filter == '+' || *filter == '#'))
        return 0;
    for (; *filter != 0; filter++) {
        if (*filter == '#')
            return 1;
        if (*filter == '+')
            topic += strcspn(topic, "/");
        else if (*filter == *topic)
            topic++;
        else
            return *topic == 0 && strcmp(filter, "/#") == 0;
    }
    return *topic == 0;
}

static void deliver(struct ota_mqtt *m, const char *topic, const char *payload, size_t size)
{
    unsigned i;

    m->delivered++;
    m->is_handling = 1;
    for (i = 0; i < OTA_MQTT_SUBSCRIPTIONS; i++)
        if (m->subscriptions[i].filter[0] != 0 && matches(m->subscriptions[i].filter, topic))
            m->subscriptions[i].handler(m->subscriptions[i].context, topic, payload, size);
    m->is_handling = 0;
}

/* Where the payload begins: behind the topic and, with QoS 1, the id. 0 for what is no such packet. */
static size_t payload_at(unsigned first, const uint8_t *body, size_t size)
{
    size_t at = size < 2 ? 0 : 2 + ((size_t)body[0] << 8 | body[1]);

    /* QoS 2 was not asked for. */
    if ((first >> 1 & 3) > 1 || at <= 2)
        return 0;
    at += (first >> 1 & 3) == 1 ? 2 : 0;
    return at <= size ? at : 0;
}

static int handle_publish(struct ota_mqtt *m, unsigned first, uint8_t *body, size_t size)
{
    size_t at = payload_at(first, body, size), length;
    uint8_t id[2] = {0, 0};
    int has_id = (first >> 1 & 3) == 1;

    if (at == 0 || memchr(body + 2, 0, at - 2 - (has_id ? 2 : 0)) != NULL)
        return ota_mqtt_ended(m, OTA_MQTT_ERR_PROTOCOL);
    length = at - 2 - (has_id ? 2 : 0);
    if (has_id)
        memcpy(id, body + at - 2, 2);
    /* One byte to the front makes room for the 0. */
    memmove(body + 1, body + 2, length);
    body[1 + length] = 0;
    deliver(m, (const char *)body + 1, (const char *)body + at, size - at);
    if (m->socket < 0)
        return OTA_MQTT_ERR_BROKEN;
    return has_id ? acknowledge(m, id) : OTA_MQTT_OK;
}

/* An answer to what was asked last; one to anything else counts for nothing. */
static int handle_answer(struct ota_mqtt *m, unsigned first, const uint8_t *body, size_t size)
{
    if (size < 2 || (first == SUBACK && size != 3))
        return ota_mqtt_ended(m, OTA_MQTT_ERR_PROTOCOL);
    if (m->awaited == first && (first == CONNACK || (body[0] << 8 | body[1]) == m->awaited_id)) {
        m->answer = first == CONNACK ? body[1] : first == SUBACK ? body[2] : 0;
        m->awaited = 0;
    }
    return OTA_MQTT_OK;
}

static int handle(struct ota_mqtt *m, uint8_t *packet, size_t header, size_t size)
{
    uint8_t *body = packet + header;
    unsigned i;

    if ((packet[0] & 0xf0) == PUBLISH)
        return handle_publish(m, packet[0], body, size);
    switch (packet[0]) {
    case CONNACK:
    case SUBACK:
    case UNSUBACK:
        return handle_answer(m, packet[0], body, size);
    case PUBACK:
        if (size != 2)
            break;
        for (i = 0; i < OTA_MQTT_WINDOW; i++)
            if (m->unacknowledged[i] == (body[0] << 8 | body[1]))
                m->unacknowledged[i] = 0;
        return OTA_MQTT_OK;
    case PINGRESP:
        m->pinged_at = 0;
        return OTA_MQTT_OK;
    default:
        break;
    }
    return ota_mqtt_ended(m, OTA_MQTT_ERR_PROTOCOL);
}

/* The length of what follows the fixed header. Returns the header's size, 0 where more of it must come, below 0 for none. */
static int read_header(const struct ota_mqtt *m, uint32_t *length)
{
    unsigned at;

    *length = 0;
    for (at = 1; at < HEADER; at++) {
        if (at >= m->in_used)
            return 0;
        *length |= (uint32_t)(m->in[at] & 127) << (7 * (at - 1));
        if (m->in[at] < 128)
            return (int)at + 1;
    }
    return -1;
}

static void consume(struct ota_mqtt *m, size_t size)
{
    m->in_used -= size;
    memmove(m->in, m->in + size, m->in_used);
}

/* A message that does not fit, of which as much is there as does: it would come again if it were not acknowledged. */
static int skip(struct ota_mqtt *m, size_t header, uint32_t length)
{
    size_t at = (m->in[0] & 0xf0) == PUBLISH ? payload_at(m->in[0], m->in + header, m->in_used - header) : 0;
    int status = OTA_MQTT_OK;

    if (at == 0)
        return ota_mqtt_ended(m, OTA_MQTT_ERR_PROTOCOL);
    m->dropped++;
    m->skipped = (uint32_t)header + length;
    if ((m->in[0] >> 1 & 3) == 1)
        status = acknowledge(m, m->in + header + at - 2);
    return status;
}

static int handle_all(struct ota_mqtt *m)
{
    while (m->in_used > 0) {
        uint32_t length;
        int header, status;
        if (m->skipped > 0) {
            size_t size = m->skipped < m->in_used ? m->skipped : m->in_used;
            m->skipped -= (uint32_t)size;
            consume(m, size);
            continue;
        }
        header = read_header(m, &length);
        if (header < 0)
            return ota_mqtt_ended(m, OTA_MQTT_ERR_PROTOCOL);
        if (header == 0)
            return OTA_MQTT_OK;
        if (length > sizeof m->in - (size_t)header) {
            if (m->in_used < sizeof m->in)
                return OTA_MQTT_OK;
            status = skip(m, (size_t)header, length);
            if (status != OTA_MQTT_OK)
                return status;
            continue;
        }
        if (m->in_used < (size_t)header + length)
            return OTA_MQTT_OK;
        status = handle(m, m->in, (size_t)header, length);
        if (status != OTA_MQTT_OK)
            return status;
        consume(m, (size_t)header + length);
    }
    return OTA_MQTT_OK;
}

/* 3.1.2.10: asks for a sign of life in good time, and waits no longer than for any answer. */
static int keep_alive(struct ota_mqtt *m, int64_t now)
{
    if (m->keep_alive_s == 0)
        return OTA_MQTT_OK;
    if (m->pinged_at != 0)
        return now - m->pinged_at > (int64_t)m->timeout_s * 1000 ? ota_mqtt_ended(m, OTA_MQTT_ERR_BROKEN) : OTA_MQTT_OK;
    if (now - m->sent_at < (int64_t)m->keep_alive_s * 500)
        return OTA_MQTT_OK;
    m->pinged_at = now;
    ota_mqtt_start(m);
    return ota_mqtt_send(m, PINGREQ);
}

/* Never waits past the next sign of life. */
int ota_mqtt_receive(struct ota_mqtt *m, int64_t deadline)
{
    int64_t now = ota_socket_now(), wait, due;
    int32_t got;
    int status = keep_alive(m, now), ready;

    if (status != OTA_MQTT_OK)
        return status;
    wait = deadline > now ? deadline - now : 0;
    due = m->pinged_at != 0 ? (int64_t)m->timeout_s * 1000 + 1 : (int64_t)m->keep_alive_s * 500;
    if (m->keep_alive_s != 0 && wait > due)
        wait = due;
    ready = ota_socket_wait(m->socket, wait);
    if (ready == 0)
        return OTA_MQTT_OK;
    got = ready < 0 ? -1 : ota_socket_receive(m->socket, m->in + m->in_used, sizeof m->in - m->in_used);
    if (got < 0)
        return ota_mqtt_ended(m, OTA_MQTT_ERR_BROKEN);
    m->in_used += (size_t)got;
    return handle_all(m);
}
