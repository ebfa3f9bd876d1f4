"""Writes two versions of an archive with Python's zlib: make_zips.py LEVEL OLD NEW"""
import sys
import zipfile


def text(name, version):
    lines = []
    for i in range(400):
        changed = version == 2 and i % 61 == name % 61
        lines.append(f'module {name} entry {i}: value {(i * 7919 + name * 104729) % 65521}{" changed" if changed else ""}')
        if changed:
            lines.append(f'    added in version {version}: {i * 31 % 977}')
    return '\n'.join(lines)


for version, path in ((1, sys.argv[2]), (2, sys.argv[3])):
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED, compresslevel=int(sys.argv[1])) as archive:
        for name in range(24 + version):
            # Times differ from build to build, as everywhere.
            info = zipfile.ZipInfo(f'lib/module{name}.txt', (2026, 1, version, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text(name, version), compresslevel=int(sys.argv[1]))
        archive.writestr(zipfile.ZipInfo('stored'), bytes(range(256)) * version)
        # Written without knowing the size: with a data descriptor behind.
        with archive.open('streamed', 'w') as stream:
            stream.write(text(99, version).encode())
