#define _POSIX_C_SOURCE 200809L

#include "posix_mqtt.h"
#include "posix_socket.h"

#include <string.h>
#include <unistd.h>

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
/* Most bytes of a fixed header; the body is written behind a place for it. */
enum { HEADER = 5, REFUSED_SUBSCRIPTION = 0x80, LEVEL = 4, CLEAN = 0x02, HAS_PASSWORD = 0x40, HAS_USERNAME = 0x80 };

static void close_socket(struct ota_mqtt *m)
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

static int ended(struct ota_mqtt *m, int status)
{
    close_socket(m);
    return status;
}

/* ---- sending ---- */

static void start(struct ota_mqtt *m)
{
    m->out_used = HEADER;
}

/* Too much leaves it too long: `send_packet` then refuses. */
static void put(struct ota_mqtt *m, const void *data, size_t size)
{
    if (m->out_used > sizeof m->out || size > sizeof m->out - m->out_used) {
        m->out_used = sizeof m->out + 1;
    } else if (size > 0) {
        memcpy(m->out + m->out_used, data, size);
        m->out_used += size;
    }
}

static void put_byte(struct ota_mqtt *m, unsigned value)
{
    uint8_t byte = (uint8_t)value;

    put(m, &byte, 1);
}

static void put_number(struct ota_mqtt *m, unsigned value)
{
    put_byte(m, value >> 8);
    put_byte(m, value & 255);
}

/* Texts fit in a packet, so their length fits in two bytes (1.5.3). */
static void put_text(struct ota_mqtt *m, const char *text)
{
    size_t size = strlen(text);

    put_number(m, (unsigned)(size & 0xffff));
    put(m, text, size);
}

static int send_packet(struct ota_mqtt *m, unsigned first)
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
        return ended(m, OTA_MQTT_ERR_BROKEN);
    m->sent_at = ota_socket_now();
    return OTA_MQTT_OK;
}

/* 2.3.1: never 0, and no one that is in use. */
static uint16_t next_id(struct ota_mqtt *m)
{
    unsigned i;

    do {
        m->last_id = (uint16_t)(m->last_id == 0xffff ? 1 : m->last_id + 1);
        for (i = 0; i < OTA_MQTT_WINDOW && m->unacknowledged[i] != m->last_id; i++)
            continue;
    } while (i < OTA_MQTT_WINDOW);
    return m->last_id;
}

static int acknowledge(struct ota_mqtt *m, const uint8_t *id)
{
    start(m);
    put(m, id, 2);
    return send_packet(m, PUBACK);
}

/* ---- receiving ---- */

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
        return ended(m, OTA_MQTT_ERR_PROTOCOL);
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
        return ended(m, OTA_MQTT_ERR_PROTOCOL);
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
    return ended(m, OTA_MQTT_ERR_PROTOCOL);
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
        return ended(m, OTA_MQTT_ERR_PROTOCOL);
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
            return ended(m, OTA_MQTT_ERR_PROTOCOL);
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
        return now - m->pinged_at > (int64_t)m->timeout_s * 1000 ? ended(m, OTA_MQTT_ERR_BROKEN) : OTA_MQTT_OK;
    if (now - m->sent_at < (int64_t)m->keep_alive_s * 500)
        return OTA_MQTT_OK;
    m->pinged_at = now;
    start(m);
    return send_packet(m, PINGREQ);
}

/* Receives once, waiting until then at the longest, and never past the next sign of life. */
static int receive(struct ota_mqtt *m, int64_t deadline)
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
        return ended(m, OTA_MQTT_ERR_BROKEN);
    m->in_used += (size_t)got;
    return handle_all(m);
}

/* Waits for the answer to the packet that was sent. */
static int await(struct ota_mqtt *m, unsigned packet, uint16_t id)
{
    int64_t deadline = ota_socket_now() + (int64_t)m->timeout_s * 1000;
    int status = OTA_MQTT_OK;

    m->awaited = (uint8_t)packet;
    m->awaited_id = id;
    while (status == OTA_MQTT_OK && m->awaited != 0) {
        if (ota_socket_now() >= deadline)
            return ended(m, OTA_MQTT_ERR_TIMEOUT);
        status = receive(m, deadline);
    }
    return status;
}

/* ---- what others call ---- */

void ota_mqtt_begin(struct ota_mqtt *m)
{
    memset(m, 0, sizeof *m);
    m->socket = -1;
}

static int subscribe(struct ota_mqtt *m, const struct ota_mqtt_subscription *subscription)
{
    uint16_t id = next_id(m);
    int status;

    start(m);
    put_number(m, id);
    put_text(m, subscription->filter);
    put_byte(m, subscription->qos);
    status = send_packet(m, SUBSCRIBE);
    if (status == OTA_MQTT_OK)
        status = await(m, SUBACK, id);
    if (status != OTA_MQTT_OK || m->answer != REFUSED_SUBSCRIPTION)
        return status;
    m->refusal = m->answer;
    return OTA_MQTT_ERR_REFUSED;
}

int ota_mqtt_connect(struct ota_mqtt *m, const struct ota_mqtt_login *login)
{
    unsigned i;
    int status;

    if (m->is_handling)
        return OTA_MQTT_ERR_STATE;
    close_socket(m);
    m->refusal = 0;
    m->timeout_s = login->timeout_s;
    m->keep_alive_s = login->keep_alive_s;
    start(m);
    put_text(m, "MQTT");
    put_byte(m, LEVEL);
    put_byte(m, CLEAN | (login->username ? HAS_USERNAME : 0) | (login->password ? HAS_PASSWORD : 0));
    put_number(m, login->keep_alive_s);
    put_text(m, login->client_id);
    if (login->username != NULL)
        put_text(m, login->username);
    if (login->password != NULL)
        put_text(m, login->password);
    if (m->out_used > sizeof m->out || (login->password != NULL && login->username == NULL))
        return OTA_MQTT_ERR_ARGUMENT;
    m->socket = ota_socket_open(login->host, login->port, login->timeout_s);
    if (m->socket < 0)
        return OTA_MQTT_ERR_CONNECT;
    status = send_packet(m, CONNECT);
    if (status == OTA_MQTT_OK)
        status = await(m, CONNACK, 0);
    if (status == OTA_MQTT_OK && m->answer != 0) {
        m->refusal = m->answer;
        return ended(m, OTA_MQTT_ERR_REFUSED);
    }
    for (i = 0; i < OTA_MQTT_SUBSCRIPTIONS && status == OTA_MQTT_OK; i++)
        if (m->subscriptions[i].filter[0] != 0)
            status = subscribe(m, &m->subscriptions[i]);
    if (status != OTA_MQTT_OK)
        close_socket(m);
    return status;
}

int ota_mqtt_publish(struct ota_mqtt *m, const char *topic, const void *payload, size_t size, int qos)
{
    unsigned slot = 0;
    uint16_t id = 0;
    int status;

    if (qos < 0 || qos > 1 || *topic == 0)
        return OTA_MQTT_ERR_ARGUMENT;
    if (m->socket < 0)
        return OTA_MQTT_ERR_STATE;
    if (qos == 1) {
        while (slot < OTA_MQTT_WINDOW && m->unacknowledged[slot] != 0)
            slot++;
        if (slot == OTA_MQTT_WINDOW) {
            status = m->is_handling ? OTA_MQTT_ERR_FULL : ota_mqtt_flush(m, m->timeout_s * 1000);
            if (status != OTA_MQTT_OK)
                return status;
            slot = 0;
        }
        id = next_id(m);
    }
    start(m);
    put_text(m, topic);
    if (qos == 1)
        put_number(m, id);
    put(m, payload, size);
    status = send_packet(m, (unsigned)(PUBLISH | qos << 1));
    if (status == OTA_MQTT_OK && qos == 1)
        m->unacknowledged[slot] = id;
    return status;
}

static struct ota_mqtt_subscription *find(struct ota_mqtt *m, const char *filter)
{
    unsigned i;

    for (i = 0; i < OTA_MQTT_SUBSCRIPTIONS; i++)
        if (strcmp(m->subscriptions[i].filter, filter) == 0)
            return &m->subscriptions[i];
    return NULL;
}

int ota_mqtt_subscribe(struct ota_mqtt *m, const char *filter, int qos, ota_mqtt_handler handler, void *context)
{
    struct ota_mqtt_subscription *place = find(m, filter);
    size_t size = strlen(filter);
    int status;

    if (place == NULL)
        place = find(m, "");
    if (qos < 0 || qos > 1 || size == 0 || size >= sizeof place->filter || place == NULL)
        return OTA_MQTT_ERR_ARGUMENT;
    if (m->is_handling || m->socket < 0)
        return OTA_MQTT_ERR_STATE;
    memcpy(place->filter, filter, size + 1);
    place->qos = (uint8_t)qos;
    place->handler = handler;
    place->context = context;
    status = subscribe(m, place);
    if (status != OTA_MQTT_OK)
        place->filter[0] = 0;
    return status;
}

int ota_mqtt_unsubscribe(struct ota_mqtt *m, const char *filter)
{
    struct ota_mqtt_subscription *place = *filter == 0 ? NULL : find(m, filter);
    uint16_t id;
    int status;

    if (place == NULL)
        return OTA_MQTT_ERR_ARGUMENT;
    place->filter[0] = 0;
    if (m->is_handling || m->socket < 0)
        return OTA_MQTT_ERR_STATE;
    id = next_id(m);
    start(m);
    put_number(m, id);
    put_text(m, filter);
    status = send_packet(m, UNSUBSCRIBE);
    return status == OTA_MQTT_OK ? await(m, UNSUBACK, id) : status;
}

int ota_mqtt_yield(struct ota_mqtt *m, uint32_t timeout_ms)
{
    int64_t deadline = ota_socket_now() + timeout_ms;
    uint32_t delivered = m->delivered;
    int status;

    if (m->is_handling || m->socket < 0)
        return OTA_MQTT_ERR_STATE;
    do
        status = receive(m, deadline);
    while (status == OTA_MQTT_OK && m->delivered == delivered && ota_socket_now() < deadline);
    return status;
}

int ota_mqtt_flush(struct ota_mqtt *m, uint32_t timeout_ms)
{
    int64_t deadline = ota_socket_now() + timeout_ms;
    unsigned i = 0;

    if (m->is_handling || m->socket < 0)
        return OTA_MQTT_ERR_STATE;
    while (i < OTA_MQTT_WINDOW) {
        int status;
        if (m->unacknowledged[i] == 0) {
            i++;
            continue;
        }
        if (ota_socket_now() >= deadline)
            return OTA_MQTT_ERR_TIMEOUT;
        status = receive(m, deadline);
        if (status != OTA_MQTT_OK)
            return status;
    }
    return OTA_MQTT_OK;
}

void ota_mqtt_disconnect(struct ota_mqtt *m)
{
    if (m->socket >= 0 && !m->is_handling) {
        start(m);
        send_packet(m, DISCONNECT);
    }
    close_socket(m);
}

const char *ota_mqtt_text(int status)
{
    static const char *const texts[] = {
        "well",
        "an argument is not right",
        "not connected, or called by a handler",
        "the server is not reached",
        "the server refuses",
        "no answer in time",
        "the connection ended",
        "the server does not keep to the protocol",
        "a packet too large, or too many not acknowledged",
    };

    return status > 0 || status < OTA_MQTT_ERR_FULL ? "an unknown status" : texts[-status];
}
