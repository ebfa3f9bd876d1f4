/*
 * ota_example: a Linux device that upgrades itself, or a file, from a station over MQTT and HTTP; by full images and by
 * patches (hpatch-lite, detools). Shows what is around iot_ota and ota_restore in a device.
 */
#define _POSIX_C_SOURCE 200809L

#include "iot_ota.h"
#include "login.h"
#include "ota_restore.h"
#include "posix_http.h"
#include "posix_mqtt.h"
#include "posix_socket.h"
#include "program.h"
#include "slots.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What this program reports, and says with --version. */
#ifndef OTA_EXAMPLE_VERSION
#define OTA_EXAMPLE_VERSION "1.0"
#endif

enum { ANSWER_S = 10, KEEP_ALIVE_S = 60, LONGEST_PAUSE_S = 30, TRIES = 10, REPORT_PERCENT = 5, CHUNK = 4096 };
enum { OK = 0, FAILED = 1, USAGE = 2 };
/* Beside the statuses of iot_ota, which are 0 or less: the update is not to be reported as failed. */
enum { DROPPED = 1 };

static const char usage[] =
    "usage: OTA_SECRET=... ota_example [-i file [-v version]] host[:port] product-key device-name\n"
    "  OTA_SECRET  the device's secret, or its product's where devices register themselves\n"
    "  host        of the station; port 1883 where nothing else is said, an IPv6 address in brackets\n"
    "  -i FILE     is upgraded instead of this program\n"
    "  -v VERSION  of that file, where it is not known from an upgrade before\n"
    "  --version   says the version of this program\n";

struct device {
    const char *product_key, *name;
    char address[256];
    struct ota_mqtt_login access;
    struct login login;
    struct ota_mqtt mqtt;
    struct ota_http http;
    struct iot_ota_port port;
    union {
        void *alignment;
        uint8_t bytes[IOT_OTA_MEMORY];
    } memory;
    void *ota;
    struct slots slots;
    char running[IOT_OTA_VERSION_SIZE];
    char **arguments;
    int is_program;    /* the image is this program */
    int has_news;      /* something was announced and not looked at yet */
    unsigned pause_s;  /* after the last failure to connect */
    int64_t retry_at;
};

static volatile sig_atomic_t is_stopped;

static void on_signal(int number)
{
    (void)number;
    is_stopped = 1;
}

#define SAY(...) (fprintf(stderr, "ota_example: " __VA_ARGS__), fputc('\n', stderr))

/* ---- the port ---- */

static int port_publish(void *context, const char *topic, const char *payload, size_t size)
{
    return ota_mqtt_publish(&((struct device *)context)->mqtt, topic, payload, size, 1);
}

static int port_subscribe(void *context, const char *topic, iot_ota_handler handler, void *handler_context)
{
    return ota_mqtt_subscribe(&((struct device *)context)->mqtt, topic, 1, handler, handler_context);
}

static void port_unsubscribe(void *context, const char *topic)
{
    ota_mqtt_unsubscribe(&((struct device *)context)->mqtt, topic);
}

static int port_open(void *context, const char *url, uint32_t offset, uint32_t *total)
{
    return ota_http_open(&((struct device *)context)->http, url, offset, total, ANSWER_S);
}

static int32_t port_read(void *context, char *data, uint32_t size, uint32_t timeout_s)
{
    return ota_http_read(&((struct device *)context)->http, data, size, timeout_s);
}

static void port_close(void *context)
{
    ota_http_close(&((struct device *)context)->http);
}

static void port_announced(void *context, const struct iot_ota_firmware *firmware)
{
    (void)firmware;
    ((struct device *)context)->has_news = 1;
}

static void fill_port(struct device *d)
{
    d->port.context = d;
    d->port.publish = port_publish;
    d->port.subscribe = port_subscribe;
    d->port.unsubscribe = port_unsubscribe;
    d->port.open = port_open;
    d->port.read = port_read;
    d->port.close = port_close;
    d->port.announced = port_announced;
    d->port.memory = &d->memory;
    d->port.memory_size = sizeof d->memory;
}

/* ---- the connection ---- */

/* Connects, says what runs, and asks for what waits: a notice may have been missed, or a download cut short. */
static int say_hello(struct device *d)
{
    int status = ota_mqtt_connect(&d->mqtt, &d->access);

    if (status != OTA_MQTT_OK)
        return status;
    if (d->ota == NULL)
        d->ota = iot_ota_init(d->product_key, d->name, &d->port);
    if (d->ota == NULL || iot_ota_report_firmware_version(d->ota, d->running) != IOT_OTA_OK ||
        iot_ota_request_firmware(d->ota, d->running) != IOT_OTA_OK) {
        ota_mqtt_disconnect(&d->mqtt);
        return OTA_MQTT_ERR_BROKEN;
    }
    return OTA_MQTT_OK;
}

/* Lets messages in for so long; connects again where the connection broke, with growing pauses. */
static void attend(struct device *d, uint32_t timeout_ms)
{
    int status;

    if (d->mqtt.socket >= 0) {
        status = ota_mqtt_yield(&d->mqtt, timeout_ms);
        if (status != OTA_MQTT_OK)
            SAY("MQTT: %s", ota_mqtt_text(status));
        return;
    }
    if (ota_socket_now() < d->retry_at) {
        struct timespec pause = {0, 100000000};
        if (timeout_ms > 0)
            nanosleep(&pause, NULL);
        return;
    }
    status = say_hello(d);
    if (status == OTA_MQTT_OK) {
        SAY("connected, running %s", d->running);
        d->pause_s = 0;
        return;
    }
    SAY("%s:%s: %s (%d)", d->access.host, d->access.port, ota_mqtt_text(status), d->mqtt.refusal);
    /* Who is refused at once again has still the wrong secret. */
    d->pause_s = status == OTA_MQTT_ERR_REFUSED || 2 * d->pause_s > LONGEST_PAUSE_S ? LONGEST_PAUSE_S : 2 * d->pause_s + 1;
    d->retry_at = ota_socket_now() + (int64_t)d->pause_s * 1000;
}

/* What cannot be reported now is seen by the version's report later. */
static void report(struct device *d, iot_ota_status_t status, uint32_t percent)
{
    if (d->mqtt.socket >= 0 && iot_ota_report_progress(d->ota, status, percent) != IOT_OTA_OK)
        SAY("not reported: %d %lu %%", (int)status, (unsigned long)percent);
}

/* ---- the update ---- */

/* Waits a little after a failure of the stream. Returns whether another try makes sense. */
static int try_again(struct device *d, unsigned *tries, int status)
{
    int64_t until = ota_socket_now() + 1000;

    if (++*tries > TRIES)
        return 0;
    /* The address may have ended: the answer has a new one. */
    if (status == IOT_OTA_ERR_OPEN && d->mqtt.socket >= 0)
        iot_ota_request_firmware(d->ota, d->running);
    while (!is_stopped && ota_socket_now() < until)
        attend(d, 200);
    return 1;
}

/* Fetches the announced file to the disk. Returns 0, DROPPED, or what failed. */
static int fetch(struct device *d)
{
    const struct iot_ota_firmware *firmware = iot_ota_announced(d->ota);
    uint32_t reported = 0;
    unsigned tries = 0;
    int is_resumed;

    /* What is on the disk counts, not what was fetched in a try before. */
    if (iot_ota_fetch_abort(d->ota) != IOT_OTA_OK || slots_open_part(&d->slots, d->ota) != 0)
        return IOT_OTA_STATUS_DOWNLOAD_FAILED;
    is_resumed = d->slots.part_stored > 0;
    if (is_resumed)
        SAY("going on at byte %lu", (unsigned long)d->slots.part_stored);
    while (!iot_ota_fetch_finish(d->ota)) {
        char data[CHUNK];
        int got;
        attend(d, 0);
        if (is_stopped)
            return DROPPED;
        got = iot_ota_fetch_yield(d->ota, data, sizeof data, ANSWER_S);
        if (got > 0) {
            uint32_t percent;
            tries = 0;
            if (slots_store(&d->slots, firmware, data, (uint32_t)got) != 0)
                return IOT_OTA_STATUS_DOWNLOAD_FAILED;
            percent = (uint32_t)((uint64_t)d->slots.part_stored * 100 / firmware->size);
            if (percent >= reported + REPORT_PERCENT) {
                slots_sync(&d->slots);
                report(d, IOT_OTA_STATUS_DOWNLOADING, percent);
                reported = percent;
            }
        } else if (got == IOT_OTA_ERR_CHANGED) {
            return DROPPED;
        } else if (got == IOT_OTA_ERR_DIGEST && is_resumed) {
            /* The power cut may have damaged the first part. */
            SAY("what was fetched before is damaged: beginning anew");
            is_resumed = 0;
            slots_drop_part(&d->slots);
            if (slots_open_part(&d->slots, d->ota) != 0)
                return IOT_OTA_STATUS_DOWNLOAD_FAILED;
        } else if (got == IOT_OTA_ERR_DIGEST) {
            return IOT_OTA_STATUS_VERIFY_FAILED;
        } else if ((got != IOT_OTA_ERR_OPEN && got != IOT_OTA_ERR_READ && got != IOT_OTA_ERR_TIMEOUT) ||
                   !try_again(d, &tries, got)) {
            return IOT_OTA_STATUS_DOWNLOAD_FAILED;
        }
    }
    return slots_sync(&d->slots) == 0 ? OK : IOT_OTA_STATUS_DOWNLOAD_FAILED;
}

/* Makes the new image, and makes sure of it. Returns 0 or what failed. */
static int prepare(struct device *d, const struct iot_ota_firmware *firmware)
{
    int status = slots_build(&d->slots, firmware);

    if (status != OTA_RESTORE_DONE) {
        SAY("%s: %s (%d)", firmware->is_diff ? "the patch" : "the image", ota_restore_text(status), status);
        return status == OTA_RESTORE_DIGEST ? IOT_OTA_STATUS_VERIFY_FAILED : IOT_OTA_STATUS_BURN_FAILED;
    }
    if (d->is_program && !program_is(d->slots.next, firmware->version)) {
        SAY("the new image does not run here, or is not %s", firmware->version);
        return IOT_OTA_STATUS_VERIFY_FAILED;
    }
    if (!d->is_program && slots_note(&d->slots, d->running, firmware->version) != 0)
        return IOT_OTA_STATUS_BURN_FAILED;
    return OK;
}

/* The new image takes over: a program at once, by starting in this one's place. Returns 0 or what failed. */
static int take_over(struct device *d, const char *version)
{
    if (slots_switch(&d->slots) != 0)
        return IOT_OTA_STATUS_BURN_FAILED;
    report(d, IOT_OTA_STATUS_SUCCEEDED, 100);
    if (d->mqtt.socket >= 0)
        ota_mqtt_flush(&d->mqtt, ANSWER_S * 1000);
    SAY("%s is now %s", d->running, version);
    strcpy(d->running, version);
    if (d->is_program) {
        ota_mqtt_disconnect(&d->mqtt);
        execv(d->slots.image, d->arguments);
        SAY("%s: cannot be started", d->slots.image);
        exit(FAILED);
    }
    if (d->mqtt.socket >= 0)
        iot_ota_report_firmware_version(d->ota, d->running);
    return OK;
}

static int upgrade(struct device *d)
{
    struct iot_ota_firmware firmware = *iot_ota_announced(d->ota);
    int status;

    if (firmware.is_diff && firmware.diff_from[0] != 0 && strcmp(firmware.diff_from, d->running) != 0) {
        SAY("a patch for %s", firmware.diff_from);
        return IOT_OTA_STATUS_UPGRADE_FAILED;
    }
    status = fetch(d);
    if (status != OK)
        return status;
    /* As it was fetched: with its size, which answers do not name; and reports may let another one in. */
    firmware = *iot_ota_announced(d->ota);
    report(d, IOT_OTA_STATUS_DOWNLOADED, 100);
    report(d, IOT_OTA_STATUS_BURNING, 0);
    status = prepare(d, &firmware);
    return status == OK ? take_over(d, firmware.version) : status;
}

/* A notice that is repeated finds the version already there. */
static void look_at_news(struct device *d)
{
    const struct iot_ota_firmware *firmware = iot_ota_announced(d->ota);
    uint8_t md5[sizeof firmware->md5];
    int status;

    d->has_news = 0;
    if (strcmp(firmware->version, d->running) == 0) {
        iot_ota_report_firmware_version(d->ota, d->running);
        return;
    }
    SAY("%s is announced%s%s", firmware->version, firmware->is_diff ? ", as a patch: " : "", firmware->diff_format);
    memcpy(md5, firmware->md5, sizeof md5);
    status = upgrade(d);
    if (status == OK || status == DROPPED)
        return;
    SAY("failed: %d", status);
    slots_drop(&d->slots);
    /* The same file once more, announced before it failed, is no new try. */
    if (memcmp(md5, firmware->md5, sizeof md5) == 0)
        d->has_news = 0;
    report(d, (iot_ota_status_t)status, 0);
}

/* ---- what it is started with ---- */

/* Which image, and which version it is of. Returns whether both are known. */
static int find_image(struct device *d, const char *file, const char *version)
{
    char path[SLOTS_PATH_SIZE];

    d->is_program = file == NULL;
    if (d->is_program) {
        if (!program_path(path, sizeof path))
            return 0;
        file = path;
        version = OTA_EXAMPLE_VERSION;
    }
    if (!slots_begin(&d->slots, file)) {
        SAY("%s: cannot be read", file);
        return 0;
    }
    if (!d->is_program && slots_version(&d->slots, d->running))
        return 1;
    if (version == NULL || strlen(version) >= sizeof d->running) {
        SAY("%s: of which version? (-v)", file);
        return 0;
    }
    strcpy(d->running, version);
    return 1;
}

/* host, host:port or [IPv6 address]:port, taken apart where it stands. Returns whether it is one. */
static int read_address(char *text, struct ota_mqtt_login *access)
{
    char *end;

    access->host = text;
    access->port = "1883";
    if (*text == '[') {
        access->host = text + 1;
        end = strchr(text, ']');
        if (end == NULL || (end[1] != 0 && end[1] != ':'))
            return 0;
        *end++ = 0;
    } else {
        end = text + strcspn(text, ":");
    }
    if (*end == ':') {
        *end = 0;
        access->port = end + 1;
    }
    return access->host[0] != 0 && access->port[0] != 0;
}

int main(int argc, char **argv)
{
    static struct device d;
    const char *file = NULL, *version = NULL, *secret = getenv("OTA_SECRET");
    struct sigaction action;
    int option;

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts(OTA_EXAMPLE_VERSION);
        return OK;
    }
    while ((option = getopt(argc, argv, "i:v:")) != -1) {
        if (option == 'i')
            file = optarg;
        else if (option == 'v')
            version = optarg;
        else
            optind = argc + 1;
    }
    if (argc - optind != 3 || secret == NULL || strlen(argv[optind]) >= sizeof d.address || (version != NULL && file == NULL) ||
        !read_address(strcpy(d.address, argv[optind]), &d.access) ||
        !login_sign(&d.login, argv[optind + 1], argv[optind + 2], secret)) {
        fputs(usage, stderr);
        return USAGE;
    }
    d.product_key = argv[optind + 1];
    d.name = argv[optind + 2];
    d.access.client_id = d.login.client_id;
    d.access.username = d.login.username;
    d.access.password = d.login.password;
    d.access.keep_alive_s = KEEP_ALIVE_S;
    d.access.timeout_s = ANSWER_S;
    d.arguments = argv;
    fill_port(&d);
    ota_mqtt_begin(&d.mqtt);
    ota_http_begin(&d.http);
    if (!find_image(&d, file, version))
        return FAILED;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    while (!is_stopped) {
        if (d.has_news)
            look_at_news(&d);
        else
            attend(&d, 250);
    }
    ota_http_close(&d.http);
    ota_mqtt_disconnect(&d.mqtt);
    return OK;
}
