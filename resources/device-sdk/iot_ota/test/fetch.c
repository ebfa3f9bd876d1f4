/* fetch URL [offset]: writes the bytes to standard output; "total=N", and how it ended, to standard error. For tests. */
#include "../port/posix_http.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    static struct ota_http http;
    uint32_t total = 0;
    char data[1000];
    int32_t got;

    ota_http_begin(&http);
    if (argc < 2 || ota_http_open(&http, argv[1], argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0, &total, 5) != 0) {
        fputs("not opened", stderr);
        return 0;
    }
    fprintf(stderr, "total=%lu ", (unsigned long)total);
    while ((got = ota_http_read(&http, data, sizeof data, 1)) > 0)
        fwrite(data, 1, (size_t)got, stdout);
    fputs(got == 0 ? "timeout" : http.left == 0 ? "complete" : "broken", stderr);
    ota_http_close(&http);
    return 0;
}
