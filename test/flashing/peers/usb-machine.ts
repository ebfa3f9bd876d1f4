/** A machine with one device in DFU mode, in the words of umockdev: sysfs and descriptors, no transfers. */

const hex = (...bytes: readonly number[]): string => Buffer.from(bytes).toString('hex')

/** Two memories and the functional descriptor of DfuSe. */
const faces = [0, 1].map((alternate) => hex(9, 4, 0, alternate, 0, 0xfe, 1, 2, 4 + alternate)).join('')
const functional = hex(9, 0x21, 0x0b, 255, 0, 0x00, 0x08, 0x1a, 0x01)
const configuration = hex(9, 2, 9 + (faces.length + functional.length) / 2, 0, 1, 1, 0, 0xc0, 50)
const device = hex(18, 1, 0, 2, 0, 0, 0, 64, 0x83, 0x04, 0x11, 0xdf, 0, 0x22, 1, 2, 3, 1)
const hub = hex(18, 1, 0, 2, 9, 0, 0, 64, 0x6b, 0x1d, 2, 0, 0, 6, 3, 2, 1, 1)
const hubConfiguration = hex(9, 2, 25, 0, 1, 1, 0, 0xe0, 0, 9, 4, 0, 0, 1, 9, 0, 0, 0, 7, 5, 0x81, 3, 4, 0, 12)

const lines = (...parts: readonly (readonly string[])[]): string =>
  `${parts.map((part) => part.join('\n')).join('\n\n')}\n`

export const usbMachine = lines(
  [
    'P: /devices/pci0000:00/0000:00:14.0/usb1',
    'N: bus/usb/001/001',
    ...[
      'BUSNUM=001',
      'DEVNUM=001',
      'DEVNAME=/dev/bus/usb/001/001',
      'DEVTYPE=usb_device',
      'MAJOR=189',
      'MINOR=0',
      'SUBSYSTEM=usb',
    ].map((one) => `E: ${one}`),
    ...[
      'bConfigurationValue=1',
      'busnum=1',
      'devnum=1',
      'devpath=0',
      'idVendor=1d6b',
      'idProduct=0002',
      'speed=480',
    ].map((one) => `A: ${one}\\n`),
    `H: descriptors=${hub}${hubConfiguration}`,
  ],
  [
    'P: /devices/pci0000:00/0000:00:14.0/usb1/1-4',
    'N: bus/usb/001/005',
    ...[
      'BUSNUM=001',
      'DEVNUM=005',
      'DEVNAME=/dev/bus/usb/001/005',
      'DEVTYPE=usb_device',
      'MAJOR=189',
      'MINOR=4',
      'SUBSYSTEM=usb',
    ].map((one) => `E: ${one}`),
    ...[
      'bConfigurationValue=1',
      'bDeviceClass=00',
      'bDeviceSubClass=00',
      'bDeviceProtocol=00',
      'bcdDevice=2200',
      'version= 2.00',
      'busnum=1',
      'devnum=5',
      'devpath=4',
      'idVendor=0483',
      'idProduct=df11',
      'manufacturer=STMicroelectronics',
      'serial=357236543131',
      'speed=12',
    ].map((one) => `A: ${one}\\n`),
    `H: descriptors=${device}${configuration}${faces}${functional}`,
  ],
  [
    'P: /devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4:1.0',
    'E: DEVTYPE=usb_interface',
    'E: SUBSYSTEM=usb',
    ...['bInterfaceClass=fe', 'bInterfaceSubClass=01', 'bInterfaceProtocol=02', 'bInterfaceNumber=00'].map(
      (one) => `A: ${one}\\n`,
    ),
  ],
)
