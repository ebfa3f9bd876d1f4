import { describe, expect, it } from 'vitest'
import type { Region } from '../../../electron/flashing/flasher.ts'
import type { EspChipName } from '../../../electron/simulator/targets/esp-chips.ts'
import { espImage } from '../esp-images.ts'
import { type EspHost, Esptool, type EsptoolWay, onNewChip, ours } from './esp-hosts.ts'

/**
 * The same work by every host, and the same flash afterwards. Without TEST_ESPTOOL the only host is ours:
 *   TEST_ESPTOOL='python3 /somewhere/esptool.py' npx vitest run test/flashing/peers/esptool.test.ts
 */
const command = (process.env.TEST_ESPTOOL ?? '').split(' ').filter(Boolean)

const ways: readonly EsptoolWay[] = [
  { stub: true, deflated: true },
  { stub: true, deflated: false },
  { stub: false, deflated: true },
  { stub: false, deflated: false },
]
/** An ESP8266's ROM takes plain blocks only, and can neither read nor verify. */
const canDo = (chip: EspChipName, { stub, deflated }: EsptoolWay): boolean => chip !== 'esp8266' || stub || !deflated
const esptools = (chip: EspChipName): Esptool[] =>
  command.length === 0 ? [] : ways.filter((way) => canDo(chip, way)).map((way) => new Esptool(command, way))
const hosts = (chip: EspChipName): EspHost[] => [ours, ...esptools(chip)]

const chips: readonly (readonly [chip: EspChipName, id: number | 'esp8266', boot: number])[] = [
  ['esp8266', 'esp8266', 0],
  ['esp32', 0, 0x1000],
  ['esp32s2', 2, 0x1000],
  ['esp32s3', 9, 0],
  ['esp32c2', 12, 0],
  ['esp32c3', 5, 0],
  ['esp32c5', 23, 0x2000],
  ['esp32c6', 13, 0],
  ['esp32c61', 20, 0],
  ['esp32h2', 16, 0],
  ['esp32p4', 18, 0x2000],
]
const mac = Uint8Array.of(0x24, 0x6f, 0x28, 0xc0, 0xdb, 0xfe)
const flashSize = 1024 * 1024
const old = Uint8Array.of(0x12, 0x34, 0x56, 0x78)

describe.each(chips)('%s', (chip, id, boot) => {
  const regions: readonly Region[] = [
    { name: 'boot.bin', address: boot, bytes: espImage(id, 9_001, 1, 1) },
    { name: 'app.bin', address: 0x1_0000, bytes: espImage(id, 70_001, 2, 1) },
  ]
  const board = { chip, mac, flashSize } as const
  /** What the flash holds when nothing but the regions was touched. */
  const written = (rest: readonly Region[] = []) => {
    const flash = new Uint8Array(flashSize).fill(0xff)
    for (const { address, bytes } of [...rest, ...regions]) flash.set(bytes, address)
    return flash
  }
  const elsewhere: Region = { name: 'old', address: 0x8_0000, bytes: old }

  it.each(hosts(chip).map((host) => [host.name, host] as const))(
    'is written by %s, and nothing else is',
    async (_, host) => {
      const flash = await onNewChip(board, async (port, rom) => {
        rom.flash.program(elsewhere.address, old)
        rom.flash.program(boot, old)
        await host.write(port, regions)
        expect(await host.mac(port)).toBe('246f28c0dbfe')
      })
      expect(Buffer.compare(flash, written([elsewhere]))).toBe(0)
    },
  )

  const withStub = hosts(chip).filter((host) => host === ours || host.name.includes('with stub'))
  it.each(withStub.map((host) => [host.name, host] as const))('is erased and written by %s', async (_, host) => {
    const flash = await onNewChip(board, async (port, rom) => {
      rom.flash.program(elsewhere.address, old)
      await host.write(port, regions, true)
    })
    expect(Buffer.compare(flash, written())).toBe(0)
  })

  it.each(esptools(chip).map((host) => [host.name, host] as const))(
    'written by ours, is read, verified and erased by %s',
    async (name, host) => {
      const [first, app] = regions
      if (!first || !app) throw new Error('no regions')
      expect(await host.imageInfo(first)).toMatch(/checksum: 0x[0-9a-f]+ \(valid\)/i)
      const isStub = name.includes('with stub')
      const flash = await onNewChip(board, async (port, rom) => {
        await onOur(rom.flash.bytes, regions)
        if (chip !== 'esp8266' || isStub) {
          await host.verify(port, app)
          const size = isStub ? 20_480 : 1_024
          expect(Buffer.compare(await host.read(port, app.address, size), app.bytes.subarray(0, size))).toBe(0)
        }
        if (isStub) await host.at(port, 'erase-region', String(app.address), String(0x2_0000))
      })
      expect(flash[app.address]).toBe(isStub ? 0xff : app.bytes[0])
      expect(flash[first.address]).toBe(first.bytes[0])
    },
  )

  /** A flash as our flasher leaves it on another chip of this kind. */
  const onOur = async (flash: Uint8Array, some: readonly Region[]) =>
    flash.set(await onNewChip(board, (port) => ours.write(port, some)))
})
