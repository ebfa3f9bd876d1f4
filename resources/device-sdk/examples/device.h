/* A device of the station: what the parts of ota_example share. */
#ifndef OTA_DEVICE_H
#define OTA_DEVICE_H

#include "iot_ota.h"
#include "login.h"
#include "posix_http.h"
#include "posix_mqtt.h"
#include "slots.h"

#include <signal.h>
#include <stdio.h>

enum { OK = 0, FAILED = 1, USAGE = 2 };
/* Most seconds that any answer may take. */
#ifndef OTA_EXAMPLE_ANSWER_S
#define OTA_EXAMPLE_ANSWER_S 10
#endif
enum { ANSWER_S = OTA_EXAMPLE_ANSWER_S };

#define SAY(...) (fprintf(stderr, "ota_example: " __VA_ARGS__), fputc('\n', stderr))

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

/* Set by a signal: everything ends soon. */
extern volatile sig_atomic_t is_stopped;

/* Makes iot_ota's port of the device's MQTT client and byte stream. */
void link_begin(struct device *d);
/* Lets messages in for so long; connects again where the connection broke, with growing pauses. */
void link_attend(struct device *d, uint32_t timeout_ms);
/* Reports a progress. What cannot be reported now is seen by the version's report later. */
void link_report(struct device *d, iot_ota_status_t status, uint32_t percent);
void link_end(struct device *d);

/* Looks at what was announced, and upgrades to it. A program does not return from that. */
void update_by_news(struct device *d);

#endif
