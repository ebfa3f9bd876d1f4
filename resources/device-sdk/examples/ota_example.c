/*
 * ota_example: a Linux device that upgrades itself, or a file, from a station over MQTT and HTTP; by full images and by
 * patches (hpatch-lite, detools). Shows what is around iot_ota and ota_restore in a device.
 */
#define _POSIX_C_SOURCE 200809L

#include "device.h"
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What this program reports, and says with --version. */
#ifndef OTA_EXAMPLE_VERSION
#define OTA_EXAMPLE_VERSION "1.0"
#endif

enum { KEEP_ALIVE_S = 60 };

static const char usage[] =
    "usage: OTA_SECRET=... ota_example [-i file [-v version]] host[:port] product-key device-name\n"
    "  OTA_SECRET  the device's secret, or its product's where devices register themselves\n"
    "  host        of the station; port 1883 where nothing else is said, an IPv6 address in brackets\n"
    "  -i FILE     is upgraded instead of this program\n"
    "  -v VERSION  of that file, where it is not known from an upgrade before\n"
    "  --version   says the version of this program\n";

volatile sig_atomic_t is_stopped;

static void on_signal(int number)
{
    (void)number;
    is_stopped = 1;
}

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
    link_begin(&d);
    if (!find_image(&d, file, version))
        return FAILED;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    while (!is_stopped) {
        if (d.has_news)
            update_by_news(&d);
        else
            link_attend(&d, 250);
    }
    link_end(&d);
    return OK;
}
