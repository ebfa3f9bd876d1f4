import type { Identity } from '../../flasher.ts'
import type { UsbDescription } from '../../transport.ts'

/** Serial numbers that were seen on boards of different people: samples that nobody changed, and clones. */
const shared = new Set(['0123456789ab', '123456789abc', '123456789012', '001122334455', 'e0c9125b0d9b', 'aabbccddeeff'])

/**
 * The unit's id from the serial number of a bootloader: 12 hex digits, as ST's ROM makes them from the chip's unique id. Undefined for a
 * number that is no id: of another form, of equal digits, of an empty memory, or known from several boards.
 */
export const unitOfSerial = (serial: string | undefined): string | undefined => {
  const text = serial?.trim().toLowerCase() ?? ''
  if (!/^[0-9a-f]{12}$/.test(text) || /^(.)\1+$/.test(text) || text.endsWith('ffff') || shared.has(text))
    return undefined
  return text
}

/** `0483:df11`. */
export const idsOf = ({ vendorId, productId }: UsbDescription): string => `${vendorId}:${productId}`

/** What a device says of its unit. The serial number of an application is its own and tells nothing of the bootloader's. */
export const identityOf = (device: UsbDescription, isRunTime: boolean): Identity => ({
  unit: isRunTime ? undefined : unitOfSerial(device.serialNumber),
  chip: undefined,
  flashSize: undefined,
  facts: device.serialNumber === undefined ? {} : { usbSerial: device.serialNumber },
})
