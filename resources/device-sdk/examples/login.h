/* How a device proves itself to the station: Alibaba's signed form, so that its secret does not go over the wire. */
#ifndef OTA_LOGIN_H
#define OTA_LOGIN_H

#include "ota_sha256.h"

enum { LOGIN_NAME_SIZE = 192 };

struct login {
    char client_id[LOGIN_NAME_SIZE + 48];
    char username[LOGIN_NAME_SIZE];
    char password[2 * OTA_SHA256_SIZE + 1];
};

/* Returns whether the names fit. */
int login_sign(struct login *login, const char *product_key, const char *device_name, const char *secret);

#endif
