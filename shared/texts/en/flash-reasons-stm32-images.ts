/** Codes of what may be written to an STM32, found before anything is erased. */
export const stm32ImageReasons = {
  STM32_IN_RAM:
    '{name} has data for RAM at {address}, which is lost at power-off. Nothing was erased. Give the section a load address in flash (AT> in the linker script), or mark it NOLOAD, and build again.',
  STM32_IN_SYSTEM_MEMORY:
    '{name} writes to {address}, the read-only system memory of {chip}. Nothing was erased. Build the file for this chip, or export it without this range.',
  STM32_IN_OTP:
    '{name} writes to the OTP area at {address}, which can be written only once. Nothing was erased. Export the file without this range.',
  STM32_IN_EEPROM:
    '{name} writes to the data EEPROM at {address}, which this station does not write. Nothing was erased. Export the file without this range; let the firmware set these values.',
  STM32_IN_ALIAS:
    '{name} writes to {address}, where flash is only mirrored. Nothing was erased. Link the program to 0x08000000, or export it as BIN and give its address.',
  STM32_IN_EXTERNAL_MEMORY:
    '{name} has data for external memory at {address}; the bootloader writes internal flash only. Nothing was erased. Export internal flash alone, and write the external memory by the firmware.',
  STM32_UNMAPPED:
    '{name} writes to {address}, where {chip} has no memory. Nothing was erased. Check the file, its address, and the chip in the pre-checks.',
  STM32_OPTION_BYTES:
    '{name} has option bytes at {address}. Nothing was erased. If they are meant, turn on "Write option bytes" in the recipe; otherwise export the file without them.',
  STM32_OPTION_LEVEL_2:
    '{name} sets read-out protection level 2 in the option bytes at {address}; the chip could never be flashed again. Nothing was erased. Export the file without them, or with level 1.',
  STM32_OPTION_BYTES_WRITTEN: 'The recipe writes option bytes from {name} at {address}: {value}',
  STM32_STACK_OUTSIDE:
    '{name}: the initial stack pointer {stack} is not in the RAM of {chip}; the program would not run. Nothing was erased. Use the build for this chip.',
  STM32_RESET_OUTSIDE:
    '{name}: the reset handler {reset} is not in the data to be written; the program would not start. Nothing was erased. Check the address; if flash starts with data, set "Flash starts with" to "Data" in the recipe.',
  STM32_LINKED_ELSEWHERE:
    '{name} is written to {address}, but its reset handler is at {reset}: it is probably linked to another address. Check the address in the recipe.',
  STM32_PAGE_CUT:
    '{name} starts at {address}, within the page that starts at {page}: what the unit has there before it is erased. Check the address.',
  STM32_NOTHING_AT_START:
    'The whole chip is erased, and nothing is written to {address}, where it starts. Add the bootloader, or set "Erase" to "Only the pages used".',
} as const
