/** Codes of USB devices, and of DFU and DfuSe; `step` is a request of the protocol, `status` what the device replied. */
export const dfuReasons = {
  USB_UNAVAILABLE:
    'No USB on this computer: {detail}. Serial ports are not affected. Check that the system has USB (Linux: /sys/bus/usb), or choose a target over a serial port.',
  USB_DENIED:
    'No permission to open USB device {port}. On Linux, write this line into /etc/udev/rules.d/70-ota-bench.rules, run "{reload}" and replug: {rule}',
  USB_DRIVER:
    'Windows has no WinUSB driver for USB device {port}. Install STM32CubeProgrammer (for ST chips), or choose WinUSB for this device in Zadig; the old DfuSe driver (STTub30) cannot be used. Then replug.',
  USB_BUSY: 'USB device {port} is in use by another program ({detail}). Close it, replug and retry.',
  USB_GONE: 'USB device {port} not found. Check the cable, put the unit into DFU mode and retry.',
  USB_FAILED: 'USB device {port} cannot be used: {detail}. Replug it and retry, or use another USB port.',

  DFU_NO_INTERFACE:
    'USB device {device} has no DFU interface. Put the unit into DFU mode (e.g. BOOT0 high, then reset) and retry.',
  DFU_OTHER_DEVICE:
    'USB device {found} is in DFU mode, but the recipe expects {wanted}. Nothing was erased. Insert the right unit, or correct the USB IDs in the recipe.',
  DFU_FILE_OTHER_DEVICE:
    '{name} is for USB device {wanted}, not for {found}. Nothing was erased. Use the file for this unit, or correct the USB IDs in the recipe.',
  DFU_FILE_DAMAGED:
    '{name} is damaged: its DFU suffix has CRC {stored}, its content has {counted}. Nothing was erased. Download or export the file again.',
  DFU_FILE_TRUNCATED: '{name} is not a complete DfuSe file (at {at}). Nothing was erased. Download or export it again.',
  DFU_FILE_VERSION:
    '{name} is a DfuSe file of version {version}; only version 1 is supported. Export it again, or use HEX or BIN.',
  DFU_NEEDS_RAW:
    '{name} has addresses, but this is a plain DFU device, which takes a raw file. Nothing was erased. Use the .dfu or .bin file of the firmware.',
  DFU_DIALECT:
    'The recipe is for {wanted}, but the device supports {found}. Nothing was erased. Set "Protocol" to "As the device" in the recipe.',
  DFU_NOT_RETURNED:
    'The device did not return in DFU mode within {seconds} s. Check the cable; keep BOOT0 high if the chip has it, then replug and retry.',
  DFU_ALTERNATE_MISSING:
    'The device has no alternate setting {alternate}; it has: {found}. Nothing was erased. Correct "Alternate setting" in the recipe.',
  DFU_ALTERNATE_UNCLEAR:
    'The device has several alternate settings: {found}. Nothing was erased. Set "Alternate setting" in the recipe.',
  DFU_NO_DOWNLOAD: 'The device accepts no firmware over DFU. Nothing was erased. Use another target for this unit.',
  DFU_OUTSIDE:
    '{name} has bytes at {address}, outside the memory of the device ({limits}). Nothing was erased. Check the address or the unit.',
  DFU_NOT_WRITABLE:
    '{name} has bytes at {address}, which the device cannot write ({memory}). Nothing was erased. Check the address.',
  DFU_SPECIAL_MEMORY:
    '{name} has bytes at {address} in "{memory}", where wrong values can lock the chip. Nothing was erased. To write it on purpose, set "Alternate setting" to {alternate} in the recipe.',
  DFU_PROTECTED:
    'The chip is read-protected and cannot be written. Nothing was erased. To erase the whole chip, turn on "Remove read-out protection" in the recipe.',
  DFU_UNPROTECTING: 'Removing read-out protection, which erases the whole chip.',
  DFU_STILL_PROTECTED: 'The chip is still protected (level 2 is permanent). It cannot be flashed again; replace it.',
  DFU_SILENT:
    'The device did not reply to "{step}" within {seconds} s. Check cable and hub, put the unit into DFU mode again and retry.',
  DFU_BUSY:
    'The device was still busy with "{step}" after {seconds} s. Replug it and retry; replace it if it fails again.',
  DFU_STATE: 'The device is in state {state} after "{step}" and cannot continue. Replug it in DFU mode and retry.',
  DFU_REFUSED:
    'The device refused "{step}" ({status}). The unit may be incomplete. Check that the image is for this unit, then retry.',
  DFU_VERIFY:
    'Verify mismatch at {address}: wrote {wrote}, read {read}. The sector may be write-protected, which DFU does not report. Remove the protection, or replace the unit.',
  DFU_NOT_VERIFIED: 'The device cannot be read back, so what was written is not compared.',
  DFU_NO_SUFFIX: '{name} has no DFU suffix, so its device is not known.',
  DFU_NO_VECTORS: '{name} does not begin with a vector table for STM32 flash; the firmware may not start.',
  DFU_ADDRESS_UNUSED: 'A plain DFU device has no addresses; that of {name} is not used.',
} as const
