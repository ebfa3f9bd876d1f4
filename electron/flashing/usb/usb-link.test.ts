import { expect, it } from 'vitest'
import { createIdleClock } from '../../../test/helpers/idle-clock.ts'
import { LinkLostError, UsbTransferError } from '../transport.ts'
import type { LibraryDevice } from './usb-library.ts'
import { createUsbOpener } from './usb-link.ts'

const nowhere = { slot: '1', usbPath: undefined, usbSerial: undefined }
const status = { type: 'class', request: 3, value: 0 } as const

/** A device as the library gives it; `more` replaces what it does. */
const libraryDevice = (calls: unknown[], more: Partial<LibraryDevice> = {}): LibraryDevice => ({
  vendorId: 0x483,
  productId: 0xdf11,
  bus: '001',
  address: 5,
  ports: [4, 2],
  serialNumber: '357236543131',
  manufacturerName: null,
  opened: true,
  configurations: [],
  open: async () => void calls.push('open'),
  close: async () => void calls.push('close'),
  reset: async () => void calls.push('reset'),
  claimInterface: async (number) => void calls.push(['claim', number]),
  selectAlternateInterface: async (...both) => void calls.push(['select', ...both]),
  detachKernelDriver: () => Promise.reject(new Error('no driver')),
  controlTransferIn: async (...all) => {
    calls.push(all)
    // As the library's own, with bytes before it in its buffer.
    return { data: new DataView(Uint8Array.of(9, 9, 0, 1, 2).buffer, 2), status: 'ok' }
  },
  controlTransferOut: async (...all) => {
    calls.push(all)
    return { status: 'ok' }
  },
  ...more,
})

const opener = (list: () => readonly LibraryDevice[]) =>
  createUsbOpener({
    list: async () => list(),
    clock: createIdleClock(),
    platform: 'linux',
    placeOfLocation: async (location) => (location === 'pci-1-usb-0:4.2:1.0' ? '1-4.2' : undefined),
  })

it('opens by place, by node, and where a serial port of the device is', async () => {
  const device = libraryDevice([])
  const open = opener(() => [libraryDevice([], { ports: [1] }), device])
  for (const [path, usbPath] of [
    ['usb:1-4.2', undefined],
    ['/dev/bus/usb/001/005', undefined],
    ['/dev/ttyACM0', 'pci-1-usb-0:4.2:1.0'],
  ] as const)
    expect(await (await open(path, {}, { ...nowhere, usbPath })).describe()).toMatchObject({ vendorId: '0483' })
  await expect(open('usb:1-9', {}, nowhere)).rejects.toMatchObject({ code: 'USB_GONE' })
})

it('claims an interface once, and sends requests of the class to it with a time of their own', async () => {
  const calls: unknown[] = []
  const link = await opener(() => [libraryDevice(calls)])('usb:1-4.2', {}, nowhere)
  await link.claim(2, 0)
  await link.claim(2, 1)
  expect(await link.controlIn(status, 6, 5000)).toEqual(Uint8Array.of(0, 1, 2))
  await link.controlIn({ type: 'standard', request: 6, value: 0x200 }, 9, 5000)
  await link.close()
  expect(calls).toEqual([
    'open',
    ['claim', 2],
    ['select', 2, 0],
    ['select', 2, 1],
    [{ requestType: 'class', recipient: 'interface', request: 3, value: 0, index: 2 }, 6, 5000],
    [{ requestType: 'standard', recipient: 'device', request: 6, value: 0x200, index: 0 }, 9, 5000],
    'close',
  ])
  await expect(link.controlIn(status, 6, 5000)).rejects.toThrow(LinkLostError)
})

it.each([
  ['open error: permission denied (errno 13)', 'USB_DENIED'],
  ['open error: device is busy (errno 16)', 'USB_BUSY'],
  ['NOT_SUPPORTED', 'USB_DRIVER'],
  ['open error: device not found (errno 2)', 'USB_GONE'],
  ['something new', 'USB_FAILED'],
])('tells why it cannot open: %s', async (text, code) => {
  const device = libraryDevice([], { open: () => Promise.reject(new Error(text)) })
  const refused = opener(() => [device])('usb:1-4.2', {}, nowhere)
  await expect(refused).rejects.toMatchObject({ code, data: { port: 'usb:1-4.2' } })
  if (code === 'USB_DENIED')
    await expect(refused).rejects.toMatchObject({ data: { rule: expect.stringContaining('ATTR{idVendor}=="0483"') } })
})

it('keeps a refusal, a silence and a device that left apart', async () => {
  let there: LibraryDevice[] = []
  let fails = 'transfer timed out'
  const device = libraryDevice([], {
    controlTransferIn: () => Promise.reject(new Error(fails)),
    controlTransferOut: async () => ({ status: 'stall' }),
  })
  there = [device]
  const link = await opener(() => there)('usb:1-4.2', {}, nowhere)
  const kindOf = (work: Promise<unknown>) =>
    work.catch((error: unknown) => (error instanceof UsbTransferError ? error.kind : (error as Error).name))
  expect(await kindOf(link.controlIn(status, 6, 1))).toBe('timeout')
  expect(await kindOf(link.controlOut(status, new Uint8Array(0), 1))).toBe('stall')
  fails = 'transfer error'
  expect(await kindOf(link.controlIn(status, 6, 1))).toBe('FlashError')
  // What a pulled cable is called differs by system; that nobody is there does not.
  there = []
  expect(await kindOf(link.controlIn(status, 6, 1))).toBe('LinkLostError')
})

it('finds the device again at its place as another one, and says when it does not return', async () => {
  const first = libraryDevice([])
  const second = libraryDevice([], { vendorId: 0x1209, address: 9 })
  const elsewhere = libraryDevice([], { ports: [3], address: 7 })
  let looks = 0
  const open = opener(() => {
    looks += 1
    if (looks < 3) return [first, elsewhere]
    return looks < 6 ? [elsewhere] : [second, elsewhere]
  })
  const link = await open('usb:1-4.2', {}, nowhere)
  await link.reattach(5000)
  expect(await link.describe()).toMatchObject({ vendorId: '1209' })
  await expect(link.reattach(5000)).rejects.toThrow(LinkLostError)
})
