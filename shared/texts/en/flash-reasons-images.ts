/** Codes of image files and of the check before anything is erased. */
export const imageReasons = {
  IMAGE_EMPTY: '{name} contains no data. Use another file.',
  IMAGE_DAMAGED:
    '{name} is damaged on this station. Nothing was erased; upload the same file again in the recipe or its package.',
  IMAGE_LINE_BROKEN: '{name}, line {line} is malformed; the file is damaged. Build or download it again.',
  IMAGE_LINE_CHECKSUM: '{name}, line {line} has a wrong checksum; the file is damaged. Build or download it again.',
  IMAGE_LINE_OVERLAP:
    '{name}, line {line} writes to an address that is already written. Check the linker script or the merge tool.',
  IMAGE_ADDRESS_SPACE:
    '{name}, line {line}: outside the 32-bit address space; the file is damaged. Build or download it again.',
  IMAGE_SCATTERED: '{name} has {count} separate segments; this is not firmware. Use another file.',
  IMAGE_NO_END: '{name} has no end record; the file is incomplete. Build or download it again.',
  IMAGE_RECORD_COUNT:
    '{name}, line {line}: the record count does not match; lines are missing. Build or download it again.',
  IMAGE_TRUNCATED: '{name} is incomplete. Build or download it again.',
  ELF_NOT_32_BIT: '{name} is not a 32-bit program and does not fit this chip. Use another file.',
  ELF_NOTHING_TO_LOAD: '{name} has no loadable segment (object or debug file?). Choose the linked program.',
  ELF_OTHER_MACHINE: '{name} is a program for {machine}; the target needs {expected}. Use another file.',
  ELF_NEEDS_CONVERSION:
    '{name} is an ELF file; ESP chips cannot use it directly. Use the .bin of the build (or esptool elf2image).',
  IMAGE_OTHER_TARGET: '{name} is firmware for {found}, not for {target}. Nothing was erased. Use another file.',
  IMAGE_OTHER_CHIP: '{name} is firmware for {chip}; this is {expected}. Nothing was erased. Use another file or unit.',
  IMAGE_NO_VECTORS:
    '{name} does not start with an STM32 vector table; it would not start. Nothing was erased. Check file and address.',
  IMAGE_UNALIGNED:
    '{name}: address {address} is not a multiple of 4096; erasing would damage neighbouring data. Nothing was erased. Correct the address.',
  IMAGE_BEYOND_FLASH:
    '{name} ends at {end}, beyond the flash ({limit}). Nothing was erased. Check the address or the chip.',
} as const
