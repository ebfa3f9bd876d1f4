#!/bin/sh
# What the restore takes of a microcontroller: code by arm-none-eabi-gcc -Os, and memory. Prints a table in Markdown.
# Usage: size.sh [compiler prefix]
set -eu
cd "$(dirname "$0")"
prefix=${1:-arm-none-eabi-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# compile CORE FLAGS FILE: text, data and bss of the object file.
compile() {
  "${prefix}gcc" -Os -std=c99 -ffreestanding -fbuiltin -mthumb -mcpu="$1" $2 -Irestore/include -c "restore/src/$3.c" -o "$folder/$3.o"
  "${prefix}size" "$folder/$3.o" | awk 'NR == 2 { print $1, $2, $3 }'
}

# row NAME FLAGS FILES: text, data + bss on both cores.
row() {
  name=$1 flags=$2
  shift 2
  line="| $name |"
  for core in cortex-m4 cortex-m0; do
    text=0 memory=0
    for file in "$@"; do
      set -- $(compile "$core" "$flags" "$file") "$@"
      text=$((text + $1)) memory=$((memory + $2 + $3))
      shift 3
    done
    line="$line $text | $memory |"
  done
  echo "$line"
}

# bytes_of NAME: of a struct or union, see below.
bytes_of() {
  cat >"$folder/ram.c" <<'END'
#include "ota_restore.h"
char memory_state[sizeof(struct ota_restore)];
char memory_detools[sizeof(union ota_restore_small_memory)];
char memory_lzma[sizeof(union ota_restore_memory)];
END
  "${prefix}gcc" -std=c99 -ffreestanding -fbuiltin -mthumb -mcpu=cortex-m0 -Irestore/include -c "$folder/ram.c" -o "$folder/ram.o"
  "${prefix}nm" -S -t d "$folder/ram.o" | awk -v name="memory_$1" '$4 == name { print $2 + 0 }'
}

lite=-DOTA_RESTORE_DETOOLS=0
small=-DOTA_RESTORE_HPATCH_LITE=0
any=-DOTA_RESTORE_ANY_LZMA=1

"${prefix}gcc" --version | sed -n 's/^/Compiler: /; 1p'
echo
echo "| bytes | M4 code | M4 data, bss | M0 code | M0 data, bss |"
echo "|---|---:|---:|---:|---:|"
for file in begin state restore hpatch_lite lzma; do row "\`$file.c\`, hpatch-lite only" "$lite" "$file"; done
row "**restore of hpatch-lite with LZMA1**" "$lite" begin state restore hpatch_lite lzma
row "the same with any lc, lp, pb" "$lite $any" begin state restore hpatch_lite lzma
row "**restore of detools with heatshrink, Espressif's header**" "$small" begin state restore detools heatshrink espressif
row "**restore of both**" "" begin state restore hpatch_lite lzma detools heatshrink espressif
row "\`sha256.c\`, always needed" "" sha256
row "\`checkpoint.c\`, where checkpoints are stored" "" checkpoint
row "\`progress.c\`, for a progress bar" "" progress
row "\`text.c\`, statuses in words" "" text
echo
echo "| memory of the caller | bytes |"
echo "|---|---:|"
echo "| state without a work area | $(bytes_of state) |"
echo "| \`union ota_restore_small_memory\`: detools, heatshrink window 8 | $(bytes_of detools) |"
echo "| \`union ota_restore_memory\`: hpatch-lite, LZMA1 with a dictionary of 4 KB | $(bytes_of lzma) |"
echo
echo "Stack of the deepest functions, Cortex-M4:"
for file in restore lzma sha256 checkpoint espressif; do
  "${prefix}gcc" -Os -std=c99 -ffreestanding -fbuiltin -mthumb -mcpu=cortex-m4 -fstack-usage -Irestore/include -c "restore/src/$file.c" -o "$folder/$file.o"
  awk -F '\t' '{ sub(/.*:/, "", $1); print $2, $1 }' "$folder/$file.su" | sort -rn | awk -v file="$file.c" 'NR == 1 { print "- " file ": " $1 " bytes in " $2 }'
done
