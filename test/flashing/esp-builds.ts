import { describedImage, type TableRow, tableOf } from './esp-images.ts'

const kilobyte = 1024
export const [app, data] = [0, 1]

/** ESP-IDF's "Factory app, two OTA definitions", with the addresses that gen_esp32part gives them. */
export const twoOta: readonly TableRow[] = [
  ['nvs', data, 2, 0x9000, 0x4000],
  ['otadata', data, 0, 0xd000, 0x2000],
  ['phy_init', data, 1, 0xf000, 0x1000],
  ['factory', app, 0, 0x1_0000, 0x10_0000],
  ['ota_0', app, 0x10, 0x11_0000, 0x10_0000],
  ['ota_1', app, 0x11, 0x21_0000, 0x10_0000],
]
/** ESP-IDF's "Single factory app, no OTA". */
export const single: readonly TableRow[] = [
  ['nvs', data, 2, 0x9000, 0x6000],
  ['phy_init', data, 1, 0xf000, 0x1000],
  ['factory', app, 0, 0x1_0000, 0x10_0000],
]

export const bootloader = (chipId: number, facts: object = {}) =>
  describedImage(chipId, 20_000, { kind: 'bootloader', version: 'v5.5.1', ...facts })
export const blink = (chipId: number, facts: object = {}, size = 150 * kilobyte) =>
  describedImage(chipId, size, { kind: 'app', version: '2.4.0', project: 'gateway', ...facts })

export const boot = { name: 'bootloader.bin', bytes: bootloader(0), address: 0x1000 }
export const table = { name: 'partition-table.bin', bytes: tableOf(...single), address: 0x8000 }
export const otaTable = { ...table, bytes: tableOf(...twoOta) }
export const fw = { name: 'gateway.bin', bytes: blink(0), address: 0x1_0000 }
export const at = (bytes: Uint8Array, name = 'gateway.bin', address = 0x1_0000) => ({ name, bytes, address })

export const text = (words: string, repeat = 1) => new TextEncoder().encode(words.repeat(repeat))
/** Noise of a fixed seed, which stands for an image of flash encryption. */
export const noise = (size: number): Uint8Array => {
  let state = 88_172_645
  return Uint8Array.from({ length: size }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state & 0xff
  })
}
/** An archive of one stored file: local header, bytes, central directory, end. */
export const zipOf = (name: string, content: Uint8Array): Uint8Array => {
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x0403_4b50, 0)
  head.writeUInt32LE(content.length, 18)
  head.writeUInt32LE(content.length, 22)
  head.writeUInt16LE(name.length, 26)
  return Buffer.concat([head, Buffer.from(name), content])
}
export const damaged = (bytes: Uint8Array, place: number): Uint8Array => bytes.with(place, (bytes[place] ?? 0) ^ 1)
export const merged = (offset: number, chipId: number): Uint8Array => {
  const whole = new Uint8Array(0x6_0000).fill(0xff)
  whole.set(bootloader(chipId), offset)
  whole.set(tableOf(...single), 0x8000)
  whole.set(blink(chipId), 0x1_0000)
  return whole
}
export const nvsData = (address: number, size: number) => ({
  unitData: { address, size, entries: [{ namespace: 'factory', key: 'sn', type: 'string', value: '{serial}' }] },
})
