#!/usr/bin/env python3
"""Makes the golden patches in vectors/ with nothing but Python's standard library: a second maker of the formats.

The small images are made from a fixed seed; the patches need not be good, only right.
"""
import hashlib
import lzma
import os
import random
import struct
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "vectors")


def images():
    """An image and a later one: some bytes moved, some changed here and there, some new."""
    rng = random.Random(5)
    words = [rng.randbytes(rng.randint(2, 9)) for _ in range(60)]
    old = b"".join(rng.choice(words) for _ in range(600))
    changed = bytearray(old[300:1700])
    for at in range(0, len(changed), 37):
        changed[at] = (changed[at] + 4) & 255
    new = rng.randbytes(100) + bytes(changed) + b"new text, new text, new text" + old[:250] + old[1800:] + rng.randbytes(33)
    covers = [(300, 100, 1400), (0, 1528, 250), (1800, 1778, len(old) - 1800)]
    return old, new, covers


def differences(old, new, cover):
    at, to, length = cover
    return bytes((n - o) & 255 for n, o in zip(new[to : to + length], old[at : at + length]))


def big_endian(value):
    groups = [value & 127]
    while value > 127:
        value >>= 7
        groups.append(value & 127 | 128)
    return bytes(reversed(groups))


def tag(distance, flags):
    """The low 5 bits of the tag byte begin the distance."""
    rest = []
    while distance > 31:
        rest.append(distance & 127 | (128 if rest else 0))
        distance >>= 7
    return bytes([flags | distance | (32 if rest else 0)]) + bytes(reversed(rest))


def hpatch_lite_body(old, new, covers):
    covers = list(covers)
    end = covers[-1][1] + covers[-1][2] if covers else 0
    if end < len(new):
        covers.append((covers[-1][0] + covers[-1][2] if covers else 0, len(new), 0))
    body = big_endian(len(covers))
    old_back = new_back = 0
    for cover in covers:
        at, to, length = cover
        diff = differences(old, new, cover)
        flags = (0 if any(diff) else 128) | (64 if at < old_back else 0)
        body += big_endian(length) + tag(abs(at - old_back), flags) + big_endian(to - new_back)
        body += new[new_back:to] + (diff if any(diff) else b"")
        old_back, new_back = at + length, to + length
    return body


def little_endian(value):
    return value.to_bytes((value.bit_length() + 7) // 8, "little")


def hpatch_lite(old, new, covers, lzma_filter=None):
    body = hpatch_lite_body(old, new, covers)
    new_size, body_size = little_endian(len(new)), little_endian(len(body) if lzma_filter else 0)
    head = b"hI" + bytes([3 if lzma_filter else 0, 64 | len(body_size) << 3 | len(new_size)]) + new_size + body_size
    if not lzma_filter:
        return head + body
    lc, lp, pb, size = lzma_filter
    chain = [{"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": size, "preset": 9}]
    stream = lzma.compress(body, format=lzma.FORMAT_RAW, filters=chain)
    return head + b"\5" + bytes([(pb * 5 + lp) * 9 + lc]) + struct.pack("<I", size) + stream


def number(value):
    sign, value = (64, -value) if value < 0 else (0, value)
    out = [sign | value & 63]
    value >>= 6
    while value:
        out[-1] |= 128
        out.append(value & 127)
        value >>= 7
    return bytes(out)


def heatshrink(data, window, lookahead):
    """Greedy; finds the longest match by trying all."""
    bits = []

    def put(value, count):
        bits.extend(value >> i & 1 for i in reversed(range(count)))

    at = 0
    while at < len(data):
        best, distance = 0, 0
        for back in range(1, min(at, 1 << window) + 1):
            length = 0
            while length < 1 << lookahead and at + length < len(data) and data[at + length] == data[at + length - back]:
                length += 1
            if length > best:
                best, distance = length, back
        if best > 2:
            put(0, 1)
            put(distance - 1, window)
            put(best - 1, lookahead)
            at += best
        else:
            put(1, 1)
            put(data[at], 8)
            at += 1
    bits.extend([0] * (-len(bits) % 8))
    return bytes(int("".join(map(str, bits[i : i + 8])), 2) for i in range(0, len(bits), 8))


def detools_body(old, new, covers):
    body, old_back, new_back = number(0), 0, 0
    for i, cover in enumerate([(0, 0, 0)] + list(covers)):
        at, to, length = cover
        following = covers[i][1] if i < len(covers) else len(new)
        body += number(length) + differences(old, new, cover)
        body += number(following - to - length) + new[to + length : following]
        body += number((covers[i][0] if i < len(covers) else at + length) - at - length)
    return body


def detools(old, new, covers, sizes=None):
    body = detools_body(old, new, covers)
    if not new:
        return bytes([4 if sizes else 0]) + number(0)
    if sizes is None:
        return b"\0" + number(len(new)) + body
    window, lookahead = sizes
    return b"\4" + number(len(new)) + bytes([window - 4 << 4 | lookahead - 3]) + heatshrink(body, window, lookahead)


def espressif(digest, patch):
    return struct.pack("<I", 0xFCCDDE10) + digest + bytes(28) + patch


def main():
    os.makedirs(FOLDER, exist_ok=True)
    old, new, covers = images()
    # An application as Espressif's build makes it ends with its own SHA-256.
    application = old + hashlib.sha256(old).digest()
    whole = [(0, 0, len(old))]
    vectors = {
        "plain": (old, new, hpatch_lite(old, new, covers)),
        "lzma": (old, new, hpatch_lite(old, new, covers, (0, 0, 0, 4096))),
        "lzma-any": (old, new, hpatch_lite(old, new, covers, (3, 1, 2, 8192))),
        "same": (old, old, hpatch_lite(old, old, whole, (0, 0, 0, 4096))),
        "first": (b"", new, hpatch_lite(b"", new, [], (0, 0, 0, 4096))),
        "empty": (old, b"", hpatch_lite(old, b"", [])),
        "detools-plain": (old, new, detools(old, new, covers)),
        "detools": (old, new, detools(old, new, covers, (8, 7))),
        "detools-11-4": (old, new, detools(old, new, covers, (11, 4))),
        "detools-empty": (old, b"", detools(old, b"", [], (8, 7))),
        "espressif": (old, new, espressif(hashlib.sha256(old).digest(), detools(old, new, covers, (8, 7)))),
        "espressif-app": (application, new, espressif(application[-32:], detools(application, new, covers, (8, 7)))),
    }
    for name, files in vectors.items():
        for suffix, data in zip(("old", "new", "patch"), files):
            with open(os.path.join(FOLDER, f"{name}.{suffix}"), "wb") as file:
                file.write(data)
    print(len(vectors), "vectors in", FOLDER, file=sys.stderr)


main()
