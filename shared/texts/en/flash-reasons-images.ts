/** Codes of image files and of the check before anything is erased. */
export const imageReasons = {
  IMAGE_EMPTY: '{name} contains no data. Use another file.',
  IMAGE_DAMAGED:
    '{name} is damaged on this station. Nothing was erased; upload the same file again in the recipe or its package.',
  IMAGE_LINE_BROKEN: '{name}, line {line} is malformed; the file is damaged. Build or download it again.',
  IMAGE_LINE_CHECKSUM: '{name}, line {line} has a wrong checksum; the file is damaged. Build or download it again.',
  IMAGE_LINE_OVERLAP:
    '{name}, line {line} writes other data to {address}, which the file has already written. Check the linker script or the merge tool.',
  IMAGE_ADDRESS_SPACE:
    '{name}, line {line}: outside the 32-bit address space; the file is damaged. Build or download it again.',
  IMAGE_SCATTERED: '{name} has {count} separate segments; this is not firmware. Use another file.',
  IMAGE_NO_END: '{name} has no end record; the file is incomplete. Build or download it again.',
  IMAGE_AFTER_END:
    '{name}, line {line} follows the end record: two files were probably joined. Add them to the recipe one by one, or merge them with a tool.',
  IMAGE_RECORD_COUNT:
    '{name}, line {line}: the record count does not match; lines are missing. Build or download it again.',
  IMAGE_TRUNCATED: '{name} is incomplete. Build or download it again.',
  ELF_NOT_32_BIT: '{name} is not a 32-bit program and does not fit this chip. Use another file.',
  ELF_NOTHING_TO_LOAD: '{name} has no loadable segment (object or debug file?). Choose the linked program.',
  ELF_WITHOUT_SECTIONS:
    '{name} has no section table (stripped by sstrip?), so the program cannot be separated from the file header. Use the linker output, or export a HEX: objcopy -O ihex, fromelf --i32combined.',
  ELF_OTHER_MACHINE: '{name} is a program for {machine}; the target needs {expected}. Use another file.',
  ELF_NEEDS_CONVERSION:
    '{name} is an ELF file; ESP chips cannot use it directly. Use the .bin of the build (or esptool elf2image).',
  IMAGE_NEEDS_ADDRESS: '{name} does not contain an address. Enter where it is written, e.g. 0x10000.',
  IMAGE_OTHER_TARGET: '{name} is firmware for {found}, not for {target}. Nothing was erased. Use another file.',
  IMAGE_OTHER_CHIP: '{name} is firmware for {chip}; this is {expected}. Nothing was erased. Use another file or unit.',
  IMAGE_NO_VECTORS:
    '{name} does not start with an STM32 vector table; it would not start. Nothing was erased. Check file and address.',
  IMAGE_UNALIGNED:
    '{name}: address {address} is not a multiple of 4096; erasing would damage neighbouring data. Nothing was erased. Correct the address.',
  IMAGE_BEYOND_FLASH:
    '{name} ends at {end}, beyond the flash ({limit}). Nothing was erased. Check the address or the chip.',
  FILE_UF2: '{name} is a UF2 file, for units that appear as a USB drive. Use the HEX or BIN file of the same build.',
  FILE_DFU: '{name} is a DFU file, for the USB bootloader. Use the HEX or BIN file of the same build.',
  FILE_OTHER_HEX:
    '{name} is a {kind} file, which this target does not take. Export Intel HEX: fromelf --i32combined (Keil), ielftool --ihex (IAR), hex430 or objcopy -O ihex.',
  FILE_PROGRAM: '{name} is a {kind} program, not firmware. Use the HEX, BIN or ELF file of the firmware build.',
  FILE_OBJECT: '{name} is a library of object files, not a linked program. Use the HEX, BIN or ELF file of the build.',
  FILE_PACKED: '{name} is a {kind} archive; the chip could not run it. Unpack it and add the firmware file in it.',
  FILE_PAGE:
    '{name} is a web page, not firmware; the download probably failed. Nothing was erased. Download the file again.',
} as const
