"""Restores an hpatch-lite patch with Python's standard library alone: restore_hpatch_lite.py OLD PATCH NEW"""
import lzma
import sys


def restore(old, patch):
    assert patch[:2] == b'hI' and patch[3] >> 6 == 1, 'not an hpatch-lite patch of version 1'
    new_end = 4 + (patch[3] & 7)
    body_at = new_end + (patch[3] >> 3 & 7)
    new_size, body_size = (int.from_bytes(part, 'little') for part in (patch[4:new_end], patch[new_end:body_at]))
    body = patch[body_at:]
    if patch[2] == 3:
        assert body[0] == 5, 'an LZMA header of another size'
        properties, window = body[1], int.from_bytes(body[2:6], 'little')
        filters = [{'id': lzma.FILTER_LZMA1, 'dict_size': window, 'lc': properties % 9, 'lp': properties // 9 % 5, 'pb': properties // 45}]
        body = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters).decompress(body[6:], body_size)
    at = 0

    def take(size):
        nonlocal at
        at += size
        return body[at - size:at]

    def number(value=0, more=True):
        while more:
            byte = take(1)[0]
            value, more = value << 7 | byte & 127, byte & 128
        return value

    new, old_end = b'', 0
    for _ in range(number()):
        length, tag = number(), take(1)[0]
        distance = number(tag & 31, tag & 32)
        new += take(number())
        old_at = old_end - distance if tag & 64 else old_end + distance
        piece = old[old_at:old_at + length]
        new += piece if tag & 128 else bytes(a + b & 255 for a, b in zip(piece, take(length)))
        old_end = old_at + length
    assert len(new) == new_size, 'the patch is not for this image'
    return new


if __name__ == '__main__':
    with open(sys.argv[1], 'rb') as old, open(sys.argv[2], 'rb') as patch, open(sys.argv[3], 'wb') as new:
        new.write(restore(old.read(), patch.read()))
