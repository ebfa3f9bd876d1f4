#include "login.h"

#include <stdio.h>
#include <string.h>

enum { BLOCK = 64 };

/* HMAC (RFC 2104) with SHA-256. */
static void hmac(const char *key, const char *text, uint8_t digest[OTA_SHA256_SIZE])
{
    uint8_t pad[BLOCK] = {0};
    struct ota_sha256 sha;
    size_t size = strlen(key);
    unsigned i;

    if (size <= BLOCK) {
        memcpy(pad, key, size);
    } else {
        ota_sha256_begin(&sha);
        ota_sha256_update(&sha, key, size);
        ota_sha256_end(&sha, pad);
    }
    for (i = 0; i < BLOCK; i++)
        pad[i] ^= 0x36;
    ota_sha256_begin(&sha);
    ota_sha256_update(&sha, pad, BLOCK);
    ota_sha256_update(&sha, text, strlen(text));
    ota_sha256_end(&sha, digest);
    for (i = 0; i < BLOCK; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    ota_sha256_begin(&sha);
    ota_sha256_update(&sha, pad, BLOCK);
    ota_sha256_update(&sha, digest, OTA_SHA256_SIZE);
    ota_sha256_end(&sha, digest);
}

int login_sign(struct login *login, const char *product_key, const char *device_name, const char *secret)
{
    char signed_text[3 * LOGIN_NAME_SIZE];
    uint8_t digest[OTA_SHA256_SIZE];
    unsigned i;

    if (strlen(product_key) + strlen(device_name) + 2 > LOGIN_NAME_SIZE)
        return 0;
    snprintf(login->client_id, sizeof login->client_id, "%s.%s|securemode=3,signmethod=hmacsha256|", product_key,
             device_name);
    snprintf(login->username, sizeof login->username, "%s&%s", device_name, product_key);
    snprintf(signed_text, sizeof signed_text, "clientId%s.%sdeviceName%sproductKey%s", product_key, device_name,
             device_name, product_key);
    hmac(secret, signed_text, digest);
    for (i = 0; i < sizeof digest; i++)
        snprintf(login->password + 2 * i, 3, "%02x", digest[i]);
    return 1;
}
