import { atReasons } from './flash-reasons-at.ts'
import { commandReasons } from './flash-reasons-command.ts'
import { dfuReasons } from './flash-reasons-dfu.ts'
import { espReasons } from './flash-reasons-esp.ts'
import { espFileReasons } from './flash-reasons-esp-files.ts'
import { imageReasons } from './flash-reasons-images.ts'
import { smpReasons } from './flash-reasons-smp.ts'
import { stm32ImageReasons } from './flash-reasons-stm32-images.ts'
import { uf2Reasons } from './flash-reasons-uf2.ts'

/** Codes of ports that cannot be listed or opened; `port`, `detail` are filled in. */
const portReasons = {
  PORT_BUSY:
    'Port {port} is in use by another program. Close terminals and IDE monitors and retry; on Linux ModemManager may be probing it: wait, or stop it (systemctl stop ModemManager).',
  PORT_DENIED:
    'No permission to open port {port}. On Linux, add your user to the group dialout (sudo usermod -aG dialout $USER; uucp on Arch), then log out and in again.',
  PORT_GONE:
    'Port {port} not found. Check cable and driver. On Linux, brltty may take CH340 adapters: remove brltty and replug.',
  PORT_NOT_SERIAL: '{port} is not a usable serial port ({detail}). Choose another port, or replug the USB adapter.',
  PORT_FAILED: 'Port {port} cannot be opened: {detail}. Replug it and retry, or use another USB port.',
  PORTS_UDEVADM_MISSING:
    'Serial ports cannot be listed: neither /sys nor the program udevadm was found. Install udev (apt install udev), or enter a path, e.g. /dev/ttyUSB0.',
  PORTS_UNLISTABLE: 'Serial ports cannot be listed: {detail}. Enter a path or COM name manually.',
} as const

/** Codes that every family may fail with. */
const commonReasons = {
  LINE_STALLED: 'No data could be sent for {seconds} s. Check cable and flow control, replug and retry.',
  NO_IMAGE: 'The recipe has no image. Add one.',
  ONE_IMAGE_ONLY: 'This protocol sends one file; the recipe has {count}. Keep one, or use YMODEM.',
  IMAGE_TOO_LARGE: '{name} has {size} bytes; the protocol allows at most {limit}. Use another file.',
  REGIONS_OVERLAP:
    '{first} and {second} overlap at address {address}. Nothing was erased. Correct the addresses in the recipe.',
} as const

/** Codes of the STM32 boot loader. */
const stm32Reasons = {
  STM32_SILENT:
    'No reply from the bootloader. Set BOOT0 high, reset and retry. Check: TX/RX not swapped, common ground, baud rate, even parity.',
  STM32_SILENT_LINES:
    'No reply from the bootloader after a reset by DTR and RTS. Check in the recipe: "Reset line" (the two may be swapped), "Reset active when asserted" and "BOOT0 high while asserted" (they may be inverted). Then check: TX/RX not swapped, common ground, baud rate, even parity.',
  STM32_ECHO:
    'The line returns what is sent: TX and RX are joined, or a half-duplex adapter (RS-485, one wire) echoes. Wire TX and RX separately, or turn the echo of the adapter off, then retry.',
  STM32_PARITY:
    'The bootloader replies to the greeting but refuses every command: it does not receive even parity. Set "Parity" to "Even" in the recipe; if it is, the adapter or its driver cannot send parity (e.g. CH340 before Linux 4.10): use another adapter.',
  STM32_NOT_A_BOOTLOADER:
    'The reply ({got}) is not from an STM32 bootloader. Check BOOT0, baud rate and parity, then reset and retry.',
  STM32_NO_ANSWER: 'No reply to "{command}" at {address}. Check cable and power; if it repeats, lower the baud rate.',
  STM32_NACK:
    'The bootloader refused "{command}" at {address}. Check that the address is in the flash of this chip; for write-protected sectors turn on "Remove write protection" in the recipe; if it is intermittent, lower the baud rate.',
  STM32_COMMAND_MISSING:
    'The bootloader of this chip (version {version}) does not support "{command}". Turn off in the recipe what needs it: erasing only the pages used, or changing a protection.',
  STM32_PROTECTED:
    'The chip is read-protected and cannot be written. Nothing was erased. To erase the whole chip, turn on "Remove read-out protection" in the recipe.',
  STM32_UNPROTECTING: 'Removing read-out protection, which erases the whole chip.',
  STM32_LEFT_BOOTLOADER:
    'The chip did "{command}" and reset itself, but its bootloader does not reply. Keep BOOT0 high throughout (jumper, not button), reset the chip and retry.',
  STM32_WRITE_UNPROTECTED: 'Write protection was removed from all sectors.',
  STM32_PROTECTION_SET_AND_TRIED:
    'Read-out protection (level 1) was set, and the chip now refuses to be read. It can be flashed again only by erasing the whole chip.',
  STM32_PROTECTION_SET:
    'Read-out protection (level 1) was set and acknowledged; it was not tried, because the chip left its bootloader. It can be flashed again only by erasing the whole chip.',
  STM32_STARTS_LATER: 'The firmware starts when BOOT0 is low and the unit is reset or powered up again.',
  STM32_NOT_PROTECTED:
    'The chip accepted "Readout Protect", but its flash can still be read. Do not ship this unit; retry, and replace it if it fails again.',
  STM32_PROTECTION_UNSURE:
    'The chip neither acknowledged "Readout Protect" nor replied afterwards, so the protection is uncertain. Check cable and power, keep BOOT0 high and retry; if it is then refused as protected, turn on "Remove read-out protection".',
  STM32_STILL_PROTECTED: 'The chip is still protected (level 2 is permanent). It cannot be flashed again; replace it.',
  STM32_CHIP_UNKNOWN: 'Product ID {id} is not supported for page erase. Set "Erase" to "The whole chip" in the recipe.',
  STM32_BANKS_UNKNOWN:
    'The pages of {chip} depend on its banks, and it does not show how many it has. Nothing was erased. Set "Flash banks" in the recipe, or "Erase" to "The whole chip".',
  STM32_PAGES_UNNUMBERED:
    'The page at {address} of {chip} has no number that is certain, so another one could be erased. Nothing was erased. Set "Erase" to "The whole chip", or move the image.',
  STM32_PAGE_SHARED:
    '{first} and {second} share the page at {address}. Both were written; a recipe with only one of them would erase the other.',
  STM32_MASS_ERASE_MISSING:
    'The bootloader of {chip} does not support mass erase. Set "Erase" to "Only the pages used" in the recipe.',
  STM32_OUTSIDE_FLASH:
    '{name} ends at {end}, outside the flash of {chip} ({start} to {limit}). Nothing was erased. Check the address or the chip.',
  STM32_FLASH_GAP:
    '{name} has bytes at {address}, where {chip} has no flash. Nothing was erased. Check the address: the second bank of smaller chips does not follow the first one.',
  STM32_VERIFY:
    'Verify mismatch at {address}: wrote {wrote}, read {read}. If sectors may be write-protected, turn on "Remove write protection" in the recipe. Retry; if it fails again, check the power or replace the unit.',
} as const

/** Codes of XMODEM and YMODEM. */
const modemReasons = {
  MODEM_NO_RECEIVER:
    'The receiver did not request the file within {seconds} s. Put the unit into receive mode, check TX/RX and baud rate, then retry.',
  MODEM_NO_CRC:
    'The receiver supports checksums only; YMODEM needs CRC. Use XMODEM, or check the bootloader of the unit.',
  MODEM_STREAMING:
    'The receiver requests YMODEM-G, which confirms no block; this station sends YMODEM. Start the receiver for YMODEM (rb, not rb -g).',
  MODEM_CANCELLED:
    "The receiver cancelled at block {block}. The file may be too large or of the wrong type; check the unit's output.",
  MODEM_RETRIES:
    'Block {block} was refused {retries} times. The line is noisy: check cable and ground, or lower the baud rate.',
  MODEM_SILENT:
    'The receiver stopped responding at block {block}. Check cable and power, put the unit into receive mode and retry.',
  MODEM_END_REFUSED:
    'All data was sent, but the receiver did not confirm the end of the file. It may not have saved it; retry.',
} as const

/** Why a flasher failed: what happened and what to do. */
export const flashReasons = {
  ...portReasons,
  ...commonReasons,
  ...stm32Reasons,
  ...stm32ImageReasons,
  ...modemReasons,
  ...commandReasons,
  ...smpReasons,
  ...dfuReasons,
  ...atReasons,
  ...uf2Reasons,
  ...espReasons,
  ...espFileReasons,
  ...imageReasons,
} as const
