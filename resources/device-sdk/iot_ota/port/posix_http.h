/* The byte stream of an iot_ota port on POSIX: GET over HTTP/1.1, from an offset. No TLS. */
#ifndef OTA_POSIX_HTTP_H
#define OTA_POSIX_HTTP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ota_http {
    int socket;         /* below 0: closed */
    uint32_t left;      /* bytes of the body that are still to come */
    size_t held_at;     /* of the body, what came with the head */
    size_t held_end;
    char head[4096];
};

/* Before the first open. */
void ota_http_begin(struct ota_http *http);
/*
 * Asks for `http://host[:port]/path` from `offset` on; waits up to `timeout_s` for each part of the answer.
 * 0 with the size of the whole file in *total; -1 where the server is not reached, refuses, or begins elsewhere.
 */
int ota_http_open(struct ota_http *http, const char *url, uint32_t offset, uint32_t *total, uint32_t timeout_s);
/* As `read` of struct iot_ota_port: bytes, 0 after the time, -1 at the end or when the connection broke. */
int32_t ota_http_read(struct ota_http *http, char *data, uint32_t size, uint32_t timeout_s);
void ota_http_close(struct ota_http *http);

#ifdef __cplusplus
}
#endif

#endif
