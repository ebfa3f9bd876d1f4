/* Reads a message from standard input and says what it understood; for tests. With "md5": the MD5 of standard input. */
#include "iot_ota.h"
#include "ota_md5.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_hex(const char *name, const uint8_t *bytes, size_t size)
{
    printf("%s=", name);
    while (size-- > 0)
        printf("%02x", *bytes++);
    putchar('\n');
}

static void print(const struct iot_ota_firmware *f)
{
    printf("id=%s\nversion=%s\nurl=%s\nsize=%lu\nsilent=%d\ndiff=%d\n", f->message_id, f->version, f->url,
           (unsigned long)f->size, f->is_silent, f->is_diff);
    print_hex("md5", f->md5, sizeof f->md5);
    if (f->is_diff)
        printf("format=%s\nfrom=%s\nfull=%lu\n", f->diff_format, f->diff_from, (unsigned long)f->full_size);
    if (f->has_full_sha256)
        print_hex("sha256", f->full_sha256, sizeof f->full_sha256);
}

int main(int argc, char **argv)
{
    static char input[1 << 20];
    size_t size = fread(input, 1, sizeof input, stdin);
    /* Exactly as large as it is, so that a sanitizer sees every byte too far. */
    char *text = malloc(size > 0 ? size : 1);
    struct iot_ota_firmware firmware;
    int status;

    memcpy(text, input, size);
    if (argc > 1 && strcmp(argv[1], "md5") == 0) {
        struct ota_md5 md5;
        uint8_t digest[OTA_MD5_SIZE];
        ota_md5_begin(&md5);
        ota_md5_update(&md5, text, size);
        ota_md5_end(&md5, digest);
        print_hex("md5", digest, sizeof digest);
    } else if (argc > 1 && strcmp(argv[1], "cut") == 0) {
        /* Every beginning of the text, each in memory of its own size. */
        size_t length;
        unsigned taken = 0;
        for (length = 0; length < size; length++) {
            char *part = malloc(length > 0 ? length : 1);
            memcpy(part, text, length);
            taken += iot_ota_read_firmware(part, length, &firmware) == IOT_OTA_OK;
            free(part);
        }
        printf("taken=%u\n", taken);
    } else {
        status = iot_ota_read_firmware(text, size, &firmware);
        printf("status=%d\n", status);
        if (status == IOT_OTA_OK)
            print(&firmware);
    }
    free(text);
    return 0;
}
