/*
 * Over-the-air updates of a device over MQTT and HTTP: C99, no malloc, no global state, over a port of the platform's own.
 *
 * The functions, their order and what they return are those of JD Cloud's guide for its C SDK; what it leaves open
 * (numbers of statuses and errors, topics besides `upgrade` and `get_reply`) is as this station has it.
 *
 * One thread: MQTT messages are delivered, by the handler that `subscribe` got, in the thread that calls the functions.
 */
#ifndef IOT_OTA_H
#define IOT_OTA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Longest texts, with the 0 at their end. */
#ifndef IOT_OTA_URL_SIZE
#define IOT_OTA_URL_SIZE 512
#endif
#ifndef IOT_OTA_NAME_SIZE
#define IOT_OTA_NAME_SIZE 65 /* product key, device name */
#endif
#ifndef IOT_OTA_VERSION_SIZE
#define IOT_OTA_VERSION_SIZE 101
#endif

/* What functions return below 0. */
typedef enum {
    IOT_OTA_OK = 0,
    IOT_OTA_ERR_ARGUMENT = -1, /* a null pointer, a name too long, a buffer of no size */
    IOT_OTA_ERR_STATE = -2,    /* not in this state: nothing was announced, or it is fetched already */
    IOT_OTA_ERR_PUBLISH = -3,  /* the port could not publish or subscribe */
    IOT_OTA_ERR_OPEN = -4,     /* the byte stream could not be opened: call again later */
    IOT_OTA_ERR_READ = -5,     /* it broke and could not be opened again: call again later, goes on where it was */
    IOT_OTA_ERR_SIZE = -6,     /* the file is longer or shorter than announced: failed */
    IOT_OTA_ERR_DIGEST = -7,   /* complete, and not the announced file: failed */
    /* -8 was a read without any bytes, which is 0 now. */
    IOT_OTA_ERR_FINISHED = -9, /* everything was fetched before */
    IOT_OTA_ERR_CHANGED = -10  /* something was announced meanwhile by which what was fetched is void: throw it away, begin anew */
} iot_ota_err_t;

/* What `iot_ota_report_progress` reports. */
typedef enum {
    IOT_OTA_STATUS_DOWNLOADING = 0,
    IOT_OTA_STATUS_DOWNLOADED = 1,
    IOT_OTA_STATUS_BURNING = 2,
    IOT_OTA_STATUS_SUCCEEDED = 3, /* the platform waits for the version's report */
    IOT_OTA_STATUS_UPGRADE_FAILED = -1,
    IOT_OTA_STATUS_DOWNLOAD_FAILED = -2,
    IOT_OTA_STATUS_VERIFY_FAILED = -3,
    IOT_OTA_STATUS_BURN_FAILED = -4
} iot_ota_status_t;

/* Where the download is, as `iot_ota_state` tells it: no instance, nothing fetched, in the middle, everything fetched. */
typedef enum { IOT_OTA_UNINIT, IOT_OTA_INIT, IOT_OTA_FETCHING, IOT_OTA_FETCHED } iot_ota_state_t;

/* What was announced. */
struct iot_ota_firmware {
    char message_id[32];
    char version[IOT_OTA_VERSION_SIZE];
    char url[IOT_OTA_URL_SIZE];
    uint32_t size;      /* bytes of the file; 0 where the platform did not say, as in answers to a question */
    uint8_t md5[16];    /* of the file */
    int is_silent;      /* the device chooses when; else at once */
    int is_diff;        /* the file is a patch; the rest is about it */
    char diff_format[24];                 /* "hpatch-lite", "detools" ... */
    char diff_from[IOT_OTA_VERSION_SIZE]; /* the version it starts from */
    uint32_t full_size; /* bytes of the new image */
    uint8_t full_sha256[32];
    int has_full_sha256;
};

/*
 * Reads a message of the topic `upgrade`, `get_reply` or `request_reply`. Keys with stray blanks, as the guide prints
 * them, are taken. Returns IOT_OTA_OK; IOT_OTA_ERR_STATE for an answer that names no firmware (code 404);
 * IOT_OTA_ERR_ARGUMENT for anything else that is not such a message, or does not fit.
 */
int iot_ota_read_firmware(const char *json, size_t size, struct iot_ota_firmware *firmware);

/* A message of a topic that was subscribed. */
typedef void (*iot_ota_handler)(void *handler_context, const char *topic, const char *payload, size_t size);

/* What a read of the byte stream returns besides a number of bytes. */
enum { IOT_OTA_STREAM_TIMEOUT = 0, IOT_OTA_STREAM_ENDED = -1 };

/*
 * The platform: an MQTT client that is connected, and a byte stream of HTTP. It is the guide's `mqtt_client`, and must
 * live until `iot_ota_destroy`.
 */
struct iot_ota_port {
    void *context;
    /* Publishes with QoS 1. 0, or anything else for failure. */
    int (*publish)(void *context, const char *topic, const char *payload, size_t size);
    /* Subscribes with QoS 1; each message of the topic then goes to the handler. 0, or anything else for failure. */
    int (*subscribe)(void *context, const char *topic, iot_ota_handler handler, void *handler_context);
    /* Ends that: the handler is not called again. */
    void (*unsubscribe)(void *context, const char *topic);
    /*
     * Opens `GET url` from `offset` on (`Range: bytes=offset-`). Says in *total how many bytes the whole file has.
     * 0; anything else for failure, also where the server did not begin at the offset.
     */
    int (*open)(void *context, const char *url, uint32_t offset, uint32_t *total);
    /* Up to `size` bytes: how many, IOT_OTA_STREAM_TIMEOUT after `timeout_s` without any, or IOT_OTA_STREAM_ENDED. */
    int32_t (*read)(void *context, char *data, uint32_t size, uint32_t timeout_s);
    void (*close)(void *context);
    /* A firmware was announced, by the platform or as an answer. May be NULL. */
    void (*announced)(void *context, const struct iot_ota_firmware *firmware);
    /* IOT_OTA_MEMORY bytes for the instance, aligned for a pointer. */
    void *memory;
    size_t memory_size;
};

/* Bytes of an instance. */
#define IOT_OTA_MEMORY (sizeof(struct iot_ota_firmware) + 2 * IOT_OTA_NAME_SIZE + 192)

/* Begins, and subscribes to the announcements. Returns the instance, or NULL. `mqtt_client` is a struct iot_ota_port. */
void *iot_ota_init(const char *product_key, const char *device_name, void *mqtt_client);
/* Ends; closes the byte stream and the subscriptions. Returns 0 or an iot_ota_err_t. */
int iot_ota_destroy(void *handle);
/* Reports how far the update is, `progress` from 0 to 100. Returns 0 or an iot_ota_err_t. */
int iot_ota_report_progress(void *handle, iot_ota_status_t status, uint32_t progress);
/* Reports the version that runs: at every start, and after an update. Returns 0 or an iot_ota_err_t. */
int iot_ota_report_firmware_version(void *handle, const char *version);
/* Where the download is. */
iot_ota_state_t iot_ota_state(const void *handle);
/* 1 while the file is being fetched, else 0. */
int iot_ota_is_fetching(void *handle);
/*
 * 1 once every byte was fetched or taken up, and they have the announced MD5 as they came, else 0. What the medium has made
 * of them is for `iot_ota_fetch_verify`.
 */
int iot_ota_fetch_finish(void *handle);
/*
 * Fetches the next bytes of the announced file, opening it first and again where it breaks. Returns how many, 0 where
 * nothing came in time, or an iot_ota_err_t: then the download has ended, which the next call takes up where it was after
 * IOT_OTA_ERR_OPEN and _READ. After the last byte, with the right MD5, `iot_ota_fetch_finish` is 1.
 * What is announced between two calls is never lost: IOT_OTA_ERR_CHANGED tells once of however many announcements.
 */
int iot_ota_fetch_yield(void *handle, char *buf, uint32_t buf_len, uint32_t timeout_s);
/*
 * Asks for the firmware of a version; the answer comes as an announcement. Returns the number of the question, from 1
 * on, or -1.
 */
int iot_ota_get_firmware_info(void *handle, const char *product_key, const char *identifier, const char *version);
/*
 * Asks for whatever waits for this device, as at its start; the answer comes as an announcement. `version` is what runs.
 * Not in the guide; the topic is `request`. Returns 0 or an iot_ota_err_t.
 */
int iot_ota_request_firmware(void *handle, const char *version);
/*
 * Takes up what was fetched before a restart, of the announced file and before anything else of it is fetched: the next
 * `size` bytes of `total`, from the first on, in as many calls as one likes. The download goes on behind them.
 * Not in the guide. Returns 0 or an iot_ota_err_t; after IOT_OTA_ERR_SIZE, _DIGEST and _CHANGED it begins anew.
 */
int iot_ota_fetch_resume(void *handle, uint32_t total, const char *bytes, uint32_t size);
/*
 * Makes sure of the file as it stands on the medium, before it is installed: gets the bytes that were stored, read back from
 * the first on, in as many calls as one likes; `iot_ota_fetch_finish` is 0 meanwhile. Returns 0, and with the last of them 0
 * only if all have the announced MD5; after IOT_OTA_ERR_SIZE, _DIGEST and _CHANGED the download begins anew. Not in the guide.
 */
int iot_ota_fetch_verify(void *handle, const char *bytes, uint32_t size);
/* 1 once `iot_ota_fetch_verify` has found the whole file right, else 0. */
int iot_ota_fetch_verified(void *handle);
/* Throws away what was fetched of the announced file: the next fetch begins anew. Not in the guide. Returns 0 or an iot_ota_err_t. */
int iot_ota_fetch_abort(void *handle);
/* What was announced last; NULL if nothing was. */
const struct iot_ota_firmware *iot_ota_announced(const void *handle);

#ifdef __cplusplus
}
#endif

#endif
