"""Reads an NVS partition from standard input and prints its contents as JSON: an independent reading of ESP-IDF's documentation."""
import json
import struct
import sys
import zlib

PAGE, ENTRY = 4096, 32
NUMBERS = {0x01: "<B", 0x11: "<b", 0x02: "<H", 0x12: "<h", 0x04: "<I", 0x14: "<i", 0x08: "<Q", 0x18: "<q"}


def crc(data):
    return zlib.crc32(data, 0xFFFFFFFF) & 0xFFFFFFFF


def main():
    image = sys.stdin.buffer.read()
    names, values, chunks, states = {}, {}, {}, []
    for start in range(0, len(image), PAGE):
        page = image[start : start + PAGE]
        state, sequence = struct.unpack_from("<II", page)
        if state == 0xFFFFFFFF:
            assert page == b"\xff" * PAGE, "an unused page is empty"
            continue
        assert crc(page[4:28]) == struct.unpack_from("<I", page, 28)[0], "header checksum"
        assert page[8] == 0xFE, "version 2"
        states.append({0xFFFFFFFE: "active", 0xFFFFFFFC: "full"}[state])
        assert sequence == len(states) - 1
        index = 0
        while index < 126:
            bits = (page[32 + index // 4] >> (index % 4 * 2)) & 3
            at = 64 + index * ENTRY
            if bits == 3:
                assert page[at : at + ENTRY] == b"\xff" * ENTRY, "an empty entry is empty"
                index += 1
                continue
            assert bits == 2, "written"
            entry = page[at : at + ENTRY]
            namespace, kind, span, chunk, check = struct.unpack_from("<BBBBI", entry)
            assert crc(entry[:4] + entry[8:]) == check, "entry checksum"
            key = entry[8:24].split(b"\0")[0].decode()
            data = entry[24:]
            for more in range(1, span):
                assert (page[32 + (index + more) // 4] >> ((index + more) % 4 * 2)) & 3 == 2, "its data is written"
            if namespace == 0:
                names[data[0]] = key
            elif kind in NUMBERS:
                values[names[namespace] + "/" + key] = str(struct.unpack_from(NUMBERS[kind], data)[0])
            elif kind in (0x21, 0x42):
                size, check = struct.unpack_from("<H2xI", data)
                content = page[at + ENTRY : at + ENTRY + size]
                assert span == 1 + (size + ENTRY - 1) // ENTRY and crc(content) == check, "data checksum"
                if kind == 0x21:
                    assert content[-1:] == b"\0"
                    values[names[namespace] + "/" + key] = content[:-1].decode()
                else:
                    chunks[(namespace, key, chunk)] = content
            elif kind == 0x48:
                size, count, first = struct.unpack_from("<IBB", data)
                content = b"".join(chunks[(namespace, key, first + part)] for part in range(count))
                assert len(content) == size
                values[names[namespace] + "/" + key] = content.hex()
            else:
                raise AssertionError(f"type {kind}")
            index += span
    json.dump({"values": values, "pages": states}, sys.stdout)


main()
