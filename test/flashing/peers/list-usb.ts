import { join } from 'node:path'
import { createLinuxUsbLister } from '../../../electron/flashing/ports/usb-ports.ts'
import { listDevices, placeOnBus } from '../../../electron/flashing/usb/usb-library.ts'

/** Prints what a station sees of USB, under umockdev: in sysfs, and by the library. */
const seen = {
  // The library's preloaded part does not know every way in which Node reads a folder.
  ports: await createLinuxUsbLister(join(process.env.UMOCKDEV_DIR ?? '', 'sys'))(),
  devices: (await listDevices()).map((device) => `${placeOnBus(device)} ${device.serialNumber ?? ''}`),
}
process.stdout.write(JSON.stringify(seen))
