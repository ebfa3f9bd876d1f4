import type { Transport } from '../transport.ts'
import type { PortInfo } from './port-info.ts'

/**
 * Ends of a location that name a part of a USB device: an interface on Linux and Windows, a port's letter on macOS. On Linux
 * `usb-0:4.2` is the second socket of a hub, and `usb-0:4.2:1.0` an interface of what is in it.
 */
const partOfDevice = [/(?<=:\d+(?:\.\d+)*):\d+\.\d+(-port\d+)?$/, /#USBMI\(\d+\)$/i, /(?<=^[0-9a-f]+)-\w$/i]

/** The USB device at a location: a unit shows other interfaces in its boot loader than in its firmware. */
export const deviceAt = (location: string): string =>
  partOfDevice.reduce((device, part) => device.replace(part, ''), location)

/** A slot's place: a location, or a path by hand. */
interface SlotPlace {
  readonly location: string | null
  readonly path: string | null
}

/** Whether a port belongs to the USB device at a slot's place, whatever interface it is. */
export const isOfDevice = (slot: SlotPlace, { path, location }: PortInfo): boolean =>
  slot.location === null ? slot.path === path : location !== undefined && deviceAt(slot.location) === deviceAt(location)

/**
 * Whether units that are flashed over the transport show themselves as such a port: a drive is nothing for a serial family, and a serial
 * port at the place of a boot drive is the firmware's console.
 */
export const showsAs = (transport: Transport, { kind = 'serial' }: PortInfo): boolean =>
  transport === 'process' || (transport === 'drive') === (kind === 'drive')
