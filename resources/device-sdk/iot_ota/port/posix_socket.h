/* TCP on POSIX, every call within a time: what the byte stream and the MQTT client share. */
#ifndef OTA_POSIX_SOCKET_H
#define OTA_POSIX_SOCKET_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds of a clock that never goes back. */
int64_t ota_socket_now(void);
/* A connection, not passed on to programs that are started later; below 0 where none comes about in time. */
int ota_socket_open(const char *host, const char *port, uint32_t timeout_s);
/* Waits until it can be read. 1, 0 after the time, or below 0 for failure. */
int ota_socket_wait(int socket, int64_t timeout_ms);
/* Sends all of it. Returns whether it went out in time. */
int ota_socket_send(int socket, const void *data, size_t size, uint32_t timeout_s);
/* What has come, up to `size` bytes: how many, 0 for none now, below 0 where the connection has ended or failed. */
int32_t ota_socket_receive(int socket, void *data, size_t size);

#endif
