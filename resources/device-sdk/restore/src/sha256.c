#include "ota_sha256.h"

/* FIPS 180-4, section 4.2.2. */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* Section 5.3.3. */
static const uint32_t initial_hash[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static uint32_t rotated(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

/* Section 6.2.2 with the circular schedule of 16 words of section 6.1.3. The working variables rotate by index. */
static void compress(struct ota_sha256 *sha)
{
    uint32_t v[8], w[16], t1, t2;
    unsigned i, t;

    for (i = 0; i < 8; i++)
        v[i] = sha->hash[i];
    for (t = 0; t < 64; t++) {
        uint32_t *word = &w[t & 15];
        if (t < 16) {
            const uint8_t *p = sha->block + 4 * t;
            *word = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        } else {
            uint32_t x = w[(t - 15) & 15], y = w[(t - 2) & 15];
            *word += (rotated(x, 7) ^ rotated(x, 18) ^ x >> 3) + w[(t - 7) & 15] +
                     (rotated(y, 17) ^ rotated(y, 19) ^ y >> 10);
        }
        t1 = v[7] + (rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)) +
             (v[6] ^ (v[4] & (v[5] ^ v[6]))) + round_constants[t] + *word;
        t2 = (rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)) +
             ((v[0] & v[1]) | (v[2] & (v[0] | v[1])));
        for (i = 7; i > 0; i--)
            v[i] = v[i - 1];
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (i = 0; i < 8; i++)
        sha->hash[i] += v[i];
}

void ota_sha256_begin(struct ota_sha256 *sha)
{
    unsigned i;

    for (i = 0; i < 8; i++)
        sha->hash[i] = initial_hash[i];
    sha->length = 0;
}

void ota_sha256_update(struct ota_sha256 *sha, const void *data, size_t size)
{
    const uint8_t *p = data;

    while (size--) {
        sha->block[sha->length++ & 63] = *p++;
        if ((sha->length & 63) == 0)
            compress(sha);
    }
}

/* Padding: section 5.1.1. */
void ota_sha256_end(struct ota_sha256 *sha, uint8_t digest[OTA_SHA256_SIZE])
{
    static const uint8_t one = 0x80, zero = 0;
    uint32_t length = sha->length;
    unsigned i;

    ota_sha256_update(sha, &one, 1);
    while ((sha->length & 63) != 56)
        ota_sha256_update(sha, &zero, 1);
    for (i = 0; i < 8; i++) {
        uint8_t byte = (uint8_t)(i < 3 ? 0 : i == 3 ? length >> 29 : length << 3 >> (8 * (7 - i)));
        ota_sha256_update(sha, &byte, 1);
    }
    for (i = 0; i < OTA_SHA256_SIZE; i++)
        digest[i] = (uint8_t)(sha->hash[i / 4] >> (24 - 8 * (i & 3)));
}

int ota_sha256_equal(const uint8_t *a, const uint8_t *b)
{
    uint8_t difference = 0;
    unsigned i;

    for (i = 0; i < OTA_SHA256_SIZE; i++)
        difference |= a[i] ^ b[i];
    return difference == 0;
}
