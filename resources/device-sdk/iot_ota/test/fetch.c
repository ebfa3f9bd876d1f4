/*
 * fetch URL OFFSET OPEN READ: writes the bytes to standard output; "total=N", and how it ended, to standard error. Waits OPEN
 * seconds for the answer and READ for more of it. For tests.
 */
#include "../port/posix_http.h"

#include <stdio.h>
#include <stdlib.h>

static uint32_t number(const char *text)
{
    return (uint32_t)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
    static struct ota_http http;
    uint32_t total = 0;
    char data[1000];
    int32_t got;

    ota_http_begin(&http);
    if (argc < 5)
        return 2;
    if (ota_http_open(&http, argv[1], number(argv[2]), &total, number(argv[3])) != 0) {
        fputs("not opened", stderr);
        return 0;
    }
    fprintf(stderr, "total=%lu ", (unsigned long)total);
    while ((got = ota_http_read(&http, data, sizeof data, number(argv[4]))) > 0)
        fwrite(data, 1, (size_t)got, stdout);
    fputs(got == 0 ? "timeout" : http.left == 0 ? "complete" : "broken", stderr);
    ota_http_close(&http);
    return 0;
}
