#define _POSIX_C_SOURCE 200809L

#include "posix_http.h"
#include "posix_socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { HOST_SIZE = 256, PORT_SIZE = 6, REQUEST_SIZE = 1400, TIMED_OUT = 0, BROKEN = -1 };

void ota_http_begin(struct ota_http *http)
{
    memset(http, 0, sizeof *http);
    http->socket = -1;
}

void ota_http_close(struct ota_http *http)
{
    if (http->socket >= 0)
        close(http->socket);
    ota_http_begin(http);
}

/* Copies what lies between two places of a text. Returns whether it is not empty and fits. */
static int cut(char *to, size_t size, const char *from, const char *end)
{
    if (end <= from || (size_t)(end - from) >= size)
        return 0;
    memcpy(to, from, (size_t)(end - from));
    to[end - from] = 0;
    return 1;
}

/* http://host[:port]/path, the host of IPv6 in brackets. Returns the path, or NULL. */
static const char *split(const char *url, char host[HOST_SIZE], char port[PORT_SIZE])
{
    const char *start = url + 7, *end, *colon;

    if (strncasecmp(url, "http://", 7) != 0)
        return NULL;
    end = start + strcspn(start, "/?#");
    if (*end != '/')
        return NULL;
    if (*start == '[') {
        const char *bracket = memchr(start, ']', (size_t)(end - start));
        if (bracket == NULL || !cut(host, HOST_SIZE, start + 1, bracket))
            return NULL;
        colon = bracket + 1;
    } else {
        colon = memchr(start, ':', (size_t)(end - start));
        if (colon == NULL)
            colon = end;
        if (!cut(host, HOST_SIZE, start, colon))
            return NULL;
    }
    strcpy(port, "80");
    if (colon < end && (*colon != ':' || !cut(port, PORT_SIZE, colon + 1, end)))
        return NULL;
    /* Nothing that could end the request's line. */
    for (start = end; *start != 0; start++)
        if ((unsigned char)*start <= 0x20 || *start == 0x7f)
            return NULL;
    return end;
}

/* Receives up to the empty line. Returns whether it came; the head then ends with a 0. */
static int receive_head(struct ota_http *http, uint32_t timeout_s)
{
    size_t used = 0;

    while (used < sizeof http->head - 1) {
        char *end;
        int32_t got;
        if (ota_socket_wait(http->socket, (int64_t)timeout_s * 1000) <= 0)
            return 0;
        got = ota_socket_receive(http->socket, http->head + used, sizeof http->head - 1 - used);
        if (got < 0)
            return 0;
        used += (size_t)got;
        http->head[used] = 0;
        end = strstr(http->head, "\r\n\r\n");
        if (end != NULL) {
            end[2] = 0;
            http->held_at = (size_t)(end + 4 - http->head);
            http->held_end = used;
            return 1;
        }
    }
    return 0;
}

/* The value of a header; NULL if there is none of that name. */
static const char *header(const char *head, const char *name)
{
    size_t size = strlen(name);
    const char *line = head;

    while ((line = strstr(line, "\r\n")) != NULL) {
        line += 2;
        if (strncasecmp(line, name, size) == 0 && line[size] == ':')
            return line + size + 1 + strspn(line + size + 1, " \t");
    }
    return NULL;
}

/* Reads a number below 2^32 and moves behind it. Returns whether there is one. */
static int number(const char **text, uint32_t *value)
{
    unsigned long long read;
    char *end;

    if (**text < '0' || **text > '9')
        return 0;
    read = strtoull(*text, &end, 10);
    *text = end;
    *value = (uint32_t)read;
    return read <= 0xffffffffu;
}

/* 200 with a length, or 206 with `Content-Range: bytes first-last/total` (RFC 9110, 14.4). */
static int understood(struct ota_http *http, uint32_t offset, uint32_t *total)
{
    const char *length = header(http->head, "Content-Length"), *range = header(http->head, "Content-Range");
    uint32_t first, last;

    if (strncmp(http->head, "HTTP/1.", 7) != 0 || header(http->head, "Transfer-Encoding") != NULL || length == NULL ||
        !number(&length, &http->left))
        return 0;
    if (strncmp(http->head + 8, " 200", 4) == 0) {
        *total = http->left;
        return offset == 0;
    }
    if (strncmp(http->head + 8, " 206", 4) != 0 || range == NULL || strncasecmp(range, "bytes ", 6) != 0)
        return 0;
    range += 6;
    if (!number(&range, &first) || *range++ != '-' || !number(&range, &last) || *range++ != '/' || !number(&range, total))
        return 0;
    return first == offset && last >= first && last < *total && http->left == last - first + 1;
}

int ota_http_open(struct ota_http *http, const char *url, uint32_t offset, uint32_t *total, uint32_t timeout_s)
{
    char host[HOST_SIZE], port[PORT_SIZE], request[REQUEST_SIZE], range[40] = "";
    const char *path = split(url, host, port);
    int is_ipv6 = path != NULL && strchr(host, ':') != NULL, size;

    ota_http_close(http);
    if (path == NULL)
        return -1;
    if (offset > 0)
        snprintf(range, sizeof range, "Range: bytes=%lu-\r\n", (unsigned long)offset);
    size = snprintf(request, sizeof request, "GET %.*s HTTP/1.1\r\nHost: %s%s%s:%s\r\n%sConnection: close\r\n\r\n",
                    (int)strcspn(path, "#"), path, is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", port, range);
    if (size < 0 || (size_t)size >= sizeof request)
        return -1;
    http->socket = ota_socket_open(host, port, timeout_s);
    if (http->socket >= 0 && ota_socket_send(http->socket, request, (size_t)size, timeout_s) && receive_head(http, timeout_s) &&
        understood(http, offset, total))
        return 0;
    ota_http_close(http);
    return -1;
}

int32_t ota_http_read(struct ota_http *http, char *data, uint32_t size, uint32_t timeout_s)
{
    size_t held = http->held_end - http->held_at;
    int32_t got;

    if (http->socket < 0 || http->left == 0)
        return BROKEN;
    if (size > http->left)
        size = http->left;
    if (size > 0x7fffffff)
        size = 0x7fffffff;
    if (held > 0) {
        if (size > held)
            size = (uint32_t)held;
        memcpy(data, http->head + http->held_at, size);
        http->held_at += size;
    } else {
        int ready = ota_socket_wait(http->socket, (int64_t)timeout_s * 1000);
        if (ready <= 0)
            return ready == 0 ? TIMED_OUT : BROKEN;
        got = ota_socket_receive(http->socket, data, size);
        if (got <= 0)
            return got == 0 ? TIMED_OUT : BROKEN;
        size = (uint32_t)got;
    }
    http->left -= size;
    return (int32_t)size;
}
