import type { NativePort } from '../links/native-port.ts'
import type { PortInfo } from './port-info.ts'

/**
 * What the library lists on macOS: the location id (`14200000`: bus and the sockets on the way) names the socket of the device; a device with
 * several ports has them told apart by the end of their names.
 */
export const macPorts = (listed: readonly NativePort[]): readonly PortInfo[] => {
  const ports = listed.map(({ path, locationId, manufacturer, vendorId, productId, serialNumber }) => ({
    // Opening a tty waits for carrier; the cu device does not.
    path: path.replace('/dev/tty.', '/dev/cu.'),
    location: locationId?.toLowerCase(),
    manufacturer,
    vendorId: vendorId?.toLowerCase(),
    productId: productId?.toLowerCase(),
    serialNumber,
  }))
  const several = (location: string) => ports.filter((port) => port.location === location).length > 1
  return ports.map((port) =>
    port.location !== undefined && several(port.location)
      ? { ...port, location: `${port.location}-${port.path.slice(-1)}` }
      : port,
  )
}
