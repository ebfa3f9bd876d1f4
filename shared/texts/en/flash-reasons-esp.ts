/** Codes of the `esp` family: what happened and what to do. */
export const espReasons = {
  ESP_NO_SYNC:
    'No response from the chip. Hold BOOT (IO0), press RESET and retry. Check: TX/RX not swapped, power, cable (some have no data lines).',
  ESP_ECHO:
    'The line returns what is sent: TX and RX are joined, or no unit is in the slot and the adapter echoes. Insert the unit, wire TX and RX separately, or turn the echo of the adapter off, then retry.',
  ESP_NOT_IN_LOADER:
    'The chip runs its firmware; it is not in download mode. Hold BOOT (IO0), press RESET and retry. Without auto-reset circuit, set "Enters download mode" to "Manual" in the recipe.',
  ESP_UNKNOWN_CHIP:
    'Unknown chip (ID {value}). It is newer than this program, or the line is noisy. Check the cable and retry.',
  ESP_WRONG_CHIP:
    'This is an {chip}; the recipe is for {expected}. Nothing was erased. Use the right unit, or another recipe.',
  ESP_READ_FAILED:
    'Chip information cannot be read: {detail}. Reset the chip and retry; if it fails again, check power and cable.',
  ESP_NO_FLASH:
    'The flash of the chip does not respond. Check its soldering and power, and whether other circuits use its pins (IO6 to IO11).',
  ESP_FLASH_ENCRYPTED:
    'Flash encryption is enabled on this {chip}; a plain image would not start. Nothing was erased. Use the encrypted process of this product, or another unit.',
  ESP_SECURE_BOOT:
    'Secure boot is enabled on this {chip}; unsigned images will not start. Nothing was erased. If the images are signed with its key, turn on "Accept chips with secure boot" in the recipe.',
  ESP_SECURE_DOWNLOAD:
    'This {chip} is in secure download mode; it cannot be identified or verified. Nothing was erased. It cannot be flashed here; use another unit.',
  ESP_SECURE_ERASE:
    'Secure boot is enabled on this {chip}; erasing the whole flash would make it useless. Nothing was erased. Turn off "Erase the whole flash first" in the recipe.',
  ESP_SECURE_REGION:
    'Secure boot is enabled on this {chip}; {name} at {address} would replace its bootloader, and the chip would not start again. Nothing was erased. Leave it out of the recipe.',
  ESP_IMAGE_UNSIGNED:
    'Secure boot is enabled on this {chip}; {name} is not signed and would not start. Nothing was erased. Sign it with the key of the product.',
  ESP_PRESS_RESET:
    'Written and verified. Release BOOT and press RESET on the unit; the run waits until the firmware starts.',
  ESP_NOT_STARTED:
    'Written and verified, but the firmware does not run: the chip is still in download mode. Release BOOT, press RESET and retry, or set "After writing" to "Stay in the bootloader" in the recipe.',
  ESP_UNIT_CHANGED: 'The unit was swapped before erasing (was {before}, now {now}). Nothing was erased. Start again.',
  ESP_STUB_FAILED:
    'The flasher stub could not be started on the chip: {detail}. Reset it and retry; if it fails again, check power and cable.',
  ESP_NO_STUB: 'Full erase is not supported on {chip}. Turn off "Erase the whole flash first" in the recipe.',
  ESP_BAUD_FAILED:
    'No response after the baud rate change: {detail}. Lower the baud rate in the recipe; some USB adapters do not support 921600.',
  ESP_SILENT: 'The chip stopped responding. Check power and cable; if it repeats, lower the baud rate.',
  ESP_ERASE_FAILED: 'Erase failed: {detail}. Retry; if it fails again, the flash may be write-protected or damaged.',
  ESP_WRITE_FAILED: 'Write failed: {detail}. Retry; if it repeats, lower the baud rate and check the power.',
  ESP_VERIFY_FAILED: 'The written data could not be verified: {detail}. Retry.',
  ESP_MD5_MISMATCH:
    '{name} at {address}: verify mismatch. Retry; if it fails again, check the power or replace the unit.',
  ESP_RESET_FAILED: 'Written and verified, but the chip could not be restarted: {detail}. Press RESET.',
  ESP_FLASH_PARAMETER: '{chip} has no flash setting {value}. Change flash mode, frequency or size in the recipe.',
  ESP_IMAGE_BROKEN:
    '{name} begins like an ESP image, but is none for any known chip. Nothing was erased. Build or download it again; for a newer chip, update this program.',
  ESP_IMAGE_TRUNCATED:
    '{name} is an ESP image, but its end is missing. Nothing was erased. Build or download it again.',
  ESP_IMAGE_CHECKSUM:
    'The checksum of {name} is wrong; the file is damaged. Nothing was erased. Build or download it again.',
  ESP_IMAGE_DIGEST:
    'The SHA-256 in {name} does not match its contents; the file is damaged. Nothing was erased. Build or download it again.',
  ESP_NOT_BOOTABLE:
    '{name} at {address} is not a bootloader; {chip} would not start. Nothing was erased. Check file and address.',
  ESP_PARTITION_BEYOND_FLASH:
    'Partition "{label}" ends at {end}, beyond the flash ({limit}). Nothing was erased. Use another partition table or chip.',
  ESP_HEADER_FLASH_SIZE:
    '{name} is built for {size} bytes of flash; the chip has {limit} and would not start. Set "Flash size" to "As detected" in the recipe, or use another file.',
  ESP_NO_BOOTLOADER: 'No bootloader is written at {address}. Add one unless the unit already has it.',
  ESP_NO_PARTITION_THERE: '{name} at {address}: no partition begins there. Check the address.',
  NVS_VALUE:
    'Unit data {namespace}/{key} is not valid for NVS: names have 1 to 15 characters, numbers must fit their type, texts have at most 3999 bytes.',
  NVS_FULL: 'The unit data does not fit an NVS partition of {size} bytes. Write less data, or use a larger partition.',
  NVS_SIZE: 'The NVS partition size must be a multiple of 4096 and at least 12288 bytes; it is {size}.',
} as const
