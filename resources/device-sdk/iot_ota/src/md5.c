#include "ota_md5.h"

/* RFC 1321, section 3.4: the integer part of 2^32 * abs(sin(i + 1)). */
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

static const uint8_t shifts[16] = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};

/* Section 3.4. The four words rotate by one in every step. */
static void compress(struct ota_md5 *md5)
{
    uint32_t a = md5->hash[0], b = md5->hash[1], c = md5->hash[2], d = md5->hash[3];
    unsigned i;

    for (i = 0; i < 64; i++) {
        unsigned round = i / 16, word, shift = shifts[4 * round + i % 4];
        uint32_t f, x;
        const uint8_t *p;

        if (round == 0) {
            f = d ^ (b & (c ^ d));
            word = i;
        } else if (round == 1) {
            f = c ^ (d & (b ^ c));
            word = 5 * i + 1;
        } else if (round == 2) {
            f = b ^ c ^ d;
            word = 3 * i + 5;
        } else {
            f = c ^ (b | ~d);
            word = 7 * i;
        }
        p = md5->block + 4 * (word % 16);
        x = a + f + sines[i] + (p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
        a = d;
        d = c;
        c = b;
        b += x << shift | x >> (32 - shift);
    }
    md5->hash[0] += a;
    md5->hash[1] += b;
    md5->hash[2] += c;
    md5->hash[3] += d;
}

void ota_md5_begin(struct ota_md5 *md5)
{
    md5->hash[0] = 0x67452301;
    md5->hash[1] = 0xefcdab89;
    md5->hash[2] = 0x98badcfe;
    md5->hash[3] = 0x10325476;
    md5->length = 0;
}

void ota_md5_update(struct ota_md5 *md5, const void *data, size_t size)
{
    const uint8_t *p = data;

    while (size-- > 0) {
        md5->block[md5->length++ & 63] = *p++;
        if ((md5->length & 63) == 0)
            compress(md5);
    }
}

/* Padding: sections 3.1 and 3.2. */
void ota_md5_end(struct ota_md5 *md5, uint8_t digest[OTA_MD5_SIZE])
{
    static const uint8_t one = 0x80, zero = 0;
    uint32_t length = md5->length;
    unsigned i;

    ota_md5_update(md5, &one, 1);
    while ((md5->length & 63) != 56)
        ota_md5_update(md5, &zero, 1);
    for (i = 0; i < 8; i++) {
        uint8_t byte = (uint8_t)(i < 4 ? length << 3 >> (8 * i) : i == 4 ? length >> 29 : 0);
        ota_md5_update(md5, &byte, 1);
    }
    for (i = 0; i < OTA_MD5_SIZE; i++)
        digest[i] = (uint8_t)(md5->hash[i / 4] >> (8 * (i & 3)));
}
