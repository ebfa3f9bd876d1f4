#!/bin/sh
# What the SDK takes of a microcontroller: code by arm-none-eabi-gcc -Os, and memory. Prints tables in Markdown.
# Usage: size.sh [compiler prefix]
set -eu
cd "$(dirname "$0")"
sdk=$PWD
prefix=${1:-arm-none-eabi-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# What iot_ota calls of the C library; compilers come without one.
cat >string.h <<'END'
#include <stddef.h>
void *memcpy(void *, const void *, size_t);
void *memset(void *, int, size_t);
void *memchr(const void *, int, size_t);
int memcmp(const void *, const void *, size_t);
size_t strlen(const char *);
int strcmp(const char *, const char *);
char *strcpy(char *, const char *);
END
cat >stdio.h <<'END'
#include <stddef.h>
int snprintf(char *, size_t, const char *, ...);
int sprintf(char *, const char *, ...);
END

# compile CPU FLAGS PART FILES: their objects are in the folder then.
compile() {
  cpu=$1 options=$2 folder_of=$3
  shift 3
  sources=
  for file in "$@"; do sources="$sources $sdk/$folder_of/src/$file.c"; done
  "${prefix}gcc" -Os -std=c99 -ffreestanding -fbuiltin -mthumb -mcpu="$cpu" $options -I. -I"$sdk/$folder_of/include" -c $sources
}

# line NAME OBJECTS_M4 OBJECTS_M0: a row of the table.
line() {
  printf '| %s |' "$1"
  for objects in "$2" "$3"; do
    "${prefix}size" $objects | awk 'NR > 1 { text += $1; memory += $2 + $3 } END { printf " %d | %d |", text, memory }'
  done
  echo
}

# table NAME FLAGS PART EACH FILES: a row for all of them; with EACH, one before for each file, NAME and EACH behind its name.
table() {
  name=$1 flags=$2 part=$3 each=$4
  shift 4
  for core in m4 m0; do
    mkdir -p $core
    compile cortex-$core "$flags" $part "$@"
    for file in "$@"; do mv "$file.o" $core; done
  done
  m4= m0=
  for file in "$@"; do
    m4="$m4 m4/$file.o" m0="$m0 m0/$file.o"
    if [ -n "$each" ]; then line "\`$file.c\`$each" "m4/$file.o" "m0/$file.o"; fi
  done
  if [ -n "$name" ]; then line "$name" "$m4" "$m0"; fi
}

lite=-DOTA_RESTORE_DETOOLS=0
small=-DOTA_RESTORE_HPATCH_LITE=0
any=-DOTA_RESTORE_ANY_LZMA=1

"${prefix}gcc" --version | sed -n 's/^/Compiler: /; 1p'
echo
echo "| bytes | M4 code | M4 data, bss | M0 code | M0 data, bss |"
echo "|---|---:|---:|---:|---:|"
table "**restore of hpatch-lite with LZMA1**" "$lite" restore ", hpatch-lite only" begin state restore hpatch_lite lzma
table "the same with any lc, lp, pb" "$lite $any" restore "" begin state restore hpatch_lite lzma
table "**restore of detools with heatshrink, Espressif's header**" "$small" restore "" begin state restore detools heatshrink espressif
table "**restore of both**" "" restore "" begin state restore hpatch_lite lzma detools heatshrink espressif
table "\`sha256.c\`, always needed" "" restore "" sha256
table "\`checkpoint.c\`, where checkpoints are stored" "" restore "" checkpoint
table "\`progress.c\`, for a progress bar" "" restore "" progress
table "\`text.c\`, statuses in words" "" restore "" text
table "**iot_ota**" "" iot_ota " of iot_ota" iot_ota fetch firmware json md5

cat >ram.c <<'END'
#include "iot_ota.h"
#include "ota_restore.h"
char memory_state[sizeof(struct ota_restore)];
char memory_detools[sizeof(union ota_restore_small_memory)];
char memory_lzma[sizeof(union ota_restore_memory)];
char memory_iot[IOT_OTA_MEMORY];
END
"${prefix}gcc" -std=c99 -ffreestanding -mthumb -mcpu=cortex-m0 -I"$sdk/restore/include" -I"$sdk/iot_ota/include" -c ram.c
"${prefix}nm" -S -t d ram.o >names
bytes_of() {
  awk -v name="memory_$1" '$4 == name { print $2 + 0 }' names
}
echo
echo "| memory of the caller | bytes |"
echo "|---|---:|"
echo "| state without a work area | $(bytes_of state) |"
echo "| \`union ota_restore_small_memory\`: detools, heatshrink window 8 | $(bytes_of detools) |"
echo "| \`union ota_restore_memory\`: hpatch-lite, LZMA1 with a dictionary of 4 KB | $(bytes_of lzma) |"
echo "| \`IOT_OTA_MEMORY\`, with addresses of up to 511 bytes | $(bytes_of iot) |"
echo
echo "Stack of the deepest functions, Cortex-M4:"
compile cortex-m4 -fstack-usage restore restore lzma sha256 checkpoint espressif
compile cortex-m4 -fstack-usage iot_ota iot_ota
for file in restore lzma sha256 checkpoint espressif iot_ota; do
  awk -F '\t' '{ sub(/.*:/, "", $1); print $2, $1 }' "$file.su" | sort -rn | awk -v file="$file.c" 'NR == 1 { print "- " file ": " $1 " bytes in " $2 }'
done
