#include "json.h"

#include <string.h>

enum { DEPTH = 32 };

static const char *blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
        p++;
    return p;
}

/* Behind a string that begins at p; NULL if it does not end. */
static const char *string_end(const char *p, const char *end)
{
    for (p++; p < end; p++) {
        if (*p == '"')
            return p + 1;
        if ((unsigned char)*p < 0x20)
            return NULL;
        if (*p == '\\' && ++p == end)
            return NULL;
    }
    return NULL;
}

/* Behind a number, true, false or null; NULL if it is none. */
static const char *scalar_end(const char *p, const char *end)
{
    static const char *const words[] = {"true", "false", "null"};
    const char *start = p;
    unsigned i;

    for (i = 0; i < 3; i++) {
        size_t size = strlen(words[i]);
        if ((size_t)(end - p) >= size && memcmp(p, words[i], size) == 0)
            return p + size;
    }
    while (p < end && ((*p >= '0' && *p <= '9') || *p == '-' || *p == '+' || *p == '.' || *p == 'e' || *p == 'E'))
        p++;
    return p > start ? p : NULL;
}

/* Behind the value that begins at p; NULL if there is none. */
static const char *value_end(const char *p, const char *end)
{
    char closers[DEPTH];
    unsigned depth = 0;
    int is_value_next = 1; /* else a comma or the end of what is open */

    for (;;) {
        p = blanks(p, end);
        if (p == end)
            return NULL;
        if (is_value_next) {
            if (*p == '{' || *p == '[') {
                char closer = *p == '{' ? '}' : ']';
                const char *inner = blanks(p + 1, end);
                if (depth == DEPTH || inner == end)
                    return NULL;
                if (*inner == closer) {
                    p = inner + 1;
                } else {
                    closers[depth++] = closer;
                    p = inner;
                    goto key;
                }
            } else {
                p = *p == '"' ? string_end(p, end) : scalar_end(p, end);
                if (p == NULL)
                    return NULL;
            }
            if (depth == 0)
                return p;
            is_value_next = 0;
            continue;
        }
        if (*p == closers[depth - 1]) {
            p++;
            if (--depth == 0)
                return p;
            continue;
        }
        if (*p != ',')
            return NULL;
        p = blanks(p + 1, end);
    key:
        if (closers[depth - 1] == '}') {
            if (p == end || *p != '"' || (p = string_end(p, end)) == NULL)
                return NULL;
            p = blanks(p, end);
            if (p == end || *p != ':')
                return NULL;
            p++;
        }
        is_value_next = 1;
    }
}

int ota_json_parse(const char *text, size_t size, struct ota_json *value)
{
    const char *end = text + size, *start = blanks(text, end), *behind;

    if (start == end || (behind = value_end(start, end)) == NULL || blanks(behind, end) != end)
        return 0;
    value->at = start;
    value->size = (size_t)(behind - start);
    return 1;
}

/* Whether the string from `at` (with its quotes) is the name, apart from blanks around it. */
static int is_name(const char *at, const char *behind, const char *name)
{
    size_t size = strlen(name);

    for (at++, behind--; at < behind && *at == ' '; at++)
        continue;
    while (behind > at && behind[-1] == ' ')
        behind--;
    return (size_t)(behind - at) == size && memcmp(at, name, size) == 0;
}

int ota_json_member(struct ota_json object, const char *name, struct ota_json *value)
{
    const char *p = object.at, *end = object.at + object.size;

    if (object.size == 0 || *p != '{')
        return 0;
    /* Parsed before: every end is there. */
    for (p = blanks(p + 1, end); *p != '}'; p = blanks(p + 1, end)) {
        const char *key = p, *key_end = string_end(p, end), *start, *behind;
        start = blanks(blanks(key_end, end) + 1, end);
        behind = value_end(start, end);
        if (is_name(key, key_end, name)) {
            value->at = start;
            value->size = (size_t)(behind - start);
            return 1;
        }
        p = blanks(behind, end);
        if (*p == '}')
            return 0;
    }
    return 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The four digits of \uXXXX; below 0 if they are none. */
static int32_t code_unit(const char *p, const char *end)
{
    int32_t unit = 0;
    int i;

    if (end - p < 4)
        return -1;
    for (i = 0; i < 4; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Writes a code point as UTF-8. Returns how many bytes. */
static size_t utf8(uint32_t point, char *out)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xc0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xe0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3f));
        out[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3f));
    out[2] = (char)(0x80 | (point >> 6 & 0x3f));
    out[3] = (char)(0x80 | (point & 0x3f));
    return 4;
}

/* What follows a backslash: its bytes into `out`, how many of them, or 0 if it is none. Moves *p behind it. */
static size_t escape(const char **p, const char *end, char *out)
{
    static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *name;
    int32_t unit, low;

    if (*p == end)
        return 0;
    if (**p != 'u') {
        name = memchr(names, **p, sizeof names - 1);
        if (name == NULL)
            return 0;
        (*p)++;
        out[0] = meant[name - names];
        return 1;
    }
    unit = code_unit(*p + 1, end);
    if (unit <= 0 || (unit >= 0xdc00 && unit < 0xe000))
        return 0;
    *p += 5;
    if (unit < 0xd800 || unit >= 0xe000)
        return utf8((uint32_t)unit, out);
    if (end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u')
        return 0;
    low = code_unit(*p + 2, end);
    if (low < 0xdc00 || low >= 0xe000)
        return 0;
    *p += 6;
    return utf8(0x10000 + (((uint32_t)unit - 0xd800) << 10) + ((uint32_t)low - 0xdc00), out);
}

int ota_json_string(struct ota_json value, char *text, size_t size)
{
    const char *p = value.at + 1, *end = value.at + value.size - 1;
    size_t used = 0;

    if (value.size < 2 || *value.at != '"')
        return 0;
    while (p < end) {
        char bytes[4];
        size_t count = 1;
        if (*p == '\\') {
            p++;
            count = escape(&p, end, bytes);
        } else {
            bytes[0] = *p++;
        }
        if (count == 0 || count >= size - used)
            return 0;
        memcpy(text + used, bytes, count);
        used += count;
    }
    text[used] = 0;
    return 1;
}

int ota_json_uint32(struct ota_json value, uint32_t *number)
{
    const char *p = value.at, *end = value.at + value.size;
    uint32_t sum = 0;

    if (value.size >= 2 && *p == '"') {
        p++;
        end--;
    }
    if (p == end)
        return 0;
    for (; p < end; p++) {
        uint32_t digit = (uint32_t)(*p - '0');
        if (*p < '0' || *p > '9' || sum > (0xffffffffu - digit) / 10)
            return 0;
        sum = sum * 10 + digit;
    }
    *number = sum;
    return 1;
}

int ota_json_hex(struct ota_json value, uint8_t *bytes, size_t size)
{
    size_t i;

    if (value.size != 2 * size + 2 || *value.at != '"')
        return 0;
    for (i = 0; i < size; i++) {
        int high = hex_digit(value.at[1 + 2 * i]), low = hex_digit(value.at[2 + 2 * i]);
        if (high < 0 || low < 0)
            return 0;
        bytes[i] = (uint8_t)(high * 16 + low);
    }
    return 1;
}
