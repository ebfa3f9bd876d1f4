#include "posix_mqtt.h"
#include "mqtt_wire.h"
#include "posix_socket.h"

#include <string.h>

enum { REFUSED_SUBSCRIPTION = 0x80, LEVEL = 4, CLEAN = 0x02, HAS_PASSWORD = 0x40, HAS_USERNAME = 0x80 };

/* Waits for the answer to the packet that was sent. */
static int await(struct ota_mqtt *m, unsigned packet, uint16_t id)
{
    int64_t deadline = ota_socket_now() + (int64_t)m->timeout_s * 1000;
    int status = OTA_MQTT_OK;

    m->awaited = (uint8_t)packet;
    m->awaited_id = id;
    while (status == OTA_MQTT_OK && m->awaited != 0) {
        if (ota_socket_now() >= deadline)
            return ota_mqtt_ended(m, OTA_MQTT_ERR_TIMEOUT);
        status = ota_mqtt_receive(m, deadline);
    }
    return status;
}

void ota_mqtt_begin(struct ota_mqtt *m)
{
    memset(m, 0, sizeof *m);
    m->socket = -1;
}

static int subscribe(struct ota_mqtt *m, const struct ota_mqtt_subscription *subscription)
{
    uint16_t id = ota_mqtt_next_id(m);
    int status;

    ota_mqtt_start(m);
    ota_mqtt_put_number(m, id);
    ota_mqtt_put_text(m, subscription->filter);
    ota_mqtt_put_byte(m, subscription->qos);
    status = ota_mqtt_send(m, SUBSCRIBE);
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
    ota_mqtt_close(m);
    m->refusal = 0;
    m->timeout_s = login->timeout_s;
    m->keep_alive_s = login->keep_alive_s;
    ota_mqtt_start(m);
    ota_mqtt_put_text(m, "MQTT");
    ota_mqtt_put_byte(m, LEVEL);
    ota_mqtt_put_byte(m, CLEAN | (login->username ? HAS_USERNAME : 0) | (login->password ? HAS_PASSWORD : 0));
    ota_mqtt_put_number(m, login->keep_alive_s);
    ota_mqtt_put_text(m, login->client_id);
    if (login->username != NULL)
        ota_mqtt_put_text(m, login->username);
    if (login->password != NULL)
        ota_mqtt_put_text(m, login->password);
    if (m->out_used > sizeof m->out || (login->password != NULL && login->username == NULL))
        return OTA_MQTT_ERR_ARGUMENT;
    m->socket = ota_socket_open(login->host, login->port, login->timeout_s);
    if (m->socket < 0)
        return OTA_MQTT_ERR_CONNECT;
    status = ota_mqtt_send(m, CONNECT);
    if (status == OTA_MQTT_OK)
        status = await(m, CONNACK, 0);
    if (status == OTA_MQTT_OK && m->answer != 0) {
        m->refusal = m->answer;
        return ota_mqtt_ended(m, OTA_MQTT_ERR_REFUSED);
    }
    for (i = 0; i < OTA_MQTT_SUBSCRIPTIONS && status == OTA_MQTT_OK; i++)
        if (m->subscriptions[i].filter[0] != 0)
            status = subscribe(m, &m->subscriptions[i]);
    if (status != OTA_MQTT_OK)
        ota_mqtt_close(m);
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
        id = ota_mqtt_next_id(m);
    }
    ota_mqtt_start(m);
    ota_mqtt_put_text(m, topic);
    if (qos == 1)
        ota_mqtt_put_number(m, id);
    ota_mqtt_put(m, payload, size);
    status = ota_mqtt_send(m, (unsigned)(PUBLISH | qos << 1));
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
    id = ota_mqtt_next_id(m);
    ota_mqtt_start(m);
    ota_mqtt_put_number(m, id);
    ota_mqtt_put_text(m, filter);
    status = ota_mqtt_send(m, UNSUBSCRIBE);
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
        status = ota_mqtt_receive(m, deadline);
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
        status = ota_mqtt_receive(m, deadline);
        if (status != OTA_MQTT_OK)
            return status;
    }
    return OTA_MQTT_OK;
}

void ota_mqtt_disconnect(struct ota_mqtt *m)
{
    if (m->socket >= 0 && !m->is_handling) {
        ota_mqtt_start(m);
        ota_mqtt_send(m, DISCONNECT);
    }
    ota_mqtt_close(m);
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
