/* The file: opened, read, taken up after a restart, made sure of. */
#include "instance.h"

#include <string.h>

void ota_close_stream(struct iot_ota *ota)
{
    if (ota->is_open)
        ota->port->close(ota->port->context);
    ota->is_open = 0;
}

void ota_start_over(struct iot_ota *ota)
{
    ota_close_stream(ota);
    ota->state = IOT_OTA_INIT;
    ota->position = 0;
    ota->is_verifying = 0;
    ota_md5_begin(&ota->md5);
}

void ota_make_void(struct iot_ota *ota)
{
    if (ota->position > 0 || ota->is_open || ota->is_opening)
        ota->is_changed = 1;
    ota_start_over(ota);
}

/* Whether the caller is to hear that what it has is void. Tells so once. */
static int tell_changed(struct iot_ota *ota)
{
    int is_changed = ota->is_changed;

    ota->is_changed = 0;
    return is_changed;
}

iot_ota_state_t iot_ota_state(const void *handle)
{
    const struct iot_ota *ota = handle;

    return ota == NULL ? IOT_OTA_UNINIT : ota->state;
}

int iot_ota_is_fetching(void *handle)
{
    const struct iot_ota *ota = handle;

    return ota != NULL && ota->state == IOT_OTA_FETCHING;
}

int iot_ota_fetch_finish(void *handle)
{
    const struct iot_ota *ota = handle;

    return ota != NULL && ota->state == IOT_OTA_FETCHED;
}

/* Opens the stream where the download is. */
static int open_stream(struct iot_ota *ota)
{
    uint32_t total = 0;

    if (ota->is_open)
        return IOT_OTA_OK;
    /* Messages may come in meanwhile. */
    ota->is_opening = 1;
    ota->is_verifying = 0;
    ota->is_open = ota->port->open(ota->port->context, ota->firmware.url, ota->position, &total) == 0;
    ota->is_opening = 0;
    if (tell_changed(ota)) {
        ota_close_stream(ota);
        return IOT_OTA_ERR_CHANGED;
    }
    if (!ota->is_open)
        return IOT_OTA_ERR_OPEN;
    if (ota->firmware.size == 0)
        ota->firmware.size = total;
    if (total == 0 || total != ota->firmware.size) {
        ota_start_over(ota);
        return IOT_OTA_ERR_SIZE;
    }
    ota->state = IOT_OTA_FETCHING;
    return IOT_OTA_OK;
}

/* Everything is there: the announced file, or another. */
static int finish(struct iot_ota *ota)
{
    uint8_t digest[OTA_MD5_SIZE];

    ota_close_stream(ota);
    ota_md5_end(&ota->md5, digest);
    if (memcmp(digest, ota->firmware.md5, sizeof digest) != 0) {
        ota_start_over(ota);
        return IOT_OTA_ERR_DIGEST;
    }
    ota->state = IOT_OTA_FETCHED;
    return IOT_OTA_OK;
}

int iot_ota_fetch_resume(void *handle, uint32_t total, const char *bytes, uint32_t size)
{
    struct iot_ota *ota = handle;

    if (ota == NULL || bytes == NULL || total == 0)
        return IOT_OTA_ERR_ARGUMENT;
    if (tell_changed(ota))
        return IOT_OTA_ERR_CHANGED;
    if (!ota->is_announced || ota->is_open || ota->state == IOT_OTA_FETCHED)
        return IOT_OTA_ERR_STATE;
    if ((ota->firmware.size != 0 && ota->firmware.size != total) || size > total - ota->position) {
        ota_start_over(ota);
        return IOT_OTA_ERR_SIZE;
    }
    ota->firmware.size = total;
    ota->state = IOT_OTA_FETCHING;
    ota_md5_update(&ota->md5, bytes, size);
    ota->position += size;
    return ota->position == total ? finish(ota) : IOT_OTA_OK;
}

/* What was fetched is forgotten and taken up anew, from the medium alone. */
int iot_ota_fetch_verify(void *handle, const char *bytes, uint32_t size)
{
    struct iot_ota *ota = handle;

    if (ota == NULL)
        return IOT_OTA_ERR_ARGUMENT;
    if (ota->state == IOT_OTA_FETCHED) {
        ota_start_over(ota);
        ota->is_verifying = 1;
    }
    if (!ota->is_verifying)
        return tell_changed(ota) ? IOT_OTA_ERR_CHANGED : IOT_OTA_ERR_STATE;
    return iot_ota_fetch_resume(ota, ota->firmware.size, bytes, size);
}

int iot_ota_fetch_verified(void *handle)
{
    return iot_ota_fetch_finish(handle) && ((const struct iot_ota *)handle)->is_verifying;
}

int iot_ota_fetch_abort(void *handle)
{
    struct iot_ota *ota = handle;

    if (ota == NULL)
        return IOT_OTA_ERR_ARGUMENT;
    ota_start_over(ota);
    ota->is_changed = 0;
    return IOT_OTA_OK;
}

int iot_ota_fetch_yield(void *handle, char *buf, uint32_t buf_len, uint32_t timeout_s)
{
    struct iot_ota *ota = handle;
    int32_t got;
    int status;

    if (ota == NULL || buf == NULL || buf_len == 0)
        return IOT_OTA_ERR_ARGUMENT;
    if (tell_changed(ota))
        return IOT_OTA_ERR_CHANGED;
    if (!ota->is_announced)
        return IOT_OTA_ERR_STATE;
    if (ota->state == IOT_OTA_FETCHED)
        return IOT_OTA_ERR_FINISHED;
    status = open_stream(ota);
    if (status != IOT_OTA_OK)
        return status;
    if (buf_len > ota->firmware.size - ota->position)
        buf_len = ota->firmware.size - ota->position;
    if (buf_len > 0x7fffffff)
        buf_len = 0x7fffffff;
    got = ota->port->read(ota->port->context, buf, buf_len, timeout_s);
    if (tell_changed(ota))
        return IOT_OTA_ERR_CHANGED;
    /* Below 0 the download has ended (docs/protocols/iot-engine.md §1.3). */
    if (got == IOT_OTA_STREAM_TIMEOUT)
        return 0;
    if (got < 0 || (uint32_t)got > buf_len) {
        ota_close_stream(ota);
        return IOT_OTA_ERR_READ;
    }
    ota_md5_update(&ota->md5, buf, (size_t)got);
    ota->position += (uint32_t)got;
    if (ota->position == ota->firmware.size && (status = finish(ota)) != IOT_OTA_OK)
        return status;
    return got;
}
