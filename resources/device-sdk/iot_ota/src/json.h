/* Reads JSON (RFC 8259) where it lies: no copy, no recursion. */
#ifndef OTA_JSON_H
#define OTA_JSON_H

#include <stddef.h>
#include <stdint.h>

/* A value within a text: from `at` on, `size` bytes, strings with their quotes. */
struct ota_json {
    const char *at;
    size_t size;
};

/* The whole text, if it is one value of JSON and nothing else. Returns whether it is. Depth up to 32. */
int ota_json_parse(const char *text, size_t size, struct ota_json *value);
/* The member of that name; blanks around the name in the text do not count. Returns whether `object` has one. */
int ota_json_member(struct ota_json object, const char *name, struct ota_json *value);
/* Copies a string, decoded, with a 0 behind it. Returns whether it is one, fits and holds no 0. */
int ota_json_string(struct ota_json value, char *text, size_t size);
/* A whole number from 0 to 2^32 - 1, as a number or as a string. Returns whether it is one. */
int ota_json_uint32(struct ota_json value, uint32_t *number);
/* `size` bytes in hexadecimal. Returns whether it is a string of them. */
int ota_json_hex(struct ota_json value, uint8_t *bytes, size_t size);

#endif
