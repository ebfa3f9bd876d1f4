/* LZMA1, after Igor Pavlov's LZMA specification (public domain). One byte of output at a time. */
#include "internal.h"

#if OTA_RESTORE_HPATCH_LITE

#if OTA_RESTORE_ANY_LZMA
#define POSITION_BITS(r) ((r)->position_bits)
#define POSITION_STATE(r) (POSITION_SIZE * ((r)->body_position & ((1u << (r)->position_bits) - 1)))
#define LITERAL_CONTEXT(r) \
    (((r)->body_position & ((1u << (r)->literal_position_bits) - 1)) << (r)->literal_context_bits | \
     (unsigned)ota_restore_recall(r, 1) >> (8 - (r)->literal_context_bits))
#define LITERAL_BITS(r) ((r)->literal_context_bits + (r)->literal_position_bits)
#else
#define POSITION_BITS(r) 0
#define POSITION_STATE(r) 0
#define LITERAL_CONTEXT(r) 0
#define LITERAL_BITS(r) 0
#endif

/*
 * Where the probabilities are in the work area. First those of each position state, together, so that few are needed
 * where pb is 0; what matches and repeated matches have each for themselves lies in the same order.
 */
enum {
    IS_MATCH = 0,
    IS_REP0_LONG = 12,
    LOW = 24, /* twice: trees of 3 bits, low and middle */
    LOW_SIZE = 16,
    POSITION_SIZE = 56,
    COMMON_SIZE = 951,
    LENGTH_SIZE = 258
};
/* Then what all position states share. */
#define COMMON(r) ((unsigned)POSITION_SIZE << POSITION_BITS(r))
#define IS_REP(r) (COMMON(r) + 0)
#define IS_REP_G0(r) (COMMON(r) + 12)
#define IS_REP_G1(r) (COMMON(r) + 24)
#define IS_REP_G2(r) (COMMON(r) + 36)
#define ALIGN(r) (COMMON(r) + 48)    /* a tree of 4 bits */
#define SLOT(r) (COMMON(r) + 64)     /* 4 trees of 6 bits */
#define SPECIAL(r) (COMMON(r) + 320) /* 115 */
#define LENGTH(r) (COMMON(r) + 435)  /* twice: 2 choices, a tree of 8 bits */
#define LITERAL(r) (COMMON(r) + COMMON_SIZE)

/* Makes the range at least 2^24. */
static void normalize(struct ota_restore *r)
{
    if (r->range >> 24 == 0) {
        r->range <<= 8;
        r->code = r->code << 8 | ota_restore_take(r);
    }
}

static unsigned bit(struct ota_restore *r, unsigned index)
{
    uint16_t *probability = r->work + index;
    uint32_t p = *probability, bound;
    unsigned is_one;

    normalize(r);
    bound = (r->range >> 11) * p;
    is_one = r->code >= bound;
    if (is_one) {
        r->code -= bound;
        bound = r->range - bound;
        p -= p >> 5;
    } else {
        p += (2048 - p) >> 5;
    }
    r->range = bound;
    *probability = (uint16_t)p;
    return is_one;
}

static unsigned tree(struct ota_restore *r, unsigned index, unsigned bits)
{
    unsigned symbol = 1;

    while (symbol >> bits == 0)
        symbol = symbol << 1 | bit(r, index + symbol);
    return symbol - (1u << bits);
}

static unsigned reverse_tree(struct ota_restore *r, unsigned index, unsigned bits)
{
    unsigned symbol = tree(r, index, bits), value = 0;

    while (bits-- > 0) {
        value = value << 1 | (symbol & 1);
        symbol >>= 1;
    }
    return value;
}

/* The length of a match less 2. */
static unsigned length(struct ota_restore *r, unsigned common, unsigned low)
{
    unsigned least = 0, bits = 3;

    if (bit(r, common)) {
        least = 8;
        low += 8;
        if (bit(r, common + 1)) {
            least = 16;
            low = common + 2;
            bits = 8;
        }
    }
    return least + tree(r, low, bits);
}

static uint32_t distance(struct ota_restore *r, unsigned length_class)
{
    unsigned slot = tree(r, SLOT(r) + 64 * (length_class < 3 ? length_class : 3), 6);
    unsigned bits = (slot >> 1) - 1, index;
    uint32_t value = 2u | (slot & 1);

    if (slot < 4)
        return slot;
    if (slot < 14) {
        value <<= bits;
        index = SPECIAL(r) + value - slot;
    } else {
        for (; bits > 4; bits--) {
            normalize(r);
            r->range >>= 1;
            value <<= 1;
            if (r->code >= r->range) {
                r->code -= r->range;
                value |= 1;
            }
        }
        value <<= 4;
        index = ALIGN(r);
    }
    return value + reverse_tree(r, index, bits);
}

static uint8_t literal(struct ota_restore *r)
{
    unsigned symbol = 1, offset = 0, match = 0, state = r->lzma_state;
    unsigned index = LITERAL(r) + 0x300 * LITERAL_CONTEXT(r);

    if (state >= 7) {
        match = ota_restore_recall(r, r->distance[0] + 1);
        offset = 0x100;
    }
    /* As long as the bits are those of the byte at the last distance, they have probabilities of their own. */
    while (symbol < 0x100) {
        unsigned expected;
        match <<= 1;
        expected = match & offset;
        symbol = symbol << 1 | bit(r, index + offset + expected + symbol);
        if (((expected >> 8 ^ symbol) & 1) != 0)
            offset = 0;
    }
    r->lzma_state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
    return (uint8_t)symbol;
}

/* Everything but literals: sets the last distances and how many bytes are to be copied. */
static void match(struct ota_restore *r, unsigned of_position)
{
    unsigned state = r->lzma_state, is_rep = bit(r, IS_REP(r) + state), i = 3, less_2;
    unsigned after_match = state < 7 ? 0 : 3;
    uint32_t last;

    if (is_rep) {
        i = 0;
        if (bit(r, IS_REP_G0(r) + state)) {
            i = 1;
            if (bit(r, IS_REP_G1(r) + state))
                i = 2 + bit(r, IS_REP_G2(r) + state);
        } else if (!bit(r, of_position + IS_REP0_LONG + state)) {
            r->lzma_state = after_match ? 11 : 9;
            r->match_length = 1;
            return;
        }
    }
    last = r->distance[i];
    for (; i > 0; i--)
        r->distance[i] = r->distance[i - 1];
    less_2 = length(r, LENGTH(r) + LENGTH_SIZE * is_rep, of_position + LOW + LOW_SIZE * is_rep);
    r->distance[0] = is_rep ? last : distance(r, less_2);
    r->match_length = 2 + less_2;
    r->lzma_state = 7 + is_rep + after_match;
}

void ota_restore_lzma_begin(struct ota_restore *r)
{
    unsigned properties = ota_restore_take(r);
    uint32_t size = ota_restore_little_endian(r, 4), count;

    /* (pb * 5 + lp) * 9 + lc */
#if OTA_RESTORE_ANY_LZMA
    r->literal_context_bits = properties % 9;
    properties /= 9;
    r->literal_position_bits = properties % 5;
    r->position_bits = properties / 5;
    if (r->position_bits > 4)
#else
    if (properties != 0)
#endif
    {
        ota_restore_fail(r, OTA_RESTORE_FORMAT);
        return;
    }
    count = LITERAL(r) + ((uint32_t)0x300 << LITERAL_BITS(r));
    /* No distance reaches farther back than the body is long. */
    ota_restore_dictionary(r, 2 * count, size < r->body_size ? size : r->body_size);
    if (r->status != OTA_RESTORE_MORE)
        return;
    while (count-- > 0)
        r->work[count] = 1024;
    /* With a range of 0, each reads a byte of the code; the first is always 0 and leaves it. */
    for (count = 5; count > 0; count--)
        normalize(r);
    r->range = 0xffffffff;
}

uint8_t ota_restore_lzma_byte(struct ota_restore *r)
{
    unsigned of_position = POSITION_STATE(r);

    if (r->match_length == 0) {
        if (!bit(r, of_position + IS_MATCH + r->lzma_state))
            return literal(r);
        match(r, of_position);
        /* The marker of the end, distance 2^32, is among those refused: the body is not complete yet. */
        if (r->distance[0] >= r->body_position || r->distance[0] >= r->dictionary_size) {
            ota_restore_fail(r, OTA_RESTORE_CORRUPT);
            return 0;
        }
    }
    r->match_length--;
    return ota_restore_recall(r, r->distance[0] + 1);
}

#endif
