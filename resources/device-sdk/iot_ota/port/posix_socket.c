#define _POSIX_C_SOURCE 200809L

#include "posix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int64_t ota_socket_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Signals do not make it shorter. */
static int wait_for(int socket, short events, int64_t timeout_ms)
{
    int64_t deadline = ota_socket_now() + timeout_ms, left = timeout_ms;
    struct pollfd waited;
    int ready;

    waited.fd = socket;
    waited.events = events;
    do {
        waited.revents = 0;
        ready = poll(&waited, 1, left > 0x7fffffff ? 0x7fffffff : (int)left);
        left = deadline - ota_socket_now();
        if (left < 0)
            left = 0;
    } while (ready < 0 && errno == EINTR);
    return ready;
}

int ota_socket_wait(int socket, int64_t timeout_ms)
{
    return wait_for(socket, POLLIN, timeout_ms);
}

/* Returns whether it is connected to the address. */
static int connected(int file, const struct addrinfo *address, uint32_t timeout_s)
{
    int error = 0;
    socklen_t size = sizeof error;

    if (fcntl(file, F_SETFD, FD_CLOEXEC) != 0 || fcntl(file, F_SETFL, O_NONBLOCK) != 0)
        return 0;
    if (connect(file, address->ai_addr, address->ai_addrlen) == 0)
        return 1;
    return errno == EINPROGRESS && wait_for(file, POLLOUT, (int64_t)timeout_s * 1000) > 0 &&
           getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

int ota_socket_open(const char *host, const char *port, uint32_t timeout_s)
{
    struct addrinfo hints, *found, *each;
    int file = -1;

    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, port, &hints, &found) != 0)
        return -1;
    for (each = found; each != NULL && file < 0; each = each->ai_next) {
        file = socket(each->ai_family, each->ai_socktype, each->ai_protocol);
        if (file >= 0 && !connected(file, each, timeout_s)) {
            close(file);
            file = -1;
        }
    }
    freeaddrinfo(found);
    return file;
}

int ota_socket_send(int socket, const void *data, size_t size, uint32_t timeout_s)
{
    const char *next = data;

    while (size > 0) {
        ssize_t sent = send(socket, next, size, MSG_NOSIGNAL);
        if (sent > 0) {
            next += sent;
            size -= (size_t)sent;
        } else if (sent == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) ||
                   wait_for(socket, POLLOUT, (int64_t)timeout_s * 1000) <= 0) {
            return 0;
        }
    }
    return 1;
}

int32_t ota_socket_receive(int socket, void *data, size_t size)
{
    ssize_t got = recv(socket, data, size > 0x7fffffff ? 0x7fffffff : size, 0);

    if (got > 0)
        return (int32_t)got;
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? 0 : -1;
}
